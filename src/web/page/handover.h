/* What the certificate's pages show of its hand-over. */
#ifndef LUBAN_WEB_PAGE_HANDOVER_H
#define LUBAN_WEB_PAGE_HANDOVER_H

#include "web/web.h"

/* view.handover = [{target_label, words}] and, for staff, view.handover_records: every record with
 * its state. visible_on: the day the province's look-up, which is this platform, knows it. */
int handover_put(struct req *rq, int64_t person_id, int64_t certificate_id, const char *region,
	int64_t visible_on) MUST_CHECK;
/* The same words for one face of the public look-up. */
int handover_lines(struct req *rq, int64_t person_id, int64_t certificate_id, const char *region,
	int64_t visible_on, json_t **ret_lines) MUST_CHECK;

#endif
