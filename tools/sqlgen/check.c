/* Prepares every text of a query against the schema, and finds the types of its parameters and
 * columns. */
#include <string.h>

#include "sqlgen.h"

static const char *const reserved[] = {"auto", "break", "case", "char", "const", "continue",
	"default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline",
	"int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static",
	"struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm",
	"typeof", NULL};

static bool is_field_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!(*p == '_' || (*p >= 'a' && *p <= 'z') ||
			    (p > name && *p >= '0' && *p <= '9')))
			return false;
	for (size_t i = 0; reserved[i]; i++)
		if (streq(reserved[i], name))
			return false;
	return *name != 0;
}

static void type_params(struct query *q)
{
	for (int i = 0; i < q->n_params; i++) {
		struct param *p = &q->params[i];
		if (!p->is_used)
			bad_query(q, "-- param: %s is never mentioned", p->name);
		if (!p->is_typed && !schema_type(p->name, &p->type))
			bad_query(q,
				":%s is no column's name; add  -- param: %s int|text|bytes|float",
				p->name, p->name);
		if (!p->is_internal && !is_field_name(p->name))
			bad_query(q, ":%s cannot be the name of a field", p->name);
	}
}

struct q_def *query_def(const struct query *q)
{
	struct q_def *def = arena_make(mem, struct q_def);
	struct q_list *list = arena_make(mem, struct q_list);
	*list = (struct q_list){.with = q->with,
		.columns = q->columns_text,
		.from = q->from,
		.filters = q->filters,
		.n_filters = q->n_filters,
		.sorts = q->sorts,
		.n_sorts = q->n_sorts,
		.counts_whole = q->counts_whole};
	*def = (struct q_def){.n_params = q->n_params,
		.scope_param = q->scope_param,
		.page_param = q->page_param,
		.list = q->kind == LIST ? list : NULL};
	return def;
}

static sqlite3_stmt *prepare(struct query *q, sqlite3 *schema, const char *sql)
{
	sqlite3_stmt *s = NULL;
	const char *tail = "";
	if (sqlite3_prepare_v2(schema, sql, -1, &s, &tail) != SQLITE_OK) {
		int at = sqlite3_error_offset(schema);
		bad_query(q, "%s%s%.40s\n    %s", sqlite3_errmsg(schema), at >= 0 ? " at: " : "",
			at >= 0 ? sql + at : "", sql);
	} else if (sqlite3_bind_parameter_count(s) > q->n_params) {
		bad_query(q, "parameters are written :name");
	}
	return s;
}

static void add_column(struct query *q, const char *name, const char *decltype)
{
	struct column c = {.name = arena_dup(mem, name)};
	bool is_known = type_of_sqlite(decltype, &c.type);
	for (int i = 0; i < q->n_declared; i++) {
		struct column *d = &q->declared[i];
		if (!streq(d->name, name))
			continue;
		d->is_used = true;
		if (is_known && d->type != c.type)
			bad_query(q, "column %s is declared with another type than it has", name);
		c.type = d->type;
		is_known = true;
	}
	if (!is_field_name(name))
		bad_query(q, "the column %s needs a name: AS …", name);
	else if (!is_known)
		bad_query(q,
			"the type of column %s is not known; add  -- column: %s "
			"int|text|bytes|float",
			name, name);
	for (int i = 0; i < q->n_columns; i++)
		if (streq(q->columns[i].name, name))
			bad_query(q, "two columns are called %s", name);
	if (q->n_columns == MAX_COLUMNS)
		bad_query(q, "too many columns");
	else
		q->columns[q->n_columns++] = c;
}

static void take_columns(struct query *q, sqlite3_stmt *s)
{
	int n = sqlite3_column_count(s);
	q->writes = !sqlite3_stmt_readonly(s);
	for (int i = 0; i < n && !q->is_bad; i++)
		add_column(q, sqlite3_column_name(s, i), sqlite3_column_decltype(s, i));
	for (int i = 0; i < q->n_declared; i++)
		if (!q->declared[i].is_used)
			bad_query(q, "-- column: %s is not in the result", q->declared[i].name);
	if (q->kind == EXEC && n > 0)
		bad_query(q, ":exec has no result; use :one or :many");
	if (q->kind != EXEC && n == 0)
		bad_query(q, "a statement without a result is :exec");
	if (q->writes && (q->kind == EACH || q->kind == LIST))
		bad_query(q, ":each and :list only read");
}

static void check_plain(struct query *q, sqlite3 *schema)
{
	auto_buf sql;
	struct q_order order = {.n = 0};
	buf_init(&sql, Q_TEXT_MAX);
	q_expand(q->text, DB_SQLITE, &sql, &order);
	sqlite3_stmt *s = prepare(q, schema, buf_z(&sql));
	if (!q->is_bad)
		take_columns(q, s);
	sqlite3_finalize(s);
}

static sqlite3_stmt *prepare_variant(struct query *q, sqlite3 *schema, struct q_variant variant)
{
	auto_buf sql;
	struct q_order order = {.n = 0};
	buf_init(&sql, Q_TEXT_MAX);
	q_list_text(query_def(q), DB_SQLITE, variant, &sql, &order);
	return prepare(q, schema, buf_z(&sql));
}

static void check_list(struct query *q, sqlite3 *schema)
{
	uint32_t all = q->n_filters ? UINT32_MAX >> (32 - q->n_filters) : 0;
	bool body = q->scope_param >= 0;
	for (int sort = 0; sort < q->n_sorts && !q->is_bad; sort++) {
		sqlite3_stmt *s =
			prepare_variant(q, schema, (struct q_variant){Q_ROWS, all, sort, body});
		if (!q->is_bad && sort == 0)
			take_columns(q, s);
		sqlite3_finalize(s);
	}
	if (!q->is_bad)
		sqlite3_finalize(
			prepare_variant(q, schema, (struct q_variant){Q_COUNT, all, 0, body}));
}

void check_query(struct query *q, sqlite3 *schema)
{
	type_params(q);
	if (q->is_bad)
		return;
	if (q->kind == LIST)
		check_list(q, schema);
	else
		check_plain(q, schema);
}
