/* How often, per address or per name: token buckets in the memory of this process. They slow down,
 * they do not count exactly: a full table forgets the key that was quiet for longest, another
 * process counts for itself. */
#ifndef LUBAN_CORE_THROTTLE_H
#define LUBAN_CORE_THROTTLE_H

#include "core/ctx.h"

/* Takes one of `limit` tries that refill evenly over `seconds`; false when there is none left.
 * what: which bucket, "login", "verify"…; key: whose. */
bool throttle_take(struct ctx *cx, const char *what, const char *key, int64_t limit,
	int64_t seconds);
/* Per minute and address of the actor; of IPv6 the first 64 bits count, which is what one
 * subscriber holds. */
bool throttle_ip(struct ctx *cx, const char *what, int64_t per_minute);
/* Failures of a name that has no row to count them in, counted as an account's are: false while it
 * is locked; else one more, and from the failure number `most` on it is locked as long as
 * throttle_lock_seconds() says. */
bool throttle_fail(struct ctx *cx, const char *what, const char *key, int64_t most,
	int64_t first_seconds);
/* How long a lock lasts after so many failures: 0 below `most`, then twice as long each time, a day
 * at most. */
int64_t throttle_lock_seconds(int64_t failed, int64_t most, int64_t first_seconds);
/* For tests. */
void throttle_forget(void);

#endif
