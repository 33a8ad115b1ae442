/* Issuing to several batches, or to a large one: start, progress, stop and go on. */
#include "domain/certificate/issue_run.h"

#include <inttypes.h>

#include "base/civil.h"
#include "query/issue_run.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {
	{"running", "正在颁发"}, {"paused", "已暂停"}, {"done", "已完成"}, {0},
};

static const struct field filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static const struct field start_fields[] = {
	{"batches", FIELD_IDS, "批次", .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct flow_state item_states[] = {
	{"waiting", "等待颁发", TONE_WAIT},
	{"done", "已颁发", TONE_GOOD},
	{"refused", "未能颁发", TONE_BAD},
	{0},
};

static const struct flow item_flow = {.kind = "issue_run_batch", .title = "批次",
	.states = item_states};

static int64_t percent(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 100 / whole : 100;
}

static int run_list(struct req *rq)
{
	struct q_issue_run_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count = 0;
	const char *state = in_text(rq->in, "state");
	int r = q_issue_run_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = rq_page(rq));
	if (r == 0)
		r = q_issue_run_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	rq_states(rq, &issue_run_flow);
	view_flag(rq, "may_issue", ctx_may(cx, PERM_CERTIFICATE_ISSUE));
	return rq_list(rq, &q_issue_run_list_desc, rows.at, rows.n, count);
}

static int run_new(struct req *rq)
{
	struct q_batches_to_issue_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_batches_to_issue(cx->db, &rows, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *choices = arena_array(cx->arena, struct choice, rows.n + 1);
	int64_t people = 0;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t n = rows.at[i].n_passed - rows.at[i].n_certified;
		choices[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].id),
			text_of(cx, "%s（待发 %" PRId64 " 本）", rows.at[i].title, n)};
		people += n;
	}
	view_flag(rq, "is_empty", rows.n == 0);
	view_int(rq, "n_batches", (int64_t)rows.n);
	view_int(rq, "n_people", people);
	view_choices(rq, "batches", choices);
	view_form(rq, "form", start_fields, "/issue-runs", "开始颁发", NULL);
	return 0;
}

static int run_start(struct req *rq)
{
	const int64_t *ids;
	int64_t id;
	size_t n = in_ids(rq->in, "batches", &ids);
	int r = issue_run_start(rq->cx, ids, n, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "certificate.run_started");
	return rq_redirect(rq, "/issue-runs/%" PRId64, id);
}

static int put_batches(struct req *rq, int64_t id)
{
	struct q_issue_run_batches_rows rows;
	int r = q_issue_run_batches(rq->cx->db, &rows, .run_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	int64_t refused = 0;
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = view_row(rq, &q_issue_run_batches_desc, &rows.at[i]);
		view_state(row, &item_flow, rows.at[i].state);
		refused += streq(rows.at[i].state, "refused");
		json_array_append_new(list, row);
	}
	view_set(rq, "batches", list);
	view_int(rq, "n_refused", refused);
	view_flag(rq, "has_refused", refused > 0);
	return 0;
}

/* What a person wants to know: is it going on, and if not, why. */
static void put_standing(struct req *rq, json_t *row, const struct q_issue_run_find *run,
	const char *job, const char *message)
{
	bool working = streq(job, "waiting") || streq(job, "running");
	bool going = streq(run->state, "running") && working;
	bool broken = streq(run->state, "running") && !working;
	bool may = ctx_may(rq->cx, PERM_CERTIFICATE_ISSUE);
	view_state(row, &issue_run_flow, run->state);
	json_object_set_new(row, "percent", json_integer(percent(run->n_issued, run->n_people)));
	json_object_set_new(row, "is_going", json_boolean(going));
	json_object_set_new(row, "is_broken", json_boolean(broken));
	json_object_set_new(row, "why", json_string(broken ? message : ""));
	view_flag(rq, "may_pause", may && streq(run->state, "running"));
	view_flag(rq, "may_resume", may && (broken || streq(run->state, "paused")));
}

static int run_show(struct req *rq)
{
	struct q_issue_run_find run;
	const char *job, *message;
	struct ctx *cx = rq->cx;
	int64_t id = rq_id(rq, "id");
	int r = issue_run_get(cx, id, &run, &job, &message);
	if (r < 0 || (r = put_batches(rq, id)) < 0)
		return r;
	json_t *row = view_row(rq, &q_issue_run_find_desc, &run);
	put_standing(rq, row, &run, job, message);
	view_set(rq, "run", row);
	view_flag(rq, "may_retry", streq(run.state, "done") &&
		json_is_true(json_object_get(rq->view, "has_refused")) &&
		ctx_may(cx, PERM_CERTIFICATE_ISSUE));
	return 0;
}

static int run_pause(struct req *rq)
{
	int r = issue_run_pause(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "certificate.run_paused");
	return rq_redirect(rq, "/issue-runs/%s", rq_param(rq, "id"));
}

static int run_resume(struct req *rq)
{
	int r = issue_run_resume(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "certificate.run_resumed");
	return rq_redirect(rq, "/issue-runs/%s", rq_param(rq, "id"));
}

const struct route routes_issue_run[] = {
	{GET, "/issue-runs", PERM_CERTIFICATE_READ, run_list, "issue_run/list", "批量颁发", filters,
		.flags = ROUTE_LIST},
	{GET, "/issue-runs/new", PERM_CERTIFICATE_ISSUE, run_new, "issue_run/new", "新的批量颁发"},
	{POST, "/issue-runs", PERM_CERTIFICATE_ISSUE, run_start, NULL, "开始批量颁发", start_fields,
		.form = "/issue-runs/new"},
	{GET, "/issue-runs/:id", PERM_CERTIFICATE_READ, run_show, "issue_run/show", "批量颁发进度"},
	{GET, "/issue-runs/:id/progress", PERM_CERTIFICATE_READ, run_show, "issue_run/progress",
		"批量颁发进度"},
	{POST, "/issue-runs/:id/pause", PERM_CERTIFICATE_ISSUE, run_pause, NULL, "暂停批量颁发",
		.form = "/issue-runs/:id"},
	{POST, "/issue-runs/:id/resume", PERM_CERTIFICATE_ISSUE, run_resume, NULL,
		"继续批量颁发", .form = "/issue-runs/:id"},
	{0},
};
