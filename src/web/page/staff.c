/* Staff of a body, their cards, and whom they must avoid. */
#include "domain/registry/registry.h"
#include "query/account.h"
#include "query/registry.h"
#include "web/choices.h"
#include "web/page/page.h"

static const struct choice duties[] = {{"1", "监考员"}, {"2", "考评员"}, {"4", "内部督导员"},
	{"8", "考务负责人"}, {"16", "命题人员"}, {0}};
static const struct choice state_choices[] = {{"active", "在岗"}, {"left", "离岗"}, {0}};
static const struct choice card_kinds[] = {{"examiner", "考评员"},
	{"senior_examiner", "高级考评员"},
	{"inner_supervisor", "内部质量督导员"}, {"outer_supervisor", "外部质量督导员"}, {0}};
static const struct choice relations[] = {{"relative", "近亲属"}, {"teacher", "师生"},
	{"master", "师徒"}, {"colleague", "同事"}, {0}};

static const struct field new_fields[] = {
	{"name", FIELD_TEXT, "姓名", .max = 60, .flags = FIELD_REQUIRED},
	{"idno", FIELD_IDNO, "身份证号", .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"phone", FIELD_PHONE, "手机号码", .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"employer", FIELD_TEXT, "工作单位", .help = "用于判断与考生是否应当回避。", .max = 100},
	{"duties", FIELD_IDS, "职责", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field edit_fields[] = {
	{"phone", FIELD_PHONE, "新手机号码", .help = "不改的留空。", .flags = FIELD_SENSITIVE},
	{"employer", FIELD_TEXT, "工作单位", .max = 100},
	{"duties", FIELD_IDS, "职责", .flags = FIELD_REQUIRED},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices, .flags = FIELD_REQUIRED},
	REVISION_FIELD,
	{0},
};

static const struct field card_fields[] = {
	{"number", FIELD_TEXT, "证卡编号", .help = "同一人的同一编号再次登记，即更正或换发。",
		.max = 40, .flags = FIELD_REQUIRED},
	{"card_kind", FIELD_CHOICE, "证卡类别", .choices = card_kinds, .flags = FIELD_REQUIRED},
	{"occupation_id", FIELD_CHOICE, "职业", .help = "督导员不用选。"},
	{"grade_top", FIELD_CHOICE, "可考评的最高等级", .choices = grade_choices,
		.help = "督导员不用选。"},
	{"valid_from_on", FIELD_DATE, "有效期起", .flags = FIELD_REQUIRED},
	{"valid_to_on", FIELD_DATE, "有效期止", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field relation_fields[] = {
	{"idno", FIELD_IDNO, "对方身份证号", .help = "只保存不可还原的摘要，用于编排时回避。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"relation", FIELD_CHOICE, "关系", .choices = relations, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field account_fields[] = {
	{"login", FIELD_TEXT, "登录名",
		.help = "考评员用自己的账户独立评分，监考员用自己的账户操作考场。账户由平台管理员开"
			"设"
			"并授予相应角色；留空则解除。",
		.max = 32},
	{0},
};

static const struct field body_filter[] = {{"body_id", FIELD_ID, "机构编号"}, {0}};

static const char *duties_text(struct ctx *cx, int64_t bits)
{
	const char *text = "";
	for (const struct choice *c = duties; c->code; c++) {
		int64_t bit = 0;
		(void)str_to_i64(str_of(c->code), &bit);
		if (bits & bit)
			text = text_of(cx, "%s%s%s", text, *text ? "、" : "", c->label);
	}
	return text;
}

static const char *duties_codes(struct ctx *cx, int64_t bits)
{
	const char *text = "";
	for (int64_t bit = 1; bit <= 16; bit <<= 1)
		if (bits & bit)
			text = text_of(cx, "%s%s%d", text, *text ? "," : "", (int)bit);
	return text;
}

static json_t *card_view(struct req *rq, const struct q_cards_of_body *card)
{
	json_t *row = view_row(rq, &q_cards_of_body_desc, card);
	bool good = streq(card->state, "valid") && card->valid_to_on >= ctx_today(rq->cx);
	json_object_set_new(row, "card_kind_label",
		json_string(choice_label(card_kinds, card->card_kind)));
	json_object_set_new(row, "state_label", json_string(good ? "有效" : "失效"));
	json_object_set_new(row, "state_tone", json_string(good ? "good" : "bad"));
	json_object_set_new(row, "grade_top_text", json_string(
		card->grade_top ? choice_label(grade_choices,
		text_of(rq->cx, "%d", (int)card->grade_top)) : ""));
	return row;
}

static json_t *cards_view(struct req *rq, const struct q_cards_of_body_rows *cards,
	int64_t staff_id)
{
	json_t *list = json_array();
	for (size_t i = 0; i < cards->n; i++)
		if (cards->at[i].staff_id == staff_id)
			json_array_append_new(list, card_view(rq, &cards->at[i]));
	return list;
}

static int staff_list(struct req *rq)
{
	struct q_staff_of_body_rows staff;
	struct q_cards_of_body_rows cards;
	int64_t own = rq->cx->actor.body_id, body_id = own ? own : in_int(rq->in, "body_id");
	int r = q_staff_of_body(rq->cx->db, &staff, .body_id = body_id, .scope = rq->cx->scope);
	if (r >= 0)
		r = q_cards_of_body(rq->cx->db, &cards, .body_id = body_id, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_staff_of_body_desc, staff.at, staff.n);
	for (size_t i = 0; i < staff.n; i++) {
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "duties_text",
			json_string(duties_text(rq->cx, staff.at[i].duties)));
		json_object_set_new(row, "cards", cards_view(rq, &cards, staff.at[i].id));
		json_object_set_new(row, "has_left",
			json_boolean(streq(staff.at[i].state, "left")));
	}
	view_set(rq, "staff", list);
	view_flag(rq, "is_empty", staff.n == 0);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_STAFF_EDIT));
	return 0;
}

static int staff_new(struct req *rq)
{
	view_choices(rq, "duties", duties);
	view_form(rq, "form", new_fields, "/staff/new", "登记人员", NULL);
	return 0;
}

static int64_t duties_in(struct req *rq)
{
	const int64_t *bits;
	size_t n = in_ids(rq->in, "duties", &bits);
	int64_t all = 0;
	for (size_t i = 0; i < n; i++)
		all |= bits[i];
	return all & 31;
}

static int staff_add(struct req *rq)
{
	struct staff_in in = {.name = in_text(rq->in, "name"), .idno = in_text(rq->in, "idno"),
		.phone = in_text(rq->in, "phone"), .employer = in_text(rq->in, "employer"),
			.duties = duties_in(rq)};
	int64_t id;
	int r = staff_save(rq->cx, rq->cx->actor.body_id, 0, &in, &id);
	return r < 0 ? r : rq_redirect(rq, "/staff/%lld", (long long)id);
}

static const char *login_of(struct req *rq, int64_t account_id)
{
	struct q_account_find account;
	return account_id && q_account_find(rq->cx->db, &account, .id = account_id) == 0
		? account.login : "";
}

static void put_forms(struct req *rq, const struct q_staff_find *staff)
{
	const char *id = rq_param(rq, "id");
	view_choices(rq, "duties", duties);
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "form", edit_fields, text_of(rq->cx, "/staff/%s", id), "保存",
		json_pack("{s:s, s:s, s:s, s:I}", "employer", staff->employer, "state",
		staff->state, "duties", duties_codes(rq->cx, staff->duties), "revision",
		(json_int_t)staff->revision));
	view_form(rq, "card_form", card_fields, text_of(rq->cx, "/staff/%s/cards", id), "登记证卡",
		NULL);
	view_form(rq, "account_form", account_fields, text_of(rq->cx, "/staff/%s/account", id),
		"保存", json_pack("{s:s}", "login", login_of(rq, staff->account_id)));
	view_flag(rq, "has_account",
		(staff->duties & (DUTY_EXAMINER | DUTY_PROCTOR)) != 0);
	view_form(rq, "relation_form", relation_fields, text_of(rq->cx, "/staff/%s/relations", id),
		"申报关系", NULL);
}

