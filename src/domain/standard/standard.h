/* standard: occupations, work types, standard versions and their eligibility rules. */
#ifndef LUBAN_STANDARD_STANDARD_H
#define LUBAN_STANDARD_STANDARD_H

#include "core/ctx.h"
#include "core/rule.h"

/* The version of a rule set as it is applied now; "" when there is none of that name. */
const char *standard_ruleset_version(struct ctx *cx, const char *ruleset);
/* Parsed once per process and shared. ERR_NOTFOUND with words when there is none of that name. */
int standard_ruleset(struct ctx *cx, const char *ruleset, const struct ruleset **ret_set) MUST_CHECK;

#endif
