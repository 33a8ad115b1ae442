/* A whole answer sheet under a form: what each response is worth and the sum. Pure. */
#ifndef LUBAN_DOMAIN_EXAM_SHEET_H
#define LUBAN_DOMAIN_EXAM_SHEET_H

#include "domain/exam/score.h"

/* A decision about one item, whichever form it stands on. */
struct item_ruling {
	int64_t item_id;
	struct ruling ruling;
};

/* By what a sheet is scored. */
struct score_rules {
	const struct item_ruling *rulings;
	size_t n_rulings;
	const char *multiple_rule; /* "": the form's own */
};

struct sheet {
	const char *responses[FORM_ITEMS_MAX]; /* by place; NULL or "": not answered */
	/* points people gave an essay; -1: not decided */
	int64_t given_centi[FORM_ITEMS_MAX];
};

struct sheet_score {
	struct item_score items[FORM_ITEMS_MAX];
	int n_items;
	int64_t raw_centi;   /* points of the form */
	int64_t score_centi; /* scaled to 10000, rounded half up */
	int n_right, n_omitted, n_pending;
};

void sheet_clear(struct sheet *s);
void sheet_score(const struct form *f, const struct sheet *s, const struct score_rules *rules,
	struct sheet_score *ret_score);

/* "R100 W0 P67 O0 N0": per item right, wrong, part, omitted, not decided, and its points; the
 * form of sitting_score.detail. */
const char *sheet_detail(struct arena *a, const struct sheet_score *s);
/* The other way; false for what is no such text. Sums are left 0. */
bool sheet_detail_read(struct str text, struct sheet_score *ret_score);

/* Rulings as a text and back (score_version.rulings). ERR_INVALID. */
const char *rulings_text(struct arena *a, const struct item_ruling *rulings, size_t n);
int rulings_read(struct arena *a, struct str text, struct item_ruling **ret_rulings,
	size_t *ret_n) MUST_CHECK;

#endif
