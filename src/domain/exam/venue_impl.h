/* Inside the venue's files: codes, seals, rows as records. */
#ifndef LUBAN_DOMAIN_EXAM_VENUE_IMPL_H
#define LUBAN_DOMAIN_EXAM_VENUE_IMPL_H

#include "base/crypto.h"
#include "base/sign.h"
#include "base/stow.h"
#include "domain/exam/venue.h"

enum { VENUE_CODE_BYTES = 16 };

/* "ABCDE-FGHIJ-…", 128 random bits. */
const char *venue_code_new(struct ctx *cx);
/* A text of this use sealed by a code; opening gives ERR_DENIED "venue.code" when it does not
 * fit. */
const char *venue_seal(struct ctx *cx, const char *code, const char *use, struct str plain);
int venue_unseal(struct ctx *cx, const char *code, const char *use, struct str sealed,
	struct str *ret_plain) MUST_CHECK;

/* The same for the holder of a public key, made with a key that is thrown away. Opening gives
 * ERR_DENIED "venue.other_machine" without the right secret key; what was sealed for nobody's key
 * comes out as it is. */
int venue_box(struct ctx *cx, const char *public_hex, struct str plain,
	const char **ret_sealed) MUST_CHECK;
int venue_unbox(struct ctx *cx, const uint8_t *secret, struct str sealed,
	struct str *ret_plain) MUST_CHECK;

/* The row's columns in their order; "name" is the field that holds them. */
void venue_row(struct buf *b, const char *name, const struct q_desc *desc, const void *row);
/* All columns, no other; texts are copies in the arena. ERR_INVALID. */
int venue_row_read(struct arena *a, struct str record, const struct q_desc *desc,
	void *ret_row) MUST_CHECK;

/* The outer record: kind (pack, return), package, sealed body, signature ("" for a package). */
struct venue_outer {
	struct str kind, body, signature;
	int64_t id;
};
void venue_outer_put(struct buf *b, const struct venue_outer *o);
int venue_outer_read(struct ctx *cx, struct str file, const char *kind,
	struct venue_outer *ret_outer) MUST_CHECK;
/* What a signature is made over. */
const char *venue_signed_text(struct ctx *cx, const struct venue_outer *o);

int venue_bad_file(struct ctx *cx); /* fails with "venue.bad_file" */
/* handed in, forced, absent or void */
bool venue_has_ended(const char *sitting_state);

/* ---- what a package's secret holds ---- */
struct venue_secret {
	uint8_t seed[SIGN_SEED_BYTES];
	const char *return_code;
};
const char *venue_secret_put(struct ctx *cx, const struct venue_secret *s);
int venue_secret_read(struct ctx *cx, const char *text, struct venue_secret *ret_secret) MUST_CHECK;

#endif
