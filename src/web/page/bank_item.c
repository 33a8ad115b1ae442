/* Items of a bank: the list, and one item with its content, versions, look-alikes, readings. */
#include <inttypes.h>

#include "core/setting.h"
#include "domain/exam/bank_diff.h"
#include "domain/exam/bank_near.h"
#include "query/bank_item.h"
#include "web/choices.h"
#include "web/item_view.h"
#include "web/page/bank.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, READINGS_SHOWN = 6 };

static const struct choice states[] = {{"draft", "草稿"}, {"submitted", "待审核"},
	{"reviewed", "待批准"}, {"approved", "已入库"}, {"retired", "已停用"}, {0}};

static const struct field filters[] = {
	{"item_no", FIELD_INT, "题号", .min = 1, .max = 9999999},
	{"item_kind", FIELD_CHOICE, "题型", .choices = item_kind_choices},
	{"state", FIELD_CHOICE, "状态", .choices = states},
	{"point", FIELD_CHOICE, "鉴定范围或鉴定点"},
	{0},
};

static const struct choice *choices_all_points(struct req *rq, int64_t bank_id)
{
	struct q_bank_find bank = {.id = bank_id, .region = ""};
	struct point_row *rows;
	size_t n;
	if (points_tree(rq->cx, &bank, &rows, &n) < 0)
		n = 0;
	struct choice *list = arena_array(rq->cx->arena, struct choice, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct choice){rows[i].point.code, text_of(rq->cx, "%s%s %s",
			rows[i].point.depth == 1 ? "" : rows[i].point.depth == 2 ? "　"
			: rows[i].point.depth == 3 ? "　　" : "　　　", rows[i].point.code,
			rows[i].point.title)};
	return list;
}

/* 623 -> "0.62" */
static const char *share(struct ctx *cx, int64_t permille)
{
	return text_of(cx, "%s%" PRId64 ".%02" PRId64, permille < 0 ? "-" : "",
		(permille < 0 ? -permille : permille) / 1000,
		((permille < 0 ? -permille : permille) % 1000 + 5) / 10 % 100);
}

static void add_labels(struct req *rq, json_t *row, const struct q_bank_item_list *item)
{
	json_object_set_new(row, "kind_label",
		json_string(item_kind_label(item_kind_of(item->item_kind))));
	json_object_set_new(row, "is_usable", json_boolean(item->approved_version_no > 0));
	json_object_set_new(row, "is_changed", json_boolean(item->approved_version_no > 0 &&
		streq(item->state, "approved") == false));
	json_object_set_new(row, "facility_text",
		json_string(item->n_answers ? share(rq->cx, item->facility_permille) : ""));
	json_object_set_new(row, "discrimination_text",
		json_string(item->n_answers ? share(rq->cx, item->discrimination_permille) : ""));
	json_object_set_new(row, "difficulty_text", json_string(
		item->difficulty_permille ? share(rq->cx, item->difficulty_permille) : ""));
}

static int item_list(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_item_list_rows rows;
	struct q_bank_point_by_code point = {0};
	struct ctx *cx = rq->cx;
	struct scope scope = bank_scope(cx);
	int64_t count, no = in_int(rq->in, "item_no");
	const char *state = in_text(rq->in, "state"), *kind = in_text(rq->in, "item_kind");
	const char *code = in_text(rq->in, "point"), *under = text_of(cx, "%s-%%", code);
	int r = bank_put(rq, "/items", &bank);
	if (r < 0)
		return r;
	r = *code ? q_bank_point_by_code(cx->db, &point, .bank_id = bank.id, .code = code) : 0;
	if (r == ERR_NOTFOUND)
		point.id = -1;
	else if (r < 0)
		return ctx_pass(cx, r);
	view_choices(rq, "point", choices_all_points(rq, bank.id));
	rq_states(rq, &item_flow);
	r = q_bank_item_list(cx->db, &rows, .bank_id = bank.id, .scope = scope, .state = state,
		.item_kind = kind, .item_no = no, .point_id = point.id, .under = under,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_bank_item_list_count(cx->db, &count, .bank_id = bank.id, .scope = scope,
			.state = state, .item_kind = kind, .item_no = no, .point_id = point.id,
			.under = under, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_bank_item_list_desc, rows.at, rows.n, count);
	rq_states(rq, NULL);
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row)
		add_labels(rq, row, &rows.at[i]);
	view_set(rq, "kinds", json_array());
	for (const struct choice *c = item_kind_choices; c->code; c++)
		json_array_append_new(json_object_get(rq->view, "kinds"), json_pack("{s:s, s:s}",
			"code", c->code, "label", c->label));
	return r;
}

