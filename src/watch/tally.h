/* The counts that follow from the leaves of a log, and whether the leaves can follow each other:
 * what was never issued cannot be revoked. */
#ifndef LUBAN_WATCH_TALLY_H
#define LUBAN_WATCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/leaf.h"
#include "base/str.h"

enum tally_dimension {
	TALLY_BODY_KIND,
	TALLY_REGION,
	TALLY_OCCUPATION,
	TALLY_GRADE,
	TALLY_YEAR, /* of the date of issue */
	TALLY_BODY,
	TALLY_DIMENSIONS
};
const char *tally_dimension_code(enum tally_dimension d); /* "body_kind" */

struct tally_count {
	uint64_t issued, valid, suspended, revoked; /* the last three make up the first */
};

struct tally_row {
	char value[LEAF_HANDLE_HEX + 1];
	struct tally_count count;
};

/* Why a leaf cannot stand where it stands. */
enum tally_fault {
	TALLY_TWICE = 1,    /* issued, or drawn, or committed to, a second time */
	TALLY_NEVER_ISSUED, /* or never committed to */
	TALLY_REVOKED,      /* something is done to a certificate that is revoked */
	TALLY_STATE,        /* suspended is suspended, or what is not is reinstated */
	TALLY_NUMBER,       /* a version or count that is not the next one */
	TALLY_NUMBERS,      /* more passed than took part */
	TALLY_TOO_MANY,     /* more different values than are counted */
	TALLY_SEED,         /* drawn with another seed than was committed to */
};
typedef void tally_complain(
	void *self, enum tally_fault fault, uint64_t index, const struct leaf *leaf);

struct tally;
struct tally *tally_new(tally_complain *complain, void *self);
void tally_free(struct tally *t);
/* What cannot be is complained of and not counted. */
void tally_add(struct tally *t, uint64_t index, const struct leaf *leaf);

struct tally_count tally_all(const struct tally *t);
/* How often each kind of leaf came. */
uint64_t tally_leaves(const struct tally *t, enum leaf_kind kind);
/* In the order of their values; the caller frees them. */
size_t tally_rows(const struct tally *t, enum tally_dimension d, struct tally_row **ret_rows);
const struct tally_count *tally_find(
	const struct tally *t, enum tally_dimension d, struct str value);

/* What was counted when there were `size` leaves: of one value or, with is_prefix, of those that
 * begin with it; with TALLY_DIMENSIONS of all. false: more leaves came since than are
 * remembered. */
enum { TALLY_REMEMBERED = 8192 };
bool tally_at(const struct tally *t, uint64_t size, enum tally_dimension d, struct str value,
	bool is_prefix, struct tally_count *ret_count) MUST_CHECK;

#endif
