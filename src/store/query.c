/* Runs described statements: binds from the in-struct, reads rows into row structs, keeps what is
 * prepared. */
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/driver.h"

enum { PIPE_RUNS = 1000 }; /* sent before their answers are read */

struct run {
	struct db *db;
	const struct q_def *def;
	struct stmt *stmt;
	bool is_temporary; /* not cached, or the cached one is busy in an outer walk */
	char *sql; /* of a temporary list */
};

/* ---- parameters ---- */

static struct str not_null(struct str s)
{
	return s.p ? s : (struct str){"", 0};
}

static struct value take(const struct q_param *p, const void *in)
{
	const char *at = (const char *)in + p->offset;
	struct value v = {.type = p->type, .s = {"", 0}};
	switch (p->type) {
	case Q_INT:
		memcpy(&v.i, at, sizeof v.i);
		break;
	case Q_FLOAT:
		memcpy(&v.f, at, sizeof v.f);
		break;
	case Q_BYTES:
		memcpy(&v.s, at, sizeof v.s);
		v.s = not_null(v.s);
		break;
	case Q_TEXT:
		memcpy(&v.s.p, at, sizeof v.s.p);
		v.s = str_of(v.s.p);
		break;
	}
	return v;
}

/* A scope that lacks a bound holds no row: '' <= region < '' is never true. */
static void close_scope(const struct q_def *def, const void *in, struct value *values)
{
	const char *lo, *hi;
	if (def->scope_param < 0)
		return;
	memcpy(&lo, (const char *)in + def->params[def->scope_param].offset, sizeof lo);
	memcpy(&hi, (const char *)in + def->params[def->scope_param + 1].offset, sizeof hi);
	if (!lo || !hi)
		values[def->scope_param].s = values[def->scope_param + 1].s = (struct str){"", 0};
}

static void take_all(const struct q_def *def, const void *in, struct value *ret_values)
{
	for (int i = 0; i < def->n_params; i++)
		ret_values[i] = take(&def->params[i], in);
	close_scope(def, in, ret_values);
	if (def->page_param < 0)
		return;
	struct value *limit = &ret_values[def->page_param], *offset = limit + 1;
	if (limit->i <= 0)
		limit->i = Q_PAGE_MAX;
	if (offset->i < 0)
		offset->i = 0;
}

static bool is_given(const struct value *v)
{
	return v->i != 0 || v->f != 0 || v->s.n != 0;
}

/* ---- what is prepared ---- */

static int prepare(struct db *db, const struct q_def *def, const char *sql,
	const struct q_order *order, struct stmt **ret_stmt)
{
	enum q_type types[Q_MAX_PARAMS];
	int n = order ? order->n : 0;
	for (int i = 0; i < n; i++)
		types[i] = def->params[order->at[i]].type;
	return db->driver->prepare(db, sql, types, n, ret_stmt);
}

static int prepare_plain(struct run *run)
{
	struct db *db = run->db;
	int index = run->def->index;
	struct stmt **slot = index == Q_INDEX_NONE ? NULL : &db->plain[index];
	const char *sql =
		db->kind == DB_SQLITE ? run->def->statement.sqlite : run->def->statement.postgres;
	run->is_temporary = !slot || (*slot && db->driver->is_busy(*slot));
	if (run->is_temporary)
		return prepare(db, run->def, sql, run->def->order, &run->stmt);
	int r = *slot ? 0 : prepare(db, run->def, sql, run->def->order, slot);
	run->stmt = *slot;
	return r;
}

static void drop_list(struct db *db, int slot)
{
	struct list_entry *e = db->lists[slot];
	if (!e)
		return;
	if (e->stmt)
		db->driver->discard(db, e->stmt);
	free(e->sql);
	free(e);
	db->lists[slot] = NULL;
}

void query_forget(struct db *db)
{
	for (size_t i = 0; i < q_statements_n; i++) {
		if (db->plain[i])
			db->driver->discard(db, db->plain[i]);
		db->plain[i] = NULL;
	}
	for (int i = 0; i < LIST_CACHE; i++)
		drop_list(db, i);
}

static bool same_key(const struct list_key *a, const struct list_key *b)
{
	return a->def == b->def && a->variant.form == b->variant.form &&
		a->variant.filters == b->variant.filters && a->variant.sort == b->variant.sort &&
		a->variant.body == b->variant.body;
}

/* The slot that holds key, or the one to use for it: empty, or idle the longest. */
static int list_slot(struct db *db, const struct list_key *key)
{
	int best = 0;
	for (int i = 0; i < LIST_CACHE; i++) {
		const struct list_entry *e = db->lists[i];
		if (!e)
			return i;
		if (same_key(&e->key, key))
			return i;
		const struct list_entry *b = db->lists[best];
		if (db->driver->is_busy(b->stmt) ||
			(e->used < b->used && !db->driver->is_busy(e->stmt)))
			best = i;
	}
	return best;
}

