/* What other rooms ask of the registry: may this body plan that, is this card good. */
#include "base/civil.h"
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
	for (size_t i = 0; i < items.n; i++) {
		const struct q_body_scope_item *item = &items.at[i];
		if (!streq(item->state, "valid"))
			continue;
		if (item->valid_from_on <= on && on <= item->valid_to_on)
			return 0;
		if (item->valid_to_on > last)
			last = item->valid_to_on;
	}
	if (!last)
		return fail(cx, ERR_STATE, "scope.ended");
	return fail(cx, ERR_STATE, "scope.not_on_day", civil_day_text(cx->arena, last),
		civil_day_text(cx->arena, on));
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
		if (!streq(card->card_kind, "examiner") && !streq(card->card_kind,
			"senior_examiner"))
			continue;
		if (card->occupation_id != occupation_id)
			reason = streq(reason, "card.none") ? "card.other_occupation" : reason;
		else if (grade_rank(card->grade_top) < grade_rank(grade))
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
