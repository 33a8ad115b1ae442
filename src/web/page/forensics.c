/* The look for copying: its figures and what stands out, and the evidence sheet of one pair. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/exam/look.h"
#include "query/exam.h"
#include "query/exam_score.h"
#include "query/forensics.h"
#include "web/page/forensics.h"
#include "web/page/score.h"

enum { COUNT_CAP = 1001, MAP_SEATS = 400 };

static const struct field pair_filters[] = {
	{"findings", FIELD_BOOL, "只看线索"},
	{"near", FIELD_BOOL, "只看邻座"},
	{0},
};

/* What was looked at: an exam, or the exams of a set of forms. */
struct looked_at {
	int64_t exam_id, paper_set_id, score_version;
	const char *region; /* of the look */
	const char *base;   /* address of the look */
	bool has_scores, is_old;
};

/* "1.3 亿分之一": how people say so small a chance. */
static const char *odds(struct ctx *cx, double p)
{
	double n = p > 0 ? 1 / p : INFINITY;
	if (p >= 0.01)
		return text_of(cx, "%.0f%%", p * 100);
	if (n < 1e4)
		return text_of(cx, "%.0f 分之一", n);
	if (n < 1e8)
		return text_of(cx, "%.3g 万分之一", n / 1e4);
	if (n < 1e12)
		return text_of(cx, n < 1e11 ? "%.3g 亿分之一" : "%.0f 亿分之一", n / 1e8);
	return "不到一万亿分之一";
}

static const char *figure(struct ctx *cx, double v, int digits)
{
	return isfinite(v) ? text_of(cx, "%.*f", digits, v) : "—";
}

static const char *percent(struct ctx *cx, double v)
{
	return isfinite(v) ? text_of(cx, v > 0 && v < 0.1 ? "%.1f%%" : "%.0f%%", v * 100) : "—";
}

static void put(json_t *row, const char *key, const char *text)
{
	json_object_set_new(row, key, json_string(text));
}

static int look_put(struct req *rq, const struct q_forensic_look_newest *l)
{
	struct ctx *cx = rq->cx;
	struct look_power power;
	struct look_picture seats;
	if (look_power_read(cx->arena, l->power, &power)
		|| look_picture_read(cx->arena, l->picture, &seats))
		return fail(cx, ERR_BUG, "forensics.broken");
	json_t *row = view_row(rq, &q_forensic_look_newest_desc, l);
	json_object_del(row, "power");
	json_object_del(row, "picture");
	json_object_set_new(row, "n_pairs", json_integer(l->n_pairs_near + l->n_pairs_far));
	json_object_set_new(row, "n_found", json_integer(l->found_near + l->found_far));
	json_object_set_new(row, "is_clean", json_boolean(!(l->found_near + l->found_far)));
	put(row, "alpha_text", percent(cx, l->alpha));
	put(row, "single_near_text", odds(cx, l->single_near));
	put(row, "single_far_text", odds(cx, l->single_far));
	put(row, "least_near_text", l->least_near < 0 ? "" : text_of(cx, "%" PRId64,
		l->least_near));
	put(row, "least_far_text", l->least_far < 0 ? "" : text_of(cx, "%" PRId64, l->least_far));
	json_object_set_new(row, "power_items", json_integer(power.items));
	json_object_set_new(row, "is_misfit", json_boolean(l->worst_misfit > 0.15));
	json_object_set_new(row, "found_in_room", json_integer(seats.found_same_room));
	json_object_set_new(row, "found_beside", json_integer(seats.found_near));
	json_object_set_new(row, "found_unit", json_integer(seats.found_same_unit));
	json_object_set_new(row, "found_centre", json_integer(seats.found_same_centre));
	json_object_set_new(row, "found_across", json_integer(seats.findings
		- seats.found_same_exam));
	put(row, "beside_share", percent(cx, seats.same_room
		? (double)seats.near / (double)seats.same_room : NAN));
	view_set(rq, "look", row);
	json_t *steps = json_array();
	for (int i = 0; i < power.n; i++) {
		if (i && power.step[i].copied == power.step[i - 1].copied)
			continue;
		json_array_append_new(steps, json_pack("{s:i, s:s, s:s, s:s}", "copied",
			power.step[i].copied, "value", text_of(cx, "%.0f",
			power.step[i].near * 100), "near", percent(cx, power.step[i].near), "far",
			percent(cx, power.step[i].far)));
	}
	view_set(rq, "power", steps);
	return 0;
}

