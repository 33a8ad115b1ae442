#include "base/data_integrity.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/jcs.h"
#include "base/multibase.h"

#define SUITE "eddsa-jcs-2022"
#define TYPE "DataIntegrityProof"

enum { METHOD_TEXT = DID_KEY_TEXT + MULTIKEY_TEXT, TIME_TEXT = 32, PROOF_TEXT = 128 };

const char *did_key_put(const uint8_t key[SIGN_PUBLIC_BYTES], char out[DID_KEY_TEXT])
{
	char text[MULTIKEY_TEXT];
	snprintf(out, DID_KEY_TEXT, "did:key:%s", multikey_put(key, text));
	return out;
}

static const char *put_utc(int64_t at, char out[TIME_TEXT])
{
	struct tm tm;
	time_t t = (time_t)at;
	if (!gmtime_r(&t, &tm) || !strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(out, TIME_TEXT, "1970-01-01T00:00:00Z");
	return out;
}

json_t *data_integrity_options(const json_t *document, const uint8_t key[SIGN_PUBLIC_BYTES],
	int64_t created_at)
{
	char did[DID_KEY_TEXT], multikey[MULTIKEY_TEXT], method[METHOD_TEXT], created[TIME_TEXT];
	snprintf(method, sizeof method, "%s#%s", did_key_put(key, did),
		multikey_put(key, multikey));
	json_t *options = json_pack("{ss,ss,ss,ss,ss}", "type", TYPE, "cryptosuite", SUITE,
		"created", put_utc(created_at, created), "verificationMethod", method,
		"proofPurpose", "assertionMethod");
	json_t *context = json_object_get(document, "@context");
	if (context)
		json_object_set_new(options, "@context", json_deep_copy(context));
	return options;
}

static int digest(const json_t *value, uint8_t *out)
{
	auto_buf b;
	buf_init(&b, DATA_INTEGRITY_TEXT_MAX);
	int r = jcs_put(value, &b);
	if (!r)
		crypto_sha256(buf_view(&b), out);
	return r;
}

int data_integrity_message(const json_t *document, const json_t *options,
	uint8_t ret_message[DATA_INTEGRITY_BYTES])
{
	uint8_t message[DATA_INTEGRITY_BYTES];
	int r = digest(options, message);
	if (!r)
		r = digest(document, message + DIGEST_BYTES);
	if (!r)
		memcpy(ret_message, message, sizeof message);
	return r;
}

void data_integrity_attach(json_t *document, json_t *options, const uint8_t signature[SIGN_BYTES])
{
	auto_buf b;
	buf_init(&b, PROOF_TEXT);
	buf_putc(&b, 'z');
	base58_put(&b, signature, SIGN_BYTES);
	json_object_set_new(options, "proofValue", json_string(buf_z(&b)));
	json_object_set_new(document, "proof", options);
}

static bool is_text(const json_t *object, const char *name, const char *text)
{
	const char *value = json_string_value(json_object_get(object, name));
	return value && streq(value, text);
}

/* The document's @context begins with the proof's, which stands in its place. */
static bool take_context(json_t *document, const json_t *options)
{
	json_t *proofs = json_object_get(options, "@context");
	const json_t *own = json_object_get(document, "@context");
	if (!proofs)
		return true;
	if (!json_is_array(proofs) || !json_is_array(own))
		return json_equal(proofs, own);
	if (json_array_size(proofs) > json_array_size(own))
		return false;
	for (size_t i = 0; i < json_array_size(proofs); i++)
		if (!json_equal(json_array_get(proofs, i), json_array_get(own, i)))
			return false;
	return json_object_set(document, "@context", proofs) == 0;
}

static bool take_signature(json_t *options, uint8_t signature[SIGN_BYTES])
{
	const char *text = json_string_value(json_object_get(options, "proofValue"));
	auto_buf b;
	buf_init(&b, SIGN_BYTES);
	if (!text || *text != 'z' || !base58_read(str_of(text + 1), &b) || b.n != SIGN_BYTES)
		return false;
	memcpy(signature, b.p, SIGN_BYTES);
	return json_object_del(options, "proofValue") == 0;
}

bool data_integrity_holds(const json_t *document, const uint8_t key[SIGN_PUBLIC_BYTES])
{
	uint8_t message[DATA_INTEGRITY_BYTES], signature[SIGN_BYTES];
	auto_json bare = json_deep_copy(document);
	auto_json options = json_deep_copy(json_object_get(document, "proof"));
	if (!bare || !options || json_object_del(bare, "proof") || !is_text(options, "type",
		TYPE) ||
		!is_text(options, "cryptosuite", SUITE) ||
		!is_text(options, "proofPurpose", "assertionMethod") ||
		!take_signature(options, signature) || !take_context(bare, options))
		return false;
	return data_integrity_message(bare, options, message) == 0 && sign_holds(key,
		(struct str){(const char *)message, sizeof message}, signature);
}
