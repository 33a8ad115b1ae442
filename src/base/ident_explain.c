#include "base/ident_explain.h"

#include <string.h>

#include "base/civil.h"
#include "base/utf8.h"

struct subject {
	struct arena *a;
	const char *whole; /* in its normal spelling, of the right length */
	int64_t today;
	size_t length; /* characters given */
	bool has_check;
};

/* One part of a number. explain() sets the meaning and returns whether the part can be. */
struct part {
	int from, n;
	const char *name;
	bool (*explain)(const struct subject *s, const char *value, const char **ret_meaning);
};

/* Code, or letter, and what it stands for. */
struct meaning {
	const char *code, *text;
};

static const struct meaning regions[] = {{"10", "全国（中央机关登记）"}, {"11", "北京市"},
	{"12", "天津市"}, {"13", "河北省"}, {"14", "山西省"}, {"15", "内蒙古自治区"},
	{"21", "辽宁省"}, {"22", "吉林省"}, {"23", "黑龙江省"}, {"31", "上海市"}, {"32", "江苏省"},
	{"33", "浙江省"}, {"34", "安徽省"}, {"35", "福建省"}, {"36", "江西省"}, {"37", "山东省"},
	{"41", "河南省"}, {"42", "湖北省"}, {"43", "湖南省"}, {"44", "广东省"},
	{"45", "广西壮族自治区"}, {"46", "海南省"}, {"50", "重庆市"}, {"51", "四川省"},
	{"52", "贵州省"}, {"53", "云南省"}, {"54", "西藏自治区"}, {"61", "陕西省"},
	{"62", "甘肃省"}, {"63", "青海省"}, {"64", "宁夏回族自治区"}, {"65", "新疆维吾尔自治区"},
	{"71", "台湾省"}, {"81", "香港特别行政区"}, {"82", "澳门特别行政区"},
	{"3701", "山东省济南市"}, {"3702", "山东省青岛市"}, {"3703", "山东省淄博市"},
	{"3704", "山东省枣庄市"}, {"3705", "山东省东营市"}, {"3706", "山东省烟台市"},
	{"3707", "山东省潍坊市"}, {"3708", "山东省济宁市"}, {"3709", "山东省泰安市"},
	{"3710", "山东省威海市"}, {"3711", "山东省日照市"},
	{"3712", "山东省莱芜市（2019年撤销，并入济南市）"}, {"3713", "山东省临沂市"},
	{"3714", "山东省德州市"}, {"3715", "山东省聊城市"}, {"3716", "山东省滨州市"},
	{"3717", "山东省菏泽市"}, {"371002", "山东省威海市环翠区"},
	{"371003", "山东省威海市文登区"}, {"371082", "山东省威海市荣成市"},
	{"371083", "山东省威海市乳山市"}, {"810000", "香港特别行政区居民"},
	{"820000", "澳门特别行政区居民"}, {"830000", "台湾地区居民"}, {0}};

/* GB 32100-2015, table 1 and amendment 1. */
static const struct meaning departments[] = {{"1", "机构编制"}, {"2", "外交"}, {"3", "司法行政"},
	{"4", "文化"}, {"5", "民政"}, {"6", "旅游"}, {"7", "宗教"}, {"8", "工会"},
	{"9", "市场监督管理（原工商）"}, {"A", "中央军委改革和编制办公室"}, {"N", "农业"},
	{"Y", "其他"}, {0}};

/* Department and kind together. */
static const struct meaning kinds[] = {{"11", "机关"}, {"12", "事业单位"},
	{"13", "编办直接管理机构编制的群众团体"}, {"19", "其他"}, {"21", "外国常驻新闻机构"},
	{"29", "其他"}, {"31", "律师执业机构"}, {"32", "公证处"}, {"33", "基层法律服务所"},
	{"34", "司法鉴定机构"}, {"35", "仲裁委员会"}, {"39", "其他"}, {"41", "外国在华文化中心"},
	{"49", "其他"}, {"51", "社会团体"}, {"52", "民办非企业单位（社会服务机构）"},
	{"53", "基金会"}, {"59", "其他"}, {"61", "外国旅游部门常驻代表机构"},
	{"62", "港澳台地区旅游部门常驻内地（大陆）代表机构"}, {"69", "其他"},
	{"71", "宗教活动场所"}, {"72", "宗教院校"}, {"79", "其他"}, {"81", "基层工会"},
	{"89", "其他"}, {"91", "企业"}, {"92", "个体工商户"}, {"93", "农民专业合作社"},
	{"A1", "军队事业单位"}, {"A9", "其他"}, {"N1", "组级集体经济组织"},
	{"N2", "村级集体经济组织"}, {"N3", "乡镇级集体经济组织"}, {"N9", "其他"}, {"Y1", "其他"},
	{0}};

