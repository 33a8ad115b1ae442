/* The table is made once, at the first text asked for, and only read after that. */
#include "core/message.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/asset.h"

struct entry {
	struct str id, text;
};

static struct {
	struct entry *at;
	size_t n, cap;
} table;

static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void add(struct entry e)
{
	if (table.n == table.cap) {
		table.cap = table.cap ? table.cap * 2 : 512;
		table.at = realloc(table.at, table.cap * sizeof *table.at);
		if (!table.at)
			log_die("out of memory: messages");
	}
	table.at[table.n++] = e;
}

static void read_lines(const struct asset *asset)
{
	struct str rest = asset->bytes;
	while (rest.n) {
		struct str text = str_cut(&rest, '\n');
		if (!str_trim(text).n || text.p[0] == '#')
			continue;
		struct str id = str_trim(str_cut(&text, '='));
		text = str_trim(text);
		if (!id.n || !text.n)
			log_die("%s: a line is not `id = text`: %.*s", asset->path, (int)id.n,
				id.p);
		add((struct entry){id, text});
	}
}

static int compare_id(struct str a, struct str b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *a, const void *b)
{
	return compare_id(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

static void make_table(void)
{
	size_t n;
	const struct asset *asset = asset_range("messages/zh-CN/", &n);
	for (size_t i = 0; i < n; i++)
		read_lines(&asset[i]);
	if (table.n)
		qsort(table.at, table.n, sizeof *table.at, compare_entries);
	for (size_t i = 1; i < table.n; i++) {
		struct str id = table.at[i].id;
		if (str_eq(table.at[i - 1].id, id))
			log_die("message %.*s is there twice", (int)id.n, id.p);
	}
}

void message_load(void)
{
	pthread_once(&table_once, make_table);
}

static const struct entry *find(const char *id)
{
	struct entry key = {.id = str_of(id)};
	message_load();
	return table.n ? bsearch(&key, table.at, table.n, sizeof key, compare_entries) : NULL;
}

enum { TEXT_MAX = 16 * 1024 };

static void put_filled(struct buf *b, struct str text, const char *const *args)
{
	while (text.n) {
		size_t i = text.n >= 3 && text.p[0] == '{' && text.p[2] == '}'
			? (size_t)(text.p[1] - '0') : PROBLEM_ARGS;
		size_t step = i < PROBLEM_ARGS ? 3 : 1;
		if (step == 1)
			buf_putc(b, text.p[0]);
		else if (args && args[i])
			buf_puts(b, args[i]);
		text = (struct str){text.p + step, text.n - step};
	}
}

const char *message_text(struct arena *a, const char *id, const char *const *args)
{
	if (!id)
		return "";
	const struct entry *e = find(id);
	if (!e)
		return arena_dup(a, id);
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	put_filled(&b, e->text, args);
	return arena_str(a, buf_view(&b));
}

const char *problem_text(struct ctx *cx)
{
	return message_text(cx->arena, cx->problem.id, cx->problem.args);
}

const char *field_problem_text(struct ctx *cx, const struct field_problem *p)
{
	return message_text(cx->arena, p->id, p->args);
}
