/* A certificate as PDF: one page of A4 from the layout that counts (doc/layout.h), with its
 * credential file attached and the compact credential in its QR code, so that the file and the
 * print prove themselves. */
#ifndef LUBAN_DOC_CERTIFICATE_PAPER_H
#define LUBAN_DOC_CERTIFICATE_PAPER_H

#include "core/ctx.h"

struct q_certificate_find; /* query/certificate.h */

struct certificate_print {
	const struct q_certificate_find *certificate;
	const char *idno;   /* to be printed, whole or masked */
	struct str photo;   /* JPEG or empty */
	const char *origin; /* "https://host", for the addresses printed and the QR code */
	/* The credential file and its compact bytes; empty for one that has none (its code then
	 * leads to the look-up). */
	struct str credential, compact;
};

/* Photo, number and credential of a certificate, in the arena. While its leaf waits for a
 * checkpoint there is no credential: that is an error when it must prove itself. c and origin must
 * live as long as the print. */
int certificate_print_load(struct ctx *cx, const struct q_certificate_find *c, const char *origin,
	bool must_prove, struct certificate_print *ret_print) MUST_CHECK;
/* Does this system sign its log, so that prints are to prove themselves? */
bool certificate_prints_prove(struct ctx *cx);

/* Refuses nothing by state: a suspended or revoked one carries a stripe that says so. */
int certificate_paper(struct ctx *cx, const struct certificate_print *print,
	struct str *ret_pdf) MUST_CHECK;

enum sheet_kind {
	SHEET_SINGLE, /* A4, one on a page, as the single PDF has it */
	SHEET_DOUBLE, /* A4 upright, two on a page, each of half the area */
};
/* Many for the printer, in their order; without attachments. */
int certificate_sheets(struct ctx *cx, enum sheet_kind kind, const struct certificate_print *prints,
	size_t n, struct str *ret_pdf) MUST_CHECK;

#endif
