/* Items of every kind, and what tests of formats share: reading without a database, comparing. */
#ifndef LUBAN_TEST_DOC_ITEMS_H
#define LUBAN_TEST_DOC_ITEMS_H

#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "doc/item_exchange.h"
#include "support.h"

static inline int64_t items_clock(void *self)
{
	(void)self;
	return 1795305600;
}

struct items {
	struct arena *arena;
	struct ctx cx;
	struct item_sheet sheet;
};

static inline void items_init(struct items *t)
{
	memset(t, 0, sizeof *t);
	t->arena = arena_new(1024 * 1024 * 1024);
	t->cx.arena = t->arena;
	t->cx.clock.now = items_clock;
	item_sheet_init(&t->sheet, t->arena);
}

static inline void items_fini(struct items *t)
{
	arena_free(t->arena);
}

static inline const char *record_of(struct arena *a, const struct item *it)
{
	struct item copy = *it;
	auto_buf b;
	buf_init(&b, ITEM_RECORD_MAX);
	for (int i = 0; i < copy.n_assets; i++)
		copy.assets[i].file_id = 0;
	item_pack(&b, &copy);
	return arena_str(a, buf_view(&b));
}

/* Did reading note this, about this item (by its name; NULL: any)? */
static inline bool has_remark(const struct item_sheet *s, const char *id, const char *name)
{
	for (int i = 0; i < s->n_remarks; i++)
		if (streq(s->remarks[i].id, id) && (!name || streq(s->remarks[i].name, name)))
			return true;
	return false;
}

static inline void print_remarks(const struct items *t)
{
	for (int i = 0; i < t->sheet.n_remarks; i++) {
		const struct item_remark *r = &t->sheet.remarks[i];
		printf("  %lld %s “%s” %s %s\n", (long long)r->line, r->place, r->name,
			r->is_refused ? "refused" : "noted", r->id);
	}
}

static inline void read_ok(struct items *t, item_read_fn *read, struct str bytes)
{
	int r = read(&t->cx, bytes, &t->sheet);
	if (r)
		fail_msg("%d %s", r, t->cx.problem.id ? t->cx.problem.id : "");
}

static inline void refused(struct str bytes, const char *id)
{
	struct items t;
	items_init(&t);
	int r = item_file_read(&t.cx, bytes, "x", &t.sheet);
	if (r != ERR_INVALID && r != ERR_LIMIT)
		fail_msg("%s: read with %d", id, r);
	assert_string_equal(t.cx.problem.id, id);
	assert_int_equal(t.sheet.n_entries, 0);
	items_fini(&t);
}

#endif
