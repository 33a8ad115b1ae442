/* Arrangement 编排: rooms, seats, stations, ticket numbers. Seeded: the same seed and the same
 * people give the same arrangement, by anybody, anywhere. The seed is a random text kept with the
 * batch and shown. */
#ifndef LUBAN_EVALUATION_ARRANGE_H
#define LUBAN_EVALUATION_ARRANGE_H

#include "core/ctx.h"

/* Seats everybody accepted: people of one unit not next to each other where that is possible,
 * stations by lot, parts kept from an earlier pass left out. seed NULL draws a new one. Checks room
 * capacity, proctors for the real numbers, avoidance between candidates and examiners. Ends with
 * the hidden step "arrange". May be repeated until testing. */
int arrange_batch(struct ctx *cx, int64_t batch_id, const char *seed) MUST_CHECK;
/* The same for somebody who looked at an arrangement first: was is its hash (batch.arranged_hash,
 * "" for none). Another one made since is ERR_CONFLICT, so that nobody's printed tickets are
 * overtaken unawares. */
int arrange_batch_as(struct ctx *cx, int64_t batch_id, const char *seed,
	const char *was) MUST_CHECK;
/* Pairs of neighbours of one unit in the theory rooms, as arranged. */
int arrange_conflicts(struct ctx *cx, int64_t batch_id, int64_t *ret_pairs) MUST_CHECK;
/* Recomputes from the kept seed and compares: ERR_CONFLICT when the seats differ from what the seed
 * gives. */
int arrange_verify(struct ctx *cx, int64_t batch_id) MUST_CHECK;

/* Letter and sequence digits of the body's code (all of it when it was first filed with the
 * ministry), year, month and number of the batch, the candidate's own number in it: unique in a
 * province. Two and four digits for the last two; where these do not do, hyphens keep the parts
 * apart, so that 1 of batch 100 is not 0001 of batch 10. */
const char *arrange_ticket_no(struct ctx *cx, const char *body_code, const char *batch_no, int seq);

#endif
