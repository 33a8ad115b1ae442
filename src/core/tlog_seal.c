#include "core/tlog_seal.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "base/stow.h"

enum { SEALED_MAX = 256 * 1024 };

static void stow(struct buf *b, const struct tlog_sealed *s)
{
	buf_init(b, SEALED_MAX);
	stow_int(b, "luban_checkpoint", 1);
	stow_int(b, "no", s->no);
	stow_int(b, "at", s->at);
	stow_text(b, "note", s->note);
}

const char *tlog_seal(struct ctx *cx, const struct tlog_sealed *s)
{
	uint8_t mac[DIGEST_BYTES];
	auto_buf b;
	stow(&b, s);
	keyring_mac(cx->keys, KEY_CHECKPOINT, buf_view(&b), mac);
	return hex_text(cx->arena, mac, sizeof mac);
}

bool tlog_seal_holds(struct ctx *cx, const struct tlog_sealed *s, const char *seal)
{
	uint8_t mac[DIGEST_BYTES];
	auto_buf b;
	stow(&b, s);
	return hex_read(str_of(seal), mac, sizeof mac) &&
		keyring_mac_is(cx->keys, KEY_CHECKPOINT, buf_view(&b),
			(struct str){(const char *)mac, sizeof mac});
}
