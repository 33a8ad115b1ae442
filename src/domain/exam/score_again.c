/* One sheet scored anew: after an essay was decided, and to check what is kept. */
#include <inttypes.h>

#include "domain/exam/score_impl.h"
#include "query/exam_score.h"

static int put_version(struct ctx *cx, const struct q_score_sitting_find *s,
	const struct q_score_versions_of_exam *v, const struct form *f, const struct sheet *sheet)
{
	struct sheet_score *score = arena_make(cx->arena, struct sheet_score);
	struct q_score_version_of full;
	struct score_rules rules;
	int r = q_score_version_of(cx->db, &full, .exam_id = s->exam_id,
		.score_version = v->score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_rules_of(cx, full.rulings, full.multiple_rule, &rules)) < 0)
		return r;
	sheet_score(f, sheet, &rules, score);
	r = q_sitting_score_put(cx->db, .person_id = s->person_id, .sitting_id = s->id,
		.score_version = v->score_version, .exam_id = s->exam_id, .body_id = s->body_id,
		.region = s->region, .raw_centi = score->raw_centi,
		.score_centi = score->score_centi, .n_pending = score->n_pending,
		.detail = sheet_detail(cx->arena, score));
	if (r >= 0 && v->score_version == s->score_version)
		r = q_sitting_set_score(cx->db, .score_centi = score->score_centi,
			.score_version = v->score_version, .person_id = s->person_id, .id = s->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Every version that may still count keeps up with what people gave. */
int score_again(struct ctx *cx, int64_t person_id, int64_t sitting_id)
{
	struct q_score_sitting_find s;
	struct q_score_versions_of_exam_rows versions;
	struct sheet *sheet = arena_make(cx->arena, struct sheet);
	struct form f;
	int r = q_score_sitting_find(cx->db, &s, .person_id = person_id, .id = sitting_id,
		.scope = scope_all());
	if (r >= 0)
		r = q_score_versions_of_exam(cx->db, &versions, .exam_id = s.exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = form_load_sat(cx, s.form_id, &f)) < 0 ||
		(r = score_sheet(cx, person_id, sitting_id, &f, sheet)) < 0)
		return r;
	for (size_t i = 0; i < versions.n; i++)
		if (!streq(versions.at[i].state, "refused") &&
			(r = put_version(cx, &s, &versions.at[i], &f, sheet)) < 0)
			return r;
	return 0;
}
