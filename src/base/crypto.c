/* The one place that knows OpenSSL. A keyed digest is kept as a context that has its key already;
 * using it is copying it, which threads may do at the same time. */
#include "base/openssl.h"

#include "base/crypto.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hex.h"
#include "base/log.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static struct {
	EVP_MD *sm3, *sha256;
	EVP_CIPHER *sm4_ctr, *aes_gcm;
	EVP_KDF *hkdf;
	EVP_MAC_CTX *hmac_sm3, *hmac_sha1; /* digest chosen, no key yet */
} algorithms;

/* For what OpenSSL cannot refuse unless it is broken or out of memory. */
static void must(bool ok, const char *what)
{
	if (!ok)
		log_die("OpenSSL failed in %s: error %lu", what, ERR_peek_last_error());
}

static EVP_MAC_CTX *hmac_over(EVP_MAC *hmac, char *digest)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *cx = EVP_MAC_CTX_new(hmac);
	must(cx && EVP_MAC_CTX_set_params(cx, params), "HMAC");
	return cx;
}

static void fetch(void)
{
	char sm3[] = "SM3", sha1[] = "SHA1";
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	must(hmac, "fetching HMAC");
	algorithms.sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
	algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	algorithms.sm4_ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
	algorithms.aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	algorithms.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	must(algorithms.sm3, "fetching SM3");
	must(algorithms.sha256, "fetching SHA256");
	must(algorithms.sm4_ctr, "fetching SM4-CTR");
	must(algorithms.aes_gcm, "fetching AES-256-GCM");
	must(algorithms.hkdf, "fetching HKDF");
	algorithms.hmac_sm3 = hmac_over(hmac, sm3);
	algorithms.hmac_sha1 = hmac_over(hmac, sha1);
	EVP_MAC_free(hmac);
}

static void ready(void)
{
	pthread_once(&once, fetch);
}

static void digest_of(const EVP_MD *md, struct str s, uint8_t out[DIGEST_BYTES])
{
	must(EVP_Digest(s.p, s.n, out, NULL, md, NULL), "a digest");
}

void crypto_sm3(struct str s, uint8_t out[DIGEST_BYTES])
{
	ready();
	digest_of(algorithms.sm3, s, out);
}

void crypto_sha256(struct str s, uint8_t out[DIGEST_BYTES])
{
	ready();
	digest_of(algorithms.sha256, s, out);
}

const char *crypto_sm3_hex(struct str s, char out[DIGEST_HEX])
{
	uint8_t digest[DIGEST_BYTES];
	crypto_sm3(s, digest);
	return hex_write(digest, sizeof digest, out);
}

const char *crypto_sha256_hex(struct str s, char out[DIGEST_HEX])
{
	uint8_t digest[DIGEST_BYTES];
	crypto_sha256(s, digest);
	return hex_write(digest, sizeof digest, out);
}

/* A copy of `over` that has this key (and never an empty pointer, which would mean "keep the old
 * key"). */
static EVP_MAC_CTX *keyed(const EVP_MAC_CTX *over, struct str key)
{
	EVP_MAC_CTX *cx = EVP_MAC_CTX_dup(over);
	const char *p = key.n ? key.p : "";
	must(cx && EVP_MAC_init(cx, (const unsigned char *)p, key.n, NULL), "keying HMAC");
	return cx;
}

static void mac_add(EVP_MAC_CTX *cx, const void *p, size_t n)
{
	if (n)
		must(EVP_MAC_update(cx, p, n), "HMAC");
}

static void mac_finish(EVP_MAC_CTX *cx, uint8_t *out, size_t n)
{
	must(EVP_MAC_final(cx, out, &n, n), "HMAC");
	EVP_MAC_CTX_free(cx);
}

void crypto_hmac_sm3(struct str key, struct str s, uint8_t out[DIGEST_BYTES])
{
	ready();
	EVP_MAC_CTX *cx = keyed(algorithms.hmac_sm3, key);
	mac_add(cx, s.p, s.n);
	mac_finish(cx, out, DIGEST_BYTES);
}

