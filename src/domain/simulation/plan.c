#include "domain/simulation/plan.h"

#include <stdlib.h>
#include <string.h>

#include "domain/demo/chance.h"

/* Published of 2021 to 2025, as in domain/statistics/figures.c. */
enum {
	CERTIFICATES = 2570000, HIGH = 1540000, WORKERS = 1350000, SOCIAL = 580000,
	SCHOOL = 420000, SPECIAL = 31000, ENTERPRISES = 8994, SPECIAL_BODIES = 263,
	OCCUPATIONS = 179, PROJECTS = 136, TECHNICIANS = 660, CHIEFS = 39,
	CITY_ENTERPRISES = 165, CITY_EVALUATIONS = 77000, CITY_TECHNICIANS = 12,
};
/* Not published, assumed: how many social bodies and schools there are. */
enum { SOCIAL_BODIES = 800, SCHOOL_BODIES = 450 };
/* Assumed too: slots of a body. */
enum { ENTERPRISE_SLOTS = 2, SCHOOL_SLOTS = 6, SOCIAL_SLOTS = 6, SPECIAL_SLOTS = 3 };
enum { WEIHAI = 9, BATCH_LEAST = 20 };

const char *const sim_cities[SIM_CITIES] = {"3701", "3702", "3703", "3704", "3705", "3706", "3707",
	"3708", "3709", "3710", "3711", "3713", "3714", "3715", "3716", "3717"};

/* About as their workforce, but for Weihai, which is known. */
static const int city_weights[SIM_CITIES] = {95, 105, 48, 36, 26, 72, 94, 80, 52, 0, 30, 106, 54,
	58, 40, 84};

static int64_t scaled(int64_t n, int64_t ppm)
{
	return (n * ppm + SIM_PPM / 2) / SIM_PPM;
}

static int64_t at_least(int64_t n, int64_t least)
{
	return n < least ? least : n;
}

void sim_targets_of(int64_t ppm, struct sim_targets *ret_targets)
{
	struct sim_targets t = {.certificates = scaled(CERTIFICATES, ppm),
		.high = scaled(HIGH, ppm), .workers = scaled(WORKERS, ppm),
		.occupations = OCCUPATIONS, .projects = PROJECTS,
		.technicians = scaled(TECHNICIANS, ppm), .chiefs = scaled(CHIEFS, ppm),
		.city_bodies = at_least(scaled(CITY_ENTERPRISES, ppm), 1),
		.city_evaluations = scaled(CITY_EVALUATIONS, ppm),
		.city_technicians = scaled(CITY_TECHNICIANS, ppm)};
	t.through[SIM_SOCIAL] = scaled(SOCIAL, ppm);
	t.through[SIM_SCHOOL] = scaled(SCHOOL, ppm);
	t.through[SIM_SPECIAL] = scaled(SPECIAL, ppm);
	/* What is left. That it is more than the workers who were published makes them people, some
	 * of whom were certified twice. */
	t.through[SIM_ENTERPRISE] =
		t.certificates - t.through[SIM_SOCIAL] - t.through[SIM_SCHOOL];
	t.bodies[SIM_ENTERPRISE] = at_least(scaled(ENTERPRISES, ppm), t.city_bodies + 1);
	t.bodies[SIM_SOCIAL] = at_least(scaled(SOCIAL_BODIES, ppm), 1);
	t.bodies[SIM_SCHOOL] = at_least(scaled(SCHOOL_BODIES, ppm), 1);
	t.bodies[SIM_SPECIAL] = at_least(scaled(SPECIAL_BODIES, ppm), 1);
	*ret_targets = t;
}

static int64_t again(const struct sim_targets *t)
{
	return t->through[SIM_ENTERPRISE] - t->workers;
}

/* The shares of schools and social bodies are assumed; enterprises give what is then missing of
 * the published total of 高级工 and above. */
