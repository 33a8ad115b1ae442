/* The table of assessment points 鉴定要素细目表 of a bank: ranges 鉴定范围 of up to three depths,
 * and below them points 鉴定点 (depth 4), as the national practice of item banks has it (standard →
 * table → items). A code begins with that of its range: A, A-1, A-1-2, A-1-2-03. Weights of the
 * children of one range (and of the first depth) are per mille and add up to 1000; that is shown
 * and checked before papers, not while the table grows. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_POINT_H
#define LUBAN_DOMAIN_EXAM_BANK_POINT_H

#include "core/ctx.h"
#include "query/bank.h"

enum { POINTS_MAX = 3000, POINT_DEPTH = 4 };

struct point_in {
	int64_t line; /* of the sheet, for remarks; 0 */
	const char *code, *parent_code, *title;
	const char *importance; /* X 核心, Y 一般, Z 辅助: a point; "": a range */
	int64_t weight_permille;
	int64_t items_min; /* usable items wanted for a point; 0: setting bank.point_items_min */
};

struct point_problem {
	int64_t line;
	const char *code, *text; /* in words */
};

/* All or nothing, by code: known ones are changed, new ones added, nothing is dropped; a parent may
 * come earlier in the same list. ERR_INVALID with "bank.points_refused": *ret_problems says what is
 * wrong with which line. */
int points_put(struct ctx *cx, int64_t bank_id, const struct point_in *in, size_t n,
	struct point_problem **ret_problems, size_t *ret_n) MUST_CHECK;
/* ERR_STATE while items or other points hang on it. */
int point_drop(struct ctx *cx, int64_t point_id) MUST_CHECK;

struct point_row {
	struct q_bank_point_of point;
	int64_t n_children, children_permille; /* what is below it adds up to */
	int64_t n_items, n_usable;             /* of a range: of all points below */
	int64_t n_wanted, n_lacking;           /* usable items; of a range: summed */
};
/* Depth first, in the order of the table. */
int points_tree(struct ctx *cx, const struct q_bank_find *bank, struct point_row **ret_rows,
	size_t *ret_n) MUST_CHECK;
/* What the weights of the first depth add up to, of the rows of points_tree(). */
int64_t points_top_permille(const struct point_row *rows, size_t n);
/* "" when every sum is 1000, else the first place that is not, in words. */
const char *points_weights_wrong(struct ctx *cx, const struct point_row *rows, size_t n);

#endif
