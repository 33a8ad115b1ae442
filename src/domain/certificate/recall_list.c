/* The job that makes the list: certificates that stand, in order of their ids, each with who
 * watches it and which later certificates rest on it. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/recall_impl.h"
#include "query/certificate.h"
#include "query/follow.h"
#include "query/recall.h"

enum { NUMBERS_MAX = 8 };

struct picked {
	int64_t person_id, id;
};

struct listing {
	struct ctx *cx;
	struct job *job;
	struct q_recall_find recall;
	struct scope scope; /* of whoever opened the recall */
	struct q_recall_batches_of_staff_rows batches;
	size_t batch;       /* which of them */
	struct q_recall_case pair;
	int64_t after_id, n;
	struct picked picked[RECALL_STEP];
};

/* Eligibility keeps the facts it was judged on; this certificate is one of them when grade and day
 * of issue are there for the same occupation (core/facts_dump.c writes them in this order). */
static bool rests_on(struct ctx *cx, const char *facts, const struct q_certificate_find *c)
{
	char day[CIVIL_TEXT];
	return strstr(facts, text_of(cx,
		"\"related\":1,\"issued_on\":\"%s\",\"grade\":%" PRId64 "}",
		civil_put_day(c->issued_on, day), c->grade)) != NULL;
}

static int later_of(struct ctx *cx, const struct q_certificate_find *c, int64_t *ret_n,
	const char **ret_numbers)
{
	struct q_recall_later_rows rows;
	const char *numbers = "";
	int64_t n = 0;
	int r = q_recall_later(cx->db, &rows, .person_id = c->person_id, .id = c->id,
		.occupation_id = c->occupation_id, .issued_on = c->issued_on);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if (!rests_on(cx, rows.at[i].facts, c))
			continue;
		if (n++ < NUMBERS_MAX)
			numbers = text_of(cx, "%s%s%s", numbers, *numbers ? " " : "",
				rows.at[i].number);
	}
	*ret_n = n;
	*ret_numbers = numbers;
	return 0;
}

static int add(struct listing *l, const struct picked *p)
{
	struct ctx *cx = l->cx;
	struct q_certificate_find c;
	struct q_followers_count followers;
	int64_t n_later;
	const char *numbers;
	int r = q_certificate_find(cx->db, &c, .person_id = p->person_id, .id = p->id,
		.scope = scope_all());
	if (r >= 0)
		r = q_followers_count(cx->db, &followers, .person_id = p->person_id,
			.certificate_id = p->id, .today = ctx_today(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = later_of(cx, &c, &n_later, &numbers)) < 0)
		return r;
	r = q_recall_item_insert(cx->db, .person_id = c.person_id, .id = ctx_id(cx),
		.recall_id = l->recall.id, .certificate_id = c.id, .body_id = c.body_id,
		.region = c.region, .state = "listed", .number = c.number, .name = c.name,
		.idno_mask = c.idno_mask, .occupation_name = c.occupation_name, .grade = c.grade,
		.issued_on = c.issued_on, .n_followers = followers.n, .n_later = n_later,
		.later_numbers = numbers);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* The rows of the pick statements are alike. */
#define TAKE(l, rows) \
	do { \
		for (size_t i_ = 0; i_ < (rows).n; i_++) \
			(l)->picked[i_] = (struct picked){(rows).at[i_].person_id, \
				(rows).at[i_].id}; \
		*ret_n = (rows).n; \
	} while (0)

static int pick_body(struct listing *l, size_t *ret_n)
{
	struct q_recall_pick_body_rows rows;
	const struct q_recall_find *v = &l->recall;
	int r = q_recall_pick_body(l->cx->db, &rows, .body_id = v->picked_id,
		.after_id = l->after_id, .from_on = v->from_on, .to_on = v->to_on ? v->to_on
		: INT32_MAX, .most = RECALL_STEP, .scope = l->scope);
	if (r >= 0)
		TAKE(l, rows);
	return r;
}

static int pick_batch(struct listing *l, int64_t batch_id, size_t *ret_n)
{
	struct q_recall_pick_batch_rows rows;
	int r = q_recall_pick_batch(l->cx->db, &rows, .batch_id = batch_id,
		.after_id = l->after_id, .most = RECALL_STEP, .scope = l->scope);
	if (r >= 0)
		TAKE(l, rows);
	return r;
}

/* Batch after batch; within one by id. A second run begins anew and finds the rows there. */
static int pick_examiner(struct listing *l, size_t *ret_n)
{
	int r = 0;
	for (*ret_n = 0; l->batch < l->batches.n && !*ret_n && r >= 0;) {
		r = pick_batch(l, l->batches.at[l->batch].batch_id, ret_n);
		if (!*ret_n) {
			l->batch++;
			l->after_id = 0;
		}
	}
	return r;
}

static int pick_case(struct listing *l, size_t *ret_n)
{
	const int64_t people[] = {l->pair.person_a, l->pair.person_b};
	const int64_t batches[] = {l->pair.batch_a, l->pair.batch_b};
	size_t n = 0;
	*ret_n = 0;
	if (l->after_id)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		struct q_recall_pick_person_rows rows;
		int r = q_recall_pick_person(l->cx->db, &rows, .person_id = people[i],
			.batch_id = batches[i], .scope = l->scope);
		if (r < 0)
			return r;
		for (size_t k = 0; k < rows.n && n < RECALL_STEP; k++)
			l->picked[n++] = (struct picked){rows.at[k].person_id, rows.at[k].id};
	}
	*ret_n = n;
	return 0;
}

