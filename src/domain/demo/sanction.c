/* What becomes of some certificates after issue: corrections and reissues, employers who watch,
 * cases of revocation in every state, and three recalls. A row a day before the present. */
#include <string.h>

#include "base/civil.h"
#include "core/job.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/change.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "domain/demo/province.h"
#include "query/certificate.h"
#include "query/demo.h"
#include "query/recall.h"

enum act {
	OPEN, NOTICE, SAY, FINISH, ASK_HEARING, TICK, DECIDE, SERVE, ASK_REVIEW, OVERTURN, DROP,
	SUSPEND, CONFIRM, RESUME, CORRECT, REFUSE, REISSUE, APPROVE, FOLLOW,
	RECALL_OPEN, RECALL_FREEZE, RECALL_APPROVE, RECALL_SILENT, RECALL_SEND, RECALL_CLOSE,
};

/* The demo worker's own certificate is subject 0; the others are taken from the oldest ones. */
static const struct step {
	int days; /* before the present */
	enum act act;
	int subject;
} script[] = {
	{88, RECALL_OPEN, 20}, {87, RECALL_FREEZE, 20}, {86, RECALL_APPROVE, 20},
	{75, TICK, 0}, {74, RECALL_SILENT, 20}, {73, RECALL_SEND, 20},
	{72, OPEN, 1}, {71, OPEN, 2}, {70, NOTICE, 1}, {69, NOTICE, 2}, {67, SAY, 2},
	{66, REISSUE, 12}, {65, APPROVE, 12}, {64, OPEN, 3}, {63, NOTICE, 3}, {62, SAY, 3},
	{58, TICK, 0}, {57, DECIDE, 1}, {56, DECIDE, 2}, {55, SERVE, 1}, {54, SERVE, 2},
	{53, DROP, 3}, {52, ASK_REVIEW, 2}, {50, OPEN, 4}, {49, NOTICE, 4}, {48, FINISH, 4},
	{46, FOLLOW, 0}, {46, FOLLOW, 1}, {46, FOLLOW, 9}, {45, CORRECT, 13}, {44, REFUSE, 13},
	{40, DECIDE, 4}, {39, SERVE, 4}, {35, OVERTURN, 2}, {34, CORRECT, 14}, {33, APPROVE, 14},
	{32, ASK_REVIEW, 4}, {30, OPEN, 5}, {29, NOTICE, 5}, {28, FINISH, 5}, {27, TICK, 0},
	{26, OPEN, 6}, {25, NOTICE, 6}, {24, FINISH, 6}, {22, SUSPEND, 11}, {21, CONFIRM, 11},
	{20, RESUME, 11}, {18, OPEN, 7}, {17, NOTICE, 7}, {16, FINISH, 7}, {15, OPEN, 8},
	{14, NOTICE, 8}, {13, ASK_HEARING, 8}, {11, REISSUE, 15},
	{10, APPROVE, 15}, {9, DECIDE, 5}, {8, SERVE, 5}, {7, DECIDE, 6}, {7, RECALL_OPEN, 21},
	{6, SUSPEND, 9}, {6, CONFIRM, 9}, {6, RECALL_FREEZE, 21}, {5, CORRECT, 16},
	{4, RECALL_APPROVE, 21}, {4, RECALL_CLOSE, 20}, {3, RECALL_OPEN, 22}, {3, OPEN, 0},
		{2, NOTICE, 0}, {2, OPEN, 17},
	{2, NOTICE, 17}, {2, SAY, 17}, {2, RECALL_FREEZE, 22}, {1, OPEN, 10}, {1, SUSPEND, 18},
	{1, REISSUE, 19},
};

enum { STEPS = sizeof script / sizeof *script, SUBJECTS = 20, RECALLS = 3, LISTED = 3, SPREAD = 4 };

/* A certificate and what is under way about it. */
struct subject {
	int64_t person_id, id, body_id, case_id, change_id;
	const char *region, *name, *number;
};

