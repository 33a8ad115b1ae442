#include "core/sheet_import.h"

#include "core/import_table.h"

enum { JUDGE_CHUNK = 500, SAVE_CHUNK = 500 };

static const char row_column[] = "sheet_import_row.row_cipher";

IMPORT_STATEMENTS(sheet_import, import_id)

static struct import_kind kind_of(const struct sheet_room *room)
{
	return (struct import_kind){.judge_job = room->judge_job, .save_job = room->save_job,
		.arg = "import", .judged_already = "import.judged_already",
		.not_judged = "import.not_judged", IMPORT_STATEMENT_LIST(sheet_import)};
}

struct bringing {
	const struct sheet_room *room;
	const struct sheet_upload *in;
};

static int insert(struct ctx *cx, int64_t id, int64_t file_id, const void *arg)
{
	const struct bringing *b = arg;
	return q_sheet_import_insert(cx->db, .id = id, .import_kind = b->room->import_kind,
		.subject_id = b->in->subject_id, .body_id = b->in->body_id,
		.region = b->in->region, .file_id = file_id, .name = b->in->filename,
		.created_by = cx->actor.account_id, .actor_name = cx->actor.name,
		.created_at = ctx_now(cx));
}

int sheet_import_upload(struct ctx *cx, const struct sheet_room *room,
	const struct sheet_upload *in, bool with_job, int64_t *ret_id)
{
	struct file file = {.body_id = in->body_id, .region = in->region, .name = in->filename,
		.bytes = in->bytes};
	struct import_kind kind = kind_of(room);
	struct bringing b = {room, in};
	return import_bring(cx, &kind, &(struct import_new){&file, insert, &b, with_job}, ret_id);
}

int sheet_import_get(struct ctx *cx, const struct sheet_room *room, int64_t id,
	struct q_sheet_import_find *ret_import)
{
	int r = q_sheet_import_find(cx->db, ret_import, .id = id,
		.import_kind = room->import_kind, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, room->not_found);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int sheet_import_confirm(struct ctx *cx, const struct sheet_room *room, int64_t id,
	int64_t *ret_job_id)
{
	struct q_sheet_import_find import;
	struct import_kind kind = kind_of(room);
	int r = sheet_import_get(cx, room, id, &import);
	return r < 0 ? r : import_confirm(cx, &kind, &(struct import_at){id, import.job_id,
		import.state}, ret_job_id);
}

int sheet_import_act(struct ctx *cx, const struct sheet_room *room, int64_t id, const char *act)
{
	struct q_sheet_import_find import;
	struct import_kind kind = kind_of(room);
	int r = sheet_import_get(cx, room, id, &import);
	return r < 0 ? r : import_act(cx, &kind, &(struct import_at){id, import.job_id,
		import.state}, act);
}

int sheet_import_open(struct ctx *cx, const struct sheet_room *room, const char *cipher,
	const char **ret_values)
{
	return import_open(cx, row_column, cipher, ret_values, room->columns);
}

/* ---- judging ---- */

struct judging {
	const struct sheet_room *room;
	struct import_run *run;
	sheet_read_fn *read;
	struct str bytes;
	void *arg;
};

static int keep(struct judging *j, const struct import_line *line, const struct sheet_verdict *v)
{
	struct ctx *cx = j->run->cx;
	int r = q_sheet_import_row_put(cx->db, .import_id = j->run->id, .row_no = line->row_no,
		.verdict = v->code, .name = v->name, .number = v->number,
		.idno_mask = v->idno_mask, .verdict_text = v->text,
		.row_cipher = import_seal(cx, row_column, line->values, j->room->columns));
	return r < 0 ? ctx_pass(cx, r) : import_judged(j->run, v->code);
}

static int judge_line(void *arg, const struct import_line *line)
{
	struct judging *j = arg;
	struct sheet_verdict v = {.code = "bad", .text = line->refused};
	if (!line->row_no) {
		import_remark(j->run, line->refused);
		return 0;
	}
	int r = line->refused ? 0 : j->room->judge(j->run, j->arg, line, &v);
	return r < 0 ? r : keep(j, line, &v);
}

static int judge_all(struct import_run *run, void *arg)
{
	struct judging *j = arg;
	int r = j->read(run->cx, j->arg, j->bytes, judge_line, j);
	return r < 0 || run->n.rows ? r : fail(run->cx, ERR_INVALID, j->room->empty);
}

int sheet_import_judge(struct ctx *cx, const struct sheet_room *room, int64_t id,
	sheet_read_fn *read, struct job *job, void *arg)
{
	struct q_sheet_import_find import;
	struct file file;
	struct import_kind kind = kind_of(room);
	struct import_run run = {.cx = cx, .kind = &kind, .id = id, .job = job,
		.chunk = JUDGE_CHUNK};
	struct judging j = {.room = room, .run = &run, .read = read, .arg = arg};
	int r = q_sheet_import_find(cx->db, &import, .id = id, .import_kind = room->import_kind,
		.scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = import_begin(&run, import.state)) < 0 ||
		(r = file_read(cx, 0, import.file_id, &file)) < 0)
		return r;
	j.bytes = file.bytes;
	return import_judge(&run, judge_all, &j);
}

/* ---- saving ---- */

struct saving {
	const struct sheet_room *room;
	const struct q_sheet_import_rows_good *row;
	void *arg;
	int64_t last_row;
};

static int save_values(struct ctx *cx, void *arg)
{
	struct saving *s = arg;
	const char *values[IMPORT_COLUMNS_MAX];
	int r = sheet_import_open(cx, s->room, s->row->row_cipher, values);
	return r < 0 ? r : s->room->save(cx, s->arg, values);
}

static int save_row(struct import_run *run, struct saving *s)
{
	struct ctx *cx = run->cx;
	const char *why = s->row->verdict_text, *problem;
	int done = import_try(cx, save_values, s, &why, &problem);
	if (done < 0)
		return done;
	run->saved += done;
	run->refused += !done;
	int r = q_sheet_import_row_set(cx->db, .import_id = run->id, .row_no = s->row->row_no,
		.verdict = done ? "saved" : "bad", .verdict_text = why);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int save_chunk(struct import_run *run, void *arg)
{
	struct q_sheet_import_rows_good_rows rows;
	struct saving *s = arg;
	struct ctx *cx = run->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_sheet_import_rows_good(cx->db, &rows, .import_id = run->id,
			.after_row = s->last_row, .most = SAVE_CHUNK);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		s->row = &rows.at[i];
		if ((r = save_row(run, s)) < 0)
			return r;
		s->last_row = s->row->row_no;
	}
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return rows.n == SAVE_CHUNK;
}

int sheet_import_save(struct ctx *cx, const struct sheet_room *room, int64_t id, struct job *job,
	void *arg)
{
	struct q_sheet_import_find import;
	struct import_kind kind = kind_of(room);
	struct import_run run = {.cx = cx, .kind = &kind, .id = id, .job = job};
	struct saving s = {.room = room, .arg = arg};
	int r = q_sheet_import_find(cx->db, &import, .id = id, .import_kind = room->import_kind,
		.scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(import.state, "saved"))
		return 0;
	if (!streq(import.state, "saving"))
		return fail(cx, ERR_STATE, "import.not_judged");
	run.total = import.n_good;
	run.message = import.message;
	return import_save(&run, save_chunk, &s);
}
