/* Arrangement: loads people and rooms, seats them (seating.h), checks what the real numbers ask
 * for, keeps it. */
#include "domain/evaluation/arrange.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/draw.h"
#include "domain/evaluation/seating.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/enrolment.h"

enum { PARTS = 3 };
static const int64_t part_order[PARTS] = {PART_THEORY, PART_SKILL, PART_REVIEW};

/* One part being seated. */
struct sitting {
	int64_t part;
	struct seating_person *people;
	const struct q_arrange_people **rows;
	size_t n;
	struct seating_slot *slots;
	const struct q_batch_rooms **slot_rows;
	size_t n_slots;
	size_t *slot_of; /* by place in arrangement.enrolments: the slot + 1, once seated */
};

struct arrangement {
	struct ctx *cx;
	struct q_batch_find batch;
	struct q_batch_rooms_rows rooms;
	struct q_batch_staff_rows staff;
	struct q_arrange_people_rows rows;
	const struct plan_avoid *avoid; /* by person and slot */
	size_t n_avoid;
	const char *seed;
	int64_t draw_id; /* 0: the seed came from outside */
	struct sitting sittings[PARTS];
	struct sitting *now;     /* the part being seated */
	int64_t *enrolments;     /* the ids of everybody, in order, each once */
	size_t n_enrolments;
};

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int by_person_and_slot(const void *a, const void *b)
{
	const struct plan_avoid *x = a, *y = b;
	if (x->person_id != y->person_id)
		return x->person_id < y->person_id ? -1 : 1;
	return (x->batch_room_id > y->batch_room_id) - (x->batch_room_id < y->batch_room_id);
}

static int load_avoidance(struct arrangement *g, int64_t batch_id)
{
	const struct plan_avoid *pairs;
	int r = batch_avoidance(g->cx, batch_id, &pairs, &g->n_avoid);
	if (r < 0)
		return r;
	struct plan_avoid *sorted = arena_array(g->cx->arena, struct plan_avoid, g->n_avoid + 1);
	for (size_t i = 0; i < g->n_avoid; i++)
		sorted[i] = pairs[i];
	qsort(sorted, g->n_avoid, sizeof *sorted, by_person_and_slot);
	g->avoid = sorted;
	return 0;
}

static void list_enrolments(struct arrangement *g)
{
	int64_t *ids = arena_array(g->cx->arena, int64_t, g->rows.n + 1);
	for (size_t i = 0; i < g->rows.n; i++)
		ids[i] = g->rows.at[i].enrolment_id;
	qsort(ids, g->rows.n, sizeof *ids, by_id);
	for (size_t i = 0; i < g->rows.n; i++)
		if (!i || ids[i] != ids[i - 1])
			ids[g->n_enrolments++] = ids[i];
	g->enrolments = ids;
}

static int load(struct arrangement *g, int64_t batch_id)
{
	struct ctx *cx = g->cx;
	int r = batch_get(cx, batch_id, &g->batch);
	if (r < 0)
		return r;
	r = q_batch_rooms(cx->db, &g->rooms, .batch_id = batch_id);
	if (r >= 0)
		r = q_batch_staff(cx->db, &g->staff, .batch_id = batch_id);
	if (r >= 0)
		r = q_arrange_people(cx->db, &g->rows, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!g->rows.n)
		return fail(cx, ERR_STATE, "arrange.nobody");
	list_enrolments(g);
	return load_avoidance(g, batch_id);
}

static void fill_sitting(struct arrangement *g, struct sitting *s)
{
	struct arena *a = g->cx->arena;
	s->people = arena_array(a, struct seating_person, g->rows.n + 1);
	s->rows = arena_array(a, const struct q_arrange_people *, g->rows.n + 1);
	s->slots = arena_array(a, struct seating_slot, g->rooms.n + 1);
	s->slot_rows = arena_array(a, const struct q_batch_rooms *, g->rooms.n + 1);
	for (size_t i = 0; i < g->rows.n; i++)
		if (g->rows.at[i].part == s->part) {
			s->people[s->n] = (struct seating_person){.id = g->rows.at[i].enrolment_id,
				.unit = g->rows.at[i].unit};
			s->rows[s->n++] = &g->rows.at[i];
		}
	for (size_t i = 0; i < g->rooms.n; i++)
		if (g->rooms.at[i].part == s->part) {
			const struct q_batch_rooms *room = &g->rooms.at[i];
			s->slots[s->n_slots] = (struct seating_slot){room->capacity, room->per_row,
				room->starts_at, room->ends_at};
			s->slot_rows[s->n_slots++] = room;
		}
}

