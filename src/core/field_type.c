#include "core/field_type.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/log.h"
#include "base/utf8.h"
#include "core/file.h"
#include "core/ident_text.h"

enum {
	TEXT_CHARS = 200, /* where a field sets no bound of its own */
	AREA_CHARS = 4000,
	CODE_CHARS = 64,
	PASSWORD_CHARS = 128,
	NAME_CHARS = 120,
	IDS_MAX = 10000,
	SCORE_TOP = 10000,
};

/* 10 million yuan million: far above any fee, far below overflow. */
static const int64_t MONEY_TOP = INT64_C(1000000000000000);

typedef int parse_fn(struct ctx *cx, struct field_value *v, struct str s);

#define wrong(cx, v, ...) fail_field((cx), (v)->field->name, __VA_ARGS__)

static const char *number_text(struct ctx *cx, int64_t n)
{
	return text_of(cx, "%" PRId64, n);
}

const char *field_hundredths(struct ctx *cx, int64_t n)
{
	int64_t abs = n < 0 ? -n : n;
	return text_of(cx, "%s%" PRId64 ".%02d", n < 0 ? "-" : "", abs / 100, (int)(abs % 100));
}

/* U+00A0, U+200B…U+200F, U+FEFF: what spreadsheets and web pages leave around a copied text. */
static bool is_stray(uint32_t point)
{
	return point == 0xA0 || (point >= 0x200B && point <= 0x200F) || point == 0xFEFF;
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point <= 0x9F);
}

static size_t last_start(struct str s)
{
	size_t i = s.n;
	while (i && ((unsigned char)s.p[--i] & 0xC0) == 0x80)
		;
	return i;
}

struct str field_trim(struct str s)
{
	uint32_t point;
	for (;;) {
		s = str_trim(s);
		size_t step = utf8_next(s, &point);
		if (step && is_stray(point)) {
			s = (struct str){s.p + step, s.n - step};
			continue;
		}
		size_t at = s.n ? last_start(s) : 0;
		step = s.n ? utf8_next((struct str){s.p + at, s.n - at}, &point) : 0;
		if (!step || !is_stray(point))
			return s;
		s.n = at;
	}
}

/* Every character may be kept; an area may hold lines and tabs. */
static int check_characters(struct ctx *cx, struct field_value *v, struct str s)
{
	bool is_area = v->field->type == FIELD_AREA;
	uint32_t point;
	int64_t at = 1;
	if (!utf8_is_valid(s))
		return wrong(cx, v, "field.encoding", v->field->label);
	for (size_t step; (step = utf8_next(s, &point)) > 0; at++) {
		bool is_line = is_area && (point == '\n' || point == '\r' || point == '\t');
		if ((is_control(point) && !is_line) || utf8_is_unseen(point))
			return wrong(cx, v, "field.control", v->field->label, number_text(cx, at));
		s = (struct str){s.p + step, s.n - step};
	}
	return 0;
}

static int check_length(struct ctx *cx, struct field_value *v, struct str s, int64_t preset_max)
{
	const struct field *f = v->field;
	int64_t most = f->max ? f->max : preset_max;
	int64_t n = (int64_t)utf8_count(s);
	if (n < f->min)
		return wrong(cx, v, "field.short", f->label, number_text(cx, f->min),
			number_text(cx, n));
	if (n > most)
		return wrong(cx, v, "field.long", f->label, number_text(cx, most),
			number_text(cx, n));
	return 0;
}

static const char *with_unit(struct ctx *cx, const struct field *f, const char *text)
{
	return f->unit ? text_of(cx, "%s%s", text, f->unit) : text;
}

static int check_range(struct ctx *cx, struct field_value *v,
	const char *(*show)(struct ctx *cx, int64_t n))
{
	const struct field *f = v->field;
	if (!f->min && !f->max)
		return 0;
	if (v->number >= f->min && v->number <= f->max)
		return 0;
	return wrong(cx, v, "field.range", f->label, with_unit(cx, f, show(cx, f->min)),
		with_unit(cx, f, show(cx, f->max)), with_unit(cx, f, show(cx, v->number)));
}

/* Full-width forms of ASCII (U+FF01…U+FF5E), as Chinese input methods type them, become ASCII. */
static struct str narrow(struct ctx *cx, struct str s)
{
	char *out = arena_alloc(cx->arena, s.n + 1);
	size_t n = 0;
	uint32_t point;
	for (size_t step; (step = utf8_next(s, &point)) > 0; s = (struct str){s.p + step,
		s.n - step}) {
		if (point >= 0xFF01 && point <= 0xFF5E) {
			out[n++] = (char)(point - 0xFEE0);
		} else {
			memcpy(out + n, s.p, step);
			n += step;
		}
	}
	return (struct str){out, n};
}

