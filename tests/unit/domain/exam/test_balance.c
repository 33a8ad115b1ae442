/* Count-in and count-out: which rows balance, when, and whose names the alarm gives. */
#include "support.h"
#undef fail

#include <string.h>

#include "domain/exam/balance.h"
#include "query/exam_board.h"

enum { START = 1000000, LATE = 1800, END = START + 7200 };

struct hall {
	struct arena *arena;
	struct q_board_exam exam;
	struct q_board_rooms row;
	struct q_board_seats rows[8];
	struct board_seat seats[8];
	struct board_room room;
};

static int set_up(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct hall *h = arena_make(a, struct hall);
	h->arena = a;
	h->exam = (struct q_board_exam){.state = "running", .late_seconds = LATE,
		.starts_at = START, .ends_at = END};
	h->row = (struct q_board_rooms){.room_state = "running", .started_at = START,
		.starts_at = START, .ends_at = END, .counted_in = -1, .counted_out = -1,
		.place = "", .entry_code = "", .room_name = "", .venue_name = "", .address = "",
		.region = ""};
	h->room = (struct board_room){.row = &h->row, .seats = h->seats};
	*state = h;
	return 0;
}

static int tear_down(void **state)
{
	struct hall *h = *state;
	arena_free(h->arena);
	return 0;
}

static struct board_seat *seat(struct hall *h, enum board_look look, const char *name)
{
	size_t i = h->room.n++;
	bool came = look != LOOK_WAITING && look != LOOK_ABSENT;
	bool begun = came && look != LOOK_ADMITTED;
	bool done = look == LOOK_HANDED_IN || look == LOOK_FORCED;
	h->rows[i] = (struct q_board_seats){.id = (int64_t)i + 1, .seat = (int64_t)i + 1,
		.name = name, .checked_in_at = came ? START - 600 : 0,
		.begun_at = begun ? START : 0, .deadline_at = begun ? END : 0,
		.receipt_code = done ? "R1" : "", .state = "", .seb_waiver = "", .device = "",
		.ended_why = "", .ticket_no = ""};
	h->seats[i] = (struct board_seat){.row = &h->rows[i], .look = look};
	return &h->seats[i];
}

static void judge(struct hall *h, int64_t now)
{
	balance_room(h->arena, balance_phase(&h->exam, &h->room, now), &h->room);
}

static const struct board_alarm *alarm_of(struct hall *h, const char *rule)
{
	for (size_t i = 0; i < h->room.n_alarms; i++)
		if (!strcmp(h->room.alarms[i].rule, rule))
			return &h->room.alarms[i];
	return NULL;
}

static void everybody_in_a_column(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_HANDED_IN, "甲");
	seat(h, LOOK_FORCED, "乙");
	seat(h, LOOK_ABSENT, "丙");
	judge(h, END + 3600);
	assert_int_equal(h->room.n_alarms, 0);
	assert_int_equal(h->room.counts.registered, 3);
	assert_int_equal(h->room.counts.seated, 2);
	assert_int_equal(h->room.counts.started, 2);
	assert_int_equal(h->room.counts.handed_in + h->room.counts.forced, 2);
}

/* The same people are fine before the time for being late is over, and not after it. */
static void who_has_not_come(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_RUNNING, "甲");
	seat(h, LOOK_WAITING, "乙");
	seat(h, LOOK_ADMITTED, "丙");
	judge(h, START + LATE);
	assert_int_equal(h->room.n_alarms, 0);
	judge(h, START + LATE + 1);
	assert_int_equal(h->room.n_alarms, 2);
	assert_string_equal(alarm_of(h, "unaccounted")->text,
		"开考后仍未登记到考或缺考：02号乙，共1人");
	assert_string_equal(alarm_of(h, "not_begun")->text, "已签到但没有开始作答：03号丙，共1人");
}

static void who_has_not_handed_in(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_RUNNING, "甲");
	seat(h, LOOK_LOST, "乙");
	h->rows[1].deadline_at = END + 900; /* extra time of his own */
	judge(h, END + 900 + 60);
	assert_null(alarm_of(h, "open"));
	judge(h, END + 900 + 61);
	assert_int_equal(alarm_of(h, "open")->n, 2);
}

static void names_are_cut(void **state)
{
	struct hall *h = *state;
	for (int i = 0; i < 7; i++)
		seat(h, LOOK_PAUSED, "某");
	h->row.room_state = "closed";
	judge(h, START + 10);
	assert_string_equal(alarm_of(h, "open")->text, "考试时间已过仍未交卷："
		"01号某、02号某、03号某、04号某、05号某等，共7人");
}

static void rows_that_contradict_themselves(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_ABSENT, "甲")->row = &h->rows[0];
	h->rows[0].begun_at = START;
	seat(h, LOOK_HANDED_IN, "乙");
	h->rows[1].receipt_code = "";
	seat(h, LOOK_ABSENT, "丙");
	h->rows[2].score_version = 1;
	judge(h, START + 10);
	assert_non_null(alarm_of(h, "ghost"));
	assert_non_null(alarm_of(h, "receipt"));
	assert_non_null(alarm_of(h, "stray_score"));
	assert_int_equal(h->room.n_alarms, 3);
}

