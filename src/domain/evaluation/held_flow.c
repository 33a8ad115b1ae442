/* The standing of a held certificate: who checked it, against what, and what came of it. */
#include "domain/evaluation/held_impl.h"
#include "domain/standard/standard.h"
#include "query/standard.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_held_find *row = arena_make(cx->arena, struct q_held_find);
	int r = held_get(cx, person_id, id, row);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = row->state,
		.region = row->region, .title = row->number, .body_id = row->body_id, .row = row};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_held_move(cx->db, .person_id = s->person_id, .id = s->id, .from_state = s->state,
		.state = to);
}

/* Whoever recorded it does not check it. */
static int guard_check(struct ctx *cx, const struct flow_run *run)
{
	const struct q_held_find *row = run->subject->row;
	bool own = row->created_by && row->created_by == cx->actor.account_id;
	return own ? fail(cx, ERR_DENIED, "held.own_record") : 0;
}

/* Two people cannot both hold one number. */
static int guard_accept(struct ctx *cx, const struct flow_run *run)
{
	const struct q_held_find *row = run->subject->row;
	struct q_held_by_number_rows rows;
	int r = guard_check(cx, run);
	if (r < 0)
		return r;
	if (is_blank(row->number))
		return fail(cx, ERR_STATE, "held.no_number");
	if ((r = q_held_number_hold(cx->db, .number = row->number)) >= 0)
		r = q_held_by_number(cx->db, &rows, .number = row->number);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].person_id != row->person_id && streq(rows.at[i].state, "accepted"))
			return fail(cx, ERR_STATE, "held.of_another");
	return 0;
}

static const struct flow_state states[] = {
	{"claimed", "待核验", TONE_WAIT},
	{"accepted", "已核验", TONE_GOOD},
	{"refused", "核验不实", TONE_BAD},
	{0},
};

/* Hidden: the page asks with a form of its own what it was checked against. */
static const struct flow_step steps[] = {
	{"claimed", "accept", "accepted", "核验属实", PERM_HELD_CHECK, guard_accept,
		.flags = FLOW_HIDDEN},
	{"claimed", "refuse", "refused", "核验不实", PERM_HELD_CHECK, guard_check,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"refused", "accept", "accepted", "改为核验属实", PERM_HELD_CHECK, guard_accept,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"accepted", "refuse", "refused", "改为核验不实", PERM_HELD_CHECK, guard_check,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{0},
};

const struct flow held_flow = {.kind = "held", .title = "已有证书", .states = states,
	.steps = steps, .load = load, .move = move};

static bool is_proof(const char *code)
{
	for (const struct choice *c = held_proofs; c->code; c++)
		if (streq(c->code, code))
			return true;
	return false;
}

int held_decide(struct ctx *cx, int64_t person_id, int64_t id, bool accept, const char *against,
	const char *reason)
{
	auto_tx tx = {0};
	if (!is_proof(against))
		return fail_field(cx, "against", "held.against_needed");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &held_flow, person_id, id, accept ? "accept" : "refuse", reason,
		NULL)) < 0)
		return r;
	r = q_held_set_check(cx->db, .person_id = person_id, .id = id,
		.checker = held_recorder(cx), .checked_by = cx->actor.account_id,
		.checked_on = ctx_today(cx), .checked_against = against, .reason = reason);
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return 0;
}

int held_set_occupation(struct ctx *cx, int64_t person_id, int64_t id, int64_t occupation_id)
{
	struct q_held_find row;
	struct q_occupation_find occupation;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_HELD_CHECK);
	if (r < 0 || (r = held_get(cx, person_id, id, &row)) < 0)
		return r;
	if (streq(row.state, "refused"))
		return fail(cx, ERR_STATE, "held.refused_already");
	r = q_occupation_find(cx->db, &occupation, .id = occupation_id);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "held.occupation_needed");
	if (r >= 0)
		r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_held_set_occupation(cx->db, .person_id = person_id, .id = id,
			.occupation_id = occupation_id, .occupation_name = occupation.name);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "held", person_id, id, "occupation",
		text_of(cx, "%s → %s", row.occupation_name, occupation.name))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
