/* Custody and sealing. */
#include "domain/exam/paper_seal.h"

#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "core/secret.h"
#include "domain/exam/bank.h"
#include "domain/exam/paper_seal_impl.h"
#include "query/exam_form.h"

enum { CODE_BYTES = 13, CODE_CHARS = 20, CODE_GROUP = 5, WINDOW_MAX = 400 * 86400 };

int key_of(struct ctx *cx, const char *use, const char *secret, const char *more,
	struct keyring **ret_keys)
{
	uint8_t mac[DIGEST_BYTES];
	crypto_hmac_sm3(str_of(secret), str_of(text_of(cx, "luban.%s|%s", use, more)), mac);
	int r = keyring_from_hex(str_of(hex_text(cx->arena, mac, sizeof mac)), ret_keys);
	crypto_wipe(mac, sizeof mac);
	return r < 0 ? fail(cx, ERR_BUG, "paper.key_broken") : 0;
}

const char *code_folded(struct ctx *cx, const char *typed)
{
	char *out = arena_dup(cx->arena, typed);
	size_t n = 0;
	for (const char *p = typed; *p && n <= CODE_CHARS; p++) {
		char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		c = c == '0' ? 'O' : c == '1' ? 'I' : c == '8' ? 'B' : c;
		if ((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'))
			out[n++] = c;
	}
	out[n] = 0;
	return n == CODE_CHARS ? out : "";
}

static const char *code_make(struct ctx *cx)
{
	uint8_t bytes[CODE_BYTES];
	auto_buf b;
	buf_init(&b, 64);
	ctx_random(cx, bytes, sizeof bytes);
	base32_put(&b, bytes, sizeof bytes);
	return text_of(cx, "%.*s-%.*s-%.*s-%.*s", CODE_GROUP, b.p, CODE_GROUP, b.p + 5, CODE_GROUP,
		b.p + 10, CODE_GROUP, b.p + 15);
}

const char *share_seal(struct ctx *cx, const char *code, const char *salt, const char *share)
{
	struct keyring *keys = NULL;
	if (key_of(cx, SHARE_USE, code_folded(cx, code), salt, &keys) < 0)
		return "";
	const char *sealed = keyring_seal(keys, cx->arena, SHARE_USE, str_of(share));
	keyring_free(keys);
	return sealed;
}

int share_open(struct ctx *cx, const char *code, const struct q_paper_custodians *c,
	const char **ret_share)
{
	struct keyring *keys = NULL;
	const char *folded = code_folded(cx, code);
	if (!*folded)
		return ERR_INVALID;
	int r = key_of(cx, SHARE_USE, folded, c->salt, &keys);
	if (r < 0)
		return r;
	r = keyring_open(keys, cx->arena, SHARE_USE, str_of(c->share_cipher), ret_share);
	keyring_free(keys);
	return r;
}

int custodian_me(struct ctx *cx, int64_t id, struct q_paper_custodians_rows *ret_rows,
	const struct q_paper_custodians **ret_me)
{
	int r = q_paper_custodians(cx->db, ret_rows, .paper_set_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < ret_rows->n; i++)
		if (ret_rows->at[i].account_id == cx->actor.account_id && cx->actor.account_id) {
			*ret_me = &ret_rows->at[i];
			return 0;
		}
	return fail(cx, ERR_DENIED, "paper.not_custodian");
}

/* ---- naming ---- */

static const char *const fields[] = {"custodian_one", "custodian_two", "custodian_spare"};

static const char *account_name(const struct q_paper_accounts_rows *rows, int64_t id)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->at[i].id == id)
			return rows->at[i].name;
	return NULL;
}

static int check_seal(struct ctx *cx, const struct seal_in *in)
{
	for (int i = 0; i < in->n; i++)
		for (int k = 0; k < i; k++)
			if (in->accounts[i] == in->accounts[k])
				fail_field(cx, fields[i], "paper.same_custodian");
	if (in->n < CUSTODIANS_MIN)
		fail_field(cx, "custodian_two", "paper.two_needed");
	if (in->open_to_at <= in->open_from_at || in->open_to_at <= ctx_now(cx)
		|| in->open_to_at > ctx_now(cx) + WINDOW_MAX)
		fail_field(cx, "open_to_at", "paper.window_wrong");
	return ctx_checked(cx);
}