static int pick(struct listing *l, size_t *ret_n)
{
	const char *kind = l->recall.pick_kind;
	if (streq(kind, "body"))
		return pick_body(l, ret_n);
	if (streq(kind, "batch"))
		return pick_batch(l, l->recall.picked_id, ret_n);
	return streq(kind, "examiner") ? pick_examiner(l, ret_n) : pick_case(l, ret_n);
}

/* What the pick needs beforehand; lists by one key of ids go on after the last row. */
static int prepare(struct listing *l)
{
	struct ctx *cx = l->cx;
	struct q_recall_staff staff;
	struct q_recall_item_last last;
	const struct q_recall_find *v = &l->recall;
	int r = 0;
	if (streq(v->pick_kind, "examiner")) {
		r = q_recall_staff(cx->db, &staff, .id = v->picked_id, .scope = scope_all());
		if (r >= 0)
			r = q_recall_batches_of_staff(cx->db, &l->batches,
				.idno_index = staff.idno_index);
	} else if (streq(v->pick_kind, "case")) {
		r = q_recall_case(cx->db, &l->pair, .id = v->picked_id, .scope = scope_all());
	} else {
		r = q_recall_item_last(cx->db, &last, .recall_id = v->id);
		l->after_id = r >= 0 ? last.last_id : 0;
	}
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int step(void *arg)
{
	struct listing *l = arg;
	struct ctx *cx = l->cx;
	size_t n = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0 || (r = pick(l, &n)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n; i++)
		if ((r = add(l, &l->picked[i])) < 0)
			return r;
	l->n += (int64_t)n;
	if (n)
		l->after_id = l->picked[n - 1].id;
	if (l->n > RECALL_MAX)
		return fail(cx, ERR_LIMIT, "recall.too_many", text_of(cx, "%d", RECALL_MAX));
	if (l->job && (r = job_progress(cx, l->job, l->n, l->n + (n ? RECALL_STEP : 0), "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : n != 0;
}

int recall_list_run(struct ctx *cx, struct job *job, const struct q_recall_find *recall)
{
	struct listing *l = arena_make(cx->arena, struct listing);
	*l = (struct listing){.cx = cx, .job = job, .recall = *recall,
		.scope = scope_region(cx, recall->region)};
	int r = prepare(l);
	return r < 0 ? r : ctx_steps(cx, RECALL_STEP_BYTES, step, l);
}
