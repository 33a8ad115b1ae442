#include "doc/handover_file.h"

#include <inttypes.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/csv.h"
#include "base/gb18030.h"
#include "doc/pack.h"
#include "doc/xlsx.h"

enum { TEXT_BYTES = 64 * 1024 * 1024, NOTE_BYTES = 256 * 1024, COLUMN_WIDTH = 20 };

/* One of the files while it is written. */
struct part {
	struct sheet_writer *sheet; /* xlsx */
	struct buf text;            /* csv */
	int64_t rows;
};

struct writing {
	struct ctx *cx;
	const struct handover_layout *layout;
	struct pack *pack;
	struct part part;
	struct buf note;
	int n_parts;
	int err;
};

static bool is_xlsx(const struct writing *w)
{
	return streq(w->layout->format, "xlsx");
}

static int begin_part(struct writing *w)
{
	const struct handover_layout *l = w->layout;
	struct sheet_column cols[LAYOUT_COLUMNS];
	w->part.rows = 0;
	if (!is_xlsx(w)) {
		buf_init(&w->part.text, TEXT_BYTES);
		for (size_t i = 0; i < l->n; i++) {
			if (i)
				buf_putc(&w->part.text, ',');
			csv_put(&w->part.text, str_of(l->columns[i].title));
		}
		buf_puts(&w->part.text, "\r\n");
		return 0;
	}
	for (size_t i = 0; i < l->n; i++)
		cols[i] = (struct sheet_column){.title = l->columns[i].title,
			.width = COLUMN_WIDTH, .text = true};
	int r = sheet_new("证书", cols, l->n, &w->part.sheet);
	return r < 0 ? fail(w->cx, r, "handover.no_sheet") : 0;
}

static int csv_bytes(struct writing *w, struct str *ret_bytes)
{
	struct ctx *cx = w->cx;
	const char *encoding = w->layout->encoding;
	auto_buf out;
	int r = 0;
	buf_init(&out, 2 * TEXT_BYTES);
	if (streq(encoding, "gb18030")) {
		r = gb18030_from_utf8(buf_view(&w->part.text), &out);
	} else {
		if (streq(encoding, "utf-8-bom"))
			buf_puts(&out, "\xef\xbb\xbf");
		buf_str(&out, buf_view(&w->part.text));
	}
	bool full = w->part.text.full || out.full;
	buf_fini(&w->part.text);
	if (r < 0 || full)
		return fail(cx, full ? ERR_LIMIT : r, "handover.unwritable", encoding);
	struct str view = buf_view(&out);
	*ret_bytes = (struct str){arena_copy(cx->arena, view.p, view.n), view.n};
	return 0;
}

static void note_file(struct writing *w, const char *name, int64_t rows, struct str bytes)
{
	char hex[DIGEST_HEX];
	buf_puts(&w->note, text_of(w->cx, "%s　%" PRId64 " 行　SHA-256 %s\r\n", name, rows,
		crypto_sha256_hex(bytes, hex)));
}

static int end_part(struct writing *w)
{
	struct ctx *cx = w->cx;
	struct str bytes;
	int r;
	if (is_xlsx(w)) {
		r = sheet_finish(w->part.sheet, cx->arena, &bytes);
		w->part.sheet = NULL;
		if (r < 0)
			return fail(cx, r, "handover.no_sheet");
	} else if ((r = csv_bytes(w, &bytes)) < 0) {
		return r;
	}
	const char *name = text_of(cx, "%s-%03d.%s", w->layout->file_name, ++w->n_parts,
		w->layout->format);
	note_file(w, name, w->part.rows, bytes);
	r = pack_put(w->pack, name, bytes);
	return r < 0 ? fail(cx, r, "handover.no_sheet") : 0;
}

/* The arena of one batch of rows goes with it: files are made in the one that stays. */
static int each_row(void *arg, const char *const *values)
{
	struct writing *w = arg;
	struct part *p = &w->part;
	for (size_t i = 0; i < w->layout->n; i++) {
		if (is_xlsx(w)) {
			sheet_cell(p->sheet, values[i], STYLE_PLAIN);
			continue;
		}
		if (i)
			buf_putc(&p->text, ',');
		csv_put(&p->text, str_of(values[i]));
	}
	if (is_xlsx(w))
		sheet_next(p->sheet);
	else
		buf_puts(&p->text, "\r\n");
	return 0;
}

