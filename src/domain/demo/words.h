/* Lists of words and tables, from data/demo/. */
#ifndef LUBAN_DEMO_WORDS_H
#define LUBAN_DEMO_WORDS_H

#include "base/arena.h"
#include "domain/demo/chance.h"

enum { WORD_LISTS_MAX = 24, TABLE_COLUMNS_MAX = 16 };

struct words {
	struct word_list {
		const char *key;
		const char **at;
		size_t n;
	} lists[WORD_LISTS_MAX];
	size_t n;
};

/* Rows of a table as texts; columns are known by the header. */
struct table {
	const char *columns[TABLE_COLUMNS_MAX];
	size_t n_columns, n;
	const char ***rows;
};

/* Assets are the program's own: a broken one is a bug and aborts. */
void table_read(struct arena *a, const char *asset, struct table *ret_table);
const char *table_at(const struct table *t, size_t row, const char *column);
int64_t table_int(const struct table *t, size_t row, const char *column);

void words_read(struct arena *a, struct words *ret_words);
const char *words_pick(const struct words *w, const char *key, struct chance *c);
/* A text of words between blanks. */
size_t words_split(struct arena *a, const char *text, const char ***ret_words);

#endif
