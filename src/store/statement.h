/* What generated code is made of: tables that describe a statement, and the functions that run
 * them. Handlers and domain rooms include query/ROOM.h and never need this.
 *
 * The text of a list is put together when it is asked for, from these parts only:
 *   {3}       the parameter params[3]
 *   {filters} the active filters, each with AND before it
 *   {body b.} AND b.body_id = the scope's body, when it names one
 *   {share s} FOR SHARE OF s on PostgreSQL */
#ifndef LUBAN_STORE_STATEMENT_H
#define LUBAN_STORE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/query.h"

enum {
	Q_MAX_PARAMS = 120,
	Q_MAX_FILTERS = 31,
	Q_PAGE_MAX = 1000,
	Q_TEXT_MAX = 64 * 1024,
	Q_ROW_MAX = 4096,
	Q_INDEX_NONE = -1
};

struct q_param {
	const char *name;
	enum q_type type;
	size_t offset; /* in the in-struct */
};

struct q_filter {
	const char *sql;
	int param; /* the one that switches it on */
};

struct q_sort {
	const char *name, *sql;
};

struct q_list {
	const char *with; /* common table expressions or "" */
	const char *columns; /* SELECT …; the count has "SELECT 1" in its place */
	const char *from; /* FROM … up to the sort */
	const struct q_filter *filters;
	int n_filters;
	const struct q_sort *sorts;
	int n_sorts;
	bool counts_whole; /* DISTINCT: the count cannot do without the columns */
};

/* The order in which a text mentions the parameters: number n (from 1) is params[at[n - 1]]. */
struct q_order {
	unsigned char at[Q_MAX_PARAMS];
	int n;
};

struct q_def {
	struct q_statement statement; /* first: a q_statement of q_statements[] is a q_def */
	int index; /* in q_statements[]; Q_INDEX_NONE: prepared for each run */
	bool writes;
	const struct q_param *params;
	int n_params;
	int scope_param; /* lo; hi and body follow it; -1 without scope */
	int page_param; /* limit; offset follows it; -1 when it is no list */
	const struct q_order *order; /* of statement's texts; NULL for lists and without params */
	const struct q_list *list; /* NULL when it is no list */
};

enum q_form { Q_ROWS, Q_COUNT, Q_WALK };

/* Which of a list's texts. */
struct q_variant {
	enum q_form form;
	uint32_t filters; /* a bit per active filter */
	int sort;
	bool body;
};

/* Needs no database: tools/sqlgen checks what this puts together. */
void q_list_text(const struct q_def *def, enum db_kind kind, struct q_variant variant,
	struct buf *ret_text, struct q_order *ret_order);
/* Appends a text that has only {3} in it. */
void q_expand(const char *text, enum db_kind kind, struct buf *ret_text, struct q_order *ret_order);

typedef int q_each_fn(void *arg, const void *row);
struct q_rows {
	void *at;
	size_t n;
};

int q_run_one(struct db *db, const struct q_def *def, const void *in, void *ret_row) MUST_CHECK;
int q_run_many(
	struct db *db, const struct q_def *def, const void *in, struct q_rows *ret_rows) MUST_CHECK;
int q_run_exec(struct db *db, const struct q_def *def, const void *in) MUST_CHECK;
int q_run_exec_bulk(struct db *db, const struct q_def *def, const void *ins, size_t in_size,
	size_t n, int *ret_changed) MUST_CHECK;
int q_run_one_bulk(struct db *db, const struct q_def *def, const void *ins, size_t in_size,
	size_t n, void *ret_rows, bool *ret_found) MUST_CHECK;
int q_run_each(struct db *db, const struct q_def *def, const void *in, q_each_fn *each,
	void *arg) MUST_CHECK;
int q_run_list(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	struct q_rows *ret_rows) MUST_CHECK;
int q_run_count(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	int64_t *ret_n) MUST_CHECK;
int q_run_walk(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	q_each_fn *each, void *arg) MUST_CHECK;

#endif
