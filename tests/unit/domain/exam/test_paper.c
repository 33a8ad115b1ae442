/* Blueprints and sets: from the bank to opened forms; what nobody can do alone. */
#include "../racing.h"
#include "bank_world.h"
#include <math.h>

#include "core/job.h"
#include "core/secret.h"
#include "domain/exam/paper.h"
#include "domain/exam/paper_report.h"
#include "domain/exam/paper_seal.h"
#include "domain/exam/paper_trace.h"
#include "query/account.h"
#include "query/demo.h"
#include "query/exam.h"
#include "query/exam_form.h"

enum { ITEMS = 16, PER_FORM = 5 };

static const char *const stems[ITEMS] = {"焊条烘干温度应为多少", "引弧方法有几种说法",
	"坡口角度怎样选取",
	"气孔产生的主因是什么", "弧长与电压的关系", "打底层焊速如何掌握", "立焊时电流应当减小吗",
		"仰焊的熔池特点",
	"夹渣怎样预防", "咬边属于哪类缺陷", "预热的目的有哪些", "后热处理何时进行",
		"低碳钢焊接性评价", "铸铁补焊注意事项",
	"不锈钢晶间腐蚀机理", "铝合金表面氧化膜清除"};

static void account(struct bank_world *w, enum who who)
{
	must(w, q_account_insert(w->cx->db, .id = 1 + who, .login = text_of(w->cx, "u%d", (int)who),
		.name = text_of(w->cx, "某%d", (int)who), .role = role_code(bank_people[who].role),
		.region = bank_people[who].region, .body_id = bank_people[who].body_id));
}

static void stocked(struct bank_world *w, struct test_db *t)
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
static int64_t plan(struct bank_world *w)
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

static int64_t assembled(struct bank_world *w)
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

static int64_t approved(struct bank_world *w)
{
	int64_t id = assembled(w);
	act(w, MANAGER);
	must(w, flow_run(w->cx, &paper_flow, 0, id, "approve", "", NULL));
	return id;
}

static void name_custodians(struct bank_world *w, int64_t id, int n, int64_t from, int64_t to)
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

static struct sealed sealed(struct bank_world *w, int n, int64_t from, int64_t to)
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

static void refuse(struct bank_world *w, int r, int err, const char *id)
{
	assert_int_equal(r, err);
	const struct problem *p = &w->cx->problem;
	assert_string_equal(p->n_fields ? p->fields[0].id : p->id, id);
	ctx_clear(w->cx);
}

static void a_set_is_assembled_by_its_blueprint(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct paper_report report;
	struct paper_draft draft;
	const char *record;
	stocked(&w, *state);
	int64_t id = assembled(&w);
	must(&w, paper_get(w.cx, id, &set));
	must(&w, report_unpack(w.cx->arena, set.report, &report));
	assert_int_equal(report.forms, 2);
	assert_int_equal(report.status, ASSEMBLED);
	for (int i = 0; i < report.n_wishes; i++)
		assert_true(report.wishes[i].is_met);
	assert_int_equal(report.form[0].n, PER_FORM);
	assert_int_equal(report.overlap[0][0], PER_FORM);
	assert_int_equal(report.overlap[0][1], 0);
	must(&w, secret_open(w.cx, "paper_set.draft_cipher", set.draft_cipher, &record));
	must(&w, draft_unpack(w.cx->arena, record, &draft));
	assert_int_equal(draft.forms, 2);
	assert_string_equal(draft.seed, "77");
	end(&w);
}

/* The deviation X of a sum of items: X^2 is the sum of their variances and of X times what each
 * shares with the rest (a quarter of its own, as nobody has answered any). */
