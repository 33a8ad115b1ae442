/* What changed between two texts, word by word. */
#include "../../core/fixture.h"
#include "domain/exam/bank_diff.h"

/* "same[-out-][+in+]" */
static const char *shown(struct ctx *cx, const char *before, const char *after)
{
	struct diff_piece *pieces;
	const char *text = "";
	size_t n = text_diff(cx, before, after, &pieces);
	for (size_t i = 0; i < n; i++)
		text = text_of(cx, "%s%s%s%s", text, pieces[i].op == DIFF_OUT ? "[-"
			: pieces[i].op == DIFF_IN ? "[+" : "", pieces[i].text,
			pieces[i].op == DIFF_OUT ? "-]" : pieces[i].op == DIFF_IN ? "+]" : "");
	return text;
}

static void test_words(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	struct ctx *cx = &f.cx;
	assert_string_equal(shown(cx, "", ""), "");
	assert_string_equal(shown(cx, "电压", "电压"), "电压");
	assert_string_equal(shown(cx, "", "电压"), "[+电压+]");
	assert_string_equal(shown(cx, "电压", ""), "[-电压-]");
	assert_string_equal(shown(cx, "电压为220V。", "电压为380V。"), "电压为[-220V-][+380V+]。");
	assert_string_equal(shown(cx, "应选用酸性焊条", "应当选用焊条"),
		"应[+当+]选用[-酸性-]焊条");
	assert_string_equal(shown(cx, "12.5 mm", "12.55 mm"), "[-12.5-][+12.55+] mm");
}

/* Whatever is given, taking out what is out gives the one text, taking out what is in the other. */
static void test_both_texts_are_in_it(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	static const char *const words[] = {"电", "压", "220", "V", "。", "焊条", " ", "\n", "A"};
	for (int round = 0; round < 300; round++) {
		const char *text[2] = {"", ""}, *back[2] = {"", ""};
		struct diff_piece *pieces;
		for (int k = 0; k < 2; k++)
			for (uint64_t n = ctx_random_u64(&f.cx) % 14; n > 0; n--)
				text[k] = text_of(&f.cx, "%s%s", text[k],
					words[ctx_random_u64(&f.cx) % 9]);
		size_t n = text_diff(&f.cx, text[0], text[1], &pieces);
		for (size_t i = 0; i < n; i++) {
			if (pieces[i].op != DIFF_IN)
				back[0] = text_of(&f.cx, "%s%s", back[0], pieces[i].text);
			if (pieces[i].op != DIFF_OUT)
				back[1] = text_of(&f.cx, "%s%s", back[1], pieces[i].text);
			assert_true(!i || pieces[i].op != pieces[i - 1].op);
		}
		assert_string_equal(back[0], text[0]);
		assert_string_equal(back[1], text[1]);
	}
}

static void test_large_texts_are_not_compared_for_ever(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	auto_buf a, b;
	struct diff_piece *pieces;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 20000; i++) {
		buf_puts(&a, i % 2 ? "甲" : "乙");
		buf_puts(&b, i % 3 ? "丙" : "甲");
	}
	assert_int_equal(text_diff(&f.cx, buf_z(&a), buf_z(&b), &pieces), 2);
	assert_string_equal(pieces[0].text, buf_z(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_words),
		test_db_case(test_both_texts_are_in_it),
		test_db_case(test_large_texts_are_not_compared_for_ever)};
	return test_db_run("bank_diff", tests);
}
