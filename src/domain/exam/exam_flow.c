/* The lifecycle of an exam. */
#include "base/civil.h"
#include "domain/exam/exam_impl.h"
#include "domain/exam/exposure.h"
#include "query/exam.h"
#include "query/exam_venue.h"
#include "query/sitting.h"

enum { ROUNDS = 5 };

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_exam_find *e = arena_make(cx->arena, struct q_exam_find);
	int r = exam_get(cx, id, e);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = e->state, .region = e->region,
		.title = e->title, .body_id = e->body_id, .row = e};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_exam_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

/* Sealed is fine: it is opened on the day. */
static int guard_ready(struct ctx *cx, const struct flow_run *run)
{
	const struct q_exam_find *e = run->subject->row;
	struct q_exam_paper_set_held set;
	struct exam_seated seated;
	int r = exam_seat(cx, e->id, &seated);
	if (r < 0)
		return r;
	if (!e->paper_set_id)
		return fail(cx, ERR_STATE, "exam.set_missing", e->title);
	if ((r = q_exam_paper_set_held(cx->db, &set, .id = e->paper_set_id)) < 0)
		return ctx_pass(cx, r);
	if (streq(set.state, "withdrawn"))
		return fail(cx, ERR_STATE, "exam.set_withdrawn", set.title);
	struct q_exam_find now;
	if ((r = exam_get(cx, e->id, &now)) < 0)
		return r;
	if (!now.n_sittings)
		return fail(cx, ERR_STATE, "exam.nobody", e->title);
	if (now.ends_at - now.starts_at < now.duration_seconds)
		return fail(cx, ERR_STATE, "exam.too_short",
			text_of(cx, "%d", (int)(now.duration_seconds / 60)),
			civil_time_text(cx->arena, now.starts_at),
			civil_time_text(cx->arena, now.ends_at));
	return 0;
}

/* Nothing that would end, void or change sittings which a venue's machine runs. */
static int guard_here(struct ctx *cx, const struct flow_run *run)
{
	return exam_none_away(cx, run->subject->id);
}

/* Whoever has come must not find the door shut. */
static int guard_unready(struct ctx *cx, const struct flow_run *run)
{
	struct exam_count *counts;
	size_t n;
	int r = guard_here(cx, run);
	if (r < 0)
		return r;
	r = exam_count(cx, run->subject->id, &counts, &n);
	if (r < 0 || !counts->present)
		return r;
	return fail(cx, ERR_STATE, "exam.people_there", text_of(cx, "%d", (int)counts->present));
}

static int guard_all_ended(struct ctx *cx, const struct flow_run *run)
{
	struct q_sittings_open_rows open;
	int r = q_sittings_open(cx->db, &open, .exam_id = run->subject->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (open.n)
		return fail(cx, ERR_STATE, "exam.still_open", text_of(cx, "%d", (int)open.n));
	return 0;
}

/* One by one: those who begin hold their rooms, and nobody waits in a circle. */
int exam_start_rooms(struct ctx *cx, int64_t exam_id)
{
	struct q_exam_rooms_due_rows due;
	int r = q_exam_rooms_due(cx->db, &due, .exam_id = exam_id, .starts_at = ctx_now(cx));
	for (size_t i = 0; r >= 0 && i < due.n; i++)
		r = q_exam_room_start(cx->db, .exam_id = exam_id,
			.batch_room_id = due.at[i].batch_room_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_start(struct ctx *cx, const struct flow_run *run)
{
	int given;
	int r = exam_start_rooms(cx, run->subject->id);
	return r < 0 ? ctx_pass(cx, r) : exam_give_forms(cx, run->subject->id, &given);
}

static int on_close(struct ctx *cx, const struct flow_run *run)
{
	int r = q_exam_rooms_close(cx->db, .exam_id = run->subject->id);
	return r < 0 ? ctx_pass(cx, r) : exposure_sat(cx, run->subject->id);
}

static int end_one(struct ctx *cx, const struct flow_run *run, const struct q_sittings_open *s,
	const char *ended, const char *not_begun)
{
	bool has_begun = streq(s->state, "running") || streq(s->state, "paused");
	const char *why = is_blank(run->reason) ? run->step->label : run->reason;
	return flow_run(cx, &sitting_flow, s->person_id, s->id, has_begun ? ended : not_begun, why,
		NULL);
}

/* Every open sitting by the step that fits its state. Who begins or hands in meanwhile is looked at
 * once more. */
static int end_all(struct ctx *cx, const struct flow_run *run, const char *ended,
	const char *not_begun)
{
	struct q_sittings_open_rows open;
	int r = 0;
	for (int round = 0; round < ROUNDS; round++) {
		if ((r = q_sittings_open(cx->db, &open, .exam_id = run->subject->id)) < 0)
			return ctx_pass(cx, r);
		if (!open.n)
			return 0;
		for (size_t i = 0; i < open.n; i++) {
			r = end_one(cx, run, &open.at[i], ended, not_begun);
			if (r < 0 && r != ERR_STATE)
				return r;
			ctx_clear(cx);
		}
	}
	return guard_all_ended(cx, run);
}

static int on_end(struct ctx *cx, const struct flow_run *run)
{
	int r = end_all(cx, run, "force", "absent");
	return r < 0 ? r : on_close(cx, run);
}

static int on_void(struct ctx *cx, const struct flow_run *run)
{
	int r = end_all(cx, run, "withdraw", "withdraw");
	return r < 0 ? r : on_close(cx, run);
}

static const struct flow_state states[] = {
	{"preparing", "设置中", TONE_PLAIN},
	{"ready", "待开考", TONE_WAIT},
	{"running", "考试中", TONE_WAIT},
	{"closed", "已结束", TONE_WAIT},
	{"scored", "已评分", TONE_GOOD},
	{"void", "已作废", TONE_BAD},
	{0},
};

#define VOID(state) \
	{state, "void", "void", "整场作废", PERM_EXAM_WITHDRAW, guard_here, on_void, \
	.flags = FLOW_REASON | FLOW_DANGER}

static const struct flow_step steps[] = {
	{"preparing", "ready", "ready", "设置完成，准备开考", PERM_EXAM_EDIT, guard_ready},
	{"ready", "unready", "preparing", "退回设置", PERM_EXAM_EDIT, guard_unready,
		.flags = FLOW_REASON},
	{"ready", "start", "running", "到时开考", PERM_EXAM_EDIT, NULL, on_start,
		.flags = FLOW_HIDDEN},
	{"running", "close", "closed", "结束考试", PERM_EXAM_EDIT, guard_all_ended, on_close},
	{"running", "end", "closed", "强制结束考试", PERM_EXAM_EDIT, guard_here, on_end,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"closed", "score", "scored", "评分完成", PERM_EXAM_READ, .flags = FLOW_HIDDEN},
	VOID("preparing"),
	VOID("ready"),
	VOID("running"),
	{0},
};

const struct flow exam_flow = {"exam", "机考", states, steps, load, move};

int exam_end(struct ctx *cx, int64_t id, const char *reason)
{
	return flow_run(cx, &exam_flow, 0, id, "end", reason, NULL);
}
