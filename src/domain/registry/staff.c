/* Staff of a body and the cards they hold. */
#include "base/civil.h"
#include "base/ident.h"
#include "base/name.h"
#include "core/account.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/account.h"
#include "query/registry.h"

static int insert(struct ctx *cx, int64_t id, const struct q_body_find *body,
	const struct staff_in *in)
{
	int r = q_staff_insert(cx->db, .id = id, .body_id = body->id, .region = body->region,
		.name = in->name, .idno_cipher = secret_seal(cx, "staff.idno_cipher", in->idno),
		.idno_index = secret_idno_index(cx, in->idno),
		.idno_mask = ident_mask_idno(cx->arena, str_of(in->idno)),
		.phone_cipher = secret_seal(cx, "staff.phone_cipher", in->phone),
		.phone_index = secret_phone_index(cx, in->phone),
		.phone_mask = ident_mask_phone(cx->arena, str_of(in->phone)),
		.employer = in->employer, .duties = in->duties);
	if (r == ERR_CONFLICT)
		return fail_field(cx, "idno", "staff.already", in->name);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int update(struct ctx *cx, int64_t id, const struct staff_in *in)
{
	struct q_staff_find old;
	int r = q_staff_find(cx->db, &old, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "staff.not_found");
	bool same_phone = is_blank(in->phone);
	if (r >= 0)
		r = q_staff_update(cx->db, .id = id, .employer = in->employer, .duties = in->duties,
			.state = in->state, .phone_cipher = same_phone ? old.phone_cipher
						   : secret_seal(cx, "staff.phone_cipher",
						in->phone),
			.phone_index = same_phone ? old.phone_index : secret_phone_index(cx,
			in->phone),
			.phone_mask = same_phone ? old.phone_mask : ident_mask_phone(cx->arena,
			str_of(in->phone)), .seen = in->seen, .scope = cx->scope);
	if (r == 0)
		return fail(cx, ERR_CONFLICT, "registry.changed", old.name);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int staff_save(struct ctx *cx, int64_t body_id, int64_t id, const struct staff_in *in,
	int64_t *ret_id)
{
	struct q_body_find body;
	int r = q_body_find(cx->db, &body, .id = body_id, .own_id = cx->scope.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "body.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!in->duties)
		return fail_field(cx, "duties", "staff.duty_needed");
	bool is_new = !id;
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if (is_new)
		id = ctx_id(cx);
	r = is_new ? insert(cx, id, &body, in) : update(cx, id, in);
	if (r < 0 || (r = flow_note(cx, "staff", 0, id, is_new ? "create" : "update",
		in->name)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int staff_account(struct ctx *cx, int64_t staff_id, int64_t account_id)
{
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ACCOUNT_GRANT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_staff_set_account(cx->db, .id = staff_id, .account_id = account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_NOTFOUND, "staff.not_found");
	if ((r = flow_note(cx, "staff", 0, staff_id, "account", "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* An examiner's account may watch a room too; an invigilator's never marks. */
static bool serves(enum role role, int64_t duties)
{
	return role == ROLE_EXAMINER || (role == ROLE_INVIGILATOR && duties & DUTY_PROCTOR);
}

/* An account that was granted to this member as an examiner or invigilator. */
static int account_fits(struct ctx *cx, const struct q_staff_find *staff, const char *login,
	int64_t *ret_id)
{
	struct q_account_find account;
	struct q_staff_by_account_rows others;
	int64_t id;
	int r = account_by_login(cx, login, &id);
	if (r >= 0)
		r = q_account_find(cx->db, &account, .id = id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r == ERR_NOTFOUND || account.body_id != staff->body_id ||
		!serves(role_of(account.role), staff->duties))
		return fail_field(cx, "login", "staff.no_account", login);
	if (!name_same(str_of(account.name), str_of(staff->name)))
		return fail_field(cx, "login", "staff.other_name", login, account.name);
	if ((r = q_staff_by_account(cx->db, &others, .account_id = account.id)) < 0)
		return ctx_pass(cx, r);
	if (others.n && others.at[0].id != staff->id)
		return fail_field(cx, "login", "staff.account_taken", login, others.at[0].name);
	*ret_id = account.id;
	return 0;
}

int staff_account_put(struct ctx *cx, int64_t staff_id, const char *login)
{
	struct q_staff_find staff;
	int64_t account_id = 0;
	int r = q_staff_find(cx->db, &staff, .id = staff_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "staff.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!is_blank(login) && (r = account_fits(cx, &staff, login, &account_id)) < 0)
		return r;
	r = q_staff_set_account(cx->db, .id = staff_id, .account_id = account_id);
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "staff", 0, staff_id, "account", login);
}

static int check_card(struct ctx *cx, const char *region, const struct card_in *in)
{
	bool examines = streq(in->card_kind, "examiner") || streq(in->card_kind, "senior_examiner");
	if (is_blank(in->number))
		fail_field(cx, "number", "field.required", "证卡编号");
	if (in->valid_to_on <= in->valid_from_on)
		fail_field(cx, "valid_to_on", "card.dates_reversed");
	if (examines && !in->occupation_id)
		fail_field(cx, "occupation_id", "card.occupation_needed");
	if (examines && !grade_rank(in->grade_top))
		fail_field(cx, "grade_top", "card.grade_needed");
	int64_t years;
	int r = setting_get(cx, "examiner.card_years", region, in->valid_from_on, &years);
	if (r < 0)
		return r;
	if (examines && in->valid_to_on > civil_add_years(in->valid_from_on, years))
		fail_field(cx, "valid_to_on", "card.too_long", text_of(cx, "%d", (int)years));
	return ctx_checked(cx);
}

int card_add(struct ctx *cx, int64_t staff_id, const struct card_in *in, int64_t *ret_id)
{
	struct q_staff_find staff;
	int64_t id = ctx_id(cx);
	int r = q_staff_find(cx->db, &staff, .id = staff_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "staff.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_card(cx, staff.region, in)) < 0)
		return r;
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_card_insert(cx->db, .id = id, .staff_id = staff_id, .body_id = staff.body_id,
		.region = staff.region,
		.number = in->number, .card_kind = in->card_kind,
		.occupation_id = in->occupation_id,
		.grade_top = in->grade_top, .valid_from_on = in->valid_from_on,
		.valid_to_on = in->valid_to_on);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail_field(cx, "number", "card.number_taken", in->number);
	if ((r = flow_note(cx, "staff", 0, staff_id, "card", text_of(cx, "%s（%s 至 %s）",
		in->number, civil_day_text(cx->arena, in->valid_from_on),
		civil_day_text(cx->arena, in->valid_to_on)))) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int relation_declare(struct ctx *cx, int64_t staff_id, const char *idno, const char *relation)
{
	struct q_staff_find staff;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_staff_find(cx->db, &staff, .id = staff_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "staff.not_found");
	if (r >= 0)
		r = q_relation_insert(cx->db, .id = ctx_id(cx), .staff_id = staff_id,
			.idno_index = secret_idno_index(cx, idno), .relation = relation);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "staff", 0, staff_id, "relation", relation)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
