/* Changes after the freeze: asked for with a reason, approved by two others, applied as a new
 * version. */
#include "core/setting.h"
#include "base/civil.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "domain/evaluation/result_list.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/mark.h"
#include "query/result.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_result_change_find *c = arena_make(cx->arena, struct q_result_change_find);
	int r = q_result_change_find(cx->db, c, .person_id = person_id, .id = id,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "change.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = c->state,
		.region = c->region,
		.title = text_of(cx, "%s 更改成绩", c->name), .body_id = c->body_id, .row = c};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_result_change_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

/* It stays so until the caller's transaction ends. */
static int still_changeable(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = q_batch_lock(cx->db, .id = batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, ret_batch, .id = batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(ret_batch->state, "publicity"))
		return 0;
	return fail(cx, ERR_STATE, "change.not_now",
		flow_state(&batch_flow, ret_batch->state)->label);
}

static int guard_not_requester(struct ctx *cx, const struct flow_run *run)
{
	const struct q_result_change_find *c = run->subject->row;
	if (c->requested_by == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "change.own_request");
	if (c->first_approver_id && c->first_approver_id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "change.approved_already");
	return 0;
}

/* The second approval is the authority's: the body alone never changes a frozen result. */
static int guard_second(struct ctx *cx, const struct flow_run *run)
{
	if (cx->actor.body_id)
		return fail(cx, ERR_DENIED, "change.authority_must");
	return guard_not_requester(cx, run);
}

