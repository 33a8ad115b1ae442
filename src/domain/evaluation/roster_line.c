/* The columns of a roster, and what is wrong with a value in them. */
#include "domain/evaluation/roster_line.h"

#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "core/field.h"
#include "core/ident_text.h"
#include "domain/evaluation/person_row.h"
#include "domain/standard/grade.h"

static const struct choice id_types[] = {
	{"idno", "居民身份证"}, {"residence", "港澳台居民居住证"},
		{"foreign", "外国人永久居留身份证"}, {0}};

const struct choice schooling_choices[] = {{"10", "研究生"}, {"20", "大学本科"}, {"30", "大学专科"},
	{"40", "中等职业"},
	{"60", "普通高中"}, {"70", "初中"}, {"80", "小学"}, {"90", "其他"}, {0}};

static const struct choice held_grades[] = {{"5", "五级/初级工"}, {"4", "四级/中级工"},
	{"3", "三级/高级工"}, {"2", "二级/技师"}, {"1", "一级/高级技师"}, {0}};

const struct choice education_kinds[] = {{"technical_intermediate", "技工学校中级工班"},
	{"technical_senior", "高级技工学校高级工班"}, {"technician_college", "技师学院高级工班"},
	{"preparatory_technician", "技师学院预备技师班、技师班"},
	{"secondary_vocational", "中等职业学校"},
	{"higher_vocational", "高等职业学校"}, {"college", "普通高校专科"},
		{"bachelor", "普通高校本科"},
	{"master", "硕士"}, {"doctor", "博士"}, {0}};

static const struct choice relevance[] = {{"related", "本专业或相关专业"},
	{"assessed", "经评估论证的本专业"}, {"other", "其他专业"}, {0}};

static const struct choice yes_no[] = {{"1", "是"}, {"0", "否"}, {0}};

const struct choice title_levels[] = {{"junior", "初级"}, {"middle", "中级"}, {"senior", "高级"},
	{0}};

const struct import_column roster_columns[] = {
	[COL_NAME] = {"name", "姓名", "与身份证一致", NULL, true},
	[COL_ID_TYPE] = {"id_type", "证件类型", "可不填，由号码读出", id_types, false},
	[COL_IDNO] = {"idno", "证件号码", "18 位，末位 X 大写；单元格应为文本格式", NULL, true,
		true, 22},
	[COL_PHONE] = {"phone", "手机号码", "11 位", NULL, true},
	[COL_NATION] = {"nation", "民族", NULL, NULL, false},
	[COL_SCHOOLING] = {"schooling", "文化程度", NULL, schooling_choices, false},
	[COL_UNIT] = {"unit", "工作单位", "同单位考生编排时分开座位", .width = 26},
	[COL_ADDRESS] = {"address", "通讯地址", .width = 26},
	[COL_CLAUSE] = {"clause", "申报条件", "如“四级②”；不填由系统判断", NULL, false},
	[COL_WORK_FROM] = {"work_from", "从事本职业或相关职业起始日期",
		"如 2019-07-01；与工作年限填一项即可", NULL, false},
	[COL_WORK_YEARS] = {"work_years", "工作年限", "整年数", NULL, false},
	[COL_CERT_GRADE] = {"cert_grade", "原证书等级", NULL, held_grades, false},
	[COL_CERT_NO] = {"cert_no", "原证书编号", NULL, NULL, false},
	[COL_CERT_ON] = {"cert_on", "原证书发证日期", "如 2021-03-15", NULL, false},
	[COL_EDUCATION] = {"education", "毕业（在读）学校类别", NULL, education_kinds, false},
	[COL_GRADUATED] = {"graduated", "毕业日期", "在读应届生填“在读”", NULL, false},
	[COL_RELATED] = {"related", "所学专业", NULL, relevance, false},
	[COL_TITLE] = {"title", "职称级别", NULL, title_levels, false},
	[COL_TITLE_ON] = {"title_on", "职称取得日期", NULL, NULL, false},
	[COL_APPRENTICED] = {"apprenticed", "学徒期满", "学徒期满申报五级/初级工的填“是”", yes_no,
		false},
	{0},
};

struct reading {
	struct ctx *cx;
	const char *const *values;
	const char *faults;
};

static void fault(struct reading *rd, enum roster_place at, const char *what)
{
	rd->faults = text_of(rd->cx, "%s%s%s：%s", rd->faults, *rd->faults ? "；" : "",
		roster_columns[at].title, what);
}

static const char *value(const struct reading *rd, enum roster_place at)
{
	const char *z = rd->values[at];
	return z ? z : "";
}

/* By label or by code; "" when blank. */
static const char *choice(struct reading *rd, enum roster_place at)
{
	const char *z = value(rd, at), *list = "";
	if (!*z)
		return "";
	for (const struct choice *c = roster_columns[at].choices; c->code; c++) {
		if (streq(z, c->label) || streq(z, c->code))
			return c->code;
		list = text_of(rd->cx, "%s%s%s", list, *list ? "、" : "", c->label);
	}
	fault(rd, at, text_of(rd->cx, "“%s”不在可选项中，请填%s", z, list));
	return "";
}

