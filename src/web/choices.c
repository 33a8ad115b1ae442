#include "web/choices.h"

#include <inttypes.h>
#include <string.h>

#include "conf/asset.h"
#include "domain/standard/grade.h"
#include "query/choice.h"
#include "query/core.h"

enum { COUNTY_DIGITS = 6 };

const struct choice body_kind_choices[] = {{"enterprise", "用人单位"},
	{"social", "社会培训评价组织"},
	{"school", "院校评价机构"}, {"special", "专项职业能力考核机构"}, {0}};

const struct choice grade_choices[] = {{"5", "五级/初级工"}, {"4", "四级/中级工"},
	{"3", "三级/高级工"}, {"2", "二级/技师"}, {"1", "一级/高级技师"}, {0}};

const struct choice part_choices[] = {{"1", "理论知识考试"}, {"2", "技能考核"}, {"4", "综合评审"},
	{0}};

const char *choice_label(const struct choice *choices, const char *code)
{
	for (; choices->code; choices++)
		if (streq(choices->code, code))
			return choices->label;
	return code;
}

static struct choice *room_for(struct req *rq, size_t n)
{
	return arena_array(rq->cx->arena, struct choice, n + 1);
}

const struct choice *choices_regions(struct req *rq, const char *under, int64_t deepest)
{
	struct q_region_all_rows rows;
	if (q_region_all(rq->cx->db, &rows) < 0)
		return room_for(rq, 0);
	struct choice *list = room_for(rq, rows.n);
	size_t n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_region_all *row = &rows.at[i];
		if (row->tier > deepest || !str_starts(str_of(row->code), under))
			continue;
		list[n++] = (struct choice){row->code,
			row->tier == 3 ? text_of(rq->cx, "　%s", row->name) : row->name};
	}
	return list;
}

const struct choice *choices_nations(struct req *rq)
{
	struct str rest = asset_find("data/nations.csv")->bytes;
	struct choice *list = room_for(rq, 64);
	str_cut(&rest, '\n');
	for (size_t n = 0; rest.n && n < 64; n++) {
		struct str name = str_trim(str_cut(&rest, '\n')), code = str_cut(&name, ',');
		list[n] = (struct choice){arena_str(rq->cx->arena, code),
			arena_str(rq->cx->arena, name)};
	}
	return list;
}

const struct choice *choices_occupations(struct req *rq)
{
	struct q_choice_occupations_rows rows;
	if (q_choice_occupations(rq->cx->db, &rows) < 0)
		return room_for(rq, 0);
	struct choice *list = room_for(rq, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%" PRId64, rows.at[i].id),
			text_of(rq->cx, "%s %s", rows.at[i].code, rows.at[i].name)};
	return list;
}

const struct choice *choices_work_types(struct req *rq, int64_t occupation_id)
{
	struct q_choice_work_types_rows rows;
	if (q_choice_work_types(rq->cx->db, &rows) < 0)
		return room_for(rq, 0);
	struct choice *list = room_for(rq, rows.n);
	size_t n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_choice_work_types *row = &rows.at[i];
		if (occupation_id && row->occupation_id != occupation_id)
			continue;
		list[n++] = (struct choice){text_of(rq->cx, "%" PRId64, row->id),
			occupation_id ? row->name : text_of(rq->cx, "%s · %s", row->occupation_name,
				row->name)};
	}
	return list;
}

const struct choice *choices_projects(struct req *rq)
{
	struct q_choice_projects_rows rows;
	if (q_choice_projects(rq->cx->db, &rows) < 0)
		return room_for(rq, 0);
	struct choice *list = room_for(rq, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%" PRId64, rows.at[i].id),
			rows.at[i].name};
	return list;
}

const char *region_label(struct ctx *cx, const char *code)
{
	struct q_region_find row;
	return q_region_find(cx->db, &row, .code = code) == 0 ? row.name : code;
}

const char *prefix_end(struct ctx *cx, const char *prefix)
{
	if (is_blank(prefix))
		return "";
	char *end = arena_dup(cx->arena, prefix);
	end[strlen(end) - 1]++;
	return end;
}

const char *region_filter_end(struct req *rq)
{
	const char *region = in_text(rq->in, "region");
	return *region && in_int(rq->in, "own_level") ? text_of(rq->cx, "%s0", region) :
		prefix_end(rq->cx, region);
}

const char *county_of(struct req *rq, const char *region)
{
	const struct scope *scope = &rq->cx->scope;
	if (strlen(region) == COUNTY_DIGITS)
		return region;
	return !scope->body_id && scope->lo && strlen(scope->lo) == COUNTY_DIGITS ? scope->lo : "";
}

const char *like_any(struct ctx *cx, const char *text)
{
	if (is_blank(text))
		return "";
	char *plain = arena_dup(cx->arena, text), *to = plain;
	for (const char *from = text; *from; from++)
		if (*from != '%' && *from != '_')
			*to++ = *from;
	*to = 0;
	return text_of(cx, "%%%s%%", plain);
}

const char *like_start(struct ctx *cx, const char *text)
{
	const char *any = like_any(cx, text);
	return *any ? any + 1 : any;
}
