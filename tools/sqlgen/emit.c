/* Writes query/ROOM.h (structs and macros), query/ROOM.c (tables) and query/all.c (the list of
 * all). A file is left alone when it would not change, so that nothing is compiled for nothing. */
#include <stdio.h>
#include <string.h>

#include "sqlgen.h"

static const char *const c_types[] = {[Q_INT] = "int64_t ",
	[Q_TEXT] = "const char *",
	[Q_BYTES] = "struct str ",
	[Q_FLOAT] = "double "};
static const char *const c_names[] = {
	[Q_INT] = "Q_INT", [Q_TEXT] = "Q_TEXT", [Q_BYTES] = "Q_BYTES", [Q_FLOAT] = "Q_FLOAT"};

static void save(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "rb");
	if (f) {
		fclose(f);
		if (str_eq(read_file(path), buf_view(text)))
			return;
	}
	f = fopen(path, "wb");
	if (!f || text->full || fwrite(text->p, 1, text->n, f) != text->n)
		bad(path, 0, "cannot be written");
	if (f && fclose(f) != 0)
		bad(path, 0, "cannot be written");
}

static void put_literal(struct buf *b, const char *text)
{
	buf_putc(b, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		if (*text == '\n')
			buf_puts(b, "\\n");
		else
			buf_putc(b, *text);
	}
	buf_putc(b, '"');
}

static bool has_input(const struct query *q)
{
	return q->n_params > 0;
}

static void put_row_struct(struct buf *b, const struct query *q)
{
	buf_printf(b, "struct q_%s {\n", q->name);
	for (int i = 0; i < q->n_columns; i++)
		buf_printf(b, "\t%s%s;\n", c_types[q->columns[i].type], q->columns[i].name);
	buf_printf(b, "};\nextern const struct q_desc q_%s_desc;\n", q->name);
	if (q->kind == MANY || q->kind == LIST)
		buf_printf(b, "struct q_%s_rows {\n\tstruct q_%s *at;\n\tsize_t n;\n};\n", q->name,
			q->name);
	if (q->kind == EACH || q->kind == LIST)
		buf_printf(b, "typedef int q_%s_each(void *arg, const struct q_%s *row);\n",
			q->name, q->name);
}

static void put_in_struct(struct buf *b, const struct query *q)
{
	buf_printf(b, "struct q_%s_in {\n", q->name);
	for (int i = 0; i < q->n_params; i++)
		if (!q->params[i].is_internal)
			buf_printf(b, "\t%s%s;\n", c_types[q->params[i].type], q->params[i].name);
	if (q->scope_param >= 0)
		buf_puts(b, "\tstruct scope scope;\n");
	if (q->kind == LIST)
		buf_puts(b, "\tstruct page page;\n");
	buf_puts(b, "};\n");
}

/* One function of a query: its name's ending, its outputs as parameters and as macro arguments. */
struct function {
	const char *ending, *outputs, *names;
};

static const struct function *functions_of(enum kind kind, size_t *ret_n)
{
	static const struct function one[] = {{"", "struct q_% *ret_row", "ret_row"}};
	static const struct function many[] = {{"", "struct q_%_rows *ret_rows", "ret_rows"}};
	static const struct function exec[] = {{"", "", ""}};
	static const struct function each[] = {{"", "q_%_each *each, void *arg", "each, arg"}};
	static const struct function list[] = {
		{"", "struct q_%_rows *ret_rows", "ret_rows"},
		{"_count", "int64_t *ret_n", "ret_n"},
		{"_walk", "q_%_each *each, void *arg", "each, arg"},
	};
	static const struct function *const all[] = {
		[ONE] = one, [MANY] = many, [EXEC] = exec, [EACH] = each, [LIST] = list};
	*ret_n = kind == LIST ? 3 : 1;
	return all[kind];
}

/* % stands for the query's name. */
static void put_outputs(struct buf *b, const struct function *f, const char *name)
{
	struct str rest = str_of(f->outputs);
	while (rest.n) {
		buf_str(b, str_cut(&rest, '%'));
		if (rest.n)
			buf_puts(b, name);
	}
}

