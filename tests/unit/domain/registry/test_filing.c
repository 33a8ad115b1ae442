/* Filing: what it takes, in which order, who decides, and what becomes effective at its end. */
#include "core/setting.h"
#include "filing_world.h"

static void test_gaps_keep_it_back(void **state)
{
	struct world w;
	const char **texts;
	size_t n;
	begin(&w, *state);
	must(&w, filing_create(&w.f.cx, w.body, "initial", "", "", &w.filing));
	must(&w, filing_gaps(&w.f.cx, w.filing, &texts, &n));
	assert_true(n >= 10);
	assert_problem(&w.f, step(&w, "submit", ""), ERR_STATE, "filing.incomplete");
	must(&w, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, "54"));
	add_place_and_staff(&w);
	attach_everything(&w);
	must(&w, filing_gaps(&w.f.cx, w.filing, &texts, &n));
	assert_int_equal(n, 2); /* one at work, and nobody with a card */
	an_examiner(&w, 0, "2026-12-31");
	an_examiner(&w, 1, "2026-12-31");
	an_examiner(&w, 2, "2026-02-28"); /* run out two days ago */
	must(&w, filing_gaps(&w.f.cx, w.filing, &texts, &n));
	assert_int_equal(n, 1);
	assert_non_null(strstr(texts[0], "2 人，要求不少于 3 人"));
	an_examiner(&w, 3, "2026-12-31");
	must(&w, filing_gaps(&w.f.cx, w.filing, &texts, &n));
	assert_int_equal(n, 0);
	must(&w, step(&w, "submit", ""));
	assert_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, "3"), ERR_STATE,
		"filing.not_open");
	end(&w);
}

static void test_scope_is_checked(void **state)
{
	struct world w;
	struct q_occupation_by_code fire;
	begin(&w, *state);
	must(&w, filing_create(&w.f.cx, w.body, "initial", "", "", &w.filing));
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, ""),
		"grades", "scope.grades_needed");
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, "7"),
		"grades", "scope.grade_unknown");
	must(&w, q_occupation_by_code(w.f.cx.db, &fire, .edition = "2022", .code = "4-07-05-03"));
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, fire.id, 0, 0, "5"),
		"occupation_id", "scope.qualification");
	assert_problem(&w.f, filing_create(&w.f.cx, w.body, "initial", "", "", &w.filing),
		ERR_CONFLICT, "filing.open_already");
	ctx_act_as_system(&w.f.cx, "test");
	must(&w, occupation_retire(&w.f.cx, w.welder, "并入其他职业"));
	as_body(&w, ROLE_BODY_CLERK);
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, "5"),
		"occupation_id", "scope.retired");
	end(&w);
}

/* Half of the shipped projects lie in no occupation: they are filed under the one named. */
static void test_special_projects(void **state)
{
	static const char other[] = "91110000802100433B";
	struct world w;
	struct q_special_project_by_code free, bound;
	begin(&w, *state);
	ctx_act_as_system(&w.f.cx, "test");
	must(&w, body_register(&w.f.cx, &(struct body_in){.name = "威海剪纸馆", .uscc = other,
		.body_kind = "special", .region = "371002", .legal_person = "王一", .address = "",
		.contact = "", .phone = "", .website = ""}, &w.body));
	must(&w, q_special_project_by_code(w.f.cx.db, &free, .code = "SD0002"));
	must(&w, q_special_project_by_code(w.f.cx.db, &bound, .code = "SD0005"));
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, filing_create(&w.f.cx, w.body, "initial", "", "", &w.filing));
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, 0, ""),
		"special_project_id", "scope.project_needed");
	assert_field_problem(&w.f, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, bound.id, ""),
		"special_project_id", "scope.other_project");
	assert_int_equal(free.occupation_id, 0);
	must(&w, filing_scope_put(&w.f.cx, w.filing, w.welder, 0, free.id, ""));
	must(&w, filing_scope_put(&w.f.cx, w.filing, bound.occupation_id, 0, bound.id, ""));
	end(&w);
}

