/* Judging a file of items: every one gets a verdict with its reasons before anything is saved. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/stow.h"
#include "base/utf8.h"
#include "core/message.h"
#include "core/setting.h"
#include "domain/exam/bank.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/bank_near.h"
#include "domain/exam/bank_point.h"
#include "domain/exam/item_import_impl.h"
#include "query/bank_item.h"
#include "query/item_import.h"

enum { JUDGE_CHUNK = 200, NEAR_NAMED = 3 };

struct judging {
	struct ctx *cx;
	struct import_run run;
	int read; /* what reading the file came to */
	struct q_item_import_find import;
	struct q_item_near_hashes_rows near;
	struct item_sheet sheet;
	const char **hashes; /* of the entries so far */
	int64_t near_bits;
	int next_remark;
};

struct verdict {
	const char *code;
	struct buf text;
};

static void say(struct verdict *v, const char *code, const char *text)
{
	if (streq(code, "bad") || (streq(code, "same") && streq(v->code, "good")))
		v->code = code;
	if (v->text.n)
		buf_puts(&v->text, "；");
	buf_puts(&v->text, text);
}

static void say_problems(struct ctx *cx, struct verdict *v)
{
	for (int i = 0; i < cx->problem.n_fields; i++)
		say(v, "bad", field_problem_text(cx, &cx->problem.fields[i]));
	if (!cx->problem.n_fields)
		say(v, "bad", problem_text(cx));
	ctx_clear(cx);
}

static void say_remarks(struct judging *j, int entry, struct verdict *v)
{
	for (int i = 0; i < j->sheet.n_remarks; i++) {
		const struct item_remark *r = &j->sheet.remarks[i];
		if (r->entry == entry)
			say(v, "good", message_text(j->cx->arena, r->id, r->args));
	}
}

int import_point(struct ctx *cx, const struct q_item_import_find *import,
	const struct item_entry *e, int64_t *ret_point_id)
{
	struct q_bank_point_by_code p;
	if (is_blank(e->point)) {
		*ret_point_id = import->point_id;
		return import->point_id ? 0 : fail(cx, ERR_INVALID, "item_import.no_point");
	}
	int r = q_bank_point_by_code(cx->db, &p, .bank_id = import->bank_id, .code = e->point);
	if (r == ERR_NOTFOUND || (r == 0 && p.depth != POINT_DEPTH))
		return fail(cx, ERR_INVALID, "item_import.point_unknown", e->point);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_point_id = p.id;
	return 0;
}

struct import_source import_source(const struct item_sheet *sheet, const struct item_entry *e)
{
	return (struct import_source){&e->content,
		e->material ? sheet->materials[e->material - 1] : NULL};
}

static const char *digest(struct ctx *cx, struct str bytes)
{
	char hex[DIGEST_HEX];
	return text_of(cx, "%.16s", crypto_sha256_hex(bytes, hex));
}

static const char *source_hash_by(struct ctx *cx, size_t secret, struct import_source source)
{
	const struct item *it = source.item;
	const struct item_material *m = source.material;
	struct item copy = *it;
	auto_buf b;
	buf_init(&b, 2 * ITEM_RECORD_MAX);
	for (int i = 0; i < copy.n_assets; i++) {
		const char *name = digest(cx, it->assets[i].bytes);
		content_rename_asset(cx, &copy, copy.assets[i].name, name);
		copy.assets[i] = (struct item_asset){.name = name, .mime = ""};
	}
	item_pack(&b, &copy);
	if (m)
		stow_text(&b, "material", m->html);
	for (int i = 0; m && i < m->n_assets; i++)
		stow_text(&b, "picture", digest(cx, m->assets[i].bytes));
	return keyring_blind_index_by(cx->keys, secret, cx->arena, "item_import_row.source_hash",
		buf_view(&b));
}

const char *import_source_hash(struct ctx *cx, struct import_source source)
{
	return source_hash_by(cx, 0, source);
}

bool import_is_source(struct ctx *cx, struct import_source source, const char *hash)
{
	bool is_it = false;
	for (size_t n = 0; n < keyring_count(cx->keys) && !is_it; n++)
		is_it = streq(source_hash_by(cx, n, source), hash);
	return is_it;
}

/* As the bank keeps it; pictures have other names there, "" then. */
static const char *content_hash_by(struct ctx *cx, size_t secret, const struct item *it)
{
	auto_buf b;
	buf_init(&b, ITEM_RECORD_MAX);
	item_pack(&b, it);
	return it->n_assets ? "" : keyring_blind_index_by(cx->keys, secret, cx->arena,
		ITEM_COLUMN, buf_view(&b));
}

