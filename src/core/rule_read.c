/* A rule file to a rule set: every key is known, every fact declared, every number within bounds,
 * or the line and the reason are told. The language is described in docs/rules.md. */
#include <string.h>

#include "base/civil.h"
#include "core/rule_impl.h"

enum { MAX_YEARS = 100, MAX_COUNT = 100 };

struct reader {
	struct arena *arena;
	struct ruleset *set;
	const char *error;
};

static int bad(struct reader *r, const struct node *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int bad(struct reader *r, const struct node *n, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	r->error =
		arena_printf(r->arena, "第 %d 行：%s", n->line, arena_vprintf(r->arena, fmt, ap));
	va_end(ap);
	return ERR_INVALID;
}

static bool is_among(const char *word, const char *words)
{
	struct str rest = str_of(words);
	while (rest.n)
		if (str_is(str_cut(&rest, ' '), word))
			return true;
	return false;
}

/* A map whose keys are among `words`. */
static int need_map(struct reader *r, const struct node *n, const char *words)
{
	if (n->kind != NODE_MAP || !n->first)
		return bad(r, n, "此处应是“键: 值”的形式，可用的键：%s", words);
	for (const struct node *c = n->first; c; c = c->next)
		if (!is_among(c->key, words))
			return bad(r, c, "不认识的键“%s”；此处可用的键：%s", c->key, words);
	return 0;
}

static int read_text(struct reader *r, const struct node *map, const char *key, bool is_required,
	const char **ret_text)
{
	const struct node *n = node_get(map, key);
	if (!n)
		return is_required ? bad(r, map, "缺少“%s”", key) : 0;
	if (n->kind != NODE_SCALAR || is_blank(n->text))
		return bad(r, n, "“%s”应是一段文字", key);
	*ret_text = n->text;
	return 0;
}

static int read_number(
	struct reader *r, const struct node *n, int64_t least, int64_t most, int64_t *ret_number)
{
	int64_t value;
	if (n->kind != NODE_SCALAR || !n->is_plain || !str_to_i64(str_of(n->text), &value) ||
		value < least || value > most)
		return bad(r, n, "“%s”应是 %lld 到 %lld 之间的整数", n->key, (long long)least,
			(long long)most);
	*ret_number = value;
	return 0;
}

static int read_whole(struct reader *r, const struct node *map, const char *key, int64_t least,
	int64_t most, int64_t *ret_number)
{
	const struct node *n = node_get(map, key);
	return n ? read_number(r, n, least, most, ret_number) : 0;
}

/* years: and months: together, in months. */
static int read_period(struct reader *r, const struct node *map, int64_t *ret_months)
{
	int64_t years = 0, months = 0;
	int e = read_whole(r, map, "years", 0, MAX_YEARS, &years);
	if (!e)
		e = read_whole(r, map, "months", 0, MAX_YEARS * 12, &months);
	if (!e)
		*ret_months = years * 12 + months;
	return e;
}

/* ---- facts ---- */

static const struct rule_fact *find_fact(const struct reader *r, const char *name)
{
	const struct rule_fact *f = r->set->facts;
	while (f && strcmp(f->name, name) != 0)
		f = f->next;
	return f;
}

static int check_fields(struct reader *r, const struct node *fields)
{
	if (fields->kind != NODE_MAP || !fields->first)
		return bad(r, fields, "“fields”应列出各项的名称，如 issued_on: 发证日期");
	for (const struct node *n = fields->first; n; n = n->next)
		if (n->kind != NODE_SCALAR || is_blank(n->text))
			return bad(r, n, "“%s”应是一段文字", n->key);
	return 0;
}

static int read_fact(struct reader *r, const struct node *n, struct rule_fact **ret_fact)
{
	struct rule_fact *f = arena_make(r->arena, struct rule_fact);
	f->name = n->key;
	int e = need_map(r, n, "label bring fields");
	if (!e)
		e = read_text(r, n, "label", true, &f->label);
	f->bring = f->label;
	if (!e)
		e = read_text(r, n, "bring", false, &f->bring);
	f->fields = node_get(n, "fields");
	if (!e && f->fields)
		e = check_fields(r, f->fields);
	if (!e)
		*ret_fact = f;
	return e;
}

static int read_facts(struct reader *r, const struct node *root)
{
	const struct node *map = node_get(root, "facts");
	if (!map)
		return bad(r, root, "缺少“facts”（本规则用到的事实）");
	if (map->kind != NODE_MAP || !map->first)
		return bad(r, map, "“facts”应列出各项事实");
	struct rule_fact **tail = &r->set->facts;
	for (const struct node *n = map->first; n; n = n->next) {
		int e = read_fact(r, n, tail);
		if (e)
			return e;
		tail = &(*tail)->next;
	}
	return 0;
}

/* The fact that map[key] names, a list or a scalar. */
static int read_fact_name(struct reader *r, const struct node *map, const char *key, bool is_list,
	const struct rule_fact **ret_fact)
{
	const char *name = NULL;
	int e = read_text(r, map, key, true, &name);
	if (e)
		return e;
	const struct rule_fact *f = find_fact(r, name);
	if (!f)
		return bad(r, node_get(map, key), "事实“%s”没有在 facts 中列出", name);
	if ((f->fields != NULL) != is_list)
		return bad(r, node_get(map, key),
			is_list ? "事实“%s”不是列表，不能用于 %s" : "事实“%s”是列表，不能用于 %s",
			name, key);
	*ret_fact = f;
	return 0;
}

/* A date field of a list. */
static int read_date_field(struct reader *r, const struct node *map, const char *key,
	const struct rule_fact *list, const char **ret_field)
{
	const struct node *n = node_get(map, key);
	if (!n)
		return *ret_field ? 0 : bad(r, map, "缺少“%s”", key);
	int e = read_text(r, map, key, true, ret_field);
	if (e)
		return e;
	if (!node_get(list->fields, *ret_field) || !fact_is_date(*ret_field))
		return bad(r, n, "“%s”不是“%s”的日期项（日期项的名称以 _on 结尾）", *ret_field,
			list->name);
	return 0;
}

/* ---- tests: is, in, min, max ---- */

static int read_value(
	struct reader *r, const struct node *n, const char *field, struct rule_value *ret_value)
{
	if (n->kind != NODE_SCALAR || is_blank(n->text))
		return bad(r, n, "此处应是一个值");
	if (fact_is_date(field)) {
		if (!civil_parse_day(str_of(n->text), &ret_value->number))
			return bad(r, n, "“%s”不是日期，应写作 2024-03-15", n->text);
	} else if (!n->is_plain || !str_to_i64(str_of(n->text), &ret_value->number)) {
		ret_value->text = n->text;
	}
	return 0;
}

static int read_bound(struct reader *r, const struct node *map, const char *key, const char *field,
	bool *ret_has, int64_t *ret_bound)
{
	const struct node *n = node_get(map, key);
	struct rule_value v = {0};
	if (!n)
		return 0;
	int e = read_value(r, n, field, &v);
	if (e)
		return e;
	if (v.text)
		return bad(r, n, "“%s”应是整数", key);
	*ret_has = true;
	*ret_bound = v.number;
	return 0;
}

static int read_in(struct reader *r, const struct node *n, struct rule_test *t)
{
	bool is_list = n->kind == NODE_LIST;
	size_t count = is_list ? n->n : 1;
	if (!count)
		return bad(r, n, "至少列出一个值");
	struct rule_value *in = arena_array(r->arena, struct rule_value, count);
	const struct node *item = is_list ? n->first : n;
	for (size_t i = 0; i < count; i++, item = item->next) {
		int e = read_value(r, item, t->field, &in[i]);
		if (e)
			return e;
	}
	t->in = in;
	t->n_in = count;
	return 0;
}

/* From a map with is, in, min, max; other keys are the caller's. */
static int read_test_keys(struct reader *r, const struct node *map, struct rule_test *t)
{
	const struct node *is = node_get(map, "is"), *in = node_get(map, "in");
	int e = 0;
	if (is && in)
		return bad(r, in, "“is”和“in”只能用一个");
	if (is && is->kind != NODE_SCALAR)
		return bad(r, is, "“is”只能是一个值；几个值用 in: [甲, 乙]");
	if (in && in->kind != NODE_LIST)
		return bad(r, in, "“in”应是列表，如 [甲, 乙]");
	if (is || in)
		e = read_in(r, is ? is : in, t);
	if (!e)
		e = read_bound(r, map, "min", t->field, &t->has_min, &t->min);
	if (!e)
		e = read_bound(r, map, "max", t->field, &t->has_max, &t->max);
	if (!e && !t->n_in && !t->has_min && !t->has_max)
		return bad(r, map, "应写明 is、in、min 或 max");
	return e;
}

/* field: 5, field: [a, b] or field: {min: 3}. */
static int read_test(struct reader *r, const struct node *n, struct rule_test *t)
{
	t->field = n->key;
	if (n->kind != NODE_MAP)
		return read_in(r, n, t);
	int e = need_map(r, n, "is in min max");
	return e ? e : read_test_keys(r, n, t);
}

static int read_where(struct reader *r, const struct node *map, struct rule_cond *c)
{
	const struct node *where = node_get(map, "where");
	if (!where)
		return 0;
	if (where->kind != NODE_MAP || !where->first)
		return bad(r, where, "“where”应写作 {grade: 5, related: 1}");
	struct rule_test *tests = arena_array(r->arena, struct rule_test, where->n);
	size_t i = 0;
	for (const struct node *n = where->first; n; n = n->next) {
		if (!node_get(c->fact->fields, n->key))
			return bad(r, n, "“%s”没有“%s”这一项", c->fact->name, n->key);
		int e = read_test(r, n, &tests[i++]);
		if (e)
			return e;
	}
	c->tests = tests;
	c->n_tests = i;
	return 0;
}

/* ---- conditions ---- */

static int read_cond(struct reader *r, const struct node *n, struct rule_cond *ret_cond);

static int read_group(struct reader *r, const struct node *list, struct rule_cond *c)
{
	if (list->kind != NODE_LIST || !list->first)
		return bad(r, list, "“%s”之下应逐条列出条件（每条以“- ”开头）", list->key);
	struct rule_cond *subs = arena_array(r->arena, struct rule_cond, list->n);
	size_t i = 0;
	for (const struct node *n = list->first; n; n = n->next) {
		int e = read_cond(r, n, &subs[i++]);
		if (e)
			return e;
	}
	c->subs = subs;
	c->n_subs = i;
	return 0;
}

static int read_all(struct reader *r, const struct node *n, struct rule_cond *c)
{
	int e = need_map(r, n, "all name");
	return e ? e : read_group(r, node_get(n, "all"), c);
}

static int read_any(struct reader *r, const struct node *n, struct rule_cond *c)
{
	int e = need_map(r, n, "any name");
	return e ? e : read_group(r, node_get(n, "any"), c);
}

static int read_not(struct reader *r, const struct node *n, struct rule_cond *c)
{
	int e = need_map(r, n, "not name");
	if (e)
		return e;
	if (!c->name)
		return bad(r, n, "“not”须有“name”，说明排除的是什么");
	struct rule_cond *sub = arena_make(r->arena, struct rule_cond);
	c->subs = sub;
	c->n_subs = 1;
	return read_cond(r, node_get(n, "not"), sub);
}

static int read_scalar(struct reader *r, const struct node *n, struct rule_cond *c)
{
	int e = need_map(r, n, "value name is in min max");
	if (!e)
		e = read_fact_name(r, n, "value", false, &c->fact);
	if (e)
		return e;
	struct rule_test *t = arena_make(r->arena, struct rule_test);
	t->field = c->fact->name;
	c->tests = t;
	c->n_tests = 1;
	return read_test_keys(r, n, t);
}

static int read_age(struct reader *r, const struct node *n, struct rule_cond *c)
{
	int e = need_map(r, n, "age name");
	const struct node *map = node_get(n, "age");
	if (!e)
		e = need_map(r, map, "min max of");
	if (e)
		return e;
	const char *of = "birth_on";
	e = read_text(r, map, "of", false, &of);
	if (e)
		return e;
	c->fact = find_fact(r, of);
	if (!c->fact || c->fact->fields || !fact_is_date(of))
		return bad(r, map, "年龄所用的日期“%s”没有在 facts 中列出", of);
	struct rule_test *t = arena_make(r->arena, struct rule_test);
	t->field = of;
	t->has_min = node_get(map, "min") != NULL;
	t->has_max = node_get(map, "max") != NULL;
	c->tests = t;
	c->n_tests = 1;
	if (!t->has_min && !t->has_max)
		return bad(r, map, "年龄应写明 min 或 max");
	e = read_whole(r, map, "min", 0, 150, &t->min);
	return e ? e : read_whole(r, map, "max", 0, 150, &t->max);
}

static int read_held(struct reader *r, const struct node *n, struct rule_cond *c)
{
	const struct node *held = node_get(n, "held");
	if (!held)
		return 0;
	int e = need_map(r, held, "years months since");
	if (!e)
		e = read_period(r, held, &c->months);
	return e ? e : read_date_field(r, held, "since", c->fact, &c->since);
}

static int read_some(struct reader *r, const struct node *n, struct rule_cond *c)
{
	c->count = 1;
	int e = need_map(r, n, "some name where held count");
	if (!e)
		e = read_fact_name(r, n, "some", true, &c->fact);
	if (!e)
		e = read_where(r, n, c);
	if (!e)
		e = read_held(r, n, c);
	return e ? e : read_whole(r, n, "count", 1, MAX_COUNT, &c->count);
}

/* after: {some: certificates, where: …, since: issued_on} */
static int read_after(struct reader *r, const struct node *n, struct rule_cond *c)
{
	const struct node *after = node_get(n, "after");
	if (!after)
		return 0;
	struct rule_cond *a = arena_make(r->arena, struct rule_cond);
	a->kind = RULE_SOME;
	a->count = 1;
	int e = need_map(r, after, "some name where since");
	if (!e)
		e = read_fact_name(r, after, "some", true, &a->fact);
	if (!e)
		e = read_text(r, after, "name", false, &a->name);
	if (!e)
		e = read_where(r, after, a);
	if (!e)
		e = read_date_field(r, after, "since", a->fact, &a->since);
	if (!e)
		c->after = a;
	return e;
}

static int read_total(struct reader *r, const struct node *n, struct rule_cond *c)
{
	c->from = "from_on";
	c->to = "to_on";
	int e = need_map(r, n, "total name where years months after from to");
	if (!e)
		e = read_fact_name(r, n, "total", true, &c->fact);
	if (!e)
		e = read_where(r, n, c);
	if (!e)
		e = read_period(r, n, &c->months);
	if (!e && !c->months)
		e = bad(r, n, "应写明累计的年数 years 或月数 months");
	if (!e)
		e = read_date_field(r, n, "from", c->fact, &c->from);
	if (!e)
		e = read_date_field(r, n, "to", c->fact, &c->to);
	return e ? e : read_after(r, n, c);
}

static int read_cond(struct reader *r, const struct node *n, struct rule_cond *c)
{
	static const struct {
		const char *key;
		enum rule_kind kind;
		int (*read)(struct reader *r, const struct node *n, struct rule_cond *c);
	} kinds[] = {
		{"all", RULE_ALL, read_all},
		{"any", RULE_ANY, read_any},
		{"not", RULE_NOT, read_not},
		{"value", RULE_VALUE, read_scalar},
		{"age", RULE_AGE, read_age},
		{"some", RULE_SOME, read_some},
		{"total", RULE_TOTAL, read_total},
	};
	if (n->kind != NODE_MAP)
		return bad(r, n, "条件应以 age、value、some、total、all、any、not 之一写明");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!node_get(n, kinds[i].key))
			continue;
		c->kind = kinds[i].kind;
		int e = read_text(r, n, "name", false, &c->name);
		return e ? e : kinds[i].read(r, n, c);
	}
	return bad(r, n, "条件应以 age、value、some、total、all、any、not 之一写明");
}

