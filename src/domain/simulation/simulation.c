#include "domain/simulation/simulating.h"

#include "base/civil.h"
#include "core/tlog.h"
#include "query/demo.h"
#include "query/simulation.h"

enum { KEEP_BYTES = 512 * 1024 * 1024, STEP_BYTES = 64 * 1024 * 1024, MORNING = 9 * 3600,
	ENOUGH = 1000 };

static int64_t clock_now(void *self)
{
	const struct simulating *s = self;
	return s->now;
}

void sim_begin_step(struct simulating *s)
{
	arena_reset(s->step);
	s->cx->arena = s->step;
	db_use_arena(s->cx->db, s->step);
	ctx_act_as_system(s->cx, "模拟");
	ctx_clear(s->cx);
}

int sim_keep(struct simulating *s, int64_t bodies, int64_t days, int64_t people,
	int64_t certificates)
{
	int r = q_simulation_move(s->cx->db, .from_bodies = s->n_bodies,
		.from_days = s->n_done_days, .n_bodies = bodies, .n_days = days,
		.n_people = people, .n_certificates = certificates);
	if (r < 0)
		return ctx_pass(s->cx, r);
	if (r == 0)
		return fail(s->cx, ERR_CONFLICT, "simulation.other");
	s->n_bodies = bodies;
	s->n_done_days = days;
	s->n_people = people;
	s->n_certificates = certificates;
	return 0;
}

