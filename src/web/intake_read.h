/* Reads what the candidate's page sends, without a tree of values:
 *   {"epoch":2,"answers":[{"seq":7,"item":3,"response":"AC","spent":1200},…]}
 * Members may come in any order; others, and any of them twice, are refused. */
#ifndef LUBAN_WEB_INTAKE_READ_H
#define LUBAN_WEB_INTAKE_READ_H

#include "domain/exam/answer.h"

enum { INTAKE_ANSWERS_MAX = 64 };

struct intake_body {
	int64_t epoch; /* mandatory, > 0 */
	size_t n;
	struct answer_write writes[INTAKE_ANSWERS_MAX];
};

/* Responses point into `texts`, which has body.n bytes. ERR_LIMIT: too many answers; ERR_INVALID:
 * not such a body. What numbers and texts may be kept is not judged here, but texts are UTF-8
 * without NUL. */
int intake_read(struct str body, char *texts, struct intake_body *ret_body) MUST_CHECK;

#endif
