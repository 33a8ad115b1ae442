/* The name on record put right: it was taken down wrongly, or the person goes by another now. */
#include "base/name.h"
#include "core/account.h"
#include "core/audit.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/person.h"
#include "query/account.h"
#include "query/enrolment.h"
#include "query/person.h"

static int check(struct ctx *cx, const struct person_rename *in)
{
	if (is_blank(in->name))
		(void)fail_field(cx, "name", "field.required", "正确的姓名");
	else if (streq(in->name, name_normal(cx->arena, str_of(in->old_name))))
		(void)fail_field(cx, "name", "person.name_same");
	if (is_blank(in->reason))
		(void)fail_field(cx, "reason", "person.name_reason");
	return ctx_checked(cx);
}

/* Who knows the number and the name on record has the person before him. */
static int find(struct ctx *cx, const struct person_rename *in, int64_t *ret_person_id)
{
	struct q_person_find row;
	int64_t id = 0;
	int r = person_by_idno(cx, in->idno, &id);
	if (r >= 0)
		r = q_person_lock(cx->db, .person_id = id);
	if (r >= 0)
		r = q_person_find(cx->db, &row, .person_id = id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	ctx_clear(cx);
	if (r == ERR_NOTFOUND || !name_same(str_of(row.name), str_of(in->old_name)))
		return fail_field(cx, "old_name", "person.name_unknown", in->old_name);
	*ret_person_id = id;
	return 0;
}

static bool is_ahead(const struct q_enrolments_of_person *e)
{
	bool is_open = streq(e->state, "submitted") || streq(e->state, "mend") ||
		streq(e->state, "accepted");
	return is_open && batch_is_before_tests(e->batch_state);
}

/* Tickets and results of what is still ahead bear the new name; what was sat stays as it was. */
static int rename_enrolments(struct ctx *cx, int64_t person_id, const struct person_rename *in)
{
	struct q_enrolments_of_person_rows rows;
	const char *words = text_of(cx, "%s → %s", in->old_name, in->name);
	int r = q_enrolments_of_person(cx->db, &rows, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if (!is_ahead(&rows.at[i]))
			continue;
		r = q_enrolment_set_name(cx->db, .person_id = person_id, .id = rows.at[i].id,
			.name = in->name);
		if (r < 0)
			return ctx_pass(cx, r);
		if ((r = flow_note(cx, "enrolment", person_id, rows.at[i].id, "rename",
			words)) < 0)
			return r;
	}
	return 0;
}

static int rename_account(struct ctx *cx, const struct person_rename *in)
{
	int64_t id;
	int r = account_by_idno(cx, in->idno, &id);
	if (r == ERR_NOTFOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r >= 0)
		r = q_account_set_name(cx->db, .id = id, .name = in->name);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int person_name_put(struct ctx *cx, const struct person_rename *given)
{
	struct person_rename normal = *given, *in = &normal;
	int64_t id;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PERSON_NAME);
	normal.name = name_normal(cx->arena, str_of(given->name));
	if (r < 0 || (r = check(cx, in)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = find(cx, in, &id)) < 0)
		return r;
	r = q_person_set_name(cx->db, .person_id = id, .name = in->name);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = rename_enrolments(cx, id, in)) < 0 || (r = rename_account(cx, in)) < 0)
		return r;
	r = audit_note(cx, "person.name", "person", id, in->reason,
		text_of(cx, "%s → %s", in->old_name, in->name));
	if (r < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
