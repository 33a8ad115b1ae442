/* Revocation after due process: a case is opened, the holder is given notice, speaks or is heard,
 * somebody else decides, the decision is served, a review may be asked for; only what is final
 * revokes. Every step has its term (settings revocation.*, in working days), its reason and, where
 * something is served, its paper (doc/revocation_paper.h).
 *
 *   opened → noticed → (hearing →) heard → decided → served → (reviewing →) final
 *                                     ↘ dropped                          ↘ overturned
 *
 * The holder's term that passes in silence leads on: noticed → heard, served → final; the clock
 * does that (revocation_tick). Within that term the body that issued the certificate may give its
 * opinion; it moves nothing. Who opened the case, gave notice or held the hearing does not
 * decide; who decided does not review. */
#ifndef LUBAN_CERTIFICATE_REVOCATION_H
#define LUBAN_CERTIFICATE_REVOCATION_H

#include "core/ctx.h"
#include "core/field.h"
#include "core/flow.h"

extern const struct flow revocation_flow;
extern const struct choice revocation_reasons[]; /* kinds of reason, public; ends with {0} */
extern const struct choice revocation_means[];   /* ways of service; ends with {0} */
extern const struct choice revocation_opinions[]; /* what a body says; ends with {0} */
const char *revocation_reason_label(const char *reason_kind);

enum { REVOCATION_TEXT = 1500 }; /* characters of a notice, a statement, a decision */

struct revocation_in {
	int64_t person_id, certificate_id;
	const char *reason_kind, *reason; /* reason: what was found */
	int64_t file_id;                  /* evidence (person_id 0); 0: none */
	int64_t recall_id;                /* 0: a case of its own */
};

/* Needs revocation.handle. ERR_STATE: revoked already, or a case is open. */
int revocation_open(struct ctx *cx, const struct revocation_in *in, int64_t *ret_id) MUST_CHECK;
/* Serves the notice: what was found, what is intended, what the holder may do and until when. */
int revocation_notice(struct ctx *cx, int64_t person_id, int64_t id, const char *text,
	const char *means) MUST_CHECK;
/* By the holder, as often as he likes while the term runs; file_id is his (person_id), or 0. */
int revocation_say(struct ctx *cx, int64_t id, const char *text, int64_t file_id) MUST_CHECK;
/* What the body that issued the certificate says, until the term of the notice is over; it may add
 * to it as long. Needs revocation.opine; file_id is nobody's (person_id 0), or 0. A case in which a
 * body spoke is not decided in bulk. */
int revocation_opine(struct ctx *cx, int64_t person_id, int64_t id, const char *opinion_kind,
	const char *text, int64_t file_id) MUST_CHECK;
struct q_revocation_find; /* query/revocation.h */
/* by state and term */
bool revocation_may_opine(struct ctx *cx, const struct q_revocation_find *v);
/* Needs certificate.revoke, and another person than handled the case. */
int revocation_decide(struct ctx *cx, int64_t person_id, int64_t id, const char *text) MUST_CHECK;
int revocation_serve(struct ctx *cx, int64_t person_id, int64_t id, const char *means) MUST_CHECK;
/* The holder has the case before him: what was served on him counts as read. */
int revocation_read(struct ctx *cx, int64_t id) MUST_CHECK;

/* The state as the holder may know it. */
const char *revocation_state_shown(const char *state);

/* Ends terms that passed in silence, and suspensions that nobody confirmed in time. */
int revocation_tick(struct ctx *cx) MUST_CHECK;

/* The words of a notice and of a decision that a clerk may begin with. */
const char *revocation_notice_words(struct ctx *cx, const char *number, const char *reason_kind,
	const char *reason);
const char *revocation_decision_words(struct ctx *cx, const char *number, const char *reason_kind,
	const char *reason, bool has_spoken);

/* For `luban check`: revoked without a final case, final without being revoked, counts of
 * corrections, marks of review. */
int revocation_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
