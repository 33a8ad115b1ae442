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

const struct todo_source todo_registry[] = {
	{"待办理的备案", "/filings", PERM_FILING_REVIEW, find_to_check},
	{"待补正和未提交的备案", "/filings", PERM_FILING_EDIT, find_to_mend},
	{0},
};
