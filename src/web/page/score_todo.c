/* What waits about exam scores: closed exams to score or publish, essays to mark, decisions to
 * approve. */
#include <inttypes.h>

#include "query/exam_score.h"
#include "web/todo.h"

static int find_exams(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_score_exams_waiting_rows rows;
	int r = q_score_exams_waiting(cx->db, &rows, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < TODO_ROWS; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.since_at = rows.at[i].ends_at,
			.note = rows.at[i].score_version ? "已评分，待报送" : "考试已结束，待评分",
			.url = text_of(cx, "/exams/%" PRId64 "/scores", rows.at[i].id)};
	*ret_n = rows.n < TODO_ROWS ? rows.n : TODO_ROWS;
	*ret_count = (int64_t)rows.n;
	return 0;
}

static int find_essays(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_essays_waiting_rows rows;
	int r = q_essays_waiting(cx->db, &rows, .body_id = cx->actor.body_id,
		.own_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < TODO_ROWS; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.since_at = rows.at[i].ends_at,
			.note = text_of(cx, "%" PRId64 " 道待阅", rows.at[i].n),
			.url = text_of(cx, "/exams/%" PRId64 "/marking", rows.at[i].id)};
	*ret_n = rows.n < TODO_ROWS ? rows.n : TODO_ROWS;
	*ret_count = (int64_t)rows.n;
	return 0;
}

static int find_versions(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_score_versions_waiting_rows rows;
	int r = q_score_versions_waiting(cx->db, &rows, .scope = cx->scope,
		.own_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < TODO_ROWS; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.since_at = rows.at[i].created_at, .note = rows.at[i].reason,
			.url = text_of(cx, "/exams/%" PRId64 "/scores/%" PRId64, rows.at[i].exam_id,
				rows.at[i].id)};
	*ret_n = rows.n < TODO_ROWS ? rows.n : TODO_ROWS;
	*ret_count = (int64_t)rows.n;
	return 0;
}

const struct todo_source todo_score[] = {
	{"待评分或待报送的机考", NULL, PERM_RESULT_COMPILE, find_exams},
	{"待阅的主观题", NULL, PERM_SCORE_MARK, find_essays},
	{"待审核的重新计分", NULL, PERM_SCORE_APPLY, find_versions},
	{0},
};
