#include "web/page/matter.h"

#include <string.h>

#include "base/civil.h"
#include "doc/revocation_paper.h"
#include "domain/certificate/revocation.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/page.h"

static const char *day_or_none(struct ctx *cx, int64_t day)
{
	return day ? civil_day_text_zh(cx->arena, day) : "";
}

void matter_put(struct req *rq, const struct flow_subject *subject, const char *base)
{
	const struct q_revocation_find *v = subject->row;
	struct ctx *cx = rq->cx;
	json_t *row = view_row(rq, &q_revocation_find_desc, v);
	static const char *const inner[] = {"opened_by", "noticed_by", "heard_by", "decided_by",
		"served_by", "reviewed_by", "file_id", "statement_file_id"};
	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		json_object_del(row, inner[i]);
	const struct {
		const char *key, *text;
	} texts[] = {
		{"reason_label", revocation_reason_label(v->reason_kind)},
		{"notice_means_label", choice_label(revocation_means, v->notice_means)},
		{"served_means_label", choice_label(revocation_means, v->served_means)},
		{"notice_until_text", day_or_none(cx, v->notice_until_on)},
		{"served_until_text", day_or_none(cx, v->served_until_on)},
		{"until_text", day_or_none(cx, v->until_on)}, {"base", base},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		json_object_set_new(row, texts[i].key, json_string(texts[i].text));
	json_object_set_new(row, "has_file", json_boolean(v->file_id != 0));
	json_object_set_new(row, "has_statement_file", json_boolean(v->statement_file_id != 0));
	json_object_set_new(row, "is_recalled", json_boolean(v->recall_id
		&& ctx_may(cx, PERM_REVOCATION_HANDLE)));
	json_object_set_new(row, "is_final", json_boolean(streq(v->state, "final")));
	view_state(row, &revocation_flow, v->state);
	view_set(rq, "case", row);
}

int matter_load(struct req *rq, struct flow_subject *ret_subject)
{
	int64_t person_id = *rq_param(rq, "person") ? rq_id(rq, "person")
		: rq->cx->actor.person_id;
	return revocation_flow.load(rq->cx, person_id, rq_id(rq, "id"), ret_subject);
}

int matter_paper(struct req *rq)
{
	struct flow_subject subject;
	const char *name = strrchr(rq->route->path, '/') + 1;
	enum revocation_paper paper = streq(name, "notice.pdf") ? PAPER_NOTICE
		: streq(name, "decision.pdf") ? PAPER_DECISION : PAPER_REVIEW;
	struct str pdf;
	int r = matter_load(rq, &subject);
	if (r == 0)
		r = revocation_paper(rq->cx, subject.row, paper, &pdf);
	return r < 0 ? r : rq_bytes(rq, "application/pdf", NULL, pdf);
}

int matter_file(struct req *rq)
{
	struct flow_subject subject;
	int r = matter_load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_revocation_find *v = subject.row;
	return evidence_send(rq, 0, v->file_id);
}

int matter_statement(struct req *rq)
{
	struct flow_subject subject;
	int r = matter_load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_revocation_find *v = subject.row;
	return evidence_send(rq, v->person_id, v->statement_file_id);
}
