/* A form on paper: text in lines and pictures, as many pages as they take; an item is not broken
 * over two of them unless it is longer than one. */
#include "doc/exam_sheet.h"

#include <string.h>

#include "base/markup.h"
#include "core/file.h"
#include "doc/page_fill.h"
#include "doc/paper.h"
#include "doc/picture.h"

enum { PIECES_MAX = 20000 };
#define SIZE_MM 3.8
#define WIDTH_MM 170.0
#define LINE_MM 6.2
#define PAGE_MM (40 * LINE_MM)
#define TOP_MM 33.4       /* of the first piece */
#define BASE_MM 4.6       /* from a line's top down to where its letters stand */
#define PICTURE_GAP_MM 3.0
#define PICTURE_WIDTH_MM 120.0
#define PICTURE_HEIGHT_MM 90.0
#define MM_A_PIXEL (25.4 / 96)

struct piece {
	const char *text; /* NULL: a picture */
	bool is_bold;
	const char *href;
	double width, height;
};

struct lines {
	struct ctx *cx;
	struct piece *at;
	struct page_piece *places;
	size_t n;
	int block;
	bool is_heading;
};

static void put_piece(struct lines *l, const struct piece *p, double height)
{
	if (l->n == PIECES_MAX)
		return;
	l->places[l->n] = (struct page_piece){.height = height, .block = l->block,
		.is_heading = l->is_heading};
	l->at[l->n++] = *p;
}

/* What follows belongs together; a heading stays with the block after it. */
static void new_block(struct lines *l, bool is_heading)
{
	l->block++;
	l->is_heading = is_heading;
}

static void put(struct lines *l, const char *text, bool is_bold)
{
	const char **parts;
	size_t n = paper_wrap(l->cx->arena, text, SIZE_MM, WIDTH_MM, &parts);
	for (size_t i = 0; i < n; i++)
		put_piece(l, &(struct piece){.text = parts[i], .is_bold = is_bold}, LINE_MM);
}

static const char *plain(struct lines *l, const char *html)
{
	return markup_words(l->cx->arena, str_of(html));
}

/* As large as on a screen, within what a page bears. */
static void put_picture(struct lines *l, const struct picture *p)
{
	double width = p->width * MM_A_PIXEL, height = p->height * MM_A_PIXEL;
	double by_width = PICTURE_WIDTH_MM / width, by_height = PICTURE_HEIGHT_MM / height;
	double by = by_width < by_height ? by_width : by_height;
	if (by < 1) {
		width *= by;
		height *= by;
	}
	put_piece(l, &(struct piece){.href = p->href, .width = width, .height = height},
		height + PICTURE_GAP_MM);
}

static int put_asset(struct lines *l, const struct item_asset *a)
{
	struct file f;
	struct picture p;
	int r = file_read(l->cx, 0, a->file_id, &f);
	if (r < 0)
		return r;
	if (picture_for_paper(l->cx->arena, f.bytes, &p) < 0)
		put(l, "〔此处的图片已损坏，无法印出，请在题库中更换〕", true);
	else
		put_picture(l, &p);
	return 0;
}

/* The pictures that a text shows, below it. */
static int put_pictures(struct lines *l, const struct item *c, const char *html)
{
	struct str rest = str_of(html), name;
	int r = 0;
	while (r == 0 && markup_next_asset(&rest, &name))
		for (int i = 0; i < c->n_assets && r == 0; i++)
			if (str_is(name, c->assets[i].name))
				r = put_asset(l, &c->assets[i]);
	return r;
}

static bool has_pictures(const struct item_option *options, int n)
{
	struct str name;
	for (int i = 0; i < n; i++) {
		struct str rest = str_of(options[i].html);
		if (markup_next_asset(&rest, &name))
			return true;
	}
	return false;
}

static int put_options_below(struct lines *l, const struct item *c,
	const struct item_option *options, int n)
{
	int r = 0;
	for (int i = 0; i < n && r == 0; i++) {
		put(l, text_of(l->cx, "　　%c. %s", 'A' + i, plain(l, options[i].html)), false);
		r = put_pictures(l, c, options[i].html);
	}
	return r;
}

