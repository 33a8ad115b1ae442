/* Leaves of the public log that are not of a certificate: appended with the fact, in its
 * transaction, and made again from the rows for `luban check`. */
#ifndef LUBAN_CORE_LOG_FACT_H
#define LUBAN_CORE_LOG_FACT_H

#include "base/commit.h"
#include "base/leaf.h"
#include "core/ctx.h"

struct log_fact {
	struct leaf leaf;        /* but for on, its handle, and commitment or digest */
	int64_t subject_id, version;
	int64_t at;              /* when the fact was */
	const char *purpose;     /* of the commitment: "result.list.1" */
	struct stow_field fields[COMMIT_FIELDS_MAX];
	size_t n;
	bool has_salt; /* one that others can make too; else it is random, and kept sealed */
	uint8_t salt[COMMIT_SALT_BYTES];
};

void log_fact_text(struct log_fact *f, const char *name, const char *text);
void log_fact_int(struct ctx *cx, struct log_fact *f, const char *name, int64_t n);

/* In the caller's transaction. A subject keeps its handle through all its leaves. */
int log_fact_append(struct ctx *cx, const struct log_fact *f) MUST_CHECK;

enum log_fact_state {
	LOG_FACT_GOOD,
	LOG_FACT_OLDER, /* none, and it is from before there were any */
	LOG_FACT_NONE,  /* no such leaf */
	LOG_FACT_BAD,   /* the leaf says something else */
};
int log_fact_check(struct ctx *cx, const struct log_fact *f,
	enum log_fact_state *ret_state) MUST_CHECK;

#endif