static int put_custodians(struct ctx *cx, int64_t id, const struct seal_in *in,
	const struct q_paper_accounts_rows *accounts)
{
	const char *names = "";
	int r = q_paper_custodians_clear(cx->db, .paper_set_id = id);
	for (int i = 0; i < in->n && r >= 0; i++) {
		const char *name = account_name(accounts, in->accounts[i]);
		if (!name)
			return fail_field(cx, fields[i], "paper.no_custodian");
		names = text_of(cx, "%s%s%s", names, i ? "、" : "", name);
		r = q_paper_custodian_insert(cx->db, .paper_set_id = id, .custodian_no = i + 1,
			.account_id = in->accounts[i], .name = name);
	}
	if (r >= 0)
		r = q_paper_set_window(cx->db, .id = id, .open_from_at = in->open_from_at,
			.open_to_at = in->open_to_at);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "paper_set", 0, id, "custodians",
		text_of(cx, "指定保管人：%s；启封时间：%s 至 %s", names,
		civil_time_text(cx->arena, in->open_from_at),
		civil_time_text(cx->arena, in->open_to_at)));
}

int paper_custodians_name(struct ctx *cx, int64_t id, const struct seal_in *in)
{
	struct q_paper_set_find set;
	struct q_paper_accounts_rows accounts;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PAPER_APPROVE);
	if (r < 0 || (r = check_seal(cx, in)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = paper_hold(cx, id, &set)) < 0)
		return r;
	if (!bank_is_own(cx, set.body_id, set.region))
		return fail(cx, ERR_DENIED, "paper.not_own");
	if (!streq(set.state, "approved"))
		return fail(cx, ERR_STATE, "paper.not_approved");
	r = q_paper_accounts(cx->db, &accounts, .body_id = set.body_id, .region = set.region);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = put_custodians(cx, id, in, &accounts)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- custody ---- */

/* Under both shares, in the order of their numbers. */
int pair_key(struct ctx *cx, const char *one, const char *other, int64_t id,
	struct keyring **ret_keys)
{
	return key_of(cx, "paper.pair", text_of(cx, "%s%s", one, other),
		text_of(cx, "%lld", (long long)id), ret_keys);
}

static int wrap_key(struct ctx *cx, int64_t id, const struct q_paper_custodians_rows *rows,
	const char *const *shares, const char *key)
{
	for (size_t i = 0; i < rows->n; i++)
		for (size_t k = i + 1; k < rows->n; k++) {
			struct keyring *pair = NULL;
			int r = pair_key(cx, shares[i], shares[k], id, &pair);
			if (r < 0)
				return r;
			const char *cipher = keyring_seal(pair, cx->arena, "paper.key",
				str_of(key));
			keyring_free(pair);
			r = q_paper_wrap_insert(cx->db, .paper_set_id = id,
				.one_no = rows->at[i].custodian_no,
				.other_no = rows->at[k].custodian_no, .key_cipher = cipher);
			if (r < 0)
				return ctx_pass(cx, r);
		}
	return 0;
}

static int put_sealed(struct ctx *cx, const struct q_paper_set_find *set,
	const struct paper_draft *draft, const struct form *forms, const struct keyring *keys)
{
	for (int f = 0; f < draft->forms; f++) {
		char hash[DIGEST_HEX];
		auto_buf record, whole;
		buf_init(&record, FORM_RECORD_MAX);
		buf_init(&whole, FORM_RECORD_MAX + 1024);
		form_pack(&record, &forms[f]);
		if (record.full)
			return fail(cx, ERR_LIMIT, "exam.form_large");
		stow_text(&whole, "seed", draft->seed);
		stow_str(&whole, "form", buf_view(&record));
		int r = q_paper_form_put(cx->db, .id = ctx_id(cx), .paper_set_id = set->id,
			.form_no = f + 1, .form_state = "sealed", .n_items = forms[f].n_items,
			.score_centi = forms[f].score_centi,
			.content_cipher = keyring_seal(keys, cx->arena, FORM_USE, buf_view(&whole)),
			.content_hash = crypto_sm3_hex(buf_view(&record), hash));
		if (r < 0)
			return ctx_pass(cx, r);
	}
	return 0;
}

