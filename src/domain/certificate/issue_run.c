#include "domain/certificate/issue_run.h"

#include "core/message.h"
#include "domain/certificate/issue.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/issue_run.h"

enum { PIECE_ARENA = 256 * 1024 * 1024 };

static const struct flow_state states[] = {
	{"running", "正在颁发", TONE_WAIT},
	{"paused", "已暂停", TONE_WAIT},
	{"done", "已完成", TONE_GOOD},
	{0},
};

const struct flow issue_run_flow = {.kind = "issue_run", .title = "批量颁发", .states = states};

static const char job_kind[] = "certificate.issue";

static int no_other_run(struct ctx *cx, const struct q_batch_find *batch)
{
	struct q_issue_run_of_batch_rows runs;
	int r = q_issue_run_of_batch(cx->db, &runs, .batch_id = batch->id);
	if (r < 0)
		return ctx_pass(cx, r);
	return runs.n ? fail(cx, ERR_CONFLICT, "certificate.run_taken", batch->title) : 0;
}

/* The batch's row is locked until the run exists: two cannot take it at once. */
static int add_batch(struct ctx *cx, int64_t run_id, int64_t seq, int64_t batch_id,
	int64_t *ret_people)
{
	struct q_batch_find batch;
	int r = q_batch_lock(cx->db, .id = batch_id, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &batch)) < 0)
		return r;
	if (!streq(batch.state, "confirmed"))
		return fail(cx, ERR_STATE, "certificate.run_not_confirmed", batch.title,
			flow_state(&batch_flow, batch.state)->label);
	if ((r = no_other_run(cx, &batch)) < 0)
		return r;
	*ret_people = batch.n_passed - batch.n_certified;
	r = q_issue_run_batch_insert(cx->db, .run_id = run_id, .seq = seq, .batch_id = batch_id,
		.body_id = batch.body_id, .region = batch.region, .n_people = *ret_people);
	if (r == ERR_CONFLICT)
		return fail(cx, r, "certificate.run_twice", batch.title);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int start(struct ctx *cx, const int64_t *batch_ids, size_t n, int64_t id)
{
	int64_t people, all = 0, job_id;
	int r = 0;
	for (size_t i = 0; i < n; i++, all += people)
		if ((r = add_batch(cx, id, (int64_t)i + 1, batch_ids[i], &people)) < 0)
			return r;
	if ((r = job_submit(cx, job_kind, "{}", &job_id)) < 0)
		return r;
	r = q_issue_run_insert(cx->db, .id = id, .body_id = cx->actor.body_id,
		.region = cx->actor.region, .job_id = job_id, .n_batches = (int64_t)n,
		.n_people = all, .created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int issue_run_start(struct ctx *cx, const int64_t *batch_ids, size_t n, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0)
		return r;
	if (!n)
		return fail_field(cx, "batches", "certificate.run_empty");
	if (n > ISSUE_RUN_BATCHES)
		return fail_field(cx, "batches", "certificate.run_many",
			text_of(cx, "%d", ISSUE_RUN_BATCHES));
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = start(cx, batch_ids, n, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int issue_run_get(struct ctx *cx, int64_t id, struct q_issue_run_find *ret_run,
	const char **ret_job, const char **ret_job_message)
{
	struct q_issue_run_job job = {.state = "", .message = ""};
	int r = q_issue_run_find(cx->db, ret_run, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.run_not_found");
	if (r == 0)
		r = q_issue_run_job(cx->db, &job, .id = ret_run->job_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_job = job.state;
	*ret_job_message = job.message;
	return 0;
}

int issue_run_pause(struct ctx *cx, int64_t id)
{
	struct q_issue_run_find run;
	const char *job, *message;
	int r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0 || (r = issue_run_get(cx, id, &run, &job, &message)) < 0)
		return r;
	r = q_issue_run_move(cx->db, .id = id, .from_state = "running", .state = "paused");
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "certificate.run_not_running");
}

static bool is_at_work(const struct q_issue_run_find *run, const char *job)
{
	return streq(run->state, "running") && (streq(job, "waiting") || streq(job, "running"));
}

static int resume(struct ctx *cx, const struct q_issue_run_find *run)
{
	struct q_issue_run_refused refused;
	int64_t job_id;
	int r = q_issue_run_refused(cx->db, &refused, .run_id = run->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(run->state, "done") && !refused.n)
		return fail(cx, ERR_STATE, "certificate.run_over");
	r = q_issue_run_again(cx->db, .run_id = run->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = job_submit(cx, job_kind, "{}", &job_id)) < 0)
		return r;
	r = q_issue_run_hand(cx->db, .id = run->id, .from_job_id = run->job_id, .job_id = job_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "certificate.run_at_work");
}

int issue_run_resume(struct ctx *cx, int64_t id)
{
	struct q_issue_run_find run;
	const char *job, *message;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = issue_run_get(cx, id, &run, &job, &message)) < 0)
		return r;
	if (is_at_work(&run, job))
		return fail(cx, ERR_STATE, "certificate.run_at_work");
	if ((r = resume(cx, &run)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- the job ---- */

struct working {
	struct ctx *cx;
	struct job *job;
	int64_t run_id, people, issued;
};

enum step { STEP_ON, STEP_END, STEP_PAUSED };

static int issue_some(struct working *w, const struct q_issue_run_next *next, int64_t *ret_n,
	bool *ret_over)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, w->cx->db);
	if (r < 0)
		return ctx_pass(w->cx, r);
	if ((r = certificate_issue_piece(w->cx, next->batch_id, ISSUE_PIECE, ret_n, ret_over)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(w->cx, r) : 0;
}

/* What the store cannot do now is tried again by the job; anything else is the batch's own. */
static bool is_refusal(int r)
{
	return r == ERR_STATE || r == ERR_LIMIT || r == ERR_NOTFOUND || r == ERR_INVALID ||
		r == ERR_DENIED;
}

/* One piece of the next batch; the number of certificates is kept with them. */
static int piece(struct working *w, enum step *ret_step)
{
	struct q_issue_run_next next;
	struct ctx *cx = w->cx;
	const char *state, *why = "";
	int64_t n = 0;
	bool over = false;
	int r = q_issue_run_next(cx->db, &next, .run_id = w->run_id);
	*ret_step = STEP_END;
	if (r == ERR_NOTFOUND) {
		r = q_issue_run_move(cx->db, .id = w->run_id, .from_state = "running",
			.state = "done", .ended_at = ctx_now(cx));
		return r < 0 ? ctx_pass(cx, r) : 0;
	}
	if (r < 0)
		return ctx_pass(cx, r);
	r = issue_some(w, &next, &n, &over);
	if (is_refusal(r)) {
		why = problem_text(cx);
		ctx_clear(cx);
		n = 0;
	} else if (r < 0) {
		return r;
	}
	state = *why ? "refused" : over ? "done" : "waiting";
	r = q_issue_run_batch_advance(cx->db, .run_id = w->run_id, .seq = next.seq, .more = n,
		.state = state, .message = why);
	if (r >= 0)
		r = q_issue_run_advance(cx->db, .id = w->run_id, .job_id = w->job->id, .more = n);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE, "certificate.run_at_work");
	*ret_step = STEP_ON;
	w->issued += n;
	return 0;
}

/* The row of the run is taken first, so that whoever stops it waits for the piece, and a second
 * worker for the first. */
static int piece_in_tx(struct working *w, enum step *ret_step)
{
	struct ctx *cx = w->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_issue_run_advance(cx->db, .id = w->run_id, .job_id = w->job->id, .more = 0);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0) {
		*ret_step = STEP_PAUSED;
		return 0;
	}
	if ((r = piece(w, ret_step)) < 0)
		return r;
	if (*ret_step == STEP_ON &&
		(r = job_progress(cx, w->job, w->issued, w->people, "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int next_piece(void *arg)
{
	enum step step;
	int r = piece_in_tx(arg, &step);
	return r < 0 ? r : step == STEP_ON;
}

static int work(struct working *w)
{
	struct ctx *cx = w->cx;
	int r = ctx_steps(cx, PIECE_ARENA, next_piece, w);
	if (r >= 0)
		return 0;
	const char *why = problem_text(cx);
	ctx_clear(cx);
	return fail(cx, r, "certificate.run_stopped", why);
}

/* A job that finds no run of its own was overtaken by another. */
static int run_job(struct ctx *cx, struct job *job)
{
	struct q_issue_run_by_job run;
	int r = q_issue_run_by_job(cx->db, &run, .job_id = job->id);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	struct working w = {.cx = cx, .job = job, .run_id = run.id, .people = run.n_people,
		.issued = run.n_issued};
	r = work(&w);
	return r < 0 ? r : job_result(cx, job, text_of(cx, "/issue-runs/%lld", (long long)run.id));
}

const struct job_kind issue_jobs[] = {
	{job_kind, "批量颁发证书", run_job},
	{0},
};
