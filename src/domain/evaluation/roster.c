/* Rosters: uploaded, then saved row by row in resumable steps. */
#include "domain/evaluation/roster.h"

#include "core/import_table.h"
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
		return batch_may_go_on(cx, ret_batch);
	return fail(cx, ERR_STATE, "enrolment.batch_not_open",
		flow_state(&batch_flow, ret_batch->state)->label);
}

const char *const roster_verdicts[] = {"可以导入", "已经报名", "不能导入", "已导入"};

int roster_get(struct ctx *cx, int64_t id, struct q_roster_find *ret_roster)
{
	int r = q_roster_find(cx->db, ret_roster, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "roster.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

IMPORT_STATEMENTS(roster, roster_id)

const struct import_kind roster_import = {.judge_job = "roster.judge", .save_job = "roster.save",
	.arg = "roster", .judged_already = "roster.judged_already",
	.not_judged = "roster.not_judged", IMPORT_STATEMENT_LIST(roster)};

struct upload_of {
	const struct q_batch_find *batch;
	const char *filename;
};

static int insert(struct ctx *cx, int64_t id, int64_t file_id, const void *arg)
{
	const struct upload_of *what = arg;
	const struct q_batch_find *batch = what->batch;
	return q_roster_insert(cx->db, .id = id, .batch_id = batch->id, .body_id = batch->body_id,
		.region = batch->region, .file_id = file_id, .name = what->filename,
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
}

static int bring(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	bool with_job, int64_t *ret_id)
{
	struct q_batch_find batch;
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0 || (r = batch_open(cx, batch_id, &batch)) < 0)
		return r;
	struct file file = {.body_id = batch.body_id, .region = batch.region, .name = filename,
		.bytes = bytes};
	struct upload_of what = {&batch, filename};
	struct import_new in = {&file, insert, &what, with_job};
	return import_bring(cx, &roster_import, &in, ret_id);
}

int roster_upload_now(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id)
{
	return bring(cx, batch_id, filename, bytes, false, ret_id);
}

int roster_upload(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id)
{
	return bring(cx, batch_id, filename, bytes, true, ret_id);
}

static int confirm(struct ctx *cx, int64_t roster_id, int64_t *ret_job_id)
{
	struct q_roster_find roster;
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0 || (r = roster_get(cx, roster_id, &roster)) < 0)
		return r;
	return import_confirm(cx, &roster_import, &(struct import_at){roster.id, roster.job_id,
		roster.state}, ret_job_id);
}

int roster_act(struct ctx *cx, int64_t roster_id, const char *act)
{
	struct q_roster_find roster;
	int r = ctx_need(cx, PERM_ENROLMENT_EDIT);
	if (r < 0 || (r = roster_get(cx, roster_id, &roster)) < 0)
		return r;
	return import_act(cx, &roster_import, &(struct import_at){roster.id, roster.job_id,
		roster.state}, act);
}

int roster_confirm_now(struct ctx *cx, int64_t roster_id)
{
	return confirm(cx, roster_id, NULL);
}

int roster_confirm(struct ctx *cx, int64_t roster_id, int64_t *ret_job_id)
{
	return confirm(cx, roster_id, ret_job_id);
}

/* What one saving run carries from row to row. */
struct saving {
	struct ctx *cx;
	struct q_roster_find roster;
	struct q_batch_find batch;
	const struct ruleset *set;
	int64_t seq, last_row;
	struct import_run *run;
	const struct q_roster_rows_good *row;
};

/* Whoever is new to us has nothing on record that could speak against him. */
static int judge_row(struct saving *s, const struct person_known *person,
	const struct person_claims *claims, struct rule_answer *ret_answer, const char **ret_facts)
{
	struct ctx *cx = s->cx;
	struct facts *facts;
	int r;
	if (person->is_new) {
		r = enrolment_batch_takes(cx, &s->batch);
		if (r >= 0)
			r = roster_facts(cx, person->birth_on, claims, &facts);
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

static int enrol_row(struct ctx *cx, void *arg)
{
	struct saving *s = arg;
	struct roster_person who;
	struct person_known person;
	struct enrolment_in in = {.batch_id = s->batch.id, .source = "roster", .consent = true};
	struct rule_answer answer;
	const char *values[ROSTER_COLUMNS], *faults, *facts;
	int64_t id;
	int r = roster_line_open(cx, s->row->row_cipher, values);
	if (r < 0)
		return r;
	if (roster_line_read(cx, values, &who, &faults) < 0)
		return fail(cx, ERR_INVALID, "roster.row_bad", faults);
	in.unit = who.person.employer;
	in.claims = who.claims;
	if ((r = person_put(cx, &who.person, &person)) < 0 || (!person.is_new &&
		(r = enrolment_hold_person(cx, person.person_id)) < 0) ||
		(r = judge_row(s, &person, &in.claims, &answer, &facts)) < 0)
		return r;
	return enrolment_insert(cx, &s->batch, &in, &answer, facts, s->seq + 1, &person, &id);
}

/* A row that is refused now (somebody was faster, the batch is full) says so in its verdict; the
 * others go on. */
static int save_row(struct saving *s, const struct q_roster_rows_good *row)
{
	struct ctx *cx = s->cx;
	const char *why, *problem;
	s->row = row;
	int r = import_try(cx, enrol_row, s, &why, &problem);
	if (r < 0)
		return r;
	if (r) {
		s->seq++;
		s->run->saved++;
		s->batch.n_enrolled++;
		return 0;
	}
	bool same = streq(problem, "enrolment.already");
	s->run->refused += !same;
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
static int save_chunk(struct import_run *run, void *arg)
{
	struct q_roster_rows_good_rows rows;
	struct q_enrolment_last_seq last;
	struct saving *s = arg;
	struct ctx *cx = run->cx;
	auto_tx tx = {0};
	int64_t before = run->saved;
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
		r = q_batch_count_enrolled(cx->db, .id = s->batch.id, .more = run->saved - before);
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return rows.n == SAVE_CHUNK;
}

int roster_save(struct ctx *cx, int64_t roster_id, struct job *job)
{
	struct import_run run = {.cx = cx, .kind = &roster_import, .id = roster_id, .job = job};
	struct saving s = {.cx = cx, .run = &run};
	int r = q_roster_find(cx->db, &s.roster, .id = roster_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(s.roster.state, "saved"))
		return 0;
	if (!streq(s.roster.state, "saving"))
		return fail(cx, ERR_STATE, "roster.not_judged");
	run.total = s.roster.n_good;
	run.message = s.roster.message;
	return import_save(&run, save_chunk, &s);
}
