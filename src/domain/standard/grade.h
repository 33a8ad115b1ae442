/* The eight grades 新八级工 (人社部发〔2022〕14号) and the parts of an evaluation. Grades are kept
 * as the digit that national certificate numbers use (5…1); those above and below have numbers of
 * our own. */
#ifndef LUBAN_STANDARD_GRADE_H
#define LUBAN_STANDARD_GRADE_H

#include <stdbool.h>
#include <stdint.h>

enum grade {
	GRADE_NONE = 0,       /* special vocational skills have no grade */
	GRADE_1 = 1,          /* 一级/高级技师 */
	GRADE_2 = 2,          /* 二级/技师 */
	GRADE_3 = 3,          /* 三级/高级工 */
	GRADE_4 = 4,          /* 四级/中级工 */
	GRADE_5 = 5,          /* 五级/初级工 */
	GRADE_APPRENTICE = 6, /* 学徒工 */
	GRADE_SPECIAL = 7,    /* 特级技师 */
	GRADE_CHIEF = 8,      /* 首席技师 */
};

/* Place on the ladder: 1 apprentice … 8 chief technician; 0 for none. */
int grade_rank(int64_t grade);
const char *grade_label(int64_t grade); /* "三级/高级工"; "" for none */
const char *grade_short(int64_t grade); /* "高级工" */
/* "三级", "高级工", "三级/高级工", "3" … in any of the usual spellings; GRADE_NONE when unknown. */
enum grade grade_of(const char *text);

/* Parts of an evaluation: bits, added up in columns named parts. */
enum part { PART_THEORY = 1, PART_SKILL = 2, PART_REVIEW = 4 };

const char *part_label(int64_t part);  /* 理论知识考试, 技能考核, 综合评审 */
const char *part_short(int64_t part);  /* 理论, 技能, 综合 */
/* What a grade is tested in: theory and skill, and the review for 二级 and 一级. Special skills:
 * skill only. */
int64_t grade_parts(int64_t grade);

#endif
