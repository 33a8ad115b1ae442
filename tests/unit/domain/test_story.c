/* The main line once from end to end, refusals included: a body is filed, plans a batch, people are
 * judged, seated and marked, results stand publicly over the Spring Festival of 2026, certificates
 * are issued and verified. */
#include "core/setting.h"
#include "core/workday.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/arrange.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result.h"
#include "domain/standard/reference.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/enrolment.h"
#include "query/mark.h"
#include "query/result.h"
#include "query/standard.h"
#include "story_plan.h"

/* A second plan: the same room and people at the same time, then a week later, in one transaction
 * that is undone. */
static void a_second_plan_clashes(struct story *s)
{
	struct batch_in in = plan(s);
	int64_t slot, first = s->batch;
	must(s, db_begin(s->cx->db));
	as_clerk(s, CLERK2);
	must(s, batch_create(s->cx, &in, &s->batch));
	must(s, batch_room_add(s->cx, s->batch, PART_SKILL, s->skill_room, hours("2026-02-07", 900),
		hours("2026-02-07", 1000), &slot));
	must(s, batch_staff_add(s->cx, slot, s->examiners[0], "leader"));
	assert_int_equal(says(s, "room_clash"), 0);
	assert_int_equal(says(s, "staff_clash"), 0);
	must(s, batch_room_remove(s->cx, s->batch, slot));
	must(s, batch_room_add(s->cx, s->batch, PART_SKILL, s->skill_room, hours("2026-02-14", 900),
		hours("2026-02-14", 1000), &slot));
	must(s, batch_staff_add(s->cx, slot, s->examiners[0], "leader"));
	assert_int_not_equal(says(s, "room_clash"), 0);
	assert_int_not_equal(says(s, "staff_clash"), 0);
	assert_int_not_equal(says(s, "rotation"), 0);
	ctx_act_as_system(s->cx, "test");
	must(s, setting_put(s->cx, "examiner.consecutive_max", "3710", 0, 1));
	assert_int_equal(says(s, "rotation"), 0);
	db_rollback(s->cx->db);
	s->batch = first;
}

static const char *state(struct story *s)
{
	struct q_batch_find batch;
	must(s, q_batch_find(s->cx->db, &batch, .id = s->batch, .scope = scope_all()));
	return batch.state;
}

static void tick(struct story *s)
{
	int moved;
	ctx_act_as_system(s->cx, "test");
	must(s, batch_tick(s->cx, &moved));
}

/* ---- enrolment ---- */

static int enrol(struct story *s, int i)
{
	char idno[19];
	ident_idno_make("371002", day_of("1990-03-04") + i, 100 + i, idno);
	int r = person_save(s->cx,
		&(struct person_in){.name = text_of(s->cx, "考生%02d", i), .idno = idno,
		.phone = "", .nation = "01", .education = "60", .employer = "", .address = "",
		.region = "371002"}, &s->people[i]);
	return r < 0 ? r : enrolment_create(s->cx,
		&(struct enrolment_in){.batch_id = s->batch, .person_id = s->people[i],
		.source = "roster", .unit = i % 2 ? "一车间" : "二车间", .consent = true,
		.claims = {.work_from_on = day_of(i < GOOD ? "2015-01-01" : "2023-01-01")}},
		&s->enrolments[i]);
}

