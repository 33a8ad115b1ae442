/* Facts about a person or a body: named values and lists of records, as a room hands them to the
 * rule engine. */
#include <string.h>

#include "core/rule_impl.h"

struct facts *facts_new(struct arena *a)
{
	struct facts *f = arena_make(a, struct facts);
	f->arena = a;
	return f;
}

bool fact_is_date(const char *name)
{
	return str_ends(str_of(name), "_on");
}

static struct fact_value *find(struct fact_value *v, const char *name)
{
	while (v && strcmp(v->name, name) != 0)
		v = v->next;
	return v;
}

/* Days some 8000 years away are as good as any further: calendar arithmetic stays in range. */
static int64_t bounded(int64_t day)
{
	const int64_t far = 3000000;
	return day > far ? far : day < -far ? -far : day;
}

static void put(struct arena *a, struct fact_value **values, const char *name, int64_t number,
	const char *text)
{
	struct fact_value *v = find(*values, name);
	if (!v) {
		v = arena_make(a, struct fact_value);
		v->name = arena_dup(a, name);
		v->next = *values;
		*values = v;
	}
	v->number = fact_is_date(name) ? bounded(number) : number;
	v->text = arena_dup(a, text);
}

void facts_int(struct facts *f, const char *name, int64_t value)
{
	put(f->arena, &f->values, name, value, NULL);
}

void facts_date(struct facts *f, const char *name, int64_t day)
{
	put(f->arena, &f->values, name, day, NULL);
}

void facts_text(struct facts *f, const char *name, const char *value)
{
	put(f->arena, &f->values, name, 0, value ? value : "");
}

static struct fact_list *list_of(struct facts *f, const char *name)
{
	struct fact_list *l = f->lists;
	while (l && strcmp(l->name, name) != 0)
		l = l->next;
	if (l)
		return l;
	l = arena_make(f->arena, struct fact_list);
	l->name = arena_dup(f->arena, name);
	l->next = f->lists;
	return f->lists = l;
}

void facts_none(struct facts *f, const char *list)
{
	list_of(f, list);
}

struct fact_record *facts_add(struct facts *f, const char *list)
{
	struct fact_list *l = list_of(f, list);
	struct fact_record *r = arena_make(f->arena, struct fact_record);
	r->arena = f->arena;
	if (l->last)
		l->last->next = r;
	else
		l->first = r;
	l->last = r;
	l->n++;
	return r;
}

void record_int(struct fact_record *r, const char *name, int64_t value)
{
	put(r->arena, &r->values, name, value, NULL);
}

void record_date(struct fact_record *r, const char *name, int64_t day)
{
	put(r->arena, &r->values, name, day, NULL);
}

void record_text(struct fact_record *r, const char *name, const char *value)
{
	put(r->arena, &r->values, name, 0, value ? value : "");
}

const struct fact_value *facts_value(const struct facts *f, const char *name)
{
	const struct fact_value *v = find(f->values, name);
	return v && v->text && !v->text[0] ? NULL : v;
}

const struct fact_list *facts_list(const struct facts *f, const char *name)
{
	const struct fact_list *l = f->lists;
	while (l && strcmp(l->name, name) != 0)
		l = l->next;
	return l;
}

/* In rows of the database a day of 0 and an empty text say "none". */
const struct fact_value *record_value(const struct fact_record *r, const char *name)
{
	const struct fact_value *v = find(r->values, name);
	if (!v || (v->text && !v->text[0]) || (!v->text && v->number == 0 && fact_is_date(name)))
		return NULL;
	return v;
}
