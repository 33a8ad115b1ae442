/* Scores of a computer exam: how far scoring is, the versions, everybody's score, one sheet. */
#include "domain/exam/scoring.h"

#include <inttypes.h>

#include "domain/exam/essay.h"
#include "domain/exam/exam.h"
#include "query/exam_score.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/page/score.h"

enum { COUNT_CAP = 10001, BANDS = 20 };

static const struct choice state_choices[] = {{"waiting", "未到"}, {"admitted", "已准入"},
	{"running", "作答中"}, {"paused", "已暂停"}, {"handed_in", "已交卷"},
	{"forced", "到时收卷"}, {"absent", "缺考"}, {"void", "违纪"}, {0}};

static const struct field score_filters[] = {
	{"ticket_no", FIELD_TEXT, "准考证号", .max = 40},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

int score_view_exam(struct req *rq, struct q_score_exam *ret_exam)
{
	struct ctx *cx = rq->cx;
	int r = q_score_exam(cx->db, ret_exam, .id = rq_id(rq, "id"), .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "score.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *exam = view_row(rq, &q_score_exam_desc, ret_exam);
	view_state(exam, &exam_flow, ret_exam->state);
	view_set(rq, "exam", exam);
	return 0;
}

static int put_bands(struct req *rq, const struct q_score_exam *exam)
{
	struct q_score_bands_rows rows;
	int64_t n[BANDS] = {0};
	int r = q_score_bands(rq->cx->db, &rows, .exam_id = exam->id,
		.score_version = exam->score_version);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].band >= 0 && rows.at[i].band < BANDS)
			n[rows.at[i].band] = rows.at[i].n;
	json_t *list = json_array();
	for (int i = 0; i < BANDS; i++)
		json_array_append_new(list, json_pack("{s:s, s:I}", "label", text_of(rq->cx,
			i == BANDS - 1 ? "%d–100" : "%d–%d", i * 5, i * 5 + 4), "n",
			(json_int_t)n[i]));
	view_set(rq, "bands", list);
	return 0;
}

static int put_versions(struct req *rq, const struct q_score_exam *exam)
{
	struct q_score_versions_of_exam_rows rows;
	int r = q_score_versions_of_exam(rq->cx->db, &rows, .exam_id = exam->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_score_versions_of_exam_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		view_state(row, &score_version_flow, rows.at[i].state);
		json_object_set_new(row, "is_first", json_boolean(rows.at[i].score_version == 1));
		json_object_set_new(row, "counts",
			json_boolean(rows.at[i].score_version == exam->score_version));
	}
	view_set(rq, "versions", list);
	return 0;
}

