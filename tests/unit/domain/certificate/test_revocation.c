/* Revocation by due process: who may do what from which state, terms that pass in silence, two
 * people and a third for the review, and that nothing else revokes. */
#include "life_steps.h"

static const char *const states[] = {"opened", "noticed", "hearing", "heard", "decided", "served",
	"reviewing", "final", "dropped", "overturned"};
enum { STATES = sizeof states / sizeof *states };

/* Who can reach which action, from which state: everything else is refused. */
static const struct {
	const char *state, *action;
	enum role role;
} allowed[] = {
	{"opened", "drop", ROLE_AUTHORITY_HEAD},
	{"noticed", "ask_hearing", ROLE_WORKER}, {"noticed", "finish", ROLE_WORKER},
	{"noticed", "file_statement", ROLE_AUTHORITY},
	{"noticed", "file_statement", ROLE_AUTHORITY_HEAD},
	{"noticed", "file_hearing", ROLE_AUTHORITY},
	{"noticed", "file_hearing", ROLE_AUTHORITY_HEAD},
	{"heard", "file_statement", ROLE_AUTHORITY},
	{"heard", "file_statement", ROLE_AUTHORITY_HEAD},
	{"hearing", "schedule", ROLE_AUTHORITY}, {"hearing", "schedule", ROLE_AUTHORITY_HEAD},
	{"hearing", "hear", ROLE_AUTHORITY}, {"hearing", "hear", ROLE_AUTHORITY_HEAD},
	{"hearing", "waive", ROLE_WORKER}, {"heard", "drop", ROLE_AUTHORITY_HEAD},
	{"served", "ask_review", ROLE_WORKER},
	{"reviewing", "uphold", ROLE_AUTHORITY_HEAD},
	{"reviewing", "overturn", ROLE_AUTHORITY_HEAD},
};

static const char *const actions[] = {"notice", "drop", "say", "ask_hearing", "finish", "record",
	"lapse", "file_statement", "file_hearing", "opine", "schedule", "hear", "waive", "decide",
		"serve", "ask_review", "uphold",
	"overturn", "revoke"};
enum { ACTIONS = sizeof actions / sizeof *actions };

static bool is_allowed(const char *state, const char *action, enum role role)
{
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (streq(allowed[i].state, state) && streq(allowed[i].action, action)
			&& allowed[i].role == role)
			return true;
	return false;
}

/* The head here is one who had no hand in the case. */
static void act_as_role(struct life *w, enum role role, int i)
{
	if (role == ROLE_WORKER)
		as_holder(w, i);
	else
		as(w, role, role == ROLE_AUTHORITY_HEAD ? HEAD2 : role == ROLE_AUTHORITY ? OFFICE
			: role == ROLE_BODY_MANAGER ? MANAGER : CLERK);
}

static void try_all(struct life *w, int i, int64_t id, const char *state)
{
	static const enum role roles[] = {ROLE_WORKER, ROLE_BODY_CLERK, ROLE_BODY_MANAGER,
		ROLE_AUTHORITY, ROLE_AUTHORITY_HEAD};
	for (size_t a = 0; a < ACTIONS; a++)
		for (size_t k = 0; k < sizeof roles / sizeof *roles; k++) {
			if (is_allowed(state, actions[a], roles[k]))
				continue;
			act_as_role(w, roles[k], i);
			int r = life_step(w, i, id, actions[a]);
			if (r >= 0)
				fail_msg("%s: %s by %s", state, actions[a], role_code(roles[k]));
			ctx_clear(w->cx);
			assert_string_equal(life_case(w, i, id).state, state);
		}
}

static void test_every_forbidden_step(void **state)
{
	struct life w;
	life_begin(&w, *state, STATES);
	for (int s = 0; s < STATES; s++) {
		int64_t id = life_case_in(&w, s, states[s]);
		assert_string_equal(life_case(&w, s, id).state, states[s]);
		try_all(&w, s, id, states[s]);
	}
	life_end(&w);
}

