/* Sealing 封存 and opening 启封.
 *
 * Two custodians 保管人 are named, and at will a third as a spare; any two of them open the set
 * together, nobody alone. Each takes custody himself, is shown a code once, which nobody else
 * sees, and types it in from what he wrote down: a code that was lost on the way or copied wrongly
 * is taken anew while nothing is sealed by it. The code (100 random bits) is the key of his share
 * (32 random bytes). When the last one has confirmed his, a fresh key encrypts the forms; that key
 * is kept once for each pair of custodians, under both their shares together; draft, seed and
 * shares are forgotten. From then on neither the database nor the server's keys open the set.
 * (What the server once could open may still be in a backup of that hour; docs/ says so.)
 *
 * Opening: within the time window, each with his own code. The first share waits under the server's
 * keys, where it is of no use alone, for at most GIVEN_SECONDS. Before or after the window a
 * custodian asks with a reason and the manager allows it for EARLY_SECONDS. Wrong codes are counted
 * and lock. A lost code: with a spare custodian the other two open; else the set is withdrawn and
 * another one assembled. There is no other way, by design. */
#ifndef LUBAN_DOMAIN_EXAM_PAPER_SEAL_H
#define LUBAN_DOMAIN_EXAM_PAPER_SEAL_H

#include "domain/exam/paper.h"

enum {
	CUSTODIANS_MIN = 2,
	CUSTODIANS_MAX = 3,
	GIVEN_SECONDS = 30 * 60,
	EARLY_SECONDS = 2 * 3600,
	CODE_TRIES = 5,
	CODE_LOCK_SECONDS = 15 * 60,
};

struct seal_in {
	int64_t accounts[CUSTODIANS_MAX];
	int n;
	int64_t open_from_at, open_to_at;
};

/* Names custodians and window of an approved set; naming anew forgets who had taken custody.
 * PAPER_APPROVE. */
int paper_custodians_name(struct ctx *cx, int64_t id, const struct seal_in *in) MUST_CHECK;
/* By a custodian: *ret_code is to be shown once ("ABCDE-FGHIJ-KLMNO-PQRST"). Until he has confirmed
 * it, taking it again makes another one. */
int paper_custody_take(struct ctx *cx, int64_t id, const char **ret_code) MUST_CHECK;
/* By a custodian, ERR_INVALID with a field error "code" when it is not the one taken last. The last
 * one seals. */
int paper_custody_confirm(struct ctx *cx, int64_t id, const char *code,
	bool *ret_sealed) MUST_CHECK;
/* By a custodian. *ret_opened: the other share was there already. ERR_INVALID with a field error
 * "code" when wrong, ERR_LIMIT when locked, ERR_STATE outside the window. In no transaction: wrong
 * tries are kept. */
int paper_open(struct ctx *cx, int64_t id, const char *code, bool *ret_opened) MUST_CHECK;
int paper_early_ask(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;
/* Not by who asked. PAPER_APPROVE. */
int paper_early_allow(struct ctx *cx, int64_t id) MUST_CHECK;
/* May it be opened now? */
bool paper_is_time(struct ctx *cx, const struct q_paper_set_find *set);

#endif