static void test_to_the_code(void **state)
{
	struct world w;
	struct q_body_find body;
	struct scope all = scope_all();
	begin(&w, *state);
	prepare(&w, "543");
	review_to_publicity(&w);
	/* 2026-03-02 is a Monday: five working days end on the 9th, and the 9th is still
	 * publicity. */
	assert_problem(&w.f, step(&w, "file", ""), ERR_STATE, "filing.publicity_runs");
	w.f.now = day_of("2026-03-09") * 86400 + NOON;
	assert_problem(&w.f, step(&w, "file", ""), ERR_STATE, "filing.publicity_runs");
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	must(&w, q_body_find(w.f.cx.db, &body, .id = w.body, .scope_lo = all.lo,
		.scope_hi = all.hi));
	assert_string_equal(body.state, "filed");
	assert_string_equal(body.body_code, "Y000037100001");
	end(&w);
}

static void test_findings_must_be_mended(void **state)
{
	struct world w;
	struct q_attachments_of_rows files;
	int64_t wrong;
	begin(&w, *state);
	prepare(&w, "5");
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 21, "3710", ROLE_AUTHORITY);
	assert_field_problem(&w.f, filing_check_put(&w.f.cx, w.filing, "设备清单", "mend", ""),
		"note", "filing.note_needed");
	must(&w, filing_check_put(&w.f.cx, w.filing, "设备清单", "mend", "缺少租赁合同"));
	assert_problem(&w.f, step(&w, "accept", ""), ERR_STATE, "filing.check_open");
	assert_int_equal(step(&w, "return", ""), ERR_INVALID); /* a return says why */
	ctx_clear(&w.f.cx);
	must(&w, step(&w, "return", "请补租赁合同"));
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, q_attachments_of(w.f.cx.db, &files, .subject_id = w.filing, .kind = "filing",
		.scope = w.f.cx.scope));
	assert_problem(&w.f, filing_detach(&w.f.cx, w.filing, files.at[0].id), ERR_STATE,
		"filing.file_stays");
	w.f.now += 60;
	must(&w, filing_attach(&w.f.cx, w.filing, "equipment", "b.pdf", STR("%PDF-1.4\n%%EOF\n"),
		&wrong));
	must(&w, filing_detach(&w.f.cx, w.filing, wrong));
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 21, "3710", ROLE_AUTHORITY);
	must(&w, filing_check_put(&w.f.cx, w.filing, "设备清单", "good", ""));
	must(&w, step(&w, "accept", ""));
	end(&w);
}

static void test_scope_of_who_acts(void **state)
{
	struct world w;
	begin(&w, *state);
	prepare(&w, "5");
	as_body(&w, ROLE_BODY_CLERK);
	assert_int_equal(step(&w, "submit", ""), ERR_DENIED); /* the manager's to submit */
	ctx_clear(&w.f.cx);
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 31, "3706", ROLE_AUTHORITY);
	assert_problem(&w.f, step(&w, "accept", ""), ERR_NOTFOUND, "filing.not_found");
	as_authority(&w, 32, "371003", ROLE_AUTHORITY);
	assert_problem(&w.f, step(&w, "accept", ""), ERR_NOTFOUND, "filing.not_found");
	as_authority(&w, 33, "37", ROLE_AUTHORITY);
	must(&w, step(&w, "accept", ""));
	assert_int_equal(step(&w, "refuse", "不符合条件"), ERR_DENIED); /* the head decides */
	ctx_clear(&w.f.cx);
	end(&w);
}

static void test_uscc_once(void **state)
{
	struct world w;
	int64_t id;
	begin(&w, *state);
	ctx_act_as_system(&w.f.cx, "test");
	assert_field_problem(&w.f,
		body_register(&w.f.cx, &(struct body_in){.name = "另一家", .uscc = uscc,
		.body_kind = "social", .region = "3710", .legal_person = "", .address = "",
		.contact = "", .phone = "", .website = ""}, &id), "uscc", "body.uscc_taken");
	assert_field_problem(&w.f,
		body_register(&w.f.cx, &(struct body_in){.name = "外省", .uscc = uscc,
		.body_kind = "social", .region = "9999"}, &id), "region", "body.region_needed");
	end(&w);
}

