/* Cases opened from a look for copying. */
#include <inttypes.h>

#include "domain/exam/look.h"
#include "query/forensics.h"
#include "web/page/forensics.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

const struct field forensic_reason_fields[] = {
	{"reason", FIELD_AREA, "立案理由",
		.help = "写明除雷同指标外还有什么情况，如监控、监考记录。",
		.min = 5, .max = 1000, .flags = FIELD_REQUIRED},
	{0},
};

static const struct choice state_choices[] = {{"opened", "待听取陈述"}, {"heard", "待结论"},
	{"closed_without", "结案：不作处理"}, {"closed_with", "结案：移交处理"}, {0}};

static const struct field case_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static int list(struct req *rq)
{
	struct q_forensic_case_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	int r = q_forensic_case_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_forensic_case_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	rq_states(rq, &forensic_case_flow);
	return rq_list(rq, &q_forensic_case_list_desc, rows.at, rows.n, count);
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = forensic_case_flow.load(rq->cx, 0, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_forensic_case_find *c = subject.row;
	json_t *row = view_row(rq, &q_forensic_case_find_desc, c);
	json_object_set_new(row, "url", json_string(text_of(rq->cx, "/%s/%" PRId64
		"/forensics/%" PRId64 "/%" PRId64, c->paper_set_id ? "papers" : "exams",
		c->paper_set_id ? c->paper_set_id : c->exam_id, c->look_id, c->rank_no)));
	json_object_set_new(row, "is_across", json_boolean(c->other_exam_id != c->exam_id));
	json_object_set_new(row, "may_recall", json_boolean(streq(c->state, "closed_with") &&
		ctx_may(rq->cx, PERM_REVOCATION_HANDLE)));
	view_set(rq, "case", row);
	view_text(rq, "title", text_of(rq->cx, "雷同线索案件 · %s 与 %s", c->name_a, c->name_b));
	return view_flow(rq, &forensic_case_flow, &subject, "/forensic-cases/%s/flow",
		rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &forensic_case_flow, 0, rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/forensic-cases/%s", rq_param(rq, "id"));
}

const struct route routes_forensic_case[] = {
	{GET, "/forensic-cases", PERM_FORENSICS_READ, list, "forensics/cases", "雷同线索案件",
		case_filters, .flags = ROUTE_LIST},
	{GET, "/forensic-cases/:id", PERM_FORENSICS_READ, show, "forensics/case", "雷同线索案件",
		.audit = "查阅雷同线索案件"},
	{POST, "/forensic-cases/:id/flow", PERM_FORENSICS_CASE, step, NULL, "办理雷同线索案件",
		step_fields, .form = "/forensic-cases/:id"},
	{0},
};
