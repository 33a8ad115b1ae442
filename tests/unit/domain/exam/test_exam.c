/* Setting an exam up, following the arrangement, and what the clock does with it. */
#include "exam_support.h"

#undef fail

#include "query/demo.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/exam.h"

#define WORLD(w, people) \
	struct exam_world w; \
	exam_world_open(&w, *state, (people), 8)

static struct q_exam_find exam_of(struct exam_world *w)
{
	struct q_exam_find e;
	exam_ok(w, exam_get(w->cx, w->exam_id, &e));
	return e;
}

/* The batch is arranged anew: everybody one seat on, the last one first. */
static void arrange_anew(struct exam_world *w, const char *hash)
{
	for (int i = 0; i < w->n; i++)
		exam_ok(w, q_arrange_set_seat(w->cx->db, .person_id = exam_person(i),
				   .enrolment_id = 2001 + i, .part = 1,
				   .batch_room_id = EXAM_ROOM, .seat = (i + 1) % w->n + 1));
	exam_ok(w, q_batch_set_arranged(w->cx->db, .id = EXAM_BATCH, .seed = "t",
			   .arranged_hash = hash));
}

static void sittings_follow_the_arrangement(void **state)
{
	WORLD(w, 4);
	struct exam_seated s;
	int64_t id = exam_sitting(&w, 0).id;
	assert_int_equal(exam_of(&w).n_sittings, 4);
	exam_ok(&w, exam_seat(w.cx, w.exam_id, &s)); /* again: nothing changes */
	assert_int_equal(s.added + s.moved + s.removed, 0);
	arrange_anew(&w, "h2");
	exam_clock(&w);
	assert_int_equal(exam_sitting(&w, 0).seat, 2);
	assert_int_equal(exam_sitting(&w, 3).seat, 1);
	assert_int_equal(exam_sitting(&w, 0).id, id); /* the same sitting, at another seat */
	assert_string_equal(exam_of(&w).arranged_hash, "h2");
	exam_world_close(&w);
}

static void somebody_taken_out_and_put_in(void **state)
{
	WORLD(w, 4);
	struct exam_seated s;
	exam_ok(&w, q_arrange_set_seat(w.cx->db, .person_id = exam_person(3),
			    .enrolment_id = 2004, .part = 1));
	exam_ok(&w, exam_seat(w.cx, w.exam_id, &s));
	assert_int_equal(s.removed, 1);
	assert_int_equal(exam_of(&w).n_sittings, 3);
	exam_ok(&w, q_arrange_set_seat(w.cx->db, .person_id = exam_person(3),
			    .enrolment_id = 2004, .part = 1, .batch_room_id = EXAM_ROOM2,
			    .seat = 7));
	exam_ok(&w, exam_seat(w.cx, w.exam_id, &s));
	assert_int_equal(s.added, 1);
	assert_int_equal(exam_sitting(&w, 3).seat, 7);
	exam_world_close(&w);
}

static void who_has_come_is_not_moved(void **state)
{
	WORLD(w, 4);
	struct exam_seated s;
	exam_enter(&w, 2);
	arrange_anew(&w, "h2");
	exam_no(&w, exam_seat(w.cx, w.exam_id, &s), ERR_STATE, "exam.already_there");
	assert_int_equal(exam_sitting(&w, 0).seat, 1); /* nobody was */
	exam_no(&w, flow_run(w.cx, &exam_flow, 0, w.exam_id, "unready", "改设置", NULL), ERR_STATE,
		"exam.people_there");
	exam_world_close(&w);
}

static void one_exam_for_a_batch(void **state)
{
	WORLD(w, 2);
	int64_t id;
	exam_no(&w, exam_create(w.cx, EXAM_BATCH, &exam_preset, &id), ERR_CONFLICT,
		"exam.there_is_one");
	assert_int_equal(exam_sitting(&w, 0).exam_id, w.exam_id);
	exam_world_close(&w);
}

static void settings_are_checked(void **state)
{
	WORLD(w, 2);
	struct exam_in in = exam_preset;
	in.paper_set_id = EXAM_SET;
	in.duration_seconds = 60;
	exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "duration_seconds", "exam.minutes");
	in.late_seconds = in.stay_seconds = in.open_seconds = 0;
	for (int64_t minutes = 5; minutes <= 600; minutes += 595) {
		in.duration_seconds = minutes * 60;
		exam_ok(&w, exam_update(w.cx, w.exam_id, &in));
		in.duration_seconds += minutes == 5 ? -60 : 60;
		exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "duration_seconds",
			"exam.minutes");
	}
	in.late_seconds = exam_preset.late_seconds, in.stay_seconds = exam_preset.stay_seconds;
	in.open_seconds = exam_preset.open_seconds;
	in = exam_preset;
	in.paper_set_id = 999;
	exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "paper_set_id", "exam.set_unfit");
	in.paper_set_id = 0;
	exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "paper_set_id", "exam.set_needed");
	/* an authority's set is for the bodies below it */
	exam_ok(&w, q_demo_paper_set(w.t->db, .id = 501, .region = "3702", .title = "邻市统考"));
	exam_ok(&w, q_demo_paper_set(w.t->db, .id = 502, .region = "37", .title = "全省统考"));
	in.paper_set_id = 501;
	exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "paper_set_id", "exam.set_unfit");
	in.paper_set_id = 502;
	exam_ok(&w, exam_update(w.cx, w.exam_id, &in));
	in.paper_set_id = EXAM_SET;
	in.layout = "two";
	exam_no_field(&w, exam_update(w.cx, w.exam_id, &in), "layout", "exam.choice");
	exam_as(&w, ROLE_SUPERVISOR, 9);
	assert_int_equal(exam_update(w.cx, w.exam_id, &exam_preset), ERR_DENIED);
	exam_world_close(&w);
}

