/* The invigilator's board over real rows: who sees which room, what it shows, and a form taken out
 * of a running exam. */
#include "exam_support.h"

#undef fail

#include <string.h>

#include "domain/exam/answer.h"
#include "domain/exam/board.h"
#include "domain/exam/incident.h"
#include "domain/exam/withdraw.h"
#include "query/batch.h"
#include "query/exam_board.h"
#include "query/registry.h"
#include "store/driver.h"

#define WORLD(w, people, items) \
	struct exam_world w; \
	exam_world_open(&w, *state, (people), (items))

enum { PROCTOR = 61, OTHER_PROCTOR = 62, STAFF = 900 };

static void on_duty(struct exam_world *w, int64_t account, int64_t room)
{
	const char *key = text_of(w->cx, "s%d", (int)account);
	int64_t staff = STAFF + account;
	exam_ok(w, q_staff_insert(w->t->db, .id = staff, .body_id = EXAM_BODY, .region = "3710",
			   .name = text_of(w->cx, "监考%d", (int)account), .idno_index = key,
			   .duties = 1));
	exam_ok(w, q_staff_set_account(w->t->db, .id = staff, .account_id = account));
	exam_ok(w, q_batch_staff_insert(w->t->db, .id = staff, .batch_id = EXAM_BATCH,
			   .body_id = EXAM_BODY, .region = "3710", .batch_room_id = room,
			   .part = 1, .staff_id = staff, .idno_index = key, .duty = "proctor"));
}

static struct board room_of(struct exam_world *w, int64_t room)
{
	struct board b;
	exam_ok(w, board_room(w->cx, w->exam_id, room, &b));
	assert_int_equal(b.n, 1);
	return b;
}

static const struct board_seat *seat_at(const struct board *b, int64_t seat)
{
	for (size_t i = 0; i < b->rooms[0].n; i++)
		if (b->rooms[0].seats[i].row->seat == seat)
			return &b->rooms[0].seats[i];
	return NULL;
}

static void a_room_at_a_glance(void **state)
{
	WORLD(w, 5, 8);
	w.now = w.starts_at + 60;
	exam_clock(&w);
	struct sitting_token one = exam_begin(&w, 0), two = exam_begin(&w, 1);
	struct q_sitting_find in;
	exam_answer(&w, &one, 1, 1, "A");
	exam_answer(&w, &one, 2, 2, "C");
	exam_answer(&w, &one, 3, 1, "");
	exam_answer(&w, &one, 4, 3, "AC");
	exam_enter(&w, 2);
	struct board b = room_of(&w, EXAM_ROOM);
	assert_int_equal(b.rooms[0].n, 5);
	assert_int_equal(seat_at(&b, 1)->look, LOOK_RUNNING);
	assert_int_equal(seat_at(&b, 1)->n_answered, 2); /* one was taken back */
	assert_int_equal(seat_at(&b, 1)->n_items, 8);
	assert_int_equal(seat_at(&b, 3)->look, LOOK_HERE);
	assert_int_equal(seat_at(&b, 4)->look, LOOK_WAITING);
	assert_int_equal(b.rooms[0].counts.seated, 3);
	assert_int_equal(b.rooms[0].counts.started, 2);
	w.now += BOARD_LOST_SECONDS;
	b = room_of(&w, EXAM_ROOM);
	assert_int_equal(seat_at(&b, 1)->look, LOOK_RUNNING);
	w.now++;
	b = room_of(&w, EXAM_ROOM);
	assert_int_equal(seat_at(&b, 1)->look, LOOK_LOST);
	w.now += 1900;
	exam_answer(&w, &two, 1, 1, "B");
	exam_ok(&w, sitting_hand_in(w.cx, &two, 1, &in));
	b = room_of(&w, EXAM_ROOM);
	assert_int_equal(seat_at(&b, 1)->look, LOOK_LOST);
	assert_int_equal(seat_at(&b, 2)->look, LOOK_HANDED_IN);
	assert_int_equal(seat_at(&b, 2)->n_answered, 1);
	assert_int_equal(b.rooms[0].counts.lost, 1);
	/* two have not come, one is still at the door */
	assert_int_equal(b.rooms[0].n_alarms, 2);
	assert_string_equal(b.rooms[0].alarms[0].rule, "unaccounted");
	assert_int_equal(b.rooms[0].alarms[0].n, 2);
	assert_string_equal(b.rooms[0].alarms[1].rule, "not_begun");
	exam_world_close(&w);
}

