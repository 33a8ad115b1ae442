/* Names that people typed, as parts of paths. */
#include "doc/pack.h"

#include "support.h"

static void test_part(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"阿依古丽·买买提", "阿依古丽·买买提"}, {"../../王", ".._.._王"},
		{"C:\\王", "C__王"}, {"a\nb\x7f", "a_b_"}, {"*?\"<>|", "______"}, {"", ""},
	};
	struct arena *a = arena_new(65536);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(pack_part(a, cases[i].text), cases[i].part);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_part)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
