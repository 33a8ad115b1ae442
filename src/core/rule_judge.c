/* Judging facts against a rule set. Every condition comes out as met, not met or unknown
 * (three-valued logic of Kleene); for what is not met it finds the day from which it will hold, and
 * the words for what is missing. */
#include <string.h>

#include "base/civil.h"
#include "core/rule_text.h"

/* How far ahead a running total is followed, in months. */
enum { HORIZON = 100 * 12 };

static const int64_t LONG_AGO = -200 * 366;

struct judge {
	struct arena *arena;
	const struct facts *facts;
	int64_t on;
};

/* What became of one condition. */
struct found {
	enum rule_verdict verdict;
	int64_t met_on;
	const char *text, *fact;
};

static enum rule_verdict both(enum rule_verdict a, enum rule_verdict b)
{
	if (a == RULE_NOT_MET || b == RULE_NOT_MET)
		return RULE_NOT_MET;
	return a == RULE_UNKNOWN || b == RULE_UNKNOWN ? RULE_UNKNOWN : RULE_MET;
}

static int64_t latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- one value, one record ---- */

static bool value_is(const struct fact_value *v, const struct rule_value *w)
{
	if (v->text || w->text)
		return v->text && w->text && strcmp(v->text, w->text) == 0;
	return v->number == w->number;
}

static enum rule_verdict test_value(const struct rule_test *t, const struct fact_value *v)
{
	if (!v)
		return RULE_UNKNOWN;
	if ((t->has_min || t->has_max) && v->text)
		return RULE_NOT_MET;
	if ((t->has_min && v->number < t->min) || (t->has_max && v->number > t->max))
		return RULE_NOT_MET;
	for (size_t i = 0; i < t->n_in; i++)
		if (value_is(v, &t->in[i]))
			return RULE_MET;
	return t->n_in ? RULE_NOT_MET : RULE_MET;
}

static enum rule_verdict match(const struct rule_cond *c, const struct fact_record *r)
{
	enum rule_verdict v = RULE_MET;
	for (size_t i = 0; i < c->n_tests; i++)
		v = both(v, test_value(&c->tests[i], record_value(r, c->tests[i].field)));
	return v;
}

static struct found unknown(const struct judge *j, const struct rule_cond *c)
{
	return (struct found){RULE_UNKNOWN, 0, text_bring(j->arena, c), c->fact->name};
}

/* ---- scalars ---- */

static struct found judge_value(const struct judge *j, const struct rule_cond *c)
{
	const struct fact_value *v = facts_value(j->facts, c->fact->name);
	enum rule_verdict verdict = test_value(c->tests, v);
	if (verdict == RULE_UNKNOWN)
		return unknown(j, c);
	if (verdict == RULE_MET)
		return (struct found){.verdict = RULE_MET};
	return (struct found){RULE_NOT_MET, 0, text_value(j->arena, c, v), c->fact->name};
}

/* A completed year counts from the birthday itself. */
static struct found judge_age(const struct judge *j, const struct rule_cond *c)
{
	const struct fact_value *v = facts_value(j->facts, c->fact->name);
	if (!v || v->text)
		return unknown(j, c);
	const struct rule_test *t = c->tests;
	int64_t months, days;
	period_between(v->number, j->on, &months, &days);
	int64_t age = months / 12;
	int64_t reached = civil_add_months(v->number, t->min * 12);
	if (t->has_max && age > t->max)
		return (struct found){
			RULE_NOT_MET, 0, text_age(j->arena, c, age, 0), c->fact->name};
	if (t->has_min && reached > j->on)
		return (struct found){
			RULE_NOT_MET, reached, text_age(j->arena, c, age, reached), c->fact->name};
	return (struct found){.verdict = RULE_MET};
}

/* ---- some: enough records that match, each since long enough ---- */

struct tally {
	size_t met, possible; /* possible: met, or it cannot be told */
	int64_t *later; /* days from which further ones count, ascending */
	size_t n_later;
};

static void add_later(struct tally *t, int64_t day)
{
	size_t i = t->n_later++;
	for (; i && t->later[i - 1] > day; i--)
		t->later[i] = t->later[i - 1];
	t->later[i] = day;
}

