/* Connections, transactions, faults, and many writers at once. */
#include "toy.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "store/driver.h"

static int64_t count_things(struct test_db *t)
{
	struct q_thing_total total;
	test_ok(t, q_thing_total(t->db, &total));
	return total.n;
}

static void commit_and_rollback(void **state)
{
	struct test_db *t = *state;
	assert_false(db_in_tx(t->db));
	test_ok(t, db_begin(t->db));
	assert_true(db_in_tx(t->db));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_commit(t->db));
	assert_false(db_in_tx(t->db));
	assert_int_equal(count_things(t), 1);
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 2, .name = "b");
	db_rollback(t->db);
	assert_false(db_in_tx(t->db));
	assert_int_equal(count_things(t), 1);
}

static void nesting(void **state)
{
	struct test_db *t = *state;
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 2, .name = "b");
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 3, .name = "c");
	test_ok(t, db_commit(t->db));
	db_rollback(t->db);
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 4, .name = "d");
	test_ok(t, db_commit(t->db));
	test_ok(t, db_commit(t->db));
	struct q_thing_all_rows rows;
	test_ok(t, q_thing_all(t->db, &rows));
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].id, 1);
	assert_int_equal(rows.at[1].id, 4);
}

/* Both engines alike: after a failure the innermost transaction is good for nothing but its
 * rollback. */
static void failure_spoils_the_innermost(void **state)
{
	struct test_db *t = *state;
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 2, .name = "b");
	assert_int_equal(q_thing_insert(t->db, .id = 2, .name = "c"), ERR_CONFLICT);
	assert_int_equal(q_thing_insert(t->db, .id = 3, .name = "c"), ERR_DB);
	assert_int_equal(db_begin(t->db), ERR_DB);
	assert_int_equal(db_commit(t->db), ERR_DB);
	assert_true(db_in_tx(t->db));
	toy_thing(t, .id = 5, .name = "e");
	test_ok(t, db_commit(t->db));
	assert_int_equal(count_things(t), 2);
}

static void failed_outermost_cannot_commit(void **state)
{
	struct test_db *t = *state;
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 2, .name = "b");
	assert_int_equal(q_thing_insert(t->db, .id = 1, .name = "x"), ERR_CONFLICT);
	assert_int_equal(db_commit(t->db), ERR_DB);
	assert_false(db_in_tx(t->db));
	assert_int_equal(count_things(t), 1);
}

static void not_found_spoils_nothing(void **state)
{
	struct test_db *t = *state;
	struct q_thing_find row;
	test_ok(t, db_begin(t->db));
	assert_int_equal(q_thing_find(t->db, &row, .id = 1), ERR_NOTFOUND);
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_commit(t->db));
}

static int move(struct test_db *t, bool give_up)
{
	auto_tx tx;
	int r = tx_begin(&tx, t->db);
	if (r == 0)
		r = q_thing_add(t->db, .id = 1, .more = -5);
	if (r >= 0 && give_up)
		return ERR_STATE;
	if (r >= 0)
		r = q_thing_add(t->db, .id = 2, .more = 5);
	if (r >= 0)
		r = q_shelf_insert(t->db, .id = 2, .title = "second");
	return r < 0 ? r : tx_commit(&tx);
}

static void check_amounts(struct test_db *t, int64_t first, int64_t second, size_t shelves)
{
	struct q_thing_find a, b;
	struct q_shelf_all_rows rows;
	test_ok(t, q_thing_find(t->db, &a, .id = 1));
	test_ok(t, q_thing_find(t->db, &b, .id = 2));
	test_ok(t, q_shelf_all(t->db, &rows));
	assert_int_equal(a.amount, first);
	assert_int_equal(b.amount, second);
	assert_int_equal(rows.n, shelves);
}

static void scope_end_rolls_back(void **state)
{
	struct test_db *t = *state;
	toy_thing(t, .id = 1, .name = "a", .amount = 10);
	toy_thing(t, .id = 2, .name = "b");
	assert_int_equal(move(t, true), ERR_STATE);
	assert_false(db_in_tx(t->db));
	check_amounts(t, 10, 0, 1);
	test_ok(t, move(t, false));
	check_amounts(t, 5, 5, 2);
}

