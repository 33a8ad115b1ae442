/* What the fuzzers of item files share: reads, and holds what was read against what every reader
 * promises: clean texts, pictures that are there, remarks that say something, and the same items
 * again after writing them. */
#ifndef LUBAN_FUZZ_ITEMS_H
#define LUBAN_FUZZ_ITEMS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/markup.h"
#include "base/utf8.h"
#include "doc/item_exchange.h"
#include "doc/item_give.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds)
{
	if (!holds)
		abort();
}

static inline int64_t fuzz_now(void *self)
{
	(void)self;
	return 1795305600;
}

static inline void check_html(struct arena *a, const struct item *it, const char *html)
{
	const char *again;
	struct str rest, name;
	if (!html)
		return;
	must(markup_clean(a, str_of(html), ITEM_HTML_MAX, NULL, NULL, &again) == 0);
	must(streq(html, again));
	rest = str_of(html);
	while (markup_next_asset(&rest, &name))
		must(!it || give_asset(it, name));
}

static inline void check_entry(struct arena *a, const struct item_sheet *s,
	const struct item_entry *e)
{
	const struct item *it = &e->content;
	must(it->kind > 0 && it->kind < ITEM_KINDS);
	must(it->n_options <= ITEM_OPTIONS_MAX && it->n_targets <= ITEM_OPTIONS_MAX);
	must(it->n_assets <= ITEM_ASSETS_MAX && it->n_variants <= ITEM_VARIANTS_MAX);
	must(e->material >= 0 && e->material <= s->n_materials);
	must(utf8_is_text(str_of(e->name)) && utf8_is_text(str_of(e->point)));
	for (int i = 0; i < 3 + 2 * it->n_options + it->n_targets; i++)
		check_html(a, it, give_text(it, i));
	for (int i = 0; i < it->n_variants; i++)
		must(utf8_is_text(str_of(it->variants[i])));
}

/* What is sound is written as text and as a package, and the package read again has as many. (The
 * library that writes workbooks keeps memory.) */
static inline void check_writers(struct ctx *cx, const struct item_sheet *s)
{
	struct item_sheet lost, again;
	struct str bytes;
	item_sheet_init(&lost, cx->arena);
	item_sheet_init(&again, cx->arena);
	must(gift_write(cx, s, &lost, &bytes) == 0);
	must(qti_write(cx, s, &lost, &bytes) == 0);
	must(qti_read(cx, bytes, &again) == 0);
	must(again.n_entries == s->n_entries);
}

static inline bool is_sound(const struct item *it)
{
	bool needs_key = it->kind != ITEM_NUMERIC && it->kind != ITEM_TEXT
		&& it->kind != ITEM_ESSAY;
	if (needs_key && (is_blank(it->key) || !item_response_fits(it, str_of(it->key))))
		return false;
	return it->kind == ITEM_TEXT ? it->n_variants > 0 : it->kind != ITEM_NUMERIC || *it->value;
}

static inline void fuzz_read(item_read_fn *read, struct str bytes)
{
	auto_arena a = arena_new(ITEM_SHEET_ARENA);
	struct ctx cx = {.arena = a, .clock = {fuzz_now, NULL}};
	struct item_sheet s;
	item_sheet_init(&s, a);
	int r = read(&cx, bytes, &s);
	must(r == 0 || ((r == ERR_INVALID || r == ERR_LIMIT) && cx.problem.id));
	ctx_clear(&cx);
	bool all_sound = s.n_entries > 0;
	for (int i = 0; i < s.n_entries; i++) {
		check_entry(a, &s, s.entries[i]);
		all_sound = all_sound && is_sound(&s.entries[i]->content);
	}
	for (int i = 0; i < s.n_materials; i++)
		check_html(a, NULL, s.materials[i]->html);
	for (int i = 0; i < s.n_remarks; i++)
		must(s.remarks[i].id && s.remarks[i].entry <= s.n_entries);
	if (all_sound)
		check_writers(&cx, &s);
}

#endif
