#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

/* What went to stderr meanwhile. */
static char said[8192];
static FILE *file;
static int before;

static int begin(void **state)
{
	(void)state;
	file = tmpfile();
	before = dup(STDERR_FILENO);
	return !file || before < 0 || dup2(fileno(file), STDERR_FILENO) < 0;
}

static int end(void **state)
{
	(void)state;
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	return fclose(file);
}

static const char *heard(void)
{
	fflush(stderr);
	rewind(file);
	said[fread(said, 1, sizeof said - 1, file)] = 0;
	return said;
}

/* Behind the time: a line is one, whatever is told in it. */
static void one_line_per_event(void **state)
{
	(void)state;
	log_error("%s", "FATAL: gone\n\tIs it running?\r\n"
		"2026-11-23T00:00:00Z info 张三\x1b[2J\x7f");
	const char *line = heard(), *word = strchr(line, ' ');
	assert_non_null(word);
	assert_string_equal(word, " error FATAL: gone  Is it running?  2026-11-23T00:00:00Z info "
		"张三 [2J \n");
}

static void the_end_of_a_long_one_is_left_out(void **state)
{
	(void)state;
	char text[5000];
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = 0;
	log_warn("%s", text);
	const char *line = heard();
	assert_true(strlen(line) < 2200);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void what_is_not_wanted_is_not_said(void **state)
{
	(void)state;
	log_set_level(LOG_WARN);
	log_info("a");
	log_set_level(LOG_INFO);
	log_debug("b");
	assert_string_equal(heard(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_per_event, begin, end),
		cmocka_unit_test_setup_teardown(the_end_of_a_long_one_is_left_out, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_wanted_is_not_said, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
