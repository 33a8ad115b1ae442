#include "web/todo.h"

const struct todo_source *const todo_tables[] = {todo_watch, todo_registry, todo_enrolment,
	todo_batch, todo_mark, todo_bank, todo_score, todo_certificate, todo_handover,
	todo_held, todo_life, todo_calendar, NULL};