static void file_it(struct world *w, const char *grades)
{
	prepare(w, grades);
	review_to_publicity(w);
	w->f.now = day_of("2026-03-10") * 86400 + NOON;
	must(w, step(w, "file", ""));
}

static void test_change_and_withdrawal(void **state)
{
	struct world w;
	struct q_body_find body;
	struct scope all = scope_all();
	begin(&w, *state);
	file_it(&w, "5");
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, filing_create(&w.f.cx, w.body, "change", "更名",
		"name=威海新船厂\nlegal_person=周三\n", &w.filing));
	attach_everything(&w);
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 22, "3710", ROLE_AUTHORITY_HEAD);
	must(&w, step(&w, "accept", ""));
	assert_problem(&w.f, step(&w, "site_pass", ""), ERR_STATE, "filing.short_way");
	must(&w, step(&w, "file", ""));
	must(&w, q_body_find(w.f.cx.db, &body, .id = w.body, .scope_lo = all.lo,
		.scope_hi = all.hi));
	assert_string_equal(body.name, "威海新船厂");
	assert_string_equal(body.legal_person, "周三");
	assert_string_equal(body.address, "海滨路1号");
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, filing_create(&w.f.cx, w.body, "withdrawal", "停办", "", &w.filing));
	attach_everything(&w);
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 22, "3710", ROLE_AUTHORITY_HEAD);
	must(&w, step(&w, "accept", ""));
	must(&w, step(&w, "file", ""));
	assert_problem(&w.f, registry_may_plan(&w.f.cx, w.body, w.welder, 0, 0, 5,
		day_of("2026-04-01")), ERR_STATE, "body.not_in_good_standing");
	end(&w);
}

/* A notice keeps its working days, whatever holiday is put into the calendar while it runs. */
static void test_a_holiday_added(void **state)
{
	struct world w;
	begin(&w, *state);
	prepare(&w, "5");
	review_to_publicity(&w);
	must(&w, workday_put(&w.f.cx, day_of("2026-03-05"), "holiday", "调休"));
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	assert_problem(&w.f, step(&w, "file", ""), ERR_STATE, "filing.publicity_runs");
	w.f.now = day_of("2026-03-11") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	workday_forget();
	end(&w);
}

static void renew(struct world *w)
{
	as_body(w, ROLE_BODY_MANAGER);
	must(w, filing_create(&w->f.cx, w->body, "renewal", "", "", &w->filing));
	must(w, filing_scope_put(&w->f.cx, w->filing, w->welder, 0, 0, "54"));
	attach_everything(w);
}

/* Renewed in time, a term goes on where it would have ended; not years before, nor one that is far
 * from its end beyond its years. */
static void test_renewal(void **state)
{
	struct world w;
	struct q_body_scope_of_rows scope;
	begin(&w, *state);
	file_it(&w, "5");
	must(&w, q_body_scope_upsert(w.f.cx.db, .id = 99, .body_id = w.body,
		.occupation_id = w.welder, .grade = 4, .valid_from_on = day_of("2028-10-01"),
		.valid_to_on = day_of("2031-09-30")));
	renew(&w);
	assert_problem(&w.f, step(&w, "submit", ""), ERR_STATE, "filing.incomplete");
	w.f.now = day_of("2029-01-10") * 86400 + NOON;
	for (int i = 0; i < 3; i++)
		must(&w, card_add(&w.f.cx, an_examiner(&w, 10 + i, "2027-12-31"),
			&(struct card_in){.number = text_of(&w.f.cx, "N%d", i),
			.card_kind = "examiner", .occupation_id = w.welder, .grade_top = 3,
			.valid_from_on = day_of("2028-01-01"),
			.valid_to_on = day_of("2030-12-31")}, &(int64_t){0}));
	review_to_publicity(&w);
	w.f.now = day_of("2029-01-20") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	must(&w, q_body_scope_of(w.f.cx.db, &scope, .body_id = w.body));
	assert_int_equal(scope.n, 2);
	for (size_t i = 0; i < scope.n; i++)
		assert_int_equal(scope.at[i].valid_to_on,
			day_of(scope.at[i].grade == 5 ? "2032-03-09" : "2032-01-19"));
	end(&w);
}

