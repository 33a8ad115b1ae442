/* A witness (C2SP tlog-witness, https://c2sp.org/tlog-witness): remembers for each log the largest
 * tree it has signed, and signs another only when that one is its beginning. So nobody can show two
 * people two different logs that both carry this witness's signature.
 *
 * All it has lies in one folder that no other process may use meanwhile:
 *
 *   witness.key     its private key, PRIVATE+KEY+NAME+ID+BASE64(0x04 || seed); mode 0600
 *   logs            the verifier keys of the logs it watches, one a line; the origin is the name
 *   state/HEX       for each log (SHA-256 of its origin) the checkpoint signed last, with both
 *                   signatures; before the first one a checkpoint of no leaves, without any
 *   evidence/       two checkpoints of one size and different roots, both signed by the log
 *
 * The state is on the disk before a signature leaves. A log whose state is missing or damaged is
 * not begun anew: witness_open() refuses. */
#ifndef LUBAN_WATCH_WITNESS_H
#define LUBAN_WATCH_WITNESS_H

#include <stdint.h>

#include "base/cosign.h"
#include "base/err.h"
#include "base/merkle.h"
#include "base/note.h"
#include "base/str.h"

enum { WITNESS_LOGS_MAX = 64, WITNESS_LOG_KEYS = 8, WITNESS_PROBLEM = 512 };

/* Makes the folder and a key. ERR_CONFLICT: there is a key; ERR_INVALID: the name; ERR_IO. */
int witness_init(const char *dir, struct str name, struct note_key *ret_key) MUST_CHECK;
/* One more log, or one more key of a log it knows. ERR_INVALID: no verifier key of a log;
 * ERR_CONFLICT: it is known, or the folder is in use; ERR_LIMIT; ERR_IO. */
int witness_watch(const char *dir, struct str verifier_key) MUST_CHECK;

struct witness;
/* Holds the folder. On failure problem says in Chinese what is wrong: ERR_NOTFOUND, ERR_DENIED
 * (others may read the key), ERR_CONFLICT (in use), ERR_INVALID, ERR_IO. */
int witness_open(const char *dir, struct witness **ret_witness,
	char problem[WITNESS_PROBLEM]) MUST_CHECK;
/* The same beside a witness that runs, to look only: it must not sign. */
int witness_look(const char *dir, struct witness **ret_witness,
	char problem[WITNESS_PROBLEM]) MUST_CHECK;
void witness_close(struct witness *w);
const struct note_key *witness_key(const struct witness *w);
/* What it is and what it has signed: its verifier key, and for each log the origin, size and root.
 * For people. */
void witness_describe(struct witness *w, struct buf *out);

/* The HTTP answer to add-checkpoint. */
struct witness_answer {
	int status;
	const char *type;
	struct buf *body;
	char remark[WITNESS_PROBLEM]; /* for the log of the service; "" mostly */
};
/* From any thread. now: seconds since 1970. */
void witness_add_checkpoint(struct witness *w, struct str body, int64_t now,
	struct witness_answer *answer);

/* What the specification wants answered, knowing `last`, to a checkpoint that the log signed: 200,
 * 400, 409 or 422. */
int witness_judge(const struct merkle_head *last, const struct cosign_request *rq,
	const struct merkle_head *next);

#endif
