/* Items in a bank: drafted, read by another, approved, in use, retired. A version is never changed:
 * every saving adds one, sealed. A change of an item in use is a new version that goes through the
 * same eyes while papers go on with the approved one: what may be used is
 *   approved_version_no > 0
 * whatever the state, which is that of the newest version. Retiring sets approved_version_no to 0.
 * Place in the table, kind, difficulty and material belong to the version; the row of the item
 * holds the approved version's (the newest one's until the first approval).
 *
 * Reading: item_open() is the one way to an item's content, and every call that succeeds has left a
 * row in item_read: who, when, which version, why. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_ITEM_H
#define LUBAN_DOMAIN_EXAM_BANK_ITEM_H

#include "core/file.h"
#include "core/flow.h"
#include "domain/exam/item.h"
#include "query/bank_item.h"

enum { READ_REASON_MIN = 4, READ_REASON_MAX = 200, ITEM_NOTE_MAX = 200 };

struct item_in {
	/* Texts are cleaned to the safe subset. Assets with bytes are checked (png, jpeg) and kept;
	 * those with a file_id must be this bank's. */
	struct item content;
	int64_t point_id; /* of depth 4 */
	int64_t difficulty_permille; /* share expected to solve it; 0: not said */
	int64_t material_id;         /* its newest version is pinned; 0: none */
	const char *note;            /* what changed */
};

/* ERR_INVALID with field errors (stem, options, key…, point_id, difficulty, material_id). */
int item_create(struct ctx *cx, int64_t bank_id, const struct item_in *in,
	int64_t *ret_id) MUST_CHECK;
/* A new version on top of base_no, which must be the newest (ERR_CONFLICT: somebody else saved
 * meanwhile). In state draft; an item in use becomes a draft again (step "revise"), its approved
 * version stays usable. */
int item_save(struct ctx *cx, int64_t item_id, int64_t base_no, const struct item_in *in,
	int64_t *ret_version_no) MUST_CHECK;

/* Cleaned and checked, but not kept: what a preview shows. */
int item_try(struct ctx *cx, struct item *content) MUST_CHECK;

/* Within the actor's sight; ERR_NOTFOUND with words. No content. */
int item_get(struct ctx *cx, int64_t item_id, struct q_bank_item_find *ret_item) MUST_CHECK;
/* The same, of this bank. */
int item_get_in(struct ctx *cx, int64_t bank_id, int64_t item_id,
	struct q_bank_item_find *ret_item) MUST_CHECK;

struct item_reading {
	struct item content;
	int64_t version_no, point_id, difficulty_permille, material_id, material_no;
	const char *material_html; /* "" for none; its pictures are among the content's assets */
	const char *material_title;
	const char *note, *author_name;
	int64_t author_id, created_at;
};

/* version_no 0 is the newest. purpose: the reader's own words; NULL or "" where none need be typed:
 * one's own version that is not in use, what waits for review before a reviewer, and within
 * setting bank.read_minutes of having typed one. Else ERR_DENIED with "item.reason_needed". The
 * program itself always says why. */
int item_open(struct ctx *cx, int64_t item_id, int64_t version_no, const char *purpose,
	struct item_reading *ret_reading) MUST_CHECK;
/* Would item_open() with purpose NULL succeed? 1, 0, or an error. */
int item_is_open(struct ctx *cx, int64_t item_id, int64_t version_no) MUST_CHECK;
/* A picture of a version, logged like it. */
int item_asset_open(struct ctx *cx, int64_t item_id, int64_t version_no, const char *name,
	struct file *ret_file) MUST_CHECK;

/* draft, submitted, reviewed, approved, retired. Reviewer and approver are never among the authors
 * of what waits, and have opened the very version (item_open()); with setting bank.third_person
 * they are two people. */
extern const struct flow item_flow;

/* Has the actor written any version that waits (or any at all, before the first approval)? 1 or
 * 0. */
int item_is_author(struct ctx *cx, int64_t item_id) MUST_CHECK;

/* Items that must not meet in one paper; other_no is a number of the same bank. */
int item_enemy_put(struct ctx *cx, int64_t item_id, int64_t other_no, const char *note) MUST_CHECK;
int item_enemy_drop(struct ctx *cx, int64_t item_id, int64_t other_id) MUST_CHECK;

#endif