static void the_last_five_minutes_are_seen(void **state)
{
	WORLD(w, 1, 8);
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	w.now = exam_sitting(&w, 0).deadline_at - 300;
	struct board b = room_of(&w, EXAM_ROOM);
	assert_false(seat_at(&b, 1)->flags & FLAG_ENDING);
	w.now++;
	b = room_of(&w, EXAM_ROOM);
	assert_true(seat_at(&b, 1)->flags & FLAG_ENDING);
	exam_world_close(&w);
}

static void both_rooms(void **state)
{
	WORLD(w, 33, 8);
	struct board b;
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	exam_begin(&w, 31);
	exam_ok(&w, board_exam(w.cx, w.exam_id, &b));
	assert_int_equal(b.n, 2);
	assert_int_equal(b.rooms[0].n, 30);
	assert_int_equal(b.rooms[1].n, 3);
	assert_int_equal(b.counts.registered, 33);
	assert_int_equal(b.counts.started, 2);
	exam_no(&w, board_exam(w.cx, 77, &b), ERR_NOTFOUND, "board.not_found");
	exam_no(&w, board_room(w.cx, w.exam_id, 77, &b), ERR_NOTFOUND, "board.not_found");
	exam_world_close(&w);
}

static void who_sees_which_room(void **state)
{
	WORLD(w, 33, 8);
	struct board b;
	on_duty(&w, PROCTOR, EXAM_ROOM);
	on_duty(&w, OTHER_PROCTOR, EXAM_ROOM2);
	exam_as(&w, ROLE_INVIGILATOR, PROCTOR);
	exam_ok(&w, board_let(w.cx, w.exam_id, EXAM_ROOM));
	exam_no(&w, board_let(w.cx, w.exam_id, EXAM_ROOM2), ERR_NOTFOUND, "board.not_found");
	exam_ok(&w, board_exam(w.cx, w.exam_id, &b));
	assert_int_equal(b.n, 1);
	assert_int_equal(b.rooms[0].row->batch_room_id, EXAM_ROOM);
	exam_as(&w, ROLE_INVIGILATOR, 99);
	exam_no(&w, board_exam(w.cx, w.exam_id, &b), ERR_NOTFOUND, "board.not_found");
	exam_as(&w, ROLE_SUPERVISOR, 98);
	exam_ok(&w, board_let(w.cx, w.exam_id, EXAM_ROOM2));
	ctx_act_as(w.cx, &(struct actor){.role = ROLE_SUPERVISOR, .account_id = 97,
		.region = "3702"});
	exam_no(&w, board_let(w.cx, w.exam_id, EXAM_ROOM), ERR_NOTFOUND, "board.not_found");
	ctx_act_as(w.cx, &(struct actor){.role = ROLE_BODY_MANAGER, .account_id = 96, .body_id = 2,
		.region = "3710"});
	exam_no(&w, board_let(w.cx, w.exam_id, EXAM_ROOM), ERR_NOTFOUND, "board.not_found");
	exam_world_close(&w);
}

/* An invigilator has no scope of his own; in the room he is on duty in he may act, and only
 * there. */
static void an_invigilator_acts(void **state)
{
	WORLD(w, 33, 8);
	int n;
	on_duty(&w, PROCTOR, EXAM_ROOM);
	w.now = w.starts_at - 300;
	exam_clock(&w);
	exam_enter(&w, 0);
	exam_enter(&w, 1);
	exam_as(&w, ROLE_INVIGILATOR, PROCTOR);
	exam_no(&w, board_enter(w.cx, w.exam_id, EXAM_ROOM2), ERR_NOTFOUND, "board.not_found");
	exam_ok(&w, board_enter(w.cx, w.exam_id, EXAM_ROOM));
	exam_ok(&w, sitting_room_run(w.cx, w.exam_id, EXAM_ROOM, "admit", "", &n));
	assert_int_equal(n, 2);
	assert_string_equal(exam_sitting(&w, 1).state, "admitted");
	exam_world_close(&w);
}

