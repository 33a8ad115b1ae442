/* A body with rooms and staff, and a plan of a batch that keeps every rule, for tests that then
 * break one. The clock stands on Monday 2026-03-02; the examination is on Wednesday 2026-04-08. No
 * holidays are known, so working days are Mondays to Fridays. */
#ifndef LUBAN_TEST_PLAN_CASE_H
#define LUBAN_TEST_PLAN_CASE_H

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

static inline void rooms_and_staff(struct plan_case *p)
{
	must(p, venue_save(p->cx, p->body, 0, &(struct venue_in){.name = "实训楼",
		.address = "海滨路1号", .contact = "", .phone = "", .equipment = ""}, &p->venue));
	must(p, room_save(p->cx, p->venue, 0, &(struct room_in){.name = "101",
		.part = PART_THEORY, .seats = 30, .per_row = 6}, &p->theory_room));
	must(p, room_save(p->cx, p->venue, 0, &(struct room_in){.name = "焊接区",
		.part = PART_SKILL | PART_REVIEW, .seats = 30, .per_row = 5}, &p->skill_room));
	for (int64_t i = 0; i < STAFF; i++)
		p->staff[i] = a_staff(p, text_of(p->cx, "员工%d", (int)i), i + 1,
			i < 2 ? DUTY_PROCTOR : i < 7 ? DUTY_EXAMINER : DUTY_INNER_SUPERVISOR);
	for (int i = 2; i < 5; i++)
		a_card(p, p->staff[i], WELDER, 3, "2027-12-31");
}

static inline struct batch_in good_plan(void)
{
	return (struct batch_in){.occupation_id = WELDER, .work_type_id = ARC_WELDING, .grade = 4,
		.enrol_from_on = day_of("2026-03-05"), .enrol_to_on = day_of("2026-03-25"),
		.quota = 30, .fee_fen = 20000, .title = "焊工四级", .contact = "李二",
		.phone = "0631-5200000", .notice = ""};
}

static inline void put_staff(struct plan_case *p)
{
	must(p, batch_staff_add(p->cx, p->theory, p->staff[0], "proctor"));
	must(p, batch_staff_add(p->cx, p->theory, p->staff[1], "proctor"));
	must(p, batch_staff_add(p->cx, p->theory, p->staff[7], "supervisor"));
	must(p, batch_staff_add(p->cx, p->skill, p->staff[2], "leader"));
	must(p, batch_staff_add(p->cx, p->skill, p->staff[3], "examiner"));
	must(p, batch_staff_add(p->cx, p->skill, p->staff[4], "examiner"));
}

/* As the clerk: a draft with its rooms and staff, `days` after 2026-04-08. */
static inline void make_plan(struct plan_case *p, int days)
{
	struct batch_in in = good_plan();
	int64_t later = (int64_t)days * 86400;
	must(p, batch_create(p->cx, &in, &p->batch));
	must(p, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room,
		moment("2026-04-08", 9, 0) + later, moment("2026-04-08", 10, 30) + later,
		&p->theory));
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, p->skill_room,
		moment("2026-04-08", 13, 30) + later, moment("2026-04-08", 16, 30) + later,
		&p->skill));
	put_staff(p);
}

static inline void plan_case_init(struct plan_case *p, struct test_db *t)
{
	memset(p, 0, sizeof *p);
	workday_forget();
	p->t = t;
	p->keys = fixture_keys();
	p->cx = &p->f.cx;
	fixture_init(&p->f, t, p->keys);
	p->serial = 1000;
	ctx_act_as_system(p->cx, "test");
	some_standards(p);
	p->body = a_body(p, 31, "social", "S000037100001");
	add_scope(p, p->body, 4, "2027-12-31");
	add_scope(p, p->body, 2, "2027-12-31");
	as_clerk(p);
	rooms_and_staff(p);
	make_plan(p, 0);
}

static inline void plan_case_fini(struct plan_case *p)
{
	keyring_free(p->keys);
}

static inline void batch_row(struct plan_case *p, struct q_batch_find *ret_row)
{
	must(p, q_batch_find(p->cx->db, ret_row, .id = p->batch, .scope = scope_all()));
}

static inline const char *state_of(struct plan_case *p)
{
	struct q_batch_find row;
	batch_row(p, &row);
	return row.state;
}

static inline void step(struct plan_case *p, const char *action)
{
	int r = flow_run(p->cx, &batch_flow, 0, p->batch, action, "理由", NULL);
	if (r < 0)
		fail_msg("%s: %s", action, problem_text(p->cx));
}

/* Someone enrolled and accepted, without the rules of enrolment. attempt of the theory part: new or
 * kept. Returns the enrolment. */
static inline int64_t a_candidate(struct plan_case *p, int64_t serial, const char *name,
	const char *unit, const char *phone, const char *attempt)
{
	struct db *db = p->cx->db;
	int64_t person = 700000 + serial, id = 800000 + serial;
	int64_t parts[] = {PART_THEORY, PART_SKILL};
	must(p, q_person_insert(db, .person_id = person, .name = name, .id_type = "idno",
		.idno_index = secret_idno_index(p->cx, idno_of(p, serial)),
		.idno_mask = "371***********0000", .phone_cipher = secret_seal(p->cx,
		"person.phone_cipher", phone)));
	must(p, q_enrolment_insert(db, .person_id = person, .id = id, .batch_id = p->batch,
		.body_id = p->body, .region = "371002", .source = "roster", .seq = serial,
		.name = name, .idno_mask = "371***********0000", .unit = unit));
	must(p, q_enrolment_move(db, .person_id = person, .id = id, .from_state = "submitted",
		.state = "accepted"));
	for (int i = 0; i < 2; i++)
		must(p, q_enrolment_part_insert(db, .person_id = person, .enrolment_id = id,
			.part = parts[i], .batch_id = p->batch, .body_id = p->body,
			.region = "371002", .attempt = i ? "new" : attempt,
			.part_state = "pending"));
	return id;
}

#endif
