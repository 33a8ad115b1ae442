#include <string.h>
#include <zlib.h>

#include "base/credential.h"
#include "base/credential_pdf.h"
#include "group_arena.h"

#define HEAD "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>\nendobj\n"
#define FILE_A "{\"luban_credential\":1,\"origin\":\"a\"}"
#define FILE_B "{\"luban_credential\":1,\"origin\":\"b\"}"
#define PLAIN(content) "7 0 obj\n<< /Type /EmbeddedFile /Length 35 >>\nstream\n" content \
	"\nendstream\nendobj\n"

static void carries(const char *pdf, const char *expected)
{
	struct str file;
	assert_true(pdf_is(str_of(pdf)));
	assert_int_equal(credential_in_pdf(a, str_of(pdf), &file), expected ? 0 : ERR_NOTFOUND);
	if (expected)
		assert_true(str_is(file, expected));
}

static void test_table(void **state)
{
	(void)state;
	carries(HEAD PLAIN(FILE_A), FILE_A);
	carries(HEAD PLAIN(FILE_A) PLAIN(FILE_B), FILE_B);
	carries(HEAD "7 0 obj\r\n<< /Length 35 /Type /EmbeddedFile >>\r\nstream\r\n" FILE_A
		"\r\nendstream\r\nendobj", FILE_A);
	carries(HEAD "7 0 obj\n<< /Type /EmbeddedFile /Length 8 0 R >>\nstream\n" FILE_A
		"endstream\nendobj", FILE_A);
	carries(HEAD, NULL);
	carries(HEAD "7 0 obj\n<< /Type /EmbeddedFile /Length 5 >>\nstream\nhello\nendstream",
		NULL);
	carries(HEAD "7 0 obj\n<< /Type /XObject /Length 35 >>\nstream\n" FILE_A "\nendstream",
		NULL);
	carries(HEAD "7 0 obj\n<< /Type /EmbeddedFile /Filter /LZWDecode /Length 35 >>\nstream\n"
		FILE_A "\nendstream", NULL);
	carries(HEAD "7 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length 35 >>\nstream\n"
		FILE_A "\nendstream", NULL);
	assert_false(pdf_is(STR(FILE_A)));
}

/* As other programs save it again. */
static void test_deflated(void **state)
{
	(void)state;
	Bytef packed[256];
	uLongf n = sizeof packed;
	struct str file;
	assert_int_equal(compress(packed, &n, (const Bytef *)FILE_A, strlen(FILE_A)), Z_OK);
	auto_buf pdf;
	buf_init(&pdf, 4096);
	buf_puts(&pdf, HEAD);
	buf_printf(&pdf, "9 0 obj <</Filter /FlateDecode /Type /EmbeddedFile /Length %lu>>"
		"stream\n", (unsigned long)n);
	buf_put(&pdf, packed, n);
	buf_puts(&pdf, "\nendstream endobj");
	assert_int_equal(credential_in_pdf(a, buf_view(&pdf), &file), 0);
	assert_true(str_is(file, FILE_A));
}

/* Every beginning of a document is taken or refused, never read beyond. */
static void test_cut_short(void **state)
{
	(void)state;
	static const char whole[] = HEAD PLAIN(FILE_A) PLAIN(FILE_B);
	for (size_t n = 0; n < sizeof whole; n++) {
		char *copy = arena_alloc(a, n ? n : 1);
		struct str file;
		memcpy(copy, whole, n);
		int r = credential_in_pdf(a, (struct str){copy, n}, &file);
		assert_true(r == 0 || r == ERR_NOTFOUND);
		if (r == 0)
			assert_true(file.p >= copy && file.p + file.n <= copy + n);
	}
}

/* More of them than are looked at, the largest that unpack: memory stays within bounds. */
static void test_many(void **state)
{
	(void)state;
	static Bytef packed[4096], zeros[4 * CREDENTIAL_MAX];
	uLongf n = sizeof packed;
	struct str file;
	assert_int_equal(compress(packed, &n, zeros, sizeof zeros), Z_OK);
	auto_buf pdf;
	buf_init(&pdf, 4 * 1024 * 1024);
	for (int i = 0; i < 500; i++) {
		buf_printf(&pdf, "%d 0 obj\n<</Type /EmbeddedFile /Filter /FlateDecode "
			"/Length %lu>>stream\n", i + 1, (unsigned long)n);
		buf_put(&pdf, packed, n);
		buf_puts(&pdf, "endstream endobj\n");
	}
	assert_int_equal(credential_in_pdf(a, buf_view(&pdf), &file), ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_table, begin, end),
		cmocka_unit_test_setup_teardown(test_deflated, begin, end),
		cmocka_unit_test_setup_teardown(test_cut_short, begin, end),
		cmocka_unit_test_setup_teardown(test_many, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
