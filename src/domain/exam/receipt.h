/* The receipt 交卷回执: what was handed in, signed. It holds for every item of which something was
 * saved the seq and the SM3 of the final response, never the response itself, so that it may be
 * shown and printed; with the database (or the answers at hand) anybody can compare.
 *
 * The text (the file people keep) is a record of base/stow.h, then its signature:
 *   luban-receipt 1 · exam · sitting · ticket · name · form hash · began, ended · how ·
 *   count · last seq · answers hash · item:seq:hash …
 * and is found again by a code of 16 letters and digits that it also prints. */
#ifndef LUBAN_DOMAIN_EXAM_RECEIPT_H
#define LUBAN_DOMAIN_EXAM_RECEIPT_H

#include "core/ctx.h"

enum { RECEIPT_MAX = 256 * 1024, RECEIPT_ITEMS = 512 };

struct receipt_item {
	int64_t item_no, seq;
	const char *hash; /* SM3 of the response, 64 hex digits */
};

struct receipt {
	const char *exam_id, *exam_title, *sitting_id, *ticket_no, *name, *form_hash, *how, *code;
	int64_t begun_at, ended_at;
	int64_t n_answered, last_seq;
	const char *answers_hash; /* SM3 over "item:seq:hash\n" of all items in order */
	struct receipt_item *items;
	size_t n_items;
	const char *key_id, *signature; /* hex; "" while it is not signed */
};

/* The final answers of a sitting as they are now: how many items, how many with a response, the
 * last seq, and the hash over them. */
struct receipt_answers {
	struct receipt_item *items;
	size_t n;
	int64_t n_answered, last_seq;
	const char *hash;
};
int receipt_answers(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	struct receipt_answers *ret_answers) MUST_CHECK;
/* A new code to find it by. */
const char *receipt_code(struct ctx *cx);

struct q_sitting_find;
/* What is signed: the text without its signature. */
int receipt_text(struct ctx *cx, const struct q_sitting_find *s, const char **ret_text) MUST_CHECK;
/* Signs and keeps the receipt of one that has ended; fine when it was signed before. ERR_IO: the
 * signer cannot be reached now; the clock tries again. Not within a transaction. */
int receipt_sign(struct ctx *cx, int64_t person_id, int64_t sitting_id) MUST_CHECK;
/* All that wait for it; one whose answers are not what was handed in holds up no other. That there
 * is no signer is no error. */
int receipt_sign_all(struct ctx *cx) MUST_CHECK;

/* Reads a receipt's text. ERR_INVALID: it is none. */
int receipt_read(struct arena *a, struct str text, struct receipt *ret_receipt) MUST_CHECK;
/* Was it signed with this public key (32 bytes), and is its own hash right? */
bool receipt_holds(struct str text, const struct receipt *r, const uint8_t public_key[32]);

#endif