static void not_ready_without_a_paper_or_in_too_short_a_time(void **state)
{
	WORLD(w, 2);
	struct exam_in in = exam_preset;
	exam_ok(&w, flow_run(w.cx, &exam_flow, 0, w.exam_id, "unready", "改设置", NULL));
	exam_ok(&w, exam_update(w.cx, w.exam_id, &in));
	exam_no(&w, flow_run(w.cx, &exam_flow, 0, w.exam_id, "ready", "", NULL), ERR_STATE,
		"exam.set_missing");
	in.paper_set_id = EXAM_SET;
	in.duration_seconds = 91 * 60;
	exam_ok(&w, exam_update(w.cx, w.exam_id, &in));
	exam_no(&w, flow_run(w.cx, &exam_flow, 0, w.exam_id, "ready", "", NULL), ERR_STATE,
		"exam.too_short");
	exam_world_close(&w);
}

static void the_clock_runs_it_from_start_to_close(void **state)
{
	WORLD(w, 3);
	struct exam_count *counts;
	size_t n;
	exam_clock(&w);
	assert_string_equal(exam_of(&w).state, "ready");
	w.now = w.starts_at;
	exam_clock(&w);
	assert_string_equal(exam_of(&w).state, "running");
	exam_begin(&w, 0);
	exam_enter(&w, 1); /* came, and never began */
	w.now = w.starts_at + exam_preset.late_seconds + 1;
	exam_clock(&w);
	exam_ok(&w, exam_count(w.cx, w.exam_id, &counts, &n));
	assert_int_equal(counts->registered, 3);
	assert_int_equal(counts->running, 1);
	assert_int_equal(counts->waiting, 1);
	assert_int_equal(counts->absent, 1);
	w.now = w.ends_at + 6;
	exam_clock(&w);
	exam_clock(&w);
	exam_ok(&w, exam_count(w.cx, w.exam_id, &counts, &n));
	assert_int_equal(counts->forced, 1);
	assert_int_equal(counts->absent, 2);
	assert_string_equal(exam_of(&w).state, "closed");
	exam_as_manager(&w);
	exam_no(&w, exam_end(w.cx, w.exam_id, "x"), ERR_STATE, "flow.not_from_here");
	exam_world_close(&w);
}

static void the_authority_voids_the_whole_exam(void **state)
{
	WORLD(w, 3);
	w.now = w.starts_at;
	exam_clock(&w);
	exam_begin(&w, 0);
	exam_as(&w, ROLE_AUTHORITY, 41);
	exam_ok(&w, flow_run(w.cx, &exam_flow, 0, w.exam_id, "void", "试题泄露", NULL));
	for (int i = 0; i < 3; i++)
		assert_string_equal(exam_sitting(&w, i).state, "void");
	exam_world_close(&w);
}

static void two_clocks_do_it_once(void **state)
{
	WORLD(w, 2);
	struct flow_event *events;
	size_t n, started = 0;
	w.now = w.starts_at;
	exam_clock(&w);
	exam_clock(&w);
	exam_ok(&w, flow_events(w.cx, &exam_flow, 0, w.exam_id, &events, &n));
	for (size_t i = 0; i < n; i++)
		started += streq(events[i].action, "start");
	assert_int_equal(started, 1);
	exam_world_close(&w);
}

/* Whatever statement fails while somebody hands in: the sitting is as it was, and handing in again
 * works. */
static void a_hand_in_that_fails_leaves_nothing_behind(void **state)
{
	WORLD(w, 1);
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0);
	exam_answer(&w, &t, 1, 1, "A");
	w.now += 45 * 60;
	for (int k = 1; k < 40; k++) {
		db_fail_after(w.cx->db, k);
		int r = sitting_hand_in(w.cx, &t, 1, &s);
		db_fail_after(w.cx->db, 0);
		ctx_clear(w.cx);
		s = exam_sitting(&w, 0);
		if (r == 0)
			break;
		assert_true(streq(s.state, "running") ? !s.ended_at && !*s.answers_hash
						      : s.ended_at && *s.answers_hash);
	}
	exam_ok(&w, sitting_hand_in(w.cx, &t, 1, &s));
	assert_string_equal(s.state, "handed_in");
	assert_int_equal(s.n_answered, 1);
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(sittings_follow_the_arrangement),
		test_db_case(somebody_taken_out_and_put_in),
		test_db_case(who_has_come_is_not_moved),
		test_db_case(one_exam_for_a_batch),
		test_db_case(settings_are_checked),
		test_db_case(not_ready_without_a_paper_or_in_too_short_a_time),
		test_db_case(the_clock_runs_it_from_start_to_close),
		test_db_case(the_authority_voids_the_whole_exam),
		test_db_case(two_clocks_do_it_once),
		test_db_case(a_hand_in_that_fails_leaves_nothing_behind),
	};
	return test_db_run("exam", tests);
}
