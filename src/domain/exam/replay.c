/* Decisions after the scoring: proposed, computed, approved by two, applied. */
#include <inttypes.h>

#include "core/audit.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "domain/exam/exam.h"
#include "domain/exam/score_impl.h"
#include "query/batch.h"
#include "query/exam_matrix.h"
#include "query/exam_score.h"

enum { RULINGS_ADDED_MAX = 100 };

static int check_proposal(struct ctx *cx, const struct score_proposal *p)
{
	if (is_blank(p->reason))
		fail_field(cx, "reason", "score.reason_needed");
	if (p->n_rulings > RULINGS_ADDED_MAX)
		fail_field(cx, "rulings", "score.rulings_many");
	if (p->pass_centi < 0 || p->pass_centi > 10000)
		fail_field(cx, "pass", "score.pass_range");
	if (!p->n_rulings && is_blank(p->multiple_rule) && !p->pass_centi)
		fail_field(cx, "rulings", "score.nothing_proposed");
	return ctx_checked(cx);
}

static const struct item *item_of(const struct form *forms, size_t n, int64_t item_id)
{
	for (size_t f = 0; f < n; f++)
		for (int i = 0; i < forms[f].n_items; i++)
			if (forms[f].items[i].item_id == item_id)
				return &forms[f].items[i].content;
	return NULL;
}

/* A key by which it is itself no right answer would make everybody wrong. */
static int check_ruling(struct ctx *cx, const struct item *it, const char *field,
	struct ruling *ruling)
{
	if (!it)
		return fail_field(cx, field, "score.ruling_item");
	if (ruling->kind == RULING_ALL)
		return 0;
	if (it->kind == ITEM_ESSAY)
		return fail_field(cx, field, "score.ruling_essay");
	const char *key = it->n_options ? item_letters(cx->arena, it->kind, ruling->text)
		: ruling->text;
	struct ruling as_key = {RULING_KEY, key};
	if (!item_response_fits(it, str_of(key)) || score_response(it, 100, MULTIPLE_ALL, &as_key,
		key).verdict != VERDICT_RIGHT)
		return fail_field(cx, field, "score.ruling_wrong", ruling->text,
			item_kind_label(it->kind));
	ruling->text = key;
	return 0;
}

/* Each is about an item that was sat; letters are put as the item has them. */
static int take_rulings(struct ctx *cx, const struct score_proposal *p,
	struct item_ruling *rulings)
{
	struct q_matrix_forms_rows rows;
	int r = p->n_rulings ? q_matrix_forms(cx->db, &rows, .exam_id = p->exam_id) : 0;
	if (r < 0)
		return ctx_pass(cx, r);
	size_t n = p->n_rulings ? rows.n : 0;
	struct form *forms = arena_array(cx->arena, struct form, n + 1);
	for (size_t f = 0; f < n; f++)
		if ((r = form_load_sat(cx, rows.at[f].form_id, &forms[f])) < 0)
			return r;
	for (size_t i = 0; i < p->n_rulings; i++) {
		rulings[i] = p->rulings[i];
		(void)check_ruling(cx, item_of(forms, n, rulings[i].item_id),
			text_of(cx, "ruling%zu", i + 1), &rulings[i].ruling);
	}
	return ctx_checked(cx);
}

/* Those that hold already, then the new ones. */
static int all_rulings(struct ctx *cx, const struct q_score_version_of *now,
	const struct score_proposal *p, const char **ret_text)
{
	struct item_ruling *old, added[RULINGS_ADDED_MAX];
	size_t n;
	int r = take_rulings(cx, p, added);
	if (r < 0)
		return r;
	if (rulings_read(cx->arena, str_of(now->rulings), &old, &n) < 0)
		return fail(cx, ERR_BUG, "score.rulings_broken");
	*ret_text = text_of(cx, "%s%s", rulings_text(cx->arena, old, n),
		rulings_text(cx->arena, added, p->n_rulings));
	return 0;
}

/* The version that counts, when it is not being computed anew. */
static int counting(struct ctx *cx, const struct q_score_exam *exam,
	struct q_score_version_of *ret_version)
{
	int r = q_score_version_of(cx->db, ret_version, .exam_id = exam->id,
		.score_version = exam->score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(ret_version->state, "applied") ? 0 : fail(cx, ERR_STATE, "score.computing");
}

static int propose(struct ctx *cx, const struct score_proposal *p, int64_t id)
{
	struct q_score_exam exam;
	struct q_score_version_of now;
	struct q_score_version_last last;
	const char *rulings;
	int64_t job_id;
	int r = score_lock(cx, p->exam_id);
	if (r < 0 || (r = score_exam_get(cx, p->exam_id, &exam)) < 0)
		return r;
	if (!exam.score_version)
		return fail(cx, ERR_STATE, "score.not_scored");
	if ((r = counting(cx, &exam, &now)) < 0)
		return r;
	r = q_score_version_last(cx->db, &last, .exam_id = exam.id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = all_rulings(cx, &now, p, &rulings)) < 0)
		return r;
	r = q_score_version_insert(cx->db, .id = id, .exam_id = exam.id,
		.score_version = last.last + 1, .batch_id = exam.batch_id, .body_id = exam.body_id,
		.region = exam.region, .reason = p->reason, .rulings = rulings,
		.multiple_rule = is_blank(p->multiple_rule) ? now.multiple_rule : p->multiple_rule,
		.pass_centi = p->pass_centi ? p->pass_centi : now.pass_centi,
		.against_version = exam.score_version, .requested_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = job_submit(cx, "exam.score", text_of(cx, "%" PRId64, id), &job_id)) < 0)
		return r;
	return flow_note(cx, "score_version", 0, id, "propose", p->reason);
}