/* The same of a material; "" for none, and what fits none when it has pictures. */
static const char *material_hash_by(struct ctx *cx, size_t secret, const struct item_material *m)
{
	auto_buf b;
	buf_init(&b, ITEM_RECORD_MAX);
	if (!m || m->n_assets)
		return m ? "?" : "";
	item_pack(&b, &(struct item){.kind = ITEM_ESSAY, .stem_html = m->html});
	return keyring_blind_index_by(cx->keys, secret, cx->arena, MATERIAL_COLUMN, buf_view(&b));
}

int import_known(struct ctx *cx, int64_t bank_id, struct import_source source,
	const struct item *content, struct q_item_import_known *ret_known)
{
	int r = ERR_NOTFOUND;
	for (size_t n = 0; n < keyring_count(cx->keys) && r == ERR_NOTFOUND; n++)
		r = q_item_import_known(cx->db, ret_known, .bank_id = bank_id,
			.source_hash = source_hash_by(cx, n, source),
			.content_hash = content_hash_by(cx, n, content),
			.material_hash = material_hash_by(cx, n, source.material));
	return r;
}

static int check_known(struct judging *j, int at, const struct item *content, struct verdict *v)
{
	struct ctx *cx = j->cx;
	struct q_item_import_known known;
	for (int i = 0; i < at; i++)
		if (streq(j->hashes[i], j->hashes[at])) {
			say(v, "same", text_of(cx, "与本文件第 %d 题相同", i + 1));
			return 0;
		}
	int r = import_known(cx, j->import.bank_id, import_source(&j->sheet, j->sheet.entries[at]),
		content, &known);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	say(v, "same", text_of(cx, "题库中已有：第 %" PRId64 " 题", known.item_no));
	return 0;
}

/* Those of the bank whose words have nearly the same hash, by number: nothing is opened. */
static void say_near(struct judging *j, const struct item *it, struct verdict *v)
{
	struct ctx *cx = j->cx;
	struct near_hashes own;
	near_hash_all(cx, near_words(cx, it), &own);
	const char *list = "";
	int n = 0;
	for (size_t i = 0; i < j->near.n && n < NEAR_NAMED; i++)
		if (near_distance(&own, j->near.at[i].near_hash) <= j->near_bits) {
			list = text_of(cx, "%s%s%" PRId64, list, n ? "、" : "",
				j->near.at[i].item_no);
			n++;
		}
	if (n)
		say(v, "good", text_of(cx, "可能与题库第 %s 题相似，保存后请核对", list));
}

/* Before anything is done with it that costs memory. */
static bool is_too_large(const struct item *it)
{
	auto_buf b;
	buf_init(&b, ITEM_RECORD_MAX);
	item_pack(&b, it);
	return b.full;
}

static int judge_entry(struct judging *j, int at, struct verdict *v)
{
	struct ctx *cx = j->cx;
	const struct item_entry *e = j->sheet.entries[at];
	struct item content = e->content;
	int64_t point_id;
	say_remarks(j, at + 1, v);
	j->hashes[at] = "";
	if (is_too_large(&content)) {
		(void)fail(cx, ERR_LIMIT, "item.record_large");
		say_problems(cx, v);
		return 0;
	}
	int r = item_try(cx, &content);
	if (r == 0)
		r = item_validate(cx, &content);
	if (r == ERR_INVALID || r == ERR_LIMIT)
		say_problems(cx, v);
	else if (r < 0)
		return r;
	r = import_point(cx, &j->import, e, &point_id);
	if (r == ERR_INVALID)
		say_problems(cx, v);
	else if (r < 0)
		return r;
	if (e->material && is_blank(j->sheet.materials[e->material - 1]->html))
		say(v, "bad", "共用材料没有内容，请在第一道用到它的题里填写");
	j->hashes[at] = arena_dup(j->sheet.arena,
		import_source_hash(cx, import_source(&j->sheet, e)));
	if (streq(v->code, "bad"))
		return 0;
	r = check_known(j, at, &content, v);
	if (r == 0 && streq(v->code, "good"))
		say_near(j, &content, v);
	return r;
}

static const char *place_text(struct ctx *cx, int64_t line, const char *place)
{
	return line ? text_of(cx, "%" PRId64, line) : place;
}

