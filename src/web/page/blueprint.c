/* Blueprints: list, a new one, its wishes row by row, assembling by it. */
#include <inttypes.h>
#include <string.h>

#include "domain/exam/bank.h"
#include "domain/exam/paper.h"
#include "query/bank.h"
#include "web/choices.h"
#include "web/page/bank.h"
#include "web/page/page.h"
#include "web/page/paper.h"

enum { COUNT_CAP = 1001 };

const struct choice paper_kind_choices[] = {{"true_false", "判断题"}, {"single", "单项选择题"},
	{"multiple", "多项选择题"}, {"numeric", "计算填空题"}, {"text", "填空题"},
	{"order", "排序题"}, {"match", "匹配题"}, {"essay", "简答论述题"}, {0}};

static const struct choice wish_kinds[] = {{"items", "题数"}, {"points", "分值"},
	{"must", "必用试题"}, {"never", "不用试题"}, {0}};

static int blueprint_list(struct req *rq)
{
	struct q_blueprint_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	int r = q_blueprint_list(cx->db, &rows, .scope = cx->scope, .page = rq_page(rq));
	if (r >= 0)
		r = q_blueprint_list_count(cx->db, &count, .scope = cx->scope,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_flag(rq, "may_create", ctx_may(cx, PERM_PAPER_EDIT));
	return rq_list(rq, &q_blueprint_list_desc, rows.at, rows.n, count);
}

static const struct field new_fields[] = {
	{"bank_id", FIELD_CHOICE, "题库", .help = "本机构的题库，或上级人社部门开放的题库。",
		.flags = FIELD_REQUIRED},
	{"title", FIELD_TEXT, "方案名称", .example = "电工四级理论知识组卷方案", .max = 80,
		.flags = FIELD_REQUIRED},
	{0},
};

static const struct choice *bank_choices(struct req *rq)
{
	struct q_blueprint_banks_rows rows;
	struct ctx *cx = rq->cx;
	if (q_blueprint_banks(cx->db, &rows, .body_id = cx->actor.body_id,
		.region = cx->actor.region) < 0)
		rows.n = 0;
	struct choice *list = arena_array(cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].id),
			text_of(cx, "%s%s", rows.at[i].title,
				rows.at[i].body_id ? "" : "（人社部门题库）")};
	return list;
}

static int blueprint_new(struct req *rq)
{
	view_choices(rq, "bank_id", bank_choices(rq));
	view_form(rq, "form", new_fields, "/blueprints/new", "建立方案", NULL);
	return 0;
}

static int blueprint_add(struct req *rq)
{
	int64_t id;
	int r = blueprint_create(rq->cx, in_choice(rq->in, "bank_id"), in_text(rq->in, "title"),
		&id);
	return r < 0 ? r : rq_redirect(rq, "/blueprints/%" PRId64, id);
}

/* ---- one blueprint ---- */

static const struct field edit_fields[] = {
	{"title", FIELD_TEXT, "方案名称", .max = 80, .flags = FIELD_REQUIRED},
	{"forms", FIELD_INT, "套卷数", .unit = "套", .min = 1, .max = ASSEMBLE_FORMS_MAX,
		.flags = FIELD_REQUIRED},
	{"overlap", FIELD_INT, "任意两套卷相同试题不多于", .unit = "题", .min = 0, .max = 300,
		.help = "必用试题不计在内。"},
	{"target_permille", FIELD_INT, "难度目标（预期得分率）", .unit = "‰", .min = 0,
		.max = 1000, .help = "不填或填 0 为不限。"},
	{"slack_permille", FIELD_INT, "难度允许偏差", .unit = "‰", .min = 0, .max = 500},
	{"apart_centi", FIELD_SCORE, "各套卷预期平均分之差不大于", .unit = "分"},
	{"spread_permille", FIELD_INT, "各套卷分数标准差之差不大于", .unit = "‰", .min = 1,
		.max = 500},
	{"exposure_limit", FIELD_INT, "只用曝光少于", .unit = "人次", .min = 0, .max = 10000000,
		.help = "不填或填 0 为不限。"},
	{"rest_months", FIELD_INT, "本机构未使用的时间", .unit = "个月", .min = 0, .max = 60,
		.help = "这段时间内本机构用过的试题不再使用；不填或填 0 为不限。"},
	{"note", FIELD_AREA, "说明", .max = 500, .flags = FIELD_WIDE},
	{0},
};

