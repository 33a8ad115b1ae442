/* A sitting from the door to the receipt, and the ways other systems fail. */
#include "exam_support.h"

#undef fail

#include <string.h>

#include "core/file.h"
#include "core/throttle.h"
#include "domain/exam/answer.h"
#include "query/exam.h"

#define WORLD(w, people, items) \
	struct exam_world w; \
	exam_world_open(&w, *state, (people), (items))

static int act(struct exam_world *w, int i, const char *action, const char *reason)
{
	struct q_sitting_find s = exam_sitting(w, i);
	return flow_run(w->cx, &sitting_flow, s.person_id, s.id, action, reason, NULL);
}

static const char *state_of(struct exam_world *w, int i)
{
	struct q_sitting_find s = exam_sitting(w, i);
	return s.state;
}

static void the_door_tells_nothing(void **state)
{
	WORLD(w, 3, 8);
	struct sitting_pass pass;
	struct sitting_in good = exam_door(&w, 0), in = good;
	in.seat = 2;
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in = good;
	in.idno_tail = "000000";
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in.idno_tail = "";
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in = good;
	in.ticket_no = "3710999999";
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in.ticket_no = "";
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in = good;
	in.idno_tail = exam_idno(&w, 0);
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	assert_string_equal(pass.state, "waiting");
	assert_int_equal(pass.token.epoch, 1);
	assert_int_equal(sitting_token_read(w.keys, str_of(pass.cookie), w.now, &pass.token), 0);
	exam_world_close(&w);
}

/* In the name of a browser there may be anything, such as GBK: that keeps nobody out. */
static void a_browser_of_any_name(void **state)
{
	WORLD(w, 1, 8);
	struct sitting_pass pass;
	struct sitting_in in = exam_door(&w, 0);
	in.device = "10.0.0.9 Kiosk \xd0\xc2\xb0\xe6/1.0\x1b";
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	assert_string_equal(exam_sitting(&w, 0).device, "10.0.0.9 Kiosk ..../1.0.");
	exam_ok(&w, sitting_take_over(w.cx, &pass.token, "10.0.0.9 浏览器", &pass));
	assert_string_equal(exam_sitting(&w, 0).device, "10.0.0.9 浏览器");
	exam_world_close(&w);
}

static void numbers_cannot_be_tried_out(void **state)
{
	WORLD(w, 1, 8);
	struct sitting_pass pass;
	struct sitting_in in = exam_door(&w, 0);
	in.idno_tail = "000000";
	for (int i = 0; i < 10; i++)
		exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	in = exam_door(&w, 0);
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_LIMIT, "sitting.tries");
	throttle_forget();
	exam_world_close(&w);
}

static void before_check_in_opens_nobody_is_known(void **state)
{
	WORLD(w, 1, 8);
	struct sitting_pass pass;
	struct sitting_in in = exam_door(&w, 0);
	w.now = w.starts_at - exam_preset.open_seconds - 1;
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_DENIED, "sitting.unknown");
	w.now += 1;
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	exam_world_close(&w);
}

static void the_rooms_code_is_asked(void **state)
{
	WORLD(w, 1, 8);
	struct sitting_pass pass;
	exam_ok(&w, exam_room_code(w.cx, w.exam_id, EXAM_ROOM, "鲁b7"));
	struct sitting_in in = exam_door(&w, 0);
	in.entry_code = "鲁B8";
	exam_no_field(&w, sitting_check_in(w.cx, &in, &pass), "entry_code", "sitting.code");
	in.entry_code = " 鲁B7 ";
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	assert_string_equal(pass.state, "waiting");
	exam_world_close(&w);
}

static void the_code_admits_where_that_is_the_rule(void **state)
{
	WORLD(w, 2, 8);
	struct sitting_pass pass;
	struct exam_in in = exam_preset;
	in.paper_set_id = EXAM_SET;
	in.admit_mode = "code";
	exam_ok(&w, exam_update(w.cx, w.exam_id, &in));
	struct sitting_in door = exam_door(&w, 0);
	exam_ok(&w, sitting_check_in(w.cx, &door, &pass));
	assert_string_equal(pass.state, "waiting"); /* no code, no admission */
	exam_ok(&w, exam_room_code(w.cx, w.exam_id, EXAM_ROOM, "77"));
	door = exam_door(&w, 1);
	exam_ok(&w, sitting_check_in(w.cx, &door, &pass));
	assert_string_equal(pass.state, "admitted");
	exam_world_close(&w);
}

