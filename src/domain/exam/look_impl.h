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

/* Rooms, venues, proctors, bodies and exams by the numbers that response_person has of them, from
 * 1. Bodies and exams have none when there is only one exam. */
struct look_places {
	int n_venues, n_proctors;
	const char **room, **venue, **proctor, **body, **exam; /* [number] */
};
struct q_forensic_exams;
/* Fills in where everybody sat at these exams. */
int look_seat(struct ctx *cx, const struct q_forensic_exams *exams, size_t n_exams,
	struct exam_matrix *x, struct look_places *ret_places) MUST_CHECK;

#endif
