/* Files that come with a request or a case: kept in the transaction of what they prove. */
#ifndef LUBAN_WEB_PAGE_EVIDENCE_H
#define LUBAN_WEB_PAGE_EVIDENCE_H

#include "core/file.h"
#include "web/web.h"

#define EVIDENCE_FIELD(label_, help_) {"file", FIELD_FILE, label_, \
	.help = help_ "PDF、JPEG、PNG。", \
	.max = FILE_MAX, .kinds = "pdf jpg png"}

/* The upload of field "file", of a person or (0) of nobody; 0 when none came. */
int evidence_keep(struct req *rq, int64_t person_id, int64_t body_id, const char *region,
	int64_t *ret_file_id) MUST_CHECK;
/* The portrait in the upload of field "photo", which came; or the field's error. */
int evidence_portrait(struct req *rq, struct str *ret_jpeg) MUST_CHECK;
/* The upload of field "photo", made a portrait of the size certificates have; 0 when none came. */
int evidence_photo(struct req *rq, int64_t person_id, int64_t body_id, const char *region,
	int64_t *ret_file_id) MUST_CHECK;
/* Answers with the file; the caller has let the actor to the row that names it. */
int evidence_send(struct req *rq, int64_t person_id, int64_t file_id) MUST_CHECK;

#endif