static void test_every_allowed_step(void **state)
{
	struct life w;
	enum { N = sizeof allowed / sizeof *allowed };
	life_begin(&w, *state, N);
	for (int s = 0; s < N; s++) {
		int64_t id = life_case_in(&w, s, allowed[s].state);
		act_as_role(&w, allowed[s].role, s);
		must(&w, life_step(&w, s, id, allowed[s].action));
	}
	life_end(&w);
}

static void test_silence_revokes_only_at_the_end(void **state)
{
	struct life w;
	life_begin(&w, *state, 2);
	int64_t id = life_case_in(&w, 0, "noticed");
	struct q_revocation_find v = life_case(&w, 0, id);
	/* Monday 2 March and five working days. */
	assert_int_equal(v.notice_until_on, day_of("2026-03-09"));
	assert_string_equal(v.notice_no, "证撤告〔2026〕3710-000001号");
	life_pass(&w, 7);
	assert_string_equal(life_case(&w, 0, id).state, "noticed"); /* the last day is his */
	life_pass(&w, 1);
	assert_string_equal(life_case(&w, 0, id).state, "heard");
	assert_string_equal(life_standing(&w, 0), "valid");
	as_head(&w);
	must(&w, revocation_decide(w.cx, w.person[0], id, DECISION_TEXT));
	as_office(&w);
	must(&w, revocation_serve(w.cx, w.person[0], id, "electronic"));
	assert_string_equal(life_standing(&w, 0), "valid");
	v = life_case(&w, 0, id);
	assert_int_equal(v.until_on, v.served_until_on);
	life_pass(&w, (int)(v.until_on - ctx_today(w.cx)));
	assert_string_equal(life_standing(&w, 0), "valid");
	life_pass(&w, 1);
	assert_string_equal(life_case(&w, 0, id).state, "final");
	assert_string_equal(life_standing(&w, 0), "revoked");
	assert_string_equal(life_standing(&w, 1), "valid");
	assert_int_equal(life_check(&w), 0);
	life_pass(&w, 100); /* once */
	as_office(&w);
	assert_problem(&w.f, revocation_open(w.cx, &(struct revocation_in){.person_id =
		w.person[0], .certificate_id = w.certificate[0], .reason_kind = "other",
		.reason = "再次"}, &id), ERR_STATE, "certificate.revoked_already");
	life_end(&w);
}

static void test_nobody_decides_his_own_case(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 1);
	as_head(&w);
	must(&w, revocation_open(w.cx, &(struct revocation_in){.person_id = w.person[0],
		.certificate_id = w.certificate[0], .reason_kind = "cheating",
		.reason = "夹带资料"}, &id));
	assert_problem(&w.f, life_step(&w, 0, id, "drop"), ERR_DENIED,
		"revocation.handled_yourself");
	as(&w, ROLE_AUTHORITY_HEAD, HEAD2);
	must(&w, revocation_notice(w.cx, w.person[0], id, NOTICE_TEXT, "direct"));
	as_holder(&w, 0);
	must(&w, life_step(&w, 0, id, "ask_hearing"));
	as(&w, ROLE_AUTHORITY_HEAD, 33);
	must(&w, life_step(&w, 0, id, "hear"));
	const int64_t heads[] = {HEAD, HEAD2, 33};
	for (size_t i = 0; i < 3; i++) {
		as(&w, ROLE_AUTHORITY_HEAD, heads[i]);
		assert_problem(&w.f, revocation_decide(w.cx, w.person[0], id, DECISION_TEXT),
			ERR_DENIED, "revocation.handled_yourself");
	}
	as(&w, ROLE_AUTHORITY_HEAD, 34);
	must(&w, revocation_decide(w.cx, w.person[0], id, DECISION_TEXT));
	must(&w, revocation_serve(w.cx, w.person[0], id, "direct"));
	as_holder(&w, 0);
	must(&w, life_step(&w, 0, id, "ask_review"));
	assert_string_equal(life_standing(&w, 0), "in_review");
	as(&w, ROLE_AUTHORITY_HEAD, 34);
	assert_problem(&w.f, life_step(&w, 0, id, "uphold"), ERR_DENIED,
		"revocation.decided_yourself");
	as(&w, ROLE_AUTHORITY_HEAD, 35);
	must(&w, life_step(&w, 0, id, "uphold"));
	assert_string_equal(life_standing(&w, 0), "revoked");
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void test_overturned_stands_again(void **state)
{
	struct life w;
	life_begin(&w, *state, 1);
	as_head(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[0], w.certificate[0], "suspend",
		"调查期间", NULL));
	int64_t id = life_case_in(&w, 0, "reviewing");
	assert_string_equal(life_standing(&w, 0), "suspended");
	as(&w, ROLE_AUTHORITY_HEAD, HEAD2);
	must(&w, life_step(&w, 0, id, "overturn"));
	assert_string_equal(life_standing(&w, 0), "valid");
	assert_int_equal(life_check(&w), 0);
	/* And may be taken up again, on other grounds. */
	(void)life_open(&w, 0);
	life_end(&w);
}

