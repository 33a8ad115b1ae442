/* Is what was frozen still what is there? Three comparisons: each version's rows with its hash, the
 * number of rows, and the scores as they stand now with the latest version. */
#include "base/crypto.h"
#include "domain/evaluation/result.h"
#include "domain/evaluation/result_list.h"
#include "query/batch.h"
#include "query/result.h"

enum { CANONICAL_MAX = 64 * 1024 * 1024 };

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, int64_t batch_id, const char *text);
	void *arg;
};

static int check_version(struct check *c, const struct q_result_lists_of *list)
{
	char hex[DIGEST_HEX];
	auto_buf text;
	buf_init(&text, CANONICAL_MAX);
	int r = result_canonical(c->cx, list->batch_id, list->result_version, &text);
	if (r < 0)
		return r;
	if (!streq(crypto_sm3_hex(buf_view(&text), hex), list->list_hash))
		c->alarm(c->arg, list->batch_id,
			text_of(c->cx, "第 %d 版成绩表与冻结时的摘要不一致",
			(int)list->result_version));
	return 0;
}

static int check_leaf(struct check *c, const struct q_batch_find *batch, int64_t version)
{
	bool is_good;
	int r = result_log_check(c->cx, batch, version, &is_good);
	if (r >= 0 && !is_good)
		c->alarm(c->arg, batch->id,
			text_of(c->cx, "第 %d 版成绩表与公开日志不符", (int)version));
	return r;
}

/* The last version came from the marks as they are. */
static int check_marks(struct check *c, const struct q_result_lists_of *list)
{
	const char *hash;
	int r = *list->marks_hash ? result_marks_hash(c->cx, list->batch_id, &hash) : 0;
	if (r >= 0 && *list->marks_hash && !streq(hash, list->marks_hash))
		c->alarm(c->arg, list->batch_id, "已签字的评分与冻结成绩时的不同");
	return r;
}

static bool same_line(const struct result_line *now, const struct q_results_of_version *kept)
{
	return now->enrolment_id == kept->enrolment_id && streq(now->theory, kept->theory) &&
		streq(now->skill, kept->skill) && streq(now->review, kept->review) &&
		now->passed == streq(kept->outcome, "passed");
}

static int check_scores(struct check *c, const struct q_batch_find *batch)
{
	struct result_line *lines;
	struct q_results_of_version_rows kept;
	size_t n;
	int r = result_compile(c->cx, batch, &lines, &n);
	if (r < 0)
		return r;
	r = q_results_of_version(c->cx->db, &kept, .batch_id = batch->id,
		.result_version = batch->result_version);
	if (r < 0)
		return ctx_pass(c->cx, r);
	if (n != kept.n)
		c->alarm(c->arg, batch->id,
			text_of(c->cx, "公示名单 %zu 人，现有 %zu 人", kept.n, n));
	for (size_t i = 0; i < n && i < kept.n; i++)
		if (!same_line(&lines[i], &kept.at[i]))
			c->alarm(c->arg, batch->id, text_of(c->cx, "第 %d 号 %s 的成绩与公示不一致",
				(int)kept.at[i].seq, kept.at[i].name));
	return 0;
}

static int check_batch(struct check *c, int64_t batch_id)
{
	struct q_batch_find batch;
	struct q_result_lists_of_rows lists;
	int r = q_batch_find(c->cx->db, &batch, .id = batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_result_lists_of(c->cx->db, &lists, .batch_id = batch_id);
	if (r == ERR_NOTFOUND)
		c->alarm(c->arg, batch_id, "成绩表所属的批次不存在");
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(c->cx, r);
	for (size_t i = 0; i < lists.n; i++)
		if ((r = check_version(c, &lists.at[i])) < 0 ||
			(r = check_leaf(c, &batch, lists.at[i].result_version)) < 0)
			return r;
	/* the versions of a list are 1, 2, 3… and the last one counts */
	for (size_t i = 0; i < lists.n; i++)
		if (lists.at[i].result_version != (int64_t)i + 1)
			c->alarm(c->arg, batch_id, "成绩表的版本不连续");
	if (lists.n && (r = check_marks(c, &lists.at[lists.n - 1])) < 0)
		return r;
	if ((int64_t)lists.n != batch.result_version)
		c->alarm(c->arg, batch_id, "成绩表的版本与批次登记的不同");
	return batch.result_version ? check_scores(c, &batch) : 0;
}

struct ids {
	struct arena *arena;
	int64_t *at;
	size_t n, cap;
};

static int collect(void *arg, const struct q_result_list_walk *row)
{
	struct ids *ids = arg;
	for (size_t i = ids->n; i && row->result_version != 1; i--)
		if (ids->at[i - 1] == row->batch_id)
			return 0;
	if (ids->n == ids->cap) {
		int64_t *more = arena_array(ids->arena, int64_t, ids->cap ? 2 * ids->cap : 64);
		for (size_t i = 0; i < ids->n; i++)
			more[i] = ids->at[i];
		ids->at = more;
		ids->cap = ids->cap ? 2 * ids->cap : 64;
	}
	ids->at[ids->n++] = row->batch_id;
	return 0;
}

int result_check(struct ctx *cx, int64_t batch_id,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg)
{
	struct check c = {cx, alarm, arg};
	struct ids ids = {.arena = cx->arena};
	if (batch_id)
		return check_batch(&c, batch_id);
	int r = q_result_list_walk(cx->db, collect, &ids);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < ids.n; i++)
		if ((r = check_batch(&c, ids.at[i])) < 0)
			return r;
	return 0;
}
