#include "doc/archive_package.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "core/setting.h"
#include "doc/archive_impl.h"
#include "doc/batch_facts.h"
#include "doc/paper.h"
#include "domain/evaluation/archive.h"

enum { INDEX_MAX = 1024 * 1024, COVER_ROWS = 20, MIB = 1024 * 1024 };

static const char *folder_of(struct ctx *cx, int volume)
{
	return text_of(cx, "%d-%s/", volume + 1, archive_volumes[volume]);
}

int package_put(struct package *p, int volume, const char *label, const char *ending,
	struct str bytes, const char *note)
{
	if (p->n == ENTRIES_MAX)
		return fail(p->cx, ERR_LIMIT, "archive.failed");
	struct archive_entry *e = &p->entries[p->n++];
	e->volume = volume;
	e->label = label;
	e->note = note;
	e->n_bytes = bytes.n;
	e->path = text_of(p->cx, "%s%s%s", volume < 0 ? "" : folder_of(p->cx, volume), label,
		ending);
	crypto_sm3_hex(bytes, e->sm3);
	crypto_sha256_hex(bytes, e->sha256);
	int r = pack_put(p->pack, e->path, bytes);
	return r < 0 ? fail(p->cx, r, "archive.failed") : 0;
}

int book_begin(struct package *p, int volume, const char *label, const char *titles,
	struct book *ret_book)
{
	struct sheet_column cols[TABLE_COLUMNS_MAX];
	struct str rest = str_of(titles);
	size_t n = 0;
	while (rest.n && n < TABLE_COLUMNS_MAX) {
		struct str title = str_cut(&rest, '|');
		cols[n++] = (struct sheet_column){.title = arena_str(p->cx->arena, title),
			.width = title.n > 12 ? 24 : 14, .text = true};
	}
	*ret_book = (struct book){.p = p, .volume = volume, .label = label};
	int r = sheet_new(label, cols, n, &ret_book->w);
	return r < 0 ? fail(p->cx, r, "archive.failed") : 0;
}

void book_text(struct book *t, const char *text)
{
	sheet_cell(t->w, text, STYLE_PLAIN);
}

void book_int(struct book *t, int64_t n)
{
	sheet_number(t->w, (double)n);
}

void book_time(struct book *t, int64_t at)
{
	book_text(t, at ? civil_time_text(t->p->cx->arena, at) : "");
}

void book_next(struct book *t)
{
	t->rows++;
	sheet_next(t->w);
}

int book_end(struct book *t)
{
	struct str bytes;
	int r = sheet_finish(t->w, t->p->cx->arena, &bytes);
	if (r < 0)
		return fail(t->p->cx, r, "archive.failed");
	return package_put(t->p, t->volume, t->label, ".xlsx", bytes,
		text_of(t->p->cx, "%zu行", t->rows));
}

const char *archive_mark_text(struct ctx *cx, const char *flag, int64_t centi)
{
	if (streq(flag, "absent"))
		return "缺考";
	if (streq(flag, "void"))
		return "违纪";
	return streq(flag, "score") || streq(flag, "scored")
		? text_of(cx, "%" PRId64 ".%02" PRId64, centi / 100, centi % 100) : "";
}

/* ---- covers ---- */

static json_t *cover_rows(const struct package *p, int volume)
{
	json_t *rows = json_array();
	json_int_t no = 0;
	for (size_t i = 0; i < p->n && no < COVER_ROWS; i++) {
		const struct archive_entry *e = &p->entries[i];
		if (e->volume == volume)
			json_array_append_new(rows, json_pack("{s:I, s:s, s:s, s:s}", "no", ++no,
				"name", e->label, "count", e->note, "note",
				text_of(p->cx, "SM3 %.8s…", e->sm3)));
	}
	for (const struct archive_item *item = archive_items; item->label
		&& no < COVER_ROWS; item++)
		if (item->volume == volume && item->elsewhere)
			json_array_append_new(rows, json_pack("{s:I, s:s, s:s, s:s}", "no", ++no,
				"name", item->label, "count", "另存", "note", item->elsewhere));
	return rows;
}

