/* A small HTTP server for a service of a few addresses, such as a witness: one handler, bodies of a
 * few kilobytes, no database, no sessions. The site's own server is web/server.h. */
#ifndef LUBAN_WEB_SERVER_PLAIN_H
#define LUBAN_WEB_SERVER_PLAIN_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct plain_request {
	const char *method, *path;
	struct str body;
};

struct plain_answer {
	int status;
	const char *type; /* static */
	struct buf body;
};

/* From several threads at once. */
typedef void plain_handler(
	void *self, const struct plain_request *rq, struct plain_answer *answer);

struct plain_options {
	const char *listen; /* as in server_listen() */
	unsigned threads, connections, connections_of_one, seconds; /* a slow request is closed */
	size_t body_max; /* a longer one is answered 413 */
};

struct plain_server;
/* ERR_INVALID, ERR_IO: *ret_error (static) says why. */
int server_plain_start(const struct plain_options *o, plain_handler *handle, void *self,
	struct plain_server **ret_server, const char **ret_error) MUST_CHECK;
unsigned server_plain_port(const struct plain_server *s);
/* No new connections; what is under way is answered. */
void server_plain_stop(struct plain_server *s);

#endif
