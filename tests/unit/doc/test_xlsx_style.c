#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "doc/xlsx_number.h"
#include "doc/xlsx_style.h"

/* Codes as Excel and WPS write them; what they show to a person. */
static void test_format_codes(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		unsigned shows;
	} table[] = {
	        {"General", XLSX_PLAIN},
	        {"@", XLSX_PLAIN},
	        {"0.00_);[Red]\\(0.00\\)", XLSX_PLAIN},
	        {"#,##0\"天\"", XLSX_PLAIN},
	        {"\"身份证\"@", XLSX_PLAIN},
	        {"[Yellow]0", XLSX_PLAIN},
	        {"[DBNum1][$-804]General", XLSX_PLAIN},
	        {"0.00E+00", XLSX_PLAIN},
	        {"0", XLSX_PLAIN},
	        {"00", XLSX_ZEROS + 2},
	        {"000000", XLSX_ZEROS + 6},
	        {"yyyy/m/d", XLSX_DATE},
	        {"yyyy\"年\"m\"月\"d\"日\";@", XLSX_DATE},
	        {"[$-804]yyyy\\-mm\\-dd", XLSX_DATE},
	        {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", XLSX_DATE},
	        {"yyyy/m/d\\ h:mm", XLSX_DATE},
	        {"mmm", XLSX_DATE},
	        {"h:mm:ss", XLSX_TIME},
	        {"[h]:mm", XLSX_TIME},
	        {"上午/下午h\"时\"mm\"分\"", XLSX_TIME},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (xlsx_format_shows(table[i].code) != table[i].shows)
			fail_msg("%s: %u", table[i].code, xlsx_format_shows(table[i].code));
}

static void test_numbers_without_exponent(void **state)
{
	(void)state;
	static const struct {
		const char *stored, *shown;
		bool is_inexact;
	} table[] = {
	        {"0", "0", false},
	        {"-0", "0", false},
	        {"00012", "12", false},
	        {"-12.50", "-12.5", false},
	        {".5", "0.5", false},
	        {"1E2", "100", false},
	        {"1.5e-7", "0.00000015", false},
	        {"0.30000000000000004", "0.3", false},
	        {"99999.999999999985", "100000", false},
	        {"123456789012345", "123456789012345", false},
	        {"1234567890123456", "1234567890123456", true},
	        {"-3.7100219900101101E+17", "-371002199001011010", true},
	        {"1E+20", "100000000000000000000", true},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		auto_buf b;
		struct xlsx_number n;
		buf_init(&b, 1000);
		assert_true(xlsx_number_read(str_of(table[i].stored), &n));
		assert_int_equal(xlsx_number_put(&n, 0, &b), table[i].is_inexact);
		assert_string_equal(buf_z(&b), table[i].shown);
	}
}

static void test_what_is_no_number(void **state)
{
	(void)state;
	static const char *const table[] = {"", " ", "abc", "1 2", "0x10", "nan", "inf", "1e999",
	        "1,5", "--1", "1e", "123456789012345678901234567890123456789012345"};
	struct xlsx_number n;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (xlsx_number_read(str_of(table[i]), &n))
			fail_msg("taken: %s", table[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_format_codes),
	        cmocka_unit_test(test_numbers_without_exponent),
	        cmocka_unit_test(test_what_is_no_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
