/* The plan adds up to what was published, exactly, at every scale; nobody has the same certificate
 * twice. */
#include "support.h"

#include <string.h>

#include "domain/simulation/plan.h"

enum { DAYS = 1250, SLOTS = 183 };

static void assert_adds_up(int64_t ppm, const char *seed)
{
	auto_arena a = arena_new((size_t)1 << 30);
	struct sim_plan p;
	int64_t through[SIM_KINDS] = {0}, grades[SIM_GRADES] = {0}, again = 0, people = 0;
	int64_t city = 0, city_seven = 0;
	sim_plan_make(a, ppm, seed, DAYS, SLOTS, &p);
	const struct sim_targets *t = &p.targets;
	for (size_t i = 0; i < p.n_batches; i++) {
		const struct sim_batch *b = &p.batches[i];
		const struct sim_body *body = &p.bodies[b->body];
		assert_in_range(b->n, 1, SIM_BATCH_MAX);
		assert_in_range(b->day, i ? (uint64_t)p.batches[i - 1].day : 0, DAYS - 1);
		through[(int)body->kind] += b->n;
		grades[(int)b->grade] += b->n;
		again += b->is_again ? b->n : 0;
		people += b->is_again ? 0 : b->n;
		if (body->kind == SIM_ENTERPRISE && !strcmp(sim_cities[(int)body->city], "3710")) {
			city += b->n;
			city_seven += b->grade == 7 ? b->n : 0;
		}
	}
	for (int kind = 0; kind < SIM_KINDS; kind++)
		assert_int_equal(through[kind], t->through[kind]);
	assert_int_equal(through[0] + through[1] + through[2], t->certificates);
	assert_int_equal(grades[1] + grades[2] + grades[3] + grades[7] + grades[8], t->high);
	assert_int_equal(grades[7], t->technicians);
	assert_int_equal(grades[8], t->chiefs);
	assert_int_equal(grades[0], t->through[SIM_SPECIAL]);
	assert_int_equal(through[SIM_ENTERPRISE] - again, t->workers);
	assert_int_equal(people, p.n_people);
	assert_int_equal(city, t->city_evaluations);
	assert_int_equal(city_seven, t->city_technicians);
}

static void test_adds_up(void **state)
{
	(void)state;
	for (int64_t ppm = 1000; ppm <= 60000; ppm = ppm * 7 / 5 + 13)
		assert_adds_up(ppm, "luban");
	assert_adds_up(20000, "another");
}

static void test_published(void **state)
{
	(void)state;
	struct sim_targets t;
	sim_targets_of(SIM_PPM, &t);
	assert_int_equal(t.certificates, 2570000);
	assert_int_equal(t.high, 1540000);
	assert_int_equal(t.workers, 1350000);
	assert_int_equal(t.through[SIM_SOCIAL], 580000);
	assert_int_equal(t.through[SIM_SCHOOL], 420000);
	assert_int_equal(t.through[SIM_SPECIAL], 31000);
	assert_int_equal(t.bodies[SIM_ENTERPRISE], 8994);
	assert_int_equal(t.bodies[SIM_SPECIAL], 263);
	assert_int_equal(t.city_bodies, 165);
	assert_int_equal(t.city_evaluations, 77000);
	assert_adds_up(SIM_PPM, "luban");
}

static bool covers(const struct sim_plan *p, int kind, int64_t slots)
{
	char seen[SLOTS] = {0};
	int64_t n = 0;
	for (size_t i = 0; i < p->n_bodies; i++)
		for (int32_t k = 0; p->bodies[i].kind == kind && k < p->bodies[i].n_slots; k++)
			seen[(p->bodies[i].first_slot + k) % slots] = 1;
	for (int64_t k = 0; k < slots; k++)
		n += seen[k];
	return n == slots;
}

static void test_kinds_are_covered(void **state)
{
	(void)state;
	for (int64_t ppm = 1000; ppm <= SIM_PPM; ppm *= 10) {
		auto_arena a = arena_new((size_t)1 << 30);
		struct sim_plan p;
		sim_plan_make(a, ppm, "luban", DAYS, SLOTS, &p);
		assert_true(covers(&p, SIM_SOCIAL, p.targets.occupations));
		assert_true(covers(&p, SIM_SPECIAL, p.targets.projects));
	}
}

/* Who is certified again has been before, for a lower grade. */
static void test_again_is_later_and_higher(void **state)
{
	(void)state;
	auto_arena a = arena_new((size_t)1 << 30);
	struct sim_plan p;
	sim_plan_make(a, 30000, "luban", DAYS, SLOTS, &p);
	struct first {
		int32_t day, body, slot;
		bool has;
	} *first = arena_array(a, struct first, p.n_people);
	size_t again = 0;
	for (size_t i = 0; i < p.n_batches; i++) {
		const struct sim_batch *b = &p.batches[i];
		if (p.bodies[b->body].kind == SIM_SCHOOL)
			continue;
		for (int k = 0; k < b->n; k++) {
			struct first *f = &first[b->first_person + k];
			assert_int_equal(f->has, b->is_again);
			if (b->is_again) {
				assert_true(f->day < b->day && b->grade == 3);
				assert_int_equal(f->body, b->body);
				again++;
			}
			*f = (struct first){b->day, b->body, b->slot, true};
		}
	}
	assert_int_equal(again, 47100 - 40500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds_up),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_kinds_are_covered),
		cmocka_unit_test(test_again_is_later_and_higher),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
