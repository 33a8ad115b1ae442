#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/picture.h"

#define BYTES(text) ((struct str){(text), sizeof(text) - 1})

/* Chunks with the right lengths; nobody asks for their sums here. */
#define IHDR "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0SUMS"
#define IDAT "\0\0\0\4IDATabcdSUMS"
#define IEND "\0\0\0\0IEND\xae\x42\x60\x82"
#define PNG "\x89PNG\r\n\x1a\n"
#define TEXT "\0\0\0\x09tEXtAuthor\0LiSUMS"
#define EXIF "\0\0\0\4eXIfMM\0*SUMS"
#define TIME "\0\0\0\7tIME\7\xe9\1\1\0\0\0SUMS"
#define GAMA "\0\0\0\4gAMA\0\0\xb1\x8fSUMS"

#define SOI "\xff\xd8"
#define JFIF "\xff\xe0\0\x10JFIF\0\1\1\1\0\x48\0\x48\0\0"
#define JFIF_PREVIEW "\xff\xe0\0\x13JFIF\0\1\1\1\0\x48\0\x48\1\1RGB"
#define COMMENT "\xff\xfe\0\x07hello"
#define GPS "\xff\xed\0\x08Photos"
#define DQT "\xff\xdb\0\5\0\1\2"
#define SOF "\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0"
#define SOS "\xff\xda\0\x08\1\1\0\0\x3f\0" "\x12\xff\0\x34\xff\xd0\x56"
#define EOI "\xff\xd9"
/* Little-endian, with a tag before the orientation and a maker's note behind it. */
#define CAMERA(o) "\xff\xe1\0\x38" "Exif\0\0II*\0\x08\0\0\0\2\0" "\x0f\1\2\0\4\0\0\0Sony" \
	"\x12\1\3\0\1\0\0\0" o "\0\0\0\0\0\0\0NOTE HERE!"
#define UPRIGHT(o) "\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0" o \
	"\0\0\0\0\0\0"

static void becomes(struct str in, struct str want, bool is_png)
{
	struct arena *a = arena_new(1 << 20);
	struct str got, again;
	bool kind = !is_png;
	assert_int_equal(picture_strip(a, in, &got, &kind), 0);
	assert_int_equal(kind, is_png);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
	assert_int_equal(picture_strip(a, got, &again, &kind), 0);
	assert_int_equal(again.n, got.n);
	assert_memory_equal(again.p, got.p, got.n);
	arena_free(a);
}

static void refuses(struct str in, int err)
{
	struct arena *a = arena_new(1 << 20);
	struct str got = {0};
	bool is_png = false;
	/* every length of it, at its very end in memory */
	for (size_t n = 0; n <= in.n; n++) {
		struct str cut = {arena_copy(a, in.p, n ? n : 1), n};
		int r = picture_strip(a, cut, &got, &is_png);
		if (n == in.n)
			assert_int_equal(r, err);
		else
			assert_true(r < 0);
	}
	assert_null(got.p);
	arena_free(a);
}

static void png_keeps_the_picture(void **state)
{
	(void)state;
	becomes(BYTES(PNG IHDR TEXT GAMA EXIF IDAT IDAT TIME IEND "and a zip behind it"),
		BYTES(PNG IHDR GAMA IDAT IDAT IEND), true);
	becomes(BYTES(PNG IHDR IDAT IEND), BYTES(PNG IHDR IDAT IEND), true);
}

static void jpeg_keeps_the_picture(void **state)
{
	(void)state;
	becomes(BYTES(SOI JFIF COMMENT GPS DQT SOF SOS EOI "<?php"),
		BYTES(SOI JFIF DQT SOF SOS EOI), false);
	becomes(BYTES(SOI JFIF_PREVIEW DQT SOF "\xff" SOS DQT SOS EOI),
		BYTES(SOI JFIF DQT SOF SOS DQT SOS EOI), false);
}

static void jpeg_is_turned_as_before(void **state)
{
	(void)state;
	becomes(BYTES(SOI CAMERA("\6") DQT SOF SOS EOI),
		BYTES(SOI UPRIGHT("\6") DQT SOF SOS EOI), false);
	becomes(BYTES(SOI CAMERA("\1") DQT SOF SOS EOI), BYTES(SOI DQT SOF SOS EOI), false);
	becomes(BYTES(SOI CAMERA("\x63") DQT SOF SOS EOI), BYTES(SOI DQT SOF SOS EOI), false);
}

static void what_is_not_whole(void **state)
{
	(void)state;
	refuses(BYTES(""), ERR_NOTFOUND);
	refuses(BYTES("GIF89a"), ERR_NOTFOUND);
	refuses(BYTES(PNG IHDR IDAT), ERR_INVALID);
	refuses(BYTES(PNG IDAT IEND), ERR_INVALID);
	refuses(BYTES(PNG IHDR "\0\0\0\1ODDx!SUMS" IEND), ERR_INVALID);
	refuses(BYTES(PNG IHDR "\xff\xff\xff\xf8IDATSUMS" IEND), ERR_INVALID);
	refuses(BYTES(SOI CAMERA("\6") DQT SOF SOS), ERR_INVALID);
	refuses(BYTES(SOI "\xff\xdb\0\1\2" EOI), ERR_INVALID);
	refuses(BYTES(SOI "\xff\xfe\xff\xff" EOI), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_keeps_the_picture),
		cmocka_unit_test(jpeg_keeps_the_picture),
		cmocka_unit_test(jpeg_is_turned_as_before),
		cmocka_unit_test(what_is_not_whole),
	};
	return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
