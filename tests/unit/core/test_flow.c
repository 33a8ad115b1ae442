/* A lifecycle of its own on table filing: what the engine promises, not what the registry does with
 * it. */
#include "core/flow.h"

#include "core/fixture.h"
#include "core/setting.h"
#include "core/workday.h"
#include "query/core.h"
#include "query/registry.h"

enum { BODY = 7, FILING = 100, CLERK = 1, HEAD = 2 };

static bool guard_says_no, overtake;
static int effects;
static char left_state[32];

static int toy_load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_filing_open_of_body_rows rows;
	(void)person_id;
	int r = q_filing_open_of_body(cx->db, &rows, .body_id = BODY);
	if (r < 0)
		return r;
	if (!rows.n || rows.at[0].id != id)
		return ERR_NOTFOUND;
	ret_subject->state = rows.at[0].state;
	ret_subject->region = "3710";
	ret_subject->title = "某机构";
	ret_subject->body_id = BODY;
	return 0;
}

static int toy_move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_filing_move(cx->db, .id = s->id, .state = to,
		.from_state = overtake ? "elsewhere" : s->state);
}

static int toy_guard(struct ctx *cx, const struct flow_run *run)
{
	assert_string_equal(run->flow->kind, "toy");
	return guard_says_no ? ctx_fail(cx, ERR_STATE, "file.notfound", NULL) : 0;
}

/* Leaves a trace in the same transaction. */
static int toy_effect(struct ctx *cx, const struct flow_run *run)
{
	effects++;
	snprintf(left_state, sizeof left_state, "%s", run->subject->state);
	int r = q_holiday_put(cx->db, .day_on = 1, .kind = "holiday", .name = run->reason);
	return r < 0 ? r : 0;
}

static const struct flow_state states[] = {
	{"draft", "草稿", TONE_PLAIN}, {"submitted", "已提交", TONE_WAIT},
		{"accepted", "已受理", TONE_GOOD},
	{"stopped", "已终止", TONE_BAD}, {0},
};

static const struct flow_step steps[] = {
	{"draft", "submit", "submitted", "提交", PERM_FILING_EDIT, .deadline = "filing.formal_wd"},
	{"submitted", "accept", "accepted", "受理", PERM_FILING_REVIEW, toy_guard, toy_effect,
		.flags = FLOW_REASON | FLOW_OTHER},
	{"submitted", "remark", "submitted", "备注", PERM_FILING_REVIEW},
	{"submitted", "expire", "stopped", "逾期终止", PERM_FILING_REVIEW, .flags = FLOW_HIDDEN},
	{"*", "stop", "stopped", "终止", PERM_FILING_REVIEW, .flags = FLOW_DANGER},
	{"accepted", "stop", "draft", "退回草稿", PERM_FILING_REVIEW},
	{0},
};

static const struct flow toy = {"toy", "申请", states, steps, toy_load, toy_move};

static void set_up(struct fixture *f, struct test_db *t)
{
	guard_says_no = overtake = false;
	effects = 0;
	workday_forget();
	fixture_init(f, t, NULL);
	test_ok(t, q_body_insert(t->db, .id = BODY, .name = "某机构", .region = "3710"));
	test_ok(t, q_filing_insert(t->db, .id = FILING, .body_id = BODY, .region = "3710"));
}

static void as_clerk(struct fixture *f)
{
	act_as(f, ROLE_BODY_CLERK, CLERK, "张三");
}

static void as_head(struct fixture *f)
{
	act_as(f, ROLE_AUTHORITY_HEAD, HEAD, "李四");
}

static int run(struct fixture *f, const char *action, const char *reason)
{
	return flow_run(&f->cx, &toy, 0, FILING, action, reason, NULL);
}

static const char *state_now(struct fixture *f)
{
	struct flow_subject s = {0};
	assert_int_equal(toy_load(&f->cx, 0, FILING, &s), 0);
	return s.state;
}

static size_t count_events(struct fixture *f)
{
	struct flow_event *events;
	size_t n;
	assert_int_equal(flow_events(&f->cx, &toy, 0, FILING, &events, &n), 0);
	return n;
}

static int64_t due_on(struct fixture *f)
{
	int64_t due;
	assert_int_equal(flow_due(&f->cx, &toy, FILING, &due), 0);
	return due;
}

