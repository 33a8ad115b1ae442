#include "core/job.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "core/message.h"
#include "query/core.h"

enum {
	KIND_LISTS = 32,
	MESSAGE_CHARS = 500,
	RETRY_SECONDS = 5,
	AHEAD_SECONDS = 600, /* longer than any job is put off, or clocks differ */
};

static const struct job_kind *kind_lists[KIND_LISTS];

void job_register(const struct job_kind *kinds)
{
	for (size_t i = 0; i < KIND_LISTS; i++) {
		if (kind_lists[i] == kinds)
			return;
		if (!kind_lists[i]) {
			kind_lists[i] = kinds;
			return;
		}
	}
	log_die("too many lists of job kinds");
}

static const struct job_kind *find_kind(const char *kind)
{
	for (size_t i = 0; i < KIND_LISTS && kind_lists[i]; i++) {
		for (const struct job_kind *k = kind_lists[i]; k->kind; k++) {
			if (streq(k->kind, kind))
				return k;
		}
	}
	return NULL;
}

const char *job_label(const char *kind)
{
	const struct job_kind *k = find_kind(kind);
	return k ? k->label : kind;
}

int job_submit(struct ctx *cx, const char *kind, const char *args, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	if (!find_kind(kind))
		return fail(cx, ERR_BUG, "job.unknown_kind", kind);
	if (args && strlen(args) > JOB_ARGS_MAX)
		return fail(cx, ERR_LIMIT, "job.args", job_label(kind));
	int r = q_job_insert(cx->db, .id = id, .kind = kind, .args = args,
		.region = cx->actor.region,
		.body_id = cx->actor.body_id, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static const char *short_text(struct ctx *cx, const char *text)
{
	return arena_str(cx->arena, utf8_cut(str_of(text), MESSAGE_CHARS));
}

/* Every write of a running job names its claim: a worker that was given up cannot touch it any
 * more. */
static int if_mine(struct ctx *cx, const struct job *job, int changed)
{
	if (changed < 0)
		return ctx_pass(cx, changed);
	return changed ? 0 : fail(cx, ERR_STATE, "job.not_mine", job_label(job->kind));
}

static bool is_stopping(const struct job *job)
{
	return job->stop && __atomic_load_n(job->stop, __ATOMIC_RELAXED);
}

int job_progress(struct ctx *cx, struct job *job, int64_t done, int64_t total, const char *message)
{
	bool is_last = total > 0 && done >= total; /* what is done is not done again */
	if (is_stopping(job) && !is_last)
		return fail(cx, ERR_STATE, "job.not_mine", job_label(job->kind));
	int r = q_job_beat(cx->db, .id = job->id, .attempts = job->attempts, .done = done,
		.total = total, .message = short_text(cx, message), .beat_at = ctx_wall(cx));
	if ((r = if_mine(cx, job, r)) < 0)
		return r;
	job->done = done;
	job->total = total;
	return 0;
}

int job_result(struct ctx *cx, struct job *job, const char *path)
{
	return if_mine(cx, job, q_job_set_result(cx->db, .id = job->id, .attempts = job->attempts,
		.result_path = path));
}

static int find_visible(struct ctx *cx, int64_t id, struct q_job_find *ret_row)
{
	const struct actor *who = &cx->actor;
	struct q_job_find row;
	int r = q_job_find(cx->db, &row, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND && who->account_id) {
		r = q_job_find(cx->db, &row, .id = id, .scope = scope_all());
		if (r == 0 && row.created_by != who->account_id && who->role != ROLE_ADMIN_SYSTEM)
			r = ERR_NOTFOUND;
	}
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "job.notfound");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_row = row;
	return 0;
}

int job_find(struct ctx *cx, int64_t id, struct job_status *ret_status)
{
	struct q_job_find row = {0};
	int r = find_visible(cx, id, &row);
	if (r < 0)
		return r;
	*ret_status = (struct job_status){
		.id = row.id, .done = row.done, .total = row.total, .created_at = row.created_at,
		.started_at = row.started_at, .ended_at = row.ended_at, .kind = row.kind,
			.label = job_label(row.kind),
		.message = row.message, .result_path = row.result_path, .state = row.state,
	};
	return 0;
}

int job_is_open(struct ctx *cx, int64_t id, bool *ret_is_open)
{
	struct q_job_find row = {.state = ""};
	int r = id ? q_job_find(cx->db, &row, .id = id, .scope = scope_all()) : 0;
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_is_open = r == 0 && (streq(row.state, "waiting") || streq(row.state, "running"));
	return 0;
}

static int close_job(struct ctx *cx, int64_t id, const char *state)
{
	struct q_job_find row = {0};
	int r = find_visible(cx, id, &row);
	if (r < 0)
		return r;
	r = q_job_close(cx->db, .id = id, .state = state, .ended_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "job.ended", job_label(row.kind));
}

int job_cancel(struct ctx *cx, int64_t id)
{
	return close_job(cx, id, "cancelled");
}

int job_done(struct ctx *cx, int64_t id)
{
	return close_job(cx, id, "done");
}

static int end_job(struct ctx *cx, const struct job *job, const char *message)
{
	int r = q_job_end(cx->db, .id = job->id, .attempts = job->attempts, .state = "failed",
		.message = short_text(cx, message), .ended_at = ctx_now(cx),
		.beat_at = ctx_wall(cx));
	return r < 0 ? r : 0;
}

/* What failed tells its maker to come again; here nobody needs to. */
static int put_off(struct ctx *cx, const struct job *job)
{
	const char *args[PROBLEM_ARGS] = {0};
	int r = q_job_end(cx->db, .id = job->id, .attempts = job->attempts, .state = "waiting",
		.message = message_text(cx->arena, "job.again", args), .ended_at = 0,
		.beat_at = ctx_wall(cx) + (RETRY_SECONDS << job->attempts));
	return r < 0 ? r : 0;
}

static bool may_try_again(const struct job *job, int err)
{
	bool passes = err == ERR_DB || err == ERR_IO || err == ERR_CONFLICT;
	return passes && job->attempts < JOB_ATTEMPTS_MAX;
}

static int finish(struct ctx *cx, const struct job *job, int err)
{
	if (err >= 0)
		return q_job_finish(cx->db, .id = job->id, .attempts = job->attempts,
			.ended_at = ctx_now(cx));
	if (err == ERR_STATE && is_stopping(job))
		return q_job_yield(cx->db, .id = job->id, .attempts = job->attempts,
			.beat_at = ctx_wall(cx));
	(void)ctx_pass(cx, err);
	const char *text = problem_text(cx);
	log_warn("job %s %" PRId64 " attempt %" PRId64 ": %s %s", job->kind, job->id, job->attempts,
		err_name(err), cx->problem.id);
	return may_try_again(job, err) ? put_off(cx, job) : end_job(cx, job, text);
}

static int run_job(struct ctx *cx, struct job *job)
{
	const struct job_kind *kind = find_kind(job->kind);
	struct actor actor = {
		.account_id = job->created_by, .role = ROLE_SYSTEM,
			.name = kind ? kind->label : job->kind,
		.region = job->region, .body_id = job->body_id,
			.token_perms = {UINT64_MAX, UINT64_MAX},
	};
	ctx_clear(cx);
	ctx_act_as(cx, &actor);
	int r = kind ? kind->run(cx, job) : fail(cx, ERR_BUG, "job.unknown_kind", job->kind);
	while (db_in_tx(cx->db))
		db_rollback(cx->db);
	return finish(cx, job, r);
}

/* 1 when this worker has it now, 0 when another was faster. */
static int claim(struct ctx *cx, const struct q_job_ready *row, struct job *ret_job)
{
	int64_t attempts = row->attempts + 1;
	int r = q_job_claim(cx->db, .id = row->id, .state_before = row->state,
		.attempts_before = row->attempts,
		.started_at = ctx_now(cx), .beat_at = ctx_wall(cx), .attempts = attempts);
	if (r <= 0)
		return r;
	*ret_job = (struct job){
		.id = row->id, .kind = row->kind, .args = row->args, .done = row->done,
			.total = row->total,
		.body_id = row->body_id, .created_by = row->created_by, .region = row->region,
			.attempts = attempts,
	};
	return 1;
}

int job_work(struct ctx *cx)
{
	return job_work_until(cx, NULL);
}

int job_work_until(struct ctx *cx, const volatile int *stop)
{
	struct q_job_ready row;
	struct job job = {0};
	int r = 0;
	while (r == 0) {
		int64_t now = ctx_wall(cx);
		r = q_job_ready(cx->db, &row, .now_at = now, .stale_at = now - JOB_STALE_SECONDS,
			.ahead_at = now + AHEAD_SECONDS);
		if (r == ERR_NOTFOUND)
			return 0;
		if (r == 0)
			r = claim(cx, &row, &job);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (job.attempts > JOB_ATTEMPTS_MAX) {
		const char *args[PROBLEM_ARGS] = {text_of(cx, "%d", JOB_ATTEMPTS_MAX)};
		r = end_job(cx, &job, message_text(cx->arena, "job.died", args));
	} else {
		struct actor before = cx->actor;
		job.stop = stop;
		r = run_job(cx, &job);
		ctx_act_as(cx, &before);
	}
	return r < 0 ? ctx_pass(cx, r) : 1;
}
