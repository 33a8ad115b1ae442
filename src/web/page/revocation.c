/* Cases of revocation as authorities handle them and bodies read them. */
#include <inttypes.h>

#include "domain/certificate/certificate.h"
#include "domain/certificate/revocation.h"
#include "query/certificate.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/matter.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {
	{"opened", "已立案"}, {"noticed", "等待陈述申辩"}, {"hearing", "已申请听证"},
	{"heard", "待决定"}, {"decided", "待送达"}, {"served", "复核申请期内"},
	{"reviewing", "复核中"}, {"final", "撤销已生效"}, {"dropped", "不予撤销"},
	{"overturned", "复核撤销原决定"}, {0}};

static const struct field case_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"name", FIELD_TEXT, "持证人姓名", .max = 60},
	{"number", FIELD_TEXT, "证书编号", .max = 30},
	{"recall_id", FIELD_ID, "批量撤销", .flags = FIELD_HIDDEN},
	{0},
};

static int list(struct req *rq)
{
	struct q_revocation_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state"), *name = in_text(rq->in, "name"),
		*number = in_text(rq->in, "number");
	int64_t recall = in_int(rq->in, "recall_id");
	int r = q_revocation_list(cx->db, &rows, .scope = cx->scope, .state = state, .name = name,
		.number = number, .recall_id = recall, .page = rq_page(rq));
	if (r >= 0)
		r = q_revocation_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.name = name, .number = number, .recall_id = recall,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	rq_states(rq, &revocation_flow);
	if ((r = rq_list(rq, &q_revocation_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *shown = rq_list_rows(rq);
	for (size_t i = 0; shown && i < rows.n; i++) {
		json_t *row = json_array_get(shown, i);
		json_object_set_new(row, "reason_label",
			json_string(revocation_reason_label(rows.at[i].reason_kind)));
		json_object_set_new(row, "person",
			json_string(text_of(cx, "%" PRId64, rows.at[i].person_id)));
	}
	return 0;
}

static const struct field open_fields[] = {
	{"reason_kind", FIELD_CHOICE, "事由", .choices = revocation_reasons,
		.flags = FIELD_REQUIRED},
	{"reason", FIELD_AREA, "查明的事实和依据",
		.help = "写明时间、经过和证据。告知书以此为底稿，持证人会看到。", .min = 5,
		.max = 1000, .flags = FIELD_REQUIRED | FIELD_WIDE},
	EVIDENCE_FIELD("证据", "调查材料的扫描件，持证人可以查阅。"),
	{0},
};

static int open_form(struct req *rq)
{
	struct q_certificate_find c;
	int r = certificate_of_path(rq, &c);
	if (r < 0)
		return r;
	view_set(rq, "certificate", view_row(rq, &q_certificate_find_desc, &c));
	view_text(rq, "title", text_of(rq->cx, "立案撤销证书 · %s", c.name));
	view_form(rq, "form", open_fields, rq->path, "立案", NULL);
	return 0;
}

static int open_case(struct req *rq)
{
	struct q_certificate_find c;
	int64_t id, file_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = certificate_of_path(rq, &c)) < 0 ||
		(r = evidence_keep(rq, 0, c.body_id, c.region, &file_id)) < 0)
		return r;
	if ((r = revocation_open(rq->cx, &(struct revocation_in){.person_id = c.person_id,
		.certificate_id = c.id, .reason_kind = in_text(rq->in, "reason_kind"),
		.reason = in_text(rq->in, "reason"), .file_id = file_id}, &id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "revocation.opened");
	return rq_redirect(rq, "/revocations/%" PRId64 "/%" PRId64, c.person_id, id);
}

/* ---- one case ---- */

static const struct field notice_fields[] = {
	{"text", FIELD_AREA, "告知内容", .help = "事实、理由和拟作出的决定。送达后不能修改。",
		.min = 10, .max = REVOCATION_TEXT, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"means", FIELD_CHOICE, "送达方式", .choices = revocation_means, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field decide_fields[] = {
	{"text", FIELD_AREA, "决定内容",
		.help = "事实、对陈述申辩或听证意见的审查、依据和决定。送达后不能修改。", .min = 10,
		.max = REVOCATION_TEXT, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct field serve_fields[] = {
	{"means", FIELD_CHOICE, "送达方式", .choices = revocation_means, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field opinion_fields[] = {
	{"opinion_kind", FIELD_CHOICE, "机构意见", .choices = revocation_opinions,
		.flags = FIELD_REQUIRED},
	{"text", FIELD_AREA, "事实和理由", .help = "写明本机构查明的情况。期限内可以多次补充。",
		.min = 2, .max = REVOCATION_TEXT, .flags = FIELD_REQUIRED | FIELD_WIDE},
	EVIDENCE_FIELD("证明材料", "考务记录、监控截图等，持证人可以查阅。"),
	{0},
};

static void put_forms(struct req *rq, const struct q_revocation_find *v, const char *base)
{
	struct ctx *cx = rq->cx;
	bool handles = ctx_may(cx, PERM_REVOCATION_HANDLE);
	int64_t me = cx->actor.account_id;
	bool decides = ctx_may(cx, PERM_CERTIFICATE_REVOKE) && v->opened_by != me
		&& v->noticed_by != me && v->heard_by != me;
	bool spoke = v->stated_at || v->hearing_asked_at;
	view_flag(rq, "may_notice", handles && streq(v->state, "opened"));
	view_flag(rq, "may_decide", decides && streq(v->state, "heard"));
	view_flag(rq, "may_opine",
		ctx_may(cx, PERM_REVOCATION_OPINE) && revocation_may_opine(cx, v));
	view_flag(rq, "may_serve", handles && streq(v->state, "decided"));
	view_form(rq, "notice_form", notice_fields, text_of(cx, "%s/notice", base), "送达告知书",
		json_pack("{s:s, s:s}", "text", revocation_notice_words(cx, v->number,
		v->reason_kind, v->reason), "means", "electronic"));
	view_form(rq, "opinion_form", opinion_fields, text_of(cx, "%s/opinion", base), "提交意见",
		NULL);
	view_form(rq, "decide_form", decide_fields, text_of(cx, "%s/decide", base), "决定撤销",
		json_pack("{s:s}", "text", revocation_decision_words(cx, v->number, v->reason_kind,
		v->reason, spoke)));
	view_form(rq, "serve_form", serve_fields, text_of(cx, "%s/serve", base), "送达决定书",
		json_pack("{s:s}", "means", "electronic"));
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = matter_load(rq, &subject);
	if (r < 0)
		return r;
	put_forms(rq, subject.row, matter_base(rq, &subject));
	return matter_put(rq, &subject);
}

static int notice(struct req *rq)
{
	int r = revocation_notice(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "text"), in_text(rq->in, "means"));
	return r < 0 ? r : matter_back(rq);
}

static int opine(struct req *rq)
{
	struct flow_subject subject;
	int64_t file_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = matter_load(rq, &subject)) < 0 || (r = evidence_keep(rq, 0, subject.body_id,
		subject.region, &file_id)) < 0 || (r = revocation_opine(rq->cx, subject.person_id,
		subject.id, in_text(rq->in, "opinion_kind"), in_text(rq->in, "text"),
		file_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "revocation.opined");
	return matter_back(rq);
}

static int decide(struct req *rq)
{
	int r = revocation_decide(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "text"));
	return r < 0 ? r : matter_back(rq);
}

static int serve(struct req *rq)
{
	int r = revocation_serve(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "means"));
	return r < 0 ? r : matter_back(rq);
}

#define CASE "/revocations/:person/:id"

const struct route routes_revocation[] = {
	{GET, "/certificates/:person/:id/revoke", PERM_REVOCATION_HANDLE, open_form,
		"revocation/new", "立案撤销证书"},
	{POST, "/certificates/:person/:id/revoke", PERM_REVOCATION_HANDLE, open_case, NULL,
		"立案撤销证书", open_fields, .form = "/certificates/:person/:id/revoke",
		.flags = ROUTE_BIG},
	{GET, "/revocations", PERM_REVOCATION_READ, list, "revocation/list", "撤销案件",
		case_filters, .flags = ROUTE_LIST},
	{GET, CASE, PERM_REVOCATION_READ, show, "revocation/show", "撤销案件",
		.audit = "查阅撤销案件"},
	{POST, CASE "/flow", PERM_REVOCATION_HANDLE, matter_step, NULL, "办理撤销案件", step_fields,
		.form = CASE},
	{POST, CASE "/notice", PERM_REVOCATION_HANDLE, notice, NULL, "送达告知书", notice_fields,
		.form = CASE},
	{POST, CASE "/opinion", PERM_REVOCATION_OPINE, opine, NULL, "陈述机构意见", opinion_fields,
		.form = CASE, .flags = ROUTE_BIG},
	{POST, CASE "/decide", PERM_CERTIFICATE_REVOKE, decide, NULL, "决定撤销证书",
		decide_fields, .form = CASE},
	{POST, CASE "/serve", PERM_REVOCATION_HANDLE, serve, NULL, "送达决定书", serve_fields,
		.form = CASE},
	{GET, CASE "/notice.pdf", PERM_REVOCATION_READ, matter_paper, NULL, "告知书",
		.audit = "查看撤销告知书", .flags = ROUTE_DOWNLOAD},
	{GET, CASE "/decision.pdf", PERM_REVOCATION_READ, matter_paper, NULL, "决定书",
		.audit = "查看撤销决定书", .flags = ROUTE_DOWNLOAD},
	{GET, CASE "/review.pdf", PERM_REVOCATION_READ, matter_paper, NULL, "复核决定书",
		.audit = "查看复核决定书", .flags = ROUTE_DOWNLOAD},
	{GET, CASE "/file", PERM_REVOCATION_READ, matter_file, NULL, "案件证据",
		.audit = "查看案件证据", .flags = ROUTE_DOWNLOAD},
	{GET, CASE "/statement", PERM_REVOCATION_READ, matter_statement, NULL, "陈述申辩材料",
		.audit = "查看陈述申辩材料", .flags = ROUTE_DOWNLOAD},
	{GET, CASE "/opinion", PERM_REVOCATION_READ, matter_opinion, NULL, "机构意见的材料",
		.audit = "查看机构意见的材料", .flags = ROUTE_DOWNLOAD},
	{0},
};
