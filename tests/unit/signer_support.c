#include "signer_support.h"

#include "support.h"

#undef fail

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "core/signer_impl.h"

bool test_signer_main(struct test_signer *s, int argc, char **argv, int *ret_rc)
{
	if (argc == 4 && streq(argv[1], "signer")) {
		*ret_rc = signer_serve(SIGNER_FD, argv[2], argv[3]) < 0;
		return true;
	}
	ssize_t n = readlink("/proc/self/exe", s->program, sizeof s->program - 1);
	if (n < 0) {
		*ret_rc = 1;
		return true;
	}
	s->program[n] = 0;
	const char *folder = getenv("TMPDIR");
	snprintf(s->file, sizeof s->file, "%s/luban_signer_%d", folder ? folder : "/tmp",
		(int)getpid());
	snprintf(s->heads, sizeof s->heads, "%s.heads", s->file);
	return false;
}

static void remove_files(struct test_signer *s)
{
	unlink(s->file);
	unlink(s->heads);
}

void test_signer_keys(struct test_signer *s)
{
	remove_files(s);
	assert_int_equal(signer_file_make(s->file), 0);
}

void test_signer_start(struct test_signer *s)
{
	assert_int_equal(signer_start(s->program, s->file, s->heads), 0);
}

void test_signer_drop(struct test_signer *s)
{
	signer_stop();
	remove_files(s);
}

struct test_signer running_signer;

int running_signer_setup(void **state)
{
	test_signer_keys(&running_signer);
	test_signer_start(&running_signer);
	return test_db_setup(state);
}

int running_signer_teardown(void **state)
{
	test_signer_drop(&running_signer);
	return test_db_teardown(state);
}
