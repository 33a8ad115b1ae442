#include "base/markup.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

struct row {
	const char *in, *out;
};

/* Each result, cleaned again, must come out as it is. */
static void cleans_to(struct arena *a, const char *in, const char *out)
{
	const char *once = NULL, *twice = NULL;
	assert_int_equal(markup_clean(a, str_of(in), 65536, NULL, NULL, &once), 0);
	assert_string_equal(once, out);
	assert_int_equal(markup_clean(a, str_of(once), 65536, NULL, NULL, &twice), 0);
	assert_string_equal(twice, once);
}

static void run(const struct row *rows, size_t n)
{
	auto_arena a = arena_new(64 * 1024 * 1024);
	for (size_t i = 0; i < n; i++)
		cleans_to(a, rows[i].in, rows[i].out);
}
#define RUN(rows) run((rows), sizeof(rows) / sizeof((rows)[0]))

static void text_and_references(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"", ""},
		{"  三相\r\n 电源  ", "三相 电源"},
		{"3 < 5 & 6 > 4", "3 &lt; 5 &amp; 6 &gt; 4"},
		{"&lt;script&gt;", "&lt;script&gt;"},
		{"5&times;3&nbsp;&#8804;&#x3a9;&amp;copy;", "5×3\u00a0≤Ω&amp;copy;"},
		{"&unknown; &copy &#0; &#xD800; &#1;", "&amp;unknown; &amp;copy"},
		{"a<!-- b -->c<![CDATA[<d>&amp;]]>", "ac&lt;d&gt;&amp;amp;"},
		{"\"x\" 'y'", "\"x\" 'y'"},
	};
	RUN(rows);
}

static void paragraphs(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"<p>one</p>", "one"},
		{"<div><p>one</p></div><p> </p><p><br></p>", "one"},
		{"<p>a<p>b", "<p>a</p><p>b</p>"},
		{"a<p>b</p>c", "<p>a</p><p>b</p><p>c</p>"},
		{"<div>a<div>b</div>c</div>d", "<p>a</p><p>b</p><p>c</p><p>d</p>"},
		{"<br>a<br/><br>b<br>", "a<br/><br/>b"},
		{"a <b> b</b> c", "a <b>b</b> c"},
		{"a<b> </b>c<i></i>", "a c"},
		{"<b>a<p>b</p></b>", "<p><b>a</b></p><p><b>b</b></p>"},
		{"<h2>x</h2>y<hr>z", "<p>x</p><p>y</p><p>z</p>"},
		{"<pre>\n  a\n b </pre>", "<pre>  a\n b</pre>"},
		{"<em>a<strong>b</em>c</strong>", "<em>a<strong>b</strong></em>c"},
	};
	RUN(rows);
}

static void lists_and_tables(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"<ul><li>a<li><p>b</p></ul>c", "<ul><li>a</li><li>b</li></ul><p>c</p>"},
		{"<ol>x<li>a<ul><li>b</ul>c</ol>",
			"<ol><li>x</li><li><p>a</p><ul><li>b</li></ul><p>c</p></li></ol>"},
		{"<li>a</li><li>b</li>", "<p>a</p><p>b</p>"},
		{"<table><tr><td colspan=2 onclick=x>a<td rowspan='3'>b</table>",
			"<table><tbody><tr><td colspan=\"2\">a</td><td rowspan=\"3\">b</td></tr>"
			"</tbody></table>"},
		{"<table><td>a<table><td>b</table>c</table>d",
			"<table><tbody><tr><td><p>a</p><table><tbody><tr><td>b</td></tr></tbody>"
			"</table><p>c</p></td></tr></tbody></table><p>d</p>"},
		{"<table><thead><tr><th>h</th></tr></thead><tfoot><tr><td/></tr></table>",
			"<table><thead><tr><th>h</th></tr></thead><tbody><tr><td></td></tr></tbody>"
			"</table>"},
		{"<table></table><tr><td>a</td><td>b</td></tr>", "<p>a</p><p>b</p>"},
		{"<table>x</table>", "<table><tbody><tr><td>x</td></tr></tbody></table>"},
	};
	RUN(rows);
}

