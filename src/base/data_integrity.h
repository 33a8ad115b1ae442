/* JSON documents with a proof in them: W3C Data Integrity 1.0 with the cryptosuite eddsa-jcs-2022
 * (https://www.w3.org/TR/vc-di-eddsa/). Ed25519 over SHA-256 of the canonical proof options and
 * SHA-256 of the canonical document. */
#ifndef LUBAN_BASE_DATA_INTEGRITY_H
#define LUBAN_BASE_DATA_INTEGRITY_H

#include "base/json.h"
#include "base/sign.h"

enum { DATA_INTEGRITY_BYTES = 64, DATA_INTEGRITY_TEXT_MAX = 1024 * 1024 };

/* The options of a proof by this key, which did:key names, made at a time (seconds since 1970);
 * with the document's @context. New reference. */
json_t *data_integrity_options(const json_t *document, const uint8_t key[SIGN_PUBLIC_BYTES],
	int64_t created_at);
/* What is signed. ERR_LIMIT: larger than DATA_INTEGRITY_TEXT_MAX; ERR_INVALID: nested too deep. */
int data_integrity_message(const json_t *document, const json_t *options,
	uint8_t ret_message[DATA_INTEGRITY_BYTES]) MUST_CHECK;
/* Puts the proof into the document; takes over options. */
void data_integrity_attach(
	json_t *document, json_t *options, const uint8_t signature[SIGN_BYTES]);

/* Has this key signed the document, with the proof that is in it? Of one with several proofs, and
 * of other suites: false. */
bool data_integrity_holds(const json_t *document, const uint8_t key[SIGN_PUBLIC_BYTES]);

/* "did:key:z6Mk…" */
enum { DID_KEY_TEXT = 80 };
const char *did_key_put(const uint8_t key[SIGN_PUBLIC_BYTES], char out[DID_KEY_TEXT]);

#endif