static bool must_avoid(const struct arrangement *g, int64_t person_id, int64_t slot_id)
{
	struct plan_avoid key = {.person_id = person_id, .batch_room_id = slot_id};
	return g->n_avoid && bsearch(&key, g->avoid, g->n_avoid, sizeof key, by_person_and_slot);
}

static size_t place_of(const struct arrangement *g, int64_t enrolment_id)
{
	const int64_t *at = bsearch(&enrolment_id, g->enrolments, g->n_enrolments,
		sizeof enrolment_id, by_id);
	return (size_t)(at - g->enrolments);
}

/* Has this candidate another part at that time? */
static bool is_elsewhere(const struct arrangement *g, int64_t enrolment_id,
	const struct seating_slot *slot)
{
	size_t place = place_of(g, enrolment_id);
	for (const struct sitting *s = g->sittings; s < g->now; s++) {
		if (!s->slot_of[place])
			continue;
		const struct seating_slot *other = &s->slots[s->slot_of[place] - 1];
		if (other->starts_at < slot->ends_at && other->ends_at > slot->starts_at)
			return true;
	}
	return false;
}

static bool may_sit(void *arg, const struct seating_person *p, size_t slot)
{
	const struct arrangement *g = arg;
	const struct sitting *s = g->now;
	const struct q_arrange_people *row = s->rows[p - s->people];
	return !must_avoid(g, row->person_id, s->slot_rows[slot]->id) &&
		!is_elsewhere(g, row->enrolment_id, &s->slots[slot]);
}

static int64_t seats_of(const struct sitting *s)
{
	int64_t seats = 0;
	for (size_t i = 0; i < s->n_slots; i++)
		seats += s->slots[i].capacity;
	return seats;
}

static int seat_part(struct arrangement *g, struct sitting *s)
{
	size_t unseated = 0;
	struct ctx *cx = g->cx;
	fill_sitting(g, s);
	g->now = s;
	s->slot_of = arena_array(cx->arena, size_t, g->n_enrolments + 1);
	if (seats_of(s) < (int64_t)s->n)
		return fail(cx, ERR_STATE, "arrange.too_few_seats", part_short(s->part),
			text_of(cx, "%d", (int)seats_of(s)), text_of(cx, "%zu", s->n));
	if (!seating_assign(cx->arena, s->people, s->n, s->slots, s->n_slots, g->seed,
		part_label(s->part), s->part != PART_THEORY, may_sit, g, &unseated))
		return fail(cx, ERR_STATE, "arrange.no_place", s->rows[unseated]->name,
			part_short(s->part));
	for (size_t i = 0; i < s->n; i++)
		s->slot_of[place_of(g, s->people[i].id)] = s->people[i].slot + 1;
	return 0;
}

static size_t *taken(struct arrangement *g, const struct sitting *s)
{
	size_t *n = arena_array(g->cx->arena, size_t, s->n_slots + 1);
	for (size_t i = 0; i < s->n; i++)
		n[s->people[i].slot]++;
	return n;
}

/* Proctors for the people who will really sit there. */
static int check_proctors(struct arrangement *g)
{
	const struct sitting *s = &g->sittings[0];
	struct ctx *cx = g->cx;
	int64_t ratio, least, on = civil_day_at(g->batch.first_at);
	int r = setting_get(cx, "proctor.per_candidates", g->batch.region, on, &ratio);
	if (r < 0 || (r = setting_get(cx, "proctor.room_min", g->batch.region, on, &least)) < 0)
		return r;
	const size_t *people = taken(g, s);
	for (size_t i = 0; i < s->n_slots; i++) {
		int64_t n = (int64_t)people[i], have = 0, need = (n + ratio - 1) / ratio;
		for (size_t k = 0; k < g->staff.n; k++)
			have += g->staff.at[k].batch_room_id == s->slot_rows[i]->id &&
				streq(g->staff.at[k].duty, "proctor");
		if (need < least)
			need = least;
		if (n && have < need)
			return fail(cx, ERR_STATE, "arrange.too_few_proctors",
				s->slot_rows[i]->room_name,
				text_of(cx, "%d", (int)have), text_of(cx, "%d", (int)need));
	}
	return 0;
}

