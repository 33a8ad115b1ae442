/* Many runs in one go do what as many single ones would, on both engines. */
#include "toy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 2500 }; /* more than go into one piece */

static struct q_thing_insert_in things[MANY];
static int changed[MANY];

static void fill(int from)
{
	static char names[MANY][16];
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "t%d", from + i);
		things[i] = (struct q_thing_insert_in){.id = from + i, .name = names[i],
			.amount = 2 * i, .picture = {"\0x", 2}};
	}
}

static void inserts(void **state)
{
	struct test_db *t = *state;
	struct q_thing_all_rows rows;
	struct q_thing_find row;
	fill(1);
	test_ok(t, db_begin(t->db));
	test_ok(t, q_thing_insert_bulk(t->db, things, MANY, changed));
	test_ok(t, db_commit(t->db));
	for (int i = 0; i < MANY; i++)
		assert_int_equal(changed[i], 1);
	test_ok(t, q_thing_all(t->db, &rows));
	assert_int_equal(rows.n, MANY);
	test_ok(t, q_thing_find(t->db, &row, .id = MANY));
	assert_int_equal(row.amount, 2 * (MANY - 1));
	assert_int_equal(row.picture.n, 2);
}

static void reads_in_order(void **state)
{
	struct test_db *t = *state;
	struct q_thing_find_in in[MANY];
	static struct q_thing_find rows[MANY];
	static bool found[MANY];
	toy_thing(t, .id = 7, .name = "seven");
	toy_thing(t, .id = 9, .name = "nine");
	for (int i = 0; i < MANY; i++)
		in[i] = (struct q_thing_find_in){.id = i};
	for (int round = 0; round < 2; round++) { /* outside a transaction, and in one */
		memset(found, 0, sizeof found);
		if (round)
			test_ok(t, db_begin(t->db));
		test_ok(t, q_thing_find_bulk(t->db, in, MANY, rows, found));
		if (round)
			test_ok(t, db_commit(t->db));
		for (int i = 0; i < MANY; i++)
			assert_int_equal(found[i], i == 7 || i == 9);
		assert_string_equal(rows[7].name, "seven");
		assert_string_equal(rows[9].name, "nine");
	}
}

static void later_runs_see_earlier_ones(void **state)
{
	struct test_db *t = *state;
	struct q_thing_swap_in in[3] = {{.id = 1, .amount = 0, .next = 1},
		{.id = 1, .amount = 0, .next = 5}, {.id = 1, .amount = 1, .next = 2}};
	struct q_thing_swap rows[3];
	bool found[3];
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_begin(t->db));
	test_ok(t, q_thing_swap_bulk(t->db, in, 3, rows, found));
	test_ok(t, db_commit(t->db));
	assert_true(found[0] && !found[1] && found[2]);
	assert_int_equal(rows[2].amount, 2);
}

static void writing_needs_a_transaction(void **state)
{
	struct test_db *t = *state;
	fill(1);
	assert_int_equal(q_thing_insert_bulk(t->db, things, 1, NULL), ERR_BUG);
}

/* Nothing of a piece that failed is kept, and the connection goes on. */
static void a_conflict_ends_it(void **state)
{
	struct test_db *t = *state;
	struct q_thing_all_rows rows;
	fill(1);
	things[1234].id = 17;
	test_ok(t, db_begin(t->db));
	assert_int_equal(q_thing_insert_bulk(t->db, things, MANY, changed), ERR_CONFLICT);
	assert_non_null(strstr(db_error(t->db), "thing_insert"));
	assert_int_equal(q_thing_all(t->db, &rows), ERR_DB);
	db_rollback(t->db);
	test_ok(t, q_thing_all(t->db, &rows));
	assert_int_equal(rows.n, 0);
	fill(1);
	test_ok(t, db_begin(t->db));
	test_ok(t, q_thing_insert_bulk(t->db, things, MANY, NULL));
	test_ok(t, db_commit(t->db));
}

static void a_fault_anywhere_ends_it(void **state)
{
	struct test_db *t = *state;
	struct q_thing_all_rows rows;
	for (int at = 1; at <= 12; at++) {
		fill(1);
		test_ok(t, db_begin(t->db));
		db_fail_after(t->db, at);
		assert_int_equal(q_thing_insert_bulk(t->db, things, 20, changed), ERR_DB);
		db_rollback(t->db);
		test_ok(t, q_thing_all(t->db, &rows));
		assert_int_equal(rows.n, 0);
	}
}

static void keeps_shared_rows(void **state)
{
	struct test_db *t = *state;
	struct q_thing_held row;
	toy_thing(t, .id = 1, .name = "a");
	test_ok(t, db_begin(t->db));
	test_ok(t, q_thing_held(t->db, &row, .id = 1));
	assert_string_equal(row.name, "a");
	test_ok(t, db_commit(t->db));
}

/* Two that write without pause, and one that wants a turn now and then: nobody waits for more than
 * the transactions of those before him. */
struct writer {
	struct test_db *t;
	atomic_bool *stop;
	atomic_int *turns;
	int64_t id;
};

static void *write_on(void *arg)
{
	struct writer *w = arg;
	auto_arena arena = arena_new(1 << 20);
	auto_db db = NULL;
	if (db_open(w->t->url, &db) < 0)
		return NULL;
	db_use_arena(db, arena);
	while (!atomic_load(w->stop)) {
		if (db_begin(db) < 0 || q_thing_add(db, .id = w->id, .more = 1) < 0)
			break;
		usleep(1000);
		if (db_commit(db) < 0)
			break;
		atomic_fetch_add(w->turns, 1);
	}
	return NULL;
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void writers_take_turns(void **state)
{
	struct test_db *t = *state;
	atomic_bool stop = false;
	atomic_int turns = 0;
	struct writer w[2] = {{t, &stop, &turns, 1}, {t, &stop, &turns, 2}};
	pthread_t threads[2];
	toy_thing(t, .id = 1, .name = "a");
	toy_thing(t, .id = 2, .name = "b");
	toy_thing(t, .id = 3, .name = "c");
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_on, &w[i]), 0);
	while (atomic_load(&turns) < 4)
		usleep(1000);
	int waited[21];
	for (int i = 0; i < 21; i++) {
		int before = atomic_load(&turns);
		test_ok(t, q_thing_add(t->db, .id = 3, .more = 1));
		waited[i] = atomic_load(&turns) - before;
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	/* As a rule, for whoever counts may himself be kept from the processor: not before the
	 * others, who wait too, and not long after them. */
	qsort(waited, 21, sizeof *waited, compare_ints);
	if (t->kind == DB_SQLITE)
		assert_in_range(waited[10], 1, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_case(inserts), toy_case(reads_in_order),
		toy_case(later_runs_see_earlier_ones), toy_case(writing_needs_a_transaction),
		toy_case(a_conflict_ends_it), toy_case(a_fault_anywhere_ends_it),
		toy_case(keeps_shared_rows), toy_case(writers_take_turns),
	};
	return test_db_run("bulk", tests);
}
