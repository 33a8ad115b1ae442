/* What anybody may read of batches: the list of announced ones, and the announcement of each with
 * the fields the provinces publish. */
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/router.h"
#include "web/site.h"

enum { COUNT_CAP = 1001 };

static const struct choice open_states[] = {{"enrolling", "报名中"},
	{"announced", "已公告，尚未开始报名"},
	{"closed", "报名截止"}, {"arranged", "已编排"}, {"testing", "考试中"},
		{"marking", "评分中"},
	{"publicity", "成绩公示"}, {"confirmed", "成绩已核准"}, {"certified", "已发证"},
		{"archived", "已归档"}, {0}};

static const struct field open_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = open_states},
	{"region", FIELD_CHOICE, "地区"},
	{"occupation_id", FIELD_CHOICE, "职业"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices},
	{0},
};

static int64_t chosen(struct req *rq, const char *name)
{
	int64_t id = 0;
	(void)str_to_i64(str_of(in_text(rq->in, name)), &id);
	return id;
}

/* Open by its dates, with no place left. */
static bool is_full(const char *state, int64_t n_enrolled, int64_t quota)
{
	return streq(state, "enrolling") && n_enrolled >= quota;
}

/* May somebody enrol by himself now, and is there a page for it? */
static bool may_enrol(struct req *rq, int64_t id, const char *state, int64_t n_enrolled,
	int64_t quota)
{
	unsigned allow;
	const struct route *page = router_match(rq->ex->site->router, GET,
		text_of(rq->cx, "/open/%lld/enrol", (long long)id), NULL, &allow);
	/* Whoever is not logged in is asked to, as the worker he may be. */
	return streq(state, "enrolling") && n_enrolled < quota && page &&
		(!rq->cx->actor.account_id || ctx_may(rq->cx, page->perm));
}

static void add_words(struct req *rq, const struct q_batch_announced_list_rows *rows)
{
	json_t *list = json_object_get(json_object_get(rq->view, "list"), "rows");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const struct q_batch_announced_list *b = &rows->at[i];
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "object",
			json_string(batch_object(rq->cx, b->occupation_name,
			b->work_type_name, b->project_name)));
		json_object_set_new(row, "may_enrol",
			json_boolean(may_enrol(rq, b->id, b->state, b->n_enrolled, b->quota)));
		json_object_set_new(row, "is_full",
			json_boolean(is_full(b->state, b->n_enrolled, b->quota)));
	}
}

static int open_list(struct req *rq)
{
	struct q_batch_announced_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count, occupation = chosen(rq, "occupation_id"), grade = chosen(rq, "grade");
	const char *state = in_text(rq->in, "state"), *region = in_text(rq->in, "region");
	const char *end = prefix_end(cx, region);
	view_choices(rq, "region", choices_regions(rq, "", 3));
	view_choices(rq, "occupation_id", choices_occupations(rq));
	rq_states(rq, &batch_flow);
	int r = q_batch_announced_list(cx->db, &rows, .state = state, .region = region,
		.region_end = end,
		.grade = grade, .occupation_id = occupation, .page = rq_page(rq));
	if (r >= 0)
		r = q_batch_announced_list_count(cx->db, &count, .state = state, .region = region,
			.region_end = end,
			.grade = grade, .occupation_id = occupation, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_batch_announced_list_desc, rows.at, rows.n, count);
	add_words(rq, &rows);
	return r;
}

/* Sittings of one part at one place and time are one line, however many rooms there are. */
static json_t *sittings_of(struct req *rq, const struct q_batch_rooms_rows *rooms)
{
	json_t *lines = json_array();
	for (size_t i = 0; i < rooms->n; i++) {
		const struct q_batch_rooms *at = &rooms->at[i],
			*last = i ? &rooms->at[i - 1] : NULL;
		if (last && last->part == at->part && last->starts_at == at->starts_at
			&& last->ends_at == at->ends_at &&
			last->venue_id == at->venue_id)
			continue;
		json_t *line = view_row(rq, &q_batch_rooms_desc, at);
		json_object_set_new(line, "part_label", json_string(part_label(at->part)));
		json_object_del(line, "room_name");
		json_object_del(line, "room_id");
		json_array_append_new(lines, line);
	}
	return lines;
}

/* A plan before its acknowledgement is not public; one that was announced and then put off or
 * cancelled is. */
static int find_announced(struct req *rq, struct q_batch_announced_find *ret_batch)
{
	struct q_batch_was_announced_rows events;
	int64_t id = rq_id(rq, "id");
	int r = q_batch_announced_find(rq->cx->db, ret_batch, .id = id);
	if (r >= 0)
		r = q_batch_was_announced(rq->cx->db, &events, .subject_id = id);
	if (r == ERR_NOTFOUND || (r >= 0 && !events.n))
		return fail(rq->cx, ERR_NOTFOUND, "batch.not_announced");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static bool is_off(const char *state)
{
	return streq(state, "postponed") || streq(state, "cancelled") || streq(state,
		"filed") || streq(state, "held");
}

static int open_show(struct req *rq)
{
	struct q_batch_announced_find b;
	struct q_batch_rooms_rows rooms;
	int r = find_announced(rq, &b);
	if (r < 0)
		return r;
	if ((r = q_batch_rooms(rq->cx->db, &rooms, .batch_id = b.id)) < 0)
		return ctx_pass(rq->cx, r);
	json_t *row = view_row(rq, &q_batch_announced_find_desc, &b);
	view_state(row, &batch_flow, b.state);
	json_object_set_new(row, "region_name", json_string(region_label(rq->cx, b.region)));
	json_object_set_new(row, "body_kind_label",
		json_string(choice_label(body_kind_choices, b.body_kind)));
	json_object_set_new(row, "parts_text", json_string(parts_text(rq->cx, b.parts)));
	json_object_set_new(row, "object",
		json_string(batch_object(rq->cx, b.occupation_name, b.work_type_name,
		b.project_name)));
	view_set(rq, "batch", row);
	view_set(rq, "sittings", sittings_of(rq, &rooms));
	view_flag(rq, "may_enrol", may_enrol(rq, b.id, b.state, b.n_enrolled, b.quota));
	view_flag(rq, "is_full", is_full(b.state, b.n_enrolled, b.quota));
	view_flag(rq, "is_off", is_off(b.state));
	view_text(rq, "title", b.title);
	return 0;
}

const struct route routes_open[] = {
	{GET, "/open", PERM_PUBLIC, open_list, "open/list", "评价公告", open_filters,
		.flags = ROUTE_LIST | ROUTE_THROTTLE},
	{GET, "/open/:id", PERM_PUBLIC, open_show, "open/show", "批次公告",
		.flags = ROUTE_THROTTLE},
	{0},
};