struct sanctions {
	bool is_chosen;
	struct subject subjects[SUBJECTS];
	int64_t recalls[RECALLS];
	const char *regions[RECALLS];
	size_t n;
};

static void as_holder(struct demo *d, const struct subject *s)
{
	demo_act(d, &(struct actor){.role = ROLE_WORKER, .name = s->name,
		.person_id = s->person_id, .region = "", .account_id =
		s->person_id == d->worker->id ? d->worker->account_id : 0});
}

static struct demo_body *body_of(struct demo *d, int64_t id)
{
	for (size_t i = 0; i < d->n_bodies; i++)
		if (d->bodies[i].id == id)
			return &d->bodies[i];
	return NULL;
}

static void as_clerk(struct demo *d, const char *region)
{
	demo_act(d, &demo_office_of(d, region)->clerk);
}

static void as_head(struct demo *d, const char *region)
{
	demo_act(d, &demo_office_of(d, region)->head);
}

/* The province's, who has decided nothing in a city. */
static void as_upper_head(struct demo *d)
{
	for (size_t i = 0; i < d->n_offices; i++)
		if (strlen(d->offices[i].region) == 2)
			demo_act(d, &d->offices[i].head);
}

static void take(struct demo *d, struct subject *s, const struct q_demo_certificates *c)
{
	*s = (struct subject){.person_id = c->person_id, .id = c->id, .body_id = c->body_id,
		.region = keep_text(d, "%s", c->region), .name = keep_text(d, "%s", c->name),
		.number = keep_text(d, "%s", c->number)};
}

/* Again until all are found: certificates are added at the end. */
static int choose(struct demo *d, struct sanctions *s)
{
	struct q_demo_certificates_rows rows;
	size_t n = 1;
	int r = q_demo_certificates(d->cx->db, &rows);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = 0; i < rows.n && n < SUBJECTS; i++) {
		bool own = rows.at[i].person_id == d->worker->id;
		struct subject *to = own ? &s->subjects[0] : &s->subjects[n];
		if (!own && i % SPREAD != SPREAD - 1)
			continue;
		n += !own;
		if (!to->id)
			take(d, to, &rows.at[i]);
	}
	s->is_chosen = n == SUBJECTS && s->subjects[0].id;
	return 0;
}

/* ---- one certificate ---- */

static int open_case(struct demo *d, struct subject *s, int number)
{
	static const char *const kinds[] = {"false_material", "cheating", "impersonation"};
	static const char *const facts[] = {
		"申报时提交的工作年限证明经原单位核实，系本人伪造。",
		"考场监控显示考试中查看夹带资料，监考记录和现场照片相互印证。",
		"现场照片与证件照比对，参加技能考核的不是本人。"};
	size_t k = (size_t)number % 3;
	as_clerk(d, s->region);
	return revocation_open(d->cx, &(struct revocation_in){.person_id = s->person_id,
		.certificate_id = s->id, .reason_kind = kinds[k], .reason = facts[k]}, &s->case_id);
}

static int give_notice(struct demo *d, const struct subject *s)
{
	as_clerk(d, s->region);
	return revocation_notice(d->cx, s->person_id, s->case_id, text_of(d->cx,
		"经查，您持有的证书（编号%s）取得过程与规定不符，有调查笔录和书面材料为证。"
		"拟撤销该证书。", s->number), "electronic");
}

static int step_case(struct demo *d, const struct subject *s, const char *action, const char *why)
{
	return flow_run(d->cx, &revocation_flow, s->person_id, s->case_id, action, why, NULL);
}

