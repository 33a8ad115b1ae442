/* A person's ladder: for each occupation he has to do with, where he stands among the eight grades
 * and what the next one asks of him, by the rule engine; and the story so far. */
#ifndef LUBAN_CAREER_CAREER_H
#define LUBAN_CAREER_CAREER_H

#include "core/ctx.h"
#include "core/rule.h"

struct career_ladder {
	/* highest grade certified or declared; GRADE_NONE for none */
	int64_t occupation_id, reached;
	/* the next grade of this occupation; GRADE_NONE at the top */
	int64_t next;
	const char *occupation_name, *grades;
	struct rule_answer answer; /* for next; answer.set NULL without rules */
	bool is_certified;         /* reached by a certificate of this system */
};
/* Own rows only. In the order of the last event, latest first. */
int career_ladders(struct ctx *cx, int64_t person_id, struct career_ladder **ret_ladders,
	size_t *ret_n) MUST_CHECK;

enum career_kind { CAREER_CERTIFICATE, CAREER_ENROLMENT, CAREER_FACT };
struct career_event {
	enum career_kind kind;
	int64_t on, id;
	const char *title, *note;
};
/* Latest first. */
int career_events(struct ctx *cx, int64_t person_id, struct career_event **ret_events,
	size_t *ret_n) MUST_CHECK;

#endif
