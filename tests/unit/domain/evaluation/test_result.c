/* Results: frozen with a hash that anybody can compute, changed only by two others, confirmed after
 * the notice. */
#include "base/openssl.h"

#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "marked.h"
#include "query/arrange.h"
#include "query/exam.h"
#include "query/exam_score.h"

/* Two people: one passes, one fails in skill. */
static void mark_all(struct world *w)
{
	int64_t theory[PEOPLE_MAX] = {8750, 6000};
	put_theory(w, CLERK, MARK_FIRST, theory);
	put_theory(w, CLERK2, MARK_SECOND, theory);
	for (int k = 0; k < w->n_examiners; k++) {
		int n;
		as_examiner(w, k);
		for (int i = 0; i < w->n_people; i++) {
			struct mark_in in = skill_mark(i, MARK_SCORE, i ? 5900 + k : 7000 + k);
			test_ok(w->t, mark_put(&w->f.cx, &in));
		}
		test_ok(w->t, mark_sign(&w->f.cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
}

static void freeze(struct world *w)
{
	mark_all(w);
	as_manager(w, MANAGER);
	test_ok(w->t, result_freeze(&w->f.cx, BATCH));
}

static struct q_result_lists_of list_of(struct world *w, size_t version, size_t of)
{
	struct q_result_lists_of_rows rows;
	test_ok(w->t, q_result_lists_of(w->t->db, &rows, .batch_id = BATCH));
	assert_int_equal(rows.n, of);
	return rows.at[version - 1];
}

static void sm3(const char *text, char *out)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n;
	assert_int_equal(EVP_Digest(text, strlen(text), md, &n, EVP_sm3(), NULL), 1);
	for (unsigned int i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", md[i]);
}

static void test_hash(void **state)
{
	WORLD(w, 2, 3);
	char digest[65], line[65];
	freeze(&w);
	assert_string_equal(batch_state(&w), "publicity");
	static const char first[] =
		"S000037100001-202602-01\t1\t1\t2001\t赵一\t371***********0011\t87.50\t"
		"70.01\t\tpassed";
	static const char second[] =
		"S000037100001-202602-01\t1\t2\t2002\t钱二\t371***********0011\t"
		"60.00\t59.01\t\tfailed";
	const char *all = text_of(cx, "%s\n%s\n", first, second);
	sm3(all, digest);
	assert_string_equal(list_of(&w, 1, 1).list_hash, digest);
	assert_int_equal(list_of(&w, 1, 1).n_rows, 2);
	auto_buf text;
	buf_init(&text, 4096);
	test_ok(w.t, result_canonical(cx, BATCH, 1, &text));
	assert_string_equal(buf_z(&text), all);
	struct q_results_of_version_rows rows;
	test_ok(w.t, q_results_of_version(w.t->db, &rows, .batch_id = BATCH, .result_version = 1));
	sm3(second, line);
	assert_string_equal(rows.at[1].line_hash, line);
	world_end(&w);
}

static void test_not_frozen_while_pending(void **state)
{
	WORLD(w, 2, 3);
	int n;
	put_theory(&w, CLERK, MARK_FIRST, (int64_t[]){8000, 8000});
	put_theory(&w, CLERK2, MARK_SECOND, (int64_t[]){8000, 8100});
	as_clerk(&w, CLERK);
	assert_problem(&w.f, result_freeze(cx, BATCH), ERR_DENIED, "auth.denied");
	as_manager(&w, MANAGER);
	assert_int_equal(result_freeze(cx, BATCH), ERR_STATE);
	assert_string_equal(cx->problem.id, "result.pending");
	assert_string_equal(cx->problem.args[0], "2");
	ctx_clear(cx);
	assert_string_equal(batch_state(&w), "marking");
	put_skill(&w, (int64_t[]){8000, 8000, 8000});
	as_manager(&w, MANAGER);
	assert_int_equal(result_freeze(cx, BATCH), ERR_STATE);
	assert_string_equal(cx->problem.args[1], "钱二");
	ctx_clear(cx);
	struct mark_in in = theory_mark(1, 0, 8100);
	in.note = "核对答卷";
	test_ok(w.t, mark_settle(cx, &in));
	test_ok(w.t, result_freeze(cx, BATCH));
	assert_problem(&w.f, result_freeze(cx, BATCH), ERR_STATE, "result.not_marking");
	as_examiner(&w, 0);
	assert_problem(&w.f, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n), ERR_STATE,
		"mark.not_now");
	world_end(&w);
}

static void note_alarm(void *arg, int64_t batch_id, const char *text)
{
	assert_int_equal(batch_id, BATCH);
	assert_non_null(text);
	++*(int *)arg;
}

static int alarms_now(struct world *w)
{
	int alarms = 0;
	ctx_act_as_system(&w->f.cx, "test");
	test_ok(w->t, result_check(&w->f.cx, 0, note_alarm, &alarms));
	return alarms;
}

static void test_tampering(void **state)
{
	WORLD(w, 2, 3);
	freeze(&w);
	assert_int_equal(alarms_now(&w), 0);
	tamper(&w, "UPDATE result SET skill = '60.01', outcome = 'passed' WHERE enrolment_id = "
		"2002");
	assert_true(alarms_now(&w) > 0);
	tamper(&w, "UPDATE result SET skill = '59.01', outcome = 'failed' WHERE enrolment_id = "
		"2002");
	assert_int_equal(alarms_now(&w), 0);
	tamper(&w, "UPDATE enrolment_part SET score_centi = 6001 WHERE enrolment_id = 2002 AND "
		"part "
		"= 2");
	assert_true(alarms_now(&w) > 0);
	w.f.now += 30 * 86400;
	as_city(&w, CITY);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.tampered");
	assert_string_equal(batch_state(&w), "publicity");
	tamper(&w, "UPDATE enrolment_part SET score_centi = 5901 WHERE enrolment_id = 2002 AND "
		"part "
		"= 2");
	tamper(&w, "DELETE FROM result WHERE enrolment_id = 2002");
	assert_true(alarms_now(&w) > 0);
	world_end(&w);
}

static struct result_change_in better_skill(int64_t centi)
{
	return (struct result_change_in){.person_id = person(1), .enrolment_id = enrolment(1),
		.part = PART_SKILL, .new_state = "scored", .new_centi = centi,
		.reason = "第三题漏记 2 分"};
}

static int change_step(struct world *w, int64_t id, const char *action)
{
	return flow_run(&w->f.cx, &result_change_flow, person(1), id, action, "属实", NULL);
}

static void test_change_needs_two(void **state)
{
	WORLD(w, 2, 3);
	int64_t id;
	struct result_change_in in = better_skill(6000); /* the cut is a pass */
	freeze(&w);
	as_manager(&w, MANAGER);
	test_ok(w.t, result_change_request(cx, &in, &id));
	assert_problem(&w.f, result_change_request(cx, &in, &id), ERR_CONFLICT,
		"change.open_already");
	assert_problem(&w.f, change_step(&w, id, "approve"), ERR_DENIED, "change.own_request");
	as_clerk(&w, CLERK);
	assert_int_equal(change_step(&w, id, "approve"), ERR_DENIED);
	ctx_clear(cx);
	as_manager(&w, MANAGER2);
	test_ok(w.t, change_step(&w, id, "approve"));
	assert_problem(&w.f, change_step(&w, id, "apply"), ERR_DENIED, "change.authority_must");
	as(&w, ROLE_AUTHORITY, 49, 0);
	w.f.cx.scope = scope_region(cx, "3701"); /* another city */
	assert_problem(&w.f, change_step(&w, id, "apply"), ERR_NOTFOUND, "change.not_found");
	as_city(&w, CITY);
	test_ok(w.t, change_step(&w, id, "apply"));
	struct q_results_of_enrolment_rows rows;
	test_ok(w.t, q_results_of_enrolment(w.t->db, &rows, .person_id = person(1),
		.enrolment_id = enrolment(1)));
	assert_int_equal(rows.n, 2); /* both versions stay */
	assert_string_equal(rows.at[0].skill, "59.01");
	assert_string_equal(rows.at[0].outcome, "failed");
	assert_string_equal(rows.at[1].skill, "60.00");
	assert_string_equal(rows.at[1].outcome, "passed");
	assert_string_not_equal(list_of(&w, 1, 2).list_hash, list_of(&w, 2, 2).list_hash);
	assert_string_equal(list_of(&w, 2, 2).reason, "第三题漏记 2 分");
	assert_int_equal(alarms_now(&w), 0);
	tamper(&w, "UPDATE result SET skill = '60.00' WHERE enrolment_id = 2002 AND result_version "
		"= 1");
	assert_int_equal(alarms_now(&w), 1); /* the old version is guarded too */
	world_end(&w);
}

/* Frozen, and the clerk has asked for another skill score. */
static int64_t changed_after_freeze(struct world *w)
{
	int64_t id;
	struct result_change_in in = better_skill(6100);
	freeze(w);
	as_clerk(w, CLERK);
	test_ok(w->t, result_change_request(&w->f.cx, &in, &id));
	return id;
}

/* An authority that approved first cannot be the second as well. */
static void test_change_two_different(void **state)
{
	WORLD(w, 2, 3);
	int64_t id = changed_after_freeze(&w);
	as_city(&w, CITY);
	test_ok(w.t, change_step(&w, id, "approve"));
	assert_problem(&w.f, change_step(&w, id, "apply"), ERR_DENIED, "change.approved_already");
	as_city(&w, CITY2);
	test_ok(w.t, change_step(&w, id, "apply"));
	world_end(&w);
}

/* Until when the theory of person 1 is kept for another examination; 0 when it is no pass. */
static int64_t theory_kept_until(struct world *w)
{
	struct q_seats_of_enrolment_rows rows;
	test_ok(w->t, q_seats_of_enrolment(w->t->db, &rows, .person_id = person(1),
		.enrolment_id = enrolment(1)));
	assert_int_equal(rows.at[0].part, PART_THEORY);
	return rows.at[0].kept_until_on;
}

/* What is changed to is kept as a pass by the cut that the list is compiled by: the region's, or
 * that of the computer exam. */
static void test_change_by_the_cut(void **state)
{
	static const struct {
		int64_t exams, to;
		bool is_kept;
	} cases[] = {{0, 6001, true}, {0, 5999, false}, {0, 6000, true},
		{5500, 5499, false}, {5500, 5500, true}, {6500, 6499, false}, {6500, 6500, true}};
	WORLD(w, 2, 3);
	freeze(&w);
	test_ok(w.t, q_exam_insert(w.t->db, .id = 77, .batch_id = BATCH, .body_id = BODY,
		.region = "3710", .part = PART_THEORY, .title = "t", .layout = "all",
		.seb_mode = "off", .photo_mode = "off", .admit_mode = "each"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result_change_in in = better_skill(cases[i].to);
		int64_t id;
		in.part = PART_THEORY;
		test_ok(w.t, q_exam_set_score(w.t->db, .id = 77, .score_version = 1,
			.pass_centi = cases[i].exams));
		as_clerk(&w, CLERK);
		test_ok(w.t, result_change_request(cx, &in, &id));
		as_manager(&w, MANAGER);
		test_ok(w.t, change_step(&w, id, "approve"));
		as_city(&w, CITY);
		test_ok(w.t, change_step(&w, id, "apply"));
		if ((theory_kept_until(&w) > 0) != cases[i].is_kept)
			fail_msg("%d by a cut of %d", (int)cases[i].to, (int)cases[i].exams);
	}
	world_end(&w);
}

static void test_change_refusals(void **state)
{
	WORLD(w, 2, 3);
	int64_t id;
	struct result_change_in in = better_skill(6100);
	as_clerk(&w, CLERK);
	assert_problem(&w.f, result_change_request(cx, &in, &id), ERR_STATE, "change.not_now");
	freeze(&w);
	as_clerk(&w, CLERK);
	in.new_centi = 5901;
	assert_field_problem(&w.f, result_change_request(cx, &in, &id), "new_centi",
		"change.nothing");
	in = better_skill(6100);
	in.reason = "";
	assert_field_problem(&w.f, result_change_request(cx, &in, &id), "reason",
		"change.reason_needed");
	in = better_skill(10001);
	assert_field_problem(&w.f, result_change_request(cx, &in, &id), "new_centi",
		"mark.score_range");
	in = better_skill(6100);
	in.new_state = "better";
	assert_field_problem(&w.f, result_change_request(cx, &in, &id), "new_state",
		"change.state_unknown");
	in = better_skill(6100);
	as(&w, ROLE_BODY_CLERK, 77, BODY + 1);
	assert_problem(&w.f, result_change_request(cx, &in, &id), ERR_NOTFOUND, "mark.not_found");
	as_city(&w, CITY);
	assert_problem(&w.f, result_change_request(cx, &in, &id), ERR_DENIED, "auth.denied");
	as_clerk(&w, CLERK);
	in = better_skill(10000);
	test_ok(w.t, result_change_request(cx, &in, &id));
	as_manager(&w, MANAGER);
	assert_field_problem(&w.f, flow_run(cx, &result_change_flow, person(1), id, "refuse", "",
		NULL), "reason", "flow.reason_needed");
	test_ok(w.t, change_step(&w, id, "refuse"));
	assert_string_equal(part_now(&w, 1, PART_SKILL).part_state, "scored");
	assert_int_equal(part_now(&w, 1, PART_SKILL).score_centi, 5901);
	list_of(&w, 1, 1);
	world_end(&w);
}

static const char *enrolment_state(struct world *w, int i)
{
	return part_now(w, i, PART_THEORY).state;
}

/* Frozen on Monday 2026-03-02: the notice ends on Monday the 9th, the 10th is the first day. */
static void test_confirm_after_five_days(void **state)
{
	WORLD(w, 2, 3);
	struct q_batch_find b;
	freeze(&w);
	test_ok(w.t, q_batch_find(w.t->db, &b, .id = BATCH, .scope = scope_all()));
	assert_int_equal(b.publicity_to_on, day_of("2026-03-09"));
	w.f.now = day_of("2026-03-09") * 86400 + NOON + 11 * 3600; /* 23:00 of the last day */
	as_city(&w, CITY);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.publicity_runs");
	w.f.now = day_of("2026-03-10") * 86400 + NOON - 11 * 3600;
	as_manager(&w, MANAGER);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_DENIED, "auth.denied");
	as_city(&w, CITY);
	test_ok(w.t, result_may_confirm(cx, BATCH));
	test_ok(w.t, result_confirm(cx, BATCH));
	assert_string_equal(batch_state(&w), "confirmed");
	assert_string_equal(enrolment_state(&w, 0), "passed");
	assert_string_equal(enrolment_state(&w, 1), "failed");
	test_ok(w.t, q_batch_find(w.t->db, &b, .id = BATCH, .scope = scope_all()));
	assert_int_equal(b.n_passed, 1);
	assert_int_equal(alarms_now(&w), 0);
	as_city(&w, CITY);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.not_public");
	world_end(&w);
}

/* Three days of holiday, and the Saturday before is worked. */
static void test_notice_over_a_holiday(void **state)
{
	WORLD(w, 1, 3);
	struct q_batch_find b;
	ctx_act_as_system(cx, "test");
	test_ok(w.t, workday_put(cx, day_of("2026-03-04"), "holiday", "节"));
	test_ok(w.t, workday_put(cx, day_of("2026-03-05"), "holiday", "节"));
	test_ok(w.t, workday_put(cx, day_of("2026-03-06"), "holiday", "节"));
	test_ok(w.t, workday_put(cx, day_of("2026-03-07"), "workday", "调休"));
	workday_forget();
	freeze(&w);
	test_ok(w.t, q_batch_find(w.t->db, &b, .id = BATCH, .scope = scope_all()));
	/* Tuesday 3, Saturday 7, Monday 9, Tuesday 10, Wednesday 11 */
	assert_int_equal(b.publicity_to_on, day_of("2026-03-11"));
	w.f.now = day_of("2026-03-11") * 86400 + NOON;
	as_city(&w, CITY);
	assert_problem(&w.f, result_may_confirm(cx, BATCH), ERR_STATE, "result.publicity_runs");
	w.f.now += 86400;
	test_ok(w.t, result_confirm(cx, BATCH));
	world_end(&w);
}

static void test_open_change_holds_confirmation(void **state)
{
	WORLD(w, 2, 3);
	int64_t id = changed_after_freeze(&w);
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	as_city(&w, CITY);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.changes_open");
	as_manager(&w, MANAGER);
	test_ok(w.t, change_step(&w, id, "approve"));
	as_city(&w, CITY);
	test_ok(w.t, change_step(&w, id, "apply"));
	test_ok(w.t, result_confirm(cx, BATCH));
	assert_string_equal(enrolment_state(&w, 1), "passed");
	world_end(&w);
}

static int64_t notice_to(struct world *w)
{
	struct q_batch_find batch;
	test_ok(w->t, q_batch_find(w->t->db, &batch, .id = BATCH, .scope = scope_all()));
	return batch.publicity_to_on;
}

/* A holiday put into the calendar while the notice runs: the notice keeps its working days. */
static void test_a_holiday_added(void **state)
{
	WORLD(w, 2, 3);
	int moved;
	freeze(&w);
	int64_t to = notice_to(&w);
	ctx_act_as_system(cx, "test");
	test_ok(w.t, workday_put(cx, to, "holiday", "补假"));
	w.f.now = to * 86400 + 86400 + NOON;
	as_city(&w, CITY);
	int64_t due = workday_add(cx, to, 1);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.publicity_runs");
	w.f.now = due * 86400 + NOON; /* the last day is not too late */
	ctx_act_as_system(cx, "test");
	test_ok(w.t, batch_tick(cx, &moved));
	assert_int_equal(notice_to(&w), due);
	test_ok(w.t, batch_tick(cx, &moved));
	assert_int_equal(notice_to(&w), due);
	w.f.now = (due + 1) * 86400 + NOON;
	as_city(&w, CITY);
	test_ok(w.t, result_confirm(cx, BATCH));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_hash), test_db_case(test_not_frozen_while_pending),
		test_db_case(test_tampering), test_db_case(test_change_needs_two),
		test_db_case(test_change_two_different), test_db_case(test_change_refusals),
		test_db_case(test_change_by_the_cut),
		test_db_case(test_confirm_after_five_days),
		test_db_case(test_notice_over_a_holiday),
		test_db_case(test_open_change_holds_confirmation),
		test_db_case(test_a_holiday_added),
	};
	return test_db_run("result", tests);
}
