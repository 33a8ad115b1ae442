/* Scoring one response by stated rules 自动评分. Pure: the same item, rule and response always give
 * the same points.
 *
 *   true/false, single   full marks for the key, else none
 *   multiple             by the bank's rule, see enum multiple_rule
 *   numeric              full marks when |x - value| <= tolerance; full-width digits, blanks, digit
 *                        grouping commas and the item's own unit behind the number are understood
 *   text                 full marks for any accepted variant after folding width, blanks and
 * (unless
 *                        the item says otherwise) case
 *   order                full marks for the whole order, else none
 *   match                the same share of full marks for each right pair; what belongs to none
 *                        counts for nothing
 *   essay                pending: people mark it
 *
 * Points are hundredths; shares are rounded half up. */
#ifndef LUBAN_DOMAIN_EXAM_SCORE_H
#define LUBAN_DOMAIN_EXAM_SCORE_H

#include "domain/exam/form.h"

/* What is usual in Chinese theory papers; the bank states one. Any wrong option chosen: */
enum multiple_rule {
	MULTIPLE_ALL,   /* "all": every right option and no other, else 0 */
	MULTIPLE_HALF,  /* "half": some right ones and no wrong one, half the marks */
	MULTIPLE_SHARE, /* "share": some right ones and no wrong one, their share of the marks */
	MULTIPLE_EACH,  /* "each": a right one adds its share, a wrong one takes one off, not
	                 * below 0 */
	MULTIPLE_RULES
};
const char *multiple_rule_code(enum multiple_rule rule);
const char *multiple_rule_label(enum multiple_rule rule); /* Chinese, for choices and papers */
enum multiple_rule multiple_rule_of(const char *code);    /* MULTIPLE_ALL when unknown */

enum verdict {
	VERDICT_OMITTED = 1,
	VERDICT_WRONG,
	VERDICT_PART,
	VERDICT_RIGHT,
	VERDICT_PENDING, /* waits for people */
};

struct item_score {
	enum verdict verdict;
	int64_t centi;
};

/* What a decision after the exam changed about an item (see replay.h). */
enum ruling_kind {
	RULING_NONE,
	RULING_KEY,  /* this key instead of the item's */
	RULING_ALSO, /* this response is right too */
	RULING_ALL,  /* full marks for everybody who sat */
};
struct ruling {
	enum ruling_kind kind;
	const char *text; /* the key (letters, value or variant), by kind of item */
};

/* ruling may be NULL. */
struct item_score score_response(const struct item *it, int64_t full_centi,
	enum multiple_rule rule, const struct ruling *ruling, const char *response);

#endif
