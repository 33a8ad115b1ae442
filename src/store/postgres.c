/* PostgreSQL. Statements are prepared by name once per connection, with typed parameters and binary
 * results. Walks go through a cursor, so that the connection stays free for other statements
 * between two batches; outside a transaction the server keeps the rows (WITH HOLD). A connection
 * that died while idle is made anew before the next statement; one that dies under a write is
 * reported, since nobody knows whether the write was done. */
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/driver.h"

enum { WALK_BATCH = 500 };

/* pg_type.dat of PostgreSQL: these numbers never change. */
enum {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_CHAR = 18,
	T_NAME = 19,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_OID = 26,
	T_FLOAT4 = 700,
	T_FLOAT8 = 701,
	T_VARCHAR = 1043
};

struct connection {
	PGconn *pg;
	unsigned generation; /* a new one after each reconnection: what was prepared is gone */
	unsigned names;
};

struct stmt {
	const char *sql;
	Oid types[Q_MAX_PARAMS];
	int n;
	unsigned name, generation; /* generation 0: not prepared */
	bool busy, streams, is_last_batch;
	unsigned cursor; /* 0: none */
	PGresult *res;
	int row;
};

/* What PQexecPrepared() wants of the parameters. */
struct binding {
	uint64_t numbers[Q_MAX_PARAMS];
	const char *values[Q_MAX_PARAMS];
	int lengths[Q_MAX_PARAMS], formats[Q_MAX_PARAMS];
};

static struct connection *connection_of(struct db *db)
{
	return db->conn;
}

static PGconn *pg_of(struct db *db)
{
	return connection_of(db)->pg;
}

static int failed(struct db *db, const PGresult *res)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *message = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	bool is_conflict =
		state && (streq(state, "23505") || streq(state, "40001") || streq(state, "40P01"));
	return db_fail(db, is_conflict ? ERR_CONFLICT : ERR_DB, "%s",
		message ? message : PQerrorMessage(pg_of(db)));
}

static int check(struct db *db, const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : failed(db, res);
}

static bool is_lost(struct db *db)
{
	return PQstatus(pg_of(db)) != CONNECTION_OK;
}

/* What was acknowledged is on disk, whatever the cluster's default says; a stricter one stays. */
static int be_durable(struct db *db)
{
	PGresult *res = PQexec(pg_of(db),
		"SELECT set_config('synchronous_commit', 'on', false)"
		" WHERE current_setting('synchronous_commit') = 'off'");
	int r = check(db, res);
	PQclear(res);
	return r;
}

static int reconnect(struct db *db)
{
	PQreset(pg_of(db));
	connection_of(db)->generation++;
	return is_lost(db) ? failed(db, NULL) : be_durable(db);
}

/* Outside a transaction: notices a server that has gone away since the last statement, before
 * anything is sent. */
static int revive(struct db *db)
{
	if (db->depth > 0)
		return 0;
	struct pollfd p = {.fd = PQsocket(pg_of(db)), .events = POLLIN};
	/* The server's last words come first, then the end. */
	for (int i = 0; i < 3 && !is_lost(db) && poll(&p, 1, 0) > 0; i++)
		PQconsumeInput(pg_of(db));
	return is_lost(db) ? reconnect(db) : 0;
}

static void ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

static int postgres_open(struct db *db, const char *url)
{
	/* What the URL says comes later and counts more. A server that is gone without a word is
	 * noticed within half a minute, not when the system gives up. */
	static const char *const keys[] = {"client_encoding", "connect_timeout",
		"fallback_application_name", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "dbname", NULL};
	const char *const values[] = {
		"UTF8", "10", "luban", "15", "5", "3", "30000", url, NULL};
	struct connection *c = calloc(1, sizeof *c);
	if (!c)
		log_die("out of memory");
	db->conn = c;
	c->generation = 1;
	c->pg = PQconnectdbParams(keys, values, 1);
	if (is_lost(db))
		return failed(db, NULL);
	PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	return be_durable(db);
}

static void postgres_close(struct db *db)
{
	PQfinish(pg_of(db));
	free(db->conn);
}

