#include "domain/exam/paper_trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "query/exam.h"
#include "domain/exam/exam.h"

enum { HITS_MAX = 50, MARK_BYTES = 7, MARK_CHARS = 10 };

static const char *letters_of(struct ctx *cx, struct str s)
{
	char *out = arena_array(cx->arena, char, s.n + 1);
	bool seen[ITEM_OPTIONS_MAX] = {false};
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i];
		if (c < 'A' || c > 'Z' || seen[c - 'A'])
			return NULL;
		seen[c - 'A'] = true;
		out[i] = c;
	}
	return s.n >= 2 ? out : NULL;
}

static bool read_one(struct ctx *cx, struct str word, struct trace_in *ret)
{
	struct str no = str_cut(&word, ':');
	ret->letters = letters_of(cx, word);
	return str_to_i64(no, &ret->item_no) && ret->item_no > 0 && ret->letters;
}

/* Full-width punctuation becomes plain. */
static char *plain(struct ctx *cx, const char *text)
{
	char *out = arena_dup(cx->arena, text), *to = out;
	for (const char *p = text; *p;) {
		bool is_colon = strncmp(p, "：", 3) == 0;
		bool is_comma = strncmp(p, "，", 3) == 0 || strncmp(p, "；", 3) == 0
			|| strncmp(p, "　", 3) == 0;
		if (is_colon || is_comma) {
			*to++ = is_colon ? ':' : ' ';
			p += 3;
		} else {
			*to++ = strchr(",;\t\r\n", *p) ? ' ' : *p;
			p++;
		}
	}
	*to = 0;
	return out;
}

int trace_read(struct ctx *cx, const char *text, struct trace_in *ret_in, size_t *ret_n)
{
	struct str rest = str_of(plain(cx, text));
	size_t n = 0;
	while (rest.n && n < TRACE_MAX) {
		struct str word = str_cut(&rest, ' ');
		if (!word.n)
			continue;
		if (!read_one(cx, word, &ret_in[n]))
			return fail_field(cx, "orders", "paper.trace_wrong",
				arena_str(cx->arena, word));
		n++;
	}
	*ret_n = n;
	return n ? 0 : fail_field(cx, "orders", "paper.no_trace");
}

/* ---- comparing ---- */

struct trace_form {
	int64_t id;
	struct form form;
	bool is_loaded;
};

static int form_of(struct ctx *cx, struct trace_form *known, size_t *n, int64_t id,
	const struct form **ret)
{
	for (size_t i = 0; i < *n; i++)
		if (known[i].id == id) {
			*ret = &known[i].form;
			return 0;
		}
	if (*n == 16)
		return fail(cx, ERR_LIMIT, "paper.not_opened");
	int r = form_load_sat(cx, id, &known[*n].form);
	if (r < 0)
		return r;
	known[*n].id = id;
	*ret = &known[(*n)++].form;
	return 0;
}

/* 1 agrees, 0 does not, -1: says nothing (not on the form, not shuffled, other options). */
static int agrees(const struct form *f, uint32_t seed, const struct trace_in *in)
{
	int places[ITEM_OPTIONS_MAX], n = (int)strlen(in->letters);
	if (in->item_no > f->n_items)
		return -1;
	const struct item *it = &f->items[in->item_no - 1].content;
	if (it->keep_order || n > it->n_options || n < 2)
		return -1;
	form_order(seed, (int)in->item_no, 0, it->n_options, false, places);
	for (int i = 0; i < n; i++)
		if (in->letters[i] != 'A' + places[i])
			return 0;
	return 1;
}

static int by_match(const void *x, const void *y)
{
	const struct trace_hit *a = x, *b = y;
	if (a->matched != b->matched)
		return b->matched - a->matched;
	if (a->asked != b->asked)
		return a->asked - b->asked;
	return a->sitting.seat < b->sitting.seat ? -1 : a->sitting.seat > b->sitting.seat;
}

int paper_trace(struct ctx *cx, int64_t set_id, int64_t exam_id, const struct trace_in *in,
	size_t n, struct trace_hit **ret_hits, size_t *ret_n)
{
	struct q_exam_find exam;
	struct q_paper_trace_sittings_rows rows;
	struct trace_form *forms = arena_array(cx->arena, struct trace_form, 16);
	size_t n_forms = 0, hits = 0;
	int r = ctx_need(cx, PERM_PAPER_READ);
	if (r < 0 || (r = exam_get(cx, exam_id, &exam)) < 0)
		return r;
	if (exam.paper_set_id != set_id)
		return fail(cx, ERR_NOTFOUND, "exam.notfound");
	if (!(exam.shuffle & SHUFFLE_OPTIONS))
		return fail(cx, ERR_STATE, "paper.not_shuffled", exam.title);
	if ((r = q_paper_trace_sittings(cx->db, &rows, .exam_id = exam_id)) < 0)
		return ctx_pass(cx, r);
	struct trace_hit *list = arena_array(cx->arena, struct trace_hit, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct form *f;
		struct trace_hit hit = {.sitting = rows.at[i]};
		if ((r = form_of(cx, forms, &n_forms, rows.at[i].form_id, &f)) < 0)
			return r;
		for (size_t k = 0; k < n; k++) {
			int a = agrees(f, (uint32_t)rows.at[i].order_seed, &in[k]);
			hit.matched += a == 1;
			hit.asked += a >= 0;
		}
		hit.form_no = f->form_no;
		if (hit.matched)
			list[hits++] = hit;
	}
	qsort(list, hits, sizeof *list, by_match);
	*ret_hits = list;
	*ret_n = hits < HITS_MAX ? hits : HITS_MAX;
	return 0;
}

int paper_print(struct ctx *cx, const struct q_paper_set_find *set, int64_t form_id,
	const char *kind, const char *venue, const char **ret_mark)
{
	uint8_t bytes[MARK_BYTES];
	auto_buf b;
	auto_tx tx = {0};
	buf_init(&b, 64);
	ctx_random(cx, bytes, sizeof bytes);
	base32_put(&b, bytes, sizeof bytes);
	const char *mark = text_of(cx, "%.*s", MARK_CHARS, buf_z(&b));
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_paper_print_insert(cx->db, .id = ctx_id(cx), .paper_set_id = set->id,
			.form_id = form_id, .print_kind = kind, .venue = venue, .mark = mark,
			.account_id = cx->actor.account_id, .actor_name = cx->actor.name,
			.at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	r = flow_note(cx, "paper_set", 0, set->id, "print", text_of(cx, "%s，%s，水印码 %s",
		streq(kind, "key") ? "打印答案" : "打印试卷", venue, mark));
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_mark = mark;
	return 0;
}
