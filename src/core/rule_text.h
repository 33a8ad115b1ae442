/* Inside of the rule engine: what is missing, in Chinese, as people read it. */
#ifndef LUBAN_CORE_RULE_TEXT_H
#define LUBAN_CORE_RULE_TEXT_H

#include "core/rule_impl.h"

const char *text_period(struct arena *a, int64_t months, int64_t days); /* "1 年 2 个月" */
const char *text_bring(struct arena *a, const struct rule_cond *c);
const char *text_value(struct arena *a, const struct rule_cond *c, const struct fact_value *v);
const char *text_age(struct arena *a, const struct rule_cond *c, int64_t age, int64_t met_on);
const char *text_some(
	struct arena *a, const struct rule_cond *c, size_t have, int64_t on, int64_t met_on);
const char *text_total(struct arena *a, const struct rule_cond *c, struct span_total have,
	int64_t on, int64_t met_on);
/* Continuous work since the anchor would do on met_on at the earliest. */
const char *text_total_earliest(
	struct arena *a, const struct rule_cond *c, int64_t on, int64_t met_on);

#endif
