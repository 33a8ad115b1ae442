/* Inside: what passes between the signer and its parent, and the file of its keys. */
#ifndef LUBAN_CORE_SIGNER_IMPL_H
#define LUBAN_CORE_SIGNER_IMPL_H

#include "base/sm2.h"
#include "core/signer.h"
#include "core/signer_head.h"

enum { SIGNER_FD = 3, SIGNER_MAGIC = 0x6c736733 };

/* The keys of one kind: Ed25519 of each use, and SM2 of the log. Not a key: what was signed last of
 * the log of this name. */
enum { SIGNER_SM2 = SIGN_USES, SIGNER_KINDS, SIGNER_HEAD = SIGNER_KINDS };

/* Followed by so many hashes of a proof, and by what is to be signed. no: 0 is the current key, 1
 * the one before… */
struct signer_question {
	uint32_t magic, id, kind, no, n_proof;
};

/* What was asked for is given when err is 0. */
struct signer_answer {
	uint32_t id;
	int32_t err;
	uint8_t public_key[SM2_PUBLIC_BYTES], signature[SIGN_BYTES];
	struct merkle_head head;
};

/* The keys of the log sign this, to be known, and checkpoints; nothing else. */
#define SIGNER_PROBE "luban: public key"

struct signer_secrets {
	size_t n[SIGNER_KINDS];
	uint8_t secret[SIGNER_KINDS][SIGNER_KEYS_MAX][SIGN_SEED_BYTES]; /* the current one first */
	uint8_t public_key[SIGNER_KINDS][SIGNER_KEYS_MAX][SM2_PUBLIC_BYTES];
};
/* ERR_NOTFOUND, ERR_DENIED (others may read it), ERR_INVALID, ERR_IO. */
int signer_secrets_read(const char *path, struct signer_secrets *ret_secrets) MUST_CHECK;
void signer_secrets_sign(const struct signer_secrets *s, uint32_t kind, uint32_t no,
	struct str bytes, uint8_t ret_signature[SIGN_BYTES]);

int signer_pid(void);
int signer_line(void);

#endif
