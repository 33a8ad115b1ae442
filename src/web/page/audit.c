/* The audit trail, for the audit administrator. */
#include <string.h>

#include "base/civil.h"
#include "core/account.h"
#include "query/core.h"
#include "web/choices.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/site.h"

enum { COUNT_CAP = 1001 };

/* The words of what the verbs note; a page that was read is named by its route. */
static const struct choice actions[] = {
	{"login.ok", "登录成功"}, {"login.failed", "登录失败"}, {"login.locked", "登录锁定"},
	{"account.create", "开设账户"}, {"account.grant", "授予角色"},
	{"account.disable", "停用账户"}, {"account.enable", "启用账户"},
	{"account.reset", "重置密码"}, {"account.unlock", "解除锁定"},
	{"account.password", "修改密码"}, {"account.totp", "设置第二步验证"},
	{"token.create", "签发接口令牌"}, {"token.revoke", "吊销接口令牌"},
	{"setting.put", "设置参数"}, {"clock.move", "拨动演练时钟"},
	{"reference.import", "导入基础数据"}, {"standard.ruleset_apply", "启用申报条件"},
	{"standard.retire", "停用职业"}, {"standard.restore", "恢复职业"},
	{"person.reveal", "查看完整证件号码"}, {"person.phone", "更正登记的手机号码"},
	{"person.name", "更正登记的姓名"},
	{"objection.reveal", "查看异议人联系方式"},
	{"archive.read", "调阅档案"}, {"mark.sign", "成绩签字"}, {"mark.settle", "核定理论成绩"},
	{"essay.moderate", "仲裁主观题"}, {"statistics.take", "试题统计写回题库"},
	{"certificate.layout", "更换证书版式"}, {"handover.layout_apply", "启用上报格式"},
	{"follow.begin", "关注证书"}, {"log.begin", "公开日志另起"},
		{"log.witness_add", "登记见证方"},
	{"log.witness_remove", "移除见证方"}, {"venue.pack", "生成考点考试包"},
	{"venue.tell", "告知考试包口令"}, {"venue.cancel", "作废考试包"},
	{"venue.import", "读入考点数据"}, {0}};

static const struct choice kinds[] = {{"page", "查看页面"}, {"account", "账户"},
	{"token", "接口令牌"},
	{"setting", "参数"}, {"platform", "平台"}, {"person", "人员"}, {"batch", "批次"},
	{"enrolment", "报名"}, {"objection", "异议"}, {"certificate", "证书"},
	{"certificate_layout", "证书版式"}, {"handover_layout", "上报格式"}, {"exam", "机考"},
	{"sitting", "应试"}, {"venue_pack", "考试包"}, {"ruleset", "申报条件"},
	{"occupation", "职业"}, {"occupations", "职业目录"}, {"work_types", "工种目录"},
	{"standards", "职业标准"}, {"special_projects", "专项职业能力项目"},
	{"regions", "行政区划"}, {"holidays", "节假日与调休"}, {"log", "公开日志"}, {0}};

static const struct field filters[] = {
	{"from_on", FIELD_DATE, "起始日期"},
	{"to_on", FIELD_DATE, "截止日期"},
	{"login", FIELD_TEXT, "登录名", .max = 32},
	{"action", FIELD_CHOICE, "操作", .choices = actions},
	{"kind", FIELD_CHOICE, "对象类别", .choices = kinds},
	{"subject_id", FIELD_ID, "对象编号"},
	{0},
};

static const char *action_words(struct req *rq, const char *action)
{
	unsigned allow;
	const struct route *route = *action == '/'
		? router_match(rq->ex->site->router, GET, action, NULL, &allow) : NULL;
	return route ? route->title : choice_label(actions, action);
}

static void put_words(struct req *rq)
{
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		const char *action = json_string_value(json_object_get(row, "action"));
		const char *kind = json_string_value(json_object_get(row, "kind"));
		json_object_update_new(row, json_pack("{s:s, s:s, s:b}", "action_text",
			action_words(rq, action), "kind_text", choice_label(kinds, kind),
			"has_subject",
			!streq(json_string_value(json_object_get(row, "subject_id")), "0")));
	}
}

/* By whom: 0 for anybody, -1 for a login that nobody has. */
static int account_asked(struct req *rq, int64_t *ret_id)
{
	int64_t id = 0;
	int r = in_has(rq->in, "login") ? account_by_login(rq->cx, in_text(rq->in, "login"),
		&id) : 0;
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	*ret_id = r < 0 ? -1 : id;
	return 0;
}

static int audit_list(struct req *rq)
{
	struct q_audit_list_rows rows;
	int64_t count = 0, from = 0, to = 0, account;
	const struct input *in = rq->in;
	const char *action = in_text(in, "action"), *kind = in_text(in, "kind");
	int64_t subject = in_int(in, "subject_id");
	if (in_has(in, "from_on"))
		from = civil_midnight(in_int(in, "from_on"));
	if (in_has(in, "to_on"))
		to = civil_midnight(in_int(in, "to_on") + 1);
	int r = account_asked(rq, &account);
	if (r < 0)
		return r;
	r = q_audit_list(rq->cx->db, &rows, .from_at = from, .to_at = to, .action = action,
		.kind = kind, .account_id = account, .subject_id = subject, .page = rq_page(rq));
	if (r == 0)
		r = q_audit_list_count(rq->cx->db, &count, .from_at = from, .to_at = to,
			.action = action, .kind = kind,
			.account_id = account, .subject_id = subject, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_audit_list_desc, rows.at, rows.n, count);
	put_words(rq);
	return r;
}

const struct route routes_audit[] = {
	{GET, "/admin/audit", PERM_AUDIT_READ, audit_list, "admin/audit", "审计记录", filters,
		.audit = "查阅审计记录", .flags = ROUTE_LIST},
	{0},
};
