/* Counters for /metrics, in the text format of Prometheus. Lock-free. */
#ifndef LUBAN_WEB_METRICS_H
#define LUBAN_WEB_METRICS_H

#include "base/str.h"
#include "web/router.h"

struct metrics;

struct metrics *metrics_new(const struct router *router);
void metrics_free(struct metrics *m);
/* route NULL: static files and unknown paths. */
void metrics_count(struct metrics *m, const struct route *route, int status, int64_t micros);
/* Requests by route and status, and how long they took. */
void metrics_put(const struct metrics *m, struct buf *out);

#endif
