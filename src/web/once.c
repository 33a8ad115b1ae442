#include "web/once.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"

enum { SETS = 512, WAYS = 8, LIFE = 15 * 60, PATIENCE = 10 };

enum state { FREE, RUNNING, DONE };

struct entry {
	uint8_t key[ONCE_KEY];
	enum state state;
	int64_t at;
	char *answer;
};

struct once {
	pthread_mutex_t lock;
	pthread_cond_t finished;
	struct entry sets[SETS][WAYS];
};

struct once *once_new(void)
{
	struct once *o = calloc(1, sizeof *o);
	if (!o)
		log_die("out of memory");
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->finished, &attr);
	pthread_condattr_destroy(&attr);
	return o;
}

void once_free(struct once *o)
{
	if (!o)
		return;
	for (int i = 0; i < SETS; i++)
		for (int k = 0; k < WAYS; k++)
			free(o->sets[i][k].answer);
	pthread_cond_destroy(&o->finished);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

static struct entry *set_of(struct once *o, const uint8_t key[ONCE_KEY])
{
	return o->sets[(key[0] | key[1] << 8) % SETS];
}

static struct entry *find(struct once *o, const uint8_t key[ONCE_KEY])
{
	struct entry *set = set_of(o, key);
	for (int i = 0; i < WAYS; i++)
		if (set[i].state != FREE && memcmp(set[i].key, key, ONCE_KEY) == 0)
			return &set[i];
	return NULL;
}

static void forget(struct entry *e)
{
	free(e->answer);
	*e = (struct entry){0};
}

/* A free place, else the oldest that is done; NULL when all are running. */
static struct entry *place(struct once *o, const uint8_t key[ONCE_KEY])
{
	struct entry *set = set_of(o, key), *oldest = NULL;
	for (int i = 0; i < WAYS; i++) {
		if (set[i].state == FREE)
			return &set[i];
		if (set[i].state == DONE && (!oldest || set[i].at < oldest->at))
			oldest = &set[i];
	}
	if (oldest)
		forget(oldest);
	return oldest;
}

static enum once_state begin(struct once *o, const uint8_t key[ONCE_KEY], int64_t now,
	char **ret_answer)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PATIENCE;
	struct entry *e;
	while ((e = find(o, key)) && e->state == RUNNING)
		if (pthread_cond_timedwait(&o->finished, &o->lock, &until))
			return ONCE_BUSY;
	if (e && now - e->at < LIFE) {
		*ret_answer = strdup(e->answer);
		return ONCE_REPEAT;
	}
	if (e)
		forget(e);
	e = place(o, key);
	if (e) {
		memcpy(e->key, key, ONCE_KEY);
		e->state = RUNNING;
		e->at = now;
	}
	return ONCE_RUN;
}

enum once_state once_begin(struct once *o, const uint8_t key[ONCE_KEY], int64_t now,
	char **ret_answer)
{
	pthread_mutex_lock(&o->lock);
	enum once_state state = begin(o, key, now, ret_answer);
	pthread_mutex_unlock(&o->lock);
	return state;
}

void once_done(struct once *o, const uint8_t key[ONCE_KEY], int64_t now, const char *answer)
{
	pthread_mutex_lock(&o->lock);
	struct entry *e = find(o, key);
	if (e && !answer) {
		forget(e);
	} else if (e) {
		e->state = DONE;
		e->at = now;
		e->answer = strdup(answer);
	}
	pthread_cond_broadcast(&o->finished);
	pthread_mutex_unlock(&o->lock);
}
