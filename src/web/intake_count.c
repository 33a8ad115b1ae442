#include "web/intake_count.h"

static const int64_t sizes[INTAKE_BOUNDS] = {1, 4, 16, 64, 128, 256, 512, 1024, 2048, 4096};
static const int64_t times[INTAKE_BOUNDS] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
	1000000, 5000000};

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static void put_into(atomic_uint_fast64_t *buckets, const int64_t *bounds, int64_t value)
{
	int i = 0;
	while (i < INTAKE_BOUNDS && value > bounds[i])
		i++;
	add(&buckets[i], 1);
}

void intake_count_group(struct intake_count *c, size_t calls, int64_t micros, bool failed)
{
	add(&c->groups, 1);
	add(&c->calls, calls);
	add(&c->micros, (uint64_t)micros);
	if (failed)
		add(&c->failed, calls);
	put_into(c->by_size, sizes, (int64_t)calls);
	put_into(c->by_time, times, micros);
}

void intake_count_refusal(struct intake_count *c)
{
	add(&c->refused, 1);
}

static void put_total(struct buf *out, const char *name, const char *help, uint64_t n)
{
	buf_printf(out, "# HELP luban_intake_%s %s\n# TYPE luban_intake_%s counter\n"
		"luban_intake_%s %llu\n", name, help, name, name, (unsigned long long)n);
}

static void put_histogram(struct buf *out, const char *name, const char *help,
	atomic_uint_fast64_t *buckets, const int64_t *bounds, double unit, double sum)
{
	uint64_t upto = 0;
	buf_printf(out, "# HELP luban_intake_%s %s\n# TYPE luban_intake_%s histogram\n", name, help,
		name);
	for (int i = 0; i < INTAKE_BOUNDS; i++) {
		upto += buckets[i];
		buf_printf(out, "luban_intake_%s_bucket{le=\"%g\"} %llu\n", name,
			(double)bounds[i] / unit, (unsigned long long)upto);
	}
	upto += buckets[INTAKE_BOUNDS];
	buf_printf(out, "luban_intake_%s_bucket{le=\"+Inf\"} %llu\n"
		"luban_intake_%s_sum %g\nluban_intake_%s_count %llu\n", name,
		(unsigned long long)upto, name, sum, name, (unsigned long long)upto);
}

void intake_count_put(struct intake_count *c, struct buf *out)
{
	put_total(out, "calls_total", "Calls of candidates' pages taken.", c->calls);
	put_total(out, "failed_total", "Calls that could not be kept.", c->failed);
	put_total(out, "refused_total", "Calls turned away from a full queue.", c->refused);
	put_histogram(out, "group_calls", "Calls committed together.", c->by_size, sizes, 1,
		(double)c->calls);
	put_histogram(out, "commit_seconds", "Time to keep one group.", c->by_time, times, 1e6,
		(double)c->micros / 1e6);
}