void sim_grades_of(const struct sim_targets *t, int64_t ret_grades[SIM_KINDS][SIM_GRADES])
{
	int64_t (*g)[SIM_GRADES] = ret_grades;
	int64_t school = t->through[SIM_SCHOOL], social = t->through[SIM_SOCIAL];
	memset(g, 0, sizeof *g * SIM_KINDS);
	g[SIM_SCHOOL][3] = school / 2;
	g[SIM_SCHOOL][5] = school / 50;
	g[SIM_SCHOOL][4] = school - g[SIM_SCHOOL][3] - g[SIM_SCHOOL][5];
	g[SIM_SOCIAL][1] = social / 200;
	g[SIM_SOCIAL][2] = social / 40;
	g[SIM_SOCIAL][3] = social / 4;
	g[SIM_SOCIAL][5] = social * 2 / 5;
	g[SIM_SOCIAL][4] = social - g[SIM_SOCIAL][1] - g[SIM_SOCIAL][2] - g[SIM_SOCIAL][3] -
		g[SIM_SOCIAL][5];
	int64_t high = t->high - g[SIM_SCHOOL][3] - g[SIM_SOCIAL][1] - g[SIM_SOCIAL][2] -
		g[SIM_SOCIAL][3];
	int64_t low = t->through[SIM_ENTERPRISE] - high;
	int64_t ordinary = high - t->technicians - t->chiefs;
	g[SIM_ENTERPRISE][7] = t->technicians;
	g[SIM_ENTERPRISE][8] = t->chiefs;
	g[SIM_ENTERPRISE][1] = ordinary / 20;
	g[SIM_ENTERPRISE][2] = ordinary * 3 / 20;
	g[SIM_ENTERPRISE][3] = ordinary - g[SIM_ENTERPRISE][1] - g[SIM_ENTERPRISE][2];
	g[SIM_ENTERPRISE][4] = at_least(low * 3 / 4, again(t));
	g[SIM_ENTERPRISE][5] = low - g[SIM_ENTERPRISE][4];
	g[SIM_SPECIAL][0] = t->through[SIM_SPECIAL];
}

struct making {
	struct sim_plan *plan;
	struct chance chance;
	int32_t n_days, n_slots;
	size_t cap_batches;
	int64_t left[SIM_KINDS][SIM_GRADES];
	int64_t adults, pupils; /* people so far */
};

/* The part of `whole` that falls to the stretch from..to of `of`. All stretches add up to whole. */
static int64_t part(int64_t whole, int64_t from, int64_t to, int64_t of)
{
	return of ? (int64_t)((__int128)whole * to / of - (__int128)whole * from / of) : 0;
}

/* Most are small, a few are large. */
static int64_t weight_of_body(struct making *m)
{
	int64_t w = chance_between(&m->chance, 60, 260);
	if (chance_is(&m->chance, 12))
		w *= 3;
	return chance_is(&m->chance, 2) ? w * 5 : w;
}

static void share_out(struct making *m, struct sim_body *bodies, int64_t n, int64_t certificates)
{
	int64_t sum = 0, at = 0;
	for (int64_t i = 0; i < n; i++)
		sum += bodies[i].n = weight_of_body(m);
	for (int64_t i = 0; i < n; i++) {
		int64_t w = bodies[i].n;
		bodies[i].n = part(certificates, at, at + w, sum);
		at += w;
	}
}

static int8_t pick_city(struct making *m)
{
	int sum = 0, i = 0;
	for (int k = 0; k < SIM_CITIES; k++)
		sum += city_weights[k];
	int64_t at = chance_below(&m->chance, sum);
	while (at >= city_weights[i])
		at -= city_weights[i++];
	return (int8_t)i;
}

/* The slots of social and special bodies cover all there are, those of the others need not. */
static void put_slots(struct making *m, struct sim_body *b, int64_t i, int64_t n, int32_t usual,
	int32_t of)
{
	int32_t all = (int32_t)((of + n - 1) / n);
	bool covers = b->kind == SIM_SOCIAL || b->kind == SIM_SPECIAL;
	b->n_slots = covers && all > usual ? all : usual;
	b->first_slot = (int32_t)(covers ? i * b->n_slots % of : chance_below(&m->chance, of));
}

