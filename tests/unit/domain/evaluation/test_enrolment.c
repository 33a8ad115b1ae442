/* Enrolments: judged, refused with reasons, mended, reviewed in bulk, spot-checked; each to his
 * own. */
#include "core/file.h"
#include "core/setting.h"
#include "enrol.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/mark.h"

static int64_t enrolled(struct enrol *e, int i, const char *work_from)
{
	int64_t id, person = add_person(e, i);
	struct enrolment_in in = wish(BATCH, person, work_from);
	must(e, enrolment_create(e->cx, &in, &id));
	return person;
}

static struct q_enrolment_find row_of(struct enrol *e, int64_t person)
{
	struct q_enrolment_of_person mine;
	struct q_enrolment_find row;
	must(e, q_enrolment_of_person(e->cx->db, &mine, .person_id = person, .batch_id = BATCH));
	must(e, q_enrolment_find(e->cx->db, &row, .person_id = person, .id = mine.id,
		.scope = scope_all()));
	return row;
}

static int64_t counted(struct enrol *e)
{
	struct q_batch_find batch;
	must(e, q_batch_find(e->cx->db, &batch, .id = BATCH, .scope = scope_all()));
	return batch.n_enrolled * 100 + batch.n_accepted;
}

static void test_refusals(void **state)
{
	struct enrol e;
	int64_t id;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1), other = add_person(&e, 2);
	struct enrolment_in in = wish(BATCH, person, "2015-01-01");
	as_worker(&e, other);
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_NOTFOUND, "person.not_found");
	as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_NOTFOUND, "batch.not_found");
	as_office(&e);
	assert_int_equal(enrolment_create(e.cx, &in, &id), ERR_DENIED);
	ctx_clear(e.cx);
	as_worker(&e, person);
	in.consent = false;
	assert_field_problem(&e.f, enrolment_create(e.cx, &in, &id), "consent",
		"enrolment.consent_needed");
	in.consent = true;
	must(&e, enrolment_create(e.cx, &in, &id));
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_CONFLICT, "enrolment.already");
	add_batch(&e, BATCH + 1, OTHER_BODY, 4, "eligibility-2023", "2026-04-11");
	add_batch(&e, BATCH + 2, OTHER_BODY, 4, "eligibility-2023", "2026-04-12");
	in.batch_id = BATCH + 1;
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_CONFLICT,
		"enrolment.other_batch");
	in.batch_id = BATCH + 2;
	must(&e, enrolment_create(e.cx, &in, &id));
	assert_int_equal(counted(&e), 100);
	keyring_free(e.keys);
}

static void test_quota(void **state)
{
	struct enrol e;
	int64_t id;
	enrol_init(&e, *state);
	for (int i = 0; i < QUOTA; i++)
		(void)enrolled(&e, i, "2015-01-01");
	struct enrolment_in in = wish(BATCH, add_person(&e, QUOTA), "2015-01-01");
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_LIMIT, "enrolment.full");
	int64_t leaver = row_of(&e, add_person(&e, 0)).person_id;
	as_worker(&e, leaver);
	must(&e, flow_run(e.cx, &enrolment_flow, leaver, row_of(&e, leaver).id, "withdraw", "",
		NULL));
	ctx_act_as_system(e.cx, "test");
	must(&e, enrolment_create(e.cx, &in, &id));
	assert_int_equal(counted(&e), QUOTA * 100);
	keyring_free(e.keys);
}

