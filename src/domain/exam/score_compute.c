/* The job that computes a version of an exam's scores, a piece of the sheets at a time. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/exam/answer.h"
#include "domain/exam/essay.h"
#include "domain/exam/score_impl.h"
#include "query/exam_score.h"

enum { FORMS_MAX = 64 };

int score_rules_of(struct ctx *cx, const char *rulings, const char *multiple_rule,
	struct score_rules *ret_rules)
{
	struct item_ruling *list;
	size_t n;
	if (rulings_read(cx->arena, str_of(rulings), &list, &n) < 0)
		return fail(cx, ERR_BUG, "score.rulings_broken");
	*ret_rules = (struct score_rules){list, n, multiple_rule};
	return 0;
}

int score_cut(struct ctx *cx, int64_t pass_centi, const char *region, int64_t starts_at,
	int64_t *ret_centi)
{
	if (pass_centi > 0) {
		*ret_centi = pass_centi;
		return 0;
	}
	return setting_get(cx, "mark.pass_centi", region, civil_day_at(starts_at), ret_centi);
}

int score_sheet(struct ctx *cx, int64_t person_id, int64_t sitting_id, const struct form *f,
	struct sheet *ret_sheet)
{
	struct answer *answers;
	size_t n;
	sheet_clear(ret_sheet);
	int r = answer_current(cx, person_id, sitting_id, &answers, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (answers[i].item_no >= 1 && answers[i].item_no <= f->n_items)
			ret_sheet->responses[answers[i].item_no - 1] = answers[i].response;
	return essay_given(cx, person_id, sitting_id, f->n_items, ret_sheet->given_centi);
}

/* What lives as long as one run of the job: forms are few and large, sheets many and small. */
struct computing {
	struct ctx *cx;
	struct job *job;
	struct q_score_exam exam;
	struct q_score_version_find version;
	struct score_rules rules;
	struct arena *outer;
	struct form forms[FORMS_MAX];
	int n_forms;
	int64_t after_id, done;
};

static int form_of(struct computing *c, int64_t form_id, const struct form **ret_form)
{
	struct ctx *cx = c->cx;
	struct arena *piece = cx->arena;
	for (int i = 0; i < c->n_forms; i++)
		if (c->forms[i].id == form_id) {
			*ret_form = &c->forms[i];
			return 0;
		}
	if (c->n_forms == FORMS_MAX)
		return fail(cx, ERR_LIMIT, "score.forms_many");
	cx->arena = c->outer;
	db_use_arena(cx->db, c->outer);
	int r = form_load_sat(cx, form_id, &c->forms[c->n_forms]);
	cx->arena = piece;
	db_use_arena(cx->db, piece);
	if (r < 0)
		return r;
	*ret_form = &c->forms[c->n_forms++];
	return 0;
}

static int open_essays(struct computing *c, const struct q_score_sittings_after *s,
	const struct form *f, const struct sheet *sheet)
{
	int r = 0;
	for (int i = 0; i < f->n_items && r >= 0; i++)
		if (f->items[i].content.kind == ITEM_ESSAY && !is_blank(sheet->responses[i]))
			r = essay_open(c->cx, s->person_id, s->id, c->exam.id, f->id, i + 1,
				f->items[i].score_centi, c->exam.body_id, c->exam.region);
	return r;
}

static int one_sheet(struct computing *c, const struct q_score_sittings_after *s)
{
	struct ctx *cx = c->cx;
	const struct form *f;
	struct sheet *sheet = arena_make(cx->arena, struct sheet);
	struct sheet_score *score = arena_make(cx->arena, struct sheet_score);
	if (!score_counts(s->state))
		return 0;
	int r = form_of(c, s->form_id, &f);
	if (r < 0 || (r = score_sheet(cx, s->person_id, s->id, f, sheet)) < 0)
		return r;
	sheet_score(f, sheet, &c->rules, score);
	r = q_sitting_score_put(cx->db, .person_id = s->person_id, .sitting_id = s->id,
		.score_version = c->version.score_version, .exam_id = c->exam.id,
		.body_id = c->exam.body_id, .region = c->exam.region, .raw_centi = score->raw_centi,
		.score_centi = score->score_centi, .n_pending = score->n_pending,
		.detail = sheet_detail(cx->arena, score));
	if (r < 0)
		return ctx_pass(cx, r);
	if (c->version.score_version != 1)
		return 0;
	r = q_sitting_set_score(cx->db, .score_centi = score->score_centi, .score_version = 1,
		.person_id = s->person_id, .id = s->id);
	return r < 0 ? ctx_pass(cx, r) : open_essays(c, s, f, sheet);
}