/* ---- cases ---- */

static int read_clause(struct reader *r, const struct node *n, struct rule_clause *ret)
{
	int e = need_map(r, n, "clause text all");
	if (!e)
		e = read_text(r, n, "clause", true, &ret->clause);
	if (!e)
		e = read_text(r, n, "text", true, &ret->text);
	const struct node *all = e ? NULL : node_get(n, "all");
	if (!e && !all)
		e = bad(r, n, "缺少“all”（须同时满足的条件）");
	ret->cond.kind = RULE_ALL;
	return e ? e : read_group(r, all, &ret->cond);
}

static int read_case(struct reader *r, const struct node *n, struct rule_case *ret)
{
	ret->id = n->key;
	int e = need_map(r, n, "title alternatives");
	if (!e)
		e = read_text(r, n, "title", true, &ret->title);
	if (e)
		return e;
	const struct node *list = node_get(n, "alternatives");
	if (!list || list->kind != NODE_LIST || !list->first)
		return bad(r, list ? list : n, "“alternatives”应逐条列出（每条以“- ”开头）");
	struct rule_clause *clauses = arena_array(r->arena, struct rule_clause, list->n);
	for (const struct node *c = list->first; c; c = c->next) {
		e = read_clause(r, c, &clauses[ret->n]);
		for (size_t i = 0; !e && i < ret->n; i++)
			if (streq(clauses[i].clause, clauses[ret->n].clause))
				e = bad(r, c, "条款编号“%s”重复", clauses[i].clause);
		if (e)
			return e;
		ret->n++;
	}
	ret->clauses = clauses;
	return 0;
}

