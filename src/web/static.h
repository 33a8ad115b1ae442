/* Files of the binary under /static/: hash in the address, so browsers keep them for good. */
#ifndef LUBAN_WEB_STATIC_H
#define LUBAN_WEB_STATIC_H

#include "web/exchange.h"

/* true when the path is one of /static/ or /favicon.ico; then it is answered. */
bool static_answer(struct exchange *ex);
/* {"css_luban_css": "/static/css/luban.css?v=…", …}: a key per file, its path below static/ with
 * '_' for what is no letter or digit. */
json_t *static_addresses(void);

#endif
