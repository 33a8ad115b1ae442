#include "domain/evaluation/held.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/name.h"
#include "core/ident_text.h"
#include "core/secret.h"
#include "domain/evaluation/held_impl.h"
#include "domain/evaluation/person_row.h"
#include "domain/standard/grade.h"
#include "query/core.h"
#include "query/person.h"
#include "query/registry.h"
#include "query/standard.h"

enum { HELD_MAX = 60, OLDEST_YEAR = 1990, YEARS_APART = 1 };

const struct choice held_sources[] = {{"declared", "本人申报"}, {"clerk", "单位登记"},
	{"sheet", "批量导入"}, {0}};

const struct choice held_proofs[] = {{"original", "证书原件"}, {"national", "全国联网查询"},
	{"issuer", "发证机构复函"}, {"archive", "鉴定档案"}, {0}};

static const char *const forms[] = {[CERTNO_LEVEL] = "level", [CERTNO_SPECIAL] = "special",
	[CERTNO_OLD] = "old", [CERTNO_SHANGHAI] = "shanghai"};

/* ---- what a number says ---- */

/* A number of one of our bodies was issued here, or it does not exist. */
static int check_ours(struct ctx *cx, const struct certno *no)
{
	struct q_certificate_number_known known;
	struct q_body_by_code body;
	int r = q_certificate_number_known(cx->db, &known, .number = no->text);
	if (r == 0)
		return fail_field(cx, "number", "held.ours");
	if (r == ERR_NOTFOUND && *no->body)
		r = q_body_by_code(cx->db, &body, .body_code = no->body);
	if (r == 0 && *no->body)
		return fail_field(cx, "number", "held.not_issued", no->body);
	return r == ERR_NOTFOUND || r == 0 ? 0 : ctx_pass(cx, r);
}

static void check_parts(struct ctx *cx, const struct certno *no, struct held_in *in)
{
	int64_t grade = no->grade >= '1' && no->grade <= '5' ? no->grade - '0' : GRADE_NONE;
	if (grade && in->grade && grade != in->grade)
		(void)fail_field(cx, "grade", "held.grade_differs", grade_label(grade));
	if (grade)
		in->grade = grade;
	int64_t apart = in->issued_on ? llabs(civil_of(in->issued_on).year - no->year) : 0;
	if (no->year && apart > YEARS_APART)
		(void)fail_field(cx, "issued_on", "held.year_differs",
			text_of(cx, "%d", no->year));
}

static void check_days(struct ctx *cx, const struct held_in *in)
{
	if (!in->issued_on)
		(void)fail_field(cx, "issued_on", "person.date_needed");
	else if (in->issued_on > ctx_today(cx))
		(void)fail_field(cx, "issued_on", "person.date_future");
	else if (civil_of(in->issued_on).year < OLDEST_YEAR)
		(void)fail_field(cx, "issued_on", "held.too_old");
}

static int find_occupation(struct ctx *cx, struct held_in *in)
{
	struct q_occupation_find found;
	struct q_occupation_by_name named;
	int r = 0;
	if (in->occupation_id && (r = q_occupation_find(cx->db, &found, .id =
		in->occupation_id)) == 0)
		in->occupation_name = found.name;
	else if (!in->occupation_id && !is_blank(in->occupation_name) &&
		(r = q_occupation_by_name(cx->db, &named, .name = in->occupation_name)) == 0)
		in->occupation_id = named.id;
	return r == ERR_NOTFOUND || r >= 0 ? 0 : ctx_pass(cx, r);
}

int held_check(struct ctx *cx, const struct held_in *in, struct held_in *ret_in,
	const char **ret_form)
{
	struct certno no;
	struct ident_fault fault;
	struct held_in out = *in;
	const char *form = "";
	int r = 0;
	if (!is_blank(in->number)) {
		if (ident_certno(str_of(in->number), &no, &fault) < 0) {
			(void)fail_field(cx, "number", "held.number_wrong",
				ident_fault_text(cx->arena, IDENT_CERTNO, str_of(in->number),
				&fault));
		} else {
			out.number = arena_dup(cx->arena, no.text);
			form = forms[no.form];
			check_parts(cx, &no, &out);
			r = check_ours(cx, &no);
		}
	}
	check_days(cx, &out);
	if (r == ERR_DB || (r = find_occupation(cx, &out)) < 0)
		return r;
	if (is_blank(out.occupation_name))
		(void)fail_field(cx, "occupation_id", "held.occupation_needed");
	if (!out.grade && !streq(form, "old") && !streq(form, "special"))
		(void)fail_field(cx, "grade", "person.level_needed");
	if ((r = ctx_checked(cx)) < 0)
		return r;
	*ret_in = out;
	*ret_form = form;
	return 0;
}

