/* Dates and times of the civil calendar (proleptic Gregorian) and of the platform's one time zone,
 * UTC+8 without summer time. A day is days since 1970-01-01, a time is seconds since
 * 1970-01-01T00:00:00Z. */
#ifndef LUBAN_BASE_CIVIL_H
#define LUBAN_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { CIVIL_TEXT = 40, CIVIL_OFFSET = 8 * 3600 };

struct civil {
	int64_t year;
	int month, day; /* from 1 */
};

/* The day of a date; month and day must be in range (see civil_is_date). */
int64_t civil_day(int64_t year, int month, int day);
struct civil civil_of(int64_t day);
bool civil_is_date(int64_t year, int month, int day);
int civil_month_days(int64_t year, int month);
int civil_weekday(int64_t day); /* 1 Monday … 7 Sunday */

/* Local day of a time, and the time of a local day's 00:00. */
int64_t civil_day_at(int64_t time);
int64_t civil_midnight(int64_t day);

/* YYYY-MM-DD, YYYY/M/D, YYYY.M.D, YYYYMMDD, YYYY年M月D日 (white space around it allowed); years
 * 1000…9999. */
bool civil_parse_day(struct str s, int64_t *ret_day);
/* YYYY-MM-DDTHH:MM with optional :SS; a space may stand for the T. Local time. */
bool civil_parse_time(struct str s, int64_t *ret_time);

/* Into out, which is returned. */
const char *civil_put_day(int64_t day, char out[CIVIL_TEXT]);         /* 2026-11-22 */
const char *civil_put_day_zh(int64_t day, char out[CIVIL_TEXT]);      /* 2026年11月22日 */
const char *civil_put_time(int64_t time, char out[CIVIL_TEXT]);       /* 2026-11-22 14:05 */
const char *civil_put_time_input(int64_t time, char out[CIVIL_TEXT]); /* 2026-11-22T14:05 */
const char *civil_put_time_iso(int64_t time, char out[CIVIL_TEXT]); /* 2026-11-22T14:05:09+08:00 */
/* The same in the arena. */
const char *civil_day_text(struct arena *a, int64_t day);
const char *civil_day_text_zh(struct arena *a, int64_t day);
const char *civil_time_text(struct arena *a, int64_t time);

/* The same day n months or years later (earlier when negative); a day that the month lacks becomes
 * its last. */
int64_t civil_add_months(int64_t day, int64_t n);
int64_t civil_add_years(int64_t day, int64_t n);
/* Full months and years from one day to another: the largest n with civil_add_…(from, n) <= to, so
 * "after three full years" and the day on which they are full always agree. Negative when to <
 * from. */
int64_t civil_months_between(int64_t from, int64_t to);
int64_t civil_years_between(int64_t from, int64_t to);

#endif