static void people_are_judged(struct story *s)
{
	struct q_enrolment_find row;
	at(s, "2026-01-09", 12);
	as_clerk(s, CLERK1);
	assert_problem(&s->f, enrol(s, 0), ERR_STATE, "enrolment.batch_not_open");
	at(s, "2026-01-10", 12);
	tick(s);
	assert_string_equal(state(s), "enrolling");
	as_clerk(s, CLERK1);
	for (int i = 0; i < PEOPLE; i++)
		must(s, enrol(s, i));
	assert_problem(&s->f, enrol(s, 3), ERR_CONFLICT, "enrolment.already");
	must(s, q_enrolment_find(s->cx->db, &row, .person_id = s->people[0], .id = s->enrolments[0],
		.scope = s->cx->scope));
	assert_string_equal(row.verdict, "met");
	assert_string_equal(row.clause, "四级①");
	must(s, q_enrolment_find(s->cx->db, &row, .person_id = s->people[GOOD],
		.id = s->enrolments[GOOD], .scope = s->cx->scope));
	assert_string_equal(row.verdict, "not_met");
	assert_int_equal(row.met_on, day_of("2028-01-01"));
	assert_problem(&s->f, flow_run(s->cx, &enrolment_flow, s->people[GOOD], s->enrolments[GOOD],
		"accept", "", NULL), ERR_STATE, "enrolment.not_eligible");
	move(s, &enrolment_flow, s->people[GOOD], s->enrolments[GOOD], "reject", __LINE__);
	for (int i = 0; i < GOOD; i++)
		move(s, &enrolment_flow, s->people[i], s->enrolments[i], "accept", __LINE__);
	at(s, "2026-01-29", 0);
	tick(s);
	assert_string_equal(state(s), "closed");
}

/* ---- arrangement ---- */

static const char *arranged_hash(struct story *s)
{
	struct q_batch_find batch;
	must(s, q_batch_find(s->cx->db, &batch, .id = s->batch, .scope = scope_all()));
	return batch.arranged_hash;
}

/* A relative of a proctor cannot sit in the only room. */
static void relatives_keep_apart(struct story *s)
{
	char idno[19];
	ident_idno_make("371002", day_of("1990-03-04") + 2, 102, idno);
	must(s, db_begin(s->cx->db));
	must(s, relation_declare(s->cx, s->proctors[0], idno, "relative"));
	assert_problem(&s->f, arrange_batch(s->cx, s->batch, NULL), ERR_STATE, "arrange.no_place");
	db_rollback(s->cx->db);
}

/* A plan put off takes its seats and tickets along. */
static void seats_fall_with_the_plan(struct story *s)
{
	struct q_tickets_of_batch_rows tickets;
	struct q_seats_of_slot_rows seats;
	must(s, db_begin(s->cx->db));
	must(s, q_tickets_of_batch(s->cx->db, &tickets, .batch_id = s->batch,
		.scope = scope_all()));
	assert_int_equal(tickets.n, GOOD);
	as_manager(s);
	move(s, &batch_flow, 0, s->batch, "postpone", __LINE__);
	must(s, q_tickets_of_batch(s->cx->db, &tickets, .batch_id = s->batch,
		.scope = scope_all()));
	assert_int_equal(tickets.n, 0);
	must(s, q_seats_of_slot(s->cx->db, &seats, .batch_room_id = s->theory_slot,
		.scope = scope_all()));
	assert_int_equal(seats.n, 0);
	db_rollback(s->cx->db);
	as_clerk(s, CLERK1);
}

static void people_are_seated(struct story *s)
{
	struct q_seats_of_slot_rows seats;
	at(s, "2026-02-02", 10);
	as_clerk(s, CLERK1);
	assert_field_problem(&s->f, arrange_batch(s->cx, s->batch, "not a seed"), "seed",
		"arrange.seed_bad");
	relatives_keep_apart(s);
	must(s, arrange_batch(s->cx, s->batch, "0123456789abcdef"));
	const char *first = arranged_hash(s);
	must(s, arrange_batch(s->cx, s->batch, "fedcba9876543210"));
	assert_string_not_equal(arranged_hash(s), first);
	must(s, arrange_batch(s->cx, s->batch, "0123456789abcdef"));
	assert_string_equal(arranged_hash(s), first);
	must(s, arrange_verify(s->cx, s->batch));
	seats_fall_with_the_plan(s);
	must(s, q_seats_of_slot(s->cx->db, &seats, .batch_room_id = s->theory_slot,
		.scope = s->cx->scope));
	assert_int_equal(seats.n, GOOD);
	for (size_t i = 0; i < seats.n; i++)
		assert_int_equal(seats.at[i].seat, (int64_t)i + 1);
	must(s, q_arrange_set_seat(s->cx->db, .person_id = seats.at[0].person_id,
		.enrolment_id = seats.at[0].enrolment_id, .part = PART_THEORY, .seat = 29,
		.batch_room_id = s->theory_slot));
	assert_problem(&s->f, arrange_verify(s->cx, s->batch), ERR_CONFLICT, "arrange.differs");
	must(s, arrange_batch(s->cx, s->batch, "0123456789abcdef"));
	at(s, "2026-02-07", 9);
	tick(s);
	assert_string_equal(state(s), "testing");
}

