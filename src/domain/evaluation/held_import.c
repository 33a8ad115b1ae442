/* Sheets of held certificates: columns, verdicts, saving. */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/name.h"
#include "core/ident_text.h"
#include "core/secret.h"
#include "domain/evaluation/held_impl.h"
#include "domain/evaluation/person_row.h"
#include "domain/standard/grade.h"
#include "query/person.h"

static const struct choice grades[] = {{"5", "五级/初级工"}, {"4", "四级/中级工"},
	{"3", "三级/高级工"}, {"2", "二级/技师"}, {"1", "一级/高级技师"}, {0}};

const struct import_column held_columns[] = {
	[HELD_NAME] = {"name", "姓名", "与身份证一致", .required = true},
	[HELD_IDNO] = {"idno", "证件号码", "18 位，末位 X 大写；单元格应为文本格式",
		.required = true, .is_number = true, .width = 22},
	[HELD_NUMBER] = {"number", "证书编号",
		"22 位，旧版职业资格证书 16 位，上海 13 位；单元格应为文本格式", .required = true,
		.is_number = true, .width = 26},
	[HELD_OCCUPATION] = {"occupation", "职业名称", "与职业分类大典的名称一致时计入申报条件",
		.required = true, .width = 22},
	[HELD_WORK_TYPE] = {"work_type", "工种", "没有的不填"},
	[HELD_GRADE] = {"grade", "等级", "22 位和 16 位编号可不填，由编号读出", grades},
	[HELD_ISSUED] = {"issued_on", "发证日期", "如 2015-06-30", .required = true},
	[HELD_ISSUER] = {"issuer", "发证机构", "证书上的发证机关或评价机构", .required = true,
		.width = 30},
	{0},
};

/* A line as it will be saved. */
struct held_line {
	struct person_in person;
	struct held_in held;
	const char *form;
};

static const char *given(const char *const *values, int place)
{
	return values[place] ? values[place] : "";
}

static void read_person(struct ctx *cx, const char *const *values, struct person_in *p)
{
	struct idno id;
	struct ident_fault wrong;
	const char *idno = given(values, HELD_IDNO);
	*p = (struct person_in){.name = given(values, HELD_NAME), .region = ""};
	if (is_blank(p->name))
		(void)fail_field(cx, "name", "field.required", "姓名");
	if (strlen(p->name) > 90)
		(void)fail_field(cx, "name", "held.name_long");
	if (ident_idno(str_of(idno), &id, &wrong) < 0)
		(void)fail_field(cx, "idno", "held.number_wrong",
			ident_fault_text(cx->arena, IDENT_IDNO, str_of(idno), &wrong));
	else
		p->idno = arena_dup(cx->arena, id.text);
}

static int read_held(struct ctx *cx, const char *const *values, struct held_line *line)
{
	struct held_in in = {.number = given(values, HELD_NUMBER), .label = "",
		.occupation_name = given(values, HELD_OCCUPATION),
		.work_type_name = given(values, HELD_WORK_TYPE),
		.issuer = given(values, HELD_ISSUER)};
	const char *grade = given(values, HELD_GRADE), *day = given(values, HELD_ISSUED);
	in.grade = grade_of(grade);
	if (*grade && !in.grade)
		(void)fail_field(cx, "grade", "held.grade_unknown", grade);
	if (*day && !civil_parse_day(str_of(day), &in.issued_on))
		(void)fail_field(cx, "issued_on", "held.day_wrong", day);
	if (is_blank(in.number))
		(void)fail_field(cx, "number", "field.required", "证书编号");
	if (is_blank(in.issuer))
		(void)fail_field(cx, "issuer", "field.required", "发证机构");
	return held_check(cx, &in, &line->held, &line->form);
}

/* 0; ERR_INVALID with every fault in the context; or an error of the store. */
static int read_line(struct ctx *cx, const char *const *values, struct held_line *ret_line)
{
	*ret_line = (struct held_line){0};
	read_person(cx, values, &ret_line->person);
	return read_held(cx, values, ret_line);
}

/* What is on record about the person and the number: good, same, or bad with words. */
static int judge_known(struct ctx *cx, const struct held_line *line, const char **ret_code)
{
	struct q_person_by_index found;
	struct q_person_find person;
	struct q_held_by_number_rows held;
	int64_t person_id = 0;
	int r = q_person_by_index(cx->db, &found,
		.idno_index = secret_idno_index(cx, line->person.idno));
	if (r == 0) {
		person_id = found.found_person_id;
		r = q_person_find(cx->db, &person, .person_id = person_id);
	}
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (person_id && !name_same(str_of(person.name), str_of(line->person.name)))
		return fail_field(cx, "name", "person.name_differs", line->person.name);
	r = q_held_by_number(cx->db, &held, .number = line->held.number);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < held.n; i++)
		if (held.at[i].person_id != person_id)
			return fail_field(cx, "number", "held.of_another");
	*ret_code = held.n ? "same" : "good";
	return 0;
}

