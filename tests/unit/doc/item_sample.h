/* A sheet with one item of every kind, and what becomes of it through a format and back. */
#ifndef LUBAN_TEST_ITEM_SAMPLE_H
#define LUBAN_TEST_ITEM_SAMPLE_H

#include "doc/items.h"

static const char one_pixel[] =
	"\x89PNG\r\n\x1a\n\0\0\0\015IHDR\0\0\0\1\0\0\0\1\010\2\0\0\0\220wS\336"
	"\0\0\0\014IDATx\234c```\0\0\0\4\0\001\366\0278U\0\0\0\0IEND\256B`\202";
static const struct str picture_bytes = {one_pixel, sizeof one_pixel - 1};

/* One of each kind with all that the kind may have; sheet->entries[kind - 1]. */
static inline void fill_items(struct item_sheet *s)
{
	static const struct item all[] = {
		{.kind = ITEM_TRUE_FALSE, .stem_html = "停电后须<b>验电</b>。", .n_options = 2,
			.options = {{"", "对"}, {"", "应先 a=b"}}, .key = "A",
			.explanation_html = "<p>见规程 {3.2}。</p><p>第二段：~#\\</p>"},
		{.kind = ITEM_SINGLE, .stem_html =
			"看图<img src=\"asset:fig.png\" alt=\"图 1\" width=\"20\"/>"
			"：U<sub>1</sub>=?", .options = {{"220&lt;V", ""},
				{"<p>380</p><p>V</p>", "对了"},
			{"<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math>", ""}, {"以上都对", ""}},
			.n_options = 4, .key = "B", .keep_order = true,
			.assets = {{.name = "fig.png", .mime = "image/png"}}, .n_assets = 1},
		{.kind = ITEM_MULTIPLE, .stem_html = "选\"全部\"<br/>下列", .options = {{"甲", ""},
			{"<img src=\"asset:fig.png\" alt=\"\"/>", ""}, {"丙", ""}}, .n_options = 3,
			.key = "AC", .assets = {{.name = "fig.png", .mime = "image/png"}},
			.n_assets = 1},
		{.kind = ITEM_NUMERIC, .stem_html =
			"<table><tbody><tr><td colspan=\"2\">R</td></tr>"
			"</tbody></table><p>求 R</p>", .value = "12.50", .tolerance = "0.1",
			.unit = "Ω"},
		{.kind = ITEM_TEXT, .stem_html = "频率为______",
			.variants = {"50 Hz", "五十=赫", "{a}~"},
			.n_variants = 3, .case_sensitive = true},
		{.kind = ITEM_ORDER, .stem_html = "<ul><li>一</li><li>二</li></ul>",
			.options = {{"验电", ""}, {"停电", ""}, {"<i>挂牌</i>", ""}},
				.n_options = 3,
			.key = "BAC"},
		{.kind = ITEM_MATCH, .stem_html = "连线", .options = {{"电流", ""}, {"电压", ""},
			{"其他", ""}}, .n_options = 3, .targets = {{"伏", ""}, {"安", ""},
				{"欧", ""}},
			.n_targets = 3, .key = "BA-"},
		{.kind = ITEM_ESSAY, .stem_html = "<pre>a\n  b</pre><p>简述。</p>",
			.variants = {"第一步；\n第二步"}, .n_variants = 1,
			.rubric_html = "每步 <em>2</em> 分", .explanation_html = "略"},
	};
	struct item_material *m = item_sheet_material(s, "M1");
	m->title = "说明书";
	m->html = "<p>铭牌：</p><table><tbody><tr><td>380 V</td></tr></tbody></table>";
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct item_entry *e = item_sheet_add(s);
		e->content = all[i];
		e->name = arena_printf(s->arena, "T-%zu", i + 1);
		e->point = i % 2 ? "A-1-2" : "";
		e->difficulty_permille = i % 3 ? 650 : 0;
		e->material = i == 3 || i == 4;
		for (int k = 0; k < e->content.n_assets; k++)
			e->content.assets[k].bytes = picture_bytes;
	}
}

/* Written and read again: every item that is not refused comes back; by kind, is it the same? */
static inline void round_trip(const struct item_format *f, struct items *out, struct items *in,
	struct item_sheet *lost, bool same[ITEM_KINDS])
{
	struct str bytes;
	items_init(out);
	items_init(in);
	fill_items(&out->sheet);
	item_sheet_init(lost, out->arena);
	int r = f->write(&out->cx, &out->sheet, lost, &bytes);
	if (r)
		fail_msg("%d %s", r, out->cx.problem.id ? out->cx.problem.id : "");
	assert_ptr_equal(item_format_sniff(bytes), f);
	read_ok(in, f->read, bytes);
	for (int k = 1; k < ITEM_KINDS; k++) {
		const struct item_entry *e = NULL, *o = out->sheet.entries[k - 1];
		for (int i = 0; i < in->sheet.n_entries; i++)
			if (streq(in->sheet.entries[i]->name, o->name))
				e = in->sheet.entries[i];
		same[k] = e && streq(record_of(in->arena, &e->content), record_of(in->arena,
			&o->content));
		if (e) {
			assert_string_equal(e->point, o->point);
			assert_int_equal(e->difficulty_permille, o->difficulty_permille);
			assert_int_equal(e->material != 0, o->material != 0);
		}
		for (int i = 0; e && i < e->content.n_assets; i++)
			assert_true(str_eq(e->content.assets[i].bytes, picture_bytes));
	}
	if (in->sheet.n_materials) {
		assert_string_equal(in->sheet.materials[0]->html, out->sheet.materials[0]->html);
		assert_string_equal(in->sheet.materials[0]->title,
			out->sheet.materials[0]->title);
	}
}

#endif
