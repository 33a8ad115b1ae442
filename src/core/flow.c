#include "core/flow.h"

#include <string.h>

#include "base/utf8.h"
#include "core/message.h"
#include "core/setting.h"
#include "core/workday.h"
#include "query/core.h"

enum { REASON_CHARS = 2000, CHOICES_SHOWN = 8 };

const struct flow_state *flow_state(const struct flow *f, const char *code)
{
	for (const struct flow_state *s = f->states; s->code; s++) {
		if (streq(s->code, code))
			return s;
	}
	return NULL;
}

static const char *state_label(const struct flow *f, const char *code)
{
	const struct flow_state *s = flow_state(f, code);
	return s ? s->label : code;
}

static bool is_any(const struct flow_step *step)
{
	return streq(step->from, "*");
}

/* A step of the state's own goes before one from any state. */
static const struct flow_step *find_step(const struct flow *f, const char *state,
	const char *action)
{
	const struct flow_step *any = NULL;
	for (const struct flow_step *step = f->steps; step->action; step++) {
		if (!streq(step->action, action))
			continue;
		if (streq(step->from, state))
			return step;
		if (is_any(step))
			any = any ? any : step;
	}
	return any;
}

const struct flow_step **flow_actions(struct ctx *cx, const struct flow *f,
	const struct flow_subject *s)
{
	size_t n = 0, room = 1;
	for (const struct flow_step *step = f->steps; step->action; step++)
		room++;
	const struct flow_step **actions = arena_array(cx->arena, const struct flow_step *, room);
	for (const struct flow_step *step = f->steps; step->action; step++) {
		bool is_here = find_step(f, s->state, step->action) == step;
		if (is_here && !(step->flags & FLOW_HIDDEN) && ctx_may(cx, step->perm))
			actions[n++] = step;
	}
	return actions;
}

static const char *can_be_done(struct ctx *cx, const struct flow *f, const struct flow_subject *s)
{
	const struct flow_step **actions = flow_actions(cx, f, s);
	auto_buf text;
	buf_init(&text, 1024);
	for (size_t i = 0; i < CHOICES_SHOWN && actions[i]; i++)
		buf_printf(&text, "%s“%s”", i ? "、" : "", actions[i]->label);
	const char *args[PROBLEM_ARGS] = {buf_z(&text)};
	return message_text(cx->arena, text.n ? "flow.can_do" : "flow.wait_for_others", args);
}

static const char *title_of(const struct flow_run *run)
{
	const char *title = run->subject->title;
	return is_blank(title) ? run->flow->title : title;
}

/* The action is not one of this state: say so to those who may take it elsewhere, and to nobody
 * else. */
static int refuse(struct ctx *cx, const struct flow_run *run, const char *action)
{
	const struct flow_step *known = NULL;
	for (const struct flow_step *step = run->flow->steps; step->action; step++) {
		if (!streq(step->action, action))
			continue;
		known = step;
		if (ctx_may(cx, step->perm))
			return fail(cx, ERR_STATE, "flow.not_from_here", run->flow->title,
				title_of(run),
				state_label(run->flow, run->subject->state), step->label,
				can_be_done(cx, run->flow, run->subject));
	}
	return known ? ctx_need(cx, known->perm) : fail(cx, ERR_NOTFOUND, "flow.no_action",
		run->flow->title);
}

/* Four eyes count people: what the program itself did before binds nobody. */
static int check_other(struct ctx *cx, const struct flow_run *run)
{
	struct q_event_last_step last;
	if (!(run->step->flags & FLOW_OTHER) || cx->actor.role == ROLE_SYSTEM)
		return 0;
	int r = q_event_last_step(cx->db, &last, .person_id = run->subject->person_id,
		.subject_id = run->subject->id, .kind = run->flow->kind);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	if (!last.account_id || last.account_id != cx->actor.account_id)
		return 0;
	return fail(cx, ERR_DENIED, "flow.other_needed", run->step->label, last.actor_name);
}

static int check_reason(struct ctx *cx, const struct flow_run *run)
{
	struct str reason = str_of(run->reason);
	if (!reason.n)
		return run->step->flags & FLOW_REASON
			? fail_field(cx, "reason", "flow.reason_needed", run->step->label) : 0;
	if (!utf8_is_text(reason))
		return fail_field(cx, "reason", "flow.reason_text");
	if (utf8_count(reason) > REASON_CHARS)
		return fail_field(cx, "reason", "flow.reason_long",
			text_of(cx, "%d", REASON_CHARS));
	return 0;
}

