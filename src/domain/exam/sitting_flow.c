/* The states of a sitting, and what each step does besides. */
#include "base/civil.h"
#include "domain/exam/answer.h"
#include "domain/exam/exam_impl.h"
#include "domain/exam/receipt.h"
#include "query/exam_board.h"
#include "query/sitting.h"

enum { REOPEN_SECONDS = 300 };

/* Candidates have no scope; the steps they may run are hidden behind verbs that ask for the
 * token. */
static struct scope scope_of(struct ctx *cx)
{
	return cx->actor.role == ROLE_PUBLIC ? scope_all() : cx->scope;
}

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_sitting_find *s = arena_make(cx->arena, struct q_sitting_find);
	int r = q_sitting_find(cx->db, s, .person_id = person_id, .id = id,
		.scope = scope_of(cx));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "sitting.notfound");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(s->place, "venue"))
		return fail(cx, ERR_STATE, "board.away");
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = s->state,
		.region = s->region, .title = text_of(cx, "%d 号座位 %s", (int)s->seat, s->name),
		.body_id = s->body_id, .row = s};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_sitting_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

static int64_t start_of(const struct q_sitting_find *s)
{
	return s->started_at ? s->started_at : s->starts_at;
}

int64_t sitting_late_at(const struct q_sitting_find *s)
{
	return start_of(s) + s->late_seconds + s->room_extra_seconds + s->extra_seconds;
}

int64_t sitting_stay_until(const struct q_sitting_find *s)
{
	int64_t until = start_of(s) + s->stay_seconds;
	return s->deadline_at && s->deadline_at < until ? s->deadline_at : until;
}

static bool is_exam_on(const struct q_sitting_find *s)
{
	return streq(s->exam_state, "running") || streq(s->exam_state, "ready");
}

static int guard_exam_on(struct ctx *cx, const struct flow_run *run)
{
	const struct q_sitting_find *s = run->subject->row;
	return is_exam_on(s) ? 0 : fail(cx, ERR_STATE, "exam.not_running", s->exam_title);
}

static const char *clock_text(struct ctx *cx, int64_t at)
{
	const char *text = civil_time_text(cx->arena, at);
	return text + sizeof "2026-11-22 " - 1;
}

/* The start does not wait for the routine that writes it down. */
int sitting_check_start(struct ctx *cx, const struct q_sitting_find *s)
{
	int64_t now = ctx_now(cx);
	if (!is_exam_on(s) || streq(s->room_state, "closed"))
		return fail(cx, ERR_STATE, "exam.not_running", s->exam_title);
	if (now < start_of(s))
		return fail(cx, ERR_STATE, "sitting.not_yet", clock_text(cx, start_of(s)));
	if (now > sitting_late_at(s))
		return fail(cx, ERR_STATE, "sitting.too_late",
			clock_text(cx, sitting_late_at(s)));
	return 0;
}

static int guard_begin(struct ctx *cx, const struct flow_run *run)
{
	return sitting_check_start(cx, run->subject->row);
}

int64_t sitting_ends_at(const struct q_sitting_find *s, int64_t now)
{
	int64_t ends = now + s->duration_seconds;
	return (ends > s->ends_at ? s->ends_at : ends) + s->room_extra_seconds;
}

/* The row is ours since the move, and is read as it is now: since it was loaded it may have been
 * given another seat, another form, or more time. */
