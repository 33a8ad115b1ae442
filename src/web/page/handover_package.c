/* Packages for a look-up, and the answers to them. */
#include "base/civil.h"
#include "core/file.h"
#include "doc/handover_file.h"
#include "web/choices.h"
#include "web/page/import.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, MISSING_CAP = 100001 };

static const struct choice state_choices[] = {{"collecting", "正在整理"}, {"ready", "待上报"},
	{"sent", "已上报，待答复"}, {"answered", "已全部答复"}, {"withdrawn", "已撤包"},
	{"empty", "没有可上报的证书"}, {0}};

static const struct field filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"target", FIELD_CHOICE, "上报到", .choices = handover_targets},
	{0},
};

static const struct field new_fields[] = {
	{"target", FIELD_CHOICE, "上报到", .choices = handover_targets, .flags = FIELD_REQUIRED},
	{"from_on", FIELD_DATE, "发证日期起", .flags = FIELD_REQUIRED},
	{"to_on", FIELD_DATE, "发证日期止", .flags = FIELD_REQUIRED},
	{"region", FIELD_CHOICE, "地区", .help = "不选即全部所辖地区。机构只整理本机构的证书。"},
	{"title", FIELD_TEXT, "名称", .help = "不填由系统按内容命名。", .max = 60,
		.flags = FIELD_WIDE},
	{0},
};

