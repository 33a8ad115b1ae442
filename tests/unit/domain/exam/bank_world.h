/* Two bodies and a province, each with a bank; people who write, read and approve. */
#ifndef LUBAN_TEST_BANK_WORLD_H
#define LUBAN_TEST_BANK_WORLD_H

#include "../../core/fixture.h"
#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"
#include "domain/exam/bank_point.h"
#include "domain/standard/reference.h"
#include "query/standard.h"

enum who { CLERK_A, CLERK_B, MANAGER, EXAMINER, CLERK_OTHER, MANAGER_OTHER, EXAMINER_OTHER,
	PROVINCE, PROVINCE_2, PROVINCE_HEAD, CITY, CITY_HEAD, WORKER, SYSADMIN, AUDITOR,
		WHO_COUNT };

enum { BODY = 101, BODY_OTHER = 102 };

static const struct {
	enum role role;
	int64_t body_id;
	const char *region;
} bank_people[WHO_COUNT] = {
	[CLERK_A] = {ROLE_BODY_CLERK, BODY, "371002"},
	[CLERK_B] = {ROLE_BODY_CLERK, BODY, "371002"},
	[MANAGER] = {ROLE_BODY_MANAGER, BODY, "371002"},
	[EXAMINER] = {ROLE_EXAMINER, BODY, "371002"},
	[CLERK_OTHER] = {ROLE_BODY_CLERK, BODY_OTHER, "371002"},
	[MANAGER_OTHER] = {ROLE_BODY_MANAGER, BODY_OTHER, "371002"},
	[EXAMINER_OTHER] = {ROLE_EXAMINER, BODY_OTHER, "371002"},
	[PROVINCE] = {ROLE_AUTHORITY, 0, "37"}, [PROVINCE_2] = {ROLE_AUTHORITY, 0, "37"},
	[PROVINCE_HEAD] = {ROLE_AUTHORITY_HEAD, 0, "37"},
	[CITY] = {ROLE_AUTHORITY, 0, "3710"}, [CITY_HEAD] = {ROLE_AUTHORITY_HEAD, 0, "3710"},
	[WORKER] = {ROLE_WORKER, 0, ""}, [SYSADMIN] = {ROLE_ADMIN_SYSTEM, 0, ""},
	[AUDITOR] = {ROLE_ADMIN_AUDIT, 0, ""},
};

struct bank_world {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
	int64_t occupation, bank, point, point_2;
};

static inline void act(struct bank_world *w, enum who who)
{
	ctx_act_as(w->cx, &(struct actor){.role = bank_people[who].role, .account_id = 1 + who,
		.name = text_of(w->cx, "某%d", (int)who), .region = bank_people[who].region,
		.body_id = bank_people[who].body_id, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline int64_t must_at(struct bank_world *w, int64_t r, const char *file, int line)
{
	if (r < 0) {
		const struct problem *p = &w->cx->problem;
		print_error("%s:%d: %s %s %s\n", file, line, p->id ? p->id : "?",
			p->n_fields ? p->fields[0].field : "", p->n_fields ? p->fields[0].id : "");
		fail_msg("%s / %s", p->id ? problem_text(w->cx) : "", db_error(w->cx->db));
	}
	return r;
}
#define must(w, r) must_at((w), (r), __FILE__, __LINE__)
#define end(w) keyring_free((w)->keys)

static inline void bank_table(struct bank_world *w, int64_t bank, int64_t *ret_point,
	int64_t *ret_point_2)
{
	static const struct point_in table[] = {
		{1, "A", "", "基本要求", "", 300, 0}, {2, "A-1", "A", "职业道德", "", 1000, 0},
		{3, "A-1-01", "A-1", "职业守则", "X", 1000, 2},
		{4, "B", "", "相关知识", "", 700, 0},
		{5, "B-1", "B", "焊接基础", "", 1000, 0}, {6, "B-1-01", "B-1", "焊条", "X", 600, 0},
		{7, "B-1-02", "B-1", "电流选择", "Y", 400, 0},
	};
	struct q_bank_point_by_code p;
	struct point_problem *problems;
	size_t n;
	must(w, points_put(w->cx, bank, table, sizeof table / sizeof *table, &problems, &n));
	must(w, q_bank_point_by_code(w->cx->db, &p, .bank_id = bank, .code = "B-1-01"));
	*ret_point = p.id;
	must(w, q_bank_point_by_code(w->cx->db, &p, .bank_id = bank, .code = "B-1-02"));
	*ret_point_2 = p.id;
}

static inline int64_t bank_of(struct bank_world *w, enum who who, const char *title)
{
	int64_t id;
	act(w, who);
	must(w, bank_create(w->cx, &(struct bank_in){.custodian = "province", .title = title,
		.multiple_rule = "all", .occupation_id = w->occupation, .grade = 4}, &id));
	return id;
}

static inline void begin(struct bank_world *w, struct test_db *t)
{
	size_t changed;
	struct q_occupation_by_code o;
	*w = (struct bank_world){.keys = fixture_keys()};
	w->cx = &w->f.cx;
	fixture_init(&w->f, t, w->keys);
	ctx_act_as_system(w->cx, "test");
	must(w, reference_load(w->cx, &changed));
	must(w, q_occupation_by_code(t->db, &o, .edition = "2022", .code = "6-18-02-04"));
	w->occupation = o.id;
	w->bank = bank_of(w, CLERK_A, "焊工四级");
	bank_table(w, w->bank, &w->point, &w->point_2);
}

static inline struct item_in single(struct bank_world *w, const char *stem)
{
	return (struct item_in){.point_id = w->point, .difficulty_permille = 600, .note = "",
		.content = {.kind = ITEM_SINGLE, .stem_html = stem, .n_options = 3, .key = "B",
			.options = {{"氧化铁型", ""}, {"低氢型", ""}, {"纤维素型", ""}},
			.explanation_html = "低氢型焊条含氢量低。"}};
}

static inline int64_t draft(struct bank_world *w, enum who who, const char *stem)
{
	int64_t id;
	struct item_in in = single(w, stem);
	act(w, who);
	must(w, item_create(w->cx, w->bank, &in, &id));
	return id;
}

static inline int step(struct bank_world *w, enum who who, int64_t item, const char *action)
{
	struct item_reading reading;
	act(w, who);
	bool judges = streq(action, "review") || streq(action, "approve");
	if (judges && item_open(w->cx, item, 0, NULL, &reading) < 0)
		ctx_clear(w->cx);
	return flow_run(w->cx, &item_flow, 0, item, action, "测试所需的理由", NULL);
}

static inline void approve(struct bank_world *w, int64_t item)
{
	must(w, step(w, CLERK_A, item, "submit"));
	must(w, step(w, CLERK_B, item, "review"));
	must(w, step(w, MANAGER, item, "approve"));
}

static inline struct q_bank_item_find row_of(struct bank_world *w, int64_t item)
{
	struct q_bank_item_find row;
	must(w, q_bank_item_find(w->cx->db, &row, .id = item, .scope = scope_all()));
	return row;
}

#endif
