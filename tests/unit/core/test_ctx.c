#include "core/ctx.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/fixture.h"
#include "query/core.h"

static struct scope scope_of(struct fixture *f, enum role role, const char *region, int64_t body_id)
{
	ctx_act_as(&f->cx, &(struct actor){.role = role, .region = region, .body_id = body_id});
	return f->cx.scope;
}

static bool is_inside(struct scope s, const char *region, int64_t body_id)
{
	bool in_region = s.lo && s.hi && strcmp(s.lo, region) <= 0 && strcmp(region, s.hi) < 0;
	return in_region && (!s.body_id || s.body_id == body_id);
}

static void scope_follows_the_role(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	struct scope city = scope_of(&f, ROLE_AUTHORITY, "3710", 0);
	assert_true(is_inside(city, "3710", 5));
	assert_true(is_inside(city, "371002", 5));
	assert_false(is_inside(city, "37", 5));
	assert_false(is_inside(city, "3711", 5));
	assert_false(is_inside(city, "371102", 5));
	struct scope province = scope_of(&f, ROLE_AUTHORITY_HEAD, "37", 0);
	assert_true(is_inside(province, "3717", 1));
	assert_false(is_inside(province, "38", 1));
	struct scope body = scope_of(&f, ROLE_BODY_CLERK, "3710", 9);
	assert_true(is_inside(body, "3710", 9));
	assert_true(is_inside(body, "3702", 9));
	assert_false(is_inside(body, "3710", 8));
}

static void scope_is_nothing_unless_given(void **state)
{
	static const enum role none[] = {ROLE_PUBLIC, ROLE_WORKER, ROLE_EXAMINER, ROLE_ADMIN_SYSTEM,
		ROLE_ADMIN_SECURITY, ROLE_ADMIN_AUDIT};
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(is_inside(scope_of(&f, none[i], "3710", 9), "3710", 9));
	assert_false(is_inside(scope_of(&f, ROLE_BODY_MANAGER, "3710", 0), "3710", 0));
	assert_false(is_inside(scope_of(&f, ROLE_SUPERVISOR, "", 0), "3710", 0));
	assert_true(is_inside(scope_of(&f, ROLE_SUPERVISOR, "3710", 0), "371002", 3));
}

static void region_bounds_carry_over_nines(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	assert_string_equal(scope_region(&f.cx, "3709").hi, "371");
	assert_true(is_inside(scope_region(&f.cx, "3709"), "370999", 0));
	assert_false(is_inside(scope_region(&f.cx, "3709"), "3710", 0));
	assert_true(is_inside(scope_region(&f.cx, "99"), "9900", 0));
	assert_true(is_inside(scope_region(&f.cx, ""), "3710", 0));
}

static void scope_holds_in_the_database(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct q_job_find row;
	fixture_init(&f, t, NULL);
	test_ok(t, q_job_insert(t->db, .id = 1, .kind = "x", .region = "371002", .body_id = 9));
	struct scope city = scope_of(&f, ROLE_AUTHORITY, "3710", 0);
	assert_int_equal(q_job_find(t->db, &row, .id = 1, .scope = city), 0);
	struct scope other = scope_of(&f, ROLE_AUTHORITY, "3702", 0);
	assert_int_equal(q_job_find(t->db, &row, .id = 1, .scope = other), ERR_NOTFOUND);
	struct scope nobody = scope_of(&f, ROLE_WORKER, "", 0);
	assert_int_equal(q_job_find(t->db, &row, .id = 1, .scope = nobody), ERR_NOTFOUND);
	assert_int_equal(q_job_find(t->db, &row, .id = 1, .scope = scope_all()), 0);
}

static void ids_are_new_and_in_order(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	int64_t last = 0;
	for (int i = 0; i < 10000; i++) {
		if (i % 1000 == 0)
			f.now++;
		int64_t id = ctx_id(&f.cx);
		assert_true(id > last);
		last = id;
	}
	int64_t ms = last >> 21;
	int64_t at = f.now * 1000 - INT64_C(1577836800000);
	assert_true(ms >= at && ms < at + 2);
}

