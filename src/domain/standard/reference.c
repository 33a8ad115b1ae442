/* A sheet of reference data, row by row, in one transaction. A dry run and a run with a bad row do
 * the same and are rolled back. */
#include "domain/standard/reference.h"

#include <string.h>

#include "base/csv.h"
#include "base/gb18030.h"
#include "conf/asset.h"
#include "core/audit.h"
#include "core/message.h"
#include "domain/standard/reference_impl.h"

enum { SLOTS = 65536, CELL_BYTES = 600 };

struct seen {
	const char *key;
	size_t line;
};

struct import {
	struct ctx *cx;
	const struct row_kind *kind;
	int places[COLUMNS_MAX]; /* of each column in the file; -1: not there */
	struct seen *seen;       /* SLOTS of them */
	struct reference_report report;
};

const char *reference_code(enum reference_kind kind)
{
	return row_kinds[kind].code;
}

const char *reference_label(enum reference_kind kind)
{
	return row_kinds[kind].label;
}

enum reference_kind reference_of(const char *code)
{
	int kind = 0;
	while (kind < REFERENCE_KINDS && !streq(row_kinds[kind].code, code))
		kind++;
	return (enum reference_kind)kind;
}

static int place_of(const struct csv_row *row, const char *name)
{
	for (size_t i = 0; i < row->n; i++)
		if (str_is(str_trim(row->fields[i]), name))
			return (int)i;
	return -1;
}

static int read_header(struct import *im, const struct csv_row *row)
{
	const struct column *c = im->kind->columns;
	for (size_t i = 0; c[i].name; i++) {
		im->places[i] = place_of(row, c[i].name);
		if (im->places[i] < 0 && c[i].flags & COLUMN_REQUIRED)
			return fail(im->cx, ERR_INVALID, "reference.no_column", im->kind->label,
				c[i].name);
	}
	return 0;
}

/* The row's problem becomes its verdict. */
static void note_bad(struct import *im, size_t line)
{
	struct reference_report *r = &im->report;
	r->bad++;
	if (r->n_verdicts < REFERENCE_VERDICTS)
		r->verdicts[r->n_verdicts++] =
			(struct reference_verdict){line, problem_text(im->cx)};
	ctx_clear(im->cx);
}

static int read_cells(struct import *im, const struct csv_row *in, struct row *row)
{
	struct ctx *cx = im->cx;
	row->columns = im->kind->columns;
	for (size_t i = 0; row->columns[i].name; i++) {
		int place = im->places[i];
		struct str s = STR("");
		if (place >= 0 && (size_t)place < in->n)
			s = str_trim(in->fields[place]);
		if (s.n > CELL_BYTES)
			return fail(cx, ERR_INVALID, "reference.too_long", row->columns[i].name);
		if (!s.n && row->columns[i].flags & COLUMN_REQUIRED)
			return fail(cx, ERR_INVALID, "reference.empty", row->columns[i].name);
		row->cells[i] = arena_str(cx->arena, s);
	}
	return 0;
}

static const char *key_of(struct import *im, const struct row *row)
{
	const char *key = "";
	for (size_t i = 0; row->columns[i].name; i++)
		if (row->columns[i].flags & COLUMN_KEY)
			key = text_of(im->cx, "%s%s%s", key, *key ? " " : "", row->cells[i]);
	return key;
}

/* Open addressing; there are more slots than rows. */
static int check_twice(struct import *im, const char *key, size_t line)
{
	size_t at = 5381;
	for (const char *p = key; *p; p++)
		at = at * 33 + (unsigned char)*p;
	while (im->seen[at % SLOTS].key && !streq(im->seen[at % SLOTS].key, key))
		at++;
	struct seen *s = &im->seen[at % SLOTS];
	if (s->key)
		return fail(im->cx, ERR_INVALID, "reference.twice", key,
			text_of(im->cx, "%zu", s->line));
	*s = (struct seen){key, line};
	return 0;
}

static int take_row(struct import *im, const struct csv_row *in)
{
	struct row row = {0};
	int r = read_cells(im, in, &row);
	if (r == 0)
		r = check_twice(im, key_of(im, &row), in->line);
	return r < 0 ? r : im->kind->save(im->cx, &row);
}

