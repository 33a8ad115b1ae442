#include "domain/exam/bank.h"

#include <string.h>

#include "base/utf8.h"
#include "query/standard.h"

enum { TITLE_CHARS = 80 };

struct scope bank_scope(struct ctx *cx)
{
	struct scope scope = cx->scope;
	if (cx->actor.role == ROLE_EXAMINER && cx->actor.body_id) {
		scope = scope_all();
		scope.body_id = cx->actor.body_id;
	}
	return scope;
}

bool bank_is_own(const struct ctx *cx, int64_t body_id, const char *region)
{
	switch (cx->actor.role) {
	case ROLE_SYSTEM:
		return true;
	case ROLE_BODY_CLERK:
	case ROLE_BODY_MANAGER:
	case ROLE_EXAMINER:
		return body_id && cx->actor.body_id == body_id;
	case ROLE_AUTHORITY:
	case ROLE_AUTHORITY_HEAD:
		return !body_id && streq(cx->actor.region, region);
	default:
		return false;
	}
}

int bank_need_own(struct ctx *cx, int64_t body_id, const char *region)
{
	return bank_is_own(cx, body_id, region) ? 0 : fail(cx, ERR_DENIED, "bank.not_custodian");
}

int bank_get(struct ctx *cx, int64_t id, struct q_bank_find *ret_bank)
{
	int r = q_bank_find(cx->db, ret_bank, .id = id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "bank.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_rule(const char *code)
{
	return streq(code, "all") || streq(code, "half") || streq(code, "share") ||
		streq(code, "each");
}

static int check_texts(struct ctx *cx, const struct bank_in *in)
{
	if (is_blank(in->title) || !utf8_is_text(str_of(in->title))
		|| utf8_count(str_of(in->title)) > TITLE_CHARS)
		fail_field(cx, "title", "bank.title_wrong", text_of(cx, "%d", TITLE_CHARS));
	if (!is_rule(in->multiple_rule))
		fail_field(cx, "multiple_rule", "bank.rule_wrong");
	return ctx_checked(cx);
}

/* The standard and the work type must be of the occupation; standard 0 becomes the one in force. */
static int check_standard(struct ctx *cx, struct bank_in *in)
{
	struct q_standard_find standard;
	struct q_standard_in_force force;
	struct q_work_type_find type;
	int r;
	if (in->work_type_id) {
		r = q_work_type_find(cx->db, &type, .id = in->work_type_id);
		if (r == ERR_NOTFOUND || (r == 0 && type.occupation_id != in->occupation_id))
			return fail_field(cx, "work_type_id", "bank.work_type_wrong");
		if (r < 0)
			return ctx_pass(cx, r);
	}
	if (in->standard_id) {
		r = q_standard_find(cx->db, &standard, .id = in->standard_id);
		if (r == ERR_NOTFOUND || (r == 0 && standard.occupation_id != in->occupation_id))
			return fail_field(cx, "standard_id", "bank.standard_wrong");
		return r < 0 ? ctx_pass(cx, r) : 0;
	}
	r = q_standard_in_force(cx->db, &force, .occupation_id = in->occupation_id,
		.on_day = ctx_today(cx));
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	in->standard_id = r == 0 ? force.id : 0;
	return 0;
}

static int check_occupation(struct ctx *cx, const struct bank_in *in)
{
	struct q_occupation_find o;
	int r = q_occupation_find(cx->db, &o, .id = in->occupation_id);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "bank.occupation_wrong");
	if (r < 0)
		return ctx_pass(cx, r);
	bool known = in->grade >= 1 && in->grade <= 5 && strchr(o.grades, (int)('0' + in->grade));
	if (in->grade && !known)
		return fail_field(cx, "grade", "bank.grade_wrong", o.name);
	return 0;
}

static int check(struct ctx *cx, struct bank_in *in)
{
	int r = check_texts(cx, in);
	if (r < 0 || (r = check_occupation(cx, in)) < 0)
		return r;
	return check_standard(cx, in);
}

/* National and provincial tasks are kept by the province; cities and counties keep none. */
static int check_custodian(struct ctx *cx, struct bank_in *in)
{
	bool of_body = cx->actor.body_id != 0;
	if (of_body) {
		in->custodian = "body";
		return 0;
	}
	if (cx->actor.role != ROLE_SYSTEM && strlen(cx->actor.region) != 2)
		return fail(cx, ERR_DENIED, "bank.province_only");
	if (!streq(in->custodian, "national") && !streq(in->custodian, "province"))
		return fail_field(cx, "custodian", "bank.custodian_wrong");
	return 0;
}

static int insert(struct ctx *cx, const struct bank_in *in, int64_t id)
{
	int r = q_bank_insert(cx->db, .id = id, .body_id = cx->actor.body_id,
		.region = cx->actor.region, .custodian = in->custodian, .title = in->title,
		.occupation_id = in->occupation_id, .work_type_id = in->work_type_id,
		.grade = in->grade, .standard_id = in->standard_id,
		.multiple_rule = in->multiple_rule, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "bank", 0, id, "create", in->title);
}

int bank_create(struct ctx *cx, const struct bank_in *in, int64_t *ret_id)
{
	struct bank_in own = *in;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_BANK_EDIT);
	if (r < 0 || (r = check_custodian(cx, &own)) < 0 || (r = check(cx, &own)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = insert(cx, &own, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int bank_edit(struct ctx *cx, int64_t id, const struct bank_in *in)
{
	struct q_bank_find bank;
	struct bank_in own = *in;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_BANK_EDIT);
	if (r < 0 || (r = bank_get(cx, id, &bank)) < 0)
		return r;
	if ((r = bank_need_own(cx, bank.body_id, bank.region)) < 0)
		return r;
	own.occupation_id = bank.occupation_id;
	own.grade = bank.grade;
	if ((r = check(cx, &own)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_bank_update(cx->db, .id = id, .title = own.title, .work_type_id = own.work_type_id,
		.standard_id = own.standard_id, .multiple_rule = own.multiple_rule);
	if (r < 0 || (r = flow_note(cx, "bank", 0, id, "update", own.title)) < 0)
		return ctx_pass(cx, r);
	return ctx_pass(cx, tx_commit(&tx));
}

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_bank_find *b = arena_make(cx->arena, struct q_bank_find);
	int r = bank_get(cx, id, b);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = b->state, .region = b->region,
		.title = b->title, .body_id = b->body_id, .row = b};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_bank_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static int guard_own(struct ctx *cx, const struct flow_run *run)
{
	return bank_need_own(cx, run->subject->body_id, run->subject->region);
}

static const struct flow_state states[] = {
	{"open", "使用中", TONE_GOOD},
	{"closed", "已封存", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"open", "close", "closed", "封存题库", PERM_BANK_EDIT, guard_own,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"closed", "reopen", "open", "重新启用", PERM_BANK_EDIT, guard_own, .flags = FLOW_REASON},
	{0},
};

const struct flow bank_flow = {.kind = "bank", .title = "题库", .states = states, .steps = steps,
	.load = load, .move = move};
