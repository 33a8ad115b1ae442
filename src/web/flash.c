#include "web/flash.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/message.h"

enum { FLASH_MAX = 1500, FLASH_ARGS = PROBLEM_ARGS };

void rq_flash_(struct req *rq, const char *id, ...)
{
	const char *args[FLASH_ARGS + 1] = {NULL};
	va_list ap;
	va_start(ap, id);
	for (int i = 0; i < FLASH_ARGS && (args[i] = va_arg(ap, const char *)); i++)
		;
	va_end(ap);
	if (!rq->ex->flash)
		rq->ex->flash = json_array();
	json_array_append_new(rq->ex->flash, json_string(message_text(rq->cx->arena, id, args)));
}

/* mac.text,text… : the texts in base64url, the mac over all of them. */
void flash_send(struct exchange *ex)
{
	size_t i;
	json_t *line;
	struct buf texts;
	if (!ex->flash)
		return;
	buf_init(&texts, FLASH_MAX);
	json_array_foreach(ex->flash, i, line) {
		if (i)
			buf_putc(&texts, ',');
		base64url_put(&texts, json_string_value(line), json_string_length(line));
	}
	const char *seal = keyring_mac_hex(ex->cx.keys, KEY_FLASH, ex->arena, buf_view(&texts));
	answer_cookie(ex, "flash", text_of(&ex->cx, "%s.%s", seal, buf_z(&texts)), 60);
	buf_fini(&texts);
}

json_t *flash_take(struct exchange *ex)
{
	json_t *lines = json_array();
	struct str texts = str_of(exchange_cookie(ex, "flash"));
	if (!texts.n)
		return lines;
	answer_cookie(ex, "flash", "", 0);
	struct str given = str_cut(&texts, '.');
	if (!keyring_mac_holds(ex->cx.keys, KEY_FLASH, texts, given))
		return lines;
	while (texts.n) {
		auto_buf text;
		buf_init(&text, FLASH_MAX);
		if (base64url_read(str_cut(&texts, ','), &text))
			json_array_append_new(lines, json_stringn(buf_z(&text), text.n));
	}
	return lines;
}
