/* Lists: paging, sorting and filters in the address, and the sheet of the same rows. */
#ifndef LUBAN_WEB_LIST_H
#define LUBAN_WEB_LIST_H

#include "web/exchange.h"

enum { LIST_ROWS = 20, LIST_EXPORT = 100000 };

bool list_is_export(struct exchange *ex);
/* The rows as an .xlsx, into ex->out; all of them, or none when there are more than LIST_EXPORT. */
int list_export(struct req *rq, const struct q_desc *desc, const void *rows, size_t n) MUST_CHECK;

/* The head of a list that is no table of the database: its filters and how many there are, neither
 * pages nor a sheet. */
void list_head(struct req *rq, int64_t count);
/* The list's address with one filter set to another value, "" to leave it out. */
const char *list_address(struct req *rq, const char *name, const char *value);

/* One form item of a field: what it shows comes from typed (may be NULL), else from preset (may be
 * NULL). */
json_t *form_item(struct req *rq, const struct field *f, const struct input *typed, json_t *preset);

#endif