/* ---- marks ---- */

static int mark(struct story *s, int i, enum part part, int64_t round, int64_t centi,
	const char *note)
{
	return mark_put(s->cx, &(struct mark_in){.person_id = s->people[i],
		.enrolment_id = s->enrolments[i],
		.part = part, .round = round, .score_centi = centi, .note = note});
}

/* Everybody has 80 but the first, who has 58, and the last, absent at theory. */
static void enter_theory(struct story *s, int64_t account, int64_t round)
{
	int n;
	as_clerk(s, account);
	for (int i = 0; i < GOOD - 1; i++)
		must(s, mark(s, i, PART_THEORY, round,
			i == 0 ? 5800 : i == 1 && round == 2 ? 8800 : 8000, ""));
	must(s, mark_put(s->cx, &(struct mark_in){.person_id = s->people[GOOD - 1],
		.enrolment_id = s->enrolments[GOOD - 1], .part = PART_THEORY, .round = round,
		.flag = MARK_ABSENT, .note = ""}));
	must(s, mark_sign(s->cx, s->batch, PART_THEORY, 0, &n));
	assert_int_equal(n, GOOD);
	assert_problem(&s->f, mark(s, 2, PART_THEORY, round, 9900, ""), ERR_STATE,
		"mark.signed_already");
}

static void examine(struct story *s, int examiner)
{
	struct q_seats_of_slot_rows seats;
	int n, all = 0;
	for (int slot = 0; slot < 2; slot++) {
		must(s, q_seats_of_slot(s->cx->db, &seats, .batch_room_id = s->skill_slots[slot],
			.scope = scope_all()));
		as(s, ROLE_EXAMINER, EXAMINER + examiner, "考评", "371002", s->body);
		for (size_t i = 0; i < seats.n; i++) {
			if (i == 1 && !examiner)
				assert_problem(&s->f, mark_sign(s->cx, s->batch, PART_SKILL,
					s->skill_slots[slot], &n), ERR_STATE, "mark.incomplete");
			must(s, mark_put(s->cx, &(struct mark_in){.person_id =
				seats.at[i].person_id, .note = "",
				.enrolment_id = seats.at[i].enrolment_id, .part = PART_SKILL,
				.score_centi = 7000 + 500 * examiner}));
		}
		must(s, mark_sign(s->cx, s->batch, PART_SKILL, s->skill_slots[slot], &n));
		all += n;
	}
	assert_int_equal(all, GOOD);
}

static int settle(struct story *s, int i)
{
	return mark_settle(s->cx, &(struct mark_in){.person_id = s->people[i],
		.enrolment_id = s->enrolments[i], .score_centi = 8000, .note = "核对答卷"});
}

