/* The intake's counters, for /metrics: groups, their sizes, and how long they took to commit. */
#ifndef LUBAN_WEB_INTAKE_COUNT_H
#define LUBAN_WEB_INTAKE_COUNT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/str.h"

enum { INTAKE_BOUNDS = 10 };

struct intake_count {
	atomic_uint_fast64_t groups, calls, failed, refused, micros;
	atomic_uint_fast64_t by_size[INTAKE_BOUNDS + 1], by_time[INTAKE_BOUNDS + 1];
};

void intake_count_group(struct intake_count *c, size_t calls, int64_t micros, bool failed);
void intake_count_refusal(struct intake_count *c);
void intake_count_put(struct intake_count *c, struct buf *out);

#endif