static void the_spread_is_that_of_the_sum(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct paper_report report;
	struct paper_draft draft;
	double v = 0, s = 0;
	stocked(&w, *state);
	must(&w, paper_get(w.cx, assembled(&w), &set));
	must(&w, report_unpack(w.cx->arena, set.report, &report));
	must(&w, draft_open(w.cx, &set, &draft));
	for (int i = 0; i < draft.n[0]; i++) {
		double p = (double)row_of(&w, draft.items[0][i].item_id).difficulty_permille / 1000;
		v += 20 * 20 * p * (1 - p);
		s += 20 * sqrt(p * (1 - p)) * 0.25;
	}
	double x = (s + sqrt(s * s + 4 * v)) / 2;
	assert_true(fabs(report.form[0].spread / x - 1) < 0.02);
	end(&w);
}

static void the_same_seed_gives_the_same_forms(void **state)
{
	struct bank_world w;
	struct q_paper_set_find one, other;
	const char *a, *b;
	int64_t again;
	stocked(&w, *state);
	int64_t id = assembled(&w);
	must(&w, paper_get(w.cx, id, &one));
	act(&w, CLERK_A);
	must(&w, paper_create(w.cx, one.blueprint_id, "再来一次", 77, &again));
	ctx_act_as_system(w.cx, "后台");
	must(&w, paper_assemble(w.cx, again, NULL));
	must(&w, paper_get(w.cx, again, &other));
	must(&w, secret_open(w.cx, "paper_set.draft_cipher", one.draft_cipher, &a));
	must(&w, secret_open(w.cx, "paper_set.draft_cipher", other.draft_cipher, &b));
	assert_string_equal(a, b);
	end(&w);
}

static void what_lacks_is_said(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct paper_report report;
	int64_t id;
	stocked(&w, *state);
	int64_t blueprint = plan(&w);
	must(&w, blueprint_wish_add(w.cx, blueprint, &(struct wish_in){.wish_kind = "items",
		.point_id = w.point, .item_kind = "", .least_centi = 500, .most_centi = -1}));
	must(&w, paper_create(w.cx, blueprint, "组不成", 1, &id));
	ctx_act_as_system(w.cx, "后台");
	must(&w, paper_assemble(w.cx, id, NULL));
	must(&w, paper_get(w.cx, id, &set));
	assert_string_equal(set.state, "failed");
	must(&w, report_unpack(w.cx->arena, set.report, &report));
	assert_int_equal(report.status, ASSEMBLED_CONFLICT);
	assert_int_equal(report.n_lacks, 1);
	assert_string_equal(report.lacks[0],
		"鉴定点 B-1-01 焊条：每套卷需要 5 题，2 套卷共需不同试题 10 题，库中可用 8 题。");
	assert_int_equal(report.n_conflict, 2);
	act(&w, CLERK_A);
	must(&w, flow_run(w.cx, &paper_flow, 0, id, "again", "", NULL));
	end(&w);
}

static void a_used_version_is_left_as_it_is(void **state)
{
	struct bank_world w;
	struct q_blueprint_find p;
	struct q_blueprint_version_find v;
	int64_t id;
	stocked(&w, *state);
	int64_t blueprint = plan(&w);
	must(&w, paper_create(w.cx, blueprint, "卷", 1, &id));
	struct blueprint_in in = blueprint_preset;
	in.title = "改过的方案";
	in.forms = 3;
	must(&w, blueprint_edit(w.cx, blueprint, &in));
	must(&w, blueprint_get(w.cx, blueprint, &p));
	assert_int_equal(p.version_no, 2);
	assert_int_equal(p.n_forms, 3);
	must(&w, q_blueprint_version_find(w.cx->db, &v, .blueprint_id = blueprint,
		.version_no = 1));
	assert_int_equal(v.n_forms, 2);
	in.forms = 4; /* not used yet: no further version */
	must(&w, blueprint_edit(w.cx, blueprint, &in));
	must(&w, blueprint_get(w.cx, blueprint, &p));
	assert_int_equal(p.version_no, 2);
	act(&w, CLERK_OTHER);
	refuse(&w, blueprint_get(w.cx, blueprint, &p), ERR_NOTFOUND, "paper.no_blueprint");
	act(&w, CITY);
	refuse(&w, blueprint_edit(w.cx, blueprint, &in), ERR_DENIED, "paper.not_own");
	end(&w);
}

