/* Bodies of POST: urlencoded, multipart or a JSON object, all into raw values. */
#ifndef LUBAN_WEB_BODY_H
#define LUBAN_WEB_BODY_H

#include "web/exchange.h"

/* Reads ex->body into ex->values: 0, or the status to answer with (400, 415). No body is fine. */
int body_read(struct exchange *ex);
/* A body that no page of another site can send without asking first. */
bool body_is_json(struct exchange *ex);

#endif
