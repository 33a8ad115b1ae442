/* Lists: filters, sorts, pages, counts, walks, and the scope. */
#include "toy.h"

#include <stdio.h>
#include <string.h>

/* Regions 3701 and 3702, bodies 1 and 2, states open and shut, weights falling with the id. */
static int fill_setup(void **state)
{
	int r = toy_setup(state);
	struct test_db *t = *state;
	for (int i = 1; i <= 8; i++)
		toy_thing(t, .id = i, .region = i <= 6 ? "3701" : "3702", .body_id = i % 2 ? 1 : 2,
			.name = arena_printf(t->arena, "n%d", i), .weight = -i, .amount = i,
			.state = i <= 3 ? "open" : "shut");
	return r;
}

#define list_case(f) cmocka_unit_test_setup_teardown(f, fill_setup, test_db_teardown)

static void check_ids(const struct q_thing_list_rows *rows, const char *expected)
{
	char text[64] = "";
	for (size_t i = 0; i < rows->n; i++)
		snprintf(
			text + strlen(text), sizeof text - strlen(text), "%d", (int)rows->at[i].id);
	assert_string_equal(text, expected);
}

#define check_list(t, expected, ...) \
	do { \
		struct q_thing_list_rows rows_; \
		int64_t n_ = -1; \
		test_ok((t), q_thing_list((t)->db, &rows_, __VA_ARGS__)); \
		check_ids(&rows_, (expected)); \
		test_ok((t), q_thing_list_count((t)->db, &n_, __VA_ARGS__)); \
		assert_int_equal(n_, strlen(expected)); \
	} while (0)

static void filters(void **state)
{
	struct test_db *t = *state;
	check_list(t, "12345678", .scope = everywhere);
	check_list(t, "123", .scope = everywhere, .state = "open");
	check_list(t, "12345678", .scope = everywhere, .state = "");
	check_list(t, "", .scope = everywhere, .state = "' OR 1=1 --");
	check_list(t, "234", .scope = everywhere, .prefix = "n2", .prefix_end = "n5");
	check_list(
		t, "23", .scope = everywhere, .prefix = "n2", .prefix_end = "n5", .state = "open");
	/* The first parameter switches: without it the second one means nothing. */
	check_list(t, "12345678", .scope = everywhere, .prefix_end = "n5");
	check_list(t, "1245678", .scope = everywhere, .not_amount = 3);
	check_list(t, "12", .scope = everywhere, .not_amount = 3, .state = "open");
}

static void scopes(void **state)
{
	struct test_db *t = *state;
	check_list(t, "");
	check_list(t, "", .scope = {NULL, ":", 0});
	check_list(t, "", .scope = {"", NULL, 1});
	check_list(t, "", .scope = {.body_id = 1});
	check_list(t, "12345678", .scope = {"37", "38", 0});
	check_list(t, "78", .scope = {"3702", "3703", 0});
	check_list(t, "1357", .scope = {"37", "38", 1});
	check_list(t, "246", .scope = {"3701", "3702", 2});
	check_list(t, "13", .scope = {"37", "38", 1}, .state = "open");
}

static void sorts(void **state)
{
	struct test_db *t = *state;
	struct q_thing_list_rows rows = {.n = 99};
	check_list(t, "12345678", .scope = everywhere, .page = {.sort = "heaviest"});
	check_list(t, "12345678", .scope = everywhere, .page = {.sort = ""});
	assert_int_equal(q_thing_list(t->db, &rows, .scope = everywhere,
				 .page = {.sort = "id; DROP TABLE thing"}),
		ERR_INVALID);
	assert_int_equal(rows.n, 99);
	test_ok(t, q_thing_add(t->db, .id = 1, .more = 0));
	toy_thing(t, .id = 9, .region = "37", .name = "a", .weight = -100);
	test_ok(t, q_thing_list(t->db, &rows, .scope = everywhere, .page = {.sort = "name"}));
	check_ids(&rows, "912345678");
	test_ok(t, q_thing_list(t->db, &rows, .scope = everywhere, .page = {.sort = "heaviest"}));
	check_ids(&rows, "123456789");
}

