/* Items: whose eyes they pass, what cannot be changed, who reads, and what is left of reading. */
#include "bank_world.h"
#include "core/setting.h"

static void brings(struct bank_world *w, int64_t item, const char *state)
{
	if (streq(state, "draft"))
		return;
	must(w, step(w, CLERK_A, item, "submit"));
	if (streq(state, "submitted"))
		return;
	if (streq(state, "retired")) {
		must(w, step(w, MANAGER, item, "retire"));
		return;
	}
	must(w, step(w, CLERK_B, item, "review"));
	if (streq(state, "approved"))
		must(w, step(w, MANAGER, item, "approve"));
}

/* One letter for each of bank_people, the first of whom is the author: '+' it happens, 'd' denied,
 * 's' not from this state, 'n' no such item, as far as this actor is told. */
static const struct {
	const char *state, *action, *outcome;
} table[] = {
	{"draft", "submit", "++++nnndddddddd"},
	{"draft", "recall", "ssssnnnsssssddd"},
	{"draft", "review", "ssssnnnsssssddd"},
	{"draft", "return", "ssssnnnsssssddd"},
	{"draft", "approve", "ddsdnnnddsdsddd"},
	{"draft", "abandon", "ssssnnndddddddd"},
	{"draft", "drop", "++++nnndddddddd"},
	{"draft", "retire", "dd+dnnndddddddd"},
	{"draft", "restore", "ddsdnnnddsdsddd"},
	{"draft", "revise", "ssssnnnsssssddd"},
	{"submitted", "submit", "ssssnnnsssssddd"},
	{"submitted", "recall", "+dddnnndddddddd"},
	{"submitted", "review", "d+++nnndddddddd"},
	{"submitted", "return", "d+++nnndddddddd"},
	{"submitted", "approve", "ddsdnnnddsdsddd"},
	{"submitted", "abandon", "ssssnnnsssssddd"},
	{"submitted", "drop", "ssssnnnsssssddd"},
	{"submitted", "retire", "dd+dnnndddddddd"},
	{"submitted", "restore", "ddsdnnnddsdsddd"},
	{"submitted", "revise", "ssssnnnsssssddd"},
	{"reviewed", "submit", "ssssnnnsssssddd"},
	{"reviewed", "recall", "ssssnnnsssssddd"},
	{"reviewed", "review", "ssssnnnsssssddd"},
	{"reviewed", "return", "dd+dnnndddddddd"},
	{"reviewed", "approve", "dd+dnnndddddddd"},
	{"reviewed", "abandon", "ssssnnnsssssddd"},
	{"reviewed", "drop", "ssssnnnsssssddd"},
	{"reviewed", "retire", "dd+dnnndddddddd"},
	{"reviewed", "restore", "ddsdnnnddsdsddd"},
	{"reviewed", "revise", "ssssnnnsssssddd"},
	{"approved", "submit", "ssssnnnsssssddd"},
	{"approved", "recall", "ssssnnnsssssddd"},
	{"approved", "review", "ssssnnnsssssddd"},
	{"approved", "return", "ssssnnnsssssddd"},
	{"approved", "approve", "ddsdnnnddsdsddd"},
	{"approved", "abandon", "ssssnnnsssssddd"},
	{"approved", "drop", "ssssnnnsssssddd"},
	{"approved", "retire", "dd+dnnndddddddd"},
	{"approved", "restore", "ddsdnnnddsdsddd"},
	{"approved", "revise", "nnnnnnnnnnnnddd"},
	{"retired", "submit", "ssssnnnsssssddd"},
	{"retired", "recall", "ssssnnnsssssddd"},
	{"retired", "review", "ssssnnnsssssddd"},
	{"retired", "return", "ssssnnnsssssddd"},
	{"retired", "approve", "ddsdnnnddsdsddd"},
	{"retired", "abandon", "ssssnnnsssssddd"},
	{"retired", "drop", "ssssnnnsssssddd"},
	{"retired", "retire", "ddsdnnnddsdsddd"},
	{"retired", "restore", "dd+dnnndddddddd"},
	{"retired", "revise", "ssssnnnsssssddd"},
};

