/* What a worker keeps about himself: profile, photo, declared facts. Every row is found by the
 * actor's own person. */
#include <string.h>

#include "doc/photo.h"
#include "domain/evaluation/person.h"
#include "domain/standard/grade.h"
#include "query/person.h"
#include "query/standard.h"
#include "web/choices.h"
#include "web/page/held.h"
#include "web/page/evidence.h"
#include "web/page/page.h"

static const struct field profile_fields[] = {
	{"phone", FIELD_PHONE, "手机号码", .help = "不改的留空。", .flags = FIELD_SENSITIVE},
	{"nation", FIELD_CHOICE, "民族"},
	{"education", FIELD_CHOICE, "文化程度", .choices = schooling_choices},
	{"employer", FIELD_TEXT, "工作单位", .max = 100, .flags = FIELD_WIDE},
	{"address", FIELD_TEXT, "通讯地址", .help = "不改的留空。", .max = 200,
		.flags = FIELD_WIDE | FIELD_SENSITIVE},
	{0},
};

static const struct field photo_fields[] = {
	{"photo", FIELD_FILE, "证件照",
		.help = "近期免冠正面照，JPEG 或 PNG，不小于 240×320 像素，系统自动裁剪。",
		.max = PHOTO_INPUT_MAX, .kinds = "jpg png", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field work_fields[] = {
	{"label", FIELD_TEXT, "单位和岗位", .max = 100, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"occupation_id", FIELD_CHOICE, "对应职业", .help = "属于这个职业或它的相关职业。",
		.flags = FIELD_REQUIRED},
	{"from_on", FIELD_DATE, "开始日期", .flags = FIELD_REQUIRED},
	{"to_on", FIELD_DATE, "结束日期", .help = "仍在岗的不填。"},
	{0},
};

static const struct field education_fields[] = {
	{"label", FIELD_TEXT, "学校和专业", .max = 100, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"level", FIELD_CHOICE, "学校类别", .choices = education_kinds, .flags = FIELD_REQUIRED},
	{"to_on", FIELD_DATE, "毕业日期", .help = "在读应届毕业生不填。"},
	{"occupation_id", FIELD_CHOICE, "与哪个职业专业相关", .help = "不相关的不选。"},
	{"assessed", FIELD_BOOL, "所学专业经评估论证"},
	{"number", FIELD_TEXT, "毕业证书编号", .max = 60},
	{0},
};

static const struct field certificate_fields[] = {
	{"label", FIELD_TEXT, "证书名称和发证机构", .max = 100,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"level", FIELD_CHOICE, "等级", .choices = grade_choices, .flags = FIELD_REQUIRED},
	{"occupation_id", FIELD_CHOICE, "职业", .flags = FIELD_REQUIRED},
	{"from_on", FIELD_DATE, "发证日期", .flags = FIELD_REQUIRED},
	{"number", FIELD_TEXT, "证书编号", .max = 60},
	{0},
};

static const struct field title_fields[] = {
	{"label", FIELD_TEXT, "职称名称", .example = "助理工程师", .max = 60,
		.flags = FIELD_REQUIRED},
	{"level", FIELD_CHOICE, "级别", .choices = title_levels, .flags = FIELD_REQUIRED},
	{"from_on", FIELD_DATE, "取得日期", .flags = FIELD_REQUIRED},
	{"occupation_id", FIELD_CHOICE, "与哪个职业对应", .help = "不相关的不选。"},
	{0},
};

static const struct field apprentice_fields[] = {
	{"label", FIELD_TEXT, "带徒单位", .max = 100, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"occupation_id", FIELD_CHOICE, "职业", .flags = FIELD_REQUIRED},
	{"to_on", FIELD_DATE, "期满日期", .flags = FIELD_REQUIRED},
	{0},
};

static const struct fact_kind {
	const char *kind, *label, *add;
	const struct field *fields;
	const struct choice *levels;
} kinds[] = {
	{"work", "工作经历", "登记工作经历", work_fields, NULL},
	{"certificate", "已有证书", "登记证书", certificate_fields, grade_choices},
	{"education", "学历", "登记学历", education_fields, education_kinds},
	{"title", "职称", "登记职称", title_fields, title_levels},
	{"apprenticed", "学徒期满", "登记学徒期满", apprentice_fields, NULL},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static int64_t me(struct req *rq)
{
	return rq->cx->actor.person_id;
}

static const char *occupation_name(struct req *rq, int64_t id)
{
	struct q_occupation_find row;
	return id && q_occupation_find(rq->cx->db, &row, .id = id) == 0 ? row.name : "";
}

static json_t *facts_view(struct req *rq, const struct fact_kind *kind,
	const struct q_facts_of_person_rows *facts)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < facts->n; i++) {
		const struct q_facts_of_person *f = &facts->at[i];
		if (!streq(f->fact_kind, kind->kind))
			continue;
		json_t *row = view_row(rq, &q_facts_of_person_desc, f);
		json_object_set_new(row, "level_label", json_string(kind->levels && *f->level
			? choice_label(kind->levels, f->level) : ""));
		json_object_set_new(row, "occupation_name",
			json_string(occupation_name(rq, f->occupation_id)));
		bool own = streq(f->source, "declared");
		json_object_set_new(row, "is_own", json_boolean(own));
		json_object_set_new(row, "state_label", json_string(own ? "" : "已核验"));
		json_object_set_new(row, "state_tone", json_string("good"));
		json_object_set_new(row, "reason", json_string(""));
		json_object_set_new(row, "is_current",
			json_boolean(!f->to_on && streq(f->fact_kind, "work")));
		json_object_set_new(row, "is_enrolled",
			json_boolean(!f->to_on && streq(f->fact_kind, "education")));
		json_object_set_new(row, "is_assessed",
			json_boolean((f->related & FACT_ASSESSED) != 0));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* Held certificates as rows of the same list. */
static int certificates_view(struct req *rq, json_t *rows)
{
	json_t *held, *row;
	size_t i;
	int r = held_rows(rq, me(rq), &held);
	if (r < 0)
		return r;
	json_array_foreach(held, i, row) {
		const char *label = json_string_value(json_object_get(row, "label"));
		const char *issuer = json_string_value(json_object_get(row, "issuer"));
		json_object_set(row, "from_on", json_object_get(row, "issued_on"));
		json_object_set_new(row, "to_on", json_string(""));
		json_object_set(row, "level_label", json_object_get(row, "grade_text"));
		json_object_set_new(row, "label", json_string(*label ? label : issuer));
		json_object_set_new(row, "is_current", json_false());
		json_object_set_new(row, "is_enrolled", json_false());
		json_object_set_new(row, "is_assessed", json_false());
		json_array_append(rows, row);
	}
	json_decref(held);
	return 0;
}

static int facts_show(struct req *rq)
{
	struct q_facts_of_person_rows facts;
	json_t *list = json_array();
	int r = q_facts_of_person(rq->cx->db, &facts, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < KINDS; i++) {
		bool held = streq(kinds[i].kind, "certificate");
		json_t *rows = facts_view(rq, &kinds[i], &facts);
		if (held && (r = certificates_view(rq, rows)) < 0)
			return r;
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:b, s:o}", "kind", kinds[i].kind, "label",
			kinds[i].label, "add", kinds[i].add, "is_empty", json_array_size(rows) == 0,
			"rows", rows));
	}
	view_set(rq, "kinds", list);
	return 0;
}

