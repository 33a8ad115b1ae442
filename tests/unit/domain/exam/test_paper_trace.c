/* A photographed screen names its sitting, where orders differ; else nobody is named. */
#include "exam_support.h"

#undef fail

#include "core/flow.h"
#include "domain/exam/paper.h"
#include "domain/exam/paper_trace.h"

enum { PEOPLE = 12, ITEMS = 16, SHOWN = 3 };

/* What the screen of the i-th person shows of three items with four options. */
static void photo(struct exam_world *w, int i, struct trace_in *ret_in)
{
	struct q_sitting_find s = exam_sitting(w, i);
	const struct form *f = &w->forms[s.form_id == w->forms[0].id ? 0 : 1];
	int n = 0;
	for (int k = 0; k < f->n_items && n < SHOWN; k++) {
		int order[4];
		if (f->items[k].content.n_options != 4)
			continue;
		char *letters = arena_array(w->cx->arena, char, 5);
		form_order((uint32_t)s.order_seed, k + 1, 0, 4, false, order);
		for (int p = 0; p < 4; p++)
			letters[p] = (char)('A' + order[p]);
		ret_in[n++] = (struct trace_in){k + 1, letters};
	}
	assert_int_equal(n, SHOWN);
}

static void a_photo_names_its_sitting(void **state)
{
	struct exam_world w;
	struct trace_in in[SHOWN];
	struct trace_hit *hits;
	size_t n;
	exam_world_open(&w, *state, PEOPLE, ITEMS);
	exam_world_begin(&w);
	exam_as_manager(&w);
	photo(&w, 7, in);
	exam_ok(&w, paper_trace(w.cx, EXAM_SET, w.exam_id, in, SHOWN, &hits, &n));
	assert_true(n >= 1);
	assert_int_equal(hits[0].matched, SHOWN);
	assert_string_equal(hits[0].sitting.ticket_no, exam_ticket(&w, 7));
	assert_true(n < 2 || hits[1].matched < SHOWN);
	exam_no(&w, paper_trace(w.cx, EXAM_SET + 1, w.exam_id, in, SHOWN, &hits, &n), ERR_NOTFOUND,
		"exam.notfound");
	/* a leaked set is withdrawn; it is traced all the same */
	exam_ok(&w, exam_end(w.cx, w.exam_id, "试题外泄"));
	exam_ok(&w, flow_run(w.cx, &paper_flow, 0, EXAM_SET, "withdraw", "试题外泄", NULL));
	exam_ok(&w, paper_trace(w.cx, EXAM_SET, w.exam_id, in, SHOWN, &hits, &n));
	assert_string_equal(hits[0].sitting.ticket_no, exam_ticket(&w, 7));
	exam_world_close(&w);
}

static void nobody_is_named_where_all_see_the_same(void **state)
{
	struct exam_world w;
	struct trace_in in[SHOWN];
	struct trace_hit *hits;
	struct exam_in set_up = exam_preset;
	size_t n;
	exam_world_open(&w, *state, PEOPLE, ITEMS);
	set_up.paper_set_id = EXAM_SET;
	set_up.shuffle = 0;
	exam_ok(&w, exam_update(w.cx, w.exam_id, &set_up));
	exam_world_begin(&w);
	exam_as_manager(&w);
	photo(&w, 7, in);
	exam_no(&w, paper_trace(w.cx, EXAM_SET, w.exam_id, in, SHOWN, &hits, &n), ERR_STATE,
		"paper.not_shuffled");
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_photo_names_its_sitting),
		test_db_case(nobody_is_named_where_all_see_the_same),
	};
	return test_db_run("paper_trace", tests);
}
