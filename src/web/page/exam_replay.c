/* What if: other keys, another rule, another cut; who would be better or worse off; two people
 * decide. */
#include <inttypes.h>
#include <stdlib.h>

#include "domain/exam/scoring.h"
#include "query/exam_form.h"
#include "query/exam_score.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/page/score.h"

enum { COUNT_CAP = 10001, ROWS = 3 };

static const struct choice ruling_choices[] = {
	{"key", "改用这个答案"}, {"also", "这个答案也算对"}, {"all", "全体送分"}, {0}};
static const struct choice rule_choices[] = {
	{"all", "多选题：全部选对才得分"}, {"half", "多选题：少选得一半分"},
	{"share", "多选题：少选按比例得分"}, {"each", "多选题：选对加分、选错扣分"}, {0}};

#define RULING_FIELDS(n) \
	{"item" #n, FIELD_CHOICE, "试题（" #n "）"}, \
	{"ruling" #n, FIELD_CHOICE, "改动（" #n "）", .choices = ruling_choices}, \
	{"key" #n, FIELD_TEXT, "答案（" #n "）", .max = 200, \
		.example = "ACD", .help = \
		"选择题填选项字母，判断题填 A（正确）或 B（错误）；全体送分不填。", \
		.flags = FIELD_WIDE}

static const struct field propose_fields[] = {
	RULING_FIELDS(1),
	RULING_FIELDS(2),
	RULING_FIELDS(3),
	{"multiple_rule", FIELD_CHOICE, "多选题计分方法", .choices = rule_choices,
		.help = "不选则不变。"},
	{"pass", FIELD_SCORE, "合格线", .help = "不填则不变。"},
	{"reason", FIELD_AREA, "理由和依据", .max = 1000, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

/* Every item of the forms sat, as "A卷第12题（单项选择题）"; its code is the item's id. */
static int put_items(struct req *rq, int64_t exam_id)
{
	struct q_score_items_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_score_items(cx->db, &rows, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *choices = arena_array(cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		choices[i] = (struct choice){text_of(cx, "%" PRId64, rows.at[i].item_id),
			text_of(cx, "%c卷第%" PRId64 "题（%s）",
				(char)('A' + (rows.at[i].form_no - 1) % 26),
			rows.at[i].item_no, item_kind_label(item_kind_of(rows.at[i].item_kind)))};
	for (int i = 1; i <= ROWS; i++)
		view_choices(rq, text_of(cx, "item%d", i), choices);
	return 0;
}

static int propose_form(struct req *rq)
{
	struct q_score_exam exam;
	int r = score_view_exam(rq, &exam);
	if (r < 0 || (r = put_items(rq, exam.id)) < 0)
		return r;
	view_form(rq, "form", propose_fields, text_of(rq->cx, "/exams/%" PRId64 "/scores/replay",
		exam.id), "计算影响", NULL);
	return 0;
}

static enum ruling_kind kind_of(const char *code)
{
	return streq(code, "key") ? RULING_KEY : streq(code, "also") ? RULING_ALSO
		: streq(code, "all") ? RULING_ALL : RULING_NONE;
}

/* The rows of the form that are filled, and which they are; ERR_INVALID beside the one that is not
 * whole. */
static int read_rulings(struct req *rq, struct item_ruling rulings[ROWS], int rows[ROWS],
	size_t *ret_n)
{
	struct ctx *cx = rq->cx;
	size_t n = 0;
	for (int i = 1; i <= ROWS; i++) {
		const char *item = in_text(rq->in, text_of(cx, "item%d", i));
		const char *key = in_text(rq->in, text_of(cx, "key%d", i));
		enum ruling_kind kind = kind_of(in_text(rq->in, text_of(cx, "ruling%d", i)));
		if (!*item && !kind && !*key)
			continue;
		if (!*item)
			fail_field(cx, text_of(cx, "item%d", i), "score.choose_item");
		if (!kind)
			fail_field(cx, text_of(cx, "ruling%d", i), "score.choose_ruling");
		if (kind != RULING_ALL && is_blank(key))
			fail_field(cx, text_of(cx, "key%d", i), "score.key_needed");
		rows[n] = i;
		rulings[n++] = (struct item_ruling){strtoll(item, NULL, 10), {kind, key}};
	}
	*ret_n = n;
	return ctx_checked(cx);
}

/* The domain counts the rulings, the form its rows. */
static int point_at_rows(struct req *rq, const int *rows, size_t n, int r)
{
	struct problem *p = &rq->cx->problem;
	for (int i = 0; i < p->n_fields; i++)
		for (size_t k = 0; k < n; k++)
			if (streq(p->fields[i].field, text_of(rq->cx, "ruling%zu", k + 1))) {
				p->fields[i].field = text_of(rq->cx, "key%d", rows[k]);
				break;
			}
	return r;
}

static int propose(struct req *rq)
{
	struct item_ruling rulings[ROWS];
	int rows[ROWS];
	struct score_proposal p = {.exam_id = rq_id(rq, "id"), .rulings = rulings,
		.multiple_rule = in_text(rq->in, "multiple_rule"),
		.pass_centi = in_int(rq->in, "pass"), .reason = in_text(rq->in, "reason")};
	int64_t id;
	int r = read_rulings(rq, rulings, rows, &p.n_rulings);
	if (r < 0)
		return r;
	if ((r = score_propose(rq->cx, &p, &id)) < 0)
		return point_at_rows(rq, rows, p.n_rulings, r);
	return rq_redirect(rq, "/exams/%" PRId64 "/scores/%" PRId64, p.exam_id, id);
}

static int put_rulings(struct req *rq, const struct q_score_version_find *v)
{
	struct item_ruling *rulings;
	struct q_score_items_rows items;
	struct ctx *cx = rq->cx;
	size_t n;
	json_t *list = json_array();
	view_set(rq, "rulings", list);
	if (rulings_read(cx->arena, str_of(v->rulings), &rulings, &n) < 0)
		return fail(cx, ERR_BUG, "score.rulings_broken");
	int r = q_score_items(cx->db, &items, .exam_id = v->exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n; i++) {
		const char *where = "";
		for (size_t k = 0; k < items.n; k++)
			if (items.at[k].item_id == rulings[i].item_id)
				where = text_of(cx, "%s%s%c卷第%" PRId64 "题", where,
					*where ? "、" : "",
					(char)('A' + (items.at[k].form_no - 1) % 26),
					items.at[k].item_no);
		enum ruling_kind kind = rulings[i].ruling.kind;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "where", where, "label",
			ruling_choices[kind - 1].label, "text", rulings[i].ruling.text));
	}
	return 0;
}

static int put_changed(struct req *rq, const struct q_score_version_find *v, int64_t pass,
	int64_t old_pass)
{
	struct q_score_changed_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	int r = q_score_changed(cx->db, &rows, .exam_id = v->exam_id,
		.score_version = v->score_version, .against_version = v->against_version,
		.pass = pass, .old_pass = old_pass, .scope = cx->scope, .page = rq_page(rq));
	if (r >= 0)
		r = q_score_changed_count(cx->db, &count, .exam_id = v->exam_id,
			.score_version = v->score_version, .against_version = v->against_version,
			.pass = pass, .old_pass = old_pass, .scope = cx->scope,
			.page = {.limit = COUNT_CAP});
	return r < 0 ? ctx_pass(cx, r) : rq_list(rq, &q_score_changed_desc, rows.at, rows.n, count);
}

static int version_of(struct req *rq, struct q_score_version_find *ret_version)
{
	struct ctx *cx = rq->cx;
	int r = q_score_version_find(cx->db, ret_version, .id = rq_id(rq, "version"),
		.scope = cx->scope);
	if (r == ERR_NOTFOUND || (r == 0 && ret_version->exam_id != rq_id(rq, "id")))
		return fail(cx, ERR_NOTFOUND, "score.version_not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int old_cut(struct ctx *cx, const struct q_score_version_find *v,
	const struct q_score_exam *exam, int64_t *ret_cut)
{
	struct q_score_version_of old = {0};
	int r = q_score_version_of(cx->db, &old, .exam_id = v->exam_id,
		.score_version = v->against_version);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	return score_cut(cx, old.pass_centi, exam->region, exam->starts_at, ret_cut);
}

static int replay_show(struct req *rq)
{
	struct q_score_exam exam;
	struct q_score_version_find v;
	struct flow_subject subject;
	struct ctx *cx = rq->cx;
	int64_t pass, old_pass;
	int r = score_view_exam(rq, &exam);
	if (r < 0 || (r = version_of(rq, &v)) < 0 ||
		(r = score_cut(cx, v.pass_centi, exam.region, exam.starts_at, &pass)) < 0 ||
		(r = old_cut(cx, &v, &exam, &old_pass)) < 0)
		return r;
	json_t *row = view_row(rq, &q_score_version_find_desc, &v);
	json_object_del(row, "rulings");
	json_object_set_new(row, "multiple_text", json_string(is_blank(v.multiple_rule) ? ""
		: multiple_rule_label(multiple_rule_of(v.multiple_rule))));
	view_set(rq, "version", row);
	view_flag(rq, "is_computing", streq(v.state, "computing"));
	view_text(rq, "cut", score_points(cx, pass));
	view_text(rq, "old_cut", score_points(cx, old_pass));
	if ((r = put_rulings(rq, &v)) < 0 ||
		(r = score_version_flow.load(cx, 0, v.id, &subject)) < 0 ||
		(r = view_flow(rq, &score_version_flow, &subject,
		"/exams/%" PRId64 "/scores/%" PRId64 "/flow", exam.id, v.id)) < 0)
		return r;
	return put_changed(rq, &v, pass, old_pass);
}

static int replay_step(struct req *rq)
{
	struct q_score_version_find v;
	int r = version_of(rq, &v);
	if (r < 0 || (r = flow_run(rq->cx, &score_version_flow, 0, v.id,
		in_text(rq->in, "action"), in_text(rq->in, "reason"), rq->in)) < 0)
		return r;
	return rq_redirect(rq, "/exams/%" PRId64 "/scores/%" PRId64, v.exam_id, v.id);
}

const struct route routes_exam_replay[] = {
	{GET, "/exams/:id/scores/replay", PERM_SCORE_APPLY, propose_form, "score/propose",
		"重新计分测算"},
	{POST, "/exams/:id/scores/replay", PERM_SCORE_APPLY, propose, NULL, "提出重新计分",
		propose_fields, .form = "/exams/:id/scores/replay"},
	{GET, "/exams/:id/scores/:version", PERM_MARK_READ, replay_show, "score/replay", "重新计分",
		.flags = ROUTE_LIST, .audit = "查看重新计分影响的考生"},
	{POST, "/exams/:id/scores/:version/flow", PERM_SCORE_APPLY, replay_step, NULL,
		"审核重新计分", step_fields, .form = "/exams/:id/scores/:version"},
	{0},
};
