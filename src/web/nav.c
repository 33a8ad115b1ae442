#include "web/nav.h"

#include <string.h>

#include "web/router.h"
#include "web/site.h"

/* Rows of one group stand together. A row whose page does not exist is left out. */
static const struct {
	const char *group, *label, *path;
} rows[] = {
	{"工作台", "待办", "/todo"},
	{"工作台", "今日考场", "/board"},
	{"工作台", "考场监考", "/watch"},
	{"本人", "技能阶梯", "/career"},
	{"本人", "我的报名", "/my/enrolments"},
	{"本人", "我的证书", "/my/certificates"},
	{"本人", "证书事项", "/my/matters"},
	{"本人", "我的资料", "/my/facts"},
	{"机构", "评价机构", "/bodies"},
	{"机构", "备案管理", "/filings"},
	{"机构", "考场场地", "/venues"},
	{"机构", "考务人员", "/staff"},
	{"评价", "评价批次", "/batches"},
	{"评价", "报名管理", "/enrolments"},
	{"评价", "机考", "/exams"},
	{"评价", "我的评分", "/marking"},
	{"评价", "成绩", "/results"},
	{"评价", "雷同线索", "/forensic-cases"},
	{"题库", "题库", "/banks"},
	{"题库", "组卷方案", "/blueprints"},
	{"题库", "套卷", "/papers"},
	{"证书", "证书管理", "/certificates"},
	{"证书", "批量颁发", "/issue-runs"},
	{"证书", "联网上报", "/handover-packages"},
	{"证书", "上报记录", "/handover"},
	{"证书", "已有证书", "/held"},
	{"证书", "撤销案件", "/revocations"},
	{"证书", "批量撤销", "/recalls"},
	{"证书", "关注的证书", "/follows"},
	{"统计", "统计数据", "/figures"},
	{"标准", "职业与标准", "/occupations"},
	{"标准", "申报条件", "/rules"},
	{"标准", "上报格式", "/handover-layouts"},
	{"系统", "账户", "/admin/accounts"},
	{"系统", "接口令牌", "/admin/tokens"},
	{"系统", "参数", "/admin/settings"},
	{"系统", "任务", "/admin/jobs"},
	{"系统", "审计", "/admin/audit"},
	{"系统", "查验日志", "/admin/lookups"},
	{"系统", "演练时钟", "/admin/clock"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_shown(struct exchange *ex, const char *path)
{
	unsigned allow;
	const struct route *route = router_match(ex->site->router, GET, path, NULL, &allow);
	bool demo_only = streq(path, "/admin/clock");
	bool of_body = streq(path, "/venues") || streq(path, "/staff");
	/* Open pages are in the way of those who do not work with them. */
	enum perm perm = route && route->perm == PERM_PUBLIC ? PERM_STANDARD_READ : PERM_NONE;
	return route && ctx_may(&ex->cx, perm ? perm : route->perm) &&
		(!demo_only || ex->site->options.demo) && (!of_body || ex->cx.actor.body_id);
}

/* The page itself, or one below it. */
static bool is_active(const char *here, const char *path)
{
	size_t n = strlen(path);
	return strncmp(here, path, n) == 0 && (here[n] == 0 || here[n] == '/');
}

json_t *nav_of(struct exchange *ex)
{
	json_t *groups = json_array(), *items = NULL;
	const char *group = "";
	for (size_t i = 0; i < ROWS && ex->cx.actor.account_id; i++) {
		if (!is_shown(ex, rows[i].path))
			continue;
		if (!streq(group, rows[i].group)) {
			group = rows[i].group;
			items = json_array();
			json_array_append_new(groups,
				json_pack("{s:s, s:o}", "label", group, "items", items));
		}
		json_array_append_new(items,
			json_pack("{s:s, s:s, s:b}", "label", rows[i].label, "url", rows[i].path,
			"active", is_active(ex->path, rows[i].path)));
	}
	return groups;
}

static void add_crumb(json_t *items, const char *label, const char *url)
{
	json_array_append_new(items, json_pack("{s:s, s:s}", "label", label, "url", url));
}

json_t *crumbs_of(struct exchange *ex)
{
	json_t *items = json_array();
	char *path = arena_dup(ex->arena, ex->path);
	if (!ex->cx.actor.account_id && !streq(path, "/"))
		add_crumb(items, "首页", "/");
	for (char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		unsigned allow;
		*end = 0;
		const struct route *route = router_match(ex->site->router, GET, path, NULL, &allow);
		if (route && route->template && ctx_may(&ex->cx, route->perm))
			add_crumb(items, route->title, path);
		*end = '/';
	}
	if (json_array_size(items))
		return json_pack("{s:o}", "items", items);
	json_decref(items);
	return json_false();
}
