/* Sets of equivalent forms 套卷:
 *
 *   assembling ─done→ assembled ─approve→ approved ─seal→ sealed ─open→ opened
 *       └─fail→ failed ─again→ assembling      any ─withdraw→ withdrawn
 *
 * Assembled in a job. Until it is sealed a set's items are one record under the server's keys; then
 * they are sealed by custodians, see paper_seal.h. Nobody is shown items on the way: the set is
 * judged by its report. Approved by somebody other than who had it assembled. */
#ifndef LUBAN_DOMAIN_EXAM_PAPER_H
#define LUBAN_DOMAIN_EXAM_PAPER_H

#include "core/flow.h"
#include "core/job.h"
#include "domain/exam/blueprint.h"
#include "domain/exam/form.h"
#include "query/paper.h"

extern const struct flow paper_flow;
extern const struct job_kind paper_jobs[];

/* Within the actor's scope; ERR_NOTFOUND with words. */
int paper_get(struct ctx *cx, int64_t id, struct q_paper_set_find *ret) MUST_CHECK;
/* The same in a transaction: nobody else changes the set or its custodians until it ends. */
int paper_hold(struct ctx *cx, int64_t id, struct q_paper_set_find *ret) MUST_CHECK;
/* By the newest version of the blueprint. seed 0: by lot. */
int paper_create(struct ctx *cx, int64_t blueprint_id, const char *title, int64_t seed,
	int64_t *ret_id) MUST_CHECK;
/* Created and assembled at once, without a job. */
int paper_create_now(struct ctx *cx, int64_t blueprint_id, const char *title, int64_t seed,
	int64_t *ret_id) MUST_CHECK;
/* What the job does; for tests and the demo without a worker. In no transaction. */
int paper_assemble(struct ctx *cx, int64_t id, struct job *job) MUST_CHECK;

#define DRAFT_COLUMN "paper_set.draft_cipher"
/* The items of a set that is not sealed. */
struct paper_draft {
	const char *seed;
	int forms;
	struct draft_item {
		int64_t item_id, version_no, score_centi, section;
	} *items[ASSEMBLE_FORMS_MAX];
	int n[ASSEMBLE_FORMS_MAX];
};
const char *draft_pack(struct ctx *cx, const struct paper_draft *d);
int draft_unpack(struct arena *a, const char *record, struct paper_draft *ret) MUST_CHECK;
/* ERR_STATE when an item was retired or corrected since. */
int draft_open(struct ctx *cx, const struct q_paper_set_find *set,
	struct paper_draft *ret) MUST_CHECK;
/* The draft with the content of its items. Nobody reads it, and nothing is written of it: a row of
 * the reading log here would tell what the sealed set holds. Items count as read when it is
 * opened. */
int paper_forms(struct ctx *cx, const struct q_paper_set_find *set, const struct paper_draft *d,
	struct form *ret_forms) MUST_CHECK;

#endif
