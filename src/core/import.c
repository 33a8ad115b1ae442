#include "core/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/utf8.h"
#include "core/message.h"
#include "core/secret.h"

enum {
	SEEN_FIRST = 4096,
	SCRATCH_BYTES = 256 * 1024 * 1024,
	LINE_BYTES = IMPORT_COLUMNS_MAX * (4 * IMPORT_TEXT_CHARS + 1),
	SEPARATOR = 0x1f, /* between values: no cell can hold it */
};

void import_count_verdict(struct import_counts *n, const char *verdict, int64_t more)
{
	n->rows += more;
	*(streq(verdict, "good") || streq(verdict, "saved") ? &n->good
		: streq(verdict, "same") ? &n->same : &n->bad) += more;
}

const char *import_verdict_label(const char *const *labels, const char *verdict)
{
	static const char *const codes[] = {"good", "same", "bad", "saved"};
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (streq(codes[i], verdict))
			return labels[i];
	return verdict;
}

/* ---- bringing and confirming ---- */

static int submit(struct ctx *cx, const struct import_kind *k, const struct import_at *at,
	const char *job_kind, int64_t *ret_job_id)
{
	const char *args = text_of(cx, "{\"%s\":\"%" PRId64 "\"}", k->arg, at->id);
	int r = job_submit(cx, job_kind, args, ret_job_id);
	if (r < 0)
		return r;
	r = k->set_job(cx, at->id, at->job_id, *ret_job_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "import.works");
}