static int put_progress(struct req *rq, const struct q_score_exam *exam)
{
	struct q_essay_progress essays;
	struct q_score_pending pending;
	struct ctx *cx = rq->cx;
	int r = q_essay_progress(cx->db, &essays, .exam_id = exam->id);
	if (r >= 0)
		r = q_score_pending(cx->db, &pending, .exam_id = exam->id,
			.score_version = exam->score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	bool closed = streq(exam->state, "closed"), scored = exam->score_version > 0;
	bool compiles = ctx_may(cx, PERM_RESULT_COMPILE);
	view_int(rq, "n_scored", pending.n_sheets);
	view_int(rq, "n_pending", pending.n);
	view_int(rq, "n_essays", essays.n);
	view_int(rq, "n_essays_marked", essays.n_marked);
	view_flag(rq, "has_essays", essays.n > 0);
	view_flag(rq, "is_scored", scored);
	view_flag(rq, "may_look", scored && ctx_may(rq->cx, PERM_FORENSICS_READ));
	view_flag(rq, "is_published", streq(exam->state, "scored"));
	view_flag(rq, "may_score", compiles && closed && exam->score_version <= 1);
	view_flag(rq, "may_publish", compiles && closed && scored && !pending.n);
	view_flag(rq, "may_propose", ctx_may(cx, PERM_SCORE_APPLY) && scored);
	view_flag(rq, "may_moderate", ctx_may(cx, PERM_SCORE_APPLY) && essays.n > 0);
	return 0;
}

static int put_list(struct req *rq, const struct q_score_exam *exam)
{
	struct q_score_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *ticket = in_text(rq->in, "ticket_no"), *state = in_text(rq->in, "state");
	int r = q_score_list(cx->db, &rows, .exam_id = exam->id, .scope = cx->scope,
		.ticket_no = ticket, .state = state, .page = rq_page(rq));
	if (r >= 0)
		r = q_score_list_count(cx->db, &count, .exam_id = exam->id, .scope = cx->scope,
			.ticket_no = ticket, .state = state, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_score_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *list = rq_list_rows(rq), *row;
	size_t i;
	json_array_foreach(list, i, row)
	{
		json_object_set_new(row, "state_label",
			json_string(choice_label(state_choices, rows.at[i].state)));
		json_object_set_new(row, "has_score", json_boolean(rows.at[i].score_version > 0));
	}
	return 0;
}

static int show(struct req *rq)
{
	struct q_score_exam exam;
	int64_t cut;
	int r = score_view_exam(rq, &exam);
	if (r < 0 || (r = put_progress(rq, &exam)) < 0 || (r = put_versions(rq, &exam)) < 0 ||
		(r = put_bands(rq, &exam)) < 0 ||
		(r = score_cut(rq->cx, exam.pass_centi, exam.region, exam.starts_at, &cut)) < 0)
		return r;
	view_text(rq, "cut", score_points(rq->cx, cut));
	return put_list(rq, &exam);
}

static int request(struct req *rq)
{
	int64_t job_id;
	int r = score_request(rq->cx, rq_id(rq, "id"), &job_id);
	return r < 0 ? r : rq_redirect(rq, "/jobs/%" PRId64, job_id);
}

static int publish(struct req *rq)
{
	int r = score_publish(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "score.published");
	return rq_redirect(rq, "/exams/%" PRId64 "/scores", rq_id(rq, "id"));
}

const char *score_points(struct ctx *cx, int64_t centi)
{
	return centi % 100 ? text_of(cx, "%" PRId64 ".%02d", centi / 100, (int)(centi % 100))
			   : text_of(cx, "%" PRId64, centi / 100);
}

static const char *const verdict_labels[] = {
	[VERDICT_OMITTED] = "未作答", [VERDICT_WRONG] = "错误", [VERDICT_PART] = "部分正确",
	[VERDICT_RIGHT] = "正确", [VERDICT_PENDING] = "待阅卷",
};
static const char *const verdict_tones[] = {
	[VERDICT_OMITTED] = "plain", [VERDICT_WRONG] = "bad", [VERDICT_PART] = "wait",
	[VERDICT_RIGHT] = "good", [VERDICT_PENDING] = "wait",
};

static json_t *item_row(struct ctx *cx, const struct form_item *it, int place,
	const char *response, const struct item_score *score)
{
	bool sure = score->verdict >= VERDICT_OMITTED && score->verdict <= VERDICT_PENDING;
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "no", place + 1, "kind_label",
		item_kind_label(it->content.kind), "response", response ? response : "",
		"verdict_label", sure ? verdict_labels[score->verdict] : "",
		"verdict_tone", sure ? verdict_tones[score->verdict] : "plain",
		"points", score_points(cx, score->centi),
		"full", score_points(cx, it->score_centi));
}

static int put_sheet(struct req *rq, const struct q_score_sitting_find *s)
{
	struct ctx *cx = rq->cx;
	struct sheet *sheet = arena_make(cx->arena, struct sheet);
	struct sheet_score *score = arena_make(cx->arena, struct sheet_score);
	struct q_sitting_score_find kept = {.detail = ""};
	struct form f;
	int r = form_load_sat(cx, s->form_id, &f);
	if (r < 0 || (r = score_sheet(cx, s->person_id, s->id, &f, sheet)) < 0)
		return r;
	r = q_sitting_score_find(cx->db, &kept, .person_id = s->person_id, .sitting_id = s->id,
		.score_version = s->score_version);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (!sheet_detail_read(str_of(kept.detail), score))
		return fail(cx, ERR_BUG, "score.rulings_broken");
	json_t *list = json_array();
	for (int i = 0; i < f.n_items; i++)
		json_array_append_new(list, item_row(cx, &f.items[i], i, sheet->responses[i],
			&score->items[i]));
	view_set(rq, "items", list);
	view_text(rq, "raw", score_points(cx, kept.raw_centi));
	view_text(rq, "full", score_points(cx, f.score_centi));
	return 0;
}

/* Without the items' texts: those are read in the bank, with a reason. */
static int sheet_show(struct req *rq)
{
	struct q_score_exam exam;
	struct q_score_sitting_find s;
	struct ctx *cx = rq->cx;
	int r = score_view_exam(rq, &exam);
	if (r < 0)
		return r;
	r = q_score_sitting_find(cx->db, &s, .person_id = rq_id(rq, "person"),
		.id = rq_id(rq, "sitting"), .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r == 0 && s.exam_id != exam.id))
		return fail(cx, ERR_NOTFOUND, "score.sitting_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *row = view_row(rq, &q_score_sitting_find_desc, &s);
	json_object_set_new(row, "state_label", json_string(choice_label(state_choices, s.state)));
	json_object_set_new(row, "why",
		json_string(streq(s.ended_why, "hand_in") || streq(s.ended_why,
		"expire") ? "" : s.ended_why));
	view_set(rq, "sitting", row);
	view_flag(rq, "has_score", s.score_version > 0);
	view_set(rq, "items", json_array());
	return s.form_id && s.score_version ? put_sheet(rq, &s) : 0;
}

const struct route routes_exam_score[] = {
	{GET, "/exams/:id/scores", PERM_MARK_READ, show, "score/show", "机考成绩", score_filters,
		.flags = ROUTE_LIST},
	{POST, "/exams/:id/scores/compute", PERM_RESULT_COMPILE, request, NULL, "机考评分",
		.form = "/exams/:id/scores"},
	{POST, "/exams/:id/scores/publish", PERM_RESULT_COMPILE, publish, NULL, "报送机考成绩",
		.form = "/exams/:id/scores"},
	{GET, "/exams/:id/sheets/:person/:sitting", PERM_MARK_READ, sheet_show, "score/sheet",
		"机考答卷", .audit = "查看机考答卷"},
	{0},
};