/* Another run may have ended the version meanwhile, or somebody refused it: 0 then. */
static int still_computing(struct computing *c)
{
	struct q_score_version_find v;
	int r = score_lock(c->cx, c->exam.id);
	if (r < 0)
		return r;
	r = q_score_version_find(c->cx->db, &v, .id = c->version.id, .scope = scope_all());
	return r < 0 ? ctx_pass(c->cx, r) : streq(v.state, "computing");
}

/* > 0: there may be more. */
static int one_piece(struct computing *c)
{
	struct q_score_sittings_after_rows rows;
	struct ctx *cx = c->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = still_computing(c)) <= 0)
		return r;
	r = q_score_sittings_after(cx->db, &rows, .exam_id = c->exam.id,
		.after_id = c->after_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if ((r = one_sheet(c, &rows.at[i])) < 0)
			return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	if (rows.n)
		c->after_id = rows.at[rows.n - 1].id;
	c->done += (int64_t)rows.n;
	return rows.n > 0;
}

static int all_pieces(struct computing *c)
{
	struct ctx *cx = c->cx;
	auto_arena piece = arena_new(512 * 1024 * 1024);
	int r = 1;
	while (r > 0) {
		arena_reset(piece);
		cx->arena = piece;
		db_use_arena(cx->db, piece);
		r = one_piece(c);
		if (r >= 0 && c->job) {
			int p = job_progress(cx, c->job, c->done, c->exam.n_sittings, "");
			r = p < 0 ? p : r;
		}
		cx->arena = c->outer;
		db_use_arena(cx->db, c->outer);
	}
	return r;
}

static int count_differences(struct computing *c)
{
	struct ctx *cx = c->cx;
	struct q_score_difference d;
	int64_t pass, old_pass;
	int r = score_cut(cx, c->version.pass_centi, c->exam.region, c->exam.starts_at, &pass);
	if (r < 0 || (r = score_cut(cx, c->exam.pass_centi, c->exam.region, c->exam.starts_at,
		&old_pass)) < 0)
		return r;
	r = q_score_difference(cx->db, &d, .exam_id = c->exam.id,
		.score_version = c->version.score_version,
		.against_version = c->version.score_version == 1 ? 1 : c->version.against_version,
		.pass = pass, .old_pass = old_pass);
	if (r >= 0)
		r = q_score_version_counts(cx->db, .id = c->version.id, .n_sittings = d.n,
			.n_up = d.n_up, .n_down = d.n_down, .n_newly_passed = d.n_newly_passed,
			.n_newly_failed = d.n_newly_failed);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Version 1 counts at once; a later one waits for two people. */
static int finish(struct computing *c)
{
	struct ctx *cx = c->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = still_computing(c)) <= 0 || (r = count_differences(c)) < 0)
		return r;
	bool first = c->version.score_version == 1;
	r = q_score_version_move(cx->db, .id = c->version.id, .from_state = "computing",
		.state = first ? "applied" : "proposed");
	if (r >= 0 && first)
		r = q_exam_set_score(cx->db, .id = c->exam.id, .score_version = 1, .pass_centi = 0);
	if (r < 0)
		return ctx_pass(cx, r);
	if (c->job && (r = job_result(cx, c->job, first
		? text_of(cx, "/exams/%" PRId64 "/scores", c->exam.id)
		: text_of(cx, "/exams/%" PRId64 "/scores/%" PRId64, c->exam.id,
		c->version.id))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int score_run(struct ctx *cx, int64_t version_id, struct job *job)
{
	struct computing *c = arena_make(cx->arena, struct computing);
	*c = (struct computing){.cx = cx, .job = job, .outer = cx->arena};
	int r = q_score_version_find(cx->db, &c->version, .id = version_id, .scope = scope_all());
	if (r >= 0)
		r = q_score_exam(cx->db, &c->exam, .id = c->version.exam_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(c->version.state, "computing"))
		return 0;
	if ((r = score_rules_of(cx, c->version.rulings, c->version.multiple_rule, &c->rules)) < 0)
		return r;
	r = all_pieces(c);
	return r < 0 ? r : finish(c);
}

static int compute(struct ctx *cx, struct job *job)
{
	int64_t version_id = 0;
	if (!str_to_i64(str_of(job->args), &version_id))
		return fail(cx, ERR_BUG, "score.not_found");
	return score_run(cx, version_id, job);
}

const struct job_kind score_jobs[] = {
	{"exam.score", "计算机化考试评分", compute},
	{0},
};
