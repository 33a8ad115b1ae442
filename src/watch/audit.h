/* A monitor: reads a whole log as a stranger and finds out whether what it says of itself is true.
 *
 * 1. The checkpoint is signed by a key of the log and by as many witnesses as are demanded.
 * 2. It has the tree that was seen last time as its beginning: the root of those leaves is computed
 *    again from the leaves of today.
 * 3. Every leaf is read, every tile is what the leaves make it, and so is the checkpoint's root.
 * 4. The leaves can follow each other, and the counts follow from them (watch/tally.h), those that
 *    the log published itself (leaf figures.published) included.
 *
 * Leaves are read once, from the first to the last; memory is some 60 bytes for each
 * certificate. */
#ifndef LUBAN_WATCH_AUDIT_H
#define LUBAN_WATCH_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/merkle.h"
#include "base/note.h"
#include "base/trust.h"
#include "watch/source.h"
#include "watch/tally.h"

enum audit_fault {
	AUDIT_CHECKPOINT = 1, /* there is none, or it is not one; nothing else was looked at */
	/* no key of the log that is trusted, or a signature that does not hold */
	AUDIT_SIGNATURE,
	AUDIT_QUORUM,         /* fewer witnesses than demanded */
	AUDIT_STALE,          /* the witnesses last saw it too long ago */
	AUDIT_ORIGIN,         /* not the log of last time */
	AUDIT_SHRUNK,         /* fewer leaves than last time */
	AUDIT_FORKED,         /* not the tree of last time with leaves appended */
	AUDIT_MISSING,        /* a tile or bundle that the checkpoint needs is not there */
	AUDIT_SHAPE,          /* a tile or bundle is not of the shape that it must have */
	/* a hash in a tile is not that of the leaves; at: the first leaf under it */
	AUDIT_TILE,
	AUDIT_ROOT,           /* the leaves do not make the root that was signed */
	AUDIT_LEAF,           /* a leaf that cannot be read */
	AUDIT_SEQUENCE,       /* a leaf that cannot stand where it stands; why: enum tally_fault */
	AUDIT_FIGURES,        /* a published figure that the leaves do not bear out */
	AUDIT_TOO_LARGE,      /* more leaves than one wants to read */
	AUDIT_FAULTS
};
const char *audit_fault_code(enum audit_fault fault); /* "checkpoint" */

enum { AUDIT_FINDINGS_MAX = 200, AUDIT_TEXT = 160 };

struct audit_finding {
	enum audit_fault fault;
	bool has_at;
	uint64_t at; /* a leaf; for the checkpoint its size */
	enum tally_fault why;
	enum leaf_kind kind;
	char subject[AUDIT_TEXT]; /* a path, handle, figure or name */
	char found[AUDIT_TEXT], wanted[AUDIT_TEXT];
};

struct audit_options {
	const struct trust *trust; /* NULL: signatures are not looked at */
	struct str known;          /* the note of last time, or none */
	int64_t now;               /* seconds since 1970 */
	int64_t fresh_seconds;     /* 0: however old */
	uint64_t leaves_max;
	/* may be NULL; told now and then */
	void (*progress)(void *self, uint64_t done, uint64_t of);
	void *self;
};

struct audit {
	struct buf note; /* of today */
	bool is_signed;  /* by a trusted key of the log and the quorum */
	struct trust_verdict verdict;
	char origin[CHECKPOINT_ORIGIN_MAX + 1];
	struct merkle_head head;
	bool had_known;
	struct merkle_head known;
	uint64_t leaves;      /* that were read */
	bool is_whole;        /* all were, and they make the root */
	bool is_grown;        /* shown that what was known is its beginning, or nothing was */
	uint64_t counts[AUDIT_FAULTS];
	size_t n_findings;    /* that are kept */
	struct audit_finding findings[AUDIT_FINDINGS_MAX];
	struct tally *tally;
	char problem[SOURCE_PROBLEM]; /* why it could not be finished: the path and what happened */
};

/* 0: it could be done, whatever was found. ERR_IO: no answer; what was found until then stands.
 * ERR_INVALID: the note of last time is none. audit_free() it in any case. */
int audit_run(struct source *source, const struct audit_options *options,
	struct audit **ret_audit) MUST_CHECK;
void audit_free(struct audit *a);
uint64_t audit_found(const struct audit *a); /* findings in all */

#endif