static int seal(struct ctx *cx, const struct q_paper_set_find *set,
	const struct q_paper_custodians_rows *rows, const char *const *shares)
{
	struct paper_draft draft;
	struct form *forms = arena_array(cx->arena, struct form, ASSEMBLE_FORMS_MAX);
	struct keyring *keys = NULL;
	uint8_t key[DIGEST_BYTES];
	int r = draft_open(cx, set, &draft);
	if (r < 0 || (r = paper_forms(cx, set, &draft, forms)) < 0)
		return r;
	ctx_random(cx, key, sizeof key);
	const char *hex = hex_text(cx->arena, key, sizeof key);
	if (keyring_from_hex(str_of(hex), &keys) < 0)
		return fail(cx, ERR_BUG, "paper.key_broken");
	r = put_sealed(cx, set, &draft, forms, keys);
	keyring_free(keys);
	if (r < 0 || (r = wrap_key(cx, set->id, rows, shares, hex)) < 0)
		return r;
	r = q_paper_set_sealed(cx->db, .id = set->id, .sealed_at = ctx_now(cx));
	if (r >= 0)
		r = q_paper_custodians_forget(cx->db, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_run(cx, &paper_flow, 0, set->id, "seal", "", NULL);
}

static int take(struct ctx *cx, const struct q_paper_set_find *set,
	const struct q_paper_custodians *me, const char *code)
{
	uint8_t bytes[DIGEST_BYTES];
	ctx_random(cx, bytes, sizeof bytes);
	const char *salt = hex_text(cx->arena, bytes, 16);
	ctx_random(cx, bytes, sizeof bytes);
	const char *share = hex_text(cx->arena, bytes, sizeof bytes);
	int r = q_paper_custodian_take(cx->db, .paper_set_id = set->id,
		.custodian_no = me->custodian_no, .salt = salt,
		.share_cipher = share_seal(cx, code, salt, share),
		.given_cipher = secret_seal(cx, GIVEN_COLUMN, share));
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, "paper.taken");
	return flow_note(cx, "paper_set", 0, set->id, "custody", text_of(cx, "保管人%s%s口令",
		me->name, *me->share_cipher ? "重新领取" : "领取"));
}

static int seal_when_complete(struct ctx *cx, const struct q_paper_set_find *set, bool *ret_sealed)
{
	struct q_paper_custodians_rows rows;
	const char *shares[CUSTODIANS_MAX];
	int r = q_paper_custodians(cx->db, &rows, .paper_set_id = set->id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_sealed = rows.n >= CUSTODIANS_MIN && rows.n <= CUSTODIANS_MAX;
	for (size_t i = 0; i < rows.n && *ret_sealed; i++) {
		*ret_sealed = rows.at[i].given_at && *rows.at[i].given_cipher;
		if (*ret_sealed && (r = secret_open(cx, GIVEN_COLUMN, rows.at[i].given_cipher,
			&shares[i])) < 0)
			return r;
	}
	return *ret_sealed ? seal(cx, set, &rows, shares) : 0;
}

static int custody_begin(struct ctx *cx, struct tx *tx, int64_t id, struct q_paper_set_find *set,
	const struct q_paper_custodians **ret_me)
{
	struct q_paper_custodians_rows rows;
	int r = ctx_need(cx, PERM_PAPER_OPEN);
	if (r < 0)
		return r;
	if ((r = tx_begin(tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = paper_hold(cx, id, set)) < 0)
		return r;
	return streq(set->state, "approved") ? custodian_me(cx, id, &rows, ret_me)
		: fail(cx, ERR_STATE, "paper.not_approved");
}

int paper_custody_take(struct ctx *cx, int64_t id, const char **ret_code)
{
	struct q_paper_set_find set;
	const struct q_paper_custodians *me;
	auto_tx tx = {0};
	const char *code = code_make(cx);
	int r = custody_begin(cx, &tx, id, &set, &me);
	if (r < 0 || (r = take(cx, &set, me, code)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_code = code;
	return 0;
}

static int confirm(struct ctx *cx, const struct q_paper_custodians *me, const char *code)
{
	const char *share;
	if (!*me->share_cipher)
		return fail(cx, ERR_STATE, "paper.not_taken");
	if (share_open(cx, code, me, &share) < 0)
		return fail_field(cx, "code", "paper.code_unlike");
	int r = q_paper_custodian_confirm(cx->db, .paper_set_id = me->paper_set_id,
		.custodian_no = me->custodian_no, .given_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, "paper.taken");
	return flow_note(cx, "paper_set", 0, me->paper_set_id, "custody_confirm",
		text_of(cx, "保管人%s确认口令", me->name));
}

int paper_custody_confirm(struct ctx *cx, int64_t id, const char *code, bool *ret_sealed)
{
	struct q_paper_set_find set;
	const struct q_paper_custodians *me;
	bool is_sealed;
	auto_tx tx = {0};
	int r = custody_begin(cx, &tx, id, &set, &me);
	if (r < 0 || (r = confirm(cx, me, code)) < 0
		|| (r = seal_when_complete(cx, &set, &is_sealed)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_sealed = is_sealed;
	return 0;
}