static void heads_are_counted(void **state)
{
	WORLD(w, 3, 8);
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	exam_ok(&w, board_count(w.cx, w.exam_id, EXAM_ROOM, false, 1));
	struct board b = room_of(&w, EXAM_ROOM);
	assert_int_equal(b.rooms[0].n_alarms, 0);
	exam_ok(&w, board_count(w.cx, w.exam_id, EXAM_ROOM, false, 2));
	b = room_of(&w, EXAM_ROOM);
	assert_string_equal(b.rooms[0].alarms[0].text, "开考清点2人，系统到考1人");
	exam_no_field(&w, board_count(w.cx, w.exam_id, EXAM_ROOM, true, -1), "heads",
		"board.heads");
	exam_world_close(&w);
}

static void what_happened_is_kept(void **state)
{
	WORLD(w, 33, 8);
	static const char jpeg[] = "\xff\xd8\xff\xe0 a picture";
	struct q_sitting_find s = exam_sitting(&w, 0), elsewhere = exam_sitting(&w, 31);
	struct incident_in in = {.exam_id = w.exam_id, .batch_room_id = EXAM_ROOM,
		.sitting_id = s.id, .kind = "device", .note = "键盘失灵，已更换",
		.photo = {jpeg, sizeof jpeg - 1}};
	struct file file;
	int64_t id, other;
	on_duty(&w, PROCTOR, EXAM_ROOM2);
	exam_ok(&w, incident_add(w.cx, &in, &id));
	exam_ok(&w, incident_photo(w.cx, w.exam_id, EXAM_ROOM, id, &file));
	assert_int_equal(file.bytes.n, sizeof jpeg - 1);
	struct board b = room_of(&w, EXAM_ROOM);
	assert_true(seat_at(&b, 1)->flags & FLAG_INCIDENT);
	assert_int_equal(b.rooms[0].counts.incidents, 1);
	in.sitting_id = elsewhere.id;
	exam_no_field(&w, incident_add(w.cx, &in, &other), "sitting", "incident.nobody");
	in.sitting_id = 0;
	in.photo = STR("no picture");
	exam_no_field(&w, incident_add(w.cx, &in, &other), "photo", "incident.photo_kind");
	in.photo = STR_NONE;
	exam_ok(&w, incident_add(w.cx, &in, &other));
	exam_no(&w, incident_photo(w.cx, w.exam_id, EXAM_ROOM, other, &file), ERR_NOTFOUND,
		"incident.no_photo");
	exam_no(&w, incident_photo(w.cx, w.exam_id, EXAM_ROOM2, id, &file), ERR_NOTFOUND,
		"incident.no_photo");
	exam_as(&w, ROLE_INVIGILATOR, PROCTOR);
	exam_no(&w, incident_photo(w.cx, w.exam_id, EXAM_ROOM, id, &file), ERR_NOTFOUND,
		"board.not_found");
	exam_world_close(&w);
}

/* ---- a form is withdrawn ---- */

