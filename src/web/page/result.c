/* Results of a batch: what is still pending, freezing, the list with its versions, confirming. */
#include "domain/evaluation/result.h"

#include <inttypes.h>

#include "core/message.h"
#include "core/setting.h"
#include "doc/result_sheet.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result_list.h"
#include "domain/evaluation/batch.h"
#include "query/mark.h"
#include "query/result.h"
#include "web/page/batch.h"
#include "web/page/mark_cells.h"
#include "web/page/page.h"

enum { COUNT_CAP = 10001 };

static const struct choice state_choices[] = {{"testing", "考试中"}, {"marking", "评分中"},
	{"publicity", "成绩公示"}, {"confirmed", "成绩已核准"}, {"certified", "已发证"},
	{"archived", "已归档"}, {0}};

static const struct choice outcome_choices[] = {{"passed", "合格"}, {"failed", "不合格"}, {0}};

static const struct field batch_filters[] = {
	{"find", FIELD_TEXT, "批次名称", .max = 60},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static int batch_list(struct req *rq)
{
	struct q_result_batches_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	const char *find = like_any(cx, in_text(rq->in, "find"));
	rq_states(rq, &batch_flow);
	int r = q_result_batches_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.find = find, .page = rq_page(rq));
	if (r >= 0)
		r = q_result_batches_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.find = find, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_flag(rq, "may_answer", ctx_may(rq->cx, PERM_OBJECTION_ANSWER));
	return rq_list(rq, &q_result_batches_list_desc, rows.at, rows.n, count);
}

static void put_outcomes(struct req *rq)
{
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row)
	{
		bool ok = streq(json_string_value(json_object_get(row, "outcome")), "passed");
		json_object_set_new(row, "outcome_label", json_string(ok ? "合格" : "不合格"));
		json_object_set_new(row, "outcome_tone", json_string(ok ? "good" : "plain"));
	}
}

