/* What the calls of a candidate's page have in common: whose they are, and how they are answered
 * without an exchange. */
#ifndef LUBAN_WEB_PAGE_EXAM_INTAKE_H
#define LUBAN_WEB_PAGE_EXAM_INTAKE_H

#include "domain/exam/sitting_token.h"
#include "web/exchange.h"

/* The sitting's cookie, whatever the token's own end: the row decides. false: answered with 401. */
bool intake_token(struct req *rq, struct sitting_token *ret_token);
void intake_reply(struct reply *out, int status, const char *mime, struct str body,
	enum body_kind kind);
/* problem+json; texts are plain, ours, and in the arena's life. */
void intake_reply_problem(struct arena *a, struct reply *out, int status, const char *id,
	const char *detail);
/* 503: the database could not keep it now, come again. */
void intake_reply_busy(struct arena *a, struct reply *out);
/* The key that this sitting's paper is sealed with before the start. */
void exam_paper_key(const struct keyring *keys, int64_t sitting_id, int64_t form_id,
	uint8_t ret_key[DIGEST_BYTES]);

#endif
