#include "watch/witness.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "base/crypto.h"
#include "log_support.h"
#include "support.h"
#include "watch/keep.h"

#define ORIGIN "rencai.example/log"
#define NOW 1790000000

/* Two logs with one key that agree in their first COMMON leaves. */
enum { COMMON = 40, GROWN = 100 };
static struct test_log *one, *other;
static struct note_key key;
static char dir[256];

static int plant(void **state)
{
	(void)state;
	one = test_log_new(ORIGIN, 7);
	other = test_log_new(ORIGIN, 7);
	test_log_grow(one, COMMON, "both");
	test_log_grow(other, COMMON, "both");
	test_log_grow(one, GROWN - COMMON, "one");
	test_log_grow(other, GROWN - COMMON, "other");
	return 0;
}

static int uproot(void **state)
{
	(void)state;
	test_log_free(one);
	test_log_free(other);
	return 0;
}

static void watch_log(const char *where, const struct test_log *log)
{
	auto_buf text;
	buf_init(&text, 1024);
	note_key_put(&text, &log->key);
	assert_int_equal(witness_watch(where, buf_view(&text)), 0);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/luban-witness-test-%ld", (long)getpid());
	assert_int_equal(witness_init(dir, STR("witness.example/w1"), &key), 0);
	watch_log(dir, one);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	test_folder_drop(dir);
	return 0;
}

static struct witness *reopen(struct witness *w)
{
	char problem[WITNESS_PROBLEM] = "";
	witness_close(w);
	w = NULL;
	int r = witness_open(dir, &w, problem);
	if (r < 0)
		print_error("%s\n", problem);
	assert_int_equal(r, 0);
	return w;
}

/* Submits; when it is signed, shows that the signature holds over that very checkpoint. */
static int submit(struct witness *w, struct str body, struct buf *answer)
{
	struct witness_answer a = {.body = answer};
	struct cosign_request rq;
	struct note note;
	buf_reset(answer);
	witness_add_checkpoint(w, body, NOW, &a);
	if (a.status != 200) {
		assert_null(strstr(buf_z(answer), "witness.example/w1 "));
		return a.status;
	}
	auto_buf whole;
	buf_init(&whole, NOTE_MAX);
	assert_int_equal(cosign_parse(body, &rq), 0);
	buf_str(&whole, rq.note);
	buf_str(&whole, buf_view(answer));
	assert_int_equal(note_parse(buf_view(&whole), &note), 0);
	assert_int_equal(note_quorum(&note, &key, 1, 1), 0);
	return 200;
}

static int send_growth(struct witness *w, struct test_log *log, size_t from, size_t to)
{
	auto_buf body, answer;
	buf_init(&body, COSIGN_REQUEST_MAX);
	buf_init(&answer, 64 * 1024);
	test_log_request(log, from, to, &body);
	int status = submit(w, buf_view(&body), &answer);
	if (status == 409) {
		struct str text = buf_view(&answer);
		int64_t size;
		assert_true(str_ends(text, "\n"));
		assert_true(str_to_i64((struct str){text.p, text.n - 1}, &size));
	}
	return status;
}

static void grows_only(void **state)
{
	(void)state;
	struct witness *w = reopen(NULL);
	assert_int_equal(send_growth(w, one, 5, 10), 409);
	assert_int_equal(send_growth(w, one, 0, 10), 200);
	assert_int_equal(send_growth(w, one, 10, 10), 200);
	assert_int_equal(send_growth(w, one, 0, 20), 409);
	assert_int_equal(send_growth(w, one, 20, 10), 400);
	assert_int_equal(send_growth(w, one, 10, 64), 200);
	assert_int_equal(send_growth(w, one, 10, 30), 409);
	assert_int_equal(send_growth(w, one, 30, 40), 409);
	assert_int_equal(send_growth(w, other, 64, 64), 409);
	assert_int_equal(send_growth(w, other, 64, 90), 422);
	w = reopen(w);
	assert_int_equal(send_growth(w, other, 64, 64), 409);
	assert_int_equal(send_growth(w, other, 64, 90), 422);
	assert_int_equal(send_growth(w, one, 64, 100), 200);
	witness_close(w);
}

