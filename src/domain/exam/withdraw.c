#include "domain/exam/withdraw.h"

#include <inttypes.h>

#include "core/flow.h"
#include "domain/exam/exam_impl.h"
#include "query/exam.h"
#include "query/exam_board.h"
#include "query/sitting.h"

static const char kind[] = "exam";

/* The steps of sittings belong to invigilators; whoever may withdraw a form may run them for that.
 * Name and account stay those of the person who acts. */
struct borrowed {
	struct ctx *cx;
	enum role role;
};

static void give_back(struct borrowed *b)
{
	b->cx->actor.role = b->role;
}

#define auto_borrowed __attribute__((cleanup(give_back), unused)) struct borrowed

static struct borrowed borrow(struct ctx *cx)
{
	struct borrowed b = {cx, cx->actor.role};
	cx->actor.role = ROLE_SYSTEM;
	return b;
}

static int find_exam(struct ctx *cx, int64_t exam_id, struct q_board_exam *ret_exam)
{
	int r = ctx_need(cx, PERM_EXAM_WITHDRAW);
	if (r < 0)
		return r;
	r = q_board_exam(cx->db, ret_exam, .id = exam_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "board.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* The same, and nobody else asks or decides until the transaction ends. */
static int hold_exam(struct ctx *cx, int64_t exam_id, struct q_board_exam *ret_exam)
{
	int r = find_exam(cx, exam_id, ret_exam);
	if (r < 0)
		return r;
	if ((r = q_exam_lock(cx->db, .id = exam_id)) < 0)
		return ctx_pass(cx, r);
	return find_exam(cx, exam_id, ret_exam);
}

/* One that another exam has taken out already is taken out here too, if somebody sits it. */
static int check_forms(struct ctx *cx, const struct q_board_exam *exam,
	const struct withdrawal_in *in)
{
	struct q_board_forms_rows forms;
	struct q_withdraw_sittings_rows sat;
	bool is_form = false, is_other = !in->other_form_id;
	int r = q_board_forms(cx->db, &forms, .paper_set_id = exam->paper_set_id);
	if (r >= 0)
		r = q_withdraw_sittings(cx->db, &sat, .exam_id = exam->id, .form_id = in->form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < forms.n; i++) {
		bool opened = streq(forms.at[i].form_state, "opened");
		is_form |= forms.at[i].id == in->form_id && (opened || sat.n > 0);
		is_other |= forms.at[i].id == in->other_form_id && opened;
	}
	if (!is_form)
		fail_field(cx, "form", "withdraw.form");
	if (!is_other || in->other_form_id == in->form_id)
		fail_field(cx, "other_form", "withdraw.other_form");
	if (is_blank(in->reason))
		fail_field(cx, "withdraw_reason", "withdraw.reason");
	return ctx_checked(cx);
}

/* A form of an authority is sat elsewhere too: no body takes it away from others. */
static int check_owner(struct ctx *cx, int64_t form_id)
{
	struct q_withdraw_owner owner;
	int r = q_withdraw_owner(cx->db, &owner, .id = form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return cx->actor.body_id && owner.body_id != cx->actor.body_id
		? fail(cx, ERR_DENIED, "withdraw.authority_set") : 0;
}

static int none_asked(struct ctx *cx, int64_t exam_id)
{
	struct q_withdrawals_rows rows;
	int r = q_withdrawals(cx->db, &rows, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].withdrawal_state, "asked"))
			return fail(cx, ERR_STATE, "withdraw.asked", rows.at[i].asked_name);
	return 0;
}

/* Who has not begun, in whichever exam, must not begin with it. */
static int take_from_waiting(struct ctx *cx, const struct q_board_exam *exam, int64_t form_id)
{
	struct q_withdraw_exams_rows exams;
	int r = q_withdraw_form_state(cx->db, .id = form_id, .form_state = "withdrawn");
	if (r >= 0)
		r = q_withdraw_exams(cx->db, &exams, .paper_set_id = exam->paper_set_id);
	for (size_t i = 0; r >= 0 && i < exams.n; i++)
		r = q_withdraw_unform(cx->db, .exam_id = exams.at[i].id, .form_id = form_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Everybody who sits the form stops: looked up when nobody can begin with it any more. Who hands in
 * meanwhile has ended. */
static int stop(struct ctx *cx, const struct q_board_exam *exam, const struct withdrawal_in *in,
	int64_t *ret_n)
{
	struct q_withdraw_sittings_rows rows;
	auto_borrowed b = borrow(cx);
	int r = take_from_waiting(cx, exam, in->form_id);
	if (r < 0)
		return r;
	r = q_withdraw_sittings(cx->db, &rows, .exam_id = exam->id, .form_id = in->form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if (!streq(rows.at[i].state, "running"))
			continue;
		r = flow_run(cx, &sitting_flow, rows.at[i].person_id, rows.at[i].id, "pause",
			in->reason, NULL);
		if (r < 0 && r != ERR_STATE)
			return r;
		ctx_clear(cx);
	}
	*ret_n = (int64_t)rows.n;
	return 0;
}

int withdraw_ask(struct ctx *cx, int64_t exam_id, const struct withdrawal_in *in, int64_t *ret_id)
{
	struct q_board_exam exam;
	int64_t n, id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = hold_exam(cx, exam_id, &exam)) < 0 || (r = check_forms(cx, &exam, in)) < 0 ||
		(r = check_owner(cx, in->form_id)) < 0 || (r = none_asked(cx, exam_id)) < 0)
		return r;
	if (!streq(exam.state, "running") && !streq(exam.state, "ready"))
		return fail(cx, ERR_STATE, "withdraw.not_on", exam.title);
	if ((r = stop(cx, &exam, in, &n)) < 0)
		return r;
	r = q_withdrawal_insert(cx->db, .id = id, .exam_id = exam_id, .body_id = exam.body_id,
		.region = exam.region, .form_id = in->form_id, .other_form_id = in->other_form_id,
		.reason = in->reason, .n_sittings = n, .asked_by = cx->actor.account_id,
		.asked_name = cx->actor.name, .asked_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, kind, 0, exam_id, "withdraw_asked", in->reason)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* What was written on the form that is gone stays, and is taken back item by item. */
static int take_back(struct ctx *cx, const struct q_withdraw_sittings *s)
{
	struct q_withdraw_answers_rows rows;
	int r = q_withdraw_answers(cx->db, &rows, .person_id = s->person_id, .sitting_id = s->id);
	int64_t seq = r >= 0 && rows.n ? rows.at[rows.n - 1].seq : 0;
	for (size_t i = 0; r >= 0 && i < rows.n; i++)
		if (*rows.at[i].response)
			r = q_withdraw_answer(cx->db, .person_id = s->person_id,
				.sitting_id = s->id,
				.seq = ++seq, .item_no = rows.at[i].item_no, .epoch = s->epoch + 1,
				.saved_at = 1000 * ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* As much as there was at the start, with all that has been given since, whatever went on forms and
 * pauses until now. This pause is added when it ends. */
static int64_t deadline_anew(const struct q_sitting_find *s, int64_t now)
{
	int64_t until = s->paused_at ? s->paused_at : now;
	return until + sitting_ends_at(s, s->begun_at) + s->extra_seconds - s->begun_at;
}

static int replace_one(struct ctx *cx, const struct q_withdraw_sittings *row, int64_t form_id,
	int64_t other_id)
{
	struct q_sitting_find s;
	int r = take_back(cx, row);
	if (r < 0)
		return r;
	r = q_sitting_find(cx->db, &s, .person_id = row->person_id, .id = row->id,
		.scope = scope_all());
	if (r >= 0)
		r = q_withdraw_give(cx->db, .person_id = row->person_id, .id = row->id,
			.form_id = other_id, .from_form_id = form_id,
			.deadline_at = deadline_anew(&s, ctx_now(cx)));
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, sitting_flow.kind, row->person_id, row->id, "other_form", "");
}

static int replace(struct ctx *cx, int64_t exam_id, int64_t form_id, int64_t other_id,
	int64_t *ret_n)
{
	struct q_withdraw_sittings_rows rows;
	int r = q_withdraw_sittings(cx->db, &rows, .exam_id = exam_id, .form_id = form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if ((r = replace_one(cx, &rows.at[i], form_id, other_id)) < 0)
			return r;
	*ret_n = (int64_t)rows.n;
	return 0;
}

static int void_all(struct ctx *cx, int64_t exam_id, const char *reason)
{
	auto_borrowed b = borrow(cx);
	return flow_run(cx, &exam_flow, 0, exam_id, "void", reason, NULL);
}

static int find(struct ctx *cx, int64_t exam_id, int64_t id, struct q_withdrawals *ret_row)
{
	struct q_withdrawals_rows rows;
	int r = q_withdrawals(cx->db, &rows, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].id == id) {
			*ret_row = rows.at[i];
			return 0;
		}
	return fail(cx, ERR_NOTFOUND, "withdraw.not_found");
}

/* Unless another exam has taken it out as well. */
static int give_free(struct ctx *cx, int64_t id, int64_t form_id)
{
	struct q_withdraw_elsewhere others;
	int r = q_withdraw_elsewhere(cx->db, &others, .form_id = form_id, .id = id);
	if (r >= 0 && !others.n)
		r = q_withdraw_form_state(cx->db, .id = form_id, .form_state = "opened");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What takes the place may have been taken out itself since it was named. */
static int check_other(struct ctx *cx, const struct q_board_exam *exam, int64_t form_id)
{
	struct q_board_forms_rows forms;
	int r = q_board_forms(cx->db, &forms, .paper_set_id = exam->paper_set_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < forms.n; i++)
		if (forms.at[i].id == form_id && streq(forms.at[i].form_state, "opened"))
			return 0;
	return fail(cx, ERR_STATE, "exam.form_withdrawn");
}

int withdraw_decide(struct ctx *cx, int64_t exam_id, int64_t id, bool is_agreed,
	const char *reason)
{
	struct q_board_exam exam;
	struct q_withdrawals w;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = hold_exam(cx, exam_id, &exam)) < 0 || (r = find(cx, exam_id, id, &w)) < 0)
		return r;
	if (!streq(w.withdrawal_state, "asked"))
		return fail(cx, ERR_STATE, "withdraw.decided");
	if (w.asked_by == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "withdraw.other_person");
	if ((r = check_owner(cx, w.form_id)) < 0)
		return r;
	if (!is_agreed)
		r = give_free(cx, id, w.form_id);
	else if (w.other_form_id && (r = check_other(cx, &exam, w.other_form_id)) == 0)
		r = replace(cx, exam_id, w.form_id, w.other_form_id, &w.n_sittings);
	else if (!w.other_form_id)
		r = void_all(cx, exam_id, w.reason);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_withdrawal_decide(cx->db, .id = id, .exam_id = exam_id,
		.withdrawal_state = is_agreed ? "done" : "dropped", .n_sittings = w.n_sittings,
		.decided_by = cx->actor.account_id, .decided_name = cx->actor.name,
		.decided_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE, "withdraw.decided");
	if ((r = flow_note(cx, kind, 0, exam_id, is_agreed ? "withdraw_done" : "withdraw_dropped",
		reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