static void test_the_holder_speaks_and_is_read(void **state)
{
	struct life w;
	life_begin(&w, *state, 2);
	int64_t id = life_open(&w, 0);
	as_holder(&w, 0);
	/* What is still looked into is not there for him. */
	assert_problem(&w.f, revocation_read(w.cx, id), ERR_NOTFOUND, "revocation.not_found");
	as_office(&w);
	must(&w, revocation_notice(w.cx, w.person[0], id, NOTICE_TEXT, "electronic"));
	as_holder(&w, 1);
	assert_int_equal(revocation_say(w.cx, id, "不是我", 0), ERR_NOTFOUND);
	ctx_clear(w.cx);
	as_holder(&w, 0);
	must(&w, revocation_read(w.cx, id));
	must(&w, revocation_say(w.cx, id, "证明属实", 0));
	must(&w, revocation_say(w.cx, id, "补充：档案馆可核实", 0));
	assert_field_problem(&w.f, revocation_say(w.cx, id, " ", 0), "text",
		"revocation.text_needed");
	struct q_revocation_find v = life_case(&w, 0, id);
	assert_string_equal(v.state, "noticed");
	assert_int_equal(v.until_on, v.notice_until_on);
	assert_int_equal(v.notice_read_at, w.f.now);
	assert_non_null(strstr(v.statement, "证明属实"));
	assert_non_null(strstr(v.statement, "档案馆"));
	as_holder(&w, 1);
	assert_problem(&w.f, life_step(&w, 0, id, "ask_hearing"), ERR_NOTFOUND,
		"revocation.not_found");
	w.f.now += 7 * 86400; /* the last day is his */
	as_office(&w);
	assert_problem(&w.f, life_step(&w, 0, id, "record"), ERR_STATE, "revocation.term_runs");
	as_holder(&w, 0);
	must(&w, revocation_say(w.cx, id, "末日", 0));
	w.f.now += 86400;
	assert_problem(&w.f, revocation_say(w.cx, id, "迟到", 0), ERR_STATE,
		"revocation.term_over");
	life_end(&w);
}

static int opine(struct life *w, int64_t id, const char *text)
{
	return revocation_opine(w->cx, w->person[0], id, "disagree", text, 0);
}

