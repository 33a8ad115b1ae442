/* Reading an item or a material: who may, whether a reason must be given, and the row that is
 * left. */
#include <inttypes.h>

#include "base/utf8.h"
#include "core/setting.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/bank_material.h"

enum { MINUTE = 60 };

static int check_reason(struct ctx *cx, struct str reason)
{
	size_t chars = utf8_count(reason);
	if (!utf8_is_text(reason) || chars < READ_REASON_MIN || chars > READ_REASON_MAX)
		return fail_field(cx, "reason", "item.reason_wrong",
			text_of(cx, "%d", READ_REASON_MIN), text_of(cx, "%d", READ_REASON_MAX));
	return 0;
}

/* What the reader typed a short while ago. ERR_NOTFOUND: nothing. */
static int lately(struct ctx *cx, const struct read_log *log, const char **ret_purpose)
{
	struct q_item_read_recent row;
	int64_t minutes = setting_int(cx, "bank.read_minutes", log->at.region, 0);
	if (!cx->actor.account_id)
		return ERR_NOTFOUND;
	int r = q_item_read_recent(cx->db, &row, .account_id = cx->actor.account_id,
		.item_id = log->item_id, .since_at = ctx_now(cx) - minutes * MINUTE);
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	*ret_purpose = row.purpose;
	return 0;
}

int read_purpose(struct ctx *cx, const struct read_log *log, const char **ret_purpose,
	bool *ret_typed)
{
	struct str typed = str_trim(str_of(log->purpose));
	*ret_typed = typed.n > 0;
	if (typed.n) {
		*ret_purpose = arena_str(cx->arena, typed);
		return cx->actor.role == ROLE_SYSTEM ? 0 : check_reason(cx, typed);
	}
	if (log->is_free) {
		*ret_purpose = log->preset;
		return 0;
	}
	int r = lately(cx, log, ret_purpose);
	return r == ERR_NOTFOUND ? fail(cx, ERR_DENIED, "item.reason_needed") : r;
}

