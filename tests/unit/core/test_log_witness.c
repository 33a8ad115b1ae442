#include "core/log_witness.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "core/fixture.h"
#include "log_support.h"
#include "core/setting.h"
#include "query/log_witness.h"
#include "watch/witness.h"
#include "web/server_plain.h"

#define ORIGIN "rencai.example.cn/log"

/* A log over the database, and up to two witnesses that really listen. */
struct watcher {
	char dir[256], url[64];
	struct note_key key;
	struct witness *witness;
	struct plain_server *server;
	const char *lie; /* instead of an answer */
	int status;
	int asked;
	void (*meanwhile)(void *arg); /* while it thinks */
	void *arg;
};
struct world {
	struct fixture f;
	struct tlog_signer signer;
	struct watcher watchers[2];
	struct test_db *t;
	uint64_t n, shown;
};

static const uint8_t seed[SIGN_SEED_BYTES] = {7};

static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	(void)self, (void)key;
	sign_make(seed, message, ret_signature);
	return 0;
}

static void handle(void *self, const struct plain_request *rq, struct plain_answer *a)
{
	struct watcher *w = self;
	struct witness_answer out = {.body = &a->body};
	__atomic_fetch_add(&w->asked, 1, __ATOMIC_SEQ_CST);
	assert_string_equal(rq->path, "/w/add-checkpoint");
	if (w->lie) {
		a->status = w->status;
		buf_puts(&a->body, w->lie);
		return;
	}
	if (w->meanwhile)
		w->meanwhile(w->arg);
	witness_add_checkpoint(w->witness, rq->body, 1790000000, &out);
	a->status = out.status;
	a->type = out.type;
}

static void watch(struct world *w, unsigned i, unsigned test)
{
	struct watcher *it = &w->watchers[i];
	struct plain_options o = {.listen = "127.0.0.1:0", .threads = 1, .connections = 10,
		.connections_of_one = 10, .seconds = 5, .body_max = COSIGN_REQUEST_MAX};
	char name[32], problem[WITNESS_PROBLEM] = "";
	const char *error;
	auto_buf key;
	buf_init(&key, 1024);
	snprintf(it->dir, sizeof it->dir, "/tmp/luban-log-witness-%ld-%u-%u-%d", (long)getpid(), i,
		test, (int)test_db_kind);
	snprintf(name, sizeof name, "witness.example/w%u", i);
	assert_int_equal(witness_init(it->dir, str_of(name), &it->key), 0);
	note_key_put(&key, &w->signer.key);
	assert_int_equal(witness_watch(it->dir, buf_view(&key)), 0);
	assert_int_equal(witness_open(it->dir, &it->witness, problem), 0);
	assert_int_equal(server_plain_start(&o, handle, it, &it->server, &error), 0);
	snprintf(it->url, sizeof it->url, "http://127.0.0.1:%u/w/",
		server_plain_port(it->server));
	buf_reset(&key);
	note_key_put(&key, &it->key);
	assert_int_equal(log_witness_add(&w->f.cx, it->url, buf_z(&key)), 0);
}

static void begin(struct world *w, void **state, unsigned watchers, unsigned test)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	*w = (struct world){.t = *state};
	fixture_init(&w->f, *state, fixture_ring());
	ctx_act_as_system(&w->f.cx, "log");
	sign_public(seed, public_key);
	w->signer.sign = sign;
	assert_int_equal(
		note_key_make(NOTE_ED25519, STR(ORIGIN), public_key, &w->signer.key), 0);
	for (unsigned i = 0; i < watchers; i++)
		watch(w, i, test);
}

static void end(struct world *w)
{
	for (unsigned i = 0; i < 2; i++) {
		struct watcher *it = &w->watchers[i];
		if (!it->witness)
			continue;
		server_plain_stop(it->server);
		witness_close(it->witness);
		test_folder_drop(it->dir);
	}
}

