/* The jobs that open cases and serve notices, decide where nobody spoke, and serve decisions. What
 * has been done of a person is seen in his rows: a second run finds only the rest. */
#include <inttypes.h>

#include "domain/certificate/certificate.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/recall_impl.h"
#include "domain/certificate/revocation.h"
#include "query/recall.h"
#include "query/revocation.h"

struct work;

/* One who waits for what a job does. key: behind it the next step goes on. */
struct waiting {
	int64_t person_id, id, key, certificate_id;
	const char *number;
};

/* What a job does with each of those who wait for it. */
struct doing {
	int (*find)(struct work *w, struct waiting *ret_found, size_t *ret_n);
	int (*one)(struct work *w, const struct waiting *one);
};

struct work {
	struct ctx *cx;
	struct job *job;
	const struct doing *doing;
	struct q_recall_find recall;
	int64_t after, done, total;
};

/* As the program, in the name of whoever asked for it. */
static void act_for(struct ctx *cx, int64_t account_id, const char *name)
{
	ctx_act_as_system(cx, name);
	cx->actor.account_id = account_id;
}

static int progress(struct work *w)
{
	if (w->done > w->total)
		w->total = w->done;
	return !w->job ? 0 : job_progress(w->cx, w->job, w->done, w->total, "");
}

