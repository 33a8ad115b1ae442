/* How a workbook's numbers look to a person. ECMA-376 part 1: 18.8.30 number formats, 18.17.4
 * dates. */
#include "doc/xlsx_style.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc/xlsx_number.h"

struct xlsx_format {
	uint32_t id;
	uint32_t shows;
};

void xlsx_style_init(struct xlsx_style *s)
{
	*s = (struct xlsx_style){0};
	buf_init(&s->shows, XLSX_STYLES_MAX);
	buf_init(&s->formats, XLSX_FORMATS_MAX * sizeof(struct xlsx_format));
}

void xlsx_style_fini(struct xlsx_style *s)
{
	buf_fini(&s->shows);
	buf_fini(&s->formats);
}

/* Past what a format code quotes, escapes, pads or puts in brackets; [h] and its like are kept. */
static const char *skip_literal(const char *p)
{
	if (*p == '"') {
		const char *end = strchr(p + 1, '"');
		return end ? end + 1 : p + strlen(p);
	}
	if ((*p == '\\' || *p == '_' || *p == '*') && p[1])
		return p + 2;
	if (*p == '[' && !strchr("hHmMsS", p[1])) {
		const char *end = strchr(p, ']');
		return end ? end + 1 : p + strlen(p);
	}
	return p;
}

unsigned xlsx_format_shows(const char *code)
{
	size_t zeros = strspn(code, "0");
	if (zeros > 1 && !code[zeros])
		return XLSX_ZEROS + (zeros < 32 ? (unsigned)zeros : 32);
	bool has_time = false;
	for (const char *p = code; *p && *p != ';';) {
		const char *next = skip_literal(p);
		if (next != p) {
			p = next;
			continue;
		}
		if (strncasecmp(p, "General", 7) == 0)
			return XLSX_PLAIN;
		if (strchr("yYdD", *p))
			return XLSX_DATE;
		has_time = has_time || strchr("hHsS", *p);
		p++;
	}
	if (has_time)
		return XLSX_TIME;
	/* A lone month is a date, unless the m belongs to a number ("0.0m" quotes it). */
	return strpbrk(code, "mM") && !strpbrk(code, "0#?\"") ? XLSX_DATE : XLSX_PLAIN;
}

/* The formats that every workbook has, with those of the Chinese editions (27–36, 50–58). */
static unsigned builtin_shows(uint32_t id)
{
	if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
	        (id >= 50 && id <= 58))
		return XLSX_DATE;
	if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47))
		return XLSX_TIME;
	return XLSX_PLAIN;
}

static unsigned shows_of(const struct xlsx_style *s, uint32_t id)
{
	for (size_t at = 0; at < s->formats.n; at += sizeof(struct xlsx_format)) {
		struct xlsx_format format;
		memcpy(&format, s->formats.p + at, sizeof format);
		if (format.id == id)
			return format.shows;
	}
	return builtin_shows(id);
}

static uint32_t id_of(const char **atts)
{
	const char *id = xlsx_att(atts, "numFmtId");
	int64_t value = 0;
	return id && str_to_i64(str_of(id), &value) && value >= 0 && value < 65536 ? (uint32_t)value
	                                                                           : 0;
}

static void on_start(struct xlsx_part *x, const char *name, const char **atts)
{
	struct xlsx_style *s = x->arg;
	if (strcmp(name, "cellXfs") == 0) {
		s->is_in_xfs = true;
	} else if (strcmp(name, "numFmt") == 0 && !s->is_in_xfs) {
		const char *code = xlsx_att(atts, "formatCode");
		struct xlsx_format format = {id_of(atts), xlsx_format_shows(code ? code : "")};
		buf_put(&s->formats, &format, sizeof format);
	} else if (strcmp(name, "xf") == 0 && s->is_in_xfs) {
		buf_putc(&s->shows, (char)shows_of(s, id_of(atts)));
	}
	if (s->shows.full || s->formats.full)
		xlsx_refuse(x, "sheet.too_many_styles", NULL);
}

static void on_end(struct xlsx_part *x, const char *name)
{
	struct xlsx_style *s = x->arg;
	if (strcmp(name, "cellXfs") == 0)
		s->is_in_xfs = false;
}

int xlsx_style_read(struct xlsx_style *s, struct xlsx_zip *z, const char *path)
{
	struct xlsx_part part = {.start = on_start, .end = on_end, .arg = s};
	int rc = xlsx_zip_read(z, path, &part);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

bool xlsx_style_number(const struct xlsx_style *s, size_t style, struct str text, struct buf *b,
        struct sheet_cell *ret_cell)
{
	struct xlsx_number number;
	if (!xlsx_number_read(text, &number))
		return false;
	unsigned shows = style < s->shows.n ? (uint8_t)s->shows.p[style] : XLSX_PLAIN;
	ret_cell->kind = CELL_NUMBER;
	ret_cell->inexact = false;
	if (shows == XLSX_DATE || shows == XLSX_TIME) {
		if (xlsx_number_date(&number, s->is_1904, shows == XLSX_TIME, b)) {
			ret_cell->kind = CELL_DATE;
			return true;
		}
	}
	ret_cell->inexact =
	        xlsx_number_put(&number, shows > XLSX_ZEROS ? shows - XLSX_ZEROS : 0, b);
	return true;
}
