#include "domain/certificate/revocation.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/utf8.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/revocation_impl.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/revocation.h"

static const char kind[] = "revocation";

enum { SAID_BYTES = 16 * 1024 };

const struct choice revocation_reasons[] = {
	{"false_material", "提供虚假申报材料"}, {"impersonation", "冒名顶替参加评价"},
	{"cheating", "考试作弊"}, {"lenient", "评价机构违规组织评价"},
	{"tampered", "成绩被篡改"}, {"mistaken", "证书核发有误"}, {"other", "其他"}, {0}};

const struct choice revocation_means[] = {
	{"electronic", "电子送达（平台内）"}, {"direct", "直接送达"}, {"mail", "邮寄送达"},
	{"notice", "公告送达"}, {0}};

const struct choice revocation_opinions[] = {{"agree", "同意撤销"}, {"disagree", "不同意撤销"},
	{"facts", "只说明情况"}, {0}};

const char *revocation_reason_label(const char *reason_kind)
{
	for (const struct choice *c = revocation_reasons; c->code; c++)
		if (streq(c->code, reason_kind))
			return c->label;
	return reason_kind;
}

static int check_text(struct ctx *cx, const char *field, const char *text)
{
	if (is_blank(text))
		return fail_field(cx, field, "revocation.text_needed");
	if (utf8_count(str_of(text)) > REVOCATION_TEXT)
		return fail_field(cx, field, "revocation.text_long",
			text_of(cx, "%d", REVOCATION_TEXT));
	return 0;
}

static int check_choice(struct ctx *cx, const char *field, const struct choice *choices,
	const char *code)
{
	for (; choices->code; choices++)
		if (streq(choices->code, code))
			return 0;
	return fail_field(cx, field, "revocation.choice_needed");
}

int revocation_paper_no(struct ctx *cx, const char *paper, const char *region,
	const char **ret_number)
{
	struct q_paper_serial_next next;
	struct civil date = civil_of(ctx_today(cx));
	const char *prefix = text_of(cx, "%s-%d-%.4s", paper, (int)date.year, region);
	int r = q_paper_serial_next(cx->db, &next, .prefix = prefix);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_number = text_of(cx, "%s〔%d〕%.4s-%06d号", paper, (int)date.year, region,
		(int)next.last);
	return 0;
}

/* The last day of a term that begins today. */
static int term(struct ctx *cx, const char *setting, const char *region, int64_t *ret_until_on)
{
	int64_t days, today = ctx_today(cx);
	int r = setting_get(cx, setting, region, today, &days);
	return r < 0 ? r : workday_due(cx, today, days, ret_until_on);
}

static int open_deadline(struct ctx *cx, const struct q_certificate_find *c, int64_t id)
{
	int64_t due;
	int r = term(cx, "revocation.notice_wd", c->region, &due);
	if (r < 0)
		return r;
	r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = kind, .subject_id = id,
		.name = "revocation.notice_wd", .region = c->region, .body_id = c->body_id,
		.due_on = due, .opened_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int may_open(struct ctx *cx, const struct revocation_in *in,
	struct q_certificate_find *ret_certificate)
{
	struct q_revocation_open_of other;
	int r = certificate_hold(cx, in->person_id, in->certificate_id, cx->scope,
		ret_certificate);
	if (r < 0)
		return r;
	r = q_revocation_open_of(cx->db, &other, .person_id = in->person_id,
		.certificate_id = in->certificate_id);
	if (r == 0)
		return fail(cx, ERR_STATE, "revocation.open_already");
	return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
}

static int insert(struct ctx *cx, const struct revocation_in *in,
	const struct q_certificate_find *c, int64_t id)
{
	int r = q_revocation_insert(cx->db, .person_id = c->person_id, .id = id,
		.certificate_id = c->id, .body_id = c->body_id, .region = c->region,
		.number = c->number, .name = c->name, .reason_kind = in->reason_kind,
		.reason = in->reason, .file_id = in->file_id, .recall_id = in->recall_id,
		.opened_by = cx->actor.account_id, .opened_name = cx->actor.name,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = open_deadline(cx, c, id)) < 0 ||
		(r = flow_note(cx, kind, c->person_id, id, "open_case", in->reason)) < 0)
		return r;
	return flow_note(cx, "certificate", c->person_id, c->id, "open_case",
		revocation_reason_label(in->reason_kind));
}