static void put_signature(struct buf *b, const struct query *q, const struct function *f)
{
	buf_printf(b, "int q_%s%s_(struct db *db", q->name, f->ending);
	if (has_input(q))
		buf_printf(b, ", const struct q_%s_in *in", q->name);
	if (*f->outputs)
		buf_puts(b, ", ");
	put_outputs(b, f, q->name);
	buf_puts(b, ")");
}

static void put_declaration(struct buf *b, const struct query *q, const struct function *f)
{
	put_signature(b, q, f);
	const char *comma = *f->names ? ", " : "";
	buf_puts(b, " MUST_CHECK;\n");
	if (has_input(q))
		buf_printf(b,
			"#define q_%s%s(db_%s%s, ...) q_%s%s_((db_), &(const struct "
			"q_%s_in){__VA_ARGS__}%s%s)\n",
			q->name, f->ending, comma, f->names, q->name, f->ending, q->name, comma,
			f->names);
	else
		buf_printf(b, "#define q_%s%s(db_%s%s) q_%s%s_((db_)%s%s)\n", q->name, f->ending,
			comma, f->names, q->name, f->ending, comma, f->names);
}

static bool has_bulk(const struct query *q)
{
	return has_input(q) && (q->kind == ONE || q->kind == EXEC);
}

static void put_bulk_signature(struct buf *b, const struct query *q)
{
	buf_printf(b, "int q_%s_bulk(struct db *db, const struct q_%s_in *ins, size_t n, ", q->name,
		q->name);
	if (q->kind == ONE)
		buf_printf(b, "struct q_%s *ret_rows, bool *ret_found)", q->name);
	else
		buf_puts(b, "int *ret_changed)");
}

static void put_bulk(struct buf *b, const struct query *q)
{
	if (!has_bulk(q))
		return;
	buf_puts(b, "\n");
	put_bulk_signature(b, q);
	buf_printf(b, "\n{\n\treturn q_run_%s_bulk(db, &q_%s_def, ins, sizeof *ins, n, %s);\n}\n",
		q->kind == ONE ? "one" : "exec", q->name,
		q->kind == ONE ? "ret_rows, ret_found" : "ret_changed");
}

static void put_header(struct buf *b, const struct query *q)
{
	size_t n;
	const struct function *f = functions_of(q->kind, &n);
	buf_printf(b, "\n/* line %d */\n", q->line);
	if (q->kind != EXEC)
		put_row_struct(b, q);
	if (has_input(q))
		put_in_struct(b, q);
	for (size_t i = 0; i < n; i++)
		put_declaration(b, q, &f[i]);
	if (has_bulk(q)) {
		put_bulk_signature(b, q);
		buf_puts(b, " MUST_CHECK;\n");
	}
}

static void put_tables(struct buf *b, const struct query *q)
{
	if (q->kind != EXEC) {
		buf_printf(b, "static const struct q_col %s_cols[] = {\n", q->name);
		for (int i = 0; i < q->n_columns; i++)
			buf_printf(b, "\t{\"%s\", %s, offsetof(struct q_%s, %s)},\n",
				q->columns[i].name, c_names[q->columns[i].type], q->name,
				q->columns[i].name);
		buf_printf(b,
			"};\nconst struct q_desc q_%s_desc = {\"%s\", %s_cols, %d, sizeof(struct "
			"q_%s)};\n",
			q->name, q->name, q->name, q->n_columns, q->name);
	}
	if (!has_input(q))
		return;
	buf_printf(b, "static const struct q_param %s_params[] = {\n", q->name);
	for (int i = 0; i < q->n_params; i++)
		buf_printf(b, "\t{\"%s\", %s, offsetof(struct q_%s_in, %s)},\n", q->params[i].name,
			c_names[q->params[i].type], q->name, q->params[i].name);
	buf_puts(b, "};\n");
}

