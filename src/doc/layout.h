/* Layouts of certificates: an SVG template a province can put in place of ours. It is a mustache
 * template as those of templates/paper/ are (doc/paper.h says what can be fitted; part/… may be
 * included), filled with the keys that templates/paper/certificate.svg lists.
 *
 * A layout comes from outside and stands on a document of the state: it is looked through before it
 * is kept. Refused are scripts, whatever would be fetched, elements and styles that paper has no
 * use for, values that are put in unescaped or into attributes, a field that the face must show and
 * does not, words that such certificates must not bear, a page that is not A4, a QR code too small
 * to be read from the print, and whatever the renderer refuses. */
#ifndef LUBAN_DOC_LAYOUT_H
#define LUBAN_DOC_LAYOUT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum layout_kind { LAYOUT_LEVEL, LAYOUT_SPECIAL, LAYOUT_KINDS };

enum {
	LAYOUT_MAX = 256 * 1024, /* bytes */
	LAYOUT_PROBLEMS_MAX = 20,
	/* Side of the code: at 300 dpi 4.3 dots to a module of the largest symbol that a credential
	 * needs (see docs/certificates.md for what was measured). */
	LAYOUT_QR_MM = 50,
};

/* "certificate" and "special-certificate"; NULL and -1 for what is none. */
const char *layout_name(enum layout_kind kind);
const char *layout_label(enum layout_kind kind);
int layout_kind_of(const char *name);

struct layout_problem {
	const char *id, *args[3]; /* of a message; ends with NULL */
};
struct layout_report {
	size_t n;
	struct layout_problem at[LAYOUT_PROBLEMS_MAX];
};

/* ERR_INVALID with what is wrong; texts live in the arena. */
int layout_check(struct arena *a, enum layout_kind kind, struct str svg,
	struct layout_report *ret_report) MUST_CHECK;

/* What a layout is tried with, and shown with: every key filled; or the fewest. The caller
 * decrefs. */
json_t *layout_sample(enum layout_kind kind, bool is_least);
/* A page of the sample. ERR_INVALID: it does not pass. */
int layout_preview(struct arena *a, enum layout_kind kind, struct str svg,
	struct str *ret_pdf) MUST_CHECK;

#endif
