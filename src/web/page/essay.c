/* Essays: the marker's table, one answer at a time and blind; the moderator's view of markers and
 * differences. */
#include "domain/exam/essay.h"

#include <inttypes.h>
#include <math.h>

#include "core/file.h"
#include "domain/exam/answer.h"
#include "domain/exam/form.h"
#include "query/exam_matrix.h"
#include "query/exam_score.h"
#include "web/item_view.h"
#include "web/page/page.h"
#include "web/page/score.h"

enum { COUNT_CAP = 10001 };

static const struct field give_fields[] = {
	{"sitting", FIELD_ID, "答卷", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"item_no", FIELD_INT, "题号", .min = 1, .max = FORM_ITEMS_MAX,
		.flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"round", FIELD_INT, "评次", .min = 1, .max = 3, .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"score", FIELD_SCORE, "得分", .flags = FIELD_REQUIRED},
	{"note", FIELD_AREA, "评语", .max = 500,
		.help = "可不填；仲裁时可以看到，其他阅卷人看不到。"},
	{0},
};

static const struct field moderate_fields[] = {
	{"score", FIELD_SCORE, "仲裁得分", .flags = FIELD_REQUIRED},
	{"note", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field essay_filters[] = {
	{"round", FIELD_CHOICE, "范围", .choices = (const struct choice[]){{"3", "只看分差过大的"},
		{"4", "只看已仲裁的"}, {0}}},
	{0},
};

static const char *response_of(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	int64_t item_no)
{
	struct answer *answers;
	size_t n;
	if (answer_current(cx, person_id, sitting_id, &answers, &n) < 0)
		return "";
	for (size_t i = 0; i < n; i++)
		if (answers[i].item_no == item_no)
			return answers[i].response;
	return "";
}

/* What a marker sees: the question, how marks are given, the answer, a code. */
static int put_essay(struct req *rq, int64_t form_id, int64_t person_id, int64_t sitting_id,
	int64_t item_no)
{
	struct ctx *cx = rq->cx;
	struct form f;
	int r = form_load_sat(cx, form_id, &f);
	if (r < 0)
		return r;
	if (item_no < 1 || item_no > f.n_items)
		return fail(cx, ERR_NOTFOUND, "essay.not_found");
	const struct form_item *it = &f.items[item_no - 1];
	const char *images = text_of(cx, "/exams/%s/%s/images/%" PRId64 "/%" PRId64 "/",
		rq_param(rq, "id"), ctx_may(cx, PERM_SCORE_MARK) ? "marking" : "moderation",
		form_id, item_no);
	view_set(rq, "essay", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "stem_html",
		item_html(cx, it->content.stem_html, images), "material_html",
		item_html(cx, it->material_html, images), "rubric_html",
		item_html(cx, it->content.rubric_html, images), "model",
		it->content.n_variants ? it->content.variants[0] : "",
		"response", response_of(cx, person_id, sitting_id, item_no), "full",
		score_points(cx, it->score_centi), "item_no", (json_int_t)item_no));
	return 0;
}

static int put_held(struct req *rq, const struct essay_task *t)
{
	int r = put_essay(rq, t->form_id, t->person_id, t->sitting_id, t->item_no);
	if (r < 0)
		return r;
	view_text(rq, "code", t->code);
	view_flag(rq, "is_third", t->round == 3);
	view_form(rq, "form", give_fields,
		text_of(rq->cx, "/exams/%" PRId64 "/marking", t->exam_id),
		"提交并取下一题", json_pack("{s:s, s:I, s:I}", "sitting",
		text_of(rq->cx, "%" PRId64,
		t->sitting_id), "item_no", (json_int_t)t->item_no, "round", (json_int_t)t->round));
	return 0;
}

static int put_progress(struct req *rq, int64_t exam_id)
{
	struct q_essay_progress p;
	int r = q_essay_progress(rq->cx->db, &p, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_int(rq, "n", p.n);
	view_int(rq, "n_marked", p.n_marked);
	view_int(rq, "n_third", p.n_third);
	return 0;
}

static int view_exam(struct req *rq, struct q_score_exam *ret_exam)
{
	int r = essay_exam(rq->cx, rq_id(rq, "id"), ret_exam);
	if (r == 0)
		view_set(rq, "exam", view_row(rq, &q_score_exam_desc, ret_exam));
	return r;
}

static int marking_show(struct req *rq)
{
	struct q_score_exam exam;
	struct essay_task held;
	struct ctx *cx = rq->cx;
	int r = view_exam(rq, &exam);
	if (r < 0 || (r = put_progress(rq, exam.id)) < 0)
		return r;
	view_flag(rq, "is_holding", false);
	r = essay_held(cx, exam.id, &held);
	if (r == ERR_NOTFOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r < 0)
		return r;
	view_flag(rq, "is_holding", true);
	return put_held(rq, &held);
}

static int take(struct req *rq)
{
	struct essay_task t;
	int64_t id = rq_id(rq, "id");
	int r = essay_take(rq->cx, id, &t);
	if (r == ERR_NOTFOUND && streq(rq->cx->problem.id, "essay.none_waits")) {
		ctx_clear(rq->cx);
		rq_flash(rq, "essay.none_waits");
		r = 0;
	}
	return r < 0 ? r : rq_redirect(rq, "/exams/%" PRId64 "/marking", id);
}

static int give(struct req *rq)
{
	struct essay_task t = {.exam_id = rq_id(rq, "id"), .sitting_id = in_int(rq->in, "sitting"),
		.item_no = in_int(rq->in, "item_no"), .round = in_int(rq->in, "round")};
	int r = essay_give(rq->cx, &t, in_int(rq->in, "score"), in_text(rq->in, "note"));
	return r < 0 ? r : take(rq);
}

static int put_markers(struct req *rq, int64_t exam_id)
{
	struct q_essay_markers_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_essay_markers(cx->db, &rows, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		double n = (double)rows.at[i].n, mean = (double)rows.at[i].mean_permille / n;
		double variance = (double)rows.at[i].squares / n - mean * mean;
		json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s}", "name",
			rows.at[i].marker_name, "n", (json_int_t)rows.at[i].n, "mean",
			text_of(cx, "%.1f%%", mean / 10), "spread",
			text_of(cx, "%.1f%%", sqrt(variance > 0 ? variance : 0) / 10)));
	}
	view_set(rq, "markers", list);
	return 0;
}