/* Everything of an enrolment is closed to other people and other bodies. */
static void test_each_to_his_own(void **state)
{
	struct enrol e;
	struct q_enrolment_find row;
	struct file file;
	int64_t attachment;
	struct person_claims claims = {.work_from_on = 1};
	enrol_init(&e, *state);
	int64_t mine = enrolled(&e, 1, "2025-01-01"), other = enrolled(&e, 2, "2025-01-01");
	int64_t id = row_of(&e, mine).id;
	as_worker(&e, mine);
	must(&e, enrolment_attach(e.cx, mine, id, "毕业证书", "a.pdf", STR("%PDF-1.4\n"),
		&attachment));
	must(&e, enrolment_file(e.cx, mine, id, attachment, &file));
	assert_problem(&e.f, enrolment_file(e.cx, mine, id, attachment + 1, &file), ERR_NOTFOUND,
		"enrolment.no_file");
	for (int who = 0; who < 2; who++) {
		if (who)
			as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
		else
			as_worker(&e, other);
		assert_problem(&e.f, enrolment_get(e.cx, mine, id, &row), ERR_NOTFOUND,
			"enrolment.not_found");
		assert_problem(&e.f, enrolment_get(e.cx, other, id, &row), ERR_NOTFOUND,
			"enrolment.not_found");
		assert_problem(&e.f, enrolment_file(e.cx, mine, id, attachment, &file),
			ERR_NOTFOUND, "enrolment.not_found");
		assert_problem(&e.f, enrolment_rejudge(e.cx, mine, id, &claims), ERR_NOTFOUND,
			"enrolment.not_found");
		assert_problem(&e.f, enrolment_attach(e.cx, mine, id, "x", "a.pdf", STR("%PDF-"),
			&attachment), ERR_NOTFOUND, "enrolment.not_found");
		assert_int_equal(flow_run(e.cx, &enrolment_flow, mine, id, "withdraw", "", NULL),
			ERR_NOTFOUND);
		ctx_clear(e.cx);
	}
	as_clerk(&e);
	must(&e, enrolment_file(e.cx, mine, id, attachment, &file));
	assert_string_equal(file.name, "a.pdf");
	keyring_free(e.keys);
}

static void test_mended(void **state)
{
	struct enrol e;
	struct person_claims claims = {.work_from_on = day_of("2015-01-01")};
	enrol_init(&e, *state);
	int64_t person = enrolled(&e, 1, "2025-01-01"), id = row_of(&e, person).id;
	assert_string_equal(row_of(&e, person).verdict, "not_met");
	assert_int_equal(row_of(&e, person).met_on, day_of("2030-01-01"));
	as_clerk(&e);
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "accept", "", NULL),
		ERR_STATE, "enrolment.not_eligible");
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "ask", "请补工作证明", NULL));
	as_worker(&e, person);
	assert_field_problem(&e.f, enrolment_rejudge(e.cx, person, id,
		&(struct person_claims){.work_from_on = day_of("1980-01-01")}), "work_from_on",
		"person.before_birth");
	assert_field_problem(&e.f, enrolment_rejudge(e.cx, person, id,
		&(struct person_claims){.work_years = 40}), "work_years", "person.years_of_life");
	must(&e, enrolment_rejudge(e.cx, person, id, &claims));
	assert_string_equal(row_of(&e, person).verdict, "met");
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "resubmit_self", "", NULL));
	as_clerk(&e);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "accept", "", NULL));
	assert_problem(&e.f, enrolment_rejudge(e.cx, person, id, &claims), ERR_STATE,
		"enrolment.settled");
	assert_int_equal(counted(&e), 101);
	keyring_free(e.keys);
}

static void test_accepted_in_bulk(void **state)
{
	struct enrol e;
	int64_t n, job;
	enrol_init(&e, *state);
	int64_t good = enrolled(&e, 1, "2015-01-01"), bad = enrolled(&e, 2, "2025-01-01");
	(void)enrolled(&e, 3, "2015-01-01");
	as_office(&e);
	assert_int_equal(enrolment_accept_all(e.cx, BATCH, &n, &job), ERR_DENIED);
	ctx_clear(e.cx);
	as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
	assert_int_equal(enrolment_accept_all(e.cx, BATCH, &n, &job), ERR_NOTFOUND);
	ctx_clear(e.cx);
	as_clerk(&e);
	must(&e, enrolment_accept_all(e.cx, BATCH, &n, &job));
	assert_int_equal(n, 2);
	assert_int_equal(job, 0);
	assert_string_equal(row_of(&e, good).state, "accepted");
	assert_string_equal(row_of(&e, bad).state, "submitted");
	assert_int_equal(counted(&e), 302);
	must(&e, enrolment_accept_all(e.cx, BATCH, &n, &job));
	assert_int_equal(n, 0);
	keyring_free(e.keys);
}

