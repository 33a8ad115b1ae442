#include "web/once.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "support.h"

enum { MINUTE = 60, SENDERS = 8 };

static const uint8_t key[ONCE_KEY] = {1, 2, 3}, other[ONCE_KEY] = {1, 2, 4};

static void the_second_gets_the_first_one_s_answer(void **state)
{
	struct once *o = once_new();
	char *answer = NULL;
	(void)state;
	assert_int_equal(once_begin(o, key, 1000, &answer), ONCE_RUN);
	once_done(o, key, 1000, "/there");
	assert_int_equal(once_begin(o, key, 1000 + 14 * MINUTE, &answer), ONCE_REPEAT);
	assert_string_equal(answer, "/there");
	free(answer);
	assert_int_equal(once_begin(o, other, 1000, &answer), ONCE_RUN);
	once_done(o, other, 1000, NULL);
	once_free(o);
}

static void what_failed_may_be_sent_again(void **state)
{
	struct once *o = once_new();
	char *answer = NULL;
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(once_begin(o, key, 1000, &answer), ONCE_RUN);
		once_done(o, key, 1000, NULL);
	}
	once_free(o);
}

static void an_answer_is_forgotten_after_a_quarter_of_an_hour(void **state)
{
	struct once *o = once_new();
	char *answer = NULL;
	(void)state;
	assert_int_equal(once_begin(o, key, 1000, &answer), ONCE_RUN);
	once_done(o, key, 1000, "/there");
	assert_int_equal(once_begin(o, key, 1000 + 15 * MINUTE, &answer), ONCE_RUN);
	once_done(o, key, 2000, "/there");
	once_free(o);
}

struct race {
	struct once *once;
	atomic_int acted, repeated;
};

static void *sender(void *arg)
{
	struct race *race = arg;
	char *answer = NULL;
	switch (once_begin(race->once, key, 1000, &answer)) {
	case ONCE_RUN:
		atomic_fetch_add(&race->acted, 1);
		usleep(20000);
		once_done(race->once, key, 1000, "/there");
		break;
	case ONCE_REPEAT:
		atomic_fetch_add(&race->repeated, 1);
		free(answer);
		break;
	case ONCE_BUSY:
		break;
	}
	return NULL;
}

static void of_many_at_once_one_acts(void **state)
{
	struct race race = {.once = once_new()};
	pthread_t threads[SENDERS];
	(void)state;
	for (int i = 0; i < SENDERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sender, &race), 0);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(race.acted, 1);
	assert_int_equal(race.repeated, SENDERS - 1);
	once_free(race.once);
}

static void the_table_never_grows(void **state)
{
	struct once *o = once_new();
	char *answer = NULL;
	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		uint8_t k[ONCE_KEY] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
		assert_int_equal(once_begin(o, k, 1000 + i / 100, &answer), ONCE_RUN);
		once_done(o, k, 1000 + i / 100, "/there");
	}
	uint8_t last[ONCE_KEY] = {(uint8_t)19999, (uint8_t)(19999 >> 8)};
	assert_int_equal(once_begin(o, last, 1200, &answer), ONCE_REPEAT);
	free(answer);
	once_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_gets_the_first_one_s_answer),
		cmocka_unit_test(what_failed_may_be_sent_again),
		cmocka_unit_test(an_answer_is_forgotten_after_a_quarter_of_an_hour),
		cmocka_unit_test(of_many_at_once_one_acts),
		cmocka_unit_test(the_table_never_grows),
	};
	return cmocka_run_group_tests_name("once", tests, NULL, NULL);
}
