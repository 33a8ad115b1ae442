/* Writing an item: one form for all kinds, which shows what its kind needs. */
#include <inttypes.h>
#include <string.h>

#include "base/markup.h"
#include "query/bank_item.h"
#include "web/item_view.h"
#include "web/page/bank.h"
#include "web/page/page.h"

enum { TEXT_CHARS = 20000, IMAGES = 4, IMAGE_BYTES = 2 * 1024 * 1024, OPEN_OPTIONS = 4 };

#define OPTION(x) {"option_" #x, FIELD_AREA, "选项 " #x, .max = TEXT_CHARS}
#define TARGET(x) {"target_" #x, FIELD_AREA, "对应项 " #x, .max = TEXT_CHARS}
#define IMAGE(x) {"image_" #x, FIELD_FILE, "图片 " #x, .max = IMAGE_BYTES}

static const struct field item_fields[] = {
	{"kind", FIELD_CHOICE, "题型", .choices = item_kind_choices,
		.flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"base", FIELD_INT, "版本", .min = 0, .max = 1000000, .flags = FIELD_HIDDEN},
	{"point_id", FIELD_CHOICE, "鉴定点"},
	{"difficulty", FIELD_INT, "预计答对率", .unit = "%", .help = "命题人的估计，越大越容易。",
		.min = 1, .max = 100},
	{"material_id", FIELD_CHOICE, "共用材料", .help = "保存时取材料的最新版本。"},
	{"stem", FIELD_AREA, "题干", .max = TEXT_CHARS, .flags = FIELD_WIDE},
	OPTION(A), OPTION(B), OPTION(C), OPTION(D), OPTION(E), OPTION(F), OPTION(G), OPTION(H),
	OPTION(I), OPTION(J), OPTION(K), OPTION(L), OPTION(M), OPTION(N), OPTION(O), OPTION(P),
	OPTION(Q), OPTION(R), OPTION(S), OPTION(T), OPTION(U), OPTION(V), OPTION(W), OPTION(X),
	OPTION(Y), OPTION(Z),
	TARGET(A), TARGET(B), TARGET(C), TARGET(D), TARGET(E), TARGET(F), TARGET(G), TARGET(H),
	TARGET(I), TARGET(J), TARGET(K), TARGET(L), TARGET(M), TARGET(N), TARGET(O), TARGET(P),
	TARGET(Q), TARGET(R), TARGET(S), TARGET(T), TARGET(U), TARGET(V), TARGET(W), TARGET(X),
	TARGET(Y), TARGET(Z),
	{"key", FIELD_TEXT, "标准答案", .max = 60},
	{"keep_order", FIELD_BOOL, "选项不乱序（如有“以上都对”）"},
	{"value", FIELD_TEXT, "标准答案", .example = "12.5", .max = 30},
	{"tolerance", FIELD_TEXT, "允许误差", .help = "答案与标准答案之差不超过它即为正确。",
		.example = "0.1", .max = 30},
	{"unit", FIELD_TEXT, "单位", .help = "印在答案后面，考生不用填。", .max = 20},
	{"variants", FIELD_AREA, "可接受的答案", .help = "一行一个，写法不同但都算对的都列上。",
		.max = 8000},
	{"case_sensitive", FIELD_BOOL, "区分大小写"},
	{"rubric", FIELD_AREA, "评分要点", .max = TEXT_CHARS, .flags = FIELD_WIDE},
	{"explanation", FIELD_AREA, "解析", .help = "说明依据的标准条款或教材，只有审题人看到。",
		.max = TEXT_CHARS, .flags = FIELD_WIDE},
	IMAGE(1), IMAGE(2), IMAGE(3), IMAGE(4),
	{"note", FIELD_TEXT, "修改说明", .max = ITEM_NOTE_MAX, .flags = FIELD_WIDE},
	{"reason", FIELD_TEXT, "调阅理由", .help = "修改使用中的试题须写明理由，4 至 200 个字。",
		.min = READ_REASON_MIN, .max = READ_REASON_MAX, .flags = FIELD_WIDE},
	{"again", FIELD_BOOL, "保存后接着命题", .flags = FIELD_HIDDEN},
	{0},
};

static const struct field kind_fields[] = {
	{"kind", FIELD_CHOICE, "题型", .choices = item_kind_choices},
	{"point_id", FIELD_CHOICE, "鉴定点"},
	{0},
};