static void test_spot_check(void **state)
{
	struct enrol e;
	int64_t n, drawn = 0, job;
	int64_t people[4];
	enrol_init(&e, *state);
	for (int i = 0; i < 4; i++)
		people[i] = enrolled(&e, i, "2015-01-01");
	as_clerk(&e);
	must(&e, enrolment_accept_all(e.cx, BATCH, &n, &job));
	assert_int_equal(enrolment_draw(e.cx, BATCH, "s", &n), ERR_DENIED);
	ctx_clear(e.cx);
	as_office(&e);
	must(&e, enrolment_draw(e.cx, BATCH, "s", &n));
	assert_int_equal(n, 1); /* ten percent of four, at least one */
	assert_problem(&e.f, enrolment_draw(e.cx, BATCH, "t", &n), ERR_STATE,
		"enrolment.drawn_already");
	for (int i = 0; i < 4; i++)
		if (streq(row_of(&e, people[i]).spot_check, "drawn"))
			drawn = people[i];
		else
			assert_problem(&e.f, enrolment_spot(e.cx, people[i],
				row_of(&e, people[i]).id, true, ""),
				ERR_STATE, "enrolment.not_drawn");
	int64_t id = row_of(&e, drawn).id;
	assert_field_problem(&e.f, enrolment_spot(e.cx, drawn, id, false, ""), "reason",
		"enrolment.spot_reason");
	must(&e, enrolment_spot(e.cx, drawn, id, false, "工作证明不实"));
	assert_string_equal(row_of(&e, drawn).state, "mend");
	assert_int_equal(counted(&e), 403);
	as_worker(&e, drawn);
	must(&e, flow_run(e.cx, &enrolment_flow, drawn, id, "resubmit_self", "", NULL));
	assert_string_equal(row_of(&e, drawn).spot_check, "drawn");
	as_office(&e);
	must(&e, enrolment_spot(e.cx, drawn, id, true, ""));
	as_clerk(&e);
	must(&e, flow_run(e.cx, &enrolment_flow, drawn, id, "accept", "", NULL));
	keyring_free(e.keys);
}

/* A refusal can be looked at again, and whoever withdrew comes back while there is room. */
static void test_ways_back(void **state)
{
	struct enrol e;
	int64_t other;
	enrol_init(&e, *state);
	int64_t person = enrolled(&e, 1, "2015-01-01"), id = row_of(&e, person).id;
	as_clerk(&e);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "reject", "材料不实", NULL));
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "reconsider", "核实无误", NULL));
	as_worker(&e, person);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "withdraw", "", NULL));
	assert_int_equal(counted(&e), 0);
	add_batch(&e, BATCH + 1, OTHER_BODY, 4, "eligibility-2023", "2026-04-11");
	struct enrolment_in in = wish(BATCH + 1, person, "2015-01-01");
	must(&e, enrolment_create(e.cx, &in, &other));
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "again", "", NULL),
		ERR_CONFLICT, "enrolment.other_batch");
	must(&e, flow_run(e.cx, &enrolment_flow, person, other, "withdraw", "", NULL));
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "again", "", NULL));
	assert_int_equal(counted(&e), 100);
	as_clerk(&e);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "reject", "材料不实", NULL));
	as_worker(&e, person);
	must(&e, flow_run(e.cx, &enrolment_flow, person, other, "again", "", NULL));
	as_clerk(&e);
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "reconsider", "核实无误",
		NULL), ERR_CONFLICT, "enrolment.other_batch");
	as_worker(&e, person);
	must(&e, flow_run(e.cx, &enrolment_flow, person, other, "withdraw", "", NULL));
	as_clerk(&e);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "reconsider", "核实无误", NULL));
	as_worker(&e, person);
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "withdraw", "", NULL));
	must(&e, q_batch_move(e.cx->db, .id = BATCH, .from_state = "enrolling",
		.state = "closed"));
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "again", "", NULL),
		ERR_STATE, "enrolment.batch_not_open");
	keyring_free(e.keys);
}

/* A suspended body takes nobody. */
static void test_suspended_body(void **state)
{
	struct enrol e;
	int64_t id;
	enrol_init(&e, *state);
	must(&e, q_body_move(e.cx->db, .id = BODY, .from_state = "registered",
		.state = "suspended"));
	struct enrolment_in in = wish(BATCH, add_person(&e, 1), "2015-01-01");
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_STATE, "body.barred");
	keyring_free(e.keys);
}

