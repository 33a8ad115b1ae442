/* A small province: every figure as published, books in order, stopped and gone on the same. */
#include "../../core/fixture.h"

#include "core/tlog.h"
#include "domain/certificate/certificate.h"
#include "domain/simulation/simulation.h"
#include "domain/standard/reference.h"
#include "query/certificate.h"

enum { SCALE = 1000 };

struct world {
	struct fixture f;
	struct keyring *keys;
	int alarms, stop_after, calls;
	uint64_t digest;
	size_t rows;
};

static void begin(struct world *w, struct test_db *t)
{
	size_t changed;
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	ctx_act_as_system(&w->f.cx, "test");
	assert_int_equal(reference_load(&w->f.cx, &changed), 0);
	w->f.now = day_of("2026-11-01") * 86400;
}

static int on_progress(void *arg, const struct simulation_progress *p)
{
	struct world *w = arg;
	assert_true(p->done <= p->total);
	return w->stop_after && ++w->calls == w->stop_after ? ERR_IO : 0;
}

static int run(struct world *w, const char *seed)
{
	return simulation_run(&w->f.cx, &(struct simulation_in){.seed = seed, .scale_ppm = SCALE,
		.progress = on_progress, .arg = w});
}

static void on_alarm(void *arg, const char *text)
{
	struct world *w = arg;
	print_error("%s\n", text);
	w->alarms++;
}

static int each(void *arg, const struct q_certificate_walk *row)
{
	struct world *w = arg;
	for (const char *p = row->face_hash; *p; p++)
		w->digest = (w->digest ^ (unsigned char)*p) * UINT64_C(1099511628211);
	w->rows++;
	return 0;
}

static uint64_t digest_of(struct world *w)
{
	w->digest = 1;
	w->rows = 0;
	assert_int_equal(q_certificate_walk(w->f.cx.db, each, w), 0);
	return w->digest;
}

static void assert_sound(struct world *w)
{
	struct simulation_line *lines;
	size_t n, waiting;
	assert_int_equal(simulation_compare(&w->f.cx, &lines, &n), 0);
	assert_true(n >= 12);
	for (size_t i = 0; i < n; i++)
		if (lines[i].own != lines[i].expected)
			fail_msg("%s: %lld, expected %lld", lines[i].label,
				(long long)lines[i].own, (long long)lines[i].expected);
	assert_int_equal(certificate_check(&w->f.cx, on_alarm, w), 0);
	assert_int_equal(statistics_check(&w->f.cx, on_alarm, w), 0);
	assert_int_equal(w->alarms, 0);
	assert_int_equal(tlog_integrate(&w->f.cx, &waiting), 0);
	assert_int_equal(waiting, 0);
}

static void test_stopped_and_gone_on(void **state)
{
	struct world w, v;
	struct test_db *second = test_db_open(test_db_kind);
	begin(&w, *state);
	assert_int_equal(run(&w, "one"), 0);
	assert_sound(&w);
	uint64_t digest = digest_of(&w);
	assert_int_equal(w.rows, 2601);
	begin(&v, second);
	v.stop_after = 1;
	assert_int_equal(run(&v, "one"), ERR_IO);
	assert_true(digest_of(&v) != digest);
	assert_problem(&v.f, run(&v, "two"), ERR_STATE, "simulation.begun_otherwise");
	v.stop_after = 0;
	assert_int_equal(run(&v, "one"), 0);
	assert_sound(&v);
	assert_true(digest_of(&v) == digest);
	test_db_close(second);
	keyring_free(w.keys);
	keyring_free(v.keys);
}

/* Whatever statement fails: what was kept is whole, and the next run goes on from there. */
static void test_failing(void **state)
{
	struct world w;
	begin(&w, *state);
	for (int n = 50, tries = 0; tries < 12; tries++, n = n * 5 / 2) {
		db_fail_after(w.f.cx.db, n);
		int r = run(&w, "one");
		while (db_in_tx(w.f.cx.db))
			db_rollback(w.f.cx.db);
		db_fail_after(w.f.cx.db, 0);
		ctx_clear(&w.f.cx);
		if (r == 0)
			break;
	}
	assert_int_equal(run(&w, "one"), 0);
	assert_sound(&w);
	keyring_free(w.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_stopped_and_gone_on),
		test_db_case(test_failing),
	};
	return test_db_run("simulation", tests);
}