struct turning {
	struct writing *w;
	struct arena *keep;
};

static int next_row(void *arg, const char *const *values)
{
	struct turning *t = arg;
	struct writing *w = t->w;
	struct arena *own = w->cx->arena;
	int r = 0;
	if (w->part.rows == w->layout->rows) {
		w->cx->arena = t->keep;
		if ((r = end_part(w)) == 0)
			r = begin_part(w);
		w->cx->arena = own;
	}
	if (r < 0)
		return r;
	w->part.rows++;
	return each_row(w, values);
}

static int missing_row(void *arg, const struct q_handover_missing_walk *row)
{
	struct sheet_writer *sheet = arg;
	sheet_cell(sheet, row->number, STYLE_PLAIN);
	sheet_cell(sheet, row->name, STYLE_PLAIN);
	sheet_cell(sheet, row->reason, STYLE_BAD);
	sheet_next(sheet);
	return 0;
}

static int put_missing(struct writing *w, const struct q_handover_package_find *package)
{
	static const struct sheet_column cols[] = {{"证书编号", NULL, 26, NULL, true},
		{"姓名", NULL, 14, NULL, true}, {"未列入的原因", NULL, 60, NULL, true}};
	struct ctx *cx = w->cx;
	struct sheet_writer *sheet;
	struct str bytes;
	if (!package->n_missing)
		return 0;
	int r = sheet_new("未列入", cols, 3, &sheet);
	if (r < 0)
		return fail(cx, r, "handover.no_sheet");
	r = q_handover_missing_walk(cx->db, missing_row, sheet, .package_id = package->id);
	if (r < 0) {
		sheet_free(sheet);
		return ctx_pass(cx, r);
	}
	if ((r = sheet_finish(sheet, cx->arena, &bytes)) < 0)
		return fail(cx, r, "handover.no_sheet");
	note_file(w, "未列入.xlsx", package->n_missing, bytes);
	r = pack_put(w->pack, "未列入.xlsx", bytes);
	return r < 0 ? fail(cx, r, "handover.no_sheet") : 0;
}

static void note_head(struct writing *w, const struct q_handover_package_find *p)
{
	const struct handover_layout *l = w->layout;
	char from[CIVIL_TEXT], to[CIVIL_TEXT];
	buf_puts(&w->note, text_of(w->cx, "%s\r\n用于：%s\r\n格式：%s，%s 版\r\n", p->title,
		handover_target_label(p->target), l->title, l->version));
	if (l->is_example)
		buf_puts(&w->note, text_of(w->cx, "注意：这是示例格式。%s。\r\n", l->source));
	buf_puts(&w->note, text_of(w->cx, "发证日期：%s 至 %s，并含待上报的更正、撤销和改正重报\r\n"
		"记录 %" PRId64 " 条，未列入 %" PRId64 " 条\r\n\r\n",
		civil_put_day(p->from_on, from), civil_put_day(p->to_on, to), p->n_rows,
		p->n_missing));
}

static int put_all(struct writing *w, const struct q_handover_package_find *package)
{
	struct ctx *cx = w->cx;
	struct turning t = {w, cx->arena};
	note_head(w, package);
	int r = begin_part(w);
	if (r == 0)
		r = handover_rows(cx, package, w->layout, next_row, &t);
	if (r == 0)
		r = end_part(w);
	if (r == 0)
		r = put_missing(w, package);
	if (r < 0)
		return r;
	r = pack_put(w->pack, "说明.txt", str_of(buf_z(&w->note)));
	return r < 0 ? fail(cx, r, "handover.no_sheet") : 0;
}

int handover_file_write(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, struct file *ret_file)
{
	struct writing w = {.cx = cx, .layout = layout};
	int r = pack_new(package->created_at, &w.pack);
	if (r < 0)
		return fail(cx, r, "handover.no_sheet");
	buf_init(&w.note, NOTE_BYTES);
	r = put_all(&w, package);
	if (w.part.sheet)
		sheet_free(w.part.sheet);
	if (r < 0) {
		pack_free(w.pack);
	} else {
		r = pack_finish(w.pack, cx->arena, &ret_file->bytes);
		r = r < 0 ? fail(cx, r, "handover.no_sheet") : 0;
	}
	buf_fini(&w.note);
	buf_fini(&w.part.text);
	ret_file->name = text_of(cx, "%s-%" PRId64 ".zip", layout->file_name, package->id);
	return r;
}