static void one_seat_two_people(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_RUNNING, "甲");
	seat(h, LOOK_RUNNING, "乙");
	h->rows[1].seat = 1;
	judge(h, START + 10);
	assert_string_equal(alarm_of(h, "double")->text, "01号座位有两人：甲、乙");
}

static void arranged_and_forgotten(void **state)
{
	struct hall *h = *state;
	const char *missing[] = {"丁"};
	seat(h, LOOK_RUNNING, "甲");
	h->room.missing = missing;
	h->room.n_missing = 1;
	judge(h, START + 10);
	assert_string_equal(alarm_of(h, "missing")->text,
		"编排了座位但不在考试名单中：丁，共1人");
}

static void heads_and_rows(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_HANDED_IN, "甲");
	seat(h, LOOK_FORCED, "乙");
	h->row.counted_in = 2;
	h->row.counted_out = 2;
	judge(h, START + 10);
	assert_int_equal(h->room.n_alarms, 0);
	h->row.counted_in = 3;
	h->row.counted_out = 1;
	judge(h, START + 10);
	assert_int_equal(alarm_of(h, "heads_in")->n, 1);
	assert_int_equal(alarm_of(h, "heads_out")->n, -1);
}

/* Scores are asked for once the exam says that it is scored. */
static void scored(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_HANDED_IN, "甲");
	seat(h, LOOK_VOID, "乙");
	h->exam.state = "closed";
	judge(h, END + 3600);
	assert_int_equal(h->room.n_alarms, 0);
	h->exam.state = "scored";
	judge(h, END + 3600);
	assert_int_equal(alarm_of(h, "unscored")->n, 1);
	h->rows[0].score_version = 1;
	judge(h, END + 3600);
	assert_int_equal(h->room.n_alarms, 0);
}

/* What runs elsewhere is not known here until it comes back. */
static void away_at_a_venue(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_WAITING, "甲");
	h->row.place = "venue";
	judge(h, END + 3600);
	assert_int_equal(h->room.n_alarms, 0);
}

static void the_chain(void **state)
{
	struct hall *h = *state;
	struct balance_step steps[BALANCE_STEPS];
	seat(h, LOOK_HANDED_IN, "甲");
	seat(h, LOOK_RUNNING, "乙");
	seat(h, LOOK_ABSENT, "丙");
	seat(h, LOOK_ADMITTED, "丁");
	judge(h, START + 10);
	balance_steps(h->arena, &h->room.counts, steps);
	assert_int_equal(steps[0].n, 4);
	assert_int_equal(steps[1].n, 3);
	assert_true(steps[1].holds); /* 3 + 1 absent = 4 */
	assert_string_equal(steps[1].note, "缺考 1");
	assert_int_equal(steps[2].n, 2);
	assert_false(steps[2].holds);
	assert_string_equal(steps[2].note, "待开考 1");
	assert_int_equal(steps[3].n, 1);
	assert_false(steps[3].holds);
	assert_string_equal(steps[3].note, "作答中 1");
	assert_int_equal(steps[4].n, 0);
}

/* Who was there and never began, who was shut out before: known to have left the chain. */
static void who_left_on_the_way(void **state)
{
	struct hall *h = *state;
	struct balance_step steps[BALANCE_STEPS];
	seat(h, LOOK_HANDED_IN, "甲");
	seat(h, LOOK_ABSENT, "乙")->row = &h->rows[1];
	h->rows[1].checked_in_at = START - 600;
	seat(h, LOOK_VOID, "丙");
	h->rows[2].begun_at = h->rows[2].checked_in_at = 0;
	seat(h, LOOK_VOID, "丁");
	h->rows[3].begun_at = 0;
	seat(h, LOOK_VOID, "戊");
	judge(h, END + 3600);
	balance_steps(h->arena, &h->room.counts, steps);
	assert_int_equal(h->room.n_alarms, 0);
	assert_int_equal(steps[1].n, 4);
	assert_int_equal(steps[2].n, 2);
	for (int i = 1; i < 4; i++)
		assert_true(steps[i].holds);
}

/* A room that was given more time lets people in for longer. */
static void more_time_for_the_room(void **state)
{
	struct hall *h = *state;
	seat(h, LOOK_WAITING, "甲");
	h->row.extra_seconds = 600;
	judge(h, START + LATE + 600);
	assert_int_equal(h->room.n_alarms, 0);
	judge(h, START + LATE + 601);
	assert_int_equal(h->room.n_alarms, 1);
}

#define case_of(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {case_of(everybody_in_a_column),
		case_of(who_has_not_come), case_of(who_has_not_handed_in), case_of(names_are_cut),
		case_of(rows_that_contradict_themselves), case_of(one_seat_two_people),
		case_of(arranged_and_forgotten), case_of(heads_and_rows), case_of(scored),
		case_of(away_at_a_venue), case_of(the_chain),
		case_of(who_left_on_the_way), case_of(more_time_for_the_room)};
	return cmocka_run_group_tests_name("balance", tests, NULL, NULL);
}
