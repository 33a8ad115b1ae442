/* 技能阶梯: where a worker stands in each occupation, and what comes next. */
#include "domain/career/career.h"

#include "base/civil.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "web/page/claims.h"
#include "web/page/page.h"

/* The eight grades from the lowest; those above 一级 are appointed by employers, not tested
 * here. */
static const int64_t rungs[] = {GRADE_APPRENTICE, GRADE_5, GRADE_4, GRADE_3, GRADE_2, GRADE_1,
	GRADE_SPECIAL, GRADE_CHIEF};

enum { RUNGS = sizeof rungs / sizeof rungs[0] };

static const char *next_text(struct req *rq, const struct career_ladder *l)
{
	const struct rule_answer *a = &l->answer;
	if (!a->set)
		return "暂无现行标准";
	if (a->held)
		return text_of(rq->cx, "现在就可以申报（%s）", a->held->clause);
	if (a->nearest && a->nearest->met_on)
		return text_of(rq->cx, "%s起可以申报",
			civil_day_text_zh(rq->cx->arena, a->nearest->met_on));
	return "还缺条件，见下";
}

static const char *rung_text(struct req *rq, const struct career_ladder *l, int64_t grade)
{
	if (grade == GRADE_APPRENTICE)
		return "由用人单位认定";
	if (grade == GRADE_SPECIAL || grade == GRADE_CHIEF)
		return "由企业评聘";
	if (grade == l->next)
		return next_text(rq, l);
	if (!occupation_has_grade(l->grades, grade))
		return "本职业不设";
	if (grade == l->reached && !l->is_certified)
		return "本人登记";
	return "";
}

static json_t *steps_of(struct req *rq, const struct career_ladder *l)
{
	json_t *steps = json_array();
	int here = grade_rank(l->reached);
	for (int i = 0; i < RUNGS; i++) {
		int rank = grade_rank(rungs[i]);
		struct str label = str_of(grade_label(rungs[i]));
		struct str sub = str_cut(&label, '/');
		bool graded = rungs[i] >= GRADE_1 && rungs[i] <= GRADE_5;
		bool done = graded && rank <= here && occupation_has_grade(l->grades, rungs[i]);
		json_array_append_new(steps,
			json_pack("{s:s, s:s, s:b, s:b, s:b, s:s, s:s}", "label",
			grade_short(rungs[i]), "sub", graded ? arena_str(rq->cx->arena, sub) : "",
			"is_done", done && rank != here, "is_here", here && rank == here, "is_next",
			l->next && rungs[i] == l->next, "text", rung_text(rq, l, rungs[i]), "url",
			""));
	}
	return steps;
}

static json_t *ladder_view(struct req *rq, const struct career_ladder *l)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b}", "occupation_id",
		text_of(rq->cx, "%lld", (long long)l->occupation_id), "name", l->occupation_name,
		"reached_text",
		l->reached ? grade_label(l->reached) : "", "next_text",
		l->next ? grade_label(l->next) : "", "word",
		l->next ? next_text(rq, l) : "", "steps", steps_of(rq, l), "is_top",
		l->next == GRADE_NONE);
	json_object_set_new(row, "answer",
		l->answer.set ? answer_view(rq, &l->answer) : json_false());
	json_object_set_new(row, "may_enrol", json_boolean(l->answer.held != NULL));
	json_object_set_new(row, "next_grade", json_integer(l->next));
	return row;
}

static json_t *event_view(struct req *rq, const struct career_event *e)
{
	const char *url = e->kind == CAREER_ENROLMENT
		? text_of(rq->cx, "/my/enrolments/%lld", (long long)e->id)
		: "/my/certificates";
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "at_text",
		civil_day_text(rq->cx->arena, e->on), "label",
		e->title, "note", e->note, "url", url, "tone",
		e->kind == CAREER_CERTIFICATE ? "good" : "plain");
}

static int show(struct req *rq)
{
	struct career_ladder *ladders;
	struct career_event *events;
	size_t n, n_events;
	int64_t me = rq->cx->actor.person_id;
	int r = career_ladders(rq->cx, me, &ladders, &n);
	if (r < 0 || (r = career_events(rq->cx, me, &events, &n_events)) < 0)
		return r;
	json_t *list = json_array(), *story = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, ladder_view(rq, &ladders[i]));
	for (size_t i = 0; i < n_events; i++)
		json_array_append_new(story, event_view(rq, &events[i]));
	view_set(rq, "ladders", list);
	view_set(rq, "story", story);
	view_flag(rq, "is_empty", n == 0);
	return matters_waiting_put(rq);
}

const struct route routes_career[] = {
	{GET, "/career", PERM_CAREER_SELF, show, "career/show", "技能阶梯"},
	{0},
};
