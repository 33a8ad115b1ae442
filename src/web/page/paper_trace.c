/* Prints of opened forms, and where a leaked picture comes from. */
#include "domain/exam/paper_trace.h"

#include <inttypes.h>
#include <string.h>

#include "core/message.h"
#include "doc/exam_sheet.h"
#include "domain/exam/bank.h"
#include "domain/exam/paper.h"
#include "query/exam_form.h"
#include "web/page/page.h"
#include "web/page/paper.h"

static const struct choice print_kinds[] = {{"paper", "试卷"}, {"key", "参考答案"}, {0}};

static const struct field print_fields[] = {
	{"form", FIELD_CHOICE, "套卷", .flags = FIELD_REQUIRED},
	{"print_kind", FIELD_CHOICE, "打印内容", .choices = print_kinds, .flags = FIELD_REQUIRED},
	{"venue", FIELD_TEXT, "考点或领取人", .help = "印入每一页的水印，泄露时可以查到来源。",
		.max = 40, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field trace_fields[] = {
	{"mark", FIELD_TEXT, "水印码", .help = "纸质试卷上的 10 位字母和数字。", .max = 20},
	{"exam", FIELD_CHOICE, "考试"},
	{"orders", FIELD_TEXT, "照片上的选项顺序",
		.help = "题号用试卷原题号，字母为题库原选项字母，按照片上自上而下的顺序，如 12:"
			"CABD "
			"15:BDAC。"
		"三道四选项题即可区分一万多人。", .max = 300, .flags = FIELD_WIDE},
	{0},
};

static int get_opened(struct req *rq, struct q_paper_set_find *set)
{
	int r = paper_get(rq->cx, rq_id(rq, "id"), set);
	if (r < 0)
		return r;
	return streq(set->state, "opened") || (streq(set->state, "withdrawn") && set->opened_at) ? 0
		: fail(rq->cx, ERR_STATE, "paper.not_opened");
}

static int form_choices(struct req *rq, const struct q_paper_set_find *set)
{
	struct q_paper_form_of_set_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_paper_form_of_set(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *list = arena_array(cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].id),
			form_letter(cx, rows.at[i].form_no)};
	view_choices(rq, "form", list);
	return 0;
}

static int exam_choices(struct req *rq, const struct q_paper_set_find *set)
{
	struct q_paper_trace_exams_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_paper_trace_exams(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *list = arena_array(cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].id), rows.at[i].title};
	view_choices(rq, "exam", list);
	view_flag(rq, "has_exams", rows.n > 0);
	return 0;
}

static int put_prints(struct req *rq, const struct q_paper_set_find *set)
{
	struct q_paper_prints_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_paper_prints(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = view_rows(rq, &q_paper_prints_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "form_label",
			json_string(form_letter(cx, rows.at[i].form_no)));
		json_object_set_new(row, "is_key",
			json_boolean(streq(rows.at[i].print_kind, "key")));
	}
	view_set(rq, "prints", list);
	return 0;
}

static int trace_mark(struct req *rq, const char *typed)
{
	struct q_paper_print_by_mark row;
	struct ctx *cx = rq->cx;
	char *mark = arena_dup(cx->arena, typed);
	for (char *p = mark; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	int r = q_paper_print_by_mark(cx->db, &row, .mark = mark, .scope = cx->scope);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	view_flag(rq, "is_unknown", r == ERR_NOTFOUND);
	if (r < 0)
		return 0;
	json_t *found = view_row(rq, &q_paper_print_by_mark_desc, &row);
	json_object_set_new(found, "form_label", json_string(form_letter(cx, row.form_no)));
	json_object_set_new(found, "is_key", json_boolean(streq(row.print_kind, "key")));
	view_set(rq, "found", found);
	return 0;
}

/* The form shows why. */
static int say_wrong(struct req *rq)
{
	struct ctx *cx = rq->cx;
	const struct problem *p = &cx->problem;
	view_text(rq, "wrong", p->n_fields ? field_problem_text(cx, &p->fields[0])
		: problem_text(cx));
	ctx_clear(cx);
	return 0;
}

static int trace_orders(struct req *rq, int64_t set_id, int64_t exam_id)
{
	struct trace_in in[TRACE_MAX];
	struct trace_hit *hits;
	struct ctx *cx = rq->cx;
	size_t n, n_hits;
	int r = trace_read(cx, in_text(rq->in, "orders"), in, &n);
	if (r >= 0)
		r = paper_trace(cx, set_id, exam_id, in, n, &hits, &n_hits);
	if (r < 0)
		return r == ERR_INVALID || r == ERR_STATE ? say_wrong(rq) : r;
	json_t *list = json_array();
	for (size_t i = 0; i < n_hits; i++) {
		const struct trace_hit *h = &hits[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:i, s:i, s:b}", "name",
			h->sitting.name, "ticket", h->sitting.ticket_no, "seat",
			(json_int_t)h->sitting.seat, "form_label", form_letter(cx, h->form_no),
			"matched", h->matched, "asked", h->asked, "is_all",
			h->matched == (int)n));
	}
	view_flag(rq, "is_asked", true);
	view_set(rq, "hits", list);
	return 0;
}

