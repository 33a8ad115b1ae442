#include "base/ident.h"

#include <string.h>

#include "base/civil.h"
#include "base/utf8.h"

/* Room for the longest number and a little more, so that too long a number is seen to be too long.
 */
enum { SPELLING = 40 };

static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static const char orgno_alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static int wrong(struct ident_fault *ret_fault, enum ident_reason reason, size_t at)
{
	if (ret_fault)
		*ret_fault = (struct ident_fault){.reason = reason, .at = (int)at};
	return ERR_INVALID;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* A character as one byte: full-width forms become ASCII, small letters large; what cannot be in a
 * number is '?'. */
static char plain(uint32_t point)
{
	if (point >= 0xff01 && point <= 0xff5e)
		point -= 0xfee0;
	if (point >= 'a' && point <= 'z')
		point -= 'a' - 'A';
	return point > ' ' && point < 0x7f ? (char)point : '?';
}

const char *ident_normalise(struct str s, char *out, size_t size)
{
	size_t n = 0;
	s = str_trim(s);
	while (s.n && n + 1 < size) {
		uint32_t point = 0;
		size_t step = utf8_next(s, &point);
		out[n++] = plain(step ? point : 0);
		step = step ? step : 1;
		s = (struct str){s.p + step, s.n - step};
	}
	out[n] = 0;
	return out;
}

/* "3.70102E+17", "370102198001010000.0": a cell that was a number. */
static bool is_sheet_number(const char *z)
{
	size_t digits = strspn(z, "0123456789");
	if (z[digits] != '.' || !digits)
		return false;
	const char *rest = z + digits + 1;
	rest += strspn(rest, "0123456789");
	return !*rest || strncmp(rest, "E+", 2) == 0;
}

static int check_length(const char *z, size_t want, struct ident_fault *ret_fault)
{
	if (!*z)
		return wrong(ret_fault, IDENT_EMPTY, 0);
	if (is_sheet_number(z))
		return wrong(ret_fault, IDENT_SHEET, 0);
	return strlen(z) == want ? 0 : wrong(ret_fault, IDENT_LENGTH, 0);
}

static int check_digits(const char *z, size_t from, size_t to, struct ident_fault *ret_fault)
{
	for (size_t i = from; i < to; i++)
		if (!is_digit(z[i]))
			return wrong(ret_fault, IDENT_CHAR, i + 1);
	return 0;
}

static int number(const char *z, size_t from, size_t n)
{
	int value = 0;
	for (size_t i = from; i < from + n; i++)
		value = value * 10 + (z[i] - '0');
	return value;
}

/* Copies n characters and ends them. */
static void part(char *out, const char *z, size_t from, size_t n)
{
	memcpy(out, z + from, n);
	out[n] = 0;
}

bool ident_is_province(const char *code)
{
	static const char codes[] =
		"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
		"61 62 63 64 65 71 81 82 ";
	char key[] = {code[0], code[0] ? code[1] : 0, ' ', 0};
	return is_digit(key[0]) && is_digit(key[1]) && strstr(codes, key);
}

char ident_idno_check(const char *first17)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (size_t i = 0; i < 17; i++) {
		if (!is_digit(first17[i]))
			return 0;
		sum += (first17[i] - '0') * weights[i];
	}
	return "10X98765432"[sum % 11];
}

/* 3 to the power of the position, modulo 31. */
char ident_uscc_check(const char *first17)
{
	int sum = 0, weight = 1;
	for (size_t i = 0; i < 17; i++, weight = weight * 3 % 31) {
		const char *at = first17[i] ? strchr(uscc_alphabet, first17[i]) : NULL;
		if (!at)
			return 0;
		sum += (int)(at - uscc_alphabet) * weight;
	}
	return uscc_alphabet[(31 - sum % 31) % 31];
}

char ident_orgno_check(const char *first8)
{
	static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (size_t i = 0; i < 8; i++) {
		const char *at = first8[i] ? strchr(orgno_alphabet, first8[i]) : NULL;
		if (!at)
			return 0;
		sum += (int)(at - orgno_alphabet) * weights[i];
	}
	return "0X987654321"[sum % 11];
}

