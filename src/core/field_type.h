/* What each field type accepts. Private to field.c. */
#ifndef LUBAN_CORE_FIELD_TYPE_H
#define LUBAN_CORE_FIELD_TYPE_H

#include "core/field.h"

struct field_value {
	const struct field *field;
	bool has;         /* given and not blank */
	const char *raw;  /* as typed, valid UTF-8, never a password */
	const char *text; /* normalised */
	int64_t number;
	struct upload *upload;
	int64_t *ids;
	size_t n_ids;
};

/* Reads raw into v for v->field, whatever its type: 0, or ERR_INVALID with the field's problem
 * kept. */
int field_type_parse(struct ctx *cx, struct field_value *v, const struct raw_value *raw) MUST_CHECK;
/* True when in_text() may be asked for it. */
bool field_type_is_text(enum field_type type);
/* True when in_int() may be asked for it. */
bool field_type_is_number(enum field_type type);

/* White space of any kind, byte order marks and zero-width marks at both ends removed. */
struct str field_trim(struct str s);
/* Hundredths as "12.50". */
const char *field_hundredths(struct ctx *cx, int64_t n);

#endif
