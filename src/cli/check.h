/* What `luban check` looks at. A check reads and never mends; it says what is not as it must be,
 * one finding at a time, and goes on. To add one: a function and a row in src/cli/checks.c. */
#ifndef LUBAN_CLI_CHECK_H
#define LUBAN_CLI_CHECK_H

#include "core/ctx.h"

struct check_run {
	struct ctx *cx; /* acts as the program itself; its arena is this check's own */
	const char *name;
	const char *heads; /* what the signer remembers in (core/signer_head.h), or NULL */
	int64_t found;
};

struct check {
	const char *name, *label;
	/* 0, or an error of the store: the check could not be made */
	int (*run)(struct check_run *run);
};

extern const struct check checks[]; /* ends with {0} */

/* One line on stdout, without personal data. */
void check_found(struct check_run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
