/* What wishes become in a model. Shared by assemble*.c alone. */
#ifndef LUBAN_DOMAIN_EXAM_ASSEMBLE_ROWS_H
#define LUBAN_DOMAIN_EXAM_ASSEMBLE_ROWS_H

#include "domain/exam/assemble_impl.h"

/* columns: by unit, -1 when it is no candidate. Sums, musts and enemies, exactly. */
void rows_of_units(struct mip *m, const struct pool *p, wish_set on, const int *columns);
/* columns: by class, -1 none; for `forms` forms together. A relaxation: sums of other measures than
 * count and score are held by the extremes of the class. */
void rows_of_classes(struct mip *m, const struct pool *p, wish_set on, const int *columns,
	int forms);
/* sum + under - over = target, each costing 1 a point and at most `most` (< 0: any). Returns the
 * row. */
int row_of_target(struct mip *m, double target, double most);
/* The columns of one class each for `forms` forms; -1 where filters keep the class out. */
void columns_of_classes(struct mip *m, const struct pool *p, wish_set on, int forms,
	bool is_integer, int *ret_columns);
/* Tolerances around the targets that wishes in force set for one form; < 0 none. */
double slack_expected(const struct pool *p, wish_set on);
double slack_spread(const struct pool *p, wish_set on);

#endif
