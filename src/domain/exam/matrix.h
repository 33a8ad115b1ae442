/* A whole exam, or several with forms in common, as the matrix that item statistics and the look
 * for copying work on (domain/exam/response.h): everybody who handed in or was forced, every item
 * of every form sat. Points are those of the version of each exam that counts.
 *
 * Categories: true/false and single by letter; multiple, order, match, numeric and text by the
 * whole answer, the right one and the most frequent ones, the rest is RESPONSE_OTHER; essays are
 * omitted or RESPONSE_OTHER. */
#ifndef LUBAN_DOMAIN_EXAM_MATRIX_H
#define LUBAN_DOMAIN_EXAM_MATRIX_H

#include "core/ctx.h"
#include "domain/exam/form.h"
#include "domain/exam/response.h"

struct matrix_item {
	int64_t item_id, version_no;
	enum item_kind kind;
	/* "A", "ACD", "12.5": what each category stands for, from 1 */
	const char *category[RESPONSE_OPTIONS + 1];
};

struct matrix_person {
	int64_t exam_id, person_id, sitting_id, enrolment_id, batch_room_id, seat, form_id,
		score_centi;
	const char *name, *ticket_no;
};

struct exam_matrix {
	struct response_matrix r;
	struct matrix_item *items;     /* r.m */
	struct matrix_person *persons; /* r.n */
	int64_t form_ids[RESPONSE_FORMS];
	/* place of the item on each form, from 1; 0: not on it. r.forms * r.m */
	const int *place;
};

/* Which items: all, or those that no person marks. */
enum matrix_items { MATRIX_ALL, MATRIX_MACHINE };

/* Everything lives in the context's arena: about 26 bytes a cell. ERR_LIMIT: more than
 * RESPONSE_PERSONS or RESPONSE_ITEMS; ERR_STATE: an exam is not scored yet. No scope is asked: for
 * callers who were let to the exams. */
int exam_matrix_load(struct ctx *cx, const int64_t *exam_ids, size_t n_exams,
	enum matrix_items items, struct exam_matrix *ret_matrix) MUST_CHECK;

#endif
