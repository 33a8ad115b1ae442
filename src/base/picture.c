/* What a picture's file holds besides the picture, left out. ISO 10918-1 annex B and Exif 2.3 for
 * JPEG, ISO 15948 for PNG. */
#include "base/picture.h"

#include <string.h>

enum { ORIENTATION = 0x0112, EXIF_MIN = 6 + 8 + 2, JFIF = 14, CHUNK = 12, SIGNATURE = 8 };

static unsigned byte(struct str s, size_t at)
{
	return (unsigned char)s.p[at];
}

static unsigned number(struct str s, size_t at, size_t n, bool is_little)
{
	unsigned value = 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | byte(s, at + (is_little ? n - 1 - i : i));
	return value;
}

static struct str part(struct str s, size_t at, size_t n)
{
	return (struct str){s.p + at, n};
}

static bool starts(struct str s, const char *with, size_t n)
{
	return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* ---- JPEG ---- */

/* 1 to 8, 1 being upright: in the first directory of an Exif segment. */
static unsigned orientation_of(struct str segment)
{
	if (segment.n < EXIF_MIN || !starts(segment, "Exif\0\0", 6))
		return 1;
	struct str tiff = part(segment, 6, segment.n - 6);
	bool is_little = tiff.p[0] == 'I';
	size_t at = number(tiff, 4, 4, is_little);
	if (at > tiff.n || tiff.n - at < 2)
		return 1;
	unsigned n = number(tiff, at, 2, is_little);
	for (at += 2; n-- && at + 12 <= tiff.n; at += 12) {
		unsigned value = number(tiff, at + 8, 2, is_little);
		if (number(tiff, at, 2, is_little) == ORIENTATION)
			return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}

/* The smallest Exif that says it. */
static void put_orientation(struct buf *out, unsigned orientation)
{
	static const char head[] = "\xff\xe1\0\x22" "Exif\0\0" "MM\0*\0\0\0\x08" "\0\x01"
		"\x01\x12\0\x03\0\0\0\x01\0";
	buf_put(out, head, sizeof head - 1);
	buf_putc(out, (char)orientation);
	buf_put(out, "\0\0\0\0\0\0", 6);
}

/* Coded data: up to the next marker that is none of its own. */
static size_t end_of_scan(struct str in, size_t at)
{
	for (; at + 1 < in.n; at++) {
		unsigned next = byte(in, at + 1);
		bool is_own = next == 0 || next == 0xff || (next >= 0xd0 && next <= 0xd7);
		if (byte(in, at) == 0xff && !is_own)
			return at;
	}
	return in.n;
}

static bool is_kept(unsigned marker)
{
	bool is_frame_or_table = marker >= 0xc0 && marker <= 0xcf && marker != 0xc8;
	return is_frame_or_table || (marker >= 0xda && marker <= 0xdd);
}

/* Of JFIF without its preview; of Adobe's the colours; else as is_kept() says. */
static void put_segment(struct buf *out, unsigned marker, struct str segment)
{
	if (marker == 0xe0 && segment.n >= JFIF && starts(segment, "JFIF\0", 5)) {
		buf_put(out, "\xff\xe0\0\x10", 4);
		buf_str(out, part(segment, 0, JFIF - 2));
		buf_put(out, "\0\0", 2);
	} else if (is_kept(marker) || (marker == 0xee && starts(segment, "Adobe", 5))) {
		const char head[] = {(char)0xff, (char)marker, (char)((segment.n + 2) >> 8),
			(char)((segment.n + 2) & 0xff)};
		buf_put(out, head, sizeof head);
		buf_str(out, segment);
	}
}

/* Each segment goes to put(); up to the end of the picture. */
static int walk(struct str in, struct buf *out, unsigned *ret_orientation)
{
	for (size_t at = 2; at + 1 < in.n;) {
		unsigned marker = byte(in, at + 1);
		if (byte(in, at) != 0xff)
			return ERR_INVALID;
		if (marker == 0xd9)
			return 0;
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (at + 4 > in.n)
			return ERR_INVALID;
		size_t n = number(in, at + 2, 2, false);
		if (n < 2 || n > in.n - at - 2)
			return ERR_INVALID;
		struct str segment = part(in, at + 4, n - 2);
		if (marker == 0xe1 && *ret_orientation == 1)
			*ret_orientation = orientation_of(segment);
		if (out)
			put_segment(out, marker, segment);
		at += 2 + n;
		if (marker != 0xda)
			continue;
		size_t end = end_of_scan(in, at);
		if (out)
			buf_str(out, part(in, at, end - at));
		at = end;
	}
	return ERR_INVALID;
}

static int strip_jpeg(struct str in, struct buf *out)
{
	unsigned orientation = 1;
	int r = walk(in, NULL, &orientation);
	if (r < 0)
		return r;
	buf_put(out, "\xff\xd8", 2);
	if (orientation != 1)
		put_orientation(out, orientation);
	if ((r = walk(in, out, &orientation)) < 0)
		return r;
	buf_put(out, "\xff\xd9", 2);
	return 0;
}

/* ---- PNG ---- */

static bool is_any_of(struct str type, const char *types)
{
	for (const char *t = types; *t; t += 4)
		if (memcmp(type.p, t, 4) == 0)
			return true;
	return false;
}

static int strip_png(struct str in, struct buf *out)
{
	size_t at = SIGNATURE;
	buf_str(out, part(in, 0, SIGNATURE));
	for (bool is_first = true; in.n - at >= CHUNK; is_first = false) {
		size_t n = number(in, at, 4, false);
		if (n > in.n - at - CHUNK)
			return ERR_INVALID;
		struct str type = part(in, at + 4, 4), chunk = part(in, at, n + CHUNK);
		bool is_known = is_any_of(type, "IHDRPLTEIDATIENDtRNSgAMAcHRMsRGBsBITbKGDpHYs");
		bool is_critical = !(type.p[0] & 0x20);
		if (is_first != is_any_of(type, "IHDR") || (is_critical && !is_known))
			return ERR_INVALID;
		if (is_known)
			buf_str(out, chunk);
		if (is_any_of(type, "IEND"))
			return 0;
		at += chunk.n;
	}
	return ERR_INVALID;
}

int picture_strip(struct arena *a, struct str in, struct str *ret_bytes, bool *ret_is_png)
{
	bool is_png = starts(in, "\x89PNG\r\n\x1a\n", SIGNATURE);
	if (!is_png && !starts(in, "\xff\xd8\xff", 3))
		return ERR_NOTFOUND;
	auto_buf out;
	buf_init(&out, in.n + 64);
	int r = is_png ? strip_png(in, &out) : strip_jpeg(in, &out);
	if (r < 0)
		return r;
	if (out.full)
		return ERR_INVALID;
	*ret_bytes = (struct str){arena_copy(a, out.p, out.n), out.n};
	*ret_is_png = is_png;
	return 0;
}
