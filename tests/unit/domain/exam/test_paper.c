/* Blueprints and sets: what they are assembled of, and what is said when they are not. */
#include <math.h>

#include "paper_world.h"
#include "core/secret.h"
#include "domain/exam/paper_report.h"
#include "domain/exam/paper_trace.h"
#include "query/demo.h"
#include "query/exam.h"
#include "query/exam_form.h"

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
		test_db_case(orders_are_read),
	};
	job_register(paper_jobs);
	return test_db_run("paper", tests);
}
