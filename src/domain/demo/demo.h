/* demo: a whole province with two years of history, for trying the platform out and as the longest
 * test of the domain. Everything is done by the verbs of the other rooms, by actors who may do it,
 * under a clock that is moved through those years. The same seed and the same last day give the
 * same province. Names, employers and numbers are made up. */
#ifndef LUBAN_DEMO_DEMO_H
#define LUBAN_DEMO_DEMO_H

#include "core/ctx.h"
#include "domain/certificate/handover.h"

struct demo_in {
	const char *seed;
	/* the last moment of the history: now, for a platform whose clock is right */
	int64_t until_at;
	bool is_small;    /* only the batches named in data/demo/batches.csv */
	/* Makes and keeps the archive of one batch, which is a face's work (doc/archive_package.h);
	 * NULL: every batch is archived without a package. */
	int (*archive)(struct ctx *cx, int64_t batch_id, int64_t *ret_id);
	/* Makes the file of a hand-over (doc/handover_file.h); NULL: nothing is handed over. */
	handover_write_fn *handover_file;
};

struct demo_report {
	int64_t bodies, people, batches, enrolments, certificates, accounts;
	int64_t occupations; /* that batches were held for */
};

/* All or nothing, on a database with reference data and no body yet: ERR_STATE with words
 * otherwise. cx acts as the program itself; its clock and randomness are replaced for the time. */
int demo_make(struct ctx *cx, const struct demo_in *in, struct demo_report *ret_report) MUST_CHECK;

/* One account for each role, with a password and a second factor that everybody may know. */
struct demo_account {
	const char *login, *role, *label;
	bool has_totp;
};
extern const struct demo_account demo_accounts[]; /* ends with {0} */
extern const char demo_password[];
extern const char demo_totp_secret[]; /* base32 */

/* People who may sit today's computer exam now: what they type at /exam/sit. */
enum { DEMO_CANDIDATES = 3 };
struct demo_candidate {
	const char *name, *ticket_no, *idno_tail;
	int64_t seat, starts_at;
};
int demo_candidates(struct ctx *cx, struct demo_candidate *ret_candidates,
	size_t *ret_n) MUST_CHECK;

/* Is this a database that demo_make() filled? */
int demo_is_there(struct ctx *cx, bool *ret_there) MUST_CHECK;

#endif
