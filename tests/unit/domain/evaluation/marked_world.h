/* What a batch under marking is made of: body, rooms, examiners, people; and who acts. Used
 * through marked.h. */
#ifndef LUBAN_TEST_EVALUATION_MARKED_WORLD_H
#define LUBAN_TEST_EVALUATION_MARKED_WORLD_H

#include "../../core/fixture.h"
#include "core/secret.h"
#include "core/workday.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/core.h"
#include "query/enrolment.h"
#include "query/mark.h"
#include "query/person.h"
#include "query/registry.h"
#include "query/result.h"
#include "query/standard.h"

enum { BATCH = 10, BODY = 1, THEORY_SLOT = 101, SKILL_SLOT = 102, PEOPLE_MAX = 9,
	CLERK = 21, CLERK2 = 22, MANAGER = 23, MANAGER2 = 24, EXAMINER = 31, CITY = 41,
		CITY2 = 42 };

struct world {
	struct fixture f;
	struct test_db *t;
	struct keyring *keys;
	int n_people, n_examiners;
};

static inline int64_t person(int i) { return 1001 + i; }
static inline int64_t enrolment(int i) { return 2001 + i; }

static inline void as(struct world *w, enum role role, int64_t account, int64_t body)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = role, .account_id = account,
		.name = text_of(&w->f.cx, "人员%d", (int)account), .region = "3710",
		.body_id = body, .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_clerk(struct world *w, int64_t account)
{
	as(w, ROLE_BODY_CLERK, account, BODY);
}

static inline void as_manager(struct world *w, int64_t account)
{
	as(w, ROLE_BODY_MANAGER, account, BODY);
}

static inline void as_examiner(struct world *w, int i)
{
	as(w, ROLE_EXAMINER, EXAMINER + i, BODY);
}

static inline void as_city(struct world *w, int64_t account)
{
	as(w, ROLE_AUTHORITY, account, 0);
}

static inline void put_body(struct world *w)
{
	struct db *db = w->t->db;
	test_ok(w->t, q_occupation_insert(db, .id = 1, .edition = "2022", .code = "6-31-01-03",
		.name = "电工", .track = "level", .grades = "54321"));
	for (int64_t id = BODY; id <= BODY + 1; id++)
		test_ok(w->t, q_body_insert(db, .id = id, .name = id == BODY ? "甲学院" : "乙学院",
			.uscc = id == BODY ? "A" : "B", .body_kind = "social", .region = "3710",
			.contact = "王", .phone = "0631-1"));
	test_ok(w->t, q_venue_insert(db, .id = 1, .body_id = BODY, .region = "3710",
		.name = "一号楼"));
	for (int64_t id = 1; id <= 2; id++)
		test_ok(w->t, q_room_insert(db, .id = id, .venue_id = 1, .body_id = BODY,
			.region = "3710", .name = id == 1 ? "101" : "车间", .part = id, .seats = 30,
			.per_row = 5));
}

static inline void put_batch(struct world *w, const char *state)
{
	struct db *db = w->t->db;
	int64_t at = w->f.now - 86400;
	test_ok(w->t, q_batch_insert(db, .id = BATCH, .body_id = BODY, .region = "3710",
		.batch_no = "S000037100001-202602-01", .title = "电工三级", .occupation_id = 1,
		.grade = 3, .ruleset = "eligibility-2023", .parts = PART_THEORY | PART_SKILL,
		.enrol_from_on = day_of("2026-01-05"), .enrol_to_on = day_of("2026-01-31"),
		.quota = 30, .contact = "王", .phone = "0631-1", .created_by = CLERK));
	test_ok(w->t, q_batch_set_times(db, .id = BATCH, .first_at = at - 3600, .last_at = at));
	test_ok(w->t, q_batch_move(db, .id = BATCH, .from_state = "draft", .state = state));
	for (int64_t k = 0; k < 2; k++)
		test_ok(w->t, q_batch_room_insert(db, .id = THEORY_SLOT + k, .batch_id = BATCH,
			.body_id = BODY, .region = "3710", .part = k + 1, .room_id = k + 1,
			.venue_id = 1, .starts_at = at - 3600, .ends_at = at, .capacity = 30));
}

static inline void put_examiner(struct world *w, int i)
{
	struct db *db = w->t->db;
	const char *index = text_of(&w->f.cx, "staff%d", i);
	test_ok(w->t, q_staff_insert(db, .id = 200 + i, .body_id = BODY, .region = "3710",
		.name = text_of(&w->f.cx, "考评员%d", i), .idno_index = index, .idno_mask = "",
		.employer = "", .duties = 2));
	test_ok(w->t, q_staff_set_account(db, .id = 200 + i, .account_id = EXAMINER + i));
	test_ok(w->t, q_batch_staff_insert(db, .id = 300 + i, .batch_id = BATCH, .body_id = BODY,
		.region = "3710", .batch_room_id = SKILL_SLOT, .part = PART_SKILL,
		.staff_id = 200 + i, .idno_index = index, .duty = i ? "examiner" : "leader"));
}

static inline void put_person(struct world *w, int i)
{
	static const char *const names[PEOPLE_MAX] = {"赵一", "钱二", "孙三", "李四", "周五",
		"吴六", "郑七", "王八", "冯九"};
	struct db *db = w->t->db;
	test_ok(w->t, q_person_insert(db, .person_id = person(i), .name = names[i], .sex = "1",
		.idno_index = text_of(&w->f.cx, "person%d", i),
		.birth_on = day_of("1990-01-01"), .id_type = "idno",
		.idno_mask = "371***********0011", .region = "3710"));
	test_ok(w->t, q_person_index_insert(db, .idno_index = text_of(&w->f.cx, "person%d", i),
		.found_person_id = person(i)));
	test_ok(w->t, q_enrolment_insert(db, .person_id = person(i), .id = enrolment(i),
		.batch_id = BATCH, .body_id = BODY, .region = "3710", .source = "roster",
		.seq = i + 1, .name = names[i], .idno_mask = "371***********0011", .verdict = "met",
		.ruleset = "eligibility-2023", .ruleset_version = "1"));
	test_ok(w->t, q_enrolment_move(db, .person_id = person(i), .id = enrolment(i),
		.from_state = "submitted", .state = "accepted"));
	for (int64_t part = PART_THEORY; part <= PART_SKILL; part <<= 1) {
		test_ok(w->t, q_enrolment_part_insert(db, .person_id = person(i),
			.enrolment_id = enrolment(i), .part = part, .batch_id = BATCH,
			.body_id = BODY, .region = "3710", .attempt = "new",
			.part_state = "pending"));
		test_ok(w->t, q_arrange_set_seat(db, .person_id = person(i),
			.enrolment_id = enrolment(i), .part = part, .seat = i + 1,
			.batch_room_id = part == PART_THEORY ? THEORY_SLOT : SKILL_SLOT));
	}
}

#endif
