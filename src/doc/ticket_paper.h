/* Admission tickets 准考证: half of an A4 page each, one page a person. */
#ifndef LUBAN_DOC_TICKET_PAPER_H
#define LUBAN_DOC_TICKET_PAPER_H

#include "core/ctx.h"

struct q_batch_find;             /* query/batch.h */
struct q_seats_of_enrolment_rows; /* query/arrange.h */

struct ticket_face {
	const char *name, *id_type, *id_number, *ticket, *unit; /* id_number: as it may be shown */
	const char *code;  /* what the QR code holds */
	struct str photo;  /* JPEG; empty for none */
	const struct q_seats_of_enrolment_rows *seats;
};

int ticket_paper(struct ctx *cx, const struct q_batch_find *batch, const struct ticket_face *faces,
	size_t n, struct str *ret_pdf) MUST_CHECK;

#endif
