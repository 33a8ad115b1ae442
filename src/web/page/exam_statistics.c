/* Item statistics of an exam: forms, items, one item with its options, the information curve. */
#include "domain/exam/exam_statistics.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stow.h"
#include "domain/exam/item.h"
#include "query/exam_score.h"
#include "query/exam_statistics.h"
#include "web/page/page.h"
#include "web/page/score.h"

enum { COUNT_CAP = 1001 };

static const struct choice kind_choices[] = {{"true_false", "判断题"}, {"single", "单项选择题"},
	{"multiple", "多项选择题"}, {"numeric", "计算填空题"}, {"text", "填空题"},
	{"order", "排序题"}, {"match", "匹配题"}, {"essay", "简答论述题"}, {0}};

static const struct field item_filters[] = {
	{"item_kind", FIELD_CHOICE, "题型", .choices = kind_choices},
	{"advised", FIELD_BOOL, "只看有提示的"},
	{0},
};

static const struct {
	const char *code, *label, *text;
} advices[] = {
	{"hard", "过难", "得分率低于 20%"},
	{"easy", "过易", "得分率高于 95%"},
	{"negative", "区分度为负", "答对的考生总分反而低，请核对答案和题意"},
	{"weak", "区分度低", "点二列相关低于 0.15"},
	{"key", "答案可疑", "有错误选项被高分考生更多选择，请核对答案"},
	{"omitted", "漏答多", "一成以上考生未作答"},
	{"misfit", "与模型不符", "S-X² 检验 p < 0.01"},
};

static json_t *advice_list(const char *codes)
{
	json_t *list = json_array();
	struct str rest = str_of(codes);
	while (rest.n) {
		struct str code = str_cut(&rest, ' ');
		for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
			if (str_is(code, advices[i].code))
				json_array_append_new(list, json_pack("{s:s, s:s}", "label",
					advices[i].label, "text", advices[i].text));
	}
	return list;
}

static const char *real(struct ctx *cx, double v, int digits)
{
	return isfinite(v) ? text_of(cx, "%.*f", digits, v) : "—";
}

static const char *permille(struct ctx *cx, int64_t v)
{
	return text_of(cx, "%.3f", (double)v / 1000);
}

