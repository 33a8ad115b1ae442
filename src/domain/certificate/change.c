/* Corrections of the face (asked for by one, approved by another) and reissue. */
#include <string.h>

#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "domain/certificate/proof.h"
#include "query/certificate.h"

static int get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_certificate_find *ret_certificate)
{
	int r = q_certificate_find(cx->db, ret_certificate, .person_id = person_id, .id = id,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(ret_certificate->state, "revoked"))
		return fail(cx, ERR_STATE, "certificate.revoked_already");
	return 0;
}

/* What may be corrected: a name or a work type written wrongly. Grade and occupation were examined
 * and stand. */
static const char *old_value(const struct q_certificate_find *c, const char *field)
{
	if (streq(field, "name"))
		return c->name;
	return streq(field, "work_type_name") ? c->work_type_name : NULL;
}

int certificate_correct(struct ctx *cx, int64_t person_id, int64_t id, const char *field,
	const char *value, const char *reason, int64_t *ret_change_id)
{
	struct q_certificate_find c;
	int64_t change_id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_CERTIFICATE_CHANGE);
	if (r < 0 || (r = get(cx, person_id, id, &c)) < 0)
		return r;
	const char *old = old_value(&c, field);
	if (!old)
		return fail_field(cx, "field", "certificate.field_fixed");
	if (is_blank(value) || streq(old, value))
		return fail_field(cx, "value", "certificate.same_value");
	if (is_blank(reason))
		return fail_field(cx, "reason", "certificate.reason_needed");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_certificate_change_insert(cx->db, .person_id = person_id, .id = change_id,
		.certificate_id = id,
		.body_id = c.body_id, .region = c.region, .change_kind = "correct",
		.state = "requested",
		.before_text = text_of(cx, "%s=%s", field, old),
		.after_text = text_of(cx, "%s=%s", field, value),
		.reason = reason, .requested_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "certificate", person_id, id, "correct", reason)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_change_id = change_id;
	return 0;
}

static int apply(struct ctx *cx, const struct q_certificate_change_find *change)
{
	struct q_certificate_find c;
	int r = get(cx, change->person_id, change->certificate_id, &c);
	if (r < 0)
		return r;
	struct str rest = str_of(change->after_text);
	struct str field = str_cut(&rest, '=');
	const char *value = arena_str(cx->arena, rest);
	bool is_name = str_is(field, "name");
	struct face face = {.number = c.number, .name = is_name ? value : c.name,
		.idno_mask = c.idno_mask,
		.occupation_name = c.occupation_name, .occupation_code = c.occupation_code,
		.work_type_name = is_name ? c.work_type_name : value, .body_name = c.body_name,
		.body_code = c.body_code, .grade = c.grade, .issued_on = c.issued_on};
	const char *hash = face_hash(cx, &face);
	if (is_name)
		r = q_certificate_set_name(cx->db, .person_id = c.person_id, .id = c.id,
			.name = value, .face_hash = hash);
	else
		r = q_certificate_set_work_type(cx->db, .person_id = c.person_id, .id = c.id,
			.work_type_name = value, .face_hash = hash);
	if (r < 0)
		return ctx_pass(cx, r);
	return certificate_leaf(cx, CERTIFICATE_CORRECTED, c.person_id, c.id, change->id);
}

int certificate_correct_decide(struct ctx *cx, int64_t person_id, int64_t change_id, bool approve)
{
	struct q_certificate_change_find change;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_RESULT_APPROVE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_certificate_change_find(cx->db, &change, .person_id = person_id, .id = change_id,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.change_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (change.requested_by == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "certificate.own_request");
	r = q_certificate_change_decide(cx->db, .person_id = person_id, .id = change_id,
		.state = approve ? "approved" : "refused", .approved_by = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, "certificate.decided_already");
	if (approve && (r = apply(cx, &change)) < 0)
		return r;
	const char *value = strchr(change.after_text, '=');
	if ((r = flow_note(cx, "certificate", person_id, change.certificate_id, approve
		? "corrected" : "not_corrected", value ? value + 1 : change.after_text)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int certificate_reissue(struct ctx *cx, int64_t person_id, int64_t id, const char *reason)
{
	struct q_certificate_find c;
	int64_t change_id = ctx_id(cx);
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_CERTIFICATE_REISSUE);
	if (r < 0 || (r = get(cx, person_id, id, &c)) < 0)
		return r;
	if (is_blank(reason))
		return fail_field(cx, "reason", "certificate.reason_needed");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_certificate_set_reissued(cx->db, .person_id = person_id, .id = id);
	if (r >= 0)
		r = q_certificate_change_insert(cx->db, .person_id = person_id, .id = change_id,
			.certificate_id = id,
			.body_id = c.body_id, .region = c.region, .change_kind = "reissue",
			.state = "approved",
			.before_text = c.number, .after_text = c.number, .reason = reason,
			.requested_by = cx->actor.account_id, .approved_by = cx->actor.account_id,
			.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	r = certificate_leaf(cx, CERTIFICATE_REISSUED, person_id, id, change_id);
	if (r < 0 || (r = flow_note(cx, "certificate", person_id, id, "reissue", reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