static int read_cases(struct reader *r, const struct node *root)
{
	const struct node *map = node_get(root, "cases");
	if (!map || map->kind != NODE_MAP || !map->first)
		return bad(r, map ? map : root, "缺少“cases”（各种情形）");
	struct rule_case *cases = arena_array(r->arena, struct rule_case, map->n);
	for (const struct node *n = map->first; n; n = n->next) {
		int e = read_case(r, n, &cases[r->set->n]);
		if (e)
			return e;
		r->set->n++;
	}
	r->set->cases = cases;
	return 0;
}

static int read_head(struct reader *r, const struct node *root)
{
	struct ruleset *s = r->set;
	const char *day = NULL;
	int e = need_map(r, root, "ruleset version title source effective_from facts cases");
	if (!e)
		e = read_text(r, root, "ruleset", true, &s->name);
	if (!e)
		e = read_text(r, root, "version", true, &s->version);
	if (!e)
		e = read_text(r, root, "title", true, &s->title);
	if (!e)
		e = read_text(r, root, "source", true, &s->source);
	if (!e)
		e = read_text(r, root, "effective_from", true, &day);
	if (!e && !civil_parse_day(str_of(day), &s->effective_from))
		e = bad(r, node_get(root, "effective_from"), "“%s”不是日期，应写作 2024-03-15",
			day);
	return e;
}

int ruleset_read(
	struct arena *a, struct str yaml, const struct ruleset **ret_set, const char **ret_error)
{
	struct reader r = {.arena = a, .set = arena_make(a, struct ruleset)};
	const struct node *root;
	int e = node_read(a, yaml, &root, ret_error);
	if (e)
		return e;
	e = read_head(&r, root);
	if (!e)
		e = read_facts(&r, root);
	if (!e)
		e = read_cases(&r, root);
	if (e)
		*ret_error = r.error;
	else
		*ret_set = r.set;
	return e;
}

const char *ruleset_name(const struct ruleset *s)
{
	return s->name;
}

const char *ruleset_version(const struct ruleset *s)
{
	return s->version;
}

const char *ruleset_title(const struct ruleset *s)
{
	return s->title;
}

const char *ruleset_source(const struct ruleset *s)
{
	return s->source;
}

int64_t ruleset_effective_from(const struct ruleset *s)
{
	return s->effective_from;
}

size_t ruleset_cases(const struct ruleset *s)
{
	return s->n;
}

const char *ruleset_case_id(const struct ruleset *s, size_t i)
{
	return i < s->n ? s->cases[i].id : NULL;
}
