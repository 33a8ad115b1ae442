/* Inside imports: what judging and saving share. */
#ifndef LUBAN_EXAM_ITEM_IMPORT_IMPL_H
#define LUBAN_EXAM_ITEM_IMPORT_IMPL_H

#include "domain/exam/bank_item.h"
#include "domain/exam/item_import.h"
#include "query/item_import.h"

extern const struct import_kind item_import_kind;

/* The file of an import into a sheet. */
int import_read(struct ctx *cx, const struct q_item_import_find *import, item_sheet_read_fn *read,
	struct item_sheet *sheet) MUST_CHECK;
/* What a row is called and what is said of it, for item_import_words(). */
const char *import_words_seal(struct ctx *cx, const char *name, const char *verdict_text);
/* Where an item belongs; ERR_INVALID with words. */
int import_point(struct ctx *cx, const struct q_item_import_find *import,
	const struct item_entry *e, int64_t *ret_point_id) MUST_CHECK;
/* An entry with what it refers to; material NULL for none. */
struct import_source {
	const struct item *item;
	const struct item_material *material;
};
struct import_source import_source(const struct item_sheet *sheet, const struct item_entry *e);
/* By the current secret: content, material and pictures, whatever these are called. */
const char *import_source_hash(struct ctx *cx, struct import_source source);
/* Is it what had this hash, by any secret? */
bool import_is_source(struct ctx *cx, struct import_source source, const char *hash);
/* Whether the bank has it: `source` came in before (see above), or `content` is what an item is
 * made of. Keys kept before the secret was changed are found too. ERR_NOTFOUND without words. */
int import_known(struct ctx *cx, int64_t bank_id, struct import_source source,
	const struct item *content, struct q_item_import_known *ret_known) MUST_CHECK;

#endif
