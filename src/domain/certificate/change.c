/* Asking for a correction or a reissue, and doing it when another has approved. */
#include "domain/certificate/change.h"

#include <inttypes.h>
#include <string.h>

#include "base/name.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/proof.h"
#include "query/certificate.h"
#include "query/core.h"

static const char kind[] = "certificate_change";

static int get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_certificate_find *ret_certificate)
{
	return certificate_hold(cx, person_id, id, scope_of_person(cx, person_id), ret_certificate);
}

/* What may be corrected: what was written or pictured wrongly. Grade and occupation were examined
 * and stand. */
static const char *old_value(struct ctx *cx, const struct q_certificate_find *c, const char *field)
{
	if (streq(field, "name"))
		return c->name;
	if (streq(field, "photo"))
		return text_of(cx, "%" PRId64, c->photo_file_id);
	return streq(field, "work_type_name") ? c->work_type_name : NULL;
}

/* "name=牛凤欣": before and after, as kept. */
static int check_correction(struct ctx *cx, const struct certificate_change_in *in,
	const struct q_certificate_find *c, const char **ret_before, const char **ret_after)
{
	const char *old = old_value(cx, c, in->field);
	const char *value = streq(in->field, "name") && in->value
		? name_normal(cx->arena, str_of(in->value)) : in->value;
	if (!old)
		return fail_field(cx, "field", "certificate.field_fixed");
	if (streq(in->field, "photo")) {
		if (!in->photo_file_id)
			return fail_field(cx, "photo", "certificate.photo_needed");
		value = text_of(cx, "%" PRId64, in->photo_file_id);
	} else if (is_blank(value) || streq(old, value)) {
		return fail_field(cx, "value", "certificate.same_value");
	}
	*ret_before = text_of(cx, "%s=%s", in->field, old);
	*ret_after = text_of(cx, "%s=%s", in->field, value);
	return 0;
}

static int check_may(struct ctx *cx, const struct certificate_change_in *in)
{
	if (cx->actor.role == ROLE_WORKER && cx->actor.person_id == in->person_id)
		return ctx_need(cx, PERM_CERTIFICATE_SELF);
	return ctx_need(cx, streq(in->kind, "reissue") ? PERM_CERTIFICATE_REISSUE
		: PERM_CERTIFICATE_CHANGE);
}

static int none_waits(struct ctx *cx, const struct certificate_change_in *in)
{
	struct q_certificate_change_open_rows open;
	int r = q_certificate_change_open(cx->db, &open, .person_id = in->person_id,
		.certificate_id = in->certificate_id, .change_kind = in->kind);
	if (r < 0)
		return ctx_pass(cx, r);
	return open.n ? fail(cx, ERR_STATE, "certificate.change_waits") : 0;
}

static int begin(struct ctx *cx, const struct q_certificate_find *c, int64_t id, const char *reason)
{
	int64_t days, due, today = ctx_today(cx);
	int r = setting_get(cx, "certificate.change_wd", c->region, today, &days);
	if (r < 0 || (r = workday_due(cx, today, days, &due)) < 0)
		return r;
	r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = kind, .subject_id = id,
		.name = "certificate.change_wd", .region = c->region, .body_id = c->body_id,
		.due_on = due, .opened_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, kind, c->person_id, id, "ask", reason);
}

int certificate_change_ask(struct ctx *cx, const struct certificate_change_in *in,
	int64_t *ret_change_id)
{
	struct q_certificate_find c;
	const char *before = "", *after = "";
	int64_t id = ctx_id(cx);
	bool corrects = streq(in->kind, "correct");
	auto_tx tx = {0};
	int r = check_may(cx, in);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = get(cx, in->person_id, in->certificate_id, &c)) < 0)
		return r;
	if (corrects && (r = check_correction(cx, in, &c, &before, &after)) < 0)
		return r;
	if (is_blank(in->reason))
		return fail_field(cx, "reason", "certificate.reason_needed");
	if ((r = none_waits(cx, in)) < 0)
		return r;
	r = q_certificate_change_insert(cx->db, .person_id = c.person_id, .id = id,
		.certificate_id = c.id, .body_id = c.body_id, .region = c.region,
		.change_kind = corrects ? "correct" : "reissue",
		.before_text = corrects ? before : c.number,
		.after_text = corrects ? after : c.number, .reason = in->reason,
		.file_id = in->file_id, .photo_file_id = in->photo_file_id,
		.requested_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = begin(cx, &c, id, in->reason)) < 0 ||
		(r = flow_note(cx, "certificate", c.person_id, c.id, corrects ? "correct"
		: "reissue_asked", in->reason)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_change_id = id;
	return 0;
}