const struct choice *choices_materials(struct req *rq, int64_t bank_id)
{
	struct q_material_of_rows rows;
	if (q_material_of(rq->cx->db, &rows, .bank_id = bank_id, .scope = bank_scope(rq->cx)) < 0)
		rows.n = 0;
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%" PRId64, rows.at[i].id),
			rows.at[i].title};
	return list;
}

/* ---- from the form ---- */

static const char *html_of(struct req *rq, const char *name)
{
	const char *html = "";
	struct str text = str_of(in_text(rq->in, name));
	if (!str_trim(text).n)
		return "";
	if (markup_of_text(rq->cx->arena, text, ITEM_HTML_MAX, NULL, NULL, &html) < 0)
		fail_field(rq->cx, name, "item.text_broken");
	return html;
}

static int take_list(struct req *rq, const char *what, struct item_option *o)
{
	int n = 0;
	for (int i = 0; i < ITEM_OPTIONS_MAX; i++) {
		o[i] = (struct item_option){html_of(rq, text_of(rq->cx, "%s_%c", what, 'A' + i)),
			""};
		if (!is_blank(o[i].html))
			n = i + 1;
	}
	return n;
}

/* The form has no fields for it: it stays with the text of its option, or else with its letter. */
static void keep_feedback(struct item *it, const struct item *before)
{
	for (int i = 0; i < it->n_options; i++) {
		int from = i;
		for (int k = before->n_options - 1; k >= 0 && it->kind != ITEM_TRUE_FALSE; k--)
			if (streq(it->options[i].html, before->options[k].html))
				from = k;
		if (from < before->n_options)
			it->options[i].feedback_html = before->options[from].feedback_html;
	}
}

static void take_variants(struct req *rq, struct item *it)
{
	struct str rest = str_of(in_text(rq->in, "variants"));
	if (it->kind == ITEM_ESSAY) {
		it->n_variants = str_trim(rest).n > 0;
		it->variants[0] = arena_str(rq->cx->arena, str_trim(rest));
		return;
	}
	while (rest.n && it->n_variants < ITEM_VARIANTS_MAX) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n)
			it->variants[it->n_variants++] = arena_str(rq->cx->arena, line);
	}
	if (str_trim(rest).n)
		fail_field(rq->cx, "variants", "item.variants_many",
			text_of(rq->cx, "%d", ITEM_VARIANTS_MAX));
}

/* Pictures that were there, and new ones by the names of their fields. */
static void take_images(struct req *rq, struct item *it, const struct item *before)
{
	for (int i = 0; before && i < before->n_assets; i++)
		it->assets[it->n_assets++] = before->assets[i];
	for (int i = 1; i <= IMAGES && it->n_assets < ITEM_ASSETS_MAX; i++) {
		const char *name = text_of(rq->cx, "image_%d", i);
		const struct upload *file = in_file(rq->in, name);
		if (file)
			it->assets[it->n_assets++] = (struct item_asset){.name = name, .mime = "",
				.bytes = file->bytes};
	}
}

static void take_kind(struct req *rq, struct item *it)
{
	switch (it->kind) {
	case ITEM_TRUE_FALSE:
		it->n_options = 2;
		break;
	case ITEM_MATCH:
		it->n_targets = take_list(rq, "target", it->targets);
		/* fall through */
	case ITEM_SINGLE:
	case ITEM_MULTIPLE:
	case ITEM_ORDER:
		it->n_options = take_list(rq, "option", it->options);
		it->keep_order = it->kind != ITEM_ORDER && in_int(rq->in, "keep_order");
		break;
	case ITEM_NUMERIC:
		it->value = in_text(rq->in, "value");
		it->tolerance = in_text(rq->in, "tolerance");
		it->unit = in_text(rq->in, "unit");
		break;
	default:
		take_variants(rq, it);
		it->case_sensitive = it->kind == ITEM_TEXT && in_int(rq->in, "case_sensitive");
		break;
	}
}

