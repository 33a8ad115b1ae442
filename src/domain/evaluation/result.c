/* Results: compiled from the parts, frozen with a hash, confirmed after the notice. */
#include "domain/evaluation/result.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "core/audit.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result_list.h"
#include "query/batch.h"
#include "query/core.h"
#include "query/exam_score.h"
#include "query/mark.h"
#include "query/result.h"

enum { CANONICAL_MAX = 64 * 1024 * 1024 };

/* One candidate's parts lie together, in the order of the list. */
static const char *part_text(struct ctx *cx, const struct q_parts_of_batch *p)
{
	if (streq(p->part_state, "absent"))
		return "缺考";
	if (streq(p->part_state, "void"))
		return "违纪";
	if (!streq(p->part_state, "scored"))
		return "未评分";
	return text_of(cx, "%d.%02d%s", (int)(p->score_centi / 100), (int)(p->score_centi % 100),
		streq(p->attempt, "kept") ? "（保留）" : "");
}

struct cuts {
	int64_t theory, other;
};

/* A kept pass was one by the cut of its own batch. */
static bool part_passed(const struct q_parts_of_batch *p, const struct cuts *cuts)
{
	if (streq(p->attempt, "kept"))
		return true;
	return streq(p->part_state, "scored") &&
		p->score_centi >= (p->part == PART_THEORY ? cuts->theory : cuts->other);
}

int result_cut(struct ctx *cx, const struct q_batch_find *batch, int64_t part, int64_t *ret_centi)
{
	struct q_exam_cut_of_batch exam = {0};
	int r = part == PART_THEORY
		? q_exam_cut_of_batch(cx->db, &exam, .batch_id = batch->id) : 0;
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (exam.pass_centi <= 0)
		return setting_get(cx, "mark.pass_centi", batch->region,
			civil_day_at(batch->first_at), ret_centi);
	*ret_centi = exam.pass_centi;
	return 0;
}

static int cuts_of(struct ctx *cx, const struct q_batch_find *batch, struct cuts *ret_cuts)
{
	int r = result_cut(cx, batch, PART_THEORY, &ret_cuts->theory);
	return r < 0 ? r : result_cut(cx, batch, PART_SKILL, &ret_cuts->other);
}

static const char **slot_of(struct result_line *line, int64_t part)
{
	if (part == PART_THEORY)
		return &line->theory;
	return part == PART_SKILL ? &line->skill : &line->review;
}

static void put_part(struct ctx *cx, struct result_line *line, const struct q_parts_of_batch *p,
	const struct cuts *cuts)
{
	*slot_of(line, p->part) = part_text(cx, p);
	line->passed &= part_passed(p, cuts);
	if (!streq(p->part_state, "pending"))
		return;
	line->pending = true;
	line->waits = text_of(cx, "%s%s%s", line->waits, *line->waits ? "、" : "",
		part_short(p->part));
}

int result_compile(struct ctx *cx, const struct q_batch_find *batch, struct result_line **ret_lines,
	size_t *ret_n)
{
	struct q_parts_of_batch_rows parts;
	struct cuts cuts;
	int r = cuts_of(cx, batch, &cuts);
	if (r < 0)
		return r;
	if ((r = q_parts_of_batch(cx->db, &parts, .batch_id = batch->id)) < 0)
		return ctx_pass(cx, r);
	struct result_line *lines = arena_array(cx->arena, struct result_line, parts.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < parts.n; i++) {
		const struct q_parts_of_batch *p = &parts.at[i];
		if (!n || lines[n - 1].enrolment_id != p->enrolment_id)
			lines[n++] = (struct result_line){.person_id = p->person_id,
				.enrolment_id = p->enrolment_id, .seq = p->seq, .name = p->name,
				.idno_mask = p->idno_mask, .theory = "", .skill = "", .review = "",
				.waits = "", .passed = true};
		put_part(cx, &lines[n - 1], p, &cuts);
	}
	*ret_lines = lines;
	*ret_n = n;
	return 0;
}

const char *result_line_text(struct ctx *cx, const char *batch_no, int64_t version,
	const struct result_line *l)
{
	return text_of(cx, "%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%s\t%s\t%s\t%s\t%s\t%s",
		batch_no, version, l->seq, l->enrolment_id, l->name, l->idno_mask, l->theory,
		l->skill, l->review, l->passed ? "passed" : "failed");
}

static const char *hash_text(struct ctx *cx, struct str text)
{
	char hex[DIGEST_HEX];
	return arena_dup(cx->arena, crypto_sm3_hex(text, hex));
}