static int on_case(struct demo *d, struct subject *s, enum act act)
{
	if (act == NOTICE)
		return give_notice(d, s);
	as_holder(d, s);
	if (act == SAY)
		return revocation_say(d->cx, s->case_id,
			"年限证明由原单位人事部门开具，单位改制后档案移交，请向档案馆核实。", 0);
	if (act == FINISH)
		return step_case(d, s, "finish", "");
	if (act == ASK_HEARING)
		return step_case(d, s, "ask_hearing", "对监控录像的时间有异议，申请听证");
	if (act == ASK_REVIEW)
		return step_case(d, s, "ask_review", "决定依据的证明材料已由档案馆更正，请求复核");
	as_head(d, s->region);
	if (act == DECIDE)
		return revocation_decide(d->cx, s->person_id, s->case_id, text_of(d->cx,
			"经查，您持有的证书（编号%s）以不正当手段取得，事实清楚，证据充分。"
			"决定撤销该证书。", s->number));
	if (act == DROP)
		return step_case(d, s, "drop", "经向档案馆核实，年限证明属实，不予撤销");
	if (act == SERVE) {
		as_clerk(d, s->region);
		return revocation_serve(d->cx, s->person_id, s->case_id, "electronic");
	}
	as_upper_head(d);
	return step_case(d, s, "overturn", "档案馆证明年限属实，原决定认定事实有误");
}

static int on_standing(struct demo *d, const struct subject *s, enum act act)
{
	if (act == CONFIRM)
		as_clerk(d, s->region);
	else
		as_head(d, s->region);
	return flow_run(d->cx, &certificate_flow, s->person_id, s->id, act == SUSPEND ? "suspend"
		: act == CONFIRM ? "confirm" : "resume", act == SUSPEND
		? "收到举报，正在核查" : act == CONFIRM ? "" : "核查属实，恢复有效", NULL);
}

static int on_change(struct demo *d, struct subject *s, enum act act)
{
	struct demo_body *b = body_of(d, s->body_id);
	bool corrects = act == CORRECT;
	if (act == REFUSE || act == APPROVE) {
		demo_act(d, &b->manager);
		return flow_run(d->cx, &certificate_change_flow, s->person_id, s->change_id,
			act == APPROVE ? "approve" : "refuse", act == APPROVE ? ""
			: "与身份证不符，请核对后重新申请", NULL);
	}
	demo_act(d, &b->clerks[0]);
	return certificate_change_ask(d->cx, &(struct certificate_change_in){
		.person_id = s->person_id, .certificate_id = s->id, .kind = corrects ? "correct"
		: "reissue", .field = corrects ? "work_type_name" : "", .value = "综合",
		.reason = corrects ? "工种录入有误，以报名表为准" : "原件遗失，本人申请补发"},
		&s->change_id);
}

static int follow(struct demo *d, const struct subject *s)
{
	int64_t person, id;
	struct demo_body *own = NULL, *other = NULL;
	for (size_t i = 0; i < d->n_bodies; i++) {
		struct demo_body *b = &d->bodies[i];
		if (!b->manager.account_id)
			continue;
		if (demo_is_main(b))
			own = b;
		else if (streq(b->kind, "enterprise"))
			other = other ? other : b;
	}
	struct demo_body *all[] = {own, other};
	for (size_t i = 0; i < 2; i++) {
		if (!all[i])
			continue;
		demo_act(d, &all[i]->clerks[0]);
		TRY(follow_begin(d->cx, s->number, s->name, i ? "allowance" : "post", &person,
			&id));
	}
	return 0;
}

/* ---- recalls ---- */

static int recall_begin(struct demo *d, struct sanctions *s, size_t k)
{
	const struct subject *about = &s->subjects[13 + 2 * k];
	struct q_certificate_find c;
	struct q_recall_items_rows rows;
	int r = q_certificate_find(d->cx->db, &c, .person_id = about->person_id, .id = about->id,
		.scope = scope_all());
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(d->cx, r);
	s->regions[k] = about->region;
	as_clerk(d, about->region);
	TRY(recall_open(d->cx, &(struct recall_in){.title = text_of(d->cx, "%s违规评价（%d）",
		c.body_name, (int)k + 1), .pick_kind = "batch", .picked_id = c.batch_id,
		.reason_kind = "lenient", .reason = "考场监控缺失，部分考生技能考核没有实际操作，"
		"评分表事后补填。", .is_suspending = k == 1, .is_offering = true}, &s->recalls[k]));
	TRY(recall_work(d->cx, s->recalls[k]));
	r = q_recall_items(d->cx->db, &rows, .recall_id = s->recalls[k]);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = LISTED; i < rows.n; i++)
		TRY(recall_take_out(d->cx, s->recalls[k], rows.at[i].person_id, rows.at[i].id,
			"监控完整，复核成绩属实"));
	return 0;
}

