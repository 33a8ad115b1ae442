/* A context over a test database whose clock stands still and whose randomness repeats. */
#ifndef LUBAN_TEST_CORE_FIXTURE_H
#define LUBAN_TEST_CORE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "core/ctx.h"
#include "core/message.h"
#include "support.h"

enum { NOON = 12 * 3600 - CIVIL_OFFSET };

struct fixture {
	struct ctx cx;
	int64_t now;
	uint64_t seed;
};

static inline int64_t fixture_now(void *self)
{
	return ((struct fixture *)self)->now;
}

static inline void fixture_random(void *self, void *p, size_t n)
{
	struct fixture *f = self;
	unsigned char *at = p;
	for (size_t i = 0; i < n; i++) {
		f->seed = f->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		at[i] = (unsigned char)(f->seed >> 56);
	}
}

static inline int64_t day_of(const char *text)
{
	int64_t day;
	if (!civil_parse_day(str_of(text), &day))
		fail_msg("%s is no day", text);
	return day;
}

static inline struct keyring *fixture_keys(void)
{
	struct keyring *keys;
	assert_int_equal(keyring_from_hex(STR("00112233445566778899aabbccddeeff"
					      "0123456789abcdef0123456789abcdef"), &keys), 0);
	return keys;
}

/* The same for all tests of a program. */
static inline const struct keyring *fixture_ring(void)
{
	static struct keyring *keys;
	if (!keys)
		keys = fixture_keys();
	return keys;
}

/* Noon of a Monday, acting as the public. */
static inline void fixture_init(struct fixture *f, struct test_db *t, const struct keyring *keys)
{
	f->seed = 42;
	f->now = day_of("2026-03-02") * 86400 + NOON;
	ctx_init(&f->cx, t->arena, t->db, keys);
	f->cx.clock = (struct clock){fixture_now, f};
	f->cx.random = (struct random_source){fixture_random, f};
}

static inline void act_as(struct fixture *f, enum role role, int64_t account_id, const char *name)
{
	ctx_act_as(&f->cx, &(struct actor){.role = role, .account_id = account_id, .name = name,
		.region = "3710", .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

/* The call must fail in exactly this way. */
#define assert_problem(f, r, expected, message) do { \
	assert_int_equal((r), (expected)); \
	assert_string_equal((f)->cx.problem.id, (message)); \
	ctx_clear(&(f)->cx); \
} while (0)

/* One field is wrong, for this reason. */
#define assert_field_problem(f, r, name, message) do { \
	assert_int_equal((r), ERR_INVALID); \
	assert_int_equal((f)->cx.problem.n_fields, 1); \
	assert_string_equal((f)->cx.problem.fields[0].field, (name)); \
	assert_string_equal((f)->cx.problem.fields[0].id, (message)); \
	ctx_clear(&(f)->cx); \
} while (0)

#endif
