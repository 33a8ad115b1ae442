#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "doc/photo.h"
#include "group_arena.h"

/* Noise, with the upper left quarter red: to see what lies where afterwards. */
static GdkPixbuf *picture(int width, int height)
{
	GdkPixbuf *p = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
	guchar *pixels = gdk_pixbuf_get_pixels(p);
	int stride = gdk_pixbuf_get_rowstride(p);
	uint32_t x = 7;
	for (int row = 0; row < height; row++)
		for (int column = 0; column < width; column++) {
			guchar *c = pixels + row * stride + column * 3;
			bool is_red = row < height / 2 && column < width / 2;
			x = x * 1664525u + 1013904223u;
			c[0] = is_red ? 230 : (guchar)(x >> 24);
			c[1] = is_red ? 20 : (guchar)(x >> 24);
			c[2] = is_red ? 20 : (guchar)(x >> 16);
		}
	return p;
}

static struct str saved(GdkPixbuf *p, const char *type)
{
	gchar *bytes;
	gsize n;
	assert_true(gdk_pixbuf_save_to_buffer(p, &bytes, &n, type, NULL, NULL));
	struct str s = {arena_copy(a, bytes, n), n};
	g_free(bytes);
	g_object_unref(p);
	return s;
}

/* A JPEG with an EXIF segment that holds an orientation and a name behind it. */
static struct str with_exif(struct str jpeg, char orientation)
{
	static const char head[] = "\xff\xd8\xff\xe1\x00\x2a"
	                           "Exif\0\0II*\0\x08\0\0\0\x01\0"
	                           "\x12\x01\x03\0\x01\0\0\0#\0\0\0\0\0\0\0SECRET";
	size_t n = sizeof head - 1;
	char *bytes = arena_alloc(a, jpeg.n + n);
	memcpy(bytes, head, n);
	*(char *)memchr(bytes, '#', n) = orientation;
	bytes[5] = (char)(n - 4);
	memcpy(bytes + n, jpeg.p + 2, jpeg.n - 2);
	return (struct str){bytes, jpeg.n + n - 2};
}

static struct str assert_taken(struct str in)
{
	struct str out = {0};
	const char *message = NULL;
	int rc = photo_normalise(a, in, &out, &message);
	if (rc)
		print_message("refused: %s\n", message);
	assert_int_equal(rc, 0);
	assert_true(out.n <= PHOTO_BYTES_MAX);
	assert_memory_equal(out.p, "\xff\xd8\xff", 3);
	return out;
}

static void assert_refused(struct str in, const char *id)
{
	struct str out = {0};
	const char *message = "";
	assert_int_equal(photo_normalise(a, in, &out, &message), ERR_INVALID);
	assert_string_equal(message, id);
	assert_null(out.p);
}

static GdkPixbuf *opened(struct str jpeg)
{
	GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type("jpeg", NULL);
	assert_true(gdk_pixbuf_loader_write(loader, (const guchar *)jpeg.p, jpeg.n, NULL));
	assert_true(gdk_pixbuf_loader_close(loader, NULL));
	GdkPixbuf *p = g_object_ref(gdk_pixbuf_loader_get_pixbuf(loader));
	g_object_unref(loader);
	assert_int_equal(gdk_pixbuf_get_width(p), PHOTO_W);
	assert_int_equal(gdk_pixbuf_get_height(p), PHOTO_H);
	return p;
}

static bool is_red_at(struct str jpeg, int x, int y)
{
	GdkPixbuf *p = opened(jpeg);
	const guchar *c = gdk_pixbuf_read_pixels(p) + y * gdk_pixbuf_get_rowstride(p) + x * 3;
	bool is_red = c[0] > 180 && c[1] < 80 && c[2] < 80;
	g_object_unref(p);
	return is_red;
}

static void test_sizes_and_kinds(void **state)
{
	(void)state;
	static const int sizes[][2] = {
	        {240, 320}, {1200, 1600}, {4000, 3000}, {300, 5000}, {3000, 330}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		g_object_unref(
		        opened(assert_taken(saved(picture(sizes[i][0], sizes[i][1]), "jpeg"))));
		struct str png = saved(picture(sizes[i][0], sizes[i][1]), "png");
		if (png.n < PHOTO_INPUT_MAX)
			g_object_unref(opened(assert_taken(png)));
	}
}

