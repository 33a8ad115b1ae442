/* Certificates as bodies and authorities see them: issue, list, one, changes. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "doc/certificate_paper.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/issue_run.h"
#include "domain/certificate/revocation.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/origin.h"
#include "web/page/batch.h"
#include "web/page/handover.h"
#include "web/page/page.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {{"valid", "有效"}, {"suspended", "暂停"},
	{"revoked", "已撤销"}, {0}};

static const struct field certificate_filters[] = {
	{"number", FIELD_TEXT, "证书编号", .max = 30},
	{"name", FIELD_TEXT, "姓名", .max = 60},
	{"occupation_id", FIELD_CHOICE, "职业"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"body_kind", FIELD_CHOICE, "机构类型", .choices = body_kind_choices},
	{"region", FIELD_CHOICE, "所在地"},
	OWN_LEVEL_FIELD,
	{"from_on", FIELD_DATE, "发证日期起"},
	{"to_on", FIELD_DATE, "发证日期止"},
	{"body_id", FIELD_ID, "机构编号", .flags = FIELD_HIDDEN},
	{"batch_id", FIELD_ID, "批次编号", .flags = FIELD_HIDDEN},
	{0},
};

/* The certificate of a number, which is a key of its own; -1, which finds nothing, when there is
 * none. */
static int64_t numbered(struct req *rq)
{
	struct q_certificate_by_number found;
	const char *number = in_text(rq->in, "number");
	if (is_blank(number))
		return 0;
	return q_certificate_by_number(rq->cx->db, &found,
		.number = number) == 0 ? found.certificate_id : -1;
}

/* What the list asks for. One filter leads, the others only sift what it finds: see the query. */
struct wanted {
	int64_t id, batch_id, body_id, from_on, to_on;
	const char *name, *region, *region_end;
	const char *rare_state, *county, *body_kind;
	int64_t occupation_id, grade;
	const char *state, *sift_body_kind;
	int64_t sift_occupation_id, sift_grade;
};

/* Of what was asked for, the first of these leads: the rarer, the better. A false answer says that
 * none does. */
static bool take_lead(struct wanted *w, const char *county)
{
	if (w->id || !is_blank(w->name) || w->batch_id || w->body_id)
		return true;
	if (*w->state && !streq(w->state, "valid")) {
		w->rare_state = w->state;
		w->state = "";
	} else if (*county) {
		w->county = county;
	} else if (w->sift_occupation_id) {
		w->occupation_id = w->sift_occupation_id;
		w->sift_occupation_id = 0;
	} else if (*w->sift_body_kind) {
		w->body_kind = w->sift_body_kind;
		w->sift_body_kind = "";
	} else if (w->sift_grade) {
		w->grade = w->sift_grade;
		w->sift_grade = 0;
	} else {
		return false;
	}
	return true;
}

static struct wanted wanted_of(struct req *rq, struct page *page)
{
	const struct input *in = rq->in;
	struct wanted w = {.id = numbered(rq), .name = in_text(in, "name"),
		.batch_id = in_int(in, "batch_id"), .body_id = in_int(in, "body_id"),
		.from_on = in_int(in, "from_on"), .to_on = in_int(in, "to_on"),
		.region = in_text(in, "region"), .region_end = region_filter_end(rq),
		.state = in_text(in, "state"), .sift_body_kind = in_text(in, "body_kind"),
		.sift_occupation_id = in_choice(rq->in, "occupation_id"),
			.sift_grade = in_choice(rq->in, "grade")};
	bool leads = take_lead(&w, county_of(rq, w.region));
	if (!leads && (w.from_on || w.to_on) && !page->sort)
		page->sort = "issued";
	return w;
}

/* The one description of what the list asks for, for rows and count alike. */
#define FILTERS(rq, w) \
	.scope = (rq)->cx->scope, .id = (w).id, .name = (w).name, .batch_id = (w).batch_id, \
	.body_id = (w).body_id, .from_on = (w).from_on, .to_on = (w).to_on, \
	.region = (w).region, .region_end = (w).region_end, .rare_state = (w).rare_state, \
	.county = (w).county, .body_kind = (w).body_kind, .occupation_id = (w).occupation_id, \
	.grade = (w).grade, .state = (w).state, .sift_body_kind = (w).sift_body_kind, \
	.sift_occupation_id = (w).sift_occupation_id, .sift_grade = (w).sift_grade

static int certificate_list(struct req *rq)
{
	struct q_certificate_list_rows rows;
	int64_t count;
	struct page page = rq_page(rq);
	struct wanted w = wanted_of(rq, &page);
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_choices(rq, "region", choices_regions(rq, rq->cx->actor.region, 3));
	rq_states(rq, &certificate_flow);
	int r = q_certificate_list(rq->cx->db, &rows, FILTERS(rq, w), .page = page);
	if (r >= 0)
		r = q_certificate_list_count(rq->cx->db, &count, FILTERS(rq, w),
			.page = {.limit = COUNT_CAP});
	return r < 0 ? ctx_pass(rq->cx, r) : rq_list(rq, &q_certificate_list_desc, rows.at, rows.n,
		count);
}

static int put_cases(struct req *rq, const struct q_certificate_find *c)
{
	struct q_revocations_of_certificate_rows rows;
	bool open = false;
	int r = q_revocations_of_certificate(rq->cx->db, &rows, .person_id = c->person_id,
		.certificate_id = c->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_revocations_of_certificate_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		open |= !rows.at[i].closed_at;
		view_state(row, &revocation_flow, rows.at[i].state);
		json_object_set_new(row, "reason_label",
			json_string(revocation_reason_label(rows.at[i].reason_kind)));
	}
	view_set(rq, "cases", list);
	view_flag(rq, "may_open_case", !open && !streq(c->state, "revoked") &&
		ctx_may(rq->cx, PERM_REVOCATION_HANDLE));
	return 0;
}