static char *list_sql(const struct q_def *def, enum db_kind kind, struct q_variant variant,
	struct q_order *ret_order)
{
	struct buf text;
	buf_init(&text, Q_TEXT_MAX);
	q_list_text(def, kind, variant, &text, ret_order);
	return text.p; /* malloc()ed; whoever keeps it frees it */
}

static int prepare_busy_list(struct run *run, struct q_variant variant)
{
	struct q_order order = {.n = 0};
	run->is_temporary = true;
	run->sql = list_sql(run->def, run->db->kind, variant, &order);
	return prepare(run->db, run->def, run->sql, &order, &run->stmt);
}

static int prepare_list(struct run *run, struct q_variant variant, const struct q_order **ret_order)
{
	struct db *db = run->db;
	struct list_key key = {run->def, variant};
	int slot = list_slot(db, &key);
	struct list_entry *e = db->lists[slot];
	bool is_hit = e && same_key(&e->key, &key);
	if (is_hit && db->driver->is_busy(e->stmt)) {
		*ret_order = &e->order;
		return prepare_busy_list(run, variant);
	}
	if (!is_hit) {
		drop_list(db, slot);
		e = calloc(1, sizeof *e);
		if (!e)
			log_die("out of memory");
		e->key = key;
		e->sql = list_sql(run->def, db->kind, variant, &e->order);
		db->lists[slot] = e;
		int r = prepare(db, run->def, e->sql, &e->order, &e->stmt);
		if (r < 0) {
			drop_list(db, slot);
			return r;
		}
	}
	e->used = ++db->tick;
	run->stmt = e->stmt;
	*ret_order = &e->order;
	return 0;
}

/* ---- one run ---- */

/* Puts the statement's name before the engine's words. */
static int named(struct run *run, int r)
{
	if (r < 0) {
		char text[sizeof run->db->error];
		memcpy(text, run->db->error, sizeof text);
		db_fail(run->db, r, "%s: %s", run->def->statement.name, text);
	}
	return db_result(run->db, r);
}

static void run_release(struct run *run)
{
	if (run->is_temporary && run->stmt)
		run->db->driver->discard(run->db, run->stmt);
	free(run->sql);
}

static int start(
	struct run *run, const struct q_order *order, const struct value *values, unsigned flags)
{
	struct value args[Q_MAX_PARAMS];
	int n = order ? order->n : 0;
	for (int i = 0; i < n; i++)
		args[i] = values[order->at[i]];
	if (run->def->writes)
		flags |= RUN_WRITES;
	return run->db->driver->start(run->db, run->stmt, args, n, flags);
}

/* variant: NULL for what is no list. On success the run is to be closed with run_end(). */
static int run_start(struct run *run, const void *in, struct q_variant *variant, unsigned flags)
{
	struct value values[Q_MAX_PARAMS];
	const struct q_def *def = run->def;
	const struct q_order *order = def->order;
	int r = db_ready(run->db);
	if (r < 0)
		return named(run, r);
	take_all(def, in, values);
	if (variant) {
		for (int i = 0; i < def->list->n_filters; i++)
			variant->filters |=
				is_given(&values[def->list->filters[i].param]) ? 1u << i : 0;
		variant->body = def->scope_param >= 0 && values[def->scope_param + 2].i != 0;
		r = prepare_list(run, *variant, &order);
	} else {
		r = prepare_plain(run);
	}
	if (r == 0)
		r = start(run, order, values, flags);
	if (r < 0)
		run_release(run);
	return named(run, r);
}

/* r: how the run went so far. Returns it, or the rows changed. */
static int64_t run_end(struct run *run, int r)
{
	named(run, r);
	int64_t changed = run->db->driver->finish(run->db, run->stmt);
	run_release(run);
	return r < 0 ? r : changed;
}

/* ---- rows ---- */

static void keep(struct db *db, struct value *v, bool copy)
{
	if (copy && (v->type == Q_TEXT || v->type == Q_BYTES))
		v->s.p = arena_copy(db->arena, v->s.p, v->s.n);
}

static int read_row(struct run *run, void *row, bool copy)
{
	const struct q_desc *desc = run->def->statement.row;
	for (size_t i = 0; i < desc->n; i++) {
		const struct q_col *c = &desc->cols[i];
		char *at = (char *)row + c->offset;
		struct value v = {.type = c->type};
		int r = run->db->driver->value(run->db, run->stmt, (int)i, c->type, &v);
		if (r < 0)
			return r;
		keep(run->db, &v, copy);
		if (c->type == Q_INT)
			memcpy(at, &v.i, sizeof v.i);
		else if (c->type == Q_FLOAT)
			memcpy(at, &v.f, sizeof v.f);
		else if (c->type == Q_BYTES)
			memcpy(at, &v.s, sizeof v.s);
		else
			memcpy(at, &v.s.p, sizeof v.s.p);
	}
	return 0;
}

