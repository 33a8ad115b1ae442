/* Several at the same thing at the same moment, each on a connection and in a context of his own:
 * who won, who was told that he was not first. */
#ifndef LUBAN_TEST_DOMAIN_RACING_H
#define LUBAN_TEST_DOMAIN_RACING_H

#include <pthread.h>

#include "../core/fixture.h"

enum { RACERS = 6 };

struct racer {
	struct fixture f;
	void *world; /* whose: shared, to be read only */
	struct db *db;
	struct arena *arena;
	pthread_t thread;
	pthread_barrier_t *start;
	void (*run)(struct racer *r);
	int number, won, lost, odd;
};

/* What a race may answer to whoever was not first. */
static inline void racer_count(struct racer *r, int result)
{
	bool lost = result == ERR_STATE || result == ERR_CONFLICT || result == ERR_LIMIT;
	r->won += result >= 0;
	r->lost += lost;
	if (result < 0 && !lost) {
		r->odd++;
		print_message("%d: %s %s\n", result, r->f.cx.problem.id, db_error(r->db));
	}
	ctx_clear(&r->f.cx);
}

static inline void *racer_thread(void *arg)
{
	struct racer *r = arg;
	pthread_barrier_wait(r->start);
	r->run(r);
	return NULL;
}

static inline void racer_prepare(struct racer *r, const struct fixture *like, struct test_db *t)
{
	r->arena = arena_new(64 * 1024 * 1024);
	test_ok(t, db_open(t->url, &r->db));
	ctx_init(&r->f.cx, r->arena, r->db, like->cx.keys);
	r->f.now = like->now;
	r->f.seed = 1000 + (uint64_t)r->number;
	r->f.cx.clock = (struct clock){fixture_now, &r->f};
	r->f.cx.random = (struct random_source){fixture_random, &r->f};
}

/* Runs it RACERS times at once, at the time of `like`; the sum of what came of it. */
static inline struct racer race(struct test_db *t, const struct fixture *like, void *world,
	void (*run)(struct racer *r))
{
	static struct racer racers[RACERS];
	pthread_barrier_t start;
	struct racer all = {0};
	pthread_barrier_init(&start, NULL, RACERS);
	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){.start = &start, .run = run, .number = i,
			.world = world};
		racer_prepare(&racers[i], like, t);
		assert_int_equal(pthread_create(&racers[i].thread, NULL, racer_thread,
			&racers[i]), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		all.won += racers[i].won;
		all.lost += racers[i].lost;
		all.odd += racers[i].odd;
		db_close(racers[i].db);
		arena_free(racers[i].arena);
	}
	pthread_barrier_destroy(&start);
	assert_int_equal(all.odd, 0);
	return all;
}

#endif