int read_append(struct ctx *cx, const struct read_log *log)
{
	const char *purpose;
	bool is_typed;
	int r = read_purpose(cx, log, &purpose, &is_typed);
	if (r < 0)
		return r;
	r = q_item_read_insert(cx->db, .id = ctx_id(cx), .item_id = log->item_id,
		.version_no = log->version_no, .bank_id = log->at.bank_id,
		.body_id = log->at.body_id, .region = log->at.region, .read_kind = log->kind,
		.purpose = purpose, .is_typed = is_typed, .account_id = cx->actor.account_id,
		.actor_name = cx->actor.name, .role = role_code(cx->actor.role),
		.ip = cx->actor.ip, .at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int item_get(struct ctx *cx, int64_t item_id, struct q_bank_item_find *ret_item)
{
	int r = ctx_need(cx, PERM_BANK_READ);
	if (r < 0)
		return r;
	r = q_bank_item_find(cx->db, ret_item, .id = item_id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "item.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int item_get_in(struct ctx *cx, int64_t bank_id, int64_t item_id,
	struct q_bank_item_find *ret_item)
{
	int r = item_get(cx, item_id, ret_item);
	return r == 0 && ret_item->bank_id != bank_id ? fail(cx, ERR_NOTFOUND, "item.not_found")
		: r;
}

static bool is_in_review(const struct q_bank_item_find *item, int64_t version_no)
{
	return version_no == item->version_no && (streq(item->state, "submitted") ||
		streq(item->state, "reviewed"));
}

/* What was ever approved, and what was retired, is read with a reason. */
static struct read_log log_of(struct ctx *cx, const struct q_bank_item_find *item,
	const struct q_bank_item_version_find *v, const char *kind, const char *purpose)
{
	struct read_log log = {.item_id = item->id, .version_no = v->version_no,
		.at = {item->bank_id, item->body_id, item->region}, .kind = kind,
		.purpose = purpose};
	bool is_kept = streq(item->state, "retired") || streq(item->state, "approved") ||
		v->version_no <= item->approved_version_no;
	bool is_own = cx->actor.account_id && v->author_id == cx->actor.account_id;
	bool may_judge = ctx_may(cx, PERM_ITEM_REVIEW) || ctx_may(cx, PERM_ITEM_APPROVE);
	bool judges = may_judge && bank_is_own(cx, item->body_id, item->region) &&
		is_in_review(item, v->version_no);
	log.is_free = !is_kept && cx->actor.role != ROLE_SYSTEM && (is_own || judges);
	log.preset = is_own ? "查看本人命制的试题" : "审核试题";
	return log;
}

static int find_version(struct ctx *cx, const struct q_bank_item_find *item, int64_t version_no,
	struct q_bank_item_version_find *ret_version)
{
	int64_t no = version_no ? version_no : item->version_no;
	int r = q_bank_item_version_find(cx->db, ret_version, .item_id = item->id,
		.version_no = no);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "item.no_version", text_of(cx, "%" PRId64, no));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int add_material(struct ctx *cx, const struct q_bank_item_version_find *v,
	struct item_reading *own)
{
	struct q_material_find m;
	int r = q_material_find(cx->db, &m, .id = v->material_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	own->material_title = m.title;
	return material_add(cx, v->material_id, v->material_no, &own->content,
		&own->material_html);
}

static int fill(struct ctx *cx, const struct q_bank_item_version_find *v,
	struct item_reading *ret_reading)
{
	struct item_reading *own = arena_make(cx->arena, struct item_reading);
	*own = (struct item_reading){.version_no = v->version_no, .point_id = v->point_id,
		.difficulty_permille = v->difficulty_permille, .material_id = v->material_id,
		.material_no = v->material_no, .material_html = "", .material_title = "",
		.note = v->note,
		.author_name = v->actor_name, .author_id = v->author_id,
		.created_at = v->created_at};
	int r = content_unseal(cx, ITEM_COLUMN, v->content_cipher, &own->content);
	if (r == 0 && v->material_id)
		r = add_material(cx, v, own);
	if (r == 0)
		*ret_reading = *own;
	return r;
}

static int open_as(struct ctx *cx, int64_t item_id, int64_t version_no, const char *kind,
	const char *purpose, struct item_reading *ret_reading)
{
	struct q_bank_item_find item;
	struct q_bank_item_version_find v;
	auto_tx tx = {0};
	int r = item_get(cx, item_id, &item);
	if (r < 0 || (r = find_version(cx, &item, version_no, &v)) < 0)
		return r;
	struct read_log log = log_of(cx, &item, &v, kind, purpose);
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = read_append(cx, &log)) < 0 || (r = fill(cx, &v, ret_reading)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int item_open(struct ctx *cx, int64_t item_id, int64_t version_no, const char *purpose,
	struct item_reading *ret_reading)
{
	return open_as(cx, item_id, version_no, "item", purpose, ret_reading);
}

int item_is_open(struct ctx *cx, int64_t item_id, int64_t version_no)
{
	struct q_bank_item_find item;
	struct q_bank_item_version_find v;
	const char *purpose;
	int r = item_get(cx, item_id, &item);
	if (r < 0 || (r = find_version(cx, &item, version_no, &v)) < 0)
		return r;
	struct read_log log = log_of(cx, &item, &v, "item", NULL);
	if (log.is_free)
		return 1;
	r = lately(cx, &log, &purpose);
	return r == ERR_NOTFOUND ? 0 : r < 0 ? r : 1;
}

static int asset_read(struct ctx *cx, const struct item_asset *assets, int n, const char *name,
	struct file *ret_file)
{
	for (int i = 0; i < n; i++)
		if (streq(assets[i].name, name))
			return file_read(cx, 0, assets[i].file_id, ret_file);
	return fail(cx, ERR_NOTFOUND, "item.no_asset", name);
}

int item_asset_open(struct ctx *cx, int64_t item_id, int64_t version_no, const char *name,
	struct file *ret_file)
{
	struct item_reading *reading = arena_make(cx->arena, struct item_reading);
	int r = open_as(cx, item_id, version_no, "asset", NULL, reading);
	return r < 0 ? r : asset_read(cx, reading->content.assets, reading->content.n_assets, name,
		ret_file);
}

/* ---- materials ---- */

static int material_log(struct ctx *cx, const struct q_material_find *m,
	const struct q_material_version_find *v, const char *purpose, struct read_log *ret_log)
{
	struct q_material_live live;
	int r = q_material_live(cx->db, &live, .material_id = m->id);
	if (r < 0)
		return ctx_pass(cx, r);
	bool is_own = cx->actor.account_id && v->author_id == cx->actor.account_id;
	bool may_judge = ctx_may(cx, PERM_ITEM_REVIEW) || ctx_may(cx, PERM_ITEM_WRITE);
	*ret_log = (struct read_log){.item_id = m->id, .version_no = v->version_no,
		.at = {m->bank_id, m->body_id, m->region}, .kind = "material",
		.purpose = purpose, .preset = is_own ? "查看本人编写的材料" : "命题、审题使用材料",
		.is_free = !live.items && cx->actor.role != ROLE_SYSTEM && may_judge &&
			bank_is_own(cx, m->body_id, m->region)};
	return 0;
}

static int material_find(struct ctx *cx, int64_t id, int64_t version_no,
	struct q_material_find *ret_material, struct q_material_version_find *ret_version)
{
	int r = ctx_need(cx, PERM_BANK_READ);
	if (r < 0)
		return r;
	r = q_material_find(cx->db, ret_material, .id = id, .scope = bank_scope(cx));
	if (r >= 0)
		r = q_material_version_find(cx->db, ret_version, .material_id = id,
			.version_no = version_no ? version_no : ret_material->version_no);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "material.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int material_is_open(struct ctx *cx, int64_t id)
{
	struct q_material_find m;
	struct q_material_version_find v;
	struct read_log log;
	const char *purpose;
	int r = material_find(cx, id, 0, &m, &v);
	if (r < 0 || (r = material_log(cx, &m, &v, NULL, &log)) < 0)
		return r;
	if (log.is_free)
		return 1;
	r = lately(cx, &log, &purpose);
	return r == ERR_NOTFOUND ? 0 : r < 0 ? r : 1;
}

int material_open(struct ctx *cx, int64_t id, int64_t version_no, const char *purpose,
	struct material_reading *ret_reading)
{
	struct q_material_find m;
	struct q_material_version_find v;
	struct read_log log;
	struct item *it = arena_make(cx->arena, struct item);
	auto_tx tx = {0};
	int r = material_find(cx, id, version_no, &m, &v);
	if (r < 0 || (r = material_log(cx, &m, &v, purpose, &log)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = read_append(cx, &log)) < 0)
		return r;
	if ((r = content_unseal(cx, MATERIAL_COLUMN, v.content_cipher, it)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_reading = (struct material_reading){.title = m.title, .html = it->stem_html,
		.version_no = v.version_no, .author_id = v.author_id, .n_assets = it->n_assets};
	for (int i = 0; i < it->n_assets; i++)
		ret_reading->assets[i] = it->assets[i];
	return 0;
}

int material_asset_open(struct ctx *cx, int64_t id, const char *name, struct file *ret_file)
{
	struct material_reading *reading = arena_make(cx->arena, struct material_reading);
	int r = material_open(cx, id, 0, NULL, reading);
	return r < 0 ? r : asset_read(cx, reading->assets, reading->n_assets, name, ret_file);
}