/* Special skills of one occupation are different things, and each is certified once. */
static void test_special_projects(void **state)
{
	struct enrol e;
	int64_t id;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1);
	for (int64_t i = 0; i < 2; i++) {
		must(&e, q_special_project_insert(e.cx->db, .id = 300 + i,
			.code = i ? "SD2" : "SD1", .name = i ? "剪纸" : "拉面制作",
			.occupation_id = WELDER));
		must(&e, q_batch_insert(e.cx->db, .id = BATCH + 5 + i, .body_id = BODY,
			.region = "371002", .batch_no = i ? "Z2" : "Z1", .title = "专项",
			.occupation_id = WELDER, .special_project_id = 300 + i,
			.ruleset = "special-skill", .parts = PART_SKILL,
			.enrol_to_on = day_of("2026-03-20"), .quota = 5));
		must(&e, q_batch_move(e.cx->db, .id = BATCH + 5 + i, .from_state = "draft",
			.state = "enrolling"));
	}
	must(&e, q_certificate_insert(e.cx->db, .person_id = person, .id = 9, .number = "Z",
		.occupation_id = WELDER, .work_type_name = "拉面制作", .route = "special"));
	struct enrolment_in in = wish(BATCH + 5, person, NULL);
	assert_problem(&e.f, enrolment_create(e.cx, &in, &id), ERR_CONFLICT,
		"enrolment.certified");
	in.batch_id = BATCH + 6;
	must(&e, enrolment_create(e.cx, &in, &id));
	keyring_free(e.keys);
}

/* A certificate that counted and fell since: nobody is accepted on it. */
static void test_a_certificate_that_fell(void **state)
{
	struct enrol e;
	int64_t id;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1);
	must(&e, q_certificate_insert(e.cx->db, .person_id = person, .id = 9,
		.number = "Y000037100001215000001", .occupation_id = WELDER, .grade = 5,
		.issued_on = day_of("2021-01-01"), .route = "exam"));
	struct enrolment_in in = wish(BATCH, person, "2022-06-01");
	must(&e, enrolment_create(e.cx, &in, &id));
	must(&e, q_certificate_move(e.cx->db, .person_id = person, .id = 9, .from_state = "valid",
		.state = "suspended"));
	as_clerk(&e);
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "accept", "", NULL),
		ERR_STATE, "enrolment.certificate_fell");
	must(&e, enrolment_rejudge(e.cx, person, id, &in.claims));
	assert_problem(&e.f, flow_run(e.cx, &enrolment_flow, person, id, "accept", "", NULL),
		ERR_STATE, "enrolment.not_eligible");
	must(&e, q_certificate_move(e.cx->db, .person_id = person, .id = 9,
		.from_state = "suspended", .state = "valid"));
	must(&e, enrolment_rejudge(e.cx, person, id, &in.claims));
	must(&e, flow_run(e.cx, &enrolment_flow, person, id, "accept", "", NULL));
	keyring_free(e.keys);
}

/* A try that failed in skill: enrolment 5000 + n, registration to a day; theory as told. */
static void failed_try(struct enrol *e, int64_t n, int64_t person, const char *to,
	const char *theory, const char *skill)
{
	struct q_batch_find b;
	int64_t id = 5000 + n, last = civil_midnight(day_of(to) + 10);
	must(e, q_batch_find(e->cx->db, &b, .id = BATCH, .scope = scope_all()));
	must(e, q_batch_insert(e->cx->db, .id = id, .body_id = BODY, .region = "371002",
		.batch_no = text_of(e->cx, "T%d", (int)n), .title = "以前的批次",
		.occupation_id = WELDER, .grade = b.grade, .ruleset = b.ruleset,
		.parts = b.parts, .enrol_to_on = day_of(to), .quota = QUOTA));
	must(e, q_batch_set_times(e->cx->db, .id = id, .first_at = last, .last_at = last));
	must(e, q_enrolment_insert(e->cx->db, .person_id = person, .id = id, .batch_id = id,
		.body_id = BODY, .region = "371002", .source = "self", .name = "考生1",
		.verdict = "met", .ruleset = b.ruleset));
	must(e, q_enrolment_move(e->cx->db, .person_id = person, .id = id,
		.from_state = "submitted", .state = "failed"));
	for (int64_t part = PART_THEORY; part <= PART_SKILL; part <<= 1)
		must(e, q_enrolment_part_insert(e->cx->db, .person_id = person,
			.enrolment_id = id, .part = part, .batch_id = id, .body_id = BODY,
			.region = "371002", .attempt = part == PART_THEORY ? theory : skill,
			.part_state = "scored", .score_centi = part == PART_THEORY ? 7100 : 5000,
			.kept_until_on = part == PART_THEORY
				? civil_add_months(day_of(to), 12) : 0));
}

