/* Inside the writers of item files: what they share. */
#ifndef LUBAN_DOC_ITEM_GIVE_H
#define LUBAN_DOC_ITEM_GIVE_H

#include "base/markup.h"
#include "domain/exam/item_sheet.h"

/* What the format cannot hold of an entry (or, with refused, the entry itself). */
void give_lost(struct item_sheet *lost, const struct item_entry *e, bool is_refused,
	const char *id);
/* Entries have no code in the file: name, or its number. */
const char *give_name(struct arena *a, const struct item_sheet *sheet, int entry);
const char *give_share(struct arena *a, int64_t permille); /* "0.65", "" for 0 */
const struct item_asset *give_asset(const struct item *it, struct str name); /* NULL for none */
/* Has any option a feedback? */
bool give_has_feedback(const struct item *it);
/* What was lost, in words: a line each, ends with NULL; NULL when
 * nothing was. */
const char *const *give_lost_lines(struct arena *a, const struct item_sheet *lost);
/* The texts of an item that may name pictures, the i-th from 0; NULL after the last. */
const char *give_text(const struct item *it, int i);

#endif
