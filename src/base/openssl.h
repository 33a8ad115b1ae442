/* OpenSSL's headers, which have a type named as one of our errors. Included first, and instead of
 * them. */
#ifndef LUBAN_BASE_OPENSSL_H
#define LUBAN_BASE_OPENSSL_H

#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#undef ERR_STATE

#endif
