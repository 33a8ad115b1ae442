/* Objections during the public notice of results: anybody may raise one; each gets an answer with a deadline. */
#include "base/civil.h"
#include "core/secret.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "query/batch.h"
#include "query/core.h"
#include "query/result.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_objection_find *o = arena_make(cx->arena, struct q_objection_find);
	int r = q_objection_find(cx->db, o, .person_id = person_id, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "objection.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = o->state, .region = o->region,
		.title = o->batch_title, .body_id = o->body_id, .row = o};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_objection_move(cx->db, .person_id = s->person_id, .id = s->id, .from_state = s->state, .state = to);
}

static int on_answer(struct ctx *cx, const struct flow_run *run)
{
	int r = q_objection_set_answer(cx->db, .person_id = run->subject->person_id, .id = run->subject->id,
		.answer = run->reason, .answered_by = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"received", "待答复", TONE_WAIT},
	{"answered", "已答复", TONE_GOOD},
	{"refused", "不成立", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"received", "answer", "answered", "答复", PERM_OBJECTION_ANSWER, NULL, on_answer, .flags = FLOW_REASON},
	{"received", "refuse", "refused", "异议不成立", PERM_OBJECTION_ANSWER, NULL, on_answer, .flags = FLOW_REASON},
	{0},
};

const struct flow objection_flow = {.kind = "objection", .title = "成绩异议", .states = states, .steps = steps,
	.load = load, .move = move};

static int notice_runs(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(cx->db, ret_batch, .id = batch_id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(ret_batch->state, "publicity") || ctx_today(cx) > ret_batch->publicity_to_on)
		return fail(cx, ERR_STATE, "objection.no_notice");
	return 0;
}

static int open_deadline(struct ctx *cx, int64_t id, const struct q_batch_find *batch)
{
	int64_t today = ctx_today(cx);
	int64_t days = setting_int(cx, "objection.answer_wd", batch->region, today);
	int r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = "objection", .subject_id = id,
		.name = "objection.answer_wd", .region = batch->region, .body_id = batch->body_id,
		.due_on = workday_add(cx, today, days), .opened_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int objection_create(struct ctx *cx, int64_t batch_id, const char *name, const char *phone, const char *text, int64_t *ret_id)
{
	struct q_batch_find batch;
	int64_t id = ctx_id(cx), person_id = cx->actor.person_id;
	auto_tx tx = {0};
	int r = notice_runs(cx, batch_id, &batch);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_objection_insert(cx->db, .person_id = person_id, .id = id, .batch_id = batch_id, .body_id = batch.body_id,
		.region = batch.region, .name = name, .phone_cipher = secret_seal(cx, "objection.phone_cipher", phone),
		.text = text, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "objection", person_id, id, "receive", "")) < 0 ||
		(r = open_deadline(cx, id, &batch)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}