static void a_life(void **state)
{
	struct fixture f;
	struct flow_event *events;
	size_t n;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	assert_int_equal(due_on(&f), day_of("2026-03-09")); /* five working days after a Monday */
	as_head(&f);
	f.now += 3600;
	assert_int_equal(run(&f, "accept", " 材料齐全 "), 0);
	assert_string_equal(state_now(&f), "accepted");
	assert_int_equal(due_on(&f), 0);
	assert_int_equal(effects, 1);
	assert_string_equal(left_state, "submitted");
	assert_int_equal(flow_events(&f.cx, &toy, 0, FILING, &events, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(events[0].label, "提交");
	assert_string_equal(events[0].actor_name, "张三");
	assert_string_equal(events[1].from_state, "submitted");
	assert_string_equal(events[1].to_state, "accepted");
	assert_string_equal(events[1].reason, "材料齐全");
	assert_string_equal(events[1].role, "authority_head");
	assert_int_equal(events[1].at, f.now);
}

static void who_may_not(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_head(&f);
	assert_problem(&f, run(&f, "submit", NULL), ERR_DENIED, "auth.denied");
	as_clerk(&f);
	assert_problem(&f, run(&f, "accept", "好"), ERR_DENIED, "auth.denied");
	assert_int_equal(count_events(&f), 0);
}

static void a_wrong_state_is_named_with_what_can_be_done(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	assert_int_equal(run(&f, "submit", NULL), ERR_STATE);
	assert_string_equal(problem_text(&f.cx),
		"申请“某机构”目前为“已提交”状态，不能“提交”。目前没有需要您办理的事项，请等待其他人"
		"员办理");
	ctx_clear(&f.cx);
	as_head(&f);
	assert_int_equal(run(&f, "accept", "好"), 0);
	assert_int_equal(run(&f, "accept", "好"), ERR_STATE);
	assert_string_equal(problem_text(&f.cx),
		"申请“某机构”目前为“已受理”状态，不能“受理”。现在可以办理：“退回草稿”");
	ctx_clear(&f.cx);
	assert_problem(&f, run(&f, "fly", NULL), ERR_NOTFOUND, "flow.no_action");
	assert_problem(&f, flow_run(&f.cx, &toy, 0, 5, "submit", NULL, NULL), ERR_NOTFOUND,
		"flow.notfound");
}

static void any_state_yields_to_a_states_own_step(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_head(&f);
	assert_int_equal(run(&f, "stop", NULL), 0);
	assert_string_equal(state_now(&f), "stopped");
	test_ok((struct test_db *)*state, q_filing_move(f.cx.db, .id = FILING, .state = "accepted",
		.from_state = "stopped"));
	assert_int_equal(run(&f, "stop", NULL), 0);
	assert_string_equal(state_now(&f), "draft");
}

static void a_reason_must_be_given(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	as_head(&f);
	assert_field_problem(&f, run(&f, "accept", NULL), "reason", "flow.reason_needed");
	assert_field_problem(&f, run(&f, "accept", " \xe3\x80\x80\n"), "reason",
		"flow.reason_needed");
	auto_buf longer;
	buf_init(&longer, 1 << 16);
	for (int i = 0; i < 2001; i++)
		buf_puts(&longer, "长");
	assert_field_problem(&f, run(&f, "accept", buf_z(&longer)), "reason", "flow.reason_long");
	assert_field_problem(&f, run(&f, "accept", "\xff"), "reason", "flow.reason_text");
	assert_string_equal(state_now(&f), "submitted");
}

static void four_eyes(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	test_ok((struct test_db *)*state,
		q_filing_move(f.cx.db, .id = FILING, .state = "submitted", .from_state = "draft"));
	as_head(&f);
	assert_int_equal(run(&f, "remark", NULL), 0);
	assert_problem(&f, run(&f, "accept", "好"), ERR_DENIED, "flow.other_needed");
	act_as(&f, ROLE_AUTHORITY, 3, "王五");
	/* no step: counts for nothing */
	assert_int_equal(flow_note(&f.cx, "toy", 0, FILING, "note", "看过"), 0);
	assert_int_equal(run(&f, "accept", "好"), 0);
}

static void the_program_binds_nobody(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	ctx_act_as_system(&f.cx, "系统");
	assert_int_equal(run(&f, "submit", NULL), 0);
	as_head(&f);
	assert_int_equal(run(&f, "accept", "好"), 0);
}

static void a_guard_and_a_faster_hand_leave_no_trace(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	as_head(&f);
	guard_says_no = true;
	assert_problem(&f, run(&f, "accept", "好"), ERR_STATE, "file.notfound");
	guard_says_no = false;
	overtake = true;
	assert_problem(&f, run(&f, "accept", "好"), ERR_STATE, "flow.overtaken");
	assert_int_equal(effects, 0);
	assert_int_equal(count_events(&f), 1);
	assert_string_equal(state_now(&f), "submitted");
}

static void staying_keeps_the_deadline(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	int64_t before = due_on(&f);
	as_head(&f);
	assert_int_equal(run(&f, "remark", NULL), 0);
	assert_int_equal(due_on(&f), before);
	assert_int_equal(run(&f, "stop", NULL), 0);
	assert_int_equal(due_on(&f), 0);
}

static void buttons(void **state)
{
	struct fixture f;
	struct flow_subject s = {.id = FILING, .state = "submitted", .region = "3710"};
	set_up(&f, *state);
	as_head(&f);
	const struct flow_step **actions = flow_actions(&f.cx, &toy, &s);
	assert_string_equal(actions[0]->action, "accept");
	assert_string_equal(actions[1]->action, "remark");
	assert_string_equal(actions[2]->action, "stop");
	assert_null(actions[3]);
	s.state = "accepted";
	actions = flow_actions(&f.cx, &toy, &s);
	assert_string_equal(actions[0]->label, "退回草稿");
	assert_null(actions[1]);
	as_clerk(&f);
	assert_null(flow_actions(&f.cx, &toy, &s)[0]);
	assert_string_equal(flow_state(&toy, "stopped")->label, "已终止");
	assert_null(flow_state(&toy, "nowhere"));
}

/* A hidden step is some verb's last act; by itself it would skip what the verb does. */
static void hidden_steps_are_not_for_the_asking(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	as_head(&f);
	assert_problem(&f, run(&f, "expire", NULL), ERR_NOTFOUND, "flow.no_action");
	assert_string_equal(state_now(&f), "submitted");
	assert_int_equal(db_begin(f.cx.db), 0);
	assert_int_equal(run(&f, "expire", NULL), 0);
	db_rollback(f.cx.db);
	ctx_act_as_system(&f.cx, "逾期检查");
	assert_int_equal(run(&f, "expire", NULL), 0);
	assert_string_equal(state_now(&f), "stopped");
}

/* Whichever statement fails, nothing has happened; and the same call works afterwards. */
static void a_failing_statement_leaves_everything_as_it_was(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct q_holiday_between_rows trace;
	int n = 0, r;
	set_up(&f, t);
	as_clerk(&f);
	assert_int_equal(run(&f, "submit", NULL), 0);
	int64_t due = due_on(&f);
	as_head(&f);
	do {
		db_fail_after(t->db, ++n);
		r = run(&f, "accept", "好");
		db_fail_after(t->db, 0);
		assert_false(db_in_tx(t->db));
		if (r == 0)
			break;
		assert_problem(&f, r, ERR_DB, "error.db");
		assert_string_equal(state_now(&f), "submitted");
		assert_int_equal(count_events(&f), 1);
		assert_int_equal(due_on(&f), due);
		test_ok(t, q_holiday_between(t->db, &trace, .from_on = 1, .to_on = 1));
		assert_int_equal(trace.n, 0);
	} while (n < 50);
	/* begin, load, last step, move, event, deadline, effect, commit */
	assert_in_range(n, 7, 49);
	assert_string_equal(state_now(&f), "accepted");
	assert_int_equal(count_events(&f), 2);
}

/* The same for a step that opens a deadline: setting and calendar are read within. */
static void a_failing_statement_opens_no_deadline(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	int n = 0, r;
	set_up(&f, t);
	as_clerk(&f);
	do {
		workday_forget();
		db_fail_after(t->db, ++n);
		r = run(&f, "submit", NULL);
		db_fail_after(t->db, 0);
		if (r == 0)
			break;
		assert_problem(&f, r, ERR_DB, "error.db");
		assert_string_equal(state_now(&f), "draft");
		assert_int_equal(count_events(&f), 0);
		assert_int_equal(due_on(&f), 0);
	} while (n < 50);
	assert_in_range(n, 8, 49);
	assert_int_equal(due_on(&f), day_of("2026-03-09"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_life),
		test_db_case(who_may_not),
		test_db_case(a_wrong_state_is_named_with_what_can_be_done),
		test_db_case(any_state_yields_to_a_states_own_step),
		test_db_case(a_reason_must_be_given),
		test_db_case(four_eyes),
		test_db_case(the_program_binds_nobody),
		test_db_case(a_guard_and_a_faster_hand_leave_no_trace),
		test_db_case(staying_keeps_the_deadline),
		test_db_case(buttons),
		test_db_case(hidden_steps_are_not_for_the_asking),
		test_db_case(a_failing_statement_leaves_everything_as_it_was),
		test_db_case(a_failing_statement_opens_no_deadline),
	};
	return test_db_run("flow", tests);
}
