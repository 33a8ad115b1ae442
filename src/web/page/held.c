/* Certificates that others issued: recorded singly or by sheet, checked by another. */
#include <inttypes.h>

#include "base/ident_explain.h"
#include "doc/held_sheet.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "query/enrolment.h"
#include "web/choices.h"
#include "web/page/held.h"
#include "web/page/import.h"
#include "web/page/page.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {{"claimed", "待核验"}, {"accepted", "已核验"},
	{"refused", "核验不实"}, {0}};

static const struct field filters[] = {
	{"number", FIELD_TEXT, "证书编号", .max = 30},
	{"name", FIELD_TEXT, "姓名", .max = 60},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

#define HELD_FIELDS \
	{"number", FIELD_TEXT, "证书编号", \
		.help = "22 位，旧版职业资格证书 16 位，上海 13 位。", .max = 40, \
		.flags = FIELD_REQUIRED}, \
	{"occupation_id", FIELD_CHOICE, "职业", .help = "现行大典中没有的，不选，在下一栏填写。"}, \
	{"occupation", FIELD_TEXT, "证书上的职业名称", .max = 60}, \
	{"work_type", FIELD_TEXT, "工种", .max = 60}, \
	{"grade", FIELD_CHOICE, "等级", .help = "可由编号读出的不必选。", \
	.choices = grade_choices}, \
	{"issued_on", FIELD_DATE, "发证日期", .flags = FIELD_REQUIRED}, \
	{"issuer", FIELD_TEXT, "发证机构", .max = 100, .flags = FIELD_REQUIRED | FIELD_WIDE}

static const struct field new_fields[] = {
	{"name", FIELD_TEXT, "姓名", .max = 30, .flags = FIELD_REQUIRED},
	{"idno", FIELD_IDNO, "证件号码", .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	HELD_FIELDS,
	{0},
};

static const struct field add_fields[] = {HELD_FIELDS, {0}};

static const struct choice decisions[] = {{"accept", "核验属实"}, {"refuse", "核验不实"}, {0}};

static const struct field check_fields[] = {
	{"decision", FIELD_CHOICE, "结论", .choices = decisions, .flags = FIELD_REQUIRED},
	{"against", FIELD_CHOICE, "核验依据", .choices = held_proofs, .flags = FIELD_REQUIRED},
	{"reason", FIELD_AREA, "说明", .help = "核验不实的，写明哪里不符；改变原结论的，写明理由。",
		.max = 500, .flags = FIELD_WIDE},
	{0},
};

static const struct field occupation_fields[] = {
	{"occupation_id", FIELD_CHOICE, "对应现行大典的职业", .flags = FIELD_REQUIRED},
	{0},
};

static const struct import_page sheets = {.room = &held_sheets, .words = {
	.base = "/held-imports", .noun = "证书", .unit = "本",
	.what = "登记后由另一人逐本核验；核验前按本人申报计入申报条件。"},
	.back = "/held-imports", .back_label = "批量导入", .perm = PERM_HELD_EDIT};

static int list(struct req *rq)
{
	struct q_held_list_rows rows;
	struct certno no;
	int64_t count;
	const char *number = in_text(rq->in, "number"), *state = in_text(rq->in, "state"),
		*name = in_text(rq->in, "name");
	if (ident_certno(str_of(number), &no, NULL) == 0)
		number = arena_dup(rq->cx->arena, no.text);
	rq_states(rq, &held_flow);
	int r = q_held_list(rq->cx->db, &rows, .scope = rq->cx->scope, .number = number,
		.state = state, .name = name, .page = rq_page(rq));
	if (r >= 0)
		r = q_held_list_count(rq->cx->db, &count, .scope = rq->cx->scope, .number = number,
			.state = state, .name = name, .page = {.limit = COUNT_CAP});
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_HELD_EDIT));
	return r < 0 ? ctx_pass(rq->cx, r)
		: rq_list(rq, &q_held_list_desc, rows.at, rows.n, count);
}

static struct held_in read_held(struct req *rq)
{
	struct held_in in = {.number = in_text(rq->in, "number"), .label = "",
		.occupation_name = in_text(rq->in, "occupation"),
		.work_type_name = in_text(rq->in, "work_type"),
		.issuer = in_text(rq->in, "issuer"),
		.issued_on = in_int(rq->in, "issued_on"),
		.grade = grade_of(in_text(rq->in, "grade"))};
	(void)str_to_i64(str_of(in_text(rq->in, "occupation_id")), &in.occupation_id);
	return in;
}

static int new_show(struct req *rq)
{
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "form", new_fields, "/held", "登记", NULL);
	view_text(rq, "back", "/held");
	view_text(rq, "who", "");
	return 0;
}

static int to_held(struct req *rq, int64_t person_id, int64_t id)
{
	rq_flash(rq, "held.recorded");
	return rq_redirect(rq, "/held/%lld/%lld", (long long)person_id, (long long)id);
}

