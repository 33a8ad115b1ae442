/* The merged ranges of a sheet. */
#include "doc/xlsx_merge.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_END = 16384, ROWS_END = 1048576 };

bool xlsx_ref(const char *ref, uint32_t *ret_column, uint32_t *ret_row, const char **ret_end)
{
	uint32_t column = 0, row = 0;
	for (; *ref >= 'A' && *ref <= 'Z' && column <= COLUMNS_END; ref++)
		column = column * 26 + (uint32_t)(*ref - 'A') + 1;
	for (; *ref >= '0' && *ref <= '9' && row <= ROWS_END; ref++)
		row = row * 10 + (uint32_t)(*ref - '0');
	if (column == 0 || row == 0 || column > COLUMNS_END || row > ROWS_END)
		return false;
	*ret_column = column - 1;
	*ret_row = row;
	*ret_end = ref;
	return true;
}

void xlsx_merge_init(struct xlsx_merge *m)
{
	*m = (struct xlsx_merge){0};
	buf_init(&m->ranges, SHEET_MERGES_MAX * sizeof(struct xlsx_range));
}

void xlsx_merge_fini(struct xlsx_merge *m)
{
	buf_fini(&m->ranges);
}

int xlsx_merge_add(struct xlsx_merge *m, const char *ref)
{
	struct xlsx_range r;
	const char *end;
	if (!xlsx_ref(ref, &r.left, &r.top, &end))
		return ERR_INVALID;
	r.right = r.left;
	r.bottom = r.top;
	if (*end == ':' && !xlsx_ref(end + 1, &r.right, &r.bottom, &end))
		return ERR_INVALID;
	if (*end || r.right < r.left || r.bottom < r.top)
		return ERR_INVALID;
	if (r.left >= SHEET_COLS_MAX || (r.left == r.right && r.top == r.bottom))
		return 0;
	if (r.right >= SHEET_COLS_MAX)
		r.right = SHEET_COLS_MAX - 1;
	buf_put(&m->ranges, &r, sizeof r);
	return m->ranges.full ? ERR_LIMIT : 0;
}

static int compare_tops(const void *a, const void *b)
{
	const struct xlsx_range *x = a, *y = b;
	return (x->top > y->top) - (x->top < y->top);
}

void xlsx_merge_sort(struct xlsx_merge *m)
{
	if (m->ranges.n)
		qsort(m->ranges.p, m->ranges.n / sizeof(struct xlsx_range),
		        sizeof(struct xlsx_range), compare_tops);
}

static void drop_passed(struct xlsx_merge *m, uint32_t row)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->active_n; i++)
		if (m->active[i].bottom >= row)
			m->active[kept++] = m->active[i];
	m->active_n = kept;
}

static int take_begun(struct xlsx_merge *m, uint32_t row)
{
	for (; m->next < m->ranges.n; m->next += sizeof(struct xlsx_range)) {
		struct xlsx_range r;
		memcpy(&r, m->ranges.p + m->next, sizeof r);
		if (r.top > row)
			return 0;
		if (r.bottom < row)
			continue;
		if (m->active_n == SHEET_COLS_MAX)
			return ERR_INVALID;
		m->active[m->active_n++] = r;
	}
	return 0;
}

int xlsx_merge_row(struct xlsx_merge *m, uint32_t row, bool *ret_covered, size_t *ret_n)
{
	*ret_n = 0;
	drop_passed(m, row);
	int rc = take_begun(m, row);
	if (rc)
		return rc;
	if (m->active_n)
		memset(ret_covered, 0, SHEET_COLS_MAX * sizeof *ret_covered);
	for (size_t i = 0; i < m->active_n; i++) {
		const struct xlsx_range *r = &m->active[i];
		for (uint32_t column = r->left; column <= r->right; column++)
			if (row != r->top || column != r->left)
				ret_covered[column] = true;
		if (r->right + 1 > *ret_n)
			*ret_n = r->right + 1;
	}
	return 0;
}
