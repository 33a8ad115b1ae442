/* Inside look*.c. */
#ifndef LUBAN_DOMAIN_EXAM_LOOK_IMPL_H
#define LUBAN_DOMAIN_EXAM_LOOK_IMPL_H

#include "domain/exam/forensics.h"
#include "domain/exam/look.h"
#include "domain/exam/matrix.h"

const char *look_power_text(struct arena *a, const struct similarity_power *p);
const char *look_picture_text(struct arena *a, const struct seat_picture *s);
const char *look_evidence_text(struct arena *a, const struct exam_matrix *x,
	const struct forensics *f, const struct evidence *e);

/* Rooms, venues, proctors and units by the numbers that response_person has of them, from 1. */
struct look_places {
	int n_rooms, n_venues, n_proctors;
	const char **room, **venue, **proctor; /* [number] */
};
/* Fills in where everybody sat. */
int look_seat(struct ctx *cx, int64_t exam_id, int64_t batch_id, struct exam_matrix *x,
	struct look_places *ret_places) MUST_CHECK;

#endif
