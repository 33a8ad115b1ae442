/* Filings: what a body puts together before it submits, and what checkers note. */
#include "core/file.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/registry/filing.h"
#include "query/registry.h"

#include <string.h>

#include "domain/standard/grade.h"
#include "query/standard.h"

enum { FILES_MAX = 100 };

const struct filing_item filing_items[] = {
	{"application", "备案申请表", "", true},
	{"licence", "法人证照（统一社会信用代码）", "", true},
	{"plan", "评价工作方案", "", true},
	{"rules", "管理制度（考务、试题、考评、督导、证书、档案、财务、投诉、应急）", "", true},
	{"equipment", "场地设备清单及产权或租赁证明", "", true},
	{"staff", "专职人员名单及社保证明", "", true},
	{"examiners", "考评员、专家、内部督导员名单及证卡", "", true},
	{"bank", "题库来源说明", "enterprise,social,school", true},
	{"specification", "专项职业能力考核规范", "special", true},
	{"fee", "收费标准", "social,special", true},
	{"promise", "承诺书", "", true},
	{"credit", "信用查询结果", "social,special", false},
	{0},
};

bool filing_item_applies(const struct filing_item *item, const char *body_kind)
{
	return !*item->kinds || strstr(item->kinds, body_kind);
}

int filing_find(struct ctx *cx, int64_t id, struct q_filing_find *ret_filing)
{
	int r = q_filing_find(cx->db, ret_filing, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "filing.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* A filing whose content its body may still change: it stays so until the transaction ends. */
static int find_open(struct ctx *cx, int64_t id, struct q_filing_find *ret_filing)
{
	int open = q_filing_lock_open(cx->db, .id = id, .scope = cx->scope);
	if (open < 0)
		return ctx_pass(cx, open);
	int r = filing_find(cx, id, ret_filing);
	if (r < 0 || open)
		return r;
	return fail(cx, ERR_STATE, "filing.not_open",
		flow_state(&filing_flow, ret_filing->state)->label);
}

bool filing_is_barred(const char *body_state, const char *filing_kind)
{
	if (streq(body_state, "withdrawn"))
		return !streq(filing_kind, "initial");
	return streq(body_state, "removed") || streq(body_state, "blacklisted");
}

static bool kind_known(const char *kind)
{
	static const char *const kinds[] = {"initial", "extension", "change", "renewal",
		"withdrawal"};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (streq(kind, kinds[i]))
			return true;
	return false;
}

static int may_create(struct ctx *cx, const struct q_body_find *body, const char *kind)
{
	struct q_filing_open_of_body_rows open;
	if (!kind_known(kind))
		return fail_field(cx, "filing_kind", "filing.kind_unknown");
	int r = q_filing_open_of_body(cx->db, &open, .body_id = body->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (open.n)
		return fail(cx, ERR_CONFLICT, "filing.open_already");
	bool first = is_blank(body->body_code) || streq(body->state, "withdrawn");
	if (is_blank(body->body_code) && !streq(kind, "initial"))
		return fail(cx, ERR_STATE, "filing.initial_first");
	if (filing_is_barred(body->state, kind) ||
		(streq(kind, "extension") && !streq(body->state, "filed")))
		return fail(cx, ERR_STATE, "filing.not_now",
			flow_state(&body_flow, body->state)->label);
	if (!first && streq(kind, "initial"))
		return fail(cx, ERR_STATE, "filing.initial_done", body->body_code);
	return 0;
}

int filing_create(struct ctx *cx, int64_t body_id, const char *filing_kind, const char *note,
	const char *change_text, int64_t *ret_id)
{
	struct q_body_find body;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_body_lock(cx->db, .id = body_id);
	if (r >= 0)
		r = q_body_find(cx->db, &body, .id = body_id, .own_id = cx->scope.body_id,
			.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "body.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = may_create(cx, &body, filing_kind)) < 0)
		return r;
	r = q_filing_insert(cx->db, .id = id, .body_id = body_id, .region = body.region,
		.filing_kind = filing_kind,
		.note = note, .change_text = change_text, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "filing", 0, id, "create", "")) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int check_grades(struct ctx *cx, const char *grades, const char *of_occupation)
{
	if (is_blank(grades))
		return fail_field(cx, "grades", "scope.grades_needed");
	for (const char *g = grades; *g; g++)
		if (*g < '1' || *g > '5' || !strchr(of_occupation, *g))
			return fail_field(cx, "grades", "scope.grade_unknown",
				text_of(cx, "%c", *g));
	return 0;
}

/* A work type belongs to its occupation, a project too; both are of the catalogue. A project that
 * the catalogue puts into no occupation is filed under the one it is carried out in. */
static int check_object(struct ctx *cx, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id)
{
	struct q_work_type_find type = {.occupation_id = occupation_id};
	struct q_special_project_find project = {.occupation_id = occupation_id};
	int r = work_type_id ? q_work_type_find(cx->db, &type, .id = work_type_id) : 0;
	if (r == ERR_NOTFOUND || (r == 0 && type.occupation_id != occupation_id))
		return fail_field(cx, "work_type_id", "scope.other_work_type");
	if (r >= 0 && special_project_id)
		r = q_special_project_find(cx->db, &project, .id = special_project_id);
	if (r == ERR_NOTFOUND || (r == 0 && project.occupation_id &&
		project.occupation_id != occupation_id))
		return fail_field(cx, "special_project_id", "scope.other_project");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_scope(struct ctx *cx, const struct q_filing_find *filing, int64_t occupation_id,
	int64_t work_type_id, int64_t special_project_id, const char *grades)
{
	struct q_occupation_find occupation;
	bool special = streq(filing->body_kind, "special");
	int r = q_occupation_find(cx->db, &occupation, .id = occupation_id);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "scope.occupation_unknown");
	if (r < 0)
		return ctx_pass(cx, r);
	if (special && !special_project_id)
		return fail_field(cx, "special_project_id", "scope.project_needed");
	if (!streq(occupation.state, "active"))
		return fail_field(cx, "occupation_id", "scope.retired", occupation.name);
	if (streq(occupation.track, "qualification"))
		return fail_field(cx, "occupation_id", "scope.qualification", occupation.name);
	if (!special && (r = check_grades(cx, grades, occupation.grades)) < 0)
		return r;
	return check_object(cx, occupation_id, work_type_id, special ? special_project_id : 0);
}

int filing_scope_put(struct ctx *cx, int64_t filing_id, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id, const char *grades)
{
	struct q_filing_find filing;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_open(cx, filing_id, &filing)) < 0 || (r = check_scope(cx, &filing,
		occupation_id, work_type_id, special_project_id, grades)) < 0)
		return r;
	bool special = streq(filing.body_kind, "special");
	r = q_filing_scope_insert(cx->db, .id = ctx_id(cx), .filing_id = filing_id,
		.body_id = filing.body_id,
		.occupation_id = occupation_id, .work_type_id = work_type_id,
		.special_project_id = special ? special_project_id : 0,
		.grades = special ? "" : grades);
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int filing_scope_drop(struct ctx *cx, int64_t filing_id, int64_t item_id)
{
	struct q_filing_find filing;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_open(cx, filing_id, &filing)) < 0)
		return r;
	r = q_filing_scope_delete(cx->db, .id = item_id, .filing_id = filing_id);
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static const struct filing_item *item_find(const char *code)
{
	for (const struct filing_item *item = filing_items; item->code; item++)
		if (streq(item->code, code))
			return item;
	return NULL;
}

static int room_for_file(struct ctx *cx, const struct q_filing_find *filing)
{
	struct q_attachments_of_rows files;
	int r = q_attachments_of(cx->db, &files, .subject_id = filing->id, .kind = "filing",
		.scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	return files.n < FILES_MAX ? 0 : fail(cx, ERR_LIMIT, "filing.files_full",
		text_of(cx, "%d", FILES_MAX));
}

int filing_attach(struct ctx *cx, int64_t filing_id, const char *item, const char *filename,
	struct str bytes, int64_t *ret_id)
{
	struct q_filing_find filing;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_open(cx, filing_id, &filing)) < 0)
		return r;
	if (!item_find(item))
		return fail_field(cx, "item", "filing.item_unknown");
	if ((r = room_for_file(cx, &filing)) < 0)
		return r;
	struct file file = {.body_id = filing.body_id, .region = filing.region, .name = filename,
		.bytes = bytes};
	if ((r = file_put(cx, &file)) < 0)
		return r;
	r = q_attachment_insert(cx->db, .id = id, .kind = "filing", .subject_id = filing_id,
		.item = item,
		.file_id = file.id, .name = filename, .size = (int64_t)bytes.n,
		.region = filing.region,
		.body_id = filing.body_id, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int filing_detach(struct ctx *cx, int64_t filing_id, int64_t attachment_id)
{
	struct q_filing_find filing;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_open(cx, filing_id, &filing)) < 0)
		return r;
	r = q_attachment_drop(cx->db, .id = attachment_id, .subject_id = filing_id,
		.after_at = filing.submitted_at, .scope = cx->scope);
	if (r == 0)
		return fail(cx, ERR_STATE, "filing.file_stays");
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* Which check a state is waiting for. */
static const char *stage_of(const char *state)
{
	if (streq(state, "submitted"))
		return "formal";
	if (streq(state, "accepted"))
		return "site";
	return streq(state, "site") ? "expert" : NULL;
}

int filing_check_put(struct ctx *cx, int64_t filing_id, const char *item, const char *verdict,
	const char *note)
{
	struct q_filing_find filing;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_filing_lock(cx->db, .id = filing_id, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = filing_find(cx, filing_id, &filing)) < 0)
		return r;
	const char *stage = stage_of(filing.state);
	if (!stage)
		return fail(cx, ERR_STATE, "filing.no_check_now",
			flow_state(&filing_flow, filing.state)->label);
	if (!streq(verdict, "good") && is_blank(note))
		return fail_field(cx, "note", "filing.note_needed");
	r = q_filing_check_insert(cx->db, .id = ctx_id(cx), .filing_id = filing_id, .stage = stage,
		.item = item,
		.verdict = verdict, .note = note, .account_id = cx->actor.account_id,
		.actor_name = cx->actor.name, .at = ctx_now(cx));
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

struct gaps {
	struct ctx *cx;
	const char **texts;
	size_t n;
};

enum { GAPS_MAX = 40 };

static void gap(struct gaps *g, const char *text)
{
	if (g->n < GAPS_MAX)
		g->texts[g->n++] = text;
}

static bool attached(const struct q_attachments_of_rows *files, const char *item)
{
	for (size_t i = 0; i < files->n; i++)
		if (streq(files->at[i].item, item))
			return true;
	return false;
}

static int gaps_of_materials(struct gaps *g, const struct q_filing_find *filing)
{
	struct q_attachments_of_rows files;
	int r = q_attachments_of(g->cx->db, &files, .subject_id = filing->id, .kind = "filing",
		.scope = g->cx->scope);
	if (r < 0)
		return ctx_pass(g->cx, r);
	bool whole = streq(filing->filing_kind, "initial") || streq(filing->filing_kind, "renewal");
	for (const struct filing_item *item = filing_items; item->code; item++) {
		bool needed = whole ? item->required && filing_item_applies(item, filing->body_kind)
				    : streq(item->code, "application");
		if (needed && !attached(&files, item->code))
			gap(g, text_of(g->cx, "缺少材料：%s", item->label));
	}
	return 0;
}

static int gaps_of_scope(struct gaps *g, const struct q_filing_find *filing)
{
	struct q_filing_scope_of_rows items;
	struct q_rooms_of_body_rows rooms;
	if (streq(filing->filing_kind, "change") || streq(filing->filing_kind, "withdrawal"))
		return 0;
	int r = q_filing_scope_of(g->cx->db, &items, .filing_id = filing->id);
	if (r >= 0)
		r = q_rooms_of_body(g->cx->db, &rooms, .body_id = filing->body_id,
			.scope = g->cx->scope);
	if (r < 0)
		return ctx_pass(g->cx, r);
	if (!items.n)
		gap(g, "还没有填写评价职业（工种）和等级");
	if (!rooms.n)
		gap(g, "还没有登记考场，请先在“考场”中登记场地和考室");
	return 0;
}

static bool has_card(const struct q_cards_of_body_rows *cards, int64_t staff_id,
	int64_t occupation_id, int64_t today)
{
	for (size_t i = 0; i < cards->n; i++)
		if (cards->at[i].staff_id == staff_id && streq(cards->at[i].state, "valid") &&
			cards->at[i].occupation_id == occupation_id &&
			cards->at[i].valid_to_on >= today)
			return true;
	return false;
}

/* Examiners at work with a card of the occupation, of whatever grade. */
static int count_examiners(struct ctx *cx, const struct q_staff_of_body_rows *staff,
	const struct q_cards_of_body_rows *cards, int64_t occupation_id)
{
	int n = 0;
	for (size_t i = 0; i < staff->n; i++)
		n += staff->at[i].duties & DUTY_EXAMINER && streq(staff->at[i].state, "active") &&
			has_card(cards, staff->at[i].id, occupation_id, ctx_today(cx));
	return n;
}

static int gaps_of_examiners(struct gaps *g, const struct q_filing_find *filing,
	const struct q_staff_of_body_rows *staff)
{
	struct q_filing_scope_of_rows items;
	struct q_cards_of_body_rows cards;
	struct ctx *cx = g->cx;
	int64_t least;
	int r = q_filing_scope_of(cx->db, &items, .filing_id = filing->id);
	if (r >= 0)
		r = q_cards_of_body(cx->db, &cards, .body_id = filing->body_id, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = setting_get(cx, "filing.examiners_min", filing->region, 0, &least)) < 0)
		return r;
	for (size_t i = 0; i < items.n; i++) {
		int n = count_examiners(cx, staff, &cards, items.at[i].occupation_id);
		if (n < least)
			gap(g, text_of(cx, "“%s”有证卡的考评员 %d 人，要求不少于 %d 人，"
				"请在“人员”中登记考评员及其证卡", items.at[i].occupation_name, n,
				(int)least));
	}
	return 0;
}

static int gaps_of_staff(struct gaps *g, const struct q_filing_find *filing)
{
	struct q_staff_of_body_rows staff;
	int64_t least, n = 0;
	if (streq(filing->filing_kind, "change") || streq(filing->filing_kind, "withdrawal"))
		return 0;
	int r = q_staff_of_body(g->cx->db, &staff, .body_id = filing->body_id,
		.scope = g->cx->scope);
	if (r < 0)
		return ctx_pass(g->cx, r);
	if ((r = setting_get(g->cx, "filing.full_time_min", filing->region, 0, &least)) < 0)
		return r;
	for (size_t i = 0; i < staff.n; i++)
		n += streq(staff.at[i].state, "active");
	if (!staff.n)
		gap(g, "还没有登记考务人员，请先在“人员”中登记");
	else if (n < least)
		gap(g, text_of(g->cx, "在岗考务人员 %d 人，要求不少于 %d 人", (int)n, (int)least));
	return gaps_of_examiners(g, filing, &staff);
}

/* A renewal comes when something is about to end. */
static int gaps_of_renewal(struct gaps *g, const struct q_filing_find *filing)
{
	struct q_body_scope_ending_rows ending;
	int64_t days, until_on;
	if (!streq(filing->filing_kind, "renewal"))
		return 0;
	int r = setting_get(g->cx, "filing.renew_before_wd", filing->region, 0, &days);
	if (r < 0 || (r = workday_due(g->cx, ctx_today(g->cx), days, &until_on)) < 0)
		return r;
	r = q_body_scope_ending(g->cx->db, &ending, .body_id = filing->body_id,
		.until_on = until_on);
	if (r < 0)
		return ctx_pass(g->cx, r);
	if (!ending.n)
		gap(g, text_of(g->cx, "没有备案项目将在 %d 个工作日内到期，还不能申请续期",
			(int)days));
	return 0;
}

int filing_gaps(struct ctx *cx, int64_t filing_id, const char ***ret_texts, size_t *ret_n)
{
	struct q_filing_find filing;
	struct gaps g = {.cx = cx, .texts = arena_array(cx->arena, const char *, GAPS_MAX)};
	int r = filing_find(cx, filing_id, &filing);
	if (r < 0 || (r = gaps_of_scope(&g, &filing)) < 0
		|| (r = gaps_of_materials(&g, &filing)) < 0 ||
		(r = gaps_of_staff(&g, &filing)) < 0 || (r = gaps_of_renewal(&g, &filing)) < 0)
		return r;
	if (streq(filing.filing_kind, "change") && is_blank(filing.change_text))
		gap(&g, "还没有填写要变更的内容");
	*ret_texts = g.texts;
	*ret_n = g.n;
	return 0;
}
