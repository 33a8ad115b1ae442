#include "web/origin.h"

#include <string.h>

#include "web/exchange.h"

/* Letters, digits, dots, hyphens, a port, brackets of IPv6: nothing else may come back in a
 * link. */
static bool is_host(const char *host)
{
	return *host && strlen(host) < 200 &&
		strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:["
			"]") == strlen(host);
}

const char *rq_origin(struct req *rq)
{
	const char *host = exchange_header(rq->ex, "Host");
	return text_of(rq->cx, "%s://%s", rq->ex->secure ? "https" : "http",
		is_host(host) ? host : "localhost");
}
