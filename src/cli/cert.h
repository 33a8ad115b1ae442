/* What the commands `luban cert …` share: their files, read with limits. What is wrong is said on
 * stderr. */
#ifndef LUBAN_CLI_CERT_H
#define LUBAN_CLI_CERT_H

#include "base/arena.h"
#include "base/status.h"
#include "base/trust.h"

/* 0, or a negative errno; EFBIG: longer than max. */
int cert_read(const char *path, struct arena *a, size_t max, struct str *ret_text) MUST_CHECK;
/* Says so; CLI_FAILURE. */
int cert_unread(const char *path, int r);

/* 0, or an exit status. */
int cert_load_trust(const char *path, struct arena *a, struct trust *ret_trust) MUST_CHECK;
/* The same; it is signed by a trusted issuer. */
int cert_load_status(const char *path, const struct trust *t, struct arena *a,
	struct status *ret_status) MUST_CHECK;

#endif
