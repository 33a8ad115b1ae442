/* The lifecycle of an item, and whose eyes it must pass. */
#include <inttypes.h>

#include "core/setting.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/bank_near.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_bank_item_find *item = arena_make(cx->arena, struct q_bank_item_find);
	int r = item_get(cx, id, item);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = item->state,
		.region = item->region, .body_id = item->body_id, .row = item,
		.title = text_of(cx, "第%" PRId64 "题", item->item_no)};
	return 0;
}

/* Not when somebody saved another version meanwhile. */
static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	const struct q_bank_item_find *item = s->row;
	return q_bank_item_move(cx->db, .id = s->id, .from_state = s->state,
		.version_no = item->version_no, .state = to);
}

static int guard_own(struct ctx *cx, const struct flow_run *run)
{
	const struct q_bank_item_find *item = run->subject->row;
	int r = bank_need_own(cx, item->body_id, item->region);
	if (r < 0)
		return r;
	return streq(item->bank_state, "open") ? 0 : fail(cx, ERR_STATE, "bank.closed");
}

int item_is_author(struct ctx *cx, int64_t item_id)
{
	struct q_bank_item_author row;
	if (!cx->actor.account_id)
		return 0;
	int r = q_bank_item_author(cx->db, &row, .item_id = item_id,
		.author_id = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : row.versions > 0;
}

static int guard_other(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_own(cx, run);
	if (r < 0 || (r = item_is_author(cx, run->subject->id)) < 0)
		return r;
	return r ? fail(cx, ERR_DENIED, "item.own_work", run->step->label) : 0;
}

static int guard_near(struct ctx *cx, const struct flow_run *run)
{
	struct near_item *items;
	size_t n, open = 0;
	int r = item_near(cx, run->subject->id, &items, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		open += !items[i].is_confirmed;
	return open ? fail(cx, ERR_STATE, "item.near_open", text_of(cx, "%zu", open)) : 0;
}

/* Four eyes have read what they let pass: this very version, not the one before it. */
static int guard_read(struct ctx *cx, const struct flow_run *run)
{
	const struct q_bank_item_find *item = run->subject->row;
	struct q_item_read_seen seen;
	if (cx->actor.role == ROLE_SYSTEM)
		return 0;
	int r = q_item_read_seen(cx->db, &seen, .account_id = cx->actor.account_id,
		.item_id = item->id, .version_no = item->version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	return seen.readings ? 0 : fail(cx, ERR_STATE, "item.unread",
		text_of(cx, "%" PRId64, item->version_no), run->step->label);
}

static int guard_review(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_other(cx, run);
	if (r < 0 || (r = guard_read(cx, run)) < 0)
		return r;
	return guard_near(cx, run);
}

static int check_third(struct ctx *cx, const struct flow_run *run)
{
	struct q_bank_item_last_event last;
	if (!setting_int(cx, "bank.third_person", run->subject->region, 0))
		return 0;
	int r = q_bank_item_last_event(cx->db, &last, .subject_id = run->subject->id,
		.action = "review");
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	return last.account_id && last.account_id == cx->actor.account_id ? fail(cx, ERR_DENIED,
		"item.own_review", last.actor_name) : 0;
}

static int guard_approve(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_review(cx, run);
	return r < 0 ? r : check_third(cx, run);
}

static int guard_submit(struct ctx *cx, const struct flow_run *run)
{
	const struct q_bank_item_find *item = run->subject->row;
	int r = guard_own(cx, run);
	if (r < 0)
		return r;
	return item->version_no > item->approved_version_no ? 0 : fail(cx, ERR_STATE,
		"item.unchanged");
}

static int guard_recall(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_own(cx, run);
	if (r < 0 || (r = item_is_author(cx, run->subject->id)) < 0)
		return r;
	return r || cx->actor.role == ROLE_SYSTEM ? 0 : fail(cx, ERR_DENIED, "item.not_own_work");
}

static int guard_abandon(struct ctx *cx, const struct flow_run *run)
{
	const struct q_bank_item_find *item = run->subject->row;
	int r = guard_own(cx, run);
	if (r < 0)
		return r;
	return item->approved_version_no ? 0 : fail(cx, ERR_STATE, "item.never_approved");
}

static int guard_drop(struct ctx *cx, const struct flow_run *run)
{
	const struct q_bank_item_find *item = run->subject->row;
	int r = guard_own(cx, run);
	if (r < 0)
		return r;
	return item->approved_version_no ? fail(cx, ERR_STATE, "item.drop_approved") : 0;
}

static int on_approve(struct ctx *cx, const struct flow_run *run)
{
	struct q_bank_item_version_find v;
	const struct q_bank_item_find *item = run->subject->row;
	int r = q_bank_item_version_find(cx->db, &v, .item_id = item->id,
		.version_no = item->version_no);
	if (r >= 0)
		r = q_bank_item_approve(cx->db, .id = item->id,
			.approved_version_no = item->version_no, .item_kind = v.item_kind,
			.point_id = v.point_id, .material_id = v.material_id,
			.difficulty_permille = v.difficulty_permille);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_retire(struct ctx *cx, const struct flow_run *run)
{
	int r = q_bank_item_withdraw(cx->db, .id = run->subject->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"draft", "草稿", TONE_PLAIN},
	{"submitted", "待审核", TONE_WAIT},
	{"reviewed", "待批准", TONE_WAIT},
	{"approved", "已入库", TONE_GOOD},
	{"retired", "已停用", TONE_BAD},
	{0},
};

#define RETIRE(state) \
	{state, "retire", "retired", "停用", PERM_ITEM_APPROVE, guard_own, on_retire, \
		.flags = FLOW_REASON | FLOW_DANGER}

static const struct flow_step steps[] = {
	{"draft", "submit", "submitted", "提交审核", PERM_ITEM_WRITE, guard_submit, NULL,
		"bank.review_wd"},
	{"draft", "abandon", "approved", "放弃修改", PERM_ITEM_WRITE, guard_abandon,
		.flags = FLOW_DANGER},
	{"draft", "drop", "retired", "作废草稿", PERM_ITEM_WRITE, guard_drop,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"submitted", "recall", "draft", "撤回修改", PERM_ITEM_WRITE, guard_recall},
	{"submitted", "review", "reviewed", "审核通过", PERM_ITEM_REVIEW, guard_review, NULL,
		"bank.approve_wd"},
	{"submitted", "return", "draft", "退回修改", PERM_ITEM_REVIEW, guard_other,
		.flags = FLOW_REASON},
	{"reviewed", "approve", "approved", "批准入库", PERM_ITEM_APPROVE, guard_approve,
		on_approve},
	{"reviewed", "return", "draft", "退回修改", PERM_ITEM_APPROVE, guard_other,
		.flags = FLOW_REASON},
	{"approved", "revise", "draft", "修改", PERM_ITEM_WRITE, guard_own,
		.flags = FLOW_HIDDEN},
	RETIRE("draft"),
	RETIRE("submitted"),
	RETIRE("reviewed"),
	RETIRE("approved"),
	{"retired", "restore", "draft", "恢复为草稿", PERM_ITEM_APPROVE, guard_own,
		.flags = FLOW_REASON},
	{0},
};

const struct flow item_flow = {.kind = "item", .title = "试题", .states = states, .steps = steps,
	.load = load, .move = move};
