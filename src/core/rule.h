/* rule: a policy as data. A rule set is a versioned YAML text (rules/…, or applied to the database
 * with an effective date): cases, each with alternatives, each of conditions over facts about a
 * person or a body. The engine answers yes or no, which alternative held, and for every other one
 * exactly what is missing and when it will be met. The language is described in docs/rules.md. */
#ifndef LUBAN_CORE_RULE_H
#define LUBAN_CORE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Facts: a flat set of named values and of lists of records. Dates are days since 1970-01-01. */
struct facts;
struct fact_record;

struct facts *facts_new(struct arena *a);
void facts_int(struct facts *f, const char *name, int64_t value);
void facts_date(struct facts *f, const char *name, int64_t day);
void facts_text(struct facts *f, const char *name, const char *value);
/* A record of list `name` ("certificates", "educations", "titles", "works"); fill it with
 * record_*(). */
struct fact_record *facts_add(struct facts *f, const char *list);
void record_int(struct fact_record *r, const char *name, int64_t value);
void record_date(struct fact_record *r, const char *name, int64_t day);
void record_text(struct fact_record *r, const char *name, const char *value);
/* The list exists although nobody added a record: "none" is known, not unknown. */
void facts_none(struct facts *f, const char *list);

/* All facts as one line of JSON, for keeping with a decision: dates as YYYY-MM-DD, lists as arrays
 * of objects. */
const char *facts_dump(struct arena *a, const struct facts *f);

struct ruleset;

/* Immutable once read; may be shared between threads. On failure *ret_error says line and reason
 * (in the arena). */
int ruleset_read(struct arena *a, struct str yaml, const struct ruleset **ret_set,
	const char **ret_error) MUST_CHECK;
const char *ruleset_name(const struct ruleset *s); /* "eligibility-2023" */
const char *ruleset_version(const struct ruleset *s); /* "2023.1" */
const char *ruleset_title(const struct ruleset *s); /* Chinese */
const char *ruleset_source(const struct ruleset *s); /* the document it comes from */
int64_t ruleset_effective_from(const struct ruleset *s);
/* Its cases, in the order of the file. */
size_t ruleset_cases(const struct ruleset *s);
const char *ruleset_case_id(const struct ruleset *s, size_t i);
const char *ruleset_case_title(const struct ruleset *s, size_t i); /* "四级/中级工" */
/* The alternatives of a case: number and words of each; "" beyond the last. */
size_t ruleset_clauses(const struct ruleset *s, size_t i);
const char *ruleset_clause(const struct ruleset *s, size_t i, size_t k);
const char *ruleset_clause_text(const struct ruleset *s, size_t i, size_t k);
/* The i-th fact it asks for, and what proves it ("" when nothing is named); false beyond the
 * last. */
bool ruleset_fact(const struct ruleset *s, size_t i, const char **ret_label,
	const char **ret_bring);

enum rule_verdict { RULE_MET, RULE_NOT_MET, RULE_UNKNOWN /* a fact is not given */ };

struct rule_missing {
	const char *text; /* Chinese: "取得五级证书后还需满 1 年 2 个月" */
	const char *fact; /* what to bring: "certificates" */
	int64_t met_on; /* the day from which it holds if nothing changes; 0 when time alone does
			   not mend it */
};

struct rule_alternative {
	const char *clause, *text; /* "四级②", "取得五级证书后满3年" */
	enum rule_verdict verdict;
	int64_t met_on; /* latest of its conditions' days; 0 as above */
	struct rule_missing *missing;
	size_t n_missing;
};

struct rule_answer {
	const struct ruleset *set;
	const char *case_id, *case_title;
	enum rule_verdict verdict;
	const struct rule_alternative *held; /* the first that held, or NULL */
	const struct rule_alternative *nearest; /* with the earliest met_on, or NULL */
	struct rule_alternative *alternatives;
	size_t n;
};

/* case_id: "4" for grade 四级 in eligibility sets, "special" for special skills. on: the day judged
 * for. ERR_NOTFOUND: no such case. */
int rule_judge(struct arena *a, const struct ruleset *s, const char *case_id, const struct facts *f,
	int64_t on, struct rule_answer *ret_answer) MUST_CHECK;

#endif