static int postgres_exec(struct db *db, const char *sql)
{
	int r = revive(db);
	if (r < 0)
		return r;
	PGresult *res = PQexec(pg_of(db), sql);
	r = check(db, res);
	PQclear(res);
	return r;
}

static int postgres_begin(struct db *db)
{
	int r = postgres_exec(db, "BEGIN");
	/* Nothing was done yet, so it may be tried again. */
	if (r < 0 && is_lost(db))
		r = postgres_exec(db, "BEGIN");
	return r;
}

static int postgres_end(struct db *db, bool commit)
{
	if (is_lost(db))
		return commit ? failed(db, NULL) : 0;
	PGresult *res = PQexec(pg_of(db), commit ? "COMMIT" : "ROLLBACK");
	int r = check(db, res);
	/* A COMMIT of what cannot be committed says ROLLBACK, and no error. */
	if (r == 0 && commit && strcmp(PQcmdStatus(res), "COMMIT") != 0)
		r = db_fail(db, ERR_DB, "the transaction was rolled back");
	PQclear(res);
	return r;
}

static int postgres_prepare(
	struct db *db, const char *sql, const enum q_type *types, int n, struct stmt **ret_stmt)
{
	static const Oid oids[] = {
		[Q_INT] = T_INT8, [Q_TEXT] = T_TEXT, [Q_BYTES] = T_BYTEA, [Q_FLOAT] = T_FLOAT8};
	struct stmt *stmt = calloc(1, sizeof *stmt);
	if (!stmt)
		log_die("out of memory");
	stmt->sql = sql;
	stmt->n = n;
	for (int i = 0; i < n; i++)
		stmt->types[i] = oids[types[i]];
	stmt->name = ++connection_of(db)->names;
	*ret_stmt = stmt;
	return 0;
}

static void stmt_name(const struct stmt *stmt, char ret_name[16])
{
	snprintf(ret_name, 16, "q%u", stmt->name);
}

static int ensure_prepared(struct db *db, struct stmt *stmt)
{
	char name[16];
	if (stmt->generation == connection_of(db)->generation)
		return 0;
	stmt_name(stmt, name);
	PGresult *res = PQprepare(pg_of(db), name, stmt->sql, stmt->n, stmt->types);
	int r = check(db, res);
	PQclear(res);
	if (r == 0)
		stmt->generation = connection_of(db)->generation;
	return r;
}

static void postgres_discard(struct db *db, struct stmt *stmt)
{
	char sql[64];
	PGTransactionStatusType tx = PQtransactionStatus(pg_of(db));
	bool is_live = stmt->generation == connection_of(db)->generation &&
		(tx == PQTRANS_IDLE || tx == PQTRANS_INTRANS);
	if (is_live && !db->closing) {
		snprintf(sql, sizeof sql, "DEALLOCATE q%u", stmt->name);
		PQclear(PQexec(pg_of(db), sql));
	}
	free(stmt);
}

static bool postgres_is_busy(const struct stmt *stmt)
{
	return stmt->busy;
}

static void put_number(struct binding *b, int i, const void *p)
{
	uint64_t bits;
	memcpy(&bits, p, sizeof bits);
	b->numbers[i] = htobe64(bits);
	b->values[i] = (const char *)&b->numbers[i];
	b->lengths[i] = sizeof bits;
}

static void bind(struct binding *b, const struct value *args, int n)
{
	for (int i = 0; i < n; i++) {
		b->formats[i] = 1;
		if (args[i].type == Q_INT) {
			put_number(b, i, &args[i].i);
		} else if (args[i].type == Q_FLOAT) {
			put_number(b, i, &args[i].f);
		} else {
			b->values[i] = args[i].s.p;
			b->lengths[i] = (int)args[i].s.n;
		}
	}
}