/* A body that is gone files nothing; a suspended one adds nothing, but may give up. */
static void test_who_may_file(void **state)
{
	struct world w;
	struct q_body_find body;
	struct scope all = scope_all();
	begin(&w, *state);
	file_it(&w, "5");
	struct ctx *cx = &w.f.cx;
	must(&w, flow_run(cx, &body_flow, 0, w.body, "suspend", "抽查发现问题", NULL));
	as_body(&w, ROLE_BODY_MANAGER);
	assert_problem(&w.f, filing_create(cx, w.body, "extension", "", "", &w.filing), ERR_STATE,
		"filing.not_now");
	must(&w, filing_create(cx, w.body, "withdrawal", "停办", "", &w.filing));
	attach_everything(&w);
	must(&w, step(&w, "submit", ""));
	as_authority(&w, 22, "3710", ROLE_AUTHORITY_HEAD);
	must(&w, step(&w, "accept", ""));
	must(&w, q_batch_insert(cx->db, .id = 5, .body_id = w.body, .region = "371002",
		.batch_no = "B", .title = "在办", .occupation_id = w.welder));
	must(&w, q_batch_move(cx->db, .id = 5, .from_state = "draft", .state = "confirmed"));
	assert_problem(&w.f, step(&w, "file", ""), ERR_STATE, "filing.batches_run");
	must(&w, q_batch_move(cx->db, .id = 5, .from_state = "confirmed", .state = "archived"));
	must(&w, step(&w, "file", ""));
	must(&w, q_body_find(cx->db, &body, .id = w.body, .scope_lo = all.lo, .scope_hi = all.hi));
	assert_string_equal(body.state, "withdrawn");
	as_body(&w, ROLE_BODY_MANAGER);
	assert_problem(&w.f, filing_create(cx, w.body, "renewal", "", "", &w.filing), ERR_STATE,
		"filing.not_now");
	/* whoever withdrew by himself may come back, from the beginning and under his own code */
	must(&w, filing_create(cx, w.body, "initial", "恢复办学", "", &w.filing));
	must(&w, filing_scope_put(cx, w.filing, w.welder, 0, 0, "5"));
	attach_everything(&w);
	review_to_publicity(&w);
	w.f.now = day_of("2026-03-18") * 86400 + NOON;
	must(&w, step(&w, "file", ""));
	must(&w, q_body_find(cx->db, &body, .id = w.body, .scope_lo = all.lo, .scope_hi = all.hi));
	assert_string_equal(body.state, "filed");
	assert_string_equal(body.body_code, "Y000037100001");
	must(&w, registry_may_plan(cx, w.body, w.welder, 0, 0, 5, day_of("2026-04-01")));
	must(&w, flow_run(cx, &body_flow, 0, w.body, "remove", "弄虚作假", NULL));
	as_body(&w, ROLE_BODY_MANAGER);
	assert_problem(&w.f, filing_create(cx, w.body, "initial", "", "", &w.filing), ERR_STATE,
		"filing.not_now");
	end(&w);
}

static void test_nothing_half_filed(void **state)
{
	struct world w;
	struct q_body_find body;
	struct scope all = scope_all();
	begin(&w, *state);
	prepare(&w, "54");
	review_to_publicity(&w);
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	int failures = 0;
	for (int n = 1; n < 60; n++) {
		db_fail_after(w.f.cx.db, n);
		int r = step(&w, "file", "");
		db_fail_after(w.f.cx.db, 0);
		ctx_clear(&w.f.cx);
		must(&w, q_body_find(w.f.cx.db, &body, .id = w.body, .scope_lo = all.lo,
			.scope_hi = all.hi));
		if (r == 0)
			break;
		failures++;
		assert_string_equal(body.state, "registered");
		assert_string_equal(body.body_code, "");
	}
	assert_true(failures > 5);
	assert_string_equal(body.body_code, "Y000037100001"); /* the first number: none was burnt */
	end(&w);
}

