/* Sets of forms: list, one set from assembling to opening, custodians. */
#include "domain/exam/paper.h"

#include <inttypes.h>
#include <string.h>

#include "domain/exam/bank.h"
#include "domain/exam/paper_seal.h"
#include "query/exam_form.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/page/paper.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {{"assembling", "组卷中"}, {"failed", "未能组成"},
	{"assembled", "待批准"}, {"approved", "待封存"}, {"sealed", "已封存"},
	{"opened", "已启封"}, {"withdrawn", "已停用"}, {0}};

static const struct field filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

const char *form_letter(struct ctx *cx, int64_t form_no)
{
	return text_of(cx, "%c卷", (int)('A' + (form_no - 1) % 26));
}

static int paper_list(struct req *rq)
{
	struct q_paper_set_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	rq_states(rq, &paper_flow);
	int r = q_paper_set_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_paper_set_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	return rq_list(rq, &q_paper_set_list_desc, rows.at, rows.n, count);
}

/* ---- custodians ---- */

static const struct field custodian_fields[] = {
	{"custodian_one", FIELD_CHOICE, "保管人一", .flags = FIELD_REQUIRED},
	{"custodian_two", FIELD_CHOICE, "保管人二", .flags = FIELD_REQUIRED},
	{"custodian_spare", FIELD_CHOICE, "备用保管人",
		.help = "可以不设。设了备用保管人，任意两人即可启封，一人口令遗失时不致无法开考。"},
	{"open_from_at", FIELD_TIME, "最早启封时间", .flags = FIELD_REQUIRED},
	{"open_to_at", FIELD_TIME, "最晚启封时间", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field code_fields[] = {
	{"code", FIELD_TEXT, "启封口令", .help = "口令单上的 20 位字母和数字，不分大小写。",
		.max = 40, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field early_fields[] = {
	{"reason", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct choice *account_choices(struct req *rq, const struct q_paper_set_find *set)
{
	struct q_paper_accounts_rows rows;
	struct ctx *cx = rq->cx;
	if (q_paper_accounts(cx->db, &rows, .body_id = set->body_id, .region = set->region) < 0)
		rows.n = 0;
	struct choice *list = arena_array(cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].id),
			text_of(cx, "%s（%s）", rows.at[i].name,
				role_label(role_of(rows.at[i].role)))};
	return list;
}

/* How far a custodian is. */
enum custody { CUSTODY_NONE, CUSTODY_NAMED, CUSTODY_TAKEN, CUSTODY_CONFIRMED };

static enum custody custody_of(const struct q_paper_set_find *set,
	const struct q_paper_custodians *c)
{
	bool is_past = !streq(set->state, "approved") && set->sealed_at;
	if (!*c->share_cipher)
		return CUSTODY_NAMED;
	return is_past || c->given_at ? CUSTODY_CONFIRMED : CUSTODY_TAKEN;
}

static int put_custodians(struct req *rq, const struct q_paper_set_find *set,
	enum custody *ret_mine)
{
	static const char *const texts[] = {"", "未领取口令", "已领取，待本人确认", "已领取并确认"};
	struct q_paper_custodians_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_paper_custodians(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	*ret_mine = CUSTODY_NONE;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_paper_custodians *c = &rows.at[i];
		bool is_me = c->account_id == cx->actor.account_id;
		bool has_given = *c->given_cipher && streq(set->state, "sealed")
			&& ctx_now(cx) - c->given_at <= GIVEN_SECONDS;
		if (is_me)
			*ret_mine = custody_of(set, c);
		const char *text = has_given ? "已输入口令，等待另一人" : texts[custody_of(set, c)];
		json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s, s:b}", "no",
			(json_int_t)c->custodian_no, "name", c->name, "role",
			c->custodian_no == 3 ? "备用" : "", "text", text, "is_me", is_me));
	}
	view_set(rq, "custodians", list);
	view_flag(rq, "has_custodians", rows.n > 0);
	return 0;
}

static int put_forms(struct req *rq, const struct q_paper_set_find *set)
{
	struct q_paper_form_of_set_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_paper_form_of_set(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:s}", "id",
			text_of(cx, "%" PRId64, rows.at[i].id), "label",
			form_letter(cx, rows.at[i].form_no), "items",
			(json_int_t)rows.at[i].n_items,
			"score", text_of(cx, "%g", (double)rows.at[i].score_centi / 100), "hash",
			rows.at[i].content_hash));
	view_set(rq, "forms", list);
	view_flag(rq, "has_forms", rows.n > 0);
	return 0;
}

static json_t *texts(const char *const *list, int n)
{
	json_t *array = json_array();
	for (int i = 0; i < n; i++)
		json_array_append_new(array, json_pack("{s:s}", "text", list[i]));
	return array;
}

int report_of(struct ctx *cx, const struct q_paper_set_find *set, struct paper_report *ret_report)
{
	if (!*set->report)
		return fail(cx, ERR_STATE, "paper.no_report");
	return report_unpack(cx->arena, set->report, ret_report) < 0
		? fail(cx, ERR_BUG, "paper.no_report") : 0;
}