static int staff_show(struct req *rq)
{
	struct q_staff_find staff;
	struct q_cards_of_body_rows cards;
	struct q_relations_of_staff_rows known;
	int r = q_staff_find(rq->cx->db, &staff, .id = rq_id(rq, "id"), .scope = rq->cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "staff.not_found");
	if (r >= 0)
		r = q_cards_of_body(rq->cx->db, &cards, .body_id = staff.body_id,
			.scope = rq->cx->scope);
	if (r >= 0)
		r = q_relations_of_staff(rq->cx->db, &known, .staff_id = staff.id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *row = view_row(rq, &q_staff_find_desc, &staff);
	json_object_set_new(row, "duties_text", json_string(duties_text(rq->cx, staff.duties)));
	view_set(rq, "person", row);
	view_set(rq, "cards", cards_view(rq, &cards, staff.id));
	json_t *list = json_array();
	for (size_t i = 0; i < known.n; i++)
		json_array_append_new(list,
			json_pack("{s:s}", "label", choice_label(relations, known.at[i].relation)));
	view_set(rq, "relations", list);
	view_flag(rq, "has_relations", known.n > 0);
	view_text(rq, "title", staff.name);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_STAFF_EDIT));
	put_forms(rq, &staff);
	return 0;
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/staff/%s", rq_param(rq, "id"));
}

