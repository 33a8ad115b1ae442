/* A sheet of theory marks as one of the two entries: read, judged row by row, shown, then saved.
 * What is shown travels in the form itself, so nothing is kept of a sheet that nobody saves. */
#include <inttypes.h>

#include "base/utf8.h"
#include "core/message.h"
#include "doc/xlsx.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark.h"
#include "query/batch.h"
#include "query/mark.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/page/mark_cells.h"
#include "web/page/page.h"

enum {
	ROWS_MAX = 2000,
	SHEET_BYTES_MAX = 4 * 1024 * 1024,
	CARRIED_MAX = 200 * 1024,
	CELL_CHARS = 500,
};

static const struct choice round_choices[] = {{"1", "第一次录入"}, {"2", "第二次录入"}, {0}};

static const struct field upload_fields[] = {
	{"round", FIELD_CHOICE, "作为哪一次录入", .choices = round_choices,
		.flags = FIELD_REQUIRED},
	{"file", FIELD_FILE, "成绩表",
		.help = "Excel（.xlsx）或 CSV。第一行写列名：准考证号或序号、成绩、记事。"
		"缺考写“缺考”，违纪写“违纪”并在记事中写明事实。", .max = SHEET_BYTES_MAX,
			.kinds = "xlsx csv",
		.flags = FIELD_REQUIRED},
	{0},
};

