#include "core/tlog_key.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "core/signer.h"
#include "query/log.h"

enum { KEY_TEXT_MAX = 1024, INTEGRATE_SECONDS = 4, TRIES = 3 };

int tlog_origin(struct ctx *cx, const char **ret_origin)
{
	struct q_log_origin_find row;
	int r = q_log_origin_find(cx->db, &row);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_origin = r == ERR_NOTFOUND ? TLOG_ORIGIN : row.origin;
	return 0;
}

/* A name that keys may have is one that checkpoints may have. */
bool tlog_is_origin(const char *origin)
{
	uint8_t key[SIGN_PUBLIC_BYTES], seed[SIGN_SEED_BYTES] = {1};
	struct note_key made;
	sign_public(seed, key);
	return strlen(origin) <= CHECKPOINT_ORIGIN_MAX &&
		note_key_make(NOTE_ED25519, str_of(origin), key, &made) == 0;
}

int tlog_origin_put(struct ctx *cx, const char *origin)
{
	struct tlog_head head;
	auto_tx tx = {0};
	if (!tlog_is_origin(origin))
		return fail(cx, ERR_INVALID, "log.origin", origin);
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = tlog_head(cx, &head);
	if (r >= 0)
		return fail(cx, ERR_STATE, "log.origin_fixed");
	if (r != ERR_NOTFOUND)
		return r;
	r = (int)q_log_origin_put(cx->db, .origin = origin);
	if (r >= 0) /* one that was noted before a signature that failed has the old name */
		r = (int)q_log_key_clear(cx->db);
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Signing. */

struct pen {
	struct ctx *cx;
	const char *origin;
	struct signer_log_key key;
};

static int signed_more(struct ctx *cx, uint64_t size, const struct merkle_head *last)
{
	return fail(cx, ERR_STATE, "log.signed_more", text_of(cx, "%" PRIu64, size),
		text_of(cx, "%" PRIu64, last->size));
}

static int signed_other(struct ctx *cx, const char *origin, uint64_t size)
{
	return fail(cx, ERR_STATE, "log.signed_other", origin, text_of(cx, "%" PRIu64, size));
}

/* A larger tree was signed than this one. When another process has grown it meanwhile there is
 * nothing wrong, and it is to be tried again: ERR_CONFLICT. */
static int is_behind(struct ctx *cx, uint64_t size, const struct merkle_head *last)
{
	struct q_log_head_find now = {0};
	int r = q_log_head_find(cx->db, &now);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	return (uint64_t)now.tree_size < last->size ? signed_more(cx, size, last) : ERR_CONFLICT;
}

/* That the tree of this size continues what the signer signed last (nothing: it begins). */
static int prove(struct ctx *cx, const char *origin, uint64_t size, struct merkle_proof *ret_proof)
{
	struct merkle_head last;
	int r = signer_log_last(cx, origin, &last);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return r;
	if (last.size > size)
		return is_behind(cx, size, &last);
	return merkle_consistency(last.size, size, tile_reader_get, tlog_reader(cx, size),
		ret_proof);
}

/* A proof that does not do: another process had something else signed between the two questions, or
 * this is another tree. */
static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	struct pen *pen = self;
	struct checkpoint c;
	struct merkle_proof proof = {0};
	(void)key;
	int r = checkpoint_parse(message, &c);
	for (int i = 0; i < TRIES && r == 0; i++) {
		r = prove(pen->cx, pen->origin, c.head.size, &proof);
		if (r < 0)
			return r;
		r = signer_log_sign(pen->cx, &pen->key, message, &proof, ret_signature);
		if (r != ERR_STATE)
			return r;
		r = 0;
	}
	return r < 0 ? r : signed_other(pen->cx, pen->origin, c.head.size);
}

int tlog_continues(struct ctx *cx, const char *origin, const struct merkle_head *last)
{
	struct q_log_head_find now = {0};
	struct merkle_range range;
	struct merkle_hash root;
	int r = q_log_head_find(cx->db, &now);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if ((uint64_t)now.tree_size < last->size)
		return signed_more(cx, (uint64_t)now.tree_size, last);
	r = merkle_range_load(last->size, tile_reader_get, tlog_reader(cx, last->size), &range);
	if (r < 0)
		return ctx_pass(cx, r);
	merkle_range_root(&range, &root);
	return merkle_equal(&root, &last->root) ? 0 : signed_other(cx, origin, last->size);
}

