/* The leaves of the public log: what was decided, in what everybody may know. A leaf is a record of
 * base/stow.h with one spelling only:
 *
 *   luban_leaf:1:1\n              the version of this layout
 *   kind:18:certificate.issued\n
 *   on:10:2026-11-22\n            the day of the fact (of appending, for one made up for later)
 *
 * and then the fields of its kind, all of them, in this order:
 *
 *   certificate.issued       certificate body body_kind occupation grade route region issued_on
 *                            commitment
 *   certificate.corrected    certificate version commitment
 *   certificate.reissued     certificate count commitment
 *   certificate.suspended    certificate commitment
 *   certificate.reinstated   certificate commitment
 *   certificate.revoked      certificate commitment
 *   result.frozen            batch body region version people passed digest
 *   draw.committed           draw purpose commitment
 *   draw.drawn               draw seed digest
 *   figures.published        figures digest
 *
 * A certificate, batch or draw is named by a handle: 32 random hex digits that stand nowhere else
 * in public. Nothing here tells of a person; commitments (base/commit.h) are to what does. */
#ifndef LUBAN_BASE_LEAF_H
#define LUBAN_BASE_LEAF_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum leaf_kind {
	LEAF_ISSUED = 1,
	LEAF_CORRECTED,
	LEAF_REISSUED,
	LEAF_SUSPENDED,
	LEAF_REINSTATED,
	LEAF_REVOKED,
	LEAF_RESULT,    /* result.frozen */
	LEAF_COMMITTED, /* draw.committed */
	LEAF_DRAWN,
	LEAF_FIGURES,
	LEAF_KINDS
};

enum {
	LEAF_MAX = 8 * 1024,
	LEAF_HANDLE_HEX = 32,
	LEAF_COMMITMENT_HEX = 64,
	LEAF_TEXT_MAX = 7 * 1024 /* bytes of figures */
};

/* Fields that a kind does not have are empty or 0. */
struct leaf {
	enum leaf_kind kind;
	int64_t on; /* a day */
	struct str certificate, batch, draw; /* handles */
	struct str body;       /* the body's code: 13 capitals and digits */
	struct str body_kind;  /* enterprise, school, … */
	struct str occupation; /* a code as 6-18-02-04, or none: special skills */
	struct str route;      /* exam, special, … */
	struct str region;     /* GB/T 2260, digits */
	struct str commitment; /* 64 hex digits */
	struct str digest;     /* 64 hex digits */
	struct str purpose;    /* a code: what is drawn */
	struct str seed;       /* one line of visible ASCII */
	struct str figures;    /* a record: name and number of each figure */
	int64_t grade;         /* 1 … 8; 0: special skills */
	int64_t issued_on;     /* a day */
	int64_t version;       /* of a certificate's face, from 2 on; of a list, from 1 on */
	int64_t count;         /* how often paper was issued again, from 1 on */
	int64_t people, passed;
};

const char *leaf_kind_code(enum leaf_kind kind); /* "certificate.issued" */

/* ERR_INVALID: a field is not what its kind demands; ERR_LIMIT: longer than LEAF_MAX. */
int leaf_put(struct buf *out, const struct leaf *leaf) MUST_CHECK;
/* Exactly what leaf_put() writes; the views are into entry. ERR_INVALID for everything else, kinds
 * and versions that are not known included. */
int leaf_parse(struct str entry, struct leaf *ret_leaf) MUST_CHECK;

#endif