static int moderation(struct req *rq)
{
	struct q_score_exam exam;
	struct q_essay_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count, round = in_choice(rq->in, "round");
	int r = score_view_exam(rq, &exam);
	if (r < 0 || (r = put_progress(rq, exam.id)) < 0 || (r = put_markers(rq, exam.id)) < 0)
		return r;
	r = q_essay_list(cx->db, &rows, .exam_id = exam.id, .scope = cx->scope, .round = round,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_essay_list_count(cx->db, &count, .exam_id = exam.id, .scope = cx->scope,
			.round = round, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_essay_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row)
		json_object_set_new(row, "code", json_string(essay_code(cx,
			rows.at[i].sitting_id, rows.at[i].item_no)));
	return r;
}

static int sitting_in_exam(struct req *rq, struct q_score_sitting_find *ret_sitting)
{
	struct ctx *cx = rq->cx;
	int r = q_score_sitting_find(cx->db, ret_sitting, .person_id = rq_id(rq, "person"),
		.id = rq_id(rq, "sitting"), .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r == 0 && ret_sitting->exam_id != rq_id(rq, "id")))
		return fail(cx, ERR_NOTFOUND, "score.sitting_not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What the markers gave. Nothing else of a paper is shown here: ERR_NOTFOUND. */
static int put_rounds(struct req *rq, const struct q_score_sitting_find *s, int64_t item_no)
{
	struct q_essay_rounds_rows rounds;
	struct ctx *cx = rq->cx;
	int r = q_essay_rounds(cx->db, &rounds, .person_id = s->person_id, .sitting_id = s->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rounds.n; i++)
		if (rounds.at[i].item_no == item_no)
			json_array_append_new(list,
				view_row(rq, &q_essay_rounds_desc, &rounds.at[i]));
	view_set(rq, "rounds", list);
	return json_array_size(list) ? 0 : fail(cx, ERR_NOTFOUND, "essay.not_found");
}

static int moderate_form(struct req *rq)
{
	struct q_score_exam exam;
	struct q_score_sitting_find s;
	struct ctx *cx = rq->cx;
	int64_t item_no = rq_id(rq, "item");
	int r = score_view_exam(rq, &exam);
	if (r < 0 || (r = sitting_in_exam(rq, &s)) < 0 ||
		(r = put_rounds(rq, &s, item_no)) < 0 ||
		(r = put_essay(rq, s.form_id, s.person_id, s.id, item_no)) < 0)
		return r;
	view_form(rq, "form", moderate_fields, text_of(cx, "/exams/%" PRId64 "/moderation/%" PRId64
		"/%" PRId64 "/%" PRId64, exam.id, s.person_id, s.id, item_no), "仲裁给分", NULL);
	return 0;
}

static int moderate(struct req *rq)
{
	struct q_score_sitting_find s;
	int r = sitting_in_exam(rq, &s);
	if (r < 0 || (r = essay_moderate(rq->cx, s.person_id, s.id, rq_id(rq, "item"),
		in_int(rq->in, "score"), in_text(rq->in, "note"))) < 0)
		return r;
	return rq_redirect(rq, "/exams/%" PRId64 "/moderation", s.exam_id);
}

/* A picture of the question; the form must be one that this exam was sat with. */
static int send_image(struct req *rq)
{
	struct q_matrix_forms_rows forms;
	struct ctx *cx = rq->cx;
	struct form f;
	struct file file;
	int64_t form_id = rq_id(rq, "form"), item_no = rq_id(rq, "item");
	bool own = false;
	int r = q_matrix_forms(cx->db, &forms, .exam_id = rq_id(rq, "id"));
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < forms.n; i++)
		own |= forms.at[i].form_id == form_id;
	if (!own)
		return fail(cx, ERR_NOTFOUND, "essay.not_found");
	if ((r = form_load_sat(cx, form_id, &f)) < 0)
		return r;
	const struct item *it = item_no >= 1 && item_no <= f.n_items ? &f.items[item_no - 1].content
		: &(struct item){0};
	for (int i = 0; i < it->n_assets; i++)
		if (it->kind == ITEM_ESSAY && streq(it->assets[i].name, rq_param(rq, "name"))) {
			r = file_read(cx, 0, it->assets[i].file_id, &file);
			return r < 0 ? r : rq_bytes(rq, file.mime, NULL, file.bytes);
		}
	return fail(cx, ERR_NOTFOUND, "essay.not_found");
}

static int marking_image(struct req *rq)
{
	struct q_score_exam exam;
	int r = essay_exam(rq->cx, rq_id(rq, "id"), &exam);
	return r < 0 ? r : send_image(rq);
}

static int moderation_image(struct req *rq)
{
	struct q_score_exam exam;
	int r = score_view_exam(rq, &exam);
	return r < 0 ? r : send_image(rq);
}

const struct route routes_essay[] = {
	{GET, "/exams/:id/marking", PERM_SCORE_MARK, marking_show, "score/marking", "主观题阅卷"},
	{POST, "/exams/:id/marking/take", PERM_SCORE_MARK, take, NULL, "取一道主观题",
		.form = "/exams/:id/marking"},
	{POST, "/exams/:id/marking", PERM_SCORE_MARK, give, NULL, "提交主观题得分", give_fields,
		.form = "/exams/:id/marking"},
	{GET, "/exams/:id/marking/images/:form/:item/:name", PERM_SCORE_MARK, marking_image, NULL,
		"主观题图片", .flags = ROUTE_DOWNLOAD},
	{GET, "/exams/:id/moderation/images/:form/:item/:name", PERM_SCORE_APPLY,
		moderation_image, NULL, "主观题图片（仲裁）", .flags = ROUTE_DOWNLOAD},
	{GET, "/exams/:id/moderation", PERM_SCORE_APPLY, moderation, "score/moderation",
		"主观题仲裁", essay_filters, .flags = ROUTE_LIST},
	{GET, "/exams/:id/moderation/:person/:sitting/:item", PERM_SCORE_APPLY, moderate_form,
		"score/moderate", "仲裁一道主观题"},
	{POST, "/exams/:id/moderation/:person/:sitting/:item", PERM_SCORE_APPLY, moderate, NULL,
		"主观题仲裁给分", moderate_fields,
		.form = "/exams/:id/moderation/:person/:sitting/:item"},
	{0},
};
