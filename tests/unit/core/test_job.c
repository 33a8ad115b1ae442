#include "core/job.h"

#include "base/log.h"
#include "core/fixture.h"
#include "query/core.h"

static int runs;
static int fails_with;
static bool leaves_tx_open;

static int run_plain(struct ctx *cx, struct job *job)
{
	runs++;
	assert_int_equal(cx->actor.role, ROLE_SYSTEM);
	assert_int_equal(cx->actor.account_id, job->created_by);
	assert_string_equal(job->args, "{\"n\":1}");
	if (leaves_tx_open) {
		assert_int_equal(db_begin(cx->db), 0);
		assert_int_equal(q_holiday_put(cx->db, .day_on = 1, .kind = "holiday"), 1);
	}
	if (fails_with)
		return fails_with == ERR_STATE ? ctx_fail(cx, ERR_STATE, "file.notfound",
			NULL) : fails_with;
	int r = job_progress(cx, job, 5, 10, "已处理 5 行");
	return r < 0 ? r : job_result(cx, job, "/rosters/1");
}

/* Another worker takes it up while this one is away. */
static int run_usurped(struct ctx *cx, struct job *job)
{
	assert_int_equal(q_job_claim(cx->db, .id = job->id, .state_before = "running",
		.attempts_before = job->attempts,
		.started_at = 1, .beat_at = ctx_wall(cx), .attempts = job->attempts + 1), 1);
	runs++;
	int r = job_progress(cx, job, 1, 2, "");
	assert_int_equal(r, ERR_STATE);
	return r;
}

static int run_cancelled(struct ctx *cx, struct job *job)
{
	runs++;
	assert_int_equal(job_cancel(cx, job->id), 0);
	return job_progress(cx, job, 1, 2, "");
}

static volatile int ending;

/* Three steps, each kept; the process is told to end during the first. */
static int run_steps(struct ctx *cx, struct job *job)
{
	for (int64_t step = job->done; step < 3; step++) {
		auto_tx tx = {0};
		int r = tx_begin(&tx, cx->db);
		if (r >= 0)
			r = q_holiday_put(cx->db, .day_on = step, .kind = "holiday");
		if (r >= 0)
			r = job_progress(cx, job, step + 1, 3, "");
		if (r < 0 || (r = tx_commit(&tx)) < 0)
			return r;
		ending = !step;
		runs++;
	}
	return 0;
}

static const struct job_kind kinds[] = {
	{"plain", "测试任务", run_plain}, {"usurped", "被接手", run_usurped},
		{"cancelled", "被取消", run_cancelled}, {"steps", "分步", run_steps}, {0}};

static void set_up(struct fixture *f, struct test_db *t)
{
	runs = 0;
	fails_with = 0;
	leaves_tx_open = false;
	log_set_level(LOG_NONE);
	job_register(kinds);
	fixture_init(f, t, NULL);
	act_as(f, ROLE_BODY_CLERK, 7, "张三");
}

static int64_t submit(struct fixture *f, const char *kind)
{
	int64_t id;
	assert_int_equal(job_submit(&f->cx, kind, "{\"n\":1}", &id), 0);
	return id;
}

static struct q_job_find row_of(struct fixture *f, int64_t id)
{
	struct q_job_find row;
	assert_int_equal(q_job_find(f->cx.db, &row, .id = id, .scope = scope_all()), 0);
	return row;
}

static void a_job_runs_once(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_int_equal(job_work(&f.cx), 0);
	int64_t id = submit(&f, "plain");
	assert_int_equal(job_work(&f.cx), 1);
	assert_int_equal(f.cx.actor.role, ROLE_BODY_CLERK); /* the caller acts as before */
	assert_int_equal(job_work(&f.cx), 0);
	assert_int_equal(runs, 1);
	struct job_status s;
	assert_int_equal(job_find(&f.cx, id, &s), 0);
	assert_string_equal(s.state, "done");
	assert_string_equal(s.label, "测试任务");
	assert_string_equal(s.message, "已处理 5 行");
	assert_string_equal(s.result_path, "/rosters/1");
	assert_int_equal(s.done, 5);
	assert_int_equal(s.total, 10);
}

/* Whoever stops the service does not wait for an hour's work, nor is that taken for a failure. */
static void a_process_that_ends_leaves_its_job_to_another(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "steps");
	for (int i = 0; i < 2 * JOB_ATTEMPTS_MAX; i++) {
		ending = 1;
		assert_int_equal(job_work_until(&f.cx, &ending), 1);
		assert_string_equal(row_of(&f, id).state, "waiting");
	}
	assert_int_equal(runs, 0);
	ending = 0;
	assert_int_equal(job_work_until(&f.cx, &ending), 1);
	assert_int_equal(row_of(&f, id).done, 1);
	assert_int_equal(row_of(&f, id).attempts, 0);
	ending = 0;
	assert_int_equal(job_work_until(&f.cx, &ending), 1);
	assert_string_equal(row_of(&f, id).state, "done");
	assert_int_equal(runs, 3);
}

static void what_cannot_be_submitted(void **state)
{
	struct fixture f;
	int64_t id = 77;
	set_up(&f, *state);
	assert_problem(&f, job_submit(&f.cx, "nothing", "{}", &id), ERR_BUG, "job.unknown_kind");
	char *longer = arena_alloc(f.cx.arena, JOB_ARGS_MAX + 2);
	memset(longer, 'x', JOB_ARGS_MAX + 1);
	assert_problem(&f, job_submit(&f.cx, "plain", longer, &id), ERR_LIMIT, "job.args");
	assert_int_equal(id, 77);
}

