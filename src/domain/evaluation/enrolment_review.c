/* After the enrolment: corrected claims, evidence, review in bulk, spot checks. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/file.h"
#include "core/job.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/draw.h"
#include "domain/evaluation/enrolment_row.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/registry.h"

enum { EVIDENCE_MAX = 20, PROGRESS_EVERY = 50, DRAWN_MAX = 1024 * 1024 };

int enrolment_get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_enrolment_find *ret_enrolment)
{
	int r = q_enrolment_find(cx->db, ret_enrolment, .person_id = person_id, .id = id,
		.scope = scope_of_person(cx, person_id));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "enrolment.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* One that may still be corrected, and stays so until the caller's transaction ends. */
static int get_open(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_enrolment_find *ret_enrolment)
{
	int r = enrolment_get(cx, person_id, id, ret_enrolment);
	if (r < 0)
		return r;
	if ((r = q_enrolment_lock_open(cx->db, .person_id = person_id, .id = id)) < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_get(cx, person_id, id, ret_enrolment)) < 0)
		return r;
	const char *state = ret_enrolment->state, *batch = ret_enrolment->batch_state;
	if (!streq(state, "submitted") && !streq(state, "mend"))
		return fail(cx, ERR_STATE, "enrolment.settled",
			flow_state(&enrolment_flow, state)->label);
	if (!streq(batch, "enrolling") && !streq(batch, "closed"))
		return fail(cx, ERR_STATE, "enrolment.review_over",
			flow_state(&batch_flow, batch)->label);
	return ctx_need(cx, cx->actor.role == ROLE_WORKER ? PERM_ENROLMENT_SELF
		: PERM_ENROLMENT_EDIT);
}

static int judge(struct ctx *cx, const struct q_enrolment_find *e,
	const struct person_claims *claims)
{
	struct q_batch_find batch;
	struct rule_answer answer;
	struct person_known person;
	struct facts *facts;
	int r = q_batch_find(cx->db, &batch, .id = e->batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = person_known(cx, e->person_id, &person)) < 0 ||
		(claims && (r = person_claims_fit(cx, person.birth_on, claims)) < 0) ||
		(r = person_facts(cx, e->person_id, batch.occupation_id, claims, &facts)) < 0 ||
		(r = enrolment_judge(cx, batch.id, batch.occupation_id, batch.grade, facts,
		batch.enrol_to_on,
			 &answer)) < 0)
		return r;
	r = q_enrolment_set_judged(cx->db, .person_id = e->person_id, .id = e->id,
		.verdict = enrolment_verdict_code(answer.verdict),
		.clause = answer.held ? answer.held->clause : "",
		.verdict_text = enrolment_verdict_text(cx, &answer),
		.met_on = answer.nearest ? answer.nearest->met_on : 0,
		.facts = facts_dump(cx->arena, facts),
		.judged_at = ctx_now(cx),
		.clause_declared = claims ? claims->clause : e->clause_declared);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "enrolment", e->person_id, e->id, "judge",
		enrolment_verdict_text(cx, &answer));
}

int enrolment_rejudge(struct ctx *cx, int64_t person_id, int64_t id,
	const struct person_claims *claims)
{
	struct q_enrolment_find e;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &e)) < 0 || (r = judge(cx, &e, claims)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int enrolment_attach(struct ctx *cx, int64_t person_id, int64_t id, const char *item,
	const char *filename, struct str bytes, int64_t *ret_attachment_id)
{
	struct q_enrolment_find e;
	struct q_evidence_of_rows others;
	int64_t attachment_id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &e)) < 0)
		return r;
	if ((r = q_evidence_of(cx->db, &others, .subject_id = id)) < 0)
		return ctx_pass(cx, r);
	if (others.n >= EVIDENCE_MAX)
		return fail(cx, ERR_LIMIT, "enrolment.evidence_full",
			text_of(cx, "%d", EVIDENCE_MAX));
	struct file file = {.person_id = person_id, .body_id = e.body_id, .region = e.region,
		.name = filename, .bytes = bytes};
	if ((r = file_put(cx, &file)) < 0)
		return r;
	r = q_attachment_insert(cx->db, .id = attachment_id, .kind = "enrolment", .subject_id = id,
		.item = item,
		.file_id = file.id, .name = file.name, .size = (int64_t)bytes.n, .region = e.region,
		.body_id = e.body_id, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_attachment_id = attachment_id;
	return 0;
}

