/* plan: which batches a province held in five years, worked out from the figures that were
 * published of them (domain/statistics/figures.h), so that every figure comes out of the rows
 * exactly, at any scale. Pure: the same scale, seed and days give the same plan.
 *
 * Certificates and bodies are scaled; kinds of things (occupations, projects) are not. What was not
 * published is assumed, see plan.c. */
#ifndef LUBAN_SIMULATION_PLAN_H
#define LUBAN_SIMULATION_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum sim_kind { SIM_ENTERPRISE, SIM_SOCIAL, SIM_SCHOOL, SIM_SPECIAL, SIM_KINDS };
enum { SIM_CITIES = 16, SIM_GRADES = 9, SIM_PPM = 1000000, SIM_BATCH_MAX = 60 };

extern const char *const sim_cities[SIM_CITIES]; /* codes: "3701"… */

struct sim_targets {
	int64_t certificates, high;  /* graded */
	int64_t through[SIM_KINDS];  /* SIM_SPECIAL: of special skills, not graded */
	int64_t workers;             /* people among those through enterprises */
	int64_t bodies[SIM_KINDS];
	int64_t occupations;         /* of social bodies */
	int64_t projects;
	int64_t technicians, chiefs; /* grades 7 and 8 */
	int64_t city_bodies, city_evaluations, city_technicians; /* enterprises of Weihai */
};
void sim_targets_of(int64_t scale_ppm, struct sim_targets *ret_targets);
/* How many certificates of each grade a kind of body gives. */
void sim_grades_of(const struct sim_targets *t, int64_t ret_grades[SIM_KINDS][SIM_GRADES]);

struct sim_body {
	int64_t n;            /* certificates */
	int32_t first_slot, n_slots; /* of occupations, or of projects: indexes go round */
	int8_t kind, city;
};

struct sim_batch {
	int32_t body, day;    /* indexes; day: of the days of issue */
	int32_t slot;         /* occupation or project */
	int16_t n;
	int8_t grade;         /* 0: special skill */
	bool is_again;        /* people who have a certificate of this body already */
	int64_t first_person; /* pupils are counted for themselves */
};

struct sim_plan {
	struct sim_targets targets;
	struct sim_body *bodies;
	struct sim_batch *batches; /* in order of days */
	size_t n_bodies, n_batches;
	int64_t n_people;
};

/* Slots: how many occupations there are for enterprises and schools. */
void sim_plan_make(struct arena *a, int64_t scale_ppm, const char *seed, int32_t n_days,
	int32_t n_slots, struct sim_plan *ret_plan);

#endif
