/* Inside the room: who and what takes part in the province while it is being made. Rows are known
 * by the ids that the verbs gave. */
#ifndef LUBAN_DEMO_CAST_H
#define LUBAN_DEMO_CAST_H

#include "core/ctx.h"
#include "domain/evaluation/person.h"

struct demo;
struct sanctions;

enum { HOUR = 3600, DAY = 24 * HOUR, EXAMINERS = 6, PROCTORS = 4, SCOPES_MAX = 6, CITIES_MAX = 24 };

struct demo_examiner {
	int64_t staff_id;
	struct actor actor;
};

struct demo_scope {
	/* occupation or special-skill project; grades "" for the latter */
	const char *code, *name, *grades;
	int64_t occupation_id, special_project_id;
	struct demo_examiner examiners[EXAMINERS]; /* two groups of three that take turns */
};

struct demo_body {
	const char *key, *region, *kind, *name, *fate, *later;
	int64_t id, began_on, n_batches, quota;
	struct demo_scope scopes[SCOPES_MAX];
	size_t n_scopes;
	struct actor manager, clerks[2];
	int64_t theory_rooms[2], skill_room, review_room;
	int64_t proctors[PROCTORS], supervisor;
	int64_t filing_id;
	size_t n_staff; /* for card numbers and log-in names */
	const char *phone, *contact, *address;
};

struct demo_person {
	int64_t id, birth_on, account_id;
	const char *name, *idno, *phone, *region, *unit;
	bool is_male, has_photo;
	int64_t busy_until_on;  /* no other batch before */
	int64_t certified[4]; /* occupations */
	size_t n_certified;
	struct person_claims claims;
};

struct demo_seat {
	struct demo_person *person;
	int64_t enrolment_id;
	int64_t theory, skill; /* what the person can do, hundredths of a point */
	uint64_t leaning;      /* of the examiners */
	bool is_reviewed, is_absent, is_self, has_failed;
};

struct demo_batch {
	struct demo_body *body;
	struct demo_scope *scope;
	const char *work_type, *stop, *twist, *worker, *ruleset;
	int64_t id, work_type_id, grade, exam_on, quota, group;
	struct demo_seat *seats;
	size_t n_seats, n_enrolled;
	bool machine;         /* the theory part is a computer exam: */
	int64_t exam_id;
	bool is_live;         /* near the present: days are as written, not moved to working days */
};

/* Something that goes on by itself: run() does the next piece at the time due and sets the next
 * one. */
struct demo_task {
	int64_t due_at; /* INT64_MAX: done */
	int (*run)(struct demo *d, struct demo_task *t);
	struct demo_body *body;
	struct demo_batch *batch;
	size_t step;
	const char *kind, *stop; /* of a filing */
	struct sanctions *sanctions;
};

#endif
