/* Occupations and their standards, for anybody to read; the system administrator keeps them. */
#include "domain/standard/grade.h"
#include "domain/standard/reference.h"
#include "domain/standard/standard.h"
#include "query/standard.h"
#include "query/standard_page.h"
#include "web/choices.h"
#include "web/page/page.h"

enum { COUNT_CAP = 10001, SHOWN = 20 };

static const struct choice track_choices[] = {{"level", "职业技能等级"},
	{"qualification", "国家职业资格"}, {"special", "专项职业能力"}, {0}};
static const struct choice mark_choices[] = {{"S", "S 数字职业"}, {"L", "L 绿色职业"}, {0}};
static const struct choice state_choices[] = {{"active", "在用"}, {"retired", "停用"}, {0}};
static const struct choice edition_choices[] = {{"2022", "2022 年版"}, {"2015", "2015 年版"}, {0}};

static const struct field occupation_filters[] = {
	{"find", FIELD_TEXT, "编码或名称", .max = 60},
	{"track", FIELD_CHOICE, "评价方式", .choices = track_choices},
	{"mark", FIELD_CHOICE, "标识", .choices = mark_choices},
	{"grade", FIELD_CHOICE, "设有等级", .choices = grade_choices},
	{"edition", FIELD_CHOICE, "大典版本", .choices = edition_choices},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

/* "54321" as 五级 to 一级, in the order of the ladder. */
static const char *grades_text(struct ctx *cx, const char *grades)
{
	static const char *const names[] = {"", "一级", "二级", "三级", "四级", "五级"};
	const char *text = "";
	for (; *grades >= '1' && *grades <= '5'; grades++)
		text = text_of(cx, "%s%s%s", text, *text ? "、" : "", names[*grades - '0']);
	return text;
}

static void set_text(json_t *row, const char *key, const char *text)
{
	json_object_set_new(row, key, json_string(text));
}

static void add_words(struct ctx *cx, json_t *row)
{
	const char *track = json_string_value(json_object_get(row, "track"));
	const char *grades = json_string_value(json_object_get(row, "grades"));
	bool active = streq(json_string_value(json_object_get(row, "state")), "active");
	set_text(row, "track_label", choice_label(track_choices, track));
	set_text(row, "grades_text", grades_text(cx, grades));
	set_text(row, "state_label", active ? "在用" : "停用");
	set_text(row, "state_tone", active ? "good" : "plain");
	json_object_set_new(row, "is_active", json_boolean(active));
}

static int occupation_list(struct req *rq)
{
	struct q_occupation_list_rows rows;
	struct ctx *cx = rq->cx;
	const struct input *in = rq->in;
	int64_t count = 0;
	const char *find = like_any(cx, in_text(in, "find")), *mark = in_text(in, "mark");
	const char *track = in_text(in, "track"), *state = in_text(in, "state");
	const char *edition = in_text(in, "edition"), *grade = like_any(cx, in_text(in, "grade"));
	int r = q_occupation_list(cx->db, &rows, .find = find, .track = track, .edition = edition,
		.digital = streq(mark, "S"), .green = streq(mark, "L"), .grade_like = grade,
		.state = state, .page = rq_page(rq));
	if (r >= 0)
		r = q_occupation_list_count(cx->db, &count, .find = find, .track = track,
			.edition = edition, .digital = streq(mark, "S"), .green = streq(mark, "L"),
			.grade_like = grade, .state = state, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_occupation_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		add_words(cx, row);
	}
	view_flag(rq, "may_edit", ctx_may(cx, PERM_STANDARD_EDIT));
	return r;
}

static int put_standards(struct req *rq, int64_t id)
{
	struct q_standards_of_rows rows;
	struct q_standard_in_force now;
	struct ctx *cx = rq->cx;
	int r = q_standards_of(cx->db, &rows, .occupation_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_standard_in_force(cx->db, &now, .occupation_id = id, .on_day = ctx_today(cx));
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	int64_t in_force = r == 0 ? now.id : 0;
	json_t *list = view_rows(rq, &q_standards_of_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		bool is_now = rows.at[i].id == in_force,
			later = rows.at[i].effective_on > ctx_today(cx);
		set_text(row, "standing_label", is_now ? "现行" : later ? "尚未施行" : "已替代");
		set_text(row, "standing_tone", is_now ? "good" : later ? "wait" : "plain");
	}
	view_set(rq, "standards", list);
	return 0;
}

static void name_regions(struct req *rq, json_t *list)
{
	size_t i;
	json_t *row;
	json_array_foreach(list, i, row) {
		set_text(row, "region_name",
			region_label(rq->cx, json_string_value(json_object_get(row, "region"))));
	}
}

static int put_bodies(struct req *rq, int64_t id)
{
	struct q_occupation_bodies_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_occupation_bodies(cx->db, &rows, .occupation_id = id, .on_day = ctx_today(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	size_t n = rows.n < SHOWN ? rows.n : SHOWN;
	json_t *list = view_rows(rq, &q_occupation_bodies_desc, rows.at, n);
	for (size_t i = 0; i < n; i++) {
		const struct q_occupation_bodies *b = &rows.at[i];
		const char *low = grade_label(b->grade_low), *top = grade_label(b->grade_top);
		json_t *row = json_array_get(list, i);
		set_text(row, "body_kind_label", choice_label(body_kind_choices, b->body_kind));
		set_text(row, "grades_text", b->grade_low == b->grade_top ? low :
			text_of(cx, "%s 至 %s", low, top));
	}
	name_regions(rq, list);
	view_set(rq, "bodies", list);
	view_flag(rq, "has_more_bodies", rows.n > SHOWN);
	return 0;
}

static int put_batches(struct req *rq, int64_t id)
{
	struct q_occupation_open_batches_rows rows;
	int r = q_occupation_open_batches(rq->cx->db, &rows, .occupation_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_occupation_open_batches_desc, rows.at,
		rows.n < SHOWN ? rows.n : SHOWN);
	name_regions(rq, list);
	view_set(rq, "batches", list);
	view_flag(rq, "has_more_batches", rows.n > SHOWN);
	return 0;
}

static const struct field reason_fields[] = {
	{"reason", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED},
	{0},
};

static int occupation_show(struct req *rq)
{
	struct q_occupation_find row;
	struct q_work_types_of_rows types;
	int64_t id = rq_id(rq, "id");
	int r = q_occupation_find(rq->cx->db, &row, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "standard.no_occupation");
	if (r >= 0)
		r = q_work_types_of(rq->cx->db, &types, .occupation_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = put_standards(rq, id)) < 0 || (r = put_bodies(rq, id)) < 0 ||
		(r = put_batches(rq, id)) < 0)
		return r;
	json_t *occupation = view_row(rq, &q_occupation_find_desc, &row);
	add_words(rq->cx, occupation);
	bool active = streq(row.state, "active");
	view_set(rq, "occupation", occupation);
	view_set(rq, "work_types", view_rows(rq, &q_work_types_of_desc, types.at, types.n));
	view_text(rq, "title", row.name);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_STANDARD_EDIT));
	view_form(rq, "state_form", reason_fields, text_of(rq->cx, "/occupations/%s/%s",
		rq_param(rq, "id"), active ? "retire" : "restore"),
		active ? "停用该职业" : "恢复使用", NULL);
	return 0;
}

static int change_state(struct req *rq, int (*verb)(struct ctx *, int64_t, const char *),
	const char *message)
{
	struct q_occupation_find row;
	int64_t id = rq_id(rq, "id");
	int r = verb(rq->cx, id, in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	if ((r = q_occupation_find(rq->cx->db, &row, .id = id)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, message, row.name);
	return rq_redirect(rq, "/occupations/%s", rq_param(rq, "id"));
}

static int retire(struct req *rq)
{
	return change_state(rq, occupation_retire, "standard.retired");
}

static int restore(struct req *rq)
{
	return change_state(rq, occupation_restore, "standard.restored");
}

static const struct choice kind_choices[] = {{"occupations", "职业"}, {"work_types", "工种"},
	{"standards", "职业标准"}, {"special_projects", "专项职业能力项目"},
		{"regions", "行政区划"},
	{"holidays", "节假日与调休"}, {0}};

static const struct field import_fields[] = {
	{"kind", FIELD_CHOICE, "数据类别", .choices = kind_choices, .flags = FIELD_REQUIRED},
	{"file", FIELD_FILE, "数据文件",
		.help = "逗号或制表符分隔的文本，UTF-8 或 GB18030 编码，第一行为列名，不超过 8 "
			"MB。",
		.max = REFERENCE_BYTES, .flags = FIELD_REQUIRED},
	{"is_dry_run", FIELD_BOOL, "只检查，不保存"},
	{0},
};

/* The first lines of what is shipped show which columns a kind has. */
static json_t *samples(void)
{
	static const char *const columns[][2] = {{"职业",
		"edition, code, name, track, digital, green, grades"},
		{"工种", "edition, occupation, name"},
		{"职业标准", "edition, occupation, version, title, ruleset, effective_on"},
		{"专项职业能力项目", "code, name, edition, occupation, version, approval, minutes, "
			"region"},
		{"行政区划", "code, name, level, kind"}, {"节假日与调休", "day, kind, name"}};
	json_t *list = json_array();
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s}", "label", columns[i][0], "columns", columns[i][1]));
	return list;
}

static int import_form(struct req *rq)
{
	view_set(rq, "samples", samples());
	view_form(rq, "form", import_fields, "/occupations/import", "上传并核对",
		json_pack("{s:b}", "is_dry_run", 1));
	return 0;
}

static json_t *report_view(const struct reference_report *r, bool is_dry_run)
{
	json_t *verdicts = json_array();
	for (size_t i = 0; i < r->n_verdicts; i++)
		json_array_append_new(verdicts, json_pack("{s:I, s:s}", "line",
			(json_int_t)r->verdicts[i].line, "text", r->verdicts[i].text));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:o}",
		"rows", (json_int_t)r->rows, "added", (json_int_t)r->added, "changed",
		(json_int_t)r->changed, "same", (json_int_t)r->same, "bad", (json_int_t)r->bad,
		"is_saved", r->saved, "is_dry_run", is_dry_run && !r->bad,
		"unlisted", (json_int_t)(r->bad - r->n_verdicts), "verdicts", verdicts);
}

