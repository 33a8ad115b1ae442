#include "domain/exam/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { FOLDED_MAX = 4096 };

static const struct {
	const char *code, *label;
} rules[MULTIPLE_RULES] = {
	[MULTIPLE_ALL] = {"all", "全部选对得满分，多选、少选、错选均不得分"},
	[MULTIPLE_HALF] = {"half", "全部选对得满分，少选得一半分，有错选不得分"},
	[MULTIPLE_SHARE] = {"share", "全部选对得满分，少选按选对比例得分，有错选不得分"},
	[MULTIPLE_EACH] = {"each", "每选对一项得一份分，每错选一项扣一份分，扣完为止"},
};

const char *multiple_rule_code(enum multiple_rule rule)
{
	return rule < MULTIPLE_RULES ? rules[rule].code : "";
}

const char *multiple_rule_label(enum multiple_rule rule)
{
	return rule < MULTIPLE_RULES ? rules[rule].label : "";
}

enum multiple_rule multiple_rule_of(const char *code)
{
	for (int i = 0; i < MULTIPLE_RULES; i++)
		if (streq(rules[i].code, code))
			return (enum multiple_rule)i;
	return MULTIPLE_ALL;
}

static int64_t share(int64_t full_centi, int64_t part, int64_t whole)
{
	return whole > 0 && part > 0 ? (2 * full_centi * part + whole) / (2 * whole) : 0;
}

static struct item_score graded(int64_t centi, int64_t full_centi)
{
	enum verdict v = centi >= full_centi ? VERDICT_RIGHT : centi > 0 ? VERDICT_PART
		: VERDICT_WRONG;
	return (struct item_score){v, centi};
}

static uint32_t letters(const char *z)
{
	uint32_t set = 0;
	for (; *z; z++)
		if (*z >= 'A' && *z <= 'Z')
			set |= 1u << (*z - 'A');
	return set;
}

static int64_t multiple(int64_t full, enum multiple_rule rule, const char *key,
	const char *response)
{
	uint32_t want = letters(key), got = letters(response);
	int n = __builtin_popcount(want), hit = __builtin_popcount(want & got);
	int miss = __builtin_popcount(got & ~want);
	if (rule == MULTIPLE_EACH)
		return share(full, hit - miss, n);
	if (want == got)
		return full;
	if (miss || !hit || rule == MULTIPLE_ALL)
		return 0;
	return rule == MULTIPLE_HALF ? share(full, 1, 2) : share(full, hit, n);
}

static int64_t match(int64_t full, const char *key, const char *response)
{
	int64_t pairs = 0, hit = 0;
	for (; *key; key++) {
		pairs += *key != '-';
		hit += *key == *response && *key != '-';
		response += *response != 0;
	}
	return share(full, hit, pairs);
}

/* Full-width forms (U+FF01…U+FF5E) and the minus sign become their ASCII ones, blanks go. */
static void fold(const char *z, bool keep_case, struct buf *out)
{
	struct str s = str_of(z);
	uint32_t point;
	char bytes[UTF8_MAX];
	for (size_t n; (n = utf8_next(s, &point)); s = (struct str){s.p + n, s.n - n}) {
		if (point >= 0xff01 && point <= 0xff5e)
			point -= 0xfee0;
		if (point == 0x2212)
			point = '-';
		if (point == ' ' || point == '\t' || point == '\n' || point == '\r'
			|| point == 0x3000 ||
			point == 0xa0)
			continue;
		if (!keep_case && point >= 'A' && point <= 'Z')
			point += 'a' - 'A';
		buf_put(out, bytes, utf8_write(point, bytes));
	}
}

static bool same_text(const char *a, const char *b, bool case_sensitive)
{
	auto_buf x, y;
	buf_init(&x, FOLDED_MAX);
	buf_init(&y, FOLDED_MAX);
	fold(a, case_sensitive, &x);
	fold(b, case_sensitive, &y);
	return !x.full && !y.full && x.n && str_eq(buf_view(&x), buf_view(&y));
}

static bool text_is_right(const struct item *it, const char *response)
{
	for (int i = 0; i < it->n_variants; i++)
		if (same_text(it->variants[i], response, it->case_sensitive))
			return true;
	return false;
}

/* "１，200.5 mm" with unit mm is 1200.5. */
static bool number_of(const char *z, const char *unit, double *ret_number)
{
	auto_buf folded, folded_unit;
	char digits[64];
	size_t n = 0;
	buf_init(&folded, FOLDED_MAX);
	buf_init(&folded_unit, FOLDED_MAX);
	fold(z, true, &folded);
	fold(unit, true, &folded_unit);
	struct str s = buf_view(&folded);
	if (folded_unit.n && str_ends(s, buf_z(&folded_unit)))
		s.n -= folded_unit.n;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',')
			continue;
		if (!strchr("+-.0123456789eE", s.p[i]) || n + 1 == sizeof digits)
			return false;
		digits[n++] = s.p[i];
	}
	digits[n] = 0;
	char *end;
	double x = strtod(digits, &end);
	if (!n || *end || !isfinite(x))
		return false;
	*ret_number = x;
	return true;
}

/* Decimal texts are not exact in binary: a billionth of the larger size is forgiven. */
static bool number_is_right(const struct item *it, const char *value, const char *response)
{
	double want, got, tolerance = is_blank(it->tolerance) ? 0 : strtod(it->tolerance, NULL);
	if (!number_of(value, it->unit, &want) || !number_of(response, it->unit, &got))
		return false;
	return fabs(got - want) <= tolerance + 1e-9 * fmax(1, fmax(fabs(want), fabs(got)));
}

static int64_t by_key(const struct item *it, int64_t full, enum multiple_rule rule, const char *key,
	const char *response)
{
	switch (it->kind) {
	case ITEM_MULTIPLE:
		return multiple(full, rule, key, response);
	case ITEM_MATCH:
		return match(full, key, response);
	case ITEM_NUMERIC:
		return number_is_right(it, key, response) ? full : 0;
	case ITEM_TEXT:
		return same_text(key, response, it->case_sensitive) ? full : 0;
	default:
		return streq(key, response) ? full : 0;
	}
}

static int64_t by_item(const struct item *it, int64_t full, enum multiple_rule rule,
	const char *response)
{
	if (it->kind == ITEM_TEXT)
		return text_is_right(it, response) ? full : 0;
	return by_key(it, full, rule, it->kind == ITEM_NUMERIC ? it->value : it->key, response);
}

struct item_score score_response(const struct item *it, int64_t full_centi,
	enum multiple_rule rule, const struct ruling *ruling, const char *response)
{
	enum ruling_kind kind = ruling ? ruling->kind : RULING_NONE;
	if (kind == RULING_ALL)
		return (struct item_score){VERDICT_RIGHT, full_centi};
	if (is_blank(response))
		return (struct item_score){VERDICT_OMITTED, 0};
	if (it->kind == ITEM_ESSAY)
		return (struct item_score){VERDICT_PENDING, 0};
	if (kind == RULING_KEY)
		return graded(by_key(it, full_centi, rule, ruling->text, response), full_centi);
	int64_t centi = by_item(it, full_centi, rule, response);
	if (kind == RULING_ALSO) {
		int64_t also = by_key(it, full_centi, rule, ruling->text, response);
		centi = also > centi ? also : centi;
	}
	return graded(centi, full_centi);
}