static int idno_kind(const char *z, enum idno_kind *ret_kind, struct ident_fault *ret_fault)
{
	if (strncmp(z, "810000", 6) == 0)
		*ret_kind = IDNO_HONG_KONG;
	else if (strncmp(z, "820000", 6) == 0)
		*ret_kind = IDNO_MACAO;
	else if (strncmp(z, "830000", 6) == 0)
		*ret_kind = IDNO_TAIWAN;
	else if (z[0] == '9' && ident_is_province(z + 1))
		*ret_kind = IDNO_FOREIGN;
	else if (ident_is_province(z))
		*ret_kind = IDNO_CITIZEN;
	else
		return wrong(ret_fault, IDENT_REGION, z[0] == '9' ? 2 : 1);
	return 0;
}

static int birth_of(const char *z, int64_t *ret_day, struct ident_fault *ret_fault)
{
	int year = number(z, 6, 4), month = number(z, 10, 2), day = number(z, 12, 2);
	if (year < 1800)
		return wrong(ret_fault, IDENT_DATE, 7);
	if (month < 1 || month > 12)
		return wrong(ret_fault, IDENT_DATE, 11);
	if (!civil_is_date(year, month, day))
		return wrong(ret_fault, IDENT_DATE, 13);
	*ret_day = civil_day(year, month, day);
	return 0;
}

static void idno_region(struct idno *idno)
{
	if (idno->kind != IDNO_FOREIGN) {
		part(idno->region, idno->text, 0, 6);
		return;
	}
	part(idno->region, "000000", 0, 6);
	memcpy(idno->region, idno->text + 1, 2);
	part(idno->country, idno->text, 3, 3);
}

int ident_idno(struct str s, struct idno *ret_idno, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	struct idno idno = {0};
	ident_normalise(s, z, sizeof z);
	if (strlen(z) == 15 && strspn(z, "0123456789") == 15)
		return wrong(ret_fault, IDENT_OLD15, 0);
	if (check_length(z, 18, ret_fault) || check_digits(z, 0, 17, ret_fault))
		return ERR_INVALID;
	if (!is_digit(z[17]) && z[17] != 'X')
		return wrong(ret_fault, IDENT_CHAR, 18);
	if (idno_kind(z, &idno.kind, ret_fault) || birth_of(z, &idno.birth_day, ret_fault))
		return ERR_INVALID;
	if (z[17] != ident_idno_check(z))
		return wrong(ret_fault, IDENT_CHECK, 18);
	part(idno.text, z, 0, 18);
	idno_region(&idno);
	idno.serial = number(z, 14, 3);
	idno.sex = idno.serial % 2 ? IDENT_MALE : IDENT_FEMALE;
	*ret_idno = idno;
	return 0;
}

static int check_alphabet(
	const char *z, size_t n, const char *alphabet, struct ident_fault *ret_fault)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(alphabet, z[i]))
			return wrong(ret_fault, IDENT_CHAR, i + 1);
	return 0;
}

/* Table 1 of GB 32100 with amendment 1. The kinds of body grow by notice; only their alphabet is
 * checked. */
static bool is_department(char c)
{
	return strchr("123456789ANY", c) != NULL;
}

int ident_uscc(struct str s, struct uscc *ret_uscc, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	struct uscc uscc = {0};
	ident_normalise(s, z, sizeof z);
	if (check_length(z, 18, ret_fault) || check_alphabet(z, 18, uscc_alphabet, ret_fault) ||
		check_digits(z, 2, 8, ret_fault))
		return ERR_INVALID;
	if (!is_department(z[0]))
		return wrong(ret_fault, IDENT_KIND, 1);
	if (!ident_is_province(z + 2) && strncmp(z + 2, "10", 2) != 0)
		return wrong(ret_fault, IDENT_REGION, 3);
	if (z[17] != ident_uscc_check(z))
		return wrong(ret_fault, IDENT_CHECK, 18);
	if (z[16] != ident_orgno_check(z + 8))
		return wrong(ret_fault, IDENT_ORGNO_CHECK, 17);
	part(uscc.text, z, 0, 18);
	uscc.department = z[0];
	uscc.kind = z[1];
	part(uscc.region, z, 2, 6);
	part(uscc.orgno, z, 8, 9);
	*ret_uscc = uscc;
	return 0;
}

