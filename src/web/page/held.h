/* What other pages show of somebody's held certificates. */
#ifndef LUBAN_WEB_PAGE_HELD_H
#define LUBAN_WEB_PAGE_HELD_H

#include "web/web.h"

/* Rows with state_label, state_tone, source_label, against_label; the caller has checked who may
 * see the person. */
int held_rows(struct req *rq, int64_t person_id, json_t **ret_rows) MUST_CHECK;

#endif
