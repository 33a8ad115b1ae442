/* What a person keeps about himself: declared facts, photo. */
#include "base/civil.h"
#include "domain/evaluation/held.h"
#include "domain/evaluation/person.h"
#include "domain/evaluation/person_row.h"
#include "domain/standard/grade.h"
#include "query/person.h"

enum { FACTS_MAX = 100 };

int person_is_own(struct ctx *cx, int64_t person_id)
{
	bool own = cx->actor.role == ROLE_SYSTEM || (cx->actor.person_id
		&& cx->actor.person_id == person_id);
	return own ? 0 : fail(cx, ERR_NOTFOUND, "person.not_found");
}

static bool needs_from(const struct person_fact_in *in)
{
	return !streq(in->kind, "education") && !streq(in->kind, "apprenticed");
}

/* What a kind of fact cannot be without, field by field. */
static int check(struct ctx *cx, const struct person_fact_in *in)
{
	int64_t today = ctx_today(cx);
	if (needs_from(in) && !in->from_on)
		(void)fail_field(cx, "from_on", "person.date_needed");
	if (in->from_on > today)
		(void)fail_field(cx, "from_on", "person.date_future");
	if (in->to_on && in->to_on < in->from_on)
		(void)fail_field(cx, "to_on", "person.date_order");
	if (in->to_on > today)
		(void)fail_field(cx, "to_on", "person.date_future");
	if (is_blank(in->level) && !streq(in->kind, "work") && !streq(in->kind, "apprenticed"))
		(void)fail_field(cx, "level", "person.level_needed");
	return ctx_checked(cx);
}

/* Certificates have a standing, and a table, of their own; errors are told by the names used
 * here. */
static int declare_held(struct ctx *cx, int64_t person_id, const struct person_fact_in *in,
	int64_t *ret_id)
{
	int r = held_declare(cx, person_id, &(struct held_in){.number = in->number,
		.label = in->label, .occupation_id = in->occupation_id,
		.grade = grade_of(in->level), .issued_on = in->from_on}, ret_id);
	for (int i = 0; i < cx->problem.n_fields; i++) {
		struct field_problem *p = &cx->problem.fields[i];
		p->field = streq(p->field, "grade") ? "level"
			: streq(p->field, "issued_on") ? "from_on" : p->field;
	}
	return r;
}

int person_fact_add(struct ctx *cx, int64_t person_id, const struct person_fact_in *in,
	int64_t *ret_id)
{
	struct q_facts_of_person_rows stored;
	int64_t id = ctx_id(cx);
	if (streq(in->kind, "certificate"))
		return declare_held(cx, person_id, in, ret_id);
	int r = person_is_own(cx, person_id);
	if (r < 0 || (r = check(cx, in)) < 0)
		return r;
	r = q_facts_of_person(cx->db, &stored, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (stored.n >= FACTS_MAX)
		return fail(cx, ERR_LIMIT, "person.facts_full", text_of(cx, "%d", FACTS_MAX));
	r = q_fact_insert(cx->db, .person_id = person_id, .id = id, .fact_kind = in->kind,
		.label = in->label,
		.level = in->level, .related = (in->related || in->assessed ? FACT_RELATED : 0) |
			(in->assessed ? FACT_ASSESSED : 0),
		.occupation_id = in->occupation_id, .from_on = in->from_on, .to_on = in->to_on,
		.number = in->number, .source = "declared", .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int person_fact_remove(struct ctx *cx, int64_t person_id, int64_t id)
{
	int r = person_is_own(cx, person_id);
	if (r < 0)
		return r;
	r = q_fact_delete_declared(cx->db, .person_id = person_id, .id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : held_take_back(cx, person_id, id);
}

int person_photo_put(struct ctx *cx, int64_t person_id, struct str jpeg, int64_t *ret_file_id)
{
	struct file file = {.person_id = person_id, .name = "photo.jpg", .bytes = jpeg};
	auto_tx tx = {0};
	int r = person_is_own(cx, person_id);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = file_put(cx, &file)) < 0)
		return r;
	r = q_person_set_photo(cx->db, .person_id = person_id, .photo_file_id = file.id);
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_file_id = file.id;
	return 0;
}

int person_photo_get(struct ctx *cx, int64_t person_id, struct file *ret_file)
{
	struct q_person_find person;
	struct scope own = cx->scope;
	if (!person_may_see(cx, person_id))
		return fail(cx, ERR_NOTFOUND, "person.not_found");
	int r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!person.photo_file_id)
		return fail(cx, ERR_NOTFOUND, "person.no_photo");
	/* Whoever may see the person may see his photo, whichever enrolment brought it. */
	cx->scope = scope_all();
	r = file_get(cx, person_id, person.photo_file_id, ret_file);
	cx->scope = own;
	return r;
}
