/* The few ways a verb can fail. Every function that can fail returns 0 or one of these; the detail
 * (message id, arguments, field errors) is kept in the context by fail() of core/ctx.h. */
#ifndef LUBAN_BASE_ERR_H
#define LUBAN_BASE_ERR_H

enum err {
	ERR_NOTFOUND = -1, /* no such thing, or none that the actor may see */
	ERR_DENIED = -2,   /* the actor may not do this */
	ERR_INVALID = -3,  /* the input is wrong; field errors say where */
	ERR_CONFLICT = -4, /* somebody was first: unique key or version */
	ERR_STATE = -5,    /* not in this state of its lifecycle */
	ERR_LIMIT = -6,    /* too much, too many, too often */
	ERR_DB = -7,       /* the database refused or went away */
	ERR_IO = -8,       /* file, network or device */
	ERR_BUG = -9,      /* cannot happen */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* "not_found", "denied", … : stable names for problem+json and logs; "ok" for 0. */
const char *err_name(int err);
/* 404, 403, 422, 409, 409, 429, 500 …; 200 for 0. */
int err_http(int err);
/* Exit codes of the command line: 0 ok, 1 a negative answer, 2 wrong use, 3 failure. */
int err_exit(int err);

#endif
