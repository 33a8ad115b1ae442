/* What happens to a certificate after it was handed over, and what is said of it. */
#include <inttypes.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/certificate/handover_impl.h"

static const char *record_of(enum certificate_event event)
{
	switch (event) {
	case CERTIFICATE_CORRECTED:
		return "change";
	case CERTIFICATE_SUSPENDED:
		return "suspend";
	case CERTIFICATE_REINSTATED:
		return "resume";
	case CERTIFICATE_REVOKED:
		return "revoke";
	default:
		return NULL;
	}
}

static bool was_told(const struct q_handovers_of *row)
{
	return streq(row->state, "prepared") || streq(row->state, "sent") ||
		streq(row->state, "accepted");
}

/* The records about one certificate for one target, and what has happened to it. */
struct queue {
	struct ctx *cx;
	const struct q_handovers_of_rows *rows;
	const struct q_handover_face *face;
	const char *target, *kind;
};

/* The record of a kind that no package has taken yet. */
static const struct q_handovers_of *waiting_of(const struct queue *q, const char *kind)
{
	for (size_t i = 0; i < q->rows->n; i++) {
		const struct q_handovers_of *row = &q->rows->at[i];
		if (streq(row->state, "waiting") && streq(row->target, q->target) &&
			streq(row->record_kind, kind))
			return row;
	}
	return NULL;
}

static int put(const struct queue *q)
{
	struct ctx *cx = q->cx;
	const struct q_handover_face *c = q->face;
	int64_t id = ctx_id(cx);
	int r = q_handover_insert(cx->db, .person_id = c->person_id, .id = id,
		.certificate_id = c->id, .target = q->target, .record_kind = q->kind,
		.state = "waiting", .number = c->number, .body_id = c->body_id,
		.region = c->region, .package_id = 0, .created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "handover", c->person_id, id, "queue", "");
}

/* One that waits is enough: the file shows the face as it is then. */
static int put_beside(const struct queue *q, const struct q_handovers_of *waiting)
{
	int r = waiting ? q_handover_hold(q->cx->db, .person_id = waiting->person_id,
		.id = waiting->id) : 0;
	return r < 0 ? ctx_pass(q->cx, r) : r ? 0 : put(q);
}

/* The one that waits and this make each other needless. */
static int put_against(const struct queue *q, const struct q_handovers_of *waiting)
{
	int r = q_handover_unqueue(q->cx->db, .person_id = waiting->person_id, .id = waiting->id);
	return r < 0 ? ctx_pass(q->cx, r) : r ? 0 : put(q);
}

/* What was refused of a certificate that is revoked is not handed over again. */
static int end_refused(const struct queue *q, const struct q_handovers_of *row)
{
	struct ctx *cx = q->cx;
	bool refused = streq(row->state, "refused") || streq(row->state, "mended");
	if (!refused || !streq(row->target, q->target))
		return 0;
	int r = q_handover_move(cx->db, .person_id = row->person_id, .id = row->id,
		.from_state = row->state, .state = "ended");
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? flow_note(cx, "handover", row->person_id, row->id, "end", "证书已撤销") : 0;
}

/* Of all that waits or was refused; of a new certificate too, when nobody was told of it. */
static int drop_all(const struct queue *q, bool with_new)
{
	int r = q_handover_drop(q->cx->db, .person_id = q->face->person_id,
		.certificate_id = q->face->id, .target = q->target, .with_new = with_new);
	if (r < 0)
		return ctx_pass(q->cx, r);
	r = 0;
	for (size_t i = 0; i < q->rows->n && r == 0; i++)
		r = end_refused(q, &q->rows->at[i]);
	return r;
}

static int queue_revocation(const struct queue *q)
{
	int r = drop_all(q, false);
	return r < 0 ? r : put(q);
}

/* How the look-up has it, or will when it has been told what is on its way. */
static bool is_suspended_there(const struct queue *q)
{
	bool is_suspended = false;
	for (size_t i = 0; i < q->rows->n; i++) {
		const struct q_handovers_of *row = &q->rows->at[i];
		bool suspends = streq(row->record_kind, "suspend");
		if (streq(row->target, q->target) && !streq(row->state, "waiting") &&
			(suspends || streq(row->record_kind, "resume")))
			is_suspended = suspends;
	}
	return is_suspended;
}

/* A suspension that ended before it was handed over is nobody's business; nor is one that the
 * layout has no word for. */
static int queue_suspension(const struct queue *q)
{
	const struct handover_layout *layout;
	bool suspends = streq(q->kind, "suspend");
	const struct q_handovers_of *other = waiting_of(q, suspends ? "resume" : "suspend");
	if (other)
		return put_against(q, other);
	if (is_suspended_there(q) == suspends)
		return 0;
	int r = handover_layout_for(q->cx, q->target, ctx_today(q->cx), &layout);
	if (r == ERR_NOTFOUND)
		ctx_clear(q->cx);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : r;
	return layout_has_record(layout, q->kind) ? put_beside(q, waiting_of(q, q->kind)) : 0;
}

static int queue_for(const struct queue *q)
{
	const struct q_handovers_of *fresh = waiting_of(q, "new");
	if (fresh)
		return put_beside(q, fresh);
	if (streq(q->kind, "revoke"))
		return queue_revocation(q);
	return streq(q->kind, "change") ? put_beside(q, waiting_of(q, "change"))
		: queue_suspension(q);
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
		struct queue q = {cx, &rows, &face, t->code, kind};
		r = told ? queue_for(&q) : event == CERTIFICATE_REVOKED
			? drop_all(&q, true) : 0;
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
	return streq(h->state, "ended") ? "没有入库，证书已撤销" : "正在办理上报";
}

static const char *label_of(const char *record_kind)
{
	const struct choice *c = handover_records;
	while (c->code && !streq(c->code, record_kind))
		c++;
	return c->code ? c->label : "";
}

static const char *of_later(struct ctx *cx, const struct q_handovers_of *h)
{
	const char *what = text_of(cx, "%s信息", label_of(h->record_kind));
	if (streq(h->state, "accepted"))
		return text_of(cx, "；%s已于%s入库", what,
			civil_day_text_zh(cx->arena, h->answered_on));
	if (streq(h->state, "sent"))
		return text_of(cx, "；%s已于%s上报，尚未更新", what,
			civil_day_text_zh(cx->arena, h->sent_on));
	return streq(h->state, "ended") ? "" : text_of(cx, "；%s待上报", what);
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
