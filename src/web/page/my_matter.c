/* What concerns the holder: cases against his certificates, offers to be assessed again, and who
 * watches his certificates. Every row is found by the actor's own person. */
#include <inttypes.h>

#include "base/civil.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/change.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "domain/standard/grade.h"
#include "query/follow.h"
#include "query/recall.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/matter.h"
#include "web/page/page.h"

static int64_t me(struct req *rq)
{
	return rq->cx->actor.person_id;
}

static const char *day_text(struct ctx *cx, int64_t day)
{
	return day ? civil_day_text_zh(cx->arena, day) : "";
}

static int put_cases(struct req *rq)
{
	struct q_revocations_of_person_rows rows;
	int r = q_revocations_of_person(rq->cx->db, &rows, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		rows.at[i].state = revocation_state_shown(rows.at[i].state);
		rows.at[i].decided_at = rows.at[i].served_at ? rows.at[i].decided_at : 0;
	}
	json_t *list = view_rows(rq, &q_revocations_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		view_state(row, &revocation_flow, rows.at[i].state);
		json_object_set_new(row, "reason_label",
			json_string(revocation_reason_label(rows.at[i].reason_kind)));
		json_object_set_new(row, "until_text",
			json_string(day_text(rq->cx, rows.at[i].until_on)));
	}
	view_set(rq, "cases", list);
	return 0;
}

static const struct choice offer_states[] = {{"offered", "可以参加"}, {"taken", "已报名"},
	{"declined", "已放弃"}, {0}};

/* Enrolments made since that may be what the offer is taken up with. */
static int choices_of(struct req *rq, const struct q_reassessments_of_person *o, json_t *row)
{
	struct q_reassessment_enrolments_rows rows;
	json_t *list = json_array();
	int r = q_reassessment_enrolments(rq->cx->db, &rows, .person_id = me(rq),
		.created_at = o->created_at, .occupation_id = o->occupation_id, .grade = o->grade);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "id", text_of(rq->cx,
			"%" PRId64, rows.at[i].id), "title", rows.at[i].title));
	json_object_set_new(row, "has_enrolments", json_boolean(rows.n));
	json_object_set_new(row, "enrolments", list);
	return 0;
}

static int put_offers(struct req *rq)
{
	struct q_reassessments_of_person_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_reassessments_of_person(cx->db, &rows, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = view_rows(rq, &q_reassessments_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_reassessments_of_person *o = &rows.at[i];
		json_t *row = json_array_get(list, i);
		bool is_open = streq(o->state, "offered") && ctx_today(cx) <= o->until_on;
		json_object_set_new(row, "state_label",
			json_string(choice_label(offer_states, o->state)));
		json_object_set_new(row, "until_text", json_string(day_text(cx, o->until_on)));
		json_object_set_new(row, "is_open", json_boolean(is_open));
		json_object_set_new(row, "find_url", json_string(text_of(cx,
			"/open?occupation_id=%" PRId64 "&grade=%" PRId64, o->occupation_id,
			o->grade)));
		if ((r = choices_of(rq, o, row)) < 0)
			return r;
	}
	view_set(rq, "offers", list);
	return 0;
}

static int put_followers(struct req *rq)
{
	struct q_followers_of_person_rows rows;
	int64_t today = ctx_today(rq->cx);
	int r = q_followers_of_person(rq->cx->db, &rows, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_followers_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		bool active = streq(rows.at[i].state, "active");
		bool over = active && rows.at[i].until_on < today;
		json_object_set_new(row, "purpose_label",
			json_string(choice_label(follow_purposes, rows.at[i].purpose)));
		json_object_set_new(row, "state_label", json_string(over ? "已到期"
			: choice_label(follow_states, rows.at[i].state)));
		json_object_set_new(row, "until_text",
			json_string(day_text(rq->cx, rows.at[i].until_on)));
		json_object_set_new(row, "may_object",
			json_boolean(!streq(rows.at[i].state, "objected")));
	}
	view_set(rq, "followers", list);
	return 0;
}

int matters_waiting_put(struct req *rq)
{
	struct q_revocations_waiting row;
	int r = q_revocations_waiting(rq->cx->db, &row, .person_id = me(rq),
		.today = ctx_today(rq->cx));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_int(rq, "matters_waiting", row.n);
	view_flag(rq, "has_matters_waiting", row.n > 0);
	return certificate_requests_put(rq);
}

static int matters(struct req *rq)
{
	int r = put_cases(rq);
	if (r < 0 || (r = certificate_requests_put(rq)) < 0 || (r = put_offers(rq)) < 0)
		return r;
	return put_followers(rq);
}

/* ---- one case ---- */

static const struct field say_fields[] = {
	{"text", FIELD_AREA, "陈述申辩意见", .help = "写明事实、理由和证据。期限内可以多次补充。",
		.min = 2, .max = REVOCATION_TEXT, .flags = FIELD_REQUIRED | FIELD_WIDE},
	EVIDENCE_FIELD("证明材料", ""),
	{0},
};

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = revocation_read(rq->cx, rq_id(rq, "id"));
	if (r < 0 || (r = matter_load(rq, &subject)) < 0)
		return r;
	const struct q_revocation_find *v = subject.row;
	view_flag(rq, "may_say", streq(v->state, "noticed")
		&& ctx_today(rq->cx) <= v->until_on);
	view_flag(rq, "may_ask_review", streq(v->state, "served"));
	view_form(rq, "say_form", say_fields,
		text_of(rq->cx, "%s/statement", matter_base(rq, &subject)), "提交", NULL);
	return matter_put(rq, &subject);
}