static void need_arena(const struct db *db)
{
	if (!db->arena)
		log_die("a query returns rows, but db_use_arena() was not called");
}

/* Runs to the end: what a statement changed counts only when it got there. */
static int drain(struct run *run)
{
	int r = 1;
	while (r == 1)
		r = run->db->driver->next(run->db, run->stmt);
	return r;
}

int q_run_one(struct db *db, const struct q_def *def, const void *in, void *ret_row)
{
	struct run run = {.db = db, .def = def};
	_Alignas(16) char row[Q_ROW_MAX];
	need_arena(db);
	int r = run_start(&run, in, NULL, 0);
	if (r < 0)
		return r;
	r = db->driver->next(db, run.stmt);
	bool found = r == 1;
	if (found)
		r = read_row(&run, row, true);
	if (r == 0 && found && def->writes)
		r = drain(&run);
	r = (int)run_end(&run, r);
	if (r < 0 || !found)
		return r < 0 ? r : ERR_NOTFOUND;
	memcpy(ret_row, row, def->statement.row->row_size);
	return 0;
}

static void grow(struct db *db, struct q_rows *rows, size_t *cap, size_t row_size)
{
	if (rows->n < *cap)
		return;
	*cap = *cap ? *cap * 2 : 16;
	void *more = arena_alloc(db->arena, *cap * row_size);
	if (rows->n)
		memcpy(more, rows->at, rows->n * row_size);
	rows->at = more;
}

static int take_rows(struct run *run, struct q_rows *ret_rows)
{
	struct q_rows rows = {0};
	size_t cap = 0, size = run->def->statement.row->row_size;
	int r;
	need_arena(run->db);
	while ((r = run->db->driver->next(run->db, run->stmt)) == 1) {
		grow(run->db, &rows, &cap, size);
		r = read_row(run, (char *)rows.at + rows.n * size, true);
		if (r < 0)
			break;
		rows.n++;
	}
	r = (int)run_end(run, r);
	if (r < 0)
		return r;
	*ret_rows = rows;
	return 0;
}

int q_run_many(struct db *db, const struct q_def *def, const void *in, struct q_rows *ret_rows)
{
	struct run run = {.db = db, .def = def};
	int r = run_start(&run, in, NULL, 0);
	return r < 0 ? r : take_rows(&run, ret_rows);
}

int q_run_exec(struct db *db, const struct q_def *def, const void *in)
{
	struct run run = {.db = db, .def = def};
	int r = run_start(&run, in, NULL, 0);
	if (r < 0)
		return r;
	int64_t changed = run_end(&run, drain(&run));
	return changed > INT32_MAX ? INT32_MAX : (int)changed;
}

/* ---- many runs of one statement ---- */

struct bulk {
	struct run run;
	const char *ins;
	size_t in_size, n;
	/* either of the two, by the statement's kind; may be NULL */
	char *rows;
	bool *found;
	int *changed;
};

/* The i-th run has started. */
static int bulk_take(struct bulk *b, size_t i)
{
	struct run *run = &b->run;
	const struct q_desc *desc = run->def->statement.row;
	int r = run->db->driver->next(run->db, run->stmt);
	if (desc)
		b->found[i] = r == 1;
	if (desc && r == 1)
		r = read_row(run, b->rows + i * desc->row_size, true);
	if (r >= 0 && desc && b->found[i] && run->def->writes)
		r = drain(run);
	named(run, r);
	int64_t changed = run->db->driver->finish(run->db, run->stmt);
	if (b->changed)
		b->changed[i] = (int)changed;
	return r;
}

static void bulk_args(struct bulk *b, size_t i, struct value *ret_args, int *ret_n)
{
	struct value values[Q_MAX_PARAMS];
	const struct q_order *order = b->run.def->order;
	*ret_n = order ? order->n : 0;
	take_all(b->run.def, b->ins + i * b->in_size, values);
	for (int k = 0; k < *ret_n; k++)
		ret_args[k] = values[order->at[k]];
}

static int bulk_one_by_one(struct bulk *b)
{
	struct value args[Q_MAX_PARAMS];
	struct run *run = &b->run;
	unsigned flags = run->def->writes ? RUN_WRITES : 0;
	int n, r = 0;
	for (size_t i = 0; i < b->n && r == 0; i++) {
		bulk_args(b, i, args, &n);
		r = db_ready(run->db);
		if (r == 0)
			r = run->db->driver->start(run->db, run->stmt, args, n, flags);
		r = r < 0 ? named(run, r) : bulk_take(b, i);
	}
	return r;
}

