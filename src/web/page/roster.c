/* Rosters of a batch: template, upload, every row's verdict, confirming, the annotated sheet. */
#include "core/file.h"
#include "doc/roster_sheet.h"
#include "domain/evaluation/batch.h"
#include "query/roster.h"
#include "web/page/batch.h"
#include "web/page/page.h"

enum { COUNT_CAP = 100001 };

static const char sheet_mime[] =
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static const struct flow_state states[] = {
	{"uploaded", "等待审核", TONE_WAIT}, {"judging", "正在审核", TONE_WAIT},
		{"judged", "待确认", TONE_WAIT},
	{"saving", "正在保存", TONE_WAIT}, {"saved", "已导入", TONE_GOOD},
		{"refused", "无法读取", TONE_BAD}, {0},
};

static const struct flow roster_flow = {.kind = "roster", .title = "花名册", .states = states};

static const struct choice verdict_choices[] = {{"good", "可以导入"}, {"saved", "已导入"},
	{"same", "已经报名"}, {"bad", "不能导入"}, {0}};

static const struct field upload_fields[] = {
	{"file", FIELD_FILE, "花名册",
		.help = "Excel（.xlsx）或文本（.csv，UTF-8 或 GB18030），不超过 20 MB。",
		.max = FILE_MAX, .kinds = "xlsx csv", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field row_filters[] = {
	{"verdict", FIELD_CHOICE, "审核结果", .choices = verdict_choices},
	{0},
};

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
	rq_states(rq, &roster_flow);
	view_set(rq, "rosters", view_rows(rq, &q_rosters_of_batch_desc, rosters.at, rosters.n));
	rq_states(rq, NULL);
	view_flag(rq, "is_empty", rosters.n == 0);
	view_set(rq, "batch", batch_view(rq, &batch));
	view_text(rq, "title", batch.title);
	view_batch_tabs(rq, &batch, "/rosters");
	view_flag(rq, "may_upload",
		streq(batch.state, "enrolling") && ctx_may(rq->cx, PERM_ENROLMENT_EDIT));
	view_form(rq, "form", upload_fields,
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

static void add_labels(struct req *rq)
{
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		bool good = streq(verdict, "good") || streq(verdict, "saved");
		json_object_set_new(row, "verdict_label",
			json_string(roster_verdict_label(verdict)));
		json_object_set_new(row, "verdict_tone",
			json_string(good ? "good" : streq(verdict, "bad") ? "bad" : "plain"));
	}
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
	add_labels(rq);
	return r;
}

static void put_stats(struct req *rq, const struct q_roster_find *roster)
{
	bool saved = streq(roster->state, "saved");
	const char *url = text_of(rq->cx, "/rosters/%s?verdict=", rq_param(rq, "id"));
	view_set(rq, "stats", json_pack(
		"[{s:s, s:I, s:s, s:s}, {s:s, s:I, s:s, s:s}, {s:s, s:I, s:s, s:s}]",
		"label", saved ? "已导入" : "可以导入", "value", (json_int_t)roster->n_good, "tone",
		"good", "url", text_of(rq->cx, "%s%s", url, saved ? "saved" : "good"),
		"label", "已经报名，不变", "value", (json_int_t)roster->n_same, "tone", "plain",
		"url", text_of(rq->cx, "%ssame", url),
		"label", "不能导入", "value", (json_int_t)roster->n_bad, "tone",
		roster->n_bad ? "bad" : "plain", "url", text_of(rq->cx, "%sbad", url)));
	json_t *stat;
	size_t i;
	json_array_foreach(json_object_get(rq->view, "stats"), i, stat) {
		json_object_set_new(stat, "unit", json_string("人"));
		json_object_set_new(stat, "note", json_string(""));
	}
}

static int show(struct req *rq)
{
	struct q_roster_find roster;
	int r = roster_get(rq->cx, rq_id(rq, "id"), &roster);
	if (r < 0)
		return r;
	bool works = streq(roster.state, "uploaded") || streq(roster.state,
		"judging") || streq(roster.state, "saving");
	json_t *row = view_row(rq, &q_roster_find_desc, &roster);
	view_state(row, &roster_flow, roster.state);
	view_set(rq, "roster", row);
	view_text(rq, "title", roster.name);
	view_set(rq, "job", json_false());
	if (works && (r = job_put(rq, roster.job_id)) < 0)
		return r;
	view_flag(rq, "is_open", works);
	view_flag(rq, "is_refused", streq(roster.state, "refused"));
	view_flag(rq, "is_judged", streq(roster.state, "judged"));
	view_flag(rq, "is_saved", streq(roster.state, "saved"));
	view_flag(rq, "has_rows", roster.n_rows > 0 && !streq(roster.state, "refused"));
	view_flag(rq, "may_confirm", streq(roster.state, "judged") && roster.n_good > 0 &&
		ctx_may(rq->cx, PERM_ENROLMENT_EDIT));
	put_stats(rq, &roster);
	return put_rows(rq, roster.id);
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
		upload_fields, .form = "/batches/:id/rosters", .flags = ROUTE_BIG},
	{GET, "/rosters/template", PERM_ENROLMENT_EDIT, template, NULL, "花名册模板",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/rosters/:id", PERM_ENROLMENT_READ, show, "roster/show", "花名册", row_filters,
		.flags = ROUTE_LIST},
	{POST, "/rosters/:id/confirm", PERM_ENROLMENT_EDIT, confirm, NULL, "导入花名册",
		.form = "/rosters/:id"},
	{GET, "/rosters/:id/sheet", PERM_ENROLMENT_READ, annotated, NULL, "下载审核结果",
		.audit = "下载花名册审核结果", .flags = ROUTE_DOWNLOAD},
	{0},
};
