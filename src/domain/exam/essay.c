#include "domain/exam/essay.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "core/audit.h"
#include "core/flow.h"
#include "core/setting.h"
#include "domain/exam/score_impl.h"
#include "query/exam_score.h"

int essay_open(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t exam_id,
	int64_t form_id, int64_t item_no, int64_t full_centi, int64_t body_id, const char *region)
{
	int r = 0;
	for (int64_t round = 1; round <= 2 && r >= 0; round++)
		r = q_essay_open(cx->db, .person_id = person_id, .sitting_id = sitting_id,
			.item_no = item_no, .round = round, .exam_id = exam_id, .form_id = form_id,
			.body_id = body_id, .region = region, .full_centi = full_centi);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

const char *essay_code(struct ctx *cx, int64_t sitting_id, int64_t item_no)
{
	uint8_t mac[DIGEST_BYTES];
	keyring_mac(cx->keys, KEY_MARK, str_of(text_of(cx, "essay %" PRId64 " %" PRId64, sitting_id,
		item_no)), mac);
	return text_of(cx, "%02X%02X%02X%02X", mac[0], mac[1], mac[2], mac[3]);
}

static int claim(struct ctx *cx, const struct q_essay_free *f, struct essay_task *ret_task)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_lock(cx, f->exam_id)) < 0)
		return r;
	r = q_essay_claim(cx->db, .marker_id = cx->actor.account_id,
		.marker_name = cx->actor.name, .taken_at = ctx_now(cx), .person_id = f->person_id,
		.sitting_id = f->sitting_id, .item_no = f->item_no, .round = f->round,
		.from_id = f->marker_id);
	if (r <= 0)
		return r < 0 ? ctx_pass(cx, r) : 0;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_task = (struct essay_task){f->person_id, f->sitting_id, f->item_no, f->round,
		f->exam_id, f->form_id, f->full_centi, essay_code(cx, f->sitting_id, f->item_no)};
	return 1;
}

/* In an order of chance, so that neighbours in a room do not follow each other. */
static int claim_any(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task)
{
	struct q_essay_free_rows rows;
	int r = q_essay_free(cx->db, &rows, .exam_id = exam_id, .own_id = cx->actor.account_id,
		.held_before = ctx_now(cx) - ESSAY_HOLD_SECONDS);
	if (r < 0)
		return ctx_pass(cx, r);
	size_t start = rows.n ? (size_t)(ctx_random_u64(cx) % rows.n) : 0;
	for (size_t i = 0; i < rows.n; i++)
		if ((r = claim(cx, &rows.at[(start + i) % rows.n], ret_task)) != 0)
			return r;
	return fail(cx, ERR_NOTFOUND, "essay.none_waits");
}

int essay_exam(struct ctx *cx, int64_t exam_id, struct q_score_exam *ret_exam)
{
	int r = ctx_need(cx, PERM_SCORE_MARK);
	if (r < 0)
		return r;
	r = q_score_exam(cx->db, ret_exam, .id = exam_id, .scope = scope_all());
	bool own = cx->actor.role == ROLE_SYSTEM ||
		(r == 0 && cx->actor.body_id && cx->actor.body_id == ret_exam->body_id);
	if (r == ERR_NOTFOUND || (r == 0 && !own))
		return fail(cx, ERR_NOTFOUND, "score.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int held(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task)
{
	struct q_essay_held row;
	int r = q_essay_held(cx->db, &row, .exam_id = exam_id, .marker_id = cx->actor.account_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "essay.not_held");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_task = (struct essay_task){row.person_id, row.sitting_id, row.item_no, row.round,
		row.exam_id, row.form_id, row.full_centi,
		essay_code(cx, row.sitting_id, row.item_no)};
	return 0;
}

int essay_held(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task)
{
	struct q_score_exam exam;
	int r = essay_exam(cx, exam_id, &exam);
	return r < 0 ? r : held(cx, exam_id, ret_task);
}

int essay_take(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task)
{
	struct q_score_exam exam;
	int r = essay_exam(cx, exam_id, &exam);
	if (r < 0 || (r = held(cx, exam_id, ret_task)) != ERR_NOTFOUND)
		return r;
	ctx_clear(cx);
	if (!streq(exam.state, "closed"))
		return fail(cx, ERR_NOTFOUND, "essay.none_waits");
	r = claim_any(cx, exam_id, ret_task);
	return r < 0 ? r : 0;
}

static int rounds_of(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t item_no,
	struct q_essay_rounds *ret_any, int64_t given[ESSAY_ROUNDS + 1])
{
	struct q_essay_rounds_rows rows;
	bool found = false;
	int r = q_essay_rounds(cx->db, &rows, .person_id = person_id, .sitting_id = sitting_id);
	if (r < 0)
		return ctx_pass(cx, r);
	memset(given, -1, sizeof *given * (ESSAY_ROUNDS + 1));
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.at[i].item_no != item_no)
			continue;
		*ret_any = rows.at[i];
		found = true;
		if (rows.at[i].marked_at)
			given[rows.at[i].round] = rows.at[i].score_centi;
	}
	return found ? 0 : fail(cx, ERR_NOTFOUND, "essay.not_found");
}