static json_t *cover_facts(const struct package *p)
{
	struct ctx *cx = p->cx;
	json_t *facts = batch_facts(cx, &p->batch);
	int64_t today = ctx_today(cx);
	const char *kept = text_of(cx, "纸质%" PRId64 "年，电子%" PRId64 "年",
		setting_int(cx, "archive.paper_years", p->batch.region, today),
		setting_int(cx, "archive.electronic_years", p->batch.region, today));
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", "保管期限", "value", kept));
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", "归档日期", "value",
		civil_day_text_zh(cx->arena, today)));
	return facts;
}

static int cover(struct package *p, int volume)
{
	static const char *const numbers[] = {"第一卷", "第二卷", "第三卷", "第四卷", "第五卷"};
	struct ctx *cx = p->cx;
	struct paper *paper;
	struct str pdf;
	int r = paper_new("档案封面", &paper);
	if (r < 0)
		return fail(cx, r, "archive.failed");
	paper_date(paper, ctx_now(cx));
	json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "title",
		text_of(cx, "%s档案", batch_kind_text(&p->batch)), "subtitle", p->batch.body_name,
		"volume", numbers[volume], "name", archive_volumes[volume], "facts", cover_facts(p),
		"rows", cover_rows(p, volume), "keeper", cx->actor.name);
	r = paper_page(paper, "cover", view);
	json_decref(view);
	if (r < 0) {
		(void)fail(cx, ERR_BUG, "paper.failed", paper_error(paper));
		paper_free(paper);
		return ERR_BUG;
	}
	if ((r = paper_finish(paper, cx->arena, &pdf)) < 0)
		return fail(cx, r, "archive.failed");
	return package_put(p, volume, "封面与目录", ".pdf", pdf, "1页");
}

/* ---- the index ---- */

static int put_text(struct package *p, const char *name, struct buf *text)
{
	struct str bytes = buf_view(text);
	if (text->full)
		return fail(p->cx, ERR_LIMIT, "archive.failed");
	bytes.p = arena_copy(p->cx->arena, bytes.p, bytes.n);
	return package_put(p, -1, name, "", bytes, "");
}

static int put_index_text(struct package *p)
{
	auto_buf text;
	buf_init(&text, INDEX_MAX);
	buf_printf(&text, "%s\n批次编号 %s\n评价机构 %s\n归档时间 %s\n", p->batch.title,
		p->batch.batch_no, p->batch.body_name,
		civil_time_text(p->cx->arena, ctx_now(p->cx)));
	for (int v = 0; v < ARCHIVE_VOLUMES; v++) {
		buf_printf(&text, "\n第%d卷 %s\n", v + 1, archive_volumes[v]);
		for (size_t i = 0; i < p->n; i++)
			if (p->entries[i].volume == v)
				buf_printf(&text, "  %s  %s  SM3 %s\n", p->entries[i].path,
					p->entries[i].note, p->entries[i].sm3);
		for (const struct archive_item *item = archive_items; item->label; item++)
			if (item->volume == v && item->elsewhere)
				buf_printf(&text, "  %s  另存：%s\n", item->label, item->elsewhere);
	}
	return put_text(p, "index.txt", &text);
}

static json_t *index_files(const struct package *p)
{
	json_t *files = json_array();
	for (size_t i = 0; i < p->n; i++) {
		const struct archive_entry *e = &p->entries[i];
		if (e->volume >= 0)
			json_array_append_new(files, json_pack("{s:i, s:s, s:s, s:I, s:s, s:s}",
				"volume", e->volume + 1, "label", e->label, "path", e->path, "size",
				(json_int_t)e->n_bytes, "sm3", e->sm3, "sha256", e->sha256));
	}
	return files;
}