static const struct meaning body_kinds[] = {{"Y", "用人单位"}, {"S", "社会培训评价组织"}, {0}};

static const struct meaning grades[] = {{"5", "五级/初级工"}, {"4", "四级/中级工"},
	{"3", "三级/高级工"}, {"2", "二级/技师"}, {"1", "一级/高级技师"}, {0}};

static const struct meaning old_bodies[] = {{"0", "职业技能鉴定中心"}, {"1", "国家职业技能鉴定所"},
	{"2", "地方职业技能鉴定站"}, {"3", "行业职业技能鉴定站"}, {"4", "企业或工人考核委员会"},
	{0}};

static const char *look_up(const struct meaning *table, const char *code)
{
	for (; table->code; table++)
		if (streq(table->code, code))
			return table->text;
	return NULL;
}

const char *ident_region_name(const char *code)
{
	char key[7];
	size_t n = strnlen(code, 6);
	memcpy(key, code, n);
	for (n -= n % 2; n >= 2; n -= 2) {
		key[n] = 0;
		const char *name = look_up(regions, key);
		if (name)
			return name;
	}
	return "";
}

static bool is_digits(const char *z)
{
	return z[strspn(z, "0123456789")] == 0;
}

static bool say(const char *meaning, bool ok, const char **ret_meaning)
{
	*ret_meaning = meaning;
	return ok;
}

static bool explain_table(const struct meaning *table, const char *value, const char *otherwise,
	const char **ret_meaning)
{
	const char *text = look_up(table, value);
	return say(text ? text : otherwise, text != NULL, ret_meaning);
}

static bool explain_region(const struct subject *s, const char *value, const char **ret_meaning)
{
	bool special = streq(value, "830000");
	if (!is_digits(value) || (!special && !ident_is_province(value)))
		return say("没有这个省级行政区划代码", false, ret_meaning);
	if ((value[0] == '8' && strlen(value) == 6 && !streq(value + 2, "0000")))
		return say("港澳台居民居住证应为810000、820000或830000", false, ret_meaning);
	(void)s;
	return say(ident_region_name(value), true, ret_meaning);
}

static bool explain_uscc_region(
	const struct subject *s, const char *value, const char **ret_meaning)
{
	if (is_digits(value) && strncmp(value, "10", 2) == 0)
		return say(ident_region_name(value), true, ret_meaning);
	return explain_region(s, value, ret_meaning);
}

static bool explain_birth(const struct subject *s, const char *value, const char **ret_meaning)
{
	int64_t day;
	if (!is_digits(value) || strncmp(value, "1800", 4) < 0 ||
		!civil_parse_day(str_of(value), &day))
		return say("日历上没有这一天", false, ret_meaning);
	if (day > s->today)
		return say(arena_printf(s->a, "%s，晚于今天", civil_day_text_zh(s->a, day)), false,
			ret_meaning);
	int age = (int)civil_years_between(day, s->today);
	return say(arena_printf(s->a, "%s，%d周岁", civil_day_text_zh(s->a, day), age), true,
		ret_meaning);
}

static bool explain_sex(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	if (!is_digits(value))
		return say("应为3位数字", false, ret_meaning);
	return say((value[2] - '0') % 2 ? "男（单数）" : "女（双数）", true, ret_meaning);
}

