/* field: a form described once. From the same descriptor come parsing, validation, the HTML form,
 * the JSON input, the OpenAPI schema and an import column. Handlers see only declared, validated
 * values. */
#ifndef LUBAN_CORE_FIELD_H
#define LUBAN_CORE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"

enum field_type {
	FIELD_TEXT,     /* one line; min/max are lengths in characters */
	FIELD_AREA,     /* several lines */
	FIELD_INT,      /* min/max are values */
	FIELD_MONEY,    /* yuan with at most two decimals, held as fen; min/max in fen */
	FIELD_SCORE,    /* 0…100 with at most two decimals, held as hundredths */
	FIELD_BOOL,     /* absent is false */
	FIELD_DATE,     /* YYYY-MM-DD (also YYYY/M/D, YYYYMMDD), held as days since 1970-01-01 */
	FIELD_TIME,     /* YYYY-MM-DDTHH:MM local, held as epoch seconds */
	FIELD_CHOICE,   /* one of .choices */
	FIELD_ID,       /* a 64-bit id in decimal */
	FIELD_IDS,      /* several ids (repeated name, or a JSON array) */
	/* resident identity number, GB 11643: normalised to upper case, check digit verified */
	FIELD_IDNO,
	FIELD_USCC,     /* unified social credit code, GB 32100 */
	FIELD_PHONE,    /* mainland mobile or land line */
	FIELD_PASSWORD, /* never echoed */
	FIELD_FILE,     /* an upload; max is bytes */
};

enum field_flag {
	FIELD_REQUIRED = 1,
	FIELD_SENSITIVE = 2, /* personal data: never logged, masked when echoed by the API */
	FIELD_HIDDEN = 4,    /* carried by the form, not shown */
	FIELD_WIDE = 8,      /* takes a whole row of the form */
};

struct choice {
	const char *code, *label;
};

/* A list of these ends with {0}. */
struct field {
	const char *name;
	enum field_type type;
	const char *label;
	const char *help, *unit, *example; /* may be NULL */
	int64_t min, max;                  /* both 0: no bound beyond the type's own */
	/* FIELD_CHOICE: ends with {0}; NULL when the handler supplies them */
	const struct choice *choices;
	unsigned flags;
	const char *kinds; /* FIELD_FILE: "pdf jpg", of file_kind(); NULL takes anything */
};

struct upload {
	const char *filename;
	struct str bytes;
};

/* One raw value as it came in: from a form, a query string, JSON, a sheet. */
struct raw_value {
	const char *name;
	struct str text;
	const char *filename; /* of an upload, else NULL */
};

struct input; /* the validated values of one field list, in the context's arena */

/* Parses and checks every declared field; undeclared raw values are ignored. *ret_input is set even
 * on ERR_INVALID (for showing what was typed); every field's error is in the context. */
int field_parse(struct ctx *cx, const struct field *fields, const struct raw_value *raw, size_t n,
	struct input **ret_input) MUST_CHECK;

/* Reading a name that is not declared with a fitting type is a bug and aborts. */
bool in_has(const struct input *in, const char *name);         /* given and not blank */
/* "" when absent; choice code for FIELD_CHOICE */
const char *in_text(const struct input *in, const char *name);
/* INT MONEY SCORE BOOL DATE TIME ID; 0 when absent */
int64_t in_int(const struct input *in, const char *name);
/* The number that a FIELD_CHOICE's code is; 0 when absent, or none */
int64_t in_choice(const struct input *in, const char *name);
const struct upload *in_file(const struct input *in, const char *name); /* NULL when absent */
size_t in_ids(const struct input *in, const char *name, const int64_t **ret_ids);
/* What was typed, for giving it back on the form; "" for passwords. */
const char *in_raw(const struct input *in, const char *name);
const struct field *in_fields(const struct input *in);

/* "是", "2026-11-22", "三级/高级工": a value as people read it. */
const char *field_display(struct ctx *cx, const struct field *f, const struct input *in);

#endif
