#include "base/data_integrity.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

/* W3C Data Integrity EdDSA Cryptosuites v1.0 (https://www.w3.org/TR/vc-di-eddsa/), appendix B.2:
 * eddsa-jcs-2022. */
#define SEED "c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6"
#define CREATED 1677281798
#define PROOF_HASH "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
#define DOCUMENT_HASH "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
#define PROOF_VALUE \
	"z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
static const char unsecured[] =
	"{\"@context\": [\"https://www.w3.org/ns/credentials/v2\","
	"\"https://www.w3.org/ns/credentials/examples/v2\"],"
	"\"id\": \"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33\","
	"\"type\": [\"VerifiableCredential\", \"AlumniCredential\"],"
	"\"name\": \"Alumni Credential\","
	"\"description\": \"A minimum viable example of an Alumni Credential.\","
	"\"issuer\": \"https://vc.example/issuers/5678\","
	"\"validFrom\": \"2023-01-01T00:00:00Z\","
	"\"credentialSubject\": {\"id\": \"did:example:abcdefgh\","
	"\"alumniOf\": \"The School of Examples\"}}";

struct signer {
	uint8_t seed[SIGN_SEED_BYTES], key[SIGN_PUBLIC_BYTES];
};

static struct signer example(void)
{
	struct signer s;
	assert_true(hex_read(STR(SEED), s.seed, sizeof s.seed));
	sign_public(s.seed, s.key);
	return s;
}

static json_t *document_of(const char *text)
{
	json_t *document;
	assert_int_equal(json_read(str_of(text), 65536, &document, NULL), 0);
	return document;
}

static void secure(json_t *document, const struct signer *s)
{
	uint8_t message[DATA_INTEGRITY_BYTES], signature[SIGN_BYTES];
	json_t *options = data_integrity_options(document, s->key, CREATED);
	assert_int_equal(data_integrity_message(document, options, message), 0);
	sign_make(s->seed, (struct str){(char *)message, sizeof message}, signature);
	data_integrity_attach(document, options, signature);
}

static void published_vector(void **state)
{
	(void)state;
	struct signer s = example();
	uint8_t message[DATA_INTEGRITY_BYTES];
	char hex[2 * DATA_INTEGRITY_BYTES + 1];
	auto_json document = document_of(unsecured);
	auto_json options = data_integrity_options(document, s.key, CREATED);
	assert_int_equal(data_integrity_message(document, options, message), 0);
	assert_string_equal(
		hex_write(message, sizeof message, hex), PROOF_HASH DOCUMENT_HASH);
	secure(document, &s);
	const json_t *proof = json_object_get(document, "proof");
	assert_string_equal(json_string_value(json_object_get(proof, "proofValue")), PROOF_VALUE);
	assert_string_equal(json_string_value(json_object_get(proof, "verificationMethod")),
		"did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#"
		"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
	assert_true(data_integrity_holds(document, s.key));
	uint8_t other[SIGN_PUBLIC_BYTES] = {1};
	assert_false(data_integrity_holds(document, other));
}

/* Every member that is changed, taken away or added. */
static void each_member_counts(void **state)
{
	(void)state;
	struct signer s = example();
	auto_json document = document_of(unsecured);
	secure(document, &s);
	const char *key;
	json_t *value;
	json_object_foreach(document, key, value) {
		auto_json changed = json_deep_copy(document);
		json_object_del(changed, key);
		assert_false(data_integrity_holds(changed, s.key));
	}
	json_object_foreach(json_object_get(document, "proof"), key, value) {
		auto_json changed = json_deep_copy(document);
		json_object_set_new(json_object_get(changed, "proof"), key, json_string("x"));
		assert_false(data_integrity_holds(changed, s.key));
	}
	auto_json more = json_deep_copy(document);
	json_object_set_new(more, "more", json_true());
	assert_false(data_integrity_holds(more, s.key));
	auto_json deeper = json_deep_copy(document);
	json_object_set_new(
		json_object_get(deeper, "credentialSubject"), "id", json_string("did:example:b"));
	assert_false(data_integrity_holds(deeper, s.key));
	auto_json none = document_of(unsecured);
	assert_false(data_integrity_holds(none, s.key));
}

/* The order of members says nothing. */
static void order_is_of_no_meaning(void **state)
{
	(void)state;
	struct signer s = example();
	auto_json document = document_of(unsecured);
	secure(document, &s);
	auto_json turned = json_object();
	json_object_set(turned, "proof", json_object_get(document, "proof"));
	json_object_update(turned, document);
	assert_true(data_integrity_holds(turned, s.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_vector),
		cmocka_unit_test(each_member_counts), cmocka_unit_test(order_is_of_no_meaning)};
	return cmocka_run_group_tests_name("data_integrity", tests, NULL, NULL);
}