static int append_event(struct ctx *cx, const struct flow_run *run, int64_t at)
{
	const struct flow_subject *s = run->subject;
	int r = q_event_insert(cx->db, .person_id = s->person_id, .id = ctx_id(cx),
		.kind = run->flow->kind,
		.subject_id = s->id, .at = at, .account_id = cx->actor.account_id,
		.actor_name = cx->actor.name,
		.role = role_code(cx->actor.role), .action = run->step->action,
		.from_state = s->state, .to_state = run->step->to, .reason = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int open_deadline(struct ctx *cx, const struct flow_run *run, int64_t at)
{
	const struct flow_subject *s = run->subject;
	int64_t days, due_on, today = ctx_today(cx);
	int r = setting_get(cx, run->step->deadline, s->region, today, &days);
	if (r < 0)
		return r;
	r = workday_due(cx, today, days, &due_on);
	if (r < 0)
		return r;
	r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = run->flow->kind, .subject_id = s->id,
		.name = run->step->deadline, .region = s->region, .body_id = s->body_id,
		.due_on = due_on, .opened_at = at);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* A step that stays in its state and names no deadline leaves the running one alone. */
static int change_deadline(struct ctx *cx, const struct flow_run *run, int64_t at)
{
	const struct flow_subject *s = run->subject;
	if (streq(s->state, run->step->to) && !run->step->deadline)
		return 0;
	int r = q_deadline_close(cx->db, .closed_at = at, .subject_id = s->id,
		.kind = run->flow->kind);
	if (r < 0)
		return ctx_pass(cx, r);
	return run->step->deadline ? open_deadline(cx, run, at) : 0;
}

static int check(struct ctx *cx, const struct flow_run *run)
{
	int r = ctx_need(cx, run->step->perm);
	if (r < 0)
		return r;
	if ((r = check_reason(cx, run)) < 0)
		return r;
	if ((r = check_other(cx, run)) < 0)
		return r;
	return run->step->guard ? run->step->guard(cx, run) : 0;
}

/* run->subject->state stays the state that was left, for the effect to see. */
static int move(struct ctx *cx, const struct flow_run *run)
{
	int64_t at = ctx_now(cx);
	int r = run->flow->move(cx, run->subject, run->step->to);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE, "flow.overtaken", run->flow->title, title_of(run));
	if ((r = append_event(cx, run, at)) < 0)
		return r;
	if ((r = change_deadline(cx, run, at)) < 0)
		return r;
	return run->step->effect ? run->step->effect(cx, run) : 0;
}

/* Hidden steps belong to the verb that does the work: one that runs within its transaction. */
static bool is_reachable(struct ctx *cx, const struct flow_step *step, bool is_nested)
{
	return !(step->flags & FLOW_HIDDEN) || is_nested || cx->actor.role == ROLE_SYSTEM;
}

static int run_in_tx(struct ctx *cx, struct flow_run *run, int64_t person_id, int64_t id,
	const char *action, bool is_nested)
{
	int r = run->flow->load(cx, person_id, id, run->subject);
	if (r == ERR_NOTFOUND && cx->problem.err != r)
		return fail(cx, r, "flow.notfound", run->flow->title);
	if (r < 0)
		return ctx_pass(cx, r);
	run->step = find_step(run->flow, run->subject->state, action);
	if (!run->step)
		return refuse(cx, run, action);
	if (!is_reachable(cx, run->step, is_nested))
		return fail(cx, ERR_NOTFOUND, "flow.no_action", run->flow->title);
	if ((r = check(cx, run)) < 0)
		return ctx_pass(cx, r);
	return ctx_pass(cx, move(cx, run));
}

int flow_run(struct ctx *cx, const struct flow *f, int64_t person_id, int64_t id,
	const char *action, const char *reason, const struct input *in)
{
	struct flow_subject subject = {.id = id, .person_id = person_id};
	struct str why = str_trim(str_of(reason));
	struct flow_run run = {
		.flow = f, .subject = &subject, .reason = arena_str(cx->arena, why), .in = in,
	};
	bool is_nested = db_in_tx(cx->db);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = run_in_tx(cx, &run, person_id, id, action, is_nested)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static bool has_deadlines(const struct flow *f)
{
	for (const struct flow_step *step = f->steps; step->action; step++)
		if (step->deadline)
			return true;
	return false;
}

int flow_moved(struct ctx *cx, const struct flow *f, const char *action,
	const struct flow_subject *all, const char *const *by, size_t n)
{
	struct q_event_insert_in *in = arena_array(cx->arena, struct q_event_insert_in, n);
	int64_t at = ctx_now(cx);
	if (has_deadlines(f))
		return fail(cx, ERR_BUG, "flow.no_action", f->title);
	for (size_t i = 0; i < n; i++) {
		const struct flow_step *step = find_step(f, all[i].state, action);
		if (!step)
			return fail(cx, ERR_BUG, "flow.no_action", f->title);
		in[i] = (struct q_event_insert_in){.person_id = all[i].person_id, .id = ctx_id(cx),
			.kind = f->kind, .subject_id = all[i].id, .at = at,
			.account_id = cx->actor.account_id, .actor_name = by[i],
			.role = role_code(cx->actor.role), .action = action,
			.from_state = all[i].state, .to_state = step->to, .reason = ""};
	}
	int r = n ? q_event_insert_bulk(cx->db, in, n, NULL) : 0;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int flow_note(struct ctx *cx, const char *kind, int64_t person_id, int64_t id, const char *action,
	const char *text)
{
	int r = q_event_insert(cx->db, .person_id = person_id, .id = ctx_id(cx), .kind = kind,
		.subject_id = id,
		.at = ctx_now(cx), .account_id = cx->actor.account_id, .actor_name = cx->actor.name,
		.role = role_code(cx->actor.role), .action = action, .reason = text);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int flow_note_many(struct ctx *cx, const char *kind, const char *action,
	const struct flow_noted *all, size_t n)
{
	struct q_event_insert_in *in = arena_array(cx->arena, struct q_event_insert_in, n + 1);
	int64_t at = ctx_now(cx);
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_event_insert_in){.person_id = all[i].person_id, .id = ctx_id(cx),
			.kind = kind, .subject_id = all[i].id, .at = at,
			.account_id = cx->actor.account_id, .actor_name = cx->actor.name,
			.role = role_code(cx->actor.role), .action = action, .from_state = "",
			.to_state = "", .reason = all[i].text};
	int r = n ? (int)q_event_insert_bulk(cx->db, in, n, NULL) : 0;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* The button's words as they are now; a note or a step no longer in the table is named by message
 * event.ACTION. */
static const char *event_label(struct ctx *cx, const struct flow *f, const char *from,
	const char *action)
{
	const struct flow_step *step = find_step(f, from, action);
	for (const struct flow_step *s = f->steps; !step && s->action; s++)
		step = streq(s->action, action) ? s : NULL;
	if (step)
		return step->label;
	return message_text(cx->arena, text_of(cx, "event.%s", action), NULL);
}

int flow_events(struct ctx *cx, const struct flow *f, int64_t person_id, int64_t id,
	struct flow_event **ret_events, size_t *ret_n)
{
	struct q_event_of_subject_rows rows;
	int r = q_event_of_subject(cx->db, &rows, .person_id = person_id, .subject_id = id,
		.kind = f->kind);
	if (r < 0)
		return ctx_pass(cx, r);
	struct flow_event *events = arena_array(cx->arena, struct flow_event, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_event_of_subject *row = &rows.at[i];
		events[i] = (struct flow_event){
			.at = row->at, .actor_name = row->actor_name, .role = row->role,
				.action = row->action,
			.label = event_label(cx, f, row->from_state, row->action),
			.from_state = row->from_state, .to_state = row->to_state,
				.reason = row->reason,
		};
	}
	*ret_events = events;
	*ret_n = rows.n;
	return 0;
}

int flow_due(struct ctx *cx, const struct flow *f, int64_t id, int64_t *ret_due_on)
{
	struct q_deadline_of_subject row;
	int r = q_deadline_of_subject(cx->db, &row, .subject_id = id, .kind = f->kind);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_due_on = r == ERR_NOTFOUND ? 0 : row.due_on;
	return 0;
}
