/* standard: occupations, work types, standard versions and their eligibility rules. Rows are read
 * with the statements of sql/query/standard.sql; imports are in reference.h. */
#ifndef LUBAN_STANDARD_STANDARD_H
#define LUBAN_STANDARD_STANDARD_H

#include "core/ctx.h"
#include "core/rule.h"

/* The version of a rule set in force on a day; "" when there is none of that name. */
const char *standard_ruleset_version(struct ctx *cx, const char *ruleset, int64_t on);
/* The rule set as it is applied now: the latest one of the database that has begun, else the one
 * shipped with the program. Parsed once per process and shared. ERR_NOTFOUND with words when there
 * is none of that name. */
int standard_ruleset(struct ctx *cx, const char *ruleset,
	const struct ruleset **ret_set) MUST_CHECK;
/* The same as it will be, or was, applied on a day. */
int standard_ruleset_on(struct ctx *cx, const char *ruleset, int64_t on,
	const struct ruleset **ret_set) MUST_CHECK;
/* A certain version, such as the one a batch began under. */
int standard_ruleset_at(struct ctx *cx, const char *ruleset, const char *version,
	const struct ruleset **ret_set) MUST_CHECK;
/* Keeps a rule text of its own name and version, in force from the day the text says. ERR_INVALID
 * with line and reason; ERR_CONFLICT when that version is there with another text; the same text
 * again changes nothing. */
int standard_ruleset_apply(struct ctx *cx, struct str yaml) MUST_CHECK;

/* A rule set there is: shipped with the program, applied, or both. */
struct ruleset_entry {
	const struct ruleset *set;
	bool is_shipped, is_current; /* is_current: new batches are judged by it today */
	int64_t applied_at;          /* 0: only shipped */
};

/* All of them by name, the latest version first. */
int standard_rulesets(struct ctx *cx, struct ruleset_entry **ret_entries,
	size_t *ret_n) MUST_CHECK;

/* Takes an occupation out of what may be filed from now on, or back in; what was filed under it
 * stays. reason goes into the trail. ERR_STATE when it is so already. */
int occupation_retire(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;
int occupation_restore(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;

/* May a person with these facts sit for the grade on that day? By the rules of a standard version;
 * standard_id 0 and GRADE_NONE: by the rules for special skills. ERR_NOTFOUND when the rules do not
 * know the grade. */
int eligibility_judge(struct ctx *cx, int64_t standard_id, int64_t grade, const struct facts *f,
	int64_t on, struct rule_answer *ret_answer) MUST_CHECK;
/* The same by a rule set's name and version ("" is the one applied now). */
int eligibility_judge_under(struct ctx *cx, const char *ruleset, const char *version, int64_t grade,
	const struct facts *f, int64_t on, struct rule_answer *ret_answer) MUST_CHECK;

/* Does the occupation have this grade? */
bool occupation_has_grade(const char *grades, int64_t grade);

#endif
