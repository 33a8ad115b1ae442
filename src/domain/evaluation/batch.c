/* Batches: planning what is examined, when, where and by whom. */
#include "domain/evaluation/batch_plan.h"

#include <inttypes.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/batch.h"
#include "query/registry.h"
#include "query/standard.h"

/* A work type belongs to its occupation; a special project brings the occupation it lies in. */
static int check_object(struct ctx *cx, struct batch_in *in)
{
	struct q_occupation_find occupation;
	struct q_work_type_find type;
	struct q_special_project_find project;
	int r = in->special_project_id ? q_special_project_find(cx->db, &project,
		.id = in->special_project_id) : 0;
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "special_project_id", "batch.no_project");
	if (r >= 0 && in->special_project_id && !in->occupation_id)
		in->occupation_id = project.occupation_id;
	if (r >= 0)
		r = q_occupation_find(cx->db, &occupation, .id = in->occupation_id);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "batch.no_occupation");
	if (r >= 0 && in->work_type_id)
		r = q_work_type_find(cx->db, &type, .id = in->work_type_id);
	if (r == ERR_NOTFOUND || (r >= 0 && in->work_type_id
		&& type.occupation_id != in->occupation_id))
		return fail_field(cx, "work_type_id", "batch.other_work_type", occupation.name);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!in->special_project_id && !occupation_has_grade(occupation.grades, in->grade))
		return fail_field(cx, "grade", "batch.no_such_grade", occupation.name);
	return 0;
}

static int check_in(struct ctx *cx, const struct batch_in *in)
{
	bool is_special = in->special_project_id;
	if (is_blank(in->title))
		fail_field(cx, "title", "field.required", "批次名称");
	if (in->grade < 0 || in->grade > 5 || is_special != !in->grade)
		fail_field(cx, "grade", "batch.grade_unknown");
	if (in->enrol_to_on < in->enrol_from_on)
		fail_field(cx, "enrol_to_on", "batch.enrol_dates_reversed");
	if (in->quota < 1 || in->quota > 20000)
		fail_field(cx, "quota", "batch.quota_range");
	if (in->fee_fen < 0)
		fail_field(cx, "fee_fen", "batch.fee_negative");
	return ctx_checked(cx);
}

static int standard_for(struct ctx *cx, const struct batch_in *in,
	struct q_standard_in_force *ret_standard)
{
	if (in->special_project_id) {
		*ret_standard = (struct q_standard_in_force){.ruleset = "special-skill",
			.version = ""};
		return 0;
	}
	int r = q_standard_in_force(cx->db, ret_standard, .occupation_id = in->occupation_id,
		.on_day = in->enrol_from_on);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "batch.no_standard");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Of the day the enrolment begins, as the standard is: a batch is planned long before. */
static const char *ruleset_version_for(struct ctx *cx, const char *ruleset,
	const struct batch_in *in)
{
	int64_t today = ctx_today(cx);
	return standard_ruleset_version(cx, ruleset,
		in->enrol_from_on > today ? in->enrol_from_on : today);
}