static int put_pairs(struct req *rq, int64_t look_id)
{
	struct q_forensic_pair_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count, findings = in_int(rq->in, "findings"), near = in_int(rq->in, "near");
	int r = q_forensic_pair_list(cx->db, &rows, .look_id = look_id, .scope = cx->scope,
		.findings = findings, .near = near, .page = rq_page(rq));
	if (r >= 0)
		r = q_forensic_pair_list_count(cx->db, &count, .look_id = look_id,
			.scope = cx->scope, .findings = findings, .near = near,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_forensic_pair_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *row;
	size_t i;
	json_array_foreach(rq_list_rows(rq), i, row)
	{
		put(row, "odds", odds(cx, rows.at[i].p_m4));
		put(row, "expected_right_text", figure(cx, rows.at[i].expected_right, 0));
		put(row, "expected_wrong_text", figure(cx, rows.at[i].expected_wrong, 0));
	}
	return 0;
}

static const struct {
	const char *code, *label, *text;
} person_measures[] = {
	{"fast", "答得过快", "明显快于同题常人速度的题数过多，可能事先知道答案"},
	{"changed", "改对过多", "修改过的题目中，改后正确的多于其水平应有的"},
	{"fit", "对错反常", "难题对、易题错，与其水平不相称"},
};

static const char *measure_label(const char *code)
{
	for (size_t i = 0; i < sizeof person_measures / sizeof *person_measures; i++)
		if (streq(person_measures[i].code, code))
			return person_measures[i].label;
	return code;
}

static int put_persons(struct req *rq, int64_t look_id)
{
	struct q_forensic_persons_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int r = q_forensic_persons(cx->db, &rows, .look_id = look_id, .scope = cx->scope);
	view_set(rq, "persons", list);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_forensic_persons *p = &rows.at[i];
		const char *what = streq(p->measure, "fit")
			? text_of(cx, "拟合指标 %.2f", p->figure)
			: streq(p->measure, "changed")
			? text_of(cx, "改动 %" PRId64 " 题，对 %.0f 题，预计对 %.1f 题",
				p->n_looked,
			p->figure, p->expected)
			: text_of(cx, "%" PRId64 " 题中过快 %.0f 题", p->n_looked, p->figure);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "name",
			p->name, "ticket_no", p->ticket_no, "room_name", p->room_name, "seat",
			(json_int_t)p->seat, "label", measure_label(p->measure), "what", what,
			"odds", odds(cx, p->p_value)));
	}
	view_flag(rq, "has_persons", rows.n > 0);
	return 0;
}

static const char *const group_kinds[][2] = {{"venue", "考点"}, {"proctor", "监考员"},
	{"room", "考场"}, {"body", "机构"}, {"exam", "考试"}};
static const char *const group_measures[][2] = {{"paired", "有雷同线索的人"},
	{"score", "平均分偏高"}, {"changed", "人均改错为对偏多"}, {"fit", "对错反常偏多"},
	{"fast", "又快又对偏多"}};

static const char *word(const char *const list[][2], size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (streq(list[i][0], code))
			return list[i][1];
	return code;
}

