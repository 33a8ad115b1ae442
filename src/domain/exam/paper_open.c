/* Opening by two custodians. */
#include <stdlib.h>
#include <string.h>

#include "core/secret.h"
#include "core/throttle.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/exposure.h"
#include "domain/exam/paper_seal.h"
#include "domain/exam/paper_seal_impl.h"

bool paper_is_time(struct ctx *cx, const struct q_paper_set_find *set)
{
	int64_t now = ctx_now(cx);
	return (now >= set->open_from_at && now <= set->open_to_at) || now < set->early_until_at;
}

/* Kept for itself, so that an error which follows does not undo it. */
static int count_try(struct ctx *cx, const struct q_paper_custodians *me)
{
	int r = q_paper_custodian_tried(cx->db, .paper_set_id = me->paper_set_id,
		.custodian_no = me->custodian_no, .tries = me->tries + 1, .tried_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	r = flow_note(cx, "paper_set", 0, me->paper_set_id, "wrong_code",
		text_of(cx, "保管人%s输入的口令不正确", me->name));
	int left = (int)(CODE_TRIES - me->tries - 1);
	if (r < 0)
		return r;
	return left > 0 ? fail_field(cx, "code", "paper.code_wrong", text_of(cx, "%d", left))
		: fail_field(cx, "code", "paper.code_last", text_of(cx, "%d", CODE_TRIES),
			text_of(cx, "%d", CODE_LOCK_SECONDS / 60));
}

static bool is_locked(struct ctx *cx, const struct q_paper_custodians *me)
{
	return me->tries >= CODE_TRIES && ctx_wall(cx) < me->tried_at + CODE_LOCK_SECONDS;
}

static int check_code(struct ctx *cx, struct q_paper_custodians *me, const char *code,
	const char **ret_share)
{
	if (is_locked(cx, me))
		return fail(cx, ERR_LIMIT, "paper.code_locked",
			text_of(cx, "%d", CODE_LOCK_SECONDS / 60));
	if (!throttle_take(cx, "paper.open", text_of(cx, "%lld", (long long)me->account_id), 20,
		600))
		return fail(cx, ERR_LIMIT, "paper.code_locked", "10");
	if (me->tries >= CODE_TRIES)
		me->tries = 0; /* the lock is over */
	if (*me->share_cipher && share_open(cx, code, me, ret_share) == 0)
		return 0;
	return count_try(cx, me);
}

/* ---- with both shares ---- */

/* From now on the custodians can read it. */
static int log_reading(struct ctx *cx, const struct q_paper_set_find *set, const struct form *form)
{
	const char *why = text_of(cx, "试卷启封：%s", form->title);
	int r = 0;
	for (int i = 0; i < form->n_items && r >= 0; i++)
		r = read_append(cx, &(struct read_log){.item_id = form->items[i].item_id,
			.version_no = form->items[i].version_no,
			.at = {set->bank_id, set->body_id, set->region}, .kind = "item",
			.is_free = true, .preset = why});
	return r;
}

static int open_form(struct ctx *cx, const struct q_paper_set_find *set,
	const struct q_paper_forms_sealed *row, const struct keyring *keys, const char **ret_seed)
{
	const char *whole;
	struct stow_field f;
	struct form form;
	if (keyring_open(keys, cx->arena, FORM_USE, str_of(row->content_cipher), &whole) < 0)
		return fail(cx, ERR_BUG, "paper.form_unreadable");
	struct str rest = str_of(whole);
	if (!stow_next(&rest, &f))
		return fail(cx, ERR_BUG, "paper.form_unreadable");
	*ret_seed = arena_str(cx->arena, f.text);
	if (!stow_next(&rest, &f) || form_unpack(cx->arena, f.text, &form) < 0)
		return fail(cx, ERR_BUG, "paper.form_unreadable");
	form.id = row->id;
	form.paper_set_id = set->id;
	int r = form_store(cx, &form);
	if (r >= 0)
		r = log_reading(cx, set, &form);
	return r < 0 ? r : exposure_opened(cx, &form);
}

static int open_forms(struct ctx *cx, const struct q_paper_set_find *set, const char *key)
{
	struct q_paper_forms_sealed_rows rows;
	struct keyring *keys = NULL;
	const char *seed = "";
	int r = q_paper_forms_sealed(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (keyring_from_hex(str_of(key), &keys) < 0)
		return fail(cx, ERR_BUG, "paper.key_broken");
	for (size_t i = 0; i < rows.n && r >= 0; i++)
		r = open_form(cx, set, &rows.at[i], keys, &seed);
	keyring_free(keys);
	if (r < 0)
		return r;
	r = q_paper_set_opened(cx->db, .id = set->id, .opened_at = ctx_now(cx), .seed = seed);
	if (r >= 0)
		r = q_paper_custodians_forget(cx->db, .paper_set_id = set->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int open_by(struct ctx *cx, const struct q_paper_set_find *set,
	const struct q_paper_custodians *a, const char *share_a,
	const struct q_paper_custodians *b, const char *share_b)
{
	struct q_paper_wrap_find wrap;
	struct keyring *pair = NULL;
	const char *key;
	bool in_order = a->custodian_no < b->custodian_no;
	int r = q_paper_wrap_find(cx->db, &wrap, .paper_set_id = set->id,
		.one_no = in_order ? a->custodian_no : b->custodian_no,
		.other_no = in_order ? b->custodian_no : a->custodian_no);
	if (r < 0)
		return ctx_pass(cx, r);
	r = pair_key(cx, in_order ? share_a : share_b, in_order ? share_b : share_a, set->id,
		&pair);
	if (r < 0)
		return r;
	r = keyring_open(pair, cx->arena, "paper.key", str_of(wrap.key_cipher), &key);
	keyring_free(pair);
	if (r < 0)
		return fail(cx, ERR_BUG, "paper.form_unreadable");
	return open_forms(cx, set, key);
}

/* The share of somebody else that waits; those too old are gone. */
static const struct q_paper_custodians *waiting(const struct q_paper_custodians_rows *rows,
	const struct q_paper_custodians *me)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->at[i].custodian_no != me->custodian_no && *rows->at[i].given_cipher)
			return &rows->at[i];
	return NULL;
}

static int give(struct ctx *cx, const struct q_paper_set_find *set,
	const struct q_paper_custodians *me, const char *share)
{
	int r = q_paper_custodians_late(cx->db, .paper_set_id = set->id,
		.since_at = ctx_now(cx) - GIVEN_SECONDS);
	if (r >= 0)
		r = q_paper_custodian_give(cx->db, .paper_set_id = set->id,
			.custodian_no = me->custodian_no,
			.given_cipher = secret_seal(cx, GIVEN_COLUMN, share),
			.given_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "paper_set", 0, set->id, "give", text_of(cx, "保管人%s输入口令",
		me->name));
}

static int finish(struct ctx *cx, struct q_paper_set_find *set, const char *share,
	bool *ret_opened)
{
	struct q_paper_custodians_rows rows;
	const struct q_paper_custodians *me, *other;
	const char *other_share;
	int r = paper_hold(cx, set->id, set);
	if (r < 0 || (r = custodian_me(cx, set->id, &rows, &me)) < 0)
		return r;
	if (!streq(set->state, "sealed"))
		return fail(cx, ERR_STATE, "paper.not_sealed");
	if ((r = give(cx, set, me, share)) < 0
		|| (r = custodian_me(cx, set->id, &rows, &me)) < 0)
		return r;
	other = waiting(&rows, me);
	*ret_opened = other != NULL;
	if (!other)
		return 0;
	if ((r = secret_open(cx, GIVEN_COLUMN, other->given_cipher, &other_share)) < 0)
		return r;
	const char *why = !*set->early_reason || ctx_now(cx) >= set->open_from_at
		? "" : text_of(cx, "窗口外启封：%s", set->early_reason);
	if ((r = flow_run(cx, &paper_flow, 0, set->id, "open", why, NULL)) < 0)
		return r;
	return open_by(cx, set, me, share, other, other_share);
}

int paper_open(struct ctx *cx, int64_t id, const char *code, bool *ret_opened)
{
	struct q_paper_set_find set;
	struct q_paper_custodians_rows rows;
	const struct q_paper_custodians *me;
	const char *share;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PAPER_OPEN);
	if (r < 0 || (r = paper_get(cx, id, &set)) < 0
		|| (r = custodian_me(cx, id, &rows, &me)) < 0)
		return r;
	if (!streq(set.state, "sealed"))
		return fail(cx, ERR_STATE, "paper.not_sealed");
	if (!paper_is_time(cx, &set))
		return fail(cx, ERR_STATE, "paper.not_time");
	struct q_paper_custodians mine = *me;
	if ((r = check_code(cx, &mine, code, &share)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	bool opened = false;
	if ((r = finish(cx, &set, share, &opened)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_opened = opened;
	return 0;
}

/* ---- outside the window ---- */

static int note_early(struct ctx *cx, int64_t id, const char *reason, int64_t by, int64_t until,
	const char *text)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_paper_set_early(cx->db, .id = id, .early_reason = reason, .early_by = by,
			.early_until_at = until);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "paper_set", 0, id, "early", text)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int paper_early_ask(struct ctx *cx, int64_t id, const char *reason)
{
	struct q_paper_set_find set;
	struct q_paper_custodians_rows rows;
	const struct q_paper_custodians *me;
	int r = ctx_need(cx, PERM_PAPER_OPEN);
	if (r < 0 || (r = paper_get(cx, id, &set)) < 0
		|| (r = custodian_me(cx, id, &rows, &me)) < 0)
		return r;
	if (!streq(set.state, "sealed"))
		return fail(cx, ERR_STATE, "paper.not_sealed");
	if (is_blank(reason))
		return fail_field(cx, "reason", "paper.reason_needed");
	return note_early(cx, id, reason, cx->actor.account_id, 0,
		text_of(cx, "申请在时间窗口外启封：%s", reason));
}

int paper_early_allow(struct ctx *cx, int64_t id)
{
	struct q_paper_set_find set;
	int r = ctx_need(cx, PERM_PAPER_APPROVE);
	if (r < 0 || (r = paper_get(cx, id, &set)) < 0)
		return r;
	if (!bank_is_own(cx, set.body_id, set.region))
		return fail(cx, ERR_DENIED, "paper.not_own");
	if (!streq(set.state, "sealed") || !set.early_by)
		return fail(cx, ERR_STATE, "paper.none_asked");
	if (set.early_by == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "paper.early_own");
	return note_early(cx, id, set.early_reason, set.early_by, ctx_now(cx) + EARLY_SECONDS,
		text_of(cx, "批准在时间窗口外启封，%d 小时内有效", EARLY_SECONDS / 3600));
}