static int own_body(struct ctx *cx, struct q_body_find *ret_body)
{
	int r = q_body_find(cx->db, ret_body, .id = cx->actor.body_id, .own_id = cx->actor.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "batch.only_bodies");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Body code, year and month, two digits: what people call the batch by. */
static int next_number(struct ctx *cx, const struct q_body_find *body, const char **ret_number)
{
	struct q_body_serial_next next;
	struct civil today = civil_of(ctx_today(cx));
	const char *month = text_of(cx, "%04d%02d", (int)today.year, today.month);
	int r = q_body_serial_next(cx->db, &next,
		.prefix = text_of(cx, "batch:%s:%s", body->body_code, month));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_number = text_of(cx, "%s-%s-%02d", body->body_code, month, (int)next.last);
	return 0;
}

static int insert(struct ctx *cx, const struct batch_in *in, const struct q_body_find *body,
	const struct q_standard_in_force *standard, int64_t id)
{
	const char *number;
	int r = next_number(cx, body, &number);
	if (r < 0)
		return r;
	r = q_batch_insert(cx->db, .id = id, .body_id = body->id, .region = body->region,
		.batch_no = number,
		.title = in->title, .occupation_id = in->occupation_id,
		.work_type_id = in->work_type_id,
		.special_project_id = in->special_project_id, .grade = in->grade,
		.standard_id = standard->id,
		.ruleset = standard->ruleset,
		.ruleset_version = ruleset_version_for(cx, standard->ruleset, in),
		.parts = grade_parts(in->grade), .enrol_from_on = in->enrol_from_on,
		.enrol_to_on = in->enrol_to_on,
		.quota = in->quota, .fee_fen = in->fee_fen, .contact = in->contact,
		.phone = in->phone,
		.notice = in->notice, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : flow_note(cx, "batch", 0, id, "create", number);
}

int batch_create(struct ctx *cx, const struct batch_in *given, int64_t *ret_id)
{
	struct batch_in in = *given;
	struct q_body_find body;
	struct q_standard_in_force standard;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = check_in(cx, &in);
	if (r < 0 || (r = own_body(cx, &body)) < 0 || (r = check_object(cx, &in)) < 0 ||
		(r = standard_for(cx, &in, &standard)) < 0)
		return r;
	r = registry_may_plan(cx, body.id, in.occupation_id, in.work_type_id, in.special_project_id,
		in.grade, in.enrol_from_on);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = insert(cx, &in, &body, &standard, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int batch_get(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(cx->db, ret_batch, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int batch_open_plan(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch)
{
	int changed = q_batch_lock_plan(cx->db, .id = id, .scope = cx->scope);
	if (changed < 0)
		return ctx_pass(cx, changed);
	int r = batch_get(cx, id, ret_batch);
	if (r < 0 || changed)
		return r;
	return fail(cx, ERR_STATE, "batch.not_open",
		flow_state(&batch_flow, ret_batch->state)->label);
}

/* Whoever has enrolled was judged for this occupation and grade, under this version of its
 * rules. */
static int check_enrolled(struct ctx *cx, const struct q_batch_find *was, const struct batch_in *in)
{
	bool is_same = was->occupation_id == in->occupation_id
		&& was->work_type_id == in->work_type_id &&
		was->special_project_id == in->special_project_id && was->grade == in->grade;
	if (!was->n_enrolled || is_same)
		return 0;
	return fail_field(cx, "occupation_id", "batch.enrolled_already",
		text_of(cx, "%d", (int)was->n_enrolled));
}

static int update(struct ctx *cx, const struct q_batch_find *was, const struct batch_in *in)
{
	struct q_standard_in_force standard = {.id = was->standard_id, .ruleset = was->ruleset};
	const char *version = was->ruleset_version;
	int r = was->n_enrolled ? 0 : standard_for(cx, in, &standard);
	if (r < 0)
		return r;
	if (!was->n_enrolled)
		version = ruleset_version_for(cx, standard.ruleset, in);
	r = q_batch_update(cx->db, .id = was->id, .title = in->title,
		.occupation_id = in->occupation_id,
		.work_type_id = in->work_type_id, .special_project_id = in->special_project_id,
		.grade = in->grade,
		.standard_id = standard.id, .ruleset = standard.ruleset, .ruleset_version = version,
		.parts = grade_parts(in->grade), .enrol_from_on = in->enrol_from_on,
		.enrol_to_on = in->enrol_to_on,
		.quota = in->quota, .fee_fen = in->fee_fen, .contact = in->contact,
		.phone = in->phone, .notice = in->notice, .scope = cx->scope);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

const char *batch_print(struct ctx *cx, const struct q_batch_find *b)
{
	char hex[DIGEST_HEX];
	const char *numbers = text_of(cx, "%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64
		"|%" PRId64 "|%" PRId64 "|%" PRId64, b->occupation_id, b->work_type_id,
		b->special_project_id, b->grade, b->enrol_from_on, b->enrol_to_on, b->quota,
		b->fee_fen);
	const char *all = text_of(cx, "%s|%s|%s|%s|%s", numbers, b->title, b->contact, b->phone,
		b->notice);
	crypto_sm3_hex(str_of(all), hex);
	return arena_str(cx->arena, (struct str){hex, 16});
}

static int check_unchanged(struct ctx *cx, const struct q_batch_find *now, const char *was)
{
	if (is_blank(was) || streq(was, batch_print(cx, now)))
		return 0;
	return fail(cx, ERR_CONFLICT, "batch.changed_meanwhile");
}

int batch_update(struct ctx *cx, int64_t id, const struct batch_in *given)
{
	struct batch_in in = *given;
	struct q_batch_find was;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = batch_open_plan(cx, id, &was)) < 0 ||
		(r = check_unchanged(cx, &was, in.was)) < 0 || (r = check_in(cx, &in)) < 0 ||
		(r = check_object(cx, &in)) < 0 || (r = check_enrolled(cx, &was, &in)) < 0 ||
		(r = update(cx, &was, &in)) < 0 || (r = flow_note(cx, "batch", 0, id, "update",
		in.title)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