static int on_recall(struct demo *d, struct sanctions *s, size_t k, enum act act)
{
	int64_t id = s->recalls[k];
	if (act == RECALL_OPEN)
		return recall_begin(d, s, k);
	if (!id)
		return 0;
	if (act == RECALL_FREEZE) {
		as_clerk(d, s->regions[k]);
		return flow_run(d->cx, &recall_flow, 0, id, "freeze", "逐人核对完毕", NULL);
	}
	if (act == RECALL_SEND) {
		as_clerk(d, s->regions[k]);
		TRY(flow_run(d->cx, &recall_flow, 0, id, "serve", "", NULL));
		return recall_work(d->cx, id);
	}
	as_head(d, s->regions[k]);
	if (act == RECALL_SILENT) {
		TRY(recall_decide(d->cx, id,
			"经查，您持有的证书在评价中没有实际完成技能考核，评分表"
			"事后补填。您在告知的期限内未提出陈述申辩。决定撤销该证书。"));
		return recall_work(d->cx, id);
	}
	if (act == RECALL_CLOSE)
		return flow_run(d->cx, &recall_flow, 0, id, "close", "全部办结", NULL);
	TRY(flow_run(d->cx, &recall_flow, 0, id, "approve", "同意立案，逐人告知", NULL));
	return recall_work(d->cx, id);
}

/* What this step goes on with was never begun: another act had come first. */
static bool lacks_start(const struct subject *s, enum act act)
{
	if (act > OPEN && act <= DROP)
		return !s->case_id;
	return (act == REFUSE || act == APPROVE) && !s->change_id;
}

static int run_step(struct demo *d, struct sanctions *s, const struct step *step)
{
	if (step->act == TICK) {
		demo_act_as_system(d);
		return revocation_tick(d->cx);
	}
	if (step->subject >= SUBJECTS)
		return on_recall(d, s, (size_t)(step->subject - SUBJECTS), step->act);
	struct subject *who = &s->subjects[step->subject];
	if (!who->id || lacks_start(who, step->act))
		return 0;
	if ((step->act == REFUSE || step->act == APPROVE) && !who->change_id)
		return 0;
	if (step->act == OPEN)
		return open_case(d, who, step->subject);
	if (step->act <= DROP)
		return on_case(d, who, step->act);
	if (step->act <= RESUME)
		return on_standing(d, who, step->act);
	return step->act == FOLLOW ? follow(d, who) : on_change(d, who, step->act);
}

/* A certificate that a recall has taken up meanwhile has no case of its own; a recall closes only
 * when the terms of all its people have passed, which holidays put off. */
static int run(struct demo *d, struct sanctions *s, const struct step *step)
{
	int r = run_step(d, s, step);
	if (r != ERR_STATE || (step->subject >= SUBJECTS && step->act != RECALL_CLOSE))
		return r;
	ctx_clear(d->cx);
	return 0;
}

/* The terms of everybody pass with the days. */
static int task(struct demo *d, struct demo_task *t)
{
	struct sanctions *s = t->sanctions;
	if (!s->is_chosen)
		TRY(choose(d, s));
	demo_act_as_system(d);
	TRY(revocation_tick(d->cx));
	TRY(run(d, s, &script[t->step]));
	if (++t->step == STEPS)
		t->due_at = INT64_MAX;
	else
		t->due_at = d->until - script[t->step].days * DAY - 3 * HOUR
			+ (int64_t)t->step * 60;
	return 0;
}

void demo_sanctions_plan(struct demo *d)
{
	job_register(recall_jobs);
	struct demo_task *t = demo_task_add(d, d->until - script[0].days * DAY - 3 * HOUR, task);
	t->sanctions = arena_make(d->keep, struct sanctions);
	t->step = 0;
}
