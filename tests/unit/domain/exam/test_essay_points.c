#include "domain/exam/essay.h"
#include "support.h"

/* Full marks 1000 (10 points), apart when further than 20 %. */
static void decisions(void **state)
{
	(void)state;
	static const struct {
		int64_t given[4]; /* rounds 1, 2, 3, moderated */
		int64_t rule, points;
		bool apart;
	} rows[] = {
		{{-1, -1, -1, -1}, 0, -1, false}, {{700, -1, -1, -1}, 0, -1, false},
		{{700, 800, -1, -1}, 0, 750, false}, {{700, 701, -1, -1}, 0, 701, false},
		{{600, 800, -1, -1}, 0, 700, false}, {{600, 801, -1, -1}, 0, -1, true},
		{{300, 900, 800, -1}, 0, 800, true}, {{300, 900, 800, -1}, 1, 850, true},
		{{300, 900, 600, -1}, 1, 750, true}, {{300, 900, 350, -1}, 1, 325, true},
		{{300, 900, -1, 500}, 0, 500, false}, {{300, 900, 800, 0}, 1, 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t given[ESSAY_ROUNDS + 1] = {-1, rows[i].given[0], rows[i].given[1],
			rows[i].given[2], rows[i].given[3]};
		bool apart;
		assert_int_equal(essay_points(given, 1000, 200, rows[i].rule, &apart),
			rows[i].points);
		assert_int_equal(apart, rows[i].apart);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(decisions)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