static void put_list(struct buf *b, const struct query *q)
{
	if (q->n_filters)
		buf_printf(b, "static const struct q_filter %s_filters[] = {\n", q->name);
	for (int i = 0; i < q->n_filters; i++) {
		buf_puts(b, "\t{");
		put_literal(b, q->filters[i].sql);
		buf_printf(b, ", %d},\n", q->filters[i].param);
	}
	buf_printf(b, "%sstatic const struct q_sort %s_sorts[] = {\n", q->n_filters ? "};\n" : "",
		q->name);
	for (int i = 0; i < q->n_sorts; i++) {
		buf_printf(b, "\t{\"%s\", ", q->sorts[i].name);
		put_literal(b, q->sorts[i].sql);
		buf_puts(b, "},\n");
	}
	buf_printf(b, "};\nstatic const struct q_list %s_list = {\n\t.with = ", q->name);
	put_literal(b, q->with);
	buf_puts(b, ",\n\t.columns = ");
	put_literal(b, q->columns_text);
	buf_puts(b, ",\n\t.from = ");
	put_literal(b, q->from);
	if (q->n_filters)
		buf_printf(b, ",\n\t.filters = %s_filters, .n_filters = %d", q->name, q->n_filters);
	buf_printf(b, ",\n\t.sorts = %s_sorts, .n_sorts = %d, .counts_whole = %d,\n};\n", q->name,
		q->n_sorts, q->counts_whole);
}

static void put_text(struct buf *b, const struct query *q, enum db_kind kind)
{
	auto_buf sql;
	struct q_order order = {.n = 0};
	uint32_t all = q->n_filters ? UINT32_MAX >> (32 - q->n_filters) : 0;
	buf_init(&sql, Q_TEXT_MAX);
	if (q->kind == LIST)
		q_list_text(query_def(q), kind,
			(struct q_variant){Q_ROWS, all, 0, q->scope_param >= 0}, &sql, &order);
	else
		q_expand(q->text, kind, &sql, &order);
	put_literal(b, buf_z(&sql));
}

static int index_of(const struct query *all, const struct query *q)
{
	int i = 0;
	for (; all != q; all = all->next)
		i++;
	return i;
}

/* The numbers in a plain statement's text: order of mention, which is not the order of the declared
 * parameters. */
static void put_order(struct buf *b, const struct query *q)
{
	auto_buf sql;
	struct q_order order = {.n = 0};
	buf_init(&sql, Q_TEXT_MAX);
	if (q->kind == LIST || !has_input(q))
		return;
	q_expand(q->text, DB_SQLITE, &sql, &order);
	buf_printf(b, "static const struct q_order %s_order = {.n = %d, .at = {", q->name, order.n);
	for (int i = 0; i < order.n; i++)
		buf_printf(b, "%s%d", i ? ", " : "", order.at[i]);
	buf_puts(b, "}};\n");
}

static void put_def(struct buf *b, const struct query *q, int index)
{
	put_order(b, q);
	buf_printf(b, "const struct q_def q_%s_def = {\n\t.statement = {\"%s\",\n\t\t", q->name,
		q->name);
	put_text(b, q, DB_SQLITE);
	buf_puts(b, ",\n\t\t");
	put_text(b, q, DB_POSTGRES);
	if (q->kind == EXEC)
		buf_puts(b, ",\n\t\tNULL},\n");
	else
		buf_printf(b, ",\n\t\t&q_%s_desc},\n", q->name);
	buf_printf(b, "\t.index = %d, .writes = %d, .scope_param = %d, .page_param = %d,\n", index,
		q->writes, q->scope_param, q->page_param);
	if (has_input(q))
		buf_printf(b, "\t.params = %s_params, .n_params = %d,\n", q->name, q->n_params);
	if (q->kind == LIST)
		buf_printf(b, "\t.list = &%s_list,\n", q->name);
	else if (has_input(q))
		buf_printf(b, "\t.order = &%s_order,\n", q->name);
	buf_puts(b, "};\n");
}

