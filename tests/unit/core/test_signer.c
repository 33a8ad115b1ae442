/* The signer as a process: signs, survives nothing but is started again, answers nobody but its
 * parent. This test program plays both parts. */
#include "fixture.h"

#undef fail

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/signer_impl.h"

static char program[4096], file[256];

static void context(struct ctx *cx, struct arena **ret_arena)
{
	*ret_arena = arena_new(1 << 20);
	*cx = (struct ctx){.arena = *ret_arena};
}

static int setup(void **state)
{
	(void)state;
	const char *folder = getenv("TMPDIR");
	snprintf(file, sizeof file, "%s/luban_signer_%d", folder ? folder : "/tmp", (int)getpid());
	unlink(file);
	assert_int_equal(signer_file_make(file), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	signer_stop();
	unlink(file);
	return 0;
}

static void the_file_is_its_owners(void **state)
{
	(void)state;
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(signer_file_make(file), ERR_CONFLICT);
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
	assert_int_equal(signer_start(program, file), 0);
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
	assert_int_equal(signer_start(program, file), 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &before), 0);
	int pid = signer_pid();
	assert_int_equal(kill(pid, SIGKILL), 0);
	usleep(50000);
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
	assert_int_equal(signer_start(program, file), 0);
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
	assert_int_equal(signer_start(program, file), 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), 0);
	pid_t pid = fork();
	if (!pid) {
		struct signer_question q = {SIGNER_MAGIC, 77, SIGN_RECEIPT};
		struct signer_answer got = {0};
		send(signer_line(), &q, sizeof q, 0);
		recv(signer_line(), &got, sizeof got, 0);
		_exit(got.id == 77 && got.is_refused ? 0 : 1);
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
	assert_int_equal(signer_start(program, file), 0);
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
	assert_int_equal(signer_start(program, file), 0);
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
	assert_int_equal(chmod(file, 0640), 0);
	assert_int_equal(signer_start(program, file), 0);
	assert_int_equal(signer_sign(&cx, SIGN_RECEIPT, STR("abc"), &s), ERR_IO);
	assert_int_equal(signer_start(program, "/nonexistent"), ERR_IO);
}

int main(int argc, char **argv)
{
	if (argc == 3 && streq(argv[1], "signer"))
		return signer_serve(SIGNER_FD, argv[2]) < 0;
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
	if (n < 0)
		return 1;
	program[n] = 0;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_file_is_its_owners, setup, teardown),
		cmocka_unit_test_setup_teardown(signs_and_tells_its_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(survives_the_death_of_the_signer, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_stopped_signer_is_waited_for_only_so_long, setup, teardown),
		cmocka_unit_test_setup_teardown(another_process_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(cannot_be_looked_into, setup, teardown),
		cmocka_unit_test_setup_teardown(ends_with_its_parent, setup, teardown),
		cmocka_unit_test_setup_teardown(
			keys_that_others_may_read_are_not_used, setup, teardown),
	};
	return cmocka_run_group_tests_name("signer", tests, NULL, NULL);
}
