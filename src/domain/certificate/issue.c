/* Issuing: numbers without gaps, in pieces of a batch, each with statements that run many times in
 * one go. Whoever has state "passed" waits for a certificate and has "certified" afterwards, moved
 * by compare-and-set in the piece's own transaction: nobody gets two, however often, from wherever
 * and up to wherever it is run. */
#include "domain/certificate/issue.h"

#include "base/civil.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "domain/certificate/proof.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/enrolment.h"

struct issuing {
	struct ctx *cx;
	struct q_batch_find batch;
	struct civil date;
	int64_t today, now, visible_on;
	/* this piece */
	struct q_passed_of_batch *who;
	size_t n;
	int64_t *ids;
	const char **numbers;
	struct certificate_new *news;
};

/* Body code, two digits of the year, grade: the serial counts within these. Special skills have no
 * grade; what stands in its place is a setting, because no national rule is known. */
static const char *prefix_of(struct issuing *s)
{
	int64_t mark = s->batch.grade ? '0' + s->batch.grade
				      : setting_int(s->cx, "certificate.special_mark",
					s->batch.region, s->today);
	return text_of(s->cx, "%s%02d%c", s->batch.body_code, (int)(s->date.year % 100), (int)mark);
}

/* The serials are taken together; a transaction that fails gives them back together. */
static int take_numbers(struct issuing *s)
{
	struct q_certificate_serial_take taken;
	const char *prefix = prefix_of(s);
	int r = q_certificate_serial_take(s->cx->db, &taken, .prefix = prefix,
		.n = (int64_t)s->n);
	if (r < 0)
		return ctx_pass(s->cx, r);
	if (taken.last > 999999)
		return fail(s->cx, ERR_LIMIT, "certificate.serials_used_up", prefix);
	s->numbers = arena_array(s->cx->arena, const char *, s->n);
	s->ids = arena_array(s->cx->arena, int64_t, s->n);
	s->news = arena_array(s->cx->arena, struct certificate_new, s->n);
	for (size_t i = 0; i < s->n; i++) {
		int serial = (int)(taken.last - (int64_t)s->n + 1 + (int64_t)i);
		s->numbers[i] = text_of(s->cx, "%s%06d", prefix, serial);
		s->ids[i] = ctx_id(s->cx);
	}
	return 0;
}

static const char *work_type(const struct q_batch_find *b)
{
	return b->special_project_id ? b->project_name : b->work_type_name;
}

/* Grades above 一级 are given by appointment within the enterprise. */
static const char *route_of(int64_t grade)
{
	if (!grade)
		return "special";
	return grade > 5 ? "appointment" : "exam";
}

static const char *hash_for(struct issuing *s, size_t i)
{
	const struct q_batch_find *b = &s->batch;
	return face_hash(s->cx, &(struct face){.number = s->numbers[i], .name = s->who[i].name,
		.idno_mask = s->who[i].idno_mask,
		.occupation_name = b->occupation_name, .occupation_code = b->occupation_code,
		.work_type_name = work_type(b), .body_name = b->body_name,
		.body_code = b->body_code, .grade = b->grade, .issued_on = s->today});
}

static int put_numbers(struct issuing *s)
{
	struct q_certificate_number_insert_in *in = arena_array(s->cx->arena,
		struct q_certificate_number_insert_in, s->n);
	for (size_t i = 0; i < s->n; i++)
		in[i] = (struct q_certificate_number_insert_in){.number = s->numbers[i],
			.found_person_id = s->who[i].person_id, .certificate_id = s->ids[i]};
	return q_certificate_number_insert_bulk(s->cx->db, in, s->n, NULL);
}

static int row_of(struct issuing *s, size_t i, struct q_certificate_insert_in *ret_row)
{
	const struct q_batch_find *b = &s->batch;
	const struct q_passed_of_batch *who = &s->who[i];
	struct ctx *cx = s->cx;
	const char *idno;
	int r = secret_open(cx, "person.idno_cipher", who->idno_cipher, &idno);
	if (r < 0)
		return r;
	s->news[i] = (struct certificate_new){.person_id = who->person_id, .id = s->ids[i],
		.result_version = b->result_version, .idno = idno};
	*ret_row = (struct q_certificate_insert_in){.person_id = who->person_id, .id = s->ids[i],
		.number = s->numbers[i], .body_id = b->body_id, .region = b->region,
		.batch_id = b->id, .enrolment_id = who->enrolment_id, .route = route_of(b->grade),
		.name = who->name, .id_type = who->id_type,
		.idno_cipher = secret_seal(cx, "certificate.idno_cipher", idno),
		.idno_mask = who->idno_mask, .occupation_id = b->occupation_id,
		.occupation_name = b->occupation_name, .occupation_code = b->occupation_code,
		.work_type_name = work_type(b), .grade = b->grade, .body_name = b->body_name,
		.body_code = b->body_code, .body_kind = b->body_kind, .theory = who->theory,
		.skill = who->skill, .review = who->review,
		.photo_file_id = who->photo_file_id ? who->photo_file_id : who->person_photo_id,
		.issued_on = s->today, .visible_on = s->visible_on, .face_hash = hash_for(s, i),
		.created_by = cx->actor.account_id, .created_at = s->now};
	return 0;
}

static int put_certificates(struct issuing *s)
{
	struct q_certificate_insert_in *in = arena_array(s->cx->arena,
		struct q_certificate_insert_in, s->n);
	int r = 0;
	for (size_t i = 0; i < s->n && r == 0; i++)
		r = row_of(s, i, &in[i]);
	return r < 0 ? r : q_certificate_insert_bulk(s->cx->db, in, s->n, NULL);
}

