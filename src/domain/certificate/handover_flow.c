/* The lives of a record and of a package. */
#include "domain/certificate/handover_impl.h"

const struct choice handover_targets[] = {{"national", "全国联网查询"},
	{"province", "省级查询系统"}, {0}};
const struct choice handover_records[] = {{"new", "新证书"}, {"change", "更正"},
	{"suspend", "暂停"}, {"resume", "恢复"}, {"revoke", "撤销"}, {0}};

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_handover_find *row = arena_make(cx->arena, struct q_handover_find);
	int r = q_handover_find(cx->db, row, .person_id = person_id, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "handover.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = row->state,
		.region = row->region, .title = row->number, .body_id = row->body_id, .row = row};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_handover_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

/* The day is the package's, which was set before its records move. */
static int on_send(struct ctx *cx, const struct flow_run *run)
{
	const struct q_handover_find *row = run->subject->row;
	struct q_handover_package_find package;
	int r = handover_package_any(cx, row->package_id, &package);
	if (r < 0)
		return r;
	r = q_handover_set_sent(cx->db, .person_id = row->person_id, .id = row->id,
		.sent_on = package.sent_on);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_answer(struct ctx *cx, const struct flow_run *run)
{
	int r = q_handover_set_answer(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .answered_on = ctx_today(cx),
		.reason = streq(run->step->to, "refused") ? run->reason : "");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Nobody was told of it: what waited to be told about it later goes too. */
static int on_withdraw(struct ctx *cx, const struct flow_run *run)
{
	const struct q_handover_find *row = run->subject->row;
	struct q_handover_face face;
	if (!streq(row->record_kind, "new"))
		return 0;
	int r = q_handover_face(cx->db, &face, .person_id = row->person_id,
		.id = row->certificate_id);
	if (r == 0)
		r = q_handover_drop(cx->db, .person_id = row->person_id,
			.certificate_id = row->certificate_id, .target = row->target,
			.with_new = streq(face.state, "revoked"));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"waiting", "待上报", TONE_WAIT},
	{"prepared", "已装包", TONE_WAIT},
	{"sent", "已上报，待答复", TONE_WAIT},
	{"accepted", "已入库", TONE_GOOD},
	{"refused", "被退回", TONE_BAD},
	{"mended", "已改正，待重报", TONE_WAIT},
	{"ended", "不再上报", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"waiting", "prepare", "prepared", "装包", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"mended", "prepare", "prepared", "再次装包", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"prepared", "withdraw", "waiting", "撤包", PERM_HANDOVER_EDIT, NULL, on_withdraw,
		.flags = FLOW_HIDDEN},
	{"prepared", "send", "sent", "上报", PERM_HANDOVER_EDIT, NULL, on_send,
		.flags = FLOW_HIDDEN},
	{"sent", "accept", "accepted", "入库", PERM_HANDOVER_EDIT, NULL, on_answer,
		.flags = FLOW_HIDDEN},
	{"sent", "refuse", "refused", "退回", PERM_HANDOVER_EDIT, NULL, on_answer,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"refused", "mend", "mended", "已改正，重新上报", PERM_HANDOVER_EDIT,
		.flags = FLOW_REASON},
	{"refused", "end", "ended", "证书已撤销", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"mended", "end", "ended", "证书已撤销", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{0},
};

const struct flow handover_flow = {.kind = "handover", .title = "证书上报", .states = states,
	.steps = steps, .load = load, .move = move};

/* ---- packages ---- */

static int load_package(struct ctx *cx, int64_t person_id, int64_t id,
	struct flow_subject *ret_subject)
{
	struct q_handover_package_find *p = arena_make(cx->arena, struct q_handover_package_find);
	(void)person_id;
	int r = handover_package_get(cx, id, p);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = p->state, .region = p->region,
		.title = p->title, .body_id = p->body_id, .row = p};
	return 0;
}

static int move_package(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_handover_package_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static const struct flow_state package_states[] = {
	{"collecting", "正在整理", TONE_WAIT},
	{"ready", "待上报", TONE_WAIT},
	{"empty", "没有可上报的证书", TONE_PLAIN},
	{"sending", "正在登记上报", TONE_WAIT},
	{"sent", "已上报，待答复", TONE_WAIT},
	{"answered", "已全部答复", TONE_GOOD},
	{"withdrawing", "正在撤包", TONE_WAIT},
	{"withdrawn", "已撤包", TONE_PLAIN},
	{0},
};

/* Pages have forms of their own for what people do. */
static const struct flow_step package_steps[] = {
	{"collecting", "collect", "ready", "整理完成", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"collecting", "nothing", "empty", "没有可上报的", PERM_HANDOVER_EDIT,
		.flags = FLOW_HIDDEN},
	{"ready", "send", "sending", "登记已上报", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"sending", "done", "sent", "上报登记完成", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{"collecting", "withdraw", "withdrawing", "撤包", PERM_HANDOVER_EDIT,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"ready", "withdraw", "withdrawing", "撤包", PERM_HANDOVER_EDIT,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"withdrawing", "done", "withdrawn", "撤包完成", PERM_HANDOVER_EDIT,
		.flags = FLOW_HIDDEN},
	{"sent", "answer", "answered", "全部答复", PERM_HANDOVER_EDIT, .flags = FLOW_HIDDEN},
	{0},
};

const struct flow handover_package_flow = {.kind = "handover_package", .title = "上报包",
	.states = package_states, .steps = package_steps, .load = load_package,
	.move = move_package};
