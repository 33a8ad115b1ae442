/* The statements of import_kind, made of the queries that a table of imports has under the usual
 * names: see sql/query/roster.sql. */
#ifndef LUBAN_CORE_IMPORT_TABLE_H
#define LUBAN_CORE_IMPORT_TABLE_H

#include "core/import.h"

/* Before the kind, and in it. */
#define IMPORT_STATEMENTS(t, row_key) \
	static int t##_do_set_job(struct ctx *cx, int64_t id, int64_t from, int64_t job_id) \
	{ return q_##t##_set_job(cx->db, .id = id, .from_job_id = from, .job_id = job_id); } \
	static int t##_do_move(struct ctx *cx, int64_t id, const char *from, const char *to) \
	{ return q_##t##_move(cx->db, .id = id, .from_state = from, .state = to); } \
	static int t##_do_set_counts(struct ctx *cx, int64_t id, const struct import_counts *n) \
	{ return q_##t##_set_counts(cx->db, .id = id, .n_rows = n->rows, .n_good = n->good, \
		.n_same = n->same, .n_bad = n->bad); } \
	static int t##_do_end(struct ctx *cx, int64_t id, const char *from, const char *to, \
		const char *message) \
	{ return q_##t##_end(cx->db, .id = id, .from_state = from, .state = to, \
		.message = message); } \
	static int t##_do_count(struct ctx *cx, int64_t id, struct import_counts *ret_n) \
	{ struct q_##t##_counts_rows rows; \
	  int r = q_##t##_counts(cx->db, &rows, .row_key = id); \
	  for (size_t i = 0; r >= 0 && i < rows.n; i++) \
		import_count_verdict(ret_n, rows.at[i].verdict, rows.at[i].n); \
	  return r; }
#define IMPORT_STATEMENT_LIST(t) .set_job = t##_do_set_job, .move = t##_do_move, \
	.set_counts = t##_do_set_counts, .end = t##_do_end, .count = t##_do_count

#endif