/* Some of them, in one transaction with how far it got. */
static int step(void *arg)
{
	struct work *w = arg;
	struct ctx *cx = w->cx;
	struct waiting found[RECALL_STEP];
	size_t n;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = w->doing->find(w, found, &n);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n; i++)
		if ((r = w->doing->one(w, &found[i])) < 0)
			return r;
	if (n)
		w->after = found[n - 1].key;
	w->done += (int64_t)n;
	if ((r = progress(w)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : n != 0;
}

static int all_steps(struct work *w, const struct doing *doing)
{
	w->doing = doing;
	return ctx_steps(w->cx, RECALL_STEP_BYTES, step, w);
}

/* ---- notice ---- */

/* Somebody else took the certificate up, or it was revoked meanwhile: it is left out, with why. */
static int skip(struct ctx *cx, const struct waiting *item, int r)
{
	if (r != ERR_STATE && r != ERR_NOTFOUND)
		return r;
	const char *why = streq(cx->problem.id, "revocation.open_already") ? "已有撤销案件在办"
		: "证书已不在有效状态";
	ctx_clear(cx);
	r = q_recall_item_skipped(cx->db, .person_id = item->person_id, .id = item->id,
		.out_reason = why);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int suspend(struct ctx *cx, const struct waiting *item)
{
	int r = flow_run(cx, &certificate_flow, item->person_id, item->certificate_id, "suspend",
		"涉案调查期间暂停使用", NULL);
	if (r == ERR_STATE) {
		ctx_clear(cx);
		return 0; /* suspended already */
	}
	return r < 0 ? r : flow_run(cx, &certificate_flow, item->person_id, item->certificate_id,
		"confirm", "批量撤销经批准", NULL);
}

static int find_listed(struct work *w, struct waiting *ret_found, size_t *ret_n)
{
	struct q_recall_items_waiting_rows rows;
	int r = q_recall_items_waiting(w->cx->db, &rows, .recall_id = w->recall.id,
		.after_id = w->after, .most = RECALL_STEP);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++)
		ret_found[i] = (struct waiting){rows.at[i].person_id, rows.at[i].id,
			rows.at[i].certificate_id, rows.at[i].certificate_id, rows.at[i].number};
	*ret_n = rows.n;
	return 0;
}

static int notice_one(struct work *w, const struct waiting *item)
{
	struct ctx *cx = w->cx;
	const struct q_recall_find *v = &w->recall;
	int64_t id;
	int r = revocation_open(cx, &(struct revocation_in){.person_id = item->person_id,
		.certificate_id = item->certificate_id, .reason_kind = v->reason_kind,
		.reason = v->reason, .file_id = v->file_id, .recall_id = v->id}, &id);
	if (r < 0)
		return skip(cx, item, r);
	if ((r = revocation_notice(cx, item->person_id, id, revocation_notice_words(cx,
		item->number, v->reason_kind, v->reason), "electronic")) < 0)
		return r;
	if (v->is_suspending && (r = suspend(cx, item)) < 0)
		return r;
	r = q_recall_item_opened(cx->db, .person_id = item->person_id, .id = item->id,
		.revocation_id = id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct doing noticing = {find_listed, notice_one};

/* ---- decide, serve ---- */

/* The rows of the two statements are alike. */
#define TAKE(rows, ret_found, ret_n) \
	do { \
		for (size_t i_ = 0; i_ < (rows).n; i_++) \
			(ret_found)[i_] = (struct waiting){(rows).at[i_].person_id, \
				(rows).at[i_].id, (rows).at[i_].id, 0, ""}; \
		*(ret_n) = (rows).n; \
	} while (0)

static int find_silent(struct work *w, struct waiting *ret_found, size_t *ret_n)
{
	struct q_recall_cases_silent_rows rows;
	int r = q_recall_cases_silent(w->cx->db, &rows, .recall_id = w->recall.id,
		.after_id = w->after, .most = RECALL_STEP);
	if (r >= 0)
		TAKE(rows, ret_found, ret_n);
	return r;
}

static int find_decided(struct work *w, struct waiting *ret_found, size_t *ret_n)
{
	struct q_recall_cases_decided_rows rows;
	int r = q_recall_cases_decided(w->cx->db, &rows, .recall_id = w->recall.id,
		.after_id = w->after, .most = RECALL_STEP);
	if (r >= 0)
		TAKE(rows, ret_found, ret_n);
	return r;
}

/* One that somebody moved in this moment is his. */
static int passed(struct ctx *cx, int r)
{
	if (r != ERR_STATE)
		return r;
	ctx_clear(cx);
	return 0;
}

static int decide_one(struct work *w, const struct waiting *one)
{
	return passed(w->cx, revocation_decide(w->cx, one->person_id, one->id,
		w->recall.decision_text));
}

static int serve_one(struct work *w, const struct waiting *one)
{
	return passed(w->cx, revocation_serve(w->cx, one->person_id, one->id, "electronic"));
}

static const struct doing deciding = {find_silent, decide_one};
static const struct doing serving = {find_decided, serve_one};

/* ---- the four jobs ---- */

static int begin(struct work *w, struct ctx *cx, struct job *job, int64_t id, const char *kind)
{
	*w = (struct work){.cx = cx, .job = job};
	int r = q_recall_find(cx->db, &w->recall, .id = id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "recall.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	const char *waits = recall_job_of(w->recall.state);
	return waits && streq(waits, kind); /* else another run has done it */
}

static int total_of(struct work *w)
{
	struct q_recall_item_counts_rows rows;
	int r = q_recall_item_counts(w->cx->db, &rows, .recall_id = w->recall.id);
	if (r < 0)
		return ctx_pass(w->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		bool waits = streq(rows.at[i].state, "listed");
		bool done = streq(rows.at[i].state, "opened") || streq(rows.at[i].state, "skipped");
		w->done += done ? rows.at[i].n : 0;
		w->total += waits || done ? rows.at[i].n : 0;
	}
	return 0;
}

static int finish(struct work *w, const char *action)
{
	struct ctx *cx = w->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &recall_flow, 0, w->recall.id, action, text_of(cx, "%" PRId64 "人",
		w->done), NULL)) < 0)
		return r;
	if (w->job && (r = job_result(cx, w->job,
		text_of(cx, "/recalls/%" PRId64, w->recall.id))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int do_list(struct ctx *cx, struct job *job, int64_t id)
{
	struct work w;
	struct q_recall_item_counts_rows rows;
	int r = begin(&w, cx, job, id, RECALL_LIST);
	if (r <= 0)
		return r;
	act_for(cx, w.recall.created_by, w.recall.created_name);
	if ((r = recall_list_run(cx, job, &w.recall)) < 0)
		return r;
	r = q_recall_item_counts(cx->db, &rows, .recall_id = w.recall.id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		w.done += rows.at[i].n;
	return finish(&w, "list");
}

static int do_notice(struct ctx *cx, struct job *job, int64_t id)
{
	struct work w;
	struct q_recall_freezer freezer;
	int r = begin(&w, cx, job, id, RECALL_NOTICE);
	if (r <= 0)
		return r;
	r = q_recall_freezer(cx->db, &freezer, .subject_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	act_for(cx, w.recall.frozen_by, freezer.actor_name);
	if ((r = total_of(&w)) < 0 || (r = all_steps(&w, &noticing)) < 0)
		return r;
	return finish(&w, "noticed");
}

static int do_decide(struct ctx *cx, struct job *job, int64_t id)
{
	struct work w;
	int r = begin(&w, cx, job, id, RECALL_DECIDE);
	if (r <= 0)
		return r;
	act_for(cx, w.recall.decided_by, w.recall.decided_name);
	r = all_steps(&w, &deciding);
	return r < 0 ? r : finish(&w, "decided");
}

static int do_serve(struct ctx *cx, struct job *job, int64_t id)
{
	struct work w;
	int r = begin(&w, cx, job, id, RECALL_SERVE);
	if (r <= 0)
		return r;
	act_for(cx, cx->actor.account_id, "批量送达");
	r = all_steps(&w, &serving);
	return r < 0 ? r : finish(&w, "served");
}

static const struct {
	const char *kind;
	int (*run)(struct ctx *cx, struct job *job, int64_t id);
} kinds[] = {
	{RECALL_LIST, do_list},
	{RECALL_NOTICE, do_notice},
	{RECALL_DECIDE, do_decide},
	{RECALL_SERVE, do_serve},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static int run(struct ctx *cx, struct job *job)
{
	int64_t id = 0;
	if (!str_to_i64(str_of(job->args), &id))
		return fail(cx, ERR_BUG, "recall.not_found");
	for (size_t i = 0; i < KINDS; i++)
		if (streq(kinds[i].kind, job->kind))
			return kinds[i].run(cx, job, id);
	return fail(cx, ERR_BUG, "recall.no_job");
}

const struct job_kind recall_jobs[] = {
	{RECALL_LIST, "生成撤销影响清单", run},
	{RECALL_NOTICE, "批量送达告知书", run},
	{RECALL_DECIDE, "批量作出决定", run},
	{RECALL_SERVE, "批量送达决定书", run},
	{0},
};

int recall_work(struct ctx *cx, int64_t id)
{
	struct q_recall_find recall;
	struct actor actor = cx->actor;
	int r = recall_get(cx, id, &recall);
	const char *kind = r < 0 ? NULL : recall_job_of(recall.state);
	for (size_t i = 0; kind && i < KINDS; i++)
		if (streq(kinds[i].kind, kind))
			r = kinds[i].run(cx, NULL, id);
	ctx_act_as(cx, &actor);
	if (kind && r >= 0 && recall.job_id && job_done(cx, recall.job_id) < 0)
		ctx_clear(cx);
	return r;
}
