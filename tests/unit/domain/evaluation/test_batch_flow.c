/* The lifecycle of batches: the calendar that moves them, what is put off, what is frozen. */
#include "domain/evaluation/arrange.h"
#include "domain/standard/standard.h"
#include "plan_case.h"

static int tick(struct plan_case *p)
{
	int moved;
	ctx_act_as_system(p->cx, "定时任务");
	must(p, batch_tick(p->cx, &moved));
	return moved;
}

/* Each on its day, each once, however often it is looked. */
CASE(calendar)
{
	as_manager(p);
	step(p, "submit");
	assert_int_equal(tick(p), 0);
	as_office(p);
	step(p, "acknowledge");
	p->f.now = moment("2026-03-04", 23, 59);
	assert_int_equal(tick(p), 0);
	p->f.now = moment("2026-03-05", 0, 0);
	assert_int_equal(tick(p), 1);
	assert_int_equal(tick(p), 0);
	assert_string_equal(state_of(p), "enrolling");
	p->f.now = moment("2026-03-25", 23, 59);
	assert_int_equal(tick(p), 0);
	p->f.now = moment("2026-03-26", 0, 0);
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "closed");
	p->f.now = moment("2026-04-08", 12, 0);
	assert_int_equal(tick(p), 0); /* nobody is seated */
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "closed",
		.state = "arranged"));
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "testing");
	p->f.now = moment("2026-04-08", 16, 29);
	assert_int_equal(tick(p), 0);
	p->f.now = moment("2026-04-08", 16, 30);
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "marking");
}

/* The clock jumped over the whole enrolment: opened and closed in one go. */
CASE(calendar_jumps)
{
	as_manager(p);
	step(p, "submit");
	as_office(p);
	step(p, "acknowledge");
	p->f.now = moment("2026-04-01", 9, 0);
	assert_int_equal(tick(p), 2);
	assert_string_equal(state_of(p), "closed");
	as_manager(p);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "reopen", "人少", NULL),
		ERR_STATE, "batch.enrol_over");
	must(p, q_batch_set_arranged(p->cx->db, .id = p->batch, .seed = "abcdef01",
		.arranged_hash = "x"));
	step(p, "postpone");
	struct q_batch_find row;
	batch_row(p, &row);
	assert_string_equal(row.seed, "");
	assert_string_equal(row.arranged_hash, "");
	assert_string_equal(row.state, "postponed");
}

/* Frozen by the authority, back only to where it was. */
CASE(held_and_released)
{
	as_manager(p);
	step(p, "submit");
	as_office(p);
	step(p, "acknowledge");
	p->f.now = moment("2026-03-06", 9, 0);
	tick(p);
	as_office(p);
	step(p, "hold");
	p->f.now = moment("2026-03-30", 9, 0);
	assert_int_equal(tick(p), 0);
	as_office(p);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "release_closed", "查清",
		NULL), ERR_STATE, "batch.held_elsewhere");
	step(p, "release_enrolling");
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "closed");
}

/* Frozen over its own day of examination: it is planned anew, nobody is counted as absent. */
CASE(held_too_long)
{
	as_office(p);
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "draft",
		.state = "arranged"));
	step(p, "hold");
	p->f.now = moment("2026-04-08", 9, 0);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "release_arranged", "查清",
		NULL), ERR_STATE, "batch.held_too_long");
	step(p, "release_postponed");
	assert_string_equal(state_of(p), "postponed");
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "postponed",
		.state = "marking"));
	step(p, "hold");
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "release_postponed", "查清",
		NULL), ERR_STATE, "batch.held_elsewhere");
	step(p, "release_marking");
}

static void body_becomes(struct plan_case *p, const char *from, const char *to)
{
	must(p, q_body_move(p->cx->db, .id = p->body, .from_state = from, .state = to));
}

/* What was filed by a body in good standing goes no further when it is not any more. */
CASE(a_suspended_body)
{
	as_manager(p);
	step(p, "submit");
	body_becomes(p, "filed", "suspended");
	as_office(p);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "acknowledge", "", NULL),
		ERR_STATE, "batch.plan_fell");
	body_becomes(p, "suspended", "filed");
	step(p, "acknowledge");
	p->f.now = moment("2026-03-05", 9, 0);
	body_becomes(p, "filed", "suspended");
	assert_int_equal(tick(p), 0);
	body_becomes(p, "suspended", "rectifying"); /* mends, and may go on meanwhile */
	assert_int_equal(tick(p), 1);
	p->f.now = moment("2026-03-26", 9, 0);
	tick(p);
	a_candidate(p, 301, "张三", "船厂", "13911110001", "new");
	body_becomes(p, "rectifying", "removed");
	as_clerk(p);
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, NULL), ERR_STATE, "body.barred");
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "closed",
		.state = "arranged"));
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "cancelled"); /* its people may enrol elsewhere */
	p->f.now = moment("2026-04-08", 9, 0);
	assert_int_equal(tick(p), 0);
}

