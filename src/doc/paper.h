/* Paper: SVG pages become one PDF with embedded fonts (librsvg, cairo, pango). Pages are mustache
 * templates in templates/paper/NAME.svg rendered with a view, so paper changes without a compiler.
 * Lengths in the templates are millimetres (viewBox in mm).
 *
 * SVG does not wrap text. A <text> with data-width is fitted after rendering:
 * - data-width="60": the text may be this wide. The element itself must have x, y and font-size,
 *   and font-family (when not the page's), font-weight and letter-spacing when it is not plain.
 * - data-lines="2": it may become this many lines (else 1). Then it is set smaller, down to half
 *   the size; what is longer still ends in an ellipsis.
 * - data-height="10": several lines may be this high together.
 * - data-lead="1.5": from line to line, in font sizes (else 1.35).
 * - data-from="top": the first line stays at y (else the block stays centred on one line at y).
 *
 * SVG does not lay out tables either. The n-th (from 0) <g data-stack="rows" data-down="8"> is
 * moved down by n × 8; with data-columns="6" data-across="28" six stand side by side. Stacks
 * inside a stack begin anew in each of its groups. */
#ifndef LUBAN_DOC_PAPER_H
#define LUBAN_DOC_PAPER_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct paper;

enum { PAPER_PAGES_MAX = 5000, PAPER_ROWS = 30 /* of a table on one page */ };

/* A document; title goes into the PDF's metadata. Different documents may be made by different
 * threads; drawing is done by one of them at a time. */
int paper_new(const char *title, struct paper **ret_paper) MUST_CHECK;
/* When the document says it was made (seconds since 1970); without this, now. */
void paper_date(struct paper *p, int64_t at);
/* When <g data-ground="…"> … </g> stands as the first thing behind <defs> and holds only shapes, it
 * is drawn once for each text it has, and kept: such ornaments cost more than everything else. */

/* One page from templates/paper/NAME.svg, whose width and height (mm) are the page's. Names that
 * the view lacks are an error: ERR_INVALID, and paper_error() says which. */
int paper_page(struct paper *p, const char *name, json_t *view) MUST_CHECK;
/* The same with several on a page of this size: begin, put each at x, y (mm) in a scale, end. */
void paper_sheet(struct paper *p, double width, double height);
int paper_put(struct paper *p, const char *name, json_t *view, double x, double y,
	double scale) MUST_CHECK;
int paper_sheet_end(struct paper *p) MUST_CHECK;
/* A file that the finished document carries (doc/pdf_append.h); its bytes and texts must live until
 * then. */
struct pdf_attachment;
void paper_attach(struct paper *p, const struct pdf_attachment *file);
/* The modules of a code, row by row from the top, each row in whole bytes; 1 is dark. */
struct qr_code {
	int size;
	struct str rows;
};
/* The code of the next page (or part of a sheet), drawn where the template has <rect id="qr" x y
 * width height>, over everything else. As shapes it would cost more than the rest of the page. The
 * rows must live until the document is finished. */
void paper_code(struct paper *p, const struct qr_code *code);
/* A photo as it is, byte for byte, in <rect id="photo" x y width height> of the next page: cut to
 * fill it. ERR_INVALID: no JPEG in grey or colour as pages have it. */
struct paper_photo {
	struct str jpeg;
	unsigned width, height;
	bool is_grey;
};
int paper_photo_read(struct str jpeg, struct paper_photo *ret_photo) MUST_CHECK;
void paper_photo(struct paper *p, const struct paper_photo *photo);
/* A template's own text in place of templates/paper/NAME.svg, for the pages of this document. The
 * bytes must live as long as it. ERR_INVALID: not a template. */
int paper_layout(struct paper *p, const char *name, struct str template) MUST_CHECK;
/* What such a template gives, without drawing it. ERR_INVALID with *ret_problem in the arena. */
int paper_text_of_layout(struct arena *a, const char *name, struct str template, json_t *view,
	struct buf *out, const char **ret_problem) MUST_CHECK;
int paper_finish(struct paper *p, struct arena *a, struct str *ret_pdf) MUST_CHECK; /* frees p */
void paper_free(struct paper *p);
/* What went wrong, in English, for whoever writes templates; "" for nothing. */
const char *paper_error(const struct paper *p);

/* A QR code (error correction M) as SVG path data in module units, for `<path d="…"/>` in a viewBox
 * of *ret_size; the quiet zone of 4 modules is the template's. ERR_INVALID when text is empty or
 * too long. */
int qr_path(struct arena *a, const char *text, const char **ret_d, int *ret_size) MUST_CHECK;
/* Error correction M. ERR_INVALID as above. */
int qr_code_text(struct arena *a, const char *text, struct qr_code *ret_code) MUST_CHECK;
/* Of an address that ends in '#' and decimal digits: these are kept three in ten bits. With error
 * correction M while that fits, else L. */
int qr_code_proof(struct arena *a, const char *text, struct qr_code *ret_code) MUST_CHECK;
/* A data: URI for an image in a page. */
const char *data_uri(struct arena *a, const char *mime, struct str bytes);

/* How wide a text is in a font size, for wrapping and shrinking: lines of at most width mm, in the
 * arena; their number. */
size_t paper_wrap(struct arena *a, const char *text, double size_mm, double width_mm,
        const char ***ret_lines);

#endif
