/* Many who begin at once: the same as one by one, and whoever is out of the ordinary is left
 * alone. */
#include "exam_support.h"

#undef fail

#include <string.h>

enum { PEOPLE = 7, PLAIN = 0, NOT_ADMITTED, OLD_PAGE, TWICE, NO_FORM, EXTRA, ALONE };

static struct sitting_token tokens[PEOPLE];

static void admit(struct exam_world *w, int i)
{
	struct q_sitting_find s = exam_sitting(w, i);
	exam_ok(w, flow_run(w->cx, &sitting_flow, s.person_id, s.id, "admit", "", NULL));
}

static void seat_all(struct exam_world *w, void **state)
{
	struct sitting_pass pass;
	exam_world_open(w, *state, PEOPLE, 8);
	for (int i = 0; i < PEOPLE; i++) {
		tokens[i] = exam_enter(w, i);
		if (i != NOT_ADMITTED)
			admit(w, i);
	}
	exam_ok(w, sitting_take_over(w->cx, &tokens[OLD_PAGE], "", &pass));
	struct q_sitting_find s = exam_sitting(w, EXTRA);
	exam_ok(w, sitting_extend(w->cx, s.person_id, s.id, 900, "残疾考生"));
	w->now = w->starts_at + 60;
	exam_clock(w);
	s = exam_sitting(w, NO_FORM);
	exam_ok(w, q_sitting_set_form(w->cx->db, .person_id = s.person_id, .id = s.id));
}

static void begin(struct exam_world *w, const struct sitting_token *all, size_t n,
	struct q_sitting_find *rows, bool *begun)
{
	auto_tx tx = {0};
	test_ok(w->t, tx_begin(&tx, w->cx->db));
	exam_ok(w, sitting_begin_many(w->cx, all, n, rows, begun));
	test_ok(w->t, tx_commit(&tx));
}

static int n_begun_events(struct exam_world *w, int i, const char **ret_actor)
{
	struct flow_event *events;
	size_t n;
	int found = 0;
	exam_ok(w, flow_events(w->cx, &sitting_flow, exam_person(i), exam_sitting(w, i).id,
		&events, &n));
	for (size_t k = 0; k < n; k++) {
		if (strcmp(events[k].action, "begin") != 0)
			continue;
		assert_string_equal(events[k].from_state, "admitted");
		assert_string_equal(events[k].to_state, "running");
		*ret_actor = events[k].actor_name;
		found++;
	}
	return found;
}

static void only_the_ordinary(void **state)
{
	struct exam_world w;
	struct q_sitting_find rows[PEOPLE + 1], alone;
	bool begun[PEOPLE + 1];
	const char *actor = "", *other = "";
	seat_all(&w, state);
	const struct sitting_token all[] = {tokens[PLAIN], tokens[NOT_ADMITTED], tokens[OLD_PAGE],
		tokens[TWICE], tokens[TWICE], tokens[NO_FORM], tokens[EXTRA]};
	begin(&w, all, 7, rows, begun);
	const bool want[] = {true, false, false, true, false, false, true};
	for (int i = 0; i < 7; i++)
		assert_int_equal(begun[i], want[i]);
	exam_ok(&w, sitting_begin(w.cx, &tokens[ALONE], &alone));
	assert_string_equal(rows[0].state, alone.state);
	assert_int_equal(rows[0].begun_at, alone.begun_at);
	assert_int_equal(rows[0].deadline_at, alone.deadline_at);
	assert_int_equal(rows[6].deadline_at, alone.deadline_at + 900);
	struct q_sitting_find kept = exam_sitting(&w, PLAIN);
	assert_string_equal(kept.state, "running");
	assert_int_equal(kept.deadline_at, alone.deadline_at);
	assert_int_equal(kept.seen_at, w.now);
	assert_int_equal(n_begun_events(&w, PLAIN, &actor), 1);
	assert_string_equal(actor, "考生 考生1");
	assert_int_equal(n_begun_events(&w, TWICE, &actor), 1);
	assert_int_equal(n_begun_events(&w, NOT_ADMITTED, &actor), 0);
	assert_int_equal(n_begun_events(&w, ALONE, &other), 1);
	assert_string_equal(exam_sitting(&w, OLD_PAGE).state, "admitted");
	assert_int_equal(w.cx->actor.role, ROLE_BODY_MANAGER);
	exam_ok(&w, sitting_begin(w.cx, &tokens[NO_FORM], &alone)); /* the way of its own is open */
	assert_true(alone.form_id > 0);
	begin(&w, all, 7, rows, begun); /* again: nobody twice */
	for (int i = 0; i < 7; i++)
		assert_false(begun[i]);
	exam_world_close(&w);
}

static void not_before_the_start_nor_too_late(void **state)
{
	struct exam_world w;
	struct q_sitting_find rows[1];
	bool begun[1];
	seat_all(&w, state);
	w.now = w.starts_at - 1;
	begin(&w, &tokens[PLAIN], 1, rows, begun);
	assert_false(begun[0]);
	w.now = w.starts_at + exam_preset.late_seconds + 1;
	begin(&w, &tokens[PLAIN], 1, rows, begun);
	assert_false(begun[0]);
	assert_string_equal(exam_sitting(&w, PLAIN).state, "admitted");
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(only_the_ordinary),
		test_db_case(not_before_the_start_nor_too_late),
	};
	return test_db_run("sitting_begin", tests);
}
