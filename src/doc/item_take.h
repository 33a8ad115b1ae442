/* Inside the readers of item files: one item after the other, its texts cleaned, its pictures
 * gathered, what is wanting noted. */
#ifndef LUBAN_DOC_ITEM_TAKE_H
#define LUBAN_DOC_ITEM_TAKE_H

#include "base/markup.h"
#include "domain/exam/item_sheet.h"

enum { TAKE_PICTURE_MAX = 2 * 1024 * 1024, TAKE_NAME_MAX = 200 };

struct item_take {
	struct item_sheet *sheet;
	struct arena *a;
	/* The bytes of a picture that a text names by its source, or false; NULL: none but data:
	 * addresses. */
	bool (*picture)(void *self, struct str src, struct str *ret_bytes);
	void *self;
	/* Where the reader stands: set by it, put into remarks. */
	int64_t line;
	const char *place, *name;
	/* What is being made; assets go where the pictures belong. */
	struct item_entry *entry;
	struct item_asset *assets;
	int *n_assets;
	bool is_refused; /* a refusal was noted since take_begin() */
	int first_remark;
};

enum take_format { TAKE_PLAIN, TAKE_HTML, TAKE_EITHER };

/* What a small file may swell to ends well before the arena does: nothing more is read. */
bool take_is_crowded(const struct item_take *t);
/* A new item: take_end() keeps it, unless it was refused in between. False: too many. */
bool take_begin(struct item_take *t);
void take_end(struct item_take *t);
/* The text in the safe subset, "" when it is refused (noted). */
const char *take_html(struct item_take *t, struct str text, enum take_format format);
/* Plain words of a text on one line: names, accepted answers. */
const char *take_words(struct item_take *t, struct str text, enum take_format format);

/* Taken without that; left out. args: texts, up to SHEET_REMARK_ARGS. */
#define take_note(t, ...) take_remark_((t), false, __VA_ARGS__, (const char *)NULL)
#define take_refuse(t, ...) take_remark_((t), true, __VA_ARGS__, (const char *)NULL)
void take_remark_(struct item_take *t, bool is_refused, const char *id, ...)
	__attribute__((sentinel));

/* Adds an option or a target; refuses the item when there are too many. */
void take_option(struct item_take *t, const char *html, const char *feedback);
void take_target(struct item_take *t, const char *html);
void take_variant(struct item_take *t, const char *text);
/* "ACD" from flags. */
const char *take_letters(struct item_take *t, const bool *chosen, int n);
/* A number as a person writes it (full-width digits, thousands, blanks mended); "" when it is
 * none. */
const char *take_number(struct item_take *t, struct str text);
/* How far off is still right: a number, with ± before it or as a percentage of the value (noted);
 * the item is refused when it is something else. */
const char *take_tolerance(struct item_take *t, struct str text, const char *value);
const char *take_decimal(struct arena *a, double v);
/* A share of 0…1, a percentage or one of 易 中 难 (0.8, 0.6, 0.4…) in per mille; 0: not said; -1:
 * not understood. */
int64_t take_difficulty(struct str text);

#endif