static void the_clock_of_the_server_rules(void **state)
{
	WORLD(w, 4, 8);
	struct q_sitting_find s;
	struct sitting_token t = exam_enter(&w, 0), late = exam_enter(&w, 1);
	exam_no(&w, sitting_begin(w.cx, &t, &s), ERR_STATE, "sitting.not_admitted");
	exam_ok(&w, act(&w, 0, "admit", ""));
	exam_ok(&w, act(&w, 1, "admit", ""));
	w.now = w.starts_at - 1;
	exam_no(&w, sitting_begin(w.cx, &t, &s), ERR_STATE, "sitting.not_yet");
	w.now = w.starts_at; /* before any routine has run */
	exam_ok(&w, sitting_begin(w.cx, &t, &s));
	assert_string_equal(s.state, "running");
	assert_int_equal(s.begun_at, w.starts_at);
	assert_int_equal(s.deadline_at, w.starts_at + 90 * 60);
	w.now += 600;
	exam_ok(&w, sitting_begin(w.cx, &t, &s)); /* again: nothing changes */
	assert_int_equal(s.begun_at, w.starts_at);
	w.now = w.starts_at + 30 * 60;
	exam_ok(&w, sitting_begin(w.cx, &late, &s));
	assert_int_equal(s.deadline_at, w.ends_at); /* not later than the room's end */
	struct sitting_pass pass;
	struct sitting_in in = exam_door(&w, 3);
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	w.now += 1;
	in = exam_door(&w, 2);
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_STATE, "sitting.late_door");
	exam_clock(&w);
	assert_string_equal(state_of(&w, 2), "absent");
	exam_no(&w, sitting_check_in(w.cx, &in, &pass), ERR_STATE, "sitting.absent");
	exam_ok(&w, act(&w, 2, "recall", "考生持有监考员放行条"));
	exam_ok(&w, sitting_extend(w.cx, exam_person(2), exam_sitting(&w, 2).id, 600, "交通管制"));
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	exam_world_close(&w);
}

static void neighbours_have_different_forms(void **state)
{
	WORLD(w, 40, 8);
	int64_t form[EXAM_ROOM_SEATS + 1] = {0};
	exam_world_begin(&w);
	for (int i = 0; i < EXAM_ROOM_SEATS; i++)
		form[i + 1] = exam_sitting(&w, i).form_id;
	for (int seat = 1; seat <= EXAM_ROOM_SEATS; seat++) {
		assert_true(form[seat] == w.forms[0].id || form[seat] == w.forms[1].id);
		if (seat % EXAM_PER_ROW)
			assert_int_not_equal(form[seat], form[seat + 1]);
		if (seat + EXAM_PER_ROW <= EXAM_ROOM_SEATS)
			assert_int_not_equal(form[seat], form[seat + EXAM_PER_ROW]);
	}
	exam_world_close(&w);
}

static void forms_by_seat(void **state)
{
	(void)state;
	for (int k = 2; k <= 6; k++)
		for (int64_t per_row = 1; per_row <= 9; per_row++)
			for (int64_t seat = 1; seat <= 60; seat++) {
				int own = exam_form_of_seat(seat, per_row, k);
				assert_in_range(own, 0, k - 1);
				if (seat % per_row)
					assert_int_not_equal(own,
						exam_form_of_seat(seat + 1, per_row, k));
				assert_int_not_equal(own,
					exam_form_of_seat(seat + per_row, per_row, k));
			}
	assert_int_equal(exam_form_of_seat(7, 5, 1), 0);
	assert_int_equal(exam_form_of_seat(7, 5, 0), 0);
}

