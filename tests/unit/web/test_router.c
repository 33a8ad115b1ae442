#include "web/router.h"

#include "support.h"
#include "web/routes.h"

enum { MEMORY = 16 * 1024 * 1024 };

static int nothing(struct req *rq)
{
	(void)rq;
	return 0;
}

static const struct route table[] = {
	{GET, "/", PERM_PUBLIC, nothing, "x", "首页"},
	{GET, "/batches", PERM_PUBLIC, nothing, "x", "批次"},
	{POST, "/batches", PERM_PUBLIC, nothing, NULL, "批次"},
	{GET, "/batches/new", PERM_PUBLIC, nothing, "x", "新批次"},
	{GET, "/batches/:id", PERM_PUBLIC, nothing, "x", "批次"},
	{GET, "/batches/:id/rooms/:room", PERM_PUBLIC, nothing, "x", "考场"},
	{GET, "/batches/new/help", PERM_PUBLIC, nothing, "x", "说明"},
	{POST, "/batches/:id/rooms", PERM_PUBLIC, nothing, NULL, "考场"},
	{0},
};

static const struct route *const tables[] = {table, NULL};

struct fixture {
	struct arena *arena;
	struct router *router;
	struct exchange ex;
};

static int setup(void **state)
{
	const char *error;
	struct arena *a = arena_new(MEMORY);
	struct fixture *f = arena_make(a, struct fixture);
	f->arena = f->ex.arena = a;
	f->router = router_new(tables, a, &error);
	*state = f;
	return f->router ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_free(f->arena);
	return 0;
}

static const char *found(struct fixture *f, enum method method, const char *path)
{
	unsigned allow;
	f->ex.n_params = 0;
	const struct route *route = router_match(f->router, method, path, &f->ex, &allow);
	return route ? route->path : "";
}

static void fixed_segments_go_first(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(found(f, GET, "/"), "/");
	assert_string_equal(found(f, GET, "/batches/new"), "/batches/new");
	assert_string_equal(found(f, GET, "/batches/12"), "/batches/:id");
	assert_string_equal(f->ex.params[0].name, "id");
	assert_string_equal(f->ex.params[0].value, "12");
}

static void a_fixed_segment_that_leads_nowhere_gives_way(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(found(f, GET, "/batches/new/rooms/7"), "/batches/:id/rooms/:room");
	assert_int_equal(f->ex.n_params, 2);
	assert_string_equal(f->ex.params[0].value, "new");
	assert_string_equal(f->ex.params[1].name, "room");
	assert_string_equal(f->ex.params[1].value, "7");
}

static void parameters_are_decoded_after_cutting(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(found(f, GET, "/batches/a%2Fb"), "/batches/:id");
	assert_string_equal(f->ex.params[0].value, "a/b");
	assert_string_equal(found(f, GET, "/batches/%ff"), "");
	assert_string_equal(found(f, GET, "/batches/%00"), "");
}

static void what_is_not_there_is_told_from_a_wrong_method(void **state)
{
	struct fixture *f = *state;
	unsigned allow;
	static const char *const unknown[] = {"", "batches", "/batch", "/batches/", "//batches",
		"/batches//rooms", "/batches/1/rooms/2/3"};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		assert_null(router_match(f->router, GET, unknown[i], &f->ex, &allow));
		assert_int_equal(allow, 0);
	}
	assert_null(router_match(f->router, POST, "/batches/1", &f->ex, &allow));
	assert_int_equal(allow, 1);
	assert_null(router_match(f->router, GET, "/batches/1/rooms", &f->ex, &allow));
	assert_int_equal(allow, 2);
	assert_non_null(router_match(f->router, POST, "/batches", &f->ex, &allow));
	assert_int_equal(allow, 3);
}

static void unsound_tables_are_refused(void **state)
{
	static const struct route twice[] = {
		{GET, "/a/:x", PERM_PUBLIC, nothing}, {GET, "/a/:y", PERM_PUBLIC, nothing}, {0},
	};
	static const struct route relative[] = {{GET, "a", PERM_PUBLIC, nothing}, {0}};
	static const struct route hole[] = {{GET, "/a//b", PERM_PUBLIC, nothing}, {0}};
	static const struct route *const all[][2] = {{twice}, {relative}, {hole}};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		const char *error = NULL;
		assert_null(router_new(all[i], f->arena, &error));
		assert_non_null(error);
	}
}

static void the_tables_of_the_program_are_sound(void **state)
{
	struct fixture *f = *state;
	const char *error = "";
	if (!routes_compile(f->arena, &error))
		fail_msg("%s", error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fixed_segments_go_first, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fixed_segment_that_leads_nowhere_gives_way, setup,
			teardown),
		cmocka_unit_test_setup_teardown(parameters_are_decoded_after_cutting, setup,
			teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_told_from_a_wrong_method,
			setup, teardown),
		cmocka_unit_test_setup_teardown(unsound_tables_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(the_tables_of_the_program_are_sound, setup,
			teardown),
	};
	return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