static int record(struct req *rq)
{
	int64_t person_id, id;
	struct held_in in = read_held(rq);
	struct person_in person = {.name = in_text(rq->in, "name"),
		.idno = in_text(rq->in, "idno"), .region = ""};
	int r = held_record(rq->cx, &person, &in, &person_id, &id);
	return r < 0 ? r : to_held(rq, person_id, id);
}

/* On the page of somebody who enrolled: the enrolment must be one of the actor's own scope. */
static int add_show(struct req *rq)
{
	struct q_enrolment_find e;
	int r = enrolment_get(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &e);
	if (r < 0)
		return r;
	const char *back = text_of(rq->cx, "/enrolments/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id"));
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "form", add_fields, text_of(rq->cx, "%s/held", back), "登记", NULL);
	view_text(rq, "back", back);
	view_text(rq, "who", e.name);
	return 0;
}

static int add(struct req *rq)
{
	struct q_enrolment_find e;
	int64_t id, person_id = rq_id(rq, "person");
	struct held_in in = read_held(rq);
	int r = enrolment_get(rq->cx, person_id, rq_id(rq, "id"), &e);
	if (r == 0)
		r = held_add(rq->cx, person_id, &in, &id);
	return r < 0 ? r : to_held(rq, person_id, id);
}

int held_rows(struct req *rq, int64_t person_id, json_t **ret_rows)
{
	struct q_held_of_person_rows rows;
	int r = q_held_of_person(rq->cx->db, &rows, .person_id = person_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_held_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		const char *against = rows.at[i].checked_against;
		view_state(row, &held_flow, rows.at[i].state);
		json_object_set_new(row, "source_label",
			json_string(choice_label(held_sources, rows.at[i].source)));
		json_object_set_new(row, "against_label",
			json_string(*against ? choice_label(held_proofs, against) : ""));
		json_object_set_new(row, "is_own", json_boolean(
			streq(rows.at[i].source, "declared") &&
			streq(rows.at[i].state, "claimed")));
	}
	*ret_rows = list;
	return 0;
}

static json_t *parts_of(struct req *rq, const char *number)
{
	json_t *list = json_array();
	struct ident_report report = ident_explain(rq->cx->arena, IDENT_CERTNO, str_of(number),
		ctx_today(rq->cx));
	for (size_t i = 0; i < report.n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "part",
			report.lines[i].part, "value", report.lines[i].value, "meaning",
			report.lines[i].meaning));
	return list;
}

static void put_forms(struct req *rq, const struct q_held_find *row, const char *base)
{
	bool own = row->created_by && row->created_by == rq->cx->actor.account_id;
	bool may = ctx_may(rq->cx, PERM_HELD_CHECK);
	view_flag(rq, "is_claimed", streq(row->state, "claimed"));
	view_flag(rq, "may_check", may && !own);
	view_flag(rq, "is_own_record", own && streq(row->state, "claimed"));
	view_form(rq, "check_form", check_fields, text_of(rq->cx, "%s/check", base), "记录结论",
		NULL);
	view_flag(rq, "may_map", may && !row->occupation_id && !streq(row->state, "refused"));
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "occupation_form", occupation_fields, text_of(rq->cx, "%s/occupation", base),
		"保存", NULL);
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = held_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_held_find *row = subject.row;
	const char *base = text_of(rq->cx, "/held/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id"));
	json_t *held = view_row(rq, &q_held_find_desc, row);
	json_object_set_new(held, "source_label",
		json_string(choice_label(held_sources, row->source)));
	json_object_set_new(held, "against_label", json_string(
		*row->checked_against ? choice_label(held_proofs, row->checked_against) : ""));
	view_set(rq, "held", held);
	view_text(rq, "title", text_of(rq->cx, "%s %s", row->name, row->number));
	view_set(rq, "parts", is_blank(row->number) ? json_array() : parts_of(rq, row->number));
	put_forms(rq, row, base);
	return view_flow(rq, &held_flow, &subject, "%s/flow", base);
}

static int back_to(struct req *rq)
{
	return rq_redirect(rq, "/held/%s/%s", rq_param(rq, "person"), rq_param(rq, "id"));
}

static int check(struct req *rq)
{
	int r = held_decide(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		streq(in_text(rq->in, "decision"), "accept"), in_text(rq->in, "against"),
		in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "held.decided");
	return back_to(rq);
}

static int map(struct req *rq)
{
	int64_t occupation_id = 0;
	(void)str_to_i64(str_of(in_text(rq->in, "occupation_id")), &occupation_id);
	int r = held_set_occupation(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), occupation_id);
	return r < 0 ? r : back_to(rq);
}

static int imports(struct req *rq)
{
	return import_page_list(rq, &sheets, 0, "/held-imports");
}

static int upload(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	int64_t id;
	int r = held_upload(rq->cx, file->filename, file->bytes, true, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "held.uploaded");
	return rq_redirect(rq, "/held-imports/%lld", (long long)id);
}