static json_t *index_elsewhere(void)
{
	json_t *list = json_array();
	for (const struct archive_item *item = archive_items; item->label; item++)
		if (item->elsewhere)
			json_array_append_new(list, json_pack("{s:i, s:s, s:s}", "volume",
				item->volume + 1, "label", item->label, "kept", item->elsewhere));
	return list;
}

static int put_index_json(struct package *p)
{
	char at[CIVIL_TEXT];
	auto_buf text;
	auto_json root = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "batch_no", p->batch.batch_no,
		"title", p->batch.title, "body", p->batch.body_name, "archived_at",
		civil_put_time_iso(ctx_now(p->cx), at), "files", index_files(p), "elsewhere",
		index_elsewhere());
	buf_init(&text, INDEX_MAX);
	int r = json_write(root, &text);
	return r < 0 ? fail(p->cx, r, "archive.failed") : put_text(p, "index.json", &text);
}

/* As sm3sum and sha256sum read them. */
static int put_sums(struct package *p)
{
	auto_buf sm3, sha;
	buf_init(&sm3, INDEX_MAX);
	buf_init(&sha, INDEX_MAX);
	for (size_t i = 0; i < p->n; i++) {
		buf_printf(&sm3, "%s  %s\n", p->entries[i].sm3, p->entries[i].path);
		buf_printf(&sha, "%s  %s\n", p->entries[i].sha256, p->entries[i].path);
	}
	int r = put_text(p, "SM3SUMS", &sm3);
	return r < 0 ? r : put_text(p, "SHA256SUMS", &sha);
}

static int fill(struct package *p)
{
	static int (*const volumes[ARCHIVE_VOLUMES])(struct package *) = {volume_enrolment,
		volume_filing, volume_process, volume_result, volume_certificate};
	int r = 0;
	for (int v = 0; v < ARCHIVE_VOLUMES; v++)
		if ((r = volumes[v](p)) < 0 || (r = cover(p, v)) < 0)
			return r;
	if ((r = put_index_text(p)) < 0 || (r = put_index_json(p)) < 0)
		return r;
	return put_sums(p);
}

int archive_build(struct ctx *cx, int64_t batch_id, int64_t *ret_archive_id)
{
	struct package *p = arena_make(cx->arena, struct package);
	struct str bytes;
	*p = (struct package){.cx = cx};
	int r = archive_may_build(cx, batch_id, &p->batch);
	if (r < 0)
		return r;
	if ((r = pack_new(ctx_now(cx), &p->pack)) < 0)
		return fail(cx, r, "archive.failed");
	if ((r = fill(p)) < 0) {
		pack_free(p->pack);
		return r;
	}
	if ((r = pack_finish(p->pack, cx->arena, &bytes)) < 0)
		return fail(cx, r, "archive.failed");
	if (bytes.n > FILE_MAX)
		return fail(cx, ERR_LIMIT, "archive.too_large", text_of(cx, "%d", FILE_MAX / MIB));
	return archive_keep(cx, batch_id, bytes, ret_archive_id);
}

static int run_job(struct ctx *cx, struct job *job)
{
	json_int_t batch_id = 0;
	int64_t archive_id;
	auto_json args = NULL;
	int r = json_read(str_of(job->args), JOB_ARGS_MAX, &args, NULL);
	if (r < 0 || json_unpack(args, "{s:I}", "batch", &batch_id) < 0)
		return fail(cx, ERR_INVALID, "archive.failed");
	if ((r = job_progress(cx, job, 0, 1, "生成档案包")) < 0 ||
		(r = archive_build(cx, batch_id, &archive_id)) < 0 ||
		(r = job_result(cx, job, text_of(cx, "/batches/%lld/archive", batch_id))) < 0)
		return r;
	return job_progress(cx, job, 1, 1, "已归档");
}

const struct job_kind archive_jobs[] = {
	{"archive", "归档", run_job},
	{0},
};
