/* The shared strings of a workbook. */
#include "doc/xlsx_shared.h"

#include <string.h>

enum { COUNT_MAX = 4 * 1000 * 1000 };

static const char most[] = "64"; /* SHEET_SHARED_MAX, in MB */

void xlsx_shared_init(struct xlsx_shared *s)
{
	*s = (struct xlsx_shared){0};
	buf_init(&s->bytes, SHEET_SHARED_MAX);
	buf_init(&s->ends, COUNT_MAX * sizeof(uint32_t));
}

void xlsx_shared_fini(struct xlsx_shared *s)
{
	buf_fini(&s->bytes);
	buf_fini(&s->ends);
}

static size_t count(const struct xlsx_shared *s)
{
	return s->ends.n / sizeof(uint32_t);
}

static uint32_t end_of(const struct xlsx_shared *s, size_t i)
{
	uint32_t end;
	memcpy(&end, s->ends.p + i * sizeof end, sizeof end);
	return end;
}

bool xlsx_shared_get(const struct xlsx_shared *s, size_t i, struct str *ret_text)
{
	if (i >= count(s))
		return false;
	uint32_t from = i ? end_of(s, i - 1) : 0;
	*ret_text = (struct str){s->bytes.p ? s->bytes.p + from : "", end_of(s, i) - from};
	return true;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character of ASCII text that _xHHHH_ at p stands for; -1 when it is none. */
static int escaped(const char *p, size_t n)
{
	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	int code = 0;
	for (int i = 2; i < 6; i++) {
		if (hex(p[i]) < 0)
			return -1;
		code = code * 16 + hex(p[i]);
	}
	return (code >= 0x20 && code < 0x7f) || code == '\t' || code == '\n' || code == '\r' ? code
	                                                                                     : -1;
}

void xlsx_unescape(struct buf *b, size_t from)
{
	if (b->n == from || !memmem(b->p + from, b->n - from, "_x", 2))
		return;
	size_t to = from;
	for (size_t i = from; i < b->n; to++) {
		int code = escaped(b->p + i, b->n - i);
		b->p[to] = code < 0 ? b->p[i] : (char)code;
		i += code < 0 ? 1 : 7;
	}
	b->n = to;
	b->p[to] = 0;
}

static void on_start(struct xlsx_part *x, const char *name, const char **atts)
{
	(void)atts;
	struct xlsx_shared *s = x->arg;
	if (strcmp(name, "rPh") == 0)
		s->phonetic++;
	else if (strcmp(name, "t") == 0)
		s->is_text = !s->phonetic;
}

static void finish_string(struct xlsx_part *x, struct xlsx_shared *s)
{
	size_t from = count(s) ? end_of(s, count(s) - 1) : 0;
	xlsx_unescape(&s->bytes, from);
	uint32_t end = (uint32_t)s->bytes.n;
	if (end - from > SHEET_CELL_MAX)
		xlsx_refuse(x, "sheet.cell_too_long", NULL);
	buf_put(&s->ends, &end, sizeof end);
	if (s->bytes.full || s->ends.full)
		xlsx_refuse(x, "sheet.too_much_text", most);
}

static void on_end(struct xlsx_part *x, const char *name)
{
	struct xlsx_shared *s = x->arg;
	if (strcmp(name, "rPh") == 0 && s->phonetic)
		s->phonetic--;
	else if (strcmp(name, "t") == 0)
		s->is_text = false;
	else if (strcmp(name, "si") == 0)
		finish_string(x, s);
}

static void on_text(struct xlsx_part *x, const char *p, size_t n)
{
	struct xlsx_shared *s = x->arg;
	if (s->is_text)
		buf_put(&s->bytes, p, n);
	if (s->bytes.full)
		xlsx_refuse(x, "sheet.too_much_text", most);
}

int xlsx_shared_read(struct xlsx_shared *s, struct xlsx_zip *z, const char *path)
{
	struct xlsx_part part = {.start = on_start, .end = on_end, .text = on_text, .arg = s};
	int rc = xlsx_zip_read(z, path, &part);
	return rc == ERR_NOTFOUND ? xlsx_error(z->error, "sheet.broken", "sharedStrings") : rc;
}
