/* What waits about marks and results: rooms to enter and mark, papers to settle, lists to freeze
 * and confirm, changes to approve, objections to answer. */
#include <inttypes.h>

#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result.h"
#include "query/mark.h"
#include "query/result.h"
#include "web/todo.h"

enum { LOOKED_AT = 60 };

/* A list that is filled one by one: all count, the first ones are shown. */
struct filling {
	struct todo_item *items;
	size_t *n;
	int64_t *count;
};

static struct filling begin(struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	*ret_n = 0;
	*ret_count = 0;
	return (struct filling){items, ret_n, ret_count};
}

static void put(struct filling *f, struct todo_item item)
{
	++*f->count;
	if (*f->n < TODO_ROWS)
		f->items[(*f->n)++] = item;
}

/* The same with the deadline that the thing's flow gives it. */
static int put_due(struct ctx *cx, struct filling *f, const struct flow *flow, int64_t id,
	struct todo_item item)
{
	int r = flow_due(cx, flow, id, &item.due_on);
	if (r < 0)
		return r;
	put(f, item);
	return 0;
}

/* Whether the actor has a theory entry to make or to sign in some room. */
static bool has_theory_to_enter(struct ctx *cx, const struct q_mark_rooms_rows *rooms,
	const struct q_mark_progress_rows *progress)
{
	for (size_t i = 0; i < rooms->n; i++) {
		const struct q_mark_rooms *room = &rooms->at[i];
		int others = 0, own_open = 0, own = 0;
		if (room->part != PART_THEORY || !room->n)
			continue;
		for (size_t k = 0; k < progress->n; k++) {
			const struct q_mark_progress *p = &progress->at[k];
			if (p->part != PART_THEORY || p->batch_room_id != room->batch_room_id ||
				p->round > MARK_SECOND)
				continue;
			bool mine = p->marker_id == cx->actor.account_id;
			own += mine;
			own_open += mine && p->n_signed < room->n;
			others += !mine;
		}
		if (own_open || (!own && others < MARK_SECOND))
			return true;
	}
	return false;
}

static bool has_to_settle(struct ctx *cx, const struct q_mark_differences_rows *rows)
{
	int64_t own = cx->actor.account_id;
	for (size_t i = 0; i < rows->n; i++)
		if (!*rows->at[i].settled_flag && rows->at[i].first_id != own &&
			rows->at[i].second_id != own)
			return true;
	return false;
}

static int find_theory(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_batches_under_marking_rows batches;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_batches_under_marking(cx->db, &batches, .scope = cx->scope, .most = LOOKED_AT);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < batches.n; i++) {
		const struct q_batches_under_marking *b = &batches.at[i];
		struct q_mark_rooms_rows rooms;
		struct q_mark_progress_rows progress;
		struct q_mark_differences_rows differences;
		r = q_mark_rooms(cx->db, &rooms, .batch_id = b->id);
		if (r >= 0)
			r = q_mark_progress(cx->db, &progress, .batch_id = b->id);
		if (r >= 0)
			r = q_mark_differences(cx->db, &differences, .batch_id = b->id);
		if (r < 0)
			return ctx_pass(cx, r);
		bool settles = has_to_settle(cx, &differences);
		if (!settles && !has_theory_to_enter(cx, &rooms, &progress))
			continue;
		struct todo_item item = {.title = b->title, .since_at = b->last_at,
			.note = settles ? "两次录入不一致，待核定" : "理论成绩待录入、签字",
			.url = text_of(cx, "/batches/%" PRId64 "/marks", b->id)};
		if ((r = put_due(cx, &f, &batch_flow, b->id, item)) < 0)
			return r;
	}
	return 0;
}

static int is_due(struct ctx *cx, const struct q_examiner_slots *s, bool *ret_due)
{
	struct q_mark_sheet_rows rows;
	struct mark_avoid *avoids;
	size_t n;
	*ret_due = false;
	if (!streq(s->state, "testing") && !streq(s->state, "marking"))
		return 0;
	int r = q_mark_sheet(cx->db, &rows, .batch_room_id = s->batch_room_id,
		.marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = mark_avoidances(cx, s->batch_id, s->batch_room_id, &avoids, &n)) < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++)
		*ret_due |= !rows.at[i].signed_at && !mark_avoid_reason(avoids, n,
			s->batch_room_id, cx->actor.account_id, rows.at[i].person_id);
	return 0;
}

