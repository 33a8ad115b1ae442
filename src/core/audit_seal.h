/* The trail as it was written: each row carries a seal (HMAC-SM3 under the platform's key) over all
 * of its columns, and every ten minutes the rows that came are counted under a numbered seal of its
 * own (audit_count).
 *
 * Proves to `luban check audit`: who has the database but not the key file has changed no row, put
 * none in, and taken none away, unless with every count from there to the end. Against that a count
 * is said in the server's log, which stands elsewhere. A row that was written by a transaction of
 * more than ten minutes comes after its count and is one more than was counted: never one less.
 * Rows from before there were seals are not looked at. */
#ifndef LUBAN_CORE_AUDIT_SEAL_H
#define LUBAN_CORE_AUDIT_SEAL_H

#include "core/ctx.h"
#include "query/core.h"

/* The row's, in the arena; "" without keys. */
const char *audit_seal(struct ctx *cx, const struct q_audit_insert_in *row);

struct audit_count {
	int64_t no, n, upto_id; /* of so many rows, the last of them */
	const char *seal;
};
/* For the clock: 1 when rows were counted, 0 when there are none. */
int audit_count(struct ctx *cx, struct audit_count *ret_count) MUST_CHECK;

/* found() hears what does not hold, without personal data. */
int audit_check(struct ctx *cx, void (*found)(void *arg, const char *text), void *arg) MUST_CHECK;

#endif
