/* A copy is whole, and what it is restored to is what it was taken from. */
#include "toy.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/backup.h"

static const char *path_of(struct test_db *t, const char *ending)
{
	return arena_printf(t->arena, "%s%s", t->place, ending);
}

static int64_t amount_in(struct test_db *t, const char *path)
{
	struct q_thing_total total;
	auto_db db;
	test_ok(t, db_open(arena_printf(t->arena, "sqlite:%s", path), &db));
	db_use_arena(db, t->arena);
	test_ok(t, q_thing_total(db, &total));
	return total.total;
}

static void there_and_back(void **state)
{
	struct test_db *t = *state;
	struct q_thing_total total;
	const char *copy = path_of(t, ".copy");
	struct stat st;
	toy_thing(t, .id = 1, .name = "a", .amount = 7);
	if (t->kind == DB_POSTGRES) {
		assert_int_equal(db_backup_to(t->db, copy), ERR_STATE);
		assert_int_equal(db_restore(t->db, copy, NULL, NULL), ERR_STATE);
		assert_non_null(strstr(db_error(t->db), "pg_dump"));
		return;
	}
	unlink(copy);
	test_ok(t, db_backup_to(t->db, copy));
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(path_of(t, ".copy.part"), F_OK), -1);
	assert_int_equal(db_backup_to(t->db, copy), ERR_CONFLICT);
	test_ok(t, q_thing_add(t->db, .id = 1, .more = 1));
	toy_thing(t, .id = 2, .name = "b", .amount = 1);
	test_ok(t, db_restore(t->db, copy, NULL, NULL));
	test_ok(t, q_thing_total(t->db, &total));
	assert_true(total.n == 1 && total.total == 7);
	test_ok(t, q_thing_add(t->db, .id = 1, .more = 1));
	assert_int_equal(amount_in(t, copy), 7);
	unlink(copy);
	unlink(path_of(t, ".copy-wal"));
	unlink(path_of(t, ".copy-shm"));
}

static bool never(void *arg, const char *key_mark)
{
	*(int *)arg += *key_mark == 0;
	return false;
}

static void refuses_what_other_keys_sealed(void **state)
{
	struct test_db *t = *state;
	struct q_thing_total total;
	const char *copy = path_of(t, ".other");
	int asked = 0;
	if (t->kind != DB_SQLITE)
		skip();
	unlink(copy);
	test_ok(t, db_backup_to(t->db, copy));
	toy_thing(t, .id = 1, .name = "a", .amount = 7);
	assert_int_equal(db_restore(t->db, copy, never, &asked), ERR_DENIED);
	assert_int_equal(asked, 1);
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.total, 7);
	unlink(copy);
}

static void refuses_what_is_none(void **state)
{
	struct test_db *t = *state;
	struct q_thing_total total;
	if (t->kind != DB_SQLITE)
		skip();
	toy_thing(t, .id = 1, .name = "a", .amount = 7);
	const char *path = path_of(t, ".junk");
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("this is no database, however long it may be made", f);
	fclose(f);
	assert_int_equal(db_restore(t->db, path, NULL, NULL), ERR_INVALID);
	unlink(path);
	assert_int_equal(db_restore(t->db, path, NULL, NULL), ERR_INVALID);
	test_ok(t, q_thing_total(t->db, &total));
	assert_int_equal(total.total, 7);
	assert_int_equal(db_backup_to(t->db, "/no/such/folder/copy"), ERR_IO);
}

static void checkpoint_empties_the_log(void **state)
{
	struct test_db *t = *state;
	struct stat st;
	toy_thing(t, .id = 1, .name = "a", .amount = 7);
	test_ok(t, db_checkpoint(t->db));
	if (t->kind == DB_POSTGRES)
		return;
	assert_int_equal(stat(path_of(t, "-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_case(there_and_back),
		toy_case(refuses_what_other_keys_sealed),
		toy_case(refuses_what_is_none),
		toy_case(checkpoint_empties_the_log),
	};
	return test_db_run("backup", tests);
}
