/* Inside the room: the face of a certificate as one text, and its hash. */
#ifndef LUBAN_CERTIFICATE_FACE_H
#define LUBAN_CERTIFICATE_FACE_H

#include "core/ctx.h"

struct face {
	const char *number, *name, *idno_mask, *occupation_name, *occupation_code, *work_type_name,
		*body_name, *body_code;
	int64_t grade, issued_on;
};
/* SM3 over "number|name|masked number|occupation|code|work type|grade|body|body code|date". */
const char *face_hash(struct ctx *cx, const struct face *f);

#endif
