/* Sets from approval to opened forms: what nobody can do alone, what is told to nobody. */
#include "../racing.h"
#include "paper_world.h"
#include "core/secret.h"
#include "query/exam_form.h"

/* Rows of the reading log, which the bank's people see. */
static size_t readings(struct bank_world *w)
{
	struct q_item_read_of_rows rows;
	must(w, q_item_read_of(w->cx->db, &rows, .bank_id = w->bank, .scope = scope_all()));
	return rows.n;
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
	must(&w, q_paper_set_early(w.cx->db, .id = s.id, .early_reason = "本人申请",
		.early_by = w.cx->actor.account_id));
	refuse(&w, paper_early_allow(w.cx, s.id), ERR_DENIED, "paper.early_own");
	act(&w, CLERK_A);
	must(&w, paper_early_ask(w.cx, s.id, "考试提前一天举行"));
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
	w.f.now += 86400; /* whom other tests held up waits no more */
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

/* A window that is over, that ends before it begins, or is longer than anybody waits. */
static void a_window_to_open_in(void **state)
{
	struct bank_world w;
	stocked(&w, *state);
	int64_t now = ctx_now(w.cx), id = approved(&w);
	const int64_t wrong[][2] = {{now - 60, now}, {now + 60, now + 60},
		{now, now + 400 * 86400 + 1}};
	act(&w, MANAGER);
	for (size_t i = 0; i < 3; i++) {
		struct seal_in in = {.accounts = {1 + CLERK_A, 1 + CLERK_B}, .n = 2,
			.open_from_at = wrong[i][0], .open_to_at = wrong[i][1]};
		refuse(&w, paper_custodians_name(w.cx, id, &in), ERR_INVALID,
			"paper.window_wrong");
	}
	name_custodians(&w, id, 2, now, now + 400 * 86400);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_retired_item),
		test_db_case(a_window_to_open_in),
		test_db_case(sealed_is_sealed),
		test_db_case(two_custodians_open),
		test_db_case(a_spare_custodian),
		test_db_case(a_share_does_not_wait_for_ever),
		test_db_case(custodians_at_the_same_moment),
		test_db_case(outside_the_window),
		test_db_case(wrong_codes_lock),
		test_db_case(custody_is_confirmed),
	};
	job_register(paper_jobs);
	return test_db_run("paper_seal", tests);
}