static void grow(struct world *w, unsigned n)
{
	struct ctx *cx = &w->f.cx;
	size_t placed;
	uint64_t size;
	for (unsigned i = 0; i < n; i++) {
		int64_t id;
		struct str entry = str_of(text_of(cx, "leaf %llu", (unsigned long long)w->n++));
		assert_int_equal(tlog_append(cx, entry, &id), 0);
	}
	assert_int_equal(tlog_integrate(cx, &placed), 0);
	assert_int_equal(tlog_publish(cx, ORIGIN, &w->signer, 1, &size), 0);
	assert_int_equal(size, w->n);
}

static int ask(struct world *w)
{
	int n = -1;
	assert_int_equal(log_witness_ask(&w->f.cx, &n), 0);
	return n;
}

/* What a stranger reads; returns how many witnesses have signed it. */
static size_t outside(struct world *w, uint64_t *ret_size)
{
	struct tlog_head head;
	struct note note;
	struct checkpoint c;
	struct note_verdict v;
	struct note_key keys[] = {w->watchers[0].key, w->watchers[1].key};
	assert_int_equal(log_served(&w->f.cx, &head), 0);
	assert_int_equal(note_parse(str_of(head.note), &note), 0);
	assert_int_equal(note_quorum(&note, &w->signer.key, 1, 1), 0);
	assert_int_equal(checkpoint_parse(note.text, &c), 0);
	assert_int_equal(c.head.size, head.head.size);
	assert_true(merkle_equal(&c.head.root, &head.head.root));
	assert_int_equal(note_check(&note, keys, w->watchers[1].witness ? 2 : 1, &v), 0);
	*ret_size = c.head.size;
	return v.n;
}

/* The failures are forgotten, so that nothing has to be waited for. */
static void no_backoff(struct world *w)
{
	struct q_log_witness_all_rows rows;
	assert_int_equal(q_log_witness_all(w->f.cx.db, &rows), 0);
	for (size_t i = 0; i < rows.n; i++)
		assert_int_equal(q_log_witness_done(w->f.cx.db, .id = rows.at[i].id,
			.known_size = rows.at[i].known_size, .signed_at = rows.at[i].signed_at,
			.witness_problem = rows.at[i].witness_problem), 1);
}

static uint64_t shown(struct world *w)
{
	struct tlog_head head;
	assert_int_equal(log_served(&w->f.cx, &head), 0);
	return head.head.size;
}

static const char *problem_of(struct world *w, size_t i)
{
	struct q_log_witness_all_rows rows;
	assert_int_equal(q_log_witness_all(w->f.cx.db, &rows), 0);
	return rows.at[i].witness_problem;
}

static void each_checkpoint_is_signed(void **state)
{
	struct world w;
	uint64_t size;
	begin(&w, state, 2, 1);
	assert_int_equal(ask(&w), 0);
	for (unsigned n = 0; n < 600; n += 97) {
		grow(&w, n);
		assert_int_equal(outside(&w, &size), n ? 0 : 0);
		assert_int_equal(ask(&w), 2);
		assert_int_equal(outside(&w, &size), 2);
		assert_int_equal(size, w.n);
	}
	int asked = w.watchers[0].asked;
	assert_int_equal(ask(&w), 0);
	assert_int_equal(w.watchers[0].asked, asked);
	assert_int_equal(log_witness_remove(&w.f.cx, w.watchers[0].key.name), 0);
	assert_int_equal(outside(&w, &size), 1);
	assert_int_equal(log_witness_remove(&w.f.cx, w.watchers[0].key.name), ERR_NOTFOUND);
	end(&w);
}

