#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void memory_is_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	auto_arena a = arena_new(8 << 20);
	char *parts[200];
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < 200; i++) {
			size_t n = i * i / 2 + 1;
			parts[i] = arena_alloc(a, n);
			assert_int_equal((uintptr_t)parts[i] % 16, 0);
			assert_true(is_zero(parts[i], n));
			memset(parts[i], (int)i + 1, n);
		}
		for (size_t i = 0; i < 200; i++)
			assert_true(parts[i][0] == (char)(i + 1)
				&& parts[i][i * i / 2] == (char)(i + 1));
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
}

static void copies(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	assert_null(arena_dup(a, NULL));
	assert_string_equal(arena_dup(a, "x"), "x");
	assert_string_equal(arena_str(a, (struct str){"abc", 2}), "ab");
	assert_string_equal(arena_str(a, STR_NONE), "");
	assert_string_equal(arena_printf(a, "%s-%d", "n", 7), "n-7");
	arena_free(NULL);
}

/* How a child that asks for n bytes of an arena of 64 KiB ends. */
static bool aborts(size_t n)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		log_set_level(LOG_NONE);
		fclose(stderr);
		stderr = fopen("/dev/null", "w");
		struct arena *a = arena_new(64 * 1024);
		arena_alloc(a, 32 * 1024);
		arena_alloc(a, n);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void the_limit_holds(void **state)
{
	(void)state;
	assert_false(aborts(32 * 1024));
	assert_true(aborts(32 * 1024 + 1));
	assert_true(aborts(SIZE_MAX));
	assert_true(aborts(SIZE_MAX - 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(copies),
		cmocka_unit_test(the_limit_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
