/* What the invigilator's pages share: rooms and seats as JSON. */
#ifndef LUBAN_WEB_PAGE_WATCH_H
#define LUBAN_WEB_PAGE_WATCH_H

#include "domain/exam/board.h"
#include "query/exam_board.h"
#include "web/web.h"

extern const struct route routes_watch[], routes_watch_act[], routes_watch_exam[],
	routes_watch_venue[];

/* The light part, which the page asks for every few seconds: {now, room_state, steps, alarms,
 * counts, seats}. have: the prints of the seats that the page shows, by seat number; those that
 * have not changed are left out. */
json_t *watch_state(struct req *rq, const struct board *b, const char *have);
/* A seat as it is shown: {seat, name, ticket_no, look, look_label, done, items, deadline_at,
 * since_at, flags, form, url, print}. */
json_t *watch_seat(struct req *rq, const struct board *b, const struct board_seat *s);
/* view.room, view.exam, view.steps, view.alarms, view.counts, view.n_alarms. */
void watch_head(struct req *rq, const struct board *b);
json_t *watch_steps(struct req *rq, const struct board_counts *counts);
json_t *watch_alarms(struct ctx *cx, const struct board_room *room);
/* view.packs, view.conflicts, view.start_form …: rooms at a venue without a line. */
int watch_venue(struct req *rq, const struct board *b) MUST_CHECK;
/* Is a room for today? Towards midnight that means the night too. */
bool watch_is_today(struct ctx *cx, int64_t starts_at);
const char *watch_room_label(const char *room_state);
/* "/exams/1/rooms/2" */
const char *watch_url(struct ctx *cx, const struct board_room *room);

#endif
