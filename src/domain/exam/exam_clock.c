/* What the clock does with exams: each thing in a transaction of its own, so that one exam in
 * trouble does not hold up the others. */
#include "domain/exam/answer.h"
#include "domain/exam/exam_impl.h"
#include "domain/exam/receipt.h"
#include "query/exam.h"
#include "query/sitting.h"

enum { AHEAD_SECONDS = 3 * 3600, PAUSED_SECONDS = 6 * 3600, RECALLED_SECONDS = 15 * 60 };

/* Overtaken by somebody: it has been done. Out of a state that does not fit: not now. */
static int unless_overtaken(struct ctx *cx, int r)
{
	if (r == ERR_STATE || r == ERR_CONFLICT || r == ERR_NOTFOUND) {
		ctx_clear(cx);
		return 0;
	}
	return r;
}

static int step(struct ctx *cx, int64_t person_id, int64_t id, const char *action,
	const char *why)
{
	return unless_overtaken(cx,
		flow_run(cx, &sitting_flow, person_id, id, action, why, NULL));
}

static int before_start(struct ctx *cx, const struct q_exam_due *e)
{
	struct q_exam_find exam;
	struct exam_seated seated;
	int given;
	int r = q_exam_find(cx->db, &exam, .id = e->id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(exam.arranged_hash, exam.batch_hash) && !is_blank(exam.batch_hash))
		r = unless_overtaken(cx, exam_seat(cx, e->id, &seated));
	if (r >= 0)
		r = exam_give_forms(cx, e->id, &given);
	if (r >= 0 && e->starts_at <= ctx_now(cx))
		r = unless_overtaken(cx, flow_run(cx, &exam_flow, 0, e->id, "start", "", NULL));
	return r;
}

/* Too late to begin: absent, at the latest when the room's time is over. Whoever was called back
 * from absence has some minutes to come in, or to be given more. */
static int say_absent(struct ctx *cx, const struct q_sittings_open *s, int64_t late_seconds)
{
	int64_t begins = s->started_at ? s->started_at : s->starts_at;
	int64_t extra = s->room_extra_seconds + s->extra_seconds;
	bool is_late = ctx_now(cx) > begins + late_seconds + extra && !s->checked_in_at &&
		ctx_now(cx) > s->seen_at + RECALLED_SECONDS;
	if (!is_late && ctx_now(cx) <= s->ends_at + extra)
		return 0;
	return step(cx, s->person_id, s->id, "absent", is_late ? "未到考" : "到考但未开始作答");
}

static int look_at(struct ctx *cx, const struct q_sittings_open *s, const struct q_exam_due *e)
{
	if (streq(s->place, "venue")) /* another machine's clock rules there */
		return 0;
	if (streq(s->state, "waiting") || streq(s->state, "admitted"))
		return say_absent(cx, s, e->late_seconds);
	if (streq(s->state, "paused") && ctx_now(cx) > e->ends_at + PAUSED_SECONDS)
		return step(cx, s->person_id, s->id, "expire", "暂停后未恢复，考试结束");
	return 0;
}

static int while_running(struct ctx *cx, const struct q_exam_due *e)
{
	struct q_sittings_open_rows open;
	int given, r = exam_start_rooms(cx, e->id);
	if (r < 0 || (r = exam_give_forms(cx, e->id, &given)) < 0)
		return r;
	if ((r = q_sittings_open(cx->db, &open, .exam_id = e->id)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < open.n; i++)
		if ((r = look_at(cx, &open.at[i], e)) < 0)
			return r;
	if (open.n || ctx_now(cx) < e->ends_at)
		return 0;
	return unless_overtaken(cx, flow_run(cx, &exam_flow, 0, e->id, "close", "", NULL));
}

static int expire_all(struct ctx *cx)
{
	struct q_sittings_over_rows over;
	int r = q_sittings_over(cx->db, &over, .deadline_at = ctx_now(cx) - ANSWER_GRACE_SECONDS);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < over.n; i++)
		if ((r = step(cx, over.at[i].person_id, over.at[i].id, "expire",
			     "考试时间到")) < 0)
			return r;
	return 0;
}

int sitting_tick(struct ctx *cx)
{
	int r = expire_all(cx);
	return r < 0 ? r : receipt_sign_all(cx);
}

int exam_tick(struct ctx *cx)
{
	struct q_exam_due_rows due;
	int bad = 0;
	int r = q_exam_due(cx->db, &due, .until_at = ctx_now(cx) + AHEAD_SECONDS);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < due.n; i++) {
		r = streq(due.at[i].state, "ready") ? before_start(cx, &due.at[i])
			: while_running(cx, &due.at[i]);
		if (r == ERR_DB || r == ERR_IO)
			return r;
		bad = r < 0 ? r : bad;
	}
	return bad;
}