static char letter(int r)
{
	return r >= 0 ? '+' : r == ERR_DENIED ? 'd' : r == ERR_STATE ? 's' : r == ERR_NOTFOUND ? 'n'
		: '?';
}

static const char *outcomes(struct bank_world *w, const char *state, const char *action)
{
	char *text = text_of(w->cx, "%*s", WHO_COUNT, "");
	for (int who = 0; who < WHO_COUNT; who++) {
		int64_t item = draft(w, CLERK_A, text_of(w->cx, "%s%s%d", state, action, who));
		brings(w, item, state);
		text[who] = letter(step(w, (enum who)who, item, action));
		ctx_clear(w->cx);
	}
	return text;
}

static void test_every_step_of_every_role(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	ctx_act_as_system(w.cx, "test");
	must(&w, setting_put(w.cx, "bank.near_permille", "", 0, 1000));
	must(&w, setting_put(w.cx, "bank.near_open_bits", "", 0, 0));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		print_message("%s %s\n", table[i].state, table[i].action);
		assert_string_equal(outcomes(&w, table[i].state, table[i].action),
			table[i].outcome);
	}
	end(&w);
}


/* ---- versions ---- */

static const char stem[] = "焊接重要的压力容器时，应选用哪一类焊条？";

static void test_an_item_in_use_stays_while_it_is_changed(void **state)
{
	struct bank_world w;
	int64_t no;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	approve(&w, item);
	act(&w, EXAMINER);
	struct item_in in = single(&w, "焊接低合金高强钢时，应选用哪一类焊条？");
	in.point_id = w.point_2;
	must(&w, item_save(w.cx, item, 1, &in, &no));
	assert_int_equal(no, 2);
	struct q_bank_item_find row = row_of(&w, item);
	assert_string_equal(row.state, "draft");
	assert_int_equal(row.approved_version_no, 1);
	assert_int_equal(row.point_id, w.point); /* the approved version's */
	must(&w, step(&w, EXAMINER, item, "submit"));
	assert_problem(&w.f, step(&w, EXAMINER, item, "review"), ERR_DENIED, "item.own_work");
	must(&w, step(&w, CLERK_A, item, "review")); /* wrote the first version, not this one */
	must(&w, step(&w, MANAGER, item, "approve"));
	row = row_of(&w, item);
	assert_int_equal(row.approved_version_no, 2);
	assert_int_equal(row.point_id, w.point_2);
	end(&w);
}

static int reviews(struct bank_world *w, enum who who, int64_t item)
{
	act(w, who);
	return flow_run(w->cx, &item_flow, 0, item, "review", "", NULL);
}

/* The author took it back and sent another version while the reviewer had the first one before
 * him. */
static void test_nobody_lets_pass_what_he_has_not_read(void **state)
{
	struct bank_world w;
	struct item_reading reading;
	int64_t no;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	must(&w, step(&w, CLERK_A, item, "submit"));
	assert_problem(&w.f, reviews(&w, CLERK_B, item), ERR_STATE, "item.unread");
	must(&w, item_open(w.cx, item, 0, NULL, &reading));
	must(&w, step(&w, CLERK_A, item, "recall"));
	struct item_in in = single(&w, "焊接低合金高强钢时，应选用哪一类焊条？");
	must(&w, item_save(w.cx, item, 1, &in, &no));
	must(&w, step(&w, CLERK_A, item, "submit"));
	assert_problem(&w.f, reviews(&w, CLERK_B, item), ERR_STATE, "item.unread");
	must(&w, item_open(w.cx, item, 0, NULL, &reading));
	must(&w, reviews(&w, CLERK_B, item));
	end(&w);
}

/* Saving and sending for review at the same moment: whichever is second finds the other's work. */
static void test_what_is_sent_for_review_is_not_changed(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	must(&w, step(&w, CLERK_A, item, "submit"));
	/* the statements that the verbs end with, after both saw the first state */
	assert_int_equal(q_bank_item_next(w.cx->db, .id = item, .old_no = 1, .version_no = 2,
		.near_hash = 0, .item_kind = "single", .point_id = w.point, .material_id = 0,
		.difficulty_permille = 0), 0);
	assert_int_equal(q_bank_item_move(w.cx->db, .id = item, .from_state = "submitted",
		.version_no = 2, .state = "reviewed"), 0);
	end(&w);
}

