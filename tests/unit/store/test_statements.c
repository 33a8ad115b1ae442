/* Every statement of the program, in every form a list can take, is accepted by both engines, and
 * PostgreSQL's types are the declared ones (SQLite's were checked by sqlgen). */
#include "support.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "store/driver.h"

/* Calls each(…) with the text of every form of the statement. */
typedef int check_fn(void *arg, const struct q_def *def, const struct q_desc *row, const char *sql,
	const struct q_order *order);

static const struct q_col count_col = {"count", Q_INT, 0};
static const struct q_desc count_desc = {"count", &count_col, 1, sizeof(int64_t)};

static int check_variant(
	const struct q_def *def, enum db_kind kind, struct q_variant v, check_fn *check, void *arg)
{
	auto_buf sql;
	struct q_order order = {.n = 0};
	buf_init(&sql, Q_TEXT_MAX);
	q_list_text(def, kind, v, &sql, &order);
	return check(arg, def, v.form == Q_COUNT ? &count_desc : def->statement.row, buf_z(&sql),
		&order);
}

static int check_list(const struct q_def *def, enum db_kind kind, check_fn *check, void *arg)
{
	int bad = 0;
	uint32_t all = def->list->n_filters ? UINT32_MAX >> (32 - def->list->n_filters) : 0;
	bool scoped = def->scope_param >= 0;
	for (int sort = 0; sort < def->list->n_sorts; sort++) {
		bad += check_variant(
			def, kind, (struct q_variant){Q_ROWS, all, sort, scoped}, check, arg);
		bad += check_variant(
			def, kind, (struct q_variant){Q_WALK, 0, sort, false}, check, arg);
	}
	for (int i = 0; i < def->list->n_filters; i++)
		bad += check_variant(
			def, kind, (struct q_variant){Q_ROWS, 1u << i, 0, false}, check, arg);
	bad += check_variant(def, kind, (struct q_variant){Q_COUNT, all, 0, scoped}, check, arg);
	return bad + check_variant(def, kind, (struct q_variant){Q_COUNT, 0, 0, false}, check, arg);
}

static int check_all(enum db_kind kind, check_fn *check, void *arg)
{
	int bad = 0;
	for (size_t i = 0; i < q_statements_n; i++) {
		const struct q_statement *s = q_statements[i];
		const struct q_def *def = (const struct q_def *)s;
		if (def->list)
			bad += check_list(def, kind, check, arg);
		else
			bad += check(arg, def, s->row, kind == DB_SQLITE ? s->sqlite : s->postgres,
				def->order);
	}
	return bad;
}

static int prepares(void *arg, const struct q_def *def, const struct q_desc *row, const char *sql,
	const struct q_order *order)
{
	sqlite3 *handle = arg;
	sqlite3_stmt *s = NULL;
	int bad = sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK;
	if (bad)
		print_error("%s: %s\n\t%s\n", def->statement.name, sqlite3_errmsg(handle), sql);
	else if (sqlite3_bind_parameter_count(s) != (order ? order->n : 0) ||
		sqlite3_column_count(s) != (row ? (int)row->n : 0) ||
		!sqlite3_stmt_readonly(s) != def->writes)
		print_error("%s: parameters or columns do not fit\n", def->statement.name), bad = 1;
	sqlite3_finalize(s);
	return bad;
}

static void on_sqlite(void **state)
{
	struct test_db *t = test_db_open(DB_SQLITE);
	(void)state;
	assert_int_equal(check_all(DB_SQLITE, prepares, sqlite_handle(t->db)), 0);
	test_db_close(t);
}

static bool fits(enum q_type type, Oid oid)
{
	switch (type) {
	case Q_INT:
		return oid == 16 || oid == 20 || oid == 21 || oid == 23;
	case Q_FLOAT:
		return oid == 700 || oid == 701;
	case Q_BYTES:
		return oid == 17;
	case Q_TEXT:
		return oid == 25 || oid == 1043;
	}
	return false;
}

static int check_types(const struct q_def *def, const struct q_desc *row, const PGresult *res)
{
	int bad = 0;
	if (PQnfields(res) != (row ? (int)row->n : 0)) {
		print_error("%s: %d columns\n", def->statement.name, PQnfields(res));
		return 1;
	}
	for (int i = 0; i < PQnfields(res); i++) {
		if (fits(row->cols[i].type, PQftype(res, i)))
			continue;
		print_error("%s.%s: PostgreSQL's type is oid %u\n", def->statement.name,
			row->cols[i].name, PQftype(res, i));
		bad++;
	}
	return bad;
}

static int describes(void *arg, const struct q_def *def, const struct q_desc *row, const char *sql,
	const struct q_order *order)
{
	static const Oid oids[] = {[Q_INT] = 20, [Q_TEXT] = 25, [Q_BYTES] = 17, [Q_FLOAT] = 701};
	PGconn *conn = arg;
	Oid types[Q_MAX_PARAMS];
	int n = order ? order->n : 0, bad;
	for (int i = 0; i < n; i++)
		types[i] = oids[def->params[order->at[i]].type];
	PGresult *res = PQprepare(conn, "", sql, n, types);
	bad = PQresultStatus(res) != PGRES_COMMAND_OK;
	if (bad)
		print_error("%s: %s\t%s\n", def->statement.name, PQerrorMessage(conn), sql);
	PQclear(res);
	if (bad)
		return 1;
	res = PQdescribePrepared(conn, "");
	bad = check_types(def, row, res);
	PQclear(res);
	return bad;
}

static void on_postgres(void **state)
{
	(void)state;
	if (!getenv("LUBAN_TEST_PG"))
		skip();
	struct test_db *t = test_db_open(DB_POSTGRES);
	PGconn *conn = PQconnectdb(t->url);
	assert_int_equal(check_all(DB_POSTGRES, describes, conn), 0);
	PQfinish(conn);
	test_db_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres)};
	return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
