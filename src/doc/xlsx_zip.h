/* The archive inside an .xlsx, read part by part as XML events. Everything hostile about zip and
 * XML is refused here: bombs, path tricks, encryption, DTD, depth, endless tokens. Sizes are
 * counted while inflating; what the archive says about itself is not believed. */
#ifndef LUBAN_DOC_XLSX_ZIP_H
#define LUBAN_DOC_XLSX_ZIP_H

#include <stdbool.h>

#include "doc/xlsx.h"

struct xlsx_zip {
	void *zip;
	size_t packed, unpacked;
	struct sheet_error *error;
};

/* One reading of one part. Names come without their namespace prefix. */
struct xlsx_part {
	void (*start)(struct xlsx_part *x, const char *name, const char **atts);
	void (*end)(struct xlsx_part *x, const char *name); /* may be NULL */
	void (*text)(struct xlsx_part *x, const char *p, size_t n); /* may be NULL */
	void *arg;
	/* Kept by the reader. */
	struct xlsx_zip *zip;
	void *parser;
	unsigned depth;
	int rc; /* not 0: stopped */
};

int xlsx_zip_open(struct xlsx_zip *z, struct str bytes, struct sheet_error *error) MUST_CHECK;
void xlsx_zip_close(struct xlsx_zip *z);
bool xlsx_zip_has(const struct xlsx_zip *z, const char *path);
/* ERR_NOTFOUND when there is no such part; else 0, ERR_INVALID with the error filled in, or what
 * xlsx_stop said. */
int xlsx_zip_read(struct xlsx_zip *z, const char *path, struct xlsx_part *x) MUST_CHECK;

/* From an event: no more events; rc is what the reading returns. */
void xlsx_stop(struct xlsx_part *x, int rc);
/* From an event: the file is refused. arg may be NULL. */
void xlsx_refuse(struct xlsx_part *x, const char *id, const char *arg);
int xlsx_error(struct sheet_error *error, const char *id, const char *arg); /* ERR_INVALID */

/* The value of an attribute ("id" also finds "r:id"); NULL when it is not there. */
const char *xlsx_att(const char **atts, const char *name);

#endif