static void four_eyes(void **state)
{
	struct bank_world w;
	int64_t id;
	stocked(&w, *state);
	int64_t blueprint = plan(&w);
	act(&w, MANAGER);
	must(&w, paper_create(w.cx, blueprint, "自组自批", 1, &id));
	ctx_act_as_system(w.cx, "后台");
	must(&w, paper_assemble(w.cx, id, NULL));
	act(&w, MANAGER);
	refuse(&w, flow_run(w.cx, &paper_flow, 0, id, "approve", "", NULL), ERR_DENIED,
		"paper.four_eyes");
	end(&w);
}

/* Rows of the reading log, which the bank's people see. */
static size_t readings(struct bank_world *w)
{
	struct q_item_read_of_rows rows;
	must(w, q_item_read_of(w->cx->db, &rows, .bank_id = w->bank, .scope = scope_all()));
	return rows.n;
}

static int again(struct bank_world *w, int64_t id)
{
	return flow_run(w->cx, &paper_flow, 0, id, "again", "", NULL);
}

/* Whoever had the set assembled anew is one of the two eyes as well. */
static void whoever_assembles_again_does_not_approve(void **state)
{
	struct bank_world w;
	stocked(&w, *state);
	int64_t id = assembled(&w);
	assert_int_equal(job_work(w.cx), 1); /* there is nothing to do */
	act(&w, MANAGER);
	must(&w, again(&w, id));
	assert_int_equal(job_work(w.cx), 1);
	act(&w, MANAGER);
	refuse(&w, flow_run(w.cx, &paper_flow, 0, id, "approve", "", NULL), ERR_DENIED,
		"paper.four_eyes");
	end(&w);
}

/* A cancelled job does not leave the set behind for ever. */
static void a_job_that_is_gone(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	int64_t id;
	stocked(&w, *state);
	must(&w, paper_create(w.cx, plan(&w), "十二月卷", 77, &id));
	refuse(&w, again(&w, id), ERR_STATE, "paper.still_assembling");
	must(&w, paper_get(w.cx, id, &set));
	must(&w, job_cancel(w.cx, set.job_id));
	must(&w, again(&w, id));
	assert_int_equal(job_work(w.cx), 1);
	act(&w, CLERK_A);
	must(&w, paper_get(w.cx, id, &set));
	assert_string_equal(set.state, "assembled");
	assert_string_not_equal(set.seed, "77");
	must(&w, flow_run(w.cx, &paper_flow, 0, id, "drop", "", NULL));
	end(&w);
}

/* The words why are in the timeline; a blueprint that was mended is what counts then. */
static void again_by_the_blueprint_as_it_is_now(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct flow_event *events;
	size_t n;
	int64_t id;
	stocked(&w, *state);
	int64_t blueprint = plan(&w);
	struct section_in one = {ITEM_ESSAY, 1, 1000};
	must(&w, blueprint_sections_set(w.cx, blueprint, &one, 1));
	must(&w, paper_create(w.cx, blueprint, "组不成", 1, &id));
	assert_int_equal(job_work(w.cx), 1);
	act(&w, CLERK_A);
	must(&w, paper_get(w.cx, id, &set));
	assert_string_equal(set.state, "failed");
	must(&w, flow_events(w.cx, &paper_flow, 0, id, &events, &n));
	assert_non_null(strstr(events[n - 1].reason, "没有方案所列题型"));
	one = (struct section_in){ITEM_SINGLE, PER_FORM, 2000};
	must(&w, blueprint_sections_set(w.cx, blueprint, &one, 1));
	must(&w, again(&w, id));
	assert_int_equal(job_work(w.cx), 1);
	act(&w, CLERK_A);
	must(&w, paper_get(w.cx, id, &set));
	assert_string_equal(set.state, "assembled");
	assert_int_equal(set.blueprint_version, 2);
	end(&w);
}

