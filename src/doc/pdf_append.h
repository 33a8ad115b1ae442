/* Adding to a PDF without touching what is there (incremental update, ISO 32000-2 7.5.6): objects
 * and a cross-reference section are appended. For documents of our own maker (cairo): one
 * cross-reference table, no object streams, not encrypted.
 *
 * cairo 1.16 has no attachments; other libraries that have them parse and rewrite the whole file,
 * which takes longer than drawing it. */
#ifndef LUBAN_DOC_PDF_APPEND_H
#define LUBAN_DOC_PDF_APPEND_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { PDF_APPEND_MAX = 256 * 1024 * 1024, PDF_OBJECTS_MAX = 200000 };

struct pdf_append {
	struct arena *arena;
	struct str pdf;
	struct buf out;      /* what goes behind it */
	uint64_t *offsets;   /* by number, of the document; 0: free */
	size_t n_offsets;
	uint32_t *numbers;   /* of what was appended */
	uint64_t *places;
	size_t n, cap;
	uint32_t next, root, info;
	uint64_t xref;
};

/* ERR_INVALID: not a PDF as above. The bytes must live until pdf_append_finish(). */
int pdf_append_open(struct arena *a, struct str pdf, struct pdf_append *ret_append) MUST_CHECK;
/* What stands between "N 0 obj" and "endobj" (or "stream"); empty: no such object. */
struct str pdf_append_object(const struct pdf_append *pa, uint32_t number);
uint32_t pdf_append_number(struct pdf_append *pa); /* a new one */
/* The object is written into pa->out after this; anew when the document has it already. */
void pdf_append_begin(struct pdf_append *pa, uint32_t number);
void pdf_append_end(struct pdf_append *pa);
/* dict: further entries of the stream's dictionary, or "". */
void pdf_append_stream(struct pdf_append *pa, uint32_t number, const char *dict, struct str bytes);
/* The document and what was added, in the arena; frees what pa holds, whatever it returns. */
int pdf_append_finish(struct pdf_append *pa, struct str *ret_pdf) MUST_CHECK;

/* A file that the document carries and that stands for its content (/AFRelationship /Data, as
 * PDF/A-3 has it; kept uncompressed, so that it is found without a PDF reader). */
struct pdf_attachment {
	const char *name; /* ASCII */
	const char *mime, *description;
	struct str bytes;
	int64_t at; /* seconds since 1970 */
};
int pdf_attach(struct pdf_append *pa, const struct pdf_attachment *file) MUST_CHECK;

#endif