static bool explain_check(
	const struct subject *s, char want, const char *value, const char **ret_meaning)
{
	if (!want)
		return say("前面有不允许的字符，无法计算", false, ret_meaning);
	if (value[0] == want)
		return say("校验正确", true, ret_meaning);
	return say(arena_printf(s->a, "校验不对：按前面各位应为%c", want), false, ret_meaning);
}

static bool explain_idno_check(const struct subject *s, const char *value, const char **ret_meaning)
{
	return explain_check(s, ident_idno_check(s->whole), value, ret_meaning);
}

static bool explain_foreign(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	(void)value;
	return say("外国人永久居留身份证", true, ret_meaning);
}

static bool explain_country(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	return say(is_digits(value) ? "国家和地区数字代码（GB/T 2659）" : "应为3位数字",
		is_digits(value), ret_meaning);
}

static const struct part idno_parts[] = {
	{1, 6, "地址码", explain_region},
	{7, 8, "出生日期码", explain_birth},
	{15, 3, "顺序码", explain_sex},
	{18, 1, "校验码", explain_idno_check},
	{0},
};

static const struct part foreign_parts[] = {
	{1, 1, "证件类别", explain_foreign},
	{2, 2, "受理地", explain_region},
	{4, 3, "国籍代码", explain_country},
	{7, 8, "出生日期码", explain_birth},
	{15, 3, "顺序码", explain_sex},
	{18, 1, "校验码", explain_idno_check},
	{0},
};

static bool explain_department(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	return explain_table(departments, value, "标准中没有这个登记管理部门", ret_meaning);
}

static bool explain_kind(const struct subject *s, const char *value, const char **ret_meaning)
{
	const char *both = arena_printf(s->a, "%c%s", s->whole[0], value);
	const char *text = look_up(kinds, both);
	if (text)
		return say(text, true, ret_meaning);
	bool ok = value[0] && strchr("0123456789ABCDEFGHJKLMNPQRTUWXY", value[0]);
	return say(ok ? "未列入标准附表的机构类别" : "不允许的字符", ok, ret_meaning);
}

static bool explain_inner_orgno(
	const struct subject *s, const char *value, const char **ret_meaning)
{
	char want = ident_orgno_check(value);
	if (strpbrk(value, "IOSVZ"))
		want = 0;
	return explain_check(s, want, value + 8, ret_meaning);
}

static bool explain_uscc_check(const struct subject *s, const char *value, const char **ret_meaning)
{
	return explain_check(s, ident_uscc_check(s->whole), value, ret_meaning);
}

static const struct part uscc_parts[] = {
	{1, 1, "登记管理部门代码", explain_department},
	{2, 1, "机构类别代码", explain_kind},
	{3, 6, "登记管理机关行政区划码", explain_uscc_region},
	{9, 9, "主体标识码（组织机构代码）", explain_inner_orgno},
	{18, 1, "校验码", explain_uscc_check},
	{0},
};

static bool explain_orgno_body(const struct subject *s, const char *value, const char **ret_meaning)
{
	bool ok = ident_orgno_check(value) != 0;
	(void)s;
	return say(ok ? "本体代码" : "只能是数字和大写字母", ok, ret_meaning);
}

static bool explain_orgno_check(
	const struct subject *s, const char *value, const char **ret_meaning)
{
	return explain_check(s, ident_orgno_check(s->whole), value, ret_meaning);
}

static const struct part orgno_parts[] = {
	{1, 8, "本体代码", explain_orgno_body},
	{9, 1, "校验码", explain_orgno_check},
	{0},
};

static bool explain_body_kind(const struct subject *s, const char *value, const char **ret_meaning)
{
	const char *known = look_up(body_kinds, value);
	(void)s;
	return say(known ? known : *value >= 'A' && *value <= 'Z'
		? "国家编码规则（Y用人单位，S社会培训评价组织）以外的类别，以当地规定为准"
		: "应为评价机构类别的字母（Y用人单位，S社会培训评价组织）",
		*value >= 'A' && *value <= 'Z', ret_meaning);
}

static bool explain_body_number(
	const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	if (!is_digits(value))
		return say("应为4位数字", false, ret_meaning);
	return say(streq(value, "0000") ? "在省级人社部门备案" : "在人力资源社会保障部备案", true,
		ret_meaning);
}

