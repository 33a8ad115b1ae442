/* A body with rooms and staff, and a plan of a batch that keeps every rule, for tests that then
 * break one. The clock stands on Monday 2026-03-02; the examination is on Wednesday 2026-04-08. No
 * holidays are known, so working days are Mondays to Fridays. */
#ifndef LUBAN_TEST_PLAN_CASE_H
#define LUBAN_TEST_PLAN_CASE_H

#include "plan_body.h"

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

/* A test: CASE(name) { … p … }, in a list as test_db_case(name); CASE_AFTER has p go some way
 * first. */
static inline void with_case(
	void **state, void (*before)(struct plan_case *p), void (*run)(struct plan_case *p))
{
	struct plan_case p;
	plan_case_init(&p, *state);
	if (before)
		before(&p);
	run(&p);
	plan_case_fini(&p);
}

#define CASE_AFTER(before, name) \
	static void name##_run(struct plan_case *p); \
	static void name(void **state) \
	{ \
		with_case(state, before, name##_run); \
	} \
	static void name##_run(struct plan_case *p)
#define CASE(name) CASE_AFTER(NULL, name)

#endif
