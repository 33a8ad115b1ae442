/* Do the kept scores still follow from the answers? */
#include <inttypes.h>

#include "domain/exam/score_impl.h"
#include "query/exam_score.h"
#include "query/mark.h"

struct checking {
	struct ctx *cx;
	void (*alarm)(void *arg, int64_t exam_id, const char *text);
	void *arg;
	struct q_score_exam exam;
	struct score_rules rules;
	struct form form; /* the last one read */
};

static const char *points(struct ctx *cx, int64_t centi)
{
	return text_of(cx, "%" PRId64 ".%02d", centi / 100, (int)(centi % 100));
}

static int check_part(struct checking *c, const struct q_score_sittings_after *s)
{
	struct ctx *cx = c->cx;
	struct q_part_find part;
	int r = q_part_find(cx->db, &part, .person_id = s->person_id,
		.enrolment_id = s->enrolment_id, .part = c->exam.part);
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(c->exam.state, "scored") && streq(part.part_state, "scored") &&
		part.score_centi != s->score_centi)
		c->alarm(c->arg, c->exam.id, text_of(cx,
			"%s 的理论成绩为 %s，机考答卷应得 %s", part.name,
			points(cx, part.score_centi), points(cx, s->score_centi)));
	return 0;
}

static int check_sitting(struct checking *c, const struct q_score_sittings_after *s)
{
	struct ctx *cx = c->cx;
	struct sheet *sheet = arena_make(cx->arena, struct sheet);
	struct sheet_score *score = arena_make(cx->arena, struct sheet_score);
	int r = 0;
	if (!score_counts(s->state))
		return 0;
	if (c->form.id != s->form_id && (r = form_load_sat(cx, s->form_id, &c->form)) < 0)
		return r;
	if ((r = score_sheet(cx, s->person_id, s->id, &c->form, sheet)) < 0)
		return r;
	sheet_score(&c->form, sheet, &c->rules, score);
	if (score->score_centi != s->score_centi)
		c->alarm(c->arg, c->exam.id, text_of(cx,
			"考生答卷 %" PRId64 " 应得 %s，现记 %s", s->id,
			points(cx, score->score_centi), points(cx, s->score_centi)));
	return check_part(c, s);
}

static int check_exam(struct checking *c)
{
	struct q_score_sittings_after_rows rows;
	struct q_score_version_of v;
	struct ctx *cx = c->cx;
	int64_t after = 0;
	int r = q_score_version_of(cx->db, &v, .exam_id = c->exam.id,
		.score_version = c->exam.score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_rules_of(cx, v.rulings, v.multiple_rule, &c->rules)) < 0)
		return r;
	do {
		r = q_score_sittings_after(cx->db, &rows, .exam_id = c->exam.id, .after_id = after);
		if (r < 0)
			return ctx_pass(cx, r);
		for (size_t i = 0; i < rows.n; i++)
			if ((r = check_sitting(c, &rows.at[i])) < 0)
				return r;
		after = rows.n ? rows.at[rows.n - 1].id : after;
	} while (rows.n);
	return 0;
}

int score_check(struct ctx *cx, int64_t exam_id,
	void (*alarm)(void *arg, int64_t exam_id, const char *text), void *arg)
{
	struct q_exams_scored_rows exams;
	struct checking *c = arena_make(cx->arena, struct checking);
	int r = q_exams_scored(cx->db, &exams, .id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < exams.n; i++) {
		*c = (struct checking){.cx = cx, .alarm = alarm, .arg = arg};
		r = q_score_exam(cx->db, &c->exam, .id = exams.at[i].id, .scope = scope_all());
		if (r < 0)
			return ctx_pass(cx, r);
		if ((r = check_exam(c)) < 0)
			return r;
	}
	return 0;
}