static void pages(void **state)
{
	struct test_db *t = *state;
	struct q_thing_list_rows rows;
	int64_t n;
	test_ok(t, q_thing_list(t->db, &rows, .scope = everywhere, .page = {.limit = 3}));
	check_ids(&rows, "123");
	test_ok(t,
		q_thing_list(t->db, &rows, .scope = everywhere, .page = {.limit = 3, .offset = 6}));
	check_ids(&rows, "78");
	test_ok(t,
		q_thing_list(
			t->db, &rows, .scope = everywhere, .page = {.limit = 3, .offset = 100}));
	check_ids(&rows, "");
	test_ok(t,
		q_thing_list(
			t->db, &rows, .scope = everywhere, .page = {.limit = -5, .offset = -7}));
	check_ids(&rows, "12345678");
	test_ok(t, q_thing_list_count(t->db, &n, .scope = everywhere, .page = {.limit = 5}));
	assert_int_equal(n, 5);
	test_ok(t, q_thing_list_count(t->db, &n, .scope = everywhere, .page = {.limit = 1001}));
	assert_int_equal(n, 8);
}

static void ordinary_parameters(void **state)
{
	struct test_db *t = *state;
	struct q_thing_list_rows rows;
	test_ok(t,
		q_thing_list(t->db, &rows, .scope = everywhere, .place = "somewhere",
			.page = {.limit = 1}));
	assert_string_equal(rows.at[0].place, "somewhere");
	assert_string_equal(rows.at[0].name, "n1");
}

static void groups(void **state)
{
	struct test_db *t = *state;
	struct q_state_list_rows rows;
	struct q_distinct_list_rows distinct;
	int64_t n;
	test_ok(t, q_state_list(t->db, &rows, .amount = 2));
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].state, "open");
	assert_int_equal(rows.at[0].n, 2);
	assert_int_equal(rows.at[1].n, 5);
	test_ok(t, q_state_list_count(t->db, &n, .amount = 2));
	assert_int_equal(n, 2);
	test_ok(t, q_distinct_list(t->db, &distinct));
	assert_int_equal(distinct.n, 2);
	test_ok(t, q_distinct_list_count(t->db, &n));
	assert_int_equal(n, 2);
}

struct seen {
	char ids[32];
	int stop_at;
};

static int see(void *arg, const struct q_thing_list *row)
{
	struct seen *seen = arg;
	size_t n = strlen(seen->ids);
	seen->ids[n] = (char)('0' + row->id);
	return row->id == seen->stop_at ? 7 : 0;
}

static void walks(void **state)
{
	struct test_db *t = *state;
	struct seen seen = {0};
	test_ok(t, q_thing_list_walk(t->db, see, &seen, .scope = everywhere, .page = {.limit = 2}));
	assert_string_equal(seen.ids, "12345678");
	seen = (struct seen){.stop_at = 5};
	assert_int_equal(q_thing_list_walk(t->db, see, &seen, .scope = {"37", "38", 1}), 7);
	assert_string_equal(seen.ids, "135");
	seen = (struct seen){0};
	test_ok(t, q_thing_list_walk(t->db, see, &seen));
	assert_string_equal(seen.ids, "");
	assert_int_equal(
		q_thing_list_walk(t->db, see, &seen, .scope = everywhere, .page = {.sort = "no"}),
		ERR_INVALID);
}

/* More variants than the connection keeps: the oldest go, and all stay right. */
static void many_variants(void **state)
{
	struct test_db *t = *state;
	for (int round = 0; round < 2; round++) {
		for (int v = 0; v < 64; v++) {
			struct q_thing_list_rows rows;
			test_ok(t,
				q_thing_list(t->db, &rows, .scope = {"37", "38", v & 1},
					.state = v & 2 ? "open" : "", .prefix = v & 4 ? "n" : "",
					.prefix_end = "o", .not_amount = v & 8 ? 1 : 0,
					.page = {.sort = v & 16 ? "heaviest" : "name",
						.limit = v & 32 ? 1 : 0}));
			size_t n = v & 2 ? 3 : 8;
			n = v & 1 ? (n + 1) / 2 : n;
			n -= v & 8 ? 1 : 0;
			assert_int_equal(rows.n, v & 32 ? 1 : n);
			int64_t counted;
			test_ok(t,
				q_thing_list_count(t->db, &counted, .scope = {"37", "38", v & 1},
					.state = v & 2 ? "open" : "", .prefix = v & 4 ? "n" : "",
					.prefix_end = "o", .not_amount = v & 8 ? 1 : 0));
			assert_int_equal(counted, n);
			struct seen seen = {0};
			test_ok(t,
				q_thing_list_walk(t->db, see, &seen, .scope = {"37", "38", v & 1},
					.state = v & 2 ? "open" : "", .prefix = v & 4 ? "n" : "",
					.prefix_end = "o", .not_amount = v & 8 ? 1 : 0));
			assert_int_equal(strlen(seen.ids), n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		list_case(filters),
		list_case(scopes),
		list_case(sorts),
		list_case(pages),
		list_case(ordinary_parameters),
		list_case(groups),
		list_case(walks),
		list_case(many_variants),
	};
	return test_db_run("list", tests);
}
