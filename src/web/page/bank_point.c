/* The table of assessment points of a bank: a tree, edited line by line or brought as a sheet. */
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "core/message.h"
#include "doc/xlsx.h"
#include "web/choices.h"
#include "web/page/bank.h"
#include "web/page/page.h"

enum {
	COLUMNS = 6,
	FILE_BYTES = 4 * 1024 * 1024,
	LINES_MAX = POINTS_MAX + 1, /* one too many is read, so that it is refused */
	CELL_CHARS = 500,           /* more than any may have */
};

static const struct choice importances[] = {{"X", "X 核心"}, {"Y", "Y 一般"}, {"Z", "Z 辅助"},
	{0}};

static const struct field point_fields[] = {
	{"code", FIELD_TEXT, "代码", .help = "以上级代码加连字符开头；填已有的代码即为修改。",
		.example = "B-1-02", .max = 24, .flags = FIELD_REQUIRED},
	{"parent_code", FIELD_CHOICE, "上级鉴定范围", .help = "一级鉴定范围不选。"},
	{"title", FIELD_TEXT, "名称", .max = 100, .flags = FIELD_REQUIRED},
	{"importance", FIELD_CHOICE, "重要程度", .choices = importances,
		.help = "鉴定点必选，鉴定范围不选。"},
	{"weight_permille", FIELD_INT, "鉴定比重", .unit = "‰",
		.help = "占上级的千分比，同一上级下合计 1000‰。", .min = 0, .max = 1000},
	{"items_min", FIELD_INT, "最少题量", .unit = "道", .help = "不填按参数执行。", .min = 0,
		.max = 500},
	{0},
};

static const struct field import_fields[] = {
	{"file", FIELD_FILE, "细目表",
		.help = "Excel（.xlsx）或文本（.csv），列的顺序与下载的表格相"
		"同。", .max = FILE_BYTES, .flags = FIELD_REQUIRED},
	{0},
};

const struct choice *choices_points(struct req *rq, int64_t bank_id, bool ranges)
{
	struct q_bank_point_of_rows rows;
	size_t n = 0;
	if (q_bank_point_of(rq->cx->db, &rows, .bank_id = bank_id) < 0)
		rows.n = 0;
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		if (ranges == (rows.at[i].depth < POINT_DEPTH))
			list[n++] = (struct choice){ranges ? rows.at[i].code
				: text_of(rq->cx, "%" PRId64, rows.at[i].id),
				text_of(rq->cx, "%s %s", rows.at[i].code, rows.at[i].title)};
	return list;
}

static json_t *row_view(struct req *rq, const struct point_row *p)
{
	bool is_point = p->point.depth == POINT_DEPTH;
	json_t *row = view_row(rq, &q_bank_point_of_desc, &p->point);
	json_object_set_new(row, "is_point", json_boolean(is_point));
	json_object_set_new(row, "n_items", json_integer(p->n_items));
	json_object_set_new(row, "n_usable", json_integer(p->n_usable));
	json_object_set_new(row, "n_wanted", json_integer(p->n_wanted));
	json_object_set_new(row, "n_lacking", json_integer(p->n_lacking));
	json_object_set_new(row, "is_lacking", json_boolean(p->n_lacking > 0));
	json_object_set_new(row, "is_empty",
		json_boolean(!p->n_items && !p->n_children));
	json_object_set_new(row, "sum_wrong",
		json_boolean(p->n_children && p->children_permille != 1000));
	json_object_set_new(row, "children_permille", json_integer(p->children_permille));
	return row;
}

int points_view(struct req *rq, const struct q_bank_find *bank)
{
	struct point_row *rows;
	size_t n;
	int64_t lacking = 0;
	int r = points_tree(rq->cx, bank, &rows, &n);
	if (r < 0)
		return r;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(list, row_view(rq, &rows[i]));
		lacking += rows[i].point.depth == POINT_DEPTH && rows[i].n_lacking;
	}
	view_set(rq, "points", list);
	view_flag(rq, "has_points", n > 0);
	view_int(rq, "n_lacking", lacking);
	view_text(rq, "weights_wrong", points_weights_wrong(rq->cx, rows, n));
	return 0;
}

static void put_forms(struct req *rq, const struct q_bank_find *bank, json_t *values)
{
	view_choices(rq, "parent_code", choices_points(rq, bank->id, true));
	view_form(rq, "form", point_fields, text_of(rq->cx, "/banks/%" PRId64 "/points", bank->id),
		"保存", values);
	view_form(rq, "import_form", import_fields,
		text_of(rq->cx, "/banks/%" PRId64 "/points/import", bank->id), "导入", NULL);
}

static int points_show(struct req *rq)
{
	struct q_bank_find bank;
	int r = bank_put(rq, "/points", &bank);
	if (r < 0 || (r = points_view(rq, &bank)) < 0)
		return r;
	put_forms(rq, &bank, NULL);
	return 0;
}

