/* Asking for the scores of a closed exam, publishing them to the batch, and checking them. */
#include "domain/exam/scoring.h"

#include <inttypes.h>

#include "base/civil.h"
#include "core/audit.h"
#include "core/setting.h"
#include "domain/exam/exam.h"
#include "domain/exam/score_impl.h"
#include "domain/evaluation/mark_sign.h"
#include "query/batch.h"
#include "query/exam_score.h"
#include "query/mark.h"

bool score_counts(const char *sitting_state)
{
	return streq(sitting_state, "handed_in") || streq(sitting_state, "forced");
}

int score_exam_get(struct ctx *cx, int64_t exam_id, struct q_score_exam *ret_exam)
{
	int r = q_score_exam(cx->db, ret_exam, .id = exam_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "score.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* In a transaction; what others do to the scores is over then, or waits for its end. */
static int may_score(struct ctx *cx, int64_t exam_id, struct q_score_exam *ret_exam)
{
	struct q_score_sittings_open open;
	int r = ctx_need(cx, PERM_RESULT_COMPILE);
	if (r < 0 || (r = score_lock(cx, exam_id)) < 0 ||
		(r = score_exam_get(cx, exam_id, ret_exam)) < 0)
		return r;
	if (!streq(ret_exam->state, "closed"))
		return fail(cx, ERR_STATE, "score.not_closed");
	if ((r = q_score_sittings_open(cx->db, &open, .exam_id = exam_id)) < 0)
		return ctx_pass(cx, r);
	return open.n ? fail(cx, ERR_STATE, "score.still_open",
		text_of(cx, "%" PRId64, open.n)) : 0;
}

static int first_version(struct ctx *cx, const struct q_score_exam *exam, int64_t *ret_id)
{
	struct q_score_version_of v;
	int r = q_score_version_of(cx->db, &v, .exam_id = exam->id, .score_version = 1);
	if (r == 0) {
		*ret_id = v.id;
		if (streq(v.state, "computing"))
			return 0;
		r = q_score_version_move(cx->db, .id = v.id, .from_state = v.state,
			.state = "computing");
		return r < 0 ? ctx_pass(cx, r) : 0;
	}
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_id = ctx_id(cx);
	r = q_score_version_insert(cx->db, .id = *ret_id, .exam_id = exam->id, .score_version = 1,
		.batch_id = exam->batch_id, .body_id = exam->body_id, .region = exam->region,
		.reason = "", .rulings = "", .multiple_rule = "", .pass_centi = 0,
		.against_version = 0, .requested_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int score_begin(struct ctx *cx, int64_t exam_id, int64_t *ret_version_id)
{
	struct q_score_exam exam;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = may_score(cx, exam_id, &exam)) < 0)
		return r;
	if (exam.score_version > 1)
		return fail(cx, ERR_STATE, "score.later_version");
	if ((r = first_version(cx, &exam, ret_version_id)) < 0 ||
		(r = flow_note(cx, "exam", 0, exam_id, "score_request", "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int score_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id)
{
	int64_t version_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_begin(cx, exam_id, &version_id)) < 0 ||
		(r = job_submit(cx, "exam.score", text_of(cx, "%" PRId64, version_id),
		ret_job_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* What a sitting's end means for the theory part; state NULL: nothing yet. */
struct part_outcome {
	const char *state;
	int64_t centi;
};

static struct part_outcome outcome_of(const struct q_score_sittings_after *s)
{
	if (score_counts(s->state))
		return (struct part_outcome){"scored", s->score_centi};
	if (streq(s->state, "void"))
		return (struct part_outcome){"void", 0};
	return (struct part_outcome){streq(s->state, "absent") ? "absent" : NULL, 0};
}

static int write_part(struct ctx *cx, const struct q_score_exam *exam,
	const struct q_score_sittings_after *s, int64_t pass, const char *how)
{
	struct part_outcome o = outcome_of(s);
	struct q_part_find part;
	struct q_batch_find batch;
	if (!o.state)
		return 0;
	int r = q_part_find(cx->db, &part, .person_id = s->person_id,
		.enrolment_id = s->enrolment_id, .part = exam->part);
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(part.attempt, "kept") || (streq(part.part_state, o.state) &&
		part.score_centi == o.centi))
		return 0;
	if ((r = q_batch_find(cx->db, &batch, .id = exam->batch_id, .scope = scope_all())) < 0)
		return ctx_pass(cx, r);
	bool passed = streq(o.state, "scored") && o.centi >= pass;
	int64_t kept = civil_add_months(batch.enrol_to_on, setting_int(cx, "resit.months",
		exam->region, civil_day_at(exam->starts_at)));
	r = q_part_set_score(cx->db, .person_id = s->person_id, .enrolment_id = s->enrolment_id,
		.part = exam->part, .part_state = o.state, .score_centi = o.centi,
		.explained = streq(o.state, "scored") ? how : s->ended_why,
		.kept_until_on = passed ? kept : 0);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int score_write_parts(struct ctx *cx, const struct q_score_exam *exam, const char *how)
{
	struct q_score_sittings_after_rows rows;
	int64_t after = 0, pass;
	int r = score_cut(cx, exam->pass_centi, exam->region, exam->starts_at, &pass);
	if (r < 0)
		return r;
	do {
		r = q_score_sittings_after(cx->db, &rows, .exam_id = exam->id, .after_id = after);
		if (r < 0)
			return ctx_pass(cx, r);
		for (size_t i = 0; i < rows.n; i++)
			if ((r = write_part(cx, exam, &rows.at[i], pass, how)) < 0)
				return r;
		after = rows.n ? rows.at[rows.n - 1].id : after;
	} while (rows.n);
	return 0;
}

int score_lock(struct ctx *cx, int64_t exam_id)
{
	int r = q_score_lock(cx->db, .id = exam_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int score_pending(struct ctx *cx, const struct q_score_exam *exam, int64_t *ret_n)
{
	struct q_score_pending p;
	struct q_score_version_of v;
	int r = q_score_version_of(cx->db, &v, .exam_id = exam->id,
		.score_version = exam->score_version);
	if (r == ERR_NOTFOUND || (r == 0 && !streq(v.state, "applied")))
		return fail(cx, ERR_STATE, "score.not_scored");
	if (r >= 0)
		r = q_score_pending(cx->db, &p, .exam_id = exam->id,
			.score_version = exam->score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_n = p.n;
	return 0;
}

static int nothing_pending(struct ctx *cx, const struct q_score_exam *exam)
{
	int64_t n;
	int r = score_pending(cx, exam, &n);
	if (r < 0)
		return r;
	return n ? fail(cx, ERR_STATE, "score.essays_wait", text_of(cx, "%" PRId64, n)) : 0;
}

int score_hold_batch(struct ctx *cx, int64_t batch_id)
{
	int r = q_batch_lock(cx->db, .id = batch_id, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int score_publish(struct ctx *cx, int64_t exam_id)
{
	struct q_score_exam exam;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = may_score(cx, exam_id, &exam)) < 0 ||
		(r = score_hold_batch(cx, exam.batch_id)) < 0 ||
		(r = mark_is_open(cx, exam.batch_id)) < 0 ||
		(r = nothing_pending(cx, &exam)) < 0 ||
		(r = score_write_parts(cx, &exam, "计算机化考试，系统评分")) < 0 ||
		(r = flow_run(cx, &exam_flow, 0, exam_id, "score", "", NULL)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
