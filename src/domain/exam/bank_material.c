#include "domain/exam/bank_material.h"

#include <string.h>

#include "base/utf8.h"
#include "domain/exam/bank_impl.h"

enum { TITLE_CHARS = 60 };

int material_pin(struct ctx *cx, int64_t bank_id, int64_t material_id, int64_t *ret_version_no)
{
	struct q_material_find m;
	int r = q_material_find(cx->db, &m, .id = material_id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND || (r == 0 && m.bank_id != bank_id)) {
		fail_field(cx, "material_id", "material.not_found");
		return 0;
	}
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_version_no = m.version_no;
	return 0;
}

int material_add(struct ctx *cx, int64_t material_id, int64_t version_no, struct item *it,
	const char **ret_html)
{
	struct q_material_version_find v;
	struct item *m = arena_make(cx->arena, struct item);
	int r = q_material_version_find(cx->db, &v, .material_id = material_id,
		.version_no = version_no);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "material.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = content_unseal(cx, MATERIAL_COLUMN, v.content_cipher, m)) < 0)
		return r;
	for (int i = 0; i < m->n_assets && it->n_assets < ITEM_ASSETS_MAX; i++)
		if (!content_has_asset(it, it->n_assets, m->assets[i].name))
			it->assets[it->n_assets++] = m->assets[i];
	*ret_html = m->stem_html;
	return 0;
}

/* Its text and pictures take the way of an item's. */
static int prepare(struct ctx *cx, const struct place *at, const struct material_in *in,
	const char **ret_cipher, const char **ret_hash)
{
	struct item *it = arena_make(cx->arena, struct item);
	struct str title = str_of(in->title);
	if (is_blank(in->title) || !utf8_is_text(title) || utf8_count(title) > TITLE_CHARS)
		fail_field(cx, "title", "bank.title_wrong", text_of(cx, "%d", TITLE_CHARS));
	*it = (struct item){.kind = ITEM_ESSAY, .stem_html = in->html, .n_assets = in->n_assets};
	memcpy(it->assets, in->assets, sizeof it->assets);
	int r = content_take(cx, at, it);
	if (r < 0 && r != ERR_INVALID)
		return r;
	if (is_blank(it->stem_html))
		fail_field(cx, "html", "material.empty");
	if ((r = ctx_checked(cx)) < 0)
		return r;
	return content_seal(cx, MATERIAL_COLUMN, it, ret_cipher, ret_hash);
}

static int put_row(struct ctx *cx, const struct place *at, int64_t id, int64_t base_no,
	const char *title)
{
	int r;
	if (base_no)
		r = q_material_next(cx->db, .id = id, .old_no = base_no, .version_no = base_no + 1,
			.title = title);
	else
		r = q_material_insert(cx->db, .id = id, .bank_id = at->bank_id,
			.body_id = at->body_id, .region = at->region, .title = title,
			.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_CONFLICT, "item.overtaken");
}

static int put(struct ctx *cx, const struct place *at, int64_t id, int64_t base_no,
	const struct material_in *in)
{
	const char *cipher, *hash;
	int r = prepare(cx, at, in, &cipher, &hash);
	if (r < 0 || (r = put_row(cx, at, id, base_no, in->title)) < 0)
		return r;
	r = q_material_version_insert(cx->db, .material_id = id, .version_no = base_no + 1,
		.bank_id = at->bank_id, .body_id = at->body_id, .region = at->region,
		.content_cipher = cipher, .content_hash = hash, .author_id = cx->actor.account_id,
		.actor_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "bank", 0, at->bank_id, "material", in->title);
}

/* The material's own bank, when there is one already. */
static int check_bank(struct ctx *cx, int64_t bank_id, int64_t id)
{
	struct q_material_find m;
	if (!id)
		return 0;
	int r = q_material_find(cx->db, &m, .id = id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND || (r == 0 && m.bank_id != bank_id))
		return fail(cx, ERR_NOTFOUND, "material.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int material_save(struct ctx *cx, int64_t bank_id, int64_t id, int64_t base_no,
	const struct material_in *in, int64_t *ret_id)
{
	struct q_bank_find bank;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ITEM_WRITE);
	if (r < 0 || (r = bank_get(cx, bank_id, &bank)) < 0
		|| (r = bank_need_own(cx, bank.body_id, bank.region)) < 0)
		return r;
	if (!streq(bank.state, "open"))
		return fail(cx, ERR_STATE, "bank.closed");
	if ((r = check_bank(cx, bank_id, id)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	int64_t own = id ? id : ctx_id(cx);
	struct place at = {bank.id, bank.body_id, bank.region};
	if ((r = put(cx, &at, own, id ? base_no : 0, in)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = own;
	return 0;
}
