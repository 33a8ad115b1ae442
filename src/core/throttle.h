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
/* For tests. */
void throttle_forget(void);

#endif
