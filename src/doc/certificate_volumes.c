#include "doc/certificate_volumes.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/json.h"
#include "core/file.h"
#include "core/message.h"
#include "core/setting.h"
#include "doc/certificate_paper.h"
#include "doc/pack.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/layout.h"

enum {
	VOLUME_ARENA = 512 * 1024 * 1024,
	VOLUME_BYTES = FILE_MAX - 1024 * 1024,
	CLEARED_AT_ONCE = 20
};

static const struct {
	const char *code, *label, *job, *ending, *mime;
} kinds[VOLUME_KINDS] = {
	{"zip", "逐本PDF（压缩包）", "certificates.zip", "zip", "application/zip"},
	{"single", "打印版：A4每页一本", "certificates.single", "pdf", "application/pdf"},
	{"double", "打印版：A4每页两本", "certificates.double", "pdf", "application/pdf"},
};

const char *volume_kind_code(enum volume_kind kind)
{
	return kinds[kind].code;
}

const char *volume_kind_label(const char *code)
{
	for (size_t i = 0; i < VOLUME_KINDS; i++)
		if (streq(kinds[i].code, code))
			return kinds[i].label;
	return code;
}

int certificate_volumes_submit(struct ctx *cx, int64_t batch_id, enum volume_kind kind,
	int64_t each, const char *origin, int64_t *ret_job)
{
	struct q_certificates_to_print_count count;
	int r = q_certificates_to_print_count(cx->db, &count, .batch_id = batch_id,
		.scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!count.n)
		return fail(cx, ERR_STATE, "certificate.nothing_to_print");
	auto_json args = json_pack("{s:I, s:I, s:s}", "batch", (json_int_t)batch_id, "each",
		(json_int_t)each, "origin", origin);
	char *text = json_dumps(args, JSON_COMPACT);
	r = job_submit(cx, kinds[kind].job, text_of(cx, "%s", text ? text : ""), ret_job);
	free(text);
	return r;
}

/* ---- the job ---- */

struct work {
	struct ctx *cx;
	struct job *job;
	enum volume_kind kind;
	int64_t batch_id, each, after_id, volume, done, total;
	const char *origin;
	bool must_prove;
	struct q_batch_find batch;
};

struct volume {
	struct certificate_print *prints;
	struct q_certificate_find *certificates;
	size_t n;
	struct str bytes;
};