static int put_events(struct issuing *s)
{
	struct flow_noted *in = arena_array(s->cx->arena, struct flow_noted, s->n);
	for (size_t i = 0; i < s->n; i++)
		in[i] = (struct flow_noted){s->who[i].person_id, s->ids[i], s->numbers[i]};
	return flow_note_many(s->cx, "certificate", "issue", in, s->n);
}

static int certify(struct issuing *s)
{
	struct enrolment_certified *list = arena_array(s->cx->arena, struct enrolment_certified,
		s->n);
	for (size_t i = 0; i < s->n; i++)
		list[i] = (struct enrolment_certified){.person_id = s->who[i].person_id,
			.id = s->who[i].enrolment_id, .certificate_id = s->ids[i],
			.number = s->numbers[i], .name = s->who[i].name};
	return enrolment_certify_many(s->cx, list, s->n);
}

/* Whose first graded certificate through this kind of body it is. */
static int put_holders(struct issuing *s, int64_t *ret_first)
{
	struct q_certificate_holder_insert_in *in = arena_array(s->cx->arena,
		struct q_certificate_holder_insert_in, s->n);
	int *changed = arena_array(s->cx->arena, int, s->n);
	*ret_first = 0;
	if (!s->batch.grade)
		return 0;
	for (size_t i = 0; i < s->n; i++)
		in[i] = (struct q_certificate_holder_insert_in){.person_id = s->who[i].person_id,
			.body_kind = s->batch.body_kind, .certificate_id = s->ids[i]};
	int r = q_certificate_holder_insert_bulk(s->cx->db, in, s->n, changed);
	for (size_t i = 0; i < s->n && r == 0; i++)
		*ret_first += changed[i];
	return r;
}

static int count(struct issuing *s)
{
	int64_t first;
	int r = put_holders(s, &first);
	if (r >= 0)
		r = q_certificate_tally_issue(s->cx->db, .region = s->batch.region,
			.body_kind = s->batch.body_kind, .grade = s->batch.grade,
			.month = s->date.year * 100 + s->date.month, .n = (int64_t)s->n,
			.n_first = first);
	if (r >= 0)
		r = q_batch_count_certified(s->cx->db, .id = s->batch.id, .more = (int64_t)s->n);
	return r;
}

static int put_piece(struct issuing *s)
{
	int r = take_numbers(s);
	if (r >= 0)
		r = put_numbers(s);
	if (r >= 0)
		r = put_certificates(s);
	if (r >= 0)
		r = put_events(s);
	if (r >= 0)
		r = certify(s);
	if (r >= 0)
		r = certificate_leaf_bulk(s->cx, s->news, s->n);
	if (r >= 0)
		r = count(s);
	return r < 0 ? ctx_pass(s->cx, r) : 0;
}

/* What ends without a way back holds up nobody whose results are confirmed. */
static int check_suspended(struct ctx *cx, const struct q_batch_find *b)
{
	if (streq(b->body_state, "suspended"))
		return registry_may_go_on(cx, b->body_state);
	int r = registry_item_may_go_on(cx, b->body_id, b->occupation_id, b->work_type_id,
		b->special_project_id, b->grade);
	if (r != ERR_STATE || !streq(cx->problem.id, "scope.ended"))
		return r;
	ctx_clear(cx);
	return 0;
}

static int begin(struct issuing *s, int64_t batch_id)
{
	struct ctx *cx = s->cx;
	int r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0 || (r = batch_get(cx, batch_id, &s->batch)) < 0)
		return r;
	if (!streq(s->batch.state, "confirmed"))
		return fail(cx, ERR_STATE, "certificate.not_confirmed",
			flow_state(&batch_flow, s->batch.state)->label);
	if ((r = check_suspended(cx, &s->batch)) < 0)
		return r;
	s->today = ctx_today(cx);
	s->now = ctx_now(cx);
	s->date = civil_of(s->today);
	s->visible_on = s->today + setting_int(cx, "certificate.visible_days", s->batch.region,
		s->today);
	return 0;
}

int certificate_issue_piece(struct ctx *cx, int64_t batch_id, int64_t most, int64_t *ret_n,
	bool *ret_over)
{
	struct issuing s = {.cx = cx};
	struct q_passed_of_batch_rows people;
	int r = begin(&s, batch_id);
	if (r < 0)
		return r;
	r = q_passed_of_batch(cx->db, &people, .batch_id = batch_id,
		.result_version = s.batch.result_version, .most = most);
	if (r < 0)
		return ctx_pass(cx, r);
	s.who = people.at;
	s.n = people.n;
	if (s.n && (r = put_piece(&s)) < 0)
		return r;
	*ret_over = (int64_t)s.n < most;
	if (*ret_over)
		r = flow_run(cx, &batch_flow, 0, batch_id, "issue", text_of(cx, "颁发证书 %lld 本",
			(long long)(s.batch.n_certified + (int64_t)s.n)), NULL);
	*ret_n = (int64_t)s.n;
	return r;
}

int certificate_issue_batch(struct ctx *cx, int64_t batch_id, int *ret_n)
{
	auto_tx tx = {0};
	bool over = false;
	int64_t n, all = 0;
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	while (!over) {
		if ((r = certificate_issue_piece(cx, batch_id, ISSUE_PIECE, &n, &over)) < 0)
			return r;
		all += n;
	}
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = (int)all;
	return 0;
}
