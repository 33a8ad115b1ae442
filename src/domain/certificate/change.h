/* Changes of a certificate that are no sanction: a correction of its face and a reissue. Asked for
 * by one with a reason (and evidence), decided by another; the old face stays in the record. */
#ifndef LUBAN_CERTIFICATE_CHANGE_H
#define LUBAN_CERTIFICATE_CHANGE_H

#include "core/ctx.h"
#include "core/flow.h"

/* requested → approved | refused | withdrawn. Approving needs result.approve and another person
 * than who asked; it does what was asked for in the same transaction. Who asked takes it back. */
extern const struct flow certificate_change_flow;

struct certificate_change_in {
	int64_t person_id, certificate_id;
	const char *kind;           /* "correct" or "reissue" */
	const char *field, *value;  /* of a correction: name, work_type_name, photo */
	int64_t photo_file_id;      /* the new photo, of the person; with field "photo" */
	const char *reason;
	int64_t file_id;            /* evidence (person_id 0); 0: none */
};

/* Needs certificate.change (a correction) or certificate.reissue, or is the holder himself, who
 * may ask for both. ERR_STATE "certificate.change_waits" while one of the kind waits. */
int certificate_change_ask(struct ctx *cx, const struct certificate_change_in *in,
	int64_t *ret_change_id) MUST_CHECK;
/* The holder has the decision before him: it is no news any more. */
int certificate_change_read(struct ctx *cx, int64_t id) MUST_CHECK;

#endif
