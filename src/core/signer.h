/* The signer: a process of its own that alone holds the private signing keys, and what the others
 * ask it with. It signs what it is given, for a named use, and tells its public keys; it never
 * gives a private key away. Keys are read once at its start from a file that only its owner may
 * read (made by `luban init`); it cannot be traced or dumped, opens nothing afterwards, and ends
 * with its parent. With the keys of the log it signs checkpoints only, of one history
 * (core/signer_head.h).
 *
 * Questions and answers are single datagrams of a Unix socket pair (SOCK_SEQPACKET) that the parent
 * makes; nobody else can connect, and a question that did not come from the parent itself (by the
 * kernel's word, SCM_CREDENTIALS) is refused. */
#ifndef LUBAN_CORE_SIGNER_H
#define LUBAN_CORE_SIGNER_H

#include "base/merkle.h"
#include "base/sign.h"
#include "base/sm2.h"
#include "core/ctx.h"

enum { SIGNER_BYTES_MAX = 64 * 1024 };

enum sign_use {
	SIGN_RECEIPT = 1, /* what a candidate handed in */
	SIGN_VENUE,       /* what a cut-off venue brings back */
	SIGN_CERTIFICATE,
	SIGN_LOG,
	SIGN_USES
};
const char *sign_use_code(enum sign_use use); /* "receipt" */

struct signature {
	char key_id[SIGN_ID_HEX];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t bytes[SIGN_BYTES];
};

/* Signs with the current key of this use. ERR_IO "signer.away": there is no signer, or it gave no
 * answer within two seconds; ERR_LIMIT: more than SIGNER_BYTES_MAX are signed as their SM3 by the
 * caller. From any thread. */
int signer_sign(struct ctx *cx, enum sign_use use, struct str bytes,
	struct signature *ret_signature) MUST_CHECK;

struct signer_public {
	enum sign_use use;
	char key_id[SIGN_ID_HEX];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
};
/* The current public keys; at most SIGN_USES. */
int signer_keys(struct ctx *cx, struct signer_public *ret_keys, size_t *ret_n) MUST_CHECK;

/* Starts the signer of this process: `PROGRAM signer KEY_FILE HEADS_FILE`, a program of its own
 * that shares no memory with this one; it is started again when it dies. ERR_IO: no such key file,
 * or no process. */
int signer_start(
	const char *program, const char *key_file, const char *heads_file) MUST_CHECK;
void signer_stop(void);
/* That program: answers at fd until the other end is closed. ERR_NOTFOUND, ERR_DENIED (others may
 * read the file), ERR_INVALID: the key file. */
int signer_serve(int fd, const char *key_file, const char *heads_file) MUST_CHECK;

/* The log is signed by two kinds of keys, Ed25519 and SM2, and while one takes over from another by
 * both: every key of the log that is in the file. */
enum { SIGNER_KEYS_MAX = 4 };
struct signer_log_key {
	bool is_sm2;
	uint32_t no; /* 0: the current one */
	uint8_t public_key[SM2_PUBLIC_BYTES];
};
/* At most 2 * SIGNER_KEYS_MAX, the current ones first. A file made before there was SM2 has none of
 * that kind. */
int signer_log_keys(struct ctx *cx, struct signer_log_key *ret_keys, size_t *ret_n) MUST_CHECK;
/* A checkpoint, with the proof that it continues what was signed last (core/signer_head.h).
 * ERR_STATE, without a message: it does not; ERR_IO "signer.heads": it cannot remember. */
int signer_log_sign(struct ctx *cx, const struct signer_log_key *key, struct str bytes,
	const struct merkle_proof *proof, uint8_t ret_signature[SIGN_BYTES]) MUST_CHECK;
/* What was signed last of the log of this name. ERR_NOTFOUND, without a message: nothing; ERR_IO as
 * above. */
int signer_log_last(
	struct ctx *cx, const char *origin, struct merkle_head *ret_head) MUST_CHECK;

/* The key file: lines of a use ("receipt", "venue", "certificate", "log", "log_sm2") and 64 hex
 * digits; of several of one use the last is the current one. Written anew as a whole or not at
 * all. */

/* Makes a key file with new keys; ERR_CONFLICT: there is one. */
int signer_file_make(const char *path) MUST_CHECK;
/* Adds a key of each use that has none. *ret_n: how many. */
int signer_file_complete(const char *path, int *ret_n) MUST_CHECK;
/* Adds a key of this use, which is current from the signer's next start on; "log" adds both kinds.
 * The ones before still sign checkpoints. ERR_NOTFOUND: no such use; ERR_LIMIT: SIGNER_KEYS_MAX are
 * there. */
int signer_file_rotate(const char *path, const char *use) MUST_CHECK;
/* Takes all keys of this use but the current one out of the file, for good. */
int signer_file_retire(const char *path, const char *use, int *ret_n) MUST_CHECK;
/* The public keys of a file, without a signer: each is heard of by its use, the current one first
 * ("log_sm2": SM2_PUBLIC_BYTES, else SIGN_PUBLIC_BYTES). */
typedef void signer_hear(void *arg, const char *use, bool is_current, const uint8_t *public_key);
int signer_file_keys(const char *path, signer_hear *hear, void *arg) MUST_CHECK;

#endif
