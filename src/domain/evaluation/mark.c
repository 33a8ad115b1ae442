/* Entering and signing marks. */
#include "domain/evaluation/mark.h"

#include "base/civil.h"
#include "core/audit.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark_sign.h"
#include "query/batch.h"
#include "query/exam_score.h"
#include "query/mark.h"

static const char *const flag_codes[] = {
	[MARK_SCORE] = "score", [MARK_ABSENT] = "absent", [MARK_VOID] = "void"};

static int check_in(struct ctx *cx, const struct mark_in *in)
{
	if (in->flag == MARK_SCORE && (in->score_centi < 0 || in->score_centi > 10000))
		fail_field(cx, "score", "mark.score_range");
	if (in->flag == MARK_VOID && is_blank(in->note))
		fail_field(cx, "note", "mark.void_needs_note");
	else if (in->part == PART_THEORY && in->round == MARK_SETTLED && is_blank(in->note))
		fail_field(cx, "note", "mark.settle_needs_note");
	if (in->part == PART_THEORY && (in->round < MARK_FIRST || in->round > MARK_SETTLED))
		fail_field(cx, "round", "mark.round_unknown");
	return ctx_checked(cx);
}

int mark_is_open(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_find batch;
	int r = q_batch_find(cx->db, &batch, .id = batch_id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(batch.state, "testing") || streq(batch.state, "marking"))
		return 0;
	return fail(cx, ERR_STATE, "mark.not_now", flow_state(&batch_flow, batch.state)->label);
}

/* Nobody is marked before his sitting has begun. */
static int has_begun(struct ctx *cx, const struct q_part_find *part)
{
	struct q_batch_room_find slot = {0};
	int r = q_batch_room_find(cx->db, &slot, .id = part->batch_room_id, .scope = scope_all());
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (ctx_now(cx) >= slot.starts_at)
		return 0;
	return fail(cx, ERR_STATE, "mark.not_begun", part->name,
		civil_time_text(cx->arena, slot.starts_at));
}

/* The two first entries of a paper, and whether they call for a third that settles the matter. */
static int may_settle(struct ctx *cx, const struct mark_in *in)
{
	struct q_marks_of_part_rows marks;
	int r = q_marks_of_part(cx->db, &marks, .person_id = in->person_id,
		.enrolment_id = in->enrolment_id, .part = in->part);
	if (r < 0)
		return ctx_pass(cx, r);
	const struct q_marks_of_part *a = &marks.at[0], *b = &marks.at[1];
	bool differ = marks.n == 2 && a->signed_at && b->signed_at &&
		(!streq(a->flag, b->flag) || a->score_centi != b->score_centi);
	return differ ? 0 : fail(cx, ERR_STATE, "mark.nothing_to_settle");
}

/* Where theory is a computer exam its scores come from the answers alone. */
static int not_by_computer(struct ctx *cx, int64_t batch_id)
{
	struct q_exam_cut_of_batch exam;
	int r = q_exam_cut_of_batch(cx->db, &exam, .batch_id = batch_id);
	if (r == ERR_NOTFOUND || (r == 0 && streq(exam.state, "void")))
		return 0;
	return r < 0 ? ctx_pass(cx, r) : fail(cx, ERR_STATE, "mark.by_computer");
}

/* Theory: a round is one person's, and nobody makes two rounds of one paper. */
static int may_enter_theory(struct ctx *cx, const struct mark_in *in,
	const struct q_part_find *part)
{
	struct q_mark_of_round_rows others;
	struct q_mark_own own;
	int r = ctx_need(cx, PERM_MARK_THEORY);
	if (r < 0)
		return r;
	if (cx->actor.role != ROLE_SYSTEM && cx->actor.body_id != part->body_id)
		return fail(cx, ERR_NOTFOUND, "mark.not_found");
	if ((r = not_by_computer(cx, part->batch_id)) < 0)
		return r;
	r = q_mark_of_round(cx->db, &others, .person_id = in->person_id,
		.enrolment_id = in->enrolment_id, .part = in->part, .round = in->round);
	if (r < 0)
		return ctx_pass(cx, r);
	if (others.n && others.at[0].marker_id != cx->actor.account_id)
		return fail(cx, ERR_CONFLICT, "mark.round_taken", others.at[0].marker_name);
	r = q_mark_own(cx->db, &own, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part, .marker_id = cx->actor.account_id);
	if (r == 0 && own.round != in->round)
		return fail(cx, ERR_CONFLICT, "mark.other_round_is_yours");
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r == 0 && own.signed_at)
		return fail(cx, ERR_STATE, "mark.signed_already", part->name);
	return in->round == MARK_SETTLED ? may_settle(cx, in) : 0;
}

