/* What waits for somebody about certificates after issue. */
#include <inttypes.h>

#include "domain/certificate/change.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/follow.h"
#include "query/recall.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001 };

static int find_changes(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_certificate_change_list_rows rows;
	int r = q_certificate_change_list(cx->db, &rows, .scope = cx->scope, .state = "requested",
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_certificate_change_list_count(cx->db, ret_count, .scope = cx->scope,
			.state = "requested", .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		bool corrects = streq(rows.at[i].change_kind, "correct");
		items[i] = (struct todo_item){.title = text_of(cx, "%s 证书%s", rows.at[i].name,
			corrects ? "更正" : "补发"),
			.note = text_of(cx, "%s%s", rows.at[i].number, rows.at[i].is_holders
			? "　本人申请" : ""), .since_at = rows.at[i].created_at,
			.url = text_of(cx, "/certificates/%" PRId64 "/%" PRId64 "/changes/%" PRId64,
				rows.at[i].person_id, rows.at[i].certificate_id, rows.at[i].id)};
		if ((r = flow_due(cx, &certificate_change_flow, rows.at[i].id,
			&items[i].due_on)) < 0)
			return r;
	}
	*ret_n = rows.n;
	return 0;
}

static int find_in(struct ctx *cx, const char *state, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_revocation_list_rows rows;
	int r = q_revocation_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.page = {.limit = TODO_ROWS, .sort = "oldest"});
	if (r >= 0)
		r = q_revocation_list_count(cx->db, ret_count, .scope = cx->scope, .state = state,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		items[i] = (struct todo_item){.title = text_of(cx, "%s %s", rows.at[i].name,
			revocation_reason_label(rows.at[i].reason_kind)),
			.note = rows.at[i].number, .since_at = rows.at[i].created_at,
			.url = text_of(cx, "/revocations/%" PRId64 "/%" PRId64,
				rows.at[i].person_id, rows.at[i].id)};
		if ((r = flow_due(cx, &revocation_flow, rows.at[i].id, &items[i].due_on)) < 0)
			return r;
	}
	*ret_n = rows.n;
	return 0;
}

#define FIND(name, state) \
	static int name(struct ctx *cx, struct todo_item *items, size_t *ret_n, \
		int64_t *ret_count) \
	{ \
		return find_in(cx, state, items, ret_n, ret_count); \
	}

FIND(find_opened, "opened")
FIND(find_noticed, "noticed")
FIND(find_hearing, "hearing")
FIND(find_heard, "heard")
FIND(find_decided, "decided")
FIND(find_reviewing, "reviewing")

static int find_recalls(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_recall_list_rows rows;
	int r = q_recall_list(cx->db, &rows, .scope = cx->scope, .state = "frozen",
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_recall_list_count(cx->db, ret_count, .scope = cx->scope, .state = "frozen",
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.note = rows.at[i].pick_text, .since_at = rows.at[i].created_at,
			.url = text_of(cx, "/recalls/%" PRId64, rows.at[i].id)};
		if ((r = flow_due(cx, &recall_flow, rows.at[i].id, &items[i].due_on)) < 0)
			return r;
	}
	*ret_n = rows.n;
	return 0;
}

static int find_news(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_follow_list_rows rows;
	int r = q_follow_list(cx->db, &rows, .scope = cx->scope, .state = "active",
		.only_new = ctx_today(cx), .page = {.limit = TODO_ROWS, .sort = "changed"});
	if (r >= 0)
		r = q_follow_list_count(cx->db, ret_count, .scope = cx->scope, .state = "active",
			.only_new = ctx_today(cx), .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		items[i] = (struct todo_item){.title = text_of(cx, "%s的证书%s", rows.at[i].name,
			choice_label(follow_changes, rows.at[i].change_kind)),
			.note = rows.at[i].number, .since_at = rows.at[i].changed_at,
			.url = "/follows?only_new=1"};
	*ret_n = rows.n;
	return 0;
}

static int put_suspended(struct ctx *cx, const struct q_deadline_list *row,
	struct todo_item *ret_item)
{
	struct q_certificate_locate at;
	struct q_certificate_find c;
	int r = q_certificate_locate(cx->db, &at, .id = row->subject_id, .scope = cx->scope);
	if (r == 0)
		r = q_certificate_find(cx->db, &c, .person_id = at.person_id, .id = at.id,
			.scope = cx->scope);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	*ret_item = (struct todo_item){.title = text_of(cx, "%s 暂停使用", c.name),
		.note = c.number, .due_on = row->due_on, .since_at = row->opened_at,
		.url = text_of(cx, "/certificates/%" PRId64 "/%" PRId64, at.person_id, at.id)};
	return 1;
}

static int find_suspended(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_deadline_list_rows rows;
	size_t n = 0;
	int r = q_deadline_list(cx->db, &rows, .scope = cx->scope, .kind = "certificate",
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_deadline_list_count(cx->db, ret_count, .scope = cx->scope,
			.kind = "certificate", .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if ((r = put_suspended(cx, &rows.at[i], &items[n])) < 0)
			return r;
		n += (size_t)r;
	}
	*ret_n = n;
	return 0;
}

const struct todo_source todo_life[] = {
	{"待审批的证书更正与补发", NULL, PERM_RESULT_APPROVE, find_changes},
	{"待另一人确认的证书暂停", NULL, PERM_REVOCATION_HANDLE, find_suspended},
	{"待告知的撤销案件", "/revocations?state=opened", PERM_REVOCATION_HANDLE, find_opened},
	{"待举行的听证", "/revocations?state=hearing", PERM_REVOCATION_HANDLE, find_hearing},
	{"待决定的撤销案件", "/revocations?state=heard", PERM_CERTIFICATE_REVOKE, find_heard},
	{"待送达的撤销决定", "/revocations?state=decided", PERM_REVOCATION_HANDLE, find_decided},
	{"待复核的撤销决定", "/revocations?state=reviewing", PERM_CERTIFICATE_REVOKE,
		find_reviewing},
	{"待批准的批量撤销", "/recalls?state=frozen", PERM_CERTIFICATE_REVOKE, find_recalls},
	{"涉及本机构证书的撤销案件", "/revocations?state=noticed", PERM_CERTIFICATE_FOLLOW,
		find_noticed},
	{"关注的证书有变化", "/follows?only_new=1", PERM_CERTIFICATE_FOLLOW, find_news},
	{0},
};
