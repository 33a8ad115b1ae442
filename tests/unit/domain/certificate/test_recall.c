/* Recalls: what is picked, what rests on it, two people, everybody exactly once whatever breaks,
 * and that nobody who spoke is decided in bulk. */
#include "core/job.h"
#include "life_steps.h"
#include "query/exam.h"
#include "query/exam_venue.h"
#include "query/forensics.h"
#include "query/sitting.h"

enum { PEOPLE = 130 }; /* more than two transactions of RECALL_STEP */

static int64_t open_recall(struct life *w, bool suspends)
{
	int64_t id;
	job_register(recall_jobs);
	as_office(w);
	must(w, recall_open(w->cx, &(struct recall_in){.title = "违规评价", .pick_kind = "batch",
		.picked_id = w->batch, .reason_kind = "lenient", .reason = "评分表事后补填",
		.is_suspending = suspends, .is_offering = true}, &id));
	return id;
}

static struct q_recall_find recall_of(struct life *w, int64_t id)
{
	struct q_recall_find v;
	must(w, q_recall_find(w->cx->db, &v, .id = id, .scope = scope_all()));
	return v;
}

static int step(struct life *w, int64_t id, const char *action)
{
	return flow_run(w->cx, &recall_flow, 0, id, action, "理由", NULL);
}

/* One job as a worker does it. */
static void work(struct life *w)
{
	struct q_job_list_rows jobs;
	assert_int_equal(job_work(w->cx), 1);
	must(w, q_job_list(w->cx->db, &jobs, .scope = scope_all(), .page = {.limit = 1}));
	if (!streq(jobs.at[0].state, "done"))
		fail_msg("%s: %s", jobs.at[0].state, jobs.at[0].message);
}

static int64_t count(struct life *w, int64_t id, const char *state)
{
	struct q_recall_case_counts_rows rows;
	must(w, q_recall_case_counts(w->cx->db, &rows, .recall_id = id));
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].state, state))
			return rows.at[i].n;
	return 0;
}

static int64_t items(struct life *w, int64_t id, const char *state)
{
	struct q_recall_item_counts_rows rows;
	must(w, q_recall_item_counts(w->cx->db, &rows, .recall_id = id));
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].state, state))
			return rows.at[i].n;
	return 0;
}

static struct q_recall_items item_of(struct life *w, int64_t id, int i)
{
	struct q_recall_items_rows rows;
	must(w, q_recall_items(w->cx->db, &rows, .recall_id = id, .number = w->number[i]));
	assert_int_equal(rows.n, 1);
	return rows.at[0];
}

static int64_t approved(struct life *w, bool suspends)
{
	int64_t id = open_recall(w, suspends);
	work(w);
	as_office(w);
	must(w, step(w, id, "freeze"));
	as_head(w);
	must(w, step(w, id, "approve"));
	return id;
}

/* Everybody is listed; the first is taken out; the others get their notice. */
static int64_t noticed(struct life *w)
{
	int64_t id = open_recall(w, true);
	assert_string_equal(recall_of(w, id).state, "listing");
	work(w);
	assert_string_equal(recall_of(w, id).state, "listed");
	assert_int_equal(items(w, id, "listed"), PEOPLE);
	struct q_recall_items first = item_of(w, id, 0);
	as_office(w);
	assert_field_problem(&w->f, recall_take_out(w->cx, id, first.person_id, first.id, ""),
		"reason", "recall.out_reason");
	must(w, recall_take_out(w->cx, id, first.person_id, first.id, "监控完整"));
	must(w, step(w, id, "freeze"));
	assert_problem(&w->f, recall_take_in(w->cx, id, first.person_id, first.id), ERR_STATE,
		"recall.list_fixed");
	as_head(w);
	must(w, step(w, id, "approve"));
	work(w);
	return id;
}

static void test_a_body_that_spoke_is_heard_singly(void **state)
{
	struct life w;
	life_begin(&w, *state, PEOPLE);
	int64_t id = noticed(&w), kase = item_of(&w, id, 3).revocation_id;
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	must(&w, revocation_opine(w.cx, w.person[3], kase, "disagree", "本人全程参加", 0));
	life_pass(&w, 10);
	as_head(&w);
	must(&w, recall_decide(w.cx, id, DECISION_TEXT));
	work(&w);
	assert_int_equal(count(&w, id, "decided"), PEOPLE - 2);
	assert_string_equal(life_case(&w, 3, kase).state, "heard");
	life_end(&w);
}

