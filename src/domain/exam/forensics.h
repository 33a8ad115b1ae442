/* The whole look at one exam, or at several as one matrix: who answered too much alike, and what
 * else was odd there. It gives leads with their figures; it convicts nobody. What each figure is
 * stands in the header of its module; the order of the work: option chances (nominal.h), all pairs
 * (similarity.h), the power of that (similarity_power.h), person fit, changes and times over the
 * 2PL (irt.h), seats, groups. */
#ifndef LUBAN_EXAM_FORENSICS_H
#define LUBAN_EXAM_FORENSICS_H

#include "domain/exam/erasure.h"
#include "domain/exam/group_picture.h"
#include "domain/exam/person_fit.h"
#include "domain/exam/response_time.h"
#include "domain/exam/seat_picture.h"
#include "domain/exam/similarity_power.h"

struct forensics_options {
	struct similarity_options similarity; /* its progress and self are not used */
	uint64_t seed;                        /* of the power simulation */
	/* Told after each part and now and then within; done of 1000. Not 0 stops. May be NULL. */
	int (*progress)(void *self, int done);
	void *self;
};

struct forensic_person {
	double theta; /* ability, weighted likelihood under the 2PL */
	struct person_fit fit;
	struct erasure erasure;
	struct person_time time; /* zeros when there are no times */
	double fit_adjusted, erasure_adjusted, fast_adjusted; /* over all candidates, BH */
	int findings; /* kept pairs with this candidate that are findings */
	int cluster;  /* seat_clusters(), 0 for none */
};

/* The kinds of groups and what is looked at in each. */
enum forensic_group {
	FORENSIC_CENTRE, FORENSIC_EXAMINER, FORENSIC_ROOM, FORENSIC_BODY, FORENSIC_EXAM,
		FORENSIC_GROUPS,
};
enum forensic_measure {
	MEASURE_PAIRED,  /* share in a finding with somebody of the same group (group_shares) */
	MEASURE_SCORE,   /* mean score, points, high */
	MEASURE_CHANGED, /* wrong-to-right changes per candidate, high */
	MEASURE_FIT,     /* mean l_z*, low */
	MEASURE_FAST,    /* fast right answers per candidate, high */
	FORENSIC_MEASURES,
};

struct forensic_picture {
	int n;
	struct group_finding *group[FORENSIC_MEASURES]; /* n each; NULL when not recorded */
};

struct forensics {
	struct nominal_fit nominal;
	struct irt_fit irt;
	int items_used;
	double worst_misfit; /* nominal_misfit(), the largest */
	int worst_item;
	struct similarity_result similarity;
	struct similarity_power power;
	struct forensic_person *person; /* n */
	struct seat_picture seats;
	int clusters;
	bool has_times, has_changes;
	struct forensic_picture picture[FORENSIC_GROUPS];
	bool was_stopped; /* then nothing is to be used */
};

/* ERR_INVALID when the matrix is not as response.h says or too small (20 candidates, 10 items with
 * a key); *ret_why then is a message of the room ("forensics.matrix", "forensics.small").
 * Everything is in `arena`: for 5,000 candidates and 100 items and 10,000 pairs about 8 MB; scratch
 * 60 MB. */
int forensics_run(const struct response_matrix *r, const struct forensics_options *options,
	struct arena *arena, struct forensics *ret_forensics, const char **ret_why) MUST_CHECK;

/* What an evidence sheet shows of one pair. */
struct evidence_item {
	int item;
	uint8_t answer;  /* both gave it */
	bool is_right;
	double chance;   /* that two working alone both give this answer */
	double share;    /* of all candidates with the item who gave it */
};

struct evidence {
	const struct similar_pair *pair;
	int n;                      /* matched items, in the order of the matrix */
	struct evidence_item *item; /* in the arena */
	int rare_wrong;  /* matched wrong answers that at most 5 % of the candidates gave */
	int longest_run; /* items in a row with the same answer */
	int right_a, right_b;
	double theta_a, theta_b; /* on the grid of nominal.h */
	/* pairs of this family as much alike, were all honest: p * pairs */
	double expected_pairs;
};

void forensics_evidence(const struct response_matrix *r, const struct forensics *f,
	const struct similar_pair *pair, struct arena *arena, struct evidence *ret_evidence);

#endif