/* The same candidate in two tabs, on two machines: the newest page has the sitting. */
static void two_tabs(void **state)
{
	WORLD(w, 1, 8);
	struct sitting_pass second;
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token first = exam_begin(&w, 0);
	assert_int_equal(exam_answer(&w, &first, 1, 1, "A"), ANSWER_SAVED);
	exam_ok(&w, sitting_take_over(w.cx, &first, "另一标签页", &second));
	assert_int_equal(second.token.epoch, first.epoch + 1);
	assert_int_equal(exam_answer(&w, &first, 2, 1, "B"), ANSWER_ELSEWHERE);
	assert_int_equal(exam_answer(&w, &second.token, 2, 1, "A"), ANSWER_SAVED);
	exam_no(&w, sitting_of_token(w.cx, &first, &s), ERR_CONFLICT, "sitting.elsewhere");
	w.now += 40 * 60;
	exam_no(&w, sitting_hand_in(w.cx, &first, 0, &s), ERR_CONFLICT, "sitting.elsewhere");
	exam_ok(&w, sitting_hand_in(w.cx, &second.token, 2, &s));
	assert_int_equal(s.n_answered, 1);
	exam_world_close(&w);
}

static void double_hand_in(void **state)
{
	WORLD(w, 1, 8);
	struct q_sitting_find s, again;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0);
	assert_int_equal(exam_answer(&w, &t, 1, 1, "A"), ANSWER_SAVED);
	assert_int_equal(exam_answer(&w, &t, 2, 3, "AC"), ANSWER_SAVED);
	w.now += 29 * 60;
	exam_no(&w, sitting_hand_in(w.cx, &t, 2, &s), ERR_STATE, "sitting.stay");
	w.now += 60;
	exam_no(&w, sitting_hand_in(w.cx, &t, 5, &s), ERR_CONFLICT, "sitting.unsent");
	exam_ok(&w, sitting_hand_in(w.cx, &t, 2, &s));
	assert_string_equal(s.state, "handed_in");
	assert_int_equal(s.ended_at, w.now);
	assert_int_equal(s.n_answered, 2);
	assert_int_equal(s.last_seq, 2);
	w.now += 5;
	exam_ok(&w, sitting_hand_in(w.cx, &t, 2, &again));
	assert_int_equal(again.ended_at, s.ended_at);
	assert_string_equal(again.answers_hash, s.answers_hash);
	assert_string_equal(again.receipt_code, s.receipt_code);
	assert_int_equal(exam_answer(&w, &t, 3, 1, "B"), ANSWER_NOT_RUNNING);
	struct sitting_pass pass; /* and the way back to the receipt is open */
	struct sitting_in in = exam_door(&w, 0);
	exam_ok(&w, sitting_check_in(w.cx, &in, &pass));
	assert_string_equal(pass.state, "handed_in");
	exam_world_close(&w);
}

static void the_administrator_ends_the_exam_meanwhile(void **state)
{
	WORLD(w, 3, 8);
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0), paused = exam_begin(&w, 1);
	assert_int_equal(exam_answer(&w, &t, 1, 1, "A"), ANSWER_SAVED);
	exam_ok(&w, act(&w, 1, "pause", "设备故障"));
	exam_no(&w, exam_end(w.cx, w.exam_id, "停电"), ERR_STATE, "flow.not_from_here");
	exam_clock(&w);
	exam_no_field(&w, exam_end(w.cx, w.exam_id, ""), "reason", "flow.reason_needed");
	exam_ok(&w, exam_end(w.cx, w.exam_id, "停电"));
	assert_string_equal(state_of(&w, 0), "forced");
	assert_string_equal(state_of(&w, 1), "forced");
	assert_string_equal(state_of(&w, 2), "absent");
	assert_int_equal(exam_answer(&w, &t, 2, 2, "B"), ANSWER_NOT_RUNNING);
	exam_ok(&w, sitting_hand_in(w.cx, &t, 2, &s)); /* leads on to the receipt */
	assert_string_equal(s.state, "forced");
	assert_int_equal(s.n_answered, 1);
	assert_string_equal(s.ended_why, "停电");
	exam_no(&w, sitting_begin(w.cx, &paused, &s), ERR_STATE, "flow.not_from_here");
	exam_world_close(&w);
}

