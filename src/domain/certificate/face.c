#include "domain/certificate/face.h"

#include "base/civil.h"
#include "base/crypto.h"

enum { FACE_MAX = 16 * 1024 };

/* Made for each certificate that is issued and each that is looked up: put together by hand. */
const char *face_hash(struct ctx *cx, const struct face *f)
{
	char hex[DIGEST_HEX], day[CIVIL_TEXT];
	const char *parts[] = {f->number, f->name, f->idno_mask, f->occupation_name,
		f->occupation_code, f->work_type_name};
	auto_buf text;
	buf_init(&text, FACE_MAX);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		buf_puts(&text, parts[i]);
		buf_putc(&text, '|');
	}
	buf_printf(&text, "%lld|", (long long)f->grade);
	buf_puts(&text, f->body_name);
	buf_putc(&text, '|');
	buf_puts(&text, f->body_code);
	buf_putc(&text, '|');
	buf_puts(&text, civil_put_day(f->issued_on, day));
	return arena_dup(cx->arena, crypto_sm3_hex(buf_view(&text), hex));
}
