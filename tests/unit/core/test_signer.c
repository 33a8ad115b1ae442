/* The signer as a process: signs, survives nothing but is started again, answers nobody but its
 * parent. This test program plays both parts. */
#include "fixture.h"

#undef fail

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/signer_impl.h"
#include "signer_support.h"

static struct test_signer signer;

static void context(struct ctx *cx, struct arena **ret_arena)
{
	*ret_arena = arena_new(1 << 20);
	*cx = (struct ctx){.arena = *ret_arena};
}

static int setup(void **state)
{
	(void)state;
	test_signer_keys(&signer);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_signer_drop(&signer);
	return 0;
}

static void the_file_is_its_owners(void **state)
{
	(void)state;
	struct stat st;
	assert_int_equal(stat(signer.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(signer_file_make(signer.file), ERR_CONFLICT);
}

/* A command that root gives must not take the file away from the service's account. */
static void a_new_file_belongs_to_whom_the_old_one_belonged(void **state)
{
	(void)state;
	char rest[272];
	struct stat st;
	enum { SOMEBODY = 12345 };
	if (geteuid())
		skip();
	snprintf(rest, sizeof rest, "%s.new", signer.file);
	close(open(rest, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)); /* left by one that was killed */
	assert_int_equal(chown(signer.file, SOMEBODY, SOMEBODY), 0);
	assert_int_equal(signer_file_rotate(signer.file, "receipt"), 0);
	assert_int_equal(stat(signer.file, &st), 0);
	assert_int_equal(st.st_uid, SOMEBODY);
	assert_int_equal(st.st_gid, SOMEBODY);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void signs_and_tells_its_keys(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s, other;
	struct signer_public keys[SIGN_USES];
	size_t n;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	assert_true(sign_holds(s.public_key, STR("abc"), s.bytes));
	assert_false(sign_holds(s.public_key, STR("abd"), s.bytes));
	assert_int_equal(signer_sign(&cx, SIGN_VENUE, STR("abc"), &other), 0);
	assert_string_not_equal(s.key_id, other.key_id);
	assert_int_equal(signer_keys(&cx, keys, &n), 0);
	assert_int_equal(n, SIGN_USES - 1);
	assert_string_equal(keys[0].key_id, s.key_id);
	assert_int_equal(signer_sign(&cx, SIGN_USES, STR("abc"), &s), ERR_DENIED);
}

static void survives_the_death_of_the_signer(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature before, after;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &before), 0);
	int pid = signer_pid();
	siginfo_t info;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &after), 0);
	assert_int_not_equal(signer_pid(), pid);
	assert_memory_equal(before.bytes, after.bytes, SIGN_BYTES); /* the same keys */
}

static void a_stopped_signer_is_waited_for_only_so_long(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(kill(signer_pid(), SIGSTOP), 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0); /* by a new one */
}

/* A child has the open line, as if it had been stolen: the kernel says who asks. */
static void another_process_is_refused(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	int status;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	pid_t pid = fork();
	if (!pid) {
		struct signer_question q = {SIGNER_MAGIC, 77, SIGN_RECEIPT};
		struct signer_answer got = {0};
		send(signer_line(), &q, sizeof q, 0);
		recv(signer_line(), &got, sizeof got, 0);
		_exit(got.id == 77 && got.err == ERR_DENIED ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
}

static void cannot_be_looked_into(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	char path[64];
	struct stat st;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	/* a process that is not dumpable belongs to root in /proc, whoever runs it */
	snprintf(path, sizeof path, "/proc/%d/mem", signer_pid());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 0);
}

static void ends_with_its_parent(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	int pid = signer_pid();
	signer_stop(); /* closes the line, and would kill after half a second */
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), ERR_IO);
}

static void keys_that_others_may_read_are_not_used(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	context(&cx, &a);
	assert_int_equal(chmod(signer.file, 0640), 0);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), ERR_IO);
	assert_int_equal(signer_start(signer.program, "/nonexistent", signer.heads), ERR_IO);
}

/* A log of leaves that say their number and its name. */
struct tree {
	struct merkle_hash nodes[8][128];
	struct merkle_range range;
};

static int put(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	((struct tree *)self)->nodes[level][index] = *hash;
	return 0;
}

static int get(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	*ret_hash = ((struct tree *)self)->nodes[level][index];
	return 0;
}

/* Signs the tree of `size` leaves of one history with the proof from `from`. */
static int sign_tree(const char *origin, const char *history, uint64_t from, uint64_t size,
	bool is_sm2)
{
	struct ctx cx;
	auto_arena a = NULL;
	struct signer_log_key keys[2 * SIGNER_KEYS_MAX];
	struct tree tree = {0};
	struct merkle_hash leaf;
	struct merkle_proof proof;
	struct checkpoint c = {.origin = str_of(origin), .head.size = size};
	uint8_t signature[SIGN_BYTES];
	size_t n;
	auto_buf text;
	buf_init(&text, 1024);
	context(&cx, &a);
	for (uint64_t i = 0; i < size; i++) {
		merkle_leaf(str_of(text_of(&cx, "%s %d", history, (int)i)), &leaf);
		assert_int_equal(merkle_range_add(&tree.range, &leaf, put, &tree), 0);
	}
	merkle_range_root(&tree.range, &c.head.root);
	assert_int_equal(merkle_consistency(from, size, get, &tree, &proof), 0);
	checkpoint_put(&text, &c);
	assert_int_equal(signer_log_keys(&cx, keys, &n), 0);
	assert_int_equal(n, 2);
	const struct signer_log_key *key = &keys[keys[0].is_sm2 == is_sm2 ? 0 : 1];
	int r = signer_log_sign(&cx, key, buf_view(&text), &proof, signature);
	if (r == ERR_IO)
		assert_string_equal(cx.problem.id, "signer.heads");
	if (r == 0 && !is_sm2)
		assert_true(sign_holds(key->public_key, buf_view(&text), signature));
	return r;
}

