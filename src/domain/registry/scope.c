/* What other rooms ask of the registry: may this body plan that, is this card good. */
#include "base/civil.h"
#include "core/flow.h"
#include "core/setting.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/registry.h"

static int standing(struct ctx *cx, int64_t body_id)
{
	struct q_body_public_find body;
	int r = q_body_public_find(cx->db, &body, .id = body_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "body.not_filed");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(body.state, "filed"))
		return 0;
	return fail(cx, ERR_STATE, "body.not_in_good_standing",
		flow_state(&body_flow, body.state)->label);
}

int registry_may_go_on(struct ctx *cx, const char *body_state)
{
	static const char *const barred[] = {"suspended", "withdrawn", "removed", "blacklisted"};
	for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
		if (streq(body_state, barred[i]))
			return fail(cx, ERR_STATE, "body.barred",
				flow_state(&body_flow, body_state)->label);
	return 0;
}

static const char item_suspended[] = "suspended", item_valid[] = "valid";

int registry_item_may_go_on(struct ctx *cx, int64_t body_id, int64_t occupation_id,
	int64_t work_type_id, int64_t special_project_id, int64_t grade)
{
	struct q_body_scope_item_rows items;
	bool is_suspended = false;
	int r = q_body_scope_item(cx->db, &items, .body_id = body_id,
		.occupation_id = occupation_id, .work_type_id = work_type_id,
		.special_project_id = special_project_id, .grade = grade);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < items.n; i++) {
		if (streq(items.at[i].state, item_valid))
			return 0;
		is_suspended |= streq(items.at[i].state, item_suspended);
	}
	if (is_suspended)
		return fail(cx, ERR_STATE, "scope.suspended");
	return items.n ? fail(cx, ERR_STATE, "scope.ended") : 0;
}

/* What may be done to an item, in the order of the form. */
static const struct measure {
	const char *action, *note, *from, *or_from, *to;
} measures[] = {
	{"suspend", "scope_suspend", item_valid, item_valid, item_suspended},
	{"resume", "scope_resume", item_suspended, item_suspended, item_valid},
	{"end", "scope_end", item_valid, item_suspended, "ended"},
	{0},
};

static const struct measure *measure_of(const char *action)
{
	const struct measure *m = measures;
	while (m->action && !streq(m->action, action))
		m++;
	return m->action ? m : NULL;
}

static const char *item_words(struct ctx *cx, const struct q_body_scope_find *item)
{
	const char *detail = *item->project_name ? item->project_name : item->work_type_name;
	return text_of(cx, "%s%s%s%s%s", item->occupation_name, *detail ? " " : "", detail,
		item->grade ? " " : "", grade_label(item->grade));
}

int scope_item_act(struct ctx *cx, int64_t body_id, int64_t item_id, const char *action,
	const char *reason)
{
	const struct measure *m = measure_of(action);
	struct q_body_scope_find item;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_BODY_SANCTION);
	if (r < 0)
		return r;
	if (!m)
		return fail_field(cx, "measure", "scope.measure_needed");
	if (is_blank(reason))
		return fail_field(cx, "reason", "scope.reason_needed");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_body_scope_find(cx->db, &item, .id = item_id, .body_id = body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "body.not_found");
	if (r >= 0)
		r = q_body_scope_move(cx->db, .id = item_id, .from_state = m->from,
			.or_state = m->or_from, .state = m->to);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE, "scope.not_so", item_words(cx, &item));
	if ((r = flow_note(cx, "body", 0, body_id, m->note,
		text_of(cx, "%s：%s", item_words(cx, &item), reason))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int registry_may_plan(struct ctx *cx, int64_t body_id, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id, int64_t grade, int64_t on)
{
	struct q_body_scope_item_rows items;
	int r = standing(cx, body_id);
	if (r < 0)
		return r;
	r = q_body_scope_item(cx->db, &items, .body_id = body_id, .occupation_id = occupation_id,
		.work_type_id = work_type_id, .special_project_id = special_project_id,
		.grade = grade);
	if (r < 0)
		return ctx_pass(cx, r);
	if (items.n == 0)
		return fail(cx, ERR_STATE, "scope.none",
			grade ? grade_label(grade) : "专项职业能力");
	int64_t last = 0;
	bool is_suspended = false;
	for (size_t i = 0; i < items.n; i++) {
		const struct q_body_scope_item *item = &items.at[i];
		is_suspended |= streq(item->state, item_suspended);
		if (!streq(item->state, item_valid))
			continue;
		if (item->valid_from_on <= on && on <= item->valid_to_on)
			return 0;
		if (item->valid_to_on > last)
			last = item->valid_to_on;
	}
	if (!last)
		return fail(cx, ERR_STATE, is_suspended ? "scope.suspended" : "scope.ended");
	return fail(cx, ERR_STATE, "scope.not_on_day", civil_day_text(cx->arena, last),
		civil_day_text(cx->arena, on));
}

/* The highest grade that a card lets its holder examine: a plain examiner's no more than the region
 * allows plain examiners. */
static int card_rank(struct ctx *cx, const struct q_cards_of_staff *card, int64_t on, int *ret_rank)
{
	int64_t top;
	int r = setting_get(cx, "examiner.plain_top", card->region, on, &top);
	if (r < 0)
		return r;
	*ret_rank = grade_rank(card->grade_top);
	if (streq(card->card_kind, "examiner") && grade_rank(top) < *ret_rank)
		*ret_rank = grade_rank(top);
	return 0;
}

int registry_card_valid(struct ctx *cx, int64_t staff_id, int64_t occupation_id, int64_t grade,
	int64_t on)
{
	struct q_cards_of_staff_rows cards;
	int r = q_cards_of_staff(cx->db, &cards, .staff_id = staff_id);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *reason = "card.none";
	for (size_t i = 0; i < cards.n; i++) {
		const struct q_cards_of_staff *card = &cards.at[i];
		int rank;
		if (!streq(card->card_kind, "examiner") && !streq(card->card_kind,
			"senior_examiner"))
			continue;
		if ((r = card_rank(cx, card, on, &rank)) < 0)
			return r;
		if (card->occupation_id != occupation_id)
			reason = streq(reason, "card.none") ? "card.other_occupation" : reason;
		else if (rank < grade_rank(grade))
			reason = "card.grade_too_low";
		else if (!streq(card->state, "valid"))
			reason = "card.not_valid";
		else if (on < card->valid_from_on || on > card->valid_to_on)
			reason = "card.expired";
		else
			return 0;
	}
	return fail(cx, ERR_STATE, reason);
}