static const char *good_text(struct ctx *cx, const struct held_line *line)
{
	const char *what = streq(line->form, "old") ? "旧版职业资格证书"
		: streq(line->form, "shanghai") ? "上海 13 位编号" : "职业技能等级证书";
	return text_of(cx, "%s，%s%s%s", what, line->held.grade ? grade_label(line->held.grade)
		: "不分等级", line->held.occupation_id ? "" : "；",
		line->held.occupation_id ? ""
		: "职业不在现行大典中，核验时对应职业后才计入申报条件");
}

static int judge(struct import_run *run, void *arg, const struct import_line *line,
	struct sheet_verdict *ret_verdict)
{
	struct ctx *cx = run->cx;
	const char *const *values = (const char *const *)line->values;
	struct held_line read;
	(void)arg;
	const char *idno = given(values, HELD_IDNO);
	*ret_verdict = (struct sheet_verdict){.code = "bad", .name = given(values, HELD_NAME),
		.number = given(values, HELD_NUMBER),
		.idno_mask = *idno ? ident_mask_idno(cx->arena, str_of(idno)) : ""};
	int r = read_line(cx, values, &read);
	if (r == 0) {
		int64_t before = import_met_before(run, read.held.number, line->row_no);
		if (before) {
			ret_verdict->text = text_of(cx, "与第 %d 行是同一本证书，请删去一行",
				(int)before);
			return 0;
		}
		ret_verdict->number = read.held.number;
		r = judge_known(cx, &read, &ret_verdict->code);
	}
	if (r == ERR_DB || r == ERR_IO || r == ERR_BUG)
		return r;
	ret_verdict->text = r < 0 ? import_why(cx)
		: streq(ret_verdict->code, "same") ? "已经登记过，不变" : good_text(cx, &read);
	return 0;
}

/* What every row of one saving shares: who brought the sheet. */
struct saving {
	struct held_new new;
};

static int save(struct ctx *cx, void *arg, const char *const *values)
{
	struct saving *s = arg;
	struct held_line line;
	struct person_known person;
	int64_t id;
	int r = read_line(cx, values, &line);
	if (r < 0 || (r = person_put(cx, &line.person, &person)) < 0)
		return r;
	struct held_new new = s->new;
	new.person_id = person.person_id;
	new.name = line.person.name;
	new.held = &line.held;
	new.form = line.form;
	return held_put(cx, &new, &id);
}

static const char *const labels[] = {"可以导入", "已经登记", "不能导入", "已导入"};

const struct sheet_room held_sheets = {.import_kind = "held", .judge_job = "held.judge",
	.save_job = "held.save", .empty = "held.sheet_empty", .not_found = "held.no_import",
	.columns = HELD_COLUMNS, .labels = labels, .judge = judge, .save = save};

int held_upload(struct ctx *cx, const char *filename, struct str bytes, bool with_job,
	int64_t *ret_id)
{
	struct sheet_upload in = {.body_id = cx->actor.body_id, .region = cx->actor.region,
		.filename = filename, .bytes = bytes};
	int r = ctx_need(cx, PERM_HELD_EDIT);
	return r < 0 ? r : sheet_import_upload(cx, &held_sheets, &in, with_job, ret_id);
}

int held_confirm(struct ctx *cx, int64_t import_id, int64_t *ret_job_id)
{
	int r = ctx_need(cx, PERM_HELD_EDIT);
	return r < 0 ? r : sheet_import_confirm(cx, &held_sheets, import_id, ret_job_id);
}

int held_act(struct ctx *cx, int64_t import_id, const char *act)
{
	int r = ctx_need(cx, PERM_HELD_EDIT);
	return r < 0 ? r : sheet_import_act(cx, &held_sheets, import_id, act);
}

int held_judge(struct ctx *cx, int64_t import_id, sheet_read_fn *read, struct job *job)
{
	return sheet_import_judge(cx, &held_sheets, import_id, read, job, NULL);
}

/* The rows are of whoever brought the sheet: he does not check them. */
int held_save(struct ctx *cx, int64_t import_id, struct job *job)
{
	struct q_sheet_import_find import;
	int r = q_sheet_import_find(cx->db, &import, .id = import_id,
		.import_kind = held_sheets.import_kind, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	struct actor actor = cx->actor;
	struct actor bringer = actor;
	bringer.account_id = import.created_by;
	bringer.name = import.actor_name;
	bringer.body_id = import.body_id;
	bringer.region = import.region;
	struct scope scope = cx->scope;
	cx->actor = bringer;
	struct saving s = {.new = {.source = "sheet", .recorder = held_recorder(cx),
		.body_id = import.body_id, .region = import.region}};
	r = sheet_import_save(cx, &held_sheets, import_id, job, &s);
	cx->actor = actor;
	cx->scope = scope;
	return r;
}
