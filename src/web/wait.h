/* Work that another thread does while the connection sleeps: no worker waits for it. A handler of a
 * ROUTE_QUEUED route makes one and leaves it in exchange.wait; the server puts the connection to
 * sleep, starts the work, and asks for the answer once it was woken. */
#ifndef LUBAN_WEB_WAIT_H
#define LUBAN_WEB_WAIT_H

#include "web/exchange.h"

struct wait {
	/* Hands the work over; the connection sleeps already. */
	void (*start)(struct wait *w);
	/* The answer, on the connection's worker after it was woken; w stays until free(). */
	void (*answer)(struct wait *w, struct arena *a, struct reply *out);
	void (*free)(struct wait *w);

	/* The server's: to be called once, from any thread, when the answer is known. Nobody but
	 * the server may touch w after that. */
	void (*wake)(struct wait *w);
	void *conn, *lane;
	struct wait *next_woken;
	/* The dispatcher's, for the log and the counters. */
	const struct route *route;
	struct site *site;
	int64_t started;
	char ref[12];
};

#endif
