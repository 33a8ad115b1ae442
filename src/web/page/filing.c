/* Filings: put together by the body, checked and decided by the authority. */
#include <string.h>

#include "core/file.h"
#include "domain/registry/filing.h"
#include "domain/registry/registry.h"
#include "query/registry.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/scope_view.h"

enum { COUNT_CAP = 1001 };

static const struct choice kind_choices[] = {{"initial", "首次备案"}, {"extension", "增项"},
	{"change", "变更"}, {"renewal", "续期"}, {"withdrawal", "注销"}, {0}};

static const struct choice state_choices[] = {{"draft", "草稿"}, {"submitted", "待形式审查"},
	{"returned", "退回补正"},
	{"accepted", "待实地核查"}, {"site", "待专家评审"}, {"reviewed", "待公示"},
		{"publicity", "公示中"},
	{"filed", "已备案"}, {"refused", "不予备案"}, {"withdrawn", "已撤回"}, {0}};

static const struct field filing_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"filing_kind", FIELD_CHOICE, "备案类别", .choices = kind_choices},
	{0},
};

static void add_kinds(json_t *row)
{
	const char *kind = json_string_value(json_object_get(row, "filing_kind"));
	const char *body = json_string_value(json_object_get(row, "body_kind"));
	json_object_set_new(row, "filing_kind_label",
		json_string(choice_label(kind_choices, kind)));
	json_object_set_new(row, "body_kind_label",
		json_string(choice_label(body_kind_choices, body)));
}

static int filing_list(struct req *rq)
{
	struct q_filing_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state"), *kind = in_text(rq->in, "filing_kind");
	rq_states(rq, &filing_flow);
	int r = q_filing_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.filing_kind = kind, .page = rq_page(rq));
	if (r >= 0)
		r = q_filing_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.filing_kind = kind, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_filing_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(json_object_get(json_object_get(rq->view, "list"), "rows"), i, row)
		add_kinds(row);
	view_flag(rq, "may_create", ctx_may(cx, PERM_FILING_EDIT));
	return r;
}

static const struct field new_fields[] = {
	{"filing_kind", FIELD_CHOICE, "备案类别", .choices = kind_choices, .flags = FIELD_REQUIRED},
	{"note", FIELD_AREA, "说明", .help = "简要说明申请事项和理由。", .max = 2000,
		.flags = FIELD_WIDE},
	{"new_name", FIELD_TEXT, "变更后的机构名称", .help = "只在变更时填写，不变的留空。",
		.max = 100},
	{"new_legal_person", FIELD_TEXT, "变更后的法定代表人", .max = 60},
	{"new_address", FIELD_TEXT, "变更后的地址", .max = 200},
	{0},
};

static int filing_new(struct req *rq)
{
	view_form(rq, "form", new_fields, "/filings/new", "建立备案", NULL);
	return 0;
}

static const char *change_text(struct req *rq)
{
	static const char *const names[][2] = {
		{"new_name", "name"}, {"new_legal_person", "legal_person"},
			{"new_address", "address"}};
	const char *text = "";
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (in_has(rq->in, names[i][0]))
			text = text_of(rq->cx, "%s%s=%s\n", text, names[i][1],
				in_text(rq->in, names[i][0]));
	return text;
}

static int filing_start(struct req *rq)
{
	int64_t id;
	int r = filing_create(rq->cx, rq->cx->actor.body_id, in_text(rq->in, "filing_kind"),
		in_text(rq->in, "note"), change_text(rq), &id);
	return r < 0 ? r : rq_redirect(rq, "/filings/%lld", (long long)id);
}

static const struct field scope_fields[] = {
	{"occupation_id", FIELD_CHOICE, "职业", .flags = FIELD_REQUIRED},
	{"work_type_id", FIELD_CHOICE, "工种", .help = "不选即整个职业。"},
	{"grades", FIELD_IDS, "等级", .help = "专项职业能力不分等级，不用选。"},
	{"special_project_id", FIELD_CHOICE, "专项能力项目",
		.help = "只有专项职业能力考核机构填写。"},
	{0},
};

static const struct field attach_fields[] = {
	{"item", FIELD_CHOICE, "材料类别", .flags = FIELD_REQUIRED},
	{"file", FIELD_FILE, "文件", .help = "PDF、JPEG、PNG 或表格，每个不超过 20 MB。",
		.max = FILE_MAX, .kinds = "pdf jpg png xlsx csv", .flags = FIELD_REQUIRED},
	{0},
};

static const struct choice verdict_choices[] = {{"good", "符合"}, {"mend", "需补正"},
	{"bad", "不符合"}, {0}};