static void test_every_author_of_what_waits_is_kept_from_judging(void **state)
{
	struct bank_world w;
	int64_t no;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	act(&w, MANAGER);
	struct item_in in = single(&w, "焊接重要结构时，应选用哪一类焊条？");
	must(&w, item_save(w.cx, item, 1, &in, &no));
	act(&w, CLERK_A);
	must(&w, item_save(w.cx, item, 2, &in, &no));
	must(&w, step(&w, CLERK_A, item, "submit"));
	must(&w, step(&w, CLERK_B, item, "review"));
	assert_problem(&w.f, step(&w, MANAGER, item, "approve"), ERR_DENIED, "item.own_work");
	end(&w);
}

static void test_a_third_person_when_the_setting_says_so(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	int64_t first = draft(&w, CLERK_A, stem),
		second = draft(&w, CLERK_A, "氩弧焊的保护气体是？");
	must(&w, step(&w, CLERK_A, first, "submit"));
	must(&w, step(&w, MANAGER, first, "review"));
	must(&w, step(&w, MANAGER, first, "approve"));
	ctx_act_as_system(w.cx, "test");
	must(&w, setting_put(w.cx, "bank.third_person", "", 0, 1));
	must(&w, step(&w, CLERK_A, second, "submit"));
	must(&w, step(&w, MANAGER, second, "review"));
	assert_problem(&w.f, step(&w, MANAGER, second, "approve"), ERR_DENIED, "item.own_review");
	end(&w);
}

/* What waits for others is not changed, nobody writes over another's work, and no statement of the
 * program changes a version. */
static void test_versions_stand(void **state)
{
	struct bank_world w;
	int64_t no;
	struct item_reading first, again;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	struct item_in in = single(&w, "另一段题干，另一段题干");
	must(&w, item_open(w.cx, item, 1, NULL, &first));
	must(&w, item_save(w.cx, item, 1, &in, &no));
	act(&w, CLERK_B);
	assert_problem(&w.f, item_save(w.cx, item, 1, &in, &no), ERR_CONFLICT, "item.overtaken");
	must(&w, step(&w, CLERK_A, item, "submit"));
	assert_problem(&w.f, item_save(w.cx, item, 2, &in, &no), ERR_STATE, "item.not_draft");
	must(&w, step(&w, CLERK_B, item, "review"));
	act(&w, CLERK_A);
	assert_problem(&w.f, item_save(w.cx, item, 2, &in, &no), ERR_STATE, "item.not_draft");
	must(&w, item_open(w.cx, item, 1, NULL, &again));
	assert_string_equal(first.content.stem_html, stem);
	assert_string_equal(again.content.stem_html, stem);
	for (size_t i = 0; i < q_statements_n; i++) {
		const char *sql = q_statements[i]->sqlite;
		assert_null(strstr(sql, "UPDATE item_version"));
		assert_null(strstr(sql, "DELETE FROM item_version"));
		assert_null(strstr(sql, "UPDATE item_read"));
		assert_null(strstr(sql, "DELETE FROM item_read"));
		assert_null(strstr(sql, "UPDATE material_version"));
	}
	end(&w);
}

static void test_giving_up_a_change_and_retiring(void **state)
{
	struct bank_world w;
	int64_t no;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	assert_problem(&w.f, step(&w, CLERK_A, item, "abandon"), ERR_STATE, "item.never_approved");
	approve(&w, item);
	struct item_in in = single(&w, "改过的题干");
	act(&w, CLERK_A);
	must(&w, item_save(w.cx, item, 1, &in, &no));
	assert_problem(&w.f, step(&w, CLERK_A, item, "drop"), ERR_STATE, "item.drop_approved");
	must(&w, step(&w, CLERK_A, item, "abandon"));
	assert_int_equal(row_of(&w, item).approved_version_no, 1);
	must(&w, step(&w, MANAGER, item, "retire"));
	assert_int_equal(row_of(&w, item).approved_version_no, 0);
	must(&w, step(&w, MANAGER, item, "restore"));
	must(&w, step(&w, CLERK_B, item, "submit"));
	end(&w);
}

/* ---- reading ---- */

