/* What this program asks of other servers: HTTP and HTTPS through libcurl, which is let in here
 * only. Whoever answers is a stranger: an answer has a greatest length (that of the buffer it goes
 * into, after decompression), a time to connect and a time in all; redirects are not followed, and
 * nothing but http: and https: is spoken. https is checked against the system's certificates;
 * proxies are those of the environment (https_proxy, no_proxy). */
#ifndef LUBAN_NET_FETCH_H
#define LUBAN_NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { FETCH_AT_ONCE = 32, FETCH_URL_MAX = 2048, FETCH_PROBLEM = 160, FETCH_TYPE = 64 };

struct fetch_limits {
	unsigned connect_seconds, seconds;
};

/* Keeps its connections open from call to call. One thread at a time. */
struct fetch;
struct fetch *fetch_new(const struct fetch_limits *limits);
void fetch_free(struct fetch *f);

struct fetch_call {
	const char *url;
	struct str post;  /* what to post; p NULL: GET */
	struct buf *body; /* the answer's body goes here, up to its max */
	int status;       /* of the answer; 0: none came, or it was cut short */
	char type[FETCH_TYPE];       /* its Content-Type, "" when longer */
	char problem[FETCH_PROBLEM]; /* English; "" when an answer came */
};

/* Makes up to FETCH_AT_ONCE calls side by side and waits for all of them. ERR_IO: to at least one
 * there was no answer; ERR_LIMIT: an answer was longer than its buffer takes; the others are
 * good. */
int fetch_all(struct fetch *f, struct fetch_call *calls, size_t n) MUST_CHECK;

/* Is it an address of http or https with a host and nothing that does not belong into one (spaces,
 * a user, a query, a fragment)? */
bool fetch_is_base(struct str url);

void fetch_cleanup(struct fetch **f);
#define auto_fetch __attribute__((cleanup(fetch_cleanup))) struct fetch *

#endif
