/* Blueprints 组卷方案: what the forms made of a bank must be like. A version is changed freely
 * until a set was assembled by it; the next change then makes a new version. A body uses its own
 * banks and those of the authorities above it, whose items it never reads; an authority uses its
 * own. */
#ifndef LUBAN_DOMAIN_EXAM_BLUEPRINT_H
#define LUBAN_DOMAIN_EXAM_BLUEPRINT_H

#include "domain/exam/assemble.h"
#include "domain/exam/item.h"
#include "query/blueprint.h"

enum { FORM_ITEMS_MOST = ASSEMBLE_FORM_ITEMS_MAX, BLUEPRINT_WISHES_MAX = 300 };

struct blueprint_in {
	const char *title, *note;
	int64_t forms, overlap;
	int64_t target_permille, slack_permille; /* target 0: none */
	int64_t apart_centi, spread_permille;
	int64_t exposure_limit, rest_months; /* 0: none */
};
extern const struct blueprint_in blueprint_preset;

struct section_in {
	enum item_kind kind;
	int64_t items, score_centi;
};

struct wish_in {
	const char *wish_kind; /* items, points, must, never */
	int64_t point_id;
	const char *item_kind; /* "" any */
	int64_t facility_from, facility_to;
	int64_t least_centi, most_centi; /* -1: no bound */
	int64_t item_no;
};

/* Within the actor's scope; ERR_NOTFOUND with words. */
int blueprint_get(struct ctx *cx, int64_t id, struct q_blueprint_find *ret) MUST_CHECK;
/* The same in a transaction: until it ends nobody else changes the blueprint or assembles by it. */
int blueprint_hold(struct ctx *cx, int64_t id, struct q_blueprint_find *ret) MUST_CHECK;
/* With a section for every kind that the bank has usable items of, and the weights of its table. */
int blueprint_create(struct ctx *cx, int64_t bank_id, const char *title,
	int64_t *ret_id) MUST_CHECK;
int blueprint_edit(struct ctx *cx, int64_t id, const struct blueprint_in *in) MUST_CHECK;
int blueprint_sections_set(struct ctx *cx, int64_t id, const struct section_in *in,
	size_t n) MUST_CHECK;
int blueprint_wish_add(struct ctx *cx, int64_t id, const struct wish_in *in) MUST_CHECK;
int blueprint_wish_drop(struct ctx *cx, int64_t id, int64_t wish_id) MUST_CHECK;
/* Replaces the wishes for points of ranges of the first two depths by their weights in the table,
 * each met within slack per mille of the whole paper. */
int blueprint_weights(struct ctx *cx, int64_t id, int64_t slack_permille) MUST_CHECK;

/* What assembly of a set works on. */
struct blueprint_work {
	struct assembly assembly;
	struct work_item {
		int64_t id, item_no, version_no;
		enum item_kind kind;
		bool is_calibrated;
	} *items;
	struct work_point {
		int64_t id, parent_id, depth, weight_permille;
		const char *code, *title;
	} *points;
	const char **wish_labels, **wish_texts; /* "鉴定点 B-03 变频器", "2～3 题" */
	const char *multiple_rule;
	struct section_in sections[ITEM_KINDS];
	int n_sections;
	double full_score;
	const char *drafts; /* that count as used; NULL when no rest is wished */
};
/* ERR_STATE when there are no sections, or no usable items. Asks no scope: for who was let to the
 * blueprint or runs its job. */
struct q_paper_set_find;
int blueprint_work(struct ctx *cx, const struct q_paper_set_find *set,
	struct blueprint_work *ret_work) MUST_CHECK;
/* In a transaction, in which no other assembly of the bank ends: ERR_CONFLICT when others have
 * become drafts since, which may hold the same items. */
int blueprint_work_holds(struct ctx *cx, const struct q_paper_set_find *set,
	const struct blueprint_work *w) MUST_CHECK;

#endif
