/* National identifiers: parts, check characters, and what is wrong with a number and where.
 *   idno   citizen's number 公民身份号码 (GB 11643-1999), with the residence permits of Hong Kong,
 * Macao and Taiwan residents and the foreigner's permanent residence card of the same shape uscc
 * unified social credit code 统一社会信用代码 (GB 32100-2015) orgno  organisation code 组织机构代码
 * (GB 11714-1997) certno number of a skill-level certificate 职业技能等级证书编码, old vocational
 * qualification included bodyno code of a filed evaluating body 评价机构编码: the first 13
 * characters of a certno cardno card of an external quality supervisor 质量督导员证卡 Readers take
 * a number as people and spreadsheets write it: white space around it, full-width digits and lower
 * case are mended; `text` of the result is the one normal form, fit for storing and indexing. */
#ifndef LUBAN_BASE_IDENT_H
#define LUBAN_BASE_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum ident_reason {
	IDENT_OK,
	IDENT_EMPTY,
	IDENT_LENGTH,
	IDENT_OLD15,  /* a 15-digit citizen's number, not valid since 2013 */
	IDENT_SHEET,  /* a spreadsheet made a number of it (3.70102E+17) */
	IDENT_CHAR,   /* a character that cannot stand there */
	IDENT_REGION, /* no province has this code */
	IDENT_DATE,   /* no day of the calendar */
	IDENT_FUTURE, /* born after the day of asking: that is asked where there is a clock */
	IDENT_KIND,   /* department or kind of body that is not in the standard's table */
	IDENT_GRADE,
	IDENT_SERIAL,      /* a running number of zero */
	IDENT_ORGNO_CHECK, /* check character of the organisation code within a uscc */
	IDENT_CHECK,
};

struct ident_fault {
	enum ident_reason reason;
	int at; /* character, from 1; 0 for the whole */
};

enum idno_kind { IDNO_CITIZEN, IDNO_HONG_KONG, IDNO_MACAO, IDNO_TAIWAN, IDNO_FOREIGN };
enum { IDENT_MALE = 1, IDENT_FEMALE = 2 }; /* GB/T 2261.1 */

struct idno {
	char text[19];
	enum idno_kind kind;
	char region[7]; /* 6 digits; of a foreigner's card "PP0000" with PP the province of issue */
	char country[4];   /* of a foreigner's card: 3 digits of GB/T 2659; else "" */
	int64_t birth_day; /* days since 1970-01-01 */
	int sex;
	int serial; /* 0…999 */
};

struct uscc {
	char text[19];
	char department, kind;
	char region[7];
	char orgno[10];
};

struct orgno {
	char text[10];
};

enum certno_form {
	CERTNO_LEVEL,   /* 1 letter and 21 digits */
	CERTNO_SPECIAL, /* 2 letters and 20 digits: a letter stands for the grade (special-grade,
			   chief) */
	CERTNO_OLD,     /* 16 digits: vocational qualification 职业资格证书 */
	CERTNO_SHANGHAI, /* Shanghai's 13 digits, which look-ups want with 000 before them */
};

struct certno {
	char text[23];
	enum certno_form form;
	char body[14]; /* "" for CERTNO_OLD and CERTNO_SHANGHAI */
	int year;      /* of issue, four digits; 0 for CERTNO_SHANGHAI: its parts are not known */
	char grade;    /* '5'…'1', a letter, '6' (old special skill), or 0 */
	int serial;
};

struct bodyno {
	char text[14];
	char kind;      /* 'Y' enterprise, 'S' social body, or a place's own letter */
	int national;   /* number given by the ministry, 0 when filed with a province */
	char region[3]; /* province */
	char local[7];  /* sequence code, set by the province */
};

struct cardno {
	char text[10];
	char region[3];
	int year, serial;
};

/* 0, or ERR_INVALID with *ret_fault (may be NULL) set. Neither birth date nor year is held against
 * a clock. */
int ident_idno(struct str s, struct idno *ret_idno, struct ident_fault *ret_fault) MUST_CHECK;
int ident_uscc(struct str s, struct uscc *ret_uscc, struct ident_fault *ret_fault) MUST_CHECK;
int ident_orgno(struct str s, struct orgno *ret_orgno, struct ident_fault *ret_fault) MUST_CHECK;
int ident_certno(struct str s, struct certno *ret_certno, struct ident_fault *ret_fault) MUST_CHECK;
int ident_bodyno(struct str s, struct bodyno *ret_bodyno, struct ident_fault *ret_fault) MUST_CHECK;
int ident_cardno(struct str s, struct cardno *ret_cardno, struct ident_fault *ret_fault) MUST_CHECK;

/* Check characters of the first 17 (uscc, idno) or 8 (orgno) characters; 0 when one of these cannot
 * stand there. */
char ident_idno_check(const char *first17);
char ident_uscc_check(const char *first17);
char ident_orgno_check(const char *first8);
/* A number that passes: region of 6 digits, birth_day of a four-digit year, serial 0…999 (odd:
 * male). */
void ident_idno_make(const char *region, int64_t birth_day, int serial, char ret_text[19]);
/* department, kind, region as above; body of 8 characters 0-9 A-Z without I O S V Z. */
void ident_uscc_make(
	char department, char kind, const char *region, const char *body, char ret_text[19]);
/* Full years of age on a day; negative when not yet born. */
int ident_age(const struct idno *idno, int64_t day);

/* Whether two digits stand for a province-level division of GB/T 2260. */
bool ident_is_province(const char *code);

/* The number in its normal spelling into out: NUL-terminated, cut to size - 1. For what is not yet
 * known to be right. */
const char *ident_normalise(struct str s, char *out, size_t size);

/* For showing: 371***********1234, 138****1234, 张*三. Short or odd values lose more, never less.
 */
const char *ident_mask_idno(struct arena *a, struct str s);
const char *ident_mask_phone(struct arena *a, struct str s);
const char *ident_mask_name(struct arena *a, struct str s);

#endif