/* Without a signer there is nothing to compare, and nothing is signed. */
int tlog_remembered(struct ctx *cx)
{
	struct merkle_head last;
	const char *origin;
	int r = tlog_origin(cx, &origin);
	if (r < 0)
		return r;
	r = signer_log_last(cx, origin, &last);
	if (r == 0)
		return tlog_continues(cx, origin, &last);
	ctx_clear(cx);
	return r == ERR_NOTFOUND || r == ERR_IO ? 0 : r;
}

static const char *key_text(struct ctx *cx, const struct note_key *key)
{
	auto_buf b;
	buf_init(&b, KEY_TEXT_MAX);
	note_key_put(&b, key);
	return arena_dup(cx->arena, buf_z(&b));
}

static int make_signers(struct ctx *cx, const char *origin, struct tlog_signer *signers,
	size_t *ret_n)
{
	struct signer_log_key keys[2 * SIGNER_KEYS_MAX];
	size_t n;
	int r = signer_log_keys(cx, keys, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		struct pen *pen = arena_make(cx->arena, struct pen);
		*pen = (struct pen){cx, origin, keys[i]};
		signers[i] = (struct tlog_signer){.sign = sign, .self = pen};
		r = note_key_make(keys[i].is_sm2 ? NOTE_SM2 : NOTE_ED25519, str_of(origin),
			keys[i].public_key, &signers[i].key);
		if (r < 0)
			return fail(cx, ERR_INVALID, "log.origin", origin);
	}
	*ret_n = n;
	return n ? 0 : fail(cx, ERR_IO, "signer.away");
}

/* Kept before the first checkpoint that they sign is. */
static int keep_keys(struct ctx *cx, const struct tlog_signer *signers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = (int)q_log_key_put(cx->db, .id = ctx_id(cx),
			.verifier_key = key_text(cx, &signers[i].key), .created_at = ctx_now(cx));
		if (r < 0)
			return ctx_pass(cx, r);
	}
	return 0;
}

static int sign_once(struct ctx *cx)
{
	struct tlog_signer signers[2 * SIGNER_KEYS_MAX];
	const char *origin;
	uint64_t size;
	size_t n;
	int r = tlog_origin(cx, &origin);
	if (r >= 0)
		r = make_signers(cx, origin, signers, &n);
	if (r >= 0)
		r = keep_keys(cx, signers, n);
	return r < 0 ? r : tlog_publish(cx, origin, signers, n, &size);
}

/* Again when somebody was first. */
static int sign_tree(struct ctx *cx)
{
	int r = sign_once(cx);
	for (int i = 1; i < TRIES && r == ERR_CONFLICT; i++) {
		ctx_clear(cx);
		r = sign_once(cx);
	}
	return r;
}

/* Reads first: nothing is written when nothing waits. Under load a checkpoint comes in between. */
static int give_places(struct ctx *cx)
{
	struct q_log_pending_any any;
	int64_t until = ctx_wall(cx) + INTEGRATE_SECONDS;
	size_t n = TLOG_BATCH;
	int r = q_log_pending_any(cx->db, &any);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	while (r >= 0 && n == TLOG_BATCH && ctx_wall(cx) <= until)
		r = tlog_integrate(cx, &n);
	return r < 0 ? r : 0;
}

int tlog_tick(struct ctx *cx)
{
	struct q_log_head_find tree = {0};
	struct tlog_head last = {0};
	int r = give_places(cx);
	if (r < 0)
		return r;
	r = q_log_head_find(cx->db, &tree);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	r = tlog_head(cx, &last);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	return (uint64_t)tree.tree_size == last.head.size ? 0 : sign_tree(cx);
}

int tlog_key_end(struct ctx *cx, const struct note_key *key, bool is_lost)
{
	const char *text = key_text(cx, key);
	int r = (int)q_log_key_put(
		cx->db, .id = ctx_id(cx), .verifier_key = text, .created_at = ctx_now(cx));
	if (r >= 0)
		r = (int)q_log_key_end(cx->db, .verifier_key = text,
			.key_state = is_lost ? "lost" : "retired", .ended_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}