/* Several in a row while they are short. */
static int put_options(struct lines *l, const struct item *c, const struct item_option *options,
	int n)
{
	const char *row = "";
	size_t length = 0;
	if (has_pictures(options, n))
		return put_options_below(l, c, options, n);
	for (int i = 0; i < n; i++) {
		const char *one = text_of(l->cx, "%c. %s", 'A' + i, plain(l, options[i].html));
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
	return 0;
}

static void put_room(struct lines *l, const struct item *c)
{
	if (c->kind == ITEM_NUMERIC)
		put(l, text_of(l->cx, "　　答：＿＿＿＿＿＿＿＿ %s", c->unit), false);
	else if (c->kind == ITEM_TEXT)
		put(l, "　　答：＿＿＿＿＿＿＿＿＿＿＿＿＿＿", false);
	else if (c->kind == ITEM_ESSAY)
		for (int i = 0; i < 8; i++)
			put(l, "　", false);
}

static int put_item(struct lines *l, const struct form_item *it, int no)
{
	const struct item *c = &it->content;
	put(l, text_of(l->cx, "%d. %s%s", no, plain(l, c->stem_html),
		c->kind == ITEM_TRUE_FALSE ? "　（　　）" : ""), false);
	int r = put_pictures(l, c, c->stem_html);
	if (r == 0 && c->kind != ITEM_TRUE_FALSE)
		r = put_options(l, c, c->options, c->n_options);
	if (r == 0 && c->n_targets)
		r = put_options(l, c, c->targets, c->n_targets);
	put_room(l, c);
	return r;
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

static int put_question(struct lines *l, const struct form_item *it, int no,
	const char *material_before)
{
	int r = 0;
	if (*it->material_html && !streq(material_before, it->material_html)) {
		new_block(l, true);
		put(l, text_of(l->cx, "【材料】%s", plain(l, it->material_html)), false);
		r = put_pictures(l, &it->content, it->material_html);
	}
	new_block(l, false);
	return r < 0 ? r : put_item(l, it, no);
}

static int put_all(struct lines *l, const struct exam_sheet *s)
{
	const struct form *f = s->form;
	const char *material = "";
	int section = -1, r = 0;
	for (int i = 0; i < f->n_items && r == 0; i++) {
		const struct form_item *it = &f->items[i];
		if (it->section != section) {
			section = it->section;
			new_block(l, true);
			put(l, f->sections[section].title, true);
		}
		if (s->is_key) {
			new_block(l, false);
			put(l, text_of(l->cx, "%d. %s　（%g 分）", i + 1,
				key_of_item(l->cx, &it->content), (double)it->score_centi / 100),
				false);
			continue;
		}
		r = put_question(l, it, i + 1, material);
		material = it->material_html;
	}
	return r;
}

static void put_row(json_t *rows, json_t *pictures, const struct piece *p,
	const struct page_piece *at)
{
	double y = TOP_MM + at->y;
	if (p->text)
		json_array_append_new(rows, json_pack("{s:s, s:b, s:f}", "text", p->text,
			"is_bold", p->is_bold, "y", y + BASE_MM));
	else
		json_array_append_new(pictures, json_pack("{s:s, s:f, s:f, s:f}", "href", p->href,
			"y", y, "width", p->width, "height", p->height));
}

static json_t *page_view(const struct lines *l, const struct exam_sheet *s, size_t page,
	size_t pages)
{
	json_t *rows = json_array(), *pictures = json_array();
	for (size_t i = 0; i < l->n; i++)
		if (l->places[i].page == page)
			put_row(rows, pictures, &l->at[i], &l->places[i]);
	const char *subtitle = s->is_key ? "参考答案与评分标准（机密，专人保管，用后收回）"
		: text_of(l->cx, "满分 %g 分　　姓名＿＿＿＿＿＿　准考证号＿＿＿＿＿＿＿＿＿＿　座"
			"位号＿＿＿", (double)s->form->score_centi / 100);
	const char *micro = text_of(l->cx, "%s·%s·%s·%s·%s·%s·%s·%s", s->mark, s->mark, s->mark,
		s->mark, s->mark, s->mark, s->mark, s->mark);
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:I, s:I}", "title", s->form->title,
		"subtitle", subtitle, "rows", rows, "pictures", pictures, "venue", s->venue,
		"mark", s->mark, "micro", micro, "page", (json_int_t)page + 1, "pages",
		(json_int_t)pages);
}

int exam_sheet_pdf(struct ctx *cx, const struct exam_sheet *sheet, struct str *ret_pdf)
{
	struct lines l = {.cx = cx, .at = arena_array(cx->arena, struct piece, PIECES_MAX),
		.places = arena_array(cx->arena, struct page_piece, PIECES_MAX)};
	struct paper *paper;
	int r = put_all(&l, sheet);
	if (r < 0)
		return r;
	size_t pages = page_fill(l.places, l.n, PAGE_MM);
	r = paper_new(sheet->form->title, &paper);
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
