#include "web/once_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "web/answer.h"
#include "web/auth.h"
#include "web/flash.h"
#include "web/site.h"

enum { KEPT_MAX = 64 * 1024 };

static void add_text(struct digest *d, const char *z)
{
	digest_add(d, z ? z : "", z ? strlen(z) + 1 : 1);
}

/* Everything that was sent counts: a form changed and sent again from the page before is another
 * one. */
static void key_of(struct exchange *ex, const char *id, uint8_t key[ONCE_KEY])
{
	struct digest *d = digest_new(DIGEST_SHA256);
	if (ex->session)
		add_text(d, ex->session->token_hash);
	else if (ex->bearer)
		add_text(d, text_of(&ex->cx, "%lld", (long long)ex->cx.actor.account_id));
	else
		add_text(d, auth_browser(ex));
	add_text(d, ex->path);
	add_text(d, id);
	for (size_t i = 0; i < ex->values.n; i++) {
		const struct raw_value *v = &ex->values.at[i];
		add_text(d, v->name);
		digest_add(d, &v->text.n, sizeof v->text.n);
		digest_add(d, v->text.p, v->text.n);
	}
	digest_finish(d, key);
}

static void repeat(struct exchange *ex, char *text)
{
	json_t *kept = json_loads(text, 0, NULL);
	const char *location = json_string_value(json_object_get(kept, "location"));
	json_t *view = json_object_get(kept, "view");
	ex->flash = json_incref(json_object_get(kept, "flash"));
	if (ex->face == FACE_JSON) {
		answer_json(ex, 200, "application/json", view ? view : kept);
	} else {
		flash_send(ex);
		answer_redirect(ex, arena_dup(ex->arena, location ? location : "/"));
	}
	json_decref(kept);
	free(text);
}

bool once_form_begin(struct exchange *ex, struct once_form *form)
{
	const char *id = exchange_header(ex, "Idempotency-Key");
	if (!*id)
		id = values_text(ex->arena, &ex->values, "form_id");
	form->used = *id && !(ex->route->flags & ROUTE_NO_CSRF);
	if (!form->used)
		return true;
	char *answer = NULL;
	key_of(ex, id, form->key);
	switch (once_begin(ex->site->once, form->key, ctx_now(&ex->cx), &answer)) {
	case ONCE_RUN:
		return true;
	case ONCE_REPEAT:
		repeat(ex, answer);
		return false;
	default:
		answer_refusal(ex, 409, ERR_CONFLICT, "web.still_running");
		return false;
	}
}

void once_form_end(struct exchange *ex, const struct once_form *form, bool ok, json_t *view)
{
	if (!form->used)
		return;
	char *text = NULL;
	if (ok && (ex->location || ex->face == FACE_JSON)) {
		json_t *kept = json_pack("{s:s*, s:O*, s:O*}", "location", ex->location, "flash",
			ex->flash, "view", ex->face == FACE_JSON ? view : NULL);
		text = json_dumps(kept, JSON_COMPACT);
		json_decref(kept);
	}
	bool kept = text && strlen(text) <= KEPT_MAX;
	once_done(ex->site->once, form->key, ctx_now(&ex->cx), kept ? text : NULL);
	free(text);
}