static int put_groups(struct req *rq, int64_t look_id)
{
	struct q_forensic_groups_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int tested = 0;
	int r = q_forensic_groups(cx->db, &rows, .look_id = look_id, .scope = cx->scope);
	view_set(rq, "groups", list);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_forensic_groups *g = &rows.at[i];
		bool paired = streq(g->measure, "paired");
		tested += g->n_people >= 8;
		if (g->p_adjusted > 0.05)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "kind",
			word(group_kinds, 5, g->group_kind), "label", g->label, "measure",
			word(group_measures, 5, g->measure), "n", (json_int_t)g->n_people, "figure",
			paired ? percent(cx, g->figure) : figure(cx, g->figure, 2), "expected",
			paired ? percent(cx, g->expected) : figure(cx, g->expected, 2), "odds",
			odds(cx, g->p_adjusted)));
	}
	view_flag(rq, "has_groups", json_array_size(list) > 0);
	view_flag(rq, "has_tested", tested > 0);
	return 0;
}

static void subject_put(struct req *rq, const struct looked_at *at, const char *title,
	const char *url)
{
	view_set(rq, "subject", json_pack("{s:s, s:s, s:s, s:b}", "title", title, "url", url,
		"base", at->base, "is_joint", at->paper_set_id != 0));
}

static int exam_of(struct req *rq, struct looked_at *ret_at)
{
	struct q_score_exam exam;
	struct ctx *cx = rq->cx;
	int r = score_view_exam(rq, &exam);
	if (r < 0)
		return r;
	*ret_at = (struct looked_at){.exam_id = exam.id, .region = exam.region,
		.base = text_of(cx, "/exams/%" PRId64 "/forensics", exam.id),
		.score_version = exam.score_version, .has_scores = exam.score_version > 0};
	subject_put(rq, ret_at, exam.title, text_of(cx, "/exams/%" PRId64 "/scores", exam.id));
	return 0;
}

static int set_of(struct req *rq, struct look_exams *ret_exams, struct looked_at *ret_at)
{
	struct q_exam_paper_set set;
	struct ctx *cx = rq->cx;
	int64_t id = rq_id(rq, "id");
	int r = look_exams(cx, id, cx->scope, ret_exams);
	if (r < 0)
		return r;
	if ((r = q_exam_paper_set(cx->db, &set, .id = id)) < 0)
		return ctx_pass(cx, r);
	*ret_at = (struct looked_at){.paper_set_id = id, .region = ret_exams->region,
		.base = text_of(cx, "/papers/%" PRId64 "/forensics", id),
		.has_scores = ret_exams->n_scored > 1};
	subject_put(rq, ret_at, set.title, ret_at->base);
	return 0;
}

static int find_look(struct req *rq, const struct looked_at *at,
	struct q_forensic_look_newest *ret_look, bool *ret_has)
{
	int r = q_forensic_look_newest(rq->cx->db, ret_look, .exam_id = at->exam_id,
		.paper_set_id = at->paper_set_id, .region = at->region, .scope = rq->cx->scope);
	*ret_has = r == 0;
	return r < 0 && r != ERR_NOTFOUND ? ctx_pass(rq->cx, r) : 0;
}

static int look_show(struct req *rq, const struct looked_at *at,
	const struct q_forensic_look_newest *look, bool has)
{
	int r;
	view_flag(rq, "has_look", has);
	view_flag(rq, "may_look", ctx_may(rq->cx, PERM_FORENSICS_CASE) && at->has_scores);
	view_flag(rq, "is_old", has && at->is_old);
	if (has && ((r = look_put(rq, look)) < 0 || (r = put_persons(rq, look->id)) < 0
		|| (r = put_groups(rq, look->id)) < 0))
		return r;
	return put_pairs(rq, has ? look->id : 0);
}

/* The way to the look over all exams of the same forms, when there are others in sight. */
static int put_others(struct req *rq, int64_t exam_id)
{
	struct q_forensic_exam exam;
	struct look_exams exams;
	struct ctx *cx = rq->cx;
	view_flag(rq, "has_others", false);
	if (!ctx_may(cx, PERM_FORENSICS_JOINT))
		return 0;
	int r = q_forensic_exam(cx->db, &exam, .id = exam_id, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!exam.paper_set_id)
		return 0;
	if ((r = look_exams(cx, exam.paper_set_id, cx->scope, &exams)) < 0)
		return r;
	view_flag(rq, "has_others", exams.n > 1);
	view_text(rq, "joint_url", text_of(cx, "/papers/%" PRId64 "/forensics",
		exam.paper_set_id));
	view_int(rq, "n_others", (int64_t)exams.n - 1);
	return 0;
}

