/* What happens in the world of life_world.h: days pass, strangers ask, cases are brought to a
 * state. */
#ifndef LUBAN_TEST_CERTIFICATE_LIFE_STEPS_H
#define LUBAN_TEST_CERTIFICATE_LIFE_STEPS_H

#include "domain/certificate/change.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "life_world.h"
#include "query/follow.h"
#include "query/recall.h"
#include "query/revocation.h"

static inline void life_alarm(void *arg, const char *text)
{
	struct life *w = arg;
	(void)text;
	w->alarms++;
}

static inline int life_check(struct life *w)
{
	w->alarms = 0;
	must(w, revocation_check(w->cx, life_alarm, w));
	return w->alarms;
}

/* Days later, and the clock has done what it does. */
static inline void life_pass(struct life *w, int days)
{
	w->f.now += (int64_t)days * 86400;
	ctx_act_as_system(w->cx, "定时任务");
	must(w, revocation_tick(w->cx));
}

static inline const char *life_standing(struct life *w, int i)
{
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t n;
	ctx_act_as(w->cx, &(struct actor){.role = ROLE_PUBLIC, .name = "", .region = "",
		.ip = "192.0.2.9"});
	must(w, certificate_verify(w->cx, w->number[i], "", w->name[i], &outcome, &faces, &n));
	return verify_outcome_code(outcome);
}

static inline struct q_revocation_find life_case(struct life *w, int i, int64_t id)
{
	struct q_revocation_find v;
	must(w, q_revocation_find(w->cx->db, &v, .person_id = w->person[i], .id = id,
		.scope = scope_all()));
	return v;
}

static inline int64_t life_open(struct life *w, int i)
{
	int64_t id;
	as_office(w);
	must(w, revocation_open(w->cx, &(struct revocation_in){.person_id = w->person[i],
		.certificate_id = w->certificate[i], .reason_kind = "false_material",
		.reason = "工作年限证明系伪造"}, &id));
	return id;
}

static inline int life_step(struct life *w, int i, int64_t id, const char *action)
{
	return flow_run(w->cx, &revocation_flow, w->person[i], id, action, "理由", NULL);
}

#define NOTICE_TEXT "经查，您持有的证书取得过程与规定不符，拟撤销。"
#define DECISION_TEXT "经查，事实清楚，证据充分，决定撤销该证书。"

/* A case brought to a state by those who may, and no further. */
static inline int64_t life_case_in(struct life *w, int i, const char *state)
{
	int64_t id = life_open(w, i);
	if (streq(state, "opened"))
		return id;
	must(w, revocation_notice(w->cx, w->person[i], id, NOTICE_TEXT, "electronic"));
	if (streq(state, "noticed"))
		return id;
	as_holder(w, i);
	if (streq(state, "hearing")) {
		must(w, life_step(w, i, id, "ask_hearing"));
		return id;
	}
	must(w, life_step(w, i, id, "finish"));
	if (streq(state, "heard"))
		return id;
	as_head(w);
	if (streq(state, "dropped")) {
		must(w, life_step(w, i, id, "drop"));
		return id;
	}
	must(w, revocation_decide(w->cx, w->person[i], id, DECISION_TEXT));
	if (streq(state, "decided"))
		return id;
	as_office(w);
	must(w, revocation_serve(w->cx, w->person[i], id, "mail"));
	if (streq(state, "served"))
		return id;
	as_holder(w, i);
	must(w, life_step(w, i, id, "ask_review"));
	if (streq(state, "reviewing"))
		return id;
	as(w, ROLE_AUTHORITY_HEAD, HEAD2);
	must(w, life_step(w, i, id, streq(state, "final") ? "uphold" : "overturn"));
	return id;
}

#endif
