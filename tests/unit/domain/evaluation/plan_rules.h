/* What the rules say of a plan (plan_case.h), and changes of it. */
#ifndef LUBAN_TEST_PLAN_RULES_H
#define LUBAN_TEST_PLAN_RULES_H

#include "plan_case.h"

/* The findings of a rule: how many were broken; and the words of those that were, or of those that
 * were not when none was. */
static inline int broken(struct plan_case *p, const char *rule, const char **ret_text)
{
	struct plan_finding *findings;
	size_t n;
	bool ok, all = true;
	const char *good_text = "", *bad_text = "";
	int bad = 0;
	must(p, batch_plan_check(p->cx, p->batch, &findings, &n, &ok));
	for (size_t i = 0; i < n; i++) {
		assert_true(*findings[i].label && *findings[i].text);
		assert_false(findings[i].is_hint && !findings[i].ok);
		all &= findings[i].ok;
		if (!streq(findings[i].rule, rule))
			continue;
		bad += !findings[i].ok;
		const char **text = findings[i].ok ? &good_text : &bad_text;
		*text = text_of(p->cx, "%s%s\n", *text, findings[i].text);
	}
	*ret_text = bad ? bad_text : good_text;
	assert_int_equal(ok, all);
	return bad;
}

static inline void says_at(
	struct plan_case *p, const char *rule, int bad, const char *word, int line)
{
	const char *text;
	int n = broken(p, rule, &text);
	if (n != bad || (word && !strstr(text, word)))
		fail_msg("line %d: %s is broken %d times, not %d: %s", line, rule, n, bad, text);
}
#define refuses(p, rule, word) says_at((p), (rule), 1, (word), __LINE__)
#define accepts(p, rule, word) says_at((p), (rule), 0, (word), __LINE__)

static inline void change(struct plan_case *p, struct batch_in in)
{
	must(p, batch_update(p->cx, p->batch, &in));
}

static inline void set(struct plan_case *p, const char *name, const char *region,
	const char *day, int64_t value)
{
	ctx_act_as_system(p->cx, "test");
	must(p, setting_put(p->cx, name, region, day_of(day), value));
	as_clerk(p);
}

#endif
