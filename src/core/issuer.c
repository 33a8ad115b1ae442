#include "core/issuer.h"

#include <string.h>

#include "base/hex.h"
#include "base/note.h"
#include "query/signer.h"

int issuer_key(struct ctx *cx, uint8_t ret_public_key[SIGN_PUBLIC_BYTES])
{
	struct signer_public keys[SIGN_USES];
	size_t n;
	int r = signer_keys(cx, keys, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (keys[i].use == SIGN_CERTIFICATE) {
			memcpy(ret_public_key, keys[i].public_key, SIGN_PUBLIC_BYTES);
			return 0;
		}
	return fail(cx, ERR_IO, "signer.away");
}

/* Known before anything that it signed is shown. */
int issuer_sign(struct ctx *cx, struct str bytes, struct signature *ret_signature)
{
	struct q_signer_key_find known;
	struct signature s;
	char hex[2 * SIGN_PUBLIC_BYTES + 1];
	int r = signer_sign(cx, SIGN_CERTIFICATE, bytes, &s);
	if (r < 0)
		return r;
	r = q_signer_key_find(cx->db, &known, .key_id = s.key_id);
	if (r == ERR_NOTFOUND)
		r = (int)q_signer_key_put(cx->db, .key_id = s.key_id,
			.key_use = sign_use_code(SIGN_CERTIFICATE),
			.public_key = hex_write(s.public_key, SIGN_PUBLIC_BYTES, hex),
			.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_signature = s;
	return 0;
}

static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	struct signature s;
	int r = issuer_sign(self, message, &s);
	if (r < 0)
		return r;
	/* Changed meanwhile: the next time it is asked with the new one. */
	if (memcmp(s.public_key, key->bytes, SIGN_PUBLIC_BYTES) != 0)
		return ctx_fail(self, ERR_IO, "signer.away", NULL);
	memcpy(ret_signature, s.bytes, sizeof s.bytes);
	return 0;
}

int issuer_sign_note(struct ctx *cx, struct str text, const char *name, struct buf *out)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct note_key key;
	int r = issuer_key(cx, public_key);
	if (r < 0)
		return r;
	r = note_key_make(NOTE_ED25519, str_of(name), public_key, &key);
	if (!r)
		r = note_put_text(out, text);
	if (!r)
		r = note_put_signature(out, text, &key, 0, sign, cx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
