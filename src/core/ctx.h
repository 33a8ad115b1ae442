/* The context: first parameter of every domain verb. It carries what the verb may use (arena,
 * database), on whose behalf it acts (actor, scope), the two sources of surprise (clock,
 * randomness), and the one place where an error's detail is kept. One per request, job or command;
 * never shared between threads. */
#ifndef LUBAN_CORE_CTX_H
#define LUBAN_CORE_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "core/perm.h"
#include "store/db.h"
#include "store/query.h"

struct keyring; /* base/crypto.h */

/* Who acts. Public visitors are an actor too, with account_id 0. */
struct actor {
	int64_t account_id;
	enum role role;
	const char *name;   /* shown in timelines and audit */
	const char *region; /* authority's region code, body's region, or "" */
	int64_t body_id;    /* for body staff and examiners, else 0 */
	int64_t person_id;  /* for workers and examiners, else 0 */
	const char *ip;
	/* for API tokens: what the token may use, a bit per enum perm; all ones otherwise */
	uint64_t token_perms[2];
};

struct clock {
	/* Seconds since 1970-01-01T00:00:00Z. */
	int64_t (*now)(void *self);
	void *self;
};

struct random_source {
	void (*fill)(void *self, void *p, size_t n);
	void *self;
};

enum { PROBLEM_ARGS = 6, PROBLEM_FIELDS = 64 };

/* What went wrong, as a message id of messages/ with its arguments. */
struct problem {
	int err;
	const char *id;
	const char *args[PROBLEM_ARGS];
	struct field_problem {
		const char *field, *id;
		const char *args[PROBLEM_ARGS];
	} fields[PROBLEM_FIELDS];
	int n_fields;
};

struct ctx {
	struct arena *arena;
	struct db *db;
	struct actor actor;
	struct scope scope; /* of the actor; set by ctx_act_as() */
	struct clock clock;
	struct random_source random;
	const struct keyring *keys;
	struct problem problem;
};

/* A context over db with the system's clock (plus the rehearsal offset kept in the database) and
 * randomness, acting as the public. */
void ctx_init(struct ctx *cx, struct arena *arena, struct db *db, const struct keyring *keys);
/* Sets the actor (texts are copied) and derives the scope: authorities and supervisors their
 * region, body staff their body, everybody else nothing. */
void ctx_act_as(struct ctx *cx, const struct actor *actor);
/* The program itself (jobs, import, demo): every permission, every row; events name it `name`. */
void ctx_act_as_system(struct ctx *cx, const char *name);
/* Every row, whoever acts: for verbs that answer the public from columns which are public by
 * law. */
struct scope scope_all(void);
struct scope scope_region(struct ctx *cx, const char *region);
/* The actor's scope; for a worker's own rows, which are in nobody's, every row: then the person is
 * the scope. */
struct scope scope_of_person(const struct ctx *cx, int64_t person_id);

int64_t ctx_now(struct ctx *cx);    /* epoch seconds */
int64_t ctx_now_ms(struct ctx *cx); /* the same in milliseconds; an injected clock has none */
/* The same without the rehearsal offset: for what must not jump with it (heartbeats, sessions,
 * one-time codes). */
int64_t ctx_wall(struct ctx *cx);
int64_t ctx_today(struct ctx *cx); /* days since 1970-01-01 in the platform's time zone (UTC+8) */
/* a new time-ordered 63-bit id: 42 bits of milliseconds since 2020, 21 random */
int64_t ctx_id(struct ctx *cx);
/* no id made at that time (epoch seconds) or later is less */
int64_t id_at(int64_t time);
void ctx_random(struct ctx *cx, void *p, size_t n);
uint64_t ctx_random_u64(struct ctx *cx);

bool ctx_may(const struct ctx *cx, enum perm perm);
/* 0, or ERR_DENIED with "auth.denied". */
int ctx_need(struct ctx *cx, enum perm perm) MUST_CHECK;

/* fail(cx, ERR_STATE, "batch.not_open", batch->title): keeps the message, returns the error.
 * Arguments are texts ({0}, {1}… in messages/); they are copied. */
#define fail(cx, err, ...) ctx_fail((cx), (err), __VA_ARGS__, (const char *)NULL)
int ctx_fail(struct ctx *cx, int err, const char *id, ...) __attribute__((sentinel));
/* Adds an error of one field and returns ERR_INVALID; validation collects them all before it gives
 * up. */
#define fail_field(cx, field, ...) ctx_fail_field((cx), (field), __VA_ARGS__, (const char *)NULL)
int ctx_fail_field(struct ctx *cx, const char *field, const char *id,
	...) __attribute__((sentinel));
/* ERR_DB and other bare errors from the store: keeps a general message once, passes the code on. */
int ctx_pass(struct ctx *cx, int err);
void ctx_clear(struct ctx *cx);
/* Copies the problem's arguments into the context's arena: they were said in another, which
 * goes. */
void ctx_keep(struct ctx *cx);
/* For work whose memory must not grow with its rows: runs step() until it says 0 (nothing is left)
 * or an error, each time in an empty arena of at most `max` bytes, which goes with it. */
int ctx_steps(struct ctx *cx, size_t max, int (*step)(void *arg), void *arg) MUST_CHECK;
/* ERR_INVALID when any field error was collected, else 0. */
int ctx_checked(struct ctx *cx) MUST_CHECK;

#define text_of(cx, ...) arena_printf((cx)->arena, __VA_ARGS__)

#endif
