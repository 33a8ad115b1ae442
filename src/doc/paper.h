/* Paper: SVG pages become one PDF with embedded fonts (librsvg, cairo, pango). Pages are mustache
 * templates in templates/paper/NAME.svg rendered with a view, so paper changes without a compiler.
 */
#ifndef LUBAN_DOC_PAPER_H
#define LUBAN_DOC_PAPER_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct paper;

/* A document; title goes into the PDF's metadata. */
int paper_new(const char *title, struct paper **ret_paper) MUST_CHECK;
/* One page from templates/paper/NAME.svg, whose width and height (mm) are the page's. */
int paper_page(struct paper *p, const char *name, json_t *view) MUST_CHECK;
int paper_finish(struct paper *p, struct arena *a, struct str *ret_pdf) MUST_CHECK; /* frees p */
void paper_free(struct paper *p);
const char *paper_error(const struct paper *p);

/* A QR code (error correction M) as SVG path data in module units, for `<path d="…"/>` in a viewBox
 * of *ret_size. */
int qr_path(struct arena *a, const char *text, const char **ret_d, int *ret_size) MUST_CHECK;
/* A data: URI for an image in a page. */
const char *data_uri(struct arena *a, const char *mime, struct str bytes);

/* How wide a text is in a font size, for wrapping and shrinking: lines of at most width mm, in the
 * arena. */
size_t paper_wrap(struct arena *a, const char *text, double size_mm, double width_mm,
        const char ***ret_lines);

#endif