static void test_from_pick_to_offer(void **state)
{
	struct life w;
	struct q_reassessment_counts_rows offers;
	life_begin(&w, *state, PEOPLE);
	int64_t id = noticed(&w);
	assert_string_equal(recall_of(&w, id).state, "running");
	assert_int_equal(count(&w, id, "noticed"), PEOPLE - 1);
	assert_string_equal(life_standing(&w, 0), "valid");
	assert_string_equal(life_standing(&w, 1), "suspended");
	/* One speaks, one asks for a hearing, the others are silent. */
	as_holder(&w, 1);
	must(&w, revocation_say(w.cx, item_of(&w, id, 1).revocation_id, "我参加了考核", 0));
	as_holder(&w, 2);
	must(&w, life_step(&w, 2, item_of(&w, id, 2).revocation_id, "ask_hearing"));
	life_pass(&w, 10);
	assert_int_equal(count(&w, id, "heard"), PEOPLE - 2);
	as_head(&w);
	must(&w, recall_decide(w.cx, id, DECISION_TEXT));
	work(&w);
	assert_int_equal(count(&w, id, "decided"), PEOPLE - 3);
	assert_string_equal(life_case(&w, 1, item_of(&w, id, 1).revocation_id).state, "heard");
	struct q_revocation_find v = life_case(&w, 3, item_of(&w, id, 3).revocation_id);
	assert_int_equal(v.decided_by, HEAD);
	assert_int_equal(v.opened_by, OFFICE);
	as_office(&w);
	must(&w, step(&w, id, "serve"));
	work(&w);
	assert_int_equal(count(&w, id, "served"), PEOPLE - 3);
	life_pass(&w, 40);
	assert_int_equal(count(&w, id, "final"), PEOPLE - 3);
	assert_string_equal(life_standing(&w, 3), "revoked");
	must(&w, q_reassessment_counts(w.cx->db, &offers, .recall_id = id));
	assert_int_equal(offers.at[0].n, PEOPLE - 3);
	/* The two who spoke are decided one by one; then it is closed. */
	as_head(&w);
	assert_problem(&w.f, step(&w, id, "close"), ERR_STATE, "recall.cases_open");
	must(&w, life_step(&w, 1, item_of(&w, id, 1).revocation_id, "drop"));
	as_office(&w);
	must(&w, life_step(&w, 2, item_of(&w, id, 2).revocation_id, "hear"));
	as_head(&w);
	must(&w, life_step(&w, 2, item_of(&w, id, 2).revocation_id, "drop"));
	assert_string_equal(life_standing(&w, 1), "valid");
	as_head(&w);
	must(&w, step(&w, id, "close"));
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void test_two_people(void **state)
{
	struct life w;
	life_begin(&w, *state, 3);
	job_register(recall_jobs);
	as_head(&w);
	int64_t id;
	must(&w, recall_open(w.cx, &(struct recall_in){.title = "t", .pick_kind = "body",
		.picked_id = w.body, .reason_kind = "lenient", .reason = "理由"}, &id));
	work(&w);
	as(&w, ROLE_AUTHORITY_HEAD, HEAD2);
	must(&w, step(&w, id, "freeze"));
	assert_problem(&w.f, step(&w, id, "approve"), ERR_DENIED, "recall.own_list");
	as_head(&w);
	assert_problem(&w.f, step(&w, id, "approve"), ERR_DENIED, "recall.own_list");
	as_office(&w);
	assert_problem(&w.f, step(&w, id, "approve"), ERR_DENIED, "auth.denied");
	as(&w, ROLE_AUTHORITY_HEAD, 33);
	must(&w, step(&w, id, "approve"));
	work(&w);
	life_pass(&w, 10);
	as_head(&w);
	assert_problem(&w.f, recall_decide(w.cx, id, DECISION_TEXT), ERR_DENIED,
		"recall.own_list");
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_int_equal(recall_decide(w.cx, id, DECISION_TEXT) < 0, true);
	ctx_clear(w.cx);
	assert_problem(&w.f, recall_open(w.cx, &(struct recall_in){.title = "t",
		.pick_kind = "body", .picked_id = w.body, .reason_kind = "lenient",
		.reason = "理由"}, &id), ERR_DENIED, "auth.denied");
	life_end(&w);
}

/* Every job is broken at every so many statements, and taken up again: each person has one case,
 * one notice, one decision. */
static void broken_until_done(struct life *w, int64_t id, const char *from)
{
	int broken = 0;
	for (int at = 1; streq(recall_of(w, id).state, from); at += 37) {
		ctx_act_as_system(w->cx, "test");
		db_fail_after(w->cx->db, at);
		int r = recall_work(w->cx, id);
		db_fail_after(w->cx->db, 0);
		while (db_in_tx(w->cx->db))
			db_rollback(w->cx->db);
		ctx_clear(w->cx);
		broken += r < 0;
		if (at > 100000)
			fail_msg("%s never ends", from);
	}
	assert_true(broken > 3);
}

static void test_exactly_once_whatever_breaks(void **state)
{
	struct life w;
	struct q_reassessment_counts_rows offers;
	life_begin(&w, *state, PEOPLE);
	int64_t id = open_recall(&w, true);
	broken_until_done(&w, id, "listing");
	assert_int_equal(items(&w, id, "listed"), PEOPLE);
	as_office(&w);
	must(&w, step(&w, id, "freeze"));
	as_head(&w);
	must(&w, step(&w, id, "approve"));
	broken_until_done(&w, id, "noticing");
	assert_int_equal(count(&w, id, "noticed"), PEOPLE);
	life_pass(&w, 10);
	as_head(&w);
	must(&w, recall_decide(w.cx, id, DECISION_TEXT));
	broken_until_done(&w, id, "deciding");
	assert_int_equal(count(&w, id, "decided"), PEOPLE);
	as_office(&w);
	must(&w, step(&w, id, "serve"));
	broken_until_done(&w, id, "serving");
	life_pass(&w, 40);
	assert_int_equal(count(&w, id, "final"), PEOPLE);
	must(&w, q_reassessment_counts(w.cx->db, &offers, .recall_id = id));
	assert_int_equal(offers.at[0].n, PEOPLE);
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void test_what_has_a_case_is_left_alone(void **state)
{
	struct life w;
	life_begin(&w, *state, 5);
	int64_t own = life_case_in(&w, 1, "noticed");
	(void)life_case_in(&w, 2, "final");
	int64_t id = open_recall(&w, false);
	work(&w);
	assert_int_equal(items(&w, id, "listed"), 4); /* what is revoked is not listed */
	as_office(&w);
	must(&w, step(&w, id, "freeze"));
	as_head(&w);
	must(&w, step(&w, id, "approve"));
	work(&w);
	assert_int_equal(items(&w, id, "skipped"), 1);
	assert_int_equal(items(&w, id, "opened"), 3);
	assert_int_equal(life_case(&w, 1, own).recall_id, 0);
	life_end(&w);
}

static void test_the_list_approved_is_the_list_frozen(void **state)
{
	struct life w;
	life_begin(&w, *state, 3);
	int64_t id = open_recall(&w, false);
	work(&w);
	as_office(&w);
	must(&w, step(&w, id, "freeze"));
	struct q_recall_items first = item_of(&w, id, 0);
	must(&w, q_recall_item_out(w.cx->db, .person_id = first.person_id, .id = first.id,
		.out_reason = "私下删去", .out_by = 1));
	as_head(&w);
	assert_problem(&w.f, step(&w, id, "approve"), ERR_STATE, "recall.list_differs");
	must(&w, step(&w, id, "return"));
	assert_string_equal(recall_of(&w, id).state, "listed");
	life_end(&w);
}

static void test_what_rests_on_it(void **state)
{
	struct life w;
	int64_t person, follow;
	life_begin(&w, *state, 2);
	/* A higher certificate whose eligibility named this one, another's that did not. */
	for (int i = 0; i < 2; i++) {
		int64_t enrolment = ctx_id(w.cx), certificate = ctx_id(w.cx);
		must(&w, q_enrolment_insert(w.cx->db, .person_id = w.person[i], .id = enrolment,
			.batch_id = w.batch + 1, .body_id = w.body, .region = "371002", .seq = 1,
			.name = w.name[i], .idno_mask = "m", .facts = text_of(w.cx,
			"{\"certificates\":[{\"related\":1,\"issued_on\":\"%s\",\"grade\":4}]}",
			i ? "2020-01-01" : "2026-03-02")));
		must(&w, q_certificate_insert(w.cx->db, .person_id = w.person[i],
			.id = certificate, .number = i ? "Y000037100001263000009"
			: "Y000037100001263000008", .body_id = w.body, .region = "371002",
			.batch_id = w.batch + 1, .enrolment_id = enrolment, .route = "exam",
			.name = w.name[i], .occupation_id = w.welder, .grade = 3,
			.issued_on = day_of("2026-03-02")));
	}
	as(&w, ROLE_BODY_CLERK, EMPLOYER);
	must(&w, follow_begin(w.cx, w.number[1], w.name[1], "post", &person, &follow));
	int64_t id = open_recall(&w, false);
	work(&w);
	struct q_recall_items a = item_of(&w, id, 0), b = item_of(&w, id, 1);
	assert_int_equal(a.n_later, 1);
	assert_string_equal(a.later_numbers, "Y000037100001263000008");
	assert_int_equal(a.n_followers, 0);
	assert_int_equal(b.n_later, 0);
	assert_int_equal(b.n_followers, 1);
	life_end(&w);
}

static void test_an_offer_is_taken_up_once(void **state)
{
	struct life w;
	struct q_reassessments_of_person_rows offers;
	life_begin(&w, *state, 2);
	int64_t id = approved(&w, false);
	work(&w);
	life_pass(&w, 10);
	as_head(&w);
	must(&w, recall_decide(w.cx, id, DECISION_TEXT));
	work(&w);
	as_office(&w);
	must(&w, step(&w, id, "serve"));
	work(&w);
	life_pass(&w, 40);
	must(&w, q_reassessments_of_person(w.cx->db, &offers, .person_id = w.person[0]));
	assert_int_equal(offers.n, 1);
	assert_int_equal(offers.at[0].grade, 4);
	int64_t offer = offers.at[0].id, good = ctx_id(w.cx), other = ctx_id(w.cx);
	int64_t older = ctx_id(w.cx), foreign = ctx_id(w.cx);
	const int64_t enrolments[] = {good, other, older, foreign};
	for (int i = 0; i < 4; i++) {
		int64_t batch = ctx_id(w.cx);
		must(&w, q_batch_insert(w.cx->db, .id = batch, .body_id = w.body,
			.region = "371002", .batch_no = text_of(w.cx, "b%d", 2 + i), .title = "t",
			.occupation_id = w.welder + (i == 3), .grade = i == 1 ? 5 : 4,
			.parts = 3));
		must(&w, q_enrolment_insert(w.cx->db, .person_id = w.person[0],
			.id = enrolments[i], .batch_id = batch, .body_id = w.body,
			.region = "371002", .name = w.name[0], .idno_mask = "m", .facts = "{}",
			.created_at = i == 2 ? w.f.now - 400 * 86400 : w.f.now));
	}
	as_holder(&w, 1);
	assert_problem(&w.f, reassessment_take(w.cx, offer, good), ERR_NOTFOUND,
		"reassessment.not_found");
	as_holder(&w, 0);
	for (int i = 1; i < 4; i++)
		assert_field_problem(&w.f, reassessment_take(w.cx, offer, enrolments[i]),
			"enrolment", "reassessment.other_thing");
	w.f.now += (offers.at[0].until_on + 1 - ctx_today(w.cx)) * 86400;
	assert_problem(&w.f, reassessment_take(w.cx, offer, good), ERR_STATE, "reassessment.over");
	w.f.now -= 86400; /* the last day */
	must(&w, reassessment_take(w.cx, offer, good));
	assert_problem(&w.f, reassessment_decline(w.cx, offer), ERR_STATE,
		"reassessment.answered");
	life_end(&w);
}

static int64_t listed_by(struct life *w, const char *kind, int64_t picked, int64_t from_on)
{
	int64_t id;
	job_register(recall_jobs);
	as_office(w);
	must(w, recall_open(w->cx, &(struct recall_in){.title = "t", .pick_kind = kind,
		.picked_id = picked, .from_on = from_on, .reason_kind = "lenient",
		.reason = "理由"}, &id));
	work(w);
	return items(w, id, "listed");
}

static void test_four_ways_to_pick(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 6);
	struct db *db = w.cx->db;
	must(&w, q_venue_put_staff(db, .id = 70, .body_id = w.body, .region = "371002",
		.name = "考评员甲", .idno_index = "x"));
	must(&w, q_batch_staff_insert(db, .id = 71, .batch_id = w.batch, .body_id = w.body,
		.region = "371002", .staff_id = 70, .idno_index = "x", .duty = "examiner"));
	must(&w, q_exam_insert(db, .id = 80, .batch_id = w.batch, .body_id = w.body,
		.region = "371002", .title = "机考"));
	must(&w, q_forensic_pair_insert(db, .look_id = 81, .rank_no = 1, .exam_id = 80,
		.body_id = w.body, .region = "371002", .person_a = w.person[1], .sitting_a = 90,
		.person_b = w.person[4], .sitting_b = 91));
	for (int i = 0; i < 2; i++)
		must(&w, q_sitting_insert(db, .person_id = w.person[i ? 4 : 1], .id = 90 + i,
			.exam_id = 80, .batch_id = w.batch, .body_id = w.body,
			.region = "371002", .ticket_no = text_of(w.cx, "t%d", i)));
	must(&w, q_forensic_case_insert(db, .id = 82, .look_id = 81, .rank_no = 1, .exam_id = 80,
		.body_id = w.body, .region = "371002"));
	assert_int_equal(listed_by(&w, "body", w.body, 0), 6);
	assert_int_equal(listed_by(&w, "body", w.body, day_of("2026-03-03")), 0);
	assert_int_equal(listed_by(&w, "batch", w.batch, 0), 6);
	assert_int_equal(listed_by(&w, "examiner", 70, 0), 6);
	/* A case still looked into is no ground. */
	assert_field_problem(&w.f, recall_open(w.cx, &(struct recall_in){.title = "t",
		.pick_kind = "case", .picked_id = 82, .reason_kind = "cheating",
		.reason = "理由"}, &id), "picked", "recall.nothing_picked");
	must(&w, q_forensic_case_move(db, .id = 82, .from_state = "opened",
		.state = "closed_with"));
	assert_int_equal(listed_by(&w, "case", 82, 0), 2);
	/* What lies elsewhere cannot be picked. */
	ctx_act_as(w.cx, &(struct actor){.role = ROLE_AUTHORITY, .account_id = 99, .name = "外地",
		.region = "3702", .token_perms = {UINT64_MAX, UINT64_MAX}});
	const int64_t picked[] = {w.body, w.batch, 70, 82};
	for (size_t i = 0; i < 4; i++)
		assert_field_problem(&w.f, recall_open(w.cx, &(struct recall_in){.title = "t",
			.pick_kind = recall_picks[i].code, .picked_id = picked[i],
			.reason_kind = "cheating", .reason = "理由"}, &id), "picked",
			"recall.nothing_picked");
	life_end(&w);
}

/* The case is opened in the name of whoever froze the list, not of whoever began it. */
static void test_the_case_names_who_opened_it(void **state)
{
	struct life w;
	life_begin(&w, *state, 2);
	int64_t id = open_recall(&w, false);
	work(&w);
	as(&w, ROLE_AUTHORITY, OFFICE2);
	must(&w, step(&w, id, "freeze"));
	as_head(&w);
	must(&w, step(&w, id, "approve"));
	work(&w);
	struct q_revocation_find v = life_case(&w, 0, item_of(&w, id, 0).revocation_id);
	assert_int_equal(v.opened_by, OFFICE2);
	assert_string_equal(v.opened_name, text_of(w.cx, "账户%d", OFFICE2));
	life_end(&w);
}

/* Whose list cannot be made, too long a one, is given up. */
static void test_a_list_that_fails_is_given_up(void **state)
{
	struct life w;
	life_begin(&w, *state, 2);
	int64_t id = open_recall(&w, false);
	as_office(&w);
	assert_problem(&w.f, step(&w, id, "drop"), ERR_STATE, "recall.job_runs");
	must(&w, job_cancel(w.cx, recall_of(&w, id).job_id));
	must(&w, step(&w, id, "drop"));
	assert_string_equal(recall_of(&w, id).state, "dropped");
	assert_int_equal(recall_of(&w, id).closed_at, w.f.now);
	life_end(&w);
}

/* Of many whose term ends on one day, none is kept in memory. */
static void test_many_terms_end_in_little_memory(void **state)
{
	struct life w;
	life_begin(&w, *state, PEOPLE);
	int64_t id = approved(&w, false);
	work(&w);
	w.f.now += 10 * 86400;
	ctx_act_as_system(w.cx, "定时任务");
	size_t before = arena_used(w.cx->arena);
	must(&w, revocation_tick(w.cx));
	assert_true(arena_used(w.cx->arena) - before < 64 * 1024);
	assert_int_equal(count(&w, id, "heard"), PEOPLE);
	life_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_from_pick_to_offer),
		test_db_case(test_a_body_that_spoke_is_heard_singly),
		test_db_case(test_two_people),
		test_db_case(test_exactly_once_whatever_breaks),
		test_db_case(test_what_has_a_case_is_left_alone),
		test_db_case(test_the_list_approved_is_the_list_frozen),
		test_db_case(test_what_rests_on_it),
		test_db_case(test_an_offer_is_taken_up_once),
		test_db_case(test_four_ways_to_pick),
		test_db_case(test_the_case_names_who_opened_it),
		test_db_case(test_a_list_that_fails_is_given_up),
		test_db_case(test_many_terms_end_in_little_memory),
	};
	return test_db_run("recall", tests);
}