static int read_again(struct ctx *cx, const struct flow_run *run, struct q_sitting_find *ret_row)
{
	int r = q_sitting_find(cx->db, ret_row, .person_id = run->subject->person_id,
		.id = run->subject->id, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_begin(struct ctx *cx, const struct flow_run *run)
{
	struct q_sitting_find s;
	struct q_sitting_room_extra room;
	int64_t now = ctx_now(cx), form_id;
	int r = read_again(cx, run, &s);
	if (r < 0 || (r = sitting_check_start(cx, &s)) < 0 ||
		(!s.form_id && (r = exam_form_for(cx, &s, &form_id)) < 0))
		return r;
	r = q_sitting_room_extra(cx->db, &room, .exam_id = s.exam_id,
		.batch_room_id = s.batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	s.room_extra_seconds = room.extra_seconds;
	r = q_sitting_begun(cx->db, .person_id = s.person_id, .id = s.id, .begun_at = now,
		.ends_at = sitting_ends_at(&s, now));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_pause(struct ctx *cx, const struct flow_run *run)
{
	int r = q_sitting_paused(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .paused_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Stopped because somebody has asked for the form to be taken out: nobody sits it until that is
 * decided. */
static int guard_form(struct ctx *cx, const struct flow_run *run)
{
	const struct q_sitting_find *s = run->subject->row;
	struct q_withdraw_asked asked;
	int r = q_withdraw_asked(cx->db, &asked, .exam_id = s->exam_id, .form_id = s->form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return asked.n ? fail(cx, ERR_STATE, "withdraw.undecided") : 0;
}

static int on_resume(struct ctx *cx, const struct flow_run *run)
{
	int r = q_sitting_resumed(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .now = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int guard_stay(struct ctx *cx, const struct flow_run *run)
{
	const struct q_sitting_find *s = run->subject->row;
	if (ctx_now(cx) >= sitting_stay_until(s))
		return 0;
	return fail(cx, ERR_STATE, "sitting.stay", clock_text(cx, sitting_stay_until(s)));
}

/* The row is ours since the move: no answer comes in any more, and what is read is final. */
static int on_end(struct ctx *cx, const struct flow_run *run)
{
	const struct flow_subject *s = run->subject;
	struct receipt_answers answers;
	int r = receipt_answers(cx, s->person_id, s->id, &answers);
	if (r < 0)
		return r;
	const char *why = is_blank(run->reason) ? run->step->action : run->reason;
	r = q_sitting_ended(cx->db, .person_id = s->person_id, .id = s->id,
		.ended_at = ctx_now(cx), .ended_why = why, .last_seq = answers.last_seq,
		.n_answered = answers.n_answered, .answers_hash = answers.hash,
		.receipt_code = receipt_code(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* By the clock, which looked before: more time may have been given in between, or a pause ended. */
static int on_expire(struct ctx *cx, const struct flow_run *run)
{
	struct q_sitting_find s;
	int r = read_again(cx, run, &s);
	if (r < 0)
		return r;
	if (!s.paused_at && ctx_now(cx) <= s.deadline_at + ANSWER_GRACE_SECONDS)
		return fail(cx, ERR_STATE, "sitting.time_left");
	return on_end(cx, run);
}

static int on_away(struct ctx *cx, const struct flow_run *run)
{
	const struct flow_subject *s = run->subject;
	int r = q_sitting_ended(cx->db, .person_id = s->person_id, .id = s->id,
		.ended_at = ctx_now(cx), .ended_why = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Seen by the invigilator: the clock does not take that back at once. */
static int on_recall(struct ctx *cx, const struct flow_run *run)
{
	const struct flow_subject *s = run->subject;
	int r = q_sitting_ended(cx->db, .person_id = s->person_id, .id = s->id);
	if (r >= 0)
		r = q_sitting_seen(cx->db, .person_id = s->person_id, .id = s->id,
			.seen_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int guard_reopen(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_exam_on(cx, run);
	return r < 0 ? r : guard_form(cx, run);
}

/* A few minutes at least, when the time is over meanwhile. */
static int on_reopen(struct ctx *cx, const struct flow_run *run)
{
	const struct flow_subject *s = run->subject;
	int r = q_sitting_reopened(cx->db, .person_id = s->person_id, .id = s->id,
		.deadline_at = ctx_now(cx) + REOPEN_SECONDS);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"waiting", "未到", TONE_PLAIN},
	{"admitted", "已准入", TONE_WAIT},
	{"running", "作答中", TONE_WAIT},
	{"paused", "已暂停", TONE_WAIT},
	{"handed_in", "已交卷", TONE_GOOD},
	{"forced", "已强制交卷", TONE_WAIT},
	{"absent", "缺考", TONE_BAD},
	{"void", "已作废", TONE_BAD},
	{0},
};

#define STAFF PERM_EXAM_INVIGILATE
#define FORCE(state) \
	{state, "force", "forced", "强制交卷", STAFF, NULL, on_end, \
	.flags = FLOW_REASON | FLOW_DANGER}, \
	{state, "expire", "forced", "到时自动交卷", STAFF, NULL, on_expire, .flags = FLOW_HIDDEN}
#define ABSENT(state) \
	{state, "absent", "absent", "记为缺考", STAFF, NULL, on_away, \
	.flags = FLOW_REASON}
#define REOPEN(state) \
	{state, "reopen", "running", "恢复作答", STAFF, guard_reopen, on_reopen, \
	.flags = FLOW_REASON | FLOW_DANGER}
#define VOID(state, effect) \
	{state, "void", "void", "作废", STAFF, NULL, effect, \
	.flags = FLOW_REASON | FLOW_DANGER}, \
	/* with the paper, or with the whole exam */ \
	{state, "withdraw", "void", "随卷作废", PERM_EXAM_WITHDRAW, NULL, effect, \
	.flags = FLOW_HIDDEN | FLOW_REASON}

static const struct flow_step steps[] = {
	{"waiting", "admit", "admitted", "准入", STAFF, guard_exam_on},
	/* by whoever knows the room's code, where that is the rule of the exam */
	{"waiting", "enter", "admitted", "凭口令准入", PERM_PUBLIC, guard_exam_on,
		.flags = FLOW_HIDDEN},
	{"admitted", "begin", "running", "开始作答", PERM_PUBLIC, guard_begin, on_begin,
		.flags = FLOW_HIDDEN},
	{"running", "pause", "paused", "暂停", STAFF, NULL, on_pause, .flags = FLOW_REASON},
	{"paused", "resume", "running", "恢复", STAFF, guard_form, on_resume},
	{"running", "hand_in", "handed_in", "交卷", PERM_PUBLIC, guard_stay, on_end,
		.flags = FLOW_HIDDEN},
	FORCE("running"),
	FORCE("paused"),
	ABSENT("waiting"),
	ABSENT("admitted"),
	{"absent", "recall", "waiting", "撤销缺考", STAFF, guard_exam_on, on_recall,
		.flags = FLOW_REASON},
	REOPEN("handed_in"),
	REOPEN("forced"),
	VOID("waiting", on_away),
	VOID("admitted", on_away),
	VOID("running", on_end),
	VOID("paused", on_end),
	VOID("handed_in", NULL),
	VOID("forced", NULL),
	{0},
};

const struct flow sitting_flow = {"sitting", "应试", states, steps, load, move};