/* The latest frozen list. */
static int put_list(struct req *rq, const struct q_batch_find *batch)
{
	struct q_result_staff_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *outcome = in_text(rq->in, "outcome");
	const char *find = like_any(cx, in_text(rq->in, "find"));
	int r = q_result_staff_list(cx->db, &rows, .scope = cx->scope, .batch_id = batch->id,
		.result_version = batch->result_version, .outcome = outcome, .find = find,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_result_staff_list_count(cx->db, &count, .scope = cx->scope,
			.batch_id = batch->id, .result_version = batch->result_version,
			.outcome = outcome, .find = find, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_result_staff_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	put_outcomes(rq);
	return 0;
}

/* What the list would be if it were frozen now. */
static int put_preview(struct req *rq, const struct q_batch_find *batch)
{
	struct result_line *lines;
	size_t n;
	int64_t pending = 0, passed = 0;
	json_t *list = json_array();
	view_set(rq, "preview", list);
	int r = result_compile(rq->cx, batch, &lines, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		const struct result_line *l = &lines[i];
		pending += l->pending;
		passed += !l->pending && l->passed;
		json_array_append_new(list,
			json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
			"seq", (json_int_t)l->seq, "name", l->name, "idno_mask", l->idno_mask,
			"theory", l->theory, "skill", l->skill, "review", l->review, "waits",
			l->waits, "outcome_label",
			l->pending ? "未完成" : l->passed ? "合格" : "不合格",
			"outcome_tone", l->pending ? "wait" : l->passed ? "good" : "plain"));
	}
	view_int(rq, "n_all", (int64_t)n);
	view_int(rq, "n_pending", pending);
	view_int(rq, "n_passed", passed);
	view_flag(rq, "may_freeze", streq(batch->state, "marking") && n && !pending &&
		ctx_may(rq->cx, PERM_RESULT_FREEZE));
	view_flag(rq, "may_compile", ctx_may(rq->cx, PERM_RESULT_COMPILE));
	return 0;
}

static int put_versions(struct req *rq, int64_t batch_id)
{
	struct q_result_lists_of_rows lists;
	int r = q_result_lists_of(rq->cx->db, &lists, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rows = view_rows(rq, &q_result_lists_of_desc, lists.at, lists.n);
	for (size_t i = 0; i < lists.n; i++) {
		json_t *row = json_array_get(rows, i);
		json_object_set_new(row, "digest", json_string(lists.at[i].list_hash));
		json_object_set_new(row, "is_last", json_boolean(i + 1 == lists.n));
	}
	view_set(rq, "versions", rows);
	return 0;
}

static void add_change(struct req *rq, json_t *row, int64_t part, const char *old_state,
	int64_t old_centi, const char *new_state, int64_t new_centi)
{
	const char *old = streq(old_state, "scored") ? "score" : old_state;
	const char *now = streq(new_state, "scored") ? "score" : new_state;
	json_object_set_new(row, "part_label", json_string(part_short(part)));
	json_object_set_new(row, "before", json_string(mark_text(rq->cx, old, old_centi)));
	json_object_set_new(row, "after", json_string(mark_text(rq->cx, now, new_centi)));
}

static int put_changes(struct req *rq, int64_t batch_id)
{
	struct q_result_changes_of_batch_rows changes;
	struct q_objections_of_batch_rows objections;
	int r = q_result_changes_of_batch(rq->cx->db, &changes, .batch_id = batch_id,
		.scope = rq->cx->scope);
	if (r >= 0)
		r = q_objections_of_batch(rq->cx->db, &objections, .batch_id = batch_id,
			.scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rows = view_rows(rq, &q_result_changes_of_batch_desc, changes.at, changes.n);
	for (size_t i = 0; i < changes.n; i++) {
		const struct q_result_changes_of_batch *c = &changes.at[i];
		json_t *row = json_array_get(rows, i);
		view_state(row, &result_change_flow, c->state);
		add_change(rq, row, c->part, c->old_state, c->old_centi, c->new_state,
			c->new_centi);
	}
	view_set(rq, "changes", rows);
	view_flag(rq, "has_changes", changes.n > 0);
	rows = view_rows(rq, &q_objections_of_batch_desc, objections.at, objections.n);
	for (size_t i = 0; i < objections.n; i++) {
		json_t *row = json_array_get(rows, i);
		view_state(row, &objection_flow, objections.at[i].state);
		json_object_set_new(row, "person", json_string(text_of(rq->cx, "%" PRId64,
			objections.at[i].person_id)));
	}
	view_set(rq, "objections", rows);
	view_flag(rq, "has_objections", objections.n > 0);
	return 0;
}

/* Whoever may confirm sees why he cannot yet. */
static int put_confirm(struct req *rq, const struct q_batch_find *batch)
{
	bool here = streq(batch->state, "publicity") && ctx_may(rq->cx, PERM_RESULT_REVIEW);
	view_flag(rq, "may_confirm", false);
	view_text(rq, "confirm_waits", "");
	if (!here)
		return 0;
	int r = result_may_confirm(rq->cx, batch->id);
	if (r < 0 && r != ERR_STATE)
		return r;
	if (r == ERR_STATE)
		view_text(rq, "confirm_waits", problem_text(rq->cx));
	view_flag(rq, "may_confirm", r == 0);
	ctx_clear(rq->cx);
	return 0;
}

static const struct field list_filters[] = {
	{"find", FIELD_TEXT, "姓名", .max = 60},
	{"outcome", FIELD_CHOICE, "结果", .choices = outcome_choices},
	{0},
};

static int result_show(struct req *rq)
{
	struct q_batch_find batch;
	int64_t id = rq_id(rq, "id");
	int r = batch_get(rq->cx, id, &batch);
	if (r < 0)
		return r;
	bool open = streq(batch.state, "testing") || streq(batch.state, "marking");
	bool frozen = batch.result_version > 0;
	view_set(rq, "batch", batch_view(rq, &batch));
	view_batch_tabs(rq, &batch, "/results");
	view_text(rq, "title", batch.title);
	view_flag(rq, "is_open", open && !frozen);
	view_flag(rq, "is_frozen", frozen);
	view_flag(rq, "is_early", !open && !frozen);
	view_flag(rq, "may_change", streq(batch.state, "publicity") &&
		ctx_may(rq->cx, PERM_RESULT_CHANGE));
	view_flag(rq, "is_publicity", streq(batch.state, "publicity"));
	if (frozen)
		r = put_list(rq, &batch);
	else if (open)
		r = put_preview(rq, &batch);
	if (r < 0 || (r = put_versions(rq, id)) < 0 || (r = put_changes(rq, id)) < 0)
		return r;
	return put_confirm(rq, &batch);
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/batches/%s/results", rq_param(rq, "id"));
}

static int compile(struct req *rq)
{
	int r = mark_aggregate(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "result.compiled");
	return back(rq);
}

static int freeze(struct req *rq)
{
	int r = result_freeze(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "result.frozen");
	return back(rq);
}

static int confirm(struct req *rq)
{
	int r = result_confirm(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "result.confirmed");
	return back(rq);
}

static int notice(struct req *rq)
{
	struct q_batch_find batch;
	struct str pdf;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	if (r < 0 || (r = result_notice_pdf(rq->cx, &batch, batch.result_version, &pdf)) < 0)
		return r;
	return rq_bytes(rq, "application/pdf", text_of(rq->cx, "成绩公示表-%s.pdf", batch.batch_no),
		pdf);
}

/* The text that a version's hash is over, for anybody's own tools. */
static int canonical(struct req *rq)
{
	struct q_batch_find batch;
	auto_buf text;
	buf_init(&text, 64 * 1024 * 1024);
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	int64_t version = rq_id(rq, "version");
	if (r < 0)
		return r;
	if (!version || version > batch.result_version)
		return fail(rq->cx, ERR_NOTFOUND, "result.no_version");
	if ((r = result_canonical(rq->cx, batch.id, version, &text)) < 0)
		return r;
	return rq_bytes(rq, "text/plain; charset=utf-8", text_of(rq->cx, "%s-%" PRId64 ".txt",
		batch.batch_no, version), buf_view(&text));
}

const struct route routes_result[] = {
	{GET, "/results", PERM_MARK_READ, batch_list, "result/list", "成绩", batch_filters,
		.flags = ROUTE_LIST},
	{GET, "/batches/:id/results", PERM_MARK_READ, result_show, "result/show", "成绩",
		list_filters, .flags = ROUTE_LIST},
	{POST, "/batches/:id/results/compile", PERM_RESULT_COMPILE, compile, NULL, "汇总成绩",
		.form = "/batches/:id/results"},
	{POST, "/batches/:id/results/freeze", PERM_RESULT_FREEZE, freeze, NULL, "冻结并公示成绩",
		.form = "/batches/:id/results"},
	{POST, "/batches/:id/results/confirm", PERM_RESULT_REVIEW, confirm, NULL, "核准成绩",
		.form = "/batches/:id/results"},
	{GET, "/batches/:id/results/notice", PERM_MARK_READ, notice, NULL, "成绩公示表",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/batches/:id/results/text/:version", PERM_MARK_READ, canonical, NULL, "成绩表原文",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
