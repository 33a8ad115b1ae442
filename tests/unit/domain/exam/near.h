/* The cmocka headers, and a comparison of numbers that says what they were. */
#ifndef LUBAN_TEST_NEAR_H
#define LUBAN_TEST_NEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#define assert_near(a, b, eps) do { \
	if (!(fabs((double)(a) - (double)(b)) <= (eps))) { \
		print_error("%s = %.9g, not %.9g\n", #a, (double)(a), (double)(b)); \
		fail(); \
	} \
} while (0)

#endif
