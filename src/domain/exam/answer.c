#include "domain/exam/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/exam/item.h"
#include "query/exam_answer.h"

/* One transaction at work. */
struct saving {
	struct ctx *cx;
	struct answer_call **calls; /* by person and sitting, each one's in the order they came */
	size_t n, n_writes;
	int64_t now_ms;
	struct q_answer_judge *rows;
	/* what goes into the table, and what must be looked up in it; whose[i] is the write */
	struct q_answer_insert_in *inserts;
	struct answer_write **inserted, **doubted;
	size_t n_inserts, n_doubted;
};

const char *answer_status_code(enum answer_status status)
{
	static const char *const codes[] = {
		[ANSWER_SAVED] = "saved",
		[ANSWER_REPEATED] = "repeated",
		[ANSWER_CLASH] = "clash",
		[ANSWER_LATE] = "late",
		[ANSWER_ELSEWHERE] = "elsewhere",
		[ANSWER_NOT_RUNNING] = "not_running",
		[ANSWER_UNKNOWN] = "unknown",
		[ANSWER_INVALID] = "invalid",
	};
	return status > 0 && status <= ANSWER_INVALID ? codes[status] : "";
}

/* Everybody locks sittings in this order, so that two servers rarely wait for each other in a
 * circle. The pointers are into one array: their order is that of arrival. */
static int by_sitting(const void *a, const void *b)
{
	const struct answer_call *x = *(struct answer_call *const *)a;
	const struct answer_call *y = *(struct answer_call *const *)b;
	if (x->person_id != y->person_id)
		return x->person_id < y->person_id ? -1 : 1;
	if (x->sitting_id != y->sitting_id)
		return x->sitting_id < y->sitting_id ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void saving_init(struct saving *s, struct ctx *cx, struct answer_call *calls, size_t n)
{
	*s = (struct saving){.cx = cx, .n = n, .now_ms = ctx_now_ms(cx)};
	s->calls = arena_array(cx->arena, struct answer_call *, n);
	for (size_t i = 0; i < n; i++) {
		s->calls[i] = &calls[i];
		s->n_writes += calls[i].n;
	}
	qsort(s->calls, n, sizeof *s->calls, by_sitting);
	s->inserts = arena_array(cx->arena, struct q_answer_insert_in, s->n_writes + 1);
	s->inserted = arena_array(cx->arena, struct answer_write *, s->n_writes + 1);
	s->doubted = arena_array(cx->arena, struct answer_write *, s->n_writes + 1);
}

static enum answer_status judge_call(const struct saving *s, const struct answer_call *c)
{
	if (!streq(c->state, "running"))
		return ANSWER_NOT_RUNNING;
	if (c->epoch != c->newest_epoch)
		return ANSWER_ELSEWHERE;
	return s->now_ms / 1000 > c->deadline_at + ANSWER_GRACE_SECONDS ? ANSWER_LATE
									: ANSWER_SAVED;
}

static bool is_valid(const struct answer_write *w, int64_t n_items)
{
	struct str text = str_of(w->response);
	return w->seq >= 1 && w->seq <= ANSWER_SEQ_MAX && w->item_no >= 1 &&
		w->item_no <= n_items && text.n <= ITEM_RESPONSE_MAX && utf8_is_text(text) &&
		w->spent_ms >= 0 && w->spent_ms <= ANSWER_SPENT_MAX;
}

static void take_write(struct saving *s, const struct answer_call *c, struct answer_write *w,
	int64_t n_items)
{
	w->person_id = c->person_id;
	w->sitting_id = c->sitting_id;
	w->epoch = c->epoch;
	w->state = c->state;
	w->deadline_at = c->deadline_at;
	w->saved_at = 0;
	w->status = c->status;
	if (c->status == ANSWER_UNKNOWN)
		return;
	if (!is_valid(w, n_items)) {
		w->status = ANSWER_INVALID;
	} else if (c->status != ANSWER_SAVED) {
		s->doubted[s->n_doubted++] = w;
	} else {
		w->saved_at = s->now_ms;
		s->inserted[s->n_inserts] = w;
		s->inserts[s->n_inserts++] = (struct q_answer_insert_in){.person_id = w->person_id,
			.sitting_id = w->sitting_id, .seq = w->seq, .item_no = w->item_no,
			.response = w->response ? w->response : "", .epoch = w->epoch,
			.saved_at = w->saved_at, .spent_ms = w->spent_ms};
	}
}

static int judge(struct saving *s)
{
	struct arena *a = s->cx->arena;
	struct q_answer_judge_in *in = arena_array(a, struct q_answer_judge_in, s->n);
	bool *found = arena_array(a, bool, s->n);
	s->rows = arena_array(a, struct q_answer_judge, s->n);
	for (size_t i = 0; i < s->n; i++)
		in[i] = (struct q_answer_judge_in){.person_id = s->calls[i]->person_id,
			.id = s->calls[i]->sitting_id};
	int r = q_answer_judge_bulk(s->cx->db, in, s->n, s->rows, found);
	for (size_t i = 0; i < s->n && r == 0; i++) {
		struct answer_call *c = s->calls[i];
		const struct q_answer_judge *row = &s->rows[i];
		c->state = found[i] ? row->state : "";
		c->newest_epoch = row->epoch;
		c->deadline_at = row->deadline_at;
		c->status = found[i] ? judge_call(s, c) : ANSWER_UNKNOWN;
		for (size_t k = 0; k < c->n; k++)
			take_write(s, c, &c->writes[k], row->n_items);
	}
	return r;
}

/* Those whose seq is taken are in doubt. */
static int insert(struct saving *s)
{
	int *changed = arena_array(s->cx->arena, int, s->n_inserts + 1);
	if (!s->n_inserts)
		return 0;
	int r = q_answer_insert_bulk(s->cx->db, s->inserts, s->n_inserts, changed);
	for (size_t i = 0; i < s->n_inserts && r == 0; i++)
		if (!changed[i])
			s->doubted[s->n_doubted++] = s->inserted[i];
	return r;
}

/* A write that was kept before is told so even when its sitting takes no more. */
static void settle(struct answer_write *w, const struct q_answer_at *row)
{
	bool is_same = row->item_no == w->item_no &&
		streq(row->response, w->response ? w->response : "");
	if (is_same || w->status == ANSWER_SAVED) {
		w->status = is_same ? ANSWER_REPEATED : ANSWER_CLASH;
		w->saved_at = is_same ? row->saved_at : 0;
	}
}

static int look_up(struct saving *s)
{
	struct arena *a = s->cx->arena;
	size_t n = s->n_doubted;
	struct q_answer_at_in *in = arena_array(a, struct q_answer_at_in, n + 1);
	struct q_answer_at *rows = arena_array(a, struct q_answer_at, n + 1);
	bool *found = arena_array(a, bool, n + 1);
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_answer_at_in){.person_id = s->doubted[i]->person_id,
			.sitting_id = s->doubted[i]->sitting_id, .seq = s->doubted[i]->seq};
	int r = q_answer_at_bulk(s->cx->db, in, n, rows, found);
	for (size_t i = 0; i < n && r == 0; i++)
		if (found[i])
			settle(s->doubted[i], &rows[i]);
	return r;
}