static int64_t decide(struct ctx *cx, const char *region, const int64_t given[ESSAY_ROUNDS + 1],
	int64_t full_centi, bool *ret_apart)
{
	return essay_points(given, full_centi, setting_int(cx, "essay.apart_permille", region, 0),
		setting_int(cx, "essay.third_rule", region, 0), ret_apart);
}

/* After a round was given: a third is opened, or the sheet is scored anew. */
static int go_on(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t item_no)
{
	int64_t given[ESSAY_ROUNDS + 1];
	struct q_essay_rounds any;
	bool apart;
	int r = rounds_of(cx, person_id, sitting_id, item_no, &any, given);
	if (r < 0)
		return r;
	if (decide(cx, any.region, given, any.full_centi, &apart) >= 0)
		return score_again(cx, person_id, sitting_id);
	if (!apart)
		return 0;
	r = q_essay_open(cx->db, .person_id = person_id, .sitting_id = sitting_id,
		.item_no = item_no, .round = 3, .exam_id = any.exam_id, .form_id = any.form_id,
		.body_id = any.body_id, .region = any.region, .full_centi = any.full_centi);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_points(struct ctx *cx, int64_t centi, int64_t full_centi)
{
	if (centi < 0 || centi > full_centi)
		fail_field(cx, "score", "essay.points_range", text_of(cx, "%" PRId64 ".%02d",
			full_centi / 100, (int)(full_centi % 100)));
	return ctx_checked(cx);
}

int essay_give(struct ctx *cx, const struct essay_task *t, int64_t score_centi, const char *note)
{
	struct q_score_exam exam;
	struct essay_task mine;
	auto_tx tx = {0};
	int r = essay_exam(cx, t->exam_id, &exam);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = score_lock(cx, t->exam_id)) < 0 || (r = essay_exam(cx, t->exam_id, &exam)) < 0)
		return r;
	if (!streq(exam.state, "closed"))
		return fail(cx, ERR_STATE, "essay.published");
	r = held(cx, t->exam_id, &mine);
	if (r == ERR_NOTFOUND || (r == 0 && (mine.sitting_id != t->sitting_id ||
		mine.item_no != t->item_no || mine.round != t->round)))
		return fail(cx, ERR_STATE, "essay.not_held");
	if (r < 0 || (r = check_points(cx, score_centi, mine.full_centi)) < 0)
		return r;
	r = q_essay_set(cx->db, .score_centi = score_centi, .note = note, .marked_at = ctx_now(cx),
		.person_id = mine.person_id, .sitting_id = mine.sitting_id, .item_no = mine.item_no,
		.round = mine.round, .marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0) /* from another window meanwhile */
		return fail(cx, ERR_STATE, "essay.not_held");
	if ((r = go_on(cx, mine.person_id, mine.sitting_id, mine.item_no)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int may_moderate(struct ctx *cx, const struct q_essay_rounds *any)
{
	struct q_score_exam exam;
	int r = score_exam_get(cx, any->exam_id, &exam);
	if (r < 0)
		return r;
	if (!streq(exam.state, "closed"))
		return fail(cx, ERR_STATE, "essay.published");
	return 0;
}

int essay_moderate(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t item_no,
	int64_t score_centi, const char *note)
{
	int64_t given[ESSAY_ROUNDS + 1];
	struct q_essay_rounds any;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_SCORE_APPLY);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = rounds_of(cx, person_id, sitting_id, item_no, &any, given)) < 0 ||
		(r = score_lock(cx, any.exam_id)) < 0 || (r = may_moderate(cx, &any)) < 0)
		return r;
	if (is_blank(note))
		fail_field(cx, "note", "essay.note_needed");
	if ((r = check_points(cx, score_centi, any.full_centi)) < 0)
		return r;
	r = q_essay_moderated(cx->db, .person_id = person_id, .sitting_id = sitting_id,
		.item_no = item_no, .exam_id = any.exam_id, .form_id = any.form_id,
		.body_id = any.body_id, .region = any.region, .marker_id = cx->actor.account_id,
		.marker_name = cx->actor.name, .score_centi = score_centi,
		.full_centi = any.full_centi, .note = note, .marked_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_again(cx, person_id, sitting_id)) < 0 ||
		(r = audit_note(cx, "essay.moderate", "sitting", sitting_id, note,
		text_of(cx, "第%" PRId64 "题", item_no))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int essay_given(struct ctx *cx, int64_t person_id, int64_t sitting_id, int n, int64_t *given_centi)
{
	struct q_essay_rounds_rows rows;
	int64_t given[ESSAY_ROUNDS + 1];
	bool apart;
	int r = q_essay_rounds(cx->db, &rows, .person_id = person_id, .sitting_id = sitting_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_essay_rounds *m = &rows.at[i];
		if (!i || rows.at[i - 1].item_no != m->item_no)
			memset(given, -1, sizeof given);
		if (m->marked_at)
			given[m->round] = m->score_centi;
		if (m->item_no >= 1 && m->item_no <= n)
			given_centi[m->item_no - 1] = decide(cx, m->region, given, m->full_centi,
				&apart);
	}
	return 0;
}
