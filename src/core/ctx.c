#include "core/ctx.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/civil.h"
#include "base/log.h"
#include "query/core.h"

enum { ID_RANDOM_BITS = 21 };

/* 2020-01-01T00:00:00Z in milliseconds: where the 42 bits of an id begin; they last until 2159. */
static const int64_t id_epoch_ms = INT64_C(1577836800000);

/* The rehearsal offset, read once per context when the time is first asked for. */
struct platform_clock {
	struct db *db;
	bool known;
	int64_t offset;
};

/* Holds when the database cannot be asked in the middle of something: time must not jump then. */
static _Atomic int64_t last_offset;

static int64_t platform_offset(struct platform_clock *clock)
{
	struct q_platform_clock row = {0};
	if (clock->known || !clock->db)
		return clock->offset;
	int r = q_platform_clock(clock->db, &row, .id = 1);
	if (r < 0 && r != ERR_NOTFOUND)
		return atomic_load(&last_offset);
	clock->known = true;
	clock->offset = row.clock_offset_s;
	atomic_store(&last_offset, clock->offset);
	return clock->offset;
}

static int64_t platform_now(void *self)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec + platform_offset(self);
}

static void from_kernel(void *p, size_t n)
{
	unsigned char *at = p;
	while (n) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			log_die("no randomness: %s", strerror(errno));
		at += got;
		n -= (size_t)got;
	}
}

/* Ids take eight bytes each, and thousands are made a second: those few bytes come out of what the
 * thread has asked for ahead. Whatever is a secret is longer and comes straight from the kernel. A
 * process that was forked begins anew. */
enum { FEW = 8, AHEAD = 512 };

static _Atomic unsigned forks;

static void count_fork(void)
{
	atomic_fetch_add(&forks, 1);
}

static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, count_fork);
}

static void system_random(void *self, void *p, size_t n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static _Thread_local unsigned char ahead[AHEAD];
	static _Thread_local size_t left;
	static _Thread_local unsigned forked;
	(void)self;
	if (n > FEW) {
		from_kernel(p, n);
		return;
	}
	pthread_once(&once, watch_forks);
	if (left < n || forked != atomic_load(&forks)) {
		from_kernel(ahead, sizeof ahead);
		left = sizeof ahead;
		forked = atomic_load(&forks);
	}
	left -= n;
	memcpy(p, ahead + left, n);
	memset(ahead + left, 0, n);
}

