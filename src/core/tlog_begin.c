#include "core/tlog_begin.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "core/audit.h"
#include "core/tlog_key.h"
#include "core/tlog_seal.h"
#include "query/log.h"
#include "query/log_closed.h"
#include "query/log_witness.h"

enum { REASON_MAX = 2000 };

static const char *seal_of(struct ctx *cx, const struct q_log_closed_insert_in *row)
{
	return text_of(cx, "%s\n%" PRId64 "\n%s", row->reason, row->signed_size, row->note);
}

/* Its last checkpoint, with what witnesses have signed of it. */
static int read_last(struct ctx *cx, struct q_log_closed_insert_in *row)
{
	struct tlog_head head;
	struct q_log_cosignature_of_rows lines;
	int r = tlog_head(cx, &head);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "log.not_begun");
	if (r < 0)
		return r;
	row->tree_size = (int64_t)head.head.size;
	row->root_hex = hex_text(cx->arena, head.head.root.bytes, MERKLE_BYTES);
	row->note = head.note;
	r = q_log_cosignature_of(cx->db, &lines, .tree_size = row->tree_size);
	for (size_t i = 0; r >= 0 && i < lines.n; i++)
		row->note = text_of(cx, "%s%s", row->note, lines.at[i].line);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int close_log(struct ctx *cx, struct q_log_closed_insert_in *row)
{
	struct q_log_closed_last last = {0};
	int r = q_log_closed_last(cx->db, &last);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	row->closed_no = last.closed_no + 1;
	row->closed_at = ctx_now(cx);
	row->seal = tlog_seal(cx, &(struct tlog_sealed){row->closed_no, row->closed_at,
		seal_of(cx, row)});
	r = (int)q_log_closed_insert_bulk(cx->db, row, 1, NULL);
	if (r >= 0)
		r = (int)q_log_checkpoint_clear(cx->db);
	if (r >= 0)
		r = (int)q_log_checkpoint_restart(cx->db);
	if (r >= 0)
		r = (int)q_log_cosignature_clear(cx->db);
	if (r >= 0)
		r = (int)q_log_witness_restart(cx->db);
	if (r >= 0)
		r = (int)q_log_key_retire_all(cx->db, .ended_at = row->closed_at);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_name(struct ctx *cx, const char *now, const char *origin)
{
	struct q_log_closed_find found;
	if (!tlog_is_origin(origin))
		return fail(cx, ERR_INVALID, "log.origin", origin);
	int r = q_log_closed_find(cx->db, &found, .origin = origin);
	if (r >= 0 || streq(origin, now))
		return fail(cx, ERR_CONFLICT, "log.origin_used", origin);
	return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
}

/* The first statement waits for whoever is keeping a checkpoint. */
static int begin(
	struct ctx *cx, const char *origin, struct q_log_closed_insert_in *row)
{
	struct q_log_checkpoint_next held;
	int r = q_log_checkpoint_next(cx->db, &held);
	if (r < 0)
		return ctx_pass(cx, r);
	r = tlog_origin(cx, &row->origin);
	if (r >= 0)
		r = check_name(cx, row->origin, origin);
	if (r >= 0)
		r = read_last(cx, row);
	if (r >= 0)
		r = close_log(cx, row);
	if (r < 0)
		return r;
	r = (int)q_log_origin_put(cx->db, .origin = origin);
	return r < 0 ? ctx_pass(cx, r)
		: audit_note(cx, "log.begin", "log", row->closed_no, "", text_of(cx,
			"%s → %s", row->origin, origin));
}

int tlog_begin(struct ctx *cx, const struct tlog_beginning *in, bool is_trial)
{
	struct q_log_closed_insert_in row = {
		.signed_size = (int64_t)in->signed_size, .reason = in->reason};
	auto_tx tx = {0};
	if (!*in->reason || strlen(in->reason) > REASON_MAX)
		return fail(cx, ERR_INVALID, "log.begin_reason");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = begin(cx, in->origin, &row);
	if (r < 0 || is_trial)
		return r;
	r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Its tree is the beginning of the present one. */
static int has_root(struct ctx *cx, uint64_t size, const char *root_hex, bool *ret_has)
{
	struct merkle_range range;
	struct merkle_hash root;
	struct q_log_head_find head = {0};
	char hex[2 * MERKLE_BYTES + 1];
	int r = q_log_head_find(cx->db, &head);
	*ret_has = false;
	if (r < 0 || size > (uint64_t)head.tree_size)
		return r == ERR_NOTFOUND ? 0 : r;
	r = merkle_range_load(size, tile_reader_get, tlog_reader(cx, size), &range);
	if (r == ERR_STATE) /* a tile that is not there: named by itself */
		return 0;
	if (r < 0)
		return r;
	merkle_range_root(&range, &root);
	*ret_has = streq(hex_write(root.bytes, MERKLE_BYTES, hex), root_hex);
	return 0;
}

static bool is_kept(struct ctx *cx, const struct q_log_closed_all *row, int64_t no)
{
	struct q_log_closed_insert_in in = {.note = row->note, .reason = row->reason,
		.signed_size = row->signed_size};
	struct tlog_sealed sealed = {row->closed_no, row->closed_at, seal_of(cx, &in)};
	struct note *note = arena_make(cx->arena, struct note);
	struct checkpoint c;
	return row->closed_no == no && tlog_seal_holds(cx, &sealed, row->seal) &&
		note_parse(str_of(row->note), note) == 0 &&
		checkpoint_parse(note->text, &c) == 0 && str_is(c.origin, row->origin) &&
		c.head.size == (uint64_t)row->tree_size &&
		streq(hex_text(cx->arena, c.head.root.bytes, MERKLE_BYTES), row->root_hex);
}

/* Each key of the log has the name of this log, or of one that was closed. */
static int check_names(struct ctx *cx, const struct q_log_closed_all_rows *closed,
	void (*alarm)(void *arg, const char *text), void *arg)
{
	struct q_log_keys_rows keys;
	const char *origin;
	struct note_key key;
	int r = tlog_origin(cx, &origin);
	if (r >= 0)
		r = q_log_keys(cx->db, &keys);
	for (size_t i = 0; r >= 0 && i < keys.n; i++) {
		bool is_known = note_key_parse(str_of(keys.at[i].verifier_key), &key) < 0 ||
			streq(key.name, origin);
		for (size_t k = 0; k < closed->n && !is_known; k++)
			is_known = streq(key.name, closed->at[k].origin);
		if (!is_known)
			alarm(arg, text_of(cx, "公钥%s既不属于现在的公开日志，也不属于已关闭的",
				keys.at[i].verifier_key));
	}
	return r;
}

int tlog_begin_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct q_log_closed_all_rows rows;
	int r = q_log_closed_all(cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		bool has = false;
		r = has_root(cx, (uint64_t)rows.at[i].tree_size, rows.at[i].root_hex, &has);
		if (!has || !is_kept(cx, &rows.at[i], (int64_t)i + 1))
			alarm(arg, text_of(cx, "已关闭的公开日志%s的记载被改动，或与现有记录不符",
				rows.at[i].origin));
	}
	if (r >= 0)
		r = check_names(cx, &rows, alarm, arg);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
