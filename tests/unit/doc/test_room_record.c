/* The record sheet of a room: what stands on its pages, read back from the PDF. */
#include "exam_support.h"

#undef fail

#include <string.h>

#include "doc/pdf_words.h"
#include "doc/room_record.h"
#include "domain/exam/incident.h"

static void what_stands_on_it(void **state)
{
	struct exam_world w;
	struct board b;
	struct str pdf;
	struct q_sitting_find s;
	int64_t id;
	exam_world_open(&w, *state, 3, 8);
	w.now = w.starts_at + 60;
	exam_clock(&w);
	struct sitting_token one = exam_begin(&w, 0);
	exam_begin(&w, 1);
	exam_answer(&w, &one, 1, 1, "A");
	struct incident_in in = {.exam_id = w.exam_id, .batch_room_id = EXAM_ROOM,
		.sitting_id = exam_sitting(&w, 1).id, .kind = "device", .note = "鼠标失灵，已更换"};
	exam_ok(&w, incident_add(w.cx, &in, &id));
	exam_ok(&w, sitting_extend(w.cx, exam_person(1), exam_sitting(&w, 1).id, 600, "补时"));
	w.now += 2400;
	exam_ok(&w, sitting_hand_in(w.cx, &one, 1, &s));
	exam_clock(&w);
	exam_ok(&w, board_count(w.cx, w.exam_id, EXAM_ROOM, false, 2));
	exam_ok(&w, board_room(w.cx, w.exam_id, EXAM_ROOM, &b));
	exam_ok(&w, room_record(w.cx, &b, &pdf));
	const char *text = pdf_words(w.cx->arena, pdf);
	static const char *const expected[] = {"考场情况记录单", "甲学院", "机房101", "考生1",
		"已交卷", "1/8", "作答中", "缺考", "延时10分；设备故障", "考生3（03号）",
		"开考 2 人", "鼠标失灵，已更换", "各项人数一致", "监考员签名", "督导员签名"};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		if (!strstr(text, expected[i]))
			print_error("“%s” is missing in\n%s", expected[i], text);
		assert_non_null(strstr(text, expected[i]));
	}
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(what_stands_on_it)};
	return test_db_run("room_record", tests);
}
