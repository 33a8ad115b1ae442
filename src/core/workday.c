#include "core/workday.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/civil.h"
#include "query/core.h"

enum { SLOTS = 16, DAYS_PER_YEAR = 366, KEEP_SECONDS = 60 };

/* What a year's rows say of its days; plain days follow the week. */
enum mark { MARK_PLAIN, MARK_HOLIDAY, MARK_WORKDAY };

struct year {
	int64_t year; /* 0: empty */
	int64_t read_at;
	unsigned char marks[DAYS_PER_YEAR];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct year years[SLOTS];

static int64_t monotonic(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

void workday_forget(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SLOTS; i++)
		years[i].year = 0;
	pthread_mutex_unlock(&lock);
}

static bool lookup(int64_t year, int64_t index, enum mark *ret_mark)
{
	const struct year *slot = &years[year % SLOTS];
	pthread_mutex_lock(&lock);
	bool known = slot->year == year && monotonic() - slot->read_at < KEEP_SECONDS;
	if (known)
		*ret_mark = (enum mark)slot->marks[index];
	pthread_mutex_unlock(&lock);
	return known;
}

static int read_year(struct ctx *cx, int64_t year, int64_t first)
{
	struct q_holiday_between_rows rows;
	int r = q_holiday_between(cx->db, &rows, .from_on = first,
		.to_on = civil_day(year, 12, 31));
	if (r < 0)
		return ctx_pass(cx, r);
	struct year fresh = {.year = year, .read_at = monotonic()};
	for (size_t i = 0; i < rows.n; i++)
		fresh.marks[rows.at[i].day_on - first] = streq(rows.at[i].kind,
			"workday") ? MARK_WORKDAY : MARK_HOLIDAY;
	pthread_mutex_lock(&lock);
	years[year % SLOTS] = fresh;
	pthread_mutex_unlock(&lock);
	return 0;
}

static int is_workday(struct ctx *cx, int64_t day, bool *ret_is)
{
	int64_t year = civil_of(day).year;
	int64_t first = civil_day(year, 1, 1);
	enum mark mark = MARK_PLAIN;
	int r = 0;
	if (year > 0 && !lookup(year, day - first, &mark)) {
		r = read_year(cx, year, first);
		if (!r && !lookup(year, day - first, &mark))
			mark = MARK_PLAIN;
	}
	*ret_is = mark == MARK_WORKDAY || (mark == MARK_PLAIN && civil_weekday(day) <= 5);
	return r;
}

bool workday_is(struct ctx *cx, int64_t day)
{
	bool is;
	(void)is_workday(cx, day, &is);
	return is;
}

/* Gives the plain weekdays' answer together with the error, if there was one. */
static int add(struct ctx *cx, int64_t day, int64_t n, int64_t *ret_day)
{
	int worst = 0;
	bool is;
	int r = is_workday(cx, day, &is);
	worst = r ? r : worst;
	if (n <= 0 && is) {
		*ret_day = day;
		return worst;
	}
	for (int64_t left = n > 0 ? n : 1; left > 0; left -= is) {
		r = is_workday(cx, ++day, &is);
		worst = r ? r : worst;
	}
	*ret_day = day;
	return worst;
}

int64_t workday_add(struct ctx *cx, int64_t day, int64_t n)
{
	int64_t due;
	(void)add(cx, day, n, &due);
	return due;
}

int workday_due(struct ctx *cx, int64_t day, int64_t n, int64_t *ret_day)
{
	int64_t due;
	int r = add(cx, day, n, &due);
	if (r == 0)
		*ret_day = due;
	return r;
}

int64_t workday_between(struct ctx *cx, int64_t from, int64_t to)
{
	int64_t n = 0;
	if (to < from)
		return -workday_between(cx, to, from);
	while (from < to)
		n += workday_is(cx, ++from);
	return n;
}

int workday_count(struct ctx *cx, int64_t from, int64_t to, int64_t *ret_n)
{
	int64_t n = 0, day = from < to ? from : to, last = from < to ? to : from;
	while (day < last) {
		bool is;
		int r = is_workday(cx, ++day, &is);
		if (r < 0)
			return r;
		n += is;
	}
	*ret_n = from < to ? n : -n;
	return 0;
}

int workday_put(struct ctx *cx, int64_t day, const char *kind, const char *name)
{
	if (!streq(kind, "holiday") && !streq(kind, "workday"))
		return fail_field(cx, "kind", "workday.kind", kind ? kind : "");
	int r = q_holiday_put(cx->db, .day_on = day, .kind = kind, .name = name);
	workday_forget();
	return r < 0 ? ctx_pass(cx, r) : 0;
}
