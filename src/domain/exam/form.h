/* A form 试卷: one of the equivalent papers of a set, as it is sat: sections, items with their
 * content as it was then, points. It is kept as one sealed record; what is asked of a form after
 * the exam (statistics, replays) reads the rows of paper_form_item instead, which are written when
 * the set is opened. */
#ifndef LUBAN_DOMAIN_EXAM_FORM_H
#define LUBAN_DOMAIN_EXAM_FORM_H

#include "domain/exam/item.h"

enum { FORM_ITEMS_MAX = 300, FORM_SECTIONS_MAX = 20, FORM_RECORD_MAX = 16 * 1024 * 1024 };

struct form_section {
	const char *title; /* "一、单项选择题（第1～60题，每题1分）" */
	const char *note;
};

struct form_item {
	int64_t item_id, version_no;
	int64_t score_centi;       /* full marks, hundredths of a point */
	int section;               /* index */
	const char *material_html; /* shared with its neighbours, or "" */
	struct item content;
};

struct form {
	int64_t id, paper_set_id;
	int64_t form_no;       /* 1: A卷 … */
	const char *title;
	const char *multiple_rule; /* see score.h: how 多选 is scored, from the bank */
	struct form_section sections[FORM_SECTIONS_MAX];
	int n_sections;
	struct form_item *items; /* item_no is the place, from 1 */
	int n_items;
	int64_t score_centi;     /* of all items */
};

void form_pack(struct buf *b, const struct form *f);
int form_unpack(struct arena *a, struct str record, struct form *ret_form) MUST_CHECK;

/* Seals the content with the server's keys into paper_form (insert, or replace) and writes its
 * paper_form_item rows: an opened form. Sets f->id when 0. In the caller's transaction. */
int form_store(struct ctx *cx, struct form *f) MUST_CHECK;
/* An opened form. ERR_STATE: still sealed by its custodians, or withdrawn; ERR_NOTFOUND. No scope
 * is asked: for callers who were let to the sitting or the set. */
int form_load(struct ctx *cx, int64_t form_id, struct form *ret_form) MUST_CHECK;
/* The same, withdrawn since or not: for what becomes of those who have sat it. */
int form_load_sat(struct ctx *cx, int64_t form_id, struct form *ret_form) MUST_CHECK;

/* The order a candidate sees the options (or targets) of an item in: a permutation of 0..n-1 in
 * ret_places, place -> index. Depends on the sitting's order seed, the item's number and what is
 * shuffled alone, so that the page of the browser (static/exam/order.js, same algorithm:
 * Fisher-Yates over SplitMix32) and the server agree, and a photographed screen names its sitting.
 * list: 0 options, 1 targets. n <= 26. */
void form_order(uint32_t order_seed, int item_no, int list, int n, bool keep, int *ret_places);

#endif
