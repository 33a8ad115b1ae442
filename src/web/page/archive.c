/* The archive of a batch: what belongs into its volumes, packages, retention, who has read them. */
#include "domain/evaluation/archive.h"

#include <inttypes.h>

#include "core/job.h"
#include "core/setting.h"
#include "doc/archive_package.h"
#include "domain/evaluation/batch.h"
#include "query/archive.h"
#include "web/page/batch.h"
#include "web/page/page.h"

static const struct field read_fields[] = {
	{"purpose", FIELD_AREA, "调阅用途", .max = 500, .flags = FIELD_REQUIRED},
	{"witness", FIELD_TEXT, "见证人", .help = "在场见证人的姓名，用顿号分开，不含本人。",
		.max = 200},
	{0},
};

static json_t *volumes_view(void)
{
	json_t *list = json_array();
	for (int v = 0; v < ARCHIVE_VOLUMES; v++) {
		json_t *items = json_array();
		for (const struct archive_item *item = archive_items; item->label; item++)
			if (item->volume == v)
				json_array_append_new(items, json_pack("{s:s, s:s, s:b}", "label",
					item->label, "elsewhere",
					item->elsewhere ? item->elsewhere : "", "is_in",
					!item->elsewhere));
		json_array_append_new(list, json_pack("{s:i, s:s, s:o}", "no", v + 1, "name",
			archive_volumes[v], "items", items));
	}
	return list;
}

static int put_packages(struct req *rq, int64_t batch_id)
{
	struct q_archives_of_batch_rows rows;
	struct q_archive_reads_of_batch_rows reads;
	struct ctx *cx = rq->cx;
	int r = q_archives_of_batch(cx->db, &rows, .batch_id = batch_id, .scope = cx->scope);
	if (r >= 0)
		r = q_archive_reads_of_batch(cx->db, &reads, .batch_id = batch_id,
			.scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = view_rows(rq, &q_archives_of_batch_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "digest", json_string(rows.at[i].package_hash));
		json_object_set_new(row, "is_last", json_boolean(i == 0));
	}
	view_set(rq, "packages", list);
	view_flag(rq, "has_packages", rows.n > 0);
	view_set(rq, "reads", view_rows(rq, &q_archive_reads_of_batch_desc, reads.at, reads.n));
	view_flag(rq, "may_read", rows.n && ctx_may(cx, PERM_ARCHIVE_READ));
	if (rows.n)
		view_form(rq, "read_form", read_fields, text_of(cx,
			"/batches/%" PRId64 "/archive/%" PRId64 "/read", batch_id, rows.at[0].id),
			"调阅并下载", NULL);
	return 0;
}

static int archive_show(struct req *rq)
{
	struct q_batch_find batch;
	struct ctx *cx = rq->cx;
	int64_t id = rq_id(rq, "id"), today = ctx_today(cx);
	int r = batch_get(cx, id, &batch);
	if (r < 0 || (r = put_packages(rq, id)) < 0)
		return r;
	bool ready = streq(batch.state, "certified") || streq(batch.state, "archived");
	view_set(rq, "batch", batch_view(rq, &batch));
	view_batch_tabs(rq, &batch, "/archive");
	view_set(rq, "volumes", volumes_view());
	view_flag(rq, "is_ready", ready);
	view_flag(rq, "may_build", ready && ctx_may(cx, PERM_RESULT_COMPILE));
	view_int(rq, "paper_years", setting_int(cx, "archive.paper_years", batch.region, today));
	view_int(rq, "electronic_years",
		setting_int(cx, "archive.electronic_years", batch.region, today));
	view_int(rq, "video_months", setting_int(cx, "archive.video_months", batch.region, today));
	view_text(rq, "title", batch.title);
	return 0;
}

static int archive_make(struct req *rq)
{
	struct q_batch_find batch;
	struct ctx *cx = rq->cx;
	int64_t id = rq_id(rq, "id"), made;
	int r = archive_may_build(cx, id, &batch);
	if (r < 0)
		return r;
	if (batch.n_accepted < ARCHIVE_JOB_FROM) {
		if ((r = archive_build(cx, id, &made)) < 0)
			return r;
		rq_flash(rq, "archive.built");
		return rq_redirect(rq, "/batches/%" PRId64 "/archive", id);
	}
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = job_submit(cx, "archive", text_of(cx, "{\"batch\": %" PRId64 "}", id), &made);
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	rq_flash(rq, "archive.working");
	return rq_redirect(rq, "/jobs/%" PRId64, made);
}

static int archive_read(struct req *rq)
{
	struct file file;
	int r = archive_open(rq->cx, rq_id(rq, "archive"), in_text(rq->in, "purpose"),
		in_text(rq->in, "witness"), &file);
	return r < 0 ? r : rq_bytes(rq, file.mime, file.name, file.bytes);
}

const struct route routes_archive[] = {
	{GET, "/batches/:id/archive", PERM_MARK_READ, archive_show, "archive/show", "归档"},
	{POST, "/batches/:id/archive", PERM_RESULT_COMPILE, archive_make, NULL, "生成档案包",
		.form = "/batches/:id/archive"},
	{POST, "/batches/:id/archive/:archive/read", PERM_ARCHIVE_READ, archive_read, NULL,
		"调阅档案", read_fields, .form = "/batches/:id/archive"},
	{0},
};