static int64_t day(struct reading *rd, enum roster_place at)
{
	int64_t on = 0;
	const char *z = value(rd, at);
	if (!*z)
		return 0;
	if (!civil_parse_day(str_of(z), &on))
		fault(rd, at, text_of(rd->cx, "“%s”不是日期，请按 2021-03-15 的格式填写", z));
	else if (on > ctx_today(rd->cx))
		fault(rd, at, text_of(rd->cx, "%s 晚于今天", z));
	return on;
}

static int64_t years(struct reading *rd)
{
	int64_t n = 0;
	const char *z = value(rd, COL_WORK_YEARS);
	if (*z && (!str_to_i64(str_of(z), &n) || n < 0 || n > 60))
		fault(rd, COL_WORK_YEARS, "应为 0 到 60 的整数");
	return n;
}

static const char *id_type_label(const char *code)
{
	const struct choice *c = id_types;
	while (c->code && !streq(c->code, code))
		c++;
	return c->label;
}

/* The number says what document it stands on; what is filled in must not say otherwise. */
static void read_idno(struct reading *rd, struct person_in *p)
{
	struct idno id;
	struct ident_fault wrong;
	const char *type = choice(rd, COL_ID_TYPE);
	struct str z = str_of(value(rd, COL_IDNO));
	p->idno = "";
	if (ident_idno(z, &id, &wrong) < 0) {
		fault(rd, COL_IDNO, ident_fault_text(rd->cx->arena, IDENT_IDNO, z, &wrong));
		return;
	}
	p->idno = arena_dup(rd->cx->arena, id.text);
	if (*type && !streq(type, person_id_type(&id)))
		fault(rd, COL_ID_TYPE, text_of(rd->cx, "证件号码是%s的号码，请核对",
			id_type_label(person_id_type(&id))));
}

static void read_person(struct reading *rd, struct person_in *p)
{
	p->name = value(rd, COL_NAME);
	p->phone = value(rd, COL_PHONE);
	p->nation = value(rd, COL_NATION);
	p->education = choice(rd, COL_SCHOOLING);
	p->employer = value(rd, COL_UNIT);
	p->address = value(rd, COL_ADDRESS);
	p->region = "";
	if (!*p->name)
		fault(rd, COL_NAME, "没有填写");
	if (strlen(p->name) > 90)
		fault(rd, COL_NAME, "太长");
	read_idno(rd, p);
	if (strlen(p->phone) != 11 || p->phone[0] != '1' || strspn(p->phone, "0123456789") != 11)
		fault(rd, COL_PHONE, *p->phone ? "应为 1 开头的 11 位数字" : "没有填写");
}

static void read_claims(struct reading *rd, struct person_claims *c)
{
	const char *grade = choice(rd, COL_CERT_GRADE), *related = choice(rd, COL_RELATED);
	c->clause = value(rd, COL_CLAUSE);
	c->work_from_on = day(rd, COL_WORK_FROM);
	c->work_years = years(rd);
	int64_t cert_on = day(rd, COL_CERT_ON);
	c->cert_number = value(rd, COL_CERT_NO);
	if (*grade)
		c->certs_on[*grade - '0'] = cert_on;
	c->apprenticed = streq(choice(rd, COL_APPRENTICED), "1");
	c->education = choice(rd, COL_EDUCATION);
	c->education_enrolled = streq(value(rd, COL_GRADUATED), "在读");
	c->graduated_on = c->education_enrolled ? 0 : day(rd, COL_GRADUATED);
	c->education_assessed = streq(related, "assessed");
	c->education_related = streq(related, "related") || c->education_assessed;
	c->title_level = choice(rd, COL_TITLE);
	c->title_on = day(rd, COL_TITLE_ON);
	if (*grade && !cert_on)
		fault(rd, COL_CERT_ON, "填了原证书等级，也要填发证日期");
	if (*c->title_level && !c->title_on)
		fault(rd, COL_TITLE_ON, "填了职称级别，也要填取得日期");
	if (*c->education && !c->graduated_on && !c->education_enrolled)
		fault(rd, COL_GRADUATED, "填了学校类别，也要填毕业日期，在读应届生填“在读”");
}

int roster_line_read(struct ctx *cx, const char *const values[ROSTER_COLUMNS],
	struct roster_person *ret_person, const char **ret_faults)
{
	struct reading rd = {.cx = cx, .values = values, .faults = ""};
	*ret_person = (struct roster_person){0};
	read_person(&rd, &ret_person->person);
	read_claims(&rd, &ret_person->claims);
	*ret_faults = rd.faults;
	return *rd.faults ? ERR_INVALID : 0;
}

int roster_facts(struct ctx *cx, int64_t birth_on, const struct person_claims *claims,
	struct facts **ret_facts)
{
	struct person_claims own = *claims;
	struct facts *facts = facts_new(cx->arena);
	int r = person_claims_check(cx, 0, &own);
	if (r < 0)
		return r;
	facts_date(facts, "birth_on", birth_on);
	person_claims_facts(facts, &own, ctx_today(cx));
	*ret_facts = facts;
	return 0;
}

const char *roster_line_seal(struct ctx *cx, const char *const values[ROSTER_COLUMNS])
{
	return import_seal(cx, "roster_row.row_cipher", values, ROSTER_COLUMNS);
}

int roster_line_open(struct ctx *cx, const char *cipher, const char *ret_values[ROSTER_COLUMNS])
{
	return import_open(cx, "roster_row.row_cipher", cipher, ret_values, ROSTER_COLUMNS);
}
