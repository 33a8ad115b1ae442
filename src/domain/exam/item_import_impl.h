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
/* Keyed: content and pictures, whatever these are called; content alone as the bank keeps it (""
 * with pictures). */
const char *import_source_hash(struct ctx *cx, const struct item *it);
const char *import_content_hash(struct ctx *cx, const struct item *it);

#endif