int ident_orgno(struct str s, struct orgno *ret_orgno, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	struct orgno orgno = {0};
	ident_normalise(s, z, sizeof z);
	if (strlen(z) == 10 && z[8] == '-')
		memmove(z + 8, z + 9, 2);
	if (check_length(z, 9, ret_fault) || check_alphabet(z, 9, orgno_alphabet, ret_fault))
		return ERR_INVALID;
	if (!is_digit(z[8]) && z[8] != 'X')
		return wrong(ret_fault, IDENT_CHAR, 9);
	if (z[8] != ident_orgno_check(z))
		return wrong(ret_fault, IDENT_CHECK, 9);
	part(orgno.text, z, 0, 9);
	*ret_orgno = orgno;
	return 0;
}

/* The national rule knows Y and S; some places have a letter more. */
static int check_body(const char *z, struct ident_fault *ret_fault)
{
	if (!is_letter(z[0]))
		return wrong(ret_fault, IDENT_CHAR, 1);
	if (check_digits(z, 1, 13, ret_fault))
		return ERR_INVALID;
	return ident_is_province(z + 5) ? 0 : wrong(ret_fault, IDENT_REGION, 6);
}

int ident_bodyno(struct str s, struct bodyno *ret_bodyno, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	struct bodyno bodyno = {0};
	ident_normalise(s, z, sizeof z);
	if (check_length(z, 13, ret_fault) || check_body(z, ret_fault))
		return ERR_INVALID;
	part(bodyno.text, z, 0, 13);
	bodyno.kind = z[0];
	bodyno.national = number(z, 1, 4);
	part(bodyno.region, z, 5, 2);
	part(bodyno.local, z, 7, 6);
	*ret_bodyno = bodyno;
	return 0;
}

/* Two-digit years of the old numbers: the certificates began in 1994. */
static int old_year(int yy)
{
	return yy >= 90 ? 1900 + yy : 2000 + yy;
}

static int old_certno(const char *z, struct certno *ret_certno, struct ident_fault *ret_fault)
{
	struct certno certno = {
		.form = CERTNO_OLD, .year = old_year(number(z, 0, 2)), .grade = z[10]};
	if (z[10] < '1' || z[10] > '6')
		return wrong(ret_fault, IDENT_GRADE, 11);
	certno.serial = number(z, 11, 5);
	if (!certno.serial)
		return wrong(ret_fault, IDENT_SERIAL, 12);
	part(certno.text, z, 0, 16);
	*ret_certno = certno;
	return 0;
}

static int shanghai_certno(const char *digits13, struct certno *ret_certno)
{
	*ret_certno = (struct certno){.form = CERTNO_SHANGHAI};
	part(ret_certno->text, "000", 0, 3);
	part(ret_certno->text + 3, digits13, 0, 13);
	return 0;
}

static int level_certno(const char *z, struct certno *ret_certno, struct ident_fault *ret_fault)
{
	struct certno certno = {
		.form = is_letter(z[15]) ? CERTNO_SPECIAL : CERTNO_LEVEL, .grade = z[15]};
	if (check_body(z, ret_fault) || check_digits(z, 13, 15, ret_fault))
		return ERR_INVALID;
	if (!is_letter(z[15]) && !is_digit(z[15]))
		return wrong(ret_fault, IDENT_CHAR, 16);
	if (is_digit(z[15]) && (z[15] < '1' || z[15] > '5'))
		return wrong(ret_fault, IDENT_GRADE, 16);
	if (check_digits(z, 16, 22, ret_fault))
		return ERR_INVALID;
	certno.serial = number(z, 16, 6);
	if (!certno.serial)
		return wrong(ret_fault, IDENT_SERIAL, 17);
	part(certno.text, z, 0, 22);
	part(certno.body, z, 0, 13);
	certno.year = 2000 + number(z, 13, 2);
	*ret_certno = certno;
	return 0;
}

