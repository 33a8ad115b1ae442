#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* A row is gathered in `text`; as that may move while it grows, fields are first kept as offsets.
 */
struct csv {
	struct str rest;
	char separator;
	size_t line;
	struct csv_fault fault;
	struct buf text;
	size_t n;
	size_t ends[CSV_FIELDS_MAX];
	struct str fields[CSV_FIELDS_MAX];
};

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static char guess_separator(struct str s)
{
	size_t tabs = 0, commas = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.n && (quoted || !is_line_end(s.p[i])); i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		tabs += !quoted && s.p[i] == '\t';
		commas += !quoted && s.p[i] == ',';
	}
	return tabs > commas ? '\t' : ',';
}

struct csv *csv_new(struct str text, char separator)
{
	struct csv *c = calloc(1, sizeof *c);
	if (!c)
		log_die("out of memory");
	c->rest = text;
	c->line = 1;
	c->separator = separator ? separator : guess_separator(text);
	buf_init(&c->text, (size_t)CSV_FIELDS_MAX * CSV_FIELD_BYTES_MAX);
	return c;
}

void csv_free(struct csv *c)
{
	if (!c)
		return;
	buf_fini(&c->text);
	free(c);
}

void csv_cleanup(struct csv **c)
{
	csv_free(*c);
}

struct csv_fault csv_fault(const struct csv *c)
{
	return c->fault;
}

char csv_separator(const struct csv *c)
{
	return c->separator;
}

static int broken(struct csv *c, enum csv_reason reason, size_t line)
{
	c->fault = (struct csv_fault){.reason = reason, .line = line, .field = c->n + 1};
	return ERR_INVALID;
}

static void skip(struct csv *c, size_t n)
{
	c->rest = (struct str){c->rest.p + n, c->rest.n - n};
}

static void take_line_end(struct csv *c)
{
	if (!c->rest.n)
		return;
	skip(c, str_starts(c->rest, "\r\n") ? 2 : 1);
	c->line++;
}

static int put(struct csv *c, const char *p, size_t n)
{
	size_t begin = c->n ? c->ends[c->n - 1] : 0;
	if (c->text.n - begin + n > CSV_FIELD_BYTES_MAX)
		return broken(c, CSV_FIELD_TOO_LONG, c->line);
	buf_put(&c->text, p, n);
	return 0;
}

static int take_plain(struct csv *c)
{
	size_t n = 0;
	while (n < c->rest.n && c->rest.p[n] != c->separator && !is_line_end(c->rest.p[n]))
		n++;
	int err = put(c, c->rest.p, n);
	skip(c, n);
	return err;
}

static size_t count_lines(const char *p, size_t n)
{
	size_t lines = 0;
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'));
	return lines;
}

/* What stands in quotes; the opening one is the first character of the rest. */
static int take_quoted(struct csv *c)
{
	size_t opened = c->line;
	for (;;) {
		skip(c, 1);
		const char *quote = c->rest.n ? memchr(c->rest.p, '"', c->rest.n) : NULL;
		if (!quote)
			return broken(c, CSV_UNCLOSED, opened);
		size_t n = (size_t)(quote - c->rest.p);
		int err = put(c, c->rest.p, n);
		if (err)
			return err;
		c->line += count_lines(c->rest.p, n);
		skip(c, n + 1);
		if (!str_starts(c->rest, "\""))
			break;
		if ((err = put(c, "\"", 1)))
			return err;
	}
	if (c->rest.n && c->rest.p[0] != c->separator && !is_line_end(c->rest.p[0]))
		return broken(c, CSV_AFTER_QUOTE, c->line);
	return 0;
}

static int take_row(struct csv *c)
{
	for (;;) {
		if (c->n == CSV_FIELDS_MAX)
			return broken(c, CSV_TOO_MANY_FIELDS, c->line);
		int err = str_starts(c->rest, "\"") ? take_quoted(c) : take_plain(c);
		if (err)
			return err;
		c->ends[c->n++] = c->text.n;
		if (!c->rest.n || c->rest.p[0] != c->separator)
			break;
		skip(c, 1);
	}
	take_line_end(c);
	return 0;
}

int csv_next(struct csv *c, struct csv_row *ret_row)
{
	if (c->fault.reason)
		return ERR_INVALID;
	while (c->rest.n && is_line_end(c->rest.p[0]))
		take_line_end(c);
	if (!c->rest.n)
		return 0;
	size_t line = c->line;
	c->n = 0;
	buf_reset(&c->text);
	int err = take_row(c);
	if (err)
		return err;
	size_t begin = 0;
	for (size_t i = 0; i < c->n; begin = c->ends[i++])
		c->fields[i] = (struct str){buf_z(&c->text) + begin, c->ends[i] - begin};
	*ret_row = (struct csv_row){.line = line, .n = c->n, .fields = c->fields};
	return 1;
}

int csv_each(struct str text, char separator, int (*on_row)(void *self, const struct csv_row *row),
	void *self, struct csv_fault *ret_fault)
{
	auto_csv c = csv_new(text, separator);
	struct csv_row row;
	int got, stop = 0;
	while (!stop && (got = csv_next(c, &row)) == 1)
		stop = on_row(self, &row);
	if (stop)
		return stop;
	if (got < 0 && ret_fault)
		*ret_fault = c->fault;
	return got;
}

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(",\t\"\r\n", s.p[i]))
			return true;
	return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

static bool looks_like_number(struct str s)
{
	for (size_t i = 1; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.')
			return false;
	return s.n > 1;
}

void csv_put(struct buf *out, struct str field)
{
	bool formula = field.n && memchr("=+-@", field.p[0], 4) && !looks_like_number(field);
	bool quotes = needs_quotes(field);
	if (quotes)
		buf_putc(out, '"');
	if (formula)
		buf_putc(out, '\'');
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, field.p[i]);
	}
	if (quotes)
		buf_putc(out, '"');
}
