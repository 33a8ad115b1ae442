/* CSV: whatever is read once is written and read again as the same fields. */
#include <stdint.h>
#include <stdlib.h>

#include "base/csv.h"

static void same_again(const struct csv_row *row)
{
	auto_buf text;
	struct csv_row again;
	buf_init(&text, 64 << 20);
	for (size_t i = 0; i < row->n; i++) {
		if (i)
			buf_putc(&text, ',');
		csv_put(&text, row->fields[i]);
	}
	/* A row of one empty field is an empty line, which is passed over. */
	if (!text.n)
		return;
	auto_csv c = csv_new(buf_view(&text), ',');
	if (csv_next(c, &again) != 1 || again.n != row->n)
		abort();
	for (size_t i = 0; i < row->n; i++) {
		struct str field = again.fields[i];
		if (field.n && field.p[0] == '\'' && field.n == row->fields[i].n + 1)
			field = (struct str){field.p + 1, field.n - 1};
		if (!str_eq(field, row->fields[i]))
			abort();
	}
}

static size_t line_ends(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' || s.p[i] == '\r';
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct csv_row row;
	size_t line = 0;
	int got;
	auto_csv c = csv_new(text, 0);
	while ((got = csv_next(c, &row)) == 1) {
		if (row.line <= line || row.n < 1 || row.n > CSV_FIELDS_MAX)
			abort();
		line = row.line;
		same_again(&row);
	}
	if (line > line_ends(text) + 1)
		abort();
	if ((got == 0) != (csv_fault(c).reason == CSV_OK))
		abort();
	return 0;
}