/* One line's form, filled. */
static int point_show(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_point_find p, parent = {.code = ""};
	int r = bank_put(rq, "/points", &bank);
	if (r < 0)
		return r;
	r = q_bank_point_find(rq->cx->db, &p, .id = rq_id(rq, "point"),
		.scope = bank_scope(rq->cx));
	if (r == ERR_NOTFOUND || (r == 0 && p.bank_id != bank.id))
		return fail(rq->cx, ERR_NOTFOUND, "bank.point_gone");
	if (r >= 0 && p.parent_id)
		r = q_bank_point_find(rq->cx->db, &parent, .id = p.parent_id,
			.scope = bank_scope(rq->cx));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *values = view_row(rq, &q_bank_point_find_desc, &p);
	json_object_set_new(values, "parent_code", json_string(parent.code));
	view_text(rq, "title", text_of(rq->cx, "%s %s", p.code, p.title));
	view_set(rq, "point", view_row(rq, &q_bank_point_find_desc, &p));
	put_forms(rq, &bank, values);
	return 0;
}

static int point_save(struct req *rq)
{
	struct point_in in = {.code = in_text(rq->in, "code"),
		.parent_code = in_text(rq->in, "parent_code"), .title = in_text(rq->in, "title"),
		.importance = in_text(rq->in, "importance"),
		.weight_permille = in_int(rq->in, "weight_permille"),
		.items_min = in_int(rq->in, "items_min")};
	struct point_problem *problems;
	size_t n;
	int r = points_put(rq->cx, rq_id(rq, "id"), &in, 1, &problems, &n);
	if (n)
		return fail(rq->cx, ERR_INVALID, "bank.point_refused", problems[0].text);
	if (r < 0)
		return r;
	rq_flash(rq, "bank.point_saved", in.code);
	return rq_redirect(rq, "/banks/%s/points", rq_param(rq, "id"));
}

static int point_remove(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_point_find p;
	int r = bank_get(rq->cx, rq_id(rq, "id"), &bank);
	if (r < 0)
		return r;
	r = q_bank_point_find(rq->cx->db, &p, .id = rq_id(rq, "point"),
		.scope = bank_scope(rq->cx));
	if (r == ERR_NOTFOUND || (r == 0 && p.bank_id != bank.id))
		return fail(rq->cx, ERR_NOTFOUND, "bank.point_gone");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = point_drop(rq->cx, p.id)) < 0)
		return r;
	return rq_redirect(rq, "/banks/%s/points", rq_param(rq, "id"));
}

/* ---- the sheet ---- */

static const struct sheet_column columns[COLUMNS] = {
	{"代码", "以上级代码加连字符开头，例如 B-1-02", 14, NULL, true},
	{"上级代码", "一级鉴定范围留空", 14, NULL, true},
	{"名称", NULL, 40, NULL, true},
	{"重要程度", "X 核心、Y 一般、Z 辅助；鉴定范围留空", 10, NULL, true},
	{"鉴定比重（‰）", "占上级的千分比，同一上级下合计 1000", 14, NULL, false},
	{"最少题量", "可留空", 10, NULL, false},
};

struct lines {
	struct ctx *cx;
	struct point_in *at;
	size_t n;
	const char *wrong; /* a line that is no line, */
	const char *odd;   /* or has a cell that is no plain one: its number */
	bool has_head, lacks_head;
};

static const char *cell(struct ctx *cx, const struct sheet_row *row, size_t i)
{
	return i < row->n ? arena_str(cx->arena, utf8_cut(str_trim(row->cells[i].text),
		CELL_CHARS)) : "";
}

/* Columns go by their order: without titles the first line of the table would be taken for them. */
static bool is_head(struct ctx *cx, const struct sheet_row *row)
{
	return str_starts(str_of(cell(cx, row, 0)), "代码") &&
		str_starts(str_of(cell(cx, row, 2)), "名称");
}

static bool has_odd_cell(const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n && i < COLUMNS; i++) {
		const struct sheet_cell *c = &row->cells[i];
		if (c->merged || c->kind == CELL_FORMULA || c->kind == CELL_ERROR)
			return true;
	}
	return false;
}

static bool number(const char *text, int64_t *ret_n)
{
	struct str s = str_of(text);
	if (str_ends(s, "‰"))
		s.n -= strlen("‰");
	*ret_n = 0;
	return !s.n || str_to_i64(str_trim(s), ret_n);
}

