/* What waits among enrolments: reviews for the body, drawn spot checks for the authority, batch by
 * batch. */
#include <inttypes.h>

#include "base/civil.h"
#include "query/enrolment.h"
#include "web/todo.h"

static int find_reviews(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_enrolments_waiting_by_batch_rows rows;
	int r = q_enrolments_waiting_by_batch(cx->db, &rows, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < TODO_ROWS; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.since_at = rows.at[i].since_at,
			.note = text_of(cx, "%" PRId64 " 人待审核", rows.at[i].n),
			.url = text_of(cx, "/enrolments?batch_id=%" PRId64 "&state=submitted",
				rows.at[i].batch_id)};
	*ret_n = rows.n < TODO_ROWS ? rows.n : TODO_ROWS;
	*ret_count = (int64_t)rows.n;
	return 0;
}

static int find_spot_checks(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_spot_checks_waiting_rows rows;
	int r = q_spot_checks_waiting(cx->db, &rows, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < TODO_ROWS; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.since_at = rows.at[i].since_at,
			.note = text_of(cx, "%" PRId64 " 人待抽查", rows.at[i].n),
			.due_on = civil_day_at(rows.at[i].first_at),
			.url = text_of(cx, "/enrolments?batch_id=%" PRId64 "&spot_check=drawn",
				rows.at[i].batch_id)};
	*ret_n = rows.n < TODO_ROWS ? rows.n : TODO_ROWS;
	*ret_count = (int64_t)rows.n;
	return 0;
}

const struct todo_source todo_enrolment[] = {
	{"待审核的报名", "/enrolments?state=submitted", PERM_ENROLMENT_REVIEW, find_reviews},
	{"待抽查的报名", "/enrolments?spot_check=drawn", PERM_ENROLMENT_CHECK, find_spot_checks},
	{0},
};
