/* Results before the public: notices while they run, objections, their answers by receipt
 * number. */
#include "domain/evaluation/objection.h"

#include <inttypes.h>

#include "base/civil.h"

#include "core/message.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/result.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/page/page.h"

enum { COUNT_CAP = 10001 };

static const struct field notice_filters[] = {
	{"find", FIELD_TEXT, "评价机构", .max = 60},
	{0},
};

static int notices(struct req *rq)
{
	struct q_result_notices_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count, today = ctx_today(cx);
	const char *find = like_any(cx, in_text(rq->in, "find"));
	int r = q_result_notices_list(cx->db, &rows, .today = today, .find = find,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_result_notices_list_count(cx->db, &count, .today = today, .find = find,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	return rq_list(rq, &q_result_notices_list_desc, rows.at, rows.n, count);
}

static const struct field person_filters[] = {
	{"find", FIELD_TEXT, "姓名", .max = 60},
	{0},
};

static const struct field objection_fields[] = {
	{"name", FIELD_TEXT, "您的姓名", .max = 60, .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"phone", FIELD_PHONE, "联系电话", .help = "只用于核实和答复，加密保存，不公开。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"text", FIELD_AREA, "异议内容", .help = "写明对谁的哪一科成绩有异议、事实和理由。",
		.min = 5, .max = 2000, .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{0},
};

static int put_people(struct req *rq, const struct q_batch_find *batch)
{
	struct q_result_public_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *find = like_any(cx, in_text(rq->in, "find"));
	int r = q_result_public_list(cx->db, &rows, .batch_id = batch->id,
		.result_version = batch->result_version, .find = find, .page = rq_page(rq));
	if (r >= 0)
		r = q_result_public_list_count(cx->db, &count, .batch_id = batch->id,
			.result_version = batch->result_version, .find = find,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_result_public_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row)
	{
		bool ok = streq(json_string_value(json_object_get(row, "outcome")), "passed");
		json_object_set_new(row, "outcome_label", json_string(ok ? "合格" : "不合格"));
		json_object_set_new(row, "outcome_tone", json_string(ok ? "good" : "plain"));
	}
	return 0;
}

/* What is public by law while the notice runs, and nothing of it afterwards. */
static int notice(struct req *rq)
{
	struct q_batch_find batch;
	struct ctx *cx = rq->cx;
	int r = q_batch_find(cx->db, &batch, .id = rq_id(rq, "batch"), .scope = scope_all());
	if (r == ERR_NOTFOUND || (r == 0 && !batch.result_version))
		return fail(cx, ERR_NOTFOUND, "result.no_notice");
	if (r < 0)
		return ctx_pass(cx, r);
	bool runs = streq(batch.state, "publicity") && ctx_today(cx) <= batch.publicity_to_on;
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s}", "title", batch.title, "body_name",
		batch.body_name, "batch_no", batch.batch_no, "contact", batch.contact, "phone",
		batch.phone);
	json_object_set_new(row, "object", json_string(batch_object(cx, batch.occupation_name,
		batch.work_type_name, batch.project_name)));
	json_object_set_new(row, "grade_text",
		json_string(batch.grade ? grade_label(batch.grade) : ""));
	json_object_set_new(row, "from_text",
		json_string(civil_day_text_zh(cx->arena, batch.publicity_from_on)));
	json_object_set_new(row, "to_text",
		json_string(civil_day_text_zh(cx->arena, batch.publicity_to_on)));
	json_object_set_new(row, "has_theory", json_boolean(batch.parts & PART_THEORY));
	json_object_set_new(row, "has_skill", json_boolean(batch.parts & PART_SKILL));
	json_object_set_new(row, "has_review", json_boolean(batch.parts & PART_REVIEW));
	view_set(rq, "batch", row);
	view_flag(rq, "is_running", runs);
	view_text(rq, "title", text_of(cx, "成绩公示 · %s", batch.title));
	view_form(rq, "form", objection_fields, text_of(cx, "/results/public/%s/objections",
		rq_param(rq, "batch")), "提交异议", NULL);
	return runs ? put_people(rq, &batch) : 0;
}

static int object(struct req *rq)
{
	int64_t id;
	int r = objection_create(rq->cx, rq_id(rq, "batch"), in_text(rq->in, "name"),
		in_text(rq->in, "phone"), in_text(rq->in, "text"), &id);
	if (r < 0)
		return r;
	const char *receipt = objection_receipt(rq->cx, id);
	view_text(rq, "receipt", receipt);
	rq_flash(rq, "objection.received", receipt);
	return rq_redirect(rq, "/results/receipt?receipt=%s", receipt);
}

static const struct field receipt_fields[] = {
	{"receipt", FIELD_TEXT, "回执号",
		.help = "提交异议后显示的 21 位字母和数字，中间的短横可以不输。",
		.max = 40, .flags = FIELD_REQUIRED},
	{0},
};

static int receipt(struct req *rq)
{
	struct objection_answer answer;
	view_form(rq, "form", receipt_fields, "/results/receipt", "查询答复",
		json_pack("{s:s}", "receipt", in_raw(rq->in, "receipt")));
	view_flag(rq, "has_answer", false);
	view_text(rq, "unknown", "");
	if (!in_has(rq->in, "receipt"))
		return 0;
	int r = objection_by_receipt(rq->cx, in_text(rq->in, "receipt"), &answer);
	if (r == ERR_NOTFOUND && rq->ex->face == FACE_HTML) {
		view_text(rq, "unknown", problem_text(rq->cx));
		ctx_clear(rq->cx);
		return 0;
	}
	if (r < 0)
		return r;
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "receipt",
		objection_receipt(rq->cx, answer.id), "batch_title", answer.batch_title,
		"body_name", answer.body_name, "text", answer.text, "answer", answer.answer,
		"created_at_text", civil_time_text(rq->cx->arena, answer.created_at));
	view_state(row, &objection_flow, answer.state);
	json_object_set_new(row, "due_text", json_string(answer.due_on
		? civil_day_text_zh(rq->cx->arena, answer.due_on) : ""));
	view_set(rq, "objection", row);
	view_flag(rq, "has_answer", true);
	return 0;
}