static void people_are_marked(struct story *s)
{
	struct q_part_find part;
	as(s, ROLE_EXAMINER, EXAMINER + 9, "别处的考评员", "371002", s->body);
	assert_problem(&s->f, mark(s, 2, PART_SKILL, 0, 7000, ""), ERR_DENIED, "mark.not_on_duty");
	as(s, ROLE_EXAMINER, EXAMINER, "考评", "371002", s->body);
	assert_problem(&s->f, mark(s, 2, PART_SKILL, 0, 7000, ""), ERR_STATE, "mark.not_begun");
	at(s, "2026-02-07", 16);
	for (int i = 0; i < 3; i++)
		examine(s, i);
	at(s, "2026-02-08", 10);
	tick(s);
	assert_string_equal(state(s), "marking");
	enter_theory(s, CLERK1, 1);
	assert_problem(&s->f, mark(s, 2, PART_THEORY, 2, 8000, ""), ERR_CONFLICT,
		"mark.other_round_is_yours");
	enter_theory(s, CLERK2, 2);
	as_manager(s);
	assert_problem(&s->f, result_freeze(s->cx, s->batch), ERR_STATE, "result.pending");
	assert_problem(&s->f, settle(s, 2), ERR_STATE, "mark.nothing_to_settle");
	must(s, settle(s, 1));
	must(s, mark_aggregate(s->cx, s->batch));
	must(s, q_part_find(s->cx->db, &part, .person_id = s->people[3],
		.enrolment_id = s->enrolments[3], .part = PART_SKILL));
	assert_int_equal(part.score_centi, 7500);
}

/* ---- results ---- */

static int alarms;

static void on_alarm(void *arg, int64_t batch_id, const char *text)
{
	(void)arg;
	(void)batch_id;
	assert_true(*text);
	alarms++;
}

static int count_alarms(struct story *s)
{
	must(s, (alarms = 0, result_check(s->cx, 0, on_alarm, NULL)));
	return alarms;
}

static void set_theory(struct story *s, int i, int64_t centi)
{
	must(s, q_part_set_score(s->cx->db, .person_id = s->people[i],
		.enrolment_id = s->enrolments[i],
		.part = PART_THEORY, .part_state = "scored", .score_centi = centi, .explained = "",
		.kept_until_on = 0));
}

/* 14 February is a Saturday worked for the festival, 15 to 23 are free: five working days end on
 * the 27th. */
static void results_are_frozen(struct story *s)
{
	struct q_batch_find batch;
	at(s, "2026-02-13", 10);
	as_manager(s);
	must(s, result_freeze(s->cx, s->batch));
	must(s, q_batch_find(s->cx->db, &batch, .id = s->batch, .scope = scope_all()));
	assert_string_equal(batch.state, "publicity");
	assert_int_equal(batch.publicity_to_on, day_of("2026-02-27"));
	assert_int_equal(count_alarms(s), 0);
	set_theory(s, 0, 6100);
	assert_int_equal(count_alarms(s), 1);
	set_theory(s, 0, 5800);
	assert_int_equal(count_alarms(s), 0);
}

/* Held on the day of the freeze, released on the 24th: all five days are still to come, and the
 * 28th is a Saturday worked. */
static void a_held_notice_loses_no_day(struct story *s)
{
	struct q_batch_find batch;
	must(s, db_begin(s->cx->db));
	as_office(s);
	move(s, &batch_flow, 0, s->batch, "hold", __LINE__);
	at(s, "2026-02-24", 10);
	move(s, &batch_flow, 0, s->batch, "release_publicity", __LINE__);
	must(s, q_batch_find(s->cx->db, &batch, .id = s->batch, .scope = scope_all()));
	assert_int_equal(batch.publicity_to_on, day_of("2026-03-02"));
	at(s, "2026-03-02", 10);
	assert_problem(&s->f, result_confirm(s->cx, s->batch), ERR_STATE, "result.publicity_runs");
	db_rollback(s->cx->db);
	at(s, "2026-02-13", 10);
}

