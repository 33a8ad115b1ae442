/* The heads of picture files. */
#include "doc/photo_head.h"

#include <string.h>

static unsigned get(struct str s, size_t at, int n, bool is_little)
{
	unsigned value = 0;
	for (int i = 0; i < n; i++)
		value = value << 8 | (unsigned char)s.p[at + (size_t)(is_little ? n - 1 - i : i)];
	return value;
}

/* More scans than this no program writes; each one may cost as much as the whole picture. */
enum { SCANS_MAX = 64 };

static int read_png(struct str in, struct photo_head *ret_head)
{
	if (in.n < 33 || memcmp(in.p + 12, "IHDR", 4) != 0)
		return ERR_INVALID;
	if (!memmem(in.p, in.n, "IEND\xae\x42\x60\x82", 8))
		return ERR_INVALID;
	struct photo_head head = {get(in, 16, 4, false), get(in, 20, 4, false), true, false};
	if (!head.width || !head.height)
		return ERR_INVALID;
	*ret_head = head;
	return 0;
}

/* Orientation (tag 274) in the first directory of an EXIF segment: 5 to 8 lie on their side. */
static bool is_turned(struct str exif)
{
	if (exif.n < 14 || memcmp(exif.p, "Exif\0", 6) != 0)
		return false;
	struct str tiff = {exif.p + 6, exif.n - 6};
	bool is_little = tiff.p[0] == 'I';
	size_t at = get(tiff, 4, 4, is_little);
	if (at > tiff.n || tiff.n - at < 2)
		return false;
	unsigned n = get(tiff, at, 2, is_little);
	for (at += 2; n-- && at + 12 <= tiff.n; at += 12)
		if (get(tiff, at, 2, is_little) == 274)
			return get(tiff, at + 8, 2, is_little) >= 5;
	return false;
}

static bool is_frame(unsigned marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
	        marker != 0xcc;
}

/* What follows the frame's head has an end, and not too many scans. In coded data 0xff is stuffed,
 * so a plain search finds markers. */
static bool is_whole_jpeg(struct str rest)
{
	const char *end = rest.p + rest.n, *p = rest.p;
	for (int scans = 0; (p = memmem(p, (size_t)(end - p), "\xff\xda", 2)); p += 2)
		if (++scans > SCANS_MAX)
			return false;
	return memmem(rest.p, rest.n, "\xff\xd9", 2);
}

static int read_jpeg(struct str in, struct photo_head *ret_head)
{
	struct photo_head head = {0};
	for (size_t at = 2; at + 4 <= in.n;) {
		if ((unsigned char)in.p[at] != 0xff)
			return ERR_INVALID;
		unsigned marker = get(in, at + 1, 1, false), n = get(in, at + 2, 2, false);
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (n < 2 || n > in.n - at - 2)
			return ERR_INVALID;
		struct str segment = {in.p + at + 4, n - 2};
		if (marker == 0xe1)
			head.is_turned = head.is_turned || is_turned(segment);
		if (is_frame(marker) && segment.n >= 6) {
			head.height = get(segment, 1, 2, false);
			head.width = get(segment, 3, 2, false);
			*ret_head = head;
			struct str rest = {in.p + at, in.n - at};
			return head.width && head.height && is_whole_jpeg(rest) ? 0 : ERR_INVALID;
		}
		at += 2 + n;
	}
	return ERR_INVALID;
}

int photo_head_read(struct str in, struct photo_head *ret_head)
{
	if (str_starts(in, "\x89PNG\r\n\x1a\n"))
		return read_png(in, ret_head);
	if (str_starts(in, "\xff\xd8\xff"))
		return read_jpeg(in, ret_head);
	return ERR_NOTFOUND;
}
