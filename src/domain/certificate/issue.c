/* Issuing: numbers without gaps, one transaction for a whole batch. */
#include "base/civil.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "domain/certificate/proof.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/enrolment.h"

struct issuing {
	struct ctx *cx;
	struct q_batch_find batch;
	struct civil date;
	int64_t today, visible_on;
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

static int next_number(struct issuing *s, const char **ret_number)
{
	struct q_certificate_serial_next next;
	const char *prefix = prefix_of(s);
	int r = q_certificate_serial_next(s->cx->db, &next, .prefix = prefix);
	if (r < 0)
		return ctx_pass(s->cx, r);
	if (next.last > 999999)
		return fail(s->cx, ERR_LIMIT, "certificate.serials_used_up", prefix);
	*ret_number = text_of(s->cx, "%s%06d", prefix, (int)next.last);
	return 0;
}

static const char *work_type(const struct q_batch_find *b)
{
	return b->special_project_id ? b->project_name : b->work_type_name;
}

static const char *hash_for(struct issuing *s, const struct q_passed_of_batch *who,
	const char *number)
{
	const struct q_batch_find *b = &s->batch;
	return face_hash(s->cx, &(struct face){.number = number, .name = who->name,
		.idno_mask = who->idno_mask,
		.occupation_name = b->occupation_name, .occupation_code = b->occupation_code,
		.work_type_name = work_type(b), .body_name = b->body_name,
		.body_code = b->body_code, .grade = b->grade, .issued_on = s->today});
}

static int insert(struct issuing *s, const struct q_passed_of_batch *who, int64_t id,
	const char *number, const char **ret_idno)
{
	const struct q_batch_find *b = &s->batch;
	struct ctx *cx = s->cx;
	const char *idno;
	int r = secret_open(cx, "person.idno_cipher", who->idno_cipher, &idno);
	if (r < 0)
		return r;
	*ret_idno = idno;
	r = q_certificate_number_insert(cx->db, .number = number, .found_person_id = who->person_id,
		.certificate_id = id);
	if (r >= 0)
		r = q_certificate_insert(cx->db, .person_id = who->person_id, .id = id,
			.number = number,
			.body_id = b->body_id, .region = b->region, .batch_id = b->id,
			.enrolment_id = who->enrolment_id, .route = b->grade ? "exam" : "special",
			.name = who->name,
			.id_type = who->id_type,
			.idno_cipher = secret_seal(cx, "certificate.idno_cipher", idno),
			.idno_mask = who->idno_mask, .occupation_id = b->occupation_id,
			.occupation_name = b->occupation_name,
			.occupation_code = b->occupation_code,
			.work_type_name = work_type(b), .grade = b->grade,
			.body_name = b->body_name,
			.body_code = b->body_code, .body_kind = b->body_kind, .theory = who->theory,
			.skill = who->skill, .review = who->review,
			.photo_file_id = who->photo_file_id ? who->photo_file_id
			: who->person_photo_id,
			.issued_on = s->today, .visible_on = s->visible_on,
			.face_hash = hash_for(s, who, number),
			.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r >= 0)
		r = q_enrolment_set_certificate(cx->db, .person_id = who->person_id,
			.id = who->enrolment_id, .certificate_id = id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int issue_one(struct issuing *s, const struct q_passed_of_batch *who,
	struct certificate_new *new)
{
	const char *number;
	int64_t id = ctx_id(s->cx);
	int r = next_number(s, &number);
	*new = (struct certificate_new){.person_id = who->person_id, .id = id,
		.result_version = s->batch.result_version};
	if (r < 0 || (r = insert(s, who, id, number, &new->idno)) < 0 ||
		(r = flow_note(s->cx, "certificate", who->person_id, id, "issue", number)) < 0)
		return r;
	return flow_run(s->cx, &enrolment_flow, who->person_id, who->enrolment_id, "certify",
		number, NULL);
}

static int tally(struct issuing *s, int64_t n)
{
	int r = q_certificate_tally_add(s->cx->db, .region = s->batch.region,
		.body_kind = s->batch.body_kind,
		.grade = s->batch.grade, .month = s->date.year * 100 + s->date.month, .n = n);
	if (r >= 0)
		r = q_batch_set_certified(s->cx->db, .id = s->batch.id, .n_certified = n);
	return r < 0 ? ctx_pass(s->cx, r) : 0;
}

static int issue_all(struct issuing *s, int *ret_n)
{
	struct q_passed_of_batch_rows people;
	int r = q_passed_of_batch(s->cx->db, &people, .batch_id = s->batch.id,
		.result_version = s->batch.result_version);
	if (r < 0)
		return ctx_pass(s->cx, r);
	struct certificate_new *news =
		arena_array(s->cx->arena, struct certificate_new, people.n + 1);
	for (size_t i = 0; i < people.n; i++)
		if ((r = issue_one(s, &people.at[i], &news[i])) < 0)
			return r;
	if ((r = certificate_leaf_bulk(s->cx, news, people.n)) < 0)
		return r;
	*ret_n = (int)people.n;
	return tally(s, (int64_t)people.n);
}

int certificate_issue_batch(struct ctx *cx, int64_t batch_id, int *ret_n)
{
	struct issuing s = {.cx = cx, .today = ctx_today(cx)};
	auto_tx tx = {0};
	int n, r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = batch_get(cx, batch_id, &s.batch)) < 0)
		return r;
	if (!streq(s.batch.state, "confirmed"))
		return fail(cx, ERR_STATE, "certificate.not_confirmed",
			flow_state(&batch_flow, s.batch.state)->label);
	s.date = civil_of(s.today);
	s.visible_on = s.today + setting_int(cx, "certificate.visible_days", s.batch.region,
		s.today);
	if ((r = issue_all(&s, &n)) < 0)
		return r;
	if ((r = flow_run(cx, &batch_flow, 0, batch_id, "issue", text_of(cx, "颁发证书 %d 本", n),
		NULL)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	return 0;
}
