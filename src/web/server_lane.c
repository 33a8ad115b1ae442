#include "web/server_lane.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

enum { PATIENCE_MS = 1000 };

/* A connection on its way to the lane's thread: the daemon knows no other. */
struct newcomer {
	struct newcomer *next;
	int fd;
	socklen_t n;
	struct sockaddr_storage from;
};

static void ring(struct lane *l)
{
	uint64_t one = 1;
	if (write(l->bell, &one, sizeof one) < 0)
		return; /* full: it rings already */
}

void lane_wake(struct lane *l, struct wait *w)
{
	struct wait *before = atomic_load(&l->woken);
	do
		w->next_woken = before;
	while (!atomic_compare_exchange_weak(&l->woken, &before, w));
	if (!before)
		ring(l);
}

/* In the order they were woken. */
static void resume_woken(struct lane *l)
{
	struct wait *w = atomic_exchange(&l->woken, NULL), *first = NULL;
	while (w) {
		struct wait *next = w->next_woken;
		w->next_woken = first;
		first = w;
		w = next;
	}
	for (; first; first = first->next_woken)
		MHD_resume_connection(first->conn);
}

static void take_in(struct lane *l)
{
	struct newcomer *c = atomic_exchange(&l->newcomers, NULL);
	while (c) {
		struct newcomer *next = c->next;
		if (MHD_add_connection(l->daemon, c->fd, (struct sockaddr *)&c->from, c->n)
			!= MHD_YES) /* it has closed the socket */
			lane_lost(l);
		free(c);
		c = next;
	}
}

static int patience(struct lane *l)
{
	MHD_UNSIGNED_LONG_LONG ms;
	if (MHD_get_timeout(l->daemon, &ms) == MHD_YES && ms < PATIENCE_MS)
		return (int)ms;
	return PATIENCE_MS;
}

static void *run(void *arg)
{
	struct lane *l = arg;
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = {{info->epoll_fd, POLLIN, 0}, {l->bell, POLLIN, 0}};
	while (!atomic_load(&l->stops)) {
		uint64_t rings;
		fds[1].revents = 0;
		poll(fds, 2, patience(l));
		if (fds[1].revents && read(l->bell, &rings, sizeof rings) < 0)
			continue;
		resume_woken(l);
		take_in(l);
		MHD_run(l->daemon);
	}
	/* Nobody may sleep when the daemon is stopped; whoever still asks is told no at once. */
	do {
		resume_woken(l);
		MHD_run(l->daemon);
	} while (atomic_load(&l->woken));
	return NULL;
}

int lane_start(struct lane *l)
{
	l->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->bell < 0)
		return ERR_IO;
	if (pthread_create(&l->thread, NULL, run, l) == 0)
		return 0;
	close(l->bell);
	return ERR_IO;
}

void lane_add(struct lane *l, int fd, const struct sockaddr *from, socklen_t n)
{
	struct newcomer *c = calloc(1, sizeof *c), *before = atomic_load(&l->newcomers);
	if (!c || n > sizeof c->from)
		log_die("out of memory");
	c->fd = fd;
	c->n = n;
	memcpy(&c->from, from, n);
	atomic_fetch_add(&l->n, 1);
	do
		c->next = before;
	while (!atomic_compare_exchange_weak(&l->newcomers, &before, c));
	if (!before)
		ring(l);
}

unsigned lane_load(struct lane *l)
{
	return atomic_load(&l->n);
}

void lane_lost(struct lane *l)
{
	atomic_fetch_sub(&l->n, 1);
}

void lane_stop(struct lane *l)
{
	atomic_store(&l->stops, true);
	ring(l);
	pthread_join(l->thread, NULL);
	take_in(l);
	MHD_stop_daemon(l->daemon);
	close(l->bell);
}
