/* Draws 抽签 in the public log: a seed is committed to when a batch is announced, before anybody
 * has enrolled, and shown when it is drawn, so that nobody can choose the seed to suit the people.
 * The commitment is base/commit.h, purpose "draw.seed.1", of the field seed (32 hex digits), with
 * the SHA-256 of the seed as its salt: once the seed is shown, anybody can make it again. */
#ifndef LUBAN_EVALUATION_DRAW_H
#define LUBAN_EVALUATION_DRAW_H

#include "core/ctx.h"

#define DRAW_SEATING "seating"
#define DRAW_SPOT_CHECK "spot_check"

struct draw_of {
	int64_t batch_id, body_id;
	const char *region, *purpose;
};

/* In the caller's transaction. Commits to a seed, unless one waits already. */
int draw_commit(struct ctx *cx, const struct draw_of *of) MUST_CHECK;
/* Draws: the seed that was committed to (now, if none was). */
int draw_seed(struct ctx *cx, const struct draw_of *of, int64_t *ret_id,
	const char **ret_seed) MUST_CHECK;
/* What came out; id 0: the seed came from outside, and nothing was committed to. */
int draw_done(struct ctx *cx, const struct draw_of *of, int64_t id, const char *seed,
	const char *digest) MUST_CHECK;

/* For `luban check`: every draw against its leaves. */
int draw_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg) MUST_CHECK;

#endif
