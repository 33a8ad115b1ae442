#include "domain/exam/bank_item.h"

#include "base/utf8.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/bank_near.h"
#include "domain/exam/bank_point.h"

/* A version on its way into the database. */
struct draft {
	struct item content;
	struct place at;
	int64_t item_id, version_no, point_id, difficulty, material_id, material_no, near;
	const char *cipher, *hash, *note;
};

static int check_point(struct ctx *cx, const struct place *at, int64_t point_id)
{
	struct q_bank_point_find p;
	int r = q_bank_point_find(cx->db, &p, .id = point_id, .scope = bank_scope(cx));
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r == ERR_NOTFOUND || p.bank_id != at->bank_id || p.depth != POINT_DEPTH)
		fail_field(cx, "point_id", "item.point_wrong");
	return 0;
}

static int check_rest(struct ctx *cx, struct draft *d, const struct item_in *in)
{
	struct str note = str_trim(str_of(in->note));
	if (in->difficulty_permille < 0 || in->difficulty_permille > 1000)
		fail_field(cx, "difficulty", "item.difficulty_wrong");
	if (!utf8_is_text(note) || utf8_count(note) > ITEM_NOTE_MAX)
		fail_field(cx, "note", "item.line_wrong", text_of(cx, "%d", ITEM_NOTE_MAX));
	d->note = arena_str(cx->arena, note);
	d->point_id = in->point_id;
	d->difficulty = in->difficulty_permille;
	d->material_id = in->material_id;
	int r = check_point(cx, &d->at, in->point_id);
	if (r == 0 && in->material_id)
		r = material_pin(cx, d->at.bank_id, in->material_id, &d->material_no);
	return r;
}

/* Item and material are shown together: so many pictures have room. */
static int check_pictures(struct ctx *cx, const struct draft *d)
{
	struct item *material = arena_make(cx->arena, struct item);
	const char *html;
	int r = 0, n = d->content.n_assets;
	if (d->material_no)
		r = material_add(cx, d->material_id, d->material_no, material, &html);
	for (int i = 0; i < material->n_assets; i++)
		n += !content_has_asset(&d->content, d->content.n_assets,
			material->assets[i].name);
	if (n > ITEM_ASSETS_MAX)
		fail_field(cx, "material_id", "item.pictures_many",
			text_of(cx, "%d", ITEM_ASSETS_MAX));
	return r;
}

/* Everything about it that can be wrong is said at once. */
static int prepare(struct ctx *cx, struct draft *d, const struct item_in *in)
{
	d->content = in->content;
	int r = check_rest(cx, d, in);
	if (r < 0)
		return r;
	r = content_take(cx, &d->at, &d->content);
	if (r < 0 && r != ERR_INVALID)
		return r;
	if ((r = check_pictures(cx, d)) < 0)
		return r;
	r = item_validate(cx, &d->content);
	if (r < 0)
		return r;
	d->near = near_hash(cx, near_words(cx, &d->content));
	return content_seal(cx, ITEM_COLUMN, &d->content, &d->cipher, &d->hash);
}

static int put_version(struct ctx *cx, const struct draft *d)
{
	int r = q_bank_item_version_insert(cx->db, .item_id = d->item_id,
		.version_no = d->version_no, .bank_id = d->at.bank_id, .body_id = d->at.body_id,
		.region = d->at.region, .content_cipher = d->cipher, .content_hash = d->hash,
		.note = d->note, .author_id = cx->actor.account_id, .actor_name = cx->actor.name,
		.created_at = ctx_now(cx), .item_kind = item_kind_code(d->content.kind),
		.point_id = d->point_id, .difficulty_permille = d->difficulty,
		.material_id = d->material_id, .material_no = d->material_no);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *text = text_of(cx, "第%d版%s%s", (int)d->version_no, *d->note ? "：" : "",
		d->note);
	return flow_note(cx, "item", 0, d->item_id, "item_version", text);
}