static const struct field check_fields[] = {
	{"item", FIELD_TEXT, "审查要点", .example = "场地设备清单", .max = 100,
		.flags = FIELD_REQUIRED},
	{"verdict", FIELD_CHOICE, "意见", .choices = verdict_choices, .flags = FIELD_REQUIRED},
	{"note", FIELD_AREA, "说明", .help = "需补正或不符合时，写明问题和补正方法。", .max = 2000,
		.flags = FIELD_WIDE},
	{0},
};

static const struct choice *item_choices(struct req *rq, const char *body_kind)
{
	struct choice *list = arena_array(rq->cx->arena, struct choice, 24);
	size_t n = 0;
	for (const struct filing_item *item = filing_items; item->code; item++)
		if (filing_item_applies(item, body_kind))
			list[n++] = (struct choice){item->code, item->label};
	return list;
}

static const char *item_label(const char *code)
{
	for (const struct filing_item *item = filing_items; item->code; item++)
		if (streq(item->code, code))
			return item->label;
	return code;
}

static int put_content(struct req *rq, const struct q_filing_find *f)
{
	struct q_filing_scope_of_rows scope;
	struct q_attachments_of_rows files;
	struct q_filing_checks_rows checks;
	int r = q_filing_scope_of(rq->cx->db, &scope, .filing_id = f->id);
	if (r >= 0)
		r = q_attachments_of(rq->cx->db, &files, .subject_id = f->id, .kind = "filing",
			.scope = rq->cx->scope);
	if (r >= 0)
		r = q_filing_checks(rq->cx->db, &checks, .filing_id = f->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rows = view_rows(rq, &q_filing_scope_of_desc, scope.at, scope.n);
	for (size_t i = 0; i < scope.n; i++)
		json_object_set_new(json_array_get(rows, i), "grades_text",
			json_string(grades_text(rq->cx, scope.at[i].grades)));
	view_set(rq, "scope", rows);
	rows = view_rows(rq, &q_attachments_of_desc, files.at, files.n);
	for (size_t i = 0; i < files.n; i++)
		json_object_update_new(json_array_get(rows, i), json_pack("{s:s, s:b}",
			"item_label", item_label(files.at[i].item), "may_drop",
			files.at[i].created_at > f->submitted_at));
	view_set(rq, "files", rows);
	rows = view_rows(rq, &q_filing_checks_desc, checks.at, checks.n);
	for (size_t i = 0; i < checks.n; i++)
		json_object_update_new(json_array_get(rows, i), json_pack("{s:s, s:s}",
			"item_label", item_label(checks.at[i].item), "verdict_label",
			choice_label(verdict_choices, checks.at[i].verdict)));
	view_set(rq, "checks", rows);
	return 0;
}

static int put_gaps(struct req *rq, int64_t id)
{
	const char **texts;
	size_t n;
	int r = filing_gaps(rq->cx, id, &texts, &n);
	if (r < 0)
		return r;
	json_t *gaps = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(gaps, json_pack("{s:s}", "text", texts[i]));
	view_set(rq, "gaps", gaps);
	view_flag(rq, "has_gaps", n > 0);
	return 0;
}

static const struct choice all_grades[] = {{"5", "五级/初级工"}, {"4", "四级/中级工"},
	{"3", "三级/高级工"}, {"2", "二级/技师"}, {"1", "一级/高级技师"}, {0}};

static void put_forms(struct req *rq, const struct q_filing_find *f)
{
	const char *id = rq_param(rq, "id");
	bool open = streq(f->state, "draft") || streq(f->state, "returned");
	bool checking = streq(f->state, "submitted") || streq(f->state,
		"accepted") || streq(f->state, "site");
	view_flag(rq, "may_edit", open && ctx_may(rq->cx, PERM_FILING_EDIT));
	view_flag(rq, "may_check", checking && ctx_may(rq->cx, PERM_FILING_REVIEW));
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_choices(rq, "work_type_id", choices_work_types(rq, 0));
	view_choices(rq, "special_project_id", choices_projects(rq));
	view_choices(rq, "grades", all_grades);
	view_choices(rq, "item", item_choices(rq, f->body_kind));
	view_form(rq, "scope_form", scope_fields, text_of(rq->cx, "/filings/%s/scope", id),
		"加入评价范围", NULL);
	view_form(rq, "attach_form", attach_fields, text_of(rq->cx, "/filings/%s/files", id),
		"上传材料", NULL);
	view_form(rq, "check_form", check_fields, text_of(rq->cx, "/filings/%s/checks", id),
		"记录意见", NULL);
}

static int filing_show(struct req *rq)
{
	struct flow_subject subject;
	int64_t id = rq_id(rq, "id");
	int r = filing_flow.load(rq->cx, 0, id, &subject);
	if (r < 0 || (r = put_content(rq, subject.row)) < 0)
		return r;
	const struct q_filing_find *f = subject.row;
	json_t *row = view_row(rq, &q_filing_find_desc, f);
	add_kinds(row);
	json_object_set_new(row, "change_words",
		json_string(filing_change_words(rq->cx, f->change_text)));
	json_object_set_new(row, "region_name", json_string(region_label(rq->cx, f->region)));
	view_set(rq, "filing", row);
	view_text(rq, "title", text_of(rq->cx, "%s · %s", f->body_name,
		choice_label(kind_choices, f->filing_kind)));
	put_forms(rq, f);
	bool open = streq(f->state, "draft") || streq(f->state, "returned");
	if (open && (r = put_gaps(rq, id)) < 0)
		return r;
	return view_flow(rq, &filing_flow, &subject, "/filings/%s/flow", rq_param(rq, "id"));
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/filings/%s", rq_param(rq, "id"));
}

static int64_t chosen(struct req *rq, const char *name)
{
	int64_t id = 0;
	(void)str_to_i64(str_of(in_text(rq->in, name)), &id);
	return id;
}

static int scope_add(struct req *rq)
{
	const int64_t *grades;
	size_t n = in_ids(rq->in, "grades", &grades);
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		if (grades[i] >= 1 && grades[i] <= 5)
			text = text_of(rq->cx, "%s%d", text, (int)grades[i]);
	int r = filing_scope_put(rq->cx, rq_id(rq, "id"), chosen(rq, "occupation_id"),
		chosen(rq, "work_type_id"), chosen(rq, "special_project_id"), text);
	return r < 0 ? r : back(rq);
}

static int scope_drop(struct req *rq)
{
	int r = filing_scope_drop(rq->cx, rq_id(rq, "id"), rq_id(rq, "item"));
	return r < 0 ? r : back(rq);
}

static int attach(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	int64_t id;
	int r = filing_attach(rq->cx, rq_id(rq, "id"), in_text(rq->in, "item"), file->filename,
		file->bytes, &id);
	return r < 0 ? r : back(rq);
}

static int detach(struct req *rq)
{
	int r = filing_detach(rq->cx, rq_id(rq, "id"), rq_id(rq, "file"));
	return r < 0 ? r : back(rq);
}

static int check(struct req *rq)
{
	int r = filing_check_put(rq->cx, rq_id(rq, "id"), in_text(rq->in, "item"),
		in_text(rq->in, "verdict"), in_text(rq->in, "note"));
	return r < 0 ? r : back(rq);
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &filing_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

static int file_download(struct req *rq)
{
	struct q_attachment_find attachment;
	struct file file;
	int r = q_attachment_find(rq->cx->db, &attachment, .id = rq_id(rq, "id"),
		.scope = rq->cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "filing.no_file");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = file_get(rq->cx, 0, attachment.file_id, &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, file.name, file.bytes);
}

const struct route routes_filing[] = {
	{GET, "/filings", PERM_FILING_READ, filing_list, "filing/list", "备案管理", filing_filters,
		.flags = ROUTE_LIST},
	{GET, "/filings/new", PERM_FILING_EDIT, filing_new, "filing/new", "新建备案"},
	{POST, "/filings/new", PERM_FILING_EDIT, filing_start, NULL, "新建备案", new_fields,
		.form = "/filings/new"},
	{GET, "/filings/:id", PERM_FILING_READ, filing_show, "filing/show", "备案"},
	{POST, "/filings/:id/scope", PERM_FILING_EDIT, scope_add, NULL, "加入评价范围",
		scope_fields, .form = "/filings/:id"},
	{POST, "/filings/:id/scope/:item/drop", PERM_FILING_EDIT, scope_drop, NULL, "移出评价范围",
		.form = "/filings/:id"},
	{POST, "/filings/:id/files", PERM_FILING_EDIT, attach, NULL, "上传材料", attach_fields,
		.form = "/filings/:id", .flags = ROUTE_BIG},
	{POST, "/filings/:id/files/:file/drop", PERM_FILING_EDIT, detach, NULL, "撤下材料",
		.form = "/filings/:id"},
	{POST, "/filings/:id/checks", PERM_FILING_REVIEW, check, NULL, "记录审查意见", check_fields,
		.form = "/filings/:id"},
	{POST, "/filings/:id/flow", PERM_FILING_READ, step, NULL, "办理备案", step_fields,
		.form = "/filings/:id"},
	{GET, "/attachments/:id", PERM_FILING_READ, file_download, NULL, "备案材料",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