/* The log does not know what its witness knows: a restored backup, or a witness new to it. */
static void the_witness_says_what_it_knows(void **state)
{
	struct world w;
	uint64_t size;
	struct q_log_witness_all_rows rows;
	begin(&w, state, 1, 2);
	grow(&w, 10);
	assert_int_equal(ask(&w), 1);
	grow(&w, 10);
	assert_int_equal(q_log_witness_all(w.f.cx.db, &rows), 0);
	assert_int_equal(rows.at[0].known_size, 10);
	assert_int_equal(q_log_witness_done(w.f.cx.db, .id = rows.at[0].id, .known_size = 3,
		.witness_problem = ""), 1);
	assert_int_equal(ask(&w), 1);
	assert_int_equal(outside(&w, &size), 1);
	assert_int_equal(size, 20);
	end(&w);
}

static void a_lie_is_not_kept(void **state)
{
	static const struct {
		int status;
		const char *lie, *problem;
	} lies[] = {
		{200, "", "signature"},
		{200, "no line\n", "signature"},
		{200, "— witness.example/w0 AAAAAAAAAAA=\n", "signature"},
		{409, "x\n", "answer"},
		{409, "-1\n", "answer"},
		{409, "7", "answer"},
		{404, "", "stranger"},
		{403, "", "key"},
		{500, "", "away"},
		{302, "", "answer"},
	};
	struct world w;
	uint64_t size;
	begin(&w, state, 1, 3);
	grow(&w, 10);
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		w.watchers[0].lie = lies[i].lie;
		w.watchers[0].status = lies[i].status;
		assert_int_equal(ask(&w), 0);
		assert_string_equal(problem_of(&w, 0), lies[i].problem);
		int asked = w.watchers[0].asked;
		assert_int_equal(ask(&w), 0); /* not again at once */
		assert_int_equal(w.watchers[0].asked, asked);
		no_backoff(&w);
	}
	assert_int_equal(outside(&w, &size), 0);
	w.watchers[0].lie = NULL;
	assert_int_equal(ask(&w), 1);
	assert_int_equal(outside(&w, &size), 1);
	assert_string_equal(problem_of(&w, 0), "");
	end(&w);
}

static void alarm_is_raised(struct world *w, const char *problem)
{
	int n;
	assert_int_equal(log_witness_ask(&w->f.cx, &n), ERR_STATE);
	assert_string_equal(w->f.cx.problem.id, "log.witness_forked");
	assert_string_equal(problem_of(w, 0), problem);
	ctx_clear(&w->f.cx);
	no_backoff(w);
}

static void another_tree_raises_the_alarm(void **state)
{
	struct world w;
	begin(&w, state, 1, 4);
	grow(&w, 10);
	w.watchers[0].status = 409;
	w.watchers[0].lie = "99\n";
	alarm_is_raised(&w, "ahead");
	alarm_is_raised(&w, "ahead");
	w.watchers[0].lie = "10\n";
	alarm_is_raised(&w, "forked");
	w.watchers[0].lie = "no\n";
	w.watchers[0].status = 422;
	alarm_is_raised(&w, "forked");
	end(&w);
}

static void the_quorum_is_shown(void **state)
{
	struct world w;
	uint64_t size;
	struct note_key keys[LOG_WITNESSES_MAX];
	size_t n, quorum;
	begin(&w, state, 2, 5);
	assert_int_equal(setting_put(&w.f.cx, "log.quorum", "", 0, 2), 0);
	assert_int_equal(log_witness_keys(&w.f.cx, keys, &n, &quorum), 0);
	assert_int_equal(n, 2);
	assert_int_equal(quorum, 2);
	grow(&w, 10);
	assert_int_equal(outside(&w, &size), 0);
	assert_int_equal(size, 10);
	assert_int_equal(ask(&w), 2);
	w.watchers[1].lie = "";
	w.watchers[1].status = 503;
	grow(&w, 10);
	assert_int_equal(ask(&w), 1);
	assert_int_equal(outside(&w, &size), 2); /* the one before has both */
	assert_int_equal(size, 10);
	w.f.now += LOG_SERVED_SECONDS + 1;
	grow(&w, 10);
	assert_int_equal(outside(&w, &size), 0); /* it does not wait for ever */
	assert_int_equal(size, 30);
	no_backoff(&w);
	w.watchers[1].lie = NULL;
	assert_int_equal(ask(&w), 2);
	assert_int_equal(outside(&w, &size), 2);
	assert_int_equal(size, 30);
	end(&w);
}

