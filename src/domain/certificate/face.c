#include "domain/certificate/face.h"

#include <inttypes.h>

#include "base/civil.h"
#include "base/crypto.h"

const char *face_hash(struct ctx *cx, const struct face *f)
{
	char hex[DIGEST_HEX], day[CIVIL_TEXT];
	const char *text = text_of(cx, "%s|%s|%s|%s|%s|%s|%" PRId64 "|%s|%s|%s", f->number, f->name,
		f->idno_mask,
		f->occupation_name, f->occupation_code, f->work_type_name, f->grade, f->body_name,
		f->body_code, civil_put_day(f->issued_on, day));
	return arena_dup(cx->arena, crypto_sm3_hex(str_of(text), hex));
}
