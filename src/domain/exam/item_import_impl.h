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
/* Where an item belongs; ERR_INVALID with words. */
int import_point(struct ctx *cx, const struct q_item_import_find *import,
	const struct item_entry *e, int64_t *ret_point_id) MUST_CHECK;
/* By the current secret: content and pictures, whatever these are called. */
const char *import_source_hash(struct ctx *cx, const struct item *it);
/* Whether the bank has it: `source` came in before (see above), or `content` is what an item is
 * made of. Keys kept before the secret was changed are found too. ERR_NOTFOUND without words. */
int import_known(struct ctx *cx, int64_t bank_id, const struct item *source,
	const struct item *content, struct q_item_import_known *ret_known) MUST_CHECK;

#endif