static const struct field save_fields[] = {
	{"round", FIELD_CHOICE, "作为哪一次录入", .choices = round_choices,
		.flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"rows", FIELD_AREA, "成绩", .max = CARRIED_MAX, .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{0},
};

struct line {
	uint32_t number;
	const char *key, *score, *note; /* key: ticket number or place in the list */
	const struct q_parts_of_batch *part;
	enum mark_flag flag;
	int64_t centi;
	const char *problem; /* NULL when it may be saved */
};

struct sheet {
	struct req *rq;
	struct q_batch_find batch;
	struct q_parts_of_batch_rows parts;
	int64_t round;
	struct line *lines;
	size_t n;
	int key_col, score_col, note_col;
	bool by_seq, has_head;
};

/* One character more than may be shows that it is too long. */
static const char *cell(const struct sheet *s, const struct sheet_row *row, int col)
{
	if (col < 0 || (size_t)col >= row->n)
		return "";
	return arena_str(s->rq->cx->arena,
		utf8_cut(str_trim(row->cells[col].text), CELL_CHARS + 1));
}

static bool read_head(struct sheet *s, const struct sheet_row *row)
{
	s->key_col = s->score_col = s->note_col = -1;
	for (int i = 0; i < (int)row->n; i++) {
		const char *title = cell(s, row, i);
		if (streq(title, "准考证号")) {
			s->key_col = i;
			s->by_seq = false;
		} else if (streq(title, "序号") && s->key_col < 0) {
			s->key_col = i;
			s->by_seq = true;
		} else if (streq(title, "成绩") || streq(title, "理论成绩") || streq(title,
			"得分")) {
			s->score_col = i;
		} else if (streq(title, "记事") || streq(title, "备注")) {
			s->note_col = i;
		}
	}
	return s->key_col >= 0 && s->score_col >= 0;
}

static int read_row(void *arg, const struct sheet_row *row)
{
	struct sheet *s = arg;
	if (!s->has_head) {
		s->has_head = read_head(s, row);
		return s->has_head || row->number < 10 ? 0 : ERR_INVALID;
	}
	struct line l = {.number = row->number, .key = cell(s, row, s->key_col),
		.score = cell(s, row, s->score_col), .note = cell(s, row, s->note_col)};
	if (!*l.key && !*l.score)
		return 0;
	if (s->n == ROWS_MAX)
		return ERR_LIMIT;
	s->lines[s->n++] = l;
	return 0;
}

static const struct q_parts_of_batch *part_of(const struct sheet *s, const char *key)
{
	int64_t seq = 0;
	bool is_number = str_to_i64(str_of(key), &seq);
	for (size_t i = 0; i < s->parts.n; i++) {
		const struct q_parts_of_batch *p = &s->parts.at[i];
		bool fits = s->by_seq ? is_number && p->seq == seq : streq(p->ticket_no, key);
		if (p->part == PART_THEORY && fits)
			return p;
	}
	return NULL;
}

static const char *score_problem(struct sheet *s, struct line *l)
{
	struct ctx *cx = s->rq->cx;
	const struct field fields[] = {{"score", FIELD_SCORE, "成绩", .flags = FIELD_REQUIRED},
		{0}};
	const struct raw_value raw = {.name = "score", .text = str_of(l->score)};
	struct input *in;
	if (mark_flag_of(l->score, &l->flag))
		return l->flag == MARK_VOID && !*l->note ? "判为违纪时请在记事中写明事实" : NULL;
	if (field_parse(cx, fields, &raw, 1, &in) == 0) {
		l->centi = in_int(in, "score");
		return NULL;
	}
	const char *text = field_problem_text(cx, &cx->problem.fields[0]);
	ctx_clear(cx);
	return text;
}

static const char *twice(const struct sheet *s, const struct line *l)
{
	for (const struct line *other = s->lines; other < l; other++)
		if (other->part == l->part)
			return text_of(s->rq->cx, "与第%d行是同一名考生", (int)other->number);
	return NULL;
}

static void judge(struct sheet *s, struct line *l)
{
	l->part = part_of(s, l->key);
	if (!l->part)
		l->problem = s->by_seq ? "批次中没有这个序号的考生" : "批次中没有这个准考证号";
	else if (streq(l->part->attempt, "kept"))
		l->problem = "保留以前的合格成绩，不需要评分";
	else if (utf8_count(str_of(l->note)) > CELL_CHARS)
		l->problem = text_of(s->rq->cx, "记事超过 %d 个字", CELL_CHARS);
	else if (!(l->problem = twice(s, l)))
		l->problem = score_problem(s, l);
}

static struct mark_in mark_of(const struct sheet *s, const struct line *l)
{
	return (struct mark_in){.person_id = l->part->person_id,
		.enrolment_id = l->part->enrolment_id, .part = PART_THEORY, .round = s->round,
		.flag = l->flag, .score_centi = l->centi, .note = l->note};
}

/* Whether it could be saved: tried, and taken back. */
static int try_all(struct sheet *s)
{
	struct ctx *cx = s->rq->cx;
	for (size_t i = 0; i < s->n; i++) {
		struct line *l = &s->lines[i];
		auto_tx tx = {0};
		if (l->problem)
			continue;
		struct mark_in in = mark_of(s, l);
		int r = tx_begin(&tx, cx->db);
		if (r >= 0)
			r = mark_put(cx, &in);
		if (r == ERR_DB || r == ERR_BUG)
			return ctx_pass(cx, r);
		if (r < 0)
			l->problem = problem_text(cx);
		ctx_clear(cx);
	}
	return 0;
}

static int load(struct req *rq, struct sheet *s)
{
	*s = (struct sheet){.rq = rq, .lines = arena_array(rq->cx->arena, struct line, ROWS_MAX)};
	int r = batch_get(rq->cx, rq_id(rq, "id"), &s->batch);
	if (r < 0)
		return r;
	(void)str_to_i64(str_of(in_text(rq->in, "round")), &s->round);
	r = q_parts_of_batch(rq->cx->db, &s->parts, .batch_id = s->batch.id);
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

/* One line of the hidden field: number, key kind, key, score, note, set apart by tabs. */
static void carry(const struct sheet *s, const struct line *l, struct buf *out)
{
	buf_printf(out, "%d\t%s\t%s\t%s\t", (int)l->number, s->by_seq ? "s" : "t", l->key,
		l->score);
	for (const char *p = l->note; *p; p++)
		buf_putc(out, *p == '\t' || *p == '\n' || *p == '\r' ? ' ' : *p);
	buf_putc(out, '\n');
}

static int show_verdicts(struct sheet *s)
{
	struct req *rq = s->rq;
	json_t *rows = json_array();
	int64_t bad = 0;
	auto_buf carried;
	buf_init(&carried, CARRIED_MAX);
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		bad += l->problem != NULL;
		if (!l->problem)
			carry(s, l, &carried);
		json_array_append_new(rows,
			json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:b}", "number",
			(int)l->number, "key", l->key, "name", l->part ? l->part->name : "",
			"score",
			l->score, "note", l->note, "problem", l->problem ? l->problem : "",
			"is_good", !l->problem));
	}
	if (carried.full)
		return fail(rq->cx, ERR_LIMIT, "mark.sheet_long");
	view_set(rq, "rows", rows);
	view_int(rq, "n_bad", bad);
	view_int(rq, "n_good", (int64_t)s->n - bad);
	view_text(rq, "carried", buf_z(&carried));
	view_text(rq, "round", in_text(rq->in, "round"));
	view_text(rq, "round_label", s->round == MARK_FIRST ? "第一次录入" : "第二次录入");
	view_flag(rq, "may_save", s->n && !bad);
	view_set(rq, "batch", batch_view(rq, &s->batch));
	return 0;
}