static int find_slots(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_examiner_slots_rows slots;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_examiner_slots(cx->db, &slots, .account_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < slots.n; i++) {
		const struct q_examiner_slots *s = &slots.at[i];
		bool due;
		if ((r = is_due(cx, s, &due)) < 0)
			return r;
		if (!due)
			continue;
		put(&f, (struct todo_item){.since_at = s->starts_at,
			.title = text_of(cx, "%s %s", part_short(s->part), s->title),
			.note = text_of(cx, "%s %s", s->venue_name, s->room_name),
			.url = text_of(cx, "/marking/%" PRId64, s->batch_room_id)});
	}
	return 0;
}

/* Batches whose every part has its score, or will when signed marks are compiled. */
static int find_to_freeze(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_batches_under_marking_rows batches;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_batches_under_marking(cx->db, &batches, .scope = cx->scope, .most = LOOKED_AT);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < batches.n; i++) {
		const struct q_batches_under_marking *b = &batches.at[i];
		struct todo_item item = {.title = b->title, .since_at = b->last_at,
			.note = "评分齐全后冻结并公示",
			.url = text_of(cx, "/batches/%" PRId64 "/results", b->id)};
		if (!streq(b->state, "marking"))
			continue;
		if ((r = put_due(cx, &f, &batch_flow, b->id, item)) < 0)
			return r;
	}
	return 0;
}

static int find_to_confirm(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_results_to_confirm_rows rows;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_results_to_confirm(cx->db, &rows, .scope = cx->scope, .today = ctx_today(cx),
		.most = LOOKED_AT);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		struct todo_item item = {.title = rows.at[i].title, .note = rows.at[i].body_name,
			.url = text_of(cx, "/batches/%" PRId64 "/results", rows.at[i].id)};
		if ((r = put_due(cx, &f, &batch_flow, rows.at[i].id, item)) < 0)
			return r;
	}
	return 0;
}

/* The first approval is a body's manager's, the second the authority's; nobody approves his own
 * request or approves twice. */
static bool is_for(struct ctx *cx, const struct q_result_changes_waiting *c)
{
	bool first = streq(c->state, "requested");
	int64_t own = cx->actor.account_id;
	return c->requested_by != own && c->first_approver_id != own &&
		(cx->actor.body_id ? first : !first);
}

static int find_changes(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_result_changes_waiting_rows rows;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_result_changes_waiting(cx->db, &rows, .scope = cx->scope, .most = LOOKED_AT);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_result_changes_waiting *c = &rows.at[i];
		struct todo_item item = {.since_at = c->created_at, .note = c->batch_title,
			.title = text_of(cx, "%s 更改成绩", c->name),
			.url = text_of(cx, "/changes/%" PRId64 "/%" PRId64, c->person_id, c->id)};
		if (!is_for(cx, c))
			continue;
		if ((r = put_due(cx, &f, &result_change_flow, c->id, item)) < 0)
			return r;
	}
	return 0;
}

static int find_objections(struct ctx *cx, struct todo_item *items, size_t *ret_n,
	int64_t *ret_count)
{
	struct q_objections_waiting_rows rows;
	struct filling f = begin(items, ret_n, ret_count);
	int r = q_objections_waiting(cx->db, &rows, .scope = cx->scope, .most = LOOKED_AT);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_objections_waiting *o = &rows.at[i];
		struct todo_item item = {.since_at = o->created_at, .title = o->batch_title,
			.note = text_of(cx, "%s 提出", o->name),
			.url = text_of(cx, "/objections/%" PRId64 "/%" PRId64, o->person_id,
				o->id)};
		if ((r = put_due(cx, &f, &objection_flow, o->id, item)) < 0)
			return r;
	}
	return 0;
}

const struct todo_source todo_mark[] = {
	{"待答复的异议", "/objections?state=received", PERM_OBJECTION_ANSWER, find_objections},
	{"待批准的成绩更改", NULL, PERM_RESULT_APPROVE, find_changes},
	{"待核准的成绩", "/results?state=publicity", PERM_RESULT_REVIEW, find_to_confirm},
	{"待评分的场次", "/marking", PERM_MARK_SKILL, find_slots},
	{"待录入和核定的理论成绩", "/results?state=marking", PERM_MARK_THEORY, find_theory},
	{"待冻结公示的成绩", "/results?state=marking", PERM_RESULT_FREEZE, find_to_freeze},
	{0},
};
