/* A test program without a database: the cmocka headers, and one arena `a` for all of its tests.
 *
 *   return cmocka_run_group_tests_name("photo", tests, begin, end); */
#ifndef LUBAN_TEST_GROUP_ARENA_H
#define LUBAN_TEST_GROUP_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	a = arena_new(512 * 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

#endif