int revocation_open(struct ctx *cx, const struct revocation_in *in, int64_t *ret_id)
{
	struct q_certificate_find c;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_REVOCATION_HANDLE);
	if (r < 0 || (r = check_choice(cx, "reason_kind", revocation_reasons,
		in->reason_kind)) < 0 || (r = check_text(cx, "reason", in->reason)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = may_open(cx, in, &c)) < 0 || (r = insert(cx, in, &c, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* A step whose words are kept with it. The step holds the row: what was said a moment ago stands in
 * what is loaded behind it. */
static int begin_step(struct ctx *cx, struct tx *tx, int64_t person_id, int64_t id,
	const char *action, const char *reason, struct flow_subject *ret_subject)
{
	int r = tx_begin(tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = flow_run(cx, &revocation_flow, person_id, id, action, reason, NULL);
	return r < 0 ? r : revocation_flow.load(cx, person_id, id, ret_subject);
}

static int end_step(struct ctx *cx, struct tx *tx, int r)
{
	if (r >= 0)
		r = tx_commit(tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int revocation_notice(struct ctx *cx, int64_t person_id, int64_t id, const char *text,
	const char *means)
{
	struct flow_subject s;
	const char *number;
	int64_t until;
	auto_tx tx = {0};
	int r = check_text(cx, "text", text);
	if (r < 0 || (r = check_choice(cx, "means", revocation_means, means)) < 0)
		return r;
	if ((r = begin_step(cx, &tx, person_id, id, "notice", "", &s)) < 0 ||
		(r = term(cx, "revocation.statement_wd", s.region, &until)) < 0 ||
		(r = revocation_paper_no(cx, "证撤告", s.region, &number)) < 0)
		return r;
	r = q_revocation_set_notice(cx->db, .person_id = person_id, .id = id,
		.noticed_by = cx->actor.account_id, .noticed_at = ctx_now(cx),
		.notice_no = number, .notice_text = text, .notice_means = means,
		.notice_until_on = until);
	return end_step(cx, &tx, r);
}

/* What somebody adds to what he has said. */
static int add_words(struct ctx *cx, const char *said, const char *text, const char **ret_all)
{
	const char *all = *said ? text_of(cx, "%s\n\n%s", said, text) : text;
	if (strlen(all) > SAID_BYTES)
		return fail(cx, ERR_LIMIT, "revocation.said_enough");
	*ret_all = all;
	return 0;
}

int revocation_stated(struct ctx *cx, const struct flow_subject *s, const char *text,
	int64_t file_id)
{
	const struct q_revocation_find *v = s->row;
	const char *all;
	int r = add_words(cx, v->statement, text, &all);
	if (r < 0)
		return r;
	r = q_revocation_set_statement(cx->db, .person_id = v->person_id, .id = v->id,
		.statement = all, .statement_file_id = file_id ? file_id : v->statement_file_id,
		.stated_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int revocation_say(struct ctx *cx, int64_t id, const char *text, int64_t file_id)
{
	struct flow_subject s;
	auto_tx tx = {0};
	int r = check_text(cx, "text", text);
	if (r < 0 || (r = begin_step(cx, &tx, cx->actor.person_id, id, "say", text, &s)) < 0)
		return r;
	return end_step(cx, &tx, revocation_stated(cx, &s, text, file_id));
}

bool revocation_may_opine(struct ctx *cx, const struct q_revocation_find *v)
{
	bool is_open = streq(v->state, "noticed") || streq(v->state, "hearing")
		|| streq(v->state, "heard");
	return is_open && ctx_today(cx) <= v->notice_until_on;
}

int revocation_opine(struct ctx *cx, int64_t person_id, int64_t id, const char *opinion_kind,
	const char *text, int64_t file_id)
{
	struct flow_subject s;
	const char *all;
	auto_tx tx = {0};
	int r = check_choice(cx, "opinion_kind", revocation_opinions, opinion_kind);
	if (r < 0 || (r = check_text(cx, "text", text)) < 0 ||
		(r = begin_step(cx, &tx, person_id, id, "opine", text, &s)) < 0)
		return r;
	const struct q_revocation_find *v = s.row;
	if ((r = add_words(cx, v->opinion, text, &all)) < 0)
		return r;
	r = q_revocation_set_opinion(cx->db, .person_id = person_id, .id = id,
		.opinion_kind = opinion_kind, .opinion = all, .opinion_name = cx->actor.name,
		.opinion_file_id = file_id ? file_id : v->opinion_file_id,
		.opinion_at = ctx_now(cx));
	return end_step(cx, &tx, r);
}

int revocation_decide(struct ctx *cx, int64_t person_id, int64_t id, const char *text)
{
	struct flow_subject s;
	const char *number;
	auto_tx tx = {0};
	int r = check_text(cx, "text", text);
	if (r < 0)
		return r;
	if ((r = begin_step(cx, &tx, person_id, id, "decide", "", &s)) < 0 ||
		(r = revocation_paper_no(cx, "证撤决", s.region, &number)) < 0)
		return r;
	r = q_revocation_set_decision(cx->db, .person_id = person_id, .id = id,
		.decided_by = cx->actor.account_id, .decided_name = cx->actor.name,
		.decided_at = ctx_now(cx), .decision_no = number, .decision_text = text);
	return end_step(cx, &tx, r);
}

int revocation_serve(struct ctx *cx, int64_t person_id, int64_t id, const char *means)
{
	struct flow_subject s;
	int64_t until;
	auto_tx tx = {0};
	int r = check_choice(cx, "means", revocation_means, means);
	if (r < 0)
		return r;
	if ((r = begin_step(cx, &tx, person_id, id, "serve", "", &s)) < 0 ||
		(r = term(cx, "revocation.review_ask_wd", s.region, &until)) < 0)
		return r;
	r = q_revocation_set_served(cx->db, .person_id = person_id, .id = id,
		.served_by = cx->actor.account_id, .served_at = ctx_now(cx), .served_means = means,
		.served_until_on = until);
	return end_step(cx, &tx, r);
}

int revocation_read(struct ctx *cx, int64_t id)
{
	struct flow_subject s;
	int64_t person_id = cx->actor.person_id, now = ctx_now(cx);
	int r = revocation_flow.load(cx, person_id, id, &s);
	if (r < 0)
		return r;
	const struct q_revocation_find *v = s.row;
	if (!v->notice_read_at)
		r = q_revocation_set_notice_read(cx->db, .person_id = person_id, .id = id,
			.notice_read_at = now);
	if (r >= 0 && v->served_at && !v->served_read_at)
		r = q_revocation_set_served_read(cx->db, .person_id = person_id, .id = id,
			.served_read_at = now);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

const char *revocation_notice_words(struct ctx *cx, const char *number, const char *reason_kind,
	const char *reason)
{
	return text_of(cx, "经查，您持有的证书（编号%s）存在“%s”的情形：%s 拟撤销该证书。",
		number, revocation_reason_label(reason_kind), reason);
}

const char *revocation_decision_words(struct ctx *cx, const char *number, const char *reason_kind,
	const char *reason, bool has_spoken)
{
	return text_of(cx, "经查，您持有的证书（编号%s）存在“%s”的情形：%s %s决定撤销该证书。",
		number, revocation_reason_label(reason_kind), reason, has_spoken
		? "您的陈述申辩意见已经审查，理由不成立，不予采纳。"
		: "您在告知的期限内未提出陈述申辩，也未申请听证。");
}