static int put_summary(struct req *rq, const struct q_paper_set_find *set)
{
	struct paper_report *report = arena_make(rq->cx->arena, struct paper_report);
	struct ctx *cx = rq->cx;
	view_flag(rq, "has_report", false);
	view_flag(rq, "is_failed", streq(set->state, "failed"));
	if (!*set->report)
		return 0;
	int r = report_of(cx, set, report), met = 0;
	if (r < 0)
		return r;
	for (int i = 0; i < report->n_wishes; i++)
		met += report->wishes[i].is_met;
	view_flag(rq, "has_report", report->n_wishes > 0);
	view_int(rq, "wishes_met", met);
	view_int(rq, "wishes_n", report->n_wishes);
	view_set(rq, "conflict", texts(report->conflict, report->n_conflict));
	view_flag(rq, "has_conflict", report->n_conflict > 0);
	view_flag(rq, "is_smallest", report->is_smallest);
	view_set(rq, "lacks", texts(report->lacks, report->n_lacks));
	view_flag(rq, "has_lacks", report->n_lacks > 0);
	view_flag(rq, "is_proven", report->status == ASSEMBLED_CONFLICT);
	json_t *forms = json_array();
	for (int f = 0; f < report->forms && report->n_wishes; f++)
		json_array_append_new(forms, json_pack("{s:s, s:I, s:s, s:s, s:s}", "label",
			form_letter(cx, f + 1), "n", (json_int_t)report->form[f].n, "score",
			text_of(cx, "%g", report->form[f].score), "expected",
			text_of(cx, "%.2f", report->form[f].expected), "spread",
			text_of(cx, "%.2f", report->form[f].spread)));
	view_set(rq, "report_forms", forms);
	return 0;
}

/* The words of the last assembly that failed without a report. */
static int put_why(struct req *rq, const struct q_paper_set_find *set)
{
	struct flow_event *events;
	size_t n;
	const char *why = "";
	int r = flow_events(rq->cx, &paper_flow, 0, set->id, &events, &n);
	for (size_t i = 0; i < (r < 0 ? 0 : n); i++)
		if (streq(events[i].action, "fail"))
			why = events[i].reason;
	view_text(rq, "why", why);
	return r;
}

static void put_custodian_form(struct req *rq, const struct q_paper_set_find *set, const char *to)
{
	const struct choice *accounts = account_choices(rq, set);
	view_choices(rq, "custodian_one", accounts);
	view_choices(rq, "custodian_two", accounts);
	view_choices(rq, "custodian_spare", accounts);
	view_form(rq, "custodian_form", custodian_fields, to, "指定保管人", NULL);
}

static void put_acts(struct req *rq, const struct q_paper_set_find *set, enum custody mine)
{
	struct ctx *cx = rq->cx;
	bool is_own = bank_is_own(cx, set->body_id, set->region);
	bool may_approve = is_own && ctx_may(cx, PERM_PAPER_APPROVE);
	bool is_sealed = streq(set->state, "sealed"), is_approved = streq(set->state, "approved");
	const char *at = text_of(cx, "/papers/%" PRId64, set->id);
	view_flag(rq, "may_name", may_approve && is_approved);
	bool is_mine = mine != CUSTODY_NONE;
	view_flag(rq, "may_take", is_approved && mine == CUSTODY_NAMED);
	view_flag(rq, "may_confirm", is_approved && mine == CUSTODY_TAKEN);
	view_flag(rq, "may_open", is_mine && is_sealed && paper_is_time(cx, set));
	view_flag(rq, "may_ask", is_mine && is_sealed && !paper_is_time(cx, set));
	view_flag(rq, "may_allow", may_approve && is_sealed && set->early_by
		&& set->early_by != cx->actor.account_id && set->early_until_at < ctx_now(cx));
	view_flag(rq, "is_waiting",
		set->early_by && set->early_until_at < ctx_now(cx) && is_sealed);
	view_flag(rq, "may_look", ctx_may(cx, PERM_FORENSICS_JOINT) && set->opened_at);
	view_flag(rq, "is_assembling", streq(set->state, "assembling"));
	if (may_approve && is_approved)
		put_custodian_form(rq, set, text_of(cx, "%s/custodians", at));
	view_form(rq, "code_form", code_fields, text_of(cx, "%s/open", at), "启封", NULL);
	view_form(rq, "confirm_form", code_fields, text_of(cx, "%s/custody/confirm", at),
		"确认口令", NULL);
	view_form(rq, "early_form", early_fields, text_of(cx, "%s/early", at), "申请窗口外启封",
		NULL);
}