static int64_t card(struct world *w, int64_t staff, const char *number, int64_t grade_top)
{
	int64_t id;
	must(w, card_add(&w->f.cx, staff,
		&(struct card_in){.number = number, .card_kind = "examiner",
		.occupation_id = w->welder, .grade_top = grade_top,
		.valid_from_on = day_of("2026-01-01"), .valid_to_on = day_of("2026-12-31")}, &id));
	return id;
}

static void test_cards(void **state)
{
	struct world w;
	struct q_staff_of_body_rows staff;
	begin(&w, *state);
	add_place_and_staff(&w);
	must(&w, q_staff_of_body(w.f.cx.db, &staff, .body_id = w.body, .scope = w.f.cx.scope));
	int64_t id = staff.at[0].id;
	struct ctx *cx = &w.f.cx;
	assert_problem(&w.f, registry_card_valid(cx, id, w.welder, 4, day_of("2026-05-01")),
		ERR_STATE, "card.none");
	card(&w, id, "KP001", 3);
	must(&w, registry_card_valid(cx, id, w.welder, 5, day_of("2026-05-01")));
	must(&w, registry_card_valid(cx, id, w.welder, 3, day_of("2026-12-31")));
	assert_problem(&w.f, registry_card_valid(cx, id, w.welder, 2, day_of("2026-05-01")),
		ERR_STATE, "card.grade_too_low");
	assert_problem(&w.f, registry_card_valid(cx, id, w.welder, 3, day_of("2027-01-01")),
		ERR_STATE, "card.expired");
	assert_problem(&w.f, registry_card_valid(cx, id, w.welder + 1, 3, day_of("2026-05-01")),
		ERR_STATE, "card.other_occupation");
	int64_t again;
	struct card_in same = {.number = "KP001", .card_kind = "examiner",
		.occupation_id = w.welder, .grade_top = 2, .valid_from_on = day_of("2026-01-01"),
		.valid_to_on = day_of("2027-12-31")};
	must(&w, card_add(cx, id, &same, &again)); /* prolonged, and for a higher grade */
	must(&w, registry_card_valid(cx, id, w.welder, 2, day_of("2027-01-01")));
	/* where plain examiners examine up to 三级 only, what the card says more does not count */
	ctx_act_as_system(cx, "test");
	must(&w, setting_put(cx, "examiner.plain_top", "3710", day_of("2027-01-01"), 3));
	as_body(&w, ROLE_BODY_MANAGER);
	must(&w, registry_card_valid(cx, id, w.welder, 2, day_of("2026-12-31")));
	must(&w, registry_card_valid(cx, id, w.welder, 3, day_of("2027-01-01")));
	assert_problem(&w.f, registry_card_valid(cx, id, w.welder, 2, day_of("2027-01-01")),
		ERR_STATE, "card.grade_too_low");
	struct card_in senior = {.number = "GK001", .card_kind = "senior_examiner",
		.occupation_id = w.welder, .grade_top = 1, .valid_from_on = day_of("2026-01-01"),
		.valid_to_on = day_of("2028-12-31")};
	must(&w, card_add(cx, id, &senior, &again));
	int64_t other = an_examiner(&w, 5, "2026-12-31");
	assert_field_problem(&w.f, card_add(cx, other, &same, &again), "number",
		"card.number_taken");
	must(&w, registry_card_valid(cx, id, w.welder, 2, day_of("2027-01-01")));
	assert_field_problem(&w.f, card_add(cx, id, &(struct card_in){.number = "KP002",
		.card_kind = "examiner", .occupation_id = w.welder, .grade_top = 3,
		.valid_from_on = day_of("2026-01-01"), .valid_to_on = day_of("2029-01-02")}, &id),
		"valid_to_on", "card.too_long");
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_gaps_keep_it_back),
		test_db_case(test_scope_is_checked), test_db_case(test_special_projects),
		test_db_case(test_to_the_code),
		test_db_case(test_findings_must_be_mended),
		test_db_case(test_scope_of_who_acts),
		test_db_case(test_uscc_once),
		test_db_case(test_change_and_withdrawal),
		test_db_case(test_a_holiday_added),
		test_db_case(test_renewal),
		test_db_case(test_who_may_file),
		test_db_case(test_nothing_half_filed),
		test_db_case(test_cards),
	};
	return test_db_run("filing", tests);
}
