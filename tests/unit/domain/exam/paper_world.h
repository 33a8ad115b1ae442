/* A bank with items enough for two forms, a blueprint for them, sets on the way to being opened. */
#ifndef LUBAN_TEST_PAPER_WORLD_H
#define LUBAN_TEST_PAPER_WORLD_H

#include "bank_world.h"
#include "core/job.h"
#include "domain/exam/paper.h"
#include "domain/exam/paper_seal.h"
#include "query/account.h"

enum { ITEMS = 16, PER_FORM = 5 };

static const char *const stems[ITEMS] = {"焊条烘干温度应为多少", "引弧方法有几种说法",
	"坡口角度怎样选取",
	"气孔产生的主因是什么", "弧长与电压的关系", "打底层焊速如何掌握", "立焊时电流应当减小吗",
		"仰焊的熔池特点",
	"夹渣怎样预防", "咬边属于哪类缺陷", "预热的目的有哪些", "后热处理何时进行",
		"低碳钢焊接性评价", "铸铁补焊注意事项",
	"不锈钢晶间腐蚀机理", "铝合金表面氧化膜清除"};

static inline void account(struct bank_world *w, enum who who)
{
	must(w, q_account_insert(w->cx->db, .id = 1 + who, .login = text_of(w->cx, "u%d", (int)who),
		.name = text_of(w->cx, "某%d", (int)who), .role = role_code(bank_people[who].role),
		.region = bank_people[who].region, .body_id = bank_people[who].body_id));
}

static inline void stocked(struct bank_world *w, struct test_db *t)
{
	begin(w, t);
	for (int i = 0; i < ITEMS; i++) {
		struct item_in in = single(w, stems[i]);
		int64_t id;
		in.point_id = i % 2 ? w->point : w->point_2;
		in.difficulty_permille = 500 + 20 * i;
		in.content.options[0].html = text_of(w->cx, "第%d题的第一项", i);
		act(w, CLERK_A);
		must(w, item_create(w->cx, w->bank, &in, &id));
		approve(w, id);
	}
	account(w, CLERK_A);
	account(w, CLERK_B);
	account(w, MANAGER);
	account(w, CITY);
}

/* Two forms of five items each. */
static inline int64_t plan(struct bank_world *w)
{
	int64_t id;
	struct blueprint_in in = blueprint_preset;
	act(w, CLERK_A);
	must(w, blueprint_create(w->cx, w->bank, "期末方案", &id));
	must(w, blueprint_sections_set(w->cx, id, &(struct section_in){ITEM_SINGLE, PER_FORM, 2000},
		1));
	in.title = "四级理论";
	in.target_permille = 650;
	in.slack_permille = 30;
	in.apart_centi = 200;
	in.spread_permille = 100;
	must(w, blueprint_edit(w->cx, id, &in));
	must(w, blueprint_weights(w->cx, id, 1000));
	return id;
}

static inline int64_t assembled(struct bank_world *w)
{
	int64_t id;
	struct q_paper_set_find set;
	int64_t blueprint = plan(w);
	must(w, paper_create(w->cx, blueprint, "十二月卷", 77, &id));
	ctx_act_as_system(w->cx, "后台");
	must(w, paper_assemble(w->cx, id, NULL));
	act(w, MANAGER);
	must(w, paper_get(w->cx, id, &set));
	assert_string_equal(set.state, "assembled");
	return id;
}

static inline int64_t approved(struct bank_world *w)
{
	int64_t id = assembled(w);
	act(w, MANAGER);
	must(w, flow_run(w->cx, &paper_flow, 0, id, "approve", "", NULL));
	return id;
}

static inline void name_custodians(struct bank_world *w, int64_t id, int n, int64_t from,
	int64_t to)
{
	struct seal_in in = {.accounts = {1 + CLERK_A, 1 + CLERK_B, 1 + CITY}, .n = n,
		.open_from_at = from, .open_to_at = to};
	act(w, MANAGER);
	must(w, paper_custodians_name(w->cx, id, &in));
}

struct sealed {
	int64_t id;
	const char *code[3];
};

static inline struct sealed sealed(struct bank_world *w, int n, int64_t from, int64_t to)
{
	static const enum who who[] = {CLERK_A, CLERK_B, CITY};
	struct sealed s = {.id = approved(w)};
	bool is_sealed = false;
	name_custodians(w, s.id, n, from, to);
	for (int i = 0; i < n; i++) {
		act(w, who[i]);
		must(w, paper_custody_take(w->cx, s.id, &s.code[i]));
		must(w, paper_custody_confirm(w->cx, s.id, s.code[i], &is_sealed));
		assert_int_equal(is_sealed, i == n - 1);
	}
	return s;
}

static inline void refuse(struct bank_world *w, int r, int err, const char *id)
{
	assert_int_equal(r, err);
	const struct problem *p = &w->cx->problem;
	assert_string_equal(p->n_fields ? p->fields[0].id : p->id, id);
	ctx_clear(w->cx);
}

#endif