static int template(struct req *rq)
{
	struct str bytes;
	int r = held_sheet_template(rq->cx, &bytes);
	return r < 0 ? r : rq_bytes(rq, sheet_mime, "已有证书模板.xlsx", bytes);
}

static int import_show(struct req *rq)
{
	struct q_sheet_import_find import;
	int r = sheet_import_get(rq->cx, &held_sheets, rq_id(rq, "id"), &import);
	return r < 0 ? r : import_page_show(rq, &sheets, &import);
}

static int confirm(struct req *rq)
{
	int64_t job_id;
	int r = held_confirm(rq->cx, rq_id(rq, "id"), &job_id);
	if (r < 0)
		return r;
	rq_flash(rq, "held.confirmed");
	return rq_redirect(rq, "/held-imports/%s", rq_param(rq, "id"));
}

static int import_act_step(struct req *rq)
{
	int r = held_act(rq->cx, rq_id(rq, "id"), in_text(rq->in, "act"));
	return r < 0 ? r : rq_redirect(rq, "/held-imports/%s", rq_param(rq, "id"));
}

static int annotated(struct req *rq)
{
	struct q_sheet_import_find import;
	struct str bytes;
	int r = sheet_import_get(rq->cx, &held_sheets, rq_id(rq, "id"), &import);
	if (r < 0 || (r = held_sheet_annotated(rq->cx, import.id, &bytes)) < 0)
		return r;
	return rq_bytes(rq, sheet_mime, text_of(rq->cx, "审核结果-%s.xlsx", import.name), bytes);
}

const struct route routes_held[] = {
	{GET, "/held", PERM_HELD_READ, list, "held/list", "已有证书", filters,
		.flags = ROUTE_LIST},
	{GET, "/held/new", PERM_HELD_EDIT, new_show, "held/new", "登记已有证书"},
	{POST, "/held", PERM_HELD_EDIT, record, NULL, "登记已有证书", new_fields,
		.form = "/held/new"},
	{GET, "/enrolments/:person/:id/held", PERM_HELD_EDIT, add_show, "held/new",
		"登记考生的已有证书"},
	{POST, "/enrolments/:person/:id/held", PERM_HELD_EDIT, add, NULL, "登记考生的已有证书",
		add_fields, .form = "/enrolments/:person/:id/held"},
	{GET, "/held/:person/:id", PERM_HELD_READ, show, "held/show", "已有证书"},
	{POST, "/held/:person/:id/check", PERM_HELD_CHECK, check, NULL, "核验已有证书",
		check_fields, .form = "/held/:person/:id"},
	{POST, "/held/:person/:id/occupation", PERM_HELD_CHECK, map, NULL, "对应职业",
		occupation_fields, .form = "/held/:person/:id"},
	{GET, "/held-imports", PERM_HELD_EDIT, imports, "held/imports", "批量导入已有证书"},
	{POST, "/held-imports", PERM_HELD_EDIT, upload, NULL, "上传已有证书表",
		import_file_fields, .form = "/held-imports", .flags = ROUTE_BIG},
	{GET, "/held-imports/template", PERM_HELD_EDIT, template, NULL, "已有证书模板",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/held-imports/:id", PERM_HELD_EDIT, import_show, "import/show", "批量导入已有证书",
		import_row_filters, .flags = ROUTE_LIST},
	{POST, "/held-imports/:id/confirm", PERM_HELD_EDIT, confirm, NULL, "导入已有证书",
		.form = "/held-imports/:id"},
	{POST, "/held-imports/:id/act", PERM_HELD_EDIT, import_act_step, NULL,
		"继续或放弃导入已有证书", import_act_fields, .form = "/held-imports/:id"},
	{GET, "/held-imports/:id/sheet", PERM_HELD_EDIT, annotated, NULL, "下载审核结果",
		.audit = "下载已有证书审核结果", .flags = ROUTE_DOWNLOAD},
	{0},
};

static int find_claimed(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_held_list_rows rows;
	int r = q_held_list(cx->db, &rows, .scope = cx->scope, .state = "claimed",
		.page = {.limit = TODO_ROWS, .sort = "oldest"});
	if (r >= 0)
		r = q_held_list_count(cx->db, ret_count, .scope = cx->scope, .state = "claimed",
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		items[i] = (struct todo_item){.title = text_of(cx, "%s %s%s", rows.at[i].name,
			rows.at[i].occupation_name, grade_label(rows.at[i].grade)),
			.note = rows.at[i].number, .since_at = rows.at[i].created_at,
			.url = text_of(cx, "/held/%" PRId64 "/%" PRId64, rows.at[i].person_id,
				rows.at[i].id)};
	*ret_n = rows.n;
	return 0;
}

const struct todo_source todo_held[] = {
	{"待核验的已有证书", "/held?state=claimed", PERM_HELD_CHECK, find_claimed},
	{0},
};
