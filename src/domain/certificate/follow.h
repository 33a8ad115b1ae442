/* Employers who watch a certificate: whoever knew its number and its holder's name may, for a named
 * purpose and a limited time. The employer is told when it changes; the holder sees who watches and
 * may object at any time, which is final (个人信息保护法: purpose, necessity, the right to
 * refuse). */
#ifndef LUBAN_CERTIFICATE_FOLLOW_H
#define LUBAN_CERTIFICATE_FOLLOW_H

#include "core/ctx.h"
#include "core/field.h"

/* Each ends with {0}. */
extern const struct choice follow_purposes[];
extern const struct choice follow_states[];  /* active, objected, ended */
extern const struct choice follow_changes[]; /* what was told: suspended, revoked… */

/* Needs certificate.follow and a body. ERR_NOTFOUND "follow.no_match" whatever does not fit;
 * ERR_DENIED "follow.objected" when the holder has refused. Again for one that ended: begins
 * anew. */
int follow_begin(struct ctx *cx, const char *number, const char *name, const char *purpose,
	int64_t *ret_person_id, int64_t *ret_id) MUST_CHECK;
/* By the employer. */
int follow_end(struct ctx *cx, int64_t person_id, int64_t id) MUST_CHECK;
int follow_seen(struct ctx *cx, int64_t person_id, int64_t id) MUST_CHECK;
/* By the holder; of his own certificates only. */
int follow_object(struct ctx *cx, int64_t id) MUST_CHECK;

/* In the transaction that changes the certificate: whoever watches it is told. */
int follow_tell(struct ctx *cx, int64_t person_id, int64_t certificate_id,
	const char *change) MUST_CHECK;

#endif
