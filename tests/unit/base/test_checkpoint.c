#include "base/checkpoint.h"

#include <string.h>

#include "support.h"

/* The example of C2SP tlog-checkpoint. */
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define EXAMPLE "example.com/behind-the-sofa\n20852163\n" ROOT

static void comes_back(const char *text)
{
	struct checkpoint c;
	auto_buf b;
	buf_init(&b, 4096);
	assert_int_equal(checkpoint_parse(str_of(text), &c), 0);
	checkpoint_put(&b, &c);
	assert_string_equal(buf_z(&b), text);
}

static void the_example(void **state)
{
	(void)state;
	struct checkpoint c;
	assert_int_equal(checkpoint_parse(STR(EXAMPLE), &c), 0);
	assert_true(str_is(c.origin, "example.com/behind-the-sofa"));
	assert_int_equal(c.head.size, 20852163);
	assert_int_equal(c.head.root.bytes[0], 0x0a);
	assert_int_equal(c.head.root.bytes[31], 0x62);
	assert_int_equal(c.more.n, 0);
	comes_back(EXAMPLE);
	comes_back(EXAMPLE "one more\nand another\n");
	comes_back("go.sum database tree\n0\n" ROOT);
	comes_back("a\n9223372036854775807\n" ROOT);
}

static void refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "\n", "a\n", "a\n1\n", "\n1\n" ROOT, "a\n\n" ROOT,
		"a\n01\n" ROOT, "a\n00\n" ROOT, "a\n-1\n" ROOT, "a\n+1\n" ROOT, "a\n 1\n" ROOT,
		"a\n1 \n" ROOT, "a\n0x1\n" ROOT, "a\n9223372036854775808\n" ROOT,
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
		"a\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nCsUYapGGPo4dkMgI\n",
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IAAAA=\n", "a\n1\n" ROOT "\n",
		"a\n1\n" ROOT "x", "a\n1\n" ROOT "x\n\ny\n"};
	struct checkpoint c = {.head.size = 5};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (checkpoint_parse(str_of(bad[i]), &c) != ERR_INVALID)
			fail_msg("%zu was taken: %s", i, bad[i]);
	assert_int_equal(c.head.size, 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