static void nothing_runs(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a<script>alert('<p>')</script>b<style>p{}</style>", "ab"},
		{"<script src=x>never closed <p>a", ""},
		{"<svg><a href='javascript:x'>t</a></svg><iframe src=x></iframe>ok", "ok"},
		{"<a href=\"javascript:alert(1)\">text</a>", "text"},
		{"<img src=x onerror=alert(1)>", ""},
		{"<img src='javascript:x' alt='图 1'>", "图 1"},
		{"<img src=\"asset:a.png\" onload=x style=y alt='a\"<b'>",
			"<img src=\"asset:a.png\" alt=\"a&quot;&lt;b\"/>"},
		{"<img src=\"asset:../a.png\">", ""},
		{"<img width=20px height=\"9999\" src=asset:a>",
			"<img src=\"asset:a\" alt=\"\" width=\"20\"/>"},
		{"<math><mtext><img src=x onerror=y></mtext></math>", ""},
		{"<math><mtext><table><mglyph><style><img></style>x",
			"<table><tbody><tr><td>x</td></tr></tbody></table>"},
		{"<p title=\"</p><script>\">x</p", "x"},
		{"<<script>b>i", "&lt;"},
		{"<p style='a", ""},
		{"<noscript><p title=\"</noscript><img src=x>\">", "\"&gt;"},
	};
	RUN(rows);
}

static void formulas(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>",
			"<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"},
		{"<m:math xmlns:m=\"u\"> <m:mi> R </m:mi> <m:mspace width=\"1em\"/> </m:math>",
			"<math><mi>R</mi><mspace width=\"1em\"/></math>"},
		{"<math><mfrac><mn>1</mn></mfrac></math>", "<math><mrow><mn>1</mn></mrow></math>"},
		{"<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>",
			"<math><mrow><mo>(</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo></mrow></mat"
				"h>"},
		{"<math><semantics><mi>a</mi><annotation>x^2</annotation></semantics></math>",
			"<math><mrow><mi>a</mi></mrow></math>"},
		{"<math display=block><mi mathvariant=normal>U</mi>1</math>",
			"<math display=\"block\"><mi mathvariant=\"normal\">U</mi><mtext>1</mtext><"
				"/math>"},
		{"<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>",
			"<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>"},
		{"<math><mtr><mtd>1</mtd></mtr></math>",
			"<math><mrow><mrow><mtext>1</mtext></mrow></mrow></math>"},
		{"<p>a<math><mi>x</p><p>b", "<p>a<math><mi>x</mi></math></p><p>b</p>"},
		{"<mi>x</mi>", "x"},
		{"<math></math>", ""},
	};
	RUN(rows);
}

static void says_what_it_found(void **state)
{
	(void)state;
	auto_arena a = arena_new(1024 * 1024);
	struct markup_report r;
	const char *html;
	assert_int_equal(markup_clean(a, STR("<video></video><a>x</a><blink>y"), 100, NULL, &r,
		&html), 0);
	assert_int_equal(r.found, MARKUP_DROPPED | MARKUP_ACTIVE);
	assert_string_equal(r.dropped, "a blink");
	assert_int_equal(markup_clean(a, STR("$$x^2$$<img src=b>"), 100, NULL, &r, &html), 0);
	assert_int_equal(r.found, MARKUP_TEX | MARKUP_IMAGE);
	assert_string_equal(html, "$$x^2$$");
	assert_int_equal(markup_clean(a, STR("<p><span>x</span>"), 100, NULL, &r, &html), 0);
	assert_int_equal(r.found, 0);
}

static const char *renamed(void *self, struct str src)
{
	assert_string_equal(self, "me");
	return str_is(src, "@@PLUGINFILE@@/a b.png") ? "a-b.png" : NULL;
}

