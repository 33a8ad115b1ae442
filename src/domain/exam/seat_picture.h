/* Where the pairs that stand out sat: the share of neighbours among them against the share among
 * all pairs of the same room; of the same unit against all pairs. Copying sits close together; a
 * leaked key or the same teacher does not. */
#ifndef LUBAN_EXAM_SEAT_PICTURE_H
#define LUBAN_EXAM_SEAT_PICTURE_H

#include "domain/exam/similarity.h"

struct seat_picture {
	/* all pairs of the exam */
	int64_t pairs, same_room, near, same_unit, same_centre, same_exam;
	int findings, found_same_room, found_near, found_same_unit, found_same_centre;
	int found_same_exam;
	/* Binomial upper tails: neighbours among the findings of a room, units among all findings.
	 * Pairs share candidates, so these are a picture and not a test; 1 without findings. */
	double near_p, unit_p;
};

/* Of the findings among `n` pairs; near: rows and columns. */
struct seat_picture seat_picture_of(const struct response_matrix *r,
	const struct similar_pair *pairs, int n, int near);

/* Candidates joined by findings, directly or through others: ret_cluster[person] is 0 for none,
 * else the number of the cluster from 1, the largest first. Returns how many clusters. */
int seat_clusters(int persons, const struct similar_pair *pairs, int n, struct arena *arena,
	int *ret_cluster);

#endif