static size_t kept(struct world *w)
{
	struct q_log_cosignature_of_rows rows;
	size_t n = 0;
	for (int64_t size = 0; size <= (int64_t)w->n; size += 10) {
		assert_int_equal(
			q_log_cosignature_of(w->f.cx.db, &rows, .tree_size = size), 0);
		n += rows.n;
	}
	return n;
}

/* What can still be shown, and each witness's newest. */
static void old_cosignatures_go(void **state)
{
	struct world w;
	uint64_t size;
	begin(&w, state, 2, 7);
	for (int i = 0; i < 5; i++, w.f.now += LOG_KEPT_SECONDS / 2) {
		grow(&w, 10);
		assert_int_equal(ask(&w), 2);
	}
	assert_int_equal(kept(&w), 2 * 3);
	w.watchers[1].lie = "";
	w.watchers[1].status = 503;
	for (int i = 0; i < 5; i++, w.f.now += LOG_KEPT_SECONDS / 2) {
		grow(&w, 10);
		assert_int_equal(ask(&w), 1);
		no_backoff(&w);
	}
	assert_int_equal(kept(&w), 3 + 3);
	assert_int_equal(outside(&w, &size), 1);
	assert_int_equal(log_witness_remove(&w.f.cx, w.watchers[1].key.name), 0);
	assert_int_equal(kept(&w), 3);
	end(&w);
}

static void count(void *arg, const char *text)
{
	(void)text;
	++*(int *)arg;
}

static int alarms(struct world *w)
{
	int n = 0;
	assert_int_equal(log_witness_check(&w->f.cx, count, &n), 0);
	return n;
}

/* Of the newest checkpoint, by the first witness: as it is, and changed. */
static void put(struct world *w, int64_t size, const char *line, int64_t at)
{
	struct q_log_witness_all_rows rows;
	assert_int_equal(q_log_witness_all(w->f.cx.db, &rows), 0);
	assert_int_equal(q_log_cosignature_put(w->f.cx.db, .tree_size = size,
		.witness_id = rows.at[0].id, .line = line, .cosigned_at = at), 1);
}

static void false_cosignatures_are_named(void **state)
{
	struct world w;
	struct q_log_cosignature_of_rows rows, later;
	begin(&w, state, 2, 8);
	struct ctx *cx = &w.f.cx;
	grow(&w, 10);
	assert_int_equal(ask(&w), 2);
	grow(&w, 10);
	assert_int_equal(ask(&w), 2);
	assert_int_equal(alarms(&w), 0);
	assert_int_equal(q_log_cosignature_of(cx->db, &rows, .tree_size = 10), 0);
	assert_int_equal(q_log_cosignature_of(cx->db, &later, .tree_size = 20), 0);
	const char *line = rows.at[0].line;
	int64_t at = rows.at[0].cosigned_at;
	const char *const lines[] = {"", "x", text_of(cx, "%s%s", line, line),
		rows.at[1].line, later.at[0].line, text_of(cx, "\u2014 %s", line)};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		put(&w, 10, lines[i], at);
		assert_int_equal(alarms(&w), 1);
	}
	put(&w, 10, line, at + 1);
	assert_int_equal(alarms(&w), 1);
	put(&w, 10, line, at);
	assert_int_equal(alarms(&w), 0);
	put(&w, 11, line, at); /* there is no such checkpoint */
	assert_int_equal(alarms(&w), 1);
	assert_int_equal(log_witness_remove(cx, w.watchers[0].key.name), 0);
	assert_int_equal(alarms(&w), 0);
	assert_int_equal(q_log_cosignature_put(cx->db, .tree_size = 10, .witness_id = 7,
		.line = line, .cosigned_at = at), 1);
	assert_int_equal(alarms(&w), 1);
	end(&w);
}