int certificate_change_read(struct ctx *cx, int64_t id)
{
	int r = q_certificate_change_set_read(cx->db, .person_id = cx->actor.person_id, .id = id,
		.read_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- the lifecycle ---- */

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_certificate_change_find *c = arena_make(cx->arena,
		struct q_certificate_change_find);
	int r = q_certificate_change_find(cx->db, c, .person_id = person_id, .id = id,
		.scope = scope_of_person(cx, person_id));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.change_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = c->state,
		.region = c->region, .title = text_of(cx, "%s %s", c->name, c->number),
		.body_id = c->body_id, .row = c};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_certificate_change_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

static int guard_other(struct ctx *cx, const struct flow_run *run)
{
	const struct q_certificate_change_find *c = run->subject->row;
	bool own = c->requested_by == cx->actor.account_id && cx->actor.role != ROLE_SYSTEM;
	return own ? fail(cx, ERR_DENIED, "certificate.own_request") : 0;
}

static int guard_own(struct ctx *cx, const struct flow_run *run)
{
	const struct q_certificate_change_find *c = run->subject->row;
	return c->requested_by == cx->actor.account_id ? 0
		: fail(cx, ERR_DENIED, "certificate.not_own_request");
}

static int set_face(struct ctx *cx, const struct q_certificate_find *c, const char *field,
	const char *value)
{
	bool is_name = streq(field, "name");
	struct face face = {.number = c->number, .name = is_name ? value : c->name,
		.idno_mask = c->idno_mask,
		.occupation_name = c->occupation_name, .occupation_code = c->occupation_code,
		.work_type_name = is_name ? c->work_type_name : value, .body_name = c->body_name,
		.body_code = c->body_code, .grade = c->grade, .issued_on = c->issued_on};
	const char *hash = face_hash(cx, &face);
	return is_name ? q_certificate_set_name(cx->db, .person_id = c->person_id, .id = c->id,
		.name = value, .face_hash = hash)
		: q_certificate_set_work_type(cx->db, .person_id = c->person_id, .id = c->id,
		.work_type_name = value, .face_hash = hash);
}

static int correct(struct ctx *cx, const struct q_certificate_change_find *change,
	const struct q_certificate_find *c)
{
	struct str rest = str_of(change->after_text);
	const char *field = arena_str(cx->arena, str_cut(&rest, '='));
	const char *value = arena_str(cx->arena, rest);
	int r = streq(field, "photo")
		? q_certificate_set_photo(cx->db, .person_id = c->person_id, .id = c->id,
			.photo_file_id = change->photo_file_id)
		: set_face(cx, c, field, value);
	if (r >= 0)
		r = q_certificate_set_corrected(cx->db, .person_id = c->person_id, .id = c->id);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "certificate", c->person_id, c->id, "corrected",
		streq(field, "photo") ? "照片" : value);
}

static int reissue(struct ctx *cx, const struct q_certificate_change_find *change,
	const struct q_certificate_find *c)
{
	int r = q_certificate_set_reissued(cx->db, .person_id = c->person_id, .id = c->id);
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "certificate", c->person_id, c->id,
		"reissue", change->reason);
}

static int keep_decision(struct ctx *cx, const struct flow_run *run)
{
	int r = q_certificate_change_set_decision(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .approved_by = cx->actor.account_id,
		.decision = run->reason, .decided_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_approve(struct ctx *cx, const struct flow_run *run)
{
	const struct q_certificate_change_find *change = run->subject->row;
	struct q_certificate_find c;
	bool corrects = streq(change->change_kind, "correct");
	int r = get(cx, change->person_id, change->certificate_id, &c);
	if (r < 0 || (r = keep_decision(cx, run)) < 0)
		return r;
	r = corrects ? correct(cx, change, &c) : reissue(cx, change, &c);
	if (r >= 0)
		r = certificate_leaf(cx, corrects ? CERTIFICATE_CORRECTED : CERTIFICATE_REISSUED,
			c.person_id, c.id, change->id);
	return r < 0 ? r : follow_tell(cx, c.person_id, c.id, corrects ? "corrected" : "reissued");
}

static int on_refuse(struct ctx *cx, const struct flow_run *run)
{
	const struct q_certificate_change_find *change = run->subject->row;
	bool corrects = streq(change->change_kind, "correct");
	int r = keep_decision(cx, run);
	return r < 0 ? r : flow_note(cx, "certificate", change->person_id, change->certificate_id,
		corrects ? "not_corrected" : "not_reissued", run->reason);
}

static const struct flow_state states[] = {
	{"requested", "待审批", TONE_WAIT},
	{"approved", "已办理", TONE_GOOD},
	{"refused", "不予办理", TONE_BAD},
	{"withdrawn", "申请人撤回", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"requested", "approve", "approved", "同意", PERM_RESULT_APPROVE, guard_other, on_approve,
		.flags = 0},
	{"requested", "refuse", "refused", "不予办理", PERM_RESULT_APPROVE, guard_other, on_refuse,
		.flags = FLOW_REASON},
	{"requested", "withdraw", "withdrawn", "撤回申请", PERM_CERTIFICATE_CHANGE, guard_own, NULL,
		.flags = FLOW_REASON},
	{"requested", "take_back", "withdrawn", "撤回申请", PERM_CERTIFICATE_SELF, guard_own, NULL,
		.flags = FLOW_DANGER},
	{0},
};

const struct flow certificate_change_flow = {.kind = kind, .title = "证书更正与补发",
	.states = states, .steps = steps, .load = load, .move = move};
