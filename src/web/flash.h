/* Lines shown once on the next page: carried by a cookie. */
#ifndef LUBAN_WEB_FLASH_H
#define LUBAN_WEB_FLASH_H

#include "web/exchange.h"

/* Before a redirect: ex->flash goes into the cookie. */
void flash_send(struct exchange *ex);
/* The lines for this page, [text…]; the cookie is cleared. */
json_t *flash_take(struct exchange *ex);

#endif
