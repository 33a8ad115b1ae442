/* Batches 评价批次: one occupation, work type and grade, examined by one body. The lifecycle is the
 * spine of the whole room; what happens in a state is done by the verbs of enrolment.h, arrange.h,
 * mark.h, result.h, archive.h and certificate/, which run the hidden steps.
 *
 *   draft ─submit→ filed ─acknowledge→ announced ─open→ enrolling ─close→ closed ─arrange→ arranged
 *     ↑               └─return→ returned ─submit→ filed
 *   arranged ─start→ testing ─finish→ marking ─freeze→ publicity ─confirm→ confirmed ─issue→
 * certified ─archive→ archived
 *   before testing: postpone → draft's planning again ("postponed" ─submit→ filed), cancel →
 * cancelled;
 *   authority, any time before certified: hold → held ─release→ the state it was held in, or,
 *   before testing, "postponed": always so when its examination has passed meanwhile.
 *
 * open, close, start, finish follow the calendar (batch_tick) or a button. arrange, freeze,
 * confirm, issue and archive are hidden steps: the verb that does the work runs them inside its own
 * transaction. */
#ifndef LUBAN_EVALUATION_BATCH_H
#define LUBAN_EVALUATION_BATCH_H

#include "core/ctx.h"
#include "core/flow.h"

extern const struct flow batch_flow;

/* People have enrolled or may, and nobody has been examined. */
bool batch_is_before_tests(const char *state);

struct q_batch_find; /* query/batch.h */
/* Within the actor's scope; ERR_NOTFOUND with words. */
int batch_get(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch) MUST_CHECK;

struct batch_in {
	int64_t occupation_id, work_type_id, special_project_id, grade;
	int64_t enrol_from_on, enrol_to_on, quota, fee_fen;
	const char *title, *contact, *phone, *notice;
	/* batch_print() of the plan that the changes were made to; blank: whatever it is now */
	const char *was;
};
int batch_create(struct ctx *cx, const struct batch_in *in, int64_t *ret_id) MUST_CHECK;
/* In draft, returned, postponed. ERR_CONFLICT "batch.changed_meanwhile" when somebody else has
 * changed the plan since in->was. */
int batch_update(struct ctx *cx, int64_t id, const struct batch_in *in) MUST_CHECK;
/* Tells one content of a plan from another. */
const char *batch_print(struct ctx *cx, const struct q_batch_find *batch);

/* Rooms with their time for each part; staff for each of those rooms. */
int batch_room_add(struct ctx *cx, int64_t batch_id, int64_t part, int64_t room_id,
	int64_t starts_at, int64_t ends_at, int64_t *ret_id) MUST_CHECK;
int batch_room_remove(struct ctx *cx, int64_t batch_id, int64_t batch_room_id) MUST_CHECK;
int batch_staff_add(struct ctx *cx, int64_t batch_room_id, int64_t staff_id,
	const char *duty) MUST_CHECK;
int batch_staff_remove(struct ctx *cx, int64_t batch_id, int64_t batch_staff_id) MUST_CHECK;

/* One planning rule's finding, for the checklist on the page and the guard of submit. */
struct plan_finding {
	/* "lead_time", "scope", "rooms", "proctors", "examiners", "cards", "avoidance", "rotation",
	 * "staff_clash", "in_use", "candidates", … */
	const char *rule;
	const char *label;   /* Chinese */
	bool ok;
	/* good practice that is not kept: shown, but no reason to refuse the plan */
	bool is_hint;
	const char *text;    /* the reason, with the numbers that count and where they come from */
};
/* All rules, in order; *ret_ok when none failed. */
int batch_plan_check(struct ctx *cx, int64_t batch_id, struct plan_finding **ret_findings,
	size_t *ret_n, bool *ret_ok)
	MUST_CHECK;

/* People who must not meet: staff on duty and candidates enrolled, with the reason; all pairs. */
struct plan_avoid {
	const char *staff_name, *candidate_name, *reason;
	int64_t batch_room_id, person_id;
};
int batch_avoidance(struct ctx *cx, int64_t batch_id, const struct plan_avoid **ret_pairs,
	size_t *ret_n) MUST_CHECK;

/* Whether the body's standing, and that of the item of its scope, let the batch go on. */
int batch_may_go_on(struct ctx *cx, const struct q_batch_find *batch) MUST_CHECK;

/* Moves every batch whose day has come (open, close, start, finish), cancels what a body whose
 * filing has ended had still ahead, and has notices run on that later holidays made too short. Run
 * each minute and when the rehearsal clock moves. */
int batch_tick(struct ctx *cx, int *ret_moved) MUST_CHECK;

#endif
