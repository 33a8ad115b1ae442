/* The signer for a test: a process of its own, which is the test program started again, over a key
 * file that goes with the test. */
#ifndef LUBAN_TEST_SIGNER_SUPPORT_H
#define LUBAN_TEST_SIGNER_SUPPORT_H

#include <stdbool.h>

/* For the test's life: the program, and its files of keys and of what was signed last. */
struct test_signer {
	char program[4096], file[256], heads[264];
};

/* First in main(): true in the process that is to be the signer, which has then served and ended
 * with *ret_rc. Fills in s: no file is made. */
bool test_signer_main(struct test_signer *s, int argc, char **argv, int *ret_rc);
/* A new file of keys, nothing signed yet; no process. */
void test_signer_keys(struct test_signer *s);
/* The process over that file; may be started again after signer_stop(). */
void test_signer_start(struct test_signer *s);
/* Ends the process, removes the files. */
void test_signer_drop(struct test_signer *s);

/* A test with a fresh database and a signer that runs; its program calls
 * test_signer_main(&running_signer, …). */
extern struct test_signer running_signer;
int running_signer_setup(void **state);
int running_signer_teardown(void **state);
#define signer_case(f) \
	cmocka_unit_test_setup_teardown(f, running_signer_setup, running_signer_teardown)

#endif
