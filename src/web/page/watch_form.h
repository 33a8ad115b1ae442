/* What can be done on the invigilator's pages, as forms. */
#ifndef LUBAN_WEB_PAGE_WATCH_FORM_H
#define LUBAN_WEB_PAGE_WATCH_FORM_H

#include "web/page/watch.h"

/* view.actions, view.extend_form, view.count_in_form …, for the room's page. */
void watch_room_forms(struct req *rq, const struct board *b);
/* view.extend_form, view.reseat_form, view.waive_form, view.incident_form of one candidate. */
int watch_seat_forms(struct req *rq, const struct board *b, const struct board_seat *s,
	const char *url) MUST_CHECK;

#endif
