/* The table of a recall. */
#include <inttypes.h>

#include "domain/certificate/recall.h"
#include "domain/certificate/recall_impl.h"
#include "query/recall.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_recall_find *v = arena_make(cx->arena, struct q_recall_find);
	int r = recall_get(cx, id, v);
	(void)person_id;
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = v->state, .region = v->region,
		.title = v->title, .row = v};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_recall_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static const struct {
	const char *state, *kind;
} jobs[] = {
	{"listing", RECALL_LIST}, {"noticing", RECALL_NOTICE}, {"deciding", RECALL_DECIDE},
	{"serving", RECALL_SERVE},
};

const char *recall_job_of(const char *state)
{
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		if (streq(jobs[i].state, state))
			return jobs[i].kind;
	return NULL;
}

static int guard_other(struct ctx *cx, const struct flow_run *run)
{
	const struct q_recall_find *v = run->subject->row;
	bool own = v->frozen_by == cx->actor.account_id || v->created_by == cx->actor.account_id;
	return own && cx->actor.role != ROLE_SYSTEM ? fail(cx, ERR_DENIED, "recall.own_list") : 0;
}

static int count_of(struct ctx *cx, int64_t id, const char *state, int64_t *ret_n)
{
	struct q_recall_item_counts_rows rows;
	int r = q_recall_item_counts(cx->db, &rows, .recall_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_n = 0;
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].state, state))
			*ret_n = rows.at[i].n;
	return 0;
}

static int guard_not_empty(struct ctx *cx, const struct flow_run *run)
{
	int64_t n;
	int r = count_of(cx, run->subject->id, "listed", &n);
	return r < 0 ? r : n ? 0 : fail(cx, ERR_STATE, "recall.empty");
}

static int guard_job_rests(struct ctx *cx, const struct flow_run *run)
{
	return recall_job_rests(cx, run->subject->row);
}

/* Something there is to decide, or to serve. */
static int guard_ready(struct ctx *cx, const struct flow_run *run)
{
	struct q_recall_cases_silent_rows silent;
	struct q_recall_cases_decided_rows decided;
	bool decides = streq(run->step->action, "decide");
	int64_t id = run->subject->id;
	int r = decides ? q_recall_cases_silent(cx->db, &silent, .recall_id = id, .most = 1)
		: q_recall_cases_decided(cx->db, &decided, .recall_id = id, .most = 1);
	if (r < 0)
		return ctx_pass(cx, r);
	if (decides ? silent.n : decided.n)
		return decides ? guard_other(cx, run) : 0;
	return fail(cx, ERR_STATE, decides ? "recall.none_silent" : "recall.none_decided");
}

/* Nothing is left to do for anybody on the list. */
static int guard_all_closed(struct ctx *cx, const struct flow_run *run)
{
	struct q_recall_case_counts_rows rows;
	int64_t open = 0;
	int r = q_recall_case_counts(cx->db, &rows, .recall_id = run->subject->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		bool ended = streq(rows.at[i].state, "final") || streq(rows.at[i].state, "dropped")
			|| streq(rows.at[i].state, "overturned");
		open += ended ? 0 : rows.at[i].n;
	}
	return open ? fail(cx, ERR_STATE, "recall.cases_open", text_of(cx, "%" PRId64, open)) : 0;
}

static int submit_for_state(struct ctx *cx, const struct flow_run *run)
{
	return recall_submit(cx, run->subject->id, recall_job_of(run->step->to));
}

static int on_freeze(struct ctx *cx, const struct flow_run *run)
{
	const char *hex;
	int r = recall_digest(cx, run->subject->id, &hex);
	if (r < 0)
		return r;
	r = q_recall_set_frozen(cx->db, .id = run->subject->id, .list_digest = hex,
		.frozen_by = cx->actor.account_id, .frozen_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What is approved is the list that was frozen. */
static int on_approve(struct ctx *cx, const struct flow_run *run)
{
	const struct q_recall_find *v = run->subject->row;
	const char *hex;
	int r = recall_digest(cx, v->id, &hex);
	if (r < 0)
		return r;
	if (!streq(hex, v->list_digest))
		return fail(cx, ERR_STATE, "recall.list_differs");
	r = q_recall_set_approved(cx->db, .id = v->id, .approved_by = cx->actor.account_id,
		.approved_name = cx->actor.name, .approved_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : submit_for_state(cx, run);
}

static int on_close(struct ctx *cx, const struct flow_run *run)
{
	int r = q_recall_set_closed(cx->db, .id = run->subject->id, .closed_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"listing", "正在生成影响清单", TONE_WAIT},
	{"listed", "清单待核对", TONE_WAIT},
	{"frozen", "清单已冻结，待批准", TONE_WAIT},
	{"noticing", "正在送达告知书", TONE_WAIT},
	{"running", "逐人办理中", TONE_WAIT},
	{"deciding", "正在作出决定", TONE_WAIT},
	{"serving", "正在送达决定书", TONE_WAIT},
	{"closed", "已办结", TONE_GOOD},
	{"dropped", "不再办理", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"listing", "list", "listed", "清单生成完毕", PERM_REVOCATION_HANDLE, NULL, NULL,
		.flags = FLOW_HIDDEN},
	{"listing", "drop", "dropped", "不再办理", PERM_REVOCATION_HANDLE, guard_job_rests,
		on_close, .flags = FLOW_REASON},
	{"listed", "freeze", "frozen", "冻结清单，报请批准", PERM_REVOCATION_HANDLE,
		guard_not_empty, on_freeze, "recall.approve_wd", FLOW_REASON},
	{"listed", "drop", "dropped", "不再办理", PERM_REVOCATION_HANDLE, NULL, on_close,
		.flags = FLOW_REASON},
	{"frozen", "approve", "noticing", "批准立案并送达告知书", PERM_CERTIFICATE_REVOKE,
		guard_other, on_approve, .flags = FLOW_REASON | FLOW_DANGER},
	{"frozen", "return", "listed", "退回重新核对", PERM_CERTIFICATE_REVOKE, guard_other, NULL,
		.flags = FLOW_REASON},
	{"noticing", "noticed", "running", "告知书送达完毕", PERM_REVOCATION_HANDLE, NULL, NULL,
		.flags = FLOW_HIDDEN},
	{"running", "decide", "deciding", "批量决定", PERM_CERTIFICATE_REVOKE, guard_ready,
		submit_for_state, .flags = FLOW_HIDDEN},
	{"deciding", "decided", "running", "批量决定完毕", PERM_REVOCATION_HANDLE, NULL, NULL,
		.flags = FLOW_HIDDEN},
	{"running", "serve", "serving", "送达已作出的决定书", PERM_REVOCATION_HANDLE, guard_ready,
		submit_for_state, .flags = FLOW_DANGER},
	{"serving", "served", "running", "决定书送达完毕", PERM_REVOCATION_HANDLE, NULL, NULL,
		.flags = FLOW_HIDDEN},
	{"running", "close", "closed", "办结", PERM_CERTIFICATE_REVOKE, guard_all_closed, on_close,
		.flags = FLOW_REASON},
	{0},
};

const struct flow recall_flow = {.kind = "recall", .title = "批量撤销", .states = states,
	.steps = steps, .load = load, .move = move};
