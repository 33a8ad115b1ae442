/* Inside the room: a run while it goes on. */
#ifndef LUBAN_SIMULATION_SIMULATING_H
#define LUBAN_SIMULATION_SIMULATING_H

#include "domain/demo/words.h"
#include "domain/evaluation/person.h"
#include "domain/simulation/plan.h"
#include "domain/simulation/simulation.h"

enum { SIM_COUNTIES = 24 };

struct sim_thing {
	int64_t id, occupation_id;
	const char *name;
};

struct sim_registered {
	int64_t id;
	const char *name, *code, *region;
};

struct simulating {
	struct ctx *cx;
	const struct simulation_in *in;
	struct arena *keep; /* for the whole run */
	struct arena *step; /* cx->arena of one batch */
	struct sim_plan plan;
	struct words words;
	struct chance domain_chance;
	uint64_t seed;
	int64_t now;
	int64_t *days;   /* of issue */
	int32_t n_days;
	struct sim_thing *occupations, *projects;
	size_t n_occupations, n_projects;
	const char *counties[SIM_CITIES][SIM_COUNTIES];
	int n_counties[SIM_CITIES];
	struct sim_registered *bodies;
	int64_t n_bodies, n_done_days, n_people, n_certificates; /* as the database says */
};

/* ---- reference.c ---- */
/* Occupations, projects, counties and days; adds what the reference data lack. */
int sim_reference(struct simulating *s) MUST_CHECK;
/* Those that are missing, and the table of all. */
int sim_bodies(struct simulating *s) MUST_CHECK;
void sim_begin_step(struct simulating *s);
/* Keeps how far it got, in the transaction that got there. */
int sim_keep(struct simulating *s, int64_t bodies, int64_t days, int64_t people,
	int64_t certificates) MUST_CHECK;

/* ---- people.c ---- */
/* The i-th adult or pupil, always the same. */
void sim_person(struct simulating *s, bool is_pupil, int64_t i, const char *county,
	const char *employer, struct person_in *ret_person);

/* ---- issue.c ---- */
/* One batch: people, enrolments, results, certificates. In the caller's transaction. */
int sim_batch(struct simulating *s, size_t i) MUST_CHECK;

#endif