/* The body that issued the certificate, by its manager, while the term of the notice runs. */
static void test_the_body_has_its_say(void **state)
{
	struct life w;
	life_begin(&w, *state, 1);
	int64_t id = life_open(&w, 0);
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_int_equal(opine(&w, id, "监控完整"), ERR_STATE);
	ctx_clear(w.cx);
	as_office(&w);
	must(&w, revocation_notice(w.cx, w.person[0], id, NOTICE_TEXT, "electronic"));
	assert_problem(&w.f, opine(&w, id, "监控完整"), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_CLERK, CLERK);
	assert_problem(&w.f, opine(&w, id, "监控完整"), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_MANAGER, EMPLOYER);
	assert_problem(&w.f, opine(&w, id, "监控完整"), ERR_NOTFOUND, "revocation.not_found");
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_field_problem(&w.f, revocation_opine(w.cx, w.person[0], id, "maybe", "监控完整", 0),
		"opinion_kind", "revocation.choice_needed");
	assert_field_problem(&w.f, opine(&w, id, " "), "text", "revocation.text_needed");
	int64_t due = life_case(&w, 0, id).until_on;
	w.f.now += (due - ctx_today(w.cx)) * 86400; /* on the last day still */
	must(&w, opine(&w, id, "监控完整"));
	as_holder(&w, 0);
	must(&w, life_step(&w, 0, id, "finish"));
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	must(&w, opine(&w, id, "考评员无异议"));
	struct q_revocation_find v = life_case(&w, 0, id);
	assert_string_equal(v.state, "heard");
	assert_string_equal(v.opinion, "监控完整\n\n考评员无异议");
	assert_string_equal(v.opinion_kind, "disagree");
	assert_int_equal(v.opinion_at, w.f.now);
	assert_true(due > 0);
	life_pass(&w, 30);
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_problem(&w.f, opine(&w, id, "再说"), ERR_STATE, "revocation.term_over");
	life_end(&w);
}

/* The notice says that he may write to the office instead: what came by post counts as said. */
static void test_what_came_on_paper_counts(void **state)
{
	struct life w;
	life_begin(&w, *state, 3);
	int64_t id = life_case_in(&w, 0, "noticed");
	as_holder(&w, 0);
	must(&w, revocation_say(w.cx, id, "证明属实", 0));
	as_office(&w);
	must(&w, flow_run(w.cx, &revocation_flow, w.person[0], id, "file_statement",
		"来信：档案馆可核实", NULL));
	struct q_revocation_find v = life_case(&w, 0, id);
	assert_string_equal(v.state, "noticed");
	assert_int_equal(v.until_on, v.notice_until_on);
	assert_string_equal(v.statement, "证明属实\n\n来信：档案馆可核实");
	id = life_case_in(&w, 1, "noticed");
	life_pass(&w, 8);
	as_office(&w);
	must(&w, flow_run(w.cx, &revocation_flow, w.person[1], id, "file_statement",
		"期内寄出的来信", NULL));
	v = life_case(&w, 1, id);
	assert_string_equal(v.state, "heard");
	assert_int_equal(v.stated_at, w.f.now);
	id = life_case_in(&w, 2, "noticed");
	as_office(&w);
	must(&w, life_step(&w, 2, id, "file_hearing"));
	v = life_case(&w, 2, id);
	assert_string_equal(v.state, "hearing");
	assert_int_equal(v.hearing_asked_at, w.f.now);
	life_end(&w);
}

static void test_one_open_case(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 1);
	(void)life_open(&w, 0);
	assert_problem(&w.f, revocation_open(w.cx, &(struct revocation_in){.person_id =
		w.person[0], .certificate_id = w.certificate[0], .reason_kind = "other",
		.reason = "又一件"}, &id), ERR_STATE, "revocation.open_already");
	assert_field_problem(&w.f, revocation_open(w.cx, &(struct revocation_in){.person_id =
		w.person[0], .certificate_id = w.certificate[0], .reason_kind = "whim",
		.reason = "x"}, &id), "reason_kind", "revocation.choice_needed");
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_problem(&w.f, revocation_open(w.cx, &(struct revocation_in){.person_id =
		w.person[0], .certificate_id = w.certificate[0], .reason_kind = "other",
		.reason = "x"}, &id), ERR_DENIED, "auth.denied");
	life_end(&w);
}