static int open_cursor(struct db *db, struct stmt *stmt, const struct binding *b)
{
	auto_buf sql;
	unsigned cursor = ++connection_of(db)->names;
	buf_init(&sql, Q_TEXT_MAX + 100);
	buf_printf(&sql, "DECLARE c%u NO SCROLL CURSOR %s FOR %s", cursor,
		db->depth > 0 ? "" : "WITH HOLD", stmt->sql);
	PGresult *res = PQexecParams(
		pg_of(db), buf_z(&sql), stmt->n, stmt->types, b->values, b->lengths, b->formats, 1);
	int r = check(db, res);
	PQclear(res);
	if (r == 0)
		stmt->cursor = cursor;
	return r;
}

static int fetch(struct db *db, struct stmt *stmt)
{
	char sql[64];
	PQclear(stmt->res);
	snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM c%u", WALK_BATCH, stmt->cursor);
	stmt->res = PQexecParams(pg_of(db), sql, 0, NULL, NULL, NULL, NULL, 1);
	stmt->row = -1;
	stmt->is_last_batch = PQntuples(stmt->res) < WALK_BATCH;
	return check(db, stmt->res);
}

static int run_prepared(struct db *db, struct stmt *stmt, const struct binding *b)
{
	char name[16];
	int r = ensure_prepared(db, stmt);
	if (r < 0)
		return r;
	stmt_name(stmt, name);
	stmt->res = PQexecPrepared(pg_of(db), name, stmt->n, b->values, b->lengths, b->formats, 1);
	stmt->row = -1;
	stmt->is_last_batch = true;
	return check(db, stmt->res);
}

static int run_once(struct db *db, struct stmt *stmt, const struct binding *b)
{
	int r = stmt->streams ? open_cursor(db, stmt, b) : run_prepared(db, stmt, b);
	return r == 0 && stmt->streams ? fetch(db, stmt) : r;
}

static int64_t postgres_finish(struct db *db, struct stmt *stmt)
{
	char sql[64];
	int64_t changed = 0;
	if (stmt->res && !stmt->streams)
		str_to_i64(str_of(PQcmdTuples(stmt->res)), &changed);
	PQclear(stmt->res);
	stmt->res = NULL;
	PGTransactionStatusType tx = PQtransactionStatus(pg_of(db));
	if (stmt->cursor && (tx == PQTRANS_IDLE || tx == PQTRANS_INTRANS)) {
		snprintf(sql, sizeof sql, "CLOSE c%u", stmt->cursor);
		PQclear(PQexec(pg_of(db), sql));
	}
	stmt->cursor = 0;
	stmt->busy = false;
	return changed;
}

static int postgres_start(
	struct db *db, struct stmt *stmt, const struct value *args, int n, unsigned flags)
{
	struct binding b;
	stmt->streams = flags & RUN_STREAMS;
	bind(&b, args, n);
	int r = revive(db);
	if (r < 0)
		return r;
	r = run_once(db, stmt, &b);
	if (r < 0 && is_lost(db) && db->depth == 0 && !(flags & RUN_WRITES)) {
		postgres_finish(db, stmt);
		r = reconnect(db);
		if (r == 0)
			r = run_once(db, stmt, &b);
	}
	if (r < 0)
		postgres_finish(db, stmt);
	stmt->busy = r == 0;
	return r;
}

static int pipe_open(struct db *db, struct stmt *stmt)
{
	int r = ensure_prepared(db, stmt);
	if (r == 0 && !PQenterPipelineMode(pg_of(db)))
		r = failed(db, NULL);
	return r;
}

static int pipe_send(struct db *db, struct stmt *stmt, const struct value *args, int n)
{
	struct binding b;
	char name[16];
	bind(&b, args, n);
	stmt_name(stmt, name);
	return PQsendQueryPrepared(pg_of(db), name, n, b.values, b.lengths, b.formats, 1)
		? 0
		: failed(db, NULL);
}

static int pipe_flush(struct db *db)
{
	return PQpipelineSync(pg_of(db)) ? 0 : failed(db, NULL);
}

static int pipe_receive(struct db *db, struct stmt *stmt)
{
	stmt->res = PQgetResult(pg_of(db));
	stmt->row = -1;
	stmt->streams = false;
	stmt->is_last_batch = true;
	int r = stmt->res ? check(db, stmt->res) : failed(db, NULL);
	/* Each result is followed by a NULL. */
	if (stmt->res)
		PQclear(PQgetResult(pg_of(db)));
	if (r < 0)
		postgres_finish(db, stmt);
	stmt->busy = r == 0;
	return r;
}

