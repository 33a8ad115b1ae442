/* sqlgen OUT MIGRATIONS QUERIES: makes typed C of the named statements of QUERIES/ROOM.sql, after
 * checking each against the schema that the migrations make. The syntax is described in
 * src/store/query.h. */
#ifndef LUBAN_SQLGEN_H
#define LUBAN_SQLGEN_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/statement.h"

enum kind { ONE, MANY, EXEC, EACH, LIST };

enum { MAX_PARAMS = 100, MAX_COLUMNS = 200, MAX_SORTS = 20 };

struct param {
	const char *name;
	enum q_type type;
	bool is_typed; /* by a -- param: line */
	bool is_used;
	bool is_internal; /* of the scope or the page: no field of its own in the in-struct */
};

struct column {
	const char *name;
	enum q_type type;
	bool is_used;
};

struct room {
	const char *name, *path;
};

struct query {
	const struct room *room;
	int line; /* of its -- name: */
	const char *name;
	enum kind kind;
	struct buf body; /* as written */

	struct param params[Q_MAX_PARAMS];
	int n_params;
	struct column declared[MAX_COLUMNS]; /* -- column: lines */
	int n_declared;
	struct column columns[MAX_COLUMNS]; /* of the result */
	int n_columns;
	struct q_filter filters[Q_MAX_FILTERS];
	int n_filters;
	struct q_sort sorts[MAX_SORTS];
	int n_sorts;
	int scope_param, page_param; /* -1: none */

	const char *text; /* with {N} for parameters; not of lists */
	const char *with, *columns_text, *from; /* of lists */
	bool counts_whole, writes;
	bool is_bad;
	struct query *next;
};

extern struct arena *mem; /* everything lives until the end */

/* file:line: reason on stderr; the run fails at its end. */
void bad(const char *path, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void bad_query(struct query *q, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str read_file(const char *path);
/* The names that end in .sql, sorted. */
const char *const *sql_files(const char *folder, int *ret_n);
int line_of(struct str whole, const char *at);

/* schema.c */
sqlite3 *schema_build(const char *folder);
/* The type of the columns of this name. */
bool schema_type(const char *column, enum q_type *ret_type);
bool type_of_sqlite(const char *decltype, enum q_type *ret_type);

/* parse.c: reads a room's file; the queries are appended to the list that ends at *ret_last. */
void parse_room(const struct room *room, struct query ***last);

/* text.c: turns the body into the parts that are put together at run time. */
void text_build(struct query *q);

/* check.c: prepares every text of the query and finds the types. */
void check_query(struct query *q, sqlite3 *schema);
struct q_def *query_def(const struct query *q);

/* emit.c */
void emit_room(const char *out, const struct room *room, const struct query *all);
void emit_all(const char *out, const struct query *all);

#endif
