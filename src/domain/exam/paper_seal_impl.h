/* Inside sealing: what custody and opening share. */
#ifndef LUBAN_DOMAIN_EXAM_PAPER_SEAL_IMPL_H
#define LUBAN_DOMAIN_EXAM_PAPER_SEAL_IMPL_H

#include "base/crypto.h"
#include "base/hex.h"
#include "base/stow.h"
#include "domain/exam/paper.h"

#define SHARE_USE "paper.share"
#define FORM_USE "paper.form"
#define GIVEN_COLUMN "paper_custodian.given_cipher"

/* A keyring of one key derived from a secret. */
int key_of(struct ctx *cx, const char *use, const char *secret, const char *more,
	struct keyring **ret_keys) MUST_CHECK;
/* As typed by people: either case, any blanks and hyphens, 0 1 8 for O I B; "" when it is no
 * code. */
const char *code_folded(struct ctx *cx, const char *typed);
const char *share_seal(struct ctx *cx, const char *code, const char *salt, const char *share);
int share_open(struct ctx *cx, const char *code, const struct q_paper_custodians *c,
	const char **ret_share) MUST_CHECK;
int pair_key(struct ctx *cx, const char *one, const char *other, int64_t id,
	struct keyring **ret_keys) MUST_CHECK;
/* ERR_DENIED when the actor is none. */
int custodian_me(struct ctx *cx, int64_t id, struct q_paper_custodians_rows *ret_rows,
	const struct q_paper_custodians **ret_me) MUST_CHECK;

#endif
