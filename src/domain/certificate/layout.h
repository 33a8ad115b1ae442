/* Layouts of certificates that a province has put in place of the program's. What is kept here was
 * checked (doc/layout.h) by whoever puts it. */
#ifndef LUBAN_CERTIFICATE_LAYOUT_H
#define LUBAN_CERTIFICATE_LAYOUT_H

#include "core/ctx.h"

/* The layout of a kind that counts; empty: the program's own. In the arena. */
int certificate_layout(struct ctx *cx, const char *kind, struct str *ret_svg) MUST_CHECK;
/* Puts one, or with an empty text takes the program's own back; audited. */
int certificate_layout_put(struct ctx *cx, const char *kind, struct str svg,
	const char *note) MUST_CHECK;

#endif