static bool is_of_the_newest(const struct answer_call *c)
{
	return c->status != ANSWER_UNKNOWN && c->epoch == c->newest_epoch;
}

/* Only the page that holds the sitting shows that its candidate is there. */
static int note_seen(struct saving *s)
{
	struct q_answer_seen_in *in =
		arena_array(s->cx->arena, struct q_answer_seen_in, s->n);
	int64_t now = s->now_ms / 1000;
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (is_of_the_newest(s->calls[i]) &&
			s->rows[i].seen_at <= now - ANSWER_SEEN_SECONDS)
			in[n++] = (struct q_answer_seen_in){.seen_at = now,
				.person_id = s->calls[i]->person_id,
				.id = s->calls[i]->sitting_id};
	return n ? q_answer_seen_bulk(s->cx->db, in, n, NULL) : 0;
}

int answer_calls(struct ctx *cx, struct answer_call *calls, size_t n)
{
	struct saving s;
	auto_tx tx = {0};
	if (!n)
		return 0;
	saving_init(&s, cx, calls, n);
	int r = tx_begin(&tx, cx->db);
	if (r == 0)
		r = judge(&s);
	if (r == 0)
		r = insert(&s);
	if (r == 0)
		r = look_up(&s);
	if (r == 0)
		r = note_seen(&s);
	return r < 0 ? ctx_pass(cx, r) : ctx_pass(cx, tx_commit(&tx));
}

int answer_save(struct ctx *cx, struct answer_write *w, size_t n)
{
	struct answer_call *calls = arena_array(cx->arena, struct answer_call, n + 1);
	for (size_t i = 0; i < n; i++)
		calls[i] = (struct answer_call){.person_id = w[i].person_id,
			.sitting_id = w[i].sitting_id, .epoch = w[i].epoch, .writes = &w[i],
				.n = 1};
	return answer_calls(cx, calls, n);
}

int answer_current(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	struct answer **ret_answers, size_t *ret_n)
{
	struct q_answer_current_rows rows;
	int r = q_answer_current(cx->db, &rows, .person_id = person_id, .sitting_id = sitting_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct answer *answers = arena_array(cx->arena, struct answer, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		answers[i] = (struct answer){rows.at[i].item_no, rows.at[i].seq,
			rows.at[i].saved_at, rows.at[i].response};
	*ret_answers = answers;
	*ret_n = rows.n;
	return 0;
}