static void count_record(const struct judge *j, const struct rule_cond *c,
	const struct fact_record *r, struct tally *t)
{
	enum rule_verdict m = match(c, r);
	if (m == RULE_NOT_MET)
		return;
	const struct fact_value *since = c->since ? record_value(r, c->since) : NULL;
	if (c->since && (!since || since->text)) {
		t->possible++;
		return;
	}
	int64_t reached = since ? civil_add_months(since->number, c->months) : j->on;
	if (reached > j->on) {
		if (m == RULE_MET)
			add_later(t, reached);
		return;
	}
	t->possible++;
	t->met += m == RULE_MET;
}

static struct found judge_some(const struct judge *j, const struct rule_cond *c)
{
	const struct fact_list *l = facts_list(j->facts, c->fact->name);
	if (!l)
		return unknown(j, c);
	struct tally t = {.later = arena_array(j->arena, int64_t, l->n + 1)};
	for (const struct fact_record *r = l->first; r; r = r->next)
		count_record(j, c, r, &t);
	size_t need = (size_t)c->count;
	if (t.met >= need)
		return (struct found){.verdict = RULE_MET};
	if (t.possible >= need)
		return unknown(j, c);
	int64_t met_on = t.met + t.n_later >= need ? t.later[need - t.met - 1] : 0;
	return (struct found){
		RULE_NOT_MET, met_on, text_some(j->arena, c, t.met, j->on, met_on), c->fact->name};
}

/* ---- total: periods added up ---- */

/* Where counting begins. */
struct anchor {
	bool is_given; /* the list is */
	bool is_met, is_possible;
	int64_t met, possible;
};

static void anchor_record(
	const struct rule_cond *after, const struct fact_record *r, struct anchor *a)
{
	enum rule_verdict m = match(after, r);
	if (m == RULE_NOT_MET)
		return;
	const struct fact_value *since = record_value(r, after->since);
	int64_t day = since && !since->text ? since->number : LONG_AGO;
	if (m == RULE_MET && since && !since->text) {
		a->met = a->is_met ? earliest(a->met, day) : day;
		a->is_met = true;
	}
	a->possible = a->is_possible ? earliest(a->possible, day) : day;
	a->is_possible = true;
}

static struct anchor find_anchor(const struct judge *j, const struct rule_cond *after)
{
	if (!after)
		return (struct anchor){true, true, true, LONG_AGO, LONG_AGO};
	const struct fact_list *l = facts_list(j->facts, after->fact->name);
	struct anchor a = {.is_given = l != NULL};
	for (const struct fact_record *r = l ? l->first : NULL; r; r = r->next)
		anchor_record(after, r, &a);
	return a;
}

/* The span of one record in [floor, day); false when it has none. A record without an end goes on;
 * the day judged for is not over and not counted, a last day of work is. */
static bool span_of(const struct rule_cond *c, const struct fact_record *r, int64_t floor,
	int64_t day, bool is_sure, struct span *ret_span)
{
	enum rule_verdict m = match(c, r);
	const struct fact_value *from = record_value(r, c->from), *to = record_value(r, c->to);
	bool has_from = from && !from->text;
	if (m == RULE_NOT_MET || (is_sure && (m == RULE_UNKNOWN || !has_from)))
		return false;
	struct span s = {has_from ? latest(from->number, floor) : floor, day};
	if (to && !to->text)
		s.to = earliest(day, to->number + 1);
	if (s.from >= s.to)
		return false;
	*ret_span = s;
	return true;
}

static struct span_total total_on(
	const struct judge *j, const struct rule_cond *c, int64_t floor, int64_t day, bool is_sure)
{
	const struct fact_list *l = facts_list(j->facts, c->fact->name);
	size_t n = 0;
	if (!l)
		return (struct span_total){0};
	struct span *spans = arena_array(j->arena, struct span, l->n + 1);
	for (const struct fact_record *r = l->first; r; r = r->next)
		n += span_of(c, r, floor, day, is_sure, &spans[n]);
	return spans_total(spans, n);
}

/* Does anything still run after the day judged for? */
static bool is_running(const struct judge *j, const struct rule_cond *c, int64_t floor)
{
	const struct fact_list *l = facts_list(j->facts, c->fact->name);
	int64_t end = civil_add_months(j->on, HORIZON);
	struct span s;
	for (const struct fact_record *r = l ? l->first : NULL; r; r = r->next)
		if (span_of(c, r, floor, end, true, &s) && s.to > j->on)
			return true;
	return false;
}

