/* Published figures against their leaves: for `luban check`. That they are right is for whoever
 * counts the log's leaves (`luban log audit`). */
#ifndef LUBAN_STATISTICS_PUBLISH_CHECK_H
#define LUBAN_STATISTICS_PUBLISH_CHECK_H

#include "core/ctx.h"

int figures_log_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