static int certificate_show(struct req *rq)
{
	struct flow_subject subject;
	int64_t person_id = rq_id(rq, "person"), id = rq_id(rq, "id");
	int r = certificate_flow.load(rq->cx, person_id, id, &subject);
	if (r < 0 || (r = log_put_leaves(rq, person_id, id)) < 0)
		return r;
	const struct q_certificate_find *c = subject.row;
	if ((r = handover_put(rq, person_id, id, c->region, c->visible_on)) < 0 ||
		(r = certificate_changes_put(rq, c)) < 0 || (r = put_cases(rq, c)) < 0)
		return r;
	const char *base = certificate_base(rq, person_id, id);
	view_set(rq, "certificate", view_row(rq, &q_certificate_find_desc, c));
	view_text(rq, "title", text_of(rq->cx, "%s %s", c->name, c->number));
	view_text(rq, "base", base);
	return view_flow(rq, &certificate_flow, &subject, "%s/flow", base);
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/certificates/%s/%s", rq_param(rq, "person"), rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &certificate_flow, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

int certificate_pdf(struct req *rq, const struct q_certificate_find *c)
{
	struct certificate_print print;
	struct str pdf;
	int r = certificate_print_load(rq->cx, c, rq_origin(rq), false, &print);
	if (r < 0 || (r = certificate_paper(rq->cx, &print, &pdf)) < 0)
		return r;
	return rq_bytes(rq, "application/pdf", NULL, pdf);
}

static int pdf(struct req *rq)
{
	struct flow_subject subject;
	int r = certificate_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	return r < 0 ? r : certificate_pdf(rq, subject.row);
}

static int issue_show(struct req *rq)
{
	struct q_batch_find batch;
	struct q_certificate_list_rows rows;
	int64_t id = rq_id(rq, "id");
	int r = batch_get(rq->cx, id, &batch);
	if (r < 0)
		return r;
	r = q_certificate_list(rq->cx->db, &rows, .scope = rq->cx->scope, .batch_id = id,
		.page = {.limit = 500, .sort = "oldest"});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "batch", batch_view(rq, &batch));
	view_batch_tabs(rq, &batch, "/certificates");
	view_set(rq, "certificates", view_rows(rq, &q_certificate_list_desc, rows.at, rows.n));
	view_text(rq, "title", text_of(rq->cx, "%s · 证书", batch.title));
	view_flag(rq, "may_issue",
		streq(batch.state, "confirmed") && ctx_may(rq->cx, PERM_CERTIFICATE_ISSUE));
	view_flag(rq, "is_waiting", rows.n == 0 && !streq(batch.state, "confirmed"));
	return certificate_volumes_put(rq, id, rows.n > 0);
}

static int issue(struct req *rq)
{
	struct q_batch_find batch;
	int64_t id = rq_id(rq, "id"), run_id;
	int n, r = batch_get(rq->cx, id, &batch);
	if (r < 0)
		return r;
	if (batch.n_passed - batch.n_certified > ISSUE_AT_ONCE) {
		if ((r = issue_run_start(rq->cx, &id, 1, &run_id)) < 0)
			return r;
		rq_flash(rq, "certificate.run_started");
		return rq_redirect(rq, "/issue-runs/%" PRId64, run_id);
	}
	if ((r = certificate_issue_batch(rq->cx, id, &n)) < 0)
		return r;
	rq_flash(rq, "certificate.issued", text_of(rq->cx, "%d", n));
	return rq_redirect(rq, "/batches/%s/certificates", rq_param(rq, "id"));
}

const struct route routes_certificate[] = {
	{GET, "/certificates", PERM_CERTIFICATE_READ, certificate_list, "certificate/list",
		"证书管理", certificate_filters, .flags = ROUTE_LIST},
	{GET, "/certificates/:person/:id", PERM_CERTIFICATE_READ, certificate_show,
		"certificate/show", "证书"},
	{GET, "/certificates/:person/:id/pdf", PERM_CERTIFICATE_READ, pdf, NULL, "证书文件",
		.audit = "打印证书", .flags = ROUTE_DOWNLOAD},
	{POST, "/certificates/:person/:id/flow", PERM_REVOCATION_HANDLE, step, NULL,
		"暂停、确认或恢复证书", step_fields, .form = "/certificates/:person/:id"},
	{GET, "/batches/:id/certificates", PERM_CERTIFICATE_READ, issue_show, "certificate/batch",
		"批次证书"},
	{POST, "/batches/:id/certificates", PERM_CERTIFICATE_ISSUE, issue, NULL, "颁发证书",
		.form = "/batches/:id/certificates"},
	{0},
};

static int find_to_issue(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_batch_list_rows rows;
	int r = q_batch_list(cx->db, &rows, .scope = cx->scope, .state = "confirmed",
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_batch_list_count(cx->db, ret_count, .scope = cx->scope, .state = "confirmed",
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.note = text_of(cx, "成绩合格 %d 人", (int)rows.at[i].n_passed),
			.url = text_of(cx, "/batches/%" PRId64 "/certificates", rows.at[i].id)};
	*ret_n = rows.n;
	return 0;
}

const struct todo_source todo_certificate[] = {
	{"待颁发证书的批次", "/batches?state=confirmed", PERM_CERTIFICATE_ISSUE, find_to_issue},
	{0},
};
