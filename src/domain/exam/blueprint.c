#include "domain/exam/blueprint.h"

#include <string.h>

#include "base/utf8.h"
#include "domain/exam/bank.h"
#include "query/bank_item.h"

enum { TITLE_CHARS = 80, ITEM_SCORE_MAX = 10000, SLACK_PRESET = 30 };

const struct blueprint_in blueprint_preset = {.title = "", .note = "", .forms = 2, .overlap = 0,
	.target_permille = 680, .slack_permille = 20, .apart_centi = 20, .spread_permille = 20};

int blueprint_get(struct ctx *cx, int64_t id, struct q_blueprint_find *ret)
{
	int r = q_blueprint_find(cx->db, ret, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "paper.no_blueprint");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int blueprint_hold(struct ctx *cx, int64_t id, struct q_blueprint_find *ret)
{
	int r = blueprint_get(cx, id, ret);
	if (r >= 0)
		r = q_blueprint_lock(cx->db, .id = id);
	return r < 0 ? ctx_pass(cx, r) : blueprint_get(cx, id, ret);
}

static int hold_own(struct ctx *cx, int64_t id, struct q_blueprint_find *ret)
{
	int r = ctx_need(cx, PERM_PAPER_EDIT);
	if (r < 0 || (r = blueprint_hold(cx, id, ret)) < 0)
		return r;
	return bank_is_own(cx, ret->body_id, ret->region) ? 0 : fail(cx, ERR_DENIED,
		"paper.not_own");
}

/* One's own bank, or an open one of an authority above. */
static int need_bank(struct ctx *cx, int64_t bank_id, struct q_blueprint_bank *ret)
{
	int r = q_blueprint_bank(cx->db, ret, .id = bank_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	bool is_above = r == 0 && !ret->body_id
		&& str_starts(str_of(cx->actor.region), ret->region);
	if (r < 0 || !(is_above || bank_is_own(cx, ret->body_id, ret->region)))
		return fail_field(cx, "bank_id", "paper.no_bank");
	return streq(ret->state, "open") ? 0 : fail_field(cx, "bank_id", "paper.bank_closed");
}

static int insert_version(struct ctx *cx, int64_t id, int64_t version_no,
	const struct blueprint_in *in)
{
	int r = q_blueprint_version_insert(cx->db, .blueprint_id = id, .version_no = version_no,
		.n_forms = in->forms, .overlap = in->overlap,
		.target_permille = in->target_permille,
		.slack_permille = in->slack_permille, .apart_centi = in->apart_centi,
		.spread_permille = in->spread_permille, .exposure_limit = in->exposure_limit,
		.rest_months = in->rest_months, .note = in->note, .actor_name = cx->actor.name,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int copy_rows(struct ctx *cx, int64_t id, int64_t from, int64_t to)
{
	struct q_blueprint_sections_rows s;
	struct q_blueprint_wishes_rows w;
	int r = q_blueprint_sections(cx->db, &s, .blueprint_id = id, .version_no = from);
	if (r >= 0)
		r = q_blueprint_wishes(cx->db, &w, .blueprint_id = id, .version_no = from);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < s.n && r >= 0; i++)
		r = q_blueprint_section_put(cx->db, .blueprint_id = id, .version_no = to,
			.item_kind = s.at[i].item_kind, .items = s.at[i].items,
			.score_centi = s.at[i].score_centi);
	for (size_t i = 0; i < w.n && r >= 0; i++)
		r = q_blueprint_wish_insert(cx->db, .id = ctx_id(cx), .blueprint_id = id,
			.version_no = to, .wish_kind = w.at[i].wish_kind,
			.point_id = w.at[i].point_id, .item_kind = w.at[i].item_kind,
			.facility_from = w.at[i].facility_from, .facility_to = w.at[i].facility_to,
			.least_centi = w.at[i].least_centi, .most_centi = w.at[i].most_centi,
			.item_no = w.at[i].item_no);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Makes sure that the newest version may be changed: a used one is left and copied. */
static int touch(struct ctx *cx, struct q_blueprint_find *p)
{
	if (!p->is_used)
		return 0;
	struct blueprint_in in = {.note = p->note, .forms = p->n_forms, .overlap = p->overlap,
		.target_permille = p->target_permille, .slack_permille = p->slack_permille,
		.apart_centi = p->apart_centi, .spread_permille = p->spread_permille,
		.exposure_limit = p->exposure_limit, .rest_months = p->rest_months};
	int64_t next = p->version_no + 1;
	int r = q_blueprint_next(cx->db, .id = p->id, .version_no = next, .old_no = p->version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_CONFLICT, "paper.blueprint_moved");
	if ((r = insert_version(cx, p->id, next, &in)) < 0
		|| (r = copy_rows(cx, p->id, p->version_no, next)) < 0)
		return r;
	p->version_no = next;
	p->is_used = 0;
	return 0;
}

static int check_title(struct ctx *cx, const char *title)
{
	if (is_blank(title) || utf8_count(str_of(title)) > TITLE_CHARS)
		return fail_field(cx, "title", "paper.title_wrong", text_of(cx, "%d", TITLE_CHARS));
	return 0;
}

/* ---- creation ---- */

static int preset_sections(struct ctx *cx, int64_t id, int64_t bank_id)
{
	struct q_bank_counts_rows counts;
	int64_t usable[ITEM_KINDS] = {0}, wanted[ITEM_KINDS] = {0};
	static const int64_t usual[ITEM_KINDS] = {[ITEM_TRUE_FALSE] = 20, [ITEM_SINGLE] = 60,
		[ITEM_MULTIPLE] = 10};
	static const int64_t scores[ITEM_KINDS] = {[ITEM_TRUE_FALSE] = 100, [ITEM_SINGLE] = 100,
		[ITEM_MULTIPLE] = 200};
	int r = q_bank_counts(cx->db, &counts, .bank_id = bank_id);
	for (size_t i = 0; i < (r < 0 ? 0 : counts.n); i++)
		usable[item_kind_of(counts.at[i].item_kind)] += counts.at[i].usable;
	for (int k = 1; k < ITEM_KINDS && r >= 0; k++) {
		/* a bank that is small for two forms gives what it has */
		wanted[k] = usual[k] < usable[k] / 3 ? usual[k] : usable[k] / 3;
		if (wanted[k] > 0)
			r = q_blueprint_section_put(cx->db, .blueprint_id = id, .version_no = 1,
				.item_kind = item_kind_code((enum item_kind)k), .items = wanted[k],
				.score_centi = scores[k]);
	}
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int blueprint_create(struct ctx *cx, int64_t bank_id, const char *title, int64_t *ret_id)
{
	struct q_blueprint_bank bank;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PAPER_EDIT);
	if (r < 0 || (r = check_title(cx, title)) < 0 || (r = need_bank(cx, bank_id, &bank)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_blueprint_insert(cx->db, .id = id, .bank_id = bank_id, .body_id = cx->actor.body_id,
		.region = cx->actor.region, .title = title, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = insert_version(cx, id, 1, &blueprint_preset)) < 0
		|| (r = preset_sections(cx, id, bank_id)) < 0
		|| (r = blueprint_weights(cx, id, SLACK_PRESET)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* ---- changes ---- */

static int change_begin(struct ctx *cx, struct tx *tx, int64_t id, struct q_blueprint_find *p)
{
	int r = tx_begin(tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	return (r = hold_own(cx, id, p)) < 0 ? r : touch(cx, p);
}

static int change_end(struct ctx *cx, struct tx *tx, int r)
{
	if (r >= 0)
		r = tx_commit(tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int blueprint_edit(struct ctx *cx, int64_t id, const struct blueprint_in *in)
{
	struct q_blueprint_find p;
	auto_tx tx = {0};
	int r = check_title(cx, in->title);
	if (in->forms < 1 || in->forms > ASSEMBLE_FORMS_MAX)
		r = fail_field(cx, "forms", "paper.forms_wrong",
			text_of(cx, "%d", ASSEMBLE_FORMS_MAX));
	if (r < 0 || (r = change_begin(cx, &tx, id, &p)) < 0)
		return r;
	r = q_blueprint_rename(cx->db, .id = id, .title = in->title);
	if (r >= 0)
		r = q_blueprint_version_update(cx->db, .blueprint_id = id,
			.version_no = p.version_no, .n_forms = in->forms, .overlap = in->overlap,
			.target_permille = in->target_permille,
			.slack_permille = in->slack_permille, .apart_centi = in->apart_centi,
			.spread_permille = in->spread_permille,
			.exposure_limit = in->exposure_limit, .rest_months = in->rest_months,
			.note = in->note);
	return change_end(cx, &tx, r);
}

int blueprint_sections_set(struct ctx *cx, int64_t id, const struct section_in *in, size_t n)
{
	struct q_blueprint_find p;
	auto_tx tx = {0};
	int64_t items = 0;
	for (size_t i = 0; i < n; i++) {
		items += in[i].items;
		if (in[i].items && (in[i].score_centi < 1 || in[i].score_centi > ITEM_SCORE_MAX))
			fail_field(cx, text_of(cx, "score_%s", item_kind_code(in[i].kind)),
				"paper.score_wrong", item_kind_label(in[i].kind));
	}
	if (items < 1 || items > FORM_ITEMS_MOST)
		fail_field(cx, "items_single", "paper.items_wrong",
			text_of(cx, "%d", FORM_ITEMS_MOST));
	int r = ctx_checked(cx);
	if (r < 0 || (r = change_begin(cx, &tx, id, &p)) < 0)
		return r;
	r = q_blueprint_sections_clear(cx->db, .blueprint_id = id, .version_no = p.version_no);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (in[i].items)
			r = q_blueprint_section_put(cx->db, .blueprint_id = id,
				.version_no = p.version_no, .item_kind = item_kind_code(in[i].kind),
				.items = in[i].items, .score_centi = in[i].score_centi);
	return change_end(cx, &tx, r);
}

static int check_wish(struct ctx *cx, const struct q_blueprint_find *p, const struct wish_in *in)
{
	struct q_bank_point_of_rows points;
	struct q_bank_item_by_no item;
	bool is_item = streq(in->wish_kind, "must") || streq(in->wish_kind, "never");
	int r = 0;
	if (is_item) {
		r = q_bank_item_by_no(cx->db, &item, .bank_id = p->bank_id, .item_no = in->item_no);
		return r == ERR_NOTFOUND ? fail_field(cx, "item_no", "paper.no_item")
			: r < 0 ? ctx_pass(cx, r) : 0;
	}
	if (in->least_centi < 0 && in->most_centi < 0)
		return fail_field(cx, "least", "paper.no_bound");
	if (in->most_centi >= 0 && in->least_centi > in->most_centi)
		return fail_field(cx, "most", "paper.bounds_crossed");
	if ((in->facility_from || in->facility_to) && in->facility_from >= in->facility_to)
		return fail_field(cx, "facility_to", "paper.band_crossed");
	if (!in->point_id)
		return 0;
	if ((r = q_bank_point_of(cx->db, &points, .bank_id = p->bank_id)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < points.n; i++)
		if (points.at[i].id == in->point_id)
			return 0;
	return fail_field(cx, "point_id", "paper.no_point");
}

static int insert_wish(struct ctx *cx, const struct q_blueprint_find *p, const struct wish_in *in)
{
	return q_blueprint_wish_insert(cx->db, .id = ctx_id(cx), .blueprint_id = p->id,
		.version_no = p->version_no, .wish_kind = in->wish_kind, .point_id = in->point_id,
		.item_kind = in->item_kind, .facility_from = in->facility_from,
		.facility_to = in->facility_to, .least_centi = in->least_centi,
		.most_centi = in->most_centi, .item_no = in->item_no);
}

int blueprint_wish_add(struct ctx *cx, int64_t id, const struct wish_in *in)
{
	struct q_blueprint_find p;
	struct q_blueprint_wishes_rows rows;
	auto_tx tx = {0};
	int r = change_begin(cx, &tx, id, &p);
	if (r < 0 || (r = check_wish(cx, &p, in)) < 0)
		return r;
	if ((r = q_blueprint_wishes(cx->db, &rows, .blueprint_id = id,
		.version_no = p.version_no)) < 0)
		return ctx_pass(cx, r);
	if (rows.n >= BLUEPRINT_WISHES_MAX)
		return fail(cx, ERR_LIMIT, "paper.wishes_many",
			text_of(cx, "%d", BLUEPRINT_WISHES_MAX));
	return change_end(cx, &tx, insert_wish(cx, &p, in));
}

/* In a used version the wish is found by what it says, since the copy has another id. */
int blueprint_wish_drop(struct ctx *cx, int64_t id, int64_t wish_id)
{
	struct q_blueprint_find p;
	struct q_blueprint_wish_find w;
	struct q_blueprint_wishes_rows rows;
	auto_tx tx = {0};
	int r = q_blueprint_wish_find(cx->db, &w, .id = wish_id, .blueprint_id = id);
	if (r < 0)
		return r == ERR_NOTFOUND ? fail(cx, r, "paper.no_wish") : ctx_pass(cx, r);
	if ((r = change_begin(cx, &tx, id, &p)) < 0)
		return r;
	r = q_blueprint_wishes(cx->db, &rows, .blueprint_id = id, .version_no = p.version_no);
	for (size_t i = 0; i < (r < 0 ? 0 : rows.n); i++) {
		const struct q_blueprint_wishes *x = &rows.at[i];
		if (streq(x->wish_kind, w.wish_kind) && x->point_id == w.point_id
			&& streq(x->item_kind, w.item_kind) && x->item_no == w.item_no
			&& x->least_centi == w.least_centi && x->most_centi == w.most_centi
			&& x->facility_from == w.facility_from && x->facility_to == w.facility_to) {
			r = q_blueprint_wish_delete(cx->db, .id = x->id, .blueprint_id = id,
				.version_no = p.version_no);
			break;
		}
	}
	return change_end(cx, &tx, r);
}

/* ---- weights of the bank's table ---- */

enum { WEIGHT_DEPTH = 2 };

static bool is_range(const struct q_bank_point_of_rows *points, int64_t id)
{
	for (size_t i = 0; i < points->n; i++)
		if (points->at[i].id == id)
			return points->at[i].depth <= WEIGHT_DEPTH;
	return false;
}

static bool is_weight(const struct q_bank_point_of_rows *points,
	const struct q_blueprint_wishes *w)
{
	return streq(w->wish_kind, "points") && !*w->item_kind && !w->facility_from
		&& !w->facility_to && is_range(points, w->point_id);
}

/* *ret_left: what else is wished. */
static int clear_weights(struct ctx *cx, const struct q_blueprint_find *p,
	const struct q_bank_point_of_rows *points, size_t *ret_left)
{
	struct q_blueprint_wishes_rows rows;
	int r = q_blueprint_wishes(cx->db, &rows, .blueprint_id = p->id,
		.version_no = p->version_no);
	*ret_left = r < 0 ? 0 : rows.n;
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		if (!is_weight(points, &rows.at[i]))
			continue;
		r = q_blueprint_wish_delete(cx->db, .id = rows.at[i].id, .blueprint_id = p->id,
			.version_no = p->version_no);
		--*ret_left;
	}
	return r;
}

static int64_t share_of(const struct q_bank_point_of_rows *points, const struct q_bank_point_of *q)
{
	if (!q->parent_id)
		return q->weight_permille * 1000;
	for (size_t i = 0; i < points->n; i++)
		if (points->at[i].id == q->parent_id)
			return points->at[i].weight_permille * q->weight_permille;
	return 0;
}

static int put_weights(struct ctx *cx, const struct q_blueprint_find *p,
	const struct q_bank_point_of_rows *points, int64_t slack, size_t n)
{
	struct q_blueprint_sections_rows sections;
	int64_t full = 0;
	int r = q_blueprint_sections(cx->db, &sections, .blueprint_id = p->id,
		.version_no = p->version_no);
	for (size_t i = 0; r >= 0 && i < sections.n; i++)
		full += sections.at[i].items * sections.at[i].score_centi;
	for (size_t i = 0; r >= 0 && i < points->n; i++) {
		const struct q_bank_point_of *q = &points->at[i];
		int64_t millionth = q->depth <= WEIGHT_DEPTH ? share_of(points, q) : 0;
		if (!millionth || !full)
			continue;
		if (n++ == BLUEPRINT_WISHES_MAX)
			return fail(cx, ERR_LIMIT, "paper.wishes_many",
				text_of(cx, "%d", BLUEPRINT_WISHES_MAX));
		int64_t middle = full * millionth / 1000000, room = full * slack / 1000;
		struct wish_in in = {.wish_kind = "points", .point_id = q->id, .item_kind = "",
			.least_centi = middle > room ? middle - room : 0,
			.most_centi = middle + room};
		r = insert_wish(cx, p, &in);
	}
	return r;
}

int blueprint_weights(struct ctx *cx, int64_t id, int64_t slack_permille)
{
	struct q_blueprint_find p;
	struct q_bank_point_of_rows points;
	size_t left = 0;
	auto_tx tx = {0};
	int r = change_begin(cx, &tx, id, &p);
	if (r < 0)
		return r;
	if ((r = q_bank_point_of(cx->db, &points, .bank_id = p.bank_id)) >= 0)
		r = clear_weights(cx, &p, &points, &left);
	if (r >= 0)
		r = put_weights(cx, &p, &points, slack_permille, left);
	return change_end(cx, &tx, r);
}
