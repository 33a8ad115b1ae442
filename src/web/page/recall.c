/* Mass revocation: picking, the list with what rests on it, approval, progress. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/job.h"
#include "core/message.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "query/recall.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, ITEM_CAP = 200001, TAIL = 4 };

static const struct choice state_choices[] = {
	{"listing", "正在生成清单"}, {"listed", "清单待核对"}, {"frozen", "待批准"},
	{"noticing", "正在告知"}, {"running", "逐人办理中"}, {"deciding", "正在决定"},
	{"serving", "正在送达"}, {"closed", "已办结"}, {"dropped", "不再办理"}, {0}};

static const struct field recall_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static int list(struct req *rq)
{
	struct q_recall_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	int r = q_recall_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_recall_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	rq_states(rq, &recall_flow);
	if ((r = rq_list(rq, &q_recall_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *shown = rq_list_rows(rq);
	for (size_t i = 0; shown && i < rows.n; i++)
		json_object_set_new(json_array_get(shown, i), "pick_label",
			json_string(choice_label(recall_picks, rows.at[i].pick_kind)));
	return 0;
}

static const struct field new_fields[] = {
	{"title", FIELD_TEXT, "案由标题", .example = "某机构2026年第3批违规评价", .max = 100,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"pick_kind", FIELD_CHOICE, "按什么选取", .choices = recall_picks,
		.flags = FIELD_REQUIRED},
	{"picked", FIELD_TEXT, "选取对象",
		.help = "机构填编码或全称；批次填批次编号；考评员填姓名，有同名的在后面空一格加证件"
			"号码"
			"末四位；雷同线索案件填案件编号。", .max = 120, .flags = FIELD_REQUIRED},
	{"from_on", FIELD_DATE, "发证日期起", .help = "只在按评价机构选取时用。"},
	{"to_on", FIELD_DATE, "发证日期止"},
	{"reason_kind", FIELD_CHOICE, "事由", .choices = revocation_reasons,
		.flags = FIELD_REQUIRED},
	{"reason", FIELD_AREA, "查明的事实和依据", .help = "每份告知书都写这段内容。", .min = 5,
		.max = 1000, .flags = FIELD_REQUIRED | FIELD_WIDE},
	EVIDENCE_FIELD("证据", "调查材料的扫描件，涉及的每个人都可以查阅，先隐去无关个人信息。"),
	{"is_suspending", FIELD_BOOL, "办理期间暂停使用这些证书"},
	{"is_offering", FIELD_BOOL, "撤销生效后提供重新评价机会"},
	{0},
};

static int new_form(struct req *rq)
{
	view_form(rq, "form", new_fields, "/recalls", "生成影响清单", json_pack("{s:s, s:s, s:b}",
		"pick_kind", in_raw(rq->in, "pick_kind"), "picked", in_raw(rq->in, "picked"),
		"is_offering", true));
	return 0;
}

static const struct field preset_fields[] = {
	{"pick_kind", FIELD_CHOICE, "按什么选取", .choices = recall_picks},
	{"picked", FIELD_TEXT, "选取对象", .max = 120},
	{0},
};

/* "王芳 1234": the staff of that name, and of two the one whose number ends so. Rows of one person
 * at several bodies are one. */
static int staff_typed(struct req *rq, const char *typed, int64_t *ret_id)
{
	struct q_recall_staff_typed_rows rows;
	const char *blank = strrchr(typed, ' ');
	bool has_tail = blank && strlen(blank + 1) == TAIL;
	const char *name = has_tail ? text_of(rq->cx, "%.*s", (int)(blank - typed), typed) : typed;
	const char *index = "";
	int r = q_recall_staff_typed(rq->cx->db, &rows, .name = name, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const char *mask = rows.at[i].idno_mask;
		size_t n = strlen(mask);
		if (has_tail && (n < TAIL || !streq(mask + n - TAIL, blank + 1)))
			continue;
		if (*ret_id && !streq(index, rows.at[i].idno_index))
			return fail_field(rq->cx, "picked", "recall.same_name");
		*ret_id = rows.at[i].id;
		index = rows.at[i].idno_index;
	}
	return 0;
}