static int on_first(struct ctx *cx, const struct flow_run *run)
{
	int r = q_result_change_set_first(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .first_approver_id = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int result_recompile(struct ctx *cx, int64_t batch_id, const char *reason, const char *about)
{
	struct q_batch_find batch;
	struct result_line *lines;
	const char *hash;
	size_t n;
	int r = still_changeable(cx, batch_id, &batch);
	if (r < 0 || (r = result_compile(cx, &batch, &lines, &n)) < 0 ||
		(r = result_keep(cx, &batch, lines, n, batch.result_version + 1, reason,
		&hash)) < 0)
		return r;
	if ((r = flow_note(cx, "batch", 0, batch.id, "change_result", text_of(cx,
		"第%d版，%s：%s，成绩表摘要（SM3）%s", (int)batch.result_version + 1, about, reason,
		hash))) < 0)
		return r;
	r = q_batch_set_frozen(cx->db, .id = batch.id, .result_version = batch.result_version + 1,
		.publicity_from_on = batch.publicity_from_on,
		.publicity_to_on = batch.publicity_to_on);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_apply(struct ctx *cx, const struct flow_run *run)
{
	const struct q_result_change_find *c = run->subject->row;
	struct q_batch_find batch;
	int64_t cut, months;
	int r = still_changeable(cx, c->batch_id, &batch);
	if (r < 0 || (r = result_cut(cx, &batch, c->part, &cut)) < 0 ||
		(r = setting_get(cx, "resit.months", batch.region, civil_day_at(batch.first_at),
			&months)) < 0)
		return r;
	bool passed = streq(c->new_state, "scored") && c->new_centi >= cut;
	int64_t kept = civil_add_months(batch.enrol_to_on, months);
	r = q_result_change_set_second(cx->db, .person_id = c->person_id, .id = c->id,
		.second_approver_id = cx->actor.account_id);
	if (r >= 0)
		r = q_part_set_score(cx->db, .person_id = c->person_id,
			.enrolment_id = c->enrolment_id,
			.part = c->part, .part_state = c->new_state, .score_centi = c->new_centi,
			.explained = text_of(cx, "经两人批准更改：%s", c->reason),
			.kept_until_on = passed ? kept : 0);
	if (r < 0)
		return ctx_pass(cx, r);
	return result_recompile(cx, c->batch_id, c->reason, c->name);
}

static const struct flow_state states[] = {
	{"requested", "待初审", TONE_WAIT},
	{"approved_once", "待复审", TONE_WAIT},
	{"applied", "已更改", TONE_GOOD},
	{"refused", "不予更改", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	{"requested", "approve", "approved_once", "初审同意", PERM_RESULT_APPROVE,
		guard_not_requester, on_first, "result.change_wd"},
	{"approved_once", "apply", "applied", "复审同意并更改", PERM_RESULT_APPROVE, guard_second,
		on_apply, .flags = FLOW_DANGER},
	{"requested", "refuse", "refused", "不予更改", PERM_RESULT_APPROVE, guard_not_requester,
		.flags = FLOW_REASON},
	{"approved_once", "refuse", "refused", "不予更改", PERM_RESULT_APPROVE, guard_not_requester,
		.flags = FLOW_REASON},
	{0},
};

const struct flow result_change_flow = {.kind = "result_change", .title = "成绩更改",
	.states = states, .steps = steps, .load = load, .move = move};

static int check_change(struct ctx *cx, const struct result_change_in *in,
	const struct q_part_find *part)
{
	bool scored = streq(in->new_state, "scored");
	int64_t centi = scored ? in->new_centi : 0;
	if (!scored && !streq(in->new_state, "absent") && !streq(in->new_state, "void"))
		fail_field(cx, "new_state", "change.state_unknown");
	if (scored && (centi < 0 || centi > 10000))
		fail_field(cx, "new_centi", "mark.score_range");
	if (is_blank(in->reason))
		fail_field(cx, "reason", "change.reason_needed");
	if (streq(part->part_state, in->new_state) && part->score_centi == centi)
		fail_field(cx, "new_centi", "change.nothing");
	return ctx_checked(cx);
}

static int none_open(struct ctx *cx, const struct result_change_in *in, int64_t batch_id)
{
	struct q_result_changes_open_rows open;
	int r = q_result_changes_open(cx->db, &open, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < open.n; i++)
		if (open.at[i].enrolment_id == in->enrolment_id && open.at[i].part == in->part)
			return fail(cx, ERR_CONFLICT, "change.open_already");
	return 0;
}

static int find_part(struct ctx *cx, const struct result_change_in *in,
	struct q_part_find *ret_part)
{
	int r = q_part_find(cx->db, ret_part, .person_id = in->person_id,
		.enrolment_id = in->enrolment_id, .part = in->part);
	bool foreign = r == 0 && cx->actor.role != ROLE_SYSTEM &&
		cx->actor.body_id != ret_part->body_id;
	if (r == ERR_NOTFOUND || foreign)
		return fail(cx, ERR_NOTFOUND, "mark.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(ret_part->attempt, "kept") ? fail(cx, ERR_STATE, "mark.kept",
		ret_part->name) : 0;
}

static int keep_request(struct ctx *cx, const struct result_change_in *in,
	const struct q_part_find *part, int64_t id)
{
	int r = q_result_change_insert(cx->db, .person_id = in->person_id, .id = id,
		.enrolment_id = in->enrolment_id, .batch_id = part->batch_id,
		.body_id = part->body_id, .region = part->region, .part = in->part,
		.old_state = part->part_state, .old_centi = part->score_centi,
		.new_state = in->new_state,
		.new_centi = streq(in->new_state, "scored") ? in->new_centi : 0,
		.reason = in->reason, .file_id = in->file_id,
		.requested_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "result_change", in->person_id, id, "request", in->reason);
}

int result_change_request(struct ctx *cx, const struct result_change_in *in, int64_t *ret_id)
{
	struct q_part_find part;
	struct q_batch_find batch;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_RESULT_CHANGE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = find_part(cx, in, &part)) < 0 || (r = check_change(cx, in, &part)) < 0 ||
		(r = still_changeable(cx, part.batch_id, &batch)) < 0 ||
		(r = none_open(cx, in, part.batch_id)) < 0 ||
		(r = keep_request(cx, in, &part, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}