/* Every pair of sizes, against what the specification says. */
static void every_answer(void **state)
{
	(void)state;
	for (size_t last = 0; last <= 20; last++)
		for (size_t from = 0; from <= 20; from++)
			for (size_t to = 0; to <= 20; to++) {
				struct merkle_head known = test_log_head(one, last);
				struct merkle_head next = test_log_head(one, to);
				struct cosign_request rq = {.old_size = from};
				if (from <= to)
					test_log_proof(one, from, to, &rq.proof);
				int want = from > to ? 400 : from != last ? 409 : 200;
				assert_int_equal(witness_judge(&known, &rq, &next), want);
			}
}

static void two_trees_of_one_size(void **state)
{
	char path[512];
	struct stat st;
	(void)state;
	struct witness *w = reopen(NULL);
	assert_int_equal(send_growth(w, one, 0, 70), 200);
	assert_int_equal(send_growth(w, other, 70, 70), 409);
	witness_close(w);
	snprintf(path, sizeof path, "%s/evidence", dir);
	assert_int_equal(stat(path, &st), 0);
}

static int post(struct witness *w, const char *body)
{
	auto_buf answer;
	buf_init(&answer, 64 * 1024);
	return submit(w, str_of(body), &answer);
}

static void wrong_requests(void **state)
{
	(void)state;
	struct witness *w = reopen(NULL);
	auto_buf good, bad;
	buf_init(&good, COSIGN_REQUEST_MAX);
	test_log_request(one, 0, 8, &good);
	struct test_log *stranger = test_log_new("elsewhere.example/log", 7);
	struct test_log *thief = test_log_new(ORIGIN, 8);
	test_log_grow(stranger, 5, "x");
	test_log_grow(thief, 5, "x");
	assert_int_equal(send_growth(w, stranger, 0, 5), 404);
	assert_int_equal(send_growth(w, thief, 0, 5), 403);
	assert_int_equal(post(w, ""), 400);
	assert_int_equal(post(w, "old 0\n"), 400);
	assert_int_equal(post(w, "old 0\n\n"), 400);
	assert_int_equal(post(w, "old 00\n\nx"), 400);
	for (size_t i = 0; i < good.n; i++) {
		auto_buf answer;
		buf_init(&answer, 64 * 1024);
		buf_init(&bad, COSIGN_REQUEST_MAX);
		buf_str(&bad, buf_view(&good));
		bad.p[i] ^= 1;
		assert_int_not_equal(submit(w, buf_view(&bad), &answer), 200);
		buf_reset(&bad);
		buf_put(&bad, good.p, i);
		assert_int_not_equal(submit(w, buf_view(&bad), &answer), 200);
		buf_fini(&bad);
	}
	buf_init(&bad, 16);
	assert_int_equal(send_growth(w, one, 0, 8), 200);
	witness_close(w);
	test_log_free(stranger);
	test_log_free(thief);
}

static void state_path(char out[512])
{
	char hex[DIGEST_HEX];
	snprintf(out, 512, "%s/state/%s", dir, crypto_sha256_hex(STR(ORIGIN), hex));
}

