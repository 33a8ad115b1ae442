/* Shared material 共用材料 of a bank: a text, table or drawing that several items refer to. A
 * change is a new version; items keep the one they were approved with. Its title is not secret. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_MATERIAL_H
#define LUBAN_DOMAIN_EXAM_BANK_MATERIAL_H

#include "domain/exam/bank_item.h"

struct material_in {
	const char *title, *html;
	struct item_asset assets[ITEM_ASSETS_MAX];
	int n_assets;
};

/* id 0: a new one. ERR_CONFLICT: base_no is not the newest version any more. */
int material_save(struct ctx *cx, int64_t bank_id, int64_t id, int64_t base_no,
	const struct material_in *in, int64_t *ret_id) MUST_CHECK;

struct material_reading {
	const char *title, *html;
	int64_t version_no, author_id;
	struct item_asset assets[ITEM_ASSETS_MAX];
	int n_assets;
};
/* Logged like items; a reason is typed when an item in use shows it. */
int material_open(struct ctx *cx, int64_t id, int64_t version_no, const char *purpose,
	struct material_reading *ret_reading) MUST_CHECK;
int material_is_open(struct ctx *cx, int64_t id) MUST_CHECK;
int material_asset_open(struct ctx *cx, int64_t id, const char *name,
	struct file *ret_file) MUST_CHECK;

#endif
