/* The second chapter of test_story.c: the plan of a batch, and what is wrong with it on the way. */
#ifndef LUBAN_TEST_DOMAIN_STORY_PLAN_H
#define LUBAN_TEST_DOMAIN_STORY_PLAN_H

#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "story_body.h"

static inline struct batch_in plan(struct story *s)
{
	return (struct batch_in){.occupation_id = s->welder, .grade = 4,
		.enrol_from_on = day_of("2026-01-10"),
		.enrol_to_on = day_of("2026-01-28"), .quota = 30, .title = "焊工四级",
			.contact = "李二",
		.phone = "0631-5200000", .notice = ""};
}

/* The worst that a rule says of the plan: -1 nothing, 0 it is broken, 1 it is kept. */
static inline int says(struct story *s, const char *rule)
{
	struct plan_finding *findings;
	size_t n;
	bool ok;
	int worst = -1;
	must(s, batch_plan_check(s->cx, s->batch, &findings, &n, &ok));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(findings[i].rule, rule)) {
			assert_true(findings[i].text && *findings[i].text);
			worst = !findings[i].ok ? 0 : worst ? 1 : 0;
		}
	return worst;
}

static inline int64_t hours(const char *day, int minutes)
{
	return civil_midnight(day_of(day)) + minutes * 60;
}

static inline void add_slots(struct story *s)
{
	static const int begins[] = {13 * 60 + 30, 15 * 60 + 20};
	must(s, batch_room_add(s->cx, s->batch, PART_THEORY, s->theory_room,
		hours("2026-02-07", 510), hours("2026-02-07", 630), &s->theory_slot));
	assert_int_equal(says(s, "dates"), 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(says(s, "rooms"), 0);
		must(s, batch_room_add(s->cx, s->batch, PART_SKILL, s->skill_room,
			hours("2026-02-07", begins[i]),
			hours("2026-02-07", begins[i] + 100), &s->skill_slots[i]));
	}
	assert_int_equal(says(s, "rooms"), 1);
}

static inline void add_examiners(struct story *s, int slot)
{
	for (int i = 0; i < 3; i++)
		must(s, batch_staff_add(s->cx, s->skill_slots[slot], s->examiners[i],
			i ? "examiner" : "leader"));
}

static inline void add_people(struct story *s)
{
	for (int i = 0; i < 2; i++) {
		assert_int_equal(says(s, "proctors"), 0);
		must(s, batch_staff_add(s->cx, s->theory_slot, s->proctors[i], "proctor"));
	}
	assert_int_equal(says(s, "proctors"), 1);
	assert_field_problem(&s->f,
		batch_staff_add(s->cx, s->theory_slot, s->supervisor, "proctor"), "duty",
		"batch.not_his_duty");
	assert_int_equal(says(s, "supervisors"), 0);
	must(s, batch_staff_add(s->cx, s->theory_slot, s->supervisor, "supervisor"));
	assert_int_equal(says(s, "supervisors"), 1);
	add_examiners(s, 0);
	assert_int_equal(says(s, "examiners"), 0);
	add_examiners(s, 1);
	assert_int_equal(says(s, "examiners"), 1);
	assert_int_equal(says(s, "cards"), 1);
}

/* A fourth examiner makes the group even, and his card has run out. */
static inline void one_too_many(struct story *s)
{
	struct q_batch_staff_rows rows;
	must(s, batch_staff_add(s->cx, s->skill_slots[0], s->examiners[3], "examiner"));
	assert_int_equal(says(s, "examiners"), 0);
	assert_int_equal(says(s, "cards"), 0);
	must(s, q_batch_staff(s->cx->db, &rows, .batch_id = s->batch));
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].staff_id == s->examiners[3])
			must(s, batch_staff_remove(s->cx, s->batch, rows.at[i].id));
	assert_int_equal(says(s, "examiners"), 1);
}

/* Two at one plan: the second hears of the first, and may then insist. */
static inline void two_change_the_plan(struct story *s, struct batch_in in)
{
	struct q_batch_find before;
	must(s, batch_get(s->cx, s->batch, &before));
	in.was = batch_print(s->cx, &before);
	in.contact = "王五";
	must(s, batch_update(s->cx, s->batch, &in));
	in.contact = "赵六";
	assert_problem(&s->f, batch_update(s->cx, s->batch, &in), ERR_CONFLICT,
		"batch.changed_meanwhile");
	must(s, batch_get(s->cx, s->batch, &before));
	assert_string_equal(before.contact, "王五");
	in.was = batch_print(s->cx, &before);
	must(s, batch_update(s->cx, s->batch, &in));
}

static inline void plan_is_made(struct story *s)
{
	struct batch_in in = plan(s);
	at(s, "2026-01-04", 10);
	as_clerk(s, CLERK1);
	in.grade = 3;
	assert_problem(&s->f, batch_create(s->cx, &in, &s->batch), ERR_STATE, "scope.none");
	in.grade = 4;
	in.quota = 10;
	must(s, batch_create(s->cx, &in, &s->batch));
	assert_int_equal(says(s, "quota"), 0);
	in.quota = 30;
	must(s, batch_update(s->cx, s->batch, &in));
	two_change_the_plan(s, in);
	assert_int_equal(says(s, "quota"), 1);
	assert_int_equal(says(s, "dates"), 0);
	add_slots(s);
	add_people(s);
	one_too_many(s);
	assert_problem(&s->f, flow_run(s->cx, &batch_flow, 0, s->batch, "submit", "", NULL),
		ERR_DENIED, "auth.denied");
	as_manager(s);
	at(s, "2026-02-04", 10);
	assert_int_equal(says(s, "lead_time"), 0);
	assert_problem(&s->f, flow_run(s->cx, &batch_flow, 0, s->batch, "submit", "", NULL),
		ERR_STATE, "batch.plan_not_ready");
	at(s, "2026-01-04", 11);
	assert_int_equal(says(s, "lead_time"), 1);
	move(s, &batch_flow, 0, s->batch, "submit", __LINE__);
	as(s, ROLE_AUTHORITY, ELSEWHERE, "烟台", "3706", 0);
	assert_problem(&s->f, flow_run(s->cx, &batch_flow, 0, s->batch, "acknowledge", "", NULL),
		ERR_NOTFOUND, "batch.not_found");
	as_office(s);
	move(s, &batch_flow, 0, s->batch, "acknowledge", __LINE__);
}

#endif
