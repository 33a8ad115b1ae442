/* One thread of the server, with a daemon of libmicrohttpd of its own on the listening socket that
 * all share, and the connections it accepted.
 *
 * libmicrohttpd could make the threads itself, but its loop (0.9.75) asks epoll for 128 events at a
 * time and, having got exactly so many, asks again and waits with those it has: under load
 * hundreds of requests then lie unread until something else happens. Here the waiting is ours. It
 * also lets many sleeping connections be woken by one ring of the bell. */
#ifndef LUBAN_WEB_SERVER_LANE_H
#define LUBAN_WEB_SERVER_LANE_H

#include <pthread.h>
#include <stdatomic.h>

#include "web/wait.h"

struct MHD_Daemon;
struct server;

struct lane {
	struct server *server;
	struct MHD_Daemon *daemon; /* set before lane_start() */
	/* private */
	pthread_t thread;
	int bell;
	atomic_int order;
	struct wait *_Atomic woken;
};

int lane_start(struct lane *l) MUST_CHECK; /* ERR_IO */
/* From any thread. */
void lane_wake(struct lane *l, struct wait *w);
/* Accepts nothing more, goes on with what it has. */
void lane_close(struct lane *l);
/* Waits for the thread, closes everything. Nobody may sleep any more. */
void lane_stop(struct lane *l);

#endif