static int on_row(void *self, const struct csv_row *in)
{
	struct import *im = self;
	struct reference_report *report = &im->report;
	if (im->places[0] == -2)
		return read_header(im, in);
	if (report->rows++ >= REFERENCE_ROWS)
		return fail(im->cx, ERR_LIMIT, "reference.too_many_rows",
			text_of(im->cx, "%d", REFERENCE_ROWS));
	int r = take_row(im, in);
	if (r == ERR_INVALID) {
		note_bad(im, in->line);
		return 0;
	}
	report->same += r == ROW_SAME;
	report->added += r == ROW_ADDED;
	report->changed += r == ROW_CHANGED;
	return r < 0 ? r : 0;
}

static int walk(struct import *im, struct str text)
{
	struct csv_fault fault = {0};
	int r = csv_each(text, 0, on_row, im, &fault);
	if (r == ERR_INVALID && fault.reason != CSV_OK)
		return fail(im->cx, r, "reference.not_csv", text_of(im->cx, "%zu", fault.line));
	if (r == 0 && im->places[0] == -2)
		return fail(im->cx, ERR_INVALID, "reference.no_rows");
	return r;
}

static int to_utf8(struct ctx *cx, struct str text, struct buf *out)
{
	enum text_encoding encoding;
	if (text.n > REFERENCE_BYTES)
		return fail(cx, ERR_LIMIT, "reference.too_big",
			text_of(cx, "%d", REFERENCE_BYTES / 1024 / 1024));
	if (text_to_utf8(text, out, &encoding) < 0)
		return fail(cx, ERR_INVALID, "reference.encoding");
	return 0;
}

static int audit(struct import *im)
{
	const struct reference_report *r = &im->report;
	if (!r->added && !r->changed)
		return 0;
	return audit_note(im->cx, "reference.import", im->kind->code, 0, "",
		text_of(im->cx, "%s：新增 %zu，更改 %zu，未变 %zu", im->kind->label, r->added,
			r->changed, r->same));
}

static int run(struct import *im, struct str text, bool is_dry_run)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, im->cx->db);
	if (r < 0)
		return ctx_pass(im->cx, r);
	r = walk(im, text);
	if (r < 0 || is_dry_run || im->report.bad)
		return r;
	if ((r = audit(im)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(im->cx, r);
	im->report.saved = true;
	if (im->kind->after)
		im->kind->after();
	return 0;
}

int reference_import(struct ctx *cx, enum reference_kind kind, struct str text, bool is_dry_run,
	struct reference_report *ret_report)
{
	struct import im = {.cx = cx, .kind = &row_kinds[kind], .places = {-2}};
	auto_buf utf8;
	buf_init(&utf8, (size_t)REFERENCE_BYTES * 2);
	int r = ctx_need(cx, PERM_STANDARD_EDIT);
	if (r == 0)
		r = to_utf8(cx, text, &utf8);
	if (r < 0)
		return r;
	im.seen = arena_array(cx->arena, struct seen, SLOTS);
	im.report.verdicts = arena_array(cx->arena, struct reference_verdict, REFERENCE_VERDICTS);
	r = run(&im, buf_view(&utf8), is_dry_run);
	if (r < 0)
		return r;
	*ret_report = im.report;
	return 0;
}

/* What later kinds refer to comes first. */
int reference_load(struct ctx *cx, size_t *ret_changed)
{
	size_t changed = 0;
	for (int kind = 0; kind < REFERENCE_KINDS; kind++) {
		struct reference_report report;
		const char *path = text_of(cx, "data/%s.csv", row_kinds[kind].code);
		const struct asset *asset = asset_find(path);
		if (!asset)
			return fail(cx, ERR_BUG, "reference.shipped", path, "");
		int r = reference_import(cx, (enum reference_kind)kind, asset->bytes, false,
			&report);
		if (r < 0)
			return r;
		if (report.bad)
			return fail(cx, ERR_BUG, "reference.shipped", path,
				report.verdicts[0].text);
		changed += report.added + report.changed;
	}
	*ret_changed = changed;
	return 0;
}