static int load_prints(struct work *w, struct volume *v)
{
	struct ctx *cx = w->cx;
	struct q_certificates_to_print_rows rows;
	int r = q_certificates_to_print(cx->db, &rows, .batch_id = w->batch_id,
		.after_id = w->after_id, .most = w->each, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	v->prints = arena_array(cx->arena, struct certificate_print, rows.n + 1);
	v->certificates = arena_array(cx->arena, struct q_certificate_find, rows.n + 1);
	v->n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		r = q_certificate_find(cx->db, &v->certificates[i],
			.person_id = rows.at[i].person_id, .id = rows.at[i].id, .scope = cx->scope);
		if (r < 0)
			return ctx_pass(cx, r);
		r = certificate_print_load(cx, &v->certificates[i], w->origin, w->must_prove,
			&v->prints[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Fewer when they would not fit into a file. */
static int make_zip(struct work *w, struct volume *v)
{
	struct ctx *cx = w->cx;
	struct pack *pack;
	size_t bytes = 0, i;
	int r = pack_new(ctx_now(cx), &pack);
	if (r < 0)
		return fail(cx, r, "certificate.no_paper");
	for (i = 0; i < v->n; i++) {
		const struct q_certificate_find *c = &v->certificates[i];
		struct str pdf;
		r = certificate_paper(cx, &v->prints[i], &pdf);
		if (r == 0 && i && bytes + pdf.n > VOLUME_BYTES)
			break;
		bytes += pdf.n;
		if (r == 0)
			r = pack_put(pack, text_of(cx, "%s-%s.pdf", c->number,
				pack_part(cx->arena, c->name)), pdf);
		if (r < 0) {
			pack_free(pack);
			return cx->problem.err ? r : fail(cx, r, "certificate.no_paper");
		}
	}
	v->n = i;
	r = pack_finish(pack, cx->arena, &v->bytes);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}

static int make_sheets(struct work *w, struct volume *v)
{
	for (;;) {
		int r = certificate_sheets(w->cx, w->kind == VOLUME_DOUBLE ? SHEET_DOUBLE
			: SHEET_SINGLE, v->prints, v->n, &v->bytes);
		if (r < 0 || v->bytes.n <= VOLUME_BYTES || v->n < 4)
			return r;
		v->n = v->n / 4 * 2; /* whole sheets */
	}
}

/* The volume, its row and the job's progress, together. */
static int keep(struct work *w, const struct volume *v)
{
	struct ctx *cx = w->cx;
	const struct q_certificate_find *first = &v->certificates[0];
	const struct q_certificate_find *last = &v->certificates[v->n - 1];
	struct file file = {.body_id = w->batch.body_id, .region = w->batch.region,
		.name = text_of(cx, "证书-%s-%s-%" PRId64 ".%s", w->batch.batch_no,
		kinds[w->kind].code, w->volume + 1, kinds[w->kind].ending),
		.mime = kinds[w->kind].mime, .bytes = v->bytes};
	int64_t done = w->done + (int64_t)v->n, days, today = ctx_today(cx);
	auto_tx tx = {0};
	int r = setting_get(cx, "certificate.volume_days", w->batch.region, today, &days);
	if (r < 0)
		return r;
	r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = file_put(cx, &file)) < 0)
		return r;
	r = q_certificate_volume_insert(cx->db, .id = ctx_id(cx), .job_id = w->job->id,
		.batch_id = w->batch_id, .body_id = w->batch.body_id, .region = w->batch.region,
		.volume_kind = kinds[w->kind].code, .volume_no = w->volume + 1,
		.first_number = first->number, .last_number = last->number, .last_id = last->id,
		.n = (int64_t)v->n, .file_id = file.id, .created_at = ctx_now(cx),
		.until_on = today + days);
	if (r < 0)
		return ctx_pass(cx, r);
	r = job_progress(cx, w->job, done, w->total, text_of(cx, "已完成第 %" PRId64 " 卷",
		w->volume + 1));
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	w->volume++;
	w->done = done;
	w->after_id = last->id;
	return 0;
}

/* 1: a volume was made; 0: there are no more. */
static int make_volume(struct work *w)
{
	struct volume v = {0};
	int r = load_prints(w, &v);
	if (r < 0 || !v.n)
		return r;
	r = w->kind == VOLUME_ZIP ? make_zip(w, &v) : make_sheets(w, &v);
	if (r < 0 || (r = keep(w, &v)) < 0)
		return r;
	return 1;
}

/* With memory of its own; what went wrong is told in the job's. */
static int step(struct work *w)
{
	struct ctx *cx = w->cx;
	struct arena *whole = cx->arena;
	auto_arena own = arena_new(VOLUME_ARENA);
	cx->arena = own;
	db_use_arena(cx->db, own);
	int r = make_volume(w);
	cx->arena = whole;
	db_use_arena(cx->db, whole);
	if (r >= 0)
		return r;
	const char *text = arena_dup(whole, problem_text(cx));
	bool waits = cx->problem.id && streq(cx->problem.id, "certificate.leaf_waits");
	ctx_clear(cx);
	/* tried again, by when the log has signed */
	return fail(cx, waits ? ERR_CONFLICT : r, "certificate.not_printed", text);
}

/* Behind the volumes that an earlier attempt has kept. */
static int take_up(struct work *w)
{
	struct q_certificate_volumes_of_job_rows rows;
	struct q_certificates_to_print_count count;
	struct ctx *cx = w->cx;
	int r = q_batch_find(cx->db, &w->batch, .id = w->batch_id, .scope = cx->scope);
	if (r >= 0)
		r = q_certificates_to_print_count(cx->db, &count, .batch_id = w->batch_id,
			.scope = cx->scope);
	if (r >= 0)
		r = q_certificate_volumes_of_job(cx->db, &rows, .job_id = w->job->id);
	if (r < 0)
		return ctx_pass(cx, r);
	w->total = count.n;
	for (size_t i = 0; i < rows.n; i++) {
		w->volume = rows.at[i].volume_no;
		w->after_id = rows.at[i].last_id;
		w->done += rows.at[i].n;
	}
	w->must_prove = certificate_prints_prove(cx);
	return job_progress(cx, w->job, w->done, w->total, "印制证书");
}

static int run(struct ctx *cx, struct job *job, enum volume_kind kind)
{
	struct work w = {.cx = cx, .job = job, .kind = kind};
	json_int_t batch_id = 0, each = 0;
	auto_json args = NULL;
	int r = json_read(str_of(job->args), JOB_ARGS_MAX, &args, NULL);
	if (r < 0 || json_unpack(args, "{s:I, s:I, s:s}", "batch", &batch_id, "each", &each,
		"origin", &w.origin) < 0 || each < VOLUME_LEAST || each > VOLUME_MOST)
		return fail(cx, ERR_INVALID, "certificate.no_paper");
	w.batch_id = batch_id;
	w.each = each;
	if ((r = take_up(&w)) < 0)
		return r;
	while ((r = step(&w)) > 0)
		;
	if (r < 0)
		return r;
	r = job_result(cx, job, text_of(cx, "/batches/%" PRId64 "/certificates", w.batch_id));
	if (r < 0)
		return r;
	return job_progress(cx, job, w.done, w.total, "已完成");
}

static int run_zip(struct ctx *cx, struct job *job)
{
	return run(cx, job, VOLUME_ZIP);
}

static int run_single(struct ctx *cx, struct job *job)
{
	return run(cx, job, VOLUME_SINGLE);
}

static int run_double(struct ctx *cx, struct job *job)
{
	return run(cx, job, VOLUME_DOUBLE);
}

const struct job_kind certificate_volume_jobs[] = {
	{"certificates.zip", "批量印制证书：逐本PDF", run_zip},
	{"certificates.single", "批量印制证书：每页一本", run_single},
	{"certificates.double", "批量印制证书：每页两本", run_double},
	{0},
};

/* ---- the end of their term ---- */

/* Whoever marks the row deletes the file. */
static int clear(struct ctx *cx, const struct q_certificate_volumes_over *v)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_certificate_volume_clear(cx->db, .id = v->id, .cleared_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	int n = r ? file_drop(cx, 0, v->file_id) : 0;
	if (n < 0)
		return n;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : n;
}

int certificate_volumes_clear(struct ctx *cx, int *ret_n)
{
	struct q_certificate_volumes_over_rows rows;
	int n = 0, r = q_certificate_volumes_over(cx->db, &rows, .today = ctx_today(cx),
		.most = CLEARED_AT_ONCE);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if ((r = clear(cx, &rows.at[i])) < 0)
			return r;
		n += r;
	}
	*ret_n = n;
	return 0;
}
