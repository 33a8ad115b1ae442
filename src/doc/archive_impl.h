/* Inside the package: what is gathered, and the volumes that are put into it. */
#ifndef LUBAN_DOC_ARCHIVE_IMPL_H
#define LUBAN_DOC_ARCHIVE_IMPL_H

#include "base/crypto.h"
#include "core/ctx.h"
#include "doc/pack.h"
#include "doc/xlsx.h"
#include "query/batch.h"

enum { ENTRIES_MAX = 256, TABLE_COLUMNS_MAX = 16 };

struct archive_entry {
	int volume; /* from 0; -1: the package's own index */
	const char *label, *path, *note;
	size_t n_bytes;
	char sm3[DIGEST_HEX], sha256[DIGEST_HEX];
};

struct package {
	struct ctx *cx;
	struct q_batch_find batch;
	struct pack *pack;
	struct archive_entry entries[ENTRIES_MAX];
	size_t n;
};

/* Adds a file to a volume; note: how many there are, or "". */
int package_put(struct package *p, int volume, const char *label, const char *ending,
	struct str bytes, const char *note) MUST_CHECK;

/* A table as a workbook: begin, cells row by row, end. */
struct book {
	struct package *p;
	struct sheet_writer *w;
	int volume;
	const char *label;
	size_t rows;
};
int book_begin(struct package *p, int volume, const char *label, const char *titles,
	struct book *ret_book) MUST_CHECK; /* titles set apart by | */
void book_text(struct book *t, const char *text);
void book_int(struct book *t, int64_t n);
void book_time(struct book *t, int64_t at);
void book_next(struct book *t);
int book_end(struct book *t) MUST_CHECK;

/* 87.50, 缺考, 违纪, "" */
const char *archive_mark_text(struct ctx *cx, const char *flag, int64_t centi);

int volume_enrolment(struct package *p) MUST_CHECK;
int volume_filing(struct package *p) MUST_CHECK;
int volume_process(struct package *p) MUST_CHECK;
int volume_result(struct package *p) MUST_CHECK;
int volume_certificate(struct package *p) MUST_CHECK;

#endif