int enrolment_file(struct ctx *cx, int64_t person_id, int64_t id, int64_t attachment_id,
	struct file *ret_file)
{
	struct q_enrolment_find e;
	struct q_evidence_of_rows files;
	int r = enrolment_get(cx, person_id, id, &e);
	if (r < 0)
		return r;
	if ((r = q_evidence_of(cx->db, &files, .subject_id = id)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < files.n; i++)
		if (files.at[i].id == attachment_id)
			return file_read(cx, person_id, files.at[i].file_id, ret_file);
	return fail(cx, ERR_NOTFOUND, "enrolment.no_file");
}

int enrolment_photo(struct ctx *cx, int64_t person_id, int64_t id, struct file *ret_file)
{
	struct q_enrolment_find e;
	int r = enrolment_get(cx, person_id, id, &e);
	if (r < 0)
		return r;
	if (!e.photo_file_id)
		return fail(cx, ERR_NOTFOUND, "person.no_photo");
	return file_read(cx, person_id, e.photo_file_id, ret_file);
}

int enrolment_set_photo(struct ctx *cx, int64_t person_id, int64_t id, int64_t file_id)
{
	struct q_enrolment_find e;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &e)) < 0)
		return r;
	r = q_enrolment_set_photo(cx->db, .person_id = person_id, .id = id,
		.photo_file_id = file_id);
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int enrolment_accept_run(struct ctx *cx, int64_t batch_id, struct job *job, int64_t *ret_accepted)
{
	struct q_enrolments_waiting_rows rows;
	int r = q_enrolments_waiting(cx->db, &rows, .batch_id = batch_id);
	int64_t n = 0;
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		r = flow_run(cx, &enrolment_flow, rows.at[i].person_id, rows.at[i].id, "accept", "",
			NULL);
		if (r == ERR_DB || r == ERR_IO || r == ERR_BUG || r == ERR_DENIED)
			return r;
		n += r >= 0;
		ctx_clear(cx);
		if (job && i % PROGRESS_EVERY == 0
			&& (r = job_progress(cx, job, (int64_t)i, (int64_t)rows.n, "")) < 0)
			return r;
	}
	*ret_accepted = n;
	return job ? job_progress(cx, job, (int64_t)rows.n, (int64_t)rows.n, "") : 0;
}

int enrolment_accept_all(struct ctx *cx, int64_t batch_id, int64_t *ret_accepted,
	int64_t *ret_job_id)
{
	struct q_batch_find batch;
	struct q_enrolments_waiting_rows rows;
	int r = ctx_need(cx, PERM_ENROLMENT_REVIEW);
	if (r < 0 || (r = batch_get(cx, batch_id, &batch)) < 0)
		return r;
	if ((r = q_enrolments_waiting(cx->db, &rows, .batch_id = batch_id)) < 0)
		return ctx_pass(cx, r);
	*ret_job_id = 0;
	if (rows.n <= ACCEPT_AT_ONCE)
		return enrolment_accept_run(cx, batch_id, NULL, ret_accepted);
	*ret_accepted = 0;
	return job_submit(cx, "enrolment.accept",
		text_of(cx, "{\"batch\":\"%" PRId64 "\"}", batch_id), ret_job_id);
}

struct lot {
	uint8_t key[DIGEST_BYTES];
	int64_t person_id, id;
};

static int by_key(const void *a, const void *b)
{
	return memcmp(((const struct lot *)a)->key, ((const struct lot *)b)->key, DIGEST_BYTES);
}