static int64_t resting(struct bank_world *w, int months)
{
	int64_t id = plan(w);
	struct blueprint_in in = blueprint_preset;
	in.title = "四级理论";
	in.target_permille = 0;
	in.apart_centi = 2000;
	in.spread_permille = 500;
	in.rest_months = months;
	must(w, blueprint_edit(w->cx, id, &in));
	return id;
}

static const char *outcome(struct bank_world *w, int64_t blueprint, int64_t *ret_id)
{
	struct q_paper_set_find set;
	act(w, CLERK_A);
	must(w, paper_create_now(w->cx, blueprint, "又一套", 5, ret_id));
	must(w, paper_get(w->cx, *ret_id, &set));
	return set.state;
}

/* Sixteen items bear one set of two forms of five, not two. */
static void items_of_a_draft_are_used(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct paper_report report;
	int64_t one, other;
	stocked(&w, *state);
	int64_t blueprint = resting(&w, 6);
	assert_string_equal(outcome(&w, blueprint, &one), "assembled");
	assert_string_equal(outcome(&w, blueprint, &other), "failed");
	must(&w, paper_get(w.cx, other, &set));
	must(&w, report_unpack(w.cx->arena, set.report, &report));
	assert_non_null(strstr(report.lacks[0], "使用间隔"));
	must(&w, flow_run(w.cx, &paper_flow, 0, one, "drop", "", NULL));
	must(&w, again(&w, other));
	must(&w, paper_assemble(w.cx, other, NULL));
	must(&w, paper_get(w.cx, other, &set));
	assert_string_equal(set.state, "assembled");
	end(&w);
}

/* A set of the province with every item, sat at the body so many days ago. */
static void sat(struct bank_world *w, int days)
{
	struct q_bank_item_list_rows items;
	struct db *db = w->cx->db;
	int64_t at = ctx_now(w->cx) - days * 86400;
	must(w, q_demo_paper_set(db, .id = 900, .bank_id = w->bank, .region = "37",
		.title = "全省统考", .n_forms = 1, .opened_at = at - 400 * 86400));
	must(w, q_paper_form_put(db, .id = 901, .paper_set_id = 900, .form_no = 1,
		.form_state = "opened"));
	must(w, q_bank_item_list(db, &items, .bank_id = w->bank, .scope = scope_all()));
	for (size_t i = 0; i < items.n; i++)
		must(w, q_paper_form_item_insert(db, .form_id = 901, .item_no = (int64_t)i + 1,
			.item_id = items.at[i].id, .version_no = 1));
	must(w, q_exam_insert(db, .id = 902, .batch_id = 903, .body_id = BODY, .region = "371002",
		.part = 1, .title = "统考", .paper_set_id = 900));
	must(w, q_exam_set_seating(db, .id = 902, .arranged_hash = "", .starts_at = at,
		.ends_at = at + 3600, .n_sittings = 1));
}

static void what_was_sat_here_is_used(void **state)
{
	struct bank_world w;
	int64_t id;
	stocked(&w, *state);
	sat(&w, 45);
	assert_string_equal(outcome(&w, resting(&w, 2), &id), "failed");
	assert_string_equal(outcome(&w, resting(&w, 1), &id), "assembled");
	end(&w);
}

/* What was retired after the assembly gets onto no paper. */
static void a_retired_item(void **state)
{
	struct bank_world w;
	struct q_bank_item_list_rows items;
	const char *code;
	bool is_sealed;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx), id = approved(&w), other = assembled(&w);
	name_custodians(&w, id, 2, now, now + 3600);
	act(&w, CLERK_A);
	must(&w, paper_custody_take(w.cx, id, &code));
	must(&w, paper_custody_confirm(w.cx, id, code, &is_sealed));
	must(&w, q_bank_item_list(w.cx->db, &items, .bank_id = w.bank, .scope = scope_all()));
	for (size_t i = 0; i < items.n; i++)
		must(&w, step(&w, MANAGER, items.at[i].id, "retire"));
	act(&w, CLERK_B);
	must(&w, paper_custody_take(w.cx, id, &code));
	refuse(&w, paper_custody_confirm(w.cx, id, code, &is_sealed), ERR_STATE,
		"paper.items_changed");
	act(&w, MANAGER);
	refuse(&w, flow_run(w.cx, &paper_flow, 0, other, "approve", "", NULL), ERR_STATE,
		"paper.items_changed");
	end(&w);
}