/* One occupation and grade is stopped, then ended: only batches of it are touched. */
CASE(a_suspended_item)
{
	struct q_body_scope_of_rows items;
	as_manager(p);
	step(p, "submit");
	as_office(p);
	step(p, "acknowledge");
	must(p, q_body_scope_of(p->cx->db, &items, .body_id = p->body));
	for (size_t i = 0; i < items.n; i++)
		must(p, q_body_scope_move(p->cx->db, .id = items.at[i].id, .from_state = "valid",
			.or_state = "valid", .state = "suspended"));
	p->f.now = moment("2026-03-05", 9, 0);
	assert_int_equal(tick(p), 0);
	for (size_t i = 0; i < items.n; i++)
		must(p, q_body_scope_move(p->cx->db, .id = items.at[i].id,
			.from_state = "suspended", .or_state = "valid", .state = "valid"));
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "enrolling");
	for (size_t i = 0; i < items.n; i++)
		must(p, q_body_scope_move(p->cx->db, .id = items.at[i].id, .from_state = "valid",
			.or_state = "valid", .state = items.at[i].grade == 4 ? "ended" : "valid"));
	assert_int_equal(tick(p), 1);
	assert_string_equal(state_of(p), "cancelled");
}

/* Suspended on the day: when the body may go on, nobody has become absent. */
CASE(a_day_that_was_missed)
{
	as_manager(p);
	step(p, "submit");
	as_office(p);
	step(p, "acknowledge");
	p->f.now = moment("2026-03-26", 9, 0);
	tick(p);
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "closed",
		.state = "arranged"));
	must(p, flow_run(p->cx, &body_flow, 0, p->body, "suspend", "抽查发现问题", NULL));
	p->f.now = moment("2026-04-08", 12, 0);
	assert_int_equal(tick(p), 0);
	p->f.now = moment("2026-04-10", 9, 0);
	must(p, flow_run(p->cx, &body_flow, 0, p->body, "resume", "整改完毕", NULL));
	assert_int_equal(tick(p), 0);
	assert_string_equal(state_of(p), "arranged");
	as_manager(p);
	step(p, "postpone");
}

/* A plan is acknowledged while there is time to enrol, and as it stands then. */
CASE(acknowledged_in_time)
{
	as_manager(p);
	step(p, "submit");
	ctx_act_as_system(p->cx, "test");
	must(p, staff_save(p->cx, p->body, p->staff[2], &(struct staff_in){.name = "员工2",
		.phone = "13800000003", .employer = "", .duties = DUTY_EXAMINER, .state = "left"},
		&p->staff[2]));
	as_office(p);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "acknowledge", "", NULL),
		ERR_STATE, "batch.plan_fell");
	p->f.now = moment("2026-03-26", 9, 0);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, p->batch, "acknowledge", "", NULL),
		ERR_STATE, "batch.enrol_gone");
	step(p, "return");
}

/* Seats are given out before the examination, to people who all have their answer. */
CASE(answered_before_seated)
{
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "draft", .state = "closed"));
	a_candidate(p, 301, "张三", "船厂", "13911110001", "new");
	must(p, q_enrolment_insert(p->cx->db, .person_id = 5, .id = 6, .batch_id = p->batch,
		.body_id = p->body, .region = "371002", .source = "self", .seq = 9,
		.name = "李四"));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, NULL), ERR_STATE,
		"arrange.unreviewed");
	must(p, q_enrolment_move(p->cx->db, .person_id = 5, .id = 6, .from_state = "submitted",
		.state = "rejected"));
	p->f.now = moment("2026-04-08", 9, 0);
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, NULL), ERR_STATE, "arrange.too_late");
	p->f.now = moment("2026-04-08", 8, 59);
	must(p, arrange_batch(p->cx, p->batch, NULL));
}

/* A batch planned before new rules begin is judged by those in force when its enrolment begins. */
CASE(rules_of_the_day_enrolment_begins)
{
	struct batch_in in = good_plan();
	struct q_batch_find row;
	const char *shipped = standard_ruleset_version(p->cx, "eligibility-2023",
		ctx_today(p->cx));
	must(p, q_ruleset_insert(p->cx->db, .name = "eligibility-2023", .version = "2026.9",
		.effective_on = day_of("2026-03-05"), .text =
		"ruleset: eligibility-2023\nversion: \"2026.9\"\ntitle: 试行\nsource: 测试\n"
		"effective_from: 2026-03-05\nfacts:\n  birth_on:\n    label: 出生日期\n"
		"cases:\n  \"4\":\n    title: 四级\n    alternatives:\n"
		"      - clause: 四级①\n        text: 年满16周岁。\n        all:\n"
		"          - age: {min: 16}\n", .hash = "", .applied_at = p->f.now));
	must(p, batch_update(p->cx, p->batch, &in));
	batch_row(p, &row);
	assert_string_equal(row.ruleset_version, "2026.9");
	in.enrol_from_on--;
	must(p, batch_update(p->cx, p->batch, &in));
	batch_row(p, &row);
	assert_string_equal(row.ruleset_version, shipped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(calendar), test_db_case(calendar_jumps),
		test_db_case(held_and_released), test_db_case(held_too_long),
		test_db_case(a_suspended_body), test_db_case(a_day_that_was_missed),
		test_db_case(rules_of_the_day_enrolment_begins),
		test_db_case(a_suspended_item), test_db_case(acknowledged_in_time),
			test_db_case(answered_before_seated),
	};
	return test_db_run("batch_flow", tests);
}
