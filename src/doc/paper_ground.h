/* What is the same on every page of a kind, and nothing but shapes: the ornaments of a certificate
 * cost more to draw and to pack than all the rest. They are drawn once, and each document is given
 * the packed result as it is (a form of PDF that its pages show). See data-ground in
 * doc/paper.h. */
#ifndef LUBAN_DOC_PAPER_GROUND_H
#define LUBAN_DOC_PAPER_GROUND_H

#include "base/err.h"
#include "base/str.h"
#include "doc/paper.h"
#include "doc/pdf_append.h"

enum { GROUNDS_MAX = 8 }; /* kept; and in one document */

/* Cuts a page into its ground and the rest, each a page by itself. false: it has none that stands
 * where it must. Both buffers are appended to. */
bool paper_ground_cut(struct str svg, struct buf *ground, struct buf *rest);

struct paper_ground; /* kept for ever, or until others took its place */

/* Draws a page; the caller's, so that it is drawn as all others are. */
typedef int paper_ground_draw(void *arg, struct str svg, struct buf *ret_pdf);
/* The ground of this text, drawn if it is not kept. NULL: it holds more than shapes. Called with
 * the lock of doc/paper_text.h. */
struct paper_ground *paper_ground_of(struct str svg, paper_ground_draw *draw, void *arg);
struct paper_ground *paper_ground_use(struct paper_ground *g); /* one more user */
void paper_ground_leave(struct paper_ground *g);

/* A ground; or, over everything, a code or a photo. page: of the document, from 0; x, y: mm from
 * its upper left corner. page_height: of a sheet that several stand on, mm; 0: the whole page. */
struct paper_ground_place {
	struct paper_ground *ground; /* or NULL */
	struct qr_code code;         /* or of size 0 */
	struct paper_photo photo;
	unsigned page;
	double x, y, scale; /* of a ground */
	double width, height; /* of the others, mm */
	double page_height;
};
/* Puts grounds under, and codes and photos over, what the pages show. ERR_INVALID: not pages of our
 * maker. */
int paper_ground_put(struct pdf_append *pa, const struct paper_ground_place *places,
	size_t n) MUST_CHECK;

#endif
