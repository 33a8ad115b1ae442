/* The first page of the public, and the to-do page of everybody who works here. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/site.h"
#include "web/todo.h"
#include "web/url.h"

/* The ways in, by who one is; those whose page exists. */
static const struct {
	const char *label, *text, *url;
} ways[] = {
	{"我能申报吗", "不用登录，先看看自己符合哪一级的申报条件", "/check"},
	{"正在报名", "各评价机构公布的评价批次", "/open"},
	{"结果公示", "成绩公示与异议", "/results/public"},
	{"评价机构名录", "已备案的机构及其职业范围", "/register"},
	{"职业与申报条件", "有哪些职业、等级和标准，各级怎样申报", "/occupations"},
	{"评价统计", "颁发证书和在册机构的数量", "/figures/public"},
	{"劳动者登录", "报名、准考证、成绩、证书与技能阶梯", "/login"},
	{"工作人员登录", "评价机构、考评员与人社部门", "/login"},
};

static json_t *ways_of(struct req *rq)
{
	json_t *array = json_array();
	unsigned allow;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (router_match(rq->ex->site->router, GET, ways[i].url, NULL, &allow))
			json_array_append_new(array,
				json_pack("{s:s, s:s, s:s}", "label", ways[i].label, "text",
				ways[i].text, "url", ways[i].url));
	return array;
}

static bool has_page(struct req *rq, const char *path)
{
	unsigned allow;
	return router_match(rq->ex->site->router, GET, path, NULL, &allow);
}

/* Whoever is logged in starts at his own page. */
static int home_show(struct req *rq)
{
	enum role role = rq->cx->actor.role;
	bool at_home = rq->ex->face == FACE_JSON || !rq->cx->actor.account_id;
	view_set(rq, "ways", ways_of(rq));
	if (!at_home && role == ROLE_WORKER)
		return rq_redirect(rq, has_page(rq, "/career") ? "/career" : "/account");
	if (!at_home)
		return rq_redirect(rq, ctx_may(rq->cx, PERM_TODO) ? "/todo" : "/account");
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
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "title", item->title, "url",
		item->url, "note",
		item->note ? item->note : "", "since_text", since, "due_text", due, "due_left",
		(json_int_t)(left < 0 ? -left : left), "is_overdue", left < 0);
}

/* What is overdue stands first, the longest first; the rest stays in the order of the rooms. */
static void add_group(json_t *groups, json_t *group, int64_t late)
{
	size_t i = 0;
	while (i < json_array_size(groups) &&
		json_integer_value(json_object_get(json_array_get(groups, i), "late")) >= late)
		i++;
	json_object_set_new(group, "late", json_integer(late));
	json_array_insert_new(groups, i, group);
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
	if (!n)
		return 0;
	json_t *rows = json_array();
	int64_t late = 0, today = ctx_today(rq->cx);
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(rows, item_view(rq, &items[i]));
		if (items[i].due_on && today - items[i].due_on > late)
			late = today - items[i].due_on;
	}
	add_group(groups, json_pack("{s:s, s:s, s:I, s:o, s:b}", "label", source->label, "url",
		source->url ? source->url : "", "count", (json_int_t)count, "items", rows,
		"more", count > (int64_t)n), late);
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
	view_flag(rq, "is_long", json_array_size(groups) > 3);
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
