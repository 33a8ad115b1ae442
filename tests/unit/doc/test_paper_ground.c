#include "doc/paper_ground.h"
#include "doc/render.h"
#include "group_arena.h"

#define HEAD "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" " \
	"viewBox=\"0 0 210 297\" font-family=\"Noto Serif CJK SC\">"
#define DEFS "<defs><path id=\"w\" d=\"M0 0h5v5z\"/></defs>"

static void test_cut(void **state)
{
	auto_buf ground, rest;
	(void)state;
	buf_init(&ground, 4096);
	buf_init(&rest, 4096);
	assert_true(paper_ground_cut(STR(HEAD DEFS "\n<g data-ground=\"y\"><g><g/></g><use "
		"href=\"#w\"/></g><text>x</text></svg>"), &ground, &rest));
	assert_string_equal(buf_z(&ground), HEAD DEFS
		"\n<g data-ground=\"y\"><g><g/></g><use href=\"#w\"/></g></svg>");
	assert_string_equal(buf_z(&rest), HEAD "<text>x</text></svg>");
	buf_reset(&rest);
	assert_true(paper_ground_cut(STR(HEAD DEFS "<g data-ground=\"y\"></g><use "
		"href=\"#w\"/></svg>"), &ground, &rest));
	assert_string_equal(buf_z(&rest), HEAD DEFS "<use href=\"#w\"/></svg>");
}

/* One that stands elsewhere, or has no end, is drawn with all the rest. */
static void test_not_cut(void **state)
{
	static const char *const whole[] = {
		HEAD DEFS "<text>x</text><g data-ground=\"y\"></g></svg>",
		HEAD "<g data-ground=\"y\"></g>" DEFS "</svg>",
		HEAD "<g data-ground=\"y\"></g></svg>",
		HEAD DEFS "<g data-ground=\"y\"><g></g></svg>",
		HEAD DEFS "<g data-ground=\"y\"",
		HEAD DEFS "</svg>", ""};
	(void)state;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		auto_buf ground, rest;
		buf_init(&ground, 4096);
		buf_init(&rest, 4096);
		assert_false(paper_ground_cut(str_of(whole[i]), &ground, &rest));
	}
}

static struct str drawn(const char *layout, const struct qr_code *code,
	const struct paper_photo *photo)
{
	struct paper *p;
	struct str pdf = {0};
	json_t *view = json_object();
	assert_int_equal(paper_new("x", &p), 0);
	assert_int_equal(paper_layout(p, "own", str_of(layout)), 0);
	if (code)
		paper_code(p, code);
	if (photo)
		paper_photo(p, photo);
	assert_int_equal(paper_page(p, "own", view), 0);
	assert_int_equal(paper_finish(p, a, &pdf), 0);
	json_decref(view);
	return pdf;
}

/* The page at 36 dots to an inch, as grey: what another program sees. */
static const char *seen(struct str pdf)
{
	char path[] = "/tmp/luban-ground-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf.p, pdf.n), pdf.n);
	close(fd);
	const char *out = arena_printf(a, "%s.o", path);
	const char *draw[] = {"pdftoppm", "-r", "36", "-gray", "-singlefile", path, out, NULL};
	assert_non_null(output_of(a, draw));
	const char *show[] = {"od", "-An", "-v", "-tu1", "-w298", arena_printf(a, "%s.pgm", out),
		NULL};
	const char *text = output_of(a, show);
	unlink(path);
	unlink(arena_printf(a, "%s.pgm", out));
	return text;
}

/* Cut or not, the same is seen; and text in a ground is still text. */
static void test_same_picture(void **state)
{
	static const char with[] =
		HEAD DEFS "<g data-ground=\"y\"><rect x=\"20\" y=\"30\" width=\"60\" "
		"height=\"90\" fill=\"#369\" fill-opacity=\".5\"/></g><circle cx=\"60\" cy=\"60\" "
		"r=\"20\" fill=\"#c33\"/></svg>";
	static const char without[] = HEAD DEFS "<g><rect x=\"20\" y=\"30\" width=\"60\" "
		"height=\"90\" fill=\"#369\" fill-opacity=\".5\"/></g><circle cx=\"60\" cy=\"60\" "
		"r=\"20\" fill=\"#c33\"/></svg>";
	(void)state;
	struct str pdf = drawn(with, NULL, NULL);
	assert_non_null(memmem(pdf.p, pdf.n, "/Ground0 Do", 11));
	assert_string_equal(seen(pdf), seen(drawn(without, NULL, NULL)));
	pdf = drawn(HEAD DEFS "<g data-ground=\"y\"><text x=\"9\" y=\"9\">文字</text></g></svg>",
		NULL, NULL);
	assert_null(memmem(pdf.p, pdf.n, "/Ground0 Do", 11));
}

/* Code and photo are in the document as they were given. */
static void test_pictures(void **state)
{
	struct qr_code code;
	struct paper_photo photo;
	struct str jpeg = portrait(a);
	(void)state;
	assert_int_equal(paper_photo_read(jpeg, &photo), 0);
	assert_int_equal(qr_code_text(a, "https://example.com", &code), 0);
	struct str pdf = drawn(HEAD "<rect id=\"qr\" x=\"20\" y=\"30\" width=\"50\" height=\"50\"/>"
		"<rect x=\"1\" id=\"photo\" y=\"2\" width=\"30\" height=\"50\"/></svg>", &code,
		&photo);
	assert_non_null(memmem(pdf.p, pdf.n, jpeg.p, jpeg.n));
	assert_non_null(memmem(pdf.p, pdf.n, code.rows.p, code.rows.n));
	pdf = drawn(HEAD "</svg>", &code, &photo);
	assert_null(memmem(pdf.p, pdf.n, jpeg.p, jpeg.n));
}

static void test_photos_that_are_none(void **state)
{
	struct paper_photo photo;
	struct str jpeg = portrait(a);
	(void)state;
	assert_int_equal(paper_photo_read(STR_NONE, &photo), ERR_INVALID);
	assert_int_equal(paper_photo_read(STR("\x89PNG\r\n\x1a\n"), &photo), ERR_INVALID);
	for (size_t n = 0; n < 64; n++)
		assert_int_equal(paper_photo_read((struct str){jpeg.p, n}, &photo), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut), cmocka_unit_test(test_not_cut),
		cmocka_unit_test(test_same_picture), cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_photos_that_are_none),
	};
	return cmocka_run_group_tests_name("paper_ground", tests, begin, end);
}
