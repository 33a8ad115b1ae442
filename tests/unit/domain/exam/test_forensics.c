/* The whole look against exams of which the truth is known: how often it errs, what it finds. The
 * bounds are what is claimed; the figures are printed. */
#include <string.h>

#include "domain/exam/forensics.h"
#include "domain/exam/simulate_cheat.h"
#include "near.h"

struct setting {
	struct arena *arena;
	struct simulated_exam e;
	struct forensics f;
};

static struct setting look(const struct cheat_plan *plan, enum similarity_index primary)
{
	struct setting s = {.arena = arena_new((size_t)1 << 30)};
	const struct forensics_options o = {.similarity = {.primary = primary}, .seed = 9};
	const char *why;
	assert_int_equal(simulate_exam(plan, s.arena, &s.e), 0);
	assert_int_equal(forensics_run(&s.e.r, &o, s.arena, &s.f, &why), 0);
	assert_false(s.f.was_stopped);
	return s;
}

static void count(const struct setting *s, int *hits, int *false_findings)
{
	uint8_t hit[1200] = {0};
	*hits = *false_findings = 0;
	for (int i = 0; i < s->f.similarity.n; i++) {
		const struct similar_pair *p = &s->f.similarity.pair[i];
		if (!p->is_finding)
			continue;
		if (simulate_is_pair(&s->e, p->a, p->b))
			hit[p->a] = hit[p->b] = 1;
		else
			(*false_findings)++;
	}
	for (int p = 0; p < s->e.r.n; p++)
		*hits += s->e.kind[p] != CHEAT_NONE && hit[p];
}

/* Four honest exams: no finding of any kind of pair, hardly a candidate or group. */
static void nobody_cheats(void **state)
{
	int pairs = 0, persons = 0, groups = 0, p3[SIMILARITY_INDICES] = {0};
	double tests = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct setting s = look(&(struct cheat_plan){.seed = seed, .n = 900, .m = 80},
			SIMILARITY_M4);
		tests += 900 * 899 / 2.0;
		for (int i = 0; i < s.f.similarity.n; i++)
			for (int k = 0; k < SIMILARITY_INDICES; k++)
				p3[k] += s.f.similarity.pair[i].p[k] <= 1e-3;
		for (int k = 0; k < SIMILARITY_INDICES; k++)
			pairs += (int)(s.f.similarity.findings[k][0]
				+ s.f.similarity.findings[k][1]);
		for (int p = 0; p < 900; p++)
			persons += s.f.person[p].erasure_adjusted <= 0.01
				|| s.f.person[p].fast_adjusted <= 0.01;
		for (int kind = 0; kind < FORENSIC_GROUPS; kind++)
			for (int m = 0; m < FORENSIC_MEASURES; m++)
				for (int g = 0; g < s.f.picture[kind].n; g++)
					groups += s.f.picture[kind].group[m][g].adjusted <= 0.01;
		arena_free(s.arena);
	}
	print_message("nobody cheats, %.0f pairs: findings %d; p <= 1e-3 of a thousand: m4 %.2f, "
		"gbt "
		"%.2f, omega %.2f; candidates marked %d of 3600; groups %d\n", tests, pairs,
		p3[SIMILARITY_M4] / tests * 1e3, p3[SIMILARITY_GBT] / tests * 1e3,
		p3[SIMILARITY_OMEGA] / tests * 1e3, persons, groups);
	assert_int_equal(pairs, 0);
	assert_true(persons <= 4);
	assert_true(groups <= 3);
	for (int k = 0; k < SIMILARITY_INDICES; k++)
		assert_true(p3[k] / tests <= 1e-3);
}

/* A single room: too few to learn the options from, and still no false alarms to speak of. */
static void small_honest_exams(void **state)
{
	int exams = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct setting s = look(&(struct cheat_plan){.seed = 700 + seed, .n = 25, .m = 60},
			SIMILARITY_M4);
		exams += s.f.similarity.findings[SIMILARITY_M4][FAMILY_NEAR]
			+ s.f.similarity.findings[SIMILARITY_M4][FAMILY_FAR] > 0;
		arena_free(s.arena);
	}
	print_message("nobody cheats, 20 exams of 25 candidates: %d with a finding\n", exams);
	assert_true(exams <= 2);
}

