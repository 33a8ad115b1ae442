/* Rows of tables and seats in a room: <g data-stack="…"> moved to its place: see doc/paper.h. */
#ifndef LUBAN_DOC_PAPER_STACK_H
#define LUBAN_DOC_PAPER_STACK_H

#include "base/err.h"
#include "base/str.h"

/* Appends svg to out with those groups moved. ERR_INVALID: more than 8 stacks, or no number. */
int paper_stack(struct str svg, struct buf *out) MUST_CHECK;

#endif
