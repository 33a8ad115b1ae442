/* The simulator: items, candidates, honest answers, then the cheating over them. */
#include "domain/exam/simulate_cheat.h"

#include <math.h>

enum { ROWS = 5, COLS = 6, SEATS = ROWS * COLS };

struct curve {
	double a, b, c;
	double weight[RESPONSE_OPTIONS + 1], tilt[RESPONSE_OPTIONS + 1];
	double time;
};

struct making {
	const struct cheat_plan *plan;
	struct simulate_random random;
	struct curve *curve;
	struct response_item *items;
	struct response_person *persons;
	uint8_t *answer, *change;
	int32_t *time;
	struct simulated_exam *e;
	int n, m, options;
};

static uint64_t next(struct simulate_random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

double simulate_uniform(struct simulate_random *r)
{
	return (double)(next(r) >> 11) * 0x1p-53;
}

/* Sum of twelve uniforms: no function of libm, whose last digit may differ between machines,
 * decides about an answer here; its tails (up to 6 sd) are enough for an invented exam. */
double simulate_normal(struct simulate_random *r)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += simulate_uniform(r);
	return sum;
}

static int below(struct simulate_random *r, int n)
{
	return (int)(simulate_uniform(r) * n);
}

static void make_items(struct making *k)
{
	for (int i = 0; i < k->m; i++) {
		struct curve *c = &k->curve[i];
		k->items[i] = (struct response_item){.key = 1 + below(&k->random, k->options),
			.options = k->options, .max_centi = 100};
		c->a = exp(0.1 + 0.3 * simulate_normal(&k->random));
		c->b = -0.4 + simulate_normal(&k->random);
		c->c = 0.7 / k->options;
		c->time = 3.3 + 0.3 * simulate_normal(&k->random);
		for (int o = 1; o <= k->options; o++) {
			c->weight[o] = 0.7 * simulate_normal(&k->random);
			c->tilt[o] = 0.3 * simulate_normal(&k->random);
		}
	}
}

static void seat(struct making *k)
{
	int rooms = k->plan->rooms_a_centre > 0 ? k->plan->rooms_a_centre : 5;
	double centre_mean = 0;
	for (int p = 0; p < k->n; p++) {
		int room = p / SEATS, place = p % SEATS;
		if (p % (SEATS * rooms) == 0)
			centre_mean = 0.4 * simulate_normal(&k->random);
		k->persons[p] = (struct response_person){.room = room + 1, .row = place / COLS + 1,
			.col = place % COLS + 1, .centre = room / rooms + 1, .examiner = room + 1,
			.unit = 1 + below(&k->random, 1 + k->n / 20)};
		k->e->ability[p] = centre_mean + 0.9 * simulate_normal(&k->random);
	}
}

static int wrong_option(struct making *k, int i, double ability)
{
	const struct curve *c = &k->curve[i];
	double sum = 0, at;
	int o;
	for (o = 1; o <= k->options; o++)
		if (o != k->items[i].key)
			sum += exp(c->weight[o] + c->tilt[o] * ability);
	at = simulate_uniform(&k->random) * sum;
	for (o = 1; o < k->options; o++)
		if (o != k->items[i].key
			&& (at -= exp(c->weight[o] + c->tilt[o] * ability)) < 0)
			break;
	return o != k->items[i].key ? o : o > 1 ? o - 1 : 2;
}

static void answer_alone(struct making *k, int p, double speed)
{
	double ability = k->e->ability[p];
	for (int i = 0; i < k->m; i++) {
		const struct curve *c = &k->curve[i];
		int64_t at = (int64_t)p * k->m + i;
		double right = c->c + (1 - c->c) / (1 + exp(-c->a * (ability - c->b)));
		double u = simulate_uniform(&k->random);
		int key = k->items[i].key;
		k->answer[at] = (uint8_t)(u < 0.01 ? RESPONSE_OMITTED : simulate_uniform(&k->random)
			< right ? key : wrong_option(k, i, ability));
		k->time[at] = 1 + (int32_t)(100 * exp(c->time - speed
			+ 0.4 * simulate_normal(&k->random)));
		if (k->answer[at] == RESPONSE_OMITTED || simulate_uniform(&k->random) >= 0.05)
			continue;
		bool was_right = simulate_uniform(&k->random) < right * 0.6;
		k->change[at] = k->answer[at] == key ? CHANGE_WRONG_RIGHT
			: was_right ? CHANGE_RIGHT_WRONG : CHANGE_WRONG_WRONG;
	}
}

static void put(struct making *k, int p, int i, uint8_t answer, double faster)
{
	int64_t at = (int64_t)p * k->m + i;
	k->answer[at] = answer;
	k->time[at] = 1 + (int32_t)(k->time[at] * faster);
	k->change[at] = CHANGE_NONE;
}

/* Somebody beside or before, in the same room. */
static int neighbour(struct making *k, int p)
{
	static const int row[] = {0, 0, -1, -1, -1}, col[] = {-1, 1, -1, 0, 1};
	for (int tries = 0; tries < 20; tries++) {
		int d = below(&k->random, 5);
		int r = k->persons[p].row - 1 + row[d], c = k->persons[p].col - 1 + col[d];
		int q = p / SEATS * SEATS + r * COLS + c;
		if (r >= 0 && c >= 0 && c < COLS && q < k->n && !k->e->kind[q])
			return q;
	}
	return -1;
}