static void another_form(void **state)
{
	WORLD(w, 4, 8);
	int64_t id;
	w.now = w.starts_at + 60;
	exam_clock(&w);
	struct sitting_token one = exam_begin(&w, 0);
	exam_begin(&w, 1);
	exam_answer(&w, &one, 1, 1, "A");
	exam_answer(&w, &one, 2, 2, "C");
	struct q_sitting_find before = exam_sitting(&w, 0), other = exam_sitting(&w, 1);
	assert_int_not_equal(before.form_id, other.form_id);
	struct withdrawal_in in = {before.form_id, other.form_id, "试题外泄"};
	w.now += 600;
	exam_ok(&w, withdraw_ask(w.cx, w.exam_id, &in, &id));
	assert_string_equal(exam_sitting(&w, 0).state, "paused");
	assert_string_equal(exam_sitting(&w, 1).state, "running");
	exam_begin(&w, 2); /* would have had the same form */
	assert_int_equal(exam_sitting(&w, 2).form_id, other.form_id);
	exam_no(&w, withdraw_ask(w.cx, w.exam_id,
			&(struct withdrawal_in){other.form_id, 0, "又一份"}, &id), ERR_STATE,
		"withdraw.asked");
	exam_no(&w, withdraw_decide(w.cx, w.exam_id, id, true, ""), ERR_DENIED,
		"withdraw.other_person");
	w.now += 300;
	exam_as(&w, ROLE_BODY_MANAGER, EXAM_MANAGER + 1);
	exam_ok(&w, withdraw_decide(w.cx, w.exam_id, id, true, "属实"));
	exam_no(&w, withdraw_decide(w.cx, w.exam_id, id, true, ""), ERR_STATE, "withdraw.decided");
	struct q_sitting_find now = exam_sitting(&w, 0);
	assert_int_equal(now.form_id, other.form_id);
	assert_int_equal(now.epoch, before.epoch + 1);
	struct answer *answers;
	size_t n;
	exam_ok(&w, answer_current(w.cx, now.person_id, now.id, &answers, &n));
	assert_int_equal(n, 0); /* all taken back; what was written is still there */
	exam_ok(&w, flow_run(w.cx, &sitting_flow, now.person_id, now.id, "resume", "", NULL));
	now = exam_sitting(&w, 0);
	/* ten minutes of writing and five of waiting are given again */
	assert_int_equal(now.deadline_at, before.deadline_at + 600 + 300);
	assert_int_equal(exam_sitting(&w, 1).form_id, other.form_id);
	exam_world_close(&w);
}

/* Nobody goes on with it until it is decided; and the whole time is the whole time, also for who
 * was paused before. What was handed in on it is still read: it must be scored. */
static void stopped_until_it_is_decided(void **state)
{
	WORLD(w, 4, 8);
	int64_t id;
	struct form form;
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	struct sitting_token done = exam_begin(&w, 2);
	struct q_sitting_find s = exam_sitting(&w, 0), other;
	assert_int_equal(exam_sitting(&w, 2).form_id, s.form_id);
	int64_t whole = s.deadline_at - s.begun_at;
	exam_ok(&w, flow_run(w.cx, &sitting_flow, s.person_id, s.id, "pause", "停电", NULL));
	w.now += 300;
	exam_ok(&w, flow_run(w.cx, &sitting_flow, s.person_id, s.id, "resume", "", NULL));
	w.now += 1800;
	exam_ok(&w, sitting_hand_in(w.cx, &done, 0, &other));
	struct withdrawal_in in = {s.form_id,
		w.forms[s.form_id == w.forms[0].id].id, "试题外泄"};
	exam_ok(&w, withdraw_ask(w.cx, w.exam_id, &in, &id));
	exam_no(&w, flow_run(w.cx, &sitting_flow, s.person_id, s.id, "resume", "", NULL),
		ERR_STATE, "withdraw.undecided");
	exam_no(&w, flow_run(w.cx, &sitting_flow, other.person_id, other.id, "reopen", "误交",
		NULL), ERR_STATE, "withdraw.undecided");
	exam_as(&w, ROLE_BODY_MANAGER, EXAM_MANAGER + 1);
	exam_ok(&w, withdraw_decide(w.cx, w.exam_id, id, true, ""));
	w.now += 600;
	exam_ok(&w, flow_run(w.cx, &sitting_flow, s.person_id, s.id, "resume", "", NULL));
	assert_int_equal(exam_sitting(&w, 0).deadline_at - w.now, whole);
	exam_ok(&w, form_load_sat(w.cx, s.form_id, &form));
	exam_world_close(&w);
}

