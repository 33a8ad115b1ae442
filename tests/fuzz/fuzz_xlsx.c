/* Workbooks. The first byte says what the rest is: '0' a whole file, '1' to '5' one part of a sound
 * one (sheet, shared strings, styles, workbook, relations), so that the checksums of zip do not
 * stand between the fuzzer and the parsers. Rows ascend, cells are UTF-8, a refusal has a name and
 * comes before the first row. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/doc/workbook.h"
#include "base/utf8.h"
#include "doc/xlsx.h"

struct seen {
	uint32_t last;
	size_t rows;
};

static int on_row(void *arg, const struct sheet_row *row)
{
	struct seen *s = arg;
	if (row->number <= s->last || row->number > SHEET_ROWS_MAX + 1)
		abort();
	if (!row->n || row->n > SHEET_COLS_MAX)
		abort();
	for (size_t i = 0; i < row->n; i++) {
		const struct sheet_cell *c = &row->cells[i];
		if (!c->text.p || !utf8_is_valid(c->text))
			abort();
		if (c->kind == CELL_EMPTY && c->text.n)
			abort();
	}
	s->last = row->number;
	s->rows++;
	return 0;
}

static struct str with_part(struct arena *a, char which, const char *text, size_t n)
{
	static const char small[] = "<worksheet><sheetData><row><c t=\"s\" s=\"1\"><v>0</v></c>"
				    "<c s=\"1\"><v>45047</v></c></row></sheetData></worksheet>";
	struct part parts[] = {{"xl/worksheets/sheet1.xml", small, 0}, shared_part, styles_part,
		workbook_part, relations_part, root_part};
	struct part *one = &parts[which - '1'];
	*one = (struct part){one->name, text, n};
	return zip_of(a, parts, sizeof parts / sizeof *parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || data[0] < '0' || data[0] > '5')
		return -1;
	auto_arena a = arena_new(64 << 20);
	const char *rest = (const char *)data + 1;
	struct str file = {rest, size - 1};
	if (data[0] != '0')
		file = with_part(a, (char)data[0], rest, size - 1);
	struct sheet_error error;
	struct seen seen = {0};
	int rc = sheet_read(file, on_row, &seen, &error);
	if (rc && (rc != ERR_INVALID || !error.id || seen.rows))
		abort();
	return 0;
}