#define SECTION(code, label) \
	{"items_" code, FIELD_INT, label "题数", .unit = "题", .min = 0, .max = 300}, \
	{"score_" code, FIELD_SCORE, label "每题分值", .unit = "分"}
static const struct field section_fields[] = {
	SECTION("true_false", "判断题"), SECTION("single", "单项选择题"),
	SECTION("multiple", "多项选择题"), SECTION("numeric", "计算填空题"),
	SECTION("text", "填空题"), SECTION("order", "排序题"), SECTION("match", "匹配题"),
	SECTION("essay", "简答论述题"), {0},
};

static const struct field wish_fields[] = {
	{"wish_kind", FIELD_CHOICE, "要求", .choices = wish_kinds, .flags = FIELD_REQUIRED},
	{"point_id", FIELD_CHOICE, "鉴定范围或鉴定点", .help = "不选即全卷。"},
	{"item_kind", FIELD_CHOICE, "题型", .choices = paper_kind_choices,
		.help = "不选即所有题型。"},
	{"facility_from", FIELD_INT, "难度系数（得分率）不低于", .unit = "‰", .min = 0, .max = 999},
	{"facility_to", FIELD_INT, "难度系数（得分率）低于", .unit = "‰", .min = 0, .max = 1000,
		.help = "用于限定易、中、难题的数量；不填为不限。"},
	{"least", FIELD_SCORE, "下限", .unit = "题或分"},
	{"most", FIELD_SCORE, "上限", .unit = "题或分"},
	{"item_no", FIELD_INT, "题库题号", .min = 1, .max = 1000000,
		.help = "只在“必用试题”“不用试题”时填写。"},
	{0},
};

static const struct field weight_fields[] = {
	{"slack", FIELD_INT, "允许偏差", .unit = "‰（占全卷）", .min = 0, .max = 500,
		.flags = FIELD_REQUIRED},
	{0},
};

static const struct field assemble_fields[] = {
	{"title", FIELD_TEXT, "套卷名称", .example = "2026年第三批电工四级理论试卷", .max = 80,
		.flags = FIELD_REQUIRED},
	{0},
};

static json_t *number(struct ctx *cx, int64_t centi)
{
	return json_string(centi < 0 ? "" : text_of(cx, "%g", (double)centi / 100));
}

static const struct choice *point_choices(struct req *rq, int64_t bank_id)
{
	struct q_bank_point_of_rows rows;
	if (q_bank_point_of(rq->cx->db, &rows, .bank_id = bank_id) < 0)
		rows.n = 0;
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%" PRId64, rows.at[i].id),
			text_of(rq->cx, "%s %s", rows.at[i].code, rows.at[i].title)};
	return list;
}

static const char *bounds(struct ctx *cx, int64_t least, int64_t most, const char *unit)
{
	if (least == most)
		return text_of(cx, "%g %s", (double)least / 100, unit);
	if (most < 0)
		return text_of(cx, "不少于 %g %s", (double)least / 100, unit);
	if (least <= 0)
		return text_of(cx, "不多于 %g %s", (double)most / 100, unit);
	return text_of(cx, "%g～%g %s", (double)least / 100, (double)most / 100, unit);
}

static json_t *wish_row(struct req *rq, const struct q_blueprint_wishes *w)
{
	struct ctx *cx = rq->cx;
	bool is_item = streq(w->wish_kind, "must") || streq(w->wish_kind, "never");
	const char *what = w->point_id ? text_of(cx, "%s %s", w->point_code,
		w->point_title) : "全卷";
	const char *band = w->facility_from || w->facility_to ? text_of(cx, "%g～%g",
		(double)w->facility_from / 1000, (double)w->facility_to / 1000) : "";
	if (is_item)
		what = text_of(cx, "第 %" PRId64 " 号题", w->item_no);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", text_of(cx, "%" PRId64, w->id),
		"kind_label", choice_label(wish_kinds, w->wish_kind), "what", what, "item_kind",
		*w->item_kind ? choice_label(paper_kind_choices, w->item_kind) : "", "band", band,
		"text", is_item ? "" : bounds(cx, w->least_centi, w->most_centi,
		streq(w->wish_kind, "points") ? "分" : "题"));
}

