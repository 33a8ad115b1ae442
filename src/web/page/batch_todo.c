/* What waits for somebody about batches. */
#include <inttypes.h>

#include "domain/evaluation/batch.h"
#include "web/page/batch.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

/* Batches in one state, the first filed or the next examined first, with the deadline of the
 * state. */
static int find_in(struct ctx *cx, const char *state, const char *sort, const char *below,
	struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_batch_list_rows rows;
	int r = q_batch_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = {.limit = TODO_ROWS, .sort = sort});
	if (r >= 0)
		r = q_batch_list_count(cx->db, ret_count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_batch_list *b = &rows.at[i];
		items[i] = (struct todo_item){.title = b->title,
			.note = cx->actor.body_id ? text_of(cx, "报名 %d 人，计划 %d 人",
				(int)b->n_enrolled, (int)b->quota)
				: b->body_name,
			.url = text_of(cx, "/batches/%" PRId64 "%s", b->id, below),
				.since_at = b->filed_at};
		if ((r = flow_due(cx, &batch_flow, b->id, &items[i].due_on)) < 0)
			return r;
	}
	*ret_n = rows.n;
	return 0;
}

static int find_filed(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return find_in(cx, "filed", "filed", "", items, ret_n, ret_count);
}

static int find_returned(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return find_in(cx, "returned", "filed", "", items, ret_n, ret_count);
}

static int find_closed(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return find_in(cx, "closed", "exam", "/arrangement", items, ret_n, ret_count);
}

static int find_drafts(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return find_in(cx, "draft", "newest", "", items, ret_n, ret_count);
}

static int find_postponed(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	return find_in(cx, "postponed", "newest", "", items, ret_n, ret_count);
}

const struct todo_source todo_batch[] = {
	{"待审核的批次计划", "/batches?state=filed", PERM_BATCH_REVIEW, find_filed},
	{"退回修改的批次计划", "/batches?state=returned", PERM_BATCH_EDIT, find_returned},
	{"待编排的批次", "/batches?state=closed", PERM_ARRANGE, find_closed},
	{"延期待重新安排的批次", "/batches?state=postponed", PERM_BATCH_EDIT, find_postponed},
	{"尚未报备的批次", "/batches?state=draft", PERM_BATCH_EDIT, find_drafts},
	{0},
};