/* ---- writing ---- */

/* The same number stands once: for this person it is no news, for another it is a contradiction. */
static int check_number(struct ctx *cx, int64_t person_id, const char *number)
{
	struct q_held_by_number_rows rows;
	if (is_blank(number))
		return 0;
	int r = q_held_number_hold(cx->db, .number = number);
	if (r >= 0)
		r = q_held_by_number(cx->db, &rows, .number = number);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].person_id != person_id)
			return fail_field(cx, "number", "held.of_another");
	return rows.n ? fail(cx, ERR_CONFLICT, "held.already") : 0;
}

const char *held_recorder(struct ctx *cx)
{
	struct q_held_body_name body;
	struct q_region_find region;
	const struct actor *a = &cx->actor;
	if (a->body_id && q_held_body_name(cx->db, &body, .id = a->body_id) == 0)
		return body.name;
	if (a->region && *a->region && q_region_find(cx->db, &region, .code = a->region) == 0)
		return text_of(cx, "%s人社部门", region.name);
	return "";
}

int held_put(struct ctx *cx, const struct held_new *in, int64_t *ret_id)
{
	const struct held_in *h = in->held;
	int64_t id = ctx_id(cx);
	int r = check_number(cx, in->person_id, h->number);
	if (r < 0)
		return r;
	r = q_held_insert(cx->db, .person_id = in->person_id, .id = id, .name = in->name,
		.number = h->number, .number_form = in->form, .label = h->label,
		.occupation_id = h->occupation_id, .occupation_name = h->occupation_name,
		.work_type_name = h->work_type_name, .grade = h->grade, .issued_on = h->issued_on,
		.issuer = h->issuer, .source = in->source, .recorder = in->recorder,
		.body_id = in->body_id, .region = in->region,
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r >= 0 && !is_blank(h->number))
		r = q_held_number_insert(cx->db, .number = h->number, .held_id = id,
			.found_person_id = in->person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	r = flow_note(cx, "held", in->person_id, id, "claim", h->number);
	if (r < 0)
		return r;
	*ret_id = id;
	return 0;
}

int held_declare(struct ctx *cx, int64_t person_id, const struct held_in *in, int64_t *ret_id)
{
	struct held_in held;
	struct held_new new = {.person_id = person_id, .held = &held, .source = "declared",
		.recorder = ""};
	struct q_held_of_person_rows rows;
	struct q_person_find person;
	auto_tx tx = {0};
	int r = person_is_own(cx, person_id);
	if (r < 0 || (r = held_check(cx, in, &held, &new.form)) < 0)
		return r;
	r = q_held_of_person(cx->db, &rows, .person_id = person_id);
	if (r >= 0)
		r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (rows.n >= HELD_MAX)
		return fail(cx, ERR_LIMIT, "person.facts_full", text_of(cx, "%d", HELD_MAX));
	new.name = person.name;
	new.region = person.region;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = held_put(cx, &new, ret_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int held_take_back(struct ctx *cx, int64_t person_id, int64_t id)
{
	struct q_held_find row;
	auto_tx tx = {0};
	int r = person_is_own(cx, person_id);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) >= 0)
		r = q_held_find(cx->db, &row, .person_id = person_id, .id = id);
	if (r >= 0)
		r = q_held_number_delete(cx->db, .number = row.number, .held_id = id);
	if (r >= 0)
		r = q_held_delete(cx->db, .person_id = person_id, .id = id);
	if (r == 0 || r == ERR_NOTFOUND)
		return fail(cx, ERR_NOTFOUND, "person.no_fact");
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return 0;
}

/* By staff: a number is asked for, and the sheet's columns too. */
static int check_staff(struct ctx *cx, const struct held_in *in, struct held_in *ret_in,
	const char **ret_form)
{
	int r = ctx_need(cx, PERM_HELD_EDIT);
	if (r < 0)
		return r;
	if (is_blank(in->number))
		(void)fail_field(cx, "number", "field.required", "证书编号");
	return held_check(cx, in, ret_in, ret_form);
}

static struct held_new by_staff(struct ctx *cx, const struct held_in *held, const char *form)
{
	return (struct held_new){.held = held, .form = form, .source = "clerk",
		.recorder = held_recorder(cx), .body_id = cx->actor.body_id,
		.region = cx->actor.region};
}

int held_record(struct ctx *cx, const struct person_in *in, const struct held_in *raw,
	int64_t *ret_person_id, int64_t *ret_id)
{
	struct person_known person;
	struct held_in held;
	const char *form;
	auto_tx tx = {0};
	int r = check_staff(cx, raw, &held, &form);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = person_put(cx, in, &person)) < 0)
		return r;
	struct held_new new = by_staff(cx, &held, form);
	new.person_id = person.person_id;
	new.name = person.name;
	if ((r = held_put(cx, &new, ret_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_person_id = person.person_id;
	return 0;
}

static int holder(struct ctx *cx, int64_t person_id, const char **ret_name)
{
	struct person_known person;
	if (!person_may_see(cx, person_id))
		return fail(cx, ERR_NOTFOUND, "person.not_found");
	int r = person_known(cx, person_id, &person);
	if (r == 0)
		*ret_name = person.name;
	return r;
}

int held_add(struct ctx *cx, int64_t person_id, const struct held_in *raw, int64_t *ret_id)
{
	struct held_in held;
	const char *form, *name;
	auto_tx tx = {0};
	int r = holder(cx, person_id, &name);
	if (r < 0 || (r = check_staff(cx, raw, &held, &form)) < 0)
		return r;
	struct held_new new = by_staff(cx, &held, form);
	new.person_id = person_id;
	new.name = name;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = held_put(cx, &new, ret_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- reading ---- */

int held_get(struct ctx *cx, int64_t person_id, int64_t id, struct q_held_find *ret_held)
{
	struct q_held_in_scope seen;
	int r = q_held_in_scope(cx->db, &seen, .person_id = person_id, .id = id,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND && person_may_see(cx, person_id))
		r = 0;
	if (r >= 0)
		r = q_held_find(cx->db, ret_held, .person_id = person_id, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "held.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool same_name(const char *a, const char *b)
{
	return name_same(str_of(a), str_of(b));
}

static int accepted_of(struct ctx *cx, int64_t person_id, const char *number, const char *name,
	struct q_held_of_person **ret_rows, size_t *ret_n)
{
	struct q_held_of_person_rows rows;
	size_t n = 0;
	int r = q_held_of_person(cx->db, &rows, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].state, "accepted") && same_name(rows.at[i].name, name) &&
			!is_blank(rows.at[i].number) &&
			(!number || streq(rows.at[i].number, number)))
			rows.at[n++] = rows.at[i];
	*ret_rows = rows.at;
	*ret_n = n;
	return 0;
}

static int lookup_number(struct ctx *cx, const char *number, const char *name,
	struct q_held_of_person **ret_rows, size_t *ret_n)
{
	struct q_held_by_number_rows found;
	struct certno no;
	if (ident_certno(str_of(number), &no, NULL) < 0)
		return 0;
	int r = q_held_by_number(cx->db, &found, .number = no.text);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < found.n; i++)
		if (streq(found.at[i].state, "accepted"))
			return accepted_of(cx, found.at[i].person_id, no.text, name, ret_rows,
				ret_n);
	return 0;
}

int held_lookup(struct ctx *cx, const char *number, const char *idno, const char *name,
	struct q_held_of_person **ret_rows, size_t *ret_n)
{
	struct q_person_by_index found;
	struct idno id;
	*ret_n = 0;
	*ret_rows = NULL;
	if (is_blank(name))
		return 0;
	if (!is_blank(number))
		return lookup_number(cx, number, name, ret_rows, ret_n);
	if (ident_idno(str_of(idno), &id, NULL) < 0)
		return 0;
	int r = q_person_by_index(cx->db, &found, .idno_index = secret_idno_index(cx, id.text));
	if (r == ERR_NOTFOUND)
		return 0;
	return r < 0 ? ctx_pass(cx, r)
		: accepted_of(cx, found.found_person_id, NULL, name, ret_rows, ret_n);
}