static uint64_t signed_last(const char *origin)
{
	struct ctx cx;
	auto_arena a = NULL;
	struct merkle_head head = {0};
	context(&cx, &a);
	int r = signer_log_last(&cx, origin, &head);
	assert_true(r == 0 || r == ERR_NOTFOUND);
	return head.size;
}

static void signs_one_history(void **state)
{
	(void)state;
	test_signer_start(&signer);
	assert_int_equal(signed_last("a/log"), 0);
	assert_int_equal(sign_tree("a/log", "a", 0, 5, false), 0);
	assert_int_equal(sign_tree("a/log", "a", 5, 5, true), 0);
	assert_int_equal(signed_last("a/log"), 5);
	assert_int_equal(sign_tree("a/log", "a", 0, 4, false), ERR_STATE);
	assert_int_equal(sign_tree("a/log", "b", 5, 5, false), ERR_STATE);
	assert_int_equal(sign_tree("a/log", "b", 5, 9, false), ERR_STATE);
	assert_int_equal(sign_tree("a/log", "a", 4, 9, true), ERR_STATE); /* shows nothing */
	assert_int_equal(sign_tree("a/log", "a", 0, 9, false), ERR_STATE);
	assert_int_equal(signed_last("a/log"), 5);
	assert_int_equal(sign_tree("a/log", "a", 5, 9, false), 0);
	assert_int_equal(sign_tree("b/log", "b", 0, 3, false), 0); /* another log */
	signer_stop();
	test_signer_start(&signer);
	assert_int_equal(signed_last("a/log"), 9);
	assert_int_equal(signed_last("b/log"), 3);
	assert_int_equal(sign_tree("a/log", "a", 0, 8, false), ERR_STATE);
	assert_int_equal(sign_tree("b/log", "b", 3, 100, true), 0);
	for (int i = 2; i < SIGNER_HEADS_MAX; i++) {
		char name[16];
		snprintf(name, sizeof name, "%d/log", i);
		assert_int_equal(sign_tree(name, "x", 0, 1, false), 0);
	}
	assert_int_equal(sign_tree("more/log", "x", 0, 1, false), ERR_IO);
	assert_int_equal(sign_tree("a/log", "a", 9, 10, false), 0);
}

static void keys_of_the_log_sign_nothing_else(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	context(&cx, &a);
	test_signer_start(&signer);
	assert_int_equal(signer_sign(&cx, SIGN_LOG, STR("abc"), &s), ERR_DENIED);
	assert_int_equal(signer_sign(&cx, SIGN_LOG, STR("cosignature/v1\ntime 1\nx\n"), &s),
		ERR_DENIED);
}

/* What cannot be remembered is not signed; every other key does its work. */
static void without_memory_no_checkpoint(void **state)
{
	(void)state;
	struct ctx cx;
	auto_arena a = NULL;
	struct signature s;
	context(&cx, &a);
	assert_int_equal(signer_start(signer.program, signer.file, "/nonexistent/heads"), 0);
	assert_int_equal(sign_tree("a/log", "a", 0, 5, false), ERR_IO);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	signer_stop();
	test_signer_start(&signer);
	assert_int_equal(sign_tree("a/log", "a", 0, 5, false), 0);
	int fd = open(signer.heads, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 20), 1);
	assert_int_equal(sign_tree("a/log", "a", 5, 9, false), ERR_IO);
	assert_int_equal(ftruncate(fd, 100), 0);
	assert_int_equal(sign_tree("a/log", "a", 5, 9, false), ERR_IO);
	close(fd);
}

int main(int argc, char **argv)
{
	int rc;
	if (test_signer_main(&signer, argc, argv, &rc))
		return rc;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_file_is_its_owners, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_new_file_belongs_to_whom_the_old_one_belonged, setup, teardown),
		cmocka_unit_test_setup_teardown(signs_and_tells_its_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(survives_the_death_of_the_signer, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_stopped_signer_is_waited_for_only_so_long, setup, teardown),
		cmocka_unit_test_setup_teardown(another_process_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(cannot_be_looked_into, setup, teardown),
		cmocka_unit_test_setup_teardown(signs_one_history, setup, teardown),
		cmocka_unit_test_setup_teardown(
			keys_of_the_log_sign_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(without_memory_no_checkpoint, setup, teardown),
		cmocka_unit_test_setup_teardown(ends_with_its_parent, setup, teardown),
		cmocka_unit_test_setup_teardown(
			keys_that_others_may_read_are_not_used, setup, teardown),
	};
	return cmocka_run_group_tests_name("signer", tests, NULL, NULL);
}
