/* Centres, rooms, units or examiners seen side by side: which of them stand out?
 *
 * group_means: the mean of a candidate's figure (score, wrong-to-right changes, person fit) in each
 * group against the others. Groups differ honestly (other schools, other trades), so the yardstick
 * is how much they differ: means are taken as N(mu, tau^2 + s^2/n), s the pooled spread within
 * groups, mu the median of means, tau from their interquartile range less what chance explains (a
 * random-effects model with robust moments, so that one bad group does not widen the yardstick it
 * is held to). z, p (upper or lower tail) and p adjusted by Benjamini-Hochberg over the groups,
 * which are independent.
 *
 * group_shares: how many candidates of a group are marked, against the share in all other groups
 * (binomial upper tail, (k+1)/(n+1) for the others), adjusted likewise.
 *
 * Groups of fewer than GROUP_LEAST candidates, and group 0 (unknown), are not tested: p = 1. */
#ifndef LUBAN_EXAM_GROUP_PICTURE_H
#define LUBAN_EXAM_GROUP_PICTURE_H

#include <stdint.h>

#include "base/arena.h"

enum { GROUP_LEAST = 8 };
enum group_tail { GROUP_HIGH, GROUP_LOW };

struct group_finding {
	int32_t group;
	int n;       /* candidates with a figure */
	int marked;  /* group_shares */
	double mean; /* of the figure; the share marked */
	double expected, z; /* mu; the share elsewhere; z is 0 for shares */
	double p, adjusted;
};

/* The groups in the order of their numbers, in the arena. NAN figures are not counted. */
int group_means(const double *value, const int32_t *group, int n, enum group_tail tail,
	struct arena *arena, struct group_finding **ret_groups);
int group_shares(const uint8_t *is_marked, const int32_t *group, int n, struct arena *arena,
	struct group_finding **ret_groups);

#endif
