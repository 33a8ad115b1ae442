/* What the generator (tools/sqlgen) makes of sql/query/ROOM.sql, and the run time it calls.
 *
 *   -- name: venue_find :one           one row or ERR_NOTFOUND; INSERT or UPDATE … RETURNING too
 *   -- name: venue_of_body :many       all rows, in the arena
 *   -- name: venue_insert :exec        number of rows changed (>= 0)
 *   -- name: venue_list :list          filtered, sorted, paged from declared parts; see below
 *   -- name: venue_walk :each          a callback per row, for what must not be held in memory
 *
 * Parameters are written :name. Their type is that of the column of the same name (one name has one
 * type in the whole schema), or a line says it:  -- param: days int   (int, text, bytes, float).
 * A result column that is no plain column needs one too:  -- column: seats_used int.
 * Integers are int64_t, texts NUL-terminated `const char *`, bytes `struct str`. No column is NULL:
 * 0 and '' say "none", a NULL text is bound as '', and a NULL result (an outer join's, the sum of
 * nothing) reads as 0 or ''.
 *
 * {scope} or {scope b} becomes the row-level scope over the columns region and body_id (of alias
 * b); the in-struct then has `.scope`, and a scope left out returns no row at all.
 *
 * Every statement becomes one macro with named arguments:
 *   struct q_venue_find row;
 *   int r = q_venue_find(cx->db, &row, .id = id, .scope = cx->scope);
 *   struct q_venue_of_body_rows rows;                     rows.at[i], rows.n
 *   r = q_venue_of_body(cx->db, &rows, .body_id = id);
 *   r = q_venue_insert(cx->db, .id = id, .name = name);   >= 0, ERR_CONFLICT on a unique key
 *   r = q_venue_walk(cx->db, each, arg, .body_id = id);
 *
 * One with parameters, if :one or :exec, also runs many times in one go, which on PostgreSQL costs
 * one wait instead of one each. One that writes needs a transaction. It stops at the first error:
 *   struct q_venue_insert_in in[N] = {…};
 *   r = q_venue_insert_bulk(cx->db, in, n, changed);      changed[i] rows each; may be NULL
 *   r = q_venue_find_bulk(cx->db, in, n, rows, found);    rows[i] where found[i]
 *
 * {share s} at the end of a SELECT keeps the rows of alias s as they are until the transaction ends
 * (FOR SHARE OF s); on SQLite, where a transaction that writes is alone, it is empty.
 *
 * The callback is  int each(void *arg, const struct q_venue_walk *row);  what is not 0 stops the
 * walk and is its result. The row is good until the callback returns. The callback may run other
 * statements, writing ones too; whether the walk sees what they change is not defined.
 *
 * A list adds:  -- filter: kind = :kind          active when the argument is neither 0 nor ''
 *               -- sort: name = b.name, b.id     the first one is the default
 * and writes {filters} (each begins with AND) and {sort} (ORDER BY …) where they belong. Of a
 * filter with several parameters the first one switches. There are three functions:
 *   r = q_venue_list(cx->db, &rows, .scope = cx->scope, .kind = kind,
 *                    .page = {.limit = 20, .offset = 40, .sort = "name"});
 *   r = q_venue_list_count(cx->db, &n, .scope = …, .page = {.limit = 1001});   n <= page.limit
 *   r = q_venue_list_walk(cx->db, each, arg, .scope = …);                      all rows
 */
#ifndef LUBAN_STORE_QUERY_H
#define LUBAN_STORE_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "store/db.h"

/* Row-level scope. Regions are codes of GB/T 2260 cut to their significant digits: "37" holds
 * "3710" holds "371002". A row is in scope when lo <= region < hi and, with body_id, its body_id is
 * the same. */
struct scope {
	const char *lo, *hi;
	int64_t body_id;
};

struct page {
	int64_t limit, offset; /* limit 0 is 1000 */
	const char *sort;      /* NULL is the first; a name that is not declared is ERR_INVALID */
};

enum q_type { Q_INT, Q_TEXT, Q_BYTES, Q_FLOAT };

struct q_col {
	const char *name;
	enum q_type type;
	size_t offset; /* in the row struct */
};

/* Describes a row struct: what views, exports and imports iterate over. Named q_NAME_desc. */
struct q_desc {
	const char *name;
	const struct q_col *cols;
	size_t n, row_size;
};

/* Every statement of the program, for the tests that prepare them all on both engines. */
struct q_statement {
	const char *name, *sqlite, *postgres;
	const struct q_desc *row; /* NULL for :exec */
};
extern const struct q_statement *const q_statements[];
extern const size_t q_statements_n;

#endif
