/* What happened in an examination room 考场情况: kept with who, when, of whom, and a photo. Never
 * changed; what was written wrongly is put right by another entry. */
#ifndef LUBAN_DOMAIN_EXAM_INCIDENT_H
#define LUBAN_DOMAIN_EXAM_INCIDENT_H

#include "core/ctx.h"
#include "core/file.h"

enum { INCIDENT_NOTE_MAX = 1000, INCIDENT_PHOTO_MAX = 8 * 1024 * 1024 };

struct incident_kind {
	const char *code, *label;
};
extern const struct incident_kind incident_kinds[]; /* ends with {0} */
const char *incident_label(const char *code);

struct incident_in {
	int64_t exam_id, batch_room_id;
	int64_t sitting_id; /* 0: of the room */
	const char *kind, *note;
	struct str photo;   /* JPEG or PNG, or none */
};
/* For whoever is let to the room (board_let). */
int incident_add(struct ctx *cx, const struct incident_in *in, int64_t *ret_id) MUST_CHECK;
/* The photo, for whoever is let to the room. ERR_NOTFOUND: no such incident, or none was taken. */
int incident_photo(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, int64_t id,
	struct file *ret_file) MUST_CHECK;

#endif
