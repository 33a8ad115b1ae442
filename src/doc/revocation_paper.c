#include "doc/revocation_paper.h"

#include <string.h>

#include "base/civil.h"
#include "doc/paper.h"
#include "domain/certificate/revocation.h"
#include "domain/standard/grade.h"
#include "query/core.h"
#include "query/revocation.h"

struct words {
	const char *title, *number, *text, *rights;
	int64_t at;
};

static const char *day_of(struct ctx *cx, int64_t at)
{
	return civil_day_text_zh(cx->arena, civil_day_at(at));
}

static struct words notice_words(struct ctx *cx, const struct q_revocation_find *v)
{
	return (struct words){"撤销证书告知书", v->notice_no, v->notice_text, text_of(cx,
		"您有权陈述、申辩，也有权申请听证。请在%s前（含当日）登录平台“证书事项”提交，或者书"
		"面"
		"送交本机关。逾期未提交的，视为放弃，本机关将依法作出决定。",
		civil_day_text_zh(cx->arena, v->notice_until_on)), v->noticed_at};
}

static struct words decision_words(struct ctx *cx, const struct q_revocation_find *v)
{
	const char *until = v->served_until_on ? text_of(cx, "在%s前（含当日）",
		civil_day_text_zh(cx->arena, v->served_until_on)) : "在决定送达后规定的期限内";
	return (struct words){"撤销证书决定书", v->decision_no, v->decision_text, text_of(cx,
		"对本决定不服的，可以%s登录平台“证书事项”申请复核。期满没有申请复核的，本决定生效；"
		"申请"
		"复核的，复核决定作出前本决定不生效。", until), v->decided_at};
}

static struct words review_words(const struct q_revocation_find *v)
{
	bool upheld = streq(v->state, "final");
	return (struct words){"复核决定书", v->review_no, v->review_decision, upheld
		? "经复核，维持原决定。撤销自本复核决定作出之日起生效。"
		: "经复核，撤销原决定，证书继续有效。", v->reviewed_at};
}

static int office_of(struct ctx *cx, const char *region, const char **ret_name)
{
	struct q_region_find row;
	const char *code = strlen(region) > 4 ? text_of(cx, "%.4s", region) : region;
	int r = q_region_find(cx->db, &row, .code = code);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_name = r == ERR_NOTFOUND ? "人力资源和社会保障部门" : text_of(cx,
		"%s人力资源和社会保障%s", row.name, row.tier == 1 ? "厅" : "局");
	return 0;
}

static json_t *view_of(struct ctx *cx, const struct q_revocation_find *v, const struct words *w,
	const char *office)
{
	const char *grade = v->grade ? grade_label(v->grade) : v->work_type_name;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title", w->title,
		"number", w->number, "name", v->name, "certificate", text_of(cx, "%s　%s　%s",
		v->number, v->occupation_name, grade), "reason",
		revocation_reason_label(v->reason_kind), "text", w->text, "rights", w->rights,
		"office", office, "on", day_of(cx, w->at));
}

int revocation_paper(struct ctx *cx, const struct q_revocation_find *v, enum revocation_paper kind,
	struct str *ret_pdf)
{
	struct words w = kind == PAPER_NOTICE ? notice_words(cx, v) : kind == PAPER_DECISION
		? decision_words(cx, v) : review_words(v);
	struct paper *paper;
	const char *office;
	if (is_blank(w.number))
		return fail(cx, ERR_NOTFOUND, "revocation.no_paper_yet");
	int r = office_of(cx, v->region, &office);
	if (r < 0)
		return r;
	json_t *view = view_of(cx, v, &w, office);
	r = paper_new(text_of(cx, "%s %s", w.title, w.number), &paper);
	if (r == 0) {
		paper_date(paper, w.at);
		r = paper_page(paper, "revocation", view);
		if (r == 0)
			r = paper_finish(paper, cx->arena, ret_pdf);
		else
			paper_free(paper);
	}
	json_decref(view);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}
