/* Pages of files of rows (core/sheet_import.h): the list with its upload, one with every row's
 * verdict. A room says what its files are called and where they lie. */
#ifndef LUBAN_WEB_PAGE_IMPORT_H
#define LUBAN_WEB_PAGE_IMPORT_H

#include "core/sheet_import.h"
#include "web/web.h"

struct import_page {
	const struct sheet_room *room;
	const char *base;            /* "/held-imports" */
	const char *noun, *unit;     /* "证书", "本" */
	const char *back, *back_label;
	enum perm perm;              /* of confirming */
	const char *what;            /* what confirming does: one sentence */
};

extern const char sheet_mime[];
extern const struct field import_row_filters[], import_file_fields[];

/* view.imports, view.form (upload to `action`). */
int import_page_list(struct req *rq, const struct import_page *p, int64_t subject_id,
	const char *action) MUST_CHECK;
/* Fills the view of templates/import/show.html. */
int import_page_show(struct req *rq, const struct import_page *p,
	const struct q_sheet_import_find *import) MUST_CHECK;

#endif