static int show(struct req *rq)
{
	struct q_forensic_look_newest look = {0};
	struct looked_at at;
	bool has;
	int r = exam_of(rq, &at);
	if (r < 0 || (r = find_look(rq, &at, &look, &has)) < 0
		|| (r = put_others(rq, at.exam_id)) < 0)
		return r;
	at.is_old = look.score_version != at.score_version;
	return look_show(rq, &at, &look, has);
}

/* The exams with what became of them in the look; *ret_old when it is not of these scores. */
static int put_exams(struct req *rq, const struct look_exams *e, int64_t look_id, bool *ret_old)
{
	struct q_forensic_look_exams_rows in;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	size_t same = 0;
	int r = q_forensic_look_exams(cx->db, &in, .look_id = look_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < e->n; i++) {
		const struct q_forensic_exams *x = &e->at[i];
		size_t k = 0;
		while (k < in.n && in.at[k].exam_id != x->id)
			k++;
		bool is_same = k < in.n && in.at[k].score_version == x->score_version;
		same += is_same;
		json_t *row = view_row(rq, &q_forensic_exams_desc, x);
		put(row, "what", !x->score_version ? "尚未评分，不在分析之内" : is_same ? "已分析"
			: k < in.n ? "此后采用了新的计分" : "尚未分析");
		json_array_append_new(list, row);
	}
	*ret_old = same < e->n_scored || same < in.n;
	view_set(rq, "exams", list);
	return 0;
}

static int joint_show(struct req *rq)
{
	struct q_forensic_look_newest look = {0};
	struct look_exams exams;
	struct looked_at at;
	bool has;
	int r = set_of(rq, &exams, &at);
	if (r < 0 || (r = find_look(rq, &at, &look, &has)) < 0
		|| (r = put_exams(rq, &exams, look.id, &at.is_old)) < 0)
		return r;
	return look_show(rq, &at, &look, has);
}

static int to_job(struct req *rq, int r, int64_t job_id)
{
	return r < 0 ? r : rq_redirect(rq, "/jobs/%" PRId64, job_id);
}

static int request(struct req *rq)
{
	int64_t job_id = 0;
	int r = look_request(rq->cx, rq_id(rq, "id"), &job_id);
	return to_job(rq, r, job_id);
}

static int joint_request(struct req *rq)
{
	int64_t job_id = 0;
	int r = look_request_joint(rq->cx, rq_id(rq, "id"), &job_id);
	return to_job(rq, r, job_id);
}

static json_t *person_signs(struct ctx *cx, const struct look_person *p)
{
	json_t *list = json_array();
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label", "对错是否与水平相称",
		"what", isfinite(p->lz_star) ? text_of(cx, "拟合指标 %.2f（一般在 -2 到 2 之间）",
		p->lz_star) : "题目过少，无法判断", "odds", isfinite(p->lz_star)
		? odds(cx, p->fit_p) : "—"));
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label", "修改答案", "what",
		p->changes ? text_of(cx, "改错为对 %" PRId64 " 题；改动的 %" PRId64
		" 题中改后正确 %" PRId64 " 题，按其水平预计 %.1f 题", p->wrong_right, p->changes,
		p->changes_right, p->changes_expected) : "没有修改", "odds",
		p->changes ? odds(cx, p->changes_p) : "—"));
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label", "作答时间", "what",
		p->timed ? text_of(cx, "%" PRId64 " 题有用时，其中过快 %" PRId64 " 题", p->timed,
		p->fast) : "没有用时记录", "odds", p->timed ? odds(cx, p->fast_p) : "—"));
	return list;
}

