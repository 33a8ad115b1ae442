#include "web/page/matter.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "doc/revocation_paper.h"
#include "domain/certificate/revocation.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/page.h"

int matter_load(struct req *rq, struct flow_subject *ret_subject)
{
	return revocation_flow.load(rq->cx, rq_person(rq), rq_id(rq, "id"), ret_subject);
}

static const char *base_of(struct req *rq, int64_t person_id, int64_t id)
{
	return rq->cx->actor.role == ROLE_WORKER ? text_of(rq->cx, "/my/matters/%" PRId64, id)
		: text_of(rq->cx, "/revocations/%" PRId64 "/%" PRId64, person_id, id);
}

const char *matter_base(struct req *rq, const struct flow_subject *subject)
{
	return base_of(rq, subject->person_id, subject->id);
}

static const char *day_or_none(struct ctx *cx, int64_t day)
{
	return day ? civil_day_text_zh(cx->arena, day) : "";
}

static void put_case(struct req *rq, const struct flow_subject *subject)
{
	const struct q_revocation_find *v = subject->row;
	struct ctx *cx = rq->cx;
	json_t *row = view_row(rq, &q_revocation_find_desc, v);
	static const char *const inner[] = {"opened_by", "noticed_by", "heard_by", "decided_by",
		"served_by", "reviewed_by", "file_id", "statement_file_id",
		"opinion_file_id"};
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
		{"until_text", day_or_none(cx, v->until_on)},
		{"opinion_label", choice_label(revocation_opinions, v->opinion_kind)},
		{"base", matter_base(rq, subject)},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		json_object_set_new(row, texts[i].key, json_string(texts[i].text));
	json_object_set_new(row, "has_file", json_boolean(v->file_id != 0));
	json_object_set_new(row, "has_statement_file", json_boolean(v->statement_file_id != 0));
	json_object_set_new(row, "certificate_url", json_string(certificate_base(rq, v->person_id,
		v->certificate_id)));
	json_object_set_new(row, "has_opinion_file", json_boolean(v->opinion_file_id != 0));
	json_object_set_new(row, "is_recalled", json_boolean(v->recall_id
		&& ctx_may(cx, PERM_REVOCATION_HANDLE)));
	json_object_set_new(row, "is_final", json_boolean(streq(v->state, "final")));
	view_state(row, &revocation_flow, v->state);
	view_set(rq, "case", row);
}

/* Nor does the course of the case tell the holder of what was not served yet. */
static void drop_unserved(struct req *rq)
{
	json_t *events = json_object_get(json_object_get(rq->view, "flow"), "events");
	for (size_t i = json_array_size(events); i; i--)
		if (streq(json_string_value(json_object_get(json_array_get(events, i - 1),
			"action")), "decide"))
			json_array_remove(events, i - 1);
}

int matter_put(struct req *rq, const struct flow_subject *subject)
{
	const struct q_revocation_find *v = subject->row;
	bool is_mine = rq->cx->actor.role == ROLE_WORKER;
	put_case(rq, subject);
	view_flag(rq, "is_mine", is_mine);
	view_text(rq, "title", text_of(rq->cx, "撤销案件 · %s", is_mine ? v->number : v->name));
	int r = view_flow(rq, &revocation_flow, subject, "%s/flow", matter_base(rq, subject));
	if (r == 0 && is_mine && !v->served_at)
		drop_unserved(rq);
	return r;
}

int matter_back(struct req *rq)
{
	return rq_redirect(rq, "%s", base_of(rq, rq_person(rq), rq_id(rq, "id")));
}

int matter_step(struct req *rq)
{
	int r = flow_run(rq->cx, &revocation_flow, rq_person(rq), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : matter_back(rq);
}

int matter_paper(struct req *rq)
{
	const char *name = strrchr(rq->route->path, '/') + 1;
	enum revocation_paper paper = streq(name, "notice.pdf") ? PAPER_NOTICE
		: streq(name, "decision.pdf") ? PAPER_DECISION : PAPER_REVIEW;
	struct flow_subject subject;
	struct str pdf;
	int r = matter_load(rq, &subject);
	if (r < 0 || (r = revocation_paper(rq->cx, subject.row, paper, &pdf)) < 0)
		return r;
	return rq_bytes(rq, "application/pdf", NULL, pdf);
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

int matter_opinion(struct req *rq)
{
	struct flow_subject subject;
	int r = matter_load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_revocation_find *v = subject.row;
	return evidence_send(rq, 0, v->opinion_file_id);
}
