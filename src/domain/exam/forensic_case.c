/* A case about a pair: opened, both heard, closed. What it decides is only whether the matter goes
 * on to the procedure for breaches of exam rules; that is the body's, with its own hearing and
 * appeal. */
#include "core/audit.h"
#include "domain/exam/look.h"
#include "query/forensics.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_forensic_case_find *c = arena_make(cx->arena, struct q_forensic_case_find);
	int r = q_forensic_case_find(cx->db, c, .id = id, .scope = cx->scope);
	(void)person_id;
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "forensics.case_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .state = c->state, .region = c->region,
		.title = c->exam_title, .body_id = c->body_id, .row = c};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_forensic_case_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static int on_hear(struct ctx *cx, const struct flow_run *run)
{
	int r = q_forensic_case_set_statement(cx->db, .id = run->subject->id,
		.statement = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_close(struct ctx *cx, const struct flow_run *run)
{
	int r = q_forensic_case_set_conclusion(cx->db, .id = run->subject->id,
		.conclusion = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"opened", "已立案，待听取陈述", TONE_WAIT},
	{"heard", "已听取陈述，待结论", TONE_WAIT},
	{"closed_without", "结案：不作处理", TONE_GOOD},
	{"closed_with", "结案：移交处理", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	{"opened", "hear", "heard", "记录双方陈述", PERM_FORENSICS_CASE, NULL, on_hear,
		.flags = FLOW_REASON},
	{"opened", "drop", "closed_without", "有合理解释，结案", PERM_FORENSICS_CASE, NULL,
		on_close, .flags = FLOW_REASON},
	{"heard", "clear", "closed_without", "不作处理，结案", PERM_FORENSICS_CASE, NULL,
		on_close, .flags = FLOW_REASON},
	{"heard", "refer", "closed_with", "移交考场违纪处理程序", PERM_FORENSICS_CASE, NULL,
		on_close, .flags = FLOW_REASON | FLOW_OTHER | FLOW_DANGER},
	{0},
};

const struct flow forensic_case_flow = {.kind = "forensic_case", .title = "雷同线索案件",
	.states = states, .steps = steps, .load = load, .move = move};

int forensic_case_open(struct ctx *cx, int64_t look_id, int64_t rank_no, const char *reason,
	int64_t *ret_id)
{
	struct q_forensic_pair_find pair;
	int64_t id;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_FORENSICS_CASE);
	if (r < 0)
		return r;
	r = q_forensic_pair_find(cx->db, &pair, .look_id = look_id, .rank_no = rank_no,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "forensics.pair_not_found");
	if (r < 0 || (r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	id = ctx_id(cx);
	r = q_forensic_case_insert(cx->db, .id = id, .look_id = look_id, .rank_no = rank_no,
		.exam_id = pair.exam_id, .body_id = pair.body_id, .region = pair.region,
		.reason = reason, .created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r == ERR_CONFLICT)
		return fail(cx, r, "forensics.case_there");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "forensic_case", 0, id, "open_case", reason)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}
