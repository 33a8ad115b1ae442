/* One-time codes for the second factor: RFC 6238 with SHA-1, steps of 30 seconds and 6 digits,
 * which is what authenticator programs on telephones do. */
#ifndef LUBAN_BASE_TOTP_H
#define LUBAN_BASE_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP_SECONDS = 30, TOTP_DIGITS = 6 };

/* The code of a step (time / 30), as 6 digits and a NUL, into out, which is returned. secret: raw
 * bytes. */
const char *totp_code(struct str secret, int64_t step, char out[TOTP_DIGITS + 1]);

/* Whether code is the one of now, of the step before or of the step after, and later than last_step
 * (the one that was last accepted for this account, 0 for none: a code counts once). Sets the step
 * to remember. */
bool totp_check(
	struct str secret, int64_t now, int64_t last_step, struct str code, int64_t *ret_step);

/* A new secret in base32, and the address to be shown as a QR code. */
const char *totp_new_secret(struct arena *a);
const char *totp_uri(
	struct arena *a, const char *issuer, const char *account, const char *secret_base32);

#endif