static void an_objection_is_answered(struct story *s)
{
	int64_t id;
	at(s, "2026-02-24", 10);
	as(s, ROLE_PUBLIC, 0, "", "", 0);
	must(s, objection_create(s->cx, s->batch, "群众", "19900000002", "请复核第一号答卷", &id));
	at(s, "2026-02-28", 10);
	as_office(s);
	assert_problem(&s->f, result_confirm(s->cx, s->batch), ERR_STATE, "result.objections_open");
	at(s, "2026-02-25", 10);
	as_clerk(s, CLERK2);
	move(s, &objection_flow, 0, id, "answer", __LINE__);
}

static void a_result_is_changed(struct story *s)
{
	struct q_results_of_enrolment_rows versions;
	int64_t id;
	struct result_change_in in = {.person_id = s->people[0], .enrolment_id = s->enrolments[0],
		.part = PART_THEORY, .new_centi = 6100, .new_state = "scored", .reason = "漏评3分"};
	as_manager(s);
	must(s, result_change_request(s->cx, &in, &id));
	assert_problem(&s->f, flow_run(s->cx, &result_change_flow, s->people[0], id, "approve", "",
		NULL), ERR_DENIED, "change.own_request");
	as_office(s);
	move(s, &result_change_flow, s->people[0], id, "approve", __LINE__);
	assert_problem(&s->f, flow_run(s->cx, &result_change_flow, s->people[0], id, "apply", "",
		NULL), ERR_DENIED, "change.approved_already");
	as(s, ROLE_BODY_MANAGER, MANAGER + 50, "另一负责人", "371002", s->body);
	assert_problem(&s->f, flow_run(s->cx, &result_change_flow, s->people[0], id, "apply", "",
		NULL), ERR_DENIED, "change.authority_must");
	as_head(s);
	move(s, &result_change_flow, s->people[0], id, "apply", __LINE__);
	must(s, q_results_of_enrolment(s->cx->db, &versions, .person_id = s->people[0],
		.enrolment_id = s->enrolments[0]));
	assert_int_equal(versions.n, 2);
	assert_string_equal(versions.at[0].theory, "58.00");
	assert_string_equal(versions.at[0].outcome, "failed");
	assert_string_equal(versions.at[1].theory, "61.00");
	assert_string_equal(versions.at[1].outcome, "passed");
	assert_int_equal(count_alarms(s), 0);
}

static void results_are_confirmed(struct story *s)
{
	struct q_batch_find batch;
	at(s, "2026-02-27", 10);
	as_office(s);
	assert_problem(&s->f, result_confirm(s->cx, s->batch), ERR_STATE, "result.publicity_runs");
	at(s, "2026-02-28", 10);
	must(s, result_confirm(s->cx, s->batch));
	must(s, q_batch_find(s->cx->db, &batch, .id = s->batch, .scope = scope_all()));
	assert_string_equal(batch.state, "confirmed");
	assert_int_equal(batch.n_passed, GOOD - 1);
}

/* ---- certificates ---- */

static enum verify_outcome verify(struct story *s, const char *number, const char *name)
{
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t n;
	as(s, ROLE_PUBLIC, 0, "", "", 0);
	must(s, certificate_verify(s->cx, number, NULL, name, &outcome, &faces, &n));
	return outcome;
}

static const char *number_of(struct story *s, int i, struct q_enrolment_find *ret_enrolment)
{
	struct q_certificate_face face;
	must(s, q_enrolment_find(s->cx->db, ret_enrolment, .person_id = s->people[i],
		.id = s->enrolments[i], .scope = scope_all()));
	must(s, q_certificate_face(s->cx->db, &face, .person_id = s->people[i],
		.id = ret_enrolment->certificate_id));
	return face.number;
}

