/* Inside the room: the questions of the demo's exams. */
#ifndef LUBAN_DEMO_EXAM_ITEMS_H
#define LUBAN_DEMO_EXAM_ITEMS_H

#include "domain/exam/item.h"

int demo_questions_n(void);
/* The i-th, from 0, in the order of kinds. */
void demo_question(struct arena *a, int i, struct item *ret_item);
const char *demo_right_response(const struct item *it);
const char *demo_wrong_response(const struct item *it);

#endif
