/* Turns a body as written into the texts that are put together at run time: names of parameters
 * become {N}, marks are written out, comments and line breaks go. Refuses what one of the engines,
 * or a sharded one, cannot do. */
#include <string.h>
#include <strings.h>

#include "sqlgen.h"
#include "store/sqltext.h"

static const char *const forbidden_words[] = {"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME",
	"LOCALTIME", "LOCALTIMESTAMP", "SKIP", "AUTOINCREMENT", "TRIGGER", "PRAGMA", "ROWID", "OID",
	"GLOB", "REGEXP", "ILIKE", "CREATE", "DROP", "ALTER", "BEGIN", "COMMIT", "ROLLBACK",
	"SAVEPOINT", "GROUPING", "COLLATE", "INDEXED", NULL};
static const char *const forbidden_functions[] = {"now", "random", "randomblob", "date", "time",
	"datetime", "julianday", "strftime", "unixepoch", "ifnull", "iif", "instr", "group_concat",
	"string_agg", "printf", "format", "typeof", "quote", "hex", "unhex", "char", "chr",
	"unicode", "last_insert_rowid", "changes", "total_changes", "total", "glob", "zeroblob",
	"greatest", "least", "position", "strpos", "nextval", "to_char", "md5", "concat", "left",
	"right", "json", "json_extract", "json_each", "array_agg", "unnest", "generate_series",
	"clock_timestamp", "gen_random_uuid", "pg_advisory_lock", "pg_advisory_xact_lock", "likely",
	"unlikely", "extract", NULL};

struct writer {
	struct query *q;
	struct buf *out;
	struct buf parts[3]; /* of a list: with, columns, from */
	int part;
	int depth;
	struct sql_token before; /* the last token but space */
	bool is_over; /* {sort} was met */
};

static bool is_one_of(struct sql_token t, const char *const *words)
{
	for (; *words; words++)
		if (sql_is(t, *words))
			return true;
	return false;
}

static bool is_punct(struct sql_token t, const char *p)
{
	return t.kind == SQL_PUNCT && str_is(t.text, p);
}

static int param_add(struct query *q, const char *name, enum q_type type, bool is_internal)
{
	if (q->n_params == Q_MAX_PARAMS) {
		bad_query(q, "too many parameters");
		return 0;
	}
	q->params[q->n_params] = (struct param){.name = name,
		.type = type,
		.is_typed = is_internal,
		.is_used = true,
		.is_internal = is_internal};
	return q->n_params++;
}

static int param_named(struct query *q, struct str name)
{
	for (int i = 0; i < q->n_params; i++) {
		if (!q->params[i].is_internal && str_is(name, q->params[i].name)) {
			q->params[i].is_used = true;
			return i;
		}
	}
	if (str_is(name, "scope") || str_is(name, "page"))
		bad_query(q, ":%.*s is reserved", (int)name.n, name.p);
	return param_add(q, arena_str(mem, name), Q_INT, false);
}

static void put_scope(struct writer *w, struct str alias)
{
	struct query *q = w->q;
	if (q->scope_param < 0) {
		q->scope_param = param_add(q, "scope.lo", Q_TEXT, true);
		param_add(q, "scope.hi", Q_TEXT, true);
		param_add(q, "scope.body_id", Q_INT, true);
	}
	const char *dot = alias.n ? arena_printf(mem, "%.*s.", (int)alias.n, alias.p) : "";
	int lo = q->scope_param, hi = lo + 1, body = lo + 2;
	buf_printf(w->out, "(%sregion >= {%d} AND %sregion < {%d}", dot, lo, dot, hi);
	if (q->kind == LIST)
		buf_printf(w->out, "{body %s}", dot);
	else
		buf_printf(w->out, " AND ({%d} = 0 OR %sbody_id = {%d})", body, dot, body);
	buf_puts(w->out, ")");
}

/* {sort} may stand with or without ORDER BY before it. */
static void cut_order_by(struct writer *w)
{
	struct str s = str_trim(buf_view(w->out));
	static const char order_by[] = "ORDER BY";
	size_t n = sizeof order_by - 1;
	if (s.n > n && strncasecmp(s.p + s.n - n, order_by, n) == 0)
		s.n -= n;
	w->out->n = str_trim(s).n;
	w->out->p[w->out->n] = 0;
}

static void put_brace(struct writer *w, struct str brace)
{
	struct str rest = {brace.p + 1, brace.n - 2};
	struct str word = str_cut(&rest, ' ');
	bool is_list = w->q->kind == LIST;
	if (str_is(word, "scope")) {
		put_scope(w, str_trim(rest));
	} else if (is_list && str_is(word, "filters") && w->depth == 0 && w->part == 2) {
		buf_puts(w->out, "{filters}");
	} else if (is_list && str_is(word, "sort") && w->depth == 0 && w->part == 2) {
		cut_order_by(w);
		w->is_over = true;
	} else if (str_is(word, "share") && rest.n && !is_list && w->q->kind != EACH &&
		w->depth == 0) {
		buf_str(w->out, brace);
	} else {
		bad_query(w->q, "%.*s is not known here", (int)brace.n, brace.p);
	}
}

static void check_word(struct writer *w, struct sql_token t)
{
	static const char *const dml[] = {"INSERT", "UPDATE", "DELETE", NULL};
	if (is_one_of(t, forbidden_words))
		bad_query(w->q, "%.*s is not allowed", (int)t.text.n, t.text.p);
	if (w->depth > 0 && is_one_of(t, dml) && !sql_is(w->before, "DO"))
		bad_query(w->q, "%.*s within parentheses is not allowed", (int)t.text.n, t.text.p);
	if (sql_is(w->before, "INSERT") && sql_is(t, "OR"))
		bad_query(w->q, "write ON CONFLICT, not INSERT OR");
	if (w->q->kind == LIST && w->depth == 0 && sql_is(t, "LIMIT"))
		bad_query(w->q, "a list gets its LIMIT from its page");
}

