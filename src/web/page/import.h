/* Pages of files of rows (core/import.h): one of them, whose table is the room's own; and for rooms
 * without tables of their own (core/sheet_import.h) the list with its upload, too. */
#ifndef LUBAN_WEB_PAGE_IMPORT_H
#define LUBAN_WEB_PAGE_IMPORT_H

#include "core/sheet_import.h"
#include "web/web.h"

/* What a room says of its imports. */
struct import_words {
	const char *base;            /* "/held-imports" */
	const char *noun, *unit;     /* "证书", "本" */
	const char *const *labels;   /* of the verdicts, see import_verdict_label() */
	const char *what;            /* what confirming does: one sentence */
};

/* An import as its page shows it. */
struct import_face {
	const struct import_words *words;
	struct import_at at;
	const char *message;
	struct import_counts n;
	const char *back, *back_label; /* the list it stands in, where files are brought */
	const char *done, *done_label; /* where what was saved is found */
	/* the actor may confirm, go on, discard and take the sheet */
	bool may;
};

extern const struct flow import_flow; /* states only */
extern const char sheet_mime[];
extern const struct field import_row_filters[], import_file_fields[];
extern const struct field import_act_fields[]; /* act: see import_act() */

/* What templates/import/frame.html needs, save the rows. */
int import_face_put(struct req *rq, const struct import_face *face) MUST_CHECK;
/* The words of the verdicts, for the rows that rq_list() has put. */
void import_labels_put(struct req *rq, const struct import_words *words);

struct import_page {
	struct import_words words;
	const struct sheet_room *room;
	const char *back, *back_label;
	enum perm perm;              /* of confirming */
};

/* view.imports, view.form (upload to `action`). */
int import_page_list(struct req *rq, const struct import_page *p, int64_t subject_id,
	const char *action) MUST_CHECK;
/* Fills the view of templates/import/show.html. */
int import_page_show(struct req *rq, const struct import_page *p,
	const struct q_sheet_import_find *import) MUST_CHECK;

#endif