static int bulk_piece(struct bulk *b, size_t from, size_t to)
{
	const struct driver *driver = b->run.db->driver;
	struct db *db = b->run.db;
	struct value args[Q_MAX_PARAMS];
	int n, r = driver->pipe_open(db, b->run.stmt);
	if (r < 0)
		return r;
	for (size_t i = from; i < to && r == 0; i++) {
		bulk_args(b, i, args, &n);
		r = db_ready(db);
		if (r == 0)
			r = driver->pipe_send(db, b->run.stmt, args, n);
	}
	int flushed = driver->pipe_flush(db);
	r = r < 0 ? r : flushed;
	for (size_t i = from; i < to && r == 0; i++) {
		r = driver->pipe_receive(db, b->run.stmt);
		if (r == 0)
			r = bulk_take(b, i);
	}
	int closed = driver->pipe_close(db);
	return r < 0 ? r : closed;
}

static int bulk_run(struct bulk *b)
{
	struct run *run = &b->run;
	int r = db_ready(run->db);
	if (run->db->depth == 0 && run->def->writes)
		return db_fail(run->db, ERR_BUG, "%s: many runs that write need a transaction",
			run->def->statement.name);
	if (r == 0)
		r = prepare_plain(run);
	if (r < 0)
		return named(run, r);
	if (!run->db->driver->pipe_open)
		r = bulk_one_by_one(b);
	else
		for (size_t i = 0; i < b->n && r == 0; i += PIPE_RUNS)
			r = named(run, bulk_piece(b, i,
				i + PIPE_RUNS < b->n ? i + PIPE_RUNS : b->n));
	run_release(run);
	return r;
}

int q_run_exec_bulk(struct db *db, const struct q_def *def, const void *ins, size_t in_size,
	size_t n, int *ret_changed)
{
	return bulk_run(&(struct bulk){.run = {.db = db, .def = def}, .ins = ins,
		.in_size = in_size, .n = n, .changed = ret_changed});
}

int q_run_one_bulk(struct db *db, const struct q_def *def, const void *ins, size_t in_size,
	size_t n, void *ret_rows, bool *ret_found)
{
	need_arena(db);
	return bulk_run(&(struct bulk){.run = {.db = db, .def = def}, .ins = ins,
		.in_size = in_size, .n = n, .rows = ret_rows, .found = ret_found});
}

static int walk(struct run *run, q_each_fn *each, void *arg)
{
	_Alignas(16) char row[Q_ROW_MAX];
	int r, answer = 0;
	while ((r = run->db->driver->next(run->db, run->stmt)) == 1) {
		r = read_row(run, row, false);
		if (r < 0)
			break;
		answer = each(arg, row);
		if (answer != 0) {
			r = 0;
			break;
		}
	}
	r = (int)run_end(run, r);
	return r < 0 ? r : answer;
}

int q_run_each(struct db *db, const struct q_def *def, const void *in, q_each_fn *each, void *arg)
{
	struct run run = {.db = db, .def = def};
	int r = run_start(&run, in, NULL, RUN_STREAMS);
	return r < 0 ? r : walk(&run, each, arg);
}

/* ---- lists ---- */

static int sort_of(const struct q_def *def, const char *name, int *ret_sort)
{
	int n = def->list->n_sorts, i = 0;
	if (!name || !*name) {
		*ret_sort = 0;
		return 0;
	}
	while (i < n && !streq(def->list->sorts[i].name, name))
		i++;
	if (i == n)
		return ERR_INVALID;
	*ret_sort = i;
	return 0;
}

int q_run_list(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	struct q_rows *ret_rows)
{
	struct run run = {.db = db, .def = def};
	struct q_variant variant = {.form = Q_ROWS};
	int r = sort_of(def, page->sort, &variant.sort);
	if (r == 0)
		r = run_start(&run, in, &variant, 0);
	return r < 0 ? r : take_rows(&run, ret_rows);
}

int q_run_count(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	int64_t *ret_n)
{
	struct run run = {.db = db, .def = def};
	struct q_variant variant = {.form = Q_COUNT};
	struct value v = {0};
	(void)page;
	int r = run_start(&run, in, &variant, 0);
	if (r < 0)
		return r;
	r = db->driver->next(db, run.stmt);
	if (r == 1)
		r = db->driver->value(db, run.stmt, 0, Q_INT, &v);
	r = (int)run_end(&run, r);
	if (r < 0)
		return r;
	*ret_n = v.i;
	return 0;
}

int q_run_walk(struct db *db, const struct q_def *def, const void *in, const struct page *page,
	q_each_fn *each, void *arg)
{
	struct run run = {.db = db, .def = def};
	struct q_variant variant = {.form = Q_WALK};
	int r = sort_of(def, page->sort, &variant.sort);
	if (r == 0)
		r = run_start(&run, in, &variant, RUN_STREAMS);
	return r < 0 ? r : walk(&run, each, arg);
}