static int insert(struct ctx *cx, struct draft *d)
{
	struct q_bank_number number;
	int r = q_bank_number(cx->db, &number, .id = d->at.bank_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "bank.closed");
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_bank_item_insert(cx->db, .id = d->item_id, .bank_id = d->at.bank_id,
		.body_id = d->at.body_id, .region = d->at.region, .item_no = number.n_items,
		.item_kind = item_kind_code(d->content.kind), .point_id = d->point_id,
		.material_id = d->material_id, .difficulty_permille = d->difficulty,
		.near_hash = d->near, .author_id = cx->actor.account_id,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : put_version(cx, d);
}

int item_create(struct ctx *cx, int64_t bank_id, const struct item_in *in, int64_t *ret_id)
{
	struct q_bank_find bank;
	struct draft *d = arena_make(cx->arena, struct draft);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ITEM_WRITE);
	if (r < 0 || (r = bank_get(cx, bank_id, &bank)) < 0)
		return r;
	if ((r = bank_need_own(cx, bank.body_id, bank.region)) < 0)
		return r;
	d->at = (struct place){bank.id, bank.body_id, bank.region};
	d->item_id = ctx_id(cx);
	d->version_no = 1;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = prepare(cx, d, in)) < 0 || (r = insert(cx, d)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = d->item_id;
	return 0;
}

/* What is in use becomes a draft; what waits for others must come back first. */
static int begin_change(struct ctx *cx, const struct q_bank_item_find *item)
{
	if (streq(item->state, "draft"))
		return 0;
	if (streq(item->state, "approved"))
		return flow_run(cx, &item_flow, 0, item->id, "revise", NULL, NULL);
	return fail(cx, ERR_STATE, "item.not_draft",
		flow_state(&item_flow, item->state)->label);
}

static int next_version(struct ctx *cx, const struct draft *d)
{
	int r = q_bank_item_next(cx->db, .id = d->item_id, .old_no = d->version_no - 1,
		.version_no = d->version_no, .near_hash = d->near,
		.item_kind = item_kind_code(d->content.kind), .point_id = d->point_id,
		.material_id = d->material_id, .difficulty_permille = d->difficulty);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? put_version(cx, d) : fail(cx, ERR_CONFLICT, "item.overtaken");
}

int item_save(struct ctx *cx, int64_t item_id, int64_t base_no, const struct item_in *in,
	int64_t *ret_version_no)
{
	struct q_bank_item_find item;
	struct draft *d = arena_make(cx->arena, struct draft);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ITEM_WRITE);
	if (r < 0 || (r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = item_get(cx, item_id, &item)) < 0
		|| (r = bank_need_own(cx, item.body_id, item.region)) < 0)
		return r;
	if (item.version_no != base_no)
		return fail(cx, ERR_CONFLICT, "item.overtaken");
	if (!streq(item.bank_state, "open"))
		return fail(cx, ERR_STATE, "bank.closed");
	d->at = (struct place){item.bank_id, item.body_id, item.region};
	d->item_id = item_id;
	d->version_no = base_no + 1;
	if ((r = begin_change(cx, &item)) < 0 || (r = prepare(cx, d, in)) < 0
		|| (r = next_version(cx, d)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_version_no = d->version_no;
	return 0;
}

/* ---- enemies ---- */

static int own_item(struct ctx *cx, int64_t item_id, struct q_bank_item_find *ret_item)
{
	int r = ctx_need(cx, PERM_ITEM_WRITE);
	if (r < 0 || (r = item_get(cx, item_id, ret_item)) < 0)
		return r;
	return bank_need_own(cx, ret_item->body_id, ret_item->region);
}

static int put_one(struct ctx *cx, int64_t a, int64_t b, int64_t bank_id, const char *note)
{
	int r = q_item_enemy_put(cx->db, .item_id = a, .other_id = b, .bank_id = bank_id,
		.note = note, .created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int item_enemy_put(struct ctx *cx, int64_t item_id, int64_t other_no, const char *note)
{
	struct q_bank_item_find item;
	struct q_bank_item_by_no other;
	auto_tx tx = {0};
	int r = own_item(cx, item_id, &item);
	if (r < 0)
		return r;
	r = q_bank_item_by_no(cx->db, &other, .bank_id = item.bank_id, .item_no = other_no);
	if (r == ERR_NOTFOUND || other_no == item.item_no)
		return fail_field(cx, "other_no", "item.enemy_wrong");
	if (r < 0 || (r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = put_one(cx, item_id, other.id, item.bank_id, note)) < 0
		|| (r = put_one(cx, other.id, item_id, item.bank_id, note)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int item_enemy_drop(struct ctx *cx, int64_t item_id, int64_t other_id)
{
	struct q_bank_item_find item;
	auto_tx tx = {0};
	int r = own_item(cx, item_id, &item);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_item_enemy_drop(cx->db, .item_id = item_id, .other_id = other_id);
	if (r >= 0)
		r = q_item_enemy_drop(cx->db, .item_id = other_id, .other_id = item_id);
	return ctx_pass(cx, r < 0 ? r : tx_commit(&tx));
}
