/* The safe subset of HTML that items are written in, and the way into it. Whatever comes in, what
 * goes out is balanced, holds only the elements and attributes below, and reads as HTML and as XML
 * alike; texts are escaped, so nothing that a browser would run can come through.
 *
 *   p br pre code em strong b i u sub sup ul ol li
 *   table thead tbody tr td th             td, th: colspan, rowspan
 *   img                                    src="asset:NAME", alt, width, height
 *   MathML Core: math mrow mi mn mo mtext ms mspace mfrac msqrt mroot msub msup msubsup munder
 *     mover munderover mmultiscripts mprescripts mtable mtr mtd; mfenced is spelt out with mo
 *
 * Other elements are dropped and their text stays (block elements become paragraphs); scripts,
 * styles, frames and the like go with their content. Formulas in TeX ($$…$$, \(…\)) stay as text.
 *
 * The result is canonical: white space is collapsed (not in pre), empty elements are gone, a text
 * of one paragraph has no p around it, loose text beside other blocks has. Cleaning it again
 * changes nothing. */
#ifndef LUBAN_BASE_MARKUP_H
#define LUBAN_BASE_MARKUP_H

#include "base/arena.h"
#include "base/err.h"

enum {
	MARKUP_DEPTH_MAX = 48,     /* elements within elements */
	MARKUP_NODES_MAX = 50000,  /* elements and pieces of text */
	MARKUP_INPUT_MAX = 8 * 1024 * 1024, /* pictures may be in it as data: addresses */
	MARKUP_NAME_MAX = 64,      /* bytes of an asset's name: letters, digits, . _ - */
};

enum markup_found {
	MARKUP_DROPPED = 1, /* elements that are not in the subset; .dropped names them */
	MARKUP_ACTIVE = 2,  /* scripts, styles, frames, event handlers */
	MARKUP_IMAGE = 4,   /* an image that names no asset; its alternative text was kept */
	MARKUP_TEX = 8,     /* a formula in TeX, kept as text */
};

struct markup_report {
	unsigned found;
	char dropped[120]; /* names, set apart by blanks; as many as there is room for */
};

/* The asset that an image's source stands for, or NULL: not one of ours. */
struct markup_images {
	const char *(*asset)(void *self, struct str src);
	void *self;
};

/* html: what people or files brought. max: bytes of the result. images: NULL takes "asset:NAME"
 * only. ret_report may be NULL. ERR_INVALID: no text (see utf8_is_text). ERR_LIMIT: too long, too
 * deep, too many elements. */
int markup_clean(struct arena *a, struct str html, size_t max, const struct markup_images *images,
	struct markup_report *ret_report, const char **ret_html) MUST_CHECK;

/* A text of a cell or a field: HTML when it holds a tag of the subset, else plain text, whose line
 * ends become br. Errors as above. */
int markup_of_text(struct arena *a, struct str text, size_t max, const struct markup_images *images,
	struct markup_report *ret_report, const char **ret_html) MUST_CHECK;
/* And back: plain where nothing is lost by it, so that markup_of_text() gives html again (html must
 * be clean). */
const char *markup_to_text(struct arena *a, const char *html);
/* Plain text as HTML: escaped, line ends as br. Not cleaned. */
void markup_escape(struct buf *out, struct str text);

/* The words for people and for searching: blocks on lines of their own, images as their
 * alternative text, formulas on one line. html need not be clean; what cannot be read gives "". */
const char *markup_words(struct arena *a, struct str html);

/* Is it one paragraph without any element? */
bool markup_is_plain(const char *html);
/* The next asset that a clean html names; false when there is none left. */
bool markup_next_asset(struct str *rest, struct str *ret_name);
bool markup_is_asset_name(struct str name);

#endif
