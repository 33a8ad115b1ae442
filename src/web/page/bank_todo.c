/* What waits for somebody in the banks: items to judge, to approve, one's own drafts. */
#include <inttypes.h>

#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

static void put_item(struct ctx *cx, struct todo_item *item, int64_t bank_id, int64_t id,
	int64_t no, const char *kind, const char *title, int64_t at)
{
	*item = (struct todo_item){
		.title = text_of(cx, "第 %" PRId64 " 题（%s）", no,
			item_kind_label(item_kind_of(kind))), .note = title, .since_at = at,
		.url = text_of(cx, "/banks/%" PRId64 "/items/%" PRId64, bank_id, id)};
}

struct who {
	int64_t author_id, other_than; /* 0: whoever wrote them; all of them */
};

/* Of the banks of one's body. */
static int find_of_body(struct ctx *cx, const char *state, struct who who,
	struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_bank_item_waiting_rows rows;
	struct scope scope = bank_scope(cx);
	int r = q_bank_item_waiting(cx->db, &rows, .state = state, .scope = scope,
		.author_id = who.author_id, .other_than = who.other_than,
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_bank_item_waiting_count(cx->db, ret_count, .state = state, .scope = scope,
			.author_id = who.author_id, .other_than = who.other_than,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		put_item(cx, &items[i], rows.at[i].bank_id, rows.at[i].id, rows.at[i].item_no,
			rows.at[i].item_kind, rows.at[i].bank_title, rows.at[i].created_at);
	*ret_n = rows.n;
	return 0;
}

/* Of the banks this very authority keeps. */
static int find_of_office(struct ctx *cx, const char *state, struct who who,
	struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_bank_item_waiting_own_rows rows;
	int r = q_bank_item_waiting_own(cx->db, &rows, .state = state,
		.region = cx->actor.region, .author_id = who.author_id,
		.other_than = who.other_than, .page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_bank_item_waiting_own_count(cx->db, ret_count, .state = state,
			.region = cx->actor.region, .author_id = who.author_id,
			.other_than = who.other_than, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		put_item(cx, &items[i], rows.at[i].bank_id, rows.at[i].id, rows.at[i].item_no,
			rows.at[i].item_kind, rows.at[i].bank_title, rows.at[i].created_at);
	*ret_n = rows.n;
	return 0;
}

static int find_in(struct ctx *cx, const char *state, struct who who, struct todo_item *items,
	size_t *ret_n, int64_t *ret_count)
{
	return cx->actor.body_id ? find_of_body(cx, state, who, items, ret_n, ret_count)
		: find_of_office(cx, state, who, items, ret_n, ret_count);
}

static int with_due(struct ctx *cx, struct todo_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *slash = items[i].url;
		int64_t id = 0;
		for (const char *z = items[i].url; *z; z++)
			slash = *z == '/' ? z : slash;
		(void)str_to_i64(str_of(slash + 1), &id);
		int r = flow_due(cx, &item_flow, id, &items[i].due_on);
		if (r < 0)
			return r;
	}
	return 0;
}

static int find_to_review(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	int r = find_in(cx, "submitted", (struct who){0, cx->actor.account_id}, items,
		ret_n, ret_count);
	return r < 0 ? r : with_due(cx, items, *ret_n);
}

static int find_to_approve(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	int r = find_in(cx, "reviewed", (struct who){0, cx->actor.account_id}, items,
		ret_n, ret_count);
	return r < 0 ? r : with_due(cx, items, *ret_n);
}

static int find_drafts(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return find_in(cx, "draft", (struct who){cx->actor.account_id, 0}, items, ret_n,
		ret_count);
}

const struct todo_source todo_bank[] = {
	{"待审核的试题", "/banks", PERM_ITEM_REVIEW, find_to_review},
	{"待批准的试题", "/banks", PERM_ITEM_APPROVE, find_to_approve},
	{"本人的试题草稿", "/banks", PERM_ITEM_WRITE, find_drafts},
	{0},
};
