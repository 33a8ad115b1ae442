/* What is missing, in the words of an official notice. */
#include "base/civil.h"
#include "core/rule_text.h"

static const char *name_of(const struct rule_cond *c)
{
	return c->name ? c->name : c->fact->label;
}

const char *text_period(struct arena *a, int64_t months, int64_t days)
{
	auto_buf b;
	buf_init(&b, 128);
	if (months >= 12)
		buf_printf(&b, " %lld 年", (long long)(months / 12));
	if (months % 12)
		buf_printf(&b, " %lld 个月", (long long)(months % 12));
	if (days || !months)
		buf_printf(&b, " %lld 天", (long long)days);
	return arena_dup(a, buf_z(&b) + 1);
}

static const char *between(struct arena *a, int64_t from, int64_t to)
{
	int64_t months, days;
	period_between(from, to, &months, &days);
	return text_period(a, months, days);
}

const char *text_bring(struct arena *a, const struct rule_cond *c)
{
	const char *name = name_of(c);
	if (streq(name, c->fact->bring))
		return arena_printf(a, "需提供%s", name);
	return arena_printf(a, "需提供%s（%s）", name, c->fact->bring);
}

static const char *value_text(
	struct arena *a, const struct rule_cond *c, const struct rule_value *v)
{
	if (v->text)
		return v->text;
	if (fact_is_date(c->fact->name))
		return civil_day_text(a, v->number);
	return arena_printf(a, "%lld", (long long)v->number);
}

const char *text_value(struct arena *a, const struct rule_cond *c, const struct fact_value *v)
{
	const struct rule_test *t = c->tests;
	auto_buf b;
	buf_init(&b, 4096);
	buf_printf(&b, "%s应", name_of(c));
	for (size_t i = 0; i < t->n_in; i++)
		buf_printf(&b, "%s%s",
			i                     ? "、"
				: t->n_in > 1 ? "为下列之一："
					      : "为 ",
			value_text(a, c, &t->in[i]));
	if (t->has_min)
		buf_printf(&b, "%s不小于 %s", t->n_in ? "，且" : "",
			value_text(a, c, &(struct rule_value){NULL, t->min}));
	if (t->has_max)
		buf_printf(&b, "%s不大于 %s", t->n_in || t->has_min ? "，且" : "",
			value_text(a, c, &(struct rule_value){NULL, t->max}));
	buf_printf(&b, "（现为 %s）", value_text(a, c, &(struct rule_value){v->text, v->number}));
	return arena_dup(a, buf_z(&b));
}

const char *text_age(struct arena *a, const struct rule_cond *c, int64_t age, int64_t met_on)
{
	if (met_on)
		return arena_printf(a, "未满 %lld 周岁，%s 年满 %lld 周岁",
			(long long)c->tests->min, civil_day_text(a, met_on),
			(long long)c->tests->min);
	if (c->tests->has_max && age > c->tests->max)
		return arena_printf(a, "年龄应不超过 %lld 周岁（现为 %lld 周岁）",
			(long long)c->tests->max, (long long)age);
	return arena_printf(a, "年龄应不小于 %lld 周岁", (long long)c->tests->min);
}

const char *text_some(
	struct arena *a, const struct rule_cond *c, size_t have, int64_t on, int64_t met_on)
{
	const char *name = name_of(c);
	if (!met_on && c->count > 1)
		return arena_printf(
			a, "%s应不少于 %lld 项（现有 %zu 项）", name, (long long)c->count, have);
	if (!met_on)
		return arena_printf(a, "缺少%s", name);
	if (!c->months)
		return arena_printf(a, "%s自 %s 起方可计入", name, civil_day_text(a, met_on));
	return arena_printf(a, "取得%s后还需满 %s（%s 满 %s）", name, between(a, on, met_on),
		civil_day_text(a, met_on), text_period(a, c->months, 0));
}

static const char *after_text(struct arena *a, const struct rule_cond *c)
{
	return c->after ? arena_printf(a, "取得%s后，", name_of(c->after)) : "";
}

const char *text_total(struct arena *a, const struct rule_cond *c, struct span_total have,
	int64_t on, int64_t met_on)
{
	const char *after = after_text(a, c), *need = text_period(a, c->months, 0);
	const char *now = text_period(a, have.months, have.days);
	if (met_on)
		return arena_printf(a, "%s%s累计 %s，还需 %s（继续从事则 %s 满 %s）", after,
			name_of(c), now, between(a, on, met_on), civil_day_text(a, met_on), need);
	int64_t lack = (c->months - have.months) * DAYS_OF_MONTH - have.days;
	if (!have.months && !have.days)
		return arena_printf(a, "%s缺少%s（须累计满 %s）", after, name_of(c), need);
	return arena_printf(a, "%s%s累计 %s，还差 %s（须累计满 %s）", after, name_of(c), now,
		text_period(a, lack / DAYS_OF_MONTH, lack % DAYS_OF_MONTH), need);
}

const char *text_total_earliest(
	struct arena *a, const struct rule_cond *c, int64_t on, int64_t met_on)
{
	return arena_printf(a, "%s%s还需 %s（最早 %s 满 %s）", after_text(a, c), name_of(c),
		between(a, on, met_on), civil_day_text(a, met_on), text_period(a, c->months, 0));
}
