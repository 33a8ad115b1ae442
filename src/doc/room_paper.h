/* What hangs at a room's door and lies on its desk: sign-in sheets, door lists, seat plans. */
#ifndef LUBAN_DOC_ROOM_PAPER_H
#define LUBAN_DOC_ROOM_PAPER_H

#include "core/ctx.h"

struct q_batch_find;        /* query/batch.h */
struct q_batch_rooms;
struct q_seats_of_slot_rows; /* query/arrange.h */

enum room_paper_kind { PAPER_SIGNIN, PAPER_DOOR, PAPER_SEATS };

/* One room at one time, with the people in it by seat. */
struct room_paper {
	const struct q_batch_rooms *slot;
	const struct q_seats_of_slot_rows *seats;
};

int room_paper(struct ctx *cx, enum room_paper_kind kind, const struct q_batch_find *batch,
	const struct room_paper *rooms, size_t n, struct str *ret_pdf) MUST_CHECK;

/* "2026年11月22日 09:00—10:30" */
const char *paper_time_span(struct ctx *cx, int64_t from, int64_t to);

#endif
