#include "domain/evaluation/draw.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/log_fact.h"
#include "core/secret.h"
#include "query/log_fact.h"

#define SEED_COLUMN "draw.seed_cipher"

enum { SEED_BYTES = 16 };

static struct log_fact committed(
	int64_t id, const char *purpose, const char *seed, int64_t at)
{
	struct log_fact f = {.leaf = {.kind = LEAF_COMMITTED, .purpose = str_of(purpose)},
		.subject_id = id, .version = 1, .at = at, .purpose = "draw.seed.1",
			.has_salt = true};
	crypto_sha256(str_of(seed), f.salt);
	log_fact_text(&f, "seed", seed);
	return f;
}

static struct log_fact drawn(struct ctx *cx, const struct draw_of *of, int64_t id,
	const char *seed, const char *digest, int64_t at)
{
	struct log_fact f = {.leaf = {.kind = LEAF_DRAWN, .seed = str_of(seed)}, .subject_id = id,
		.version = 1, .at = at, .purpose = "draw.result.1"};
	log_fact_text(&f, "digest", digest);
	log_fact_int(cx, &f, "batch_id", of->batch_id);
	log_fact_int(cx, &f, "body_id", of->body_id);
	log_fact_text(&f, "region", of->region);
	log_fact_text(&f, "drawn_for", of->purpose);
	return f;
}

static int insert(struct ctx *cx, const struct draw_of *of, int64_t id, const char *seed,
	int64_t at)
{
	int r = (int)q_draw_insert(cx->db, .id = id, .batch_id = of->batch_id,
		.body_id = of->body_id, .region = of->region, .purpose = of->purpose,
		.seed_cipher = secret_seal(cx, SEED_COLUMN, seed), .created_at = at);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int open_draw(struct ctx *cx, const struct draw_of *of, int64_t *ret_id,
	const char **ret_seed)
{
	struct q_draw_open row;
	int r = q_draw_open(cx->db, &row, .batch_id = of->batch_id, .purpose = of->purpose);
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	*ret_id = row.id;
	return secret_open(cx, SEED_COLUMN, row.seed_cipher, ret_seed);
}

int draw_seed(struct ctx *cx, const struct draw_of *of, int64_t *ret_id, const char **ret_seed)
{
	uint8_t bytes[SEED_BYTES];
	int r = open_draw(cx, of, ret_id, ret_seed);
	if (r != ERR_NOTFOUND)
		return r;
	ctx_random(cx, bytes, sizeof bytes);
	const char *seed = hex_text(cx->arena, bytes, sizeof bytes);
	int64_t id = ctx_id(cx), at = ctx_now(cx);
	struct log_fact f = committed(id, of->purpose, seed, at);
	r = insert(cx, of, id, seed, at);
	if (r >= 0)
		r = log_fact_append(cx, &f);
	if (r < 0)
		return r;
	*ret_id = id;
	*ret_seed = seed;
	return 0;
}

int draw_commit(struct ctx *cx, const struct draw_of *of)
{
	int64_t id;
	const char *seed;
	return draw_seed(cx, of, &id, &seed);
}

int draw_done(struct ctx *cx, const struct draw_of *of, int64_t id, const char *seed,
	const char *digest)
{
	int64_t at = ctx_now(cx);
	int r = 0;
	if (!id) {
		id = ctx_id(cx);
		r = insert(cx, of, id, "", at);
	}
	struct log_fact f = drawn(cx, of, id, seed, digest, at);
	if (r >= 0)
		r = (int)q_draw_set_drawn(cx->db, .id = id, .seed = seed, .digest = digest,
			.drawn_at = at);
	return r < 0 ? ctx_pass(cx, r) : log_fact_append(cx, &f);
}

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, const char *text);
	void *arg;
};

static int compare(struct check *c, const struct q_draw_walk *row, const struct log_fact *f)
{
	enum log_fact_state state;
	int r = log_fact_check(c->cx, f, &state);
	if (r >= 0 && state != LOG_FACT_GOOD)
		c->alarm(c->arg, text_of(c->cx, "批次%" PRId64 "的抽签%" PRId64 "与公开日志不符",
			row->batch_id, row->id));
	return r;
}

static int each(void *arg, const struct q_draw_walk *row)
{
	struct check *c = arg;
	struct ctx *cx = c->cx;
	const char *seed;
	int r = secret_open(cx, SEED_COLUMN, row->seed_cipher, &seed);
	if (r < 0 || (row->drawn_at && *seed && !streq(seed, row->seed))) {
		ctx_clear(cx);
		c->alarm(c->arg, text_of(cx, "抽签%" PRId64 "的种子与承诺的不同", row->id));
		return 0;
	}
	if (*seed) {
		struct log_fact f = committed(row->id, row->purpose, seed, row->created_at);
		r = compare(c, row, &f);
	}
	if (r >= 0 && row->drawn_at) {
		struct draw_of of = {row->batch_id, row->body_id, row->region, row->purpose};
		struct log_fact f =
			drawn(cx, &of, row->id, row->seed, row->digest, row->drawn_at);
		r = compare(c, row, &f);
	}
	return r;
}

int draw_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct check c = {cx, alarm, arg};
	int r = q_draw_walk(cx->db, each, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