int score_propose(struct ctx *cx, const struct score_proposal *p, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_SCORE_APPLY);
	if (r < 0 || (r = check_proposal(cx, p)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = propose(cx, p, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_score_version_find *v = arena_make(cx->arena, struct q_score_version_find);
	(void)person_id;
	int r = q_score_version_find(cx->db, v, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "score.version_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .state = v->state, .region = v->region,
		.title = text_of(cx, "第%" PRId64 "次计分", v->score_version),
			.body_id = v->body_id,
		.row = v};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_score_version_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static int guard_other(struct ctx *cx, const struct flow_run *run)
{
	const struct q_score_version_find *v = run->subject->row;
	if (v->requested_by == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "score.own_proposal");
	if (v->first_approver_id && v->first_approver_id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "score.approved_already");
	return 0;
}

/* What was computed must still be compared with what counts. */
static int guard_apply(struct ctx *cx, const struct flow_run *run)
{
	const struct q_score_version_find *v = run->subject->row;
	struct q_score_exam exam;
	struct q_score_version_of now;
	int r = score_lock(cx, v->exam_id);
	if (r < 0 || (r = score_exam_get(cx, v->exam_id, &exam)) < 0)
		return r;
	if (exam.score_version != v->against_version)
		return fail(cx, ERR_STATE, "score.overtaken");
	if ((r = counting(cx, &exam, &now)) < 0)
		return r;
	if (cx->actor.body_id && streq(exam.state, "scored"))
		return fail(cx, ERR_DENIED, "score.authority_must");
	return guard_other(cx, run);
}

/* The first scoring is begun again instead (score_request). */
static int guard_later(struct ctx *cx, const struct flow_run *run)
{
	const struct q_score_version_find *v = run->subject->row;
	return v->score_version > 1 ? 0 : fail(cx, ERR_STATE, "score.first_counts");
}

static int on_first(struct ctx *cx, const struct flow_run *run)
{
	int r = q_score_version_first(cx->db, .id = run->subject->id,
		.first_approver_id = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int write_sittings(struct ctx *cx, const struct q_score_version_find *v)
{
	struct q_sitting_scores_of_version_rows rows;
	int r = q_sitting_scores_of_version(cx->db, &rows, .exam_id = v->exam_id,
		.score_version = v->score_version);
	for (size_t i = 0; r >= 0 && i < rows.n; i++)
		r = q_sitting_set_score(cx->db, .score_centi = rows.at[i].score_centi,
			.score_version = v->score_version, .person_id = rows.at[i].person_id,
			.id = rows.at[i].sitting_id);
	if (r >= 0)
		r = q_exam_set_score(cx->db, .id = v->exam_id, .score_version = v->score_version,
			.pass_centi = v->pass_centi);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Before the freeze the parts change; under notice the list gets a version of its own; afterwards
 * certificates rest on it, and nothing is changed here. */
static int write_results(struct ctx *cx, const struct q_score_version_find *v)
{
	struct q_score_exam exam;
	struct q_batch_find batch;
	int r = score_exam_get(cx, v->exam_id, &exam);
	if (r < 0)
		return r;
	if (!streq(exam.state, "scored"))
		return 0;
	if ((r = score_hold_batch(cx, exam.batch_id)) < 0)
		return r;
	r = q_batch_find(cx->db, &batch, .id = exam.batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	bool frozen = streq(batch.state, "publicity");
	if (!frozen && !streq(batch.state, "testing") && !streq(batch.state, "marking"))
		return fail(cx, ERR_STATE, "score.too_late",
			flow_state(&batch_flow, batch.state)->label);
	r = score_write_parts(cx, &exam, text_of(cx, "经两人批准重新计分：%s", v->reason));
	return r < 0 || !frozen ? r : result_recompile(cx, batch.id,
		v->reason, "机考重新计分");
}

static int on_apply(struct ctx *cx, const struct flow_run *run)
{
	const struct q_score_version_find *v = run->subject->row;
	int r = q_score_version_second(cx->db, .id = v->id,
		.second_approver_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = write_sittings(cx, v)) < 0)
		return r;
	return write_results(cx, v);
}

static const struct flow_state states[] = {
	{"computing", "计算中", TONE_WAIT},
	{"proposed", "待初审", TONE_WAIT},
	{"approved_once", "待复审", TONE_WAIT},
	{"applied", "已采用", TONE_GOOD},
	{"refused", "未采用", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	{"proposed", "approve", "approved_once", "初审同意", PERM_SCORE_APPLY, guard_other,
		on_first},
	{"approved_once", "apply", "applied", "复审同意并采用", PERM_SCORE_APPLY, guard_apply,
		on_apply, .flags = FLOW_DANGER},
	{"computing", "refuse", "refused", "不采用", PERM_SCORE_APPLY, guard_later,
		.flags = FLOW_REASON},
	{"proposed", "refuse", "refused", "不采用", PERM_SCORE_APPLY, .flags = FLOW_REASON},
	{"approved_once", "refuse", "refused", "不采用", PERM_SCORE_APPLY, .flags = FLOW_REASON},
	{0},
};

const struct flow score_version_flow = {.kind = "score_version", .title = "重新计分",
	.states = states, .steps = steps, .load = load, .move = move};
