/* What goes in comes out, on both engines alike. */
#include "toy.h"

#include <string.h>

static void round_trip(void **state)
{
	struct test_db *t = *state;
	static const char bytes[] = {0, 1, '\'', (char)0xff, 0};
	struct q_thing_find row;
	toy_thing(t, .id = INT64_MIN, .region = "3710", .body_id = INT64_MAX,
		.name = "鲁班“锁”' ? $1 :x", .picture = {bytes, sizeof bytes}, .weight = 0.1,
		.amount = -1, .state = "open");
	test_ok(t, q_thing_find(t->db, &row, .id = INT64_MIN));
	assert_true(row.id == INT64_MIN && row.body_id == INT64_MAX && row.amount == -1);
	assert_string_equal(row.region, "3710");
	assert_string_equal(row.name, "鲁班“锁”' ? $1 :x");
	assert_int_equal(row.picture.n, sizeof bytes);
	assert_memory_equal(row.picture.p, bytes, sizeof bytes);
	assert_true(row.weight == 0.1);
	assert_string_equal(row.state, "open");
}

static void nothing_is_null(void **state)
{
	struct test_db *t = *state;
	struct q_thing_find row;
	struct q_thing_total total = {.n = 9, .total = 9, .heaviest = 9};
	test_ok(t, q_thing_total(t->db, &total));
	assert_true(total.n == 0 && total.total == 0 && total.heaviest == 0);
	toy_thing(t, .id = 1);
	test_ok(t, q_thing_find(t->db, &row, .id = 1));
	assert_string_equal(row.name, "");
	assert_int_equal(row.picture.n, 0);
	assert_non_null(row.picture.p);
}

static void not_found_leaves_the_row(void **state)
{
	struct test_db *t = *state;
	struct q_thing_find row = {.id = 77};
	assert_int_equal(q_thing_find(t->db, &row, .id = 5), ERR_NOTFOUND);
	assert_int_equal(row.id, 77);
}

static void counts_changes(void **state)
{
	struct test_db *t = *state;
	assert_int_equal(q_thing_insert(t->db, .id = 1, .name = "a"), 1);
	assert_int_equal(q_thing_insert(t->db, .id = 2, .name = "b"), 1);
	assert_int_equal(q_thing_add(t->db, .id = 1, .more = 5), 1);
	assert_int_equal(q_thing_add(t->db, .id = 3, .more = 5), 0);
	assert_int_equal(q_thing_touch(t->db, .state = "x", .scope = everywhere), 2);
}

static void conflict(void **state)
{
	struct test_db *t = *state;
	toy_thing(t, .id = 1, .name = "a");
	assert_int_equal(q_thing_insert(t->db, .id = 1, .name = "b"), ERR_CONFLICT);
	assert_int_equal(q_thing_insert(t->db, .id = 2, .name = "a"), ERR_CONFLICT);
	assert_non_null(strstr(db_error(t->db), "thing_insert"));
	assert_int_equal(q_placed_insert(t->db, .shelf_id = 99, .id = 1), ERR_DB);
	assert_int_equal(q_placed_insert(t->db, .shelf_id = 1, .id = 1), 1);
}

static void returning(void **state)
{
	struct test_db *t = *state;
	struct q_thing_new made;
	struct q_thing_swap swapped;
	struct q_thing_find row;
	test_ok(t, q_thing_new(t->db, &made, .id = 1, .name = "a"));
	assert_true(made.id == 1 && made.amount == 0);
	test_ok(t, q_thing_new(t->db, &made, .id = 2, .name = "a"));
	assert_true(made.id == 1 && made.amount == 1);
	test_ok(t, q_thing_swap(t->db, &swapped, .id = 1, .amount = 1, .next = 7));
	assert_int_equal(
		q_thing_swap(t->db, &swapped, .id = 1, .amount = 1, .next = 8), ERR_NOTFOUND);
	test_ok(t, q_thing_find(t->db, &row, .id = 1));
	assert_int_equal(row.amount, 7);
}

static void many_rows(void **state)
{
	struct test_db *t = *state;
	struct q_thing_all_rows rows;
	test_ok(t, q_thing_all(t->db, &rows));
	assert_int_equal(rows.n, 0);
	for (int i = 0; i < 1000; i++)
		toy_thing(t, .id = i, .name = arena_printf(t->arena, "n%d", i));
	test_ok(t, q_thing_all(t->db, &rows));
	assert_int_equal(rows.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_string_equal(rows.at[i].name, arena_printf(t->arena, "n%d", i));
}

static void texts_sort_by_byte(void **state)
{
	struct test_db *t = *state;
	struct q_shelf_all_rows rows;
	static const char *const titles[] = {"b", "B", "a", "啊", "Z"},
				 *const sorted[] = {"B", "Z", "a", "b", "it's; the first", "啊"};
	for (int i = 0; i < 5; i++)
		test_ok(t, q_shelf_insert(t->db, .id = 10 + i, .title = titles[i]));
	test_ok(t, q_shelf_all(t->db, &rows));
	assert_int_equal(rows.n, 6);
	for (int i = 0; i < 6; i++)
		assert_string_equal(rows.at[i].title, sorted[i]);
}

static void like_minds_case(void **state)
{
	struct test_db *t = *state;
	struct q_shelf_like_rows rows;
	test_ok(t, q_shelf_insert(t->db, .id = 10, .title = "abc"));
	test_ok(t, q_shelf_insert(t->db, .id = 11, .title = "ABC"));
	test_ok(t, q_shelf_like(t->db, &rows, .pattern = "a%"));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].id, 10);
}