static const char *irt_text(const char *state)
{
	static const char *const words[][2] = {{"few", "人数不足 20"}, {"all_right", "全部答对"},
		{"all_wrong", "全部答错"}, {"flat", "区分参数接近 0"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (streq(words[i][0], state))
			return words[i][1];
	return "";
}

static void put_figures(struct ctx *cx, json_t *row, int64_t facility, int64_t discrimination,
	int64_t upper_lower, double seconds)
{
	json_object_set_new(row, "facility", json_string(permille(cx, facility)));
	json_object_set_new(row, "discrimination", json_string(permille(cx, discrimination)));
	json_object_set_new(row, "upper_lower", json_string(permille(cx, upper_lower)));
	json_object_set_new(row, "seconds_text",
		json_string(seconds > 0 ? real(cx, seconds, 0) : "—"));
}

static void put_irt(struct ctx *cx, json_t *row, const char *state, double a, double b, double p)
{
	bool fitted = streq(state, "fitted");
	json_object_set_new(row, "irt_a_text", json_string(fitted ? real(cx, a, 2) : "—"));
	json_object_set_new(row, "irt_b_text", json_string(fitted ? real(cx, b, 2) : "—"));
	json_object_set_new(row, "irt_note", json_string(irt_text(state)));
	json_object_set_new(row, "fit_text", json_string(p >= 0 ? real(cx, p, 3) : "—"));
}

static int put_items(struct req *rq, int64_t exam_id)
{
	struct q_item_stat_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count, advised = in_int(rq->in, "advised");
	const char *kind = in_text(rq->in, "item_kind");
	int r = q_item_stat_list(cx->db, &rows, .exam_id = exam_id, .scope = cx->scope,
		.item_kind = kind, .advised = advised, .page = rq_page(rq));
	if (r >= 0)
		r = q_item_stat_list_count(cx->db, &count, .exam_id = exam_id, .scope = cx->scope,
			.item_kind = kind, .advised = advised, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rq_list(rq, &q_item_stat_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *row;
	size_t i;
	json_array_foreach(rq_list_rows(rq), i, row)
	{
		const struct q_item_stat_list *s = &rows.at[i];
		put_figures(cx, row, s->facility_permille, s->discrimination_permille,
			s->upper_lower_permille, s->seconds);
		put_irt(cx, row, s->irt_state, s->irt_a, s->irt_b, s->fit_p);
		json_object_set_new(row, "kind_label", json_string(item_kind_label(item_kind_of(
			s->item_kind))));
		json_object_set_new(row, "advices", advice_list(s->advice));
	}
	return 0;
}

static void put_forms(struct req *rq, const char *text)
{
	struct ctx *cx = rq->cx;
	struct form_line *lines;
	size_t n;
	json_t *list = json_array();
	view_set(rq, "forms", list);
	if (form_lines(cx->arena, text, &lines, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:b}",
			"label", text_of(cx, "%c卷", (char)('A' + i % 26)), "n",
			(json_int_t)lines[i].n,
			"items", (json_int_t)lines[i].items, "mean", real(cx, lines[i].mean, 2),
			"sd", real(cx, lines[i].sd, 2), "alpha", real(cx, lines[i].alpha, 3), "sem",
			real(cx, lines[i].sem, 2), "is_kr20", lines[i].is_kr20));
}

/* The sum over forms is not asked for: the first form's curve is drawn, the others are columns. */
static void put_curve(struct req *rq, const char *text)
{
	struct ctx *cx = rq->cx;
	struct str rest = str_of(text);
	struct stow_field f;
	json_t *rows = json_array();
	int form = -1, k = 0;
	while (stow_next(&rest, &f)) {
		if (str_is(f.name, "form")) {
			form++;
			k = 0;
			continue;
		}
		double v = strtod(arena_str(cx->arena, f.text), NULL);
		if (form == 0)
			json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s}", "label",
				text_of(cx, "%+.1f", -4 + 0.5 * k), "value", real(cx, v, 3),
				"error", v > 0 ? real(cx, 1 / sqrt(v), 2) : "—", "others", ""));
		else if (json_array_get(rows, (size_t)k))
			json_object_set_new(json_array_get(rows, (size_t)k), "others", json_string(
				text_of(cx, "%s %s", json_string_value(
				json_object_get(json_array_get(
				rows, (size_t)k), "others")), real(cx, v, 3))));
		k++;
	}
	view_set(rq, "curve", rows);
	view_flag(rq, "has_curve", json_array_size(rows) > 0);
	view_flag(rq, "has_others", form > 0);
}

static int show(struct req *rq)
{
	struct q_score_exam exam;
	struct q_exam_stat_find stat;
	struct ctx *cx = rq->cx;
	int r = score_view_exam(rq, &exam);
	if (r < 0)
		return r;
	r = q_exam_stat_find(cx->db, &stat, .exam_id = exam.id, .scope = cx->scope);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	bool has = r == 0;
	view_flag(rq, "has_statistics", has);
	view_flag(rq, "may_compute", ctx_may(cx, PERM_RESULT_COMPILE) && exam.score_version);
	view_flag(rq, "may_take", has && !stat.taken_at && !stat.n_pending &&
		stat.score_version == exam.score_version && ctx_may(cx, PERM_ITEM_APPROVE));
	if (has) {
		json_t *row = view_row(rq, &q_exam_stat_find_desc, &stat);
		json_object_del(row, "forms");
		json_object_del(row, "curve");
		view_flag(rq, "is_provisional", stat.n_pending > 0);
		view_flag(rq, "is_old", stat.score_version != exam.score_version);
		json_object_set_new(row, "model_text", json_string(streq(stat.irt_model, "2pl")
			? "两参数逻辑斯蒂模型" : streq(stat.irt_model,
			"rasch") ? "Rasch 模型" : ""));
		view_set(rq, "stat", row);
		put_forms(rq, stat.forms);
		put_curve(rq, stat.curve);
	}
	return put_items(rq, exam.id);
}