/* Which kind a route is about: the end of its path. */
static const struct fact_kind *kind_of(struct req *rq)
{
	const char *name = strrchr(rq->route->path, '/') + 1;
	for (size_t i = 0; i < KINDS; i++)
		if (streq(kinds[i].kind, name))
			return &kinds[i];
	return &kinds[0];
}

static int fact_new(struct req *rq)
{
	const struct fact_kind *kind = kind_of(rq);
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "form", kind->fields, rq->route->path, "登记", NULL);
	return 0;
}

static bool declares(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (streq(fields->name, name))
			return true;
	return false;
}

static const char *text_if(struct req *rq, const char *name)
{
	return declares(rq->route->fields, name) ? in_text(rq->in, name) : "";
}

static int64_t int_if(struct req *rq, const char *name)
{
	return declares(rq->route->fields, name) ? in_int(rq->in, name) : 0;
}

static int fact_add(struct req *rq)
{
	struct person_fact_in in = {.kind = kind_of(rq)->kind, .label = in_text(rq->in, "label"),
		.level = text_if(rq, "level"),
		.number = text_if(rq, "number"), .assessed = int_if(rq, "assessed"),
			.from_on = int_if(rq, "from_on"),
		.to_on = int_if(rq, "to_on")};
	int64_t id;
	(void)str_to_i64(str_of(in_text(rq->in, "occupation_id")), &in.occupation_id);
	in.related = in.occupation_id != 0;
	int r = person_fact_add(rq->cx, me(rq), &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "person.fact_added");
	return rq_redirect(rq, "/my/facts");
}

static int fact_remove(struct req *rq)
{
	int r = person_fact_remove(rq->cx, me(rq), rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "person.fact_removed");
	return rq_redirect(rq, "/my/facts");
}

