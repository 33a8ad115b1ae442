/* HTTP/1.1 by libmicrohttpd: sockets, threads, limits, bodies. Knows nothing of routes; every
 * complete request goes to dispatch() on the worker thread that read it, with that thread's arena
 * and database. */
#ifndef LUBAN_WEB_SERVER_H
#define LUBAN_WEB_SERVER_H

#include "base/err.h"
#include "web/site.h"

struct server;

struct server_options {
	const char *listen;          /* "127.0.0.1:8080", "[::]:8080" */
	const char *const *proxies;  /* addresses whose X-Forwarded-* is believed; ends with NULL */
	unsigned threads;
	unsigned connections;        /* at most, in all */
	unsigned idle_seconds;       /* a silent connection is closed */
	unsigned request_seconds;    /* a body must have come by then */
};

/* ERR_IO: *ret_error (static) says why. */
int server_start(const struct server_options *o, struct site *site, struct server **ret_server,
	const char **ret_error) MUST_CHECK;
unsigned server_port(const struct server *s);
/* No new connections; waits for the requests under way, at most `seconds`, then closes
 * everything. */
void server_stop(struct server *s, unsigned seconds);

#endif