/* Whatever is done to the state: refused, or as it was. */
static void damaged_state(void **state)
{
	char path[512], problem[WITNESS_PROBLEM];
	(void)state;
	struct witness *w = reopen(NULL);
	assert_int_equal(send_growth(w, one, 0, 50), 200);
	witness_close(w);
	state_path(path);
	auto_buf good;
	buf_init(&good, NOTE_MAX);
	assert_int_equal(keep_read(path, &good), 0);
	for (size_t i = 0; i < good.n; i++) {
		auto_buf bad;
		buf_init(&bad, NOTE_MAX);
		buf_str(&bad, buf_view(&good));
		bad.p[i] ^= 4;
		assert_int_equal(keep_copy(path, buf_view(&bad)), 0);
		w = NULL;
		if (witness_open(dir, &w, problem) < 0)
			continue;
		assert_int_equal(send_growth(w, other, 0, 50), 409);
		assert_int_equal(send_growth(w, other, 50, 60), 422);
		witness_close(w);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(witness_open(dir, &w, problem), ERR_NOTFOUND);
	assert_int_equal(keep_copy(path, STR("")), 0);
	assert_int_equal(witness_open(dir, &w, problem), ERR_INVALID);
}

static void held_by_one(void **state)
{
	char problem[WITNESS_PROBLEM] = "", path[512];
	struct witness *second = NULL;
	struct note_key again;
	(void)state;
	struct witness *w = reopen(NULL);
	assert_int_equal(witness_open(dir, &second, problem), ERR_CONFLICT);
	assert_non_null(strstr(problem, "正被另一个"));
	assert_int_equal(witness_look(dir, &second, problem), 0); /* looks, but does not sign */
	assert_int_equal(send_growth(second, one, 0, 10), 500);
	witness_close(second);
	assert_int_equal(send_growth(w, one, 0, 10), 200);
	witness_close(w);
	assert_int_equal(witness_init(dir, STR("witness.example/w1"), &again), ERR_CONFLICT);
	snprintf(path, sizeof path, "%s/witness.key", dir);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(witness_open(dir, &second, problem), ERR_DENIED);
}

static void a_full_disk(void **state)
{
	struct rlimit was, none;
	(void)state;
	struct witness *w = reopen(NULL);
	assert_int_equal(send_growth(w, one, 0, 45), 200);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	none = was;
	none.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	int status = send_growth(w, one, 45, 60);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(status, 500);
	w = reopen(w);
	assert_int_equal(send_growth(w, one, 45, 60), 200);
	witness_close(w);
}

/* Many at once, half of them with the other log: only one of the two is ever signed. */
struct racer {
	pthread_t thread;
	struct witness *w;
	struct test_log *log;
	unsigned seed;
	size_t past; /* signed beyond what both have in common */
};

static void *race(void *arg)
{
	struct racer *r = arg;
	for (int i = 0; i < 400; i++) {
		size_t from = (size_t)rand_r(&r->seed) % GROWN;
		size_t to = from + (size_t)rand_r(&r->seed) % (GROWN + 1 - from);
		auto_buf body, answer;
		buf_init(&body, COSIGN_REQUEST_MAX);
		buf_init(&answer, 64 * 1024);
		test_log_request(r->log, from, to, &body);
		struct witness_answer a = {.body = &answer};
		witness_add_checkpoint(r->w, buf_view(&body), NOW, &a);
		r->past += a.status == 200 && to > COMMON;
		from = 0;
		if (a.status == 409 && sscanf(buf_z(&answer), "%zu", &from) == 1 && from < GROWN) {
			buf_reset(&body);
			to = from + 1 + (size_t)rand_r(&r->seed) % 3;
			test_log_request(r->log, from, to < GROWN ? to : GROWN, &body);
			buf_reset(&answer);
			witness_add_checkpoint(r->w, buf_view(&body), NOW, &a);
			r->past += a.status == 200 && to > COMMON;
		}
	}
	return NULL;
}

static void many_at_once(void **state)
{
	struct racer racers[8] = {0};
	size_t past[2] = {0};
	(void)state;
	struct witness *w = reopen(NULL);
	for (unsigned i = 0; i < 8; i++) {
		racers[i] = (struct racer){.w = w, .log = i % 2 ? one : other, .seed = i + 1};
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		pthread_join(racers[i].thread, NULL);
		past[i % 2] += racers[i].past;
	}
	assert_true((past[0] == 0) != (past[1] == 0));
	witness_close(w);
}

/* A witness that is killed at any instant: what it has said by then binds it for ever. */
struct said {
	uint64_t size;
	int log;
};

static void witness_child(int fd, unsigned seed)
{
	char problem[WITNESS_PROBLEM];
	struct witness *w = NULL;
	if (witness_open(dir, &w, problem) < 0)
		_exit(1);
	for (;;) {
		struct said said = {.log = rand_r(&seed) % 2};
		struct test_log *log = said.log ? one : other;
		auto_buf body, answer;
		buf_init(&body, COSIGN_REQUEST_MAX);
		buf_init(&answer, 64 * 1024);
		struct witness_answer a = {.body = &answer};
		test_log_request(log, GROWN, GROWN, &body);
		witness_add_checkpoint(w, buf_view(&body), NOW, &a);
		size_t from = 0;
		if (a.status != 409 || sscanf(buf_z(&answer), "%zu", &from) != 1 || from >= GROWN)
			_exit(2);
		said.size = from + (size_t)rand_r(&seed) % 2;
		buf_reset(&body);
		buf_reset(&answer);
		test_log_request(log, from, said.size, &body);
		witness_add_checkpoint(w, buf_view(&body), NOW, &a);
		if (a.status == 200 && write(fd, &said, sizeof said) != sizeof said)
			_exit(3);
		buf_fini(&body);
		buf_fini(&answer);
	}
}

/* What one life of the witness said; returns how often. */
static int one_life(unsigned seed, struct said *last, int *past)
{
	int ends[2], n = 0, status;
	struct said said;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0)
		witness_child(ends[1], seed);
	close(ends[1]);
	/* every other life is long enough to say something, on the slowest machine, too */
	if (seed % 2)
		poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 5000);
	usleep(1000 + seed * 37 % 9000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	while (read(ends[0], &said, sizeof said) == sizeof said) {
		assert_true(said.size >= last->size);
		*last = said;
		n++;
		if (said.size > COMMON)
			past[said.log]++;
	}
	close(ends[0]);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 2);
	else
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return n;
}