static int request(struct req *rq)
{
	int64_t job_id;
	int r = exam_statistics_request(rq->cx, rq_id(rq, "id"), &job_id);
	return r < 0 ? r : rq_redirect(rq, "/jobs/%" PRId64, job_id);
}

static int take(struct req *rq)
{
	int64_t n;
	int r = exam_statistics_take(rq->cx, rq_id(rq, "id"), &n);
	if (r < 0)
		return r;
	rq_flash(rq, "statistics.written", text_of(rq->cx, "%" PRId64, n));
	return rq_redirect(rq, "/exams/%" PRId64 "/statistics", rq_id(rq, "id"));
}

static int put_options(struct req *rq, const char *text)
{
	struct ctx *cx = rq->cx;
	struct option_line *lines;
	size_t n;
	json_t *list = json_array();
	view_set(rq, "options", list);
	if (option_lines(cx->arena, text, &lines, &n) < 0)
		return fail(cx, ERR_BUG, "score.rulings_broken");
	for (size_t i = 0; i < n; i++) {
		const char *label = !*lines[i].label ? "未作答" : streq(lines[i].label,
			"*") ? "其他答案"
			: lines[i].label;
		json_t *groups = json_array();
		for (int g = 0; g < 5; g++)
			json_array_append_new(groups,
				json_integer((json_int_t)lines[i].by_group[g]));
		json_array_append_new(list, json_pack("{s:s, s:b, s:I, s:s, s:o}", "label", label,
			"is_key", lines[i].is_key, "n", (json_int_t)lines[i].n, "rest",
			real(cx, lines[i].item_rest, 3), "groups", groups));
	}
	return 0;
}

static int item_show(struct req *rq)
{
	struct q_score_exam exam;
	struct q_item_stat_find s;
	struct ctx *cx = rq->cx;
	int r = score_view_exam(rq, &exam);
	if (r < 0)
		return r;
	r = q_item_stat_find(cx->db, &s, .exam_id = exam.id, .item_id = rq_id(rq, "item"),
		.version_no = rq_id(rq, "version"), .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "statistics.item_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *row = view_row(rq, &q_item_stat_find_desc, &s);
	json_object_del(row, "options");
	put_figures(cx, row, s.facility_permille, s.discrimination_permille, s.upper_lower_permille,
		s.seconds);
	put_irt(cx, row, s.irt_state, s.irt_a, s.irt_b, s.fit_p);
	json_object_set_new(row, "irt_se_text", json_string(s.irt_se_b > 0 ? real(cx, s.irt_se_b, 2)
		: "—"));
	json_object_set_new(row, "kind_label",
		json_string(item_kind_label(item_kind_of(s.item_kind))));
	json_object_set_new(row, "advices", advice_list(s.advice));
	view_set(rq, "item", row);
	return put_options(rq, s.options);
}

const struct route routes_exam_statistics[] = {
	{GET, "/exams/:id/statistics", PERM_MARK_READ, show, "score/statistics", "试题质量分析",
		item_filters, .flags = ROUTE_LIST},
	{POST, "/exams/:id/statistics", PERM_RESULT_COMPILE, request, NULL, "计算试题质量分析",
		.form = "/exams/:id/statistics"},
	{POST, "/exams/:id/statistics/take", PERM_ITEM_APPROVE, take, NULL, "统计指标写回题库",
		.form = "/exams/:id/statistics"},
	{GET, "/exams/:id/statistics/:item/:version", PERM_MARK_READ, item_show,
		"score/item", "一道题的统计"},
	{0},
};
