/* A rule set as people read it: its cases, clauses, and what is to be brought. */
#include "core/rule_impl.h"

const char *ruleset_case_title(const struct ruleset *s, size_t i)
{
	return i < s->n ? s->cases[i].title : "";
}

size_t ruleset_clauses(const struct ruleset *s, size_t i)
{
	return i < s->n ? s->cases[i].n : 0;
}

const char *ruleset_clause(const struct ruleset *s, size_t i, size_t k)
{
	return k < ruleset_clauses(s, i) ? s->cases[i].clauses[k].clause : "";
}

const char *ruleset_clause_text(const struct ruleset *s, size_t i, size_t k)
{
	return k < ruleset_clauses(s, i) ? s->cases[i].clauses[k].text : "";
}

bool ruleset_fact(const struct ruleset *s, size_t i, const char **ret_label, const char **ret_bring)
{
	const struct rule_fact *fact = s->facts;
	while (fact && i--)
		fact = fact->next;
	if (!fact)
		return false;
	*ret_label = fact->label ? fact->label : fact->name;
	*ret_bring = fact->bring ? fact->bring : "";
	return true;
}