/* Every statement fails once in turn: what was before is after. */
static void faults_change_nothing(void **state)
{
	struct test_db *t = *state;
	toy_thing(t, .id = 1, .name = "a", .amount = 10);
	toy_thing(t, .id = 2, .name = "b");
	int n = 1, r;
	for (;; n++) {
		db_fail_after(t->db, n);
		r = move(t, false);
		db_fail_after(t->db, 0);
		if (r >= 0)
			break;
		assert_int_equal(r, ERR_DB);
		assert_non_null(strstr(db_error(t->db), "injected"));
		check_amounts(t, 10, 0, 1);
	}
	/* begin, three statements, commit */
	assert_int_equal(n, 6);
	check_amounts(t, 5, 5, 2);
}

struct worker {
	struct test_db *t;
	int won, lost, bad;
};

static void *swap_up(void *arg)
{
	struct worker *w = arg;
	struct db *db;
	struct arena *arena = arena_new(1024 * 1024);
	w->bad = db_open(w->t->url, &db);
	db_use_arena(db, arena);
	while (w->won < 100 && !w->bad) {
		struct q_thing_find seen;
		struct q_thing_swap mine;
		arena_reset(arena);
		w->bad = q_thing_find(db, &seen, .id = 1);
		int r = w->bad ? w->bad
			       : q_thing_swap(db, &mine, .id = 1, .amount = seen.amount,
					 .next = seen.amount + 1);
		w->won += r == 0;
		w->lost += r == ERR_NOTFOUND;
		if (r < 0 && r != ERR_NOTFOUND)
			w->bad = r;
	}
	db_close(db);
	arena_free(arena);
	return NULL;
}

static void compare_and_set_counts_right(void **state)
{
	struct test_db *t = *state;
	struct worker workers[3] = {{.t = t}, {.t = t}, {.t = t}};
	pthread_t threads[3];
	struct q_thing_find row;
	toy_thing(t, .id = 1, .name = "a");
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, swap_up, &workers[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++)
		assert_int_equal(workers[i].bad, 0);
	test_ok(t, q_thing_find(t->db, &row, .id = 1));
	assert_int_equal(row.amount, 300);
}

static void *add_in_tx(void *arg)
{
	struct worker *w = arg;
	struct db *db;
	w->bad = db_open(w->t->url, &db);
	for (int i = 0; i < 50 && !w->bad; i++) {
		int r = db_begin(db);
		if (r == 0)
			r = q_thing_add(db, .id = 1, .more = 1);
		if (r == 1)
			r = db_commit(db);
		w->bad = r;
	}
	db_close(db);
	return NULL;
}

static void writers_queue(void **state)
{
	struct test_db *t = *state;
	struct worker workers[4] = {{.t = t}, {.t = t}, {.t = t}, {.t = t}};
	pthread_t threads[4];
	struct q_thing_find row;
	toy_thing(t, .id = 1, .name = "a");
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, add_in_tx, &workers[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 4; i++)
		assert_int_equal(workers[i].bad, 0);
	test_ok(t, q_thing_find(t->db, &row, .id = 1));
	assert_int_equal(row.amount, 200);
}

static void reader_does_not_wait(void **state)
{
	struct test_db *t = *state;
	struct db *other;
	struct q_thing_total total;
	test_ok(t, db_open(t->url, &other));
	db_use_arena(other, t->arena);
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, q_thing_total(other, &total));
	assert_int_equal(total.n, 0);
	test_ok(t, db_commit(t->db));
	test_ok(t, q_thing_total(other, &total));
	assert_int_equal(total.n, 1);
	db_close(other);
}

static int64_t thing_amount(struct test_db *t)
{
	struct q_thing_find row;
	test_ok(t, q_thing_find(t->db, &row, .id = 1));
	return row.amount;
}

/* Whatever is held, what is written goes through at once and is read after. */
static void writes_go_through_a_hold(void **state)
{
	struct test_db *t = *state;
	struct db *other;
	test_ok(t, db_open(t->url, &other));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_hold(t->db, true));
	int64_t before = thing_amount(t);
	assert_int_equal(q_thing_add(other, .id = 1, .more = 5), 1);
	assert_int_equal(q_thing_add(t->db, .id = 1, .more = 1), 1);
	assert_int_equal(thing_amount(t), before + 6);
	assert_int_equal(q_thing_add(other, .id = 1, .more = 5), 1);
	test_ok(t, db_begin(t->db));
	assert_int_equal(q_thing_add(t->db, .id = 1, .more = 1), 1);
	assert_int_equal(thing_amount(t), before + 12);
	test_ok(t, db_commit(t->db));
	test_ok(t, db_hold(t->db, false));
	db_use_arena(other, t->arena);
	struct q_thing_find row;
	test_ok(t, q_thing_find(other, &row, .id = 1));
	assert_int_equal(row.amount, before + 12);
	db_close(other);
}