void crypto_hmac_sha1(struct str key, struct str s, uint8_t out[20])
{
	ready();
	EVP_MAC_CTX *cx = keyed(algorithms.hmac_sha1, key);
	mac_add(cx, s.p, s.n);
	mac_finish(cx, out, 20);
}

void crypto_sm4_ctr(
	const uint8_t key[SM4_KEY_BYTES], const uint8_t iv[SM4_IV_BYTES], struct str in, void *out)
{
	int done = 0;
	ready();
	EVP_CIPHER_CTX *cx = EVP_CIPHER_CTX_new();
	must(cx && in.n <= INT32_MAX && EVP_EncryptInit_ex2(cx, algorithms.sm4_ctr, key, iv, NULL),
		"SM4");
	if (in.n)
		must(EVP_EncryptUpdate(cx, out, &done, (const unsigned char *)in.p, (int)in.n),
			"SM4");
	EVP_CIPHER_CTX_free(cx);
}

void crypto_aes_gcm(
	const uint8_t key[AES_KEY_BYTES], const uint8_t iv[GCM_IV_BYTES], struct str in, void *out)
{
	int done = 0;
	unsigned char *at = out;
	ready();
	EVP_CIPHER_CTX *cx = EVP_CIPHER_CTX_new();
	must(cx && in.n <= INT32_MAX && EVP_EncryptInit_ex2(cx, algorithms.aes_gcm, key, iv, NULL),
		"AES");
	if (in.n)
		must(EVP_EncryptUpdate(cx, at, &done, (const unsigned char *)in.p, (int)in.n),
			"AES");
	must(EVP_EncryptFinal_ex(cx, at + in.n, &done), "AES");
	must(EVP_CIPHER_CTX_ctrl(cx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_BYTES, at + in.n), "AES");
	EVP_CIPHER_CTX_free(cx);
}

struct digest {
	EVP_MD_CTX *cx;
};

struct digest *digest_new(enum digest_kind kind)
{
	ready();
	struct digest *d = malloc(sizeof *d);
	must(d, "memory");
	d->cx = EVP_MD_CTX_new();
	const EVP_MD *md = kind == DIGEST_SM3 ? algorithms.sm3 : algorithms.sha256;
	must(d->cx && EVP_DigestInit_ex2(d->cx, md, NULL), "a digest");
	return d;
}

void digest_add(struct digest *d, const void *p, size_t n)
{
	if (n)
		must(EVP_DigestUpdate(d->cx, p, n), "a digest");
}

void digest_finish(struct digest *d, uint8_t out[DIGEST_BYTES])
{
	if (!d)
		return;
	if (out)
		must(EVP_DigestFinal_ex(d->cx, out, NULL), "a digest");
	EVP_MD_CTX_free(d->cx);
	free(d);
}

bool crypto_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void crypto_random(void *p, size_t n)
{
	char *to = p;
	while (n) {
		ssize_t got = getrandom(to, n < 256 ? n : 256, 0);
		if (got < 0)
			log_die("getrandom failed");
		to += got;
		n -= (size_t)got;
	}
}

void crypto_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

/* The keyring. */

enum {
	SECRET_BYTES = 32,
	SEAL_VERSION = 1,
	KEY_ID_BYTES = 4,
	HEAD_BYTES = 1 + KEY_ID_BYTES + SM4_IV_BYTES,
	SEALED_LEAST = HEAD_BYTES + DIGEST_BYTES,
};

/* What one master secret gives. */
struct generation {
	uint8_t id[KEY_ID_BYTES];
	uint8_t seal_key[SM4_KEY_BYTES];
	EVP_MAC_CTX *seal_mac, *index, *uses[KEY_USES];
};

struct keyring {
	size_t n;
	struct generation generations[KEYRING_MAX];
};

/* RFC 5869 with HMAC-SM3; `what` tells the uses of one secret apart. */
static void derive(const uint8_t secret[SECRET_BYTES], const char *what, uint8_t *out, size_t n)
{
	char salt[] = "luban keyring 1", sm3[] = "SM3";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sm3, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, SECRET_BYTES),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt, strlen(salt)),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)what, strlen(what)),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *cx = EVP_KDF_CTX_new(algorithms.hkdf);
	must(cx && EVP_KDF_derive(cx, out, n, params) > 0, "HKDF");
	EVP_KDF_CTX_free(cx);
}