enum { THREADS = 4, EACH = 20000 };

static void *make_ids(void *arg)
{
	int64_t *ids = arg;
	auto_arena a = arena_new(1 << 20);
	struct ctx cx;
	ctx_init(&cx, a, NULL, NULL);
	for (int i = 0; i < EACH; i++)
		ids[i] = ctx_id(&cx);
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void ids_of_threads_differ(void **state)
{
	static int64_t ids[THREADS * EACH];
	pthread_t threads[THREADS];
	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids + i * EACH), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	qsort(ids, THREADS * EACH, sizeof *ids, compare_ids);
	for (size_t i = 1; i < THREADS * EACH; i++)
		assert_true(ids[i - 1] < ids[i]);
}

static void today_turns_at_local_midnight(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	f.now = day_of("2026-03-01") * 86400 + 16 * 3600 - 1; /* 23:59:59 in Jinan */
	assert_int_equal(ctx_today(&f.cx), day_of("2026-03-01"));
	f.now++;
	assert_int_equal(ctx_today(&f.cx), day_of("2026-03-02"));
}

/* What a clock says is `ahead` of the machine's. */
static void is_now(int64_t (*clock)(struct ctx *), struct ctx *cx, int64_t ahead)
{
	int64_t before = time(NULL), said = clock(cx), after = time(NULL);
	assert_true(before + ahead <= said && said <= after + ahead);
}

static void rehearsal_moves_the_clock_but_not_the_wall(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	enum { MONTH = 30 * 86400 };
	test_ok(t, q_platform_insert(t->db, .id = 1, .demo = 1, .clock_offset_s = MONTH));
	ctx_init(&cx, t->arena, t->db, NULL);
	is_now(ctx_now, &cx, MONTH);
	is_now(ctx_wall, &cx, 0);
	assert_int_equal(q_platform_clock_move(t->db, .id = 1, .clock_offset_s = 2 * MONTH), 1);
	struct ctx later;
	ctx_init(&later, t->arena, t->db, NULL);
	is_now(ctx_now, &later, 2 * MONTH);
}

static void a_real_platform_has_no_rehearsal(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	/* whatever another database said before */
	is_now(ctx_now, &cx, 0);
	test_ok(t, q_platform_insert(t->db, .id = 1, .demo = 0));
	assert_int_equal(q_platform_clock_move(t->db, .id = 1, .clock_offset_s = 5), 0);
}

static void problems_keep_copies(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	char arg[] = "甲";
	fixture_init(&f, t, NULL);
	assert_int_equal(ctx_fail(&f.cx, ERR_STATE, "flow.can_do", arg, "乙", NULL), ERR_STATE);
	memset(arg, 'x', sizeof arg - 1);
	assert_string_equal(f.cx.problem.args[0], "甲");
	assert_string_equal(f.cx.problem.args[1], "乙");
	assert_null(f.cx.problem.args[2]);
	assert_string_equal(problem_text(&f.cx), "现在可以办理：甲");
	ctx_clear(&f.cx);
	assert_int_equal(f.cx.problem.err, 0);
}

static void field_problems_are_collected_up_to_a_limit(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	assert_int_equal(ctx_checked(&f.cx), 0);
	for (int i = 0; i < PROBLEM_FIELDS + 10; i++)
		assert_int_equal(fail_field(&f.cx, "name", "field.required", "姓名"), ERR_INVALID);
	assert_int_equal(f.cx.problem.n_fields, PROBLEM_FIELDS);
	assert_int_equal(f.cx.problem.err, ERR_INVALID);
	assert_int_equal(ctx_checked(&f.cx), ERR_INVALID);
	assert_string_equal(field_problem_text(&f.cx, &f.cx.problem.fields[0]), "请填写“姓名”");
}

