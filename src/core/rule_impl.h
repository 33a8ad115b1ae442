/* Inside of the rule engine: the tree that rule_read.c makes of a YAML text and rule_judge.c walks,
 * the facts it is judged against, and calendar periods. Only src/core/rule*.c and facts.c include
 * this. */
#ifndef LUBAN_CORE_RULE_IMPL_H
#define LUBAN_CORE_RULE_IMPL_H

#include "core/rule.h"
#include "core/yaml.h"

/* ---- Facts (facts.c) ---- */

struct fact_value {
	const char *name;
	const char *text; /* NULL: a number or a day */
	int64_t number;
	struct fact_value *next;
};

struct fact_record {
	struct arena *arena;
	struct fact_value *values;
	struct fact_record *next;
};

struct fact_list {
	const char *name;
	struct fact_record *first, *last;
	size_t n;
	struct fact_list *next;
};

struct facts {
	struct arena *arena;
	struct fact_value *values;
	struct fact_list *lists;
};

/* All three: NULL when it is not given. */
const struct fact_value *facts_value(const struct facts *f, const char *name);
const struct fact_list *facts_list(const struct facts *f, const char *name);
const struct fact_value *record_value(const struct fact_record *r, const char *name);
bool fact_is_date(const char *name); /* …_on */

/* ---- The rule set ---- */

/* One value a fact is compared with. */
struct rule_value {
	const char *text; /* NULL: a number or a day */
	int64_t number;
};

/* field is / in / min / max. */
struct rule_test {
	const char *field;
	bool has_min, has_max;
	int64_t min, max;
	const struct rule_value *in; /* empty: any */
	size_t n_in;
};

enum rule_kind { RULE_ALL, RULE_ANY, RULE_NOT, RULE_VALUE, RULE_AGE, RULE_SOME, RULE_TOTAL };

struct rule_fact {
	const char *name, *label, *bring;
	const struct node *fields; /* NULL: a scalar */
	struct rule_fact *next;
};

struct rule_cond {
	enum rule_kind kind;
	const char *name; /* how people call what is asked for */
	const struct rule_fact *fact; /* scalar or list */
	const struct rule_test *tests;
	size_t n_tests;
	int64_t months; /* of `held` and `total` */
	int64_t count; /* of `some` */
	const char *since; /* of `some`: NULL when nothing must be reached */
	const char *from, *to; /* of `total` */
	const struct rule_cond
		*after; /* of `total`: a RULE_SOME whose `since` is where counting begins */
	const struct rule_cond *subs;
	size_t n_subs;
};

struct rule_clause {
	const char *clause, *text;
	struct rule_cond cond; /* RULE_ALL */
};

struct rule_case {
	const char *id, *title;
	const struct rule_clause *clauses;
	size_t n;
};

struct ruleset {
	const char *name, *version, *title, *source;
	int64_t effective_from;
	struct rule_fact *facts;
	const struct rule_case *cases;
	size_t n;
};

/* ---- Calendar periods (rule_period.c) ---- */

/* What remains of several periods is put together: so many days make a month. */
enum { DAYS_OF_MONTH = 31 };

/* Whole months and remaining days in [from, to). */
void period_between(int64_t from, int64_t to, int64_t *ret_months, int64_t *ret_days);

struct span {
	int64_t from, to; /* [from, to) */
};

struct span_total {
	int64_t months, days;
};

/* Sorts the spans; days covered twice count once. */
struct span_total spans_total(struct span *spans, size_t n);

#endif