static void a_refusal_ends_it_in_words(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	fails_with = ERR_STATE;
	leaves_tx_open = true;
	assert_int_equal(job_work(&f.cx), 1);
	assert_false(db_in_tx(f.cx.db));
	assert_string_equal(row_of(&f, id).state, "failed");
	assert_non_null(strstr(row_of(&f, id).message, "没有找到该文件"));
	assert_int_equal(job_work(&f.cx), 0);
	struct q_holiday_between_rows trace;
	assert_int_equal(q_holiday_between(f.cx.db, &trace, .from_on = 1, .to_on = 1), 0);
	assert_int_equal(trace.n, 0); /* what it left open is not kept */
}

static void a_passing_trouble_is_tried_again_a_few_times(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	fails_with = ERR_DB;
	for (int i = 1; i < JOB_ATTEMPTS_MAX; i++) {
		assert_int_equal(job_work(&f.cx), 1);
		assert_string_equal(row_of(&f, id).state, "waiting");
		assert_non_null(strstr(row_of(&f, id).message, "自动接着办理"));
		assert_int_equal(row_of(&f, id).ended_at, 0);
		assert_int_equal(job_work(&f.cx), 0); /* not at once */
		f.now += 3600;
	}
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "failed");
	assert_int_equal(runs, JOB_ATTEMPTS_MAX);
}

static void a_dead_workers_job_is_taken_up_again(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	assert_int_equal(q_job_claim(f.cx.db, .id = id, .state_before = "waiting",
		.attempts_before = 0, .started_at = f.now, .beat_at = f.now, .attempts = 1), 1);
	f.now += JOB_STALE_SECONDS;
	assert_int_equal(job_work(&f.cx), 0);
	f.now++;
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "done");
	assert_int_equal(row_of(&f, id).attempts, 2);
}

static void one_that_kills_its_workers_is_given_up(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	assert_int_equal(q_job_claim(f.cx.db, .id = id, .state_before = "waiting",
		.attempts_before = 0,
		.started_at = f.now, .beat_at = f.now, .attempts = JOB_ATTEMPTS_MAX), 1);
	f.now += JOB_STALE_SECONDS + 1;
	assert_int_equal(job_work(&f.cx), 1);
	assert_int_equal(runs, 0);
	assert_string_equal(row_of(&f, id).state, "failed");
	assert_non_null(strstr(row_of(&f, id).message, "中断"));
}

static void a_worker_that_was_given_up_changes_nothing(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "usurped");
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "running"); /* the other one's */
	assert_int_equal(row_of(&f, id).attempts, 2);
	assert_int_equal(row_of(&f, id).done, 0);
}

static void cancelling(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	assert_int_equal(job_cancel(&f.cx, id), 0);
	assert_int_equal(job_work(&f.cx), 0);
	assert_problem(&f, job_cancel(&f.cx, id), ERR_STATE, "job.ended");
	id = submit(&f, "cancelled");
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "cancelled");
}

static void others_do_not_see_it(void **state)
{
	struct fixture f;
	struct job_status s;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain"); /* of region 3710, no body */
	act_as(&f, ROLE_WORKER, 8, "他人");
	assert_problem(&f, job_find(&f.cx, id, &s), ERR_NOTFOUND, "job.notfound");
	assert_problem(&f, job_cancel(&f.cx, id), ERR_NOTFOUND, "job.notfound");
	act_as(&f, ROLE_PUBLIC, 0, "");
	assert_problem(&f, job_find(&f.cx, id, &s), ERR_NOTFOUND, "job.notfound");
	act_as(&f, ROLE_AUTHORITY, 9, "威海"); /* 3710 */
	assert_int_equal(job_find(&f.cx, id, &s), 0);
	act_as(&f, ROLE_ADMIN_SYSTEM, 10, "系统管理员");
	assert_int_equal(job_find(&f.cx, id, &s), 0);
}

static void of_two_workers_one_gets_it(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain");
	assert_int_equal(q_job_claim(f.cx.db, .id = id, .state_before = "waiting",
		.attempts_before = 0, .beat_at = f.now, .attempts = 1), 1);
	assert_int_equal(q_job_claim(f.cx.db, .id = id, .state_before = "waiting",
		.attempts_before = 0, .beat_at = f.now, .attempts = 1), 0);
}

/* A clock that was far ahead and was put right: what it has written does not wait until then. */
static void a_clock_that_is_put_right_keeps_no_job_waiting(void **state)
{
	enum { AHEAD = 86400 * 400 };
	struct fixture f;
	set_up(&f, *state);
	int64_t id = submit(&f, "plain"), other = submit(&f, "plain");
	f.now += AHEAD;
	fails_with = ERR_DB;
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "waiting");
	assert_int_equal(q_job_claim(f.cx.db, .id = other, .state_before = "waiting",
		.attempts_before = 0, .started_at = 1, .beat_at = f.now, .attempts = 1), 1);
	fails_with = 0;
	f.now -= AHEAD;
	assert_int_equal(job_work(&f.cx), 1);
	assert_int_equal(job_work(&f.cx), 1);
	assert_string_equal(row_of(&f, id).state, "done");
	assert_string_equal(row_of(&f, other).state, "done");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_job_runs_once),
		test_db_case(a_process_that_ends_leaves_its_job_to_another),
		test_db_case(what_cannot_be_submitted),
		test_db_case(a_refusal_ends_it_in_words),
		test_db_case(a_passing_trouble_is_tried_again_a_few_times),
		test_db_case(a_dead_workers_job_is_taken_up_again),
		test_db_case(one_that_kills_its_workers_is_given_up),
		test_db_case(a_worker_that_was_given_up_changes_nothing),
		test_db_case(cancelling),
		test_db_case(others_do_not_see_it),
		test_db_case(of_two_workers_one_gets_it),
		test_db_case(a_clock_that_is_put_right_keeps_no_job_waiting),
	};
	return test_db_run("job", tests);
}
