/* Items as a file brings them or takes them away, whatever its format (doc/item_exchange.h): the
 * content of each, where it stood, and everything that could not be read, in words. */
#ifndef LUBAN_DOMAIN_EXAM_ITEM_SHEET_H
#define LUBAN_DOMAIN_EXAM_ITEM_SHEET_H

#include "domain/exam/item.h"

enum {
	SHEET_ITEMS_MAX = 10000,
	SHEET_MATERIALS_MAX = 2000,
	SHEET_REMARKS_MAX = 5000,
	SHEET_REMARK_ARGS = 3,
	ITEM_SHEET_ARENA = 768 * 1024 * 1024, /* of a sheet; readers stop at half of it */
};

struct item_entry {
	int64_t line;      /* of a text, row of a sheet, from 1; 0 in packages */
	const char *place; /* the file within a package, or "" */
	const char *name;  /* what it is called in the file, or "" */
	struct item content;
	const char *point;           /* code of the assessment point, or "" */
	int64_t difficulty_permille; /* 0: not said */
	int material;                /* place in materials, from 1; 0: none */
	const char *section;         /* of a test, or "" */
};

struct item_material {
	int64_t line;
	const char *place;
	const char *code; /* unique in the file */
	const char *title, *html;
	struct item_asset assets[ITEM_ASSETS_MAX];
	int n_assets;
	int n_uses;
};

/* What was found wanting. */
struct item_remark {
	int64_t line;
	const char *place, *name;
	int entry;       /* place in entries, from 1; 0: no item was made of it */
	bool is_refused; /* what stands there is left out; else it is taken without that */
	const char *id, *args[SHEET_REMARK_ARGS + 1]; /* a message */
};

struct item_sheet {
	struct arena *arena; /* everything lives there */
	const char *title;
	struct item_entry **entries;
	struct item_material **materials;
	struct item_remark *remarks;
	int n_entries, n_materials, n_remarks;
	int n_more_remarks; /* that there was no room for */
	int cap_entries, cap_materials, cap_remarks;
};

void item_sheet_init(struct item_sheet *s, struct arena *a);
/* NULL when there are too many; the caller stops. Texts "" until set. */
struct item_entry *item_sheet_add(struct item_sheet *s);
struct item_material *item_sheet_material(struct item_sheet *s, const char *code);
/* The place of a material from 1; 0 when there is none of that code. */
int item_sheet_material_of(const struct item_sheet *s, const char *code);
/* line, place, name, entry, is_refused, id and args of *remark are taken over (copied). */
void item_sheet_remark(struct item_sheet *s, const struct item_remark *remark);

/* doc/item_exchange.c. ERR_INVALID: nothing of the file can be taken, cx says why. */
typedef int item_sheet_read_fn(struct ctx *cx, struct str bytes, const char *filename,
	struct item_sheet *sheet);

#endif
