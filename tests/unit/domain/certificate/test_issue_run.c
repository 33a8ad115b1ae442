/* Issuing in the background: stopped, gone on with, killed and taken over, by one worker or two:
 * everybody has exactly one certificate and the numbers have no gap. */
#include "../../core/fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/ident.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/issue_run.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/person.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/enrolment.h"
#include "query/issue_run.h"
#include "query/registry.h"
#include "query/result.h"
#include "query/standard.h"

enum { BATCHES = 3, LARGE = 1203, SMALL = 7, ALL = LARGE + 2 * SMALL };

struct world {
	struct fixture f;
	struct keyring *keys;
	struct test_db *t;
	int64_t body, welder, batches[BATCHES], run, people;
	int alarms;
};

static void must(struct world *w, int r)
{
	if (r < 0)
		fail_msg("%s: %s / %s", w->f.cx.problem.id ? w->f.cx.problem.id : "?",
			w->f.cx.problem.id ? problem_text(&w->f.cx) : "", db_error(w->f.cx.db));
}

static void as_manager(struct world *w)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = ROLE_BODY_MANAGER, .account_id = 11,
		.name = "负责人", .region = "371002", .body_id = w->body, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static void put_person(struct world *w, int64_t batch, int seq)
{
	struct ctx *cx = &w->f.cx;
	char idno[19];
	int64_t person, id = ctx_id(cx);
	int i = (int)w->people++;
	const char *name = text_of(cx, "张%04d", i);
	ident_idno_make("371002", 5000 + i, 10 + i % 900, idno);
	must(w, person_save(cx, &(struct person_in){.name = name, .idno = idno}, &person));
	must(w, q_enrolment_insert(cx->db, .person_id = person, .id = id, .batch_id = batch,
		.body_id = w->body, .region = "371002", .seq = seq, .name = name,
		.idno_mask = "m", .facts = "{}"));
	must(w, q_enrolment_move(cx->db, .person_id = person, .id = id, .from_state = "submitted",
		.state = "passed"));
	must(w, q_result_insert(cx->db, .person_id = person, .enrolment_id = id,
		.result_version = 1, .batch_id = batch, .body_id = w->body, .region = "371002",
		.seq = seq, .name = name, .theory = "80.00", .skill = "90.00",
		.outcome = "passed"));
}

static void put_batch(struct world *w, int i, int people)
{
	struct ctx *cx = &w->f.cx;
	auto_tx tx = {0};
	must(w, tx_begin(&tx, cx->db));
	w->batches[i] = ctx_id(cx);
	must(w, q_batch_insert(cx->db, .id = w->batches[i], .body_id = w->body,
		.region = "371002", .batch_no = text_of(cx, "b%d", i), .title = "焊工四级",
		.occupation_id = w->welder, .grade = 4, .parts = 3));
	must(w, q_batch_set_frozen(cx->db, .id = w->batches[i], .result_version = 1));
	must(w, q_batch_set_passed(cx->db, .id = w->batches[i], .n_passed = people));
	must(w, q_batch_move(cx->db, .id = w->batches[i], .from_state = "draft",
		.state = "confirmed"));
	for (int k = 0; k < people; k++)
		put_person(w, w->batches[i], k + 1);
	must(w, tx_commit(&tx));
}

