/* Changes of frozen results: the request, its two approvals, both versions side by side. */
#include <inttypes.h>

#include "core/file.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "query/enrolment.h"
#include "query/mark.h"
#include "query/result.h"
#include "web/page/batch.h"
#include "web/page/mark_cells.h"
#include "web/page/page.h"

static const struct choice new_states[] = {
	{"scored", "有成绩"}, {"absent", "缺考"}, {"void", "违纪"}, {0}};

static const struct field request_fields[] = {
	{"part", FIELD_CHOICE, "科目", .flags = FIELD_REQUIRED},
	{"new_state", FIELD_CHOICE, "更改为", .choices = new_states, .flags = FIELD_REQUIRED},
	{"new_centi", FIELD_SCORE, "更改后成绩", .help = "更改为缺考或违纪时不填。"},
	{"reason", FIELD_AREA, "理由和依据", .help = "写明原成绩错在哪里、依据是什么。",
		.max = 1000, .flags = FIELD_REQUIRED},
	{"file", FIELD_FILE, "证明材料", .help = "答卷、评分记录的照片或扫描件，PDF、JPEG、PNG。",
		.max = FILE_MAX, .kinds = "pdf jpg png"},
	{0},
};

static const char *part_state_text(struct ctx *cx, const char *state, int64_t centi)
{
	if (streq(state, "pending"))
		return "未评分";
	return mark_text(cx, streq(state, "scored") ? "score" : state, centi);
}

/* The candidate in the batch, in scope, with the parts as they stand. */
static int candidate(struct req *rq, struct q_enrolment_find *e,
	struct q_seats_of_enrolment_rows *parts)
{
	struct ctx *cx = rq->cx;
	int r = q_enrolment_find(cx->db, e, .person_id = rq_id(rq, "person"),
		.id = rq_id(rq, "enrolment"), .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r == 0 && e->batch_id != rq_id(rq, "id")))
		return fail(cx, ERR_NOTFOUND, "mark.not_found");
	if (r >= 0)
		r = q_seats_of_enrolment(cx->db, parts, .person_id = e->person_id,
			.enrolment_id = e->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static void put_parts(struct req *rq, const struct q_seats_of_enrolment_rows *parts)
{
	struct choice *choices = arena_array(rq->cx->arena, struct choice, parts->n + 1);
	json_t *list = json_array();
	size_t n = 0;
	for (size_t i = 0; i < parts->n; i++) {
		const struct q_seats_of_enrolment *p = &parts->at[i];
		const char *code = text_of(rq->cx, "%" PRId64, p->part);
		bool kept = streq(p->attempt, "kept");
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "label",
			part_label(p->part), "mark", part_state_text(rq->cx, p->part_state,
			p->score_centi), "explained", p->explained, "is_kept", kept));
		if (!kept)
			choices[n++] = (struct choice){code, part_label(p->part)};
	}
	view_set(rq, "parts", list);
	view_choices(rq, "part", choices);
}

static int change_form(struct req *rq)
{
	struct q_enrolment_find e;
	struct q_seats_of_enrolment_rows parts;
	int r = candidate(rq, &e, &parts);
	if (r < 0)
		return r;
	put_parts(rq, &parts);
	view_text(rq, "name", e.name);
	view_text(rq, "idno_mask", e.idno_mask);
	view_text(rq, "ticket_no", e.ticket_no);
	view_text(rq, "batch_id", rq_param(rq, "id"));
	view_text(rq, "batch_title", e.batch_title);
	view_text(rq, "title", text_of(rq->cx, "申请更改成绩 · %s", e.name));
	view_form(rq, "form", request_fields, rq->path, "提交申请",
		json_pack("{s:s}", "new_state", "scored"));
	return 0;
}

static int keep_file(struct req *rq, const struct q_enrolment_find *e, int64_t *ret_id)
{
	const struct upload *up = in_file(rq->in, "file");
	*ret_id = 0;
	if (!up)
		return 0;
	struct file file = {.body_id = e->body_id, .region = e->region, .name = up->filename,
		.mime = "", .bytes = up->bytes};
	int r = file_put(rq->cx, &file);
	if (r == 0)
		*ret_id = file.id;
	return r;
}

