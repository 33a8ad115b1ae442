/* The lifecycle of batches: the calendar that moves them, what is put off, what is frozen. */
#include "plan_case.h"

static void with_case(void **state, void (*run)(struct plan_case *p))
{
	struct plan_case p;
	plan_case_init(&p, *state);
	run(&p);
	plan_case_fini(&p);
}

#define CASE(name) \
	static void name##_run(struct plan_case *p); \
	static void name(void **state) \
	{ \
		with_case(state, name##_run); \
	} \
	static void name##_run(struct plan_case *p)

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(calendar), test_db_case(calendar_jumps),
		test_db_case(held_and_released),
	};
	return test_db_run("batch_flow", tests);
}
