/* Rosters: uploaded, then saved row by row in resumable steps. */
#include "domain/evaluation/roster.h"

#include <inttypes.h>

#include "core/field.h"
#include "core/file.h"
#include "core/message.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment_row.h"
#include "domain/evaluation/roster_line.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/roster.h"

enum { SAVE_CHUNK = 500 };

static int batch_open(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = batch_get(cx, batch_id, ret_batch);
	if (r < 0)
		return r;
	if (streq(ret_batch->state, "enrolling"))
		return 0;
	return fail(cx, ERR_STATE, "enrolment.batch_not_open",
		flow_state(&batch_flow, ret_batch->state)->label);
}

const char *roster_verdict_label(const char *verdict)
{
	static const struct choice labels[] = {{"good", "可以导入"}, {"same", "已经报名"},
		{"bad", "不能导入"}, {"saved", "已导入"}, {0}};
	for (const struct choice *c = labels; c->code; c++)
		if (streq(c->code, verdict))
			return c->label;
	return verdict;
}

int roster_get(struct ctx *cx, int64_t id, struct q_roster_find *ret_roster)
{
	int r = q_roster_find(cx->db, ret_roster, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "roster.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int submit(struct ctx *cx, int64_t roster_id, const char *kind, int64_t *ret_job_id)
{
	int r = job_submit(cx, kind, text_of(cx, "{\"roster\":\"%" PRId64 "\"}", roster_id),
		ret_job_id);
	if (r < 0)
		return r;
	r = q_roster_set_job(cx->db, .id = roster_id, .job_id = *ret_job_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int roster_upload_now(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id)
{
	struct q_batch_find batch;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0 || (r = batch_open(cx, batch_id, &batch)) < 0)
		return r;
	struct file file = {.body_id = batch.body_id, .region = batch.region, .name = filename,
		.bytes = bytes};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = file_put(cx, &file)) < 0)
		return r;
	r = q_roster_insert(cx->db, .id = id, .batch_id = batch_id, .body_id = batch.body_id,
		.region = batch.region, .file_id = file.id, .name = filename,
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int roster_upload(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id)
{
	int64_t id, job_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = roster_upload_now(cx, batch_id, filename, bytes, &id)) < 0 ||
		(r = submit(cx, id, "roster.judge", &job_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int roster_confirm_now(struct ctx *cx, int64_t roster_id)
{
	struct q_roster_find roster;
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0 || (r = roster_get(cx, roster_id, &roster)) < 0)
		return r;
	r = q_roster_move(cx->db, .id = roster_id, .from_state = "judged", .state = "saving");
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "roster.not_judged");
}

int roster_confirm(struct ctx *cx, int64_t roster_id, int64_t *ret_job_id)
{
	int64_t job_id;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = roster_confirm_now(cx, roster_id)) < 0 ||
		(r = submit(cx, roster_id, "roster.save", &job_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_job_id = job_id;
	return 0;
}

/* What one saving run carries from row to row. */
struct saving {
	struct ctx *cx;
	struct q_roster_find roster;
	struct q_batch_find batch;
	const struct ruleset *set;
	int64_t seq, last_row, saved, refused;
};

/* Whoever is new to us has nothing on record that could speak against him. */
static int judge_row(struct saving *s, const struct person_known *person,
	const struct person_claims *claims, struct rule_answer *ret_answer, const char **ret_facts)
{
	struct ctx *cx = s->cx;
	struct facts *facts;
	int r;
	if (person->is_new) {
		facts = roster_facts(cx, person->birth_on, claims);
		r = enrolment_batch_takes(cx, &s->batch);
	} else {
		r = enrolment_check(cx, &s->batch, person->person_id);
		if (r >= 0)
			r = person_facts(cx, person->person_id, s->batch.occupation_id, claims,
				&facts);
	}
	if (r < 0)
		return r;
	*ret_facts = facts_dump(cx->arena, facts);
	return enrolment_judge_by(cx, s->set, s->batch.grade, facts, s->batch.enrol_to_on,
		ret_answer);
}

static int enrol_row(struct saving *s, const struct q_roster_rows_good *row)
{
	struct ctx *cx = s->cx;
	struct roster_person who;
	struct person_known person;
	struct enrolment_in in = {.batch_id = s->batch.id, .source = "roster", .consent = true};
	struct rule_answer answer;
	const char *values[ROSTER_COLUMNS], *faults, *facts;
	int64_t id;
	int r = roster_line_open(cx, row->row_cipher, values);
	if (r < 0)
		return r;
	if (roster_line_read(cx, values, &who, &faults) < 0)
		return fail(cx, ERR_INVALID, "roster.row_bad", faults);
	in.unit = who.person.employer;
	in.claims = who.claims;
	if ((r = person_put(cx, &who.person, &person)) < 0 ||
		(r = judge_row(s, &person, &in.claims, &answer, &facts)) < 0)
		return r;
	return enrolment_insert(cx, &s->batch, &in, &answer, facts, s->seq + 1, &person, &id);
}

/* A row that is refused now (somebody was faster, the batch is full) says so in its verdict; the
 * others go on. */
static int save_row(struct saving *s, const struct q_roster_rows_good *row)
{
	struct ctx *cx = s->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = enrol_row(s, row);
	if (r >= 0 && (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	if (r >= 0) {
		s->seq++;
		s->saved++;
		s->batch.n_enrolled++;
		return 0;
	}
	if (r == ERR_DB || r == ERR_IO || r == ERR_BUG)
		return r;
	tx_cleanup(&tx);
	const char *why = cx->problem.n_fields ? field_problem_text(cx,
		&cx->problem.fields[0]) : problem_text(cx);
	bool same = streq(cx->problem.id, "enrolment.already");
	ctx_clear(cx);
	s->refused += !same;
	r = q_roster_row_set(cx->db, .roster_id = s->roster.id, .row_no = row->row_no,
		.verdict = same ? "same" : "bad", .verdict_text = why);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int save_rows(struct saving *s, const struct q_roster_rows_good_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		int r = save_row(s, &rows->at[i]);
		if (r < 0)
			return r;
		s->last_row = rows->at[i].row_no;
	}
	return 0;
}

/* One transaction of at most SAVE_CHUNK rows: 1 there may be more, 0 the end. */
static int save_chunk(struct saving *s)
{
	struct q_roster_rows_good_rows rows;
	struct q_enrolment_last_seq last;
	struct ctx *cx = s->cx;
	auto_tx tx = {0};
	int64_t before = s->saved;
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_batch_lock(cx->db, .id = s->roster.batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, &s->batch, .id = s->roster.batch_id,
			.scope = scope_all());
	if (r >= 0)
		r = q_enrolment_last_seq(cx->db, &last, .batch_id = s->batch.id);
	if (r >= 0)
		r = q_roster_rows_good(cx->db, &rows, .roster_id = s->roster.id,
			.after_row = s->last_row, .most = SAVE_CHUNK);
	if (r < 0)
		return ctx_pass(cx, r);
	s->seq = last.seq;
	int64_t after = s->last_row;
	if ((r = enrolment_ruleset(cx, &s->batch, &s->set)) < 0 || (r = save_rows(s, &rows)) < 0)
		return r;
	r = q_roster_rows_saved(cx->db, .roster_id = s->roster.id, .after_row = after,
		.upto_row = s->last_row);
	if (r >= 0)
		r = q_batch_count_enrolled(cx->db, .id = s->batch.id, .more = s->saved - before);
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return rows.n == SAVE_CHUNK;
}

/* Each chunk builds in an arena of its own, so that memory does not grow with the rows. */
static int save_all(struct saving *s, struct job *job)
{
	struct ctx *cx = s->cx;
	struct arena *outer = cx->arena;
	auto_arena scratch = arena_new(256 * 1024 * 1024);
	int r = 1;
	while (r > 0) {
		arena_reset(scratch);
		cx->arena = scratch;
		db_use_arena(cx->db, scratch);
		r = save_chunk(s);
		if (r >= 0 && job) {
			int p = job_progress(cx, job, s->saved + s->refused, s->roster.n_good, "");
			r = p < 0 ? p : r;
		}
		cx->arena = outer;
		db_use_arena(cx->db, outer);
	}
	return r;
}

static int end_saving(struct ctx *cx, int64_t roster_id)
{
	struct q_roster_counts_rows counts;
	int64_t good = 0, same = 0, bad = 0;
	int r = q_roster_counts(cx->db, &counts, .roster_id = roster_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < counts.n; i++) {
		const char *verdict = counts.at[i].verdict;
		*(streq(verdict, "saved") ? &good : streq(verdict,
			"same") ? &same : &bad) += counts.at[i].n;
	}
	r = q_roster_set_saved(cx->db, .id = roster_id, .n_good = good, .n_same = same,
		.n_bad = bad);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int roster_save(struct ctx *cx, int64_t roster_id, struct job *job)
{
	struct saving s = {.cx = cx};
	int r = q_roster_find(cx->db, &s.roster, .id = roster_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(s.roster.state, "saved"))
		return 0;
	if (!streq(s.roster.state, "saving"))
		return fail(cx, ERR_STATE, "roster.not_judged");
	if ((r = save_all(&s, job)) < 0)
		return r;
	return end_saving(cx, roster_id);
}
