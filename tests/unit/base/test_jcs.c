#include "base/jcs.h"

#include <math.h>
#include <string.h>

#include "support.h"

static void number_is(uint64_t bits, const char *text)
{
	double n;
	auto_buf b;
	buf_init(&b, 64);
	memcpy(&n, &bits, sizeof n);
	jcs_put_number(&b, n);
	assert_string_equal(buf_z(&b), text);
}

/* RFC 8785, appendix B. */
static void published_numbers(void **state)
{
	(void)state;
	static const struct {
		uint64_t bits;
		const char *text;
	} all[] = {{0, "0"}, {0x8000000000000000, "0"}, {1, "5e-324"},
		{0x8000000000000001, "-5e-324"}, {0x7fefffffffffffff, "1.7976931348623157e+308"},
		{0xffefffffffffffff, "-1.7976931348623157e+308"},
		{0x4340000000000000, "9007199254740992"},
		{0xc340000000000000, "-9007199254740992"},
		{0x4430000000000000, "295147905179352830000"},
		{0x44b52d02c7e14af5, "9.999999999999997e+22"}, {0x44b52d02c7e14af6, "1e+23"},
		{0x44b52d02c7e14af7, "1.0000000000000001e+23"},
		{0x444b1ae4d6e2ef4e, "999999999999999700000"},
		{0x444b1ae4d6e2ef4f, "999999999999999900000"}, {0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"}, {0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"},
		{0x41b3de4355555554, "333333333.33333325"},
		{0x41b3de4355555555, "333333333.3333333"},
		{0x41b3de4355555556, "333333333.3333334"},
		{0x41b3de4355555557, "333333333.33333343"},
		{0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		number_is(all[i].bits, all[i].text);
}

static void spelt(const char *json, const char *wanted)
{
	auto_json value = NULL;
	auto_buf b;
	buf_init(&b, 4096);
	assert_int_equal(json_read(str_of(json), 4096, &value, NULL), 0);
	assert_int_equal(jcs_put(value, &b), 0);
	assert_string_equal(buf_z(&b), wanted);
}

/* RFC 8785, sections 3.2.2 and 3.2.3, and appendix C's source of test data (cyberphone's
 * json-canonicalization, testdata: values, weird, structures, arrays). */
static void published_texts(void **state)
{
	(void)state;
	spelt("{\n \"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, "
	      "0.000000000000000000000000001],\n \"string\": "
	      "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
	      " \"literals\": [null, true, false]\n}",
		"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-"
		"27],"
		"\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
	spelt("{\"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\", \"\\ufb33\": \"Hebrew "
		"Letter "
	      "Dalet With Dagesh\", \"1\": \"One\", \"\\ud83d\\ude00\": \"Emoji: Grinning Face\", "
	      "\"\\u0080\": \"Control\", \"\\u00f6\": \"Latin Small Letter O With Diaeresis\"}",
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\u00f6\":\"L"
		"atin Small "
		"Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\",\"\U0001f600\":\"Emoji: "
		"Grinning "
		"Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
	spelt("{\"1\": {\"f\": {\"f\": \"hi\",\"F\": 5} ,\"\\n\": 56.0}, \"10\": { }, \"\": "
	      "\"empty\", \"a\": { }, \"111\": [ {\"e\": \"yes\",\"E\": \"no\" } ], \"A\": { }}",
		"{\"\":\"empty\",\"1\":{\"\\n\":56,\"f\":{\"F\":5,\"f\":\"hi\"}},\"10\":{},\"111\":"
		"[{\"E\":"
		"\"no\",\"e\":\"yes\"}],\"A\":{},\"a\":{}}");
	spelt("[56,{\"d\":true,\"10\":null,\"1\":[ ]}]", "[56,{\"1\":[],\"10\":null,\"d\":true}]");
	spelt("9007199254740993", "9007199254740992");
}

static void limits(void **state)
{
	(void)state;
	auto_json value = json_pack("[ss]", "0123456789", "0123456789");
	auto_buf b;
	buf_init(&b, 16);
	assert_int_equal(jcs_put(value, &b), ERR_LIMIT);
	auto_json deep = json_array();
	for (int i = 0; i < JSON_DEPTH_MAX + 1; i++) {
		json_t *outer = json_array();
		json_array_append_new(outer, deep);
		deep = outer;
	}
	auto_buf wide;
	buf_init(&wide, 4096);
	assert_int_equal(jcs_put(deep, &wide), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_numbers),
		cmocka_unit_test(published_texts), cmocka_unit_test(limits)};
	return cmocka_run_group_tests_name("jcs", tests, NULL, NULL);
}
