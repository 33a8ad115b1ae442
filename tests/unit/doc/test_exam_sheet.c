/* A form on paper: pictures stand where they are shown, and no item is broken over two pages. */
#include "exam_support.h"

#undef fail

#include <string.h>

#include "core/file.h"
#include "doc/exam_sheet.h"
#include "doc/pdf_words.h"
#include "doc/render.h"

enum { ITEMS = 60, PICTURE_EVERY = 5, PLAIN_AT = 55 };

static struct item_asset keep(struct exam_world *w, struct str bytes)
{
	struct file f = {.name = "fig.jpg", .mime = "image/jpeg", .body_id = EXAM_BODY,
		.region = "371002", .bytes = bytes};
	auto_tx tx = {0};
	test_ok(w->t, tx_begin(&tx, w->cx->db));
	exam_ok(w, file_put(w->cx, &f));
	test_ok(w->t, tx_commit(&tx));
	return (struct item_asset){.name = "fig.jpg", .file_id = f.id, .mime = "image/jpeg"};
}

/* Stems of one to three lines, four options that say whose they are; some with a picture, one with
 * pictures for options. */
static void fill(struct exam_world *w, struct form *f, struct item_asset a)
{
	struct arena *arena = w->cx->arena;
	f->title = "养老护理员理论知识试卷";
	f->n_sections = 1;
	f->sections[0].title = "一、单项选择题";
	f->n_items = ITEMS;
	f->items = arena_array(arena, struct form_item, ITEMS);
	for (int i = 0; i < ITEMS; i++) {
		struct form_item *it = &f->items[i];
		const char *more = i % 3
			? "老年人进食后不宜立即平卧，应保持坐位或者半坐位三十分钟以上，以防止食物反"
			"流引起误吸，这一要求的依据是下列哪一项规定或者原则" : "";
		*it = (struct form_item){.score_centi = 100, .material_html = ""};
		it->content = (struct item){.kind = ITEM_SINGLE, .key = "A", .n_options = 4,
			.stem_html = arena_printf(arena, "开始%d%s%s", i, more,
			i % PICTURE_EVERY == 0 ? "<img src=\"asset:fig.jpg\" alt=\"图\"/>" : "")};
		for (int k = 0; k < 4; k++)
			it->content.options[k].html = arena_printf(arena, i == PLAIN_AT
				? "<img src=\"asset:fig.jpg\" alt=\"甲%d\"/>" : "%d末%d", i, k);
		it->content.assets[0] = a;
		it->content.n_assets = 1;
	}
}

static int page_of(const char *words, const char *what)
{
	const char *at = strstr(words, what);
	int page = 1;
	if (!at)
		print_error("“%s” is missing in\n%s", what, words);
	assert_non_null(at);
	for (const char *p = words; p < at; p++)
		page += *p == '\f';
	return page;
}

static int pictures_in(struct str pdf)
{
	int n = 0;
	for (const char *p = pdf.p; (p =
		memmem(p, (size_t)(pdf.p + pdf.n - p), "/Subtype /Image", 15)); p++)
		n++;
	return n;
}

static void items_are_whole(void **state)
{
	struct exam_world w;
	struct form f = {0};
	struct str pdf;
	exam_world_open(&w, *state, 1, 8);
	fill(&w, &f, keep(&w, portrait(w.cx->arena)));
	struct exam_sheet sheet = {.form = &f, .venue = "第一考点", .mark = "ABCDEFGHJK"};
	exam_ok(&w, exam_sheet_pdf(w.cx, &sheet, &pdf));
	assert_true(pictures_in(pdf) > 0);
	const char *words = pdf_words(w.cx->arena, pdf);
	int last = 1;
	for (int i = 0; i < ITEMS; i++) {
		int page = page_of(words, arena_printf(w.cx->arena, "开始%d", i));
		if (i != PLAIN_AT)
			assert_int_equal(page, page_of(words,
				arena_printf(w.cx->arena, "%d末3", i)));
		assert_true(page >= last);
		last = page;
	}
	assert_true(last > 5);
	sheet.is_key = true;
	exam_ok(&w, exam_sheet_pdf(w.cx, &sheet, &pdf));
	assert_int_equal(pictures_in(pdf), 0);
	exam_world_close(&w);
}

static void what_cannot_be_printed_is_said(void **state)
{
	struct exam_world w;
	struct form f = {0};
	struct str pdf;
	exam_world_open(&w, *state, 1, 8);
	fill(&w, &f, keep(&w, STR("\xff\xd8\xff\xe0 and no picture")));
	struct exam_sheet sheet = {.form = &f, .venue = "第一考点", .mark = "ABCDEFGHJK"};
	exam_ok(&w, exam_sheet_pdf(w.cx, &sheet, &pdf));
	page_of(pdf_words(w.cx->arena, pdf), "图片已损坏");
	f.items[0].content.assets[0].file_id = 999;
	assert_int_equal(exam_sheet_pdf(w.cx, &sheet, &pdf), ERR_NOTFOUND);
	ctx_clear(w.cx);
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(items_are_whole),
		test_db_case(what_cannot_be_printed_is_said),
	};
	return test_db_run("exam_sheet", tests);
}