/* Nothing that the database holds opens a sealed set with the server's keys. */
static void sealed_is_sealed(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct q_paper_forms_sealed_rows forms;
	struct q_paper_custodians_rows custodians;
	struct form form;
	const char *plain;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	size_t read = readings(&w);
	struct sealed s = sealed(&w, 2, now - 60, now + 3600);
	assert_int_equal(readings(&w), read);
	must(&w, paper_get(w.cx, s.id, &set));
	assert_string_equal(set.state, "sealed");
	assert_string_equal(set.draft_cipher, "");
	assert_string_equal(set.seed, "");
	must(&w, q_paper_forms_sealed(w.cx->db, &forms, .paper_set_id = s.id));
	assert_int_equal(forms.n, 2);
	for (size_t i = 0; i < forms.n; i++) {
		struct q_paper_form_items_rows items;
		assert_int_not_equal(secret_open(w.cx, "paper_form.content_cipher",
			forms.at[i].content_cipher, &plain), 0);
		ctx_clear(w.cx);
		refuse(&w, form_load(w.cx, forms.at[i].id, &form), ERR_STATE, "exam.form_sealed");
		must(&w, q_paper_form_items(w.cx->db, &items, .form_id = forms.at[i].id));
		assert_int_equal(items.n, 0);
	}
	must(&w, q_paper_custodians(w.cx->db, &custodians, .paper_set_id = s.id));
	for (size_t i = 0; i < custodians.n; i++)
		assert_string_equal(custodians.at[i].given_cipher, "");
	end(&w);
}

static void two_custodians_open(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct q_paper_forms_sealed_rows forms;
	struct form form;
	bool opened = true;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	struct sealed s = sealed(&w, 2, now - 60, now + 3600);
	act(&w, MANAGER);
	refuse(&w, paper_open(w.cx, s.id, s.code[0], &opened), ERR_DENIED, "paper.not_custodian");
	act(&w, CLERK_A);
	must(&w, paper_open(w.cx, s.id, s.code[0], &opened));
	assert_false(opened);
	/* twice by the same one is not two */
	must(&w, paper_open(w.cx, s.id, s.code[0], &opened));
	assert_false(opened);
	act(&w, CLERK_B);
	refuse(&w, paper_open(w.cx, s.id, s.code[0], &opened), ERR_INVALID, "paper.code_wrong");
	size_t read = readings(&w);
	must(&w, paper_open(w.cx, s.id, text_of(w.cx, " %s ", s.code[1]), &opened));
	assert_true(opened);
	assert_int_equal(readings(&w), read + 2 * PER_FORM);
	must(&w, paper_get(w.cx, s.id, &set));
	assert_string_equal(set.state, "opened");
	assert_string_equal(set.seed, "77");
	must(&w, q_paper_forms_sealed(w.cx->db, &forms, .paper_set_id = s.id));
	for (size_t i = 0; i < forms.n; i++) {
		must(&w, form_load(w.cx, forms.at[i].id, &form));
		assert_int_equal(form.n_items, PER_FORM);
		assert_int_equal(form.score_centi, PER_FORM * 2000);
		assert_string_equal(form.sections[0].title, "一、单项选择题（第1～5题，每题20分）");
		assert_string_equal(form.multiple_rule, "all");
		for (int k = 0; k < form.n_items; k++)
			assert_int_equal(row_of(&w, form.items[k].item_id).used_on,
				ctx_today(w.cx));
	}
	end(&w);
}

/* Whichever two of three. */
static void a_spare_custodian(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	bool opened;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	struct sealed s = sealed(&w, 3, now - 60, now + 3600);
	act(&w, CITY);
	must(&w, paper_open(w.cx, s.id, s.code[2], &opened));
	act(&w, CLERK_A);
	must(&w, paper_open(w.cx, s.id, s.code[0], &opened));
	assert_true(opened);
	must(&w, paper_get(w.cx, s.id, &set));
	assert_string_equal(set.state, "opened");
	end(&w);
}