static void remote_finish(void **state)
{
	WORLD(w, 2, 8);
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0);
	assert_int_equal(exam_answer(&w, &t, 1, 4, "4.2"), ANSWER_SAVED);
	exam_no_field(&w, act(&w, 0, "force", ""), "reason", "flow.reason_needed");
	exam_as(&w, ROLE_INVIGILATOR, 77);
	exam_no(&w, act(&w, 0, "force", "x"), ERR_NOTFOUND, "sitting.notfound");
	w.cx->scope = scope_all(); /* as the board sets it for the rooms he is on duty in */
	exam_ok(&w, act(&w, 0, "force", "身体不适送医"));
	assert_string_equal(state_of(&w, 0), "forced");
	assert_int_equal(exam_answer(&w, &t, 2, 4, "5"), ANSWER_NOT_RUNNING);
	exam_ok(&w, act(&w, 0, "reopen", "误操作"));
	assert_int_equal(exam_answer(&w, &t, 2, 4, "5"), ANSWER_SAVED);
	s = exam_sitting(&w, 0);
	assert_string_equal(s.answers_hash, "");
	exam_world_close(&w);
}

/* Stamps of the page count for nothing: what comes after the deadline is late. */
static void after_the_deadline(void **state)
{
	WORLD(w, 2, 8);
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0);
	w.now = w.ends_at;
	assert_int_equal(exam_answer(&w, &t, 1, 1, "A"), ANSWER_SAVED);
	w.now = w.ends_at + ANSWER_GRACE_SECONDS;
	exam_clock(&w);
	assert_string_equal(state_of(&w, 0), "running");
	w.now++;
	assert_int_equal(exam_answer(&w, &t, 2, 2, "B"), ANSWER_LATE);
	exam_clock(&w);
	s = exam_sitting(&w, 0);
	assert_string_equal(s.state, "forced");
	assert_int_equal(s.n_answered, 1);
	exam_clock(&w);
	struct q_exam_find e;
	exam_ok(&w, exam_get(w.cx, w.exam_id, &e));
	assert_string_equal(e.state, "closed");
	exam_world_close(&w);
}

static void pauses_and_extra_time(void **state)
{
	WORLD(w, 3, 8);
	struct q_sitting_find s;
	w.now = w.starts_at;
	struct sitting_token t = exam_begin(&w, 0);
	w.now += 60;
	exam_ok(&w, act(&w, 0, "pause", "换机"));
	assert_int_equal(exam_answer(&w, &t, 1, 1, "A"), ANSWER_NOT_RUNNING);
	w.now += 300;
	exam_ok(&w, sitting_extend(w.cx, exam_person(0), exam_sitting(&w, 0).id, 600, "视障"));
	exam_ok(&w, act(&w, 0, "resume", ""));
	assert_int_equal(exam_sitting(&w, 0).deadline_at, w.starts_at + 5400 + 300 + 600);
	exam_ok(&w, exam_room_extend(w.cx, w.exam_id, EXAM_ROOM, 120, "广播干扰"));
	assert_int_equal(exam_sitting(&w, 0).deadline_at, w.starts_at + 5400 + 300 + 600 + 120);
	struct sitting_token later = exam_begin(&w, 1);
	exam_ok(&w, sitting_of_token(w.cx, &later, &s));
	/* the room's end, and what it was given */
	assert_int_equal(s.deadline_at, w.ends_at + 120);
	exam_no_field(&w, exam_room_extend(w.cx, w.exam_id, EXAM_ROOM, 30, "x"), "minutes",
		"exam.minutes");
	exam_no_field(&w, exam_room_extend(w.cx, w.exam_id, EXAM_ROOM, 120, " "), "reason",
		"exam.reason");
	exam_world_close(&w);
}

/* The clock forces by what it read a moment ago; what was given in that moment counts. */
static void the_clock_looks_again_before_it_forces(void **state)
{
	WORLD(w, 1, 8);
	w.now = w.starts_at;
	exam_begin(&w, 0);
	ctx_act_as_system(w.cx, "定时任务");
	exam_no(&w, act(&w, 0, "expire", ""), ERR_STATE, "sitting.time_left");
	assert_string_equal(state_of(&w, 0), "running");
	w.now = exam_sitting(&w, 0).deadline_at + ANSWER_GRACE_SECONDS; /* still taken */
	exam_no(&w, act(&w, 0, "expire", ""), ERR_STATE, "sitting.time_left");
	w.now++;
	exam_ok(&w, act(&w, 0, "expire", ""));
	assert_string_equal(state_of(&w, 0), "forced");
	exam_world_close(&w);
}

