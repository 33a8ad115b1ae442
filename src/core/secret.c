#include "core/secret.h"

#include "base/crypto.h"

const char *secret_seal(struct ctx *cx, const char *column, const char *text)
{
	return is_blank(text) ? "" : keyring_seal(cx->keys, cx->arena, column, str_of(text));
}

int secret_open(struct ctx *cx, const char *column, const char *cipher, const char **ret_text)
{
	if (is_blank(cipher)) {
		*ret_text = "";
		return 0;
	}
	if (keyring_open(cx->keys, cx->arena, column, str_of(cipher), ret_text) < 0)
		return fail(cx, ERR_BUG, "secret.unreadable", column);
	return 0;
}

static const char *blind(struct ctx *cx, const char *purpose, const char *text)
{
	return is_blank(text) ? "" : keyring_blind_index(cx->keys, cx->arena, purpose,
		str_of(text));
}

const char *secret_idno_index(struct ctx *cx, const char *idno)
{
	return blind(cx, "idno", idno);
}

const char *secret_phone_index(struct ctx *cx, const char *phone)
{
	return blind(cx, "phone", phone);
}