static struct item_in *take(struct req *rq, const struct item *before)
{
	struct item_in *in = arena_make(rq->cx->arena, struct item_in);
	struct item *it = &in->content;
	*it = (struct item){.kind = item_kind_of(in_text(rq->in, "kind"))};
	it->stem_html = html_of(rq, "stem");
	it->explanation_html = html_of(rq, "explanation");
	if (it->kind == ITEM_ESSAY)
		it->rubric_html = html_of(rq, "rubric");
	take_kind(rq, it);
	if (it->n_options)
		it->key = item_letters(rq->cx->arena, it->kind, in_text(rq->in, "key"));
	if (before && before->kind == it->kind)
		keep_feedback(it, before);
	take_images(rq, it, before);
	in->point_id = in_choice(rq->in, "point_id");
	in->material_id = in_choice(rq->in, "material_id");
	in->difficulty_permille = 10 * in_int(rq->in, "difficulty");
	in->note = in_text(rq->in, "note");
	return in;
}

/* The domain speaks of lists; the form has a field for each. */
static int point_at_fields(struct req *rq, int r)
{
	static const char *const names[][2] = {{"options", "option_A"}, {"targets", "target_A"},
		{"assets", "image_1"}};
	struct problem *p = &rq->cx->problem;
	for (int i = 0; i < p->n_fields; i++)
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (streq(p->fields[i].field, names[k][0]))
				p->fields[i].field = names[k][1];
	return r;
}

/* ---- to the form ---- */

static void set_text(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, json_string(text ? text : ""));
}

static void set_html(struct req *rq, json_t *o, const char *name, const char *html)
{
	set_text(o, name, is_blank(html) ? "" : markup_to_text(rq->cx->arena, html));
}

static void set_list(struct req *rq, json_t *o, const char *what, const struct item_option *list,
	int n)
{
	for (int i = 0; i < n; i++)
		set_html(rq, o, text_of(rq->cx, "%s_%c", what, 'A' + i), list[i].html);
}

static json_t *values_of(struct req *rq, const struct item_reading *r)
{
	const struct item *it = &r->content;
	const char *variants = "";
	json_t *o = json_object();
	for (int i = 0; i < it->n_variants; i++)
		variants = text_of(rq->cx, "%s%s%s", variants, i ? "\n" : "", it->variants[i]);
	set_text(o, "kind", item_kind_code(it->kind));
	set_text(o, "point_id", text_of(rq->cx, "%" PRId64, r->point_id));
	set_text(o, "material_id",
		r->material_id ? text_of(rq->cx, "%" PRId64, r->material_id) : "");
	if (r->difficulty_permille)
		json_object_set_new(o, "difficulty", json_integer(r->difficulty_permille / 10));
	set_html(rq, o, "stem", it->stem_html);
	set_list(rq, o, "option", it->options, it->kind == ITEM_TRUE_FALSE ? 0 : it->n_options);
	set_list(rq, o, "target", it->targets, it->n_targets);
	set_text(o, "key", it->key);
	set_text(o, "value", it->value);
	set_text(o, "tolerance", it->tolerance);
	set_text(o, "unit", it->unit);
	set_text(o, "variants", variants);
	set_html(rq, o, "rubric", it->rubric_html);
	set_html(rq, o, "explanation", it->explanation_html);
	json_object_set_new(o, "keep_order", json_boolean(it->keep_order));
	json_object_set_new(o, "case_sensitive", json_boolean(it->case_sensitive));
	return o;
}

static const char *typed(struct req *rq, const char *name)
{
	json_t *field = json_object_get(json_object_get(rq->view, "f"), name);
	const char *value = json_string_value(json_object_get(field, "value"));
	return value ? value : "";
}

/* [{letter, field}], those that are open at first and the rest. */
static void put_list(struct req *rq, const char *what)
{
	json_t *open = json_array(), *more = json_array();
	int shown = OPEN_OPTIONS;
	for (int i = 0; i < ITEM_OPTIONS_MAX; i++)
		if (*typed(rq, text_of(rq->cx, "%s_%c", what, 'A' + i)) && i >= shown)
			shown = i + 1;
	for (int i = 0; i < ITEM_OPTIONS_MAX; i++) {
		json_t *field = json_object_get(json_object_get(rq->view, "f"),
			text_of(rq->cx, "%s_%c", what, 'A' + i));
		json_array_append_new(i < shown ? open : more, json_pack("{s:s, s:O}", "letter",
			text_of(rq->cx, "%c", 'A' + i), "field", field));
	}
	view_set(rq, text_of(rq->cx, "%ss", what), open);
	view_set(rq, text_of(rq->cx, "more_%ss", what), more);
}

