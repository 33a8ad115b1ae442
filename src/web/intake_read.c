#include "web/intake_read.h"

#include <string.h>

#include "base/utf8.h"

struct reader {
	const char *p, *end;
	char *out; /* where the next text goes */
};

static void skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

/* At most 18 digits: it cannot overflow. */
static bool read_int(struct reader *r, int64_t *ret_value)
{
	int64_t value = 0;
	int digits = 0;
	skip_space(r);
	bool minus = r->p < r->end && *r->p == '-';
	r->p += minus;
	bool zero = r->p < r->end && *r->p == '0';
	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++, digits++) {
		if (digits == 18)
			return false;
		value = value * 10 + (*r->p - '0');
	}
	*ret_value = minus ? -value : value;
	/* JSON has no leading zeros; reals are none of ours. */
	return digits > 0 && !(zero && digits > 1) &&
		!(r->p < r->end && (*r->p == '.' || *r->p == 'e' || *r->p == 'E'));
}

static bool read_hex(struct reader *r, uint32_t *ret_point)
{
	uint32_t point = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *r->p++;
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
			: c >= 'a' && c <= 'f'        ? (uint32_t)(c - 'a' + 10)
			: c >= 'A' && c <= 'F'        ? (uint32_t)(c - 'A' + 10)
						      : 16;
		if (digit == 16)
			return false;
		point = point << 4 | digit;
	}
	*ret_point = point;
	return true;
}

/* After \u; a pair of surrogates is one character. */
static bool read_point(struct reader *r)
{
	uint32_t high, low;
	if (!read_hex(r, &high))
		return false;
	if (high >= 0xd800 && high < 0xdc00) {
		if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u')
			return false;
		r->p += 2;
		if (!read_hex(r, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}
	size_t n = high ? utf8_write(high, r->out) : 0;
	r->out += n;
	return n > 0;
}

static bool read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	if (r->p == r->end)
		return false;
	char c = *r->p++;
	if (c == 'u')
		return read_point(r);
	const char *at = c ? strchr(from, c) : NULL;
	if (!at)
		return false;
	*r->out++ = to[at - from];
	return true;
}

/* Decoded, a text with its NUL is never longer than it was with its quotes. */
static bool read_text(struct reader *r, const char **ret_text)
{
	char *begin = r->out;
	if (!take(r, '"'))
		return false;
	while (r->p < r->end && *r->p != '"') {
		unsigned char c = (unsigned char)*r->p++;
		if (c < 0x20)
			return false;
		if (c != '\\')
			*r->out++ = (char)c;
		else if (!read_escape(r))
			return false;
	}
	if (!take(r, '"') || !utf8_is_valid((struct str){begin, (size_t)(r->out - begin)}))
		return false;
	*r->out++ = 0;
	*ret_text = begin;
	return true;
}

/* A member's name, as it is, and its colon. */
static bool read_name(struct reader *r, struct str *ret_name)
{
	if (!take(r, '"'))
		return false;
	const char *begin = r->p;
	while (r->p < r->end && *r->p >= 'a' && *r->p <= 'z')
		r->p++;
	*ret_name = (struct str){begin, (size_t)(r->p - begin)};
	return r->p < r->end && *r->p++ == '"' && take(r, ':');
}

enum { SEQ = 1, ITEM = 2, RESPONSE = 4, SPENT = 8, EPOCH = 16, ANSWERS = 32 };

static unsigned member_of(struct str name)
{
	static const struct {
		const char *name;
		unsigned bit;
	} members[] = {{"seq", SEQ}, {"item", ITEM}, {"response", RESPONSE}, {"spent", SPENT},
		{"epoch", EPOCH}, {"answers", ANSWERS}};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (str_is(name, members[i].name))
			return members[i].bit;
	return 0;
}

static bool read_answer(struct reader *r, struct answer_write *w)
{
	unsigned seen = 0;
	struct str name;
	*w = (struct answer_write){0};
	if (!take(r, '{'))
		return false;
	do {
		if (!read_name(r, &name))
			return false;
		unsigned bit = member_of(name);
		bool ok = bit == SEQ ? read_int(r, &w->seq)
			: bit == ITEM     ? read_int(r, &w->item_no)
			: bit == SPENT    ? read_int(r, &w->spent_ms)
			: bit == RESPONSE ? read_text(r, &w->response)
					  : false;
		if (!ok || seen & bit)
			return false;
		seen |= bit;
	} while (take(r, ','));
	return take(r, '}') && (seen | SPENT) == (SEQ | ITEM | RESPONSE | SPENT);
}

static int read_answers(struct reader *r, struct intake_body *b)
{
	if (!take(r, '['))
		return ERR_INVALID;
	if (take(r, ']'))
		return 0;
	do {
		if (b->n == INTAKE_ANSWERS_MAX)
			return ERR_LIMIT;
		if (!read_answer(r, &b->writes[b->n]))
			return ERR_INVALID;
		b->n++;
	} while (take(r, ','));
	return take(r, ']') ? 0 : ERR_INVALID;
}

int intake_read(struct str body, char *texts, struct intake_body *ret_body)
{
	struct reader r = {body.p, body.p + body.n, texts};
	unsigned seen = 0;
	struct str name;
	ret_body->n = 0;
	if (!take(&r, '{'))
		return ERR_INVALID;
	do {
		if (!read_name(&r, &name))
			return ERR_INVALID;
		unsigned bit = member_of(name);
		int e = ERR_INVALID;
		if (bit == EPOCH)
			e = read_int(&r, &ret_body->epoch) && ret_body->epoch > 0 ? 0 : ERR_INVALID;
		else if (bit == ANSWERS && !(seen & ANSWERS))
			e = read_answers(&r, ret_body);
		if (e < 0 || seen & bit)
			return e < 0 ? e : ERR_INVALID;
		seen |= bit;
	} while (take(&r, ','));
	bool closed = take(&r, '}');
	skip_space(&r);
	return closed && r.p == r.end && seen & EPOCH ? 0 : ERR_INVALID;
}