static void put_items(struct req *rq, const struct look_evidence *e)
{
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	for (size_t i = 0; i < e->n; i++) {
		const struct look_item *it = &e->items[i];
		json_array_append_new(list, json_pack("{s:I, s:I, s:s, s:b, s:b, s:s, s:s}",
			"place_a", (json_int_t)it->place_a, "place_b", (json_int_t)it->place_b,
			"answer", it->label, "is_right", it->is_right, "is_rare",
			!it->is_right && it->share <= 0.05, "share", percent(cx, it->share),
			"chance", percent(cx, it->chance)));
	}
	view_set(rq, "items", list);
}

/* The room's seats, when both sat in it. */
static void put_map(struct req *rq, const struct q_forensic_pair_find *p)
{
	json_t *rows = json_array(), *row = NULL;
	int64_t per_row = p->per_row > 0 ? p->per_row : 1;
	bool has = p->batch_room_a == p->batch_room_b && p->seats <= MAP_SEATS;
	for (int64_t seat = 1; has && seat <= p->seats; seat++) {
		if ((seat - 1) % per_row == 0) {
			row = json_array();
			json_array_append_new(rows, json_pack("{s:I, s:o}", "row",
				(json_int_t)(seat - 1) / per_row + 1, "seats", row));
		}
		json_array_append_new(row, json_pack("{s:I, s:s}", "seat", (json_int_t)seat, "who",
			seat == p->place_a ? "甲" : seat == p->place_b ? "乙" : ""));
	}
	view_set(rq, "map", rows);
	view_flag(rq, "has_map", has);
}

static int put_case(struct req *rq, const struct looked_at *at,
	const struct q_forensic_pair_find *p)
{
	struct q_forensic_case_of_pair c;
	struct ctx *cx = rq->cx;
	int r = q_forensic_case_of_pair(cx->db, &c, .look_id = p->look_id, .rank_no = p->rank_no,
		.scope = cx->scope);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	view_flag(rq, "has_case", r == 0);
	view_flag(rq, "may_open", r != 0 && ctx_may(cx, PERM_FORENSICS_CASE));
	if (r == 0) {
		json_t *row = json_pack("{s:s}", "url", text_of(cx, "/forensic-cases/%" PRId64,
			c.id));
		view_state(row, &forensic_case_flow, c.state);
		view_set(rq, "opened", row);
	}
	view_form(rq, "open_form", forensic_reason_fields, text_of(cx,
		"%s/%" PRId64 "/%" PRId64 "/case", at->base, p->look_id, p->rank_no), "立案核查",
		NULL);
	return 0;
}

static void put_pair(struct req *rq, const struct q_forensic_pair_find *p,
	const struct q_forensic_look_find *look, const struct look_evidence *e)
{
	struct ctx *cx = rq->cx;
	json_t *row = view_row(rq, &q_forensic_pair_find_desc, p);
	json_object_del(row, "evidence");
	json_object_del(row, "batch_room_a");
	json_object_del(row, "batch_room_b");
	put(row, "score_a", score_points(cx, p->points_a));
	put(row, "score_b", score_points(cx, p->points_b));
	json_object_set_new(row, "n_same", json_integer(p->n_right + p->n_wrong));
	put(row, "expected_right_text", figure(cx, p->expected_right, 1));
	put(row, "expected_wrong_text", figure(cx, p->expected_wrong, 1));
	put(row, "odds", odds(cx, p->p_m4));
	put(row, "gbt_odds", odds(cx, p->p_gbt));
	put(row, "omega_odds", odds(cx, p->p_omega));
	put(row, "omega_ab_text", figure(cx, p->omega_ab, 2));
	put(row, "omega_ba_text", figure(cx, p->omega_ba, 2));
	json_object_set_new(row, "n_pairs", json_integer(p->is_near ? look->n_pairs_near
		: look->n_pairs_far));
	put(row, "expected_pairs", e->expected_pairs < 0.001 ? "不到 0.001" : text_of(cx,
		e->expected_pairs < 10 ? "%.3f" : "%.0f", e->expected_pairs));
	json_object_set_new(row, "rare_wrong", json_integer(e->rare_wrong));
	json_object_set_new(row, "longest_run", json_integer(e->longest_run));
	json_object_set_new(row, "right_a", json_integer(e->right_a));
	json_object_set_new(row, "right_b", json_integer(e->right_b));
	json_object_set_new(row, "signs_a", person_signs(cx, &e->a));
	json_object_set_new(row, "signs_b", person_signs(cx, &e->b));
	view_set(rq, "pair", row);
}

