/* Of plan_case.h: who acts, and bodies with what they are filed for and whom they employ. */
#ifndef LUBAN_TEST_PLAN_BODY_H
#define LUBAN_TEST_PLAN_BODY_H

#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/secret.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "query/registry.h"
#include "query/standard.h"

enum { HOUR = 3600, STAFF = 8, CLERK_ID = 11, MANAGER_ID = 12 };
enum { WELDER = 501, FITTER = 502, ARC_WELDING = 511, FITTING = 512, STANDARD = 521 };

struct plan_case {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
	struct test_db *t;
	int64_t body, venue, theory_room, skill_room, batch, theory, skill;
	int64_t staff[STAFF]; /* two proctors, five examiners, a supervisor */
	int64_t serial;
};

static inline void must_at(struct plan_case *p, int r, int line)
{
	if (r < 0)
		fail_msg("line %d: %s %s %s", line, err_name(r),
			p->cx->problem.id ? problem_text(p->cx) : "", db_error(p->cx->db));
}
#define must(p, r) must_at((p), (r), __LINE__)

static inline int64_t moment(const char *day, int hour, int minute)
{
	return civil_midnight(day_of(day)) + hour * HOUR + minute * 60;
}

static inline void as_role(struct plan_case *p, enum role role, int64_t account, const char *region,
	int64_t body)
{
	ctx_act_as(p->cx, &(struct actor){.role = role, .account_id = account, .name = "某人",
		.region = region, .body_id = body, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_clerk(struct plan_case *p)
{
	as_role(p, ROLE_BODY_CLERK, CLERK_ID, "371002", p->body);
}

static inline void as_manager(struct plan_case *p)
{
	as_role(p, ROLE_BODY_MANAGER, MANAGER_ID, "371002", p->body);
}

static inline void as_office(struct plan_case *p)
{
	as_role(p, ROLE_AUTHORITY, 21, "3710", 0);
}

static inline const char *idno_of(struct plan_case *p, int64_t serial)
{
	char idno[19];
	ident_idno_make("371002", day_of("1985-06-07") + serial / 900, (int)(serial % 900), idno);
	return arena_dup(p->cx->arena, idno);
}

static inline int64_t a_staff(struct plan_case *p, const char *name, int64_t serial, int64_t duties)
{
	int64_t id;
	must(p, staff_save(p->cx, p->body, 0, &(struct staff_in){.name = name,
		.idno = idno_of(p, serial), .phone = text_of(p->cx, "1380000%04d", (int)serial),
		.employer = text_of(p->cx, "单位%d", (int)serial), .duties = duties}, &id));
	return id;
}

static inline void a_card(struct plan_case *p, int64_t staff_id, int64_t occupation,
	int64_t grade_top, const char *to)
{
	int64_t id;
	must(p, card_add(p->cx, staff_id, &(struct card_in){
		.number = text_of(p->cx, "K%05d", (int)++p->serial), .card_kind = "examiner",
		.occupation_id = occupation, .grade_top = grade_top,
		.valid_from_on = day_of("2025-01-01"), .valid_to_on = day_of(to)}, &id));
}

static inline void some_standards(struct plan_case *p)
{
	struct db *db = p->cx->db;
	must(p, q_occupation_insert(db, .id = WELDER, .edition = "2022", .code = "6-18-02-04",
		.name = "焊工", .track = "level", .grades = "54321"));
	must(p, q_occupation_insert(db, .id = FITTER, .edition = "2022", .code = "6-20-01-01",
		.name = "装配钳工", .track = "level", .grades = "543"));
	must(p, q_work_type_insert(db, .id = ARC_WELDING, .occupation_id = WELDER,
		.name = "电焊工"));
	must(p, q_work_type_insert(db, .id = FITTING, .occupation_id = FITTER, .name = "钳工"));
	must(p, q_standard_insert(db, .id = STANDARD, .occupation_id = WELDER,
		.version = "2018年版", .title = "焊工", .ruleset = "eligibility-2023",
		.effective_on = day_of("2018-01-01")));
}

static inline void add_scope(struct plan_case *p, int64_t body, int64_t grade, const char *to)
{
	must(p, q_body_scope_upsert(p->cx->db, .id = ++p->serial, .body_id = body,
		.occupation_id = WELDER, .grade = grade, .valid_from_on = day_of("2025-01-01"),
		.valid_to_on = day_of(to)));
}

static inline int64_t a_body(struct plan_case *p, int64_t id, const char *kind, const char *code)
{
	struct db *db = p->cx->db;
	must(p, q_body_insert(db, .id = id, .name = code, .uscc = code, .body_kind = kind,
		.region = "371002", .contact = "李二", .phone = "0631-5200000"));
	must(p, q_body_effect(db, .id = id, .body_code = code, .filed_on = day_of("2025-01-01"),
		.state = "filed"));
	return id;
}

#endif
