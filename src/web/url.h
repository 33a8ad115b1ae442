/* Percent-encoding and application/x-www-form-urlencoded. */
#ifndef LUBAN_WEB_URL_H
#define LUBAN_WEB_URL_H

#include "web/exchange.h"

/* false: a broken escape, a NUL, or not UTF-8. plus: '+' is a space. */
bool url_decode(struct arena *a, struct str in, bool plus, struct str *ret_out);
void url_encode(struct buf *b, const char *z);
/* name=value pairs joined by '&'. false: malformed or too many. */
bool url_values(struct arena *a, struct str text, struct values *ret_values);
/* A path of this site (starts with one '/', no control characters): safe to send a browser to. */
bool url_is_local(const char *z);

#endif
