#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail

#include "conf/asset.h"
#include "core/message.h"
#include "doc/layout.h"
#include "doc/pdf_append.h"
#include "doc/render.h"

#define print_and_stop(...) do { print_error(__VA_ARGS__); assert_true(false); } while (0)

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	message_load();
	a = arena_new(512 * 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* A plain layout of a province's own, with everything that the face needs. */
static const char plain[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\""
	" viewBox=\"0 0 210 297\" font-family=\"Noto Serif CJK SC\">"
	"<defs><path id=\"w\" d=\"M0 0h5\"/></defs>"
	"<g data-ground=\"yes\"><use href=\"#w\" x=\"5\"/></g>\n"
	"<text x=\"20\" y=\"30\" font-size=\"5\">{{name}} {{id_type}} {{id_number}}</text>\n"
	"<text x=\"20\" y=\"40\" font-size=\"5\">{{occupation}} {{work_type}} {{grade}}</text>\n"
	"<text x=\"20\" y=\"50\" font-size=\"5\">{{number}} {{issued_on}} {{body}}</text>\n"
	"<text x=\"20\" y=\"60\" font-size=\"5\">{{statement}}</text>\n"
	"<text x=\"20\" y=\"70\" font-size=\"4\">{{body_url}} {{check_url}}</text>\n"
	"<text x=\"20\" y=\"80\" font-size=\"4\">{{remark}} {{stripe}}</text>\n"
	"<rect id=\"photo\" x=\"20\" y=\"90\" width=\"30\" height=\"40\"/>\n"
	"<rect id=\"qr\" x=\"80\" y=\"90\" width=\"54\" height=\"54\" fill=\"#fff\"/>\n"
	"<!--here-->\n"
	"</svg>\n";

/* plain with a piece replaced by another. */
static struct str changed(const char *piece, const char *by)
{
	const char *at = strstr(plain, piece);
	if (!at)
		print_and_stop("not in the layout: %s", piece);
	const char *text = arena_printf(a, "%.*s%s%s", (int)(at - plain), plain, by,
		at + strlen(piece));
	return str_of(text);
}

static void assert_good(enum layout_kind kind, struct str svg)
{
	struct layout_report report;
	if (layout_check(a, kind, svg, &report) < 0)
		print_and_stop("%s", message_text(a, report.at[0].id, report.at[0].args));
}

static void assert_refused(struct str svg, const char *id, const char *arg)
{
	struct layout_report report;
	assert_int_equal(layout_check(a, LAYOUT_LEVEL, svg, &report), ERR_INVALID);
	for (size_t i = 0; i < report.n; i++) {
		const char *const *args = report.at[i].args;
		assert_string_not_equal(message_text(a, report.at[i].id, args), report.at[i].id);
		if (streq(report.at[i].id, id) && (!arg || streq(args[0], arg)))
			return;
	}
	print_and_stop("%s %s expected, first is %s", id, arg ? arg : "",
		message_text(a, report.at[0].id, report.at[0].args));
}

static void test_ours(void **state)
{
	(void)state;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		const char *path = arena_printf(a, "templates/paper/%s.svg",
			layout_name((enum layout_kind)kind));
		assert_good((enum layout_kind)kind, asset_find(path)->bytes);
	}
	assert_good(LAYOUT_LEVEL, str_of(plain));
}

static void test_missing(void **state)
{
	static const char *const keys[] = {"name", "id_type", "id_number", "occupation",
		"work_type", "grade", "number", "issued_on", "body", "statement", "body_url",
		"check_url", "remark", "stripe"};
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		assert_refused(changed(arena_printf(a, "{{%s}}", keys[i]), "x"), "layout.missing",
			keys[i]);
	assert_refused(changed("id=\"photo\"", ""), "layout.no_photo_id", NULL);
	assert_refused(changed("<text x=\"20\" y=\"30\"",
		"<text display=\"none\" x=\"20\" y=\"30\""), "layout.missing", "name");
	assert_refused(changed("<text x=\"20\" y=\"30\"",
		"<text style=\"fill:none\" x=\"20\" y=\"30\""), "layout.missing", "name");
	/* what belongs to the other kind only */
	struct layout_report report;
	assert_int_equal(layout_check(a, LAYOUT_SPECIAL, str_of(plain), &report), ERR_INVALID);
	assert_string_equal(report.at[0].args[0], "project");
}

static void test_dangers(void **state)
{
	static const struct {
		const char *text, *id;
	} cases[] = {
		{"<script>alert(1)</script>", "layout.script"},
		{"<rect onload=\"alert(1)\"/>", "layout.script"},
		{"<image href=\"https://example.com/a.png\"/>", "layout.external"},
		{"<image href=\"file:///etc/passwd\"/>", "layout.external"},
		{"<image xlink:href=\"a.svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>",
			"layout.external"},
		{"<image href=\"data:image/svg+xml;base64,AAAA\"/>", "layout.external"},
		{"<use href=\"other.svg#a\"/>", "layout.external"},
		{"<rect fill=\"url(http://example.com/#a)\"/>", "layout.external"},
		{"<rect style=\"fill:u\\72l(x)\"/>", "layout.external"},
		{"<foreignObject/>", "layout.element"},
		{"<style>@import 'a.css'</style>", "layout.element"},
		{"<animate/>", "layout.element"},
		{"<g filter=\"url(#f)\"/>", "layout.filter"},
		{"<text>{{{name}}}</text>", "layout.unescaped"},
		{"<text>{{& name}}</text>", "layout.unescaped"},
		{"{{=<% %>=}}", "layout.delimiters"},
		{"{{>certificate}}", "layout.not_a_part"},
		{"{{>*name}}", "layout.not_a_part"},
		{"{{>part/../ticket}}", "layout.not_filled"},
		{"<text>{{secret}}</text>", "layout.not_filled"},
		{"<rect id=\"{{name}}\"/>", "layout.in_attribute"},
		{"<image href=\"{{check_url}}\"/>", "layout.in_attribute"},
		{"<text>国 家 级</text>", "layout.forbidden"},
		{"<text>国家<tspan>职业</tspan>资格</text>", "layout.forbidden"},
		{"{{#remark}}{{^stripe}}<script/>{{/stripe}}{{/remark}}", "layout.script"},
		{"{{^name}}<script/>{{/name}}", "layout.script"},
		{"{{#secret}}<script/>{{/secret}}", "layout.not_filled"},
		{"<rect>", "layout.not_xml"},
		{"<!DOCTYPE svg>", "layout.not_xml"},
		{"\x01", "layout.not_text"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_refused(changed("<!--here-->", cases[i].text), cases[i].id, NULL);
	assert_refused(str_of(arena_printf(a, "<?xml-stylesheet href=\"a.css\"?>%s", plain)),
		"layout.stylesheet", NULL);
	assert_refused(STR_NONE, "layout.too_long", NULL);
}

static void test_sizes(void **state)
{
	(void)state;
	assert_refused(changed("width=\"54\" height=\"54\"", "width=\"40\" height=\"40\""),
		"layout.small_qr", NULL);
	assert_refused(changed("x=\"80\" y=\"90\"", "x=\"160\" y=\"90\""), "layout.qr_place", NULL);
	assert_refused(changed("id=\"qr\"", ""), "layout.no_qr_id", NULL);
	assert_refused(changed("<rect id=\"qr\"", "<rect transform=\"scale(2)\" id=\"qr\""),
		"layout.moved", NULL);
	assert_refused(changed("height=\"54\"", "height=\"60\""), "layout.qr_place", NULL);
	assert_refused(changed("width=\"30\"", "width=\"20\""), "layout.small_photo", NULL);
	assert_refused(changed("<rect id=\"photo\"", "<defs><rect id=\"photo\"/></defs><rect "),
		"layout.moved", NULL);
	assert_refused(changed("width=\"210mm\"", "width=\"100mm\""), "layout.not_a4", NULL);
	assert_refused(changed("width=\"210mm\"", "width=\"210\""), "layout.not_a4", NULL);
	assert_refused(changed("viewBox=\"0 0 210 297\"", "viewBox=\"0 0 420 594\""),
		"layout.not_a4", NULL);
}

/* ---- attachments ---- */

static struct str with_attachment(struct str bytes)
{
	struct paper *p;
	struct str pdf = {0};
	json_t *view = layout_sample(LAYOUT_LEVEL, true);
	struct pdf_attachment file = {"S1.luban.json", "application/json", "凭证", bytes,
		1700000000};
	assert_int_equal(paper_new("x", &p), 0);
	paper_date(p, 1700000000);
	paper_attach(p, &file);
	assert_int_equal(paper_page(p, "certificate", view), 0);
	assert_int_equal(paper_finish(p, a, &pdf), 0);
	json_decref(view);
	return pdf;
}

static const char *saved(struct str pdf)
{
	char *path = arena_dup(a, "/tmp/luban-layout-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf.p, pdf.n), pdf.n);
	close(fd);
	return path;
}

/* Another program finds the file, its name and its bytes. */
static void test_attachment(void **state)
{
	(void)state;
	struct str bytes = STR("{\"a\": \"endobj 电工 endstream\"}");
	const char *path = saved(with_attachment(bytes));
	const char *list[] = {"pdfdetach", "-list", path, NULL};
	const char *out = output_of(a, list);
	assert_non_null(out);
	assert_non_null(strstr(out, "S1.luban.json"));
	const char *taken = arena_printf(a, "%s.json", path);
	const char *take[] = {"pdfdetach", "-save", "1", "-o", taken, path, NULL};
	assert_non_null(output_of(a, take));
	const char *cat[] = {"cat", taken, NULL};
	assert_string_equal(output_of(a, cat), bytes.p);
	const char *text[] = {"pdftotext", path, "-", NULL};
	out = output_of(a, text);
	assert_non_null(strstr(out, "欧阳样张"));
	assert_non_null(strstr(out, "工业机器人系统操作员"));
	unlink(taken);
	unlink(path);
}

static void test_append_refuses(void **state)
{
	struct str pdf = with_attachment(STR("{}"));
	struct pdf_append pa;
	(void)state;
	/* one that was appended to has no single table any more */
	assert_int_equal(pdf_append_open(a, pdf, &pa), ERR_INVALID);
	assert_int_equal(pdf_append_open(a, STR_NONE, &pa), ERR_INVALID);
	assert_int_equal(pdf_append_open(a, STR("%PDF-1.5\nstartxref\n99999\n%%EOF"), &pa),
		ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ours), cmocka_unit_test(test_missing),
		cmocka_unit_test(test_dangers), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_attachment), cmocka_unit_test(test_append_refuses),
	};
	return cmocka_run_group_tests_name("layout", tests, begin, end);
}
