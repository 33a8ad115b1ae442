#include "web/server_lane.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000 };
enum order { ACCEPT, CLOSE, STOP };

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
	bool accepts = true;
	for (int order = ACCEPT; order != STOP; order = atomic_load(&l->order)) {
		uint64_t rings;
		if (order == CLOSE && accepts) {
			MHD_quiesce_daemon(l->daemon);
			accepts = false;
		}
		fds[1].revents = 0;
		poll(fds, 2, patience(l));
		if (fds[1].revents && read(l->bell, &rings, sizeof rings) < 0)
			continue;
		resume_woken(l);
		MHD_run(l->daemon);
	}
	if (accepts)
		MHD_quiesce_daemon(l->daemon);
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

void lane_close(struct lane *l)
{
	atomic_store(&l->order, CLOSE);
	ring(l);
}

void lane_stop(struct lane *l)
{
	atomic_store(&l->order, STOP);
	ring(l);
	pthread_join(l->thread, NULL);
	MHD_stop_daemon(l->daemon);
	close(l->bell);
}
