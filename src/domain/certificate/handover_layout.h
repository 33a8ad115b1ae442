/* The layout of what is handed over to a look-up: a YAML text that says which columns a file has,
 * in which order, how values and days are written, and how its answers are read (docs/handover.md).
 * Those in data/handover/ are examples; one kept in the database for a target replaces them. */
#ifndef LUBAN_CERTIFICATE_HANDOVER_LAYOUT_H
#define LUBAN_CERTIFICATE_HANDOVER_LAYOUT_H

#include "core/ctx.h"

enum {
	LAYOUT_BYTES = 64 * 1024,
	LAYOUT_COLUMNS = 60,
	LAYOUT_CODES = 60,
	LAYOUT_WORDS = 12,
	LAYOUT_ROWS_MAX = 50000,
};

/* What a column may carry. */
enum layout_field {
	LAYOUT_CONSTANT, LAYOUT_RECORD, LAYOUT_NUMBER, LAYOUT_NAME, LAYOUT_ID_TYPE, LAYOUT_IDNO,
	LAYOUT_SEX, LAYOUT_BORN, LAYOUT_OCCUPATION_CODE, LAYOUT_OCCUPATION_NAME, LAYOUT_WORK_TYPE,
	LAYOUT_GRADE, LAYOUT_GRADE_LABEL, LAYOUT_BODY_CODE, LAYOUT_BODY_NAME, LAYOUT_BODY_KIND,
	LAYOUT_REGION, LAYOUT_ROUTE, LAYOUT_ISSUED, LAYOUT_THEORY, LAYOUT_SKILL, LAYOUT_REVIEW,
	LAYOUT_FIELDS
};

struct layout_code {
	const char *from, *to;
};

struct layout_column {
	const char *title;
	enum layout_field field;
	const char *value; /* of LAYOUT_CONSTANT */
	bool required;
	int64_t max;       /* characters; 0: no limit */
	const struct layout_code *codes; /* a value without one cannot be written */
	size_t n_codes;
};

struct layout_words {
	const char *at[LAYOUT_WORDS + 1]; /* ends with NULL */
};

struct handover_layout {
	const char *name, *version, *title, *target, *source;
	bool is_example, is_own; /* is_own: kept in the database */
	int64_t effective_on;
	const char *format;   /* xlsx, csv */
	const char *encoding; /* of csv: utf-8, utf-8-bom, gb18030 */
	const char *file_name, *date;
	int64_t rows;         /* of one file */
	const struct layout_column *columns;
	size_t n;
	struct layout_words number, person, result, reason; /* titles in an answer */
	struct layout_words accepted, refused;              /* its words */
};

/* ERR_INVALID with the line and the reason in *ret_error. */
int handover_layout_read(struct arena *a, struct str yaml,
	const struct handover_layout **ret_layout, const char **ret_error) MUST_CHECK;
const char *layout_field_label(enum layout_field field); /* 证书编号 */
/* What a value that a layout gives codes for means: 居民身份证 for idno; the value itself when it
 * is nothing of ours. */
const char *layout_value_label(enum layout_field field, const char *value);
const char *handover_target_label(const char *target);   /* 全国联网查询 */

/* Whether it has a word of its own for records of a kind: a column of record with that code. */
bool layout_has_record(const struct handover_layout *layout, const char *record_kind);

/* The one in force for a target on a day. ERR_NOTFOUND with words. */
int handover_layout_for(struct ctx *cx, const char *target, int64_t on,
	const struct handover_layout **ret_layout) MUST_CHECK;
/* One that a package was made by. */
int handover_layout_at(struct ctx *cx, const char *name, const char *version,
	const struct handover_layout **ret_layout) MUST_CHECK;
/* All there are; *ret_texts[i] as they are written. */
int handover_layouts(struct ctx *cx, const struct handover_layout ***ret_layouts,
	struct str **ret_texts, size_t *ret_n) MUST_CHECK;
/* Puts one in force from the day it says. Needs setting.edit; a name and version stand for one
 * text. Audited. */
int handover_layout_apply(struct ctx *cx, struct str yaml) MUST_CHECK;

/* ---- one row by it ---- */

struct q_handover_face; /* query/handover.h */
/* The text of every column in *ret_values (layout->n of them). *ret_missing: what stands against
 * handing it over, in words, or "". */
int layout_row(struct ctx *cx, const struct handover_layout *layout,
	const struct q_handover_face *face, const char *record_kind, const char **ret_values,
	const char **ret_missing) MUST_CHECK;

#endif
