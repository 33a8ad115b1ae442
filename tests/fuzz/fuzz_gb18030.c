/* Encodings: what comes out is text, comes out the same again, and is never left half done. */
#include <stdint.h>
#include <stdlib.h>

#include "base/gb18030.h"
#include "base/utf8.h"

static void look_at_utf8(struct str s)
{
	size_t n = utf8_count(s);
	if (utf8_cut(s, n).n != s.n || utf8_cut(s, n + 1).n != s.n)
		abort();
	if (utf8_width(s) > 2 * n)
		abort();
	if (utf8_is_text(s) && !utf8_is_valid(s))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	enum text_encoding encoding, again;
	auto_buf out, second, small;
	buf_init(&out, 4 * size + 16);
	buf_init(&second, 4 * size + 16);
	buf_init(&small, size / 2);
	look_at_utf8(bytes);
	if (text_to_utf8(bytes, &small, &encoding) && small.n)
		abort();
	if (text_to_utf8(bytes, &out, &encoding)) {
		if (out.n || out.full)
			abort();
		return 0;
	}
	if (!utf8_is_text(buf_view(&out)))
		abort();
	look_at_utf8(buf_view(&out));
	if (text_to_utf8(buf_view(&out), &second, &again))
		abort();
	/* A second byte order mark would be taken as one more. */
	if (again == TEXT_UTF8 && !str_eq(buf_view(&out), buf_view(&second)))
		abort();
	return 0;
}
