/* Every format, every kind: out and in again. */
#include "items.h"

static void check(const char *format, const char *same_kinds)
{
	struct items out, in;
	struct item_sheet lost;
	bool same[ITEM_KINDS] = {0};
	round_trip(item_format_of(format), &out, &in, &lost, same);
	for (int k = 1; k < ITEM_KINDS; k++) {
		bool is_expected = strstr(same_kinds, item_kind_code((enum item_kind)k));
		if (same[k] != is_expected)
			fail_msg("%s %s: %s", format, item_kind_code((enum item_kind)k),
				same[k] ? "came back whole" : "came back different");
		/* What does not come back whole was said when it went out. */
		char name[8];
		snprintf(name, sizeof name, "T-%d", k);
		bool is_said = false;
		for (int i = 0; i < lost.n_remarks; i++)
			is_said = is_said || streq(lost.remarks[i].name, name);
		if (!same[k] && !is_said)
			fail_msg("%s %s: lost without a word", format, name);
	}
	items_fini(&out);
	items_fini(&in);
}

static void qti(void **state)
{
	(void)state;
	check("qti", "true_false single multiple numeric text order match essay");
}

static void xlsx(void **state)
{
	(void)state;
	/* the two with pictures not, and the essay's answer keeps its lines */
	check("xlsx", "true_false numeric text order match essay");
}

static void gift(void **state)
{
	(void)state;
	/* no ordering, no option without a target, no rubric */
	check("gift", "true_false single multiple numeric text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qti), cmocka_unit_test(xlsx), cmocka_unit_test(gift),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