/* ---- those who answer ---- */

static const struct choice state_choices[] = {
	{"received", "待答复"}, {"answered", "已答复"}, {"refused", "不成立"}, {0}};

static const struct field objection_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static int objection_list(struct req *rq)
{
	struct q_objection_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	rq_states(rq, &objection_flow);
	int r = q_objection_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_objection_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_objection_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *list = rq_list_rows(rq);
	for (size_t i = 0; list && i < rows.n; i++)
		json_object_set_new(json_array_get(list, i), "person",
			json_string(text_of(cx, "%" PRId64, rows.at[i].person_id)));
	return 0;
}

static const struct field purpose_fields[] = {
	{"purpose", FIELD_TEXT, "用途", .help = "如：电话核实异议内容。用途随审计记录保存。",
		.max = 200, .flags = FIELD_REQUIRED},
	{0},
};

static int objection_show(struct req *rq)
{
	struct flow_subject subject;
	int r = objection_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_objection_find *o = subject.row;
	view_set(rq, "objection", view_row(rq, &q_objection_find_desc, o));
	view_text(rq, "title", text_of(rq->cx, "成绩异议 · %s", o->name));
	view_form(rq, "phone_form", purpose_fields, text_of(rq->cx, "/objections/%s/%s/phone",
		rq_param(rq, "person"), rq_param(rq, "id")), "查看联系电话", NULL);
	return view_flow(rq, &objection_flow, &subject, "/objections/%s/%s/flow",
		rq_param(rq, "person"), rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &objection_flow, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/objections/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id"));
}

static int phone(struct req *rq)
{
	const char *number;
	int r = objection_phone(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "purpose"), &number);
	if (r < 0)
		return r;
	view_text(rq, "phone", number);
	view_text(rq, "url", text_of(rq->cx, "/objections/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id")));
	return 0;
}

const struct route routes_objection[] = {
	{GET, "/results/public", PERM_PUBLIC, notices, "result/notices", "结果公示", notice_filters,
		.flags = ROUTE_LIST | ROUTE_THROTTLE},
	{GET, "/results/public/:batch", PERM_PUBLIC, notice, "result/notice", "成绩公示",
		person_filters, .flags = ROUTE_LIST | ROUTE_THROTTLE},
	{POST, "/results/public/:batch/objections", PERM_PUBLIC, object, NULL, "提出成绩异议",
		objection_fields, .form = "/results/public/:batch", .flags = ROUTE_THROTTLE},
	{GET, "/results/receipt", PERM_PUBLIC, receipt, "objection/receipt", "查询异议答复",
		receipt_fields, .flags = ROUTE_THROTTLE},
	{GET, "/objections", PERM_OBJECTION_ANSWER, objection_list, "objection/list", "成绩异议",
		objection_filters, .flags = ROUTE_LIST},
	{GET, "/objections/:person/:id", PERM_OBJECTION_ANSWER, objection_show, "objection/show",
		"成绩异议"},
	{POST, "/objections/:person/:id/flow", PERM_OBJECTION_ANSWER, step, NULL, "答复异议",
		step_fields, .form = "/objections/:person/:id"},
	{POST, "/objections/:person/:id/phone", PERM_OBJECTION_ANSWER, phone, "objection/phone",
		"异议联系电话", purpose_fields, .form = "/objections/:person/:id"},
	{0},
};
