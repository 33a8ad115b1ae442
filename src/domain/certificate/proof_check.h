/* Certificates held against the public log: for `luban check`. */
#ifndef LUBAN_CERTIFICATE_PROOF_CHECK_H
#define LUBAN_CERTIFICATE_PROOF_CHECK_H

#include "core/ctx.h"

/* Every certificate against its leaves, which are made again from the rows as they are now; every
 * leaf of a certificate against its row; the log against itself. */
int certificate_proof_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