static void killed_again_and_again(void **state)
{
	struct said last = {0};
	int past[2] = {0}, n = 0;
	(void)state;
	for (unsigned i = 0; i < 120 && last.size < GROWN; i++)
		n += one_life(i, &last, past);
	assert_true(n > 20);
	assert_true(past[0] == 0 || past[1] == 0);
	struct witness *w = reopen(NULL);
	auto_buf text;
	buf_init(&text, 4096);
	witness_describe(w, &text);
	witness_close(w);
	size_t known = 0;
	assert_int_equal(sscanf(strstr(buf_z(&text), "\n" ORIGIN) + sizeof ORIGIN, "%zu", &known),
		1);
	assert_true(known >= last.size);
}

static void several_logs(void **state)
{
	(void)state;
	struct test_log *second = test_log_new("elsewhere.example/log", 9);
	test_log_grow(second, 30, "second");
	watch_log(dir, second);
	struct witness *w = reopen(NULL);
	assert_int_equal(send_growth(w, one, 0, 10), 200);
	assert_int_equal(send_growth(w, second, 0, 30), 200);
	w = reopen(w);
	assert_int_equal(send_growth(w, one, 10, 20), 200);
	assert_int_equal(send_growth(w, second, 10, 30), 409);
	assert_int_equal(send_growth(w, second, 30, 30), 200);
	witness_close(w);
	test_log_free(second);
}

static void the_published_request(void **state)
{
	/* C2SP tlog-witness, the example of add-checkpoint. */
	static const char body[] =
		"old 20852014\n"
		"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
		"jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
		"5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
		"/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
		"\n"
		"example.com/behind-the-sofa\n"
		"20852163\n"
		"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
		"\n"
		"— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4"
		"URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
		"— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGl"
		"Cum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
	struct cosign_request rq;
	struct note note;
	struct checkpoint c;
	auto_buf again;
	(void)state;
	buf_init(&again, 4096);
	assert_int_equal(cosign_parse(str_of(body), &rq), 0);
	assert_int_equal(rq.old_size, 20852014);
	assert_int_equal(rq.proof.n, 4);
	assert_int_equal(note_parse(rq.note, &note), 0);
	assert_int_equal(note.n, 2);
	assert_int_equal(checkpoint_parse(note.text, &c), 0);
	assert_int_equal(c.head.size, 20852163);
	assert_int_equal(cosign_put(&again, &rq), 0);
	assert_string_equal(buf_z(&again), body);
}

#define in_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_request),
		cmocka_unit_test(every_answer),
		in_folder(grows_only),
		in_folder(two_trees_of_one_size),
		in_folder(wrong_requests),
		in_folder(damaged_state),
		in_folder(held_by_one),
		in_folder(a_full_disk),
		in_folder(many_at_once),
		in_folder(killed_again_and_again),
		in_folder(several_logs),
	};
	return cmocka_run_group_tests_name("witness", tests, plant, uproot);
}
