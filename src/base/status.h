/* A snapshot of states: which certificates of a log are suspended, revoked or corrected, for those
 * who verify without a network. It speaks for a tree: of a certificate whose leaf is in that tree
 * and which is not in the list, it says that nothing of the kind was decided. Whoever has the log
 * makes the same list again from its leaves (struct status_fold).
 *
 *   luban.local/log                                the log's origin
 *   status
 *   2026-11-22                                     the day
 *   20852163                                       how many leaves the tree has
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=   its root
 *   2                                              how many lines the list has
 *   4f3a…                                          SHA-256 of the list, 64 hex digits
 *
 *   — luban.local/log …                            signed by an issuer (base/trust.h), Ed25519, by
 *                                                  the name of the log; a signed note as of
 *                                                  base/note.h
 *
 *   00112233445566778899aabbccddeeff r             the list: handles in their order, each once,
 *   …ff sc2                                        with their state
 *
 * States: s suspended, r revoked; c and a number: the face was corrected, this is the version that
 * counts (issued is 1). One spelling only; the empty line before the list is there when the list is
 * empty too. */
#ifndef LUBAN_BASE_STATUS_H
#define LUBAN_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/leaf.h"
#include "base/merkle.h"
#include "base/str.h"
#include "base/trust.h"

enum {
	STATUS_MAX = 64 * 1024 * 1024, /* bytes of a file */
	STATUS_ENTRIES_MAX = 1000000,
	STATUS_HANDLE_BYTES = LEAF_HANDLE_HEX / 2
};

struct status_entry {
	uint8_t handle[STATUS_HANDLE_BYTES];
	char state;      /* 's', 'r', or 0 */
	int64_t version; /* 2 …, or 0: never corrected */
};

struct status {
	struct str origin;
	int64_t on;
	struct merkle_head head;
	size_t n;
	const struct status_entry *entries; /* by handle */
	struct str note; /* as read; unused by the writers */
};

/* Lives in the arena; views into file. ERR_INVALID for every other spelling; ERR_LIMIT. Nothing is
 * believed before status_issuer() found who signed it. */
int status_parse(struct arena *a, struct str file, struct status *ret_status) MUST_CHECK;
/* Which of the trusted issuers signed it. ERR_NOTFOUND: none; ERR_INVALID: one did, but not
 * this. */
int status_issuer(const struct status *s, const struct trust *t, size_t *ret_issuer) MUST_CHECK;
/* NULL: nothing is said of this handle. */
const struct status_entry *status_find(const struct status *s, struct str handle);

/* The text to be signed; then, behind the note, an empty line and the list. */
void status_put_text(struct buf *out, const struct status *s);
void status_put_list(struct buf *out, const struct status *s);

/* The list out of leaves, in the order of the log. Leaves of other kinds are passed over. */
struct status_event;
struct status_fold {
	struct status_event *events;
	size_t n, cap;
};
/* ERR_LIMIT: more than 8 * STATUS_ENTRIES_MAX events. */
int status_fold_add(struct status_fold *f, const struct leaf *leaf) MUST_CHECK;
/* Only those of which there is something to say. ERR_LIMIT: more than STATUS_ENTRIES_MAX. */
int status_fold_finish(struct status_fold *f, struct arena *a,
	const struct status_entry **ret_entries, size_t *ret_n) MUST_CHECK;
void status_fold_fini(struct status_fold *f);

#endif