static void scope_fails_closed(void **state)
{
	struct test_db *t = *state;
	struct q_thing_visible row;
	toy_thing(t, .id = 1, .region = "3710", .body_id = 4, .name = "a");
	test_ok(t, q_thing_visible(t->db, &row, .id = 1, .scope = {"37", "38", 0}));
	test_ok(t, q_thing_visible(t->db, &row, .id = 1, .scope = {"3710", "3711", 4}));
	assert_int_equal(q_thing_visible(t->db, &row, .id = 1), ERR_NOTFOUND);
	assert_int_equal(
		q_thing_visible(t->db, &row, .id = 1, .scope = {NULL, "99", 0}), ERR_NOTFOUND);
	assert_int_equal(
		q_thing_visible(t->db, &row, .id = 1, .scope = {"", NULL, 0}), ERR_NOTFOUND);
	assert_int_equal(
		q_thing_visible(t->db, &row, .id = 1, .scope = {.body_id = 4}), ERR_NOTFOUND);
	assert_int_equal(
		q_thing_visible(t->db, &row, .id = 1, .scope = {"37", "38", 5}), ERR_NOTFOUND);
	assert_int_equal(
		q_thing_visible(t->db, &row, .id = 1, .scope = {"36", "37", 0}), ERR_NOTFOUND);
	assert_int_equal(q_thing_touch(t->db, .state = "x"), 0);
}

struct seen {
	struct test_db *t;
	int n, stop_at;
	int64_t last;
	int result;
};

static int see(void *arg, const struct q_thing_each *row)
{
	struct seen *seen = arg;
	seen->n++;
	seen->last = row->id;
	return seen->n == seen->stop_at ? seen->result : 0;
}

static void fill(struct test_db *t, int n)
{
	test_ok(t, db_begin(t->db));
	for (int i = 1; i <= n; i++)
		toy_thing(t, .id = i, .name = arena_printf(t->arena, "n%d", i));
	test_ok(t, db_commit(t->db));
}

static void walk_stops(void **state)
{
	struct test_db *t = *state;
	struct seen seen = {.stop_at = -1};
	fill(t, 1500);
	test_ok(t, q_thing_each(t->db, see, &seen, .least = 2));
	assert_true(seen.n == 1499 && seen.last == 1500);
	seen = (struct seen){.stop_at = 3, .result = 42};
	assert_int_equal(q_thing_each(t->db, see, &seen, .least = 0), 42);
	assert_int_equal(seen.n, 3);
	seen = (struct seen){.stop_at = 2, .result = ERR_DENIED};
	assert_int_equal(q_thing_each(t->db, see, &seen, .least = 0), ERR_DENIED);
	seen = (struct seen){.stop_at = -1};
	test_ok(t, q_thing_each(t->db, see, &seen, .least = 0));
	assert_int_equal(seen.n, 1500);
}

static void walk_uses_no_arena(void **state)
{
	struct test_db *t = *state;
	struct seen seen = {.stop_at = -1};
	fill(t, 1500);
	size_t before = arena_used(t->arena);
	test_ok(t, q_thing_each(t->db, see, &seen));
	assert_int_equal(arena_used(t->arena), before);
}

static int change(void *arg, const struct q_thing_each *row)
{
	struct seen *seen = arg;
	struct seen inner = {.stop_at = -1};
	seen->n++;
	if (q_thing_add(seen->t->db, .id = row->id, .more = 1) != 1)
		return ERR_BUG;
	/* The same statement within itself. */
	if (row->id % 100 == 0 && q_thing_each(seen->t->db, see, &inner, .least = row->id) != 0)
		return ERR_BUG;
	return row->id % 100 == 0 && inner.n != 1201 - row->id ? ERR_BUG : 0;
}

static void check_walk_may_write(struct test_db *t)
{
	struct seen seen = {.t = t};
	struct q_thing_total total;
	test_ok(t, q_thing_each(t->db, change, &seen, .least = 1));
	assert_int_equal(seen.n, 1200);
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.total, 1200);
}

static void walk_may_write(void **state)
{
	fill(*state, 1200);
	check_walk_may_write(*state);
}

/* Somebody else writes between the walk's rows: its callback's writes go on all the same. */
static int write_after_another(void *arg, const struct q_thing_each *row)
{
	struct db **both = arg;
	if (q_thing_add(both[1], .id = row->id, .more = 10) != 1)
		return ERR_BUG;
	return q_thing_add(both[0], .id = row->id, .more = 1) == 1 ? 0 : ERR_BUG;
}

static void walk_may_write_among_others(void **state)
{
	struct test_db *t = *state;
	struct q_thing_total total;
	struct db *both[2] = {t->db};
	fill(t, 20);
	test_ok(t, db_open(t->url, &both[1]));
	test_ok(t, q_thing_each(t->db, write_after_another, both));
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.total, 20 * 11);
	db_close(both[1]);
}

static void walk_may_write_within(void **state)
{
	struct test_db *t = *state;
	fill(t, 1200);
	test_ok(t, db_begin(t->db));
	check_walk_may_write(t);
	test_ok(t, db_commit(t->db));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_case(round_trip),
		toy_case(nothing_is_null),
		toy_case(not_found_leaves_the_row),
		toy_case(counts_changes),
		toy_case(conflict),
		toy_case(returning),
		toy_case(many_rows),
		toy_case(texts_sort_by_byte),
		toy_case(like_minds_case),
		toy_case(scope_fails_closed),
		toy_case(walk_stops),
		toy_case(walk_uses_no_arena),
		toy_case(walk_may_write),
		toy_case(walk_may_write_within),
		toy_case(walk_may_write_among_others),
	};
	return test_db_run("query", tests);
}
