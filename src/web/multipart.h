/* multipart/form-data (RFC 7578) of a whole body in memory. Texts and files are views into the
 * body. */
#ifndef LUBAN_WEB_MULTIPART_H
#define LUBAN_WEB_MULTIPART_H

#include "web/exchange.h"

/* false: no boundary, no closing boundary, a part without a name, a text that is not UTF-8, or too
 * many parts. A file chooser left empty gives no value. */
bool multipart_values(struct arena *a, const char *content_type, struct str body,
	struct values *ret_values);

#endif