static int typed(struct req *rq, const char *kind, const char *text, int64_t *ret_id)
{
	struct q_recall_body_typed body;
	struct q_recall_batch_typed batch;
	struct ctx *cx = rq->cx;
	int r = 0;
	*ret_id = 0;
	if (streq(kind, "examiner"))
		return staff_typed(rq, text, ret_id);
	if (streq(kind, "case")) {
		(void)str_to_i64(str_of(text), ret_id);
	} else if (streq(kind, "body")) {
		r = q_recall_body_typed(cx->db, &body, .code = text, .lo = cx->scope.lo,
			.hi = cx->scope.hi);
		*ret_id = r == 0 ? body.id : 0;
	} else {
		r = q_recall_batch_typed(cx->db, &batch, .batch_no = text, .scope = cx->scope);
		*ret_id = r == 0 ? batch.id : 0;
	}
	return r < 0 && r != ERR_NOTFOUND ? ctx_pass(cx, r) : 0;
}

static int open_recall(struct req *rq)
{
	const struct input *in = rq->in;
	struct recall_in v = {.title = in_text(in, "title"), .pick_kind = in_text(in, "pick_kind"),
		.from_on = in_int(in, "from_on"), .to_on = in_int(in, "to_on"),
		.reason_kind = in_text(in, "reason_kind"), .reason = in_text(in, "reason"),
		.is_suspending = in_int(in, "is_suspending"),
		.is_offering = in_int(in, "is_offering")};
	int64_t id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = typed(rq, v.pick_kind, in_text(in, "picked"), &v.picked_id)) < 0 ||
		(r = evidence_keep(rq, 0, 0, rq->cx->actor.region, &v.file_id)) < 0 ||
		(r = recall_open(rq->cx, &v, &id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	return rq_redirect(rq, "/recalls/%" PRId64, id);
}

/* ---- one recall ---- */

struct figures {
	int64_t listed, out, skipped, opened, followers, later;
};

static void stat(json_t *stats, const char *label, json_t *value, const char *unit,
	const char *note, const char *url, const char *tone)
{
	json_array_append_new(stats, json_pack("{s:s, s:o, s:s, s:s, s:s, s:s}", "label", label,
		"value", value, "unit", unit, "note", note, "url", url, "tone", tone));
}

static int count_items(struct req *rq, int64_t id, struct figures *ret_figures)
{
	struct q_recall_item_counts_rows rows;
	struct figures f = {0};
	int r = q_recall_item_counts(rq->cx->db, &rows, .recall_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const char *state = rows.at[i].state;
		bool in = streq(state, "listed") || streq(state, "opened");
		f.listed += streq(state, "listed") ? rows.at[i].n : 0;
		f.opened += streq(state, "opened") ? rows.at[i].n : 0;
		f.out += streq(state, "out") ? rows.at[i].n : 0;
		f.skipped += streq(state, "skipped") ? rows.at[i].n : 0;
		f.followers += in ? rows.at[i].n_followers : 0;
		f.later += in ? rows.at[i].n_later : 0;
	}
	*ret_figures = f;
	return 0;
}

/* What the recall would touch. There is no register of subsidies yet, and the page says so. */
static void put_impact(struct req *rq, const struct figures *f, const char *base)
{
	json_t *stats = json_array();
	stat(stats, "涉及证书", json_integer(f->listed + f->opened), "本",
		f->skipped ? text_of(rq->cx,
		"另有 %d 本已撤销或已另案办理", (int)f->skipped) : "", text_of(rq->cx, "%s/people",
		base), "");
	stat(stats, "不予列入", json_integer(f->out), "本", "",
		text_of(rq->cx, "%s/people?state=out", base), "");
	stat(stats, "关注的用人单位", json_integer(f->followers), "家次", "撤销后自动告知", "", "");
	stat(stats, "以其为条件的后续证书", json_integer(f->later), "本", "须另行核查", "",
		f->later ? "wait"
		: "");
	stat(stats, "已领补贴", json_string("未登记"), "", "系统没有补贴发放数据，请另行核对", "",
		"");
	view_set(rq, "stats", stats);
}

static int put_progress(struct req *rq, int64_t id, const char *base, int64_t total)
{
	struct q_recall_case_counts_rows rows;
	struct q_recall_spoken_count spoken;
	struct q_reassessment_counts_rows offers;
	json_t *list = json_array(), *again = json_array();
	int64_t ready = 0;
	int r = q_recall_case_counts(rq->cx->db, &rows, .recall_id = id);
	if (r >= 0)
		r = q_recall_spoken_count(rq->cx->db, &spoken, .recall_id = id);
	if (r >= 0)
		r = q_reassessment_counts(rq->cx->db, &offers, .recall_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (const struct flow_state *s = revocation_flow.states; s->code; s++)
		for (size_t i = 0; i < rows.n; i++)
			if (streq(rows.at[i].state, s->code)) {
				ready += streq(s->code, "heard") ? rows.at[i].n : 0;
				json_t *row = json_pack("{s:I, s:I, s:s, s:s}", "n",
					(json_int_t)rows.at[i].n, "total", (json_int_t)total,
					"code", s->code, "url", text_of(rq->cx,
					"%s/people?case_state=%s", base, s->code));
				view_state(row, &revocation_flow, s->code);
				json_array_append_new(list, row);
			}
	static const struct choice words[] = {{"offered", "可以参加"}, {"taken", "已报名"},
		{"declined", "已放弃"}, {0}};
	for (size_t i = 0; i < offers.n; i++)
		json_array_append_new(again, json_pack("{s:s, s:I}", "label",
			choice_label(words, offers.at[i].state), "n", (json_int_t)offers.at[i].n));
	view_flag(rq, "has_cases", rows.n);
	view_set(rq, "cases", list);
	view_flag(rq, "has_offers", offers.n);
	view_set(rq, "offers", again);
	view_int(rq, "spoken", spoken.n);
	view_int(rq, "silent", ready - spoken.n);
	return 0;
}

static const struct field decide_fields[] = {
	{"text", FIELD_AREA, "决定内容",
		.help = "写入每一份决定书。只对期限内没有陈述申辩、也没有申请"
		"听证的人作出；其余的人逐案决定。", .min = 10, .max = REVOCATION_TEXT,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static void put_job(struct req *rq, const struct q_recall_find *v)
{
	struct job_status job;
	bool open = false, stopped = false;
	if (v->job_id && job_find(rq->cx, v->job_id, &job) == 0) {
		open = streq(job.state, "waiting") || streq(job.state, "running");
		stopped = streq(job.state, "failed") || streq(job.state, "cancelled");
		if (open || stopped)
			(void)!job_put(rq, v->job_id);
	} else {
		ctx_clear(rq->cx);
	}
	bool waits = streq(v->state, "listing") || streq(v->state, "noticing") ||
		streq(v->state, "deciding") || streq(v->state, "serving");
	view_flag(rq, "has_job", waits && (open || stopped));
	view_flag(rq, "may_go_on", waits && !open);
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	struct figures f;
	struct ctx *cx = rq->cx;
	int64_t n_exceptions, id = rq_id(rq, "id");
	const char *base = text_of(cx, "/recalls/%" PRId64, id);
	int r = recall_flow.load(cx, 0, id, &subject);
	if (r < 0 || (r = count_items(rq, id, &f)) < 0 ||
		(r = put_progress(rq, id, base, f.opened)) < 0)
		return r;
	const struct q_recall_find *v = subject.row;
	json_t *row = view_row(rq, &q_recall_find_desc, v);
	json_object_set_new(row, "pick_label", json_string(choice_label(recall_picks,
		v->pick_kind)));
	json_object_set_new(row, "reason_label",
		json_string(revocation_reason_label(v->reason_kind)));
	json_object_set_new(row, "has_file", json_boolean(v->file_id != 0));
	json_object_set_new(row, "is_suspending", json_boolean(v->is_suspending));
	json_object_set_new(row, "is_offering", json_boolean(v->is_offering));
	view_set(rq, "recall", row);
	put_impact(rq, &f, base);
	put_job(rq, v);
	r = q_recall_exceptions_count(cx->db, &n_exceptions, .subject_id = id,
		.page = {.limit = ITEM_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_int(rq, "n_exceptions", n_exceptions);
	view_flag(rq, "has_exceptions", n_exceptions > 0);
	view_text(rq, "base", base);
	view_text(rq, "title", v->title);
	view_flag(rq, "may_decide", streq(v->state, "running") &&
		json_integer_value(json_object_get(rq->view, "silent")) > 0 &&
		v->created_by != cx->actor.account_id && v->frozen_by != cx->actor.account_id &&
		ctx_may(cx, PERM_CERTIFICATE_REVOKE));
	view_form(rq, "decide_form", decide_fields, text_of(cx, "%s/decide", base), "批量决定",
		json_pack("{s:s}", "text", text_of(cx, "经查，您持有的证书存在“%s”的情形：%s "
		"您在告知的期限内未提出陈述申辩，也未申请听证。决定撤销该证书。",
		revocation_reason_label(v->reason_kind), v->reason)));
	return view_flow(rq, &recall_flow, &subject, "%s/flow", base);
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/recalls/%s", rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &recall_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

static int decide(struct req *rq)
{
	int r = recall_decide(rq->cx, rq_id(rq, "id"), in_text(rq->in, "text"));
	return r < 0 ? r : back(rq);
}

static int go_on(struct req *rq)
{
	int r = recall_go_on(rq->cx, rq_id(rq, "id"));
	return r < 0 ? r : back(rq);
}

static int file(struct req *rq)
{
	struct flow_subject subject;
	int r = recall_flow.load(rq->cx, 0, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_recall_find *v = subject.row;
	return evidence_send(rq, 0, v->file_id);
}

/* ---- its people ---- */

static const struct choice item_states[] = {{"listed", "列入"}, {"opened", "已立案"},
	{"out", "不予列入"}, {"skipped", "另案或已撤销"}, {0}};

static const struct choice case_states[] = {
	{"noticed", "等待陈述申辩"}, {"hearing", "已申请听证"}, {"heard", "待决定"},
	{"decided", "待送达"}, {"served", "复核申请期内"}, {"reviewing", "复核中"},
	{"final", "撤销已生效"}, {"dropped", "不予撤销"}, {"overturned", "复核撤销原决定"}, {0}};

static const struct field people_filters[] = {
	{"state", FIELD_CHOICE, "清单", .choices = item_states},
	{"case_state", FIELD_CHOICE, "案件", .choices = case_states},
	{"name", FIELD_TEXT, "姓名", .max = 60},
	{"number", FIELD_TEXT, "证书编号", .max = 30},
	{0},
};

static void add_words(struct req *rq, json_t *row, const struct q_recall_items *i, bool may_change)
{
	struct ctx *cx = rq->cx;
	const struct flow_state *s = *i->case_state ? flow_state(&revocation_flow, i->case_state)
		: NULL;
	json_object_set_new(row, "item_label", json_string(choice_label(item_states, i->state)));
	json_object_set_new(row, "case_label", json_string(s ? s->label : ""));
	json_object_set_new(row, "case_url", json_string(i->revocation_id ? text_of(cx,
		"/revocations/%" PRId64 "/%" PRId64, i->person_id, i->revocation_id) : ""));
	json_object_set_new(row, "person", json_string(text_of(cx, "%" PRId64, i->person_id)));
	json_object_set_new(row, "may_take_out",
		json_boolean(may_change && streq(i->state, "listed")));
	json_object_set_new(row, "may_take_in",
		json_boolean(may_change && streq(i->state, "out")));
	json_object_set_new(row, "has_spoken", json_boolean(i->has_statement));
}

static int people(struct req *rq)
{
	struct q_recall_items_rows rows;
	struct flow_subject subject;
	struct ctx *cx = rq->cx;
	int64_t count, id = rq_id(rq, "id");
	const struct input *in = rq->in;
	int r = recall_flow.load(cx, 0, id, &subject);
	if (r < 0)
		return r;
	r = q_recall_items(cx->db, &rows, .recall_id = id, .state = in_text(in, "state"),
		.case_state = in_text(in, "case_state"), .name = in_text(in, "name"),
		.number = in_text(in, "number"), .page = rq_page(rq));
	if (r >= 0)
		r = q_recall_items_count(cx->db, &count, .recall_id = id,
			.state = in_text(in, "state"), .case_state = in_text(in, "case_state"),
			.name = in_text(in, "name"), .number = in_text(in, "number"),
			.page = {.limit = ITEM_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_text(rq, "base", text_of(cx, "/recalls/%" PRId64, id));
	view_text(rq, "recall_title", subject.title);
	view_text(rq, "title", text_of(cx, "影响清单 · %s", subject.title));
	if ((r = rq_list(rq, &q_recall_items_desc, rows.at, rows.n, count)) < 0)
		return r;
	bool may_change = streq(subject.state, "listed");
	json_t *shown = rq_list_rows(rq);
	for (size_t i = 0; shown && i < rows.n; i++)
		add_words(rq, json_array_get(shown, i), &rows.at[i], may_change);
	return 0;
}

/* ---- the exceptions ---- */

static int exceptions(struct req *rq)
{
	struct q_recall_exceptions_rows rows;
	struct flow_subject subject;
	struct ctx *cx = rq->cx;
	int64_t count, id = rq_id(rq, "id");
	int r = recall_flow.load(cx, 0, id, &subject);
	if (r < 0)
		return r;
	r = q_recall_exceptions(cx->db, &rows, .subject_id = id, .page = rq_page(rq));
	if (r >= 0)
		r = q_recall_exceptions_count(cx->db, &count, .subject_id = id,
			.page = {.limit = ITEM_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_text(rq, "title", text_of(cx, "例外记录 · %s", subject.title));
	if ((r = rq_list(rq, &q_recall_exceptions_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *shown = rq_list_rows(rq);
	for (size_t i = 0; shown && i < rows.n; i++)
		json_object_set_new(json_array_get(shown, i), "action_label",
			json_string(message_text(cx->arena, text_of(cx, "event.%s",
			rows.at[i].action), NULL)));
	return 0;
}

static int to_people(struct req *rq)
{
	return rq_redirect(rq, "/recalls/%s/people", rq_param(rq, "id"));
}

static const struct field out_fields[] = {
	{"reason", FIELD_TEXT, "不予列入的理由", .max = 300, .flags = FIELD_REQUIRED},
	{0},
};

static int take_out(struct req *rq)
{
	int r = recall_take_out(rq->cx, rq_id(rq, "id"), rq_id(rq, "person"), rq_id(rq, "item"),
		in_text(rq->in, "reason"));
	return r < 0 ? r : to_people(rq);
}

static int take_in(struct req *rq)
{
	int r = recall_take_in(rq->cx, rq_id(rq, "id"), rq_id(rq, "person"), rq_id(rq, "item"));
	return r < 0 ? r : to_people(rq);
}

#define RECALL "/recalls/:id"

const struct route routes_recall[] = {
	{GET, "/recalls", PERM_REVOCATION_HANDLE, list, "recall/list", "批量撤销", recall_filters,
		.flags = ROUTE_LIST},
	{GET, "/recalls/new", PERM_REVOCATION_HANDLE, new_form, "recall/new", "发起批量撤销",
		preset_fields},
	{POST, "/recalls", PERM_REVOCATION_HANDLE, open_recall, NULL, "发起批量撤销", new_fields,
		.form = "/recalls/new", .flags = ROUTE_BIG},
	{GET, RECALL, PERM_REVOCATION_HANDLE, show, "recall/show", "本次撤销"},
	{POST, RECALL "/flow", PERM_REVOCATION_HANDLE, step, NULL, "办理批量撤销", step_fields,
		.form = RECALL},
	{POST, RECALL "/decide", PERM_CERTIFICATE_REVOKE, decide, NULL, "批量决定", decide_fields,
		.form = RECALL},
	{POST, RECALL "/go-on", PERM_REVOCATION_HANDLE, go_on, NULL, "继续办理", .form = RECALL},
	{GET, RECALL "/file", PERM_REVOCATION_HANDLE, file, NULL, "批量撤销证据",
		.audit = "查看批量撤销证据", .flags = ROUTE_DOWNLOAD},
	{GET, RECALL "/people", PERM_REVOCATION_HANDLE, people, "recall/people", "影响清单",
		people_filters, .audit = "查阅批量撤销影响清单", .flags = ROUTE_LIST},
	{GET, RECALL "/exceptions", PERM_REVOCATION_HANDLE, exceptions, "recall/exceptions",
		"例外记录", .flags = ROUTE_LIST},
	{POST, RECALL "/people/:person/:item/out", PERM_REVOCATION_HANDLE, take_out, NULL,
		"不予列入", out_fields, .form = RECALL "/people"},
	{POST, RECALL "/people/:person/:item/in", PERM_REVOCATION_HANDLE, take_in, NULL,
		"重新列入", .form = RECALL "/people"},
	{0},
};
