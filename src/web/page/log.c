/* The public log for people: how large, signed by whom, what was written last, and how to check
 * it; one leaf with its proof; and the keys as a trust file. Its files are web/log_file.h. */
#include <inttypes.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "base/hex.h"
#include "core/log_trust.h"
#include "core/log_witness.h"
#include "core/tlog_key.h"
#include "query/certificate_proof.h"
#include "query/log.h"
#include "query/log_closed.h"
#include "web/log_words.h"
#include "web/page/page.h"

enum { NEWEST = 20, TEXT_MAX = 16 * 1024, INDEX_DIGITS = 18 };

static const char *base64(struct ctx *cx, const void *p, size_t n)
{
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	base64_put(&b, p, n);
	return arena_dup(cx->arena, buf_z(&b));
}

static const char *key_text(struct ctx *cx, const struct note_key *key)
{
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	note_key_put(&b, key);
	return arena_dup(cx->arena, buf_z(&b));
}

static json_t *signature_view(struct ctx *cx, const struct note_key *key, const char *kind,
	bool holds, int64_t at)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}", "name",
		arena_dup(cx->arena, key->name), "kind_label", kind, "key_id",
		text_of(cx, "%08" PRIx32, key->id), "verifier_key", key_text(cx, key), "holds",
		holds, "at_text", at ? civil_time_text(cx->arena, at) : "");
}

/* Only what was checked here and now is called signed. */
static void put_signatures(struct req *rq, const char *note_text, const struct trust *t)
{
	struct ctx *cx = rq->cx;
	struct checkpoint c;
	struct trust_verdict verdict = {0};
	struct note *note = arena_make(cx->arena, struct note);
	json_t *list = json_array();
	bool is_good = note_parse(str_of(note_text), note) == 0 &&
		trust_check(t, note, &c, &verdict) == 0;
	for (size_t i = 0; i < t->n_logs; i++)
		if (verdict.by_log[i])
			json_array_append_new(list, signature_view(cx, &t->logs[i],
				t->logs[i].type == NOTE_SM2 ? "本日志（SM2）" : "本日志（Ed25519）",
				is_good, 0));
	for (size_t i = 0; i < t->n_witnesses; i++)
		json_array_append_new(list, signature_view(cx, &t->witnesses[i], "见证服务",
			is_good && verdict.by_witness[i], verdict.witnessed_at[i]));
	view_set(rq, "signatures", list);
	view_flag(rq, "is_sound", is_good && verdict.holds);
}

static int put_keys(struct req *rq)
{
	struct q_log_keys_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int r = q_log_keys(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_log_keys *k = &rows.at[i];
		struct note_key key;
		bool is_current = streq(k->key_state, "current"),
			is_lost = streq(k->key_state, "lost");
		if (note_key_parse(str_of(k->verifier_key), &key) < 0)
			continue;
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "verifier_key",
			k->verifier_key, "type_label", key.type == NOTE_SM2 ? "SM2" : "Ed25519",
			"state", k->key_state, "state_label",
			is_current ? "现用" : is_lost ? "已失密，不可信" : "已停用", "state_tone",
			is_current ? "good" : is_lost ? "bad" : "plain", "since",
			civil_time_text(cx->arena, k->created_at)));
	}
	view_set(rq, "keys", list);
	return 0;
}

static int put_closed(struct req *rq)
{
	struct q_log_closed_all_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	view_set(rq, "closed", list);
	int r = q_log_closed_all(cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		const struct q_log_closed_all *c = &rows.at[i];
		json_array_append_new(list, json_pack("{s:I, s:s, s:I, s:I, s:b, s:s, s:s}", "no",
			(json_int_t)c->closed_no, "origin", c->origin, "size",
			(json_int_t)c->tree_size, "signed_size", (json_int_t)c->signed_size,
			"has_lost", c->signed_size > c->tree_size, "reason", c->reason, "at_text",
			civil_time_text(cx->arena, c->closed_at)));
	}
	view_flag(rq, "has_closed", rows.n > 0);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_newest(struct req *rq, uint64_t size)
{
	json_t *list = json_array();
	view_set(rq, "leaves", list);
	for (uint64_t i = 0; i < NEWEST && i < size; i++) {
		struct str entry;
		int r = tlog_entry(rq->cx, size - 1 - i, &entry);
		if (r < 0)
			return r;
		json_t *leaf = log_leaf_view(rq, entry);
		json_object_set_new(leaf, "index", json_integer((json_int_t)(size - 1 - i)));
		json_object_del(leaf, "pairs");
		json_array_append_new(list, leaf);
	}
	return 0;
}

static void put_head(struct req *rq, const struct tlog_head *head, const char *origin)
{
	struct ctx *cx = rq->cx;
	view_text(rq, "origin", origin);
	view_int(rq, "size", (int64_t)head->head.size);
	view_text(rq, "root", base64(cx, head->head.root.bytes, MERKLE_BYTES));
	view_int(rq, "at", head->at);
	view_text(rq, "at_text", head->at ? civil_time_text(cx->arena, head->at) : "");
	view_text(rq, "note", head->note ? head->note : "");
	view_flag(rq, "has_checkpoint", head->note);
}

static int log_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct tlog_head head = {0};
	struct trust *trust = arena_make(cx->arena, struct trust);
	const char *origin;
	int r = tlog_origin(cx, &origin);
	if (r < 0)
		return r;
	r = log_served(cx, &head);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	put_head(rq, &head, origin);
	if (head.note && (r = log_trust(cx, trust)) < 0)
		return r;
	put_signatures(rq, head.note ? head.note : "", trust);
	r = put_keys(rq);
	if (r >= 0)
		r = put_closed(rq);
	return r < 0 ? r : put_newest(rq, head.head.size);
}

