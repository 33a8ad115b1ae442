/* Entering and signing marks. */
#include "domain/evaluation/mark.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/audit.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/mark.h"

static const char *const flag_codes[] = {[MARK_SCORE] = "score", [MARK_ABSENT] = "absent", [MARK_VOID] = "void"};

static int check_in(struct ctx *cx, const struct mark_in *in)
{
	if (in->flag == MARK_SCORE && (in->score_centi < 0 || in->score_centi > 10000))
		fail_field(cx, "score", "mark.score_range");
	if (in->flag == MARK_VOID && is_blank(in->note))
		fail_field(cx, "note", "mark.void_needs_note");
	if (in->part == PART_THEORY && (in->round < 1 || in->round > 3))
		fail_field(cx, "round", "mark.round_unknown");
	return ctx_checked(cx);
}

static int is_marking(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(cx->db, ret_batch, .id = batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(ret_batch->state, "testing") || streq(ret_batch->state, "marking"))
		return 0;
	return fail(cx, ERR_STATE, "mark.not_now", flow_state(&batch_flow, ret_batch->state)->label);
}

/* The two first entries of theory marks, and whether they call for a third that settles the matter. */
static int may_settle(struct ctx *cx, const struct mark_in *in)
{
	struct q_marks_of_part_rows marks;
	int r = q_marks_of_part(cx->db, &marks, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part);
	if (r < 0)
		return ctx_pass(cx, r);
	bool differ = marks.n == 2 && marks.at[0].signed_at && marks.at[1].signed_at &&
		(!streq(marks.at[0].flag, marks.at[1].flag) || marks.at[0].score_centi != marks.at[1].score_centi);
	if (!differ)
		return fail(cx, ERR_STATE, "mark.nothing_to_settle");
	return is_blank(in->note) ? fail_field(cx, "note", "mark.settle_needs_note") : 0;
}

/* Theory: a round is one person's, and nobody makes two rounds of one paper. */
static int may_enter_theory(struct ctx *cx, const struct mark_in *in, const struct q_part_find *part)
{
	struct q_mark_of_round_rows others;
	struct q_mark_own own;
	int r = ctx_need(cx, PERM_MARK_THEORY);
	if (r < 0)
		return r;
	if (cx->actor.body_id && cx->actor.body_id != part->body_id)
		return fail(cx, ERR_NOTFOUND, "mark.not_found");
	r = q_mark_of_round(cx->db, &others, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part, .round = in->round);
	if (r < 0)
		return ctx_pass(cx, r);
	if (others.n && others.at[0].marker_id != cx->actor.account_id)
		return fail(cx, ERR_CONFLICT, "mark.round_taken", others.at[0].marker_name);
	r = q_mark_own(cx->db, &own, .person_id = in->person_id, .enrolment_id = in->enrolment_id, .part = in->part,
		.marker_id = cx->actor.account_id);
	if (r == 0 && own.round != in->round)
		return fail(cx, ERR_CONFLICT, "mark.other_round_is_yours");
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	return in->round == 3 ? may_settle(cx, in) : 0;
}