static int keep(struct judging *j, int entry_no, const char *place, const char *name,
	enum item_kind kind, const struct verdict *v)
{
	struct ctx *cx = j->cx;
	int r = q_item_import_row_put(cx->db, .import_id = j->import.id,
		.row_no = j->run.n.rows + 1,
		.bank_id = j->import.bank_id, .entry_no = entry_no, .verdict = v->code,
		.place = place, .item_kind = item_kind_code(kind),
		.words_cipher = import_words_seal(cx, name, arena_str(cx->arena,
			utf8_cut(buf_view(&v->text), IMPORT_TEXT_CHARS))),
		.source_hash = entry_no ? j->hashes[entry_no - 1] : "");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int keep_refused(struct judging *j, const struct item_remark *m)
{
	struct ctx *cx = j->cx;
	struct verdict v = {.code = "good"};
	buf_init(&v.text, 16 * 1024);
	say(&v, "bad", message_text(cx->arena, m->id, m->args));
	int r = keep(j, 0, place_text(cx, m->line, m->place), m->name, 0, &v);
	buf_fini(&v.text);
	return r < 0 ? r : import_judged(&j->run, v.code);
}

/* What could not be read and stands before a line; all that is left for a line of 0. */
static int refused_before(struct judging *j, int64_t line)
{
	for (; j->next_remark < j->sheet.n_remarks; j->next_remark++) {
		const struct item_remark *m = &j->sheet.remarks[j->next_remark];
		if (m->entry || !m->is_refused)
			continue;
		if (line && m->line > line)
			return 0;
		int r = keep_refused(j, m);
		if (r < 0)
			return r;
	}
	return 0;
}

static int judge_all(struct judging *j)
{
	struct ctx *cx = j->cx;
	int r = 0;
	for (int i = 0; i < j->sheet.n_entries && r == 0; i++) {
		const struct item_entry *e = j->sheet.entries[i];
		struct verdict v = {.code = "good"};
		if (e->line && (r = refused_before(j, e->line)) < 0)
			return r;
		buf_init(&v.text, 64 * 1024);
		r = judge_entry(j, i, &v);
		if (r == 0)
			r = keep(j, i + 1, place_text(cx, e->line, e->place), e->name,
				e->content.kind, &v);
		buf_fini(&v.text);
		if (r == 0)
			r = import_judged(&j->run, v.code);
	}
	return r < 0 ? r : refused_before(j, 0);
}

/* What concerns the file as a whole: unused columns, more remarks than there is room for. */
static const char *file_message(struct judging *j)
{
	struct ctx *cx = j->cx;
	const char *text = "";
	for (int i = 0; i < j->sheet.n_remarks; i++) {
		const struct item_remark *m = &j->sheet.remarks[i];
		if (!m->entry && !m->is_refused && strlen(text) < 1000)
			text = text_of(cx, "%s%s%s", text, *text ? "；" : "",
				message_text(cx->arena, m->id, m->args));
	}
	if (j->sheet.n_more_remarks)
		text = text_of(cx, "%s%s另有 %d 处问题没有列出", text, *text ? "；" : "",
			j->sheet.n_more_remarks);
	return text;
}

static int judge_sheet(struct import_run *run, void *arg)
{
	struct judging *j = arg;
	if (j->read < 0)
		return j->read;
	if (!j->sheet.n_entries && !j->sheet.n_remarks)
		return fail(run->cx, ERR_INVALID, "item_import.empty");
	j->hashes = arena_array(j->sheet.arena, const char *, j->sheet.n_entries + 1);
	int r = judge_all(j);
	import_remark(run, file_message(j));
	return r;
}

static int begin(struct judging *j)
{
	struct ctx *cx = j->cx;
	int r = q_item_import_find(cx->db, &j->import, .id = j->run.id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = import_begin(&j->run, j->import.state)) < 0)
		return r;
	r = q_item_near_hashes(cx->db, &j->near, .bank_id = j->import.bank_id, .id = 0);
	j->near_bits = setting_int(cx, "bank.near_bits", j->import.region, 0);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int item_import_judge(struct ctx *cx, int64_t id, item_sheet_read_fn *read, struct job *job)
{
	struct judging j = {.cx = cx, .run = {.cx = cx, .kind = &item_import_kind, .id = id,
		.job = job, .chunk = JUDGE_CHUNK}};
	int r = begin(&j);
	if (r < 0)
		return r;
	auto_arena large = arena_new(ITEM_SHEET_ARENA);
	item_sheet_init(&j.sheet, large);
	j.read = import_read(cx, &j.import, read, &j.sheet);
	j.run.total = j.sheet.n_entries;
	return import_judge(&j.run, judge_sheet, &j);
}
