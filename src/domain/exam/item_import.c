#include "domain/exam/item_import.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "core/import_table.h"
#include "domain/exam/bank.h"
#include "domain/exam/bank_material.h"
#include "domain/exam/item_import_impl.h"

enum { SAVE_CHUNK = 50 };

const char *const item_verdicts[] = {"可以导入", "题库已有", "不能导入", "已导入"};

int item_import_get(struct ctx *cx, int64_t id, struct q_item_import_find *ret_import)
{
	int r = q_item_import_find(cx->db, ret_import, .id = id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "item_import.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int import_read(struct ctx *cx, const struct q_item_import_find *import, item_sheet_read_fn *read,
	struct item_sheet *sheet)
{
	struct file file;
	int r = file_read(cx, 0, import->file_id, &file);
	return r < 0 ? r : read(cx, file.bytes, file.name, sheet);
}

int item_import_sheet(struct ctx *cx, int64_t id, item_sheet_read_fn *read,
	struct item_sheet *sheet)
{
	struct q_item_import_find import;
	int r = item_import_get(cx, id, &import);
	if (r < 0 || (r = bank_need_own(cx, import.body_id, import.region)) < 0)
		return r;
	return import_read(cx, &import, read, sheet);
}

/* ---- words ---- */

#define WORDS_COLUMN "item_import_row.words_cipher"
enum { WORDS = 2 };

const char *import_words_seal(struct ctx *cx, const char *name, const char *verdict_text)
{
	return import_seal(cx, WORDS_COLUMN, (const char *[WORDS]){name, verdict_text}, WORDS);
}

int item_import_words(struct ctx *cx, const char *words_cipher, const char **name,
	const char **verdict_text)
{
	const char *words[WORDS];
	if (is_blank(words_cipher))
		return 0;
	int r = import_open(cx, WORDS_COLUMN, words_cipher, words, WORDS);
	if (r < 0)
		return r;
	*name = words[0];
	*verdict_text = words[1];
	return 0;
}

/* ---- up ---- */

static int own_bank(struct ctx *cx, int64_t bank_id, struct q_bank_find *ret_bank)
{
	int r = ctx_need(cx, PERM_ITEM_WRITE);
	if (r < 0 || (r = bank_get(cx, bank_id, ret_bank)) < 0)
		return r;
	if ((r = bank_need_own(cx, ret_bank->body_id, ret_bank->region)) < 0)
		return r;
	return streq(ret_bank->state, "open") ? 0 : fail(cx, ERR_STATE, "bank.closed");
}

IMPORT_STATEMENTS(item_import, import_id)

const struct import_kind item_import_kind = {.judge_job = "items.judge",
	.save_job = "items.save", .arg = "import", .judged_already = "item_import.judged_already",
	.not_judged = "item_import.not_judged", IMPORT_STATEMENT_LIST(item_import)};

struct upload_of {
	const struct item_upload *in;
	const struct q_bank_find *bank;
};

static int insert(struct ctx *cx, int64_t id, int64_t file_id, const void *arg)
{
	const struct upload_of *what = arg;
	const struct q_bank_find *bank = what->bank;
	return q_item_import_insert(cx->db, .id = id, .bank_id = bank->id, .body_id = bank->body_id,
		.region = bank->region, .file_id = file_id, .name = what->in->filename,
		.format = what->in->format, .point_id = what->in->point_id,
		.created_by = cx->actor.account_id, .actor_name = cx->actor.name,
		.created_at = ctx_now(cx));
}

static int bring(struct ctx *cx, const struct item_upload *in, bool with_job, int64_t *ret_id)
{
	struct q_bank_find bank;
	int r = own_bank(cx, in->bank_id, &bank);
	if (r < 0)
		return r;
	struct file file = {.body_id = bank.body_id, .region = bank.region, .name = in->filename,
		.mime = in->mime, .bytes = in->bytes};
	struct upload_of what = {in, &bank};
	struct import_new brought = {&file, insert, &what, with_job};
	return import_bring(cx, &item_import_kind, &brought, ret_id);
}

int item_import_upload_now(struct ctx *cx, const struct item_upload *in, int64_t *ret_id)
{
	return bring(cx, in, false, ret_id);
}

int item_import_upload(struct ctx *cx, const struct item_upload *in, int64_t *ret_id)
{
	return bring(cx, in, true, ret_id);
}

static int confirm(struct ctx *cx, int64_t id, int64_t *ret_job_id)
{
	struct q_item_import_find import;
	struct q_bank_find bank;
	int r = item_import_get(cx, id, &import);
	if (r < 0 || (r = own_bank(cx, import.bank_id, &bank)) < 0)
		return r;
	return import_confirm(cx, &item_import_kind, &(struct import_at){id, import.job_id,
		import.state}, ret_job_id);
}

int item_import_act(struct ctx *cx, int64_t id, const char *act)
{
	struct q_item_import_find import;
	struct q_bank_find bank;
	int r = item_import_get(cx, id, &import);
	if (r < 0 || (r = own_bank(cx, import.bank_id, &bank)) < 0)
		return r;
	return import_act(cx, &item_import_kind, &(struct import_at){id, import.job_id,
		import.state}, act);
}

int item_import_confirm_now(struct ctx *cx, int64_t id)
{
	return confirm(cx, id, NULL);
}

int item_import_confirm(struct ctx *cx, int64_t id, int64_t *ret_job_id)
{
	return confirm(cx, id, ret_job_id);
}

/* ---- saving ---- */

struct saving {
	struct ctx *cx;
	struct q_item_import_find import;
	struct item_sheet sheet;
	int64_t last_row;
	const struct item_entry *entry; /* being saved */
	int64_t item_id;
};

static int take_material(struct saving *s, const struct item_material *m, int64_t *ret_id)
{
	struct ctx *cx = s->cx;
	struct q_item_import_material_find found;
	int r = q_item_import_material_find(cx->db, &found, .import_id = s->import.id,
		.code = m->code);
	if (r == 0) {
		*ret_id = found.material_id;
		return 0;
	}
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	struct material_in in = {.title = arena_str(cx->arena, utf8_cut(str_of(
		is_blank(m->title) ? text_of(cx, "%s（%s）", m->code, s->import.name) : m->title),
		60)), .html = m->html, .n_assets = m->n_assets};
	for (int i = 0; i < m->n_assets; i++)
		in.assets[i] = m->assets[i];
	if ((r = material_save(cx, s->import.bank_id, 0, 0, &in, ret_id)) < 0)
		return r;
	r = q_item_import_material_put(cx->db, .import_id = s->import.id, .code = m->code,
		.material_id = *ret_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int create(struct ctx *cx, void *arg)
{
	struct saving *s = arg;
	const struct item_entry *e = s->entry;
	struct item_in in = {.content = e->content, .difficulty_permille = e->difficulty_permille};
	int r = import_point(cx, &s->import, e, &in.point_id);
	if (r == 0 && e->material)
		r = take_material(s, s->sheet.materials[e->material - 1], &in.material_id);
	in.note = text_of(cx, "导入：%s",
		arena_str(cx->arena, utf8_cut(str_of(s->import.name), 100)));
	return r < 0 ? r : item_create(cx, s->import.bank_id, &in, &s->item_id);
}

/* text NULL: what was said of it stays. */
static int set_row(struct saving *s, const struct q_item_import_rows *row, const char *verdict,
	const char *text, int64_t item_id)
{
	const char *name = row->name, *before = row->verdict_text;
	int r = item_import_words(s->cx, row->words_cipher, &name, &before);
	if (r < 0)
		return r;
	r = q_item_import_row_set(s->cx->db, .import_id = s->import.id, .row_no = row->row_no,
		.verdict = verdict, .words_cipher = import_words_seal(s->cx, name,
			text ? text : before), .item_id = item_id);
	return r < 0 ? ctx_pass(s->cx, r) : 0;
}

/* An item that is refused now (its point is gone, somebody imported the same meanwhile) says so in
 * its verdict; the others go on. */
static int save_row(struct saving *s, const struct q_item_import_rows *row)
{
	struct ctx *cx = s->cx;
	struct q_item_import_known known;
	const char *why, *problem;
	s->entry = s->sheet.entries[row->entry_no - 1];
	struct item content = s->entry->content;
	struct import_source source = import_source(&s->sheet, s->entry);
	/* The program may read the file otherwise than it did when the verdict was given. */
	if (!import_is_source(cx, source, row->source_hash))
		return set_row(s, row, "bad", "文件读出的内容与审核时不同，请重新上传", 0);
	int r = item_try(cx, &content);
	if (r == 0)
		r = import_known(cx, s->import.bank_id, source, &content, &known);
	if (r == 0)
		return set_row(s, row, "same", text_of(cx, "题库中已有：第 %" PRId64 " 题",
			known.item_no), 0);
	if (r != ERR_NOTFOUND && r != ERR_INVALID)
		return ctx_pass(cx, r);
	ctx_clear(cx);
	r = import_try(cx, create, s, &why, &problem);
	if (r < 0)
		return r;
	return r ? set_row(s, row, "saved", NULL, s->item_id)
		: set_row(s, row, "bad", why, 0);
}

/* One transaction: 1 there may be more, 0 the end. */
static int save_chunk(struct import_run *run, void *arg)
{
	struct q_item_import_rows_rows rows;
	struct saving *s = arg;
	struct ctx *cx = run->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_item_import_bank_lock(cx->db, .id = s->import.bank_id);
	if (r == 0)
		return fail(cx, ERR_STATE, "bank.closed");
	if (r >= 0)
		r = q_item_import_rows(cx->db, &rows, .import_id = s->import.id,
			.after_row = s->last_row, .most = SAVE_CHUNK);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_item_import_rows *row = &rows.at[i];
		s->last_row = row->row_no;
		if (streq(row->verdict, "good") && row->entry_no > 0 &&
			row->entry_no <= s->sheet.n_entries && (r = save_row(s, row)) < 0)
			return r;
	}
	bool has_more = rows.n == SAVE_CHUNK;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	run->saved = s->last_row;
	return has_more;
}

/* Drafts belong to whoever brought the file: he does not review them. */
static void act_for(struct ctx *cx, const struct q_item_import_find *import)
{
	struct actor actor = cx->actor;
	if (actor.role != ROLE_SYSTEM)
		return;
	actor.account_id = import->created_by;
	actor.name = import->actor_name;
	ctx_act_as(cx, &actor);
}

int item_import_save(struct ctx *cx, int64_t id, item_sheet_read_fn *read, struct job *job)
{
	struct saving s = {.cx = cx};
	struct import_run run = {.cx = cx, .kind = &item_import_kind, .id = id, .job = job};
	int r = q_item_import_find(cx->db, &s.import, .id = id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(s.import.state, "saved"))
		return 0;
	if (!streq(s.import.state, "saving"))
		return fail(cx, ERR_STATE, "item_import.not_judged");
	act_for(cx, &s.import);
	auto_arena large = arena_new(ITEM_SHEET_ARENA);
	item_sheet_init(&s.sheet, large);
	if ((r = import_read(cx, &s.import, read, &s.sheet)) < 0)
		return r;
	run.total = s.import.n_rows;
	run.message = s.import.message;
	return import_save(&run, save_chunk, &s);
}