static int parse_text(struct ctx *cx, struct field_value *v, struct str s)
{
	v->text = arena_str(cx->arena, s);
	return check_length(cx, v, s, TEXT_CHARS);
}

/* Lines end with \n only. */
static int parse_area(struct ctx *cx, struct field_value *v, struct str s)
{
	char *out = arena_alloc(cx->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			out[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			out[n++] = '\n';
	}
	v->text = out;
	return check_length(cx, v, (struct str){out, n}, AREA_CHARS);
}

static int parse_password(struct ctx *cx, struct field_value *v, struct str s)
{
	v->text = arena_str(cx->arena, s);
	return check_length(cx, v, s, PASSWORD_CHARS);
}

static int parse_int(struct ctx *cx, struct field_value *v, struct str s)
{
	if (!str_to_i64(narrow(cx, s), &v->number))
		return wrong(cx, v, "field.int", v->field->label,
			arena_str(cx->arena, utf8_cut(s, CODE_CHARS)));
	return check_range(cx, v, number_text);
}

/* Digits with at most two decimals, no sign, no exponent; commas between thousands are passed
 * over. */
static bool parse_hundredths(struct str s, int64_t *ret_value)
{
	int64_t value = 0;
	int decimals = -1;
	bool has_digit = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == ',' && decimals < 0 && has_digit)
			continue;
		if (c == '.' && decimals < 0 && has_digit) {
			decimals = 0;
			continue;
		}
		if (c < '0' || c > '9' || decimals == 2 || value > MONEY_TOP)
			return false;
		value = value * 10 + (c - '0');
		decimals += decimals >= 0;
		has_digit = true;
	}
	if (!has_digit || decimals == 0)
		return false;
	*ret_value = decimals == 2 ? value : value * (decimals == 1 ? 10 : 100);
	return *ret_value <= MONEY_TOP;
}

static int parse_money(struct ctx *cx, struct field_value *v, struct str s)
{
	if (!parse_hundredths(narrow(cx, s), &v->number))
		return wrong(cx, v, "field.money", v->field->label);
	return check_range(cx, v, field_hundredths);
}

static int parse_score(struct ctx *cx, struct field_value *v, struct str s)
{
	if (!parse_hundredths(narrow(cx, s), &v->number) || v->number > SCORE_TOP)
		return wrong(cx, v, "field.score", v->field->label);
	return check_range(cx, v, field_hundredths);
}

static bool is_one_of(struct str s, const char *const *words)
{
	for (; *words; words++) {
		if (str_is(s, *words))
			return true;
	}
	return false;
}

static int parse_bool(struct ctx *cx, struct field_value *v, struct str s)
{
	static const char *const yes[] = {"1", "true", "on", "yes", "是", NULL};
	static const char *const no[] = {"0", "false", "off", "no", "否", NULL};
	v->number = is_one_of(s, yes);
	if (v->number || is_one_of(s, no))
		return 0;
	return wrong(cx, v, "field.bool", v->field->label);
}

static const char *show_day(struct ctx *cx, int64_t day)
{
	return civil_day_text(cx->arena, day);
}

static const char *show_time(struct ctx *cx, int64_t time)
{
	return civil_time_text(cx->arena, time);
}

static int parse_date(struct ctx *cx, struct field_value *v, struct str s)
{
	if (!civil_parse_day(narrow(cx, s), &v->number))
		return wrong(cx, v, "field.date", v->field->label);
	return check_range(cx, v, show_day);
}

static int parse_time(struct ctx *cx, struct field_value *v, struct str s)
{
	if (!civil_parse_time(narrow(cx, s), &v->number))
		return wrong(cx, v, "field.time", v->field->label);
	return check_range(cx, v, show_time);
}

/* The label is taken too: spreadsheets carry what people read. */
static int parse_choice(struct ctx *cx, struct field_value *v, struct str s)
{
	const struct field *f = v->field;
	if (!f->choices) {
		v->text = arena_str(cx->arena, s);
		return check_length(cx, v, s, CODE_CHARS);
	}
	for (const struct choice *c = f->choices; c->code; c++) {
		if (str_is(s, c->code) || str_is(s, c->label)) {
			v->text = c->code;
			return 0;
		}
	}
	return wrong(cx, v, "field.choice", f->label,
		arena_str(cx->arena, utf8_cut(s, CODE_CHARS)));
}

