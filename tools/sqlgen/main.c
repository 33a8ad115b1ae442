/* The order of work, and what all parts share: errors and files. */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlgen.h"

struct arena *mem;
static int errors;

void bad(const char *path, int line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "%s:%d: error: %s\n", path, line, arena_vprintf(mem, fmt, ap));
	va_end(ap);
	errors++;
}

void bad_query(struct query *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	bad(q->room->path, q->line, "%s: %s", q->name, arena_vprintf(mem, fmt, ap));
	va_end(ap);
	q->is_bad = true;
}

struct str read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	auto_buf b;
	char chunk[8192];
	buf_init(&b, 16 * 1024 * 1024);
	for (size_t n; f && (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
		buf_put(&b, chunk, n);
	if (!f || ferror(f) || b.full)
		bad(path, 1, "cannot be read");
	if (f)
		fclose(f);
	return (struct str){arena_str(mem, buf_view(&b)), b.n};
}

int line_of(struct str whole, const char *at)
{
	int line = 1;
	for (const char *p = whole.p; p < at; p++)
		line += *p == '\n';
	return line;
}

static int is_sql(const struct dirent *e)
{
	return e->d_name[0] != '.' && str_ends(str_of(e->d_name), ".sql");
}

const char *const *sql_files(const char *folder, int *ret_n)
{
	struct dirent **found = NULL;
	int n = scandir(folder, &found, is_sql, alphasort);
	n = n < 0 ? 0 : n;
	const char **names = arena_array(mem, const char *, n + 1);
	for (int i = 0; i < n; i++) {
		names[i] = arena_dup(mem, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	*ret_n = n;
	return names;
}

static bool is_duplicate(const struct query *first, const struct query *q)
{
	for (const struct query *o = first; o != q; o = o->next)
		if (streq(o->name, q->name))
			return true;
	return false;
}

static void process(struct query *first, sqlite3 *schema)
{
	for (struct query *q = first; q; q = q->next) {
		if (is_duplicate(first, q))
			bad_query(q, "this name is taken");
		if (!q->is_bad)
			text_build(q);
		if (!q->is_bad)
			check_query(q, schema);
	}
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: sqlgen OUT MIGRATIONS QUERIES\n");
		return 2;
	}
	mem = arena_new((size_t)1 << 30);
	sqlite3 *schema = schema_build(argv[2]);
	int n;
	const char *const *files = sql_files(argv[3], &n);
	struct room *rooms = arena_array(mem, struct room, n + 1);
	struct query *first = NULL, **last = &first;
	for (int i = 0; i < n; i++) {
		size_t stem = strlen(files[i]) - strlen(".sql");
		rooms[i].name = arena_str(mem, (struct str){files[i], stem});
		rooms[i].path = arena_printf(mem, "%s/%s", argv[3], files[i]);
		parse_room(&rooms[i], &last);
	}
	process(first, schema);
	for (int i = 0; i < n && !errors; i++)
		emit_room(argv[1], &rooms[i], first);
	if (!errors)
		emit_all(argv[1], first);
	sqlite3_close(schema);
	return errors ? 1 : 0;
}
