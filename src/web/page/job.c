/* Long work: where it stands, and that it can be left and come back to. */
#include "core/job.h"

#include "base/civil.h"
#include "query/core.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/site.h"

static const struct flow_state states[] = {
	{"waiting", "等待中", TONE_WAIT}, {"running", "进行中", TONE_WAIT},
		{"done", "已完成", TONE_GOOD},
	{"failed", "失败", TONE_BAD}, {"cancelled", "已取消", TONE_BAD}, {0},
};

static const struct flow job_flow = {.kind = "job", .title = "任务", .states = states};

static const struct choice state_choices[] = {
	{"waiting", "等待中"}, {"running", "进行中"}, {"done", "已完成"}, {"failed", "失败"},
		{"cancelled", "已取消"}, {0},
};

static const struct field filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

enum { COUNT_CAP = 1001 };

/* The system administrator sees every job, others those of their scope. */
static struct scope scope_of(struct ctx *cx)
{
	return cx->actor.role == ROLE_ADMIN_SYSTEM ? scope_all() : cx->scope;
}

static void add_words(json_t *row)
{
	const char *kind = json_string_value(json_object_get(row, "kind"));
	json_int_t done = json_integer_value(json_object_get(row, "done"));
	json_int_t total = json_integer_value(json_object_get(row, "total"));
	json_object_set_new(row, "kind_label", json_string(job_label(kind ? kind : "")));
	json_object_set_new(row, "percent", json_integer(total > 0 ? done * 100 / total : 0));
}

static int job_list(struct req *rq)
{
	struct q_job_list_rows rows;
	int64_t count = 0;
	const char *state = in_text(rq->in, "state");
	struct scope scope = scope_of(rq->cx);
	int r = q_job_list(rq->cx->db, &rows, .scope = scope, .state = state, .page = rq_page(rq));
	if (r == 0)
		r = q_job_list_count(rq->cx->db, &count, .scope = scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	rq_states(rq, &job_flow);
	r = rq_list(rq, &q_job_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row, *shown = rq_list_rows(rq);
	json_array_foreach(shown, i, row) {
		add_words(row);
	}
	return r;
}

static const char *time_text(struct req *rq, int64_t at)
{
	return at ? civil_time_text(rq->cx->arena, at) : "";
}

/* Whoever may see a job may not always see what it made. */
static const char *result_for(struct req *rq, const char *path)
{
	unsigned allow;
	const struct route *route = *path
		? router_match(rq->ex->site->router, GET, path, NULL, &allow) : NULL;
	return route && ctx_may(rq->cx, route->perm) ? path : "";
}

int job_put(struct req *rq, int64_t id)
{
	struct job_status job;
	int r = job_find(rq->cx, id, &job);
	if (r < 0)
		return r;
	bool open = streq(job.state, "waiting") || streq(job.state, "running");
	json_t *row = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "id",
		text_of(rq->cx, "%lld", (long long)job.id),
		"kind", job.kind, "state", job.state, "done", (json_int_t)job.done, "total",
		(json_int_t)job.total, "message", job.message, "result_path", result_for(rq,
		job.result_path));
	add_words(row);
	view_state(row, &job_flow, job.state);
	json_object_set_new(row, "created_at_text", json_string(time_text(rq, job.created_at)));
	json_object_set_new(row, "ended_at_text", json_string(time_text(rq, job.ended_at)));
	json_object_set_new(row, "is_open", json_boolean(open));
	json_object_set_new(row, "is_counted", json_boolean(job.total > 0));
	view_set(rq, "job", row);
	return 0;
}

static int job_show(struct req *rq)
{
	return job_put(rq, rq_id(rq, "id"));
}

static int job_stop(struct req *rq)
{
	int r = job_cancel(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.job_cancelled");
	return rq_redirect(rq, "/jobs/%s", rq_param(rq, "id"));
}

const struct route routes_job[] = {
	{GET, "/admin/jobs", PERM_JOB_READ, job_list, "admin/jobs", "任务", filters,
		.flags = ROUTE_LIST},
	{GET, "/jobs/:id", PERM_SELF, job_show, "job", "任务进度"},
	{GET, "/jobs/:id/progress", PERM_SELF, job_show, "job_progress", "任务进度"},
	{POST, "/jobs/:id/cancel", PERM_SELF, job_stop, NULL, "取消任务", .form = "/jobs/:id"},
	{0},
};