static EVP_MAC_CTX *derive_mac(const uint8_t secret[SECRET_BYTES], const char *what)
{
	uint8_t key[DIGEST_BYTES];
	derive(secret, what, key, sizeof key);
	EVP_MAC_CTX *cx = keyed(algorithms.hmac_sm3, (struct str){(char *)key, sizeof key});
	crypto_wipe(key, sizeof key);
	return cx;
}

static void generation_init(struct generation *g, const uint8_t secret[SECRET_BYTES])
{
	static const char *const uses[] = {
		[KEY_SESSION] = "session",
		[KEY_CSRF] = "csrf",
		[KEY_FLASH] = "flash",
		[KEY_TICKET] = "ticket",
		[KEY_MARK] = "mark",
		[KEY_SITTING] = "sitting",
		[KEY_CHECKPOINT] = "checkpoint",
		[KEY_AUDIT] = "audit",
	};
	derive(secret, "key id", g->id, sizeof g->id);
	derive(secret, "seal: encrypt", g->seal_key, sizeof g->seal_key);
	g->seal_mac = derive_mac(secret, "seal: authenticate");
	g->index = derive_mac(secret, "blind index");
	for (size_t i = 0; i < KEY_USES; i++)
		g->uses[i] = derive_mac(secret, uses[i]);
}

static bool is_gap(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct str take_word(struct str *s)
{
	size_t begin = 0, end;
	while (begin < s->n && is_gap(s->p[begin]))
		begin++;
	for (end = begin; end < s->n && !is_gap(s->p[end]);)
		end++;
	struct str word = {s->p + begin, end - begin};
	*s = (struct str){s->p + end, s->n - end};
	return word;
}

static int add_secret(struct keyring *keys, struct str hex)
{
	uint8_t secret[SECRET_BYTES];
	if (keys->n == KEYRING_MAX)
		return ERR_LIMIT;
	if (!hex_read(hex, secret, sizeof secret))
		return ERR_INVALID;
	generation_init(&keys->generations[keys->n++], secret);
	crypto_wipe(secret, sizeof secret);
	return 0;
}

int keyring_from_hex(struct str secrets, struct keyring **ret_keys)
{
	ready();
	struct keyring *keys = calloc(1, sizeof *keys);
	must(keys, "memory");
	int err = 0;
	while (!err) {
		struct str word = take_word(&secrets);
		if (!word.n)
			break;
		err = add_secret(keys, word);
	}
	if (!err && !keys->n)
		err = ERR_INVALID;
	if (err)
		keyring_free(keys);
	else
		*ret_keys = keys;
	return err;
}

void keyring_free(struct keyring *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->n; i++) {
		struct generation *g = &keys->generations[i];
		EVP_MAC_CTX_free(g->seal_mac);
		EVP_MAC_CTX_free(g->index);
		for (size_t use = 0; use < KEY_USES; use++)
			EVP_MAC_CTX_free(g->uses[use]);
	}
	crypto_wipe(keys, sizeof *keys);
	free(keys);
}

size_t keyring_count(const struct keyring *keys)
{
	return keys->n;
}

/* Keyed digest of purpose and text; the NUL behind the purpose keeps the two apart. */
static void mac_for(
	const EVP_MAC_CTX *key, const char *purpose, struct str s, uint8_t out[DIGEST_BYTES])
{
	EVP_MAC_CTX *cx = EVP_MAC_CTX_dup(key);
	must(cx, "HMAC");
	if (purpose)
		mac_add(cx, purpose, strlen(purpose) + 1);
	mac_add(cx, s.p, s.n);
	mac_finish(cx, out, DIGEST_BYTES);
}

