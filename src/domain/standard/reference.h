/* Reference data out of sheets (data/ and files of the same form): regions, holidays, occupations,
 * work types, standards, special-skill projects. A file is taken whole or not at all, every row
 * gets its verdict, and the same file twice changes nothing. */
#ifndef LUBAN_STANDARD_REFERENCE_H
#define LUBAN_STANDARD_REFERENCE_H

#include "core/ctx.h"

enum reference_kind {
	REFERENCE_REGIONS,
	REFERENCE_HOLIDAYS,
	REFERENCE_OCCUPATIONS,
	REFERENCE_WORK_TYPES,
	REFERENCE_STANDARDS,
	REFERENCE_SPECIAL_PROJECTS,
	REFERENCE_KINDS
};

enum { REFERENCE_BYTES = 8 * 1024 * 1024, REFERENCE_ROWS = 20000, REFERENCE_VERDICTS = 200 };

struct reference_verdict {
	size_t line;
	const char *text; /* Chinese: what is wrong and how to mend it */
};

struct reference_report {
	size_t rows, added, changed, same, bad;
	struct reference_verdict *verdicts; /* of the bad rows, the first REFERENCE_VERDICTS */
	size_t n_verdicts;
	bool saved;
};

const char *reference_code(enum reference_kind kind);  /* "occupations", as in data/ */
const char *reference_label(enum reference_kind kind); /* 职业 */
/* REFERENCE_KINDS when unknown. */
enum reference_kind reference_of(const char *code);

/* text: comma- or tab-separated with a header, in UTF-8 or GB 18030. 0 with a report, saved only
 * when no row is bad and it is no dry run; ERR_INVALID when the file as a whole cannot be read. */
int reference_import(struct ctx *cx, enum reference_kind kind, struct str text, bool is_dry_run,
	struct reference_report *ret_report) MUST_CHECK;
/* Everything the program is shipped with; ERR_BUG when a shipped row is bad. */
int reference_load(struct ctx *cx, size_t *ret_changed) MUST_CHECK;

#endif