static int pair_of(struct req *rq, const struct looked_at *at)
{
	struct q_forensic_look_find look;
	struct q_forensic_pair_find pair;
	struct look_evidence e;
	struct ctx *cx = rq->cx;
	int r = q_forensic_look_find(cx->db, &look, .id = rq_id(rq, "look"),
		.exam_id = at->exam_id, .paper_set_id = at->paper_set_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "forensics.no_look");
	if (r >= 0)
		r = q_forensic_pair_find(cx->db, &pair, .look_id = look.id, .rank_no = rq_id(rq,
			"rank"), .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "forensics.pair_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (look_evidence_read(cx->arena, pair.evidence, &e))
		return fail(cx, ERR_BUG, "forensics.broken");
	view_text(rq, "title", text_of(cx, "雷同线索证据单 · %s 与 %s", pair.name_a, pair.name_b));
	put_pair(rq, &pair, &look, &e);
	put_items(rq, &e);
	put_map(rq, &pair);
	return put_case(rq, at, &pair);
}

static int pair_show(struct req *rq)
{
	struct looked_at at;
	int r = exam_of(rq, &at);
	return r < 0 ? r : pair_of(rq, &at);
}

static int joint_pair(struct req *rq)
{
	struct look_exams exams;
	struct looked_at at;
	int r = set_of(rq, &exams, &at);
	return r < 0 ? r : pair_of(rq, &at);
}

static int open_case(struct req *rq)
{
	int64_t id;
	int r = forensic_case_open(rq->cx, rq_id(rq, "look"), rq_id(rq, "rank"),
		in_text(rq->in, "reason"), &id);
	if (r < 0)
		return r;
	rq_flash(rq, "forensics.opened");
	return rq_redirect(rq, "/forensic-cases/%" PRId64, id);
}

const struct route routes_forensics[] = {
	{GET, "/exams/:id/forensics", PERM_FORENSICS_READ, show, "forensics/look", "雷同分析",
		pair_filters, .flags = ROUTE_LIST},
	{POST, "/exams/:id/forensics", PERM_FORENSICS_CASE, request, NULL, "开始雷同分析",
		.form = "/exams/:id/forensics"},
	{GET, "/exams/:id/forensics/:look/:rank", PERM_FORENSICS_READ, pair_show, "forensics/pair",
		"雷同线索证据单", .audit = "查阅雷同线索"},
	{POST, "/exams/:id/forensics/:look/:rank/case", PERM_FORENSICS_CASE, open_case, NULL,
		"立案核查", forensic_reason_fields, .form = "/exams/:id/forensics/:look/:rank"},
	{GET, "/papers/:id/forensics", PERM_FORENSICS_JOINT, joint_show, "forensics/look",
		"联合雷同分析", pair_filters, .flags = ROUTE_LIST},
	{POST, "/papers/:id/forensics", PERM_FORENSICS_JOINT, joint_request, NULL,
		"开始联合雷同分析", .form = "/papers/:id/forensics"},
	{GET, "/papers/:id/forensics/:look/:rank", PERM_FORENSICS_JOINT, joint_pair,
		"forensics/pair", "雷同线索证据单", .audit = "查阅雷同线索"},
	{POST, "/papers/:id/forensics/:look/:rank/case", PERM_FORENSICS_JOINT, open_case, NULL,
		"立案核查", forensic_reason_fields, .form = "/papers/:id/forensics/:look/:rank"},
	{0},
};
