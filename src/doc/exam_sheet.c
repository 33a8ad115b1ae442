/* A form on paper: text in lines, as many pages as they take. */
#include "doc/exam_sheet.h"

#include <string.h>

#include "base/markup.h"
#include "doc/paper.h"

enum { LINES_PAGE = 40, LINES_MAX = 20000 };
#define SIZE_MM 3.8
#define WIDTH_MM 170.0

struct line {
	const char *text;
	bool is_bold;
};

struct lines {
	struct ctx *cx;
	struct line *at;
	size_t n;
};

static void put(struct lines *l, const char *text, bool is_bold)
{
	const char **parts;
	size_t n = paper_wrap(l->cx->arena, text, SIZE_MM, WIDTH_MM, &parts);
	for (size_t i = 0; i < n && l->n < LINES_MAX; i++)
		l->at[l->n++] = (struct line){parts[i], is_bold};
}

static const char *plain(struct lines *l, const char *html)
{
	return markup_words(l->cx->arena, str_of(html));
}

static void put_options(struct lines *l, const struct item_option *options, int n, char first)
{
	const char *row = "";
	size_t length = 0;
	for (int i = 0; i < n; i++) {
		const char *one = text_of(l->cx, "%c. %s", first + i, plain(l, options[i].html));
		if (length && length + strlen(one) > 110) {
			put(l, row, false);
			row = "";
			length = 0;
		}
		row = text_of(l->cx, "%s　　%s", row, one);
		length += strlen(one) + 6;
	}
	if (length)
		put(l, row, false);
}

static void put_item(struct lines *l, const struct form_item *it, int no)
{
	const struct item *c = &it->content;
	put(l, text_of(l->cx, "%d. %s%s", no, plain(l, c->stem_html),
		c->kind == ITEM_TRUE_FALSE ? "　（　　）" : ""), false);
	if (c->kind != ITEM_TRUE_FALSE)
		put_options(l, c->options, c->n_options, 'A');
	if (c->n_targets)
		put_options(l, c->targets, c->n_targets, 'A');
	if (c->kind == ITEM_NUMERIC)
		put(l, text_of(l->cx, "　　答：＿＿＿＿＿＿＿＿ %s", c->unit), false);
	else if (c->kind == ITEM_TEXT)
		put(l, "　　答：＿＿＿＿＿＿＿＿＿＿＿＿＿＿", false);
	else if (c->kind == ITEM_ESSAY)
		for (int i = 0; i < 8; i++)
			put(l, "　", false);
}

static const char *key_of_item(struct ctx *cx, const struct item *c)
{
	if (c->kind == ITEM_TRUE_FALSE)
		return streq(c->key, "A") ? "正确" : "错误";
	if (c->kind == ITEM_NUMERIC)
		return text_of(cx, "%s（±%s）%s", c->value, c->tolerance, c->unit);
	if (c->kind == ITEM_TEXT || c->kind == ITEM_ESSAY)
		return c->n_variants ? c->variants[0] : "见评分标准";
	return c->key ? c->key : "";
}

static void put_all(struct lines *l, const struct exam_sheet *s)
{
	const struct form *f = s->form;
	const char *material = "";
	int section = -1;
	for (int i = 0; i < f->n_items; i++) {
		const struct form_item *it = &f->items[i];
		if (it->section != section) {
			section = it->section;
			put(l, f->sections[section].title, true);
		}
		if (s->is_key) {
			put(l, text_of(l->cx, "%d. %s　（%g 分）", i + 1,
				key_of_item(l->cx, &it->content), (double)it->score_centi / 100),
				false);
			continue;
		}
		if (*it->material_html && !streq(material, it->material_html))
			put(l, text_of(l->cx, "【材料】%s", plain(l, it->material_html)), false);
		material = it->material_html;
		put_item(l, it, i + 1);
	}
}

static json_t *page_view(const struct lines *l, const struct exam_sheet *s, size_t page,
	size_t pages)
{
	json_t *rows = json_array();
	for (size_t i = page * LINES_PAGE; i < l->n && i < (page + 1) * LINES_PAGE; i++)
		json_array_append_new(rows,
			json_pack("{s:s, s:b}", "text", l->at[i].text, "is_bold",
			l->at[i].is_bold));
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:I, s:I}", "title", s->form->title,
		"subtitle", s->is_key ? "参考答案与评分标准（机密，专人保管，用后收回）"
		: text_of(l->cx, "满分 %g 分　　姓名＿＿＿＿＿＿　准考证号＿＿＿＿＿＿＿＿＿＿　座"
		"位号＿＿＿",
		(double)s->form->score_centi / 100), "rows", rows, "venue", s->venue, "mark",
		s->mark,
		"micro", text_of(l->cx, "%s·%s·%s·%s·%s·%s·%s·%s", s->mark, s->mark, s->mark,
		s->mark, s->mark, s->mark, s->mark, s->mark), "page", (json_int_t)page + 1, "pages",
		(json_int_t)pages);
}

int exam_sheet_pdf(struct ctx *cx, const struct exam_sheet *sheet, struct str *ret_pdf)
{
	struct lines l = {.cx = cx, .at = arena_array(cx->arena, struct line, LINES_MAX)};
	struct paper *paper;
	put_all(&l, sheet);
	size_t pages = l.n ? (l.n + LINES_PAGE - 1) / LINES_PAGE : 1;
	int r = paper_new(sheet->form->title, &paper);
	if (r < 0)
		return fail(cx, r, "paper.failed", "");
	paper_date(paper, ctx_now(cx));
	for (size_t i = 0; r == 0 && i < pages; i++) {
		json_t *view = page_view(&l, sheet, i, pages);
		r = paper_page(paper, "exam-paper", view);
		json_decref(view);
	}
	if (r < 0) {
		(void)fail(cx, ERR_BUG, "paper.failed", paper_error(paper));
		paper_free(paper);
		return ERR_BUG;
	}
	r = paper_finish(paper, cx->arena, ret_pdf);
	return r < 0 ? fail(cx, r, "paper.failed", "") : 0;
}