static const char *attempts_of(struct enrol *e, int64_t person)
{
	struct enrolment_in in = wish(BATCH, person, "2015-01-01");
	struct q_parts_of_enrolment_rows parts;
	int64_t id;
	must(e, enrolment_create(e->cx, &in, &id));
	must(e, q_parts_of_enrolment(e->cx->db, &parts, .person_id = person,
		.enrolment_id = id));
	assert_int_equal(parts.n, 2);
	return text_of(e->cx, "%s %s", parts.at[0].attempt, parts.at[1].attempt);
}

/* A pass is kept for a year from the end of registration and one resit; then everything is sat
 * anew, which may be followed by a resit again. */
static void test_resits(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	int64_t person[7];
	for (int i = 0; i < 7; i++)
		person[i] = add_person(&e, i + 1);
	assert_string_equal(attempts_of(&e, person[0]), "new new");
	failed_try(&e, 1, person[1], "2025-03-20", "new", "new");
	assert_string_equal(attempts_of(&e, person[1]), "kept resit");
	failed_try(&e, 2, person[2], "2025-03-19", "new", "new"); /* a day too long ago */
	assert_string_equal(attempts_of(&e, person[2]), "new new");
	failed_try(&e, 3, person[3], "2025-03-25", "new", "new");
	failed_try(&e, 4, person[3], "2025-08-01", "kept", "resit");
	assert_string_equal(attempts_of(&e, person[3]), "new new");
	failed_try(&e, 5, person[4], "2025-04-01", "new", "new");
	failed_try(&e, 6, person[4], "2025-08-01", "kept", "resit");
	failed_try(&e, 7, person[4], "2025-12-01", "new", "new");
	assert_string_equal(attempts_of(&e, person[4]), "kept resit");
	/* who cheated in skill keeps his theory, unless the region takes all parts from him */
	failed_try(&e, 8, person[5], "2025-08-01", "new", "new");
	must(&e, q_part_set_score(e.cx->db, .person_id = person[5], .enrolment_id = 5008,
		.part = PART_SKILL, .part_state = "void", .explained = "夹带"));
	failed_try(&e, 9, person[6], "2025-08-01", "new", "new");
	must(&e, q_part_set_score(e.cx->db, .person_id = person[6], .enrolment_id = 5009,
		.part = PART_SKILL, .part_state = "void", .explained = "夹带"));
	must(&e, q_batch_count_enrolled(e.cx->db, .id = BATCH, .more = -5));
	assert_string_equal(attempts_of(&e, person[5]), "kept resit");
	ctx_act_as_system(e.cx, "test");
	must(&e, setting_put(e.cx, "resit.void_drops", "3710", day_of("2026-01-01"), 1));
	assert_string_equal(attempts_of(&e, person[6]), "resit resit");
	keyring_free(e.keys);
}

/* Whichever statement fails, nothing of an enrolment stays behind. */
static void test_faults(void **state)
{
	struct enrol e;
	struct q_enrolment_of_person found;
	int64_t id;
	int n = 0, r;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1);
	struct enrolment_in in = wish(BATCH, person, "2015-01-01");
	do {
		db_fail_after(e.cx->db, ++n);
		r = enrolment_create(e.cx, &in, &id);
		db_fail_after(e.cx->db, 0);
		assert_false(db_in_tx(e.cx->db));
		if (r < 0) {
			ctx_clear(e.cx);
			assert_int_equal(q_enrolment_of_person(e.cx->db, &found,
				.person_id = person, .batch_id = BATCH), ERR_NOTFOUND);
			assert_int_equal(counted(&e), 0);
		}
	} while (r < 0 && n < 100);
	assert_int_equal(r, 0);
	assert_int_equal(counted(&e), 100);
	keyring_free(e.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_refusals),
		test_db_case(test_quota),
		test_db_case(test_each_to_his_own),
		test_db_case(test_mended),
		test_db_case(test_accepted_in_bulk),
		test_db_case(test_spot_check),
		test_db_case(test_ways_back),
		test_db_case(test_suspended_body),
		test_db_case(test_special_projects),
		test_db_case(test_resits), test_db_case(test_a_certificate_that_fell),
		test_db_case(test_faults),
	};
	return test_db_run("enrolment", tests);
}
