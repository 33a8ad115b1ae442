/* The acts of a recall: opening, taking people out and in, freezing, deciding. */
#include "domain/certificate/recall.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "core/setting.h"
#include "domain/certificate/recall_impl.h"
#include "domain/certificate/revocation.h"
#include "domain/certificate/revocation_impl.h"
#include "query/enrolment.h"
#include "query/batch.h"
#include "query/recall.h"
#include "query/revocation.h"

enum { DIGEST_LINE = 64 * 1024 };

const struct choice recall_picks[] = {
	{"body", "评价机构"}, {"batch", "评价批次"}, {"examiner", "考评员"},
		{"case", "雷同线索案件"},
	{0}};

int recall_get(struct ctx *cx, int64_t id, struct q_recall_find *ret_recall)
{
	int r = q_recall_find(cx->db, ret_recall, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "recall.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int recall_submit(struct ctx *cx, int64_t id, const char *kind)
{
	int64_t job_id;
	int r = job_submit(cx, kind, text_of(cx, "%" PRId64, id), &job_id);
	if (r < 0)
		return r;
	r = q_recall_set_job(cx->db, .id = id, .job_id = job_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What was picked, in words; it must be in the actor's scope. */
static int words_of(struct ctx *cx, const struct recall_in *in, const char **ret_text)
{
	struct q_recall_body body;
	struct q_recall_batch batch;
	struct q_recall_staff staff;
	struct q_recall_case pair;
	int r = ERR_NOTFOUND;
	if (streq(in->pick_kind, "body")) {
		r = q_recall_body(cx->db, &body, .id = in->picked_id, .lo = cx->scope.lo,
			.hi = cx->scope.hi);
		*ret_text = r == 0 ? body.name : NULL;
	} else if (streq(in->pick_kind, "batch")) {
		r = q_recall_batch(cx->db, &batch, .id = in->picked_id, .scope = cx->scope);
		*ret_text = r == 0 ? text_of(cx, "%s %s", batch.body_name, batch.title) : NULL;
	} else if (streq(in->pick_kind, "examiner")) {
		r = q_recall_staff(cx->db, &staff, .id = in->picked_id, .scope = cx->scope);
		*ret_text = r == 0 ? staff.name : NULL;
	} else if (streq(in->pick_kind, "case")) {
		r = q_recall_case(cx->db, &pair, .id = in->picked_id, .scope = cx->scope);
		*ret_text = r == 0 ? pair.title : NULL;
	}
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "picked", "recall.nothing_picked");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_in(struct ctx *cx, const struct recall_in *in)
{
	if (is_blank(in->title))
		fail_field(cx, "title", "recall.title_needed");
	if (is_blank(in->reason))
		fail_field(cx, "reason", "revocation.text_needed");
	if (in->from_on && in->to_on && in->to_on < in->from_on)
		fail_field(cx, "to_on", "recall.days_crossed");
	return ctx_checked(cx);
}

int recall_open(struct ctx *cx, const struct recall_in *in, int64_t *ret_id)
{
	const char *words = "";
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_REVOCATION_HANDLE);
	if (r < 0 || (r = check_in(cx, in)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = words_of(cx, in, &words)) < 0)
		return r;
	r = q_recall_insert(cx->db, .id = id, .region = cx->actor.region, .title = in->title,
		.pick_kind = in->pick_kind, .picked_id = in->picked_id, .pick_text = words,
		.from_on = in->from_on, .to_on = in->to_on, .reason_kind = in->reason_kind,
		.reason = in->reason, .file_id = in->file_id, .is_suspending = in->is_suspending,
		.is_offering = in->is_offering, .created_by = cx->actor.account_id,
		.created_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "recall", 0, id, "open_case", in->reason)) < 0 ||
		(r = recall_submit(cx, id, RECALL_LIST)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int change_item(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id,
	const char *reason)
{
	struct q_recall_find recall;
	struct q_recall_item_find item;
	int r = ctx_need(cx, PERM_REVOCATION_HANDLE);
	if (r < 0 || (r = recall_get(cx, id, &recall)) < 0)
		return r;
	if (!streq(recall.state, "listed"))
		return fail(cx, ERR_STATE, "recall.list_fixed");
	r = q_recall_item_find(cx->db, &item, .person_id = person_id, .id = item_id,
		.recall_id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "recall.no_item");
	if (r >= 0)
		r = reason ? q_recall_item_out(cx->db, .person_id = person_id, .id = item_id,
			.out_reason = reason, .out_by = cx->actor.account_id)
			: q_recall_item_back(cx->db, .person_id = person_id, .id = item_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, "recall.item_state");
	return flow_note(cx, "recall_item", 0, id, reason ? "take_out" : "take_in",
		text_of(cx, "%s %s%s%s", item.name, item.number, reason ? "：" : "",
		reason ? reason : ""));
}

static int in_tx(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id,
	const char *reason)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = change_item(cx, id, person_id, item_id, reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int recall_take_out(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id,
	const char *reason)
{
	if (is_blank(reason))
		return fail_field(cx, "reason", "recall.out_reason");
	return in_tx(cx, id, person_id, item_id, reason);
}

int recall_take_in(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id)
{
	return in_tx(cx, id, person_id, item_id, NULL);
}

static int digest_one(void *arg, const struct q_recall_frozen_walk *row)
{
	struct digest *d = arg;
	auto_buf line;
	buf_init(&line, DIGEST_LINE);
	buf_printf(&line, "%" PRId64 "|%s|%s|%s\n", row->certificate_id, row->state, row->number,
		row->out_reason);
	digest_add(d, line.p, line.n);
	return 0;
}

int recall_digest(struct ctx *cx, int64_t id, const char **ret_hex)
{
	uint8_t out[DIGEST_BYTES];
	struct digest *d = digest_new(DIGEST_SHA256);
	int r = q_recall_frozen_walk(cx->db, digest_one, d, .recall_id = id);
	digest_finish(d, out);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_hex = hex_text(cx->arena, out, sizeof out);
	return 0;
}

int recall_decide(struct ctx *cx, int64_t id, const char *text)
{
	auto_tx tx = {0};
	int r;
	if (is_blank(text))
		return fail_field(cx, "text", "revocation.text_needed");
	if (utf8_count(str_of(text)) > REVOCATION_TEXT)
		return fail_field(cx, "text", "revocation.text_long",
			text_of(cx, "%d", REVOCATION_TEXT));
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &recall_flow, 0, id, "decide", text, NULL)) < 0)
		return r;
	r = q_recall_set_decision(cx->db, .id = id, .decided_by = cx->actor.account_id,
		.decided_name = cx->actor.name, .decision_text = text);
	if (r < 0)
		return ctx_pass(cx, r);
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int recall_job_rests(struct ctx *cx, const struct q_recall_find *recall)
{
	bool is_open;
	int r = job_is_open(cx, recall->job_id, &is_open);
	return r < 0 ? r : is_open ? fail(cx, ERR_STATE, "recall.job_runs") : 0;
}

int recall_go_on(struct ctx *cx, int64_t id)
{
	struct q_recall_find recall;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_REVOCATION_HANDLE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = recall_get(cx, id, &recall)) < 0)
		return r;
	const char *kind = recall_job_of(recall.state);
	if (!kind)
		return fail(cx, ERR_STATE, "recall.no_job");
	if ((r = recall_job_rests(cx, &recall)) < 0 || (r = recall_submit(cx, id, kind)) < 0 ||
		(r = flow_note(cx, "recall", 0, id, "go_on", "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- to be assessed again ---- */

int recall_offer(struct ctx *cx, const struct q_revocation_find *v)
{
	struct q_recall_find recall;
	int64_t months, today = ctx_today(cx);
	if (!v->recall_id)
		return 0;
	int r = q_recall_find(cx->db, &recall, .id = v->recall_id, .scope = scope_all());
	if (r < 0 || !recall.is_offering)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	if ((r = setting_get(cx, "reassessment.months", v->region, today, &months)) < 0)
		return r;
	r = q_reassessment_insert(cx->db, .person_id = v->person_id, .id = ctx_id(cx),
		.recall_id = v->recall_id, .revocation_id = v->id,
		.certificate_id = v->certificate_id, .body_id = v->body_id, .region = v->region,
		.number = v->number, .occupation_id = v->occupation_id,
		.occupation_name = v->occupation_name, .work_type_name = v->work_type_name,
		.grade = v->grade, .until_on = civil_add_months(today, months),
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int find_offer(struct ctx *cx, int64_t id, struct q_reassessment_find *ret_offer)
{
	int r = ctx_need(cx, PERM_CERTIFICATE_SELF);
	if (r < 0)
		return r;
	r = q_reassessment_find(cx->db, ret_offer, .person_id = cx->actor.person_id, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "reassessment.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(ret_offer->state, "offered"))
		return fail(cx, ERR_STATE, "reassessment.answered");
	return ctx_today(cx) > ret_offer->until_on ? fail(cx, ERR_STATE, "reassessment.over") : 0;
}

int reassessment_take(struct ctx *cx, int64_t id, int64_t enrolment_id)
{
	struct q_reassessment_find offer;
	struct q_enrolment_find e;
	struct q_batch_find batch;
	int64_t me = cx->actor.person_id;
	int r = find_offer(cx, id, &offer);
	if (r < 0)
		return r;
	r = q_enrolment_find(cx->db, &e, .person_id = me, .id = enrolment_id, .scope = scope_all());
	if (r == 0)
		r = q_batch_find(cx->db, &batch, .id = e.batch_id, .scope = scope_all());
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r == ERR_NOTFOUND || batch.occupation_id != offer.occupation_id
		|| batch.grade != offer.grade || e.created_at < offer.created_at)
		return fail_field(cx, "enrolment", "reassessment.other_thing");
	r = q_reassessment_take(cx->db, .person_id = me, .id = id, .enrolment_id = enrolment_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "reassessment.answered");
}

int reassessment_decline(struct ctx *cx, int64_t id)
{
	struct q_reassessment_find offer;
	int r = find_offer(cx, id, &offer);
	if (r < 0)
		return r;
	r = q_reassessment_decline(cx->db, .person_id = cx->actor.person_id, .id = id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
