/* What happens to a certificate after it was handed over, and what is said of it. */
#include <inttypes.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/certificate/handover_impl.h"

static const char *record_of(enum certificate_event event)
{
	if (event == CERTIFICATE_CORRECTED)
		return "change";
	return event == CERTIFICATE_REVOKED ? "revoke" : NULL;
}

static bool was_told(const struct q_handovers_of *row)
{
	return streq(row->state, "prepared") || streq(row->state, "sent") ||
		streq(row->state, "accepted");
}

/* The record that is still to be taken into a package, of one target. */
static const struct q_handovers_of *waiting_of(const struct q_handovers_of_rows *rows,
	const char *target)
{
	for (size_t i = 0; i < rows->n; i++)
		if (streq(rows->at[i].target, target) && streq(rows->at[i].state, "waiting"))
			return &rows->at[i];
	return NULL;
}

static int put(struct ctx *cx, const struct q_handover_face *c, const char *target,
	const char *kind)
{
	int64_t id = ctx_id(cx);
	int r = q_handover_insert(cx->db, .person_id = c->person_id, .id = id,
		.certificate_id = c->id, .target = target, .record_kind = kind,
		.state = "waiting", .number = c->number, .body_id = c->body_id,
		.region = c->region, .package_id = 0, .created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "handover", c->person_id, id, "queue", "");
}

/* A revocation takes the place of a correction that waits; the file shows the face as it is
 * then. */
static int queue_for(struct ctx *cx, const struct q_handovers_of_rows *rows, const char *target,
	const struct q_handover_face *face, const char *kind)
{
	const struct q_handovers_of *waiting = waiting_of(rows, target);
	if (!waiting)
		return put(cx, face, target, kind);
	int r = q_handover_set_kind(cx->db, .person_id = waiting->person_id, .id = waiting->id,
		.record_kind = streq(waiting->record_kind, "new") ? "new" : kind);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : put(cx, face, target, kind); /* a package has just taken it */
}

/* Revoked before anybody was told. */
static int drop(struct ctx *cx, const struct q_handover_face *face, const char *target)
{
	int r = q_handover_drop(cx->db, .person_id = face->person_id, .certificate_id = face->id,
		.target = target, .with_new = 1);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int handover_queue(struct ctx *cx, enum certificate_event event, int64_t person_id,
	int64_t certificate_id)
{
	struct q_handovers_of_rows rows;
	struct q_handover_face face;
	const char *kind = record_of(event);
	if (!kind)
		return 0;
	int r = q_handovers_of(cx->db, &rows, .person_id = person_id,
		.certificate_id = certificate_id);
	if (r >= 0 && rows.n)
		r = q_handover_face(cx->db, &face, .person_id = person_id, .id = certificate_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (const struct choice *t = handover_targets; rows.n && t->code; t++) {
		bool told = false;
		for (size_t i = 0; i < rows.n; i++)
			told = told || (streq(rows.at[i].target, t->code) && was_told(&rows.at[i]));
		r = told ? queue_for(cx, &rows, t->code, &face, kind)
			: event == CERTIFICATE_REVOKED ? drop(cx, &face, t->code) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- in words ---- */

static const char *of_new(struct ctx *cx, const struct q_handovers_of *h, const char *region)
{
	struct arena *a = cx->arena;
	if (streq(h->state, "sent"))
		return text_of(cx, "已于%s上报，一般 %" PRId64 " 天内可查",
			civil_day_text_zh(a, h->sent_on),
			setting_int(cx, "handover.answer_days", region, 0));
	if (streq(h->state, "accepted"))
		return text_of(cx, "已于%s上报，%s入库，可以查询", civil_day_text_zh(a, h->sent_on),
			civil_day_text_zh(a, h->answered_on));
	if (streq(h->state, "refused") || streq(h->state, "mended"))
		return text_of(cx, "%s上报后被退回，正在改正重报",
			civil_day_text_zh(a, h->sent_on));
	return "正在办理上报";
}

static const char *of_later(struct ctx *cx, const struct q_handovers_of *h)
{
	const char *what = streq(h->record_kind, "revoke") ? "撤销信息" : "更正信息";
	if (streq(h->state, "accepted"))
		return text_of(cx, "；%s已于%s入库", what,
			civil_day_text_zh(cx->arena, h->answered_on));
	if (streq(h->state, "sent"))
		return text_of(cx, "；%s已于%s上报，尚未更新", what,
			civil_day_text_zh(cx->arena, h->sent_on));
	return text_of(cx, "；%s待上报", what);
}

const char *handover_words(struct ctx *cx, const char *target,
	const struct q_handovers_of_rows *records, const char *region)
{
	const char *text = "";
	for (size_t i = 0; i < records->n; i++) {
		const struct q_handovers_of *h = &records->at[i];
		if (streq(h->target, target))
			text = streq(h->record_kind, "new") ? of_new(cx, h, region)
				: text_of(cx, "%s%s", text, of_later(cx, h));
	}
	return *text || !streq(target, "national") ? text : "尚未上报";
}
