/* The ladder: certificates and declared ones lift, the next step is the rule engine's. */
#include "domain/career/career.h"

#include "../evaluation/enrol.h"

static void declare(struct enrol *e, int64_t person, const char *kind, const char *level,
	const char *from)
{
	int64_t id;
	struct person_fact_in in = {.kind = kind, .label = "x", .level = level, .related = true,
		.occupation_id = WELDER, .from_on = day_of(from)};
	must(e, person_fact_add(e->cx, person, &in, &id));
}

static void test_ladder(void **state)
{
	struct enrol e;
	struct career_ladder *ladders;
	struct career_event *events;
	size_t n;
	int64_t enrolment;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1), other = add_person(&e, 2);
	as_worker(&e, person);
	must(&e, career_ladders(e.cx, person, &ladders, &n));
	assert_int_equal(n, 0);
	declare(&e, person, "work", "", "2021-06-01");
	must(&e, career_ladders(e.cx, person, &ladders, &n));
	assert_int_equal(n, 1);
	assert_int_equal(ladders[0].reached, GRADE_NONE);
	assert_int_equal(ladders[0].next, GRADE_5);
	assert_string_equal(ladders[0].answer.held->clause, "五级①");
	declare(&e, person, "certificate", "5", "2024-01-01");
	must(&e, career_ladders(e.cx, person, &ladders, &n));
	assert_int_equal(ladders[0].reached, GRADE_5);
	assert_int_equal(ladders[0].next, GRADE_4);
	assert_null(ladders[0].answer.held);
	assert_int_equal(ladders[0].answer.nearest->met_on, day_of("2026-06-01"));
	struct enrolment_in in = wish(BATCH, person, NULL);
	must(&e, enrolment_create(e.cx, &in, &enrolment));
	must(&e, career_events(e.cx, person, &events, &n));
	assert_int_equal(n, 1);
	assert_int_equal(events[0].id, enrolment);
	assert_problem(&e.f, career_ladders(e.cx, other, &ladders, &n), ERR_NOTFOUND,
		"person.not_found");
	assert_problem(&e.f, career_events(e.cx, other, &events, &n), ERR_NOTFOUND,
		"person.not_found");
	keyring_free(e.keys);
}

static void test_top(void **state)
{
	struct enrol e;
	struct career_ladder *ladders;
	size_t n;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1);
	declare(&e, person, "certificate", "1", "2024-01-01");
	must(&e, career_ladders(e.cx, person, &ladders, &n));
	assert_int_equal(ladders[0].reached, GRADE_1);
	assert_int_equal(ladders[0].next, GRADE_NONE);
	assert_null(ladders[0].answer.set);
	/* above 一级 there is nothing to sit for, and nobody begins at 五级 again */
	declare(&e, person, "certificate", "特级技师", "2025-01-01");
	must(&e, career_ladders(e.cx, person, &ladders, &n));
	assert_int_equal(ladders[0].reached, GRADE_SPECIAL);
	assert_int_equal(ladders[0].next, GRADE_NONE);
	keyring_free(e.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_ladder), test_db_case(test_top)};
	return test_db_run("career", tests);
}