static int paper_show(struct req *rq)
{
	struct flow_subject subject;
	struct ctx *cx = rq->cx;
	enum custody mine;
	int r = paper_flow.load(cx, 0, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_paper_set_find *set = subject.row;
	if ((r = put_custodians(rq, set, &mine)) < 0 || (r = put_forms(rq, set)) < 0
		|| (r = put_summary(rq, set)) < 0 || (r = put_why(rq, set)) < 0)
		return r;
	json_t *row = view_row(rq, &q_paper_set_find_desc, set);
	json_object_del(row, "report");
	if (!streq(set->state, "opened"))
		json_object_del(row, "seed");
	view_state(row, &paper_flow, set->state);
	view_set(rq, "set", row);
	view_text(rq, "title", set->title);
	put_acts(rq, set, mine);
	if (streq(set->state, "assembling") && set->job_id) {
		r = job_put(rq, set->job_id);
		if (r < 0)
			ctx_clear(cx);
	}
	return view_flow(rq, &paper_flow, &subject, "/papers/%s/flow", rq_param(rq, "id"));
}

static int back(struct req *rq, int r)
{
	return r < 0 ? r : rq_redirect(rq, "/papers/%s", rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	return back(rq, flow_run(rq->cx, &paper_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL));
}

static int custodians_put(struct req *rq)
{
	static const char *const names[] = {"custodian_one", "custodian_two", "custodian_spare"};
	struct seal_in in = {.open_from_at = in_int(rq->in, "open_from_at"),
		.open_to_at = in_int(rq->in, "open_to_at")};
	for (int i = 0; i < CUSTODIANS_MAX; i++)
		if (in_has(rq->in, names[i])
			&& !str_to_i64(str_of(in_text(rq->in, names[i])), &in.accounts[in.n++]))
			in.n--;
	int r = paper_custodians_name(rq->cx, rq_id(rq, "id"), &in);
	if (r >= 0)
		rq_flash(rq, "paper.custodians_named");
	return back(rq, r);
}

static int custody(struct req *rq)
{
	const char *code;
	struct q_paper_set_find set;
	int r = paper_get(rq->cx, rq_id(rq, "id"), &set);
	if (r < 0 || (r = paper_custody_take(rq->cx, set.id, &code)) < 0)
		return r;
	view_text(rq, "code", code);
	view_text(rq, "set_id", rq_param(rq, "id"));
	view_text(rq, "set_title", set.title);
	view_text(rq, "custodian", rq->cx->actor.name);
	return 0;
}

static int custody_confirm(struct req *rq)
{
	bool is_sealed = false;
	int r = paper_custody_confirm(rq->cx, rq_id(rq, "id"), in_text(rq->in, "code"),
		&is_sealed);
	if (r >= 0 && is_sealed)
		rq_flash(rq, "paper.all_confirmed");
	else if (r >= 0)
		rq_flash(rq, "paper.code_confirmed");
	return back(rq, r);
}

static int open_put(struct req *rq)
{
	bool opened = false;
	int r = paper_open(rq->cx, rq_id(rq, "id"), in_text(rq->in, "code"), &opened);
	if (r >= 0 && opened)
		rq_flash(rq, "paper.opened");
	else if (r >= 0)
		rq_flash(rq, "paper.given");
	return back(rq, r);
}

static int early_put(struct req *rq)
{
	int r = paper_early_ask(rq->cx, rq_id(rq, "id"), in_text(rq->in, "reason"));
	if (r >= 0)
		rq_flash(rq, "paper.early_asked");
	return back(rq, r);
}

static int early_allow(struct req *rq)
{
	int r = paper_early_allow(rq->cx, rq_id(rq, "id"));
	if (r >= 0)
		rq_flash(rq, "paper.early_allowed");
	return back(rq, r);
}

const struct route routes_paper[] = {
	{GET, "/papers", PERM_PAPER_READ, paper_list, "papers/list", "套卷", filters,
		.flags = ROUTE_LIST},
	{GET, "/papers/:id", PERM_PAPER_READ, paper_show, "papers/show", "本套试卷"},
	{POST, "/papers/:id/flow", PERM_PAPER_READ, step, NULL, "办理套卷", step_fields,
		.form = "/papers/:id"},
	{POST, "/papers/:id/custodians", PERM_PAPER_APPROVE, custodians_put, NULL, "指定保管人",
		custodian_fields, .form = "/papers/:id"},
	{POST, "/papers/:id/custody", PERM_PAPER_OPEN, custody, "papers/code", "启封口令",
		.form = "/papers/:id"},
	{POST, "/papers/:id/custody/confirm", PERM_PAPER_OPEN, custody_confirm, NULL,
		"确认启封口令", code_fields, .form = "/papers/:id"},
	{POST, "/papers/:id/open", PERM_PAPER_OPEN, open_put, NULL, "启封", code_fields,
		.form = "/papers/:id"},
	{POST, "/papers/:id/early", PERM_PAPER_OPEN, early_put, NULL, "申请窗口外启封",
		early_fields, .form = "/papers/:id"},
	{POST, "/papers/:id/early/allow", PERM_PAPER_APPROVE, early_allow, NULL, "批准窗口外启封",
		.form = "/papers/:id"},
	{0},
};