/* One leaf. */

static int put_proof(struct req *rq, uint64_t index, const struct tlog_head *head,
	struct str entry)
{
	struct ctx *cx = rq->cx;
	struct merkle_proof proof;
	struct merkle_hash leaf;
	int r = merkle_inclusion(index, head->head.size, tile_reader_get,
		tlog_reader(cx, head->head.size), &proof);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < proof.n; i++)
		json_array_append_new(
			list, json_string(base64(cx, proof.hashes[i].bytes, MERKLE_BYTES)));
	merkle_leaf(entry, &leaf);
	view_set(rq, "proof", list);
	view_text(rq, "leaf_hash", base64(cx, leaf.bytes, MERKLE_BYTES));
	view_flag(rq, "is_included",
		merkle_includes(index, head->head.size, &leaf, &proof, &head->head.root));
	return 0;
}

static int leaf_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct tlog_head head;
	struct str entry, digits = str_of(rq_param(rq, "index"));
	const char *origin;
	int64_t index;
	if (digits.n > INDEX_DIGITS || !str_to_i64(digits, &index) || index < 0)
		return fail(cx, ERR_NOTFOUND, "log.no_leaf");
	int r = tlog_origin(cx, &origin);
	if (r >= 0)
		r = log_served(cx, &head);
	if (r >= 0 && (uint64_t)index >= head.head.size)
		r = ERR_NOTFOUND;
	if (r >= 0)
		r = tlog_entry(cx, (uint64_t)index, &entry);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "log.no_leaf");
	if (r < 0)
		return r;
	put_head(rq, &head, origin);
	view_int(rq, "index", index);
	view_set(rq, "leaf", log_leaf_view(rq, entry));
	view_text(rq, "entry", base64(cx, entry.p, entry.n));
	view_text(rq, "title", text_of(cx, "公开日志第 %" PRId64 " 条", index));
	return put_proof(rq, (uint64_t)index, &head, entry);
}

static enum leaf_kind kind_of(const char *code)
{
	enum leaf_kind kind = LEAF_ISSUED;
	while (kind < LEAF_KINDS && !streq(code, leaf_kind_code(kind)))
		kind++;
	return kind;
}

/* Placed is what the outside can see: within the checkpoint that is shown. */
int log_put_leaves(struct req *rq, int64_t person_id, int64_t id)
{
	struct q_certificate_leaves_of_rows rows;
	struct tlog_head head = {0};
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	view_set(rq, "leaves", list);
	int r = q_certificate_leaves_of(
		cx->db, &rows, .person_id = person_id, .certificate_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	r = rows.n ? log_served(cx, &head) : 0;
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_certificate_leaves_of *p = &rows.at[i];
		bool is_placed = p->leaf_index >= 0 && (uint64_t)p->leaf_index < head.head.size;
		json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s, s:I, s:b}", "kind",
			p->leaf_kind, "kind_label", log_kind_label(kind_of(p->leaf_kind)),
			"version", (int)p->face_version, "handle", p->handle, "at_text",
			civil_time_text(cx->arena, p->at), "leaf_index",
			(json_int_t)p->leaf_index, "is_placed", is_placed));
	}
	return 0;
}

static int keys_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct trust *trust = arena_make(cx->arena, struct trust);
	auto_buf b;
	buf_init(&b, TRUST_MAX);
	int r = log_trust(cx, trust);
	if (r < 0)
		return r;
	trust_put(&b, trust);
	return rq_bytes(rq, "text/plain; charset=utf-8", NULL, buf_view(&b));
}

const struct route routes_log[] = {
	{GET, "/log", PERM_PUBLIC, log_show, "log/show", "公开日志", .flags = ROUTE_THROTTLE},
	{GET, "/log/leaf/:index", PERM_PUBLIC, leaf_show, "log/leaf", "公开日志的一条记录",
		.flags = ROUTE_THROTTLE},
	{GET, "/log/keys", PERM_PUBLIC, keys_show, NULL, "公开日志的信任文件",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{0},
};
