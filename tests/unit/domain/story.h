/* Who takes part in the story of test_story.c, and how they act. */
#ifndef LUBAN_TEST_DOMAIN_STORY_H
#define LUBAN_TEST_DOMAIN_STORY_H

#include "../core/fixture.h"
#include "core/flow.h"
#include "domain/standard/grade.h"

enum { GOOD = 20, PEOPLE = GOOD + 1, HOUR = 3600, DAY = 24 * HOUR };
enum { MANAGER = 11, CLERK1, CLERK2, OFFICE = 21, HEAD, ELSEWHERE, EXAMINER = 31 };

struct story {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
	int64_t body, filing, welder, batch, theory_room, skill_room, theory_slot, skill_slots[2];
	int64_t proctors[2], supervisor, examiners[4];
	int64_t people[PEOPLE], enrolments[PEOPLE];
};

static inline void at(struct story *s, const char *day, int hour)
{
	s->f.now = civil_midnight(day_of(day)) + hour * HOUR;
}

static inline void as(struct story *s, enum role role, int64_t account, const char *name,
	const char *region, int64_t body)
{
	ctx_act_as(s->cx, &(struct actor){.role = role, .account_id = account, .name = name,
		.region = region,
		.body_id = body, .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_manager(struct story *s)
{
	as(s, ROLE_BODY_MANAGER, MANAGER, "负责人", "371002", s->body);
}

static inline void as_clerk(struct story *s, int64_t account)
{
	as(s, ROLE_BODY_CLERK, account, account == CLERK1 ? "经办甲" : "经办乙", "371002", s->body);
}

static inline void as_office(struct story *s)
{
	as(s, ROLE_AUTHORITY, OFFICE, "人社经办", "3710", 0);
}

static inline void as_head(struct story *s)
{
	as(s, ROLE_AUTHORITY_HEAD, HEAD, "人社负责人", "3710", 0);
}

static inline void must_at(struct story *s, int r, int line)
{
	if (r < 0)
		fail_msg("line %d: %s: %s / %s", line, s->cx->problem.id ? s->cx->problem.id : "?",
			s->cx->problem.id ? problem_text(s->cx) : "", db_error(s->cx->db));
}
/* test_faults.c has its own. */
#ifndef must
#define must(s, r) must_at((s), (r), __LINE__)
#endif

static inline void move(struct story *s, const struct flow *flow, int64_t person, int64_t id,
	const char *action, int line)
{
	(void)line;
	must(s, flow_run(s->cx, flow, person, id, action, "理由", NULL));
}

#endif