/* Not to be looked up before the second day, by a setting of the city. */
static void certificates_are_issued(struct story *s)
{
	struct q_enrolment_find row;
	int n;
	ctx_act_as_system(s->cx, "test");
	must(s, setting_put(s->cx, "certificate.visible_days", "3710", day_of("2026-03-01"), 2));
	at(s, "2026-03-02", 10);
	as_manager(s);
	must(s, certificate_issue_batch(s->cx, s->batch, &n));
	assert_int_equal(n, GOOD - 1);
	assert_problem(&s->f, certificate_issue_batch(s->cx, s->batch, &n), ERR_STATE,
		"certificate.not_confirmed");
	for (int i = 0; i < GOOD - 1; i++)
		assert_string_equal(number_of(s, i, &row),
			text_of(s->cx, "Y000037100001264%06d", i + 1));
}

static void strangers_are_told(struct story *s)
{
	struct q_enrolment_find row;
	const char *number = number_of(s, 4, &row);
	assert_int_equal(verify(s, "Y00003710000126400000", "考生04"), VERIFY_BAD_INPUT);
	assert_int_equal(verify(s, "Y000037100001264000099", "考生04"), VERIFY_NOT_FOUND);
	assert_int_equal(verify(s, number, "考生05"), VERIFY_NAME_DIFFERS);
	assert_int_equal(verify(s, number, "考生04"), VERIFY_NOT_YET);
	at(s, "2026-03-04", 0);
	assert_int_equal(verify(s, number, "考生04"), VERIFY_VALID);
	as_head(s);
	move(s, &certificate_flow, s->people[4], row.certificate_id, "suspend", __LINE__);
	assert_int_equal(verify(s, number, "考生04"), VERIFY_SUSPENDED);
	as_office(s);
	assert_problem(&s->f, flow_run(s->cx, &certificate_flow, s->people[4], row.certificate_id,
		"revoke", "查实", NULL), ERR_NOTFOUND, "flow.no_action");
	ctx_act_as_system(s->cx, "案件办结");
	move(s, &certificate_flow, s->people[4], row.certificate_id, "revoke", __LINE__);
	assert_int_equal(verify(s, number, "考生04"), VERIFY_REVOKED);
}

static void on_ledger_alarm(void *arg, const char *text)
{
	(void)arg;
	assert_true(*text);
	alarms++;
}

static int count_ledger(struct story *s)
{
	must(s, (alarms = 0, certificate_check(s->cx, on_ledger_alarm, NULL)));
	return alarms;
}

static void the_ledger_adds_up(struct story *s)
{
	struct q_certificate_find row;
	struct q_enrolment_find enrolment;
	number_of(s, 5, &enrolment);
	assert_int_equal(count_ledger(s), 0);
	must(s, q_certificate_find(s->cx->db, &row, .person_id = s->people[5],
		.id = enrolment.certificate_id, .scope = scope_all()));
	must(s, q_certificate_set_name(s->cx->db, .person_id = row.person_id, .id = row.id,
		.name = "冒名者", .face_hash = row.face_hash));
	assert_int_equal(count_ledger(s), 1);
}

static void open_story(struct story *s, struct test_db *t)
{
	struct q_occupation_by_code welder;
	size_t changed;
	*s = (struct story){.keys = fixture_keys()};
	fixture_init(&s->f, t, s->keys);
	s->cx = &s->f.cx;
	ctx_act_as_system(s->cx, "test");
	must(s, reference_load(s->cx, &changed));
	must(s, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	s->welder = welder.id;
}

static void test_story(void **state_of_test)
{
	struct test_db *t = *state_of_test;
	struct story s;
	open_story(&s, t);
	body_is_filed(&s);
	plan_is_made(&s);
	a_second_plan_clashes(&s);
	people_are_judged(&s);
	people_are_seated(&s);
	people_are_marked(&s);
	results_are_frozen(&s);
	a_held_notice_loses_no_day(&s);
	an_objection_is_answered(&s);
	a_result_is_changed(&s);
	results_are_confirmed(&s);
	certificates_are_issued(&s);
	strangers_are_told(&s);
	the_ledger_adds_up(&s);
	keyring_free(s.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_story)};
	return test_db_run("story", tests);
}
