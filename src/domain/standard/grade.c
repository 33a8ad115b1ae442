#include "domain/standard/grade.h"

#include <stddef.h>
#include <string.h>

static const struct {
	int rank;
	const char *label, *brief, *ordinal;
} grades[] = {
	[GRADE_NONE] = {0, "", "", ""},
	[GRADE_1] = {6, "一级/高级技师", "高级技师", "一级"},
	[GRADE_2] = {5, "二级/技师", "技师", "二级"},
	[GRADE_3] = {4, "三级/高级工", "高级工", "三级"},
	[GRADE_4] = {3, "四级/中级工", "中级工", "四级"},
	[GRADE_5] = {2, "五级/初级工", "初级工", "五级"},
	[GRADE_APPRENTICE] = {1, "学徒工", "学徒工", "学徒"},
	[GRADE_SPECIAL] = {7, "特级技师", "特级技师", "特级"},
	[GRADE_CHIEF] = {8, "首席技师", "首席技师", "首席"},
};

static size_t index_of(int64_t grade)
{
	return grade < 0 || grade > GRADE_CHIEF ? GRADE_NONE : (size_t)grade;
}

int grade_rank(int64_t grade)
{
	return grades[index_of(grade)].rank;
}

const char *grade_label(int64_t grade)
{
	return grades[index_of(grade)].label;
}

const char *grade_short(int64_t grade)
{
	return grades[index_of(grade)].brief;
}

enum grade grade_of(const char *text)
{
	if (!text || !*text)
		return GRADE_NONE;
	if (text[0] >= '1' && text[0] <= '5' && !text[1])
		return (enum grade)(text[0] - '0');
	for (size_t i = 1; i < sizeof grades / sizeof grades[0]; i++)
		if (!strcmp(text, grades[i].label) || !strcmp(text, grades[i].brief) ||
			!strcmp(text, grades[i].ordinal))
			return (enum grade)i;
	return GRADE_NONE;
}

static const struct {
	const char *label, *brief;
} part_names[] = {
	[PART_THEORY] = {"理论知识考试", "理论"},
	[PART_SKILL] = {"技能考核", "技能"},
	[PART_REVIEW] = {"综合评审", "综合"},
};

static size_t part_index(int64_t part)
{
	return part == PART_THEORY || part == PART_SKILL || part == PART_REVIEW ? (size_t)part : 0;
}

const char *part_label(int64_t part)
{
	const char *label = part_names[part_index(part)].label;
	return label ? label : "";
}

const char *part_short(int64_t part)
{
	const char *brief = part_names[part_index(part)].brief;
	return brief ? brief : "";
}

int64_t grade_parts(int64_t grade)
{
	if (grade == GRADE_NONE)
		return PART_SKILL;
	if (grade == GRADE_1 || grade == GRADE_2)
		return PART_THEORY | PART_SKILL | PART_REVIEW;
	return PART_THEORY | PART_SKILL;
}
