#include "domain/exam/response_time.h"
#include "domain/exam/simulate_cheat.h"
#include "domain/exam/tail.h"
#include "near.h"

enum { N = 400, M = 20 };

struct setting {
	struct response_matrix r;
	uint8_t answer[N * M];
	int32_t time[N * M];
	struct response_person persons[N];
	struct response_item items[M];
	double tau[N];
};

/* Times from the model itself: beta = 3 + i/10, 1/alpha = 0.3 and 0.5 in turn, tau of sd 0.2. */
static struct setting *make(struct arena *arena)
{
	struct setting *s = arena_make(arena, struct setting);
	struct simulate_random random = {21};
	for (int i = 0; i < M; i++)
		s->items[i] = (struct response_item){1, 2, 100};
	for (int p = 0; p < N; p++) {
		s->tau[p] = 0.2 * simulate_normal(&random);
		for (int i = 0; i < M; i++) {
			s->answer[p * M + i] = (uint8_t)(1 + (p + i) % 2);
			s->time[p * M + i] = (int32_t)(100 * exp(3 + i / 10.0 - s->tau[p]
				+ (i % 2 ? 0.5 : 0.3) * simulate_normal(&random)));
		}
	}
	s->r = (struct response_matrix){.n = N, .m = M, .forms = 1, .answer = s->answer,
		.items = s->items, .persons = s->persons, .time_centi = s->time};
	return s;
}

static void finds_what_made_the_times(void **state)
{
	auto_arena arena = arena_new(1 << 22);
	struct setting *s = make(arena);
	struct response_time_fit fit;
	double error = 0;
	(void)state;
	assert_int_equal(response_time_fit(&s->r, arena, &fit), 0);
	for (int i = 0; i < M; i++) {
		assert_near(fit.beta[i], 3 + i / 10.0, 0.1);
		assert_near(1 / fit.alpha[i], i % 2 ? 0.5 : 0.3, 0.06);
	}
	for (int p = 0; p < N; p++)
		error += fabs(fit.tau[p] - s->tau[p]) / N;
	assert_true(error < 0.09);
	assert_near(fit.fast_share, tail_normal(2), 0.008);
}

/* One who knew half of the answers: ten items in a third of the time. */
static void fast_answers_stand_out(void **state)
{
	auto_arena arena = arena_new(1 << 22);
	struct setting *s = make(arena);
	struct response_time_fit fit;
	int flagged = 0;
	(void)state;
	for (int i = 0; i < M; i += 2) {
		s->time[7 * M + i] /= 5;
		s->answer[7 * M + i] = 1;
	}
	s->time[9] = 0;
	assert_int_equal(response_time_fit(&s->r, arena, &fit), 0);
	struct person_time t = response_time_of(&fit, &s->r, 7);
	assert_true(t.fast >= 4 && t.fast_right == t.fast && t.fast_p < 1e-4 && t.fit_p < 1e-6);
	assert_int_equal(t.timed, M);
	assert_int_equal(response_time_of(&fit, &s->r, 0).timed, M - 1);
	assert_true(isnan(response_time_residual(&fit, &s->r, 0, 9)));
	for (int p = 0; p < N; p++)
		flagged += response_time_of(&fit, &s->r, p).fast_p < 1e-4;
	assert_true(flagged <= 2);
	s->r.time_centi = NULL;
	assert_int_equal(response_time_fit(&s->r, arena, &fit), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds_what_made_the_times),
		cmocka_unit_test(fast_answers_stand_out)};
	return cmocka_run_group_tests_name("response_time", tests, NULL, NULL);
}