static int seat_everybody(struct arrangement *g)
{
	for (int i = 0; i < PARTS; i++) {
		g->sittings[i].part = part_order[i];
		int r = seat_part(g, &g->sittings[i]);
		if (r < 0)
			return r;
	}
	return check_proctors(g);
}

/* What the kept hash is over: a line "part,enrolment,slot,seat" for each, in the order of part and
 * enrolment. */
static const char *hash_of(struct arrangement *g)
{
	char hex[DIGEST_HEX];
	auto_buf text;
	buf_init(&text, 64 * 1024 * 1024);
	for (int i = 0; i < PARTS; i++) {
		const struct sitting *s = &g->sittings[i];
		for (size_t k = 0; k < s->n; k++)
			buf_printf(&text, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
				s->part, s->people[k].id,
				s->slot_rows[s->people[k].slot]->id, s->people[k].seat);
	}
	return arena_dup(g->cx->arena, crypto_sm3_hex(buf_view(&text), hex));
}

static int keep_seats(struct arrangement *g)
{
	int cleared = q_arrange_clear(g->cx->db, .batch_id = g->batch.id);
	if (cleared < 0)
		return ctx_pass(g->cx, cleared);
	for (int i = 0; i < PARTS; i++) {
		const struct sitting *s = &g->sittings[i];
		for (size_t k = 0; k < s->n; k++) {
			int r = q_arrange_set_seat(g->cx->db, .person_id = s->rows[k]->person_id,
				.enrolment_id = s->people[k].id, .part = s->part,
				.seat = s->people[k].seat,
				.batch_room_id = s->slot_rows[s->people[k].slot]->id);
			if (r < 0)
				return ctx_pass(g->cx, r);
		}
	}
	return 0;
}

const char *arrange_ticket_no(struct ctx *cx, const char *code, const char *batch_no, int seq)
{
	const char *month = strchr(batch_no, '-'), *last = strrchr(batch_no, '-');
	bool is_plain = strlen(code) == 13 && strncmp(code + 1, "0000", 4) == 0;
	if (!month || !last || strlen(month) < 7)
		return text_of(cx, "%s-%04d", batch_no, seq);
	const char *joint = strlen(last + 1) == 2 && seq <= 9999 ? "" : "-";
	return text_of(cx, "%c%s%.4s%s%s%s%04d", code[0], is_plain ? code + 7 : code + 1,
		month + 3, joint, last + 1, joint, seq);
}

static int keep_tickets(struct arrangement *g)
{
	bool *done = arena_array(g->cx->arena, bool, g->n_enrolments + 1);
	for (size_t i = 0; i < g->rows.n; i++) {
		const struct q_arrange_people *row = &g->rows.at[i];
		size_t place = place_of(g, row->enrolment_id);
		if (done[place])
			continue;
		done[place] = true;
		int r = q_arrange_set_ticket(g->cx->db, .person_id = row->person_id,
			.id = row->enrolment_id,
			.ticket_no = arrange_ticket_no(g->cx, g->batch.body_code, g->batch.batch_no,
				(int)row->seq));
		if (r < 0)
			return ctx_pass(g->cx, r);
	}
	return 0;
}

static bool seed_is_good(const char *seed)
{
	return strlen(seed) >= 8 && strlen(seed) <= 64 && strspn(seed,
		"0123456789abcdefABCDEF") == strlen(seed);
}

/* From these states only; the flow checks it again at the end, but reasons about seats would
 * mislead before. */
static int check_state(struct arrangement *g, const char *was)
{
	const struct q_batch_find *b = &g->batch;
	if (!streq(b->state, "closed") && !streq(b->state, "arranged"))
		return fail(g->cx, ERR_STATE, "arrange.not_now",
			flow_state(&batch_flow, b->state)->label);
	if (was && !streq(was, b->arranged_hash))
		return fail(g->cx, ERR_CONFLICT, "arrange.overtaken");
	if (ctx_now(g->cx) >= b->first_at)
		return fail(g->cx, ERR_STATE, "arrange.too_late",
			civil_time_text(g->cx->arena, b->first_at));
	return batch_may_go_on(g->cx, b);
}