static void put_rows_body(struct buf *b, const struct query *q, const char *call)
{
	buf_printf(b, "\tstruct q_rows rows;\n\tint r = %s, &rows);\n", call);
	buf_printf(b,
		"\tif (r == 0)\n\t\t*ret_rows = (struct q_%s_rows){rows.at, rows.n};\n\treturn "
		"r;\n",
		q->name);
}

static void put_function(struct buf *b, const struct query *q, const struct function *f)
{
	static const char *const verbs[] = {
		[ONE] = "one", [MANY] = "many", [EXEC] = "exec", [EACH] = "each", [LIST] = "list"};
	const char *verb = *f->ending ? f->ending + 1 : verbs[q->kind];
	const char *call = arena_printf(mem, "q_run_%s(db, &q_%s_def, %s%s", verb, q->name,
		has_input(q) ? "in" : "NULL", q->kind == LIST ? ", &in->page" : "");
	buf_puts(b, "\n");
	put_signature(b, q, f);
	buf_puts(b, "\n{\n");
	if (streq(f->names, "ret_rows"))
		put_rows_body(b, q, call);
	else if (streq(f->names, "each, arg"))
		buf_printf(b, "\treturn %s, (q_each_fn *)(void (*)(void))each, arg);\n", call);
	else
		buf_printf(b, "\treturn %s%s%s);\n", call, *f->names ? ", " : "", f->names);
	buf_puts(b, "}\n");
}

static void put_source(struct buf *b, const struct query *all, const struct query *q)
{
	size_t n;
	const struct function *f = functions_of(q->kind, &n);
	buf_puts(b, "\n");
	put_tables(b, q);
	if (q->kind == LIST)
		put_list(b, q);
	buf_printf(b, "extern const struct q_def q_%s_def;\n", q->name);
	put_def(b, q, index_of(all, q));
	for (size_t i = 0; i < n; i++)
		put_function(b, q, &f[i]);
	put_bulk(b, q);
}

void emit_room(const char *out, const struct room *room, const struct query *all)
{
	auto_buf h, c;
	buf_init(&h, 16 * 1024 * 1024);
	buf_init(&c, 16 * 1024 * 1024);
	buf_printf(&h,
		"/* Made by sqlgen from %s.sql. */\n#ifndef LUBAN_QUERY_%s_H\n#define "
		"LUBAN_QUERY_%s_H\n\n",
		room->name, room->name, room->name);
	buf_puts(&h, "#include \"base/err.h\"\n#include \"store/query.h\"\n");
	buf_printf(&c,
		"/* Made by sqlgen from %s.sql. */\n#include \"query/%s.h\"\n\n#include "
		"\"store/statement.h\"\n",
		room->name, room->name);
	for (const struct query *q = all; q; q = q->next) {
		if (q->room != room)
			continue;
		put_header(&h, q);
		put_source(&c, all, q);
	}
	buf_puts(&h, "\n#endif\n");
	save(arena_printf(mem, "%s/%s.h", out, room->name), &h);
	save(arena_printf(mem, "%s/%s.c", out, room->name), &c);
}

void emit_all(const char *out, const struct query *all)
{
	auto_buf b;
	size_t n = 0;
	buf_init(&b, 16 * 1024 * 1024);
	buf_puts(&b,
		"/* Made by sqlgen: every statement of the program. */\n#include "
		"\"store/statement.h\"\n\n");
	for (const struct query *q = all; q; q = q->next, n++)
		buf_printf(&b, "extern const struct q_def q_%s_def;\n", q->name);
	buf_puts(&b, "\nconst struct q_statement *const q_statements[] = {\n");
	for (const struct query *q = all; q; q = q->next)
		buf_printf(&b, "\t&q_%s_def.statement,\n", q->name);
	buf_printf(&b, "\tNULL,\n};\nconst size_t q_statements_n = %zu;\n", n);
	save(arena_printf(mem, "%s/all.c", out), &b);
}