/* Twenty of a thousand copy from a neighbour. */
static void copiers(void **state)
{
	static const struct {
		double copied;
		int least; /* found, of 20 */
	} rows[] = {{0.2, 0}, {0.4, 2}, {0.6, 10}, {0.8, 14}};
	(void)state;
	for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
		const struct cheat_plan plan = {.seed = 60, .n = 1000, .m = 80, .copiers = 0.02,
			.copied = rows[k].copied};
		/* the weaker two once, for comparison */
		for (int index = 0; index < (k == 2 ? SIMILARITY_INDICES : 1); index++) {
			struct setting s = look(&plan, (enum similarity_index)index);
			int hits, false_findings;
			count(&s, &hits, &false_findings);
			print_message("20 of 1000 copy %.0f of 80 answers, %s: found %d, false "
				"findings %d; 80 %% from %d answers on\n", rows[k].copied * 80,
				(const char *[]){"m4", "gbt", "omega"}[index], hits, false_findings,
				s.f.power.least_80[FAMILY_NEAR]);
			assert_true(hits >= (index == SIMILARITY_GBT ? rows[k].least / 3
				: rows[k].least));
			assert_true(false_findings <= 2);
			if (hits >= 8)
				assert_true(s.f.seats.near_p < 1e-3);
			arena_free(s.arena);
		}
	}
}

/* A key that is all right makes nobody alike, it makes them quick. */
static void a_leaked_key_shows_in_times(void **state)
{
	const struct cheat_plan plan = {.seed = 61, .n = 900, .m = 80, .knowers = 0.04,
		.leaked = 0.4};
	struct setting s = look(&plan, SIMILARITY_M4);
	int hits = 0, alarms = 0, by_pairs, false_findings;
	(void)state;
	count(&s, &by_pairs, &false_findings);
	for (int p = 0; p < 900; p++) {
		bool is_marked = s.f.person[p].fast_adjusted <= 0.01;
		hits += is_marked && s.e.kind[p] == CHEAT_KNOWER;
		alarms += is_marked && s.e.kind[p] == CHEAT_NONE;
	}
	print_message("36 of 900 know a right key to 40 %%: by times %d, false %d; by pairs %d\n",
		hits, alarms, by_pairs);
	assert_true(hits >= 20);
	assert_true(alarms <= 5);
	arena_free(s.arena);
}

static int knowers_found(const struct setting *s, const struct forensics *f, int from)
{
	uint8_t hit[1200] = {0};
	int n = 0;
	for (int i = 0; i < f->similarity.n; i++) {
		const struct similar_pair *p = &f->similarity.pair[i];
		if (p->is_finding && simulate_is_pair(&s->e, from + p->a, from + p->b))
			hit[p->a] = hit[p->b] = 1;
	}
	for (int p = 0; p < 1200; p++)
		n += hit[p];
	return n;
}

/* A wrong key went round among few of each of eight exams: together they stand out, and the rate of
 * false findings is held over the whole. */
static void a_leaked_key_over_several_exams(void **state)
{
	enum { EXAMS = 8, EACH = 150 };
	const struct cheat_plan plan = {.seed = 63, .n = EXAMS * EACH, .m = 80, .knowers = 0.01,
		.leaked = 0.6, .leaked_wrong = 0.25};
	struct setting s = look(&plan, SIMILARITY_M4);
	const struct forensics_options o = {.similarity = {.primary = SIMILARITY_M4}, .seed = 9};
	int jointly, apart = 0, knowers = 0, false_findings, unused;
	(void)state;
	count(&s, &unused, &false_findings);
	jointly = knowers_found(&s, &s.f, 0);
	for (int e = 0; e < EXAMS; e++) {
		int64_t at = (int64_t)e * EACH * plan.m;
		struct response_matrix r = s.e.r;
		struct forensics f;
		const char *why;
		r.n = EACH;
		r.answer += at;
		r.persons += (int64_t)e * EACH;
		r.time_centi += r.time_centi ? at : 0;
		r.change += r.change ? at : 0;
		r.score_centi = NULL;
		assert_int_equal(forensics_run(&r, &o, s.arena, &f, &why), 0);
		apart += knowers_found(&s, &f, e * EACH);
	}
	for (int p = 0; p < plan.n; p++)
		knowers += s.e.kind[p] == CHEAT_KNOWER;
	print_message("%d of %d over %d exams know a key that is partly wrong: found one by one "
		"%d, together %d, false %d\n", knowers, plan.n, EXAMS, apart, jointly,
		false_findings);
	assert_true(jointly >= apart * 3 / 2 && jointly >= knowers / 2);
	assert_true(false_findings <= 2);
	arena_free(s.arena);
}

