/* What people declare when they ask whether they may sit, as form fields, claims and views: shared
 * by the self-check, a worker's enrolment and the body's correction. */
#ifndef LUBAN_WEB_PAGE_CLAIMS_H
#define LUBAN_WEB_PAGE_CLAIMS_H

#include "domain/evaluation/person.h"
#include "web/web.h"

extern const struct choice relevance_choices[];

#define CLAIM_FIELDS \
	{"work_from_on", FIELD_DATE, "从事本职业或相关职业起始日期", \
		.help = "一直从事的填开始日期；中间断过的，改填累计工作年数。"}, \
	{"work_years", FIELD_INT, "累计工作年数", .unit = "年", .max = 60}, \
	{"cert5_on", FIELD_DATE, "五级/初级工证书发证日期", .help = "没有的不填，下同。"}, \
	{"cert4_on", FIELD_DATE, "四级/中级工证书发证日期"}, \
	{"cert3_on", FIELD_DATE, "三级/高级工证书发证日期"}, \
	{"cert2_on", FIELD_DATE, "二级/技师证书发证日期"}, \
	{"education", FIELD_CHOICE, "毕业（在读）学校类别", .choices = education_kinds}, \
	{"related", FIELD_CHOICE, "所学专业", .choices = relevance_choices}, \
	{"graduated_on", FIELD_DATE, "毕业日期"}, \
	{"enrolled", FIELD_BOOL, "在读应届毕业生"}, \
	{"title_level", FIELD_CHOICE, "专业技术职称级别", .choices = title_levels}, \
	{"title_on", FIELD_DATE, "职称取得日期"}, \
	{"apprenticed", FIELD_BOOL, "本职业或相关职业学徒期满"}

/* Reads and checks them together; field errors are collected. */
int claims_read(struct req *rq, struct person_claims *ret_claims) MUST_CHECK;
/* Defaults of the fields from facts as facts_dump() wrote them; "" gives none. */
json_t *claims_defaults(const char *facts_text);

struct field_group {
	const char *title, *first; /* of the first field in it */
	const char *text;
};
/* view[key].groups [{title, text, fields}] in place of view[key].fields. Groups end with {0}. */
void form_groups(struct req *rq, const char *key, const struct field_group *groups);

/* {verdict, is_met, is_unknown, clause, text, nearest…, alternatives [{clause, text, is_met,
 * is_unknown, met_on_text, missing [{text, met_on_text}]}]} */
json_t *answer_view(struct req *rq, const struct rule_answer *answer);
/* The answer once more from facts as they were kept with a decision. */
int answer_again(struct req *rq, const char *facts_text, const char *ruleset, const char *version,
	int64_t grade, int64_t on, json_t **ret_view) MUST_CHECK;

/* view.evidence = the files of an enrolment that the caller has found already. */
int view_evidence(struct req *rq, int64_t enrolment_id) MUST_CHECK;

#endif