/* Answers with every row's verdict; nothing is saved unless all rows are good. */
static int import_run(struct req *rq)
{
	struct reference_report report;
	const struct upload *file = in_file(rq->in, "file");
	bool is_dry_run = in_int(rq->in, "is_dry_run");
	const char *code = in_text(rq->in, "kind");
	int r = reference_import(rq->cx, reference_of(code), file->bytes, is_dry_run, &report);
	if (r < 0)
		return r;
	view_set(rq, "report", report_view(&report, is_dry_run));
	view_text(rq, "kind_label", choice_label(kind_choices, code));
	view_text(rq, "file_name", file->filename);
	return 0;
}

const struct route routes_standard[] = {
	{GET, "/occupations", PERM_PUBLIC, occupation_list, "standard/occupations", "职业与标准",
		occupation_filters, .flags = ROUTE_LIST | ROUTE_THROTTLE},
	{GET, "/occupations/import", PERM_STANDARD_EDIT, import_form, "standard/import",
		"导入基础数据"},
	{POST, "/occupations/import", PERM_STANDARD_EDIT, import_run, "standard/imported",
		"导入基础数据", import_fields, "/occupations/import", .flags = ROUTE_BIG},
	{GET, "/occupations/:id", PERM_PUBLIC, occupation_show, "standard/occupation", "职业",
		.flags = ROUTE_THROTTLE},
	{POST, "/occupations/:id/retire", PERM_STANDARD_EDIT, retire, NULL, "停用职业",
		reason_fields, "/occupations/:id"},
	{POST, "/occupations/:id/restore", PERM_STANDARD_EDIT, restore, NULL, "恢复职业",
		reason_fields, "/occupations/:id"},
	{0},
};
