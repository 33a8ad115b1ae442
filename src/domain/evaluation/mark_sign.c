/* Signing marks, and checking what was signed. */
#include "domain/evaluation/mark_sign.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "core/audit.h"
#include "query/mark.h"

/* What a signature is over. */
struct signed_mark {
	int64_t enrolment_id, part, round, score_centi, signed_at, marker_id;
	const char *flag, *note;
};

/* Nobody without the platform's key makes it, and any later change shows. */
static struct str text_signed(struct ctx *cx, const struct signed_mark *m)
{
	return str_of(text_of(cx, "%" PRId64 "|%" PRId64 "|%" PRId64 "|%s|%" PRId64 "|%" PRId64
		"|%" PRId64 "|%s", m->enrolment_id, m->part, m->round, m->flag, m->score_centi,
		m->signed_at, m->marker_id, m->note));
}

static const char *signature_of(struct ctx *cx, const struct signed_mark *m)
{
	return keyring_mac_hex(cx->keys, KEY_MARK, cx->arena, text_signed(cx, m));
}

/* Older secrets of the ring still vouch for what was signed with them. */
static bool is_genuine(struct ctx *cx, const struct signed_mark *m, const char *signature)
{
	return keyring_mac_holds(cx->keys, KEY_MARK, text_signed(cx, m), str_of(signature));
}

static int sign(struct ctx *cx, int64_t person_id, const struct signed_mark *m)
{
	int r = q_mark_set_signed(cx->db, .person_id = person_id, .enrolment_id = m->enrolment_id,
		.part = m->part, .marker_id = m->marker_id, .signed_at = m->signed_at,
		.flag = m->flag, .score_centi = m->score_centi, .note = m->note,
		.signature = signature_of(cx, m));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? r : fail(cx, ERR_CONFLICT, "mark.changed_meanwhile");
}

int mark_sign_one(struct ctx *cx, int64_t person_id, int64_t enrolment_id, enum part part)
{
	struct q_mark_own own;
	int r = q_mark_own(cx->db, &own, .person_id = person_id, .enrolment_id = enrolment_id,
		.part = part, .marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	r = sign(cx, person_id, &(struct signed_mark){.enrolment_id = enrolment_id, .part = part,
		.round = own.round, .flag = own.flag, .score_centi = own.score_centi,
		.note = own.note, .signed_at = ctx_now(cx), .marker_id = cx->actor.account_id});
	return r < 0 ? r : 0;
}

/* One signing: the actor's marks of a part, and whom they are to cover. */
struct signing {
	struct ctx *cx;
	int64_t batch_id, batch_room_id;
	enum part part;
	struct q_marks_own_in_batch_rows marks;
	struct q_parts_of_batch_rows parts;
	struct mark_avoid *avoids;
	size_t n_avoids;
};

static bool is_wanted(const struct signing *s, int64_t room)
{
	return !s->batch_room_id || s->batch_room_id == room;
}

static bool has_begun(const struct signing *s, int64_t room)
{
	for (size_t i = 0; i < s->marks.n; i++)
		if (s->marks.at[i].batch_room_id == room && s->marks.at[i].round <= MARK_SECOND)
			return true;
	return false;
}

static bool has_mark(const struct signing *s, int64_t enrolment_id)
{
	for (size_t i = 0; i < s->marks.n; i++)
		if (s->marks.at[i].enrolment_id == enrolment_id)
			return true;
	return false;
}

static bool must_avoid(const struct signing *s, const struct q_parts_of_batch *p)
{
	return mark_avoid_reason(s->avoids, s->n_avoids, p->batch_room_id,
		s->cx->actor.account_id, p->person_id);
}

/* A room is signed when everybody who sat in it has his mark. */
static int is_complete(const struct signing *s)
{
	int missing = 0;
	for (size_t i = 0; i < s->parts.n; i++) {
		const struct q_parts_of_batch *p = &s->parts.at[i];
		bool here = p->part == (int64_t)s->part && !streq(p->attempt, "kept") &&
			is_wanted(s, p->batch_room_id) &&
			(s->batch_room_id || has_begun(s, p->batch_room_id));
		missing += here && !has_mark(s, p->enrolment_id) && !must_avoid(s, p);
	}
	if (missing)
		return fail(s->cx, ERR_STATE, "mark.incomplete", text_of(s->cx, "%d", missing));
	return 0;
}

static int load(struct signing *s)
{
	struct ctx *cx = s->cx;
	int r = mark_is_open(cx, s->batch_id);
	if (r < 0)
		return r;
	r = q_marks_own_in_batch(cx->db, &s->marks, .batch_id = s->batch_id, .part = s->part,
		.marker_id = cx->actor.account_id);
	if (r >= 0)
		r = q_parts_of_batch(cx->db, &s->parts, .batch_id = s->batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (s->part == PART_THEORY)
		return 0;
	return mark_avoidances(cx, s->batch_id, s->batch_room_id, &s->avoids, &s->n_avoids);
}

static int sign_all(const struct signing *s, int *ret_n)
{
	struct ctx *cx = s->cx;
	int n = 0;
	for (size_t i = 0; i < s->marks.n; i++) {
		const struct q_marks_own_in_batch *m = &s->marks.at[i];
		if (m->signed_at || !is_wanted(s, m->batch_room_id))
			continue;
		int r = sign(cx, m->person_id,
			&(struct signed_mark){.enrolment_id = m->enrolment_id,
			.part = s->part, .round = m->round, .flag = m->flag,
			.score_centi = m->score_centi, .note = m->note, .signed_at = ctx_now(cx),
			.marker_id = cx->actor.account_id});
		if (r < 0)
			return r;
		n += r;
	}
	*ret_n = n;
	return n ? 0 : fail(cx, ERR_STATE, "mark.nothing_to_sign");
}

int mark_sign(struct ctx *cx, int64_t batch_id, enum part part, int64_t batch_room_id, int *ret_n)
{
	struct signing s = {.cx = cx, .batch_id = batch_id, .batch_room_id = batch_room_id,
		.part = part};
	auto_tx tx = {0};
	int n, r = ctx_need(cx, part == PART_THEORY ? PERM_MARK_THEORY : PERM_MARK_SKILL);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = load(&s)) < 0 || (r = is_complete(&s)) < 0 || (r = sign_all(&s, &n)) < 0)
		return r;
	r = audit_note(cx, "mark.sign", "batch", batch_id, "",
		text_of(cx, "%s %d", part_short(part), n));
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	return 0;
}

static int check_batch(struct ctx *cx, int64_t batch_id,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg)
{
	struct q_marks_signed_in_batch_rows rows;
	int r = q_marks_signed_in_batch(cx->db, &rows, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_marks_signed_in_batch *m = &rows.at[i];
		struct signed_mark now = {
			.enrolment_id = m->enrolment_id, .part = m->part, .round = m->round,
			.flag = m->flag, .score_centi = m->score_centi, .note = m->note,
			.signed_at = m->signed_at, .marker_id = m->marker_id};
		if (!is_genuine(cx, &now, m->signature))
			alarm(arg, batch_id, text_of(cx, "报名%" PRId64 "的%s评分与评分人签字不符",
				m->enrolment_id, part_short(m->part)));
	}
	return 0;
}

int mark_check(struct ctx *cx, int64_t batch_id,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg)
{
	struct q_batches_with_marks_rows batches;
	if (batch_id)
		return check_batch(cx, batch_id, alarm, arg);
	int r = q_batches_with_marks(cx->db, &batches);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < batches.n; i++)
		if ((r = check_batch(cx, batches.at[i].batch_id, alarm, arg)) < 0)
			return r;
	return 0;
}
