/* Figures in the public log: once a day the platform says there how many certificates it counts, so
 * that whoever reads the log can count them again (base/figures.h). */
#ifndef LUBAN_STATISTICS_PUBLISH_H
#define LUBAN_STATISTICS_PUBLISH_H

#include <stdbool.h>

#include "core/ctx.h"

/* By the clock: publishes when nothing was published today, there are certificates, all of them
 * have their leaf, and no leaf waits for its place, so that figures and tree are of one moment.
 * *ret_published: whether it was now. */
int figures_publish(struct ctx *cx, bool *ret_published) MUST_CHECK;

#endif