/* A centre where answers are said aloud and changed late: it stands out as a centre. */
static void a_helped_centre_stands_out(void **state)
{
	const struct cheat_plan plan = {.seed = 62, .n = 1200, .m = 80, .rooms_a_centre = 2,
		.helped_centre = 4, .helped = 0.6, .helped_wrong = 0.1};
	struct setting s = look(&plan, SIMILARITY_OMEGA);
	const struct forensic_picture *c = &s.f.picture[FORENSIC_CENTRE];
	int others = 0;
	(void)state;
	assert_int_equal(c->n, 20);
	assert_int_equal(c->group[MEASURE_CHANGED][3].group, 4);
	for (int m = 0; m < FORENSIC_MEASURES; m++) {
		print_message("centre 4, measure %d: mean %.2f, elsewhere %.2f, adjusted p %.1e\n",
			m, c->group[m][3].mean, c->group[m][3].expected, c->group[m][3].adjusted);
		for (int g = 0; g < 20; g++)
			others += g != 3 && c->group[m][g].adjusted <= 0.01;
	}
	assert_true(c->group[MEASURE_CHANGED][3].adjusted < 1e-4);
	assert_true(c->group[MEASURE_PAIRED][3].adjusted < 1e-3);
	assert_true(others <= 1);
	arena_free(s.arena);
}

/* The sheet of one pair: what it says is so. */
static void evidence_adds_up(void **state)
{
	const struct cheat_plan plan = {.seed = 60, .n = 600, .m = 80, .copiers = 0.02,
		.copied = 0.8};
	struct setting s = look(&plan, SIMILARITY_M4);
	const struct similar_pair *pair = &s.f.similarity.pair[0];
	struct evidence e;
	int right = 0, wrong = 0;
	(void)state;
	forensics_evidence(&s.e.r, &s.f, pair, s.arena, &e);
	assert_int_equal(e.n, pair->right + pair->wrong);
	for (int k = 0; k < e.n; k++) {
		assert_int_equal(e.item[k].answer, response_at(&s.e.r, pair->a, e.item[k].item));
		assert_int_equal(e.item[k].answer, response_at(&s.e.r, pair->b, e.item[k].item));
		assert_true(e.item[k].chance > 0 && e.item[k].chance < 1);
		assert_true(e.item[k].share >= 2.0 / 600);
		right += e.item[k].is_right;
		wrong += !e.item[k].is_right;
	}
	assert_int_equal(right, pair->right);
	assert_int_equal(wrong, pair->wrong);
	assert_true(e.rare_wrong <= wrong && e.longest_run <= e.n && e.longest_run >= 3);
	assert_true(e.expected_pairs < 0.05);
	assert_true(s.f.person[pair->a].cluster > 0
		&& s.f.person[pair->a].cluster == s.f.person[pair->b].cluster);
	arena_free(s.arena);
}

static int stop_at_half(void *self, int done)
{
	*(int *)self = done;
	return done >= 500;
}

static void what_cannot_be_looked_at_is_refused(void **state)
{
	auto_arena arena = arena_new((size_t)1 << 30);
	const struct cheat_plan plan = {.seed = 1, .n = 2500, .m = 40};
	struct simulated_exam e;
	struct forensics f;
	const char *why;
	int done = 0;
	struct forensics_options o = {.progress = stop_at_half, .self = &done};
	(void)state;
	assert_int_equal(simulate_exam(&plan, arena, &e), 0);
	assert_int_equal(forensics_run(&e.r, &o, arena, &f, &why), 0);
	assert_true(f.was_stopped && done >= 500 && done < 700);
	e.r.n = 19;
	assert_int_equal(forensics_run(&e.r, &o, arena, &f, &why), ERR_INVALID);
	assert_string_equal(why, "forensics.small");
	e.r.m = 0;
	assert_int_equal(forensics_run(&e.r, &o, arena, &f, &why), ERR_INVALID);
	assert_string_equal(why, "forensics.matrix");
}

/* The same exam, the same seed: the same result to the last bit. */
static void it_is_repeatable(void **state)
{
	const struct cheat_plan plan = {.seed = 60, .n = 300, .m = 40, .copiers = 0.05,
		.copied = 0.8};
	struct setting a = look(&plan, SIMILARITY_M4), b = look(&plan, SIMILARITY_M4);
	(void)state;
	assert_int_equal(a.f.similarity.n, b.f.similarity.n);
	assert_memory_equal(a.f.similarity.pair, b.f.similarity.pair,
		sizeof *a.f.similarity.pair * (size_t)a.f.similarity.n);
	assert_memory_equal(&a.f.power, &b.f.power, sizeof a.f.power);
	arena_free(a.arena);
	arena_free(b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_cheats),
		cmocka_unit_test(small_honest_exams),
		cmocka_unit_test(copiers), cmocka_unit_test(a_leaked_key_shows_in_times),
		cmocka_unit_test(a_leaked_key_over_several_exams),
		cmocka_unit_test(a_helped_centre_stands_out), cmocka_unit_test(evidence_adds_up),
		cmocka_unit_test(what_cannot_be_looked_at_is_refused),
		cmocka_unit_test(it_is_repeatable)};
	return cmocka_run_group_tests_name("forensics", tests, NULL, NULL);
}
