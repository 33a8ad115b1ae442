#include "store/sqltext.h"

#include <string.h>
#include <strings.h>

static bool is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t span_word(struct str s, size_t i)
{
	while (i < s.n && (is_word_start(s.p[i]) || is_digit(s.p[i])))
		i++;
	return i;
}

static size_t span_until(struct str s, size_t i, char end)
{
	while (i < s.n && s.p[i] != end)
		i++;
	return i < s.n ? i + 1 : i;
}

static size_t span_quoted(struct str s)
{
	size_t i = span_until(s, 1, s.p[0]);
	while (i < s.n && s.p[i] == s.p[0])
		i = span_until(s, i + 1, s.p[0]);
	return i;
}

/* White space and comments from i on; i itself when there are none. */
static size_t span_space(struct str s, size_t i)
{
	for (;;) {
		if (i < s.n && strchr(" \t\r\n", s.p[i]) && s.p[i]) {
			i++;
		} else if (i + 1 < s.n && memcmp(s.p + i, "--", 2) == 0) {
			i = span_until(s, i, '\n');
		} else if (i + 1 < s.n && memcmp(s.p + i, "/*", 2) == 0) {
			const char *end = memmem(s.p + i + 2, s.n - i - 2, "*/", 2);
			i = end ? (size_t)(end - s.p) + 2 : s.n;
		} else {
			return i;
		}
	}
}

static size_t span_number(struct str s)
{
	size_t i = 0;
	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'))
		i++;
	return i;
}

static enum sql_kind measure(struct str s, size_t *ret_n)
{
	char c = s.p[0];
	size_t n = span_space(s, 0);
	enum sql_kind kind = SQL_SPACE;
	if (n > 0) {
		;
	} else if (is_word_start(c)) {
		n = span_word(s, 0);
		kind = SQL_WORD;
	} else if (c == '\'' || c == '"') {
		n = span_quoted(s);
		kind = SQL_QUOTED;
	} else if (is_digit(c)) {
		n = span_number(s);
		kind = SQL_NUMBER;
	} else if (c == ':' && s.n > 1 && is_word_start(s.p[1])) {
		n = span_word(s, 1);
		kind = SQL_PARAM;
	} else if (c == '{') {
		n = span_until(s, 1, '}');
		kind = SQL_BRACE;
	} else {
		n = s.n > 1 && memcmp(s.p, "::", 2) == 0 ? 2 : 1;
		kind = SQL_PUNCT;
	}
	*ret_n = n;
	return kind;
}

struct sql_token sql_next(struct str *text)
{
	struct sql_token t = {SQL_END, {text->p, 0}};
	if (text->n == 0)
		return t;
	t.kind = measure(*text, &t.text.n);
	text->p += t.text.n;
	text->n -= t.text.n;
	return t;
}

struct sql_token sql_next_word(struct str *text)
{
	struct sql_token t = sql_next(text);
	while (t.kind == SQL_SPACE)
		t = sql_next(text);
	return t;
}

bool sql_is(struct sql_token token, const char *word)
{
	return strlen(word) == token.text.n && strncasecmp(token.text.p, word, token.text.n) == 0;
}

bool sql_statement(struct str *text, struct str *ret_statement)
{
	struct sql_token t = sql_next_word(text);
	while (t.kind == SQL_PUNCT && t.text.p[0] == ';')
		t = sql_next_word(text);
	if (t.kind == SQL_END)
		return false;
	const char *from = t.text.p;
	while (t.kind != SQL_END && !(t.kind == SQL_PUNCT && t.text.p[0] == ';'))
		t = sql_next(text);
	*ret_statement = str_trim((struct str){from, (size_t)(t.text.p - from)});
	return true;
}

struct translation {
	const char *from, *to;
};

static const struct translation for_sqlite[] = {
	{"INT8", "INTEGER"}, {"BYTEA", "BLOB"}, {"FLOAT8", "REAL"}, {NULL, NULL}};
static const struct translation for_postgres[] = {{"TEXT", "TEXT COLLATE \"C\""}, {NULL, NULL}};

/* A type stands after a column's name: a word after ( or , is a column that is called like a type.
 */
static void put_token(
	struct buf *out, struct sql_token t, enum sql_kind before, const struct translation *table)
{
	for (; t.kind == SQL_WORD && before == SQL_WORD && table->from; table++) {
		if (sql_is(t, table->from)) {
			buf_puts(out, table->to);
			return;
		}
	}
	buf_str(out, t.text);
}

static bool is_ddl(struct str statement, const char *verb)
{
	return sql_is(sql_next_word(&statement), verb) &&
		sql_is(sql_next_word(&statement), "TABLE");
}

static void translate(struct buf *out, struct str s, const struct translation *table)
{
	bool defines = is_ddl(s, "CREATE") || is_ddl(s, "ALTER");
	if (!defines) {
		buf_str(out, s);
		return;
	}
	enum sql_kind before = SQL_END;
	for (struct sql_token t = sql_next(&s); t.kind != SQL_END; t = sql_next(&s)) {
		put_token(out, t, before, table);
		if (t.kind != SQL_SPACE)
			before = t.kind;
	}
}

/* A table found by one text is an index in itself: SQLite then needs one tree and one descent
 * instead of two. */
static bool is_keyed_by_text(struct str statement)
{
	static const char key[] = "TEXT NOT NULL PRIMARY KEY";
	return memmem(statement.p, statement.n, key, sizeof key - 1) != NULL;
}

void sql_for_sqlite(struct buf *out, struct str statement)
{
	translate(out, statement, for_sqlite);
	if (is_ddl(statement, "CREATE"))
		buf_puts(out, is_keyed_by_text(statement) ? "\nSTRICT, WITHOUT ROWID" : "\nSTRICT");
}

void sql_for_postgres(struct buf *out, struct str statement)
{
	translate(out, statement, for_postgres);
}