static int change_request(struct req *rq)
{
	struct q_enrolment_find e;
	struct q_seats_of_enrolment_rows parts;
	int64_t part = 0, file_id, id;
	auto_tx tx = {0};
	bool scored = streq(in_text(rq->in, "new_state"), "scored");
	(void)str_to_i64(str_of(in_text(rq->in, "part")), &part);
	if (scored && !in_has(rq->in, "new_centi"))
		return fail_field(rq->cx, "new_centi", "mark.score_range");
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = candidate(rq, &e, &parts)) < 0 || (r = keep_file(rq, &e, &file_id)) < 0)
		return r;
	struct result_change_in in = {.person_id = e.person_id, .enrolment_id = e.id, .part = part,
		.new_state = in_text(rq->in, "new_state"), .new_centi = in_int(rq->in, "new_centi"),
		.reason = in_text(rq->in, "reason"), .file_id = file_id};
	if ((r = result_change_request(rq->cx, &in, &id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "change.requested");
	return rq_redirect(rq, "/changes/%s/%" PRId64, rq_param(rq, "person"), id);
}

static int put_versions(struct req *rq, const struct q_result_change_find *c)
{
	struct q_results_of_enrolment_rows rows;
	int r = q_results_of_enrolment(rq->cx->db, &rows, .person_id = c->person_id,
		.enrolment_id = c->enrolment_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_results_of_enrolment_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		bool ok = streq(rows.at[i].outcome, "passed");
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "outcome_label", json_string(ok ? "合格" : "不合格"));
		json_object_set_new(row, "outcome_tone", json_string(ok ? "good" : "plain"));
		json_object_set_new(row, "digest", json_string(rows.at[i].line_hash));
	}
	view_set(rq, "versions", list);
	return 0;
}

static int change_show(struct req *rq)
{
	struct flow_subject subject;
	int r = result_change_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	if (r < 0 || (r = put_versions(rq, subject.row)) < 0)
		return r;
	const struct q_result_change_find *c = subject.row;
	json_t *row = view_row(rq, &q_result_change_find_desc, c);
	json_object_set_new(row, "part_label", json_string(part_label(c->part)));
	json_object_set_new(row, "before",
		json_string(part_state_text(rq->cx, c->old_state, c->old_centi)));
	json_object_set_new(row, "after",
		json_string(part_state_text(rq->cx, c->new_state, c->new_centi)));
	view_set(rq, "change", row);
	view_text(rq, "title", text_of(rq->cx, "成绩更改 · %s", c->name));
	return view_flow(rq, &result_change_flow, &subject, "/changes/%s/%s/flow",
		rq_param(rq, "person"), rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &result_change_flow, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/changes/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id"));
}

static int evidence(struct req *rq)
{
	struct flow_subject subject;
	struct file file;
	int r = result_change_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_result_change_find *c = subject.row;
	if (!c->file_id)
		return fail(rq->cx, ERR_NOTFOUND, "change.no_file");
	if ((r = file_read(rq->cx, 0, c->file_id, &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, file.name, file.bytes);
}

const struct route routes_change[] = {
	{GET, "/batches/:id/results/change/:person/:enrolment", PERM_RESULT_CHANGE, change_form,
		"result/change_new", "申请更改成绩"},
	{POST, "/batches/:id/results/change/:person/:enrolment", PERM_RESULT_CHANGE, change_request,
		NULL, "申请更改成绩", request_fields,
		.form = "/batches/:id/results/change/:person/:enrolment", .flags = ROUTE_BIG},
	{GET, "/changes/:person/:id", PERM_MARK_READ, change_show, "result/change", "成绩更改"},
	{POST, "/changes/:person/:id/flow", PERM_RESULT_APPROVE, step, NULL, "办理成绩更改",
		step_fields, .form = "/changes/:person/:id"},
	{GET, "/changes/:person/:id/file", PERM_MARK_READ, evidence, NULL, "成绩更改证明材料",
		.audit = "查看成绩更改证明材料", .flags = ROUTE_DOWNLOAD},
	{0},
};