static void copy(struct making *k)
{
	int want = (int)(k->plan->copiers * k->n + 0.5);
	for (int tries = 0; want > 0 && tries < 100 * k->n; tries++) {
		int p = below(&k->random, k->n), q;
		if (k->e->kind[p] || k->e->was_source[p] || (q = neighbour(k, p)) < 0)
			continue;
		k->e->kind[p] = CHEAT_COPIER;
		k->e->source[p] = q;
		k->e->was_source[q] = 1;
		want--;
		for (int i = 0; i < k->m; i++)
			if (simulate_uniform(&k->random) < k->plan->copied)
				put(k, p, i, k->answer[(int64_t)q * k->m + i], 0.6);
	}
}

/* A key as it goes round: 0 for items not in it. */
static void make_key(struct making *k, double share, double wrong, uint8_t *ret)
{
	for (int i = 0; i < k->m; i++) {
		ret[i] = 0;
		if (simulate_uniform(&k->random) >= share)
			continue;
		ret[i] = (uint8_t)(simulate_uniform(&k->random) < wrong ? wrong_option(k, i, 0)
			: k->items[i].key);
	}
}

static void leak(struct making *k)
{
	uint8_t key[RESPONSE_ITEMS];
	int want = (int)(k->plan->knowers * k->n + 0.5);
	if (want <= 0)
		return;
	make_key(k, k->plan->leaked, k->plan->leaked_wrong, key);
	for (int tries = 0; want > 0 && tries < 100 * k->n; tries++) {
		int p = below(&k->random, k->n);
		if (k->e->kind[p])
			continue;
		k->e->kind[p] = CHEAT_KNOWER;
		want--;
		for (int i = 0; i < k->m; i++)
			if (key[i] && simulate_uniform(&k->random) < 0.95)
				put(k, p, i, key[i], 0.33);
	}
}

static void help(struct making *k)
{
	uint8_t key[RESPONSE_ITEMS];
	if (!k->plan->helped_centre)
		return;
	make_key(k, k->plan->helped, k->plan->helped_wrong, key);
	for (int p = 0; p < k->n; p++) {
		if (k->persons[p].centre != k->plan->helped_centre || k->e->kind[p])
			continue;
		k->e->kind[p] = CHEAT_HELPED;
		for (int i = 0; i < k->m; i++) {
			int64_t at = (int64_t)p * k->m + i;
			if (!key[i] || simulate_uniform(&k->random) >= 0.9)
				continue;
			bool is_late = k->answer[at] != key[i]
				&& simulate_uniform(&k->random) < 0.4;
			put(k, p, i, key[i], 1);
			if (is_late)
				k->change[at] = key[i] == k->items[i].key ? CHANGE_WRONG_RIGHT
					: CHANGE_WRONG_WRONG;
		}
	}
}

static bool makes_sense(const struct cheat_plan *p)
{
	return p->n >= 1 && p->n <= RESPONSE_PERSONS && p->m >= 1 && p->m <= RESPONSE_ITEMS
		&& (p->options == 0 || (p->options >= 2 && p->options <= RESPONSE_OPTIONS))
		&& p->copiers >= 0 && p->copiers <= 0.5 && p->knowers >= 0 && p->knowers <= 1;
}

int simulate_exam(const struct cheat_plan *plan, struct arena *arena,
	struct simulated_exam *ret_exam)
{
	if (!makes_sense(plan))
		return ERR_INVALID;
	int64_t cells = (int64_t)plan->n * plan->m;
	struct simulated_exam e = {.kind = arena_array(arena, uint8_t, plan->n),
		.source = arena_array(arena, int, plan->n),
		.was_source = arena_array(arena, uint8_t, plan->n),
		.ability = arena_array(arena, double, plan->n)};
	struct making k = {.plan = plan, .random = {plan->seed}, .e = &e, .n = plan->n,
		.m = plan->m, .options = plan->options ? plan->options : 4,
		.curve = arena_array(arena, struct curve, plan->m),
		.items = arena_array(arena, struct response_item, plan->m),
		.persons = arena_array(arena, struct response_person, plan->n),
		.answer = arena_array(arena, uint8_t, cells),
		.change = arena_array(arena, uint8_t, cells),
		.time = arena_array(arena, int32_t, cells)};
	make_items(&k);
	seat(&k);
	for (int p = 0; p < plan->n; p++) {
		e.source[p] = -1;
		answer_alone(&k, p, 0.25 * simulate_normal(&k.random));
	}
	copy(&k);
	leak(&k);
	help(&k);
	e.r = (struct response_matrix){.n = plan->n, .m = plan->m, .forms = 1, .answer = k.answer,
		.items = k.items, .persons = k.persons, .time_centi = k.time, .change = k.change};
	*ret_exam = e;
	return 0;
}

bool simulate_is_pair(const struct simulated_exam *e, int a, int b)
{
	if (e->source[a] == b || e->source[b] == a)
		return true;
	if (e->source[a] >= 0 && e->source[a] == e->source[b])
		return true;
	return e->kind[a] == e->kind[b]
		&& (e->kind[a] == CHEAT_KNOWER || e->kind[a] == CHEAT_HELPED);
}
