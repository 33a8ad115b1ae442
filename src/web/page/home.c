/* The first page of the public, and the to-do page of everybody who works here. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/todo.h"
#include "web/url.h"

static int home_show(struct req *rq)
{
	if (rq->cx->actor.account_id && rq->cx->actor.role != ROLE_WORKER
		&& rq->ex->face == FACE_HTML)
		return rq_redirect(rq, "/todo");
	if (rq->cx->actor.role == ROLE_WORKER && rq->ex->face == FACE_HTML)
		return rq_redirect(rq, "/career");
	return 0;
}

static json_t *item_view(struct req *rq, const struct todo_item *item)
{
	char since[CIVIL_TEXT] = "", due[CIVIL_TEXT] = "";
	int64_t left = item->due_on ? workday_between(rq->cx, ctx_today(rq->cx), item->due_on) : 0;
	if (item->since_at)
		civil_put_time(item->since_at, since);
	if (item->due_on)
		civil_put_day_zh(item->due_on, due);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:b}", "title", item->title, "url",
		item->url, "note",
		item->note ? item->note : "", "since_text", since, "due_text", due, "due_left",
		(json_int_t)(left < 0 ? -left : left), "is_overdue", left < 0, "is_urgent",
		item->due_on && left <= 1);
}

static int add_source(struct req *rq, const struct todo_source *source, json_t *groups)
{
	struct todo_item items[TODO_ROWS] = {0};
	size_t n = 0;
	int64_t count = 0;
	if (!ctx_may(rq->cx, source->perm))
		return 0;
	int r = source->find(rq->cx, items, &n, &count);
	if (r < 0)
		return r;
	json_t *rows = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, item_view(rq, &items[i]));
	if (n)
		json_array_append_new(groups,
			json_pack("{s:s, s:s, s:I, s:o, s:b}", "label", source->label, "url",
			source->url ? source->url : "", "count", (json_int_t)count, "items", rows,
			"more", count > (int64_t)n));
	else
		json_decref(rows);
	return 0;
}

static int todo_show(struct req *rq)
{
	json_t *groups = json_array();
	int r = 0;
	for (size_t i = 0; todo_tables[i]; i++)
		for (const struct todo_source *s = todo_tables[i]; r == 0 && s->label; s++)
			r = add_source(rq, s, groups);
	view_set(rq, "groups", groups);
	view_flag(rq, "is_idle", json_array_size(groups) == 0);
	return r;
}

static const struct field large_fields[] = {
	{"on", FIELD_BOOL, "大字版"},
	{"back", FIELD_TEXT, "返回", .max = 2000},
	{0},
};

/* Large type for those who read with effort, as the button of the page frame does it where scripts
 * run. */
static int large_set(struct req *rq)
{
	const char *back = in_text(rq->in, "back");
	bool on = in_int(rq->in, "on");
	answer_header(rq->ex, "Set-Cookie", on ? "large=1; Path=/; Max-Age=31536000; SameSite=Lax" :
		"large=; Path=/; Max-Age=0; SameSite=Lax");
	return rq_redirect(rq, "%s", url_is_local(back) ? back : "/");
}

const struct route routes_home[] = {
	{GET, "/", PERM_PUBLIC, home_show, "home", "首页"},
	{GET, "/todo", PERM_TODO, todo_show, "todo", "待办"},
	{GET, "/large", PERM_PUBLIC, large_set, NULL, "大字版", large_fields,
		.flags = ROUTE_DOWNLOAD},
	{0},
};
