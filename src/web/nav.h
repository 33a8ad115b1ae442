/* The navigation: one row per entry, shown to whoever may use the page. */
#ifndef LUBAN_WEB_NAV_H
#define LUBAN_WEB_NAV_H

#include "web/exchange.h"

/* [{label, items: [{label, url, active}]}], for the exchange's actor. */
json_t *nav_of(struct exchange *ex);
/* The way back: {items: [{label, url}]}, outermost first, of the pages whose address this one's
 * continues and that the actor may open; false without any. */
json_t *crumbs_of(struct exchange *ex);

#endif
