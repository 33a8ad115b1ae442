/* Any bytes as a rule file; what can be read is judged on a few days, too. Corpus:
 * tests/fuzz/corpus/rule. */
#include <string.h>

#include "core/rule.h"

static void judge(struct arena *a, const struct ruleset *s, const struct facts *f)
{
	static const char *const ids[] = {"5", "4", "3", "2", "1", "special", "x"};
	struct rule_answer answer;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		for (int64_t on = 18000; on < 19000; on += 400)
			if (!rule_judge(a, s, ids[i], f, on, &answer) && !answer.n)
				__builtin_trap();
}

static struct facts *some_facts(struct arena *a)
{
	struct facts *f = facts_new(a);
	facts_date(f, "birth_on", 11000);
	facts_int(f, "months", 12);
	struct fact_record *r = facts_add(f, "works");
	record_int(r, "related", 1);
	record_date(r, "from_on", 17000);
	r = facts_add(f, "certificates");
	record_int(r, "grade", 4);
	record_int(r, "related", 1);
	record_date(r, "issued_on", 17500);
	r = facts_add(f, "educations");
	record_text(r, "kind", "college");
	facts_none(f, "titles");
	return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena a = arena_new(1 << 28);
	const struct ruleset *s = NULL;
	const char *error = NULL;
	if (ruleset_read(a, (struct str){(const char *)data, size}, &s, &error)) {
		if (!error || s)
			__builtin_trap();
		return 0;
	}
	judge(a, s, facts_new(a));
	judge(a, s, some_facts(a));
	return 0;
}
