/* Marks: theory entered twice by two clerks, with a slip now and then that the manager settles;
 * skill and review by each examiner of the group for himself. */
#include "domain/demo/province.h"
#include "domain/evaluation/mark.h"
#include "query/batch.h"
#include "query/mark.h"

static struct demo_seat *seat_of(struct demo_batch *b, int64_t enrolment_id)
{
	for (size_t i = 0; i < b->n_enrolled; i++)
		if (b->seats[i].enrolment_id == enrolment_id)
			return &b->seats[i];
	return NULL;
}

static int64_t in_range(int64_t centi, int64_t unit)
{
	int64_t whole = centi / unit * unit;
	return whole < 0 ? 0 : whole > 10000 ? 10000 : whole;
}

static int parts_of(struct demo *d, const struct demo_batch *b,
	struct q_parts_of_batch_rows *ret_rows)
{
	int r = q_parts_of_batch(d->cx->db, ret_rows, .batch_id = b->id);
	return r < 0 ? ctx_pass(d->cx, r) : 0;
}

static struct mark_in mark_of(const struct q_parts_of_batch *p, const struct demo_seat *s,
	int64_t centi)
{
	return (struct mark_in){.person_id = p->person_id, .enrolment_id = p->enrolment_id,
		.part = (enum part)p->part,
		.flag = s->is_absent ? MARK_ABSENT : MARK_SCORE,
			.score_centi = s->is_absent ? 0 : centi, .note = ""};
}

/* The manager looks at the paper itself and decides. */
static int settle(struct demo *d, struct demo_batch *b, const struct q_parts_of_batch *p,
	int64_t centi)
{
	demo_act(d, &b->body->manager);
	struct mark_in in = {.person_id = p->person_id, .enrolment_id = p->enrolment_id,
		.flag = MARK_SCORE, .score_centi = centi, .note = "核对原始答卷，复录时数字颠倒"};
	return mark_settle(d->cx, &in);
}

struct slip {
	const struct q_parts_of_batch *part;
	int64_t centi;
};

enum { SLIPS_MAX = 8 };

static int settle_all(struct demo *d, struct demo_batch *b, const struct slip *slips, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		demo_wait(d, 600);
		TRY(settle(d, b, slips[i].part, slips[i].centi));
	}
	return 0;
}

int demo_mark_theory(struct demo *d, struct demo_batch *b, int64_t round)
{
	struct q_parts_of_batch_rows parts;
	struct slip slips[SLIPS_MAX];
	size_t n_slips = 0, n_marks = 0;
	int n;
	TRY(parts_of(d, b, &parts));
	demo_act(d, &b->body->clerks[round - 1]);
	for (size_t i = 0; i < parts.n; i++) {
		struct demo_seat *s = seat_of(b, parts.at[i].enrolment_id);
		if (!s || parts.at[i].part != PART_THEORY || streq(parts.at[i].attempt, "kept"))
			continue;
		int64_t centi = in_range(s->theory, 50);
		struct mark_in in = mark_of(&parts.at[i], s, centi);
		in.round = round;
		if (round == 2 && !s->is_absent && n_slips < SLIPS_MAX && s->person != d->worker &&
			chance_is(&d->chance, 2)) {
			slips[n_slips++] = (struct slip){&parts.at[i], centi};
			in.score_centi = in_range(centi > 5000 ? centi - 900 : centi + 900, 50);
		}
		TRY(mark_put(d->cx, &in));
		n_marks++;
		demo_wait(d, 15);
	}
	if (!n_marks)
		return 0;
	TRY(mark_sign(d->cx, b->id, PART_THEORY, 0, &n));
	return settle_all(d, b, slips, n_slips);
}

/* Each examiner's own leaning; it depends on the candidate alone, not on the seat the lot gave. */
static int64_t seen_by(const struct demo_seat *s, enum part part, int64_t examiner)
{
	struct chance own = {s->leaning + (uint64_t)(examiner * 8 + part)};
	int64_t lean = part == PART_REVIEW ? 150 : 0;
	return in_range(s->skill + lean + chance_between(&own, -300, 300), 100);
}

/* One examiner's marks of one session; `most` of them, all when it is large. */
static int mark_session(struct demo *d, struct demo_batch *b,
	const struct q_parts_of_batch_rows *parts, int64_t slot, int64_t examiner, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < parts->n && n < most; i++) {
		const struct q_parts_of_batch *p = &parts->at[i];
		struct demo_seat *s = seat_of(b, p->enrolment_id);
		if (!s || p->batch_room_id != slot)
			continue;
		struct mark_in in = mark_of(p, s, seen_by(s, (enum part)p->part, examiner));
		TRY(mark_put(d->cx, &in));
		n++;
	}
	return (int)n;
}

static int mark_slot(struct demo *d, struct demo_batch *b,
	const struct q_parts_of_batch_rows *parts, const struct q_batch_rooms *slot)
{
	bool half = streq(b->twist, "half_marked");
	for (int64_t i = 0; i < 3; i++) {
		int n, r;
		if (half && i == 2)
			return 0;
		demo_act(d, &b->scope->examiners[3 * b->group + i].actor);
		r = mark_session(d, b, parts, slot->id, i, half && i == 1 ? 4 : SIZE_MAX);
		if (r < 0)
			return r;
		if (r && !(half && i == 1))
			TRY(mark_sign(d->cx, b->id, (enum part)slot->part, slot->id, &n));
	}
	return 0;
}

int demo_mark_skill(struct demo *d, struct demo_batch *b)
{
	struct q_parts_of_batch_rows parts;
	struct q_batch_rooms_rows slots;
	TRY(parts_of(d, b, &parts));
	int r = q_batch_rooms(d->cx->db, &slots, .batch_id = b->id);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = 0; i < slots.n; i++)
		if (slots.at[i].part != PART_THEORY)
			TRY(mark_slot(d, b, &parts, &slots.at[i]));
	return 0;
}
