#include "doc/batch_facts.h"

#include "base/civil.h"
#include "domain/standard/grade.h"

static void fact(json_t *facts, const char *label, const char *value)
{
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", label, "value", value));
}

static const char *object_of(struct ctx *cx, const struct q_batch_find *b)
{
	if (!is_blank(b->project_name))
		return b->project_name;
	return is_blank(b->work_type_name) ? b->occupation_name
		: text_of(cx, "%s（%s）", b->occupation_name, b->work_type_name);
}

static const char *days_of(struct ctx *cx, const struct q_batch_find *b)
{
	if (!b->first_at)
		return "";
	const char *from = civil_day_text_zh(cx->arena, civil_day_at(b->first_at));
	const char *to = civil_day_text_zh(cx->arena, civil_day_at(b->last_at));
	return streq(from, to) ? from : text_of(cx, "%s至%s", from, to);
}

json_t *batch_facts(struct ctx *cx, const struct q_batch_find *b)
{
	json_t *facts = json_array();
	fact(facts, "批次", b->title);
	fact(facts, "职业（工种）", object_of(cx, b));
	fact(facts, "等级", b->grade ? grade_label(b->grade) : "专项职业能力");
	fact(facts, "考试日期", days_of(cx, b));
	return facts;
}

const char *batch_kind_text(const struct q_batch_find *batch)
{
	return batch->grade ? "职业技能等级认定" : "专项职业能力考核";
}