static const struct field send_fields[] = {
	{"sent_on", FIELD_DATE, "上报日期", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field withdraw_fields[] = {
	{"reason", FIELD_AREA, "撤包理由", .max = 500, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static int list(struct req *rq)
{
	struct q_handover_package_list_rows rows;
	int64_t count;
	const char *state = in_text(rq->in, "state"), *target = in_text(rq->in, "target");
	rq_states(rq, &handover_package_flow);
	int r = q_handover_package_list(rq->cx->db, &rows, .scope = rq->cx->scope, .state = state,
		.target = target, .page = rq_page(rq));
	if (r >= 0)
		r = q_handover_package_list_count(rq->cx->db, &count, .scope = rq->cx->scope,
			.state = state, .target = target, .page = {.limit = COUNT_CAP});
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_HANDOVER_EDIT));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_handover_package_list_desc, rows.at, rows.n, count);
	json_t *out = rq_list_rows(rq);
	for (size_t i = 0; i < json_array_size(out); i++)
		json_object_set_new(json_array_get(out, i), "target_label",
			json_string(handover_target_label(rows.at[i].target)));
	return r;
}

static int new_show(struct req *rq)
{
	view_choices(rq, "region", choices_regions(rq, rq->cx->actor.region, 3));
	view_form(rq, "form", new_fields, "/handover-packages", "开始整理", NULL);
	return 0;
}

static int create(struct req *rq)
{
	const struct input *in = rq->in;
	struct handover_ask ask = {.target = in_text(in, "target"), .title = in_text(in, "title"),
		.region = in_text(in, "region"), .from_on = in_int(in, "from_on"),
		.to_on = in_int(in, "to_on")};
	int64_t id;
	int r = handover_package_create(rq->cx, &ask, true, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "handover.created");
	return rq_redirect(rq, "/handover-packages/%lld", (long long)id);
}

static const struct import_page answers = {.room = &handover_answers, .words = {
	.base = "/handover-answers", .noun = "答复", .unit = "条",
	.what = "逐条记入各证书的上报记录。"},
	.back = "/handover-packages", .back_label = "联网上报", .perm = PERM_HANDOVER_EDIT};

static int put_layout(struct req *rq, const struct q_handover_package_find *p)
{
	const struct handover_layout *l;
	int r = handover_layout_at(rq->cx, p->layout, p->layout_version, &l);
	if (r < 0)
		return r;
	view_set(rq, "format", json_pack("{s:s, s:s, s:b, s:s}", "title", l->title, "version",
		l->version, "is_example", l->is_example, "source", l->source));
	return 0;
}

static int put_missing(struct req *rq, int64_t id)
{
	struct q_handover_missing_list_rows rows;
	int64_t count;
	int r = q_handover_missing_list(rq->cx->db, &rows, .package_id = id, .page = rq_page(rq));
	if (r >= 0)
		r = q_handover_missing_list_count(rq->cx->db, &count, .package_id = id,
			.page = {.limit = MISSING_CAP});
	return r < 0 ? ctx_pass(rq->cx, r)
		: rq_list(rq, &q_handover_missing_list_desc, rows.at, rows.n, count);
}

static void put_forms(struct req *rq, const struct q_handover_package_find *p, const char *base)
{
	bool may = ctx_may(rq->cx, PERM_HANDOVER_EDIT), ready = streq(p->state, "ready");
	bool sent = streq(p->state, "sent") || streq(p->state, "answered");
	view_flag(rq, "may_send", may && ready);
	view_flag(rq, "may_withdraw", may && (ready || streq(p->state, "collecting")));
	view_flag(rq, "may_answer", may && sent);
	view_flag(rq, "is_sent", sent);
	view_flag(rq, "has_file", p->file_id != 0);
	view_flag(rq, "has_missing", p->n_missing > 0);
	view_form(rq, "send_form", send_fields, text_of(rq->cx, "%s/send", base), "登记已上报",
		json_pack("{s:s}", "sent_on", civil_day_text(rq->cx->arena, ctx_today(rq->cx))));
	view_form(rq, "withdraw_form", withdraw_fields, text_of(rq->cx, "%s/withdraw", base),
		"撤包", NULL);
}

/* A job that failed or was cancelled left it half done. */
static void put_resume(struct req *rq, bool works)
{
	bool open = json_is_true(json_object_get(json_object_get(rq->view, "job"), "is_open"));
	view_flag(rq, "may_resume", works && !open && ctx_may(rq->cx, PERM_HANDOVER_EDIT));
	view_flag(rq, "is_open", works && open);
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = handover_package_flow.load(rq->cx, 0, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_handover_package_find *p = subject.row;
	const char *base = text_of(rq->cx, "/handover-packages/%s", rq_param(rq, "id"));
	bool works = streq(p->state, "collecting") || streq(p->state, "sending") ||
		streq(p->state, "withdrawing");
	json_t *row = view_row(rq, &q_handover_package_find_desc, p);
	json_object_set_new(row, "target_label", json_string(handover_target_label(p->target)));
	json_object_set_new(row, "region_label", json_string(region_label(rq->cx, p->region)));
	view_set(rq, "package", row);
	view_text(rq, "title", p->title);
	view_text(rq, "base", base);
	view_set(rq, "job", json_false());
	put_forms(rq, p, base);
	if (works && p->job_id && (r = job_put(rq, p->job_id)) < 0)
		return r;
	put_resume(rq, works);
	if ((r = put_layout(rq, p)) < 0 || (r = import_page_list(rq, &answers, p->id,
		text_of(rq->cx, "%s/answers", base))) < 0 || (r = put_missing(rq, p->id)) < 0)
		return r;
	return view_flow(rq, &handover_package_flow, &subject, "%s/flow", base);
}

static int back(struct req *rq, const char *message)
{
	rq_flash(rq, message);
	return rq_redirect(rq, "/handover-packages/%s", rq_param(rq, "id"));
}

static int send(struct req *rq)
{
	int r = handover_package_send(rq->cx, rq_id(rq, "id"), in_int(rq->in, "sent_on"), true);
	return r < 0 ? r : back(rq, "handover.sending");
}

static int withdraw(struct req *rq)
{
	int r = handover_package_withdraw(rq->cx, rq_id(rq, "id"), in_text(rq->in, "reason"), true);
	return r < 0 ? r : back(rq, "handover.withdrawing");
}

static int resume(struct req *rq)
{
	int r = handover_package_resume(rq->cx, rq_id(rq, "id"));
	return r < 0 ? r : back(rq, "handover.resumed");
}

static int download(struct req *rq)
{
	struct q_handover_package_find p;
	struct file file;
	int r = handover_package_get(rq->cx, rq_id(rq, "id"), &p);
	if (r < 0 || (r = file_read(rq->cx, 0, p.file_id, &file)) < 0)
		return r;
	return rq_bytes(rq, "application/zip", file.name, file.bytes);
}

static int upload(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	int64_t id;
	int r = handover_answer_upload(rq->cx, rq_id(rq, "id"), file->filename, file->bytes, true,
		&id);
	if (r < 0)
		return r;
	rq_flash(rq, "handover.uploaded");
	return rq_redirect(rq, "/handover-answers/%lld", (long long)id);
}

const struct route routes_handover_package[] = {
	{GET, "/handover-packages", PERM_HANDOVER_READ, list, "handover/packages", "联网上报",
		filters, .flags = ROUTE_LIST},
	{GET, "/handover-packages/new", PERM_HANDOVER_EDIT, new_show, "handover/new", "新建上报包"},
	{POST, "/handover-packages", PERM_HANDOVER_EDIT, create, NULL, "新建上报包", new_fields,
		.form = "/handover-packages/new"},
	{GET, "/handover-packages/:id", PERM_HANDOVER_READ, show, "handover/package", "上报包",
		.flags = ROUTE_LIST},
	{POST, "/handover-packages/:id/send", PERM_HANDOVER_EDIT, send, NULL, "登记已上报",
		send_fields, .form = "/handover-packages/:id"},
	{POST, "/handover-packages/:id/withdraw", PERM_HANDOVER_EDIT, withdraw, NULL, "撤包",
		withdraw_fields, .form = "/handover-packages/:id"},
	{POST, "/handover-packages/:id/resume", PERM_HANDOVER_EDIT, resume, NULL, "继续上报任务",
		.form = "/handover-packages/:id"},
	{GET, "/handover-packages/:id/file", PERM_HANDOVER_EDIT, download, NULL, "下载上报文件",
		.audit = "下载证书上报文件", .flags = ROUTE_DOWNLOAD},
	{POST, "/handover-packages/:id/answers", PERM_HANDOVER_EDIT, upload, NULL, "读入上报答复",
		import_file_fields, .form = "/handover-packages/:id", .flags = ROUTE_BIG},
	{0},
};

static int answer_show(struct req *rq)
{
	struct q_sheet_import_find import;
	struct import_page page = answers;
	int r = sheet_import_get(rq->cx, &handover_answers, rq_id(rq, "id"), &import);
	if (r < 0)
		return r;
	page.back = text_of(rq->cx, "/handover-packages/%lld", (long long)import.subject_id);
	page.back_label = "上报包";
	return import_page_show(rq, &page, &import);
}

static int confirm(struct req *rq)
{
	int64_t job_id;
	int r = handover_answer_confirm(rq->cx, rq_id(rq, "id"), &job_id);
	if (r < 0)
		return r;
	rq_flash(rq, "handover.confirmed");
	return rq_redirect(rq, "/handover-answers/%s", rq_param(rq, "id"));
}

static int act(struct req *rq)
{
	int r = handover_answer_act(rq->cx, rq_id(rq, "id"), in_text(rq->in, "act"));
	return r < 0 ? r : rq_redirect(rq, "/handover-answers/%s", rq_param(rq, "id"));
}

static int annotated(struct req *rq)
{
	struct q_sheet_import_find import;
	struct str bytes;
	int r = sheet_import_get(rq->cx, &handover_answers, rq_id(rq, "id"), &import);
	if (r < 0 || (r = handover_answer_annotated(rq->cx, &import, &bytes)) < 0)
		return r;
	return rq_bytes(rq, sheet_mime, text_of(rq->cx, "核对结果-%s.xlsx", import.name), bytes);
}

const struct route routes_handover_answer[] = {
	{GET, "/handover-answers/:id", PERM_HANDOVER_READ, answer_show, "import/show", "上报答复",
		import_row_filters, .flags = ROUTE_LIST},
	{POST, "/handover-answers/:id/confirm", PERM_HANDOVER_EDIT, confirm, NULL, "记入上报答复",
		.form = "/handover-answers/:id"},
	{POST, "/handover-answers/:id/act", PERM_HANDOVER_EDIT, act, NULL, "继续或放弃上报答复",
		import_act_fields, .form = "/handover-answers/:id"},
	{GET, "/handover-answers/:id/sheet", PERM_HANDOVER_EDIT, annotated, NULL, "下载核对结果",
		.audit = "下载上报答复核对结果", .flags = ROUTE_DOWNLOAD},
	{0},
};
