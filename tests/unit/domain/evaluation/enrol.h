/* An occupation, two bodies and open batches, without the way there; people with right numbers. */
#ifndef LUBAN_TEST_DOMAIN_ENROL_H
#define LUBAN_TEST_DOMAIN_ENROL_H

#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/flow.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/person.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "query/registry.h"
#include "query/standard.h"

enum { BODY = 7, OTHER_BODY = 8, WELDER = 100, BATCH = 1000, CLERK = 11, OFFICE = 12, QUOTA = 5 };

struct enrol {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
};

static inline void must_at(struct enrol *e, int r, int line)
{
	if (r < 0)
		fail_msg("line %d: %s / %s", line,
			e->cx->problem.n_fields ? e->cx->problem.fields[0].id
			: e->cx->problem.id ? problem_text(e->cx) : "?", db_error(e->cx->db));
}
#define must(e, r) must_at((e), (r), __LINE__)

static inline void as(struct enrol *e, enum role role, int64_t account, int64_t body,
	int64_t person)
{
	const char *region = role == ROLE_AUTHORITY ? "3710" : body ? "371002" : "";
	ctx_act_as(e->cx, &(struct actor){.role = role, .account_id = account, .name = "某人",
		.region = region, .body_id = body, .person_id = person, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_clerk(struct enrol *e)
{
	as(e, ROLE_BODY_CLERK, CLERK, BODY, 0);
}

static inline void as_worker(struct enrol *e, int64_t person)
{
	as(e, ROLE_WORKER, 900 + person % 100, 0, person);
}

static inline void as_office(struct enrol *e)
{
	as(e, ROLE_AUTHORITY, OFFICE, 0, 0);
}

/* An open batch of the welders, first examined on a day. */
static inline void add_batch(struct enrol *e, int64_t id, int64_t body, int64_t grade,
	const char *ruleset, const char *exam_on)
{
	must(e, q_batch_insert(e->cx->db, .id = id, .body_id = body, .region = "371002",
		.batch_no = text_of(e->cx, "B%d", (int)id),
		.title = text_of(e->cx, "批次%d", (int)id),
		.occupation_id = WELDER, .grade = grade, .standard_id = 1, .ruleset = ruleset,
		.ruleset_version = "", .parts = PART_THEORY | PART_SKILL,
		.enrol_from_on = day_of("2026-02-20"), .enrol_to_on = day_of("2026-03-20"),
		.quota = QUOTA,
		.contact = "", .phone = "", .notice = "", .created_by = 1, .created_at = e->f.now));
	must(e, q_batch_set_times(e->cx->db, .id = id,
		.first_at = civil_midnight(day_of(exam_on)) + 9 * 3600,
		.last_at = civil_midnight(day_of(exam_on)) + 17 * 3600));
	must(e, q_batch_move(e->cx->db, .id = id, .from_state = "draft", .state = "enrolling"));
}

static inline void enrol_init(struct enrol *e, struct test_db *t)
{
	e->keys = fixture_keys();
	fixture_init(&e->f, t, e->keys);
	e->cx = &e->f.cx;
	ctx_act_as_system(e->cx, "test");
	must(e, q_occupation_insert(t->db, .id = WELDER, .edition = "2022", .code = "6-18-02-04",
		.name = "焊工", .track = "level", .grades = "54321"));
	must(e, q_standard_insert(t->db, .id = 1, .occupation_id = WELDER, .version = "1",
		.title = "焊工", .ruleset = "eligibility-2023", .effective_on = 0, .ends_on = 0));
	for (int64_t id = BODY; id <= OTHER_BODY; id++)
		must(e, q_body_insert(t->db, .id = id, .name = id == BODY ? "甲机构" : "乙机构",
			.uscc = id == BODY ? "1" : "2", .body_kind = "enterprise",
			.region = id == BODY ? "371002" : "370202", .created_at = 1));
	add_batch(e, BATCH, BODY, 4, "eligibility-2023", "2026-04-11");
}

static inline const char *number(struct enrol *e, int i)
{
	char idno[19];
	ident_idno_make("371002", day_of("1990-03-04") + i, 100 + i % 800, idno);
	return arena_dup(e->cx->arena, idno);
}

static inline struct person_in somebody(struct enrol *e, int i)
{
	return (struct person_in){.name = text_of(e->cx, "考生%d", i), .idno = number(e, i),
		.phone = "13800000001", .employer = "船厂"};
}

static inline int64_t add_person(struct enrol *e, int i)
{
	struct person_in in = somebody(e, i);
	int64_t id;
	must(e, person_save(e->cx, &in, &id));
	return id;
}

static inline struct enrolment_in wish(int64_t batch, int64_t person, const char *work_from)
{
	return (struct enrolment_in){.batch_id = batch, .person_id = person, .source = "self",
		.unit = "船厂",
		.consent = true, .claims = {.work_from_on = work_from ? day_of(work_from) : 0}};
}

#endif
