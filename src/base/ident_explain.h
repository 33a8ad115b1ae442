/* A national identifier taken apart for people: each part with its meaning in Chinese, and whether
 * it can be. */
#ifndef LUBAN_BASE_IDENT_EXPLAIN_H
#define LUBAN_BASE_IDENT_EXPLAIN_H

#include "base/ident.h"

enum ident_what { IDENT_IDNO, IDENT_USCC, IDENT_ORGNO, IDENT_CERTNO, IDENT_BODYNO, IDENT_CARDNO };

struct ident_line {
	const char *part;    /* 出生日期码 */
	const char *value;   /* 19491231 */
	const char *meaning; /* 1949年12月31日，76周岁；or what is wrong with it */
	int from, to;        /* characters, from 1 */
	bool ok;
};

struct ident_report {
	bool ok;
	const char *name;    /* 公民身份号码 */
	const char *text;    /* in its normal spelling */
	const char *verdict; /* one sentence; says what is wrong, where, and what to do */
	struct ident_fault fault;
	size_t n; /* 0 when the length is wrong: then there are no parts to tell apart */
	const struct ident_line *lines;
};

/* today: for ages and for birth dates that lie ahead. Everything is kept in the arena. */
struct ident_report ident_explain(
	struct arena *a, enum ident_what what, struct str s, int64_t today);

/* What is wrong, without the position: "校验码不对，请核对有没有输错". For field errors. */
const char *ident_reason_text(enum ident_reason reason);
/* Stable names for JSON: "check", "length"… */
const char *ident_reason_name(enum ident_reason reason);

/* 山东省威海市环翠区 for 371002; falls back to the city, then to the province; "" for no region at
 * all. Only Shandong's cities and Weihai's districts are known here. */
const char *ident_region_name(const char *code);

#endif
