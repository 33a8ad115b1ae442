/* The matrix that item statistics and the look for copying work on: n candidates by m items, plain
 * arrays that the caller keeps. Nothing here knows where the answers came from.
 *
 * A cell is the category of an answer in the order of the item bank (never in the order a candidate
 * saw): 0 omitted, 1 to `options` the listed categories, RESPONSE_OTHER an answer that is in no
 * listed category (it equals nobody's, not even another one of its kind), RESPONSE_ABSENT an item
 * that is not on this candidate's form. For a multiple-answer or short-text item the categories are
 * the most frequent answers as a whole, the right one among them.
 *
 * Every candidate of one form has the same items; forms may overlap. */
#ifndef LUBAN_EXAM_RESPONSE_H
#define LUBAN_EXAM_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	RESPONSE_OMITTED = 0,
	RESPONSE_OPTIONS = 14, /* most categories of an item */
	RESPONSE_OTHER = 15,
	RESPONSE_ABSENT = 255,
	RESPONSE_ITEMS = 512,      /* most items */
	RESPONSE_PERSONS = 100000, /* most candidates */
	RESPONSE_FORMS = 64,
};

/* How the last answer came about; what matters is the first and the last one. */
enum response_change {
	CHANGE_NONE,
	CHANGE_WRONG_RIGHT,
	CHANGE_RIGHT_WRONG,
	CHANGE_WRONG_WRONG,
};

struct response_item {
	int key;           /* the right category, 1 to options; 0 when marked by people */
	int options;       /* 1 to RESPONSE_OPTIONS */
	int32_t max_centi; /* full score, hundredths of a point, > 0 */
};

/* Where and for whom a candidate sat; numbers of the caller's, 0 for unknown. */
struct response_person {
	int form; /* 0 to forms-1 */
	int32_t room, row, col, unit, centre, examiner, body, exam;
	int32_t same; /* candidates of one number are one person who sat more than once */
};

struct response_matrix {
	int n, m, forms;
	const uint8_t *answer; /* n*m, a candidate's row is contiguous */
	const struct response_item *items;
	const struct response_person *persons;
	/* Each n*m or NULL: hundredths of a point (NULL: all or nothing by the key); centiseconds
	 * on the item, 0 unknown; enum response_change. */
	const int32_t *score_centi;
	const int32_t *time_centi;
	const uint8_t *change;
};

/* Is the matrix as said above? 0 or ERR_INVALID, with the first candidate and item at fault (-1
 * when it is the sizes). */
int response_check(const struct response_matrix *r, int *ret_person, int *ret_item) MUST_CHECK;

static inline uint8_t response_at(const struct response_matrix *r, int person, int item)
{
	return r->answer[(int64_t)person * r->m + item];
}

static inline bool response_is_there(const struct response_matrix *r, int person, int item)
{
	return response_at(r, person, item) != RESPONSE_ABSENT;
}

/* Hundredths of a point; 0 when absent. */
int32_t response_score(const struct response_matrix *r, int person, int item);
/* Full score. */
bool response_is_right(const struct response_matrix *r, int person, int item);

/* 1 right, 0 not, RESPONSE_ABSENT; n*m in the arena. What the 0/1 models work on. */
uint8_t *response_right(const struct response_matrix *r, struct arena *arena);
/* Sums of scores, n in the arena, hundredths of a point. */
int64_t *response_totals(const struct response_matrix *r, struct arena *arena);
/* forms*m in the arena: 1 where the form has the item (by its first candidate). */
uint8_t *response_form_items(const struct response_matrix *r, struct arena *arena);

#endif