static void test_turned_upright(void **state)
{
	(void)state;
	struct str jpeg = saved(picture(800, 600), "jpeg");
	assert_true(is_red_at(assert_taken(with_exif(jpeg, 1)), 60, 80));
	/* 3: upside down, so the red quarter comes to lie right below. */
	assert_true(is_red_at(assert_taken(with_exif(jpeg, 3)), 180, 240));
	/* 6: the left side is the top. */
	assert_true(is_red_at(assert_taken(with_exif(jpeg, 6)), 180, 80));
	/* 8: the right side is the top. */
	assert_true(is_red_at(assert_taken(with_exif(jpeg, 8)), 60, 240));
}

static void test_no_metadata_is_kept(void **state)
{
	(void)state;
	struct str out = assert_taken(with_exif(saved(picture(480, 640), "jpeg"), 1));
	assert_null(memmem(out.p, out.n, "Exif", 4));
	assert_null(memmem(out.p, out.n, "SECRET", 6));
}

/* Of a tall picture the upper part is kept: 100 rows of red above a long rest. */
static void test_cut_above_the_middle(void **state)
{
	(void)state;
	struct str out = assert_taken(saved(picture(240, 640), "jpeg"));
	/* Rows 107 to 427 of 640 remain; red goes to row 320. */
	assert_true(is_red_at(out, 60, 195));
	assert_false(is_red_at(out, 60, 235));
}

static void test_size_counts_upright(void **state)
{
	(void)state;
	struct str lying = saved(picture(320, 240), "jpeg");
	assert_refused(lying, "photo.too_small");
	assert_taken(with_exif(lying, 6));
	assert_refused(with_exif(saved(picture(240, 320), "jpeg"), 6), "photo.too_small");
}

static void test_refusals(void **state)
{
	(void)state;
	assert_refused(STR(""), "photo.not_image");
	assert_refused(STR("GIF89a"), "photo.not_image");
	assert_refused(STR("<svg xmlns='http://www.w3.org/2000/svg'/>"), "photo.not_image");
	assert_refused(STR("\xff\xd8\xff"), "photo.broken");
	assert_refused(saved(picture(239, 400), "jpeg"), "photo.too_small");
	assert_refused(saved(picture(400, 319), "png"), "photo.too_small");
	assert_refused(saved(picture(6001, 320), "jpeg"), "photo.too_large");
	assert_refused((struct str){arena_alloc(a, PHOTO_INPUT_MAX + 1), PHOTO_INPUT_MAX + 1},
	        "photo.too_large");
	GdkPixbuf *grey = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 480, 640);
	gdk_pixbuf_fill(grey, 0x80828400);
	assert_refused(saved(grey, "png"), "photo.blank");
}

/* A head that promises 60000 × 60000 is refused before anything is decoded. */
static void test_a_bomb_is_refused_by_its_head(void **state)
{
	(void)state;
	struct str png = saved(picture(240, 320), "png");
	char *bytes = arena_copy(a, png.p, png.n);
	memcpy(bytes + 16, "\0\0\xea\x60\0\0\xea\x60", 8);
	assert_refused((struct str){bytes, png.n}, "photo.too_large");
}

static void test_survives_damage(void **state)
{
	(void)state;
	static const char *const types[] = {"jpeg", "png"};
	for (int t = 0; t < 2; t++) {
		struct str good = saved(picture(240, 320), types[t]);
		for (size_t n = 4; n < good.n - 1; n += good.n / 40)
			assert_refused((struct str){good.p, n},
			        n < 8 && t ? "photo.not_image" : "photo.broken");
		char *bent = arena_copy(a, good.p, good.n);
		for (size_t i = 0; i < good.n; i += i < 700 ? 1 : good.n / 100) {
			struct str out;
			const char *message = NULL;
			bent[i] = (char)(bent[i] ^ 0x5a);
			int rc = photo_normalise(a, (struct str){bent, good.n}, &out, &message);
			assert_true(rc == 0 || message);
			bent[i] = (char)(bent[i] ^ 0x5a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_sizes_and_kinds, begin, end),
	        cmocka_unit_test_setup_teardown(test_turned_upright, begin, end),
	        cmocka_unit_test_setup_teardown(test_no_metadata_is_kept, begin, end),
	        cmocka_unit_test_setup_teardown(test_cut_above_the_middle, begin, end),
	        cmocka_unit_test_setup_teardown(test_size_counts_upright, begin, end),
	        cmocka_unit_test_setup_teardown(test_refusals, begin, end),
	        cmocka_unit_test_setup_teardown(test_a_bomb_is_refused_by_its_head, begin, end),
	        cmocka_unit_test_setup_teardown(test_survives_damage, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