static size_t readings(struct bank_world *w, int64_t item, struct q_item_read_of_rows *ret_rows)
{
	must(w, q_item_read_of(w->cx->db, ret_rows, .bank_id = w->bank, .item_id = item,
		.scope = scope_all(), .page = {.limit = 100}));
	return ret_rows->n;
}

static void test_every_reading_leaves_a_row(void **state)
{
	struct bank_world w;
	struct item_reading r;
	struct q_item_read_of_rows rows;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	must(&w, item_open(w.cx, item, 0, NULL, &r)); /* her own draft */
	act(&w, CLERK_B);
	assert_problem(&w.f, item_open(w.cx, item, 0, NULL, &r), ERR_DENIED, "item.reason_needed");
	assert_int_equal(readings(&w, item, &rows), 1);
	must(&w, step(&w, CLERK_A, item, "submit"));
	act(&w, CLERK_B);
	must(&w, item_open(w.cx, item, 0, NULL, &r)); /* to judge it */
	assert_int_equal(readings(&w, item, &rows), 2);
	must(&w, step(&w, CLERK_B, item, "review"));
	must(&w, step(&w, MANAGER, item, "approve"));
	act(&w, CLERK_A);
	assert_int_equal(must(&w, item_is_open(w.cx, item, 0)), 0);
	assert_problem(&w.f, item_open(w.cx, item, 1, NULL, &r), ERR_DENIED, "item.reason_needed");
	assert_int_equal(item_open(w.cx, item, 1, "看看", &r), ERR_INVALID);
	ctx_clear(w.cx);
	must(&w, item_open(w.cx, item, 1, "核对考生提出的疑问", &r));
	assert_string_equal(r.content.stem_html, stem);
	assert_int_equal(readings(&w, item, &rows), 5);
	assert_string_equal(rows.at[0].purpose, "核对考生提出的疑问");
	assert_int_equal(rows.at[0].is_typed, 1);
	assert_int_equal(rows.at[0].version_no, 1);
	assert_string_equal(rows.at[0].actor_name, "某0");
	assert_string_equal(rows.at[0].ip, "192.0.2.1");
	end(&w);
}

/* A reason holds for a while, for that item and that reader; each further reading is written. */
static void test_a_reason_holds_for_a_while(void **state)
{
	struct bank_world w;
	struct item_reading r;
	struct q_item_read_of_rows rows;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem), other = draft(&w, CLERK_A, "另一道题");
	approve(&w, item);
	approve(&w, other);
	act(&w, MANAGER);
	must(&w, item_open(w.cx, item, 1, "核对考生提出的疑问", &r));
	must(&w, item_open(w.cx, item, 1, NULL, &r));
	assert_int_equal(readings(&w, item, &rows), 4);
	assert_int_equal(rows.at[0].is_typed, 0);
	assert_string_equal(rows.at[0].purpose, "核对考生提出的疑问");
	assert_problem(&w.f, item_open(w.cx, other, 1, NULL, &r), ERR_DENIED, "item.reason_needed");
	act(&w, CLERK_B);
	assert_problem(&w.f, item_open(w.cx, item, 1, NULL, &r), ERR_DENIED, "item.reason_needed");
	act(&w, MANAGER);
	w.f.now += 16 * 60;
	assert_problem(&w.f, item_open(w.cx, item, 1, NULL, &r), ERR_DENIED, "item.reason_needed");
	end(&w);
}

static void test_the_program_says_why_too(void **state)
{
	struct bank_world w;
	struct item_reading r;
	struct q_item_read_of_rows rows;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	ctx_act_as_system(w.cx, "组卷");
	assert_problem(&w.f, item_open(w.cx, item, 1, NULL, &r), ERR_DENIED, "item.reason_needed");
	must(&w, item_open(w.cx, item, 1, "组卷", &r));
	assert_int_equal(readings(&w, item, &rows), 1);
	end(&w);
}

/* A log that cannot be written keeps the text closed. */
static void test_no_row_no_reading(void **state)
{
	struct bank_world w;
	struct item_reading r = {.note = "untouched"};
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	db_fail_after(w.cx->db, 4); /* item, version, begin, row */
	assert_true(item_open(w.cx, item, 1, NULL, &r) < 0);
	assert_string_equal(r.note, "untouched");
	end(&w);
}