static void begin(struct world *w, struct test_db *t)
{
	size_t changed;
	struct q_occupation_by_code welder;
	static int64_t tests;
	*w = (struct world){.keys = fixture_keys(), .t = t};
	job_register(issue_jobs);
	fixture_init(&w->f, t, w->keys);
	w->f.now += tests++ * 30 * 86400;
	struct ctx *cx = &w->f.cx;
	ctx_act_as_system(cx, "test");
	must(w, reference_load(cx, &changed));
	must(w, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	w->welder = welder.id;
	must(w, body_register(cx, &(struct body_in){.name = "威海某船厂",
		.uscc = "91350100M000100Y43", .body_kind = "enterprise", .region = "371002",
		.legal_person = "", .address = "", .contact = "", .phone = "", .website = ""},
		&w->body));
	must(w, q_body_effect(cx->db, .id = w->body, .body_code = "Y000037100001", .filed_on = 1,
		.state = "filed"));
	put_batch(w, 0, SMALL);
	put_batch(w, 1, LARGE);
	put_batch(w, 2, SMALL);
	as_manager(w);
}

static void end(struct world *w)
{
	keyring_free(w->keys);
}

static void on_alarm(void *arg, const char *text)
{
	struct world *w = arg;
	print_error("%s\n", text);
	w->alarms++;
}

static void start(struct world *w)
{
	must(w, issue_run_start(&w->f.cx, w->batches, BATCHES, &w->run));
}

static struct q_issue_run_find standing(struct world *w, const char **ret_job)
{
	struct q_issue_run_find run;
	const char *message;
	must(w, issue_run_get(&w->f.cx, w->run, &run, ret_job, &message));
	return run;
}

/* Everybody has one, the serials are 1 to ALL, and all counts agree. */
static void assert_issued(struct world *w)
{
	const char *job;
	struct q_certificate_serials_rows serials;
	struct q_issue_run_find run = standing(w, &job);
	assert_string_equal(run.state, "done");
	assert_int_equal(run.n_issued, ALL);
	must(w, certificate_check(&w->f.cx, on_alarm, w));
	assert_int_equal(w->alarms, 0);
	must(w, q_certificate_serials(w->f.cx.db, &serials));
	assert_int_equal(serials.n, 1);
	assert_int_equal(serials.at[0].last, ALL);
	for (int i = 0; i < BATCHES; i++) {
		struct q_batch_find batch;
		must(w, batch_get(&w->f.cx, w->batches[i], &batch));
		assert_string_equal(batch.state, "certified");
		assert_int_equal(batch.n_certified, batch.n_passed);
	}
}

static int work(struct world *w)
{
	int r = job_work(&w->f.cx);
	as_manager(w);
	return r;
}

static void test_one_go(void **state)
{
	struct world w;
	const char *job;
	begin(&w, *state);
	start(&w);
	assert_int_equal(standing(&w, &job).n_people, ALL);
	assert_string_equal(job, "waiting");
	int64_t other;
	assert_problem(&w.f, issue_run_start(&w.f.cx, &w.batches[1], 1, &other), ERR_CONFLICT,
		"certificate.run_taken");
	assert_int_equal(work(&w), 1);
	assert_issued(&w);
	assert_problem(&w.f, issue_run_resume(&w.f.cx, w.run), ERR_STATE, "certificate.run_over");
	end(&w);
}

static void test_pause_and_resume(void **state)
{
	struct world w;
	const char *job;
	begin(&w, *state);
	start(&w);
	must(&w, issue_run_pause(&w.f.cx, w.run));
	assert_problem(&w.f, issue_run_pause(&w.f.cx, w.run), ERR_STATE,
		"certificate.run_not_running");
	assert_int_equal(work(&w), 1); /* finds that it is to stop */
	assert_int_equal(standing(&w, &job).n_issued, 0);
	must(&w, issue_run_resume(&w.f.cx, w.run));
	assert_problem(&w.f, issue_run_resume(&w.f.cx, w.run), ERR_STATE,
		"certificate.run_at_work");
	assert_int_equal(work(&w), 1);
	assert_issued(&w);
	end(&w);
}

/* One that is held stays out, says why, and is tried again later. */
static void test_refused(void **state)
{
	struct world w;
	const char *job;
	struct q_issue_run_batches_rows rows;
	begin(&w, *state);
	start(&w);
	must(&w, q_batch_move(w.f.cx.db, .id = w.batches[1], .from_state = "confirmed",
		.state = "held"));
	assert_int_equal(work(&w), 1);
	assert_int_equal(standing(&w, &job).n_issued, 2 * SMALL);
	must(&w, q_issue_run_batches(w.f.cx.db, &rows, .run_id = w.run));
	assert_string_equal(rows.at[1].state, "refused");
	assert_true(strlen(rows.at[1].message) > 0);
	must(&w, q_batch_move(w.f.cx.db, .id = w.batches[1], .from_state = "held",
		.state = "confirmed"));
	must(&w, issue_run_resume(&w.f.cx, w.run));
	assert_int_equal(work(&w), 1);
	assert_issued(&w);
	end(&w);
}

/* The database fails at one statement after the other: each time the job goes on where it was. */
static void test_failing_statements(void **state)
{
	struct world w;
	const char *job;
	begin(&w, *state);
	start(&w);
	for (int n = 3, tries = 0; tries < 60; n = n * 3 / 2 + 7, tries++) {
		db_fail_after(w.f.cx.db, n);
		(void)job_work(&w.f.cx);
		while (db_in_tx(w.f.cx.db))
			db_rollback(w.f.cx.db);
		db_fail_after(w.f.cx.db, 0);
		ctx_clear(&w.f.cx);
		as_manager(&w);
		if (streq(standing(&w, &job).state, "done"))
			break;
		w.f.now += 3600;
		if (streq(job, "failed"))
			must(&w, issue_run_resume(&w.f.cx, w.run));
	}
	assert_issued(&w);
	end(&w);
}

/* A process of its own that does the job until it is killed. Each has a time of its own, for ids
 * that no other makes. */
static pid_t worker(struct world *w)
{
	w->f.now += 120;
	pid_t pid = fork();
	if (pid)
		return pid;
	struct ctx cx;
	struct db *db = NULL;
	struct arena *arena = arena_new((size_t)1 << 28);
	if (db_open(w->t->url, &db) < 0)
		_exit(3);
	ctx_init(&cx, arena, db, w->keys);
	cx.clock = w->f.cx.clock;
	ctx_act_as_system(&cx, "worker");
	_exit(job_work(&cx) < 0 ? 2 : 0);
}

static void test_killed(void **state)
{
	struct world w;
	const char *job;
	begin(&w, *state);
	start(&w);
	int killed = 0;
	for (int i = 0; i < 40 && !streq(standing(&w, &job).state, "done"); i++) {
		pid_t pid = worker(&w);
		int status;
		nanosleep(&(struct timespec){.tv_nsec = (20 + 15 * i % 400) * 1000000L}, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		killed += WIFSIGNALED(status);
		w.f.now += JOB_STALE_SECONDS + 60;
		if (streq(standing(&w, &job).state, "running") && !streq(job, "waiting") &&
			!streq(job, "running"))
			must(&w, issue_run_resume(&w.f.cx, w.run));
	}
	while (!streq(standing(&w, &job).state, "done")) {
		w.f.now += JOB_STALE_SECONDS + 60;
		if (work(&w) == 0)
			must(&w, issue_run_resume(&w.f.cx, w.run));
	}
	assert_true(killed > 0);
	assert_issued(&w);
	end(&w);
}

/* The run is handed on while its first worker is still at it: one of them stops. */
static void test_two_workers(void **state)
{
	struct world w;
	const char *job;
	begin(&w, *state);
	start(&w);
	pid_t first = worker(&w);
	while (streq(standing(&w, &job).state, "running") && streq(job, "waiting"))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	int paused = issue_run_pause(&w.f.cx, w.run);
	assert_true(paused == 0 || streq(standing(&w, &job).state, "done"));
	if (paused == 0)
		must(&w, issue_run_resume(&w.f.cx, w.run));
	pid_t second = worker(&w);
	int status;
	waitpid(first, &status, 0);
	waitpid(second, &status, 0);
	while (!streq(standing(&w, &job).state, "done")) {
		w.f.now += JOB_STALE_SECONDS + 60;
		(void)work(&w);
	}
	assert_issued(&w);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_one_go),
		test_db_case(test_pause_and_resume),
		test_db_case(test_refused),
		test_db_case(test_failing_statements),
		test_db_case(test_killed),
		test_db_case(test_two_workers),
	};
	return test_db_run("issue_run", tests);
}