/* Each enrolment's lot is the digest of seed and id; the lowest are drawn. */
static struct lot *cast_lots(struct ctx *cx, const struct q_enrolments_to_draw_rows *rows,
	const char *seed)
{
	struct lot *lots = arena_array(cx->arena, struct lot, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		lots[i].person_id = rows->at[i].person_id;
		lots[i].id = rows->at[i].id;
		crypto_sm3(str_of(text_of(cx, "%s %" PRId64, seed, lots[i].id)), lots[i].key);
	}
	qsort(lots, rows->n, sizeof *lots, by_key);
	return lots;
}

/* SM3 over a line for each that was drawn, in the order of the draw. */
static const char *digest_of(struct ctx *cx, const struct q_enrolments_to_draw_rows *rows,
	const char *seed, int64_t most)
{
	struct lot *lots = cast_lots(cx, rows, seed);
	char hex[DIGEST_HEX];
	auto_buf b;
	buf_init(&b, DRAWN_MAX);
	for (int64_t i = 0; i < most; i++)
		buf_printf(&b, "%" PRId64 "\n", lots[i].id);
	return arena_dup(cx->arena, crypto_sm3_hex(buf_view(&b), hex));
}

static int draw(struct ctx *cx, const struct q_batch_find *batch,
	const struct q_enrolments_to_draw_rows *rows, const char *seed, int64_t most)
{
	struct lot *lots = cast_lots(cx, rows, seed);
	for (int64_t i = 0; i < most; i++) {
		int r = q_enrolment_set_spot_check(cx->db, .person_id = lots[i].person_id,
			.id = lots[i].id, .spot_check = "drawn", .scope = cx->scope);
		if (r < 0)
			return ctx_pass(cx, r);
	}
	return flow_note(cx, "batch", 0, batch->id, "spot_draw",
		text_of(cx, "抽取报名 %" PRId64 " 人中的 %" PRId64 " 人，种子 %s", (int64_t)rows->n,
		most, seed));
}

int enrolment_draw(struct ctx *cx, int64_t batch_id, const char *seed, int64_t *ret_drawn)
{
	struct q_batch_find batch;
	struct q_enrolments_to_draw_rows rows;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ENROLMENT_CHECK);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0 ||
		(r = q_batch_lock(cx->db, .id = batch_id, .scope = cx->scope)) < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &batch)) < 0)
		return r;
	if ((r = q_enrolments_to_draw(cx->db, &rows, .batch_id = batch_id, .scope = cx->scope)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (*rows.at[i].spot_check)
			return fail(cx, ERR_STATE, "enrolment.drawn_already");
	int64_t percent = setting_int(cx, "enrolment.spot_check_percent", batch.region, 0);
	int64_t most = ((int64_t)rows.n * percent + 99) / 100;
	if (!most)
		return fail(cx, ERR_STATE, "enrolment.none_to_draw");
	struct draw_of of = {batch_id, batch.body_id, batch.region, DRAW_SPOT_CHECK};
	int64_t draw_id = 0;
	if (is_blank(seed) && (r = draw_seed(cx, &of, &draw_id, &seed)) < 0)
		return r;
	if ((r = draw(cx, &batch, &rows, seed, most)) < 0 ||
		(r = draw_done(cx, &of, draw_id, seed, digest_of(cx, &rows, seed, most))) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_drawn = most;
	return 0;
}

int enrolment_spot(struct ctx *cx, int64_t person_id, int64_t id, bool is_good, const char *reason)
{
	struct q_enrolment_find e;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ENROLMENT_CHECK);
	if (r < 0)
		return r;
	if (!is_good && is_blank(reason))
		return fail_field(cx, "reason", "enrolment.spot_reason");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_get(cx, person_id, id, &e)) < 0)
		return r;
	if (!*e.spot_check)
		return fail(cx, ERR_STATE, "enrolment.not_drawn");
	if (!is_good && streq(e.state, "accepted") &&
		(r = flow_run(cx, &enrolment_flow, person_id, id, "recall", reason, NULL)) < 0)
		return r;
	r = q_enrolment_set_spot_check(cx->db, .person_id = person_id, .id = id,
		.spot_check = is_good ? "good" : "bad", .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "enrolment", person_id, id, is_good ? "spot_good"
		: "spot_bad", reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