/* It knows of leaves that are not here any more. */
static void a_witness_ahead_is_named(void **state)
{
	struct world w;
	begin(&w, state, 1, 9);
	grow(&w, 10);
	w.watchers[0].status = 409;
	w.watchers[0].lie = "99\n";
	alarm_is_raised(&w, "ahead");
	assert_int_equal(alarms(&w), 1);
	end(&w);
}

/* By another process, a minute later. */
static void publish_more(void *arg)
{
	struct world *w = arg, other = {.n = w->n};
	struct test_db t = {.kind = w->t->kind};
	t.arena = arena_new(16 << 20);
	assert_int_equal(db_open(w->t->url, &t.db), 0);
	db_use_arena(t.db, t.arena);
	fixture_init(&other.f, &t, fixture_ring());
	other.f.now = w->f.now + LOG_SERVED_SECONDS - 1;
	other.f.seed = 7;
	ctx_act_as_system(&other.f.cx, "log");
	other.signer = w->signer;
	grow(&other, 5);
	w->shown = shown(&other);
	db_close(t.db);
	arena_free(t.arena);
}

/* A signature that comes when a larger tree is shown already does not bring the smaller one
 * back. */
static void what_was_shown_does_not_shrink(void **state)
{
	struct world w;
	begin(&w, state, 1, 10);
	assert_int_equal(setting_put(&w.f.cx, "log.quorum", "", 0, 1), 0);
	grow(&w, 10);
	w.watchers[0].meanwhile = publish_more;
	w.watchers[0].arg = &w;
	ask(&w);
	assert_int_equal(w.shown, 15);
	w.f.now += LOG_SERVED_SECONDS - 1;
	assert_int_equal(shown(&w), 15);
	end(&w);
}

static void what_is_refused(void **state)
{
	struct world w;
	auto_buf key;
	buf_init(&key, 1024);
	begin(&w, state, 1, 6);
	struct ctx *cx = &w.f.cx;
	note_key_put(&key, &w.watchers[0].key);
	assert_int_equal(log_witness_add(cx, "http://x", buf_z(&key)), ERR_CONFLICT);
	assert_int_equal(log_witness_add(cx, "http://x", "nonsense"), ERR_INVALID);
	buf_reset(&key);
	note_key_put(&key, &w.signer.key);
	assert_int_equal(log_witness_add(cx, "http://x", buf_z(&key)), ERR_INVALID);
	uint8_t public_key[SIGN_PUBLIC_BYTES], other[SIGN_SEED_BYTES] = {9};
	struct note_key another;
	sign_public(other, public_key);
	assert_int_equal(note_key_make(NOTE_COSIGNATURE, STR("w"), public_key, &another), 0);
	buf_reset(&key);
	note_key_put(&key, &another);
	static const char *const urls[] = {"", "x", "ftp://x", "http://", "http:///a",
		"http://a b", "http://u@h", "http://h?x", "http://h#x", "file:///etc/passwd"};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		assert_int_equal(log_witness_add(cx, urls[i], buf_z(&key)), ERR_INVALID);
	assert_int_equal(log_witness_add(cx, "https://h:8443/a/b/", buf_z(&key)), 0);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(each_checkpoint_is_signed),
		test_db_case(the_witness_says_what_it_knows),
		test_db_case(a_lie_is_not_kept),
		test_db_case(another_tree_raises_the_alarm),
		test_db_case(the_quorum_is_shown),
		test_db_case(old_cosignatures_go),
		test_db_case(false_cosignatures_are_named),
		test_db_case(a_witness_ahead_is_named),
		test_db_case(what_was_shown_does_not_shrink),
		test_db_case(what_is_refused),
	};
	return test_db_run("log_witness", tests);
}
