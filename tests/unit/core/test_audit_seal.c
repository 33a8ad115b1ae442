/* Whoever has the database but not the keys: what he does to the trail is named. */
#include "core/audit_seal.h"

#include <inttypes.h>

#include "core/audit.h"
#include "core/fixture.h"
#include "store/driver.h"

enum { ROWS = 5 };

struct trail {
	struct fixture f;
	struct test_db *t;
	int64_t ids[ROWS];
	int found;
	char last[512];
};

static void run_sql(struct trail *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *sql = arena_vprintf(w->t->arena, fmt, ap);
	va_end(ap);
	test_ok(w->t, w->t->db->driver->exec(w->t->db, sql));
}

static void hear(void *arg, const char *text)
{
	struct trail *w = arg;
	w->found++;
	snprintf(w->last, sizeof w->last, "%s", text);
}

static int findings(struct trail *w)
{
	w->found = 0;
	w->last[0] = 0;
	assert_int_equal(audit_check(&w->f.cx, hear, w), 0);
	return w->found;
}

static void note(struct trail *w, int n)
{
	for (int i = 0; i < n; i++) {
		struct q_audit_list_rows rows;
		assert_int_equal(audit_note(&w->f.cx, "person.reveal", "person", 7, "核对", ""), 0);
		assert_int_equal(q_audit_list(w->f.cx.db, &rows, .page = {.limit = 1}), 0);
		w->ids[i] = rows.at[0].id;
		w->f.now++;
	}
}

/* Ids follow each other through all tests: so must their days. */
static void begin(struct trail *w, struct test_db *t, const struct keyring *keys)
{
	static int64_t days;
	*w = (struct trail){.t = t};
	fixture_init(&w->f, t, keys);
	w->f.now += ++days * 86400;
	act_as(&w->f, ROLE_ADMIN_SECURITY, 2, "安全管理员");
}

/* Five rows, counted. */
static void set_up(struct trail *w, struct test_db *t)
{
	struct audit_count c;
	begin(w, t, fixture_ring());
	note(w, ROWS);
	assert_int_equal(audit_count(&w->f.cx, &c), 0); /* some may still be under way */
	w->f.now += 900;
	assert_int_equal(audit_count(&w->f.cx, &c), 1);
	assert_true(c.no == 1 && c.n == ROWS && c.upto_id == w->ids[ROWS - 1]);
	assert_int_equal(audit_count(&w->f.cx, &c), 0);
	assert_int_equal(findings(w), 0);
}

static void any_change_of_a_row_is_named(void **state)
{
	static const char *const changes[] = {"at = at + 1", "account_id = 3",
		"actor_name = '李四'",
		"role = 'worker'", "ip = ''", "action = 'login.ok'", "kind = 'batch'",
		"subject_id = 8", "purpose = ''", "detail = 'x'", "seal = ''",
		"id = id + 1"};
	struct trail w;
	set_up(&w, *state);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		assert_int_equal(db_begin(w.t->db), 0);
		run_sql(&w, "UPDATE audit SET %s WHERE id = %" PRId64, changes[i], w.ids[2]);
		if (findings(&w) != 1 || !strstr(w.last, "封印不符"))
			fail_msg("%s: %d, %s", changes[i], w.found, w.last);
		db_rollback(w.t->db);
	}
	assert_int_equal(findings(&w), 0);
}

static void a_row_taken_away_or_put_in_is_named(void **state)
{
	struct trail w;
	set_up(&w, *state);
	for (int i = 0; i < ROWS; i++) {
		assert_int_equal(db_begin(w.t->db), 0);
		run_sql(&w, "DELETE FROM audit WHERE id = %" PRId64, w.ids[i]);
		assert_int_equal(findings(&w), 1);
		assert_non_null(strstr(w.last, "5条，现在只有4条"));
		db_rollback(w.t->db);
	}
	run_sql(&w, "INSERT INTO audit SELECT id + 1, at, 9, '王五', role, ip, action, kind,"
		" subject_id, purpose, detail, seal FROM audit WHERE id = %" PRId64, w.ids[1]);
	assert_int_equal(findings(&w), 1);
}

/* A long transaction's row comes after the count that it belongs before. */
static void a_late_row_is_none_too_few(void **state)
{
	struct trail w;
	set_up(&w, *state);
	struct q_audit_insert_in late = {.id = w.ids[2] + 1, .at = w.f.now, .action = "login.ok"};
	late.seal = audit_seal(&w.f.cx, &late);
	assert_int_equal(q_audit_insert_(w.f.cx.db, &late), 1);
	assert_int_equal(findings(&w), 0);
}

static void counts_are_numbered_and_sealed(void **state)
{
	struct trail w;
	struct audit_count c;
	set_up(&w, *state);
	for (int64_t no = 2; no <= 4; no++) {
		note(&w, 1);
		w.f.now += 900;
		assert_int_equal(audit_count(&w.f.cx, &c), 1);
		assert_true(c.no == no && c.n == 1);
	}
	assert_int_equal(findings(&w), 0);
	static const char *const changes[] =
		{"UPDATE audit_count SET n_rows = 0 WHERE audit_no = 2",
		"UPDATE audit_count SET upto_id = upto_id + 1 WHERE audit_no = 4",
		"UPDATE audit_count SET first_id = first_id + 1 WHERE audit_no = 3",
		"UPDATE audit_count SET counted_at = 0 WHERE audit_no = 1"};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		assert_int_equal(db_begin(w.t->db), 0);
		run_sql(&w, "%s", changes[i]);
		assert_true(findings(&w) >= 1);
		db_rollback(w.t->db);
	}
	assert_int_equal(db_begin(w.t->db), 0);
	run_sql(&w, "DELETE FROM audit_count WHERE audit_no = 2");
	assert_true(findings(&w) >= 1);
	db_rollback(w.t->db);
}

/* Rows of an older version have none. */
static void rows_from_before_are_left_alone(void **state)
{
	struct trail w;
	begin(&w, *state, NULL);
	note(&w, 2);
	w.f.cx.keys = fixture_ring();
	struct audit_count c;
	w.f.now += 900;
	assert_int_equal(audit_count(&w.f.cx, &c), 0);
	assert_int_equal(findings(&w), 0);
	note(&w, 1);
	w.f.now += 900;
	assert_int_equal(audit_count(&w.f.cx, &c), 1);
	assert_int_equal(c.n, 1);
	assert_int_equal(findings(&w), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(any_change_of_a_row_is_named),
		test_db_case(a_row_taken_away_or_put_in_is_named),
		test_db_case(a_late_row_is_none_too_few),
		test_db_case(counts_are_numbered_and_sealed),
		test_db_case(rows_from_before_are_left_alone),
	};
	return test_db_run("audit_seal", tests);
}
