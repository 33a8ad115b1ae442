/* Working days: Monday to Friday, less the public holidays, plus the make-up days, of table holiday
 * (the State Council's yearly notice). A year without rows counts plain weekdays. */
#ifndef LUBAN_CORE_WORKDAY_H
#define LUBAN_CORE_WORKDAY_H

#include "core/ctx.h"

bool workday_is(struct ctx *cx, int64_t day);
/* The n-th working day after `day` (n >= 0; 0 gives the first working day not before `day`). The
 * day of the act is not counted: a notice of 5 working days put up on a Friday ends on the next
 * Friday. */
int64_t workday_add(struct ctx *cx, int64_t day, int64_t n);
/* Working days in (from, to]; negative when to < from. */
int64_t workday_between(struct ctx *cx, int64_t from, int64_t to);

/* As workday_add(), for what must not go on without the calendar: the three above count plain
 * weekdays when the database cannot be asked, this one gives ERR_DB. */
int workday_due(struct ctx *cx, int64_t day, int64_t n, int64_t *ret_day) MUST_CHECK;
/* The same for workday_between(). */
int workday_count(struct ctx *cx, int64_t from, int64_t to, int64_t *ret_n) MUST_CHECK;

/* kind: "holiday" or "workday" (a make-up day). Replaces what was known of the day. */
int workday_put(struct ctx *cx, int64_t day, const char *kind, const char *name) MUST_CHECK;
/* Years are kept per process for a minute; this forgets them at once. */
void workday_forget(void);

#endif