static int say(struct req *rq)
{
	struct flow_subject subject;
	int64_t file_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = matter_load(rq, &subject)) < 0 || (r = evidence_keep(rq, subject.person_id,
		subject.body_id, subject.region, &file_id)) < 0 ||
		(r = revocation_say(rq->cx, subject.id, in_text(rq->in, "text"), file_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "revocation.said");
	return matter_back(rq);
}

/* ---- offers and employers ---- */

static const struct field take_fields[] = {
	{"enrolment", FIELD_ID, "报名", .flags = FIELD_REQUIRED},
	{0},
};

static int take(struct req *rq)
{
	int r = reassessment_take(rq->cx, rq_id(rq, "id"), in_int(rq->in, "enrolment"));
	return r < 0 ? r : rq_redirect(rq, "/my/matters");
}

static int decline(struct req *rq)
{
	int r = reassessment_decline(rq->cx, rq_id(rq, "id"));
	return r < 0 ? r : rq_redirect(rq, "/my/matters");
}

static int object(struct req *rq)
{
	int r = follow_object(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "follow.objection_kept");
	return rq_redirect(rq, "/my/matters");
}

#define CASE "/my/matters/:id"

const struct route routes_my_matter[] = {
	{GET, "/my/matters", PERM_CERTIFICATE_SELF, matters, "my/matters", "证书事项"},
	{GET, CASE, PERM_CERTIFICATE_SELF, show, "my/matter", "撤销案件"},
	{POST, CASE "/flow", PERM_CERTIFICATE_SELF, matter_step, NULL, "听证、复核等申请",
		step_fields, .form = CASE},
	{POST, CASE "/statement", PERM_CERTIFICATE_SELF, say, NULL, "提交陈述申辩", say_fields,
		.form = CASE, .flags = ROUTE_BIG},
	{GET, CASE "/notice.pdf", PERM_CERTIFICATE_SELF, matter_paper, NULL, "告知书",
		.flags = ROUTE_DOWNLOAD},
	{GET, CASE "/decision.pdf", PERM_CERTIFICATE_SELF, matter_paper, NULL, "决定书",
		.flags = ROUTE_DOWNLOAD},
	{GET, CASE "/review.pdf", PERM_CERTIFICATE_SELF, matter_paper, NULL, "复核决定书",
		.flags = ROUTE_DOWNLOAD},
	{GET, CASE "/file", PERM_CERTIFICATE_SELF, matter_file, NULL, "案件证据",
		.flags = ROUTE_DOWNLOAD},
	{GET, CASE "/statement", PERM_CERTIFICATE_SELF, matter_statement, NULL, "陈述申辩材料",
		.flags = ROUTE_DOWNLOAD},
	{GET, CASE "/opinion", PERM_CERTIFICATE_SELF, matter_opinion, NULL, "机构意见的材料",
		.flags = ROUTE_DOWNLOAD},
	{POST, "/my/reassessments/:id/take", PERM_CERTIFICATE_SELF, take, NULL,
		"参加重新评价", take_fields, .form = "/my/matters"},
	{POST, "/my/reassessments/:id/decline", PERM_CERTIFICATE_SELF, decline, NULL,
		"放弃重新评价", .form = "/my/matters"},
	{POST, "/my/followers/:id/object", PERM_CERTIFICATE_SELF, object, NULL,
		"不同意用人单位关注", .form = "/my/matters"},
	{0},
};
