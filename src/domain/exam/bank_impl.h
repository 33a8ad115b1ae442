/* Inside the banks: what bank_item.c, its flow, near-duplicates and materials share. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_IMPL_H
#define LUBAN_DOMAIN_EXAM_BANK_IMPL_H

#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"

/* ---- bank_content.c: content in and out of its seal ---- */
struct place { /* where it lies */
	int64_t bank_id, body_id;
	const char *region;
};
/* Cleans texts, checks and keeps pictures, collects field errors. */
int content_take(struct ctx *cx, const struct place *at, struct item *it) MUST_CHECK;
/* The picture's new name in every text of the item. */
void content_rename_asset(struct ctx *cx, struct item *it, const char *from, const char *to);
/* Is it among the first n? */
bool content_has_asset(const struct item *it, int n, const char *name);
/* Record, seal and keyed hash. ERR_LIMIT when it is too large. */
int content_seal(struct ctx *cx, const char *column, const struct item *it,
	const char **ret_cipher, const char **ret_hash) MUST_CHECK;
/* Opens without a trace: only for what is shown to nobody, and for item_open() itself. */
int content_unseal(struct ctx *cx, const char *column, const char *cipher,
	struct item *ret_item) MUST_CHECK;
int version_unseal(struct ctx *cx, int64_t item_id, int64_t version_no,
	struct item *ret_item) MUST_CHECK;

#define ITEM_COLUMN "item_version.content_cipher"
#define MATERIAL_COLUMN "material_version.content_cipher"

/* ---- bank_read.c ---- */
struct read_log {
	int64_t item_id, version_no;
	struct place at;
	const char *kind, *purpose;
	bool is_free; /* nothing need be typed */
	const char *preset; /* what is written then */
};
/* The reason to be kept: typed now, typed lately, or the preset. "item.reason_needed" otherwise. */
int read_purpose(struct ctx *cx, const struct read_log *log, const char **ret_purpose,
	bool *ret_typed) MUST_CHECK;
/* Finds the reason and appends the row. */
int read_append(struct ctx *cx, const struct read_log *log) MUST_CHECK;

/* The newest version of a material, for pinning. */
int material_pin(struct ctx *cx, int64_t bank_id, int64_t material_id,
	int64_t *ret_version_no) MUST_CHECK;
/* The text of a version, its pictures appended to it's, but those that the item shows itself. */
int material_add(struct ctx *cx, int64_t material_id, int64_t version_no, struct item *it,
	const char **ret_html) MUST_CHECK;

#endif
