#include "web/scope_view.h"

#include "query/registry.h"

const char *grades_text(struct ctx *cx, const char *grades)
{
	static const char *const names[] = {"", "一级", "二级", "三级", "四级", "五级"};
	const char *text = "";
	for (; *grades >= '1' && *grades <= '5'; grades++)
		text = text_of(cx, "%s%s%s", text, *text ? "、" : "", names[*grades - '0']);
	return text;
}

static bool is_together(const struct q_body_scope_of *a, const struct q_body_scope_of *b)
{
	return a->occupation_id == b->occupation_id && a->work_type_id == b->work_type_id &&
		a->special_project_id == b->special_project_id
			&& a->valid_from_on == b->valid_from_on &&
		a->valid_to_on == b->valid_to_on && streq(a->state, b->state);
}

static json_t *line(struct req *rq, const struct q_body_scope_of *item, const char *grades)
{
	json_t *row = view_row(rq, &q_body_scope_of_desc, item);
	bool valid = streq(item->state, "valid") && item->valid_to_on >= ctx_today(rq->cx);
	json_object_del(row, "grade");
	json_object_set_new(row, "grades", json_string(grades));
	json_object_set_new(row, "grades_text", json_string(grades_text(rq->cx, grades)));
	json_object_set_new(row, "detail",
		json_string(*item->project_name ? item->project_name : item->work_type_name));
	bool suspended = streq(item->state, "suspended");
	json_object_set_new(row, "state_label",
		json_string(suspended ? "暂停" : valid ? "有效" : "已失效"));
	json_object_set_new(row, "state_tone",
		json_string(suspended ? "bad" : valid ? "good" : "plain"));
	return row;
}

/* Rows come in order of occupation, work type and grade: those that belong together follow each
 * other. */
json_t *scope_view(struct req *rq, const struct q_body_scope_of_rows *items)
{
	json_t *list = json_array();
	const char *grades = "";
	for (size_t i = 0; i < items->n; i++) {
		const struct q_body_scope_of *item = &items->at[i];
		if (item->grade)
			grades = text_of(rq->cx, "%s%d", grades, (int)item->grade);
		if (i + 1 < items->n && is_together(item, &items->at[i + 1]))
			continue;
		json_array_append_new(list, line(rq, item, grades));
		grades = "";
	}
	return list;
}