/* What this kind cannot do without is not marked as optional. */
static void need(struct req *rq, const char *name)
{
	json_t *field = json_object_get(json_object_get(rq->view, "f"), name);
	json_object_set_new(field, "required", json_true());
}

static void put_kind(struct req *rq)
{
	static const char *const needed[] = {"point_id", "stem", "option_A", "option_B", "target_A",
		"target_B", "key", "value", "variants"};
	enum item_kind k = item_kind_of(typed(rq, "kind"));
	for (size_t i = 0; i < sizeof needed / sizeof *needed - (k == ITEM_ESSAY); i++)
		need(rq, needed[i]);
	bool lists = k == ITEM_SINGLE || k == ITEM_MULTIPLE || k == ITEM_ORDER || k == ITEM_MATCH;
	view_text(rq, "kind", item_kind_code(k));
	view_text(rq, "kind_label", item_kind_label(k));
	view_flag(rq, "has_options", lists);
	view_flag(rq, "has_targets", k == ITEM_MATCH);
	view_flag(rq, "has_key", lists);
	view_flag(rq, "may_keep", lists && k != ITEM_ORDER);
	view_flag(rq, "is_true_false", k == ITEM_TRUE_FALSE);
	view_flag(rq, "says_wrong", streq(typed(rq, "key"), "B"));
	view_flag(rq, "says_right", streq(typed(rq, "key"), "A"));
	view_flag(rq, "is_numeric", k == ITEM_NUMERIC);
	view_flag(rq, "is_text", k == ITEM_TEXT);
	view_flag(rq, "is_essay", k == ITEM_ESSAY);
	view_flag(rq, "is_single", k == ITEM_SINGLE);
	view_flag(rq, "is_multiple", k == ITEM_MULTIPLE);
	view_flag(rq, "is_order", k == ITEM_ORDER);
}

static void put_form(struct req *rq, int64_t bank_id, const char *action, json_t *values)
{
	view_choices(rq, "point_id", choices_points(rq, bank_id, false));
	view_choices(rq, "material_id", choices_materials(rq, bank_id));
	view_form(rq, "form", item_fields, action, "保存草稿", values);
	view_by_name(rq, "form", "f");
	put_kind(rq);
	put_list(rq, "option");
	put_list(rq, "target");
}

static void put_images(struct req *rq, const struct item_reading *r, const char *base)
{
	json_t *list = json_array();
	for (int i = 0; r && i < r->content.n_assets; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name",
			r->content.assets[i].name, "url",
			text_of(rq->cx, "%s%s", base, r->content.assets[i].name)));
	view_set(rq, "images", list);
}

/* ---- pages ---- */

static int item_new(struct req *rq)
{
	struct q_bank_find bank;
	int r = bank_put(rq, "/items", &bank);
	if (r < 0 || (r = bank_need_own(rq->cx, bank.body_id, bank.region)) < 0)
		return r;
	put_form(rq, bank.id, text_of(rq->cx, "/banks/%" PRId64 "/items/new", bank.id),
		json_pack("{s:s, s:s}", "kind", in_text(rq->in, "kind"), "point_id",
		in_text(rq->in, "point_id")));
	json_t *kinds = json_array();
	for (const struct choice *c = item_kind_choices; c->code; c++)
		json_array_append_new(kinds, json_pack("{s:s, s:s, s:b}", "code", c->code, "label",
			c->label, "active", streq(c->code, typed(rq, "kind"))));
	view_set(rq, "kinds", kinds);
	put_images(rq, NULL, "");
	view_flag(rq, "needs_reason", false);
	view_flag(rq, "is_new", true);
	view_flag(rq, "has_kind", item_kind_of(typed(rq, "kind")) != 0);
	view_text(rq, "title", "命制试题");
	return 0;
}

static int item_add(struct req *rq)
{
	int64_t id, bank_id = rq_id(rq, "id");
	struct item_in *in = take(rq, NULL);
	int r = ctx_checked(rq->cx);
	if (r < 0 || (r = item_create(rq->cx, bank_id, in, &id)) < 0)
		return point_at_fields(rq, r);
	rq_flash(rq, "item.saved");
	if (in_int(rq->in, "again"))
		return rq_redirect(rq, "/banks/%" PRId64 "/items/new?kind=%s&point_id=%" PRId64,
			bank_id, in_text(rq->in, "kind"), in->point_id);
	return rq_redirect(rq, "/banks/%" PRId64 "/items/%" PRId64, bank_id, id);
}