static bool explain_local(const struct subject *s, const char *value, const char **ret_meaning)
{
	if (!is_digits(value))
		return say("应为6位数字", false, ret_meaning);
	if (strncmp(s->whole + 5, "37", 2) != 0)
		return say("由省级人社部门编制", true, ret_meaning);
	if (strncmp(value, "00", 2) == 0)
		return say("由省级人社部门编制；前两位00为省直", true, ret_meaning);
	const char *city = look_up(regions, arena_printf(s->a, "37%.2s", value));
	const char *of = city ? city : "未知";
	return say(arena_printf(s->a, "由省级人社部门编制；前两位%.2s为%s", value, of), true,
		ret_meaning);
}

static bool explain_year(const struct subject *s, const char *value, const char **ret_meaning)
{
	if (!is_digits(value))
		return say("应为2位数字", false, ret_meaning);
	return say(arena_printf(s->a, "20%s年", value), true, ret_meaning);
}

static bool explain_grade(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	if (value[0] >= 'A' && value[0] <= 'Z')
		return say("字母：特级技师或首席技师，以省级规定为准", true, ret_meaning);
	return explain_table(grades, value, "没有这个等级代码（5至1）", ret_meaning);
}

static bool explain_serial(const struct subject *s, const char *value, const char **ret_meaning)
{
	if (!is_digits(value))
		return say("只能是数字", false, ret_meaning);
	const char *number = value + strspn(value, "0");
	if (!*number)
		return say("序列码从1开始，不能全为0", false, ret_meaning);
	return say(arena_printf(s->a, "第%s号", number), true, ret_meaning);
}

static const struct part certno_parts[] = {
	{1, 1, "评价机构类别", explain_body_kind},
	{2, 4, "评价机构代码", explain_body_number},
	{6, 2, "机构所在地省级代码", explain_region},
	{8, 6, "机构序列码", explain_local},
	{14, 2, "核发年份", explain_year},
	{16, 1, "等级", explain_grade},
	{17, 6, "证书序列码", explain_serial},
	{0},
};

static const struct part bodyno_parts[] = {
	{1, 1, "评价机构类别", explain_body_kind},
	{2, 4, "评价机构代码", explain_body_number},
	{6, 2, "机构所在地省级代码", explain_region},
	{8, 6, "机构序列码", explain_local},
	{0},
};

static bool explain_old_year(const struct subject *s, const char *value, const char **ret_meaning)
{
	return say(arena_printf(s->a, "%s%s年", value[0] == '9' ? "19" : "20", value), true,
		ret_meaning);
}

static bool explain_old_region(const struct subject *s, const char *value, const char **ret_meaning)
{
	const char *name = ident_region_name(value);
	return say(ident_is_province(value) ? arena_printf(s->a,
		"按GB/T 2260为%s；旧编号另有代码表，以其为准", name) : "见旧编号代码表", true,
		ret_meaning);
}

static bool explain_old_city(const struct subject *s, const char *value, const char **ret_meaning)
{
	const char *city = look_up(regions, arena_printf(s->a, "%.2s%s", s->whole + 2, value));
	return say(city ? city : "地市代码", true, ret_meaning);
}

static bool explain_old_body(const struct subject *s, const char *value, const char **ret_meaning)
{
	const char *text = look_up(old_bodies, value);
	(void)s;
	return say(text ? text : "其他鉴定机构", true, ret_meaning);
}

static bool explain_old_body_number(
	const struct subject *s, const char *value, const char **ret_meaning)
{
	return say(arena_printf(s->a, "鉴定机构第%s号", value), true, ret_meaning);
}

static bool explain_old_grade(const struct subject *s, const char *value, const char **ret_meaning)
{
	if (streq(value, "6"))
		return say("专项职业能力（不分等级）", true, ret_meaning);
	return explain_grade(s, value, ret_meaning);
}

static bool explain_padding(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	(void)value;
	return say("补足 16 位", true, ret_meaning);
}

