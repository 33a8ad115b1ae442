#include "web/column.h"

#include <stddef.h>

#include "base/str.h"

static const struct {
	const char *column, *heading;
} columns[] = {
	{"name", "名称"}, {"title", "标题"}, {"code", "代码"}, {"number", "编号"},
		{"login", "登录名"}, {"role", "角色"},
	{"region", "地区代码"}, {"region_name", "地区"}, {"state", "状态"}, {"kind", "类别"},
		{"grade", "等级"},
	{"body_name", "评价机构"}, {"uscc", "统一社会信用代码"}, {"address", "地址"},
		{"contact", "联系人"}, {"phone", "电话"},
	{"seats", "工位数"}, {"quota", "计划人数"}, {"fee_fen", "收费（元）"},
		{"occupation_code", "职业编码"},
	{"occupation_name", "职业"}, {"occupation", "职业"}, {"work_type", "工种"},
		{"work_type_name", "工种"},
	{"person_name", "姓名"}, {"idno_mask", "证件号码"}, {"unit", "工作单位"}, {"sex", "性别"},
		{"birth_on", "出生日期"},
	{"theory_centi", "理论成绩"}, {"skill_centi", "技能成绩"}, {"review_centi", "综合评审成绩"},
		{"score_centi", "成绩"},
	{"rank_no", "序号"}, {"name_a", "甲"}, {"ticket_a", "甲准考证号"}, {"room_a", "甲考场"},
	{"place_a", "甲座位"}, {"name_b", "乙"}, {"ticket_b", "乙准考证号"}, {"room_b", "乙考场"},
	{"place_b", "乙座位"}, {"n_common", "共同题数"}, {"n_right", "相同且正确"},
	{"n_wrong", "相同且错误"}, {"is_finding", "线索"}, {"is_near", "邻座"},
	{"exam_title", "考试"},
	{"room", "考场"}, {"seat", "座位"}, {"venue_name", "考点"}, {"from_on", "开始日期"},
		{"to_on", "截止日期"},
	{"valid_from_on", "有效期起"}, {"valid_to_on", "有效期止"}, {"issued_on", "发证日期"},
		{"filed_on", "备案日期"},
	{"start_on", "开始日期"}, {"end_on", "结束日期"}, {"test_on", "考试日期"},
		{"due_on", "办理期限"}, {"at", "时间"},
	{"created_at", "创建时间"}, {"submitted_at", "提交时间"}, {"seen_at", "最近登录"},
		{"ended_at", "结束时间"},
	{"started_at", "开始时间"}, {"expires_at", "失效时间"}, {"used_at", "最近使用"},
		{"locked_until_at", "锁定至"},
	{"action", "操作"}, {"purpose", "目的"}, {"detail", "详情"}, {"actor_name", "经办人"},
		{"ip", "网络地址"},
	{"reason", "理由"}, {"message", "说明"}, {"done", "已完成"}, {"total", "总数"},
		{"count", "数量"}, {"n", "数量"},
	{"edition", "大典版本"}, {"track", "评价方式"}, {"grades", "等级"},
	{"digital", "数字职业"}, {"green", "绿色职业"},
	{"amount", "取值"}, {"effective_on", "生效日期"}, {"scopes", "权限范围"},
};

const char *column_heading(const char *column)
{
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		if (streq(columns[i].column, column))
			return columns[i].heading;
	return NULL;
}