int ident_certno(struct str s, struct certno *ret_certno, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	ident_normalise(s, z, sizeof z);
	size_t digits = strspn(z, "0123456789"), n = strlen(z);
	if (n == 13 && digits == 13)
		return shanghai_certno(z, ret_certno);
	if (n == 16 && digits == 16)
		return strncmp(z, "000", 3) ? old_certno(z, ret_certno, ret_fault)
					    : shanghai_certno(z + 3, ret_certno);
	return check_length(z, 22, ret_fault) ? ERR_INVALID
					      : level_certno(z, ret_certno, ret_fault);
}

int ident_cardno(struct str s, struct cardno *ret_cardno, struct ident_fault *ret_fault)
{
	char z[SPELLING];
	struct cardno cardno = {0};
	ident_normalise(s, z, sizeof z);
	if (check_length(z, 9, ret_fault))
		return ERR_INVALID;
	if (z[0] != 'R')
		return wrong(ret_fault, is_letter(z[0]) ? IDENT_KIND : IDENT_CHAR, 1);
	if (check_digits(z, 1, 9, ret_fault))
		return ERR_INVALID;
	if (!ident_is_province(z + 1))
		return wrong(ret_fault, IDENT_REGION, 2);
	cardno.serial = number(z, 5, 4);
	if (!cardno.serial)
		return wrong(ret_fault, IDENT_SERIAL, 6);
	part(cardno.text, z, 0, 9);
	part(cardno.region, z, 1, 2);
	cardno.year = 2000 + number(z, 3, 2);
	*ret_cardno = cardno;
	return 0;
}

static void put_number(char *out, int64_t value, size_t digits)
{
	for (size_t i = digits; i > 0; i--, value /= 10)
		out[i - 1] = (char)('0' + value % 10);
}

void ident_idno_make(const char *region, int64_t birth_day, int serial, char ret_text[19])
{
	struct civil birth = civil_of(birth_day);
	memcpy(ret_text, region, 6);
	put_number(ret_text + 6, birth.year, 4);
	put_number(ret_text + 10, birth.month, 2);
	put_number(ret_text + 12, birth.day, 2);
	put_number(ret_text + 14, serial, 3);
	ret_text[17] = ident_idno_check(ret_text);
	ret_text[18] = 0;
}

void ident_uscc_make(
	char department, char kind, const char *region, const char *body, char ret_text[19])
{
	ret_text[0] = department;
	ret_text[1] = kind;
	memcpy(ret_text + 2, region, 6);
	memcpy(ret_text + 8, body, 8);
	ret_text[16] = ident_orgno_check(body);
	ret_text[17] = ident_uscc_check(ret_text);
	ret_text[18] = 0;
}

int ident_age(const struct idno *idno, int64_t day)
{
	return (int)civil_years_between(idno->birth_day, day);
}

/* The first and the last characters of s, and a star for each one between them. */
static const char *mask(struct arena *a, struct str s, size_t n, size_t head, size_t tail)
{
	auto_buf out;
	buf_init(&out, s.n * 2 + 1);
	struct str first = utf8_cut(s, head), before_last = utf8_cut(s, n - tail);
	buf_str(&out, first);
	for (size_t i = head; i < n - tail; i++)
		buf_putc(&out, '*');
	buf_put(&out, s.p + before_last.n, s.n - before_last.n);
	return arena_str(a, buf_view(&out));
}

static const char *mask_number(struct arena *a, struct str s, size_t whole)
{
	s = str_trim(s);
	size_t n = utf8_count(s);
	if (n >= whole)
		return mask(a, s, n, 3, 4);
	return n >= 7 ? mask(a, s, n, 1, 2) : mask(a, s, n, 0, 0);
}

const char *ident_mask_idno(struct arena *a, struct str s)
{
	return mask_number(a, s, 15);
}

const char *ident_mask_phone(struct arena *a, struct str s)
{
	return mask_number(a, s, 11);
}

const char *ident_mask_name(struct arena *a, struct str s)
{
	s = str_trim(s);
	size_t n = utf8_count(s);
	if (n < 3)
		return mask(a, s, n, n ? 1 : 0, 0);
	return mask(a, s, n, 1, 1);
}
