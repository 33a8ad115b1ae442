/* The credential that a PDF carries as an attachment (ISO 32000-2, 7.11.4), found without reading
 * the
 * document: embedded files are streams of their own, whoever saved the document last. */
#ifndef LUBAN_BASE_CREDENTIAL_PDF_H
#define LUBAN_BASE_CREDENTIAL_PDF_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { CREDENTIAL_PDF_MAX = 64 * 1024 * 1024 };

bool pdf_is(struct str file);

/* The bytes of the credential file, a view into pdf or in the arena; of several the last, as an
 * updated document has its newest behind. Plain or deflated; streams that are encrypted, filtered
 * otherwise or longer than CREDENTIAL_MAX are passed over. Looks at
 * the first 64 attachments. ERR_NOTFOUND: it carries none. */
int credential_in_pdf(struct arena *a, struct str pdf, struct str *ret_file) MUST_CHECK;

#endif
