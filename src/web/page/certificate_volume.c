/* All certificates of a batch to download: making them by a job, and the volumes it made. */
#include <inttypes.h>

#include "base/civil.h"
#include "core/file.h"
#include "doc/certificate_volumes.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/layout.h"
#include "web/origin.h"
#include "web/page/page.h"

static const struct choice kind_choices[] = {{"zip", "逐本PDF（压缩包）"},
	{"single", "打印版：A4每页一本"}, {"double", "打印版：A4每页两本"}, {0}};

static const struct field print_fields[] = {
	{"kind", FIELD_CHOICE, "形式", .choices = kind_choices, .flags = FIELD_REQUIRED},
	{"each", FIELD_INT, "每卷本数", .unit = "本", .min = VOLUME_LEAST, .max = VOLUME_MOST,
		.flags = FIELD_REQUIRED},
	{0},
};

/* From the day after its last one, whether the routine has come by or not. */
static bool is_over(struct ctx *cx, int64_t until_on)
{
	return until_on < ctx_today(cx);
}

int certificate_volumes_put(struct req *rq, int64_t batch_id, bool has_certificates)
{
	struct q_certificate_volumes_of_batch_rows rows;
	int r = q_certificate_volumes_of_batch(rq->cx->db, &rows, .batch_id = batch_id,
		.scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_certificate_volumes_of_batch_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "kind_label",
			json_string(volume_kind_label(rows.at[i].volume_kind)));
		json_object_set_new(row, "is_there", json_boolean(!is_over(rq->cx,
			rows.at[i].until_on)));
	}
	view_set(rq, "volumes", list);
	view_flag(rq, "has_volumes", rows.n);
	view_flag(rq, "may_print", has_certificates);
	view_form(rq, "print_form", print_fields,
		text_of(rq->cx, "/batches/%" PRId64 "/certificates/print", batch_id), "开始印制",
		json_pack("{s:s, s:i}", "kind", "zip", "each", VOLUME_MOST));
	return 0;
}

static int print(struct req *rq)
{
	struct q_batch_find batch;
	struct ctx *cx = rq->cx;
	int64_t job, id = rq_id(rq, "id");
	const char *code = in_text(rq->in, "kind");
	enum volume_kind kind = VOLUME_ZIP;
	auto_tx tx = {0};
	int r = batch_get(cx, id, &batch);
	if (r < 0)
		return r;
	while (kind < VOLUME_DOUBLE && !streq(volume_kind_code(kind), code))
		kind++;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = certificate_volumes_submit(cx, id, kind, in_int(rq->in, "each"), rq_origin(rq),
		&job)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	rq_flash(rq, "certificate.printing");
	return rq_redirect(rq, "/jobs/%" PRId64, job);
}

static int volume(struct req *rq)
{
	struct q_certificate_volume_find row;
	struct file file;
	int r = q_certificate_volume_find(rq->cx->db, &row, .id = rq_id(rq, "volume"),
		.scope = rq->cx->scope);
	if (r < 0 || row.batch_id != rq_id(rq, "id"))
		return r < 0 && r != ERR_NOTFOUND ? ctx_pass(rq->cx, r)
			: fail(rq->cx, ERR_NOTFOUND, "certificate.no_volume");
	if (is_over(rq->cx, row.until_on))
		return fail(rq->cx, ERR_NOTFOUND, "certificate.volume_over",
			civil_day_text_zh(rq->cx->arena, row.until_on));
	if ((r = file_read(rq->cx, 0, row.file_id, &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, file.name, file.bytes);
}

const struct route routes_certificate_volume[] = {
	{POST, "/batches/:id/certificates/print", PERM_CERTIFICATE_READ, print, NULL,
		"批量印制证书", print_fields, .form = "/batches/:id/certificates"},
	{GET, "/batches/:id/certificates/volumes/:volume", PERM_CERTIFICATE_READ, volume, NULL,
		"下载印制的证书", .audit = "批量印制证书", .flags = ROUTE_DOWNLOAD},
	{0},
};