static void not_withdrawn_after_all(void **state)
{
	WORLD(w, 2, 8);
	int64_t id;
	struct q_board_forms_rows forms;
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	struct q_sitting_find s = exam_sitting(&w, 0);
	struct withdrawal_in in = {s.form_id, 0, "疑似外泄"};
	exam_ok(&w, withdraw_ask(w.cx, w.exam_id, &in, &id));
	exam_as(&w, ROLE_AUTHORITY, 71);
	exam_ok(&w, withdraw_decide(w.cx, w.exam_id, id, false, "查无实据"));
	exam_ok(&w, q_board_forms(w.t->db, &forms, .paper_set_id = EXAM_SET));
	for (size_t i = 0; i < forms.n; i++)
		assert_string_equal(forms.at[i].form_state, "opened");
	assert_int_equal(exam_sitting(&w, 0).form_id, s.form_id);
	exam_world_close(&w);
}

static void the_whole_exam_is_void(void **state)
{
	WORLD(w, 2, 8);
	int64_t id;
	struct board b;
	w.now = w.starts_at + 60;
	exam_clock(&w);
	exam_begin(&w, 0);
	struct withdrawal_in in = {exam_sitting(&w, 0).form_id, 0, "试卷全部外泄"};
	exam_ok(&w, withdraw_ask(w.cx, w.exam_id, &in, &id));
	exam_as(&w, ROLE_BODY_MANAGER, EXAM_MANAGER + 1);
	exam_ok(&w, withdraw_decide(w.cx, w.exam_id, id, true, ""));
	exam_ok(&w, board_exam(w.cx, w.exam_id, &b));
	assert_string_equal(b.exam->state, "void");
	exam_world_close(&w);
}

static void what_cannot_be_withdrawn(void **state)
{
	WORLD(w, 2, 8);
	int64_t id;
	struct withdrawal_in in = {4711, 0, "理由"};
	exam_no_field(&w, withdraw_ask(w.cx, w.exam_id, &in, &id), "form", "withdraw.form");
	in = (struct withdrawal_in){exam_sitting(&w, 0).form_id, 4711, "理由"};
	in.form_id = w.forms[0].id;
	exam_no_field(&w, withdraw_ask(w.cx, w.exam_id, &in, &id), "other_form",
		"withdraw.other_form");
	in.other_form_id = in.form_id;
	exam_no_field(&w, withdraw_ask(w.cx, w.exam_id, &in, &id), "other_form",
		"withdraw.other_form");
	exam_as(&w, ROLE_BODY_CLERK, EXAM_CLERK);
	exam_no(&w, withdraw_ask(w.cx, w.exam_id, &in, &id), ERR_DENIED, "auth.denied");
	/* a set of an authority is sat by others too */
	exam_as_manager(&w);
	in = (struct withdrawal_in){w.forms[0].id, 0, "理由"};
	test_ok(w.t, w.t->db->driver->exec(w.t->db, "UPDATE paper_set SET body_id = 0;"));
	exam_no(&w, withdraw_ask(w.cx, w.exam_id, &in, &id), ERR_DENIED, "withdraw.authority_set");
	exam_as(&w, ROLE_AUTHORITY, 71);
	exam_ok(&w, withdraw_ask(w.cx, w.exam_id, &in, &id));
	exam_as(&w, ROLE_BODY_MANAGER, EXAM_MANAGER);
	exam_no(&w, withdraw_decide(w.cx, w.exam_id, id, true, ""), ERR_DENIED,
		"withdraw.authority_set");
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(a_room_at_a_glance),
		test_db_case(the_last_five_minutes_are_seen),
		test_db_case(both_rooms), test_db_case(who_sees_which_room),
		test_db_case(an_invigilator_acts), test_db_case(heads_are_counted),
		test_db_case(what_happened_is_kept), test_db_case(another_form),
		test_db_case(stopped_until_it_is_decided),
		test_db_case(not_withdrawn_after_all), test_db_case(the_whole_exam_is_void),
		test_db_case(what_cannot_be_withdrawn)};
	return test_db_run("board", tests);
}