static int put_rows(struct req *rq, const struct q_blueprint_find *p, json_t *sections_preset)
{
	struct q_blueprint_sections_rows s;
	struct q_blueprint_wishes_rows w;
	struct q_blueprint_versions_rows v;
	struct ctx *cx = rq->cx;
	int64_t items = 0, score = 0;
	int r = q_blueprint_sections(cx->db, &s, .blueprint_id = p->id,
		.version_no = p->version_no);
	if (r >= 0)
		r = q_blueprint_wishes(cx->db, &w, .blueprint_id = p->id,
			.version_no = p->version_no);
	if (r >= 0)
		r = q_blueprint_versions(cx->db, &v, .blueprint_id = p->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *sections = json_array(), *wishes = json_array();
	for (size_t i = 0; i < s.n; i++) {
		const char *kind = s.at[i].item_kind;
		items += s.at[i].items;
		score += s.at[i].items * s.at[i].score_centi;
		json_object_set_new(sections_preset, text_of(cx, "items_%s", kind),
			json_integer(s.at[i].items));
		json_object_set_new(sections_preset, text_of(cx, "score_%s", kind),
			number(cx, s.at[i].score_centi));
		json_array_append_new(sections, json_pack("{s:s, s:I, s:o, s:o}", "label",
			choice_label(paper_kind_choices, kind), "items", (json_int_t)s.at[i].items,
			"each", number(cx, s.at[i].score_centi), "sum",
			number(cx, s.at[i].items * s.at[i].score_centi)));
	}
	for (size_t i = 0; i < w.n; i++)
		json_array_append_new(wishes, wish_row(rq, &w.at[i]));
	view_set(rq, "sections", sections);
	view_set(rq, "wishes", wishes);
	view_set(rq, "versions", view_rows(rq, &q_blueprint_versions_desc, v.at, v.n));
	view_int(rq, "items", items);
	view_set(rq, "score", number(cx, score));
	return 0;
}

static void put_forms(struct req *rq, const struct q_blueprint_find *p, json_t *sections)
{
	struct ctx *cx = rq->cx;
	const char *at = text_of(cx, "/blueprints/%" PRId64, p->id);
	view_choices(rq, "point_id", point_choices(rq, p->bank_id));
	view_form(rq, "edit_form", edit_fields, text_of(cx, "%s/edit", at), "保存",
		json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:s}", "title", p->title,
		"forms", (json_int_t)p->n_forms, "overlap", (json_int_t)p->overlap,
		"target_permille",
		(json_int_t)p->target_permille, "slack_permille", (json_int_t)p->slack_permille,
		"apart_centi", number(cx, p->apart_centi), "spread_permille",
		(json_int_t)p->spread_permille, "exposure_limit", (json_int_t)p->exposure_limit,
		"rest_months", (json_int_t)p->rest_months, "note", p->note));
	view_form(rq, "section_form", section_fields, text_of(cx, "%s/sections", at),
		"保存题型与分值", sections);
	view_form(rq, "wish_form", wish_fields, text_of(cx, "%s/wishes", at), "加入", NULL);
	view_form(rq, "weight_form", weight_fields, text_of(cx, "%s/weights", at), "按细目表填入",
		json_pack("{s:i}", "slack", 30));
	view_form(rq, "assemble_form", assemble_fields, text_of(cx, "%s/assemble", at), "开始组卷",
		NULL);
}

static int blueprint_show(struct req *rq)
{
	struct q_blueprint_find p;
	struct ctx *cx = rq->cx;
	json_t *sections = json_object();
	int r = blueprint_get(cx, rq_id(rq, "id"), &p);
	if (r >= 0)
		r = put_rows(rq, &p, sections);
	if (r < 0) {
		json_decref(sections);
		return r;
	}
	json_t *row = view_row(rq, &q_blueprint_find_desc, &p);
	json_object_set_new(row, "target_text", json_string(p.target_permille ? text_of(cx, "%g±%g",
		(double)p.target_permille / 1000, (double)p.slack_permille / 1000) : "不限"));
	json_object_set_new(row, "spread_text", json_string(text_of(cx, "%g%%",
		(double)p.spread_permille / 10)));
	view_set(rq, "blueprint", row);
	view_text(rq, "title", p.title);
	view_flag(rq, "may_edit", bank_is_own(cx, p.body_id, p.region)
		&& ctx_may(cx, PERM_PAPER_EDIT));
	put_forms(rq, &p, sections);
	return 0;
}

static int back(struct req *rq, int r)
{
	return r < 0 ? r : rq_redirect(rq, "/blueprints/%s", rq_param(rq, "id"));
}

