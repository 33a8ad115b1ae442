#include "base/civil.h"

#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400, ERA_DAYS = 146097 };

/* Any 64-bit number can come out of a database; beyond this the calendar is left at its edge. */
static const int64_t farthest_day = 3000000;

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int civil_month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool civil_is_date(int64_t year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= civil_month_days(year, month);
}

/* Years are counted from March here, so that a leap day is the last of its year; an era is 400
 * years. */
int64_t civil_day(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * ERA_DAYS + day_of_era - 719468;
}

static int64_t to_edge(int64_t day)
{
	if (day > farthest_day)
		return farthest_day;
	return day < -farthest_day ? -farthest_day : day;
}

struct civil civil_of(int64_t day)
{
	int64_t z = to_edge(day) + 719468;
	int64_t era = floor_div(z, ERA_DAYS);
	int64_t doe = z - era * ERA_DAYS;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t march = (5 * doy + 2) / 153;
	int month = (int)(march < 10 ? march + 3 : march - 9);
	return (struct civil){
		.year = yoe + era * 400 + (month <= 2),
		.month = month,
		.day = (int)(doy - (153 * march + 2) / 5 + 1),
	};
}

int civil_weekday(int64_t day)
{
	int64_t r = (to_edge(day) + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(r < 0 ? r + 7 : r) + 1;
}

static int64_t time_to_edge(int64_t time)
{
	int64_t limit = farthest_day * DAY_SECONDS;
	if (time > limit)
		return limit;
	return time < -limit ? -limit : time;
}

int64_t civil_day_at(int64_t time)
{
	return floor_div(time_to_edge(time) + CIVIL_OFFSET, DAY_SECONDS);
}

int64_t civil_midnight(int64_t day)
{
	return to_edge(day) * DAY_SECONDS - CIVIL_OFFSET;
}

/* Takes `least` to `most` digits off the front. */
static bool take_number(struct str *s, size_t least, size_t most, int *ret_value)
{
	int value = 0;
	size_t n = 0;
	for (; n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		value = value * 10 + (s->p[n] - '0');
	if (n < least)
		return false;
	*s = (struct str){s->p + n, s->n - n};
	*ret_value = value;
	return true;
}

static bool take_text(struct str *s, const char *text)
{
	if (!str_starts(*s, text))
		return false;
	size_t n = strlen(text);
	*s = (struct str){s->p + n, s->n - n};
	return true;
}

/* What stands after the year, after the month and at the end; widths of month and day. */
static const struct date_form {
	const char *after_year, *after_month, *after_day;
	size_t least;
} date_forms[] = {
	{"-", "-", "", 1},
	{"/", "/", "", 1},
	{".", ".", "", 1},
	{"年", "月", "日", 1},
	{"", "", "", 2},
};

static bool take_form(struct str *s, const struct date_form *form, int64_t *ret_day)
{
	int year, month, day;
	struct str t = *s;
	if (!take_number(&t, 4, 4, &year) || !take_text(&t, form->after_year) ||
		!take_number(&t, form->least, 2, &month) || !take_text(&t, form->after_month) ||
		!take_number(&t, form->least, 2, &day) || !take_text(&t, form->after_day))
		return false;
	if (year < 1000 || !civil_is_date(year, month, day))
		return false;
	*s = t;
	*ret_day = civil_day(year, month, day);
	return true;
}

bool civil_parse_day(struct str s, int64_t *ret_day)
{
	s = str_trim(s);
	for (size_t i = 0; i < sizeof date_forms / sizeof *date_forms; i++) {
		struct str t = s;
		int64_t day;
		if (!take_form(&t, &date_forms[i], &day) || t.n)
			continue;
		*ret_day = day;
		return true;
	}
	return false;
}

bool civil_parse_time(struct str s, int64_t *ret_time)
{
	int64_t day;
	int hour, minute, second = 0;
	s = str_trim(s);
	if (!take_form(&s, &date_forms[0], &day) || (!take_text(&s, "T") && !take_text(&s, " ")))
		return false;
	if (!take_number(&s, 2, 2, &hour) || !take_text(&s, ":") || !take_number(&s, 2, 2, &minute))
		return false;
	if (take_text(&s, ":") && !take_number(&s, 2, 2, &second))
		return false;
	if (s.n || hour > 23 || minute > 59 || second > 59)
		return false;
	*ret_time = civil_midnight(day) + hour * 3600 + minute * 60 + second;
	return true;
}

const char *civil_put_day(int64_t day, char out[CIVIL_TEXT])
{
	struct civil c = civil_of(day);
	if (c.year < 0 || c.year > 9999) {
		snprintf(out, CIVIL_TEXT, "%04d-%02d-%02d", (int)c.year, c.month, c.day);
		return out;
	}
	const int parts[] = {(int)c.year / 100, (int)c.year % 100, c.month, c.day};
	char *at = out;
	for (int i = 0; i < 4; i++) {
		if (i >= 2)
			*at++ = '-';
		*at++ = (char)('0' + parts[i] / 10);
		*at++ = (char)('0' + parts[i] % 10);
	}
	*at = 0;
	return out;
}

const char *civil_put_day_zh(int64_t day, char out[CIVIL_TEXT])
{
	struct civil c = civil_of(day);
	snprintf(out, CIVIL_TEXT, "%d年%d月%d日", (int)c.year, c.month, c.day);
	return out;
}

enum time_form { TIME_SHOWN, TIME_INPUT, TIME_ISO };

static const char *put_time(int64_t time, enum time_form form, char out[CIVIL_TEXT])
{
	int64_t day = civil_day_at(time);
	int64_t rest = time_to_edge(time) - civil_midnight(day);
	struct civil c = civil_of(day);
	int hour = (int)(rest / 3600), minute = (int)(rest / 60 % 60), second = (int)(rest % 60);
	int n = snprintf(out, CIVIL_TEXT, "%04d-%02d-%02d%c%02d:%02d", (int)c.year, c.month, c.day,
		form == TIME_SHOWN ? ' ' : 'T', hour, minute);
	if (form == TIME_ISO)
		snprintf(out + n, CIVIL_TEXT - (size_t)n, ":%02d+08:00", second);
	return out;
}

const char *civil_put_time(int64_t time, char out[CIVIL_TEXT])
{
	return put_time(time, TIME_SHOWN, out);
}

const char *civil_put_time_input(int64_t time, char out[CIVIL_TEXT])
{
	return put_time(time, TIME_INPUT, out);
}

const char *civil_put_time_iso(int64_t time, char out[CIVIL_TEXT])
{
	return put_time(time, TIME_ISO, out);
}

const char *civil_day_text(struct arena *a, int64_t day)
{
	return civil_put_day(day, arena_alloc(a, CIVIL_TEXT));
}

const char *civil_day_text_zh(struct arena *a, int64_t day)
{
	return civil_put_day_zh(day, arena_alloc(a, CIVIL_TEXT));
}

const char *civil_time_text(struct arena *a, int64_t time)
{
	return civil_put_time(time, arena_alloc(a, CIVIL_TEXT));
}

int64_t civil_add_months(int64_t day, int64_t n)
{
	struct civil c = civil_of(day);
	n = n > 1200000 ? 1200000 : n < -1200000 ? -1200000 : n;
	int64_t months = c.year * 12 + c.month - 1 + n;
	int64_t year = floor_div(months, 12);
	int month = (int)(months - year * 12) + 1;
	int last = civil_month_days(year, month);
	return civil_day(year, month, c.day < last ? c.day : last);
}

int64_t civil_add_years(int64_t day, int64_t n)
{
	n = n > 100000 ? 100000 : n < -100000 ? -100000 : n;
	return civil_add_months(day, n * 12);
}

int64_t civil_months_between(int64_t from, int64_t to)
{
	struct civil a = civil_of(from), b = civil_of(to);
	int64_t n = (b.year - a.year) * 12 + b.month - a.month;
	return civil_add_months(from, n) <= to ? n : n - 1;
}

int64_t civil_years_between(int64_t from, int64_t to)
{
	return floor_div(civil_months_between(from, to), 12);
}