/* Two shares that came too far apart never lie in the database together. */
static void a_share_does_not_wait_for_ever(void **state)
{
	struct bank_world w;
	struct q_paper_custodians_rows rows;
	bool opened;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	struct sealed s = sealed(&w, 2, now - 60, now + 86400);
	act(&w, CLERK_A);
	must(&w, paper_open(w.cx, s.id, s.code[0], &opened));
	w.f.now += GIVEN_SECONDS + 1;
	act(&w, CLERK_B);
	must(&w, paper_open(w.cx, s.id, s.code[1], &opened));
	assert_false(opened);
	must(&w, q_paper_custodians(w.cx->db, &rows, .paper_set_id = s.id));
	assert_string_equal(rows.at[0].given_cipher, "");
	assert_string_not_equal(rows.at[1].given_cipher, "");
	end(&w);
}

/* ---- at the same moment ---- */

struct custody {
	int64_t id;
	char codes[3][32];
};

static void act_in_race(struct racer *r)
{
	static const enum who who[] = {CLERK_A, CLERK_B, CITY};
	struct bank_world w = {.cx = &r->f.cx};
	act(&w, who[r->number]);
}

static void take_at_once(struct racer *r)
{
	struct custody *c = r->world;
	const char *code;
	bool is_sealed;
	if (r->number > 2)
		return;
	act_in_race(r);
	int e = paper_custody_take(&r->f.cx, c->id, &code);
	if (e >= 0)
		e = paper_custody_confirm(&r->f.cx, c->id, code, &is_sealed);
	if (e >= 0)
		snprintf(c->codes[r->number], sizeof c->codes[0], "%s", code);
	racer_count(r, e);
}

static void open_at_once(struct racer *r)
{
	struct custody *c = r->world;
	bool opened;
	if (r->number > 1)
		return;
	act_in_race(r);
	racer_count(r, paper_open(&r->f.cx, c->id, c->codes[r->number], &opened));
}

/* Whoever comes second sees that the first is there. */
static void custodians_at_the_same_moment(void **state)
{
	struct bank_world w;
	struct q_paper_set_find set;
	struct custody c = {0};
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	c.id = approved(&w);
	name_custodians(&w, c.id, 3, now - 60, now + 3600);
	assert_int_equal(race(*state, &w.f, &c, take_at_once).won, 3);
	must(&w, paper_get(w.cx, c.id, &set));
	assert_string_equal(set.state, "sealed");
	assert_int_equal(race(*state, &w.f, &c, open_at_once).won, 2);
	must(&w, paper_get(w.cx, c.id, &set));
	assert_string_equal(set.state, "opened");
	end(&w);
}

static void outside_the_window(void **state)
{
	struct bank_world w;
	bool opened;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	struct sealed s = sealed(&w, 2, now + 86400, now + 90000);
	act(&w, CLERK_A);
	refuse(&w, paper_open(w.cx, s.id, s.code[0], &opened), ERR_STATE, "paper.not_time");
	must(&w, paper_early_ask(w.cx, s.id, "考试提前一天举行"));
	refuse(&w, paper_open(w.cx, s.id, s.code[0], &opened), ERR_STATE, "paper.not_time");
	refuse(&w, paper_early_allow(w.cx, s.id), ERR_DENIED, "auth.denied");
	act(&w, MANAGER);
	must(&w, paper_early_allow(w.cx, s.id));
	act(&w, CLERK_A);
	must(&w, paper_open(w.cx, s.id, s.code[0], &opened));
	act(&w, CLERK_B);
	must(&w, paper_open(w.cx, s.id, s.code[1], &opened));
	assert_true(opened);
	end(&w);
}

