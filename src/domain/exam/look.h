/* A look for copying 雷同分析 at a scored exam, or at all scored exams of one set of forms
 * 联合雷同分析: forensics.h run over the answers in a job, and kept: the figures of the look, at
 * most LOOK_PAIRS pairs (all findings first), the people and groups that stand out. It is a lead
 * and says so; nobody's score is touched by it.
 *
 * Where people sat comes from the arrangement (rooms, seats, seats a row), the centre is the venue,
 * the examiner the proctor of the room who had most rooms in the exam, the unit that of the
 * enrolment. */
#ifndef LUBAN_DOMAIN_EXAM_LOOK_H
#define LUBAN_DOMAIN_EXAM_LOOK_H

#include "core/ctx.h"
#include "core/flow.h"
#include "core/job.h"
#include "query/forensics.h"

enum { LOOK_PAIRS = 300, LOOK_PEOPLE = 300 };

extern const struct job_kind look_jobs[];

/* Needs forensics.case; the exam is scored. */
int look_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id) MUST_CHECK;

/* The exams of a set of forms within a scope, those with scores first. */
struct look_exams {
	struct q_forensic_exams *at;
	size_t n, n_scored;
	const char *region; /* the smallest that holds the scored ones */
};
/* ERR_NOTFOUND: none. */
int look_exams(struct ctx *cx, int64_t paper_set_id, struct scope scope,
	struct look_exams *ret_exams) MUST_CHECK;
/* One look over all scored exams of the set in the actor's region, false findings held down over
 * the whole. Needs forensics.joint; ERR_STATE: fewer than two exams. What it finds is the region's
 * and no body's. */
int look_request_joint(struct ctx *cx, int64_t paper_set_id, int64_t *ret_job_id) MUST_CHECK;

/* What forensic_look.power and .picture and forensic_pair.evidence hold, read for pages. */
struct look_power {
	int items, n;
	struct {
		int copied;
		double near, far; /* chance to be a finding */
	} step[64];
};
int look_power_read(struct arena *a, const char *text, struct look_power *ret_power) MUST_CHECK;

struct look_picture {
	int64_t same_room, near, same_unit, same_centre, same_exam; /* pairs in all */
	int64_t findings, found_same_room, found_near, found_same_unit, found_same_centre;
	int64_t found_same_exam;
	double near_p, unit_p;
};
int look_picture_read(struct arena *a, const char *text, struct look_picture *ret_picture)
	MUST_CHECK;

struct look_item {
	int64_t place_a, place_b; /* on their forms */
	const char *label;        /* what both answered */
	bool is_right;
	double chance, share;     /* see struct evidence_item */
};
struct look_person {
	double lz_star, fit_p;          /* NAN: none */
	int64_t wrong_right, changes, changes_right;
	double changes_expected, changes_p;
	int64_t fast, timed;
	double fast_p;
};
struct look_evidence {
	size_t n;
	struct look_item *items;
	int64_t rare_wrong, longest_run, right_a, right_b;
	double expected_pairs;
	struct look_person a, b;
};
int look_evidence_read(struct arena *a, const char *text, struct look_evidence *ret_evidence)
	MUST_CHECK;

/* A case 案件: opened about a pair, the two are heard, closed without a finding or handed over to
 * the procedure that decides. Closing with a finding needs somebody else than who heard them. */
extern const struct flow forensic_case_flow;

/* Needs forensics.case. ERR_CONFLICT: there is one already. */
int forensic_case_open(struct ctx *cx, int64_t look_id, int64_t rank_no, const char *reason,
	int64_t *ret_id) MUST_CHECK;

#endif