/* The first day on which the total is reached if nothing changes, or 0. The total never falls, so
 * halving finds it. */
static int64_t total_met_on(const struct judge *j, const struct rule_cond *c, int64_t floor)
{
	int64_t low = j->on, high = civil_add_months(j->on, HORIZON);
	if (!is_running(j, c, floor) || total_on(j, c, floor, high, true).months < c->months)
		return 0;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (total_on(j, c, floor, middle, true).months >= c->months)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* The list of periods is not given: without a break since the anchor would be the most there can
 * be. */
static struct found total_untold(
	const struct judge *j, const struct rule_cond *c, const struct anchor *a)
{
	int64_t best = civil_add_months(a->possible, c->months);
	if (best <= j->on || !a->is_met)
		return unknown(j, c);
	return (struct found){
		RULE_NOT_MET, best, text_total_earliest(j->arena, c, j->on, best), c->fact->name};
}

static struct found judge_total(const struct judge *j, const struct rule_cond *c)
{
	struct anchor a = find_anchor(j, c->after);
	if (!a.is_given)
		return unknown(j, c->after);
	if (!a.is_possible)
		return (struct found){RULE_NOT_MET, 0, text_some(j->arena, c->after, 0, j->on, 0),
			c->after->fact->name};
	if (!facts_list(j->facts, c->fact->name))
		return total_untold(j, c, &a);
	struct span_total sure = {0};
	if (a.is_met)
		sure = total_on(j, c, a.met, j->on, true);
	if (a.is_met && sure.months >= c->months)
		return (struct found){.verdict = RULE_MET};
	if (total_on(j, c, a.possible, j->on, false).months >= c->months)
		return unknown(j, a.is_met ? c : c->after);
	int64_t met_on = a.is_met ? total_met_on(j, c, a.met) : 0;
	return (struct found){
		RULE_NOT_MET, met_on, text_total(j->arena, c, sure, j->on, met_on), c->fact->name};
}

/* ---- groups ---- */

static struct found judge_cond(const struct judge *j, const struct rule_cond *c);

static const char *join(const struct judge *j, const char *a, const char *between, const char *b)
{
	return a ? arena_printf(j->arena, "%s%s%s", a, between, b) : b;
}

static struct found judge_all(const struct judge *j, const struct rule_cond *c)
{
	struct found all = {.verdict = RULE_MET};
	bool mends = true;
	for (size_t i = 0; i < c->n_subs; i++) {
		struct found f = judge_cond(j, &c->subs[i]);
		if (f.verdict == RULE_MET)
			continue;
		all.verdict = both(all.verdict, f.verdict);
		mends = mends && f.met_on;
		all.met_on = latest(all.met_on, f.met_on);
		all.text = join(j, all.text, "；", f.text);
		all.fact = all.fact ? all.fact : f.fact;
	}
	if (!mends)
		all.met_on = 0;
	return all;
}

static const char *any_text(
	const struct judge *j, const struct rule_cond *c, const struct found *any)
{
	if (!c->name)
		return any->text;
	if (any->verdict == RULE_UNKNOWN)
		return arena_printf(j->arena, "需提供%s", c->name);
	if (!any->met_on)
		return arena_printf(j->arena, "缺少%s", c->name);
	return arena_printf(
		j->arena, "%s自 %s 起满足", c->name, civil_day_text(j->arena, any->met_on));
}

static struct found judge_any(const struct judge *j, const struct rule_cond *c)
{
	struct found any = {.verdict = RULE_NOT_MET};
	for (size_t i = 0; i < c->n_subs; i++) {
		struct found f = judge_cond(j, &c->subs[i]);
		if (f.verdict == RULE_MET)
			return f;
		if (f.verdict == RULE_UNKNOWN)
			any.verdict = RULE_UNKNOWN;
		if (!any.fact || (f.met_on && (!any.met_on || f.met_on < any.met_on)))
			any.fact = f.fact;
		if (f.met_on)
			any.met_on = any.met_on ? earliest(any.met_on, f.met_on) : f.met_on;
		any.text = join(j, any.text, "；或者", f.text);
	}
	any.text = any_text(j, c, &any);
	return any;
}

static const char *fact_of(const struct rule_cond *c)
{
	while (!c->fact)
		c = c->subs;
	return c->fact->name;
}

static struct found judge_not(const struct judge *j, const struct rule_cond *c)
{
	struct found f = judge_cond(j, c->subs);
	if (f.verdict == RULE_NOT_MET)
		return (struct found){.verdict = RULE_MET};
	if (f.verdict == RULE_UNKNOWN)
		return (struct found){RULE_UNKNOWN, 0,
			arena_printf(j->arena, "需说明是否属于“%s”", c->name), f.fact};
	return (struct found){RULE_NOT_MET, 0,
		arena_printf(j->arena, "属于不予受理的情形：%s", c->name), fact_of(c->subs)};
}

static struct found judge_cond(const struct judge *j, const struct rule_cond *c)
{
	switch (c->kind) {
	case RULE_ALL:
		return judge_all(j, c);
	case RULE_ANY:
		return judge_any(j, c);
	case RULE_NOT:
		return judge_not(j, c);
	case RULE_VALUE:
		return judge_value(j, c);
	case RULE_AGE:
		return judge_age(j, c);
	case RULE_SOME:
		return judge_some(j, c);
	case RULE_TOTAL:
		return judge_total(j, c);
	}
	return (struct found){.verdict = RULE_UNKNOWN};
}

/* ---- alternatives and the answer ---- */

/* Two conditions may want the same thing; it is told once. */
static void add_missing(struct rule_alternative *alt, const struct found *f)
{
	for (size_t i = 0; i < alt->n_missing; i++)
		if (streq(alt->missing[i].text, f->text))
			return;
	alt->missing[alt->n_missing++] = (struct rule_missing){f->text, f->fact, f->met_on};
}

static void judge_clause(
	const struct judge *j, const struct rule_clause *clause, struct rule_alternative *alt)
{
	const struct rule_cond *c = &clause->cond;
	bool mends = true;
	*alt = (struct rule_alternative){
		.clause = clause->clause, .text = clause->text, .verdict = RULE_MET};
	alt->missing = arena_array(j->arena, struct rule_missing, c->n_subs);
	for (size_t i = 0; i < c->n_subs; i++) {
		struct found f = judge_cond(j, &c->subs[i]);
		if (f.verdict == RULE_MET)
			continue;
		alt->verdict = both(alt->verdict, f.verdict);
		mends = mends && f.met_on;
		alt->met_on = latest(alt->met_on, f.met_on);
		add_missing(alt, &f);
	}
	if (!mends)
		alt->met_on = 0;
	/* What holds today may have ended by then: an age limit, for one. */
	struct judge then = {j->arena, j->facts, alt->met_on};
	if (alt->met_on && judge_all(&then, c).verdict == RULE_NOT_MET)
		alt->met_on = 0;
}

static const struct rule_case *find_case(const struct ruleset *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (streq(s->cases[i].id, id))
			return &s->cases[i];
	return NULL;
}

static void sum_up(struct rule_answer *answer)
{
	answer->verdict = RULE_NOT_MET;
	for (size_t i = 0; i < answer->n; i++) {
		const struct rule_alternative *alt = &answer->alternatives[i];
		if (alt->verdict == RULE_MET && !answer->held)
			answer->held = alt;
		if (alt->verdict == RULE_UNKNOWN)
			answer->verdict = RULE_UNKNOWN;
		if (alt->met_on && (!answer->nearest || alt->met_on < answer->nearest->met_on))
			answer->nearest = alt;
	}
	if (answer->held) {
		answer->verdict = RULE_MET;
		answer->nearest = NULL;
	}
}

int rule_judge(struct arena *a, const struct ruleset *s, const char *case_id, const struct facts *f,
	int64_t on, struct rule_answer *ret_answer)
{
	const struct rule_case *c = find_case(s, case_id);
	if (!c)
		return ERR_NOTFOUND;
	struct judge j = {a, f, on};
	struct rule_answer answer = {.set = s, .case_id = c->id, .case_title = c->title, .n = c->n};
	answer.alternatives = arena_array(a, struct rule_alternative, c->n);
	for (size_t i = 0; i < c->n; i++)
		judge_clause(&j, &c->clauses[i], &answer.alternatives[i]);
	sum_up(&answer);
	*ret_answer = answer;
	return 0;
}
