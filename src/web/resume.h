/* A session that ended while a form was being filled in: the visitor logs in, finds the form as he
 * left it, and sends it once more himself. */
#ifndef LUBAN_WEB_RESUME_H
#define LUBAN_WEB_RESUME_H

#include "web/exchange.h"

/* 401 for programs; people go to /login and come back to where they wanted to be. */
void ask_log_in(struct exchange *ex);

extern const struct route routes_resume[];

#endif
