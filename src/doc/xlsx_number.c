/* Numbers as a workbook stores them, written out for people. */
#include "doc/xlsx_number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIGNIFICANT = 15, /* what a spreadsheet keeps of a number */
	SERIAL_END = 2958466, /* the day after 9999-12-31 */
	DAYS_1904 = 1462, /* between the two day counts */
};

bool xlsx_number_read(struct str text, struct xlsx_number *ret_number)
{
	text = str_trim(text);
	struct xlsx_number n = {0};
	if (!text.n || text.n >= sizeof n.text)
		return false;
	memcpy(n.text, text.p, text.n);
	if (strspn(n.text, "0123456789+-.eE") != text.n)
		return false;
	char *end;
	n.value = strtod(n.text, &end);
	if (*end || end == n.text || !isfinite(n.value))
		return false;
	if (fabs(n.value) > 1e300 || (fabs(n.value) < 1e-300 && n.value < 0.0))
		return false;
	*ret_number = n;
	return true;
}

/* A decimal text taken apart: digits, and where the point stands among them. */
struct decimal {
	char digits[48];
	size_t n;
	long point;
	bool is_negative;
};

static struct decimal take_apart(const char *text)
{
	struct decimal d = {0};
	bool after_point = false;
	const char *p = text;
	d.is_negative = *p == '-';
	for (; *p && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.')
			after_point = true;
		if (!isdigit((unsigned char)*p) || (d.n == 0 && *p == '0' && !after_point))
			continue;
		d.digits[d.n++] = *p;
		d.point += !after_point;
	}
	if (*p)
		d.point += strtol(p + 1, NULL, 10);
	while (d.n && d.digits[d.n - 1] == '0')
		d.n--;
	return d;
}

static void put_zeros(struct buf *b, long n)
{
	for (long i = 0; i < n; i++)
		buf_putc(b, '0');
}

static void put_decimal(const struct decimal *d, unsigned digits, struct buf *b)
{
	long whole = d->point > 0 ? d->point : 0;
	long n = (long)d->n;
	if (d->is_negative && d->n)
		buf_putc(b, '-');
	put_zeros(b, (digits ? (long)digits : 1) - whole);
	buf_put(b, d->digits, (size_t)(whole < n ? whole : n));
	put_zeros(b, whole - n);
	if (n <= whole)
		return;
	buf_putc(b, '.');
	put_zeros(b, -d->point);
	buf_put(b, d->digits + whole, (size_t)(n - whole));
}

bool xlsx_number_put(const struct xlsx_number *n, unsigned digits, struct buf *b)
{
	bool is_inexact = fabs(n->value) >= 1e15;
	char rounded[40];
	snprintf(rounded, sizeof rounded, "%.*g", SIGNIFICANT, n->value);
	struct decimal d = take_apart(is_inexact ? n->text : rounded);
	/* Nobody types these: as the file has them. */
	if (d.point > 40 || d.point < -40)
		buf_puts(b, n->text);
	else
		put_decimal(&d, digits, b);
	return is_inexact;
}

/* Days since 1970-01-01 to a date (proleptic Gregorian calendar). */
static void put_day(long days, struct buf *b)
{
	long z = days + 719468;
	long era = z / 146097, doe = z % 146097;
	long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	long mp = (5 * doy + 2) / 153;
	long month = mp < 10 ? mp + 3 : mp - 9;
	buf_printf(b, "%04ld-%02ld-%02ld", yoe + era * 400 + (month <= 2), month,
	        doy - (153 * mp + 2) / 5 + 1);
}

/* Day counts begin on 1900-01-00 and know a 29 February 1900, as the first spreadsheet did. */
static void put_serial(long serial, bool is_1904, struct buf *b)
{
	if (is_1904)
		put_day(serial + DAYS_1904 - 25569, b);
	else if (serial == 0)
		buf_puts(b, "1900-01-00");
	else if (serial == 60)
		buf_puts(b, "1900-02-29");
	else
		put_day(serial - 25569 + (serial < 60), b);
}

static void put_time(long seconds, struct buf *b)
{
	buf_printf(b, "%02ld:%02ld", seconds / 3600, seconds / 60 % 60);
	if (seconds % 60)
		buf_printf(b, ":%02ld", seconds % 60);
}

bool xlsx_number_date(const struct xlsx_number *n, bool is_1904, bool is_time, struct buf *b)
{
	double last = SERIAL_END - (is_1904 ? DAYS_1904 : 0);
	if (!(n->value >= 0 && n->value < last))
		return false;
	long serial = (long)floor(n->value);
	long seconds = lround((n->value - floor(n->value)) * 86400);
	if (seconds == 86400) {
		seconds = 0;
		serial++;
	}
	bool has_day = serial > 0 || !is_time;
	if (has_day)
		put_serial(serial, is_1904, b);
	if (has_day && seconds)
		buf_putc(b, ' ');
	if (seconds || !has_day)
		put_time(seconds, b);
	return true;
}
