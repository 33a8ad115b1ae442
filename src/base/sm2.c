#include "base/openssl.h"

#include "base/sm2.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/log.h"

enum { HALF = SM2_BYTES / 2, DER_MAX = 80 };

static void must(bool ok, const char *what)
{
	if (!ok)
		log_die("OpenSSL failed in %s: error %lu", what, ERR_peek_last_error());
}

/* d G, for d in [1, n - 2]. */
static bool point_of(
	const EC_GROUP *group, const BIGNUM *d, uint8_t out[SM2_PUBLIC_BYTES])
{
	BIGNUM *most = BN_dup(EC_GROUP_get0_order(group));
	EC_POINT *point = EC_POINT_new(group);
	must(most && point && BN_sub_word(most, 2), "SM2");
	bool ok = !BN_is_zero(d) && BN_cmp(d, most) <= 0;
	if (ok) {
		must(EC_POINT_mul(group, point, d, NULL, NULL, NULL), "SM2");
		must(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
			     SM2_PUBLIC_BYTES, NULL) == SM2_PUBLIC_BYTES,
			"SM2");
	}
	EC_POINT_free(point);
	BN_free(most);
	return ok;
}

int sm2_public(
	const uint8_t private_key[SM2_PRIVATE_BYTES], uint8_t ret_public[SM2_PUBLIC_BYTES])
{
	uint8_t public_key[SM2_PUBLIC_BYTES];
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	BIGNUM *d = BN_secure_new();
	must(group && d && BN_bin2bn(private_key, SM2_PRIVATE_BYTES, d), "SM2");
	BN_set_flags(d, BN_FLG_CONSTTIME);
	bool ok = point_of(group, d, public_key);
	BN_clear_free(d);
	EC_GROUP_free(group);
	if (!ok)
		return ERR_INVALID;
	memcpy(ret_public, public_key, SM2_PUBLIC_BYTES);
	return 0;
}

/* NULL: no point of the curve. d is NULL for a public key. */
static EVP_PKEY *key_of(const uint8_t public_key[SM2_PUBLIC_BYTES], const BIGNUM *d)
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *cx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	must(bld && cx &&
			OSSL_PARAM_BLD_push_utf8_string(
				bld, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) &&
			OSSL_PARAM_BLD_push_octet_string(
				bld, OSSL_PKEY_PARAM_PUB_KEY, public_key, SM2_PUBLIC_BYTES),
		"an SM2 key");
	must(!d || OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d), "an SM2 key");
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	must(params && EVP_PKEY_fromdata_init(cx) == 1, "an SM2 key");
	if (EVP_PKEY_fromdata(cx, &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(cx);
	ERR_clear_error();
	return key;
}

bool sm2_is_public(const uint8_t public_key[SM2_PUBLIC_BYTES])
{
	if (public_key[0] != POINT_CONVERSION_UNCOMPRESSED)
		return false;
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	must(point, "SM2");
	bool ok = EC_POINT_oct2point(group, point, public_key, SM2_PUBLIC_BYTES, NULL) == 1 &&
		EC_POINT_is_on_curve(group, point, NULL) == 1;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	ERR_clear_error();
	return ok;
}

/* A digest context that knows the identifier. The EVP_PKEY_CTX is the caller's to free, after
 * it. */
static EVP_MD_CTX *context_of(EVP_PKEY *key, struct str id, EVP_PKEY_CTX **ret_pcx)
{
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pcx = EVP_PKEY_CTX_new(key, NULL);
	must(cx && pcx && id.n <= INT32_MAX, "SM2");
	must(EVP_PKEY_CTX_set1_id(pcx, id.p, (int)id.n) == 1, "SM2");
	EVP_MD_CTX_set_pkey_ctx(cx, pcx);
	*ret_pcx = pcx;
	return cx;
}

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.n ? s.p : "");
}

/* DER's r and s as 32 bytes each. */
static void from_der(const unsigned char *der, size_t n, uint8_t out[SM2_BYTES])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	must(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, HALF) == HALF &&
			BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + HALF, HALF) == HALF,
		"an SM2 signature");
	ECDSA_SIG_free(sig);
}

static size_t to_der(const uint8_t signature[SM2_BYTES], unsigned char out[DER_MAX])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL), *s = BN_bin2bn(signature + HALF, HALF, NULL);
	must(sig && r && s && ECDSA_SIG_set0(sig, r, s), "an SM2 signature");
	int n = i2d_ECDSA_SIG(sig, NULL);
	must(n > 0 && n <= DER_MAX, "an SM2 signature");
	i2d_ECDSA_SIG(sig, &out);
	ECDSA_SIG_free(sig);
	return (size_t)n;
}

static void sign_with(EVP_PKEY *key, struct str id, struct str s, uint8_t out[SM2_BYTES])
{
	unsigned char der[DER_MAX];
	size_t n = sizeof der;
	EVP_PKEY_CTX *pcx;
	EVP_MD_CTX *cx = context_of(key, id, &pcx);
	must(EVP_DigestSignInit(cx, NULL, EVP_sm3(), NULL, key) == 1 &&
			EVP_DigestSign(cx, der, &n, bytes_of(s), s.n) == 1,
		"signing with SM2");
	EVP_MD_CTX_free(cx);
	EVP_PKEY_CTX_free(pcx);
	from_der(der, n, out);
}

int sm2_make(const uint8_t private_key[SM2_PRIVATE_BYTES], struct str id, struct str s,
	uint8_t ret_signature[SM2_BYTES])
{
	uint8_t public_key[SM2_PUBLIC_BYTES];
	int r = sm2_public(private_key, public_key);
	if (r < 0)
		return r;
	BIGNUM *d = BN_secure_new();
	must(d && BN_bin2bn(private_key, SM2_PRIVATE_BYTES, d), "SM2");
	EVP_PKEY *key = key_of(public_key, d);
	must(key, "an SM2 key");
	sign_with(key, id, s, ret_signature);
	EVP_PKEY_free(key);
	BN_clear_free(d);
	return 0;
}

bool sm2_holds(const uint8_t public_key[SM2_PUBLIC_BYTES], struct str id, struct str s,
	const uint8_t signature[SM2_BYTES])
{
	unsigned char der[DER_MAX];
	EVP_PKEY_CTX *pcx;
	EVP_PKEY *key = sm2_is_public(public_key) ? key_of(public_key, NULL) : NULL;
	if (!key)
		return false;
	size_t n = to_der(signature, der);
	EVP_MD_CTX *cx = context_of(key, id, &pcx);
	must(EVP_DigestVerifyInit(cx, NULL, EVP_sm3(), NULL, key) == 1, "checking a signature");
	bool holds = EVP_DigestVerify(cx, der, n, bytes_of(s), s.n) == 1;
	EVP_MD_CTX_free(cx);
	EVP_PKEY_CTX_free(pcx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return holds;
}
