/* Inside the room: the province while it is being made. Rows are known by the ids that the verbs
 * gave. */
#ifndef LUBAN_DEMO_PROVINCE_H
#define LUBAN_DEMO_PROVINCE_H

#include "domain/demo/cast.h"
#include "domain/demo/chance.h"
#include "domain/demo/demo.h"
#include "domain/demo/words.h"
#include "domain/registry/registry.h"

#define TRY(call) \
	do { \
		int try_r = (call); \
		if (try_r < 0) \
			return try_r; \
	} while (0)

struct demo_office {
	const char *region;
	struct actor clerk, head;
};

struct demo {
	struct ctx *cx;
	const struct demo_in *in;
	struct arena *keep; /* for the whole run */
	struct arena *step; /* cx->arena of one piece of work */
	struct chance chance, domain_chance;
	struct words words;
	int64_t now, until, start_on;
	struct demo_office offices[CITIES_MAX];
	size_t n_offices;
	const char *counties[200];
	size_t n_counties;
	struct demo_body *bodies;
	size_t n_bodies;
	struct demo_batch *batches;
	size_t n_batches, cap_batches;
	struct demo_person **people;
	size_t n_people, cap_people;
	struct demo_person *worker; /* the one with an account that everybody may use */
	struct demo_task *tasks;
	size_t n_tasks, cap_tasks;
	struct demo_report report;
};

/* ---- province.c: who acts, and when ---- */
void demo_act(struct demo *d, const struct actor *actor);
void demo_act_as_system(struct demo *d);
struct demo_office *demo_office_of(struct demo *d, const char *region);
/* The first working day not before, at an hour; never before now. */
int64_t demo_office_hour(struct demo *d, int64_t day, int64_t hour);
void demo_wait(struct demo *d, int64_t seconds);
struct demo_task *demo_task_add(struct demo *d, int64_t due_at,
	int (*run)(struct demo *d, struct demo_task *t));
#define keep_text(d, ...) arena_printf((d)->keep, __VA_ARGS__)

/* ---- people.c ---- */
const char *demo_name(struct demo *d, bool is_male);
const char *demo_idno(struct demo *d, const char *county, int64_t birth_on, bool is_male);
const char *demo_phone(struct demo *d);
/* one of the city's, or of the province's for "" */
const char *demo_county(struct demo *d, const char *city);
const char *demo_employer(struct demo *d, const char *city);
const char *demo_institute(struct demo *d, const char *city);
struct demo_person *demo_person_new(struct demo *d, const struct demo_batch *b);
int demo_person_save(struct demo *d, struct demo_person *p) MUST_CHECK;

/* ---- paper.c ---- */
struct str demo_paper(struct demo *d, const char *title);

/* ---- claims.c: why somebody may sit for a grade ---- */
/* Fills the claims and the birth date; is_short: something is still missing. */
void demo_claims(struct demo *d, struct demo_person *p, const char *ruleset, int64_t grade,
	int64_t on, bool is_pupil, bool is_short);

/* ---- account.c ---- */
int demo_offices_make(struct demo *d) MUST_CHECK;
/* The body whose accounts everybody may use. */
bool demo_is_main(const struct demo_body *b);
int demo_body_accounts(struct demo *d, struct demo_body *b) MUST_CHECK;
/* An invigilator's, for the room of this number (from 1). */
int demo_proctor_account(struct demo *d, struct demo_body *b, int64_t staff_id, size_t room,
	const char *name) MUST_CHECK;
int demo_examiner_account(struct demo *d, struct demo_body *b, struct demo_examiner *e,
	const char *name) MUST_CHECK;
int demo_worker_make(struct demo *d) MUST_CHECK;
int demo_account_of(struct demo *d, const char *login, const struct actor *actor,
	struct actor *ret_actor) MUST_CHECK;

/* ---- body.c, filing.c ---- */
int demo_bodies_read(struct demo *d) MUST_CHECK;
int demo_body_task(struct demo *d, struct demo_task *t) MUST_CHECK;
int demo_filing_task(struct demo *d, struct demo_task *t) MUST_CHECK;
int demo_filing_draft(struct demo *d, struct demo_body *b, const char *kind) MUST_CHECK;

/* ---- plan.c, life.c ---- */
int demo_batches_plan(struct demo *d) MUST_CHECK;
int demo_batch_draft(struct demo *d, struct demo_batch *b) MUST_CHECK;
int demo_batch_task(struct demo *d, struct demo_task *t) MUST_CHECK;

/* ---- bank.c ---- */
void demo_banks_plan(struct demo *d);
int demo_bank_task(struct demo *d, struct demo_task *t) MUST_CHECK;

/* ---- paper_set.c ---- */
void demo_paper_sets_plan(struct demo *d);
int demo_paper_set_task(struct demo *d, struct demo_task *t) MUST_CHECK;

/* ---- handover.c ---- */
void demo_handover_plan(struct demo *d);

/* ---- exam.c ---- */
int demo_exam_set_up(struct demo *d, struct demo_batch *b) MUST_CHECK;
int demo_exam_sit(struct demo *d, struct demo_batch *b) MUST_CHECK;
/* What the clock does with exams, at the demo's time. */
int demo_exam_clock(struct demo *d) MUST_CHECK;

/* ---- score.c ---- */
/* Scores the sheets, and one marker reads all essays. */
int demo_score_exam(struct demo *d, struct demo_batch *b) MUST_CHECK;
/* The second marker, the third where they are apart, and the scores go to the batch. */
int demo_score_publish(struct demo *d, struct demo_batch *b) MUST_CHECK;

/* ---- enrol.c, review.c, mark.c, result.c ---- */
/* Up to so many hundredths of those who come; the same of those enrolled. */
int demo_enrol(struct demo *d, struct demo_batch *b, int percent) MUST_CHECK;
int demo_review(struct demo *d, struct demo_batch *b, int percent) MUST_CHECK;
int demo_spot_check(struct demo *d, struct demo_batch *b) MUST_CHECK;
/* Somebody of that name who was accepted is sent to a later batch. */
int demo_turn_away(struct demo *d, struct demo_batch *b, const char *name,
	const char *why) MUST_CHECK;
void demo_act_as_worker(struct demo *d, const struct demo_person *p);
int demo_mark_theory(struct demo *d, struct demo_batch *b, int64_t round) MUST_CHECK;
int demo_mark_skill(struct demo *d, struct demo_batch *b) MUST_CHECK;
int demo_dispute(struct demo *d, struct demo_batch *b) MUST_CHECK;
int demo_confirm(struct demo *d, struct demo_batch *b) MUST_CHECK;

/* ---- sanction.c: what becomes of certificates after issue ---- */
void demo_sanctions_plan(struct demo *d);

#endif