/* ---- one item ---- */

static const struct field show_fields[] = {{"version", FIELD_INT, "版本", .min = 1,
	.max = 100000}, {0}};

static const struct field reason_fields[] = {
	{"reason", FIELD_TEXT, "调阅理由", .help = "随调阅记录保存，写明用途，4 至 200 个字。",
		.example = "核对考生对第12题提出的疑问", .min = READ_REASON_MIN,
		.max = READ_REASON_MAX, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"version", FIELD_INT, "版本", .min = 1, .max = 100000, .flags = FIELD_HIDDEN},
	{0},
};

static const struct field near_fields[] = {
	{"other", FIELD_ID, "相似的试题", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"note", FIELD_TEXT, "两题为什么不重复", .max = ITEM_NOTE_MAX, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field enemy_fields[] = {
	{"other_no", FIELD_INT, "题号", .min = 1, .max = 9999999, .flags = FIELD_REQUIRED},
	{"note", FIELD_TEXT, "原因", .example = "题干提示了另一题的答案", .max = ITEM_NOTE_MAX},
	{0},
};

static json_t *item_row(struct req *rq, const struct q_bank_item_find *item)
{
	struct ctx *cx = rq->cx;
	json_t *row = view_row(rq, &q_bank_item_find_desc, item);
	bool known = item->n_answers > 0, fitted = item->irt_a != 0;
	view_state(row, &item_flow, item->state);
	json_object_set_new(row, "kind_label",
		json_string(item_kind_label(item_kind_of(item->item_kind))));
	json_object_set_new(row, "is_usable", json_boolean(item->approved_version_no > 0));
	json_object_set_new(row, "difficulty_text", json_string(item->difficulty_permille
		? share(cx, item->difficulty_permille) : "未填"));
	json_object_set_new(row, "facility_text",
		json_string(known ? share(cx, item->facility_permille) : "暂无"));
	json_object_set_new(row, "discrimination_text",
		json_string(known ? share(cx, item->discrimination_permille) : "暂无"));
	json_object_set_new(row, "irt_a_text",
		json_string(fitted ? text_of(cx, "%.2f", item->irt_a) : "暂无"));
	json_object_set_new(row, "irt_b_text",
		json_string(fitted ? text_of(cx, "%.2f", item->irt_b) : "暂无"));
	json_object_set_new(row, "n_answers_text",
		json_string(known ? text_of(cx, "%" PRId64, item->n_answers) : "暂无"));
	return row;
}

static const char *asset_base(struct req *rq, int64_t version_no)
{
	return text_of(rq->cx, "/banks/%s/items/%s/assets/%" PRId64 "/", rq_param(rq, "id"),
		rq_param(rq, "item"), version_no);
}

static const char *diff_names[] = {[DIFF_SAME] = "is_same", [DIFF_OUT] = "is_out",
	[DIFF_IN] = "is_in"};

/* Against the version before; its reading is logged as well. */
static int put_diff(struct req *rq, int64_t item_id, const struct item_reading *now)
{
	struct item_reading *before = arena_make(rq->cx->arena, struct item_reading);
	struct diff_piece *pieces;
	json_t *list = json_array();
	view_set(rq, "diff", list);
	view_flag(rq, "has_diff", now->version_no > 1);
	if (now->version_no < 2)
		return 0;
	int open = item_is_open(rq->cx, item_id, now->version_no - 1);
	if (open <= 0) {
		view_flag(rq, "has_diff", false);
		return open;
	}
	int r = item_open(rq->cx, item_id, now->version_no - 1, NULL, before);
	if (r < 0)
		return r;
	size_t n = text_diff(rq->cx, item_lines(rq->cx, &before->content),
		item_lines(rq->cx, &now->content), &pieces);
	for (size_t i = 0; i < n; i++) {
		json_t *piece = json_pack("{s:s, s:b, s:b, s:b}", "text", pieces[i].text, "is_same",
			0, "is_out", 0, "is_in", 0);
		json_object_set_new(piece, diff_names[pieces[i].op], json_true());
		json_array_append_new(list, piece);
	}
	return 0;
}

static int put_content(struct req *rq, int64_t item_id, int64_t version_no)
{
	struct item_reading *reading = arena_make(rq->cx->arena, struct item_reading);
	int r = item_open(rq->cx, item_id, version_no, NULL, reading);
	if (r < 0)
		return r;
	const char *base = asset_base(rq, reading->version_no);
	json_t *face = item_face(rq, &reading->content, reading->material_html, base);
	json_object_set_new(face, "no", json_string(""));
	json_object_set_new(face, "score_text", json_string(""));
	json_object_set_new(face, "note", json_string(reading->note));
	json_object_set_new(face, "version_no", json_integer(reading->version_no));
	view_set(rq, "face", face);
	view_set(rq, "answer", item_answer(rq, &reading->content, base));
	return put_diff(rq, item_id, reading);
}

static int put_versions(struct req *rq, const struct q_bank_item_find *item, int64_t shown)
{
	struct q_bank_item_versions_rows rows;
	int r = q_bank_item_versions(rq->cx->db, &rows, .item_id = item->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_bank_item_versions_desc, rows.at, rows.n), *row;
	size_t i;
	json_array_foreach(list, i, row) {
		json_object_set_new(row, "is_shown", json_boolean(rows.at[i].version_no == shown));
		json_object_set_new(row, "is_approved",
			json_boolean(rows.at[i].version_no == item->approved_version_no));
	}
	view_set(rq, "versions", list);
	return 0;
}

static int put_near(struct req *rq, const struct q_bank_item_find *item, bool may_confirm)
{
	struct near_item *items;
	size_t n;
	int64_t open = 0;
	int r = item_near(rq->cx, item->id, &items, &n);
	if (r < 0)
		return r;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *row = json_pack("{s:s, s:I, s:I, s:s, s:b, s:s, s:s, s:b}", "id",
			text_of(rq->cx, "%" PRId64, items[i].item_id), "item_no",
			(json_int_t)items[i].item_no, "percent",
			(json_int_t)items[i].similarity_permille / 10, "note", items[i].note,
			"is_confirmed", items[i].is_confirmed, "actor_name", items[i].actor_name,
			"url", text_of(rq->cx, "/banks/%s/items/%" PRId64, rq_param(rq, "id"),
				items[i].item_id), "may_confirm", may_confirm &&
				!items[i].is_confirmed);
		view_state(row, &item_flow, items[i].state);
		json_array_append_new(list, row);
		open += !items[i].is_confirmed;
	}
	view_set(rq, "near", list);
	view_int(rq, "near_open", open);
	return 0;
}

static int put_enemies(struct req *rq, const struct q_bank_item_find *item)
{
	struct q_item_enemies_of_rows rows;
	int r = q_item_enemies_of(rq->cx->db, &rows, .item_id = item->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	rq_states(rq, &item_flow);
	view_set(rq, "enemies", view_rows(rq, &q_item_enemies_of_desc, rows.at, rows.n));
	rq_states(rq, NULL);
	view_form(rq, "enemy_form", enemy_fields, text_of(rq->cx, "/banks/%s/items/%s/enemies",
		rq_param(rq, "id"), rq_param(rq, "item")), "登记互斥题", NULL);
	return 0;
}

static int put_readings(struct req *rq, const struct q_bank_item_find *item)
{
	struct q_item_read_of_rows rows;
	int64_t count;
	struct scope scope = bank_scope(rq->cx);
	int r = q_item_read_of(rq->cx->db, &rows, .bank_id = item->bank_id, .item_id = item->id,
		.scope = scope, .page = {.limit = READINGS_SHOWN});
	if (r >= 0)
		r = q_item_read_of_count(rq->cx->db, &count, .bank_id = item->bank_id,
			.item_id = item->id, .scope = scope, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_item_read_of_desc, rows.at, rows.n), *row;
	size_t i;
	json_array_foreach(list, i, row) {
		enum role role = role_of(rows.at[i].role);
		json_object_set_new(row, "role_label",
			json_string(role == ROLE_COUNT ? "" : role_label(role)));
	}
	view_set(rq, "readings", list);
	view_int(rq, "n_readings", count);
	return 0;
}

/* Buttons only for the custodian, and none that would be refused for being one's own work. */
static void trim_actions(struct req *rq, bool is_own, bool is_author,
	const struct q_bank_item_find *item)
{
	json_t *flow = json_object_get(rq->view, "flow"), *kept = json_array(), *action;
	size_t i;
	json_array_foreach(json_object_get(flow, "actions"), i, action) {
		const char *name = json_string_value(json_object_get(action, "action"));
		bool judges = streq(name, "review") || streq(name, "approve") ||
			streq(name, "return");
		bool fits = !(judges && is_author) && !(streq(name, "recall") && !is_author) &&
			!(streq(name, "abandon") && !item->approved_version_no) &&
			!(streq(name, "drop") && item->approved_version_no) &&
			!(streq(name, "submit") &&
				item->version_no <= item->approved_version_no);
		if (is_own && fits)
			json_array_append(kept, action);
	}
	json_object_set_new(flow, "actions", kept);
}

static int put_flow(struct req *rq, const struct q_bank_item_find *item, bool is_own,
	bool is_author)
{
	struct flow_subject s = {.id = item->id, .state = item->state, .region = item->region,
		.body_id = item->body_id, .title = ""};
	int r = view_flow(rq, &item_flow, &s, "/banks/%s/items/%s/flow", rq_param(rq, "id"),
		rq_param(rq, "item"));
	if (r == 0)
		trim_actions(rq, is_own, is_author, item);
	return r;
}

/* The version that is asked for, else the one in use, else the newest. */
static int64_t shown_version(struct req *rq, const struct q_bank_item_find *item)
{
	int64_t no = in_int(rq->in, "version");
	if (no)
		return no;
	return streq(item->state, "approved") ? item->approved_version_no : item->version_no;
}

static int put_face(struct req *rq, const struct q_bank_item_find *item, int64_t no)
{
	int open = item_is_open(rq->cx, item->id, no);
	if (open < 0)
		return open;
	view_flag(rq, "is_readable", open);
	view_int(rq, "version_no", no);
	view_set(rq, "face", json_false());
	view_set(rq, "answer", json_false());
	view_set(rq, "diff", json_array());
	view_flag(rq, "has_diff", false);
	if (open)
		return put_content(rq, item->id, no);
	view_form(rq, "reason_form", reason_fields, text_of(rq->cx, "/banks/%s/items/%s/read",
		rq_param(rq, "id"), rq_param(rq, "item")), "调阅试题",
		json_pack("{s:I}", "version", (json_int_t)no));
	return 0;
}

static int item_show(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_item_find item;
	int r = bank_put(rq, "/items", &bank);
	if (r < 0 || (r = item_get_in(rq->cx, bank.id, rq_id(rq, "item"), &item)) < 0)
		return r;
	int author = item_is_author(rq->cx, item.id);
	if (author < 0)
		return author;
	bool is_own = bank_is_own(rq->cx, bank.body_id, bank.region);
	bool waits = streq(item.state, "submitted") || streq(item.state, "reviewed");
	int64_t no = shown_version(rq, &item);
	view_set(rq, "item", item_row(rq, &item));
	view_text(rq, "title", text_of(rq->cx, "第 %" PRId64 " 题", item.item_no));
	view_flag(rq, "may_change", is_own && streq(bank.state, "open") &&
		ctx_may(rq->cx, PERM_ITEM_WRITE) && (streq(item.state, "draft") ||
		streq(item.state, "approved")));
	if ((r = put_face(rq, &item, no)) < 0 || (r = put_versions(rq, &item, no)) < 0 ||
		(r = put_near(rq, &item, is_own && !author && waits &&
		ctx_may(rq->cx, PERM_ITEM_REVIEW))) < 0 || (r = put_enemies(rq, &item)) < 0 ||
		(r = put_readings(rq, &item)) < 0)
		return r;
	return put_flow(rq, &item, is_own, author);
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/banks/%s/items/%s", rq_param(rq, "id"), rq_param(rq, "item"));
}

/* The item of the address must lie in the bank of the address. */
static int item_of(struct req *rq, struct q_bank_item_find *ret_item)
{
	return item_get_in(rq->cx, rq_id(rq, "id"), rq_id(rq, "item"), ret_item);
}

static int item_read_post(struct req *rq)
{
	struct q_bank_item_find item;
	struct item_reading *reading = arena_make(rq->cx->arena, struct item_reading);
	int64_t no = in_int(rq->in, "version");
	int r = item_of(rq, &item);
	if (r < 0 || (r = item_open(rq->cx, item.id, no, in_text(rq->in, "reason"), reading)) < 0)
		return r;
	return rq_redirect(rq, "/banks/%s/items/%s?version=%" PRId64, rq_param(rq, "id"),
		rq_param(rq, "item"), reading->version_no);
}

static int item_step(struct req *rq)
{
	struct q_bank_item_find item;
	int r = item_of(rq, &item);
	if (r < 0)
		return r;
	r = flow_run(rq->cx, &item_flow, 0, item.id, in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

static int item_near_post(struct req *rq)
{
	struct q_bank_item_find item;
	int r = item_of(rq, &item);
	if (r < 0)
		return r;
	r = item_near_confirm(rq->cx, item.id, in_int(rq->in, "other"), in_text(rq->in, "note"));
	return r < 0 ? r : back(rq);
}

static int enemy_add(struct req *rq)
{
	struct q_bank_item_find item;
	int r = item_of(rq, &item);
	if (r < 0)
		return r;
	r = item_enemy_put(rq->cx, item.id, in_int(rq->in, "other_no"), in_text(rq->in, "note"));
	return r < 0 ? r : back(rq);
}

static int enemy_remove(struct req *rq)
{
	struct q_bank_item_find item;
	int r = item_of(rq, &item);
	if (r < 0 || (r = item_enemy_drop(rq->cx, item.id, rq_id(rq, "other"))) < 0)
		return r;
	return back(rq);
}

static int item_asset(struct req *rq)
{
	struct q_bank_item_find item;
	struct file file;
	int64_t no = 0;
	if (!str_to_i64(str_of(rq_param(rq, "version")), &no) || no < 1)
		return fail(rq->cx, ERR_NOTFOUND, "item.no_version", rq_param(rq, "version"));
	int r = item_of(rq, &item);
	if (r < 0 || (r = item_asset_open(rq->cx, item.id, no, rq_param(rq, "name"), &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, NULL, file.bytes);
}

const struct route routes_bank_item[] = {
	{GET, "/banks/:id/items", PERM_BANK_READ, item_list, "bank/items", "试题", filters,
		.flags = ROUTE_LIST},
	{GET, "/banks/:id/items/:item", PERM_BANK_READ, item_show, "bank/item", "试题",
		show_fields},
	{POST, "/banks/:id/items/:item/read", PERM_BANK_READ, item_read_post, NULL, "调阅试题",
		reason_fields, .form = "/banks/:id/items/:item"},
	{POST, "/banks/:id/items/:item/flow", PERM_BANK_READ, item_step, NULL, "办理试题",
		step_fields, .form = "/banks/:id/items/:item"},
	{POST, "/banks/:id/items/:item/near", PERM_ITEM_REVIEW, item_near_post, NULL,
		"确认不是重复题", near_fields, .form = "/banks/:id/items/:item"},
	{POST, "/banks/:id/items/:item/enemies", PERM_ITEM_WRITE, enemy_add, NULL, "登记互斥题",
		enemy_fields, .form = "/banks/:id/items/:item"},
	{POST, "/banks/:id/items/:item/enemies/:other/drop", PERM_ITEM_WRITE, enemy_remove, NULL,
		"取消互斥题", .form = "/banks/:id/items/:item"},
	{GET, "/banks/:id/items/:item/assets/:version/:name", PERM_BANK_READ, item_asset, NULL,
		"试题图片", .flags = ROUTE_DOWNLOAD},
	{0},
};
