/* What the clock does about cases and suspensions, and what `luban check` asks of them. */
#include "domain/certificate/certificate.h"
#include "domain/certificate/revocation.h"
#include "query/certificate.h"
#include "query/revocation.h"

enum { A_TIME = 100, ROUNDS = 200, ROUND_BYTES = 64 * 1024 * 1024 };

/* One that moved meanwhile is left alone. */
static int passed(struct ctx *cx, int r)
{
	if (r != ERR_STATE && r != ERR_NOTFOUND)
		return r;
	ctx_clear(cx);
	return 0;
}

struct ending {
	struct ctx *cx;
	int rounds;
};

/* 1: there may be more, and something moved. */
static int end_terms(void *arg)
{
	struct ending *e = arg;
	struct ctx *cx = e->cx;
	struct q_revocation_due_rows rows;
	size_t moved = 0;
	auto_tx tx = {0};
	int r = q_revocation_due(cx->db, &rows, .today = ctx_today(cx), .most = A_TIME);
	if (r < 0 || !rows.n || (r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const char *why = streq(rows.at[i].state, "noticed")
			? "期限内没有陈述申辩，也没有申请听证" : "期限内没有申请复核";
		r = flow_run(cx, &revocation_flow, rows.at[i].person_id, rows.at[i].id, "lapse",
			why, NULL);
		moved += r >= 0;
		if ((r = passed(cx, r)) < 0)
			return r;
	}
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return rows.n == A_TIME && moved && --e->rounds > 0;
}

/* An open case is the second person's word for a suspension: then only the term is over. */
static int end_suspension(struct ctx *cx, int64_t id)
{
	struct q_certificate_place place;
	struct q_revocation_open_of open;
	int r = q_certificate_place(cx->db, &place, .id = id);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	r = q_revocation_open_of(cx->db, &open, .person_id = place.person_id,
		.certificate_id = id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	const char *action = r == 0 ? "confirm" : "resume";
	const char *why = r == 0 ? "已立案调查" : "未在期限内由另一人确认，自动恢复";
	return passed(cx, flow_run(cx, &certificate_flow, place.person_id, id, action, why, NULL));
}

static int end_suspensions(struct ctx *cx)
{
	struct q_suspension_due_rows rows;
	int r = q_suspension_due(cx->db, &rows, .today = ctx_today(cx), .most = A_TIME);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && r >= 0; i++)
		r = end_suspension(cx, rows.at[i].subject_id);
	return r;
}

int revocation_tick(struct ctx *cx)
{
	struct ending e = {cx, ROUNDS};
	int r = ctx_steps(cx, ROUND_BYTES, end_terms, &e);
	return r < 0 ? r : end_suspensions(cx);
}

/* ---- check ---- */

struct checking {
	struct ctx *cx;
	void (*alarm)(void *arg, const char *text);
	void *arg;
};

static int check_one(void *arg, const struct q_life_revoked *row)
{
	struct checking *c = arg;
	struct q_life_cases_of_rows cases;
	struct q_life_corrected corrected;
	bool is_final = false, is_reviewed = false;
	int r = q_life_cases_of(c->cx->db, &cases, .person_id = row->person_id,
		.certificate_id = row->id);
	if (r >= 0)
		r = q_life_corrected(c->cx->db, &corrected, .person_id = row->person_id,
			.certificate_id = row->id);
	if (r < 0)
		return r;
	for (size_t i = 0; i < cases.n; i++) {
		is_final |= streq(cases.at[i].state, "final");
		is_reviewed |= streq(cases.at[i].state, "reviewing");
	}
	if (streq(row->state, "revoked") && cases.n && !is_final)
		c->alarm(c->arg, text_of(c->cx, "证书 %s 已撤销，但没有已生效的撤销案件",
			row->number));
	if (corrected.n != row->corrected)
		c->alarm(c->arg, text_of(c->cx, "证书 %s 记有更正 %d 次，经批准的更正为 %d 件",
			row->number, (int)row->corrected, (int)corrected.n));
	if ((row->in_review != 0) != is_reviewed)
		c->alarm(c->arg, text_of(c->cx, "证书 %s 的复核标记与案件不符", row->number));
	return 0;
}

static int check_case(void *arg, const struct q_life_final *row)
{
	struct checking *c = arg;
	c->alarm(c->arg, text_of(c->cx, "撤销案件（证书 %s）与证书的状态不符", row->number));
	return 0;
}

int revocation_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct checking c = {.cx = cx, .alarm = alarm, .arg = arg};
	int r = q_life_revoked(cx->db, check_one, &c);
	if (r >= 0)
		r = q_life_final(cx->db, check_case, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