static int staff_edit(struct req *rq)
{
	struct staff_in in = {.phone = in_text(rq->in, "phone"),
		.employer = in_text(rq->in, "employer"),
		.state = in_text(rq->in, "state"), .duties = duties_in(rq),
		.seen = in_int(rq->in, "revision")};
	int64_t id;
	int r = staff_save(rq->cx, rq->cx->actor.body_id, rq_id(rq, "id"), &in, &id);
	return r < 0 ? r : back(rq);
}

static int card_put(struct req *rq)
{
	struct card_in in = {.number = in_text(rq->in, "number"),
		.card_kind = in_text(rq->in, "card_kind"),
		.valid_from_on = in_int(rq->in, "valid_from_on"),
			.valid_to_on = in_int(rq->in, "valid_to_on")};
	int64_t id;
	(void)str_to_i64(str_of(in_text(rq->in, "occupation_id")), &in.occupation_id);
	(void)str_to_i64(str_of(in_text(rq->in, "grade_top")), &in.grade_top);
	int r = card_add(rq->cx, rq_id(rq, "id"), &in, &id);
	return r < 0 ? r : back(rq);
}

static int account_put(struct req *rq)
{
	int r = staff_account_put(rq->cx, rq_id(rq, "id"), in_text(rq->in, "login"));
	if (r < 0)
		return r;
	rq_flash(rq, "staff.saved");
	return back(rq);
}

static int relation_put(struct req *rq)
{
	int r = relation_declare(rq->cx, rq_id(rq, "id"), in_text(rq->in, "idno"),
		in_text(rq->in, "relation"));
	return r < 0 ? r : back(rq);
}

const struct route routes_staff[] = {
	{GET, "/staff", PERM_BODY_READ, staff_list, "staff/list", "考务人员", body_filter},
	{GET, "/staff/new", PERM_STAFF_EDIT, staff_new, "staff/new", "登记人员"},
	{POST, "/staff/new", PERM_STAFF_EDIT, staff_add, NULL, "登记人员", new_fields,
		.form = "/staff/new"},
	{GET, "/staff/:id", PERM_BODY_READ, staff_show, "staff/show", "考务人员",
		.audit = "查看考务人员"},
	{POST, "/staff/:id", PERM_STAFF_EDIT, staff_edit, NULL, "保存人员", edit_fields,
		.form = "/staff/:id"},
	{POST, "/staff/:id/cards", PERM_STAFF_EDIT, card_put, NULL, "登记证卡", card_fields,
		.form = "/staff/:id"},
	{POST, "/staff/:id/account", PERM_STAFF_EDIT, account_put, NULL, "考评员、监考员的账户",
		account_fields, .form = "/staff/:id"},
	{POST, "/staff/:id/relations", PERM_STAFF_EDIT, relation_put, NULL, "申报回避关系",
		relation_fields, .form = "/staff/:id"},
	{0},
};