static int trace_show(struct req *rq)
{
	struct q_paper_set_find set;
	struct ctx *cx = rq->cx;
	int64_t exam_id = in_choice(rq->in, "exam");
	int r = get_opened(rq, &set);
	if (r < 0 || (r = form_choices(rq, &set)) < 0 || (r = exam_choices(rq, &set)) < 0
		|| (r = put_prints(rq, &set)) < 0)
		return r;
	view_set(rq, "set", json_pack("{s:s, s:s}", "id", rq_param(rq, "id"), "title", set.title));
	view_text(rq, "title", text_of(cx, "%s · 打印与追查", set.title));
	view_flag(rq, "may_print", bank_is_own(cx, set.body_id, set.region)
		&& ctx_may(cx, PERM_PAPER_OPEN) && streq(set.state, "opened"));
	view_flag(rq, "is_asked", false);
	view_flag(rq, "is_unknown", false);
	view_text(rq, "wrong", "");
	view_form(rq, "print_form", print_fields, text_of(cx, "/papers/%s/print",
		rq_param(rq, "id")), "生成并登记", NULL);
	view_form(rq, "trace_form", trace_fields, text_of(cx, "/papers/%s/trace",
		rq_param(rq, "id")), "追查", json_pack("{s:s, s:s, s:s}", "mark",
		in_text(rq->in, "mark"), "exam", in_text(rq->in, "exam"), "orders",
		in_text(rq->in, "orders")));
	if (in_has(rq->in, "mark"))
		return trace_mark(rq, in_text(rq->in, "mark"));
	return exam_id ? trace_orders(rq, set.id, exam_id) : 0;
}

static int print(struct req *rq)
{
	struct q_paper_set_find set;
	struct form form;
	struct ctx *cx = rq->cx;
	const char *mark, *kind = in_text(rq->in, "print_kind");
	int64_t form_id = in_choice(rq->in, "form");
	struct str pdf;
	int r = get_opened(rq, &set);
	if (r < 0)
		return r;
	if (!bank_is_own(cx, set.body_id, set.region))
		return fail(cx, ERR_DENIED, "paper.not_own");
	if (!streq(set.state, "opened"))
		return fail(cx, ERR_STATE, "exam.form_withdrawn");
	if ((r = form_load(cx, form_id, &form)) < 0)
		return r;
	if (form.paper_set_id != set.id)
		return fail(cx, ERR_NOTFOUND, "paper.not_found");
	if ((r = paper_print(cx, &set, form_id, kind, in_text(rq->in, "venue"), &mark)) < 0)
		return r;
	struct exam_sheet sheet = {.form = &form, .venue = in_text(rq->in, "venue"), .mark = mark,
		.is_key = streq(kind, "key")};
	r = exam_sheet_pdf(cx, &sheet, &pdf);
	return r < 0 ? r : rq_bytes(rq, "application/pdf",
		sheet.is_key ? "参考答案.pdf" : "试卷.pdf", pdf);
}

const struct route routes_paper_trace[] = {
	{GET, "/papers/:id/trace", PERM_PAPER_READ, trace_show, "papers/trace", "打印与追查",
		trace_fields},
	{POST, "/papers/:id/print", PERM_PAPER_OPEN, print, NULL, "打印试卷或答案", print_fields,
		.form = "/papers/:id/trace", .flags = ROUTE_DOWNLOAD},
	{0},
};
