#include "store/writer_lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"

/* On the stack of who waits. */
struct waiter {
	pthread_cond_t turn;
	bool has_turn;
	struct waiter *next;
};

struct writer_lock {
	char *path;
	pthread_mutex_t mutex;
	bool held;
	struct waiter *first;
	int users;
	struct writer_lock *next;
};

static pthread_mutex_t registry_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct writer_lock *registry;

struct writer_lock *writer_lock_find(char *path)
{
	pthread_mutex_lock(&registry_mutex);
	struct writer_lock *lock = registry;
	while (lock && !(path && streq(lock->path, path)))
		lock = lock->next;
	if (lock) {
		free(path);
	} else {
		lock = calloc(1, sizeof *lock);
		if (!lock)
			log_die("out of memory");
		pthread_mutex_init(&lock->mutex, NULL);
		lock->path = path;
		lock->next = registry;
		registry = lock;
	}
	lock->users++;
	pthread_mutex_unlock(&registry_mutex);
	return lock;
}

void writer_lock_drop(struct writer_lock *lock)
{
	pthread_mutex_lock(&registry_mutex);
	if (--lock->users == 0) {
		struct writer_lock **at = &registry;
		while (*at != lock)
			at = &(*at)->next;
		*at = lock->next;
		pthread_mutex_destroy(&lock->mutex);
		free(lock->path);
		free(lock);
	}
	pthread_mutex_unlock(&registry_mutex);
}

bool writer_lock_has_file(const struct writer_lock *lock)
{
	return lock->path;
}

static void stand_in_line(struct writer_lock *lock, struct waiter *w)
{
	pthread_condattr_t attr;
	struct waiter **at = &lock->first;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->turn, &attr);
	pthread_condattr_destroy(&attr);
	while (*at)
		at = &(*at)->next;
	*at = w;
}

static void leave_line(struct writer_lock *lock, struct waiter *w)
{
	struct waiter **at = &lock->first;
	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
	pthread_cond_destroy(&w->turn);
}

bool writer_lock_take(struct writer_lock *lock, int seconds)
{
	struct waiter w = {0};
	struct timespec until;
	pthread_mutex_lock(&lock->mutex);
	if (!lock->held) {
		lock->held = w.has_turn = true;
		pthread_mutex_unlock(&lock->mutex);
		return true;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	stand_in_line(lock, &w);
	int r = 0;
	while (!w.has_turn && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&w.turn, &lock->mutex, &until);
	leave_line(lock, &w);
	pthread_mutex_unlock(&lock->mutex);
	return w.has_turn;
}

/* Handed straight to the first in line: it never comes free while somebody waits. */
void writer_lock_give(struct writer_lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	struct waiter *w = lock->first;
	lock->held = w;
	if (w) {
		lock->first = w->next;
		w->has_turn = true;
		pthread_cond_signal(&w->turn);
	}
	pthread_mutex_unlock(&lock->mutex);
}
