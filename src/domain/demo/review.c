/* Enrolments looked at: by the body one by one, by the authority some of them. */
#include "domain/demo/province.h"
#include "domain/evaluation/enrolment.h"
#include "query/enrolment.h"

static int move(struct demo *d, const struct demo_seat *s, const char *action, const char *why)
{
	return flow_run(d->cx, &enrolment_flow, s->person->id, s->enrolment_id, action, why, NULL);
}

/* Papers that are not good enough are asked for once more. */
static int ask(struct demo *d, struct demo_batch *b, struct demo_seat *s)
{
	demo_act(d, &b->body->clerks[1]);
	TRY(move(d, s, "ask", words_pick(&d->words, "reason_ask", &d->chance)));
	demo_wait(d, HOUR);
	if (b->is_live && chance_is(&d->chance, 50))
		return 1;
	if (s->is_self)
		demo_act_as_worker(d, s->person);
	else
		demo_act(d, &b->body->clerks[0]);
	return move(d, s, s->is_self ? "resubmit_self" : "resubmit", "");
}

static int review(struct demo *d, struct demo_batch *b, struct demo_seat *s)
{
	struct q_enrolment_find row;
	bool is_worker = s->person == d->worker;
	s->is_reviewed = true;
	if (!is_worker && s->is_self && chance_is(&d->chance, 2)) {
		demo_act_as_worker(d, s->person);
		return move(d, s, "withdraw", "");
	}
	if (!is_worker && chance_is(&d->chance, 4)) {
		int r = ask(d, b, s);
		if (r)
			return r < 0 ? r : 0;
	}
	demo_act(d, &b->body->clerks[1]);
	int r = q_enrolment_find(d->cx->db, &row, .person_id = s->person->id, .id = s->enrolment_id,
		.scope = d->cx->scope);
	if (r < 0)
		return ctx_pass(d->cx, r);
	return streq(row.verdict, "met") ? move(d, s, "accept", "") : move(d, s, "reject",
		row.verdict_text);
}

int demo_review(struct demo *d, struct demo_batch *b, int percent)
{
	size_t upto = b->n_enrolled * (size_t)percent / 100;
	for (size_t i = 0; i < upto; i++)
		if (!b->seats[i].is_reviewed) {
			TRY(review(d, b, &b->seats[i]));
			demo_wait(d, 45);
		}
	return 0;
}

int demo_turn_away(struct demo *d, struct demo_batch *b, const char *name, const char *why)
{
	for (size_t i = 0; i < b->n_seats; i++) {
		const struct demo_seat *s = &b->seats[i];
		struct q_enrolment_find row;
		if (s->person == d->worker || !streq(s->person->name, name) || !s->enrolment_id)
			continue;
		demo_act(d, &b->body->clerks[1]);
		int r = q_enrolment_find(d->cx->db, &row, .person_id = s->person->id,
			.id = s->enrolment_id, .scope = d->cx->scope);
		if (r < 0)
			return ctx_pass(d->cx, r);
		if (!streq(row.state, "accepted"))
			continue;
		TRY(move(d, s, "unaccept", why));
		return move(d, s, "reject", why);
	}
	return fail(d->cx, ERR_NOTFOUND, "enrolment.not_found");
}

/* ---- spot checks ---- */

static int spot(struct demo *d, const struct demo_seat *s)
{
	struct q_enrolment_find row;
	TRY(enrolment_get(d->cx, s->person->id, s->enrolment_id, &row));
	if (!streq(row.spot_check, "drawn"))
		return 0;
	demo_wait(d, 600);
	return enrolment_spot(d->cx, s->person->id, s->enrolment_id, true, "");
}

/* In some batches, by lot; near the present what was drawn is still to be looked at. */
int demo_spot_check(struct demo *d, struct demo_batch *b)
{
	int64_t drawn;
	if (!b->n_enrolled || !chance_is(&d->chance, 40))
		return 0;
	demo_act(d, &demo_office_of(d, b->body->region)->clerk);
	int r = enrolment_draw(d->cx, b->id, NULL, &drawn);
	if (r == ERR_STATE) {
		ctx_clear(d->cx);
		return 0;
	}
	if (r < 0 || streq(b->stop, "closed"))
		return r;
	for (size_t i = 0; i < b->n_enrolled; i++)
		TRY(spot(d, &b->seats[i]));
	return 0;
}