static void a_hold_is_one_state(void **state)
{
	struct test_db *t = *state;
	struct db *other;
	if (t->kind != DB_SQLITE)
		return;
	test_ok(t, db_open(t->url, &other));
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_hold(t->db, true));
	int64_t before = thing_amount(t);
	assert_int_equal(q_thing_add(other, .id = 1, .more = 5), 1);
	assert_int_equal(thing_amount(t), before);
	test_ok(t, db_hold(t->db, false));
	assert_int_equal(thing_amount(t), before + 5);
	db_close(other);
}

static void close_rolls_back(void **state)
{
	struct test_db *t = *state;
	struct db *other;
	test_ok(t, db_open(t->url, &other));
	test_ok(t, db_begin(other));
	assert_int_equal(q_thing_insert(other, .id = 9, .name = "z"), 1);
	db_close(other);
	assert_int_equal(count_things(t), 0);
	toy_thing(t, .id = 9, .name = "z");
}

static void bad_urls(void **state)
{
	static const char *const urls[] = {"", "mysql://x", "sqlite:/no/such/folder/x.db",
		"postgresql://luban:x@127.0.0.1:1/none?connect_timeout=1"};
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		auto_db db;
		assert_true(db_open(urls[i], &db) < 0);
		assert_true(strlen(db_error(db)) > 0);
	}
}

/* Ends the connection from the server's side, as a restart does. */
static void cut(struct test_db *t)
{
	const struct driver *d = t->db->driver;
	struct db *other;
	test_ok(t, db_open(t->url, &other));
	test_ok(t,
		d->exec(other,
			arena_printf(t->arena,
				"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
				" WHERE query LIKE '%%thing%%' AND pid <> pg_backend_pid() AND "
				"state LIKE 'idle%%' AND query LIKE '%%%s%%'",
				t->place)));
	db_close(other);
}

/* Makes this connection's last query recognisable. */
static void mark(struct test_db *t)
{
	test_ok(t,
		t->db->driver->exec(t->db, arena_printf(t->arena, "SELECT 'thing %s'", t->place)));
}

static void survives_a_restart(void **state)
{
	struct test_db *t = *state;
	struct q_thing_total total;
	if (t->kind != DB_POSTGRES)
		skip();
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, q_thing_total(t->db, &total));
	mark(t);
	cut(t);
	toy_thing(t, .id = 2, .name = "b");
	mark(t);
	cut(t);
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.n, 2);
	mark(t);
	cut(t);
	test_ok(t, db_begin(t->db));
	toy_thing(t, .id = 3, .name = "c");
	mark(t);
	cut(t);
	/* Within a transaction there is no going on, */
	assert_int_equal(q_thing_insert(t->db, .id = 4, .name = "d"), ERR_DB);
	assert_int_equal(db_commit(t->db), ERR_DB);
	/* but after it there is. */
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.n, 2);
}

/* What the program is told was committed must survive a power cut; what it stores is not for
 * everybody to read. */
static void sqlite_is_careful(void **state)
{
	struct test_db *t = *state;
	struct stat st;
	if (t->kind != DB_SQLITE)
		skip();
	assert_int_equal(stat(t->place, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void every_statement_has_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < q_statements_n; i++)
		assert_int_equal(((const struct q_def *)q_statements[i])->index, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_case(commit_and_rollback),
		toy_case(nesting),
		toy_case(failure_spoils_the_innermost),
		toy_case(failed_outermost_cannot_commit),
		toy_case(not_found_spoils_nothing),
		toy_case(scope_end_rolls_back),
		toy_case(faults_change_nothing),
		toy_case(compare_and_set_counts_right),
		toy_case(writers_queue),
		toy_case(reader_does_not_wait),
		toy_case(writes_go_through_a_hold), toy_case(a_hold_is_one_state),
		toy_case(close_rolls_back),
		toy_case(survives_a_restart),
		toy_case(sqlite_is_careful),
		cmocka_unit_test(bad_urls),
		cmocka_unit_test(every_statement_has_a_place),
	};
	return test_db_run("db", tests);
}