/* What a change begins with: the version in use, or the newest draft. */
static int64_t base_of(const struct q_bank_item_find *item)
{
	return streq(item->state, "approved") ? item->approved_version_no : item->version_no;
}

static int find_own(struct req *rq, struct q_bank_item_find *ret_item)
{
	int r = item_get_in(rq->cx, rq_id(rq, "id"), rq_id(rq, "item"), ret_item);
	return r < 0 ? r : bank_need_own(rq->cx, ret_item->body_id, ret_item->region);
}

/* What a reading brings to the form. */
static int put_reading(struct req *rq, const struct q_bank_item_find *item, const char *here)
{
	struct item_reading *reading = arena_make(rq->cx->arena, struct item_reading);
	int64_t no = base_of(item);
	int r = item_open(rq->cx, item->id, no, NULL, reading);
	if (r < 0)
		return r;
	json_t *values = values_of(rq, reading);
	json_object_set_new(values, "base", json_integer(item->version_no));
	put_form(rq, item->bank_id, text_of(rq->cx, "%s/edit", here), values);
	put_images(rq, reading, text_of(rq->cx, "%s/assets/%" PRId64 "/", here, no));
	return 0;
}

static int item_edit(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_item_find item;
	int r = bank_put(rq, "/items", &bank);
	if (r < 0 || (r = find_own(rq, &item)) < 0)
		return r;
	int open = item_is_open(rq->cx, item.id, base_of(&item));
	if (open < 0)
		return open;
	const char *here = text_of(rq->cx, "/banks/%" PRId64 "/items/%" PRId64, bank.id, item.id);
	if (open && (r = put_reading(rq, &item, here)) < 0)
		return r;
	/* The reason lapsed while somebody wrote: nothing typed is lost, and it is asked again. */
	if (!open)
		put_form(rq, bank.id, text_of(rq->cx, "%s/edit", here), NULL);
	if (!open && !*typed(rq, "stem"))
		return rq_redirect(rq, "%s", here);
	if (!open)
		put_images(rq, NULL, "");
	view_set(rq, "kinds", json_array());
	view_flag(rq, "needs_reason", !open);
	view_flag(rq, "is_new", false);
	view_flag(rq, "has_kind", true);
	view_text(rq, "title", text_of(rq->cx, "修改第 %" PRId64 " 题", item.item_no));
	return 0;
}

static int item_change(struct req *rq)
{
	struct q_bank_item_find item;
	struct item_reading *before = arena_make(rq->cx->arena, struct item_reading);
	int64_t no;
	int r = find_own(rq, &item);
	if (r < 0 || (r = item_open(rq->cx, item.id, base_of(&item), in_text(rq->in, "reason"),
		before)) < 0)
		return r;
	struct item_in *in = take(rq, &before->content);
	if ((r = ctx_checked(rq->cx)) < 0
		|| (r = item_save(rq->cx, item.id, in_int(rq->in, "base"), in, &no)) < 0)
		return point_at_fields(rq, r);
	rq_flash(rq, "item.saved");
	return rq_redirect(rq, "/banks/%s/items/%s", rq_param(rq, "id"), rq_param(rq, "item"));
}

const struct route routes_bank_edit[] = {
	{GET, "/banks/:id/items/new", PERM_ITEM_WRITE, item_new, "bank/edit", "命制试题",
		kind_fields},
	{POST, "/banks/:id/items/new", PERM_ITEM_WRITE, item_add, NULL, "保存新试题", item_fields,
		.form = "/banks/:id/items/new", .flags = ROUTE_BIG},
	{GET, "/banks/:id/items/:item/edit", PERM_ITEM_WRITE, item_edit, "bank/edit", "修改试题"},
	{POST, "/banks/:id/items/:item/edit", PERM_ITEM_WRITE, item_change, NULL, "保存试题",
		item_fields, .form = "/banks/:id/items/:item/edit", .flags = ROUTE_BIG},
	{0},
};
