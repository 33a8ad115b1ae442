/* Facts in one line for rule tables, separated by blanks:
 *   b:1990-01-01                     born
 *   w:2010-01-01/2012-05-31  w:2015-01-01/     works (open end); W: in an unrelated occupation
 *   c5:2021-03-15                    certificate of that grade; C5: unrelated
 *   e:college:2020-07-01  e:college:enrolled   schooling; E: unrelated; a trailing + for assessed
 *   t:junior:2018-01-01              title; T: of another specialty
 *   a:1                              apprenticeship served
 *   ?works                           that list is not known (others are known to be empty) */
#ifndef LUBAN_TEST_RULE_CASE_H
#define LUBAN_TEST_RULE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "core/rule.h"

static inline int64_t day_of(struct str s)
{
	int64_t day = 0;
	if (!civil_parse_day(s, &day))
		fail_msg("not a day: %.*s", (int)s.n, s.p);
	return day;
}

static inline void put_work(struct facts *f, struct str value, bool related)
{
	struct fact_record *r = facts_add(f, "works");
	record_int(r, "related", related);
	record_date(r, "from_on", day_of(str_cut(&value, '/')));
	record_date(r, "to_on", value.n ? day_of(value) : 0);
}

static inline void put_certificate(struct facts *f, char grade, struct str value, bool related)
{
	struct fact_record *r = facts_add(f, "certificates");
	record_int(r, "grade", grade - '0');
	record_int(r, "related", related);
	record_date(r, "issued_on", day_of(value));
}

static inline void put_education(struct facts *f, struct arena *a, struct str value, bool related)
{
	struct fact_record *r = facts_add(f, "educations");
	bool assessed = str_ends(value, "+");
	value.n -= assessed;
	record_text(r, "kind", arena_str(a, str_cut(&value, ':')));
	record_int(r, "related", related);
	record_int(r, "assessed", assessed);
	record_int(r, "enrolled", str_is(value, "enrolled"));
	record_date(r, "graduated_on", str_is(value, "enrolled") ? 0 : day_of(value));
}

static inline void put_title(struct facts *f, struct arena *a, struct str value, bool related)
{
	struct fact_record *r = facts_add(f, "titles");
	record_text(r, "level", arena_str(a, str_cut(&value, ':')));
	record_int(r, "related", related);
	record_date(r, "since_on", day_of(value));
}

static inline void put_token(struct facts *f, struct arena *a, struct str token)
{
	struct str key = str_cut(&token, ':');
	bool related = key.p[0] >= 'a';
	switch (key.p[0] | 0x20) {
	case 'b':
		facts_date(f, "birth_on", day_of(token));
		break;
	case 'w':
		put_work(f, token, related);
		break;
	case 'c':
		put_certificate(f, key.p[1], token, related);
		break;
	case 'e':
		put_education(f, a, token, related);
		break;
	case 't':
		put_title(f, a, token, related);
		break;
	case 'a':
		facts_int(f, "apprenticed", token.p[0] - '0');
		break;
	default:
		fail_msg("unknown token %.*s", (int)key.n, key.p);
	}
}

static inline struct facts *facts_of(struct arena *a, const char *line)
{
	static const char *const lists[] = {"works", "certificates", "educations", "titles"};
	struct facts *f = facts_new(a);
	for (size_t i = 0; i < 4; i++)
		if (!strstr(line, arena_printf(a, "?%s", lists[i])))
			facts_none(f, lists[i]);
	struct str rest = str_of(line);
	while (rest.n) {
		struct str token = str_cut(&rest, ' ');
		if (token.n && token.p[0] != '?')
			put_token(f, a, token);
	}
	return f;
}

static inline const struct ruleset *ruleset_of_file(struct arena *a, const char *path)
{
	static char text[256 * 1024];
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t n = fread(text, 1, sizeof text, file);
	fclose(file);
	const struct ruleset *s = NULL;
	const char *error = NULL;
	if (ruleset_read(a, (struct str){text, n}, &s, &error))
		fail_msg("%s: %s", path, error);
	return s;
}

static inline const struct rule_alternative *alternative_of(
	const struct rule_answer *answer, const char *clause)
{
	for (size_t i = 0; i < answer->n; i++)
		if (streq(answer->alternatives[i].clause, clause))
			return &answer->alternatives[i];
	fail_msg("no clause %s", clause);
	return NULL;
}

#endif
