/* The shared strings of a workbook, kept in one block. */
#ifndef LUBAN_DOC_XLSX_SHARED_H
#define LUBAN_DOC_XLSX_SHARED_H

#include "doc/xlsx_zip.h"

struct xlsx_shared {
	struct buf bytes; /* all strings, one after the other */
	struct buf ends; /* uint32_t: where each one ends */
	bool is_text; /* while reading: inside a t that counts */
	unsigned phonetic; /* while reading: inside rPh */
};

void xlsx_shared_init(struct xlsx_shared *s);
void xlsx_shared_fini(struct xlsx_shared *s);
int xlsx_shared_read(struct xlsx_shared *s, struct xlsx_zip *z, const char *path) MUST_CHECK;
bool xlsx_shared_get(const struct xlsx_shared *s, size_t i, struct str *ret_text);

/* Strings carry control characters as _x000D_: the text with those put back. */
void xlsx_unescape(struct buf *b, size_t from);

#endif
