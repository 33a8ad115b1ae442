/* Items from files into a bank, and out of it. A file is uploaded, a job judges every item, people
 * look at the verdicts, and the good ones are saved as drafts of whoever uploaded it. The same file
 * twice changes nothing. Content is kept only in the file (sealed) and in the items. */
#ifndef LUBAN_EXAM_ITEM_IMPORT_H
#define LUBAN_EXAM_ITEM_IMPORT_H

#include "core/import.h"
#include "domain/exam/item_sheet.h"

enum { EXPORT_ITEMS_MAX = 2000, EXPORT_PURPOSE_MIN = 4, EXPORT_PURPOSE_MAX = 200 };

struct q_item_import_find; /* query/item_import.h */

/* good 可以导入, same 题库已有, bad 不能导入, saved 已导入 */
extern const char *const item_verdicts[]; /* see import_verdict_label() */

/* Within the actor's sight; ERR_NOTFOUND with words. */
int item_import_get(struct ctx *cx, int64_t id, struct q_item_import_find *ret_import) MUST_CHECK;

struct item_upload {
	int64_t bank_id;
	int64_t point_id; /* for items that name no assessment point; 0: those are refused */
	const char *filename, *format, *mime;
	struct str bytes;
};
/* Submits the job "items.judge". */
int item_import_upload(struct ctx *cx, const struct item_upload *in, int64_t *ret_id) MUST_CHECK;
/* The same without a job, for whoever calls item_import_judge() himself. */
int item_import_upload_now(struct ctx *cx, const struct item_upload *in,
	int64_t *ret_id) MUST_CHECK;
/* Submits "items.save". ERR_STATE: not judged, or saved already. */
int item_import_confirm(struct ctx *cx, int64_t id, int64_t *ret_job_id) MUST_CHECK;
int item_import_confirm_now(struct ctx *cx, int64_t id) MUST_CHECK;
int item_import_act(struct ctx *cx, int64_t id, const char *act) MUST_CHECK; /* import_act() */

/* Opens what is sealed of a row: puts its words in place of *name and *verdict_text, which are as
 * the row has them. */
int item_import_words(struct ctx *cx, const char *words_cipher, const char **name,
	const char **verdict_text) MUST_CHECK;

/* The work of the jobs; job NULL when called directly. A file that cannot be read leaves the import
 * refused with the reason; that is no error of the job. */
int item_import_judge(struct ctx *cx, int64_t id, item_sheet_read_fn *read,
	struct job *job) MUST_CHECK;
int item_import_save(struct ctx *cx, int64_t id, item_sheet_read_fn *read,
	struct job *job) MUST_CHECK;

/* The file read again, for a sheet that goes back. */
int item_import_sheet(struct ctx *cx, int64_t id, item_sheet_read_fn *read,
	struct item_sheet *sheet) MUST_CHECK;

/* The items of one's own bank, in one state or ("") all that are not retired: the approved version
 * where there is one, else the newest. Every item's reading is logged with the purpose. */
int item_export(struct ctx *cx, int64_t bank_id, const char *state, const char *purpose,
	struct item_sheet *sheet) MUST_CHECK;

#endif
