/* Lifecycles as people see them: the state, the next deadline, the buttons, the timeline. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "web/auth.h"
#include "web/frame.h"
#include "web/page/page.h"

static const char *tone_of(const struct flow_state *state)
{
	static const char *const names[] = {
		[TONE_PLAIN] = "plain", [TONE_WAIT] = "wait", [TONE_GOOD] = "good",
			[TONE_BAD] = "bad",
	};
	return state ? names[state->tone] : "plain";
}

static const char *label_of(const struct flow *f, const char *code)
{
	const struct flow_state *state = code && *code ? flow_state(f, code) : NULL;
	return state ? state->label : code ? code : "";
}

void view_state(json_t *object, const struct flow *f, const char *state)
{
	const struct flow_state *found = state ? flow_state(f, state) : NULL;
	json_object_set_new(object, "state_label", json_string(label_of(f, state)));
	json_object_set_new(object, "state_tone", json_string(tone_of(found)));
}

void view_typed(struct req *rq, const char *action, json_t *item)
{
	const struct retry *retry = &rq->ex->retry;
	bool again = retry->fields == step_fields && streq(in_raw(retry->in, "action"), action);
	json_object_set_new(item, "is_again", json_boolean(again));
	json_object_set_new(item, "typed", json_string(again ? in_raw(retry->in, "reason") : ""));
}

static json_t *actions_of(struct req *rq, const struct flow *f, const struct flow_subject *s,
	const char *url)
{
	json_t *actions = json_array();
	for (const struct flow_step **at = flow_actions(rq->cx, f, s); *at; at++) {
		const struct flow_step *step = *at;
		json_t *item = json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:s}", "action",
			step->action, "label", step->label, "reason", step->flags & FLOW_REASON,
			"danger", step->flags & FLOW_DANGER, "url", url, "csrf",
			auth_csrf(rq->ex), "form_id", frame_form_id(rq->ex));
		view_typed(rq, step->action, item);
		json_array_append_new(actions, item);
	}
	return actions;
}

static json_t *events_of(const struct flow *f, const struct flow_event *events, size_t n)
{
	json_t *array = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct flow_event *e = &events[i];
		const struct flow_state *to = *e->to_state ? flow_state(f, e->to_state) : NULL;
		char at[CIVIL_TEXT];
		enum role role = role_of(e->role);
		json_t *event = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "at",
			(json_int_t)e->at, "at_text",
			civil_put_time(e->at, at), "actor", e->actor_name, "role_label",
			role == ROLE_COUNT ? "" : role_label(role), "action", e->action, "label",
			e->label, "reason", e->reason, "from_label", label_of(f, e->from_state));
		const char *to_label = label_of(f, e->to_state);
		json_object_set_new(event, "to_label", json_string(to_label));
		json_object_set_new(event, "is_named_so", json_boolean(streq(to_label, e->label)));
		json_object_set_new(event, "tone", json_string(tone_of(to)));
		json_array_append_new(array, event);
	}
	return array;
}

static int put_due(struct req *rq, const struct flow *f, const struct flow_subject *s, json_t *flow)
{
	int64_t due = 0;
	char text[CIVIL_TEXT];
	int r = flow_due(rq->cx, f, s->id, &due);
	if (r < 0)
		return r;
	int64_t left = due ? workday_between(rq->cx, ctx_today(rq->cx), due) : 0;
	json_object_set_new(flow, "due", json_string(due ? civil_put_day(due, text) : ""));
	json_object_set_new(flow, "due_text", json_string(due ? civil_put_day_zh(due, text) : ""));
	json_object_set_new(flow, "due_left", json_integer(left < 0 ? -left : left));
	json_object_set_new(flow, "is_overdue", json_boolean(left < 0));
	return 0;
}

int view_flow(struct req *rq, const struct flow *f, const struct flow_subject *s,
	const char *action_url_fmt, ...)
{
	struct flow_event *events;
	size_t n;
	int r = flow_events(rq->cx, f, s->person_id, s->id, &events, &n);
	if (r < 0)
		return r;
	va_list ap;
	va_start(ap, action_url_fmt);
	const char *url = arena_vprintf(rq->cx->arena, action_url_fmt, ap);
	va_end(ap);
	json_t *flow = json_pack("{s:s, s:s, s:s, s:s}", "state", s->state, "label",
		label_of(f, s->state), "tone",
		tone_of(flow_state(f, s->state)), "title", s->title ? s->title : "");
	json_object_set_new(flow, "actions", actions_of(rq, f, s, url));
	json_object_set_new(flow, "events", events_of(f, events, n));
	view_set(rq, "flow", flow);
	return put_due(rq, f, s, flow);
}