static bool explain_shanghai(const struct subject *s, const char *value, const char **ret_meaning)
{
	(void)s;
	(void)value;
	return say("上海市旧版 13 位编号，各位含义未公布", true, ret_meaning);
}

static const struct part shanghai_parts[] = {{1, 13, "证书编号", explain_shanghai}, {0}};
static const struct part padded_shanghai_parts[] = {
	{1, 3, "补位", explain_padding},
	{4, 13, "证书编号", explain_shanghai},
	{0},
};

static const struct part old_certno_parts[] = {
	{1, 2, "核发年份", explain_old_year},
	{3, 2, "省（自治区、直辖市）或行业代码", explain_old_region},
	{5, 2, "地市代码", explain_old_city},
	{7, 1, "鉴定机构类别", explain_old_body},
	{8, 3, "鉴定机构序号", explain_old_body_number},
	{11, 1, "等级", explain_old_grade},
	{12, 5, "证书顺序码", explain_serial},
	{0},
};

static bool explain_card_kind(const struct subject *s, const char *value, const char **ret_meaning)
{
	bool ok = streq(value, "R");
	(void)s;
	return say(ok ? "外部质量督导员" : "外部质量督导员证卡以R开头", ok, ret_meaning);
}

static const struct part cardno_parts[] = {
	{1, 1, "证卡类别", explain_card_kind},
	{2, 2, "省级代码", explain_region},
	{4, 2, "发证年份", explain_year},
	{6, 4, "序列号", explain_serial},
	{0},
};

/* The readers under one signature. */
static int read_idno(const char *z, struct ident_fault *ret_fault)
{
	struct idno idno;
	return ident_idno(str_of(z), &idno, ret_fault);
}

static int read_uscc(const char *z, struct ident_fault *ret_fault)
{
	struct uscc uscc;
	return ident_uscc(str_of(z), &uscc, ret_fault);
}

static int read_orgno(const char *z, struct ident_fault *ret_fault)
{
	struct orgno orgno;
	return ident_orgno(str_of(z), &orgno, ret_fault);
}

static int read_certno(const char *z, struct ident_fault *ret_fault)
{
	struct certno certno;
	return ident_certno(str_of(z), &certno, ret_fault);
}

static int read_bodyno(const char *z, struct ident_fault *ret_fault)
{
	struct bodyno bodyno;
	return ident_bodyno(str_of(z), &bodyno, ret_fault);
}

static int read_cardno(const char *z, struct ident_fault *ret_fault)
{
	struct cardno cardno;
	return ident_cardno(str_of(z), &cardno, ret_fault);
}

static const struct identifier {
	const char *name;
	size_t length;
	int (*read)(const char *z, struct ident_fault *ret_fault);
	const struct part *parts;
} identifiers[] = {
	[IDENT_IDNO] = {"公民身份号码", 18, read_idno, idno_parts},
	[IDENT_USCC] = {"统一社会信用代码", 18, read_uscc, uscc_parts},
	[IDENT_ORGNO] = {"组织机构代码", 9, read_orgno, orgno_parts},
	[IDENT_CERTNO] = {"证书编号", 22, read_certno, certno_parts},
	[IDENT_BODYNO] = {"评价机构编码", 13, read_bodyno, bodyno_parts},
	[IDENT_CARDNO] = {"督导员证卡编号", 9, read_cardno, cardno_parts},
};

static const struct {
	const char *name, *text;
} reasons[] = {
	[IDENT_OK] = {"ok", "格式正确"},
	[IDENT_EMPTY] = {"empty", "没有填写"},
	[IDENT_LENGTH] = {"length", "位数不对，请核对是否多输或漏输"},
	[IDENT_OLD15] = {"old15", "15位身份证号码自2013年1月1日起停止使用，请填写18位号码"},
	[IDENT_SHEET] = {"sheet",
		"号码被电子表格当作数字，末尾几位已丢失；请把该列设为文本格式后重新填写"},
	[IDENT_CHAR] = {"char", "有不允许的字符，请核对"},
	[IDENT_REGION] = {"region", "行政区划代码不存在，请核对"},
	[IDENT_DATE] = {"date", "出生日期不存在，请核对"},
	[IDENT_FUTURE] = {"future", "出生日期晚于今天，请核对"},
	[IDENT_KIND] = {"kind", "类别代码不在标准所列范围内，请核对"},
	[IDENT_GRADE] = {"grade", "等级代码不对，请核对"},
	[IDENT_SERIAL] = {"serial", "序列码不能全为0，请核对"},
	[IDENT_ORGNO_CHECK] = {"orgno",
		"其中的组织机构代码（第9至17位）校验不对，请核对有没有输错"},
	[IDENT_CHECK] = {"check", "校验码不对，请逐位核对有没有输错"},
};

