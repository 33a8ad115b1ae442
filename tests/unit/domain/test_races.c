/* Several at the same thing at the same moment, each on a connection of his own: the last seat of a
 * batch, one round of one paper, freezing, confirming and issuing. One is first; the others are
 * told; the numbers add up. */
#define main story_main
#include "test_story.c"
#undef main

#include "racing.h"

enum { TRIES = 8 };

/* The story as this racer lives it. */
static struct story mine(struct racer *r)
{
	struct story s = *(const struct story *)r->world;
	s.cx = &r->f.cx;
	return s;
}

static void enrol_some(struct racer *r)
{
	char idno[19];
	int64_t person = 0, id;
	struct story s = mine(r);
	as_clerk(&s, CLERK1);
	for (int i = 0; i < TRIES; i++) {
		ident_idno_make("371002", day_of("1991-03-04") + r->number, 100 + i, idno);
		int result = person_save(s.cx, &(struct person_in){.name = "考生", .idno = idno,
			.phone = "", .nation = "01", .education = "60", .employer = "",
			.address = "", .region = "371002"}, &person);
		if (result >= 0)
			result = enrolment_create(s.cx,
				&(struct enrolment_in){.batch_id = s.batch, .person_id = person,
				.source = "roster", .unit = "", .consent = true,
				.claims = {.work_from_on = day_of("2015-01-01")}}, &id);
		racer_count(r, result);
	}
}

static void the_last_seat(struct test_db *t, struct story *s)
{
	struct q_enrolment_list_rows rows;
	struct q_batch_find batch;
	at(s, "2026-01-10", 12);
	tick(s);
	must(s, db_begin(t->db));
	must(s, q_batch_find(t->db, &batch, .id = s->batch, .scope = scope_all()));
	struct batch_in in = plan(s);
	must(s, q_batch_update(t->db, .id = batch.id, .title = in.title,
		.occupation_id = batch.occupation_id, .grade = batch.grade,
		.standard_id = batch.standard_id, .ruleset = batch.ruleset,
		.ruleset_version = batch.ruleset_version, .parts = batch.parts,
		.enrol_from_on = batch.enrol_from_on, .enrol_to_on = batch.enrol_to_on,
		.quota = 20, .contact = in.contact, .phone = in.phone, .notice = "",
		.scope = scope_all()));
	must(s, db_commit(t->db));
	struct racer all = race(t, &s->f, s, enrol_some);
	assert_int_equal(all.won, 20);
	assert_int_equal(all.lost, RACERS * TRIES - 20);
	must(s, q_batch_find(t->db, &batch, .id = s->batch, .scope = scope_all()));
	assert_int_equal(batch.n_enrolled, 20);
	must(s, q_enrolment_list(t->db, &rows, .scope = scope_all(), .batch_id = s->batch,
		.page = {.limit = 100, .sort = "seq"}));
	assert_int_equal(rows.n, 20);
	for (size_t i = 0; i < rows.n; i++)
		assert_int_equal(rows.at[i].seq, (int64_t)i + 1);
}

static void test_last_seat(void **state_of_test)
{
	struct test_db *t = *state_of_test;
	struct story s;
	open_story(&s, t);
	body_is_filed(&s);
	plan_is_made(&s);
	the_last_seat(t, &s);
	keyring_free(s.keys);
}

static void first_round(struct racer *r)
{
	struct story s = mine(r);
	as_clerk(&s, CLERK1 + r->number);
	for (int i = 0; i < GOOD; i++)
		racer_count(r, mark(&s, i, PART_THEORY, 1, 7000 + r->number, ""));
}

/* Every paper has one first entry; they are taken away again for the story to go on. */
static void one_round_each(struct test_db *t, struct story *s)
{
	struct racer all = race(t, &s->f, s, first_round);
	assert_int_equal(all.won, GOOD);
	assert_int_equal(all.lost, (RACERS - 1) * GOOD);
	for (int i = 0; i < GOOD; i++) {
		struct q_marks_of_part_rows marks;
		must(s, q_marks_of_part(t->db, &marks, .person_id = s->people[i],
			.enrolment_id = s->enrolments[i], .part = PART_THEORY));
		assert_int_equal(marks.n, 1);
		must(s, q_mark_delete(t->db, .person_id = s->people[i],
			.enrolment_id = s->enrolments[i], .part = PART_THEORY,
			.marker_id = marks.at[0].marker_id));
	}
}

