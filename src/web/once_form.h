/* One form sent twice acts once: joins once.h with requests and answers. */
#ifndef LUBAN_WEB_ONCE_FORM_H
#define LUBAN_WEB_ONCE_FORM_H

#include "web/exchange.h"
#include "web/once.h"

struct once_form {
	uint8_t key[ONCE_KEY];
	bool used; /* the form carries a form_id, or the call an Idempotency-Key */
};

/* false: answered already, with what the first sending got. */
bool once_form_begin(struct exchange *ex, struct once_form *form);
/* After the handler: keeps its answer, or forgets when it failed. view: for callers of JSON. */
void once_form_end(struct exchange *ex, const struct once_form *form, bool ok, json_t *view);

#endif
