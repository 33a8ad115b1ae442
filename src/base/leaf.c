#include "base/leaf.h"

#include <string.h>

#include "base/civil.h"
#include "base/stow.h"

enum { YEAR_FIRST = 1000, YEAR_LAST = 9999, GRADE_LAST = 8, FIELDS_MAX = 9 };

enum form { HANDLE, HEX64, BODY, CODE, OCCUPATION, REGION, LINE, RECORD, COUNT, GRADE, DAY };

struct part {
	const char *name;
	enum form form;
	size_t offset;
	int64_t least;
};

#define PART(name, form) {#name, form, offsetof(struct leaf, name), 0}
#define PART_FROM(name, least) {#name, COUNT, offsetof(struct leaf, name), least}

static const struct {
	const char *code;
	struct part parts[FIELDS_MAX + 1];
} kinds[LEAF_KINDS] = {
	[LEAF_ISSUED] = {"certificate.issued",
		{PART(certificate, HANDLE), PART(body, BODY), PART(body_kind, CODE),
			PART(occupation, OCCUPATION), PART(grade, GRADE), PART(route, CODE),
			PART(region, REGION), PART(issued_on, DAY), PART(commitment, HEX64)}},
	[LEAF_CORRECTED] = {"certificate.corrected",
		{PART(certificate, HANDLE), PART_FROM(version, 2), PART(commitment, HEX64)}},
	[LEAF_REISSUED] = {"certificate.reissued",
		{PART(certificate, HANDLE), PART_FROM(count, 1), PART(commitment, HEX64)}},
	[LEAF_SUSPENDED] = {"certificate.suspended",
		{PART(certificate, HANDLE), PART(commitment, HEX64)}},
	[LEAF_REINSTATED] = {"certificate.reinstated",
		{PART(certificate, HANDLE), PART(commitment, HEX64)}},
	[LEAF_REVOKED] = {"certificate.revoked",
		{PART(certificate, HANDLE), PART(commitment, HEX64)}},
	[LEAF_RESULT] = {"result.frozen",
		{PART(batch, HANDLE), PART(body, BODY), PART(region, REGION),
			PART_FROM(version, 1), PART(people, COUNT), PART(passed, COUNT),
			PART(digest, HEX64)}},
	[LEAF_COMMITTED] = {"draw.committed",
		{PART(draw, HANDLE), PART(purpose, CODE), PART(commitment, HEX64)}},
	[LEAF_DRAWN] = {"draw.drawn",
		{PART(draw, HANDLE), PART(seed, LINE), PART(digest, HEX64)}},
	[LEAF_FIGURES] = {"figures.published",
		{PART(figures, RECORD), PART(digest, HEX64)}},
};

const char *leaf_kind_code(enum leaf_kind kind)
{
	return kind > 0 && kind < LEAF_KINDS ? kinds[kind].code : "";
}

static bool is_number(const struct part *p)
{
	return p->form >= COUNT;
}

static int64_t number_of(const struct leaf *leaf, const struct part *p)
{
	int64_t n;
	memcpy(&n, (const char *)leaf + p->offset, sizeof n);
	return n;
}

