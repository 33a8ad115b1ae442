/* Rosters of a batch: template, upload, every row's verdict, confirming, the annotated sheet. */
#include "doc/roster_sheet.h"
#include "domain/evaluation/batch.h"
#include "query/roster.h"
#include "web/page/batch.h"
#include "web/page/import.h"
#include "web/page/page.h"

enum { COUNT_CAP = 100001 };

static const struct import_words words = {.base = "/rosters", .noun = "考生", .unit = "人",
	.labels = roster_verdicts, .what = "导入后为“待审核”的报名。"};

static int list(struct req *rq)
{
	struct q_batch_find batch;
	struct q_rosters_of_batch_rows rosters;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	if (r < 0)
		return r;
	r = q_rosters_of_batch(rq->cx->db, &rosters, .batch_id = batch.id, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	rq_states(rq, &import_flow);
	view_set(rq, "rosters", view_rows(rq, &q_rosters_of_batch_desc, rosters.at, rosters.n));
	rq_states(rq, NULL);
	view_flag(rq, "is_empty", rosters.n == 0);
	view_set(rq, "batch", batch_view(rq, &batch));
	view_text(rq, "title", batch.title);
	view_batch_tabs(rq, &batch, "/rosters");
	view_flag(rq, "may_upload",
		streq(batch.state, "enrolling") && ctx_may(rq->cx, PERM_ENROLMENT_EDIT));
	view_form(rq, "form", import_file_fields,
		text_of(rq->cx, "/batches/%s/rosters", rq_param(rq, "id")), "上传并审核", NULL);
	return 0;
}

static int upload(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	int64_t id;
	int r = roster_upload(rq->cx, rq_id(rq, "id"), file->filename, file->bytes, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "roster.uploaded");
	return rq_redirect(rq, "/rosters/%lld", (long long)id);
}

static int template(struct req *rq)
{
	struct str bytes;
	int r = roster_sheet_template(rq->cx, &bytes);
	return r < 0 ? r : rq_bytes(rq, sheet_mime, "报名花名册模板.xlsx", bytes);
}

static int put_rows(struct req *rq, int64_t id)
{
	struct q_roster_row_list_rows rows;
	int64_t count = 0;
	const char *verdict = in_text(rq->in, "verdict");
	int r = q_roster_row_list(rq->cx->db, &rows, .roster_id = id, .verdict = verdict,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_roster_row_list_count(rq->cx->db, &count, .roster_id = id, .verdict = verdict,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_roster_row_list_desc, rows.at, rows.n, count);
	import_labels_put(rq, &words);
	return r;
}

static int show(struct req *rq)
{
	struct q_roster_find roster;
	int r = roster_get(rq->cx, rq_id(rq, "id"), &roster);
	if (r < 0)
		return r;
	struct import_face face = {.words = &words, .at = {roster.id, roster.job_id, roster.state},
		.message = roster.message, .n = {roster.n_rows, roster.n_good, roster.n_same,
		roster.n_bad}, .back = text_of(rq->cx, "/batches/%lld/rosters",
		(long long)roster.batch_id), .back_label = roster.batch_title,
		.done = text_of(rq->cx, "/enrolments?batch_id=%lld", (long long)roster.batch_id),
		.done_label = "查看本批次的报名", .may = ctx_may(rq->cx, PERM_ENROLMENT_EDIT)};
	json_t *row = view_row(rq, &q_roster_find_desc, &roster);
	view_state(row, &import_flow, roster.state);
	view_set(rq, "roster", row);
	view_text(rq, "title", roster.name);
	return (r = import_face_put(rq, &face)) < 0 ? r : put_rows(rq, roster.id);
}

static int confirm(struct req *rq)
{
	int64_t job_id;
	int r = roster_confirm(rq->cx, rq_id(rq, "id"), &job_id);
	if (r < 0)
		return r;
	rq_flash(rq, "roster.confirmed");
	return rq_redirect(rq, "/rosters/%s", rq_param(rq, "id"));
}

static int act(struct req *rq)
{
	int r = roster_act(rq->cx, rq_id(rq, "id"), in_text(rq->in, "act"));
	return r < 0 ? r : rq_redirect(rq, "/rosters/%s", rq_param(rq, "id"));
}

static int annotated(struct req *rq)
{
	struct q_roster_find roster;
	struct str bytes;
	int r = roster_get(rq->cx, rq_id(rq, "id"), &roster);
	if (r < 0 || (r = roster_sheet_annotated(rq->cx, roster.id, &bytes)) < 0)
		return r;
	return rq_bytes(rq, sheet_mime, text_of(rq->cx, "审核结果-%s.xlsx", roster.name), bytes);
}

const struct route routes_roster[] = {
	{GET, "/batches/:id/rosters", PERM_ENROLMENT_READ, list, "roster/list", "花名册"},
	{POST, "/batches/:id/rosters", PERM_ENROLMENT_EDIT, upload, NULL, "上传花名册",
		import_file_fields, .form = "/batches/:id/rosters", .flags = ROUTE_BIG},
	{GET, "/rosters/template", PERM_ENROLMENT_EDIT, template, NULL, "花名册模板",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/rosters/:id", PERM_ENROLMENT_READ, show, "roster/show", "花名册",
		import_row_filters, .flags = ROUTE_LIST},
	{POST, "/rosters/:id/confirm", PERM_ENROLMENT_EDIT, confirm, NULL, "导入花名册",
		.form = "/rosters/:id"},
	{POST, "/rosters/:id/act", PERM_ENROLMENT_EDIT, act, NULL, "继续或放弃导入花名册",
		import_act_fields, .form = "/rosters/:id"},
	{GET, "/rosters/:id/sheet", PERM_ENROLMENT_READ, annotated, NULL, "下载审核结果",
		.audit = "下载花名册审核结果", .flags = ROUTE_DOWNLOAD},
	{0},
};