const char *ident_reason_text(enum ident_reason reason)
{
	return reasons[reason].text;
}

const char *ident_reason_name(enum ident_reason reason)
{
	return reasons[reason].name;
}

static const struct part *parts_of(const struct identifier *id, const char *z)
{
	size_t n = strlen(z);
	if (id->parts == certno_parts && n == 13 && is_digits(z))
		return shanghai_parts;
	if (id->parts == certno_parts && n == 16 && is_digits(z))
		return strncmp(z, "000", 3) ? old_certno_parts : padded_shanghai_parts;
	if (n != id->length)
		return NULL;
	return id->parts == idno_parts && z[0] == '9' ? foreign_parts : id->parts;
}

static void explain_parts(const struct subject *s, const struct part *parts, struct ident_report *r)
{
	size_t n = 0;
	while (parts[n].name)
		n++;
	struct ident_line *lines = arena_array(s->a, struct ident_line, n);
	for (size_t i = 0; i < n; i++) {
		const struct part *p = &parts[i];
		struct ident_line *line = &lines[i];
		line->part = p->name;
		line->value = arena_str(s->a, (struct str){s->whole + p->from - 1, (size_t)p->n});
		line->from = p->from;
		line->to = p->from + p->n - 1;
		line->ok = p->explain(s, line->value, &line->meaning);
	}
	r->n = n;
	r->lines = lines;
}

static void look_ahead(const struct subject *s, enum ident_what what, struct ident_report *r)
{
	struct idno idno;
	if (what != IDENT_IDNO || ident_idno(str_of(s->whole), &idno, NULL) ||
		idno.birth_day <= s->today)
		return;
	r->ok = false;
	r->fault = (struct ident_fault){.reason = IDENT_FUTURE, .at = 7};
}

static const char *verdict(
	const struct subject *s, const struct identifier *id, const struct ident_report *r)
{
	const char *text = ident_reason_text(r->fault.reason);
	if (r->ok && s->has_check)
		return arena_printf(s->a, "%s格式与校验均正确", id->name);
	if (r->fault.reason == IDENT_LENGTH)
		return arena_printf(s->a, "%s应为%zu位，现为%zu位，请核对是否多输或漏输", id->name,
			id->length, s->length);
	if (r->fault.at)
		return arena_printf(s->a, "%s第%d位：%s", id->name, r->fault.at, text);
	return arena_printf(s->a, "%s%s", id->name, text);
}

struct ident_report ident_explain(
	struct arena *a, enum ident_what what, struct str s, int64_t today)
{
	enum { SHOWN = 40 };
	const struct identifier *id = &identifiers[what];
	char *z = arena_alloc(a, SHOWN);
	ident_normalise(s, z, SHOWN);
	if (what == IDENT_ORGNO && strlen(z) == 10 && z[8] == '-')
		memmove(z + 8, z + 9, 2);
	struct subject subject = {.a = a, .whole = z, .today = today, .length = strlen(z)};
	subject.has_check = what == IDENT_IDNO || what == IDENT_USCC || what == IDENT_ORGNO;
	if (subject.length + 1 == SHOWN)
		subject.length = utf8_count(str_trim(s));
	struct ident_report r = {.name = id->name, .text = z};
	r.ok = id->read(z, &r.fault) == 0;
	look_ahead(&subject, what, &r);
	const struct part *parts = parts_of(id, z);
	if (parts)
		explain_parts(&subject, parts, &r);
	r.verdict = verdict(&subject, id, &r);
	return r;
}
