/* 考场情况记录单, the record sheet of one room of a computer exam: who was registered, present and
 * absent, each seat with its state, start and end, what happened, and lines to sign on. Kept with
 * the batch's papers; its columns follow the record sheets that provinces hand out for theory
 * examinations. */
#ifndef LUBAN_DOC_ROOM_RECORD_H
#define LUBAN_DOC_ROOM_RECORD_H

#include "domain/exam/board.h"

/* Of board->rooms[0]. */
int room_record(struct ctx *cx, const struct board *board, struct str *ret_pdf) MUST_CHECK;

#endif