static void make_bodies(struct making *m)
{
	const struct sim_targets *t = &m->plan->targets;
	const int32_t usual[SIM_KINDS] = {ENTERPRISE_SLOTS, SOCIAL_SLOTS, SCHOOL_SLOTS,
		SPECIAL_SLOTS};
	const int32_t of[SIM_KINDS] = {m->n_slots, (int32_t)t->occupations, m->n_slots,
		(int32_t)t->projects};
	struct sim_body *b = m->plan->bodies;
	for (int kind = 0; kind < SIM_KINDS; kind++) {
		int64_t n = t->bodies[kind], city = kind == SIM_ENTERPRISE ? t->city_bodies : 0;
		int64_t of_city = city ? t->city_evaluations : 0;
		for (int64_t i = 0; i < n; i++) {
			b[i] = (struct sim_body){.kind = (int8_t)kind,
				.city = i < city ? WEIHAI : pick_city(m)};
			put_slots(m, &b[i], i, n, usual[kind], of[kind]);
		}
		share_out(m, b, city, of_city);
		share_out(m, b + city, n - city, t->through[kind] - of_city);
		b += n;
	}
}

/* More of them in later years. */
static int32_t pick_day(struct making *m, int32_t from, int32_t to)
{
	int64_t a = chance_between(&m->chance, from, to - 1);
	int64_t b = chance_between(&m->chance, from, to - 1);
	return (int32_t)(chance_is(&m->chance, 40) && b > a ? b : a);
}

static int64_t take_people(struct making *m, int kind, int64_t n)
{
	int64_t *next = kind == SIM_SCHOOL ? &m->pupils : &m->adults;
	int64_t first = *next;
	*next += n;
	return first;
}

static void add_batch(struct making *m, struct sim_batch batch)
{
	if (m->plan->n_batches == m->cap_batches)
		abort(); /* the room was counted before */
	m->plan->batches[m->plan->n_batches++] = batch;
}

static int32_t slot_of(struct making *m, const struct sim_body *b)
{
	int32_t of = b->kind == SIM_SPECIAL ? (int32_t)m->plan->targets.projects :
		b->kind == SIM_SOCIAL ? (int32_t)m->plan->targets.occupations : m->n_slots;
	return (b->first_slot + (int32_t)chance_below(&m->chance, b->n_slots)) % of;
}

/* As likely as there are left of it. */
static int pick_grade(struct making *m, int kind)
{
	int64_t sum = 0;
	int g = 0;
	for (int k = 0; k < SIM_GRADES; k++)
		sum += m->left[kind][k];
	int64_t at = chance_below(&m->chance, sum);
	while (at >= m->left[kind][g])
		at -= m->left[kind][g++];
	return g;
}

/* n people of one grade and occupation, in batches of the usual size. */
static void add_grade(struct making *m, int32_t body, int grade, int64_t n, int32_t from,
	int32_t to, int32_t slot, int64_t first_person, bool is_again)
{
	while (n > 0) {
		int64_t size = chance_between(&m->chance, BATCH_LEAST, SIM_BATCH_MAX);
		size = size < n ? size : n;
		add_batch(m, (struct sim_batch){.body = body, .day = pick_day(m, from, to),
			.slot = slot, .n = (int16_t)size, .grade = (int8_t)grade,
			.is_again = is_again, .first_person = first_person});
		first_person += size;
		n -= size;
	}
}

static int64_t add_appointed(struct making *m, int32_t i, int grade, int64_t n)
{
	if (n)
		add_grade(m, i, grade, n, m->n_days / 2, m->n_days, m->plan->bodies[i].first_slot,
			take_people(m, SIM_ENTERPRISE, n), false);
	return n;
}

