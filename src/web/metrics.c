#include "web/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"

enum { BUCKETS = 12 };

static const int statuses[] = {200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422,
	429, 500, 503, 0};
static const int64_t bounds[BUCKETS] = {500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
	500000, 1000000, 5000000};

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

struct row {
	atomic_uint_fast64_t by_status[STATUSES], in_bucket[BUCKETS + 1], micros;
};

struct metrics {
	const struct router *router;
	size_t n;
	struct row rows[]; /* the last one: no route */
};

struct metrics *metrics_new(const struct router *router)
{
	size_t n = router_count(router) + 1;
	struct metrics *m = calloc(1, sizeof *m + n * sizeof m->rows[0]);
	if (!m)
		log_die("out of memory");
	m->router = router;
	m->n = n;
	return m;
}

void metrics_free(struct metrics *m)
{
	free(m);
}

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void metrics_count(struct metrics *m, const struct route *route, int status, int64_t micros)
{
	struct row *row = &m->rows[route ? router_index(m->router, route) : m->n - 1];
	int s = 0, b = 0;
	while (statuses[s] && statuses[s] != status)
		s++;
	while (b < BUCKETS && micros > bounds[b])
		b++;
	add(&row->by_status[s], 1);
	add(&row->in_bucket[b], 1);
	add(&row->micros, (uint64_t)(micros < 0 ? 0 : micros));
}

static void put_counts(struct buf *out, const struct row *row, const char *method, const char *path)
{
	for (int s = 0; s < STATUSES; s++) {
		uint64_t n = row->by_status[s];
		if (n && statuses[s])
			buf_printf(out, "luban_requests_total{method=\"%s\",route=\"%s\",status="
				"\"%d\"} %llu\n", method, path, statuses[s], (unsigned long long)n);
		else if (n)
			buf_printf(out, "luban_requests_total{method=\"%s\",route=\"%s\",status=\"o"
				"ther\"} %llu\n", method, path, (unsigned long long)n);
	}
}

static void put_times(struct buf *out, const struct row *row, const char *method, const char *path)
{
	uint64_t sum = 0;
	for (int b = 0; b <= BUCKETS; b++)
		sum += row->in_bucket[b];
	if (!sum)
		return;
	uint64_t upto = 0;
	for (int b = 0; b < BUCKETS; b++) {
		upto += row->in_bucket[b];
		buf_printf(out, "luban_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"%g\"}"
			" "
			"%llu\n", method, path, (double)bounds[b] / 1e6, (unsigned long long)upto);
	}
	buf_printf(out, "luban_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"+Inf\"} "
		"%llu\n", method, path, (unsigned long long)sum);
	buf_printf(out, "luban_request_seconds_sum{method=\"%s\",route=\"%s\"} %.6f\n", method,
		path, (double)row->micros / 1e6);
	buf_printf(out, "luban_request_seconds_count{method=\"%s\",route=\"%s\"} %llu\n", method,
		path, (unsigned long long)sum);
}

static void put_rows(const struct metrics *m, struct buf *out,
	void (*put)(struct buf *, const struct row *, const char *, const char *))
{
	for (size_t i = 0; i + 1 < m->n; i++) {
		const struct route *route = router_at(m->router, i);
		put(out, &m->rows[i], route->method == GET ? "GET" : "POST", route->path);
	}
	put(out, &m->rows[m->n - 1], "any", "");
}

void metrics_put(const struct metrics *m, struct buf *out)
{
	buf_puts(out, "# HELP luban_requests_total Requests answered, by route and status.\n"
		"# TYPE luban_requests_total counter\n");
	put_rows(m, out, put_counts);
	buf_puts(out, "# HELP luban_request_seconds Time from the complete request to the answer.\n"
		"# TYPE luban_request_seconds histogram\n");
	put_rows(m, out, put_times);
}