/* Forced by mistake in the middle of a pause: the time of the pause is not lost. */
static void a_pause_that_was_cut_off_is_given_back(void **state)
{
	WORLD(w, 1, 8);
	w.now = w.starts_at;
	exam_begin(&w, 0);
	int64_t before = exam_sitting(&w, 0).deadline_at;
	w.now += 600;
	exam_ok(&w, act(&w, 0, "pause", "停电"));
	w.now += 3000;
	exam_ok(&w, act(&w, 0, "force", "误操作"));
	exam_ok(&w, act(&w, 0, "reopen", "误操作"));
	assert_int_equal(exam_sitting(&w, 0).deadline_at, before + 3000);
	exam_world_close(&w);
}

/* Called back after the time for being late: the invigilator has some minutes to let him in. */
static void who_was_called_back_is_not_sent_away_at_once(void **state)
{
	WORLD(w, 1, 8);
	w.now = w.starts_at + 1801;
	exam_clock(&w);
	assert_string_equal(state_of(&w, 0), "absent");
	exam_ok(&w, act(&w, 0, "recall", "列车晚点"));
	w.now += 60;
	exam_clock(&w);
	assert_string_equal(state_of(&w, 0), "waiting");
	struct q_sitting_find s = exam_sitting(&w, 0);
	exam_ok(&w, sitting_extend(w.cx, s.person_id, s.id, 600, "列车晚点"));
	exam_begin(&w, 0);
	exam_world_close(&w);
}

static void who_never_comes_after_all(void **state)
{
	WORLD(w, 1, 8);
	w.now = w.starts_at + 1801;
	exam_clock(&w);
	exam_ok(&w, act(&w, 0, "recall", "误记"));
	w.now += 16 * 60;
	exam_clock(&w);
	assert_string_equal(state_of(&w, 0), "absent");
	exam_world_close(&w);
}

/* The room's button says who has not come; those at the door and in their seats are not meant. */
static void only_who_has_not_come_is_absent(void **state)
{
	WORLD(w, 3, 8);
	int n;
	exam_enter(&w, 0);
	exam_enter(&w, 1);
	exam_ok(&w, act(&w, 1, "admit", ""));
	exam_ok(&w, sitting_room_run(w.cx, w.exam_id, EXAM_ROOM, "absent", "开考半小时未到", &n));
	assert_int_equal(n, 1);
	assert_string_equal(state_of(&w, 0), "waiting");
	assert_string_equal(state_of(&w, 1), "admitted");
	assert_string_equal(state_of(&w, 2), "absent");
	exam_world_close(&w);
}

/* Each photo takes the place of the one before, and there is an end to it. */
static void photos_do_not_pile_up(void **state)
{
	WORLD(w, 1, 8);
	struct file old;
	struct str jpeg = STR("\xff\xd8\xff\xe0 a face");
	struct sitting_token t = exam_enter(&w, 0);
	exam_ok(&w, sitting_photo(w.cx, &t, jpeg));
	int64_t first = exam_sitting(&w, 0).photo_file_id;
	exam_ok(&w, sitting_photo(w.cx, &t, jpeg));
	assert_int_not_equal(exam_sitting(&w, 0).photo_file_id, first);
	exam_no(&w, file_read(w.cx, t.person_id, first, &old), ERR_NOTFOUND, "file.notfound");
	for (int i = 2; i < 10; i++)
		exam_ok(&w, sitting_photo(w.cx, &t, jpeg));
	exam_no(&w, sitting_photo(w.cx, &t, jpeg), ERR_LIMIT, "sitting.tries");
	exam_world_close(&w);
}

