/* A batch under marking: one body, a theory room (slot 101) and a skill room (slot 102) with five
 * examiners, and a few people seated in both. Ids are small numbers, so that tests can name
 * them. */
#ifndef LUBAN_TEST_EVALUATION_MARKED_H
#define LUBAN_TEST_EVALUATION_MARKED_H

#include <libpq-fe.h>
#include <sqlite3.h>

#include "marked_world.h"

static inline struct world world_new(void **state, int n_people, int n_examiners)
{
	struct world w = {.t = *state, .keys = fixture_keys(), .n_people = n_people,
		.n_examiners = n_examiners};
	fixture_init(&w.f, w.t, w.keys);
	return w;
}

/* The world moved when it was returned: what points into it is set here. */
static inline void world_begin(struct world *w)
{
	w->f.cx.clock.self = &w->f;
	w->f.cx.random.self = &w->f;
	workday_forget();
	put_body(w);
	put_batch(w, "marking");
	for (int i = 0; i < w->n_examiners; i++)
		put_examiner(w, i);
	for (int i = 0; i < w->n_people; i++)
		put_person(w, i);
}

#define WORLD(w, people, examiners) \
	struct world w = world_new(state, (people), (examiners)); \
	struct ctx *cx = &w.f.cx; \
	(void)cx; \
	world_begin(&w)

static inline void world_end(struct world *w)
{
	workday_forget();
	keyring_free(w->keys);
}

static inline struct mark_in theory_mark(int i, int64_t round, int64_t centi)
{
	return (struct mark_in){.person_id = person(i), .enrolment_id = enrolment(i),
		.part = PART_THEORY, .round = round, .flag = MARK_SCORE, .score_centi = centi,
		.note = ""};
}

static inline struct mark_in skill_mark(int i, enum mark_flag flag, int64_t centi)
{
	return (struct mark_in){.person_id = person(i), .enrolment_id = enrolment(i),
		.part = PART_SKILL, .flag = flag, .score_centi = centi,
		.note = flag == MARK_VOID ? "替考" : ""};
}

static inline void put_theory(struct world *w, int64_t clerk, int64_t round, const int64_t *centi)
{
	int n;
	as_clerk(w, clerk);
	for (int i = 0; i < w->n_people; i++) {
		struct mark_in in = theory_mark(i, round, centi[i]);
		test_ok(w->t, mark_put(&w->f.cx, &in));
	}
	test_ok(w->t, mark_sign(&w->f.cx, BATCH, PART_THEORY, THEORY_SLOT, &n));
}

/* Examiner k gives everybody centi[k]. */
static inline void put_skill(struct world *w, const int64_t *centi)
{
	int n;
	for (int k = 0; k < w->n_examiners; k++) {
		as_examiner(w, k);
		for (int i = 0; i < w->n_people; i++) {
			struct mark_in in = skill_mark(i, MARK_SCORE, centi[k]);
			test_ok(w->t, mark_put(&w->f.cx, &in));
		}
		test_ok(w->t, mark_sign(&w->f.cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
}

/* Past the program, as somebody with a password of the database would. */
static inline void tamper(struct world *w, const char *sql)
{
	if (w->t->kind == DB_SQLITE) {
		sqlite3 *db;
		assert_int_equal(sqlite3_open(w->t->place, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		return;
	}
	PGconn *conn = PQconnectdb(w->t->url);
	PGresult *res = PQexec(conn, sql);
	assert_int_equal(PQresultStatus(res), PGRES_COMMAND_OK);
	PQclear(res);
	PQfinish(conn);
}

static inline struct q_part_find part_now(struct world *w, int i, int64_t part)
{
	struct q_part_find p;
	test_ok(w->t, q_part_find(w->t->db, &p, .person_id = person(i),
		.enrolment_id = enrolment(i), .part = part));
	return p;
}

static inline const char *batch_state(struct world *w)
{
	struct q_batch_find b;
	test_ok(w->t, q_batch_find(w->t->db, &b, .id = BATCH, .scope = scope_all()));
	return b.state;
}

#endif