int import_bring(struct ctx *cx, const struct import_kind *k, const struct import_new *in,
	int64_t *ret_id)
{
	int64_t id = ctx_id(cx), job_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = file_put(cx, in->file)) < 0)
		return r;
	r = in->insert(cx, id, in->file->id, in->arg);
	if (r < 0)
		return ctx_pass(cx, r);
	if (in->with_job && (r = submit(cx, k, &(struct import_at){.id = id},
		k->judge_job, &job_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int import_confirm(struct ctx *cx, const struct import_kind *k, const struct import_at *at,
	int64_t *ret_job_id)
{
	int64_t job_id = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = k->move(cx, at->id, "judged", "saving");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, k->not_judged);
	if (ret_job_id && (r = submit(cx, k, at, k->save_job, &job_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	if (ret_job_id)
		*ret_job_id = job_id;
	return 0;
}

/* ---- broken off, or not wanted ---- */

const struct choice import_acts[] = {{"go_on", "继续"}, {"discard", "放弃"}, {0}};

int import_may(struct ctx *cx, const struct import_at *at, struct import_may *ret_may)
{
	bool judges = streq(at->state, "uploaded") || streq(at->state, "judging");
	bool saves = streq(at->state, "saving"), is_open;
	int r = job_is_open(cx, at->job_id, &is_open);
	if (r == 0)
		*ret_may = (struct import_may){.works = (judges || saves) && is_open,
			.go_on = (judges || saves) && !is_open,
			.discard = (judges && !is_open) || streq(at->state, "judged")};
	return r;
}

static int discard(struct ctx *cx, const struct import_kind *k, const struct import_at *at)
{
	int r = k->move(cx, at->id, at->state, "discarded");
	return r < 0 ? ctx_pass(cx, r) : r ? 0 : fail(cx, ERR_STATE, "import.works");
}

int import_act(struct ctx *cx, const struct import_kind *k, const struct import_at *at,
	const char *act)
{
	struct import_may may;
	int64_t job_id;
	bool goes_on = streq(act, "go_on");
	auto_tx tx = {0};
	int r = import_may(cx, at, &may);
	if (r < 0)
		return r;
	if (!(goes_on ? may.go_on : may.discard))
		return fail(cx, ERR_STATE, may.works ? "import.works" : goes_on ? "import.over"
			: "import.kept");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = !goes_on ? discard(cx, k, at) : submit(cx, k, at, streq(at->state, "saving")
		? k->save_job : k->judge_job, &job_id);
	if (r < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- keys met so far: eight bytes of their digest, 16 bytes a row ---- */

struct import_seen {
	struct seen_one {
		uint64_t key;
		int64_t row_no;
	} *at;
	size_t n, cap;
};

static struct seen_one *seen_place(const struct import_seen *s, uint64_t key)
{
	size_t i = (size_t)key & (s->cap - 1);
	while (s->at[i].row_no && s->at[i].key != key)
		i = (i + 1) & (s->cap - 1);
	return &s->at[i];
}

static void seen_grow(struct import_seen *s)
{
	struct import_seen old = *s;
	s->cap = old.cap ? 2 * old.cap : SEEN_FIRST;
	s->at = calloc(s->cap, sizeof *s->at);
	if (!s->at)
		abort();
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i].row_no)
			*seen_place(s, old.at[i].key) = old.at[i];
	free(old.at);
}

int64_t import_met_before(struct import_run *run, const char *text, int64_t row_no)
{
	unsigned char digest[DIGEST_BYTES];
	struct import_seen *s = run->seen;
	uint64_t key;
	if (2 * s->n >= s->cap)
		seen_grow(s);
	crypto_sm3(str_of(text), digest);
	memcpy(&key, digest, sizeof key);
	struct seen_one *place = seen_place(s, key);
	if (place->row_no)
		return place->row_no;
	*place = (struct seen_one){key, row_no};
	s->n++;
	return 0;
}

/* ---- judging ---- */

const char *import_why(struct ctx *cx)
{
	const char *text = cx->problem.n_fields ? "" : problem_text(cx);
	for (int i = 0; i < cx->problem.n_fields; i++)
		text = text_of(cx, "%s%s%s", text, *text ? "；" : "",
			field_problem_text(cx, &cx->problem.fields[i]));
	ctx_clear(cx);
	return arena_str(cx->arena, utf8_cut(str_of(text), IMPORT_TEXT_CHARS));
}

void import_remark(struct import_run *run, const char *text)
{
	run->message = arena_dup(run->outer, text);
}

int import_begin(struct import_run *run, const char *state)
{
	struct ctx *cx = run->cx;
	run->outer = cx->arena;
	if (streq(state, "judging"))
		return 0;
	if (!streq(state, "uploaded"))
		return fail(cx, ERR_STATE, run->kind->judged_already);
	int r = run->kind->move(cx, run->id, "uploaded", "judging");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Others may write, and progress shows. */
static int end_chunk(struct import_run *run)
{
	struct ctx *cx = run->cx;
	int r = run->kind->set_counts(cx, run->id, &run->n);
	if (r < 0 || (r = tx_commit(&run->tx)) < 0)
		return ctx_pass(cx, r);
	return run->job ? job_progress(cx, run->job, run->n.rows, run->total, "") : 0;
}

int import_judged(struct import_run *run, const char *verdict)
{
	int r;
	import_count_verdict(&run->n, verdict, 1);
	arena_reset(run->scratch);
	if (run->n.rows % run->chunk)
		return 0;
	if ((r = end_chunk(run)) < 0)
		return r;
	r = tx_begin(&run->tx, run->cx->db);
	return r < 0 ? ctx_pass(run->cx, r) : 0;
}

static void use_arena(struct import_run *run, struct arena *a)
{
	run->cx->arena = a;
	db_use_arena(run->cx->db, a);
}

static int judge_all(struct import_run *run, int (*judge)(struct import_run *run, void *arg),
	void *arg)
{
	struct ctx *cx = run->cx;
	int r = tx_begin(&run->tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = judge(run, arg)) < 0 || (r = end_chunk(run)) < 0)
		return r;
	r = run->kind->end(cx, run->id, "judging", "judged", run->message);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int import_judge(struct import_run *run, int (*judge)(struct import_run *run, void *arg),
	void *arg)
{
	auto_arena scratch = arena_new(SCRATCH_BYTES);
	struct import_seen seen = {0};
	run->scratch = scratch;
	run->seen = &seen;
	use_arena(run, scratch);
	int r = judge_all(run, judge, arg);
	tx_cleanup(&run->tx);
	if (r == ERR_INVALID || r == ERR_LIMIT) {
		r = run->kind->end(run->cx, run->id, "judging", "refused", import_why(run->cx));
		r = r < 0 ? ctx_pass(run->cx, r) : 0;
	}
	free(seen.at);
	use_arena(run, run->outer);
	ctx_keep(run->cx);
	return r;
}

/* ---- saving ---- */

int import_try(struct ctx *cx, int (*save)(struct ctx *cx, void *arg), void *arg,
	const char **ret_why, const char **ret_problem)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = save(cx, arg);
	if (r >= 0 && (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	if (r >= 0)
		return 1;
	bool is_stores = r == ERR_CONFLICT
		&& (!cx->problem.id || streq(cx->problem.id, "error.conflict"));
	if (is_stores || r == ERR_DB || r == ERR_IO || r == ERR_BUG)
		return r; /* nothing that the row could mend: the chunk is tried again */
	tx_cleanup(&tx);
	*ret_problem = arena_dup(cx->arena, cx->problem.n_fields ? cx->problem.fields[0].id
		: cx->problem.id ? cx->problem.id : "");
	*ret_why = import_why(cx);
	return 0;
}

static int finish(struct import_run *run)
{
	struct import_counts n = {0};
	int r = run->kind->count(run->cx, run->id, &n);
	if (r >= 0)
		r = run->kind->set_counts(run->cx, run->id, &n);
	if (r >= 0)
		r = run->kind->end(run->cx, run->id, "saving", "saved", run->message);
	return r < 0 ? ctx_pass(run->cx, r) : 0;
}

/* Each chunk builds in an arena that is empty, so that memory does not grow with the rows. */
int import_save(struct import_run *run, int (*chunk)(struct import_run *run, void *arg), void *arg)
{
	auto_arena scratch = arena_new(SCRATCH_BYTES);
	int r = 1;
	run->outer = run->cx->arena;
	use_arena(run, scratch);
	while (r > 0) {
		arena_reset(scratch);
		r = chunk(run, arg);
		int p = r >= 0 && run->job ? job_progress(run->cx, run->job,
			run->saved + run->refused, run->total, "") : 0;
		r = p < 0 ? p : r;
	}
	use_arena(run, run->outer);
	ctx_keep(run->cx);
	return r < 0 ? r : finish(run);
}

/* ---- lines ---- */

const char *import_seal(struct ctx *cx, const char *column, const char *const *values, size_t n)
{
	auto_buf text;
	buf_init(&text, LINE_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(&text, SEPARATOR);
		buf_puts(&text, values[i] ? values[i] : "");
	}
	return secret_seal(cx, column, buf_z(&text));
}

int import_open(struct ctx *cx, const char *column, const char *cipher, const char **ret_values,
	size_t n)
{
	const char *text;
	int r = secret_open(cx, column, cipher, &text);
	if (r < 0)
		return r;
	struct str rest = str_of(text);
	for (size_t i = 0; i < n; i++)
		ret_values[i] = arena_str(cx->arena, str_cut(&rest, SEPARATOR));
	return 0;
}
