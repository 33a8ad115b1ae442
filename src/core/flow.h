/* flow: a lifecycle as a table. One engine runs every transition in a transaction: checks
 * permission, state and guard, moves the row by compare-and-set, appends an event (who, when, why,
 * from, to), closes the old deadline, opens the new one in working days, then runs the effect.
 * Pages draw the timeline and the buttons from the same table. */
#ifndef LUBAN_CORE_FLOW_H
#define LUBAN_CORE_FLOW_H

#include "core/ctx.h"

enum flow_tone { TONE_PLAIN, TONE_WAIT, TONE_GOOD, TONE_BAD };

struct flow_state {
	const char *code, *label; /* "draft", "草稿" */
	enum flow_tone tone;
};

/* The thing that moves, as the engine needs it. Loaded by the room with the actor's scope. */
struct flow_subject {
	int64_t id, person_id; /* person_id 0 when it is nobody's */
	const char *state, *region, *title;
	int64_t body_id;
	void *row; /* the room's own row, for guards and effects */
};

struct flow;

/* What one run of a step sees. */
struct flow_run {
	const struct flow *flow;
	const struct flow_step *step;
	struct flow_subject *subject;
	const char *reason;
	const struct input *in; /* the fields that came with the action, or NULL */
};

typedef int flow_fn(struct ctx *cx, const struct flow_run *run);

enum flow_flag {
	FLOW_REASON = 1,  /* a reason must be given */
	FLOW_HIDDEN = 2,  /* no button: only by the program, or within another verb's transaction */
	FLOW_OTHER = 4,   /* four eyes: the actor must not be the one who ran the step before */
	FLOW_DANGER = 8,  /* the button asks again */
};

struct flow_step {
	/* from "*" is any state that has no step of that action of its own */
	const char *from, *action, *to;
	const char *label;              /* on the button */
	enum perm perm;
	flow_fn *guard;        /* NULL, or 0 to let it pass; fail() with a reason otherwise */
	flow_fn *effect;       /* NULL, or what else happens in the same transaction */
	const char *deadline;  /* a setting's name in working days for the state entered, or NULL */
	unsigned flags;
};

struct flow {
	const char *kind, *title; /* "batch", "评价批次" */
	const struct flow_state *states; /* ends with {0} */
	const struct flow_step *steps;   /* ends with {0} */
	int (*load)(struct ctx *cx, int64_t person_id, int64_t id,
		struct flow_subject *ret_subject);
	/* UPDATE … SET state = to WHERE id = … AND state = from: rows changed, or an error. */
	int (*move)(struct ctx *cx, const struct flow_subject *s, const char *to);
};

/* ERR_NOTFOUND, ERR_DENIED, ERR_STATE (not from here; or somebody was faster), ERR_INVALID (reason
 * missing). */
int flow_run(struct ctx *cx, const struct flow *f, int64_t person_id, int64_t id,
	const char *action, const char *reason, const struct input *in) MUST_CHECK;

/* A step that many took at once: the caller has guarded, moved them by compare-and-set and done
 * what the step does besides. Appends the events, by[i] being the actor's name. Only for flows
 * without deadlines. */
int flow_moved(struct ctx *cx, const struct flow *f, const char *action,
	const struct flow_subject *all, const char *const *by, size_t n) MUST_CHECK;

/* The steps that this actor could take now, guards not run. Ends with NULL. */
const struct flow_step **flow_actions(struct ctx *cx, const struct flow *f,
	const struct flow_subject *s);
const struct flow_state *flow_state(const struct flow *f, const char *code); /* NULL when unknown */

/* Appends an event that is no transition (a note, a reveal, a change of content). */
int flow_note(struct ctx *cx, const char *kind, int64_t person_id, int64_t id, const char *action,
	const char *text)
	MUST_CHECK;

/* The same of many at once, in the caller's transaction. */
struct flow_noted {
	int64_t person_id, id;
	const char *text;
};
int flow_note_many(struct ctx *cx, const char *kind, const char *action,
	const struct flow_noted *all, size_t n) MUST_CHECK;

struct flow_event {
	int64_t at;
	const char *actor_name, *role, *action, *label, *from_state, *to_state, *reason;
};
/* The timeline, oldest first. */
int flow_events(struct ctx *cx, const struct flow *f, int64_t person_id, int64_t id,
	struct flow_event **ret_events, size_t *ret_n) MUST_CHECK;
/* The open deadline's day, or 0. */
int flow_due(struct ctx *cx, const struct flow *f, int64_t id, int64_t *ret_due_on) MUST_CHECK;

#endif