static struct str text_in(const struct leaf *leaf, const struct part *p)
{
	struct str s;
	memcpy(&s, (const char *)leaf + p->offset, sizeof s);
	return s;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_body(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_code(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '.';
}

static bool is_occupation(char c)
{
	return is_body(c) || c == '-' || (c >= 'a' && c <= 'z');
}

static bool is_visible(char c)
{
	return c >= ' ' && c <= '~';
}

static bool is_made_of(struct str s, size_t least, size_t most, bool (*is_good)(char c))
{
	if (s.n < least || s.n > most)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_good(s.p[i]))
			return false;
	return true;
}

/* Written again it must be the same. */
static bool is_record(struct str s)
{
	struct str rest = s;
	struct stow_field f;
	auto_buf again;
	buf_init(&again, LEAF_TEXT_MAX);
	if (!s.n || s.n > LEAF_TEXT_MAX)
		return false;
	while (stow_next(&rest, &f)) {
		if (!is_made_of(f.name, 1, 64, is_code))
			return false;
		buf_str(&again, f.name);
		buf_printf(&again, ":%zu:", f.text.n);
		buf_str(&again, f.text);
		buf_putc(&again, '\n');
	}
	return str_eq(buf_view(&again), s);
}

static bool is_text(struct str s, enum form form)
{
	switch (form) {
	case HANDLE:
		return is_made_of(s, LEAF_HANDLE_HEX, LEAF_HANDLE_HEX, is_hex);
	case HEX64:
		return is_made_of(s, LEAF_COMMITMENT_HEX, LEAF_COMMITMENT_HEX, is_hex);
	case BODY:
		return is_made_of(s, 13, 13, is_body);
	case CODE:
		return is_made_of(s, 1, 32, is_code);
	case OCCUPATION:
		return is_made_of(s, 0, 32, is_occupation);
	case REGION:
		return is_made_of(s, 2, 12, is_digit);
	case LINE:
		return is_made_of(s, 1, 128, is_visible);
	case RECORD:
		return is_record(s);
	default:
		return false;
	}
}

static bool is_day(int64_t day)
{
	return day >= civil_day(YEAR_FIRST, 1, 1) && day <= civil_day(YEAR_LAST, 12, 31);
}

static bool is_good(const struct leaf *leaf, const struct part *p)
{
	int64_t n;
	if (!is_number(p))
		return is_text(text_in(leaf, p), p->form);
	n = number_of(leaf, p);
	if (p->form == DAY)
		return is_day(n);
	return n >= p->least && (p->form != GRADE || n <= GRADE_LAST);
}

static void put_day(struct buf *out, const char *name, int64_t day)
{
	char text[CIVIL_TEXT];
	stow_text(out, name, civil_put_day(day, text));
}

static void put_part(struct buf *out, const struct leaf *leaf, const struct part *p)
{
	if (p->form == DAY)
		put_day(out, p->name, number_of(leaf, p));
	else if (is_number(p))
		stow_int(out, p->name, number_of(leaf, p));
	else
		stow_str(out, p->name, text_in(leaf, p));
}

int leaf_put(struct buf *out, const struct leaf *leaf)
{
	size_t before = out->n;
	if (leaf->kind <= 0 || leaf->kind >= LEAF_KINDS || !is_day(leaf->on))
		return ERR_INVALID;
	for (const struct part *p = kinds[leaf->kind].parts; p->name; p++)
		if (!is_good(leaf, p))
			return ERR_INVALID;
	stow_int(out, "luban_leaf", 1);
	stow_text(out, "kind", kinds[leaf->kind].code);
	put_day(out, "on", leaf->on);
	for (const struct part *p = kinds[leaf->kind].parts; p->name; p++)
		put_part(out, leaf, p);
	return out->full || out->n - before > LEAF_MAX ? ERR_LIMIT : 0;
}

static bool take(struct str *rest, const char *name, struct str *ret_text)
{
	struct stow_field f;
	if (!stow_next(rest, &f) || !str_is(f.name, name))
		return false;
	*ret_text = f.text;
	return true;
}

static bool take_part(struct str *rest, const struct part *p, struct leaf *leaf)
{
	struct str text;
	int64_t n;
	if (!take(rest, p->name, &text))
		return false;
	if (!is_number(p)) {
		memcpy((char *)leaf + p->offset, &text, sizeof text);
		return true;
	}
	if (!(p->form == DAY ? civil_parse_day(text, &n) : str_to_i64(text, &n)))
		return false;
	memcpy((char *)leaf + p->offset, &n, sizeof n);
	return true;
}

static enum leaf_kind kind_of(struct str code)
{
	for (enum leaf_kind kind = LEAF_ISSUED; kind < LEAF_KINDS; kind++)
		if (str_is(code, kinds[kind].code))
			return kind;
	return LEAF_KINDS;
}

static bool read_all(struct str rest, struct leaf *leaf)
{
	struct str version, kind, on;
	if (!take(&rest, "luban_leaf", &version) || !str_is(version, "1") ||
		!take(&rest, "kind", &kind) || (leaf->kind = kind_of(kind)) == LEAF_KINDS ||
		!take(&rest, "on", &on) || !civil_parse_day(on, &leaf->on))
		return false;
	for (const struct part *p = kinds[leaf->kind].parts; p->name; p++)
		if (!take_part(&rest, p, leaf))
			return false;
	return rest.n == 0;
}

/* Read freely, then written again: what comes out must be what came in. */
int leaf_parse(struct str entry, struct leaf *ret_leaf)
{
	struct leaf leaf = {0};
	auto_buf again;
	buf_init(&again, LEAF_MAX);
	if (entry.n > LEAF_MAX || !read_all(entry, &leaf))
		return ERR_INVALID;
	if (leaf_put(&again, &leaf) < 0 || !str_eq(buf_view(&again), entry))
		return ERR_INVALID;
	*ret_leaf = leaf;
	return 0;
}
