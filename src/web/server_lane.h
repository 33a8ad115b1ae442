/* One thread of the server, with a daemon of libmicrohttpd of its own and the connections that the
 * door gave it.
 *
 * libmicrohttpd could make the threads itself, but its loop (0.9.75) asks epoll for 128 events at a
 * time and, having got exactly so many, asks again and waits with those it has: under load
 * hundreds of requests then lie unread until something else happens. Here the waiting is ours. It
 * also lets many sleeping connections be woken by one ring of the bell. */
#ifndef LUBAN_WEB_SERVER_LANE_H
#define LUBAN_WEB_SERVER_LANE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "web/wait.h"

struct MHD_Daemon;
struct server;
struct newcomer;

struct lane {
	struct server *server;
	struct MHD_Daemon *daemon; /* set before lane_start() */
	/* private */
	pthread_t thread;
	int bell;
	atomic_bool stops;
	atomic_uint n; /* connections, those on their way included */
	struct wait *_Atomic woken;
	struct newcomer *_Atomic newcomers;
};

int lane_start(struct lane *l) MUST_CHECK; /* ERR_IO */
/* From any thread. */
void lane_wake(struct lane *l, struct wait *w);
/* From any thread: takes over the connection fd, which came from there. */
void lane_add(struct lane *l, int fd, const struct sockaddr *from, socklen_t n);
/* How many connections it has. */
unsigned lane_load(struct lane *l);
/* Its daemon has closed one of them. */
void lane_lost(struct lane *l);
/* Waits for the thread, closes everything. Nobody may sleep any more. */
void lane_stop(struct lane *l);

#endif
