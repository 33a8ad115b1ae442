/* The log with its signer, a process of its own: what happens when an older copy of the database is
 * put back, and how another log is begun. */
#include "core/tlog_key.h"

#include "base/checkpoint.h"
#include "core/fixture.h"
#include "core/log_trust.h"
#include "core/log_witness.h"
#include "core/signer_impl.h"
#include "core/tlog_begin.h"
#include "core/tlog_check.h"
#include "query/log.h"
#include "query/log_closed.h"
#include "signer_support.h"
#include "store/driver.h"

struct world {
	struct fixture f;
	struct test_db *t;
	int n;
};

static void begin(struct world *w, void **state)
{
	*w = (struct world){.t = *state};
	fixture_init(&w->f, w->t, fixture_ring());
	ctx_act_as_system(&w->f.cx, "log");
}

static void append(struct world *w, int n, const char *history)
{
	for (int i = 0; i < n; i++) {
		int64_t id;
		struct str entry = str_of(text_of(&w->f.cx, "%s %d", history, w->n++));
		assert_int_equal(tlog_append(&w->f.cx, entry, &id), 0);
	}
}

static uint64_t size_signed(struct world *w)
{
	struct tlog_head head = {0};
	int r = tlog_head(&w->f.cx, &head);
	assert_true(r == 0 || r == ERR_NOTFOUND);
	return head.head.size;
}

static void tick(struct world *w)
{
	test_ok(w->t, tlog_tick(&w->f.cx));
	assert_int_equal(tlog_remembered(&w->f.cx), 0);
}

/* The database as it was when its tree had so many leaves, and so many checkpoints. */
static void put_back(struct world *w, int size, int checkpoints)
{
	struct db *db = w->t->db;
	const char *sql = text_of(&w->f.cx,
		"DELETE FROM log_leaf WHERE leaf_index >= %1$d; "
		"DELETE FROM log_checkpoint WHERE tree_size > %1$d; "
		"UPDATE log_head SET tree_size = %1$d, checkpoint_no = %2$d", size, checkpoints);
	test_ok(w->t, db->driver->exec(db, sql));
	w->n = size;
}

static void is_refused(struct world *w, const char *why)
{
	uint64_t size = size_signed(w);
	if (w->n > (int)size)
		assert_problem(&w->f, tlog_tick(&w->f.cx), ERR_STATE, why);
	assert_problem(&w->f, tlog_remembered(&w->f.cx), ERR_STATE, why);
	assert_int_equal(size_signed(w), size);
}

static void twenty_leaves(struct world *w)
{
	append(w, 10, "leaf");
	tick(w);
	append(w, 10, "leaf");
	tick(w);
	assert_int_equal(size_signed(w), 20);
}

/* Seen at once, seen while the tree is smaller, seen when it has outgrown what was signed. */
static void an_older_copy_is_not_signed(void **state)
{
	struct world w;
	begin(&w, state);
	twenty_leaves(&w);
	put_back(&w, 10, 1);
	is_refused(&w, "log.signed_more");
	append(&w, 5, "other");
	is_refused(&w, "log.signed_more");
	append(&w, 20, "other");
	is_refused(&w, "log.signed_other");
	assert_int_equal(size_signed(&w), 10);
}

/* What was lost is brought back: it goes on. */
static void the_same_leaves_are_signed(void **state)
{
	struct world w;
	begin(&w, state);
	twenty_leaves(&w);
	put_back(&w, 10, 1);
	is_refused(&w, "log.signed_more");
	append(&w, 15, "leaf");
	tick(&w);
	assert_int_equal(size_signed(&w), 25);
}

static void change_keys(void)
{
	int n;
	signer_stop();
	assert_int_equal(signer_file_rotate(running_signer.file, "log"), 0);
	assert_int_equal(signer_file_retire(running_signer.file, "log", &n), 0);
	assert_int_equal(n, 2);
	test_signer_start(&running_signer);
}

static void count(void *arg, const char *text)
{
	if (!strstr(text, "不能识别")) /* the leaves here say nothing */
		++*(int *)arg;
}

static int alarms(struct world *w)
{
	int n = 0;
	struct tlog_check c = {.alarm = count, .arg = &n};
	test_ok(w->t, tlog_check(&w->f.cx, &c));
	return n;
}