static int edit(struct req *rq)
{
	struct blueprint_in in = {.title = in_text(rq->in, "title"),
		.note = in_text(rq->in, "note"),
		.forms = in_int(rq->in, "forms"), .overlap = in_int(rq->in, "overlap"),
		.target_permille = in_int(rq->in, "target_permille"),
		.slack_permille = in_int(rq->in, "slack_permille"),
		.apart_centi = in_int(rq->in, "apart_centi"),
		.spread_permille = in_int(rq->in, "spread_permille"),
		.exposure_limit = in_int(rq->in, "exposure_limit"),
		.rest_months = in_int(rq->in, "rest_months")};
	int r = blueprint_edit(rq->cx, rq_id(rq, "id"), &in);
	if (r >= 0)
		rq_flash(rq, "paper.saved");
	return back(rq, r);
}

static int sections_put(struct req *rq)
{
	struct section_in in[ITEM_KINDS];
	size_t n = 0;
	for (const struct choice *k = paper_kind_choices; k->code; k++)
		in[n++] = (struct section_in){item_kind_of(k->code),
			in_int(rq->in, text_of(rq->cx, "items_%s", k->code)),
			in_int(rq->in, text_of(rq->cx, "score_%s", k->code))};
	int r = blueprint_sections_set(rq->cx, rq_id(rq, "id"), in, n);
	if (r >= 0)
		rq_flash(rq, "paper.sections_saved");
	return back(rq, r);
}

static int wish_add(struct req *rq)
{
	struct wish_in in = {.wish_kind = in_text(rq->in, "wish_kind"),
		.point_id = in_choice(rq->in, "point_id"),
			.item_kind = in_text(rq->in, "item_kind"),
		.facility_from = in_int(rq->in, "facility_from"),
		.facility_to = in_int(rq->in, "facility_to"),
		.least_centi = in_has(rq->in, "least") ? in_int(rq->in, "least") : -1,
		.most_centi = in_has(rq->in, "most") ? in_int(rq->in, "most") : -1,
		.item_no = in_int(rq->in, "item_no")};
	if (in.facility_from && !in.facility_to)
		in.facility_to = 1000;
	int r = blueprint_wish_add(rq->cx, rq_id(rq, "id"), &in);
	if (r >= 0)
		rq_flash(rq, "paper.wish_added");
	return back(rq, r);
}

static int wish_drop(struct req *rq)
{
	return back(rq, blueprint_wish_drop(rq->cx, rq_id(rq, "id"), rq_id(rq, "wish")));
}

static int weights_put(struct req *rq)
{
	return back(rq, blueprint_weights(rq->cx, rq_id(rq, "id"), in_int(rq->in, "slack")));
}

static int assemble_start(struct req *rq)
{
	int64_t id;
	int r = paper_create(rq->cx, rq_id(rq, "id"), in_text(rq->in, "title"), 0, &id);
	return r < 0 ? r : rq_redirect(rq, "/papers/%" PRId64, id);
}

const struct route routes_blueprint[] = {
	{GET, "/blueprints", PERM_PAPER_READ, blueprint_list, "blueprint/list", "组卷方案",
		.flags = ROUTE_LIST},
	{GET, "/blueprints/new", PERM_PAPER_EDIT, blueprint_new, "blueprint/new", "新建组卷方案"},
	{POST, "/blueprints/new", PERM_PAPER_EDIT, blueprint_add, NULL, "新建组卷方案", new_fields,
		.form = "/blueprints/new"},
	{GET, "/blueprints/:id", PERM_PAPER_READ, blueprint_show, "blueprint/show", "组卷方案"},
	{POST, "/blueprints/:id/edit", PERM_PAPER_EDIT, edit, NULL, "修改组卷方案", edit_fields,
		.form = "/blueprints/:id"},
	{POST, "/blueprints/:id/sections", PERM_PAPER_EDIT, sections_put, NULL, "设置题型与分值",
		section_fields, .form = "/blueprints/:id"},
	{POST, "/blueprints/:id/wishes", PERM_PAPER_EDIT, wish_add, NULL, "加入组卷要求",
		wish_fields, .form = "/blueprints/:id"},
	{POST, "/blueprints/:id/wishes/:wish/drop", PERM_PAPER_EDIT, wish_drop, NULL,
		"删去组卷要求", .form = "/blueprints/:id"},
	{POST, "/blueprints/:id/weights", PERM_PAPER_EDIT, weights_put, NULL, "按细目表填入比重",
		weight_fields, .form = "/blueprints/:id"},
	{POST, "/blueprints/:id/assemble", PERM_PAPER_EDIT, assemble_start, NULL, "组卷",
		assemble_fields, .form = "/blueprints/:id"},
	{0},
};