static int import_form(struct req *rq)
{
	struct q_batch_find batch;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	if (r < 0)
		return r;
	view_set(rq, "batch", batch_view(rq, &batch));
	view_form(rq, "form", upload_fields, text_of(rq->cx, "/batches/%s/marks/import",
		rq_param(rq, "id")), "读取并核对", NULL);
	return 0;
}

static int import_read(struct req *rq)
{
	struct sheet s;
	struct sheet_error error = {0};
	int r = load(rq, &s);
	if (r < 0)
		return r;
	r = sheet_read(in_file(rq->in, "file")->bytes, read_row, &s, &error);
	if (r < 0 && error.id)
		return fail_field(rq->cx, "file", error.id, error.arg);
	if (r == ERR_LIMIT)
		return fail_field(rq->cx, "file", "mark.sheet_long");
	if (r < 0 || !s.has_head)
		return fail_field(rq->cx, "file", "mark.sheet_head");
	if (!s.n)
		return fail_field(rq->cx, "file", "mark.sheet_empty");
	for (size_t i = 0; i < s.n; i++)
		judge(&s, &s.lines[i]);
	return (r = try_all(&s)) < 0 ? r : show_verdicts(&s);
}

static void read_carried(struct sheet *s, struct str text)
{
	while (text.n && s->n < ROWS_MAX) {
		struct str line = str_cut(&text, '\n');
		struct arena *a = s->rq->cx->arena;
		int64_t number = 0;
		(void)str_to_i64(str_cut(&line, '\t'), &number);
		s->by_seq = str_is(str_cut(&line, '\t'), "s");
		struct line *l = &s->lines[s->n++];
		*l = (struct line){.number = (uint32_t)number};
		l->key = arena_str(a, str_cut(&line, '\t'));
		l->score = arena_str(a, str_cut(&line, '\t'));
		l->note = arena_str(a, str_trim(line));
		judge(s, l);
	}
}

static int import_save(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct sheet s;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = load(rq, &s)) < 0)
		return r;
	read_carried(&s, str_of(in_text(rq->in, "rows")));
	for (size_t i = 0; i < s.n; i++) {
		if (s.lines[i].problem)
			return fail(cx, ERR_INVALID, "mark.sheet_row",
				text_of(cx, "%d", (int)s.lines[i].number), s.lines[i].problem);
		struct mark_in in = mark_of(&s, &s.lines[i]);
		if ((r = mark_put(cx, &in)) < 0)
			return r;
	}
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	rq_flash(rq, "mark.imported", text_of(cx, "%d", (int)s.n));
	return rq_redirect(rq, "/batches/%s/marks", rq_param(rq, "id"));
}

const struct route routes_mark_import[] = {
	{GET, "/batches/:id/marks/import", PERM_MARK_THEORY, import_form, "mark/import",
		"导入理论成绩"},
	{POST, "/batches/:id/marks/import", PERM_MARK_THEORY, import_read, "mark/imported",
		"核对理论成绩表", upload_fields, .form = "/batches/:id/marks/import",
		.flags = ROUTE_BIG},
	{POST, "/batches/:id/marks/import/save", PERM_MARK_THEORY, import_save, NULL,
		"保存导入的理论成绩", save_fields, .form = "/batches/:id/marks/import",
		.flags = ROUTE_BIG},
	{0},
};
