#include "doc/item_give.h"

#include <string.h>

#include "core/message.h"

void give_lost(struct item_sheet *lost, const struct item_entry *e, bool is_refused, const char *id)
{
	item_sheet_remark(lost, &(struct item_remark){.name = e->name, .is_refused = is_refused,
		.id = id, .args = {item_kind_label(e->content.kind)}});
}

const char *give_name(struct arena *a, const struct item_sheet *sheet, int entry)
{
	const char *name = sheet->entries[entry]->name;
	return is_blank(name) ? arena_printf(a, "%d", entry + 1) : name;
}

const char *give_share(struct arena *a, int64_t permille)
{
	return permille > 0 ? arena_printf(a, "%g", (double)permille / 1000) : "";
}

const struct item_asset *give_asset(const struct item *it, struct str name)
{
	for (int i = 0; i < it->n_assets; i++)
		if (str_is(name, it->assets[i].name))
			return &it->assets[i];
	return NULL;
}

bool give_has_feedback(const struct item *it)
{
	for (int i = 0; i < it->n_options; i++)
		if (!is_blank(it->options[i].feedback_html))
			return true;
	return false;
}

const char *const *give_lost_lines(struct arena *a, const struct item_sheet *lost)
{
	if (!lost->n_remarks)
		return NULL;
	const char **lines = arena_array(a, const char *, lost->n_remarks + 2);
	for (int i = 0; i < lost->n_remarks; i++) {
		const struct item_remark *r = &lost->remarks[i];
		lines[i] = arena_printf(a, "第 %s 题：%s", r->name,
			message_text(a, r->id, r->args));
	}
	if (lost->n_more_remarks)
		lines[lost->n_remarks] = arena_printf(a, "另有 %d 处", lost->n_more_remarks);
	return lines;
}

const char *give_text(const struct item *it, int i)
{
	if (i < 3)
		return i == 0 ? it->stem_html : i == 1 ? it->rubric_html : it->explanation_html;
	i -= 3;
	if (i < 2 * it->n_options)
		return i % 2 ? it->options[i / 2].feedback_html : it->options[i / 2].html;
	i -= 2 * it->n_options;
	return i < it->n_targets ? it->targets[i].html : NULL;
}