static int may_enter_skill(struct ctx *cx, const struct q_part_find *part)
{
	struct q_examiner_in_slot duty;
	struct mark_avoid *avoids;
	size_t n;
	int r = ctx_need(cx, PERM_MARK_SKILL);
	if (r < 0)
		return r;
	r = q_examiner_in_slot(cx->db, &duty, .batch_room_id = part->batch_room_id,
		.account_id = cx->actor.account_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "mark.not_on_duty");
	if (r < 0)
		return ctx_pass(cx, r);
	r = mark_avoidances(cx, part->batch_id, part->batch_room_id, &avoids, &n);
	if (r < 0)
		return r;
	const char *reason = mark_avoid_reason(avoids, n, part->batch_room_id,
		cx->actor.account_id, part->person_id);
	return reason ? fail(cx, ERR_DENIED, "mark.avoid", part->name, reason) : 0;
}

/* Holds the paper until the transaction ends: two people cannot both find a round free. */
static int hold(struct ctx *cx, const struct mark_in *in, struct q_part_find *ret_part)
{
	int r = q_part_find(cx->db, ret_part, .person_id = in->person_id,
		.enrolment_id = in->enrolment_id, .part = in->part);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "mark.not_found");
	if (r >= 0)
		r = q_part_lock(cx->db, .attempt = ret_part->attempt, .person_id = in->person_id,
			.enrolment_id = in->enrolment_id, .part = in->part);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int may_enter(struct ctx *cx, const struct mark_in *in, struct q_part_find *ret_part)
{
	int r = hold(cx, in, ret_part);
	if (r < 0)
		return r;
	if (streq(ret_part->attempt, "kept"))
		return fail(cx, ERR_STATE, "mark.kept", ret_part->name);
	if ((r = mark_is_open(cx, ret_part->batch_id)) < 0)
		return r;
	r = in->part == PART_THEORY ? may_enter_theory(cx, in, ret_part)
		: may_enter_skill(cx, ret_part);
	return r < 0 ? r : has_begun(cx, ret_part);
}

static int put(struct ctx *cx, const struct mark_in *in)
{
	struct q_part_find part;
	int r = may_enter(cx, in, &part);
	if (r < 0)
		return r;
	r = q_mark_upsert(cx->db, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part, .marker_id = cx->actor.account_id, .batch_id = part.batch_id,
		.body_id = part.body_id, .region = part.region, .marker_name = cx->actor.name,
		.round = in->part == PART_THEORY ? in->round : 0, .flag = flag_codes[in->flag],
		.score_centi = in->flag == MARK_SCORE ? in->score_centi : 0, .note = in->note,
		.entered_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "mark.signed_already", part.name);
}

int mark_put(struct ctx *cx, const struct mark_in *in)
{
	auto_tx tx = {0};
	int r = check_in(cx, in);
	if (r < 0)
		return r;
	if (in->part == PART_THEORY && in->round == MARK_SETTLED)
		return fail(cx, ERR_BUG, "mark.round_unknown");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = put(cx, in)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int mark_clear(struct ctx *cx, const struct mark_in *in)
{
	struct q_part_find part;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = may_enter(cx, in, &part)) < 0)
		return r;
	r = q_mark_delete(cx->db, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part, .marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int mark_settle(struct ctx *cx, const struct mark_in *in)
{
	struct mark_in third = *in;
	auto_tx tx = {0};
	third.part = PART_THEORY;
	third.round = MARK_SETTLED;
	int r = check_in(cx, &third);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = put(cx, &third)) < 0 ||
		(r = mark_sign_one(cx, in->person_id, in->enrolment_id, PART_THEORY)) < 0)
		return r;
	r = audit_note(cx, "mark.settle", "enrolment", in->enrolment_id, in->note, "");
	if (r < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int mark_round(struct ctx *cx, int64_t batch_id, int64_t batch_room_id, int64_t *ret_round)
{
	struct q_mark_progress_rows rows;
	int r = q_mark_progress(cx->db, &rows, .batch_id = batch_id);
	bool taken[MARK_SETTLED + 1] = {0};
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_round = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_mark_progress *p = &rows.at[i];
		if (p->part != PART_THEORY || p->batch_room_id != batch_room_id ||
			p->round > MARK_SECOND)
			continue;
		taken[p->round] = true;
		if (p->marker_id == cx->actor.account_id)
			*ret_round = p->round;
	}
	if (!*ret_round)
		*ret_round = !taken[MARK_FIRST] ? MARK_FIRST : !taken[MARK_SECOND] ? MARK_SECOND
			: 0;
	return 0;
}
