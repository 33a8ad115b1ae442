/* Classical statistics of items and of the whole test.
 *
 * For an item, over the candidates who had it (an omitted answer scores 0):
 *   facility     mean score / full score (难度 P; larger is easier)
 *   item_rest    corrected point-biserial: the correlation of the item's score with the sum of the
 *                others, so that the item does not correlate with itself (Henrysson 1963)
 *   upper_lower  facility among the best 27 % less that among the weakest 27 % by total (Kelley
 * 1939;
 *                区分度 D); ties at the border are taken in the order of candidates
 *   options      how often each category was chosen, by whom (score groups), and its own item-rest
 *                correlation (1 for those who chose it, else 0): a distractor should be negative
 *   alpha_without  reliability of the test without this item
 * For the test:
 *   alpha        Cronbach (1951): k/(k-1) (1 - sum of item variances / variance of totals); when
 *                every item is all or nothing it is KR-20 (Kuder & Richardson 1937), is_kr20 says
 * so
 *   sem          standard error of measurement, sd * sqrt(1 - alpha), in points
 * A figure that does not exist (no variance, too few candidates) is NAN. */
#ifndef LUBAN_EXAM_ITEM_STATISTICS_H
#define LUBAN_EXAM_ITEM_STATISTICS_H

#include "domain/exam/response.h"

enum { SCORE_GROUPS = 5 };

struct option_statistics {
	int64_t n;
	double item_rest;
	int64_t by_group[SCORE_GROUPS]; /* 0 the weakest fifth */
};

struct item_statistics {
	int64_t n, n_omitted, n_full; /* had it, gave no answer, full score */
	double facility, item_rest, upper_lower;
	double mean_points, sd_points;
	double mean_seconds, typical_seconds; /* arithmetic, geometric; NAN without times */
	double alpha_without;
	struct option_statistics option[RESPONSE_OTHER + 1]; /* [0] omitted … [RESPONSE_OTHER] */
	int64_t group_n[SCORE_GROUPS];
	double group_facility[SCORE_GROUPS];
};

struct test_statistics {
	int64_t n;
	int items;
	bool is_kr20;
	double mean_points, sd_points, max_points;
	double alpha, sem;
};

/* Of the candidates of one form, or of all (form < 0; then alpha is NAN unless all have the same
 * items). ret_items has m places; items not on the form have n = 0. Needs 40 bytes per
 * candidate. */
void item_statistics(const struct response_matrix *r, int form, struct item_statistics *ret_items,
	struct test_statistics *ret_test);

#endif
