/* Periods of the calendar: years and months counted date to date (Civil Code, articles 201 to 203:
 * a period of months ends on the corresponding day, and on the last day of a month that has none).
 */
#include <stdlib.h>

#include "base/civil.h"
#include "core/rule_impl.h"

void period_between(int64_t from, int64_t to, int64_t *ret_months, int64_t *ret_days)
{
	if (to < from)
		to = from;
	*ret_months = civil_months_between(from, to);
	*ret_days = to - civil_add_months(from, *ret_months);
}

static int by_from(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Months of each span count date to date; what remains of them is put together, and 31 days make a
 * month: then one span alone, and the last of several, still become full on the corresponding day,
 * and the total never falls. */
struct span_total spans_total(struct span *spans, size_t n)
{
	struct span_total total = {0};
	if (n)
		qsort(spans, n, sizeof *spans, by_from);
	for (size_t i = 0; i < n;) {
		struct span whole = spans[i++];
		for (; i < n && spans[i].from <= whole.to; i++)
			if (spans[i].to > whole.to)
				whole.to = spans[i].to;
		int64_t months, days;
		period_between(whole.from, whole.to, &months, &days);
		total.months += months;
		total.days += days;
	}
	total.months += total.days / DAYS_OF_MONTH;
	total.days %= DAYS_OF_MONTH;
	return total;
}
