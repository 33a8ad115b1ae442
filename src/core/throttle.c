#include "core/throttle.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include "base/crypto.h"

enum { SETS = 4096, WAYS = 4, DOUBLINGS_MAX = 6, DAY = 86400 };

struct bucket {
	uint64_t key;
	int64_t at;    /* when `used` was right; of failures: until when they lock */
	int64_t used;  /* tries, in thousandths; failures */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bucket table[SETS][WAYS];
static uint64_t seed;

void throttle_forget(void)
{
	pthread_mutex_lock(&lock);
	memset(table, 0, sizeof table);
	pthread_mutex_unlock(&lock);
}

/* FNV-1a under a secret start, then mixed: nobody outside can aim at a bucket. */
static uint64_t hash(const char *what, const char *key)
{
	const char *parts[] = {what, key};
	uint64_t h = seed ^ UINT64_C(14695981039346656037);
	for (size_t i = 0; i < 2; i++) {
		for (const char *p = parts[i]; *p; p++)
			h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
		h = (h ^ 0xFF) * UINT64_C(1099511628211);
	}
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	return h ? h : 1;
}

/* The key's bucket, or the one that was quiet for longest made empty. */
static struct bucket *find(uint64_t key, int64_t now)
{
	struct bucket *set = table[key % SETS];
	struct bucket *oldest = set;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].at < oldest->at)
			oldest = &set[i];
	}
	*oldest = (struct bucket){.key = key, .at = now};
	return oldest;
}

static bool take(uint64_t key, int64_t now, int64_t limit, int64_t seconds)
{
	struct bucket *b = find(key, now);
	int64_t passed = now > b->at ? now - b->at : 0;
	int64_t refilled = passed > seconds ? b->used : passed * limit * 1000 / seconds;
	b->used = b->used > refilled ? b->used - refilled : 0;
	b->at = now;
	if (b->used + 1000 > limit * 1000)
		return false;
	b->used += 1000;
	return true;
}

static void lock_table(void)
{
	pthread_mutex_lock(&lock);
	if (!seed)
		crypto_random(&seed, sizeof seed);
}

bool throttle_take(struct ctx *cx, const char *what, const char *key, int64_t limit,
	int64_t seconds)
{
	int64_t now = ctx_wall(cx);
	lock_table();
	bool ok = take(hash(what, key ? key : ""), now, limit, seconds);
	pthread_mutex_unlock(&lock);
	return ok;
}

int64_t throttle_lock_seconds(int64_t failed, int64_t most, int64_t first_seconds)
{
	int64_t more = failed - most;
	if (more < 0)
		return 0;
	int64_t seconds = first_seconds << (more < DOUBLINGS_MAX ? more : DOUBLINGS_MAX);
	return seconds < DAY ? seconds : DAY;
}

bool throttle_fail(struct ctx *cx, const char *what, const char *key, int64_t most,
	int64_t first_seconds)
{
	int64_t now = ctx_wall(cx);
	lock_table();
	struct bucket *b = find(hash(what, key), now);
	bool may = b->at <= now;
	if (may)
		b->at = now + throttle_lock_seconds(++b->used, most, first_seconds);
	pthread_mutex_unlock(&lock);
	return may;
}

bool throttle_ip(struct ctx *cx, const char *what, int64_t per_minute)
{
	struct in6_addr v6;
	char text[INET6_ADDRSTRLEN];
	const char *key = cx->actor.ip;
	if (key && inet_pton(AF_INET6, key, &v6) == 1 && !IN6_IS_ADDR_V4MAPPED(&v6)) {
		memset(v6.s6_addr + 8, 0, 8);
		key = inet_ntop(AF_INET6, &v6, text, sizeof text);
	}
	return throttle_take(cx, what, key, per_minute, 60);
}
