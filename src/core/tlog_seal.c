#include "core/tlog_seal.h"

#include "base/crypto.h"
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
	auto_buf b;
	stow(&b, s);
	return keyring_mac_hex(cx->keys, KEY_CHECKPOINT, cx->arena, buf_view(&b));
}

bool tlog_seal_holds(struct ctx *cx, const struct tlog_sealed *s, const char *seal)
{
	auto_buf b;
	stow(&b, s);
	return keyring_mac_holds(cx->keys, KEY_CHECKPOINT, buf_view(&b), str_of(seal));
}
