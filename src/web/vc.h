/* Certificates for wallets and for verifiers elsewhere: W3C Verifiable Credentials 2.0, as Open
 * Badges 3.0 fills them, with a Data Integrity proof (base/data_integrity.h) by the issuer's key,
 * which did:key names; and the status lists they point to. The contexts they name are in
 * data/context/.
 *
 * Addresses in what is signed are made of the log's origin, never of what a request says of its
 * host: the holder of a certificate could send its verifiers to a list of his own. */
#ifndef LUBAN_WEB_VC_H
#define LUBAN_WEB_VC_H

#include "core/ctx.h"
#include "domain/certificate/status_list.h"

/* The document and what a file of it is called, in the arena. As certificate_credential(), whose
 * fields it has: ERR_STATE as long as the leaf waits. ERR_IO "signer.away". */
int vc_certificate(struct ctx *cx, int64_t person_id, int64_t id, struct str *ret_json,
	const char **ret_name) MUST_CHECK;

/* The BitstringStatusListCredential of a list, at most STATUS_LIST_SECONDS old.
 * ERR_NOTFOUND "certificate.no_list". */
int vc_status_list(struct ctx *cx, int64_t list_no, enum status_purpose purpose,
	struct str *ret_json) MUST_CHECK;

#endif
