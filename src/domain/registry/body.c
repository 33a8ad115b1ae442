/* Bodies: registration, own data, standing. */
#include <string.h>

#include "base/ident.h"
#include "core/audit.h"
#include "core/ident_text.h"
#include "domain/registry/registry.h"
#include "query/core.h"
#include "query/registry.h"

static void check_uscc(struct ctx *cx, const char *uscc)
{
	struct uscc code;
	struct ident_fault fault;
	struct str typed = str_of(uscc);
	if (ident_uscc(typed, &code, &fault) < 0)
		(void)fail_field(cx, "uscc", "field.uscc", "统一社会信用代码",
			ident_fault_text(cx->arena, IDENT_USCC, typed, &fault));
}

/* A city or county of the table: nobody would see a body that lies elsewhere. */
static int check_region(struct ctx *cx, const char *code)
{
	struct q_region_find region;
	int r = !code || strlen(code) < 4 ? ERR_NOTFOUND : q_region_find(cx->db, &region,
		.code = code);
	if (r == ERR_NOTFOUND)
		(void)fail_field(cx, "region", "body.region_needed");
	return r < 0 && r != ERR_NOTFOUND ? ctx_pass(cx, r) : 0;
}

static int check_body(struct ctx *cx, const struct body_in *in)
{
	static const char *const kinds[] = {"enterprise", "social", "school", "special"};
	bool known = false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		known |= streq(in->body_kind, kinds[i]);
	if (!known)
		fail_field(cx, "body_kind", "body.kind_unknown");
	if (is_blank(in->name))
		fail_field(cx, "name", "field.required", "机构名称");
	int r = check_region(cx, in->region);
	if (r < 0)
		return r;
	check_uscc(cx, in->uscc);
	return ctx_checked(cx);
}

int body_register(struct ctx *cx, const struct body_in *in, int64_t *ret_id)
{
	auto_tx tx = {0};
	int64_t id = ctx_id(cx);
	int r = check_body(cx, in);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_body_uscc_insert(cx->db, .uscc = in->uscc, .body_id = id);
	if (r == ERR_CONFLICT)
		return fail_field(cx, "uscc", "body.uscc_taken", in->uscc);
	if (r >= 0)
		r = q_body_insert(cx->db, .id = id, .name = in->name, .uscc = in->uscc,
			.body_kind = in->body_kind,
			.region = in->region, .legal_person = in->legal_person,
			.address = in->address,
			.contact = in->contact, .phone = in->phone, .website = in->website,
			.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "body", 0, id, "register", in->name)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int find(struct ctx *cx, int64_t id, struct q_body_find *ret_body)
{
	int r = q_body_find(cx->db, ret_body, .id = id, .own_id = cx->scope.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "body.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int body_update(struct ctx *cx, int64_t id, const struct body_in *in)
{
	struct q_body_find body;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = q_body_lock(cx->db, .id = id)) < 0)
		return ctx_pass(cx, r);
	if ((r = find(cx, id, &body)) < 0)
		return r;
	r = q_body_update(cx->db, .id = id, .legal_person = body.legal_person,
		.address = in->address,
		.contact = in->contact, .phone = in->phone, .website = in->website);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "body", 0, id, "update", "联系信息")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_body_find *body = arena_make(cx->arena, struct q_body_find);
	int r = find(cx, id, body);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = body->state, .region = body->region,
		.title = body->name, .body_id = id, .row = body};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_body_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

/* A removed body's scope ends with it: no plan can rest on it, past certificates stay. */
static int end_scope(struct ctx *cx, const struct flow_run *run)
{
	int r = q_body_scope_end_all(cx->db, .body_id = run->subject->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"registered", "已注册", TONE_PLAIN},
	{"filed", "已备案", TONE_GOOD},
	{"suspended", "暂停", TONE_BAD},
	{"rectifying", "整改中", TONE_WAIT},
	{"withdrawn", "已注销", TONE_PLAIN},
	{"removed", "已取消备案", TONE_BAD},
	{"blacklisted", "列入黑名单", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	{"filed", "rectify", "rectifying", "责令整改", PERM_BODY_SANCTION,
		.deadline = "body.rectify_wd", .flags = FLOW_REASON},
	{"rectifying", "resume", "filed", "整改通过", PERM_BODY_SANCTION, .flags = FLOW_REASON},
	{"filed", "suspend", "suspended", "暂停评价", PERM_BODY_SANCTION,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"rectifying", "suspend", "suspended", "暂停评价", PERM_BODY_SANCTION,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"suspended", "resume", "filed", "恢复评价", PERM_BODY_SANCTION, .flags = FLOW_REASON},
	{"filed", "remove", "removed", "取消备案", PERM_BODY_SANCTION, .effect = end_scope,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"suspended", "remove", "removed", "取消备案", PERM_BODY_SANCTION, .effect = end_scope,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"rectifying", "remove", "removed", "取消备案", PERM_BODY_SANCTION, .effect = end_scope,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"removed", "blacklist", "blacklisted", "列入黑名单", PERM_BODY_SANCTION,
		.flags = FLOW_REASON | FLOW_DANGER},
	{0},
};

const struct flow body_flow = {.kind = "body", .title = "评价机构", .states = states,
	.steps = steps, .load = load, .move = move};