/* Begins anew, or takes up what was begun with the same seed and scale. */
static int take_up(struct simulating *s)
{
	struct q_simulation_find found;
	struct q_demo_bodies bodies;
	struct ctx *cx = s->cx;
	int r = q_simulation_find(cx->db, &found);
	if (r == 0) {
		s->n_bodies = found.n_bodies;
		s->n_done_days = found.n_days;
		s->n_people = found.n_people;
		s->n_certificates = found.n_certificates;
		return streq(found.seed, s->in->seed) && found.scale_ppm == s->in->scale_ppm ? 0
			: fail(cx, ERR_STATE, "simulation.begun_otherwise", found.seed,
			text_of(cx, "%g", (double)found.scale_ppm / SIM_PPM));
	}
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if ((r = q_demo_bodies(cx->db, &bodies)) < 0)
		return ctx_pass(cx, r);
	if (bodies.n)
		return fail(cx, ERR_STATE, "simulation.not_empty");
	r = q_simulation_begin(cx->db, .seed = s->in->seed, .scale_ppm = s->in->scale_ppm);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

struct stretch {
	int64_t people, certificates;
	size_t at; /* in plan.batches */
	int32_t day;
};

/* The randomness of a day begins anew, so that a run that is taken up goes on as it would have. */
static int one_day(struct simulating *s, struct stretch *to)
{
	sim_begin_step(s);
	s->now = civil_midnight(s->days[to->day]) + MORNING;
	chance_init(&s->domain_chance, text_of(s->cx, "%s/%d", s->in->seed, to->day));
	for (; to->at < s->plan.n_batches && s->plan.batches[to->at].day == to->day; to->at++) {
		const struct sim_batch *b = &s->plan.batches[to->at];
		sim_begin_step(s);
		int r = sim_batch(s, to->at);
		if (r < 0)
			return r;
		s->now += 5;
		to->certificates += b->n;
		to->people += b->is_again ? 0 : b->n;
	}
	to->day++;
	return 0;
}

/* Whole days in one transaction, until there is enough for one. */
static int some_days(struct simulating *s, size_t *at)
{
	struct stretch to = {s->n_people, s->n_certificates, *at, (int32_t)s->n_done_days};
	auto_tx tx = {0};
	int r = tx_begin(&tx, s->cx->db);
	if (r < 0)
		return ctx_pass(s->cx, r);
	while (to.day < s->n_days && to.certificates - s->n_certificates < ENOUGH)
		if ((r = one_day(s, &to)) < 0)
			return r;
	if ((r = sim_keep(s, s->n_bodies, to.day, to.people, to.certificates)) < 0)
		return r;
	*at = to.at;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(s->cx, r) : 0;
}

/* What was appended gets its place in the log: signed by whoever serves the database. */
static int integrate(struct simulating *s)
{
	size_t n = 1;
	int r = 0;
	while (r == 0 && n) {
		sim_begin_step(s);
		r = tlog_integrate(s->cx, &n);
	}
	return r;
}

static int all_days(struct simulating *s)
{
	size_t at = 0;
	const struct sim_targets *t = &s->plan.targets;
	while (at < s->plan.n_batches && s->plan.batches[at].day < s->n_done_days)
		at++;
	while (s->n_done_days < s->n_days) {
		int r = some_days(s, &at);
		if (r < 0 || (r = integrate(s)) < 0)
			return r;
		struct simulation_progress p = {.done = s->n_certificates,
			.total = t->certificates + t->through[SIM_SPECIAL],
				.day = s->days[s->n_done_days - 1]};
		if (s->in->progress && (r = s->in->progress(s->in->arg, &p)) != 0)
			return r;
	}
	return 0;
}

static int run(struct simulating *s)
{
	int r;
	struct chance seed;
	sim_begin_step(s);
	chance_init(&seed, s->in->seed);
	s->seed = chance_next(&seed);
	chance_init(&s->domain_chance, text_of(s->cx, "%s/bodies", s->in->seed));
	words_read(s->keep, &s->words);
	if ((r = db_write_much(s->cx->db)) < 0)
		return ctx_pass(s->cx, r);
	if ((r = take_up(s)) < 0 || (r = sim_reference(s)) < 0)
		return r;
	sim_plan_make(s->keep, s->in->scale_ppm, s->in->seed, s->n_days,
		(int32_t)s->n_occupations, &s->plan);
	if ((r = sim_bodies(s)) < 0)
		return r;
	return all_days(s);
}

int simulation_run(struct ctx *cx, const struct simulation_in *in)
{
	auto_arena keep = arena_new(KEEP_BYTES);
	auto_arena step = arena_new(STEP_BYTES);
	struct ctx own = *cx;
	struct simulating *s = arena_make(keep, struct simulating);
	if (in->scale_ppm < 1000 || in->scale_ppm > SIM_PPM)
		return fail(cx, ERR_INVALID, "simulation.scale");
	*s = (struct simulating){.cx = cx, .in = in, .keep = keep, .step = step};
	cx->clock = (struct clock){clock_now, s};
	cx->random = (struct random_source){chance_fill, &s->domain_chance};
	int r = run(s);
	cx->arena = own.arena;
	ctx_keep(cx);
	own.problem = cx->problem;
	*cx = own;
	db_use_arena(cx->db, own.arena);
	return r;
}

/* ---- compared ---- */

static void add_lines(const struct figure_totals *t, bool in_city, int64_t scale_ppm,
	struct simulation_line *lines, size_t *n)
{
	for (size_t i = 0; figures_published[i].label; i++) {
		const struct figure_published *p = &figures_published[i];
		int64_t published = in_city ? p->city : p->province;
		int64_t scaled = (published * scale_ppm + SIM_PPM / 2) / SIM_PPM;
		if (!published)
			continue;
		if (streq(p->unit, "个")) /* kinds of things are not scaled */
			scaled = published;
		else if (streq(p->unit, "家") && !scaled)
			scaled = 1;
		lines[(*n)++] = (struct simulation_line){.label = p->label, .unit = p->unit,
			.place = in_city ? "威海市" : "全省", .own = figure_own(t, i),
			.expected = scaled, .published = published};
	}
}

int simulation_compare(struct ctx *cx, struct simulation_line **ret_lines, size_t *ret_n)
{
	struct q_simulation_find found;
	struct figure_range all = figure_range_all(), city = all;
	struct figure_totals t;
	struct simulation_line *lines = arena_array(cx->arena, struct simulation_line, 64);
	size_t n = 0;
	int r = q_simulation_find(cx->db, &found);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "simulation.none");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = figure_totals(cx, &all, &t)) < 0)
		return r;
	add_lines(&t, false, found.scale_ppm, lines, &n);
	city.region = "3710";
	city.scope = scope_region(cx, "3710");
	if ((r = figure_totals(cx, &city, &t)) < 0)
		return r;
	add_lines(&t, true, found.scale_ppm, lines, &n);
	*ret_lines = lines;
	*ret_n = n;
	return 0;
}
