/* Who has begun has seen the items of his form; who never came has not. */
#include "exam_support.h"

#undef fail

#include "query/bank.h"
#include "query/bank_item.h"

enum { ITEMS = 8, FIRST = 701 };

static struct q_bank_item_find item(struct exam_world *w, int64_t id)
{
	struct q_bank_item_find row;
	exam_ok(w, q_bank_item_find(w->cx->db, &row, .id = id, .scope = scope_all()));
	return row;
}

static void those_who_began_are_counted(void **state)
{
	struct exam_world w;
	exam_world_open(&w, *state, 4, ITEMS);
	exam_ok(&w, q_bank_insert(w.t->db, .id = 1, .body_id = EXAM_BODY, .region = "3710",
			   .custodian = "body", .title = "题库", .occupation_id = 1, .grade = 3,
			   .multiple_rule = "all"));
	for (int i = 0; i < ITEMS; i++)
		exam_ok(&w, q_bank_item_insert(w.t->db, .id = FIRST + i, .bank_id = 1,
				   .body_id = EXAM_BODY, .region = "3710", .item_no = i + 1,
				   .item_kind = "single"));
	w.now = w.starts_at + 60;
	exam_clock(&w);
	for (int i = 0; i < 3; i++)
		exam_begin(&w, i);
	exam_as_manager(&w);
	assert_int_equal(item(&w, FIRST + 1).exposures, 0);
	exam_ok(&w, exam_end(w.cx, w.exam_id, "提前结束"));
	for (int i = 1; i < ITEMS; i++) { /* in both forms */
		assert_int_equal(item(&w, FIRST + i).exposures, 3);
		assert_int_equal(item(&w, FIRST + i).used_on, ctx_today(w.cx));
	}
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(those_who_began_are_counted),
	};
	return test_db_run("exposure", tests);
}
