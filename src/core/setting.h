/* Numbers that differ between provinces and change with years: a row of setting.def each (type,
 * limits, default, unit, source). The value that counts is the one of the nearest region (county,
 * city, province, country) with the latest effective date not after the day asked for; the default
 * if there is none. */
#ifndef LUBAN_CORE_SETTING_H
#define LUBAN_CORE_SETTING_H

#include "core/ctx.h"

struct setting {
	const char *name, *room, *label, *unit, *source;
	int64_t min, max, preset;
};

extern const struct setting settings[]; /* ends with {0} */
const struct setting *setting_find(const char *name);

/* region: "" for the country. on: day; 0 means today. Unknown names abort. The preset when the
 * database cannot be asked (the error is kept in the context): what must not go on then calls
 * setting_get(). */
int64_t setting_int(struct ctx *cx, const char *name, const char *region, int64_t on);
int setting_get(struct ctx *cx, const char *name, const char *region, int64_t on,
	int64_t *ret_value) MUST_CHECK;
/* Who may put it: security is the security administrator's. */
enum perm setting_perm(const struct setting *s);
/* Needs that permission. Checked against the row's limits; effective_on 0 means today and may lie
 * in the future; in the past only for the program itself (import, demo), since judgements already
 * rest on it. Audited. */
int setting_put(struct ctx *cx, const char *name, const char *region, int64_t effective_on,
	int64_t value) MUST_CHECK;

#endif