/* Up to the sync, of which there is one; a lost connection has none. */
static int pipe_close(struct db *db)
{
	PGconn *pg = pg_of(db);
	ExecStatusType status = PGRES_FATAL_ERROR;
	for (int nulls = 0; status != PGRES_PIPELINE_SYNC && nulls < 2 && !is_lost(db);) {
		PGresult *res = PQgetResult(pg);
		nulls = res ? 0 : nulls + 1;
		status = res ? PQresultStatus(res) : status;
		PQclear(res);
	}
	return PQexitPipelineMode(pg) || is_lost(db) ? 0 : failed(db, NULL);
}

static int postgres_next(struct db *db, struct stmt *stmt)
{
	if (++stmt->row < PQntuples(stmt->res))
		return 1;
	if (stmt->is_last_batch)
		return 0;
	int r = fetch(db, stmt);
	return r < 0 ? r : ++stmt->row < PQntuples(stmt->res);
}

static bool read_int(Oid type, const char *p, int64_t *ret_i)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;
	switch (type) {
	case T_BOOL:
		*ret_i = *p != 0;
		return true;
	case T_INT2:
		memcpy(&two, p, sizeof two);
		*ret_i = (int16_t)be16toh(two);
		return true;
	case T_INT4:
		memcpy(&four, p, sizeof four);
		*ret_i = (int32_t)be32toh(four);
		return true;
	case T_INT8:
		memcpy(&eight, p, sizeof eight);
		*ret_i = (int64_t)be64toh(eight);
		return true;
	default:
		return false;
	}
}

static bool read_float(Oid type, const char *p, double *ret_f)
{
	uint32_t four;
	uint64_t eight;
	float f;
	if (type == T_FLOAT8) {
		memcpy(&eight, p, sizeof eight);
		eight = be64toh(eight);
		memcpy(ret_f, &eight, sizeof eight);
	} else if (type == T_FLOAT4) {
		memcpy(&four, p, sizeof four);
		four = be32toh(four);
		memcpy(&f, &four, sizeof f);
		*ret_f = (double)f;
	}
	return type == T_FLOAT8 || type == T_FLOAT4;
}

static bool is_bytes(enum q_type type, Oid oid)
{
	if (type == Q_BYTES)
		return oid == T_BYTEA;
	return oid == T_TEXT || oid == T_VARCHAR || oid == T_NAME;
}

static int postgres_value(
	struct db *db, struct stmt *stmt, int column, enum q_type type, struct value *ret_value)
{
	Oid oid = PQftype(stmt->res, column);
	const char *p = PQgetvalue(stmt->res, stmt->row, column);
	bool ok = true;
	ret_value->s = (struct str){"", 0};
	if (PQgetisnull(stmt->res, stmt->row, column))
		return 0;
	if (type == Q_INT)
		ok = read_int(oid, p, &ret_value->i);
	else if (type == Q_FLOAT)
		ok = read_float(oid, p, &ret_value->f);
	else if ((ok = is_bytes(type, oid)))
		ret_value->s = (struct str){p, (size_t)PQgetlength(stmt->res, stmt->row, column)};
	if (!ok)
		return db_fail(db, ERR_DB,
			"column %s is of a type (oid %u) that it was not declared with",
			PQfname(stmt->res, column), oid);
	return 0;
}

const struct driver postgres_driver = {
	.open = postgres_open,
	.close = postgres_close,
	.exec = postgres_exec,
	.begin = postgres_begin,
	.end = postgres_end,
	.prepare = postgres_prepare,
	.discard = postgres_discard,
	.is_busy = postgres_is_busy,
	.start = postgres_start,
	.next = postgres_next,
	.value = postgres_value,
	.finish = postgres_finish,
	.pipe_open = pipe_open,
	.pipe_send = pipe_send,
	.pipe_flush = pipe_flush,
	.pipe_receive = pipe_receive,
	.pipe_close = pipe_close,
};
