/* SQL as text: tokens, statements, and the few words in which the two engines' CREATE TABLE differ.
 * Used by the migrations at run time and by tools/sqlgen at build time; knows no database. */
#ifndef LUBAN_STORE_SQLTEXT_H
#define LUBAN_STORE_SQLTEXT_H

#include <stdbool.h>

#include "base/str.h"

enum sql_kind {
	SQL_END,
	SQL_SPACE, /* white space and comments */
	SQL_WORD, /* a bare identifier or keyword */
	SQL_QUOTED, /* 'text' or "identifier", with its quotes */
	SQL_NUMBER,
	SQL_PARAM, /* :name */
	SQL_BRACE, /* {name} or {name alias} */
	SQL_PUNCT, /* one byte, or :: */
};

struct sql_token {
	enum sql_kind kind;
	struct str text;
};

/* Cuts the next token off *text. An unfinished quote or comment runs to the end. */
struct sql_token sql_next(struct str *text);
/* The same, without SQL_SPACE. */
struct sql_token sql_next_word(struct str *text);
bool sql_is(struct sql_token token, const char *word); /* ASCII case does not matter */
/* Cuts the next statement off *text, without its semicolon; false when only space is left. */
bool sql_statement(struct str *text, struct str *ret_statement);

/* A statement of a migration as one engine wants it. SQLite gets its own type names and STRICT
 * tables; PostgreSQL gets texts that sort by byte, as they do in SQLite. */
void sql_for_sqlite(struct buf *out, struct str statement);
void sql_for_postgres(struct buf *out, struct str statement);

#endif