/* Whoever enrolled is answered before the seats are given out. */
static int all_answered(struct ctx *cx, int64_t batch_id)
{
	struct q_enrolments_unreviewed waiting;
	int r = q_enrolments_unreviewed(cx->db, &waiting, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return waiting.n ? fail(cx, ERR_STATE, "arrange.unreviewed",
		text_of(cx, "%d", (int)waiting.n)) : 0;
}

static int arrange_in_tx(struct arrangement *g, int64_t batch_id, const char *was)
{
	struct ctx *cx = g->cx;
	struct q_batch_find batch;
	int r = q_batch_lock(cx->db, .id = batch_id, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &batch)) < 0)
		return r;
	g->batch = batch;
	struct draw_of of = {batch_id, batch.body_id, batch.region, DRAW_SEATING};
	if ((r = check_state(g, was)) < 0 || (r = all_answered(cx, batch_id)) < 0 ||
		(!g->seed && (r = draw_seed(cx, &of, &g->draw_id, &g->seed)) < 0) ||
		(r = load(g, batch_id)) < 0
		|| (r = seat_everybody(g)) < 0 ||
		(r = keep_seats(g)) < 0 || (r = keep_tickets(g)) < 0)
		return r;
	r = q_batch_set_arranged(cx->db, .id = batch_id, .seed = g->seed,
		.arranged_hash = hash_of(g));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = draw_done(cx, &of, g->draw_id, g->seed, hash_of(g))) < 0)
		return r;
	return flow_run(cx, &batch_flow, 0, batch_id, "arrange", text_of(cx, "种子 %s", g->seed),
		NULL);
}

int arrange_batch_as(struct ctx *cx, int64_t batch_id, const char *seed, const char *was)
{
	struct arrangement g = {.cx = cx, .seed = is_blank(seed) ? NULL : seed};
	auto_tx tx = {0};
	if (g.seed && !seed_is_good(g.seed))
		return fail_field(cx, "seed", "arrange.seed_bad");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = arrange_in_tx(&g, batch_id, was)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int arrange_batch(struct ctx *cx, int64_t batch_id, const char *seed)
{
	return arrange_batch_as(cx, batch_id, seed, NULL);
}

int arrange_conflicts(struct ctx *cx, int64_t batch_id, int64_t *ret_pairs)
{
	struct arrangement g = {.cx = cx};
	int r = load(&g, batch_id);
	if (r < 0)
		return r;
	*ret_pairs = 0;
	struct sitting *s = &g.sittings[0];
	s->part = PART_THEORY;
	fill_sitting(&g, s);
	for (size_t i = 0; i < s->n; i++) {
		s->people[i].slot = s->n_slots;
		s->people[i].seat = s->rows[i]->seat;
		for (size_t k = 0; k < s->n_slots; k++)
			if (s->slot_rows[k]->id == s->rows[i]->batch_room_id)
				s->people[i].slot = k;
	}
	*ret_pairs = (int64_t)seating_conflicts(cx->arena, s->people, s->n, s->slots, s->n_slots);
	return 0;
}

static bool is_kept(const struct sitting *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i]->seat != s->people[i].seat ||
			s->rows[i]->batch_room_id != s->slot_rows[s->people[i].slot]->id)
			return false;
	return true;
}

int arrange_verify(struct ctx *cx, int64_t batch_id)
{
	struct arrangement g = {.cx = cx};
	int r = load(&g, batch_id);
	if (r < 0)
		return r;
	if (is_blank(g.batch.seed))
		return fail(cx, ERR_STATE, "arrange.not_yet");
	g.seed = g.batch.seed;
	if ((r = seat_everybody(&g)) < 0)
		return r;
	for (int i = 0; i < PARTS; i++)
		if (!is_kept(&g.sittings[i]))
			return fail(cx, ERR_CONFLICT, "arrange.differs", part_short(part_order[i]));
	return streq(hash_of(&g), g.batch.arranged_hash) ? 0 : fail(cx, ERR_CONFLICT,
		"arrange.differs", "编排摘要");
}
