#include "core/log_witness.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "core/audit.h"
#include "core/setting.h"
#include "query/log.h"
#include "query/log_witness.h"

/* ---- what is shown ---- */

static int witnessed(struct ctx *cx, const struct tlog_head *newest, struct tlog_head *ret_head)
{
	struct q_log_checkpoint_witnessed row;
	int64_t quorum = setting_int(cx, "log.quorum", "", 0);
	*ret_head = *newest;
	if (quorum <= 0)
		return 0;
	int r = q_log_checkpoint_witnessed(
		cx->db, &row, .since = newest->at - LOG_SERVED_SECONDS, .least = quorum);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	if (!hex_read(str_of(row.root_hex), ret_head->head.root.bytes, MERKLE_BYTES))
		return ctx_pass(cx, ERR_BUG);
	ret_head->head.size = (uint64_t)row.tree_size;
	ret_head->note = row.note;
	ret_head->at = row.at;
	return 0;
}

int log_served(struct ctx *cx, struct tlog_head *ret_head)
{
	struct tlog_head newest, head;
	struct q_log_cosignature_of_rows rows;
	int r = tlog_head(cx, &newest);
	if (!r)
		r = witnessed(cx, &newest, &head);
	if (r < 0)
		return r;
	r = q_log_cosignature_of(cx->db, &rows, .tree_size = (int64_t)head.head.size);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		head.note = text_of(cx, "%s%s", head.note, rows.at[i].line);
	*ret_head = head;
	return 0;
}

int log_witness_keys(
	struct ctx *cx, struct note_key *ret_keys, size_t *ret_n, size_t *ret_quorum)
{
	struct q_log_witness_all_rows rows;
	int r = q_log_witness_all(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	size_t n = 0;
	for (size_t i = 0; i < rows.n && n < LOG_WITNESSES_MAX; i++)
		if (note_key_parse(str_of(rows.at[i].verifier_key), &ret_keys[n]) == 0)
			n++;
	int64_t quorum = setting_int(cx, "log.quorum", "", 0);
	*ret_n = n;
	*ret_quorum = quorum < 0 ? 0 : (size_t)quorum < n ? (size_t)quorum : n;
	return 0;
}

/* ---- who they are ---- */

int log_witness_add(struct ctx *cx, const char *url, const char *verifier_key)
{
	struct note_key key;
	struct q_log_witness_all_rows rows;
	auto_buf text;
	buf_init(&text, 1024);
	if (note_key_parse(str_trim(str_of(verifier_key)),
		&key) < 0 || key.type != NOTE_COSIGNATURE)
		return fail(cx, ERR_INVALID, "log.witness_key", verifier_key);
	struct str prefix = str_trim(str_of(url));
	while (str_ends(prefix, "/"))
		prefix.n--;
	if (!fetch_is_base(prefix))
		return fail(cx, ERR_INVALID, "log.witness_url", url);
	note_key_put(&text, &key);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_witness_all(cx->db, &rows);
	if (r >= 0 && rows.n >= LOG_WITNESSES_MAX)
		return fail(cx, ERR_LIMIT, "log.witness_many",
			text_of(cx, "%d", LOG_WITNESSES_MAX));
	if (r >= 0)
		r = q_log_witness_insert(cx->db, .id = ctx_id(cx), .name = key.name,
			.verifier_key = buf_z(&text), .url = arena_str(cx->arena, prefix),
			.created_at = ctx_now(cx));
	if (r == ERR_CONFLICT)
		return fail(cx, ERR_CONFLICT, "log.witness_known", key.name);
	if (r >= 0)
		r = audit_note(cx, "log.witness_add", "log", 0, "", key.name);
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int log_witness_remove(struct ctx *cx, const char *name)
{
	struct q_log_witness_delete row;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_witness_delete(cx->db, &row, .name = name);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_NOTFOUND, "log.witness_unknown", name);
	if (r >= 0)
		r = (int)q_log_cosignature_forget(cx->db, .witness_id = row.id);
	if (r >= 0)
		r = audit_note(cx, "log.witness_remove", "log", 0, "", name);
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