static void freeze(struct racer *r)
{
	struct story s = mine(r);
	as_manager(&s);
	racer_count(r, result_freeze(s.cx, s.batch));
}

static void confirm(struct racer *r)
{
	struct story s = mine(r);
	as_office(&s);
	racer_count(r, result_confirm(s.cx, s.batch));
}

static void issue(struct racer *r)
{
	int n;
	struct story s = mine(r);
	as_manager(&s);
	racer_count(r, certificate_issue_batch(s.cx, s.batch, &n));
}

static void one_wins(struct test_db *t, struct story *s, void (*run)(struct racer *r))
{
	struct racer all = race(t, &s->f, s, run);
	assert_int_equal(all.won, 1);
	assert_int_equal(all.lost, RACERS - 1);
}

static void test_one_is_first(void **state_of_test)
{
	struct test_db *t = *state_of_test;
	struct story s;
	open_story(&s, t);
	body_is_filed(&s);
	plan_is_made(&s);
	people_are_judged(&s);
	people_are_seated(&s);
	one_round_each(t, &s);
	people_are_marked(&s);
	at(&s, "2026-02-13", 10);
	one_wins(t, &s, freeze);
	assert_int_equal(count_alarms(&s), 0);
	at(&s, "2026-02-28", 10);
	one_wins(t, &s, confirm);
	at(&s, "2026-03-02", 10);
	one_wins(t, &s, issue);
	assert_int_equal(count_ledger(&s), 0);
	keyring_free(s.keys);
}

/* Everybody tries to bring one and the same person into a batch of his own on one day. */
static void enrol_somewhere(struct racer *r)
{
	int64_t id;
	struct story s = mine(r);
	ctx_act_as_system(s.cx, "test");
	racer_count(r, enrolment_create(s.cx, &(struct enrolment_in){
		.batch_id = 9000 + r->number, .person_id = s.people[0], .source = "roster",
		.unit = "", .consent = true, .claims = {.work_from_on = day_of("2015-01-01")}},
		&id));
}

static void test_one_place_a_day(void **state_of_test)
{
	struct test_db *t = *state_of_test;
	struct story s;
	char idno[19];
	open_story(&s, t);
	ctx_act_as_system(s.cx, "test");
	at(&s, "2026-01-10", 12);
	must(&s, q_body_insert(t->db, .id = 31, .name = "机构", .uscc = "U", .body_kind = "social",
		.region = "371002"));
	for (int64_t i = 0; i < RACERS; i++) {
		must(&s, q_batch_insert(t->db, .id = 9000 + i, .body_id = 31, .region = "371002",
			.batch_no = text_of(s.cx, "R%d", (int)i), .title = "同一天",
			.occupation_id = s.welder, .grade = 4, .ruleset = "eligibility-2023",
			.parts = PART_THEORY, .enrol_to_on = day_of("2026-01-20"), .quota = 5));
		must(&s, q_batch_set_times(t->db, .id = 9000 + i,
			.first_at = civil_midnight(day_of("2026-02-07")) + 9 * 3600,
			.last_at = civil_midnight(day_of("2026-02-07")) + 10 * 3600));
		must(&s, q_batch_move(t->db, .id = 9000 + i, .from_state = "draft",
			.state = "enrolling"));
	}
	ident_idno_make("371002", day_of("1991-03-04"), 100, idno);
	must(&s, person_save(s.cx, &(struct person_in){.name = "考生", .idno = idno,
		.region = "371002"}, &s.people[0]));
	struct racer all = race(t, &s.f, &s, enrol_somewhere);
	assert_int_equal(all.won, 1);
	assert_int_equal(all.lost, RACERS - 1);
	keyring_free(s.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_last_seat),
		test_db_case(test_one_is_first), test_db_case(test_one_place_a_day)};
	return test_db_run("races", tests);
}
