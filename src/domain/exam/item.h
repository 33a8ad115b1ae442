/* An item 试题 as authors write it, papers carry it and scoring reads it: its content, apart from
 * where it stands in a bank. Texts named *_html are the safe subset of base/markup.h (paragraphs,
 * emphasis, lists, tables, sub/superscript, images by asset, formulas as MathML); everything else
 * is plain text. Kinds follow QTI 3.0's interactions; their Chinese names are those of the national
 * item-bank practice (题型).
 *
 * A response is text, whatever the kind, always in the item's own letters and never in the places
 * they were shown at:
 *   true/false   A (正确) or B (错误)
 *   single       the letter of one option: C
 *   multiple     the letters in order: ACD
 *   numeric      what was typed: 12.5
 *   text         what was typed
 *   order        the letters in the order chosen: CABD
 *   match        target letter of each option, '-' for none: BA-C
 *   essay        what was typed
 * "" is: not answered. */
#ifndef LUBAN_DOMAIN_EXAM_ITEM_H
#define LUBAN_DOMAIN_EXAM_ITEM_H

#include "core/ctx.h"

enum item_kind {
	ITEM_TRUE_FALSE = 1, /* 判断题 */
	ITEM_SINGLE,         /* 单项选择题 */
	ITEM_MULTIPLE,       /* 多项选择题 */
	ITEM_NUMERIC,        /* 计算填空题 */
	ITEM_TEXT,           /* 填空题 */
	ITEM_ORDER,          /* 排序题 */
	ITEM_MATCH,          /* 匹配题 */
	ITEM_ESSAY,          /* 简答论述题, marked by people */
	ITEM_KINDS
};

enum {
	ITEM_OPTIONS_MAX = 26,
	ITEM_VARIANTS_MAX = 32,
	ITEM_ASSETS_MAX = 16,
	ITEM_HTML_MAX = 64 * 1024,      /* bytes of a stem, an option, an explanation */
	ITEM_RESPONSE_MAX = 60 * 1024,  /* bytes of an answer */
	ITEM_RECORD_MAX = 1024 * 1024,
};

struct item_option {
	const char *html;
	const char *feedback_html; /* may be "" */
};

/* A picture: <img src="asset:NAME"> in a text stands for the file. */
struct item_asset {
	const char *name;
	int64_t file_id; /* core/file.h, with person_id 0; 0 while it is only in memory */
	const char *mime;
	struct str bytes; /* only while it comes in or goes out */
};

struct item {
	enum item_kind kind;
	const char *stem_html;
	/* choices, things to put in order, left side of a match; A, B, C… by place. Two for
	 * true/false, without text. None for numeric, text, essay. */
	struct item_option options[ITEM_OPTIONS_MAX];
	int n_options;
	struct item_option targets[ITEM_OPTIONS_MAX]; /* right side of a match */
	int n_targets;
	bool keep_order; /* options are never shuffled (“以上都对”) */

	/* true/false, single, multiple, order, match: the right response in letters, see above */
	const char *key;
	/* numeric: right when |x - value| <= tolerance, decimal texts; unit shown behind the
	 * field */
	const char *value, *tolerance, *unit;
	/* text: what is accepted, compared after folding width and blanks, and case unless
	 * .case_sensitive; essay: variants[0] is the model answer */
	const char *variants[ITEM_VARIANTS_MAX];
	int n_variants;
	bool case_sensitive;

	const char *rubric_html;      /* essay: how marks are given */
	const char *explanation_html; /* why the key is right; shown to reviewers only */
	struct item_asset assets[ITEM_ASSETS_MAX];
	int n_assets;
};

const char *item_kind_code(enum item_kind kind);   /* "single" */
const char *item_kind_label(enum item_kind kind);  /* "单项选择题" */
enum item_kind item_kind_of(const char *code);     /* 0 when unknown */

/* Is it whole? Collects field errors (stem, options, key, value, tolerance, variants, targets) in
 * cx and returns ERR_INVALID, or 0. */
int item_validate(struct ctx *cx, const struct item *it) MUST_CHECK;
/* The content as one record (base/stow.h): what is sealed, hashed, versioned, compared. Equal
 * items give equal bytes. Asset bytes are not in it, their file ids are. */
void item_pack(struct buf *b, const struct item *it);
/* Texts are copies in the arena. ERR_INVALID: not such a record. */
int item_unpack(struct arena *a, struct str record, struct item *ret_item) MUST_CHECK;
/* Letters as people type them, small, full-width or set apart; several right ones in any order.
 * What is no letter stays, and does not fit. */
const char *item_letters(struct arena *a, enum item_kind kind, const char *typed);
/* Has this text the form of a response to the item? "" has. */
bool item_response_fits(const struct item *it, struct str response);

#endif