void ctx_init(struct ctx *cx, struct arena *arena, struct db *db, const struct keyring *keys)
{
	*cx = (struct ctx){.arena = arena, .db = db, .keys = keys};
	struct platform_clock *clock = arena_make(arena, struct platform_clock);
	clock->db = db;
	cx->clock = (struct clock){platform_now, clock};
	cx->random = (struct random_source){system_random, NULL};
	if (db)
		db_use_arena(db, arena);
	ctx_act_as(cx, &(struct actor){.role = ROLE_PUBLIC,
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

/* Digits compare alike under every collation, so the upper bound is the next code, not a
 * punctuation mark. */
static const char *region_after(struct arena *a, const char *region)
{
	char *next = arena_dup(a, region);
	size_t n = strlen(next);
	while (n && next[n - 1] >= '9')
		next[--n] = 0;
	if (!n)
		return "z";
	next[n - 1]++;
	return next;
}

struct scope scope_all(void)
{
	return (struct scope){.lo = "", .hi = "z"};
}

struct scope scope_region(struct ctx *cx, const char *region)
{
	if (is_blank(region))
		return scope_all();
	return (struct scope){.lo = arena_dup(cx->arena, region),
		.hi = region_after(cx->arena, region)};
}

struct scope scope_of_person(const struct ctx *cx, int64_t person_id)
{
	return cx->actor.role == ROLE_WORKER && person_id && cx->actor.person_id == person_id
		? scope_all() : cx->scope;
}

static struct scope scope_of(struct ctx *cx, const struct actor *actor)
{
	struct scope scope = {0};
	switch (actor->role) {
	case ROLE_AUTHORITY:
	case ROLE_AUTHORITY_HEAD:
		return scope_region(cx, actor->region);
	case ROLE_SUPERVISOR: /* only reads, and only where he was appointed */
		return is_blank(actor->region) ? scope : scope_region(cx, actor->region);
	case ROLE_BODY_CLERK:
	case ROLE_BODY_MANAGER:
		if (actor->body_id)
			scope = scope_all();
		scope.body_id = actor->body_id;
		return scope;
	case ROLE_SYSTEM:
		return scope_all();
	default:
		return scope;
	}
}

static const char *keep(struct ctx *cx, const char *z)
{
	return z ? arena_dup(cx->arena, z) : "";
}

void ctx_act_as(struct ctx *cx, const struct actor *actor)
{
	struct actor own = *actor;
	own.name = keep(cx, actor->name);
	own.region = keep(cx, actor->region);
	own.ip = keep(cx, actor->ip);
	cx->actor = own;
	cx->scope = scope_of(cx, &own);
}

void ctx_act_as_system(struct ctx *cx, const char *name)
{
	ctx_act_as(cx, &(struct actor){
		.role = ROLE_SYSTEM, .name = name, .token_perms = {UINT64_MAX, UINT64_MAX}});
}

int64_t ctx_now(struct ctx *cx)
{
	return cx->clock.now(cx->clock.self);
}

int64_t ctx_wall(struct ctx *cx)
{
	return cx->clock.now == platform_now ? time(NULL) : ctx_now(cx);
}

int64_t ctx_today(struct ctx *cx)
{
	return civil_day_at(ctx_now(cx));
}

/* An injected clock counts whole seconds; order within them comes from the sequence. */
int64_t ctx_now_ms(struct ctx *cx)
{
	struct timespec ts;
	if (cx->clock.now != platform_now)
		return ctx_now(cx) * 1000;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (ts.tv_sec + platform_offset(cx->clock.self)) * 1000 + ts.tv_nsec / 1000000;
}

static int64_t id_of_ms(int64_t ms)
{
	return ms > id_epoch_ms ? (ms - id_epoch_ms) << ID_RANDOM_BITS : 0;
}

int64_t id_at(int64_t time)
{
	return id_of_ms(time * 1000);
}

int64_t ctx_id(struct ctx *cx)
{
	static _Atomic int64_t last_system, last_injected;
	_Atomic int64_t *last = cx->clock.now == platform_now ? &last_system : &last_injected;
	/* The random start leaves the upper half free for ids that follow within the same
	 * millisecond. */
	uint64_t start = ctx_random_u64(cx) & ((UINT64_C(1) << (ID_RANDOM_BITS - 1)) - 1);
	int64_t id = id_of_ms(ctx_now_ms(cx)) | (int64_t)start;
	int64_t before = atomic_load(last);
	int64_t next;
	do
		next = id > before ? id : before + 1;
	while (!atomic_compare_exchange_weak(last, &before, next));
	return next;
}

void ctx_random(struct ctx *cx, void *p, size_t n)
{
	cx->random.fill(cx->random.self, p, n);
}

uint64_t ctx_random_u64(struct ctx *cx)
{
	uint64_t value;
	ctx_random(cx, &value, sizeof value);
	return value;
}

bool ctx_may(const struct ctx *cx, enum perm perm)
{
	unsigned bit = (unsigned)perm;
	if (!role_may(cx->actor.role, perm) || bit >= 128)
		return false;
	return cx->actor.token_perms[bit / 64] >> (bit % 64) & 1u;
}

int ctx_need(struct ctx *cx, enum perm perm)
{
	if (ctx_may(cx, perm))
		return 0;
	return fail(cx, ERR_DENIED, "auth.denied", perm_label(perm), role_label(cx->actor.role));
}

static void take_args(struct ctx *cx, const char **args, va_list ap)
{
	const char *arg;
	memset(args, 0, sizeof *args * PROBLEM_ARGS);
	for (int i = 0; i < PROBLEM_ARGS && (arg = va_arg(ap, const char *)); i++)
		args[i] = arena_dup(cx->arena, arg);
}

int ctx_fail(struct ctx *cx, int err, const char *id, ...)
{
	va_list ap;
	va_start(ap, id);
	take_args(cx, cx->problem.args, ap);
	va_end(ap);
	cx->problem.err = err;
	cx->problem.id = arena_dup(cx->arena, id);
	return err;
}

int ctx_fail_field(struct ctx *cx, const char *field, const char *id, ...)
{
	struct problem *p = &cx->problem;
	if (p->err != ERR_INVALID)
		(void)fail(cx, ERR_INVALID, "error.fields");
	if (p->n_fields == PROBLEM_FIELDS)
		return ERR_INVALID;
	struct field_problem *fp = &p->fields[p->n_fields++];
	fp->field = arena_dup(cx->arena, field);
	fp->id = arena_dup(cx->arena, id);
	va_list ap;
	va_start(ap, id);
	take_args(cx, fp->args, ap);
	va_end(ap);
	return ERR_INVALID;
}

int ctx_pass(struct ctx *cx, int err)
{
	static const char *const ids[] = {
		[-ERR_NOTFOUND] = "error.notfound", [-ERR_DENIED] = "error.denied",
		[-ERR_INVALID] = "error.fields",    [-ERR_CONFLICT] = "error.conflict",
		[-ERR_STATE] = "error.state",       [-ERR_LIMIT] = "error.limit",
		[-ERR_DB] = "error.db",             [-ERR_IO] = "error.io",
		[-ERR_BUG] = "error.bug",
	};
	if (err >= 0 || (cx->problem.id && cx->problem.err == err))
		return err;
	return fail(cx, err, ids[err < ERR_BUG ? -ERR_BUG : -err]);
}

void ctx_clear(struct ctx *cx)
{
	cx->problem = (struct problem){0};
}

static void keep_args(struct arena *a, const char *args[PROBLEM_ARGS])
{
	for (size_t i = 0; i < PROBLEM_ARGS; i++)
		args[i] = args[i] ? arena_dup(a, args[i]) : NULL;
}

void ctx_keep(struct ctx *cx)
{
	struct problem *p = &cx->problem;
	p->id = p->id ? arena_dup(cx->arena, p->id) : NULL;
	keep_args(cx->arena, p->args);
	for (int i = 0; i < p->n_fields; i++) {
		p->fields[i].field = arena_dup(cx->arena, p->fields[i].field);
		p->fields[i].id = arena_dup(cx->arena, p->fields[i].id);
		keep_args(cx->arena, p->fields[i].args);
	}
}

int ctx_steps(struct ctx *cx, size_t max, int (*step)(void *arg), void *arg)
{
	auto_arena own = arena_new(max);
	struct arena *outer = cx->arena;
	int r = 1;
	while (r > 0) {
		arena_reset(own);
		cx->arena = own;
		db_use_arena(cx->db, own);
		r = step(arg);
		cx->arena = outer;
		db_use_arena(cx->db, outer);
		ctx_keep(cx);
	}
	return r;
}

int ctx_checked(struct ctx *cx)
{
	return cx->problem.n_fields ? ERR_INVALID : 0;
}
