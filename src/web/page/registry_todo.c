/* What waits in the registry: filings to check for the authority, filings to mend for the body. */
#include <inttypes.h>
#include <string.h>

#include "domain/registry/registry.h"
#include "query/core.h"
#include "query/registry.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

static int due_on(struct ctx *cx, int64_t filing_id, int64_t *ret_due_on)
{
	return flow_due(cx, &filing_flow, filing_id, ret_due_on);
}

static int find_in(struct ctx *cx, const char *state, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_filing_list_rows rows;
	int64_t count = 0;
	int r = q_filing_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = {.limit = TODO_ROWS, .sort = "submitted"});
	if (r >= 0)
		r = q_filing_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && *ret_n < TODO_ROWS; i++) {
		struct todo_item *item = &items[(*ret_n)++];
		*item = (struct todo_item){.title = rows.at[i].body_name,
			.since_at = rows.at[i].submitted_at,
			.note = flow_state(&filing_flow, state)->label,
			.url = text_of(cx, "/filings/%" PRId64, rows.at[i].id)};
		if ((r = due_on(cx, rows.at[i].id, &item->due_on)) < 0)
			return r;
	}
	*ret_count += count;
	return 0;
}

static int find_each(struct ctx *cx, const char *const *states, struct todo_item *items,
	size_t *ret_n, int64_t *ret_count)
{
	*ret_n = 0;
	*ret_count = 0;
	for (; *states; states++) {
		int r = find_in(cx, *states, items, ret_n, ret_count);
		if (r < 0)
			return r;
	}
	return 0;
}

static int find_to_check(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	static const char *const states[] = {"submitted", "accepted", "site", "reviewed",
		"publicity", NULL};
	return find_each(cx, states, items, ret_n, ret_count);
}

static int find_to_mend(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	static const char *const states[] = {"returned", "draft", NULL};
	return find_each(cx, states, items, ret_n, ret_count);
}

/* A body that only registered is told where to begin. */
static int find_to_begin(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_body_find body;
	struct q_filing_open_of_body_rows open;
	int64_t id = cx->actor.body_id;
	int r = q_body_find(cx->db, &body, .id = id, .own_id = id, .scope_lo = cx->scope.lo,
		.scope_hi = cx->scope.hi);
	*ret_n = 0;
	*ret_count = 0;
	if (r == ERR_NOTFOUND || (r >= 0 && !streq(body.state, "registered")))
		return 0;
	if (r >= 0)
		r = q_filing_open_of_body(cx->db, &open, .body_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (open.n)
		return 0;
	items[0] = (struct todo_item){.title = "首次备案",
		.note = "先登记考场和考务人员，再建立备案，填写评价范围、上传材料",
		.since_at = body.created_at, .url = "/filings/new"};
	*ret_n = 1;
	*ret_count = 1;
	return 0;
}

const struct todo_source todo_registry[] = {
	{"开始备案", NULL, PERM_FILING_EDIT, find_to_begin},
	{"待办理的备案", "/filings", PERM_FILING_REVIEW, find_to_check},
	{"待补正和未提交的备案", "/filings", PERM_FILING_EDIT, find_to_mend},
	{0},
};
