/* Where the states of exported certificates stand in bit lists (base/bitstring.h), for verifiers of
 * verifiable credentials. A certificate gets its place when it is first exported: a random one of
 * the newest list, which is left half empty, so that places tell nothing of order or number. */
#ifndef LUBAN_CERTIFICATE_STATUS_LIST_H
#define LUBAN_CERTIFICATE_STATUS_LIST_H

#include "base/bitstring.h"
#include "core/ctx.h"

enum { STATUS_LIST_SECONDS = 300 }; /* a list is at most so old */

struct status_place {
	int64_t list_no, list_index;
};
int certificate_status_place(struct ctx *cx, int64_t person_id, int64_t id,
	struct status_place *ret_place) MUST_CHECK;

enum status_purpose { STATUS_REVOCATION, STATUS_SUSPENSION, STATUS_PURPOSES };
const char *status_purpose_code(enum status_purpose purpose); /* "revocation" */

/* The bits as the certificates are now. ERR_NOTFOUND "certificate.no_list": no such list. */
int certificate_status_bits(struct ctx *cx, int64_t list_no, enum status_purpose purpose,
	uint8_t ret_list[BITSTRING_BYTES]) MUST_CHECK;

#endif