static void wrong_codes_lock(void **state)
{
	struct bank_world w;
	bool opened;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx);
	struct sealed s = sealed(&w, 2, now - 60, now + 3600);
	act(&w, CLERK_A);
	for (int i = 0; i < CODE_TRIES; i++)
		refuse(&w, paper_open(w.cx, s.id, i ? s.code[1] : "不是口令", &opened), ERR_INVALID,
			i < CODE_TRIES - 1 ? "paper.code_wrong" : "paper.code_last");
	refuse(&w, paper_open(w.cx, s.id, s.code[0], &opened), ERR_LIMIT, "paper.code_locked");
	end(&w);
}

/* A code that was lost or copied wrongly is taken anew; once confirmed it stays. */
static void custody_is_confirmed(void **state)
{
	struct bank_world w;
	const char *code, *first;
	bool is_sealed;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx), id = approved(&w);
	name_custodians(&w, id, 2, now, now + 3600);
	act(&w, CLERK_A);
	refuse(&w, paper_custody_confirm(w.cx, id, "AAAAA-AAAAA-AAAAA-AAAAA", &is_sealed),
		ERR_STATE, "paper.not_taken");
	must(&w, paper_custody_take(w.cx, id, &first));
	must(&w, paper_custody_take(w.cx, id, &code));
	refuse(&w, paper_custody_confirm(w.cx, id, first, &is_sealed), ERR_INVALID,
		"paper.code_unlike");
	must(&w, paper_custody_confirm(w.cx, id, code, &is_sealed));
	assert_false(is_sealed);
	refuse(&w, paper_custody_take(w.cx, id, &code), ERR_STATE, "paper.taken");
	refuse(&w, paper_custody_confirm(w.cx, id, code, &is_sealed), ERR_STATE, "paper.taken");
	act(&w, MANAGER);
	refuse(&w, paper_custody_take(w.cx, id, &code), ERR_DENIED,
		"paper.not_custodian");
	struct seal_in same = {.accounts = {1 + CLERK_A, 1 + CLERK_A}, .n = 2, .open_from_at = now,
		.open_to_at = now + 3600};
	refuse(&w, paper_custodians_name(w.cx, id, &same), ERR_INVALID, "paper.same_custodian");
	end(&w);
}

static void orders_are_read(void **state)
{
	struct bank_world w;
	struct trace_in in[TRACE_MAX];
	size_t n;
	begin(&w, *state);
	must(&w, trace_read(w.cx, "12:cabd， 7：BA", in, &n));
	assert_int_equal(n, 2);
	assert_int_equal(in[0].item_no, 12);
	assert_string_equal(in[0].letters, "CABD");
	assert_int_equal(in[1].item_no, 7);
	refuse(&w, trace_read(w.cx, "12-CABD", in, &n), ERR_INVALID, "paper.trace_wrong");
	refuse(&w, trace_read(w.cx, "12:CAAD", in, &n), ERR_INVALID, "paper.trace_wrong");
	refuse(&w, trace_read(w.cx, " ", in, &n), ERR_INVALID, "paper.no_trace");
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_set_is_assembled_by_its_blueprint),
		test_db_case(the_spread_is_that_of_the_sum),
		test_db_case(the_same_seed_gives_the_same_forms),
		test_db_case(what_lacks_is_said),
		test_db_case(a_used_version_is_left_as_it_is),
		test_db_case(four_eyes),
		test_db_case(whoever_assembles_again_does_not_approve),
		test_db_case(a_job_that_is_gone),
		test_db_case(again_by_the_blueprint_as_it_is_now),
		test_db_case(items_of_a_draft_are_used),
		test_db_case(what_was_sat_here_is_used),
		test_db_case(a_retired_item),
		test_db_case(sealed_is_sealed),
		test_db_case(two_custodians_open),
		test_db_case(a_spare_custodian),
		test_db_case(a_share_does_not_wait_for_ever),
		test_db_case(custodians_at_the_same_moment),
		test_db_case(outside_the_window),
		test_db_case(wrong_codes_lock),
		test_db_case(custody_is_confirmed),
		test_db_case(orders_are_read),
	};
	job_register(paper_jobs);
	return test_db_run("paper", tests);
}