/* ---- who sees ---- */

static void test_bodies_and_province_are_apart(void **state)
{
	static const enum who blind[] = {CLERK_OTHER, MANAGER_OTHER, EXAMINER_OTHER, WORKER,
		SYSADMIN, AUDITOR};
	struct bank_world w;
	struct item_reading r;
	struct q_bank_find bank;
	struct q_bank_item_find row;
	int64_t id;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, stem);
	for (size_t i = 0; i < sizeof blind / sizeof *blind; i++) {
		act(&w, blind[i]);
		assert_true(bank_get(w.cx, w.bank, &bank) == ERR_NOTFOUND);
		assert_true(item_get(w.cx, item, &row) < 0);
		assert_true(item_open(w.cx, item, 1, "想看看这道题", &r) < 0);
		struct item_in in = single(&w, "别人的题");
		assert_true(item_create(w.cx, w.bank, &in, &id) < 0);
		ctx_clear(w.cx);
	}
	int64_t own = w.bank, own_point = w.point;
	w.bank = bank_of(&w, PROVINCE, "省级题库");
	bank_table(&w, w.bank, &w.point, &w.point_2);
	int64_t kept = draft(&w, PROVINCE, "省级试题");
	for (int who = CLERK_A; who <= EXAMINER_OTHER; who++) {
		act(&w, (enum who)who);
		assert_int_equal(bank_get(w.cx, w.bank, &bank), ERR_NOTFOUND);
		assert_int_equal(item_open(w.cx, kept, 1, "想看看这道题", &r), ERR_NOTFOUND);
		ctx_clear(w.cx);
	}
	act(&w, CITY); /* below the province's own */
	assert_int_equal(item_get(w.cx, kept, &row), ERR_NOTFOUND);
	ctx_clear(w.cx);
	must(&w, item_open(w.cx, item, 1, "检查机构题库质量", &r)); /* a body's in its region */
	assert_problem(&w.f, step(&w, CITY_HEAD, item, "retire"), ERR_DENIED, "bank.not_custodian");
	struct item_in in = single(&w, "不是自己的库");
	in.point_id = own_point;
	act(&w, CITY);
	assert_problem(&w.f, item_create(w.cx, own, &in, &id), ERR_DENIED, "bank.not_custodian");
	end(&w);
}

/* ---- at rest ---- */

static void test_no_text_lies_open(void **state)
{
	struct bank_world w;
	struct test_db *t = *state;
	begin(&w, t);
	draft(&w, CLERK_A, stem);
	if (t->kind != DB_SQLITE)
		return end(&w);
	static const char *const files[] = {"", "-wal"};
	size_t looked = 0;
	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(text_of(w.cx, "%s%s", t->place, files[i]), "rb");
		if (!f)
			continue;
		char *bytes = arena_alloc(t->arena, 16 * 1024 * 1024);
		size_t n = fread(bytes, 1, 16 * 1024 * 1024, f);
		looked += n;
		fclose(f);
		assert_null(memmem(bytes, n, "压力容器", strlen("压力容器")));
		assert_null(memmem(bytes, n, "纤维素型", strlen("纤维素型")));
		assert_null(memmem(bytes, n, "含氢量", strlen("含氢量")));
	}
	assert_true(looked > 100000);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_every_step_of_every_role),
		test_db_case(test_an_item_in_use_stays_while_it_is_changed),
		test_db_case(test_every_author_of_what_waits_is_kept_from_judging),
		test_db_case(test_nobody_lets_pass_what_he_has_not_read),
		test_db_case(test_what_is_sent_for_review_is_not_changed),
		test_db_case(test_a_third_person_when_the_setting_says_so),
		test_db_case(test_versions_stand),
		test_db_case(test_giving_up_a_change_and_retiring),
		test_db_case(test_every_reading_leaves_a_row),
		test_db_case(test_a_reason_holds_for_a_while),
		test_db_case(test_the_program_says_why_too),
		test_db_case(test_no_row_no_reading),
		test_db_case(test_bodies_and_province_are_apart),
		test_db_case(test_no_text_lies_open),
	};
	return test_db_run("bank_item", tests);
}
