#include "domain/exam/item_sheet.h"

#include <string.h>

void item_sheet_init(struct item_sheet *s, struct arena *a)
{
	*s = (struct item_sheet){.arena = a, .title = ""};
}

/* Room for one more, twice as many as before. */
static void *grown(struct arena *a, void *at, int n, int *cap, size_t size)
{
	if (n < *cap)
		return at;
	*cap = *cap ? *cap * 2 : 64;
	void *p = arena_alloc(a, (size_t)*cap * size);
	if (n)
		memcpy(p, at, (size_t)n * size);
	return p;
}

struct item_entry *item_sheet_add(struct item_sheet *s)
{
	if (s->n_entries == SHEET_ITEMS_MAX)
		return NULL;
	s->entries = grown(s->arena, s->entries, s->n_entries, &s->cap_entries,
		sizeof *s->entries);
	struct item_entry *e = arena_make(s->arena, struct item_entry);
	*e = (struct item_entry){.place = "", .name = "", .point = "", .section = "",
		.content = {.stem_html = "", .key = "", .value = "", .tolerance = "", .unit = "",
			.rubric_html = "", .explanation_html = ""}};
	s->entries[s->n_entries++] = e;
	return e;
}

int item_sheet_material_of(const struct item_sheet *s, const char *code)
{
	for (int i = 0; i < s->n_materials; i++)
		if (streq(s->materials[i]->code, code))
			return i + 1;
	return 0;
}

struct item_material *item_sheet_material(struct item_sheet *s, const char *code)
{
	if (s->n_materials == SHEET_MATERIALS_MAX)
		return NULL;
	s->materials = grown(s->arena, s->materials, s->n_materials, &s->cap_materials,
		sizeof *s->materials);
	struct item_material *m = arena_make(s->arena, struct item_material);
	*m = (struct item_material){.place = "", .code = arena_dup(s->arena, code), .title = "",
		.html = ""};
	s->materials[s->n_materials++] = m;
	return m;
}

void item_sheet_remark(struct item_sheet *s, const struct item_remark *remark)
{
	if (s->n_remarks == SHEET_REMARKS_MAX) {
		s->n_more_remarks++;
		return;
	}
	s->remarks = grown(s->arena, s->remarks, s->n_remarks, &s->cap_remarks,
		sizeof *s->remarks);
	struct item_remark *r = &s->remarks[s->n_remarks++];
	*r = *remark;
	r->place = arena_dup(s->arena, remark->place ? remark->place : "");
	r->name = arena_dup(s->arena, remark->name ? remark->name : "");
	for (int i = 0; i < SHEET_REMARK_ARGS && remark->args[i]; i++)
		r->args[i] = arena_dup(s->arena, remark->args[i]);
}
