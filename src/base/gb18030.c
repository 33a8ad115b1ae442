#include "base/gb18030.h"

#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"

enum { STEP = 8192 };

static void cut_back(struct buf *b, size_t n)
{
	b->n = n;
	b->full = false;
	if (b->p)
		b->p[n] = 0;
}

/* The whole of s through cd, STEP bytes at a time. */
static int convert(iconv_t cd, struct str s, struct buf *out)
{
	char step[STEP];
	char *in = (char *)s.p;
	size_t left = s.n;
	while (left) {
		char *to = step;
		size_t room = sizeof step;
		size_t done = iconv(cd, &in, &left, &to, &room);
		buf_put(out, step, sizeof step - room);
		if (out->full)
			return ERR_LIMIT;
		if (done == (size_t)-1 && errno != E2BIG)
			return ERR_INVALID;
	}
	return 0;
}

static int recode(const char *to, const char *from, struct str s, struct buf *out)
{
	size_t before = out->n;
	iconv_t cd = iconv_open(to, from);
	if (cd == (iconv_t)-1)
		return ERR_IO;
	int err = convert(cd, s, out);
	iconv_close(cd);
	if (err)
		cut_back(out, before);
	return err;
}

int gb18030_to_utf8(struct str s, struct buf *out)
{
	return recode("UTF-8", "GB18030", s, out);
}

int gb18030_from_utf8(struct str s, struct buf *out)
{
	return recode("GB18030", "UTF-8", s, out);
}

static int keep_utf8(struct str s, struct buf *out)
{
	size_t before = out->n;
	buf_str(out, s);
	if (!out->full)
		return 0;
	cut_back(out, before);
	return ERR_LIMIT;
}

static int keep_gb18030(struct str s, struct buf *out)
{
	size_t before = out->n;
	int err = gb18030_to_utf8(s, out);
	if (err)
		return err;
	if (utf8_is_text((struct str){out->p + before, out->n - before}))
		return 0;
	cut_back(out, before);
	return ERR_INVALID;
}

int text_to_utf8(struct str s, struct buf *out, enum text_encoding *ret_encoding)
{
	static const char mark[] = "\xef\xbb\xbf";
	enum text_encoding encoding = TEXT_UTF8;
	int err;
	if (str_starts(s, mark)) {
		s = (struct str){s.p + 3, s.n - 3};
		encoding = TEXT_UTF8_BOM;
	}
	if (utf8_is_text(s)) {
		err = keep_utf8(s, out);
	} else if (encoding == TEXT_UTF8_BOM || utf8_is_valid(s)) {
		return ERR_INVALID;
	} else {
		encoding = TEXT_GB18030;
		err = keep_gb18030(s, out);
	}
	if (!err)
		*ret_encoding = encoding;
	return err;
}