static void images_get_their_assets(void **state)
{
	(void)state;
	auto_arena a = arena_new(1024 * 1024);
	char me[] = "me";
	struct markup_images images = {renamed, me};
	const char *html;
	assert_int_equal(markup_clean(a, STR("<img src='@@PLUGINFILE@@/a b.png'><img src=asset:x>"),
		1000, &images, NULL, &html), 0);
	assert_string_equal(html, "<img src=\"asset:a-b.png\" alt=\"\"/>");
	struct str rest = str_of(html), name;
	assert_true(markup_next_asset(&rest, &name));
	assert_true(str_is(name, "a-b.png"));
	assert_false(markup_next_asset(&rest, &name));
}

static void limits(void **state)
{
	(void)state;
	auto_arena a = arena_new(64 * 1024 * 1024);
	auto_buf b;
	const char *html = "untouched";
	buf_init(&b, 4 * 1024 * 1024);
	for (int i = 0; i < 60; i++)
		buf_puts(&b, "<ul><li>");
	assert_int_equal(markup_clean(a, buf_view(&b), 65536, NULL, NULL, &html), ERR_LIMIT);
	buf_reset(&b);
	for (int i = 0; i < 60000; i++)
		buf_puts(&b, "a<br>");
	assert_int_equal(markup_clean(a, buf_view(&b), 1 << 20, NULL, NULL, &html), ERR_LIMIT);
	assert_int_equal(markup_clean(a, STR("abcdef"), 5, NULL, NULL, &html), ERR_LIMIT);
	assert_int_equal(markup_clean(a, STR("a\0b"), 100, NULL, NULL, &html), ERR_INVALID);
	assert_int_equal(markup_clean(a, STR("a\xff"), 100, NULL, NULL, &html), ERR_INVALID);
	assert_string_equal(html, "untouched");
}

static void cells_of_authors(void **state)
{
	(void)state;
	static const struct {
		const char *cell, *html, *back;
	} rows[] = {
		{"当 a<b 且 c>d 时", "当 a&lt;b 且 c&gt;d 时", NULL},
		{"第一行\n第二行", "第一行<br/>第二行", NULL},
		{"R&amp;D", "R&amp;amp;D", NULL},
		{"H<sub>2</sub>O", "H<sub>2</sub>O", NULL},
		{"<p>&lt;sub&gt;x&lt;/sub&gt;</p>", "&lt;sub&gt;x&lt;/sub&gt;", NULL},
		{"<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>", "<p>a</p><p>b</p>"},
		{"<x>y", "&lt;x&gt;y", "<x>y"},
	};
	auto_arena a = arena_new(1024 * 1024);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *html, *again;
		assert_int_equal(markup_of_text(a, str_of(rows[i].cell), 1000, NULL, NULL, &html),
			0);
		assert_string_equal(html, rows[i].html);
		const char *back = markup_to_text(a, html);
		assert_string_equal(back, rows[i].back ? rows[i].back : rows[i].cell);
		assert_int_equal(markup_of_text(a, str_of(back), 1000, NULL, NULL, &again), 0);
		assert_string_equal(again, html);
	}
}

static void words(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"<p>一 <b>二</b></p><p>三</p>", "一 二\n三"},
		{"<ul><li>a</li><li>b</li></ul>", "a\nb"},
		{"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>x", "1 2\n3\nx"},
		{"看<img src='any' alt='图'>", "看图"},
		{"<math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo"
			">"
			"<mi>b</mi></mrow><mn>2</mn></mfrac></math>", "x^2=(a+b)/2"},
		{"<math><msqrt><mi>a</mi><mi>b</mi></msqrt></math>", "√(ab)"},
		{"<script>x</script>&lt;y", "<y"},
	};
	auto_arena a = arena_new(1024 * 1024);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(markup_words(a, str_of(rows[i].in)), rows[i].out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_references), cmocka_unit_test(paragraphs),
		cmocka_unit_test(lists_and_tables), cmocka_unit_test(nothing_runs),
		cmocka_unit_test(formulas), cmocka_unit_test(says_what_it_found),
		cmocka_unit_test(images_get_their_assets), cmocka_unit_test(limits),
		cmocka_unit_test(cells_of_authors), cmocka_unit_test(words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