static int parse_id(struct ctx *cx, struct field_value *v, struct str s)
{
	if (str_to_i64(s, &v->number) && v->number >= 0) {
		v->has = v->number > 0;
		return 0;
	}
	v->number = 0;
	return wrong(cx, v, "field.id", v->field->label);
}

static int parse_ids(struct ctx *cx, struct field_value *v, struct str s)
{
	size_t most = 1;
	for (size_t i = 0; i < s.n; i++)
		most += s.p[i] == ',';
	if (most > IDS_MAX)
		return wrong(cx, v, "field.too_many", v->field->label);
	int64_t *ids = arena_array(cx->arena, int64_t, most);
	size_t n = 0;
	while (s.n) {
		struct str one = str_trim(str_cut(&s, ','));
		if (one.n && (!str_to_i64(one, &ids[n++]) || ids[n - 1] <= 0))
			return wrong(cx, v, "field.id", v->field->label);
	}
	v->ids = ids;
	v->n_ids = n;
	v->has = n > 0;
	return 0;
}

/* Without blanks and hyphens; n characters at most, "" when there are more. */
static char *compact(struct ctx *cx, struct str s, size_t most)
{
	char *out = arena_alloc(cx->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != ' ' && s.p[i] != '-')
			out[n++] = s.p[i];
	}
	out[n > most ? 0 : n] = 0;
	return out;
}

static bool is_digits(const char *z, size_t least, size_t most)
{
	size_t n = strspn(z, "0123456789");
	return !z[n] && n >= least && n <= most;
}

static bool is_mobile(const char *z)
{
	return is_digits(z, 11, 11) && z[0] == '1' && z[1] >= '3';
}

/* Area code and number run together, or a service number of 400/800/95…. */
static bool is_land_line(const char *z)
{
	return (is_digits(z, 10,
		12) && (z[0] == '0' || strncmp(z, "400", 3) == 0 || strncmp(z, "800", 3) == 0)) ||
		(is_digits(z, 5, 8) && z[0] != '0' && z[0] != '1');
}

static int parse_phone(struct ctx *cx, struct field_value *v, struct str s)
{
	const char *z = compact(cx, narrow(cx, s), 20);
	if (strncmp(z, "+86", 3) == 0)
		z += 3;
	else if (strncmp(z, "0086", 4) == 0)
		z += 4;
	if (is_mobile(z))
		v->text = z;
	else if (is_land_line(z))
		v->text = arena_str(cx->arena, str_trim(narrow(cx, s)));
	else
		return wrong(cx, v, z[0] == '1' && is_digits(z, 1,
			20) ? "field.mobile" : "field.phone", v->field->label,
			text_of(cx, "%zu", strlen(z)));
	return 0;
}

static int parse_idno(struct ctx *cx, struct field_value *v, struct str s)
{
	struct idno idno;
	struct ident_fault fault;
	if (ident_idno(s, &idno, &fault) < 0)
		return wrong(cx, v, "field.idno", v->field->label,
			ident_fault_text(cx->arena, IDENT_IDNO, s, &fault));
	if (idno.birth_day > ctx_today(cx))
		return wrong(cx, v, "field.idno", v->field->label,
			ident_fault_text(cx->arena, IDENT_IDNO, s,
				&(struct ident_fault){IDENT_FUTURE, 7}));
	v->text = arena_dup(cx->arena, idno.text);
	return 0;
}

static int parse_uscc(struct ctx *cx, struct field_value *v, struct str s)
{
	struct uscc uscc;
	struct ident_fault fault;
	if (ident_uscc(s, &uscc, &fault) < 0)
		return wrong(cx, v, "field.uscc", v->field->label,
			ident_fault_text(cx->arena, IDENT_USCC, s, &fault));
	v->text = arena_dup(cx->arena, uscc.text);
	return 0;
}

static parse_fn *const parsers[] = {
	[FIELD_TEXT] = parse_text,     [FIELD_AREA] = parse_area,   [FIELD_INT] = parse_int,
	[FIELD_MONEY] = parse_money,   [FIELD_SCORE] = parse_score, [FIELD_BOOL] = parse_bool,
	[FIELD_DATE] = parse_date,     [FIELD_TIME] = parse_time,   [FIELD_CHOICE] = parse_choice,
	[FIELD_ID] = parse_id,         [FIELD_IDS] = parse_ids,     [FIELD_IDNO] = parse_idno,
	[FIELD_USCC] = parse_uscc,     [FIELD_PHONE] = parse_phone,
		[FIELD_PASSWORD] = parse_password,
};

