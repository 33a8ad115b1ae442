/* The run: everything that goes on by itself is a task with the time of its next piece of work; the
 * one that is due first is taken, the clock is set to it, and what it does stands in the database
 * before the next one begins. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "domain/demo/province.h"
#include "query/core.h"
#include "query/demo.h"

enum { KEEP_BYTES = 256 * 1024 * 1024, STEP_BYTES = 256 * 1024 * 1024, HISTORY_DAYS = 760 };

static int64_t clock_now(void *self)
{
	const struct demo *d = self;
	return d->now;
}

void demo_act(struct demo *d, const struct actor *actor)
{
	struct actor whole = *actor;
	whole.token_perms[0] = whole.token_perms[1] = UINT64_MAX;
	ctx_act_as(d->cx, &whole);
}

void demo_act_as_system(struct demo *d)
{
	ctx_act_as_system(d->cx, "演示数据");
}

struct demo_office *demo_office_of(struct demo *d, const char *region)
{
	for (size_t i = 0; i < d->n_offices; i++)
		if (strlen(d->offices[i].region) == 4 && !strncmp(d->offices[i].region, region, 4))
			return &d->offices[i];
	return &d->offices[0];
}

void demo_wait(struct demo *d, int64_t seconds)
{
	if (d->now + seconds < d->until)
		d->now += seconds;
}

int64_t demo_office_hour(struct demo *d, int64_t day, int64_t hour)
{
	int64_t at = civil_midnight(workday_add(d->cx, day,
		0)) + hour * HOUR + chance_between(&d->chance, 0, 50) * 60;
	return at > d->now ? at : d->now + HOUR;
}

struct demo_task *demo_task_add(struct demo *d, int64_t due_at,
	int (*run)(struct demo *d, struct demo_task *t))
{
	if (d->n_tasks == d->cap_tasks) {
		size_t cap = d->cap_tasks ? 2 * d->cap_tasks : 512;
		struct demo_task *more = arena_array(d->keep, struct demo_task, cap);
		if (d->n_tasks)
			memcpy(more, d->tasks, d->n_tasks * sizeof *more);
		d->tasks = more;
		d->cap_tasks = cap;
	}
	struct demo_task *t = &d->tasks[d->n_tasks++];
	*t = (struct demo_task){.due_at = due_at, .run = run};
	return t;
}

static size_t next_task(const struct demo *d)
{
	size_t first = 0;
	for (size_t i = 1; i < d->n_tasks; i++)
		if (d->tasks[i].due_at < d->tasks[first].due_at)
			first = i;
	return first;
}

static void begin_step(struct demo *d)
{
	arena_reset(d->step);
	d->cx->arena = d->step;
	db_use_arena(d->cx->db, d->step);
	demo_act_as_system(d);
	ctx_clear(d->cx);
}

/* A task may add others, which moves the table: it works on its own copy. */
static int run_tasks(struct demo *d)
{
	while (d->n_tasks) {
		size_t i = next_task(d);
		struct demo_task task = d->tasks[i];
		if (task.due_at > d->until)
			return 0;
		if (task.due_at > d->now)
			d->now = task.due_at;
		d->tasks[i].due_at = INT64_MAX;
		task.due_at = INT64_MAX;
		begin_step(d);
		int r = task.run(d, &task);
		if (r < 0)
			return r;
		d->tasks[i] = task;
	}
	return 0;
}

static int read_regions(struct demo *d)
{
	struct q_region_all_rows rows;
	int r = q_region_all(d->cx->db, &rows);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_region_all *row = &rows.at[i];
		if (row->tier == 1 || (row->tier == 2 && !row->is_local
			&& d->n_offices < CITIES_MAX))
			d->offices[d->n_offices++].region = arena_dup(d->keep, row->code);
		else if (row->tier == 3 && !row->is_local
			&& d->n_counties < sizeof d->counties / sizeof *d->counties)
			d->counties[d->n_counties++] = arena_dup(d->keep, row->code);
	}
	return d->n_offices > 1 && d->n_counties ? 0 : fail(d->cx, ERR_STATE, "demo.no_reference");
}

static int is_empty(struct ctx *cx)
{
	struct q_demo_bodies bodies;
	int r = q_demo_bodies(cx->db, &bodies);
	if (r < 0)
		return ctx_pass(cx, r);
	return bodies.n ? fail(cx, ERR_STATE, "demo.not_empty") : 0;
}

static int make(struct demo *d, int64_t offset)
{
	begin_step(d);
	TRY(is_empty(d->cx));
	int r = q_demo_mark(d->cx->db, .clock_offset_s = offset);
	if (r < 0)
		return ctx_pass(d->cx, r);
	words_read(d->keep, &d->words);
	TRY(read_regions(d));
	TRY(demo_offices_make(d));
	TRY(demo_bodies_read(d));
	TRY(demo_batches_plan(d));
	TRY(demo_worker_make(d));
	demo_banks_plan(d);
	demo_paper_sets_plan(d);
	demo_sanctions_plan(d);
	demo_handover_plan(d);
	TRY(run_tasks(d));
	d->report.people = (int64_t)d->n_people;
	return 0;
}

static int make_in_tx(struct demo *d, int64_t offset)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, d->cx->db);
	if (r < 0)
		return ctx_pass(d->cx, r);
	if ((r = make(d, offset)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(d->cx, r) : 0;
}

int demo_make(struct ctx *cx, const struct demo_in *in, struct demo_report *ret_report)
{
	auto_arena keep = arena_new(KEEP_BYTES);
	auto_arena step = arena_new(STEP_BYTES);
	struct ctx own = *cx;
	struct demo *d = arena_make(keep, struct demo);
	int64_t offset = in->until_at - ctx_wall(cx);
	*d = (struct demo){.cx = cx, .in = in, .keep = keep, .step = step, .until = in->until_at};
	d->start_on = civil_day_at(in->until_at) - HISTORY_DAYS;
	d->now = civil_midnight(d->start_on) + 9 * HOUR;
	chance_init(&d->chance, in->seed);
	chance_init(&d->domain_chance, keep_text(d, "%s/domain", in->seed));
	cx->clock = (struct clock){clock_now, d};
	cx->random = (struct random_source){chance_fill, &d->domain_chance};
	int r = make_in_tx(d, offset < -60 || offset > 60 ? offset : 0);
	if (r == 0)
		*ret_report = d->report;
	own.problem = cx->problem;
	*cx = own;
	db_use_arena(cx->db, own.arena);
	ctx_keep(cx);
	return r;
}

int demo_is_there(struct ctx *cx, bool *ret_there)
{
	struct q_platform_clock clock;
	struct q_demo_bodies bodies;
	int r = q_platform_clock(cx->db, &clock, .id = 1);
	if (r >= 0)
		r = q_demo_bodies(cx->db, &bodies);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_there = clock.demo && bodies.n;
	return 0;
}