static int may_enter_skill(struct ctx *cx, const struct q_part_find *part)
{
	struct q_examiner_in_slot duty;
	int r = ctx_need(cx, PERM_MARK_SKILL);
	if (r < 0)
		return r;
	r = q_examiner_in_slot(cx->db, &duty, .batch_room_id = part->batch_room_id,
		.account_id = cx->actor.account_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "mark.not_on_duty");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int may_enter(struct ctx *cx, const struct mark_in *in, struct q_part_find *ret_part)
{
	struct q_batch_find batch;
	int r = q_part_find(cx->db, ret_part, .person_id = in->person_id, .enrolment_id = in->enrolment_id,
		.part = in->part);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "mark.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(ret_part->attempt, "kept"))
		return fail(cx, ERR_STATE, "mark.kept", ret_part->name);
	if ((r = is_marking(cx, ret_part->batch_id, &batch)) < 0)
		return r;
	return in->part == PART_THEORY ? may_enter_theory(cx, in, ret_part) : may_enter_skill(cx, ret_part);
}

int mark_put(struct ctx *cx, const struct mark_in *in)
{
	struct q_part_find part;
	auto_tx tx = {0};
	int r = check_in(cx, in);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = may_enter(cx, in, &part)) < 0)
		return r;
	r = q_mark_upsert(cx->db, .person_id = in->person_id, .enrolment_id = in->enrolment_id, .part = in->part,
		.marker_id = cx->actor.account_id, .batch_id = part.batch_id, .body_id = part.body_id,
		.region = part.region, .marker_name = cx->actor.name,
		.round = in->part == PART_THEORY ? in->round : 0, .flag = flag_codes[in->flag],
		.score_centi = in->flag == MARK_SCORE ? in->score_centi : 0, .note = in->note,
		.entered_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE, "mark.signed_already", part.name);
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* Over the mark and its marker: nobody else's key makes it, and any later change shows. */
static const char *signature_of(struct ctx *cx, int64_t part, const struct q_marks_own_in_batch *m, int64_t at)
{
	uint8_t mac[DIGEST_BYTES];
	char *text = text_of(cx, "%" PRId64 "|%" PRId64 "|%" PRId64 "|%s|%" PRId64 "|%" PRId64, m->enrolment_id, part,
		m->round, m->flag, m->score_centi, at);
	text = text_of(cx, "%s|%" PRId64, text, cx->actor.account_id);
	keyring_mac(cx->keys, KEY_MARK, str_of(text), mac);
	return hex_text(cx->arena, mac, sizeof mac);
}

static int count_in_slot(struct ctx *cx, const struct q_marks_own_in_batch_rows *marks, int64_t slot)
{
	int n = 0;
	(void)cx;
	for (size_t i = 0; i < marks->n; i++)
		n += marks->at[i].batch_room_id == slot;
	return n;
}

/* An examiner signs a room when he has marked everybody who sat in it. */
static int is_complete(struct ctx *cx, const struct q_marks_own_in_batch_rows *marks, int64_t batch_id, enum part part,
	int64_t slot)
{
	struct q_parts_of_batch_rows parts;
	int want = 0;
	if (part == PART_THEORY)
		return 0;
	int r = q_parts_of_batch(cx->db, &parts, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < parts.n; i++)
		want += parts.at[i].part == part && parts.at[i].batch_room_id == slot &&
			!streq(parts.at[i].attempt, "kept");
	int have = count_in_slot(cx, marks, slot);
	if (have < want)
		return fail(cx, ERR_STATE, "mark.incomplete", text_of(cx, "%d", want - have));
	return 0;
}

int mark_sign(struct ctx *cx, int64_t batch_id, enum part part, int64_t batch_room_id, int *ret_n)
{
	struct q_batch_find batch;
	struct q_marks_own_in_batch_rows marks;
	auto_tx tx = {0};
	int n = 0, r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = is_marking(cx, batch_id, &batch)) < 0)
		return r;
	r = q_marks_own_in_batch(cx->db, &marks, .batch_id = batch_id, .part = part, .marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (batch_room_id && (r = is_complete(cx, &marks, batch_id, part, batch_room_id)) < 0)
		return r;
	for (size_t i = 0; i < marks.n; i++) {
		const struct q_marks_own_in_batch *m = &marks.at[i];
		if (m->signed_at || (batch_room_id && m->batch_room_id != batch_room_id))
			continue;
		r = q_mark_set_signed(cx->db, .person_id = m->person_id, .enrolment_id = m->enrolment_id, .part = part,
			.marker_id = cx->actor.account_id, .signed_at = ctx_now(cx),
			.signature = signature_of(cx, part, m, ctx_now(cx)));
		if (r < 0)
			return ctx_pass(cx, r);
		n += r;
	}
	if (!n)
		return fail(cx, ERR_STATE, "mark.nothing_to_sign");
	if ((r = audit_note(cx, "mark.sign", "batch", batch_id, "", text_of(cx, "%s %d", part_short(part), n))) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	return 0;
}