static int profile_show(struct req *rq)
{
	struct q_person_find person;
	int r = q_person_find(rq->cx->db, &person, .person_id = me(rq));
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "person.not_found");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *row = view_row(rq, &q_person_find_desc, &person);
	json_object_set_new(row, "sex_label", json_string(streq(person.sex, "1") ? "男" : "女"));
	json_object_set_new(row, "has_photo", json_boolean(person.photo_file_id != 0));
	view_set(rq, "person", row);
	view_choices(rq, "nation", choices_nations(rq));
	view_form(rq, "form", profile_fields, "/my/profile", "保存",
		json_pack("{s:s, s:s, s:s}", "nation", person.nation, "education", person.education,
		"employer", person.employer));
	view_form(rq, "photo_form", photo_fields, "/my/profile/photo", "上传照片", NULL);
	return 0;
}

static int profile_save(struct req *rq)
{
	const struct input *in = rq->in;
	struct person_in person = {.phone = in_text(in, "phone"), .nation = in_text(in, "nation"),
		.education = in_text(in, "education"), .employer = in_text(in, "employer"),
		.address = in_text(in, "address")};
	if (choice_label(choices_nations(rq), person.nation) == person.nation && *person.nation)
		return fail_field(rq->cx, "nation", "field.choice", "民族", person.nation);
	int r = person_update(rq->cx, me(rq), &person);
	if (r < 0)
		return r;
	rq_flash(rq, "person.saved");
	return rq_redirect(rq, "/my/profile");
}

static int photo_save(struct req *rq)
{
	struct str jpeg;
	int64_t file_id;
	int r = evidence_portrait(rq, &jpeg);
	if (r < 0 || (r = person_photo_put(rq->cx, me(rq), jpeg, &file_id)) < 0)
		return r;
	rq_flash(rq, "person.saved");
	return rq_redirect(rq, "/my/profile");
}

static int photo_show(struct req *rq)
{
	struct file file;
	int r = person_photo_get(rq->cx, me(rq), &file);
	return r < 0 ? r : rq_bytes(rq, "image/jpeg", NULL, file.bytes);
}

const struct route routes_my[] = {
	{GET, "/my/facts", PERM_ENROLMENT_SELF, facts_show, "my/facts", "我的资料"},
	{GET, "/my/facts/work", PERM_ENROLMENT_SELF, fact_new, "my/fact", "登记工作经历"},
	{GET, "/my/facts/education", PERM_ENROLMENT_SELF, fact_new, "my/fact", "登记学历"},
	{GET, "/my/facts/certificate", PERM_ENROLMENT_SELF, fact_new, "my/fact", "登记证书"},
	{GET, "/my/facts/title", PERM_ENROLMENT_SELF, fact_new, "my/fact", "登记职称"},
	{GET, "/my/facts/apprenticed", PERM_ENROLMENT_SELF, fact_new, "my/fact", "登记学徒期满"},
	{POST, "/my/facts/work", PERM_ENROLMENT_SELF, fact_add, NULL, "登记工作经历", work_fields,
		.form = "/my/facts/work"},
	{POST, "/my/facts/education", PERM_ENROLMENT_SELF, fact_add, NULL, "登记学历",
		education_fields, .form = "/my/facts/education"},
	{POST, "/my/facts/certificate", PERM_ENROLMENT_SELF, fact_add, NULL, "登记证书",
		certificate_fields, .form = "/my/facts/certificate"},
	{POST, "/my/facts/title", PERM_ENROLMENT_SELF, fact_add, NULL, "登记职称", title_fields,
		.form = "/my/facts/title"},
	{POST, "/my/facts/apprenticed", PERM_ENROLMENT_SELF, fact_add, NULL, "登记学徒期满",
		apprentice_fields, .form = "/my/facts/apprenticed"},
	{POST, "/my/facts/:id/remove", PERM_ENROLMENT_SELF, fact_remove, NULL, "删除资料",
		.form = "/my/facts"},
	{GET, "/my/profile", PERM_ENROLMENT_SELF, profile_show, "my/profile", "个人信息"},
	{POST, "/my/profile", PERM_ENROLMENT_SELF, profile_save, NULL, "保存个人信息",
		profile_fields, .form = "/my/profile"},
	{POST, "/my/profile/photo", PERM_ENROLMENT_SELF, photo_save, NULL, "上传证件照",
		photo_fields, .form = "/my/profile", .flags = ROUTE_BIG},
	{GET, "/my/profile/photo", PERM_ENROLMENT_SELF, photo_show, NULL, "证件照",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
