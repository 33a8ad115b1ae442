/* Word lists and tables out of the embedded data. */
#include "domain/demo/words.h"

#include "base/csv.h"
#include "base/log.h"
#include "conf/asset.h"

enum { ROWS_MAX = 512 };

static const char **texts_of(struct arena *a, const struct csv_row *row)
{
	const char **texts = arena_array(a, const char *, TABLE_COLUMNS_MAX);
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
		texts[i] = i < row->n ? arena_str(a, str_trim(row->fields[i])) : "";
	return texts;
}

void table_read(struct arena *a, const char *asset, struct table *ret_table)
{
	const struct asset *file = asset_find(asset);
	struct csv_row row;
	struct table t = {.rows = arena_array(a, const char **, ROWS_MAX)};
	if (!file)
		log_die("no %s in the program", asset);
	auto_csv csv = csv_new(file->bytes, ',');
	while (csv_next(csv, &row) == 1 && t.n < ROWS_MAX) {
		const char **texts = texts_of(a, &row);
		if (row.line > 1)
			t.rows[t.n++] = texts;
		for (size_t i = 0; row.line == 1 && i < row.n && i < TABLE_COLUMNS_MAX; i++)
			t.columns[t.n_columns++] = texts[i];
	}
	*ret_table = t;
}

const char *table_at(const struct table *t, size_t row, const char *column)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (streq(t->columns[i], column))
			return t->rows[row][i];
	log_die("no column %s", column);
}

int64_t table_int(const struct table *t, size_t row, const char *column)
{
	int64_t value = 0;
	return str_to_i64(str_of(table_at(t, row, column)), &value) ? value : 0;
}

size_t words_split(struct arena *a, const char *text, const char ***ret_words)
{
	size_t n = 0, cap = 1;
	for (const char *p = text; *p; p++)
		cap += *p == ' ';
	const char **at = arena_array(a, const char *, cap);
	struct str rest = str_of(text);
	while (rest.n) {
		struct str word = str_trim(str_cut(&rest, ' '));
		if (word.n)
			at[n++] = arena_str(a, word);
	}
	*ret_words = at;
	return n;
}

void words_read(struct arena *a, struct words *ret_words)
{
	struct table t;
	table_read(a, "data/demo/words.csv", &t);
	*ret_words = (struct words){0};
	for (size_t i = 0; i < t.n && i < WORD_LISTS_MAX; i++) {
		struct word_list *list = &ret_words->lists[ret_words->n++];
		list->key = table_at(&t, i, "key");
		list->n = words_split(a, table_at(&t, i, "words"), &list->at);
	}
}

const char *words_pick(const struct words *w, const char *key, struct chance *c)
{
	for (size_t i = 0; i < w->n; i++)
		if (streq(w->lists[i].key, key))
			return w->lists[i].at[chance_below(c, (int64_t)w->lists[i].n)];
	log_die("no words for %s", key);
}