static int on_row(void *arg, const struct sheet_row *row)
{
	struct lines *l = arg;
	if (!l->has_head) {
		l->has_head = is_head(l->cx, row);
		l->lacks_head = !l->has_head;
		return l->lacks_head;
	}
	if (l->n == LINES_MAX)
		return 0;
	if (has_odd_cell(row)) {
		l->odd = text_of(l->cx, "%u", row->number);
		return 1;
	}
	struct point_in *p = &l->at[l->n];
	*p = (struct point_in){.line = row->number, .code = cell(l->cx, row, 0),
		.parent_code = cell(l->cx, row, 1), .title = cell(l->cx, row, 2),
		.importance = cell(l->cx, row, 3)};
	if (is_blank(p->code) && is_blank(p->title))
		return 0;
	if (!number(cell(l->cx, row, 4), &p->weight_permille)
		|| !number(cell(l->cx, row, 5), &p->items_min)) {
		l->wrong = text_of(l->cx, "%u", row->number);
		return 1;
	}
	l->n++;
	return 0;
}

static int read_sheet(struct req *rq, struct lines *l)
{
	struct sheet_error error = {0};
	const struct upload *file = in_file(rq->in, "file");
	l->cx = rq->cx;
	l->at = arena_array(rq->cx->arena, struct point_in, LINES_MAX);
	int r = sheet_read(file->bytes, on_row, l, &error);
	if (l->lacks_head)
		return fail_field(rq->cx, "file", "bank.sheet_head");
	if (l->odd)
		return fail_field(rq->cx, "file", "bank.sheet_odd", l->odd);
	if (l->wrong)
		return fail_field(rq->cx, "file", "bank.point_number", l->wrong);
	if (r < 0)
		return fail_field(rq->cx, "file", error.id ? error.id : "bank.sheet_broken",
			error.arg);
	return l->n ? 0 : fail_field(rq->cx, "file", "bank.sheet_empty");
}

static const char *all_problems(struct ctx *cx, const struct point_problem *problems, size_t n)
{
	enum { SHOWN = 12 };
	const char *text = "";
	for (size_t i = 0; i < n && i < SHOWN; i++)
		text = text_of(cx, "%s%s第 %" PRId64 " 行：%s", text, i ? "；" : "",
			problems[i].line, problems[i].text);
	return n > SHOWN ? text_of(cx, "%s……", text) : text;
}

static int points_import(struct req *rq)
{
	struct lines l = {0};
	struct point_problem *problems;
	size_t n;
	int r = read_sheet(rq, &l);
	if (r < 0)
		return r;
	r = points_put(rq->cx, rq_id(rq, "id"), l.at, l.n, &problems, &n);
	if (n)
		return fail_field(rq->cx, "file", "bank.sheet_refused",
			text_of(rq->cx, "%zu", n), all_problems(rq->cx, problems, n));
	if (r < 0)
		return r;
	rq_flash(rq, "bank.points_imported", text_of(rq->cx, "%zu", l.n));
	return rq_redirect(rq, "/banks/%s/points", rq_param(rq, "id"));
}

static const char *code_of(const struct point_row *rows, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].point.id == id)
			return rows[i].point.code;
	return "";
}

static int points_sheet(struct req *rq)
{
	struct q_bank_find bank;
	struct point_row *rows;
	struct sheet_writer *w;
	struct str bytes;
	size_t n;
	int r = bank_get(rq->cx, rq_id(rq, "id"), &bank);
	if (r < 0 || (r = points_tree(rq->cx, &bank, &rows, &n)) < 0)
		return r;
	if ((r = sheet_new("细目表", columns, COLUMNS, &w)) < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < n; i++) {
		const struct q_bank_point_of *p = &rows[i].point;
		sheet_cell(w, p->code, STYLE_PLAIN);
		sheet_cell(w, code_of(rows, n, p->parent_id), STYLE_PLAIN);
		sheet_cell(w, p->title, STYLE_PLAIN);
		sheet_cell(w, p->importance, STYLE_PLAIN);
		sheet_number(w, (double)p->weight_permille);
		sheet_number(w, (double)p->items_min);
		sheet_next(w);
	}
	if ((r = sheet_finish(w, rq->cx->arena, &bytes)) < 0)
		return ctx_pass(rq->cx, r);
	return rq_bytes(rq,
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		text_of(rq->cx, "细目表-%s.xlsx", bank.title), bytes);
}

const struct route routes_bank_point[] = {
	{GET, "/banks/:id/points", PERM_BANK_READ, points_show, "bank/points", "鉴定要素细目表"},
	{POST, "/banks/:id/points", PERM_BANK_EDIT, point_save, NULL, "保存鉴定范围或鉴定点",
		point_fields, .form = "/banks/:id/points"},
	{POST, "/banks/:id/points/import", PERM_BANK_EDIT, points_import, NULL, "导入细目表",
		import_fields, .form = "/banks/:id/points", .flags = ROUTE_BIG},
	{GET, "/banks/:id/points/sheet", PERM_BANK_READ, points_sheet, NULL, "下载细目表",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/banks/:id/points/:point", PERM_BANK_EDIT, point_show, "bank/point", "鉴定点"},
	{POST, "/banks/:id/points/:point/drop", PERM_BANK_EDIT, point_remove, NULL, "删除鉴定点",
		.form = "/banks/:id/points"},
	{0},
};