static void a_bare_error_gets_a_general_text_once(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	assert_int_equal(ctx_pass(&f.cx, 0), 0);
	assert_int_equal(ctx_pass(&f.cx, 3), 3);
	assert_null(f.cx.problem.id);
	assert_int_equal(ctx_pass(&f.cx, ERR_DB), ERR_DB);
	assert_string_equal(f.cx.problem.id, "error.db");
	(void)ctx_fail(&f.cx, ERR_NOTFOUND, "file.notfound", NULL);
	assert_int_equal(ctx_pass(&f.cx, ERR_NOTFOUND), ERR_NOTFOUND);
	assert_string_equal(f.cx.problem.id, "file.notfound");
}

static void a_token_narrows_the_role(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	struct actor actor = {.role = ROLE_BODY_CLERK, .body_id = 1};
	actor.token_perms[PERM_BATCH_READ / 64] |= UINT64_C(1) << PERM_BATCH_READ % 64;
	actor.token_perms[PERM_AUDIT_READ / 64] |= UINT64_C(1) << PERM_AUDIT_READ % 64;
	ctx_act_as(&f.cx, &actor);
	assert_true(ctx_may(&f.cx, PERM_BATCH_READ));
	assert_false(ctx_may(&f.cx, PERM_BATCH_EDIT)); /* the role has it, the token has not */
	assert_false(ctx_may(&f.cx, PERM_AUDIT_READ)); /* the token has it, the role has not */
	assert_problem(&f, ctx_need(&f.cx, PERM_BATCH_EDIT), ERR_DENIED, "auth.denied");
	ctx_act_as_system(&f.cx, "导入");
	assert_int_equal(ctx_need(&f.cx, PERM_AUDIT_READ), 0);
}

struct stepping {
	struct fixture *f;
	size_t most;
	int left;
	struct arena *outer;
};

static int take_a_megabyte(void *arg)
{
	struct stepping *s = arg;
	size_t used = arena_used(s->f->cx.arena);
	assert_ptr_not_equal(s->f->cx.arena, s->outer);
	s->most = used > s->most ? used : s->most;
	arena_alloc(s->f->cx.arena, 1024 * 1024);
	if (s->left-- > 0)
		return 1;
	return ctx_fail(&s->f->cx, ERR_STATE, "job.ended", text_of(&s->f->cx, "%s", "任务"), NULL);
}

static void steps_leave_nothing_but_the_problem(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	fixture_init(&f, t, NULL);
	struct stepping s = {.f = &f, .left = 100, .outer = f.cx.arena};
	size_t before = arena_used(f.cx.arena);
	assert_int_equal(ctx_steps(&f.cx, 4 * 1024 * 1024, take_a_megabyte, &s), ERR_STATE);
	assert_int_equal(s.most, 0);
	assert_ptr_equal(f.cx.arena, s.outer);
	assert_true(arena_used(f.cx.arena) - before < 1024);
	assert_string_equal(f.cx.problem.args[0], "任务");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(scope_follows_the_role),
		test_db_case(scope_is_nothing_unless_given),
		test_db_case(region_bounds_carry_over_nines),
		test_db_case(scope_holds_in_the_database),
		test_db_case(ids_are_new_and_in_order),
		test_db_case(ids_of_threads_differ),
		test_db_case(today_turns_at_local_midnight),
		test_db_case(rehearsal_moves_the_clock_but_not_the_wall),
		test_db_case(a_real_platform_has_no_rehearsal),
		test_db_case(problems_keep_copies),
		test_db_case(steps_leave_nothing_but_the_problem),
		test_db_case(field_problems_are_collected_up_to_a_limit),
		test_db_case(a_bare_error_gets_a_general_text_once),
		test_db_case(a_token_narrows_the_role),
	};
	return test_db_run("ctx", tests);
}