static void seats_are_claimed_once(void **state)
{
	WORLD(w, 3, 8);
	struct q_sitting_find a = exam_sitting(&w, 0), b = exam_sitting(&w, 1);
	exam_no(&w, sitting_reseat(w.cx, a.person_id, a.id, EXAM_ROOM, 2, "设备故障"),
		ERR_CONFLICT, "sitting.seat_taken");
	exam_ok(&w, sitting_reseat(w.cx, a.person_id, a.id, EXAM_ROOM2, 9, "设备故障"));
	a = exam_sitting(&w, 0);
	assert_int_equal(a.batch_room_id, EXAM_ROOM2);
	assert_int_equal(a.seat, 9);
	exam_no(&w, sitting_reseat(w.cx, b.person_id, b.id, EXAM_ROOM2, 9, "设备故障"),
		ERR_CONFLICT, "sitting.seat_taken");
	exam_no_field(&w, sitting_reseat(w.cx, b.person_id, b.id, EXAM_ROOM, 31, "设备故障"),
		"seat", "sitting.no_seat");
	exam_ok(&w, sitting_reseat(w.cx, b.person_id, b.id, EXAM_ROOM, 1, "设备故障"));
	struct exam_seated seated; /* seating again does not move them back */
	exam_ok(&w, exam_seat(w.cx, w.exam_id, &seated));
	assert_int_equal(seated.moved, 0);
	assert_int_equal(exam_sitting(&w, 0).seat, 9);
	exam_world_close(&w);
}

static void others_may_not(void **state)
{
	WORLD(w, 1, 8);
	struct q_sitting_find s = exam_sitting(&w, 0), ignored;
	exam_as_public(&w);
	assert_int_equal(act(&w, 0, "admit", ""), ERR_DENIED);
	exam_as_manager(&w);
	exam_ok(&w, act(&w, 0, "admit", ""));
	exam_as_public(&w);
	w.now = w.starts_at;
	assert_int_equal(act(&w, 0, "begin", ""), ERR_NOTFOUND); /* not past its verb */
	assert_int_equal(sitting_get(w.cx, s.person_id, s.id, &ignored), ERR_DENIED);
	exam_as(&w, ROLE_WORKER, 5);
	assert_int_equal(act(&w, 0, "absent", "x"), ERR_NOTFOUND);
	exam_as(&w, ROLE_SUPERVISOR, 6);
	assert_int_equal(act(&w, 0, "absent", "x"), ERR_DENIED);
	exam_as(&w, ROLE_BODY_MANAGER, 7);
	w.cx->scope.body_id = 2;
	exam_no(&w, sitting_get(w.cx, s.person_id, s.id, &ignored), ERR_NOTFOUND,
		"sitting.notfound");
	exam_world_close(&w);
}

/* A clerk logged in at the candidate's browser lends the candidate nothing, and is no candidate
 * afterwards. */
static void who_acts_is_the_candidate(void **state)
{
	WORLD(w, 1, 8);
	struct flow_event *events;
	size_t n;
	exam_enter(&w, 0);
	assert_int_equal(w.cx->actor.role, ROLE_BODY_MANAGER);
	exam_ok(&w, flow_events(w.cx, &sitting_flow, exam_person(0), exam_sitting(&w, 0).id,
		&events, &n));
	assert_int_equal(n, 1);
	assert_string_equal(events[0].actor_name, "考生 考生1");
	assert_string_equal(events[0].label, "签到");
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(the_door_tells_nothing),
		test_db_case(a_browser_of_any_name),
		test_db_case(numbers_cannot_be_tried_out),
		test_db_case(before_check_in_opens_nobody_is_known),
		test_db_case(the_rooms_code_is_asked),
		test_db_case(the_code_admits_where_that_is_the_rule),
		test_db_case(the_clock_of_the_server_rules),
		test_db_case(neighbours_have_different_forms),
		test_db_case(forms_by_seat),
		test_db_case(two_tabs),
		test_db_case(double_hand_in),
		test_db_case(the_administrator_ends_the_exam_meanwhile),
		test_db_case(remote_finish),
		test_db_case(after_the_deadline),
		test_db_case(pauses_and_extra_time),
		test_db_case(the_clock_looks_again_before_it_forces),
		test_db_case(a_pause_that_was_cut_off_is_given_back),
		test_db_case(who_was_called_back_is_not_sent_away_at_once),
		test_db_case(who_never_comes_after_all),
		test_db_case(only_who_has_not_come_is_absent),
		test_db_case(photos_do_not_pile_up),
		test_db_case(seats_are_claimed_once),
		test_db_case(others_may_not),
		test_db_case(who_acts_is_the_candidate),
	};
	return test_db_run("sitting", tests);
}