int result_keep(struct ctx *cx, const struct q_batch_find *batch, const struct result_line *lines,
	size_t n, int64_t version, const char *reason, const char **ret_hash)
{
	auto_buf all;
	buf_init(&all, CANONICAL_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct result_line *l = &lines[i];
		const char *text = result_line_text(cx, batch->batch_no, version, l);
		buf_printf(&all, "%s\n", text);
		int r = q_result_insert(cx->db, .person_id = l->person_id,
			.enrolment_id = l->enrolment_id,
			.result_version = version, .batch_id = batch->id, .body_id = batch->body_id,
			.region = batch->region, .seq = l->seq, .name = l->name,
			.idno_mask = l->idno_mask,
			.theory = l->theory, .skill = l->skill, .review = l->review,
			.outcome = l->passed ? "passed" : "failed",
			.line_hash = hash_text(cx, str_of(text)));
		if (r < 0)
			return ctx_pass(cx, r);
	}
	if (all.full)
		return fail(cx, ERR_LIMIT, "result.too_long");
	*ret_hash = hash_text(cx, buf_view(&all));
	const char *marks;
	int r = result_marks_hash(cx, batch->id, &marks);
	if (r < 0)
		return r;
	r = q_result_list_insert(cx->db, .id = ctx_id(cx), .batch_id = batch->id,
		.body_id = batch->body_id, .region = batch->region, .result_version = version,
		.list_hash = *ret_hash, .marks_hash = marks, .n_rows = (int64_t)n, .reason = reason,
		.frozen_by = cx->actor.account_id, .frozen_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : result_log(cx, batch, version);
}

static int all_scored(struct ctx *cx, const struct result_line *lines, size_t n)
{
	const char *names = "";
	size_t open = 0;
	if (!n)
		return fail(cx, ERR_STATE, "result.nobody");
	for (size_t i = 0; i < n; i++)
		if (lines[i].pending && ++open <= 10)
			names = text_of(cx, "%s%s%s", names, *names ? "、" : "", lines[i].name);
	return open ? fail(cx, ERR_STATE, "result.pending", text_of(cx, "%zu", open), names) : 0;
}

/* The authority has its time after the notice: the deadline of the state is the last day of
 * both. */
static int open_deadline(struct ctx *cx, const struct q_batch_find *batch, int64_t publicity_to_on)
{
	int64_t days, due;
	int r = setting_get(cx, "result.review_wd", batch->region, ctx_today(cx), &days);
	if (r < 0 || (r = workday_due(cx, publicity_to_on, days, &due)) < 0)
		return r;
	r = q_deadline_close(cx->db, .closed_at = ctx_now(cx), .subject_id = batch->id,
		.kind = "batch");
	if (r >= 0)
		r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = "batch",
			.subject_id = batch->id, .name = "result.review_wd",
			.region = batch->region, .body_id = batch->body_id, .due_on = due,
			.opened_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int publish(struct ctx *cx, const struct q_batch_find *batch)
{
	int64_t days, last, today = ctx_today(cx);
	int r = setting_get(cx, "result.publicity_wd", batch->region, today, &days);
	if (r < 0 || (r = workday_due(cx, today, days, &last)) < 0)
		return r;
	r = q_batch_set_frozen(cx->db, .id = batch->id, .result_version = 1,
		.publicity_from_on = today, .publicity_to_on = last);
	return r < 0 ? ctx_pass(cx, r) : open_deadline(cx, batch, last);
}

/* The last day of the notice by the calendar as it is now: holidays may have been added since. */
static int notice_end(struct ctx *cx, const struct q_result_notices_open *n, int64_t *ret_last)
{
	int64_t days, last;
	int r = setting_get(cx, "result.publicity_wd", n->region, n->publicity_from_on, &days);
	if (r < 0 || (r = workday_due(cx, n->publicity_from_on, days, &last)) < 0)
		return r;
	*ret_last = last > n->publicity_to_on ? last : n->publicity_to_on;
	return 0;
}

static int lengthen(struct ctx *cx, int64_t batch_id, int64_t last)
{
	struct q_batch_find batch;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_batch_lock(cx->db, .id = batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, &batch, .id = batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(batch.state, "publicity") || batch.publicity_to_on >= last)
		return 0;
	r = q_batch_set_frozen(cx->db, .id = batch_id, .result_version = batch.result_version,
		.publicity_from_on = batch.publicity_from_on, .publicity_to_on = last);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = open_deadline(cx, &batch, last)) < 0 ||
		(r = flow_note(cx, "batch", 0, batch_id, "notice_longer",
		text_of(cx, "节假日有调整，公示延长到%s",
		civil_day_text_zh(cx->arena, last)))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int result_notices_tick(struct ctx *cx)
{
	struct q_result_notices_open_rows rows;
	int64_t last, today = ctx_today(cx);
	int r = q_result_notices_open(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && r >= 0; i++) {
		r = notice_end(cx, &rows.at[i], &last);
		if (r >= 0 && last > rows.at[i].publicity_to_on && last >= today)
			r = lengthen(cx, rows.at[i].id, last);
	}
	return r < 0 ? r : 0;
}

int result_notice_again(struct ctx *cx, const struct q_batch_find *batch, int64_t held_on)
{
	int64_t left, last = batch->publicity_to_on;
	int r = workday_count(cx, held_on, batch->publicity_to_on, &left);
	if (r < 0)
		return r;
	if (left > 0 && (r = workday_due(cx, ctx_today(cx), left, &last)) < 0)
		return r;
	r = q_batch_set_frozen(cx->db, .id = batch->id, .result_version = batch->result_version,
		.publicity_from_on = batch->publicity_from_on, .publicity_to_on = last);
	return r < 0 ? ctx_pass(cx, r) : open_deadline(cx, batch, last);
}

static int freeze(struct ctx *cx, const struct q_batch_find *batch)
{
	struct result_line *lines;
	const char *hash;
	size_t n;
	int r = result_compile(cx, batch, &lines, &n);
	if (r < 0 || (r = all_scored(cx, lines, n)) < 0 ||
		(r = result_keep(cx, batch, lines, n, 1, "", &hash)) < 0)
		return r;
	r = flow_run(cx, &batch_flow, 0, batch->id, "freeze",
		text_of(cx, "共%zu人，成绩表摘要（SM3）%s", n, hash), NULL);
	return r < 0 ? r : publish(cx, batch);
}

int result_freeze(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_find batch;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_RESULT_FREEZE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0 ||
		(r = q_batch_lock(cx->db, .id = batch_id, .scope = cx->scope)) < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &batch)) < 0)
		return r;
	if (!streq(batch.state, "marking"))
		return fail(cx, ERR_STATE, "result.not_marking",
			flow_state(&batch_flow, batch.state)->label);
	if ((r = mark_aggregate(cx, batch_id)) < 0 || (r = freeze(cx, &batch)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static void put_line(struct ctx *cx, const char *batch_no, int64_t version,
	const struct q_results_of_version *row, struct buf *out)
{
	struct result_line line = {.enrolment_id = row->enrolment_id, .seq = row->seq,
		.name = row->name, .idno_mask = row->idno_mask, .theory = row->theory,
		.skill = row->skill, .review = row->review,
		.passed = streq(row->outcome, "passed")};
	buf_printf(out, "%s\n", result_line_text(cx, batch_no, version, &line));
}

/* The canonical text as the rows of a version stand now. */
int result_canonical(struct ctx *cx, int64_t batch_id, int64_t version, struct buf *out)
{
	struct q_results_of_version_rows rows;
	struct q_batch_find batch;
	int r = q_batch_find(cx->db, &batch, .id = batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_results_of_version(cx->db, &rows, .batch_id = batch_id,
			.result_version = version);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		put_line(cx, batch.batch_no, version, &rows.at[i], out);
	return out->full ? fail(cx, ERR_LIMIT, "result.too_long") : 0;
}

static int nothing_open(struct ctx *cx, const struct q_batch_find *batch)
{
	struct q_objections_open_rows objections;
	struct q_result_changes_open_rows changes;
	if (!streq(batch->state, "publicity"))
		return fail(cx, ERR_STATE, "result.not_public",
			flow_state(&batch_flow, batch->state)->label);
	int64_t last;
	int r = notice_end(cx, &(struct q_result_notices_open){.region = batch->region,
		.publicity_from_on = batch->publicity_from_on,
		.publicity_to_on = batch->publicity_to_on}, &last);
	if (r < 0)
		return r;
	if (ctx_today(cx) <= last)
		return fail(cx, ERR_STATE, "result.publicity_runs",
			civil_day_text_zh(cx->arena, last));
	r = q_objections_open(cx->db, &objections, .batch_id = batch->id);
	if (r >= 0)
		r = q_result_changes_open(cx->db, &changes, .batch_id = batch->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (objections.n)
		return fail(cx, ERR_STATE, "result.objections_open",
			text_of(cx, "%zu", objections.n));
	return changes.n ? fail(cx, ERR_STATE, "result.changes_open",
		text_of(cx, "%zu", changes.n)) : 0;
}

int result_may_confirm(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_find batch;
	int r = batch_get(cx, batch_id, &batch);
	return r < 0 ? r : nothing_open(cx, &batch);
}

static int confirm_everybody(struct ctx *cx, const struct q_batch_find *batch)
{
	struct q_results_of_version_rows rows;
	int64_t passed = 0;
	int r = q_results_of_version(cx->db, &rows, .batch_id = batch->id,
		.result_version = batch->result_version);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		bool ok = streq(rows.at[i].outcome, "passed");
		r = flow_run(cx, &enrolment_flow, rows.at[i].person_id, rows.at[i].enrolment_id,
			ok ? "pass" : "fail", "", NULL);
		if (r < 0)
			return r;
		passed += ok;
	}
	r = q_batch_set_passed(cx->db, .id = batch->id, .n_passed = passed);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static void stop_at_alarm(void *arg, int64_t batch_id, const char *text)
{
	(void)batch_id;
	*(const char **)arg = text;
}

int result_confirm(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_find batch;
	const char *alarm = NULL;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_RESULT_REVIEW);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0 ||
		(r = q_batch_lock(cx->db, .id = batch_id, .scope = cx->scope)) < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &batch)) < 0 || (r = nothing_open(cx, &batch)) < 0 ||
		(r = result_check(cx, batch_id, stop_at_alarm, &alarm)) < 0)
		return r;
	if (alarm)
		return fail(cx, ERR_STATE, "result.tampered", alarm);
	if ((r = confirm_everybody(cx, &batch)) < 0 ||
		(r = flow_run(cx, &batch_flow, 0, batch_id, "confirm", "", NULL)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
