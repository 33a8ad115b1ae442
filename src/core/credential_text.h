/* What a credential proves and does not prove, in words for people who have to decide something
 * upon it. */
#ifndef LUBAN_CORE_CREDENTIAL_TEXT_H
#define LUBAN_CORE_CREDENTIAL_TEXT_H

#include "base/arena.h"
#include "base/credential_verify.h"

enum credential_sense {
	CREDENTIAL_PROVEN,  /* 已证明 */
	CREDENTIAL_REFUTED, /* 不成立 */
	CREDENTIAL_OPEN     /* 未证明: nothing is said of it */
};
const char *credential_sense_code(enum credential_sense s);  /* "proven", "refuted", "open" */
const char *credential_sense_label(enum credential_sense s);

struct credential_line {
	enum credential_sense sense;
	const char *code; /* of the question; "holder", "later", "decision": what no file proves */
	const char *text;
};
enum { CREDENTIAL_LINES = 16 };
struct credential_words {
	const char *verdict; /* one sentence */
	size_t n;
	struct credential_line lines[CREDENTIAL_LINES];
};

/* In the arena. */
void credential_words(struct arena *a, const struct trust *t, const struct credential *c,
	const struct credential_report *r, struct credential_words *ret_words);
/* What is wrong with a trust file: "第3行：…". */
const char *trust_problem_text(struct arena *a, const struct trust_problem *p);

#endif