/* Some browsers send the whole path; only the name is kept, and only if it can be shown. */
static const char *file_name(struct ctx *cx, const char *filename)
{
	struct str s = str_of(filename);
	for (size_t i = s.n; i > 0; i--) {
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
			s = (struct str){s.p + i, s.n - i};
			break;
		}
	}
	s = field_trim(s);
	if (!s.n || !utf8_is_text(s))
		return "未命名文件";
	return arena_str(cx->arena, utf8_cut(s, NAME_CHARS));
}

static const char *size_text(struct ctx *cx, int64_t bytes)
{
	int64_t kib = (bytes + 1023) / 1024;
	return kib < 1024 ? text_of(cx, "%" PRId64 " KB", kib)
		: text_of(cx, "%" PRId64 ".%d MB", kib / 1024, (int)(kib % 1024 * 10 / 1024));
}

/* "pdf xlsx" as people read it: PDF、XLSX. */
static const char *kinds_text(struct ctx *cx, const char *kinds)
{
	const char *text = "";
	struct str rest = str_of(kinds);
	while (rest.n) {
		char *kind = arena_str(cx->arena, str_cut(&rest, ' '));
		for (char *p = kind; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		text = *text ? text_of(cx, "%s、%s", text, kind) : kind;
	}
	return text;
}

static bool is_kind(const char *kinds, const char *kind)
{
	struct str rest = str_of(kinds);
	while (kind && rest.n)
		if (str_is(str_cut(&rest, ' '), kind))
			return true;
	return false;
}

/* A name that promises one of them. */
static bool has_ending_of(const char *kinds, const char *name)
{
	const char *dot = strrchr(name, '.');
	char ending[8];
	if (!dot || strlen(dot + 1) >= sizeof ending)
		return false;
	for (size_t i = 0; i <= strlen(dot + 1); i++)
		ending[i] = (char)tolower((unsigned char)dot[1 + i]);
	return is_kind(kinds, streq(ending, "jpeg") ? "jpg" : ending);
}

/* A file control that was left alone arrives as a part without name and without bytes. */
static int parse_file(struct ctx *cx, struct field_value *v, const struct raw_value *raw)
{
	const struct field *f = v->field;
	int64_t most = f->max ? f->max : FILE_MAX;
	if (is_blank(raw->filename) && !raw->text.n)
		return 0;
	if (!raw->filename)
		return wrong(cx, v, "field.file_missing", f->label);
	if (!raw->text.n)
		return wrong(cx, v, "field.file_empty", f->label);
	if (raw->text.n > (size_t)most)
		return wrong(cx, v, "field.file_large", f->label, size_text(cx, most),
			size_text(cx, (int64_t)raw->text.n));
	const char *name = file_name(cx, raw->filename);
	bool is_good = !f->kinds || is_kind(f->kinds, file_kind(name, raw->text));
	if (!is_good && has_ending_of(f->kinds, name))
		return wrong(cx, v, "field.file_content", f->label, name, kinds_text(cx, f->kinds));
	if (!is_good)
		return wrong(cx, v, "field.file_kind", f->label, name, kinds_text(cx, f->kinds));
	v->upload = arena_make(cx->arena, struct upload);
	*v->upload = (struct upload){.filename = name, .bytes = raw->text};
	v->has = true;
	return 0;
}

int field_type_parse(struct ctx *cx, struct field_value *v, const struct raw_value *raw)
{
	enum field_type type = v->field->type;
	if (type == FIELD_FILE)
		return parse_file(cx, v, raw);
	struct str s = type == FIELD_PASSWORD ? raw->text : field_trim(raw->text);
	if (!s.n)
		return 0;
	int r = check_characters(cx, v, s);
	if (r < 0)
		return r;
	v->has = true;
	return parsers[type](cx, v, s);
}

bool field_type_is_text(enum field_type type)
{
	return type == FIELD_TEXT || type == FIELD_AREA || type == FIELD_CHOICE
		|| type == FIELD_IDNO ||
		type == FIELD_USCC || type == FIELD_PHONE || type == FIELD_PASSWORD;
}

bool field_type_is_number(enum field_type type)
{
	return type == FIELD_INT || type == FIELD_MONEY || type == FIELD_SCORE
		|| type == FIELD_BOOL ||
		type == FIELD_DATE || type == FIELD_TIME || type == FIELD_ID;
}