/* Those who are certified twice: 中级工 in the first years, 高级工 in the last. */
static int64_t add_twice(struct making *m, int32_t i, int64_t n)
{
	int64_t first = take_people(m, SIM_ENTERPRISE, n);
	int32_t slot = m->plan->bodies[i].first_slot;
	add_grade(m, i, 4, n, 0, m->n_days * 2 / 5, slot, first, false);
	add_grade(m, i, 3, n, m->n_days * 3 / 5, m->n_days, slot, first, true);
	return 2 * n;
}

static void add_rest(struct making *m, int32_t i, int64_t n)
{
	const struct sim_body *b = &m->plan->bodies[i];
	while (n > 0) {
		int grade = pick_grade(m, b->kind);
		int64_t size = chance_between(&m->chance, BATCH_LEAST, SIM_BATCH_MAX);
		size = size < n ? size : n;
		if (size > m->left[b->kind][grade])
			size = m->left[b->kind][grade];
		m->left[b->kind][grade] -= size;
		add_grade(m, i, grade, size, 0, m->n_days, slot_of(m, b),
			take_people(m, b->kind, size), false);
		n -= size;
	}
}

static void make_enterprises(struct making *m)
{
	const struct sim_targets *t = &m->plan->targets;
	int64_t n = t->bodies[SIM_ENTERPRISE], city = t->city_bodies, at = 0;
	for (int64_t i = 0; i < n; i++) {
		int64_t of = m->plan->bodies[i].n, done = 0, j = i - city;
		int64_t appointed = i < city ? part(t->city_technicians, i, i + 1, city)
			: part(t->technicians - t->city_technicians, j, j + 1, n - city);
		done += add_appointed(m, (int32_t)i, 7, appointed);
		done += add_appointed(m, (int32_t)i, 8, part(t->chiefs, i, i + 1, n));
		done += add_twice(m, (int32_t)i,
			part(again(t), at, at + of, t->through[SIM_ENTERPRISE]));
		add_rest(m, (int32_t)i, of - done);
		at += of;
	}
}

static int by_day(const void *a, const void *b)
{
	const struct sim_batch *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->body != y->body)
		return x->body < y->body ? -1 : 1;
	if (x->grade != y->grade)
		return x->grade > y->grade ? -1 : 1;
	return (x->first_person > y->first_person) - (x->first_person < y->first_person);
}

void sim_plan_make(struct arena *a, int64_t scale_ppm, const char *seed, int32_t n_days,
	int32_t n_slots, struct sim_plan *ret_plan)
{
	struct making m = {.plan = ret_plan, .n_days = n_days, .n_slots = n_slots};
	struct sim_plan *p = ret_plan;
	*p = (struct sim_plan){.n_batches = 0};
	chance_init(&m.chance, seed);
	sim_targets_of(scale_ppm, &p->targets);
	sim_grades_of(&p->targets, m.left);
	m.left[SIM_ENTERPRISE][7] = m.left[SIM_ENTERPRISE][8] = 0;
	m.left[SIM_ENTERPRISE][4] -= again(&p->targets);
	m.left[SIM_ENTERPRISE][3] -= again(&p->targets);
	for (int kind = 0; kind < SIM_KINDS; kind++)
		p->n_bodies += (size_t)p->targets.bodies[kind];
	p->bodies = arena_array(a, struct sim_body, p->n_bodies);
	make_bodies(&m);
	/* Each body has at most one batch for each stretch of BATCH_LEAST people, and one that is
	 * less at the end of each piece. */
	m.cap_batches = (size_t)(p->targets.certificates + p->targets.through[SIM_SPECIAL]) /
		BATCH_LEAST + 12 * p->n_bodies + 1000;
	p->batches = arena_array(a, struct sim_batch, m.cap_batches);
	make_enterprises(&m);
	for (size_t i = (size_t)p->targets.bodies[SIM_ENTERPRISE]; i < p->n_bodies; i++)
		add_rest(&m, (int32_t)i, p->bodies[i].n);
	p->n_people = m.adults + m.pupils;
	qsort(p->batches, p->n_batches, sizeof *p->batches, by_day);
}