static void test_nothing_half_done(void **state)
{
	struct life w;
	int failures = 0, r = -1;
	life_begin(&w, *state, 1);
	int64_t id = life_case_in(&w, 0, "reviewing");
	as(&w, ROLE_AUTHORITY_HEAD, HEAD2);
	for (int at = 1; at < 200 && r < 0; at++) {
		db_fail_after(w.cx->db, at);
		r = life_step(&w, 0, id, "uphold");
		db_fail_after(w.cx->db, 0);
		ctx_clear(w.cx);
		failures += r < 0;
		if (r < 0)
			assert_string_equal(life_case(&w, 0, id).state, "reviewing");
	}
	assert_true(r >= 0 && failures > 10);
	assert_string_equal(life_standing(&w, 0), "revoked");
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void test_a_lone_suspension_ends_by_itself(void **state)
{
	struct life w;
	life_begin(&w, *state, 3);
	for (int i = 0; i < 3; i++) {
		as_head(&w);
		must(&w, flow_run(w.cx, &certificate_flow, w.person[i], w.certificate[i],
			"suspend", "收到举报", NULL));
	}
	assert_problem(&w.f, flow_run(w.cx, &certificate_flow, w.person[1], w.certificate[1],
		"confirm", "", NULL), ERR_DENIED, "flow.other_needed");
	as_office(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[1], w.certificate[1], "confirm", "",
		NULL));
	assert_problem(&w.f, flow_run(w.cx, &certificate_flow, w.person[1], w.certificate[1],
		"confirm", "", NULL), ERR_DENIED, "flow.other_needed");
	(void)life_open(&w, 2);
	life_pass(&w, 2); /* two working days: the last one counts */
	assert_string_equal(life_standing(&w, 0), "suspended");
	life_pass(&w, 1);
	assert_string_equal(life_standing(&w, 0), "valid");
	assert_string_equal(life_standing(&w, 1), "suspended");
	assert_string_equal(life_standing(&w, 2), "suspended");
	life_pass(&w, 30);
	assert_string_equal(life_standing(&w, 1), "suspended");
	assert_string_equal(life_standing(&w, 2), "suspended");
	life_end(&w);
}

static void test_check_names_what_differs(void **state)
{
	struct life w;
	life_begin(&w, *state, 3);
	int64_t id = life_case_in(&w, 0, "reviewing");
	(void)life_case_in(&w, 1, "final");
	assert_int_equal(life_check(&w), 0);
	must(&w, q_certificate_set_in_review(w.cx->db, .person_id = w.person[0],
		.id = w.certificate[0], .in_review = 0));
	assert_int_equal(life_check(&w), 1);
	must(&w, q_certificate_set_in_review(w.cx->db, .person_id = w.person[0],
		.id = w.certificate[0], .in_review = 1));
	must(&w, q_certificate_set_in_review(w.cx->db, .person_id = w.person[2],
		.id = w.certificate[2], .in_review = 1));
	assert_int_equal(life_check(&w), 1);
	must(&w, q_certificate_set_in_review(w.cx->db, .person_id = w.person[2],
		.id = w.certificate[2], .in_review = 0));
	must(&w, q_certificate_set_corrected(w.cx->db, .person_id = w.person[2],
		.id = w.certificate[2]));
	assert_int_equal(life_check(&w), 1);
	/* A final case set back behind the program's back. */
	must(&w, q_revocation_move(w.cx->db, .person_id = w.person[0], .id = id,
		.from_state = "reviewing", .state = "final"));
	assert_true(life_check(&w) > 1);
	life_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_every_forbidden_step),
		test_db_case(test_every_allowed_step),
		test_db_case(test_silence_revokes_only_at_the_end),
		test_db_case(test_nobody_decides_his_own_case),
		test_db_case(test_overturned_stands_again),
		test_db_case(test_the_holder_speaks_and_is_read),
		test_db_case(test_the_body_has_its_say),
		test_db_case(test_what_came_on_paper_counts),
		test_db_case(test_one_open_case),
		test_db_case(test_nothing_half_done),
		test_db_case(test_a_lone_suspension_ends_by_itself),
		test_db_case(test_check_names_what_differs),
	};
	return test_db_run("revocation", tests);
}