const char *keyring_seal(
	const struct keyring *keys, struct arena *a, const char *purpose, struct str plain)
{
	const struct generation *g = &keys->generations[0];
	size_t n = HEAD_BYTES + plain.n;
	uint8_t *sealed = arena_alloc(a, n + DIGEST_BYTES);
	uint8_t *iv = sealed + 1 + KEY_ID_BYTES;
	sealed[0] = SEAL_VERSION;
	memcpy(sealed + 1, g->id, KEY_ID_BYTES);
	crypto_random(iv, SM4_IV_BYTES);
	crypto_sm4_ctr(g->seal_key, iv, plain, sealed + HEAD_BYTES);
	mac_for(g->seal_mac, purpose, (struct str){(char *)sealed, n}, sealed + n);
	auto_buf text;
	buf_init(&text, 2 * (n + DIGEST_BYTES));
	base64url_put(&text, sealed, n + DIGEST_BYTES);
	return arena_str(a, buf_view(&text));
}

static const struct generation *generation_of(const struct keyring *keys, struct str bytes)
{
	if (bytes.n < SEALED_LEAST || bytes.p[0] != SEAL_VERSION)
		return NULL;
	for (size_t i = 0; i < keys->n; i++)
		if (memcmp(keys->generations[i].id, bytes.p + 1, KEY_ID_BYTES) == 0)
			return &keys->generations[i];
	return NULL;
}

static int open_bytes(const struct generation *g, struct arena *a, const char *purpose,
	struct str bytes, const char **ret_plain)
{
	uint8_t mac[DIGEST_BYTES];
	struct str signed_part = {bytes.p, bytes.n - DIGEST_BYTES};
	mac_for(g->seal_mac, purpose, signed_part, mac);
	if (CRYPTO_memcmp(mac, bytes.p + signed_part.n, DIGEST_BYTES) != 0)
		return ERR_INVALID;
	struct str cipher = {bytes.p + HEAD_BYTES, signed_part.n - HEAD_BYTES};
	char *plain = arena_alloc(a, cipher.n + 1);
	crypto_sm4_ctr(g->seal_key, (const uint8_t *)bytes.p + 1 + KEY_ID_BYTES, cipher, plain);
	*ret_plain = plain;
	return 0;
}

int keyring_open(const struct keyring *keys, struct arena *a, const char *purpose,
	struct str sealed, const char **ret_plain)
{
	auto_buf bytes;
	buf_init(&bytes, sealed.n);
	if (!base64url_read(sealed, &bytes))
		return ERR_INVALID;
	const struct generation *g = generation_of(keys, buf_view(&bytes));
	return g ? open_bytes(g, a, purpose, buf_view(&bytes), ret_plain) : ERR_INVALID;
}

bool keyring_is_stale(const struct keyring *keys, struct str sealed)
{
	auto_buf bytes;
	buf_init(&bytes, sealed.n);
	if (!base64url_read(sealed, &bytes))
		return true;
	return generation_of(keys, buf_view(&bytes)) != &keys->generations[0];
}

const char *keyring_blind_index_by(
	const struct keyring *keys, size_t n, struct arena *a, const char *purpose, struct str text)
{
	uint8_t mac[DIGEST_BYTES];
	if (n >= keys->n)
		log_die("there is no secret %zu on the keyring", n);
	mac_for(keys->generations[n].index, purpose, text, mac);
	return hex_text(a, mac, sizeof mac);
}

const char *keyring_blind_index(
	const struct keyring *keys, struct arena *a, const char *purpose, struct str text)
{
	return keyring_blind_index_by(keys, 0, a, purpose, text);
}

void keyring_mac(
	const struct keyring *keys, enum key_use use, struct str s, uint8_t out[DIGEST_BYTES])
{
	mac_for(keys->generations[0].uses[use], NULL, s, out);
}

const char *keyring_mac_hex(
	const struct keyring *keys, enum key_use use, struct arena *a, struct str s)
{
	uint8_t mac[DIGEST_BYTES];
	keyring_mac(keys, use, s, mac);
	return hex_text(a, mac, sizeof mac);
}

bool keyring_mac_holds(
	const struct keyring *keys, enum key_use use, struct str s, struct str hex)
{
	char mac[DIGEST_BYTES];
	if (!hex_read(hex, mac, sizeof mac))
		return false;
	for (size_t i = 0; i < keys->n; i++) {
		uint8_t own[DIGEST_BYTES];
		mac_for(keys->generations[i].uses[use], NULL, s, own);
		if (crypto_equal((struct str){(char *)own, sizeof own},
			(struct str){mac, sizeof mac}))
			return true;
	}
	return false;
}
