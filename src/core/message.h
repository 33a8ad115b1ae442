/* What the program says to people, by message id: messages/zh-CN/ROOM.txt, lines `id = text with
 * {0} {1}`. Embedded and indexed at start. */
#ifndef LUBAN_CORE_MESSAGE_H
#define LUBAN_CORE_MESSAGE_H

#include "core/ctx.h"

/* Reads the texts now; ends the program when they are not as they must be (an id twice). */
void message_load(void);
/* The text with its arguments filled in; the id itself when it is unknown (a test finds those). */
const char *message_text(struct arena *a, const char *id, const char *const *args);
/* of the whole problem */
const char *problem_text(struct ctx *cx);
const char *field_problem_text(struct ctx *cx, const struct field_problem *p);

#endif