/* The sections of a list change at the outermost SELECT and FROM. */
static void turn_part(struct writer *w, struct sql_token t)
{
	static const char *const sets[] = {"UNION", "INTERSECT", "EXCEPT", NULL};
	if (w->q->kind != LIST || w->depth > 0)
		return;
	if (w->part < 2 && sql_is(t, w->part == 0 ? "SELECT" : "FROM"))
		w->out = &w->parts[++w->part];
	if (w->part == 1 && sql_is(t, "DISTINCT"))
		w->q->counts_whole = true;
	if (is_one_of(t, sets))
		bad_query(w->q, "a list is one SELECT; put the %.*s in a WITH", (int)t.text.n,
			t.text.p);
}

static void put_punct(struct writer *w, struct sql_token t)
{
	if (is_punct(t, "::") || is_punct(t, "?") || is_punct(t, "$"))
		bad_query(w->q, "%.*s is not allowed", (int)t.text.n, t.text.p);
	if (is_punct(t, "(") && w->before.kind == SQL_WORD &&
		is_one_of(w->before, forbidden_functions))
		bad_query(w->q, "%.*s() is not allowed", (int)w->before.text.n, w->before.text.p);
	w->depth += is_punct(t, "(") - is_punct(t, ")");
	buf_str(w->out, t.text);
}

static void put_token(struct writer *w, struct sql_token t)
{
	switch (t.kind) {
	case SQL_SPACE:
		if (w->out->n && w->out->p[w->out->n - 1] != ' ')
			buf_putc(w->out, ' ');
		break;
	case SQL_PARAM:
		buf_printf(w->out, "{%d}",
			param_named(w->q, (struct str){t.text.p + 1, t.text.n - 1}));
		break;
	case SQL_BRACE:
		put_brace(w, t.text);
		break;
	case SQL_PUNCT:
		put_punct(w, t);
		break;
	case SQL_QUOTED:
		if (memchr(t.text.p, '{', t.text.n))
			bad_query(w->q, "no { in a text: give it as a parameter");
		buf_str(w->out, t.text);
		break;
	default:
		if (t.kind == SQL_WORD) {
			check_word(w, t);
			turn_part(w, t);
		}
		buf_str(w->out, t.text);
	}
}

static void write_text(struct writer *w, struct str text)
{
	for (struct sql_token t = sql_next(&text); t.kind != SQL_END; t = sql_next(&text)) {
		if (w->is_over && t.kind != SQL_SPACE) {
			bad_query(w->q, "nothing may follow {sort}");
			return;
		}
		put_token(w, t);
		if (t.kind != SQL_SPACE)
			w->before = t;
	}
}

/* A filter or a sort: what it mentions first is its first parameter. */
static const char *fragment(struct query *q, const char *text, int *ret_param)
{
	auto_buf out;
	buf_init(&out, Q_TEXT_MAX);
	struct writer w = {.q = q, .out = &out, .part = 2};
	struct str rest = str_of(text);
	*ret_param = -1;
	for (struct sql_token t = sql_next(&rest); t.kind != SQL_END; t = sql_next(&rest)) {
		if (t.kind == SQL_PARAM && *ret_param < 0)
			*ret_param = param_named(q, (struct str){t.text.p + 1, t.text.n - 1});
	}
	write_text(&w, str_of(text));
	if (w.is_over || w.depth)
		bad_query(q, "%s: not a whole expression", text);
	return arena_str(mem, str_trim(buf_view(&out)));
}

static void finish_list(struct writer *w)
{
	struct query *q = w->q;
	int ignored;
	for (int i = 0; i < q->n_filters; i++) {
		const char *text = q->filters[i].sql;
		q->filters[i].sql = fragment(q, text, &q->filters[i].param);
		if (q->filters[i].param < 0)
			bad_query(q, "the filter %s has no parameter", text);
	}
	for (int i = 0; i < q->n_sorts; i++)
		q->sorts[i].sql = fragment(q, q->sorts[i].sql, &ignored);
	q->page_param = param_add(q, "page.limit", Q_INT, true);
	param_add(q, "page.offset", Q_INT, true);
	q->with = arena_str(mem, buf_view(&w->parts[0]));
	q->columns_text = arena_str(mem, str_trim(buf_view(&w->parts[1])));
	q->from = arena_str(mem, str_trim(buf_view(&w->parts[2])));
	if (q->n_sorts == 0)
		bad_query(q, "a list needs a -- sort: line");
	if (!w->is_over || (q->n_filters > 0) != (strstr(q->from, "{filters}") != NULL))
		bad_query(q, "a list ends in {sort}, and has {filters} when it declares any");
}

void text_build(struct query *q)
{
	struct str rest = buf_view(&q->body), statement, more;
	if (!sql_statement(&rest, &statement)) {
		bad_query(q, "no SQL");
		return;
	}
	if (sql_statement(&rest, &more))
		bad_query(q, "more than one statement");
	struct writer w = {.q = q};
	for (int i = 0; i < 3; i++)
		buf_init(&w.parts[i], Q_TEXT_MAX);
	w.out = &w.parts[0];
	write_text(&w, statement);
	if (q->kind == LIST)
		finish_list(&w);
	else
		q->text = arena_str(mem, str_trim(buf_view(&w.parts[0])));
	for (int i = 0; i < 3; i++) {
		if (w.parts[i].full)
			bad_query(q, "too long");
		buf_fini(&w.parts[i]);
	}
}
