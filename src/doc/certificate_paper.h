/* A certificate as PDF: one page from templates/paper/certificate.svg or
 * special-certificate.svg. */
#ifndef LUBAN_DOC_CERTIFICATE_PAPER_H
#define LUBAN_DOC_CERTIFICATE_PAPER_H

#include "core/ctx.h"

struct q_certificate_find; /* query/certificate.h */

/* idno: the number to be printed, whole or masked. photo: JPEG or empty. origin: "https://host",
 * for the addresses printed and the QR code. Refuses nothing by state: a suspended or revoked one
 * carries a stripe that says so. */
int certificate_paper(struct ctx *cx, const struct q_certificate_find *c, const char *idno,
	struct str photo, const char *origin, struct str *ret_pdf) MUST_CHECK;

#endif