/* Both are trusted: what the old one proved, and what the new one signs. */
static void both_are_trusted(struct world *w, const char *origin)
{
	struct ctx *cx = &w->f.cx;
	struct trust given, read;
	struct trust_verdict v;
	struct tlog_head head;
	struct q_log_closed_all_rows rows;
	struct note note;
	struct checkpoint c;
	auto_buf text;
	buf_init(&text, TRUST_MAX);
	test_ok(w->t, log_trust(cx, &given));
	trust_put(&text, &given);
	assert_int_equal(trust_parse(buf_view(&text), &read, NULL), 0);
	assert_int_equal(read.n_logs, 4);
	test_ok(w->t, q_log_closed_all(cx->db, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(note_parse(str_of(rows.at[0].note), &note), 0);
	assert_int_equal(trust_check(&read, &note, &c, &v), 0);
	assert_true(v.holds && str_is(c.origin, TLOG_ORIGIN));
	assert_int_equal(v.n_logs, 2);
	assert_int_equal(c.head.size, 10);
	assert_int_equal(rows.at[0].signed_size, 20);
	test_ok(w->t, log_served(cx, &head));
	assert_int_equal(note_parse(str_of(head.note), &note), 0);
	assert_int_equal(trust_check(&read, &note, &c, &v), 0);
	assert_true(v.holds && str_is(c.origin, origin));
	assert_int_equal(v.n_logs, 2);
	assert_int_equal(c.head.size, head.head.size);
}

static void another_log_is_begun(void **state)
{
	struct world w;
	struct merkle_head last;
	struct tlog_beginning in = {.origin = "b.example/log", .reason = "退回到旧备份"};
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	assert_problem(&w.f, tlog_begin(cx, &in, false), ERR_STATE, "log.not_begun");
	twenty_leaves(&w);
	put_back(&w, 10, 1);
	append(&w, 25, "other");
	is_refused(&w, "log.signed_other");
	test_ok(w.t, signer_log_last(cx, TLOG_ORIGIN, &last));
	in.signed_size = last.size;
	static const struct tlog_beginning bad[] = {{"b.example/log", ""}, {"a b", "x"},
		{"a+b", "x"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(tlog_begin(cx, &bad[i], false), ERR_INVALID);
	ctx_clear(cx);
	assert_problem(&w.f, tlog_begin(cx, &(struct tlog_beginning){TLOG_ORIGIN, "x"}, false),
		ERR_CONFLICT, "log.origin_used");
	test_ok(w.t, tlog_begin(cx, &in, true));
	is_refused(&w, "log.signed_other");
	change_keys();
	test_ok(w.t, tlog_begin(cx, &in, false));
	tick(&w);
	assert_int_equal(size_signed(&w), 35);
	assert_int_equal(alarms(&w), 0);
	both_are_trusted(&w, in.origin);
	assert_problem(&w.f, tlog_begin(cx, &in, false), ERR_CONFLICT, "log.origin_used");
	append(&w, 5, "leaf");
	tick(&w);
	assert_int_equal(alarms(&w), 0);
}

/* Noted before a signature that failed, under the name that the log had then. */
static void a_name_is_changed_with_its_keys(void **state)
{
	struct world w;
	struct trust t;
	begin(&w, state);
	signer_stop();
	assert_int_equal(signer_start(running_signer.program, running_signer.file,
		"/nonexistent/heads"), 0);
	append(&w, 3, "leaf");
	assert_problem(&w.f, tlog_tick(&w.f.cx), ERR_IO, "signer.heads");
	test_ok(w.t, log_trust(&w.f.cx, &t));
	assert_string_equal(t.logs[0].name, TLOG_ORIGIN);
	test_ok(w.t, tlog_origin_put(&w.f.cx, "b.example/log"));
	signer_stop();
	test_signer_start(&running_signer);
	tick(&w);
	test_ok(w.t, log_trust(&w.f.cx, &t));
	assert_int_equal(t.n_logs, 2);
	assert_string_equal(t.logs[0].name, "b.example/log");
	assert_int_equal(alarms(&w), 0);
}

/* Whoever fetches /log/keys would trust it. */
static void a_key_that_never_signed_is_named(void **state)
{
	struct world w;
	uint8_t seed[SIGN_SEED_BYTES] = {9}, public_key[SIGN_PUBLIC_BYTES];
	struct note_key key;
	auto_buf text;
	buf_init(&text, 1024);
	begin(&w, state);
	append(&w, 3, "leaf");
	tick(&w);
	sign_public(seed, public_key);
	assert_int_equal(note_key_make(NOTE_ED25519, STR(TLOG_ORIGIN), public_key, &key), 0);
	note_key_put(&text, &key);
	test_ok(w.t, q_log_key_put(w.t->db, .id = 7, .verifier_key = buf_z(&text),
		.created_at = w.f.now - 1));
	assert_int_equal(alarms(&w), 1);
	test_ok(w.t, tlog_key_end(&w.f.cx, &key, true));
	assert_int_equal(alarms(&w), 0);
}

/* A closed log is evidence too. */
static void a_closed_log_is_guarded(void **state)
{
	static const char *const changes[] = {
		"UPDATE log_closed SET reason = 'x'", "UPDATE log_closed SET signed_size = 10",
		"UPDATE log_closed SET closed_at = closed_at - 1",
		"UPDATE log_closed SET origin = 'x'", "UPDATE log_closed SET tree_size = 9",
		"UPDATE log_closed SET root_hex = 'x'", "UPDATE log_closed SET note = 'x'",
		"UPDATE log_closed SET closed_no = 2", "UPDATE log_closed SET seal = ''",
		"DELETE FROM log_closed"};
	struct world w;
	begin(&w, state);
	struct db *db = w.t->db;
	twenty_leaves(&w);
	change_keys();
	test_ok(w.t, tlog_begin(&w.f.cx, &(struct tlog_beginning){
		"b.example/log", "试", 20}, false));
	tick(&w);
	assert_int_equal(alarms(&w), 0);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		assert_int_equal(db_begin(db), 0);
		test_ok(w.t, db->driver->exec(db, changes[i]));
		if (!alarms(&w))
			fail_msg("not named: %s", changes[i]);
		db_rollback(db);
	}
}

int main(int argc, char **argv)
{
	int rc;
	if (test_signer_main(&running_signer, argc, argv, &rc))
		return rc;
	const struct CMUnitTest tests[] = {
		signer_case(an_older_copy_is_not_signed),
		signer_case(the_same_leaves_are_signed),
		signer_case(another_log_is_begun),
		signer_case(a_name_is_changed_with_its_keys),
		signer_case(a_key_that_never_signed_is_named),
		signer_case(a_closed_log_is_guarded),
	};
	return test_db_run("tlog_key", tests);
}
