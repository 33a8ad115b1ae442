/* The to-do page: each room says what waits for the actor. */
#ifndef LUBAN_WEB_TODO_H
#define LUBAN_WEB_TODO_H

#include "web/web.h"

enum { TODO_ROWS = 8 };

struct todo_item {
	const char *title, *url;
	const char *note;  /* who or where; may be NULL */
	int64_t since_at;  /* waiting since; 0 unknown */
	int64_t due_on;    /* 0 when nothing is due */
};

struct todo_source {
	const char *label; /* "待审核的备案" */
	const char *url;   /* the list of all of them; may be NULL */
	enum perm perm;    /* only asked for actors who hold it */
	/* How many in all, and the TODO_ROWS most urgent in items[TODO_ROWS] (zeroed). */
	int (*find)(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count);
};

/* A room's table ends with {0} and is listed in web/todo.c. */
extern const struct todo_source todo_registry[], todo_certificate[];
extern const struct todo_source todo_enrolment[], todo_batch[];
extern const struct todo_source todo_mark[];
extern const struct todo_source todo_score[];
extern const struct todo_source todo_watch[];
extern const struct todo_source todo_bank[];
extern const struct todo_source todo_held[], todo_handover[];
extern const struct todo_source todo_life[], todo_calendar[];
extern const struct todo_source *const todo_tables[]; /* ends with NULL */

#endif
