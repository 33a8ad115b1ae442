/* Frozen lists in the public log. */
#include <inttypes.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/log_fact.h"
#include "domain/evaluation/result_list.h"
#include "query/batch.h"
#include "query/result.h"

enum { MARK_LINE_MAX = 64 * 1024 };

static int fact_of(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	struct log_fact *ret_fact)
{
	struct q_result_list_version l;
	int r = q_result_list_version(
		cx->db, &l, .batch_id = batch->id, .result_version = version);
	if (r < 0)
		return ctx_pass(cx, r);
	struct log_fact f = {.leaf = {.kind = LEAF_RESULT, .body = str_of(batch->body_code),
				     .region = str_of(l.region), .version = version,
				     .people = l.n_rows, .passed = l.n_passed},
		.subject_id = batch->id, .version = version, .at = l.frozen_at,
		.purpose = "result.list.1"};
	log_fact_int(cx, &f, "id", l.id);
	log_fact_text(&f, "batch_no", batch->batch_no);
	log_fact_int(cx, &f, "version", version);
	log_fact_text(&f, "list_hash", l.list_hash);
	log_fact_text(&f, "marks_hash", l.marks_hash);
	log_fact_text(&f, "reason", l.reason);
	log_fact_int(cx, &f, "body_id", l.body_id);
	log_fact_int(cx, &f, "frozen_by", l.frozen_by);
	log_fact_int(cx, &f, "frozen_at", l.frozen_at);
	*ret_fact = f;
	return 0;
}

int result_log(struct ctx *cx, const struct q_batch_find *batch, int64_t version)
{
	struct log_fact f;
	if (is_blank(batch->body_code))
		return 0;
	int r = fact_of(cx, batch, version, &f);
	return r < 0 ? r : log_fact_append(cx, &f);
}

int result_log_check(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	bool *ret_is_good)
{
	struct log_fact f;
	enum log_fact_state state;
	int r = fact_of(cx, batch, version, &f);
	if (r >= 0)
		r = log_fact_check(cx, &f, &state);
	if (r < 0)
		return r;
	*ret_is_good = state == LOG_FACT_GOOD || state == LOG_FACT_OLDER ||
		(state == LOG_FACT_NONE && is_blank(batch->body_code));
	return 0;
}

/* A line for each mark, in the order of its key, as the database has it. */
static int put_mark(void *arg, const struct q_marks_of_batch_walk *m)
{
	struct digest *d = arg;
	auto_buf line;
	buf_init(&line, MARK_LINE_MAX);
	buf_printf(&line, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%s\t%"
		PRId64 "\t%" PRId64 "\t%s\t%s\n", m->person_id, m->enrolment_id, m->part,
		m->marker_id, m->round, m->flag, m->score_centi, m->signed_at, m->signature,
		m->note);
	digest_add(d, buf_z(&line), line.n);
	return 0;
}

int result_marks_hash(struct ctx *cx, int64_t batch_id, const char **ret_hash)
{
	uint8_t out[DIGEST_BYTES];
	struct digest *d = digest_new(DIGEST_SM3);
	int r = q_marks_of_batch_walk(cx->db, put_mark, d, .batch_id = batch_id);
	digest_finish(d, out);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_hash = hex_text(cx->arena, out, sizeof out);
	return 0;
}
