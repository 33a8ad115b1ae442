/* What a body's scope lets it do: each item for its days, stopped or ended apart from others. */
#include "core/setting.h"
#include "filing_world.h"

/* Whatever letters a province sets, its numbers must be readable when somebody asks for them. */
static void test_letters_can_be_read(void **state)
{
	static const char *const names[] = {"body.letter_enterprise", "body.letter_social",
		"body.letter_school", "body.letter_special"};
	const struct setting *mark = setting_find("certificate.special_mark");
	struct bodyno code;
	struct certno number;
	char text[32];
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		for (int64_t c = setting_find(names[i])->min; c <= setting_find(names[i])->max;
			c++) {
			snprintf(text, sizeof text, "%c000037100001", (int)c);
			assert_int_equal(ident_bodyno(str_of(text), &code, NULL), 0);
		}
	for (int64_t c = mark->min; c <= mark->max; c++) {
		snprintf(text, sizeof text, "S00003710000126%c000001", (int)c);
		assert_int_equal(ident_certno(str_of(text), &number, NULL), 0);
		assert_int_equal(number.form, CERTNO_SPECIAL);
	}
}

static void test_validity_of_scope(void **state)
{
	struct world w;
	begin(&w, *state);
	prepare(&w, "54");
	review_to_publicity(&w);
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	struct ctx *cx = &w.f.cx;
	must(&w, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, day_of("2026-03-10")));
	must(&w, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, day_of("2029-03-09")));
	assert_problem(&w.f, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, day_of("2029-03-10")),
		ERR_STATE, "scope.not_on_day");
	assert_problem(&w.f, registry_may_plan(cx, w.body, w.welder, 0, 0, 3, day_of("2026-04-01")),
		ERR_STATE, "scope.none");
	/* A whole occupation covers each of its work types. */
	must(&w, registry_may_plan(cx, w.body, w.welder, 4711, 0, 5, day_of("2026-04-01")));
	must(&w, flow_run(cx, &body_flow, 0, w.body, "suspend", "抽查发现问题", NULL));
	assert_problem(&w.f, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, day_of("2026-04-01")),
		ERR_STATE, "body.not_in_good_standing");
	must(&w, flow_run(cx, &body_flow, 0, w.body, "remove", "整改不到位", NULL));
	assert_problem(&w.f, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, day_of("2026-04-01")),
		ERR_STATE, "body.not_in_good_standing");
	end(&w);
}

/* One grade is stopped, lifted, ended; the others go on. */
static void test_part_of_the_scope(void **state)
{
	struct world w;
	struct q_body_scope_of_rows items;
	begin(&w, *state);
	prepare(&w, "54");
	review_to_publicity(&w);
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	struct ctx *cx = &w.f.cx;
	int64_t on = day_of("2026-04-01");
	must(&w, q_body_scope_of(cx->db, &items, .body_id = w.body));
	int64_t four = items.at[items.at[0].grade == 4 ? 0 : 1].id;
	assert_field_problem(&w.f, scope_item_act(cx, w.body, four, "suspend", " "), "reason",
		"scope.reason_needed");
	assert_field_problem(&w.f, scope_item_act(cx, w.body, four, "burn", "抽查"), "measure",
		"scope.measure_needed");
	assert_problem(&w.f, scope_item_act(cx, w.body + 1, four, "suspend", "抽查"), ERR_NOTFOUND,
		"body.not_found");
	must(&w, scope_item_act(cx, w.body, four, "suspend", "抽查发现四级评价不规范"));
	assert_problem(&w.f, scope_item_act(cx, w.body, four, "suspend", "再次"), ERR_STATE,
		"scope.not_so");
	assert_problem(&w.f, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, on), ERR_STATE,
		"scope.suspended");
	assert_problem(&w.f, registry_item_may_go_on(cx, w.body, w.welder, 0, 0, 4), ERR_STATE,
		"scope.suspended");
	must(&w, registry_may_plan(cx, w.body, w.welder, 0, 0, 5, on));
	must(&w, scope_item_act(cx, w.body, four, "resume", "整改到位"));
	must(&w, registry_may_plan(cx, w.body, w.welder, 0, 0, 4, on));
	must(&w, scope_item_act(cx, w.body, four, "end", "整改不到位"));
	assert_problem(&w.f, registry_item_may_go_on(cx, w.body, w.welder, 0, 0, 4), ERR_STATE,
		"scope.ended");
	assert_problem(&w.f, scope_item_act(cx, w.body, four, "resume", "误"), ERR_STATE,
		"scope.not_so");
	as_authority(&w, 31, "3706", ROLE_AUTHORITY_HEAD);
	assert_problem(&w.f, scope_item_act(cx, w.body, four, "end", "外市"), ERR_NOTFOUND,
		"body.not_found");
	as_body(&w, ROLE_BODY_MANAGER);
	assert_problem(&w.f, scope_item_act(cx, w.body, four, "end", "自行"), ERR_DENIED,
		"auth.denied");
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_validity_of_scope), test_db_case(test_part_of_the_scope),
		cmocka_unit_test(test_letters_can_be_read),
	};
	return test_db_run("scope", tests);
}
