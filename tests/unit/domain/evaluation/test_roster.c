/* Rosters: every row judged before anything is saved, the good ones saved once, whatever breaks in
 * between. */
#include "domain/evaluation/roster.h"

#include "domain/evaluation/roster_line.h"
#include "enrol.h"
#include "query/roster.h"

enum { ROWS_MAX = 40 };

/* What the reader hands over: a row per person, changed by the test. */
static struct sheet {
	const char *values[ROWS_MAX][ROSTER_COLUMNS];
	const char *refused[ROWS_MAX];
	const char *remark;
	int n, broken_after;
} sheet;

static int read_sheet(struct ctx *cx, struct str bytes, import_line_fn *each, void *arg)
{
	int r = 0;
	(void)bytes;
	if (sheet.remark) {
		struct import_line line = {.refused = sheet.remark};
		r = each(arg, &line);
	}
	for (int i = 0; i < sheet.n && r == 0; i++) {
		struct import_line line = {.row_no = i + 2, .values = sheet.values[i],
			.refused = sheet.refused[i]};
		if (sheet.broken_after && i == sheet.broken_after)
			return ctx_fail(cx, ERR_INVALID, "sheet.broken", "zip", (const char *)NULL);
		r = each(arg, &line);
	}
	return r;
}

static void fill(struct enrol *e, int n, int first)
{
	memset(&sheet, 0, sizeof sheet);
	sheet.n = n;
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < ROSTER_COLUMNS; k++)
			sheet.values[i][k] = "";
		sheet.values[i][COL_NAME] = text_of(e->cx, "考生%d", first + i);
		sheet.values[i][COL_IDNO] = number(e, first + i);
		sheet.values[i][COL_PHONE] = "13800000001";
		sheet.values[i][COL_UNIT] = "船厂";
		sheet.values[i][COL_WORK_FROM] = "2015-07-01";
	}
}

static void allow(struct enrol *e, int64_t quota)
{
	struct q_batch_find b;
	must(e, q_batch_find(e->cx->db, &b, .id = BATCH, .scope = scope_all()));
	must(e, q_batch_update(e->cx->db, .id = b.id, .title = b.title,
		.occupation_id = b.occupation_id,
		.grade = b.grade, .standard_id = b.standard_id, .ruleset = b.ruleset,
		.ruleset_version = b.ruleset_version, .parts = b.parts,
		.enrol_from_on = b.enrol_from_on,
		.enrol_to_on = b.enrol_to_on, .quota = quota, .contact = "", .phone = "",
		.notice = "", .scope = scope_all()));
}

static int64_t uploaded(struct enrol *e)
{
	int64_t id;
	must(e, roster_upload_now(e->cx, BATCH, "名册.csv", STR("a,b\n"), &id));
	return id;
}

static int64_t judged(struct enrol *e)
{
	int64_t id = uploaded(e);
	must(e, roster_judge(e->cx, id, read_sheet, NULL));
	return id;
}

static struct q_roster_find roster_row(struct enrol *e, int64_t id)
{
	struct q_roster_find row;
	must(e, q_roster_find(e->cx->db, &row, .id = id, .scope = scope_all()));
	return row;
}

static const char *verdict(struct enrol *e, int64_t id, int i, const char **ret_text)
{
	struct q_roster_row_list_rows rows;
	must(e, q_roster_row_list(e->cx->db, &rows, .roster_id = id));
	*ret_text = rows.at[i].verdict_text;
	return rows.at[i].verdict;
}

#define assert_bad(e, id, i, words) do { \
	const char *said_; \
	assert_string_equal(verdict((e), (id), (i), &said_), "bad"); \
	if (!strstr(said_, (words))) \
		fail_msg("row %d says “%s”", (i), said_); \
} while (0)

static int64_t enrolled_n(struct enrol *e)
{
	struct q_enrolment_list_rows rows;
	struct q_batch_find batch;
	must(e, q_enrolment_list(e->cx->db, &rows, .batch_id = BATCH, .scope = scope_all()));
	must(e, q_batch_find(e->cx->db, &batch, .id = BATCH, .scope = scope_all()));
	assert_int_equal(batch.n_enrolled, rows.n);
	return (int64_t)rows.n;
}

static void test_bad_rows(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	allow(&e, 100);
	struct person_in known = somebody(&e, 9);
	int64_t person;
	known.name = "原名";
	must(&e, person_save(e.cx, &known, &person));
	add_batch(&e, BATCH + 1, OTHER_BODY, 4, "eligibility-2023", "2026-04-11");
	int64_t busy = add_person(&e, 10), enrolment;
	struct enrolment_in in = wish(BATCH + 1, busy, "2015-01-01");
	must(&e, enrolment_create(e.cx, &in, &enrolment));
	as_clerk(&e);
	fill(&e, 14, 0);
	sheet.values[1][COL_IDNO] = "371002199003050011";
	sheet.values[2][COL_IDNO] = sheet.values[0][COL_IDNO];
	sheet.values[3][COL_WORK_FROM] = "2025-01-01";
	sheet.values[4][COL_PHONE] = "123";
	sheet.values[5][COL_EDUCATION] = "少林寺";
	sheet.values[6][COL_WORK_FROM] = "2035-01-01";
	sheet.refused[7] = "这一格是公式";
	sheet.values[8][COL_TITLE] = "初级";
	sheet.values[12][COL_ID_TYPE] = "港澳台居民居住证";
	sheet.values[13][COL_WORK_FROM] = "1960-07-01";
	int64_t id = judged(&e);
	assert_bad(&e, id, 1, "校验");
	assert_bad(&e, id, 2, "第 2 行");
	assert_bad(&e, id, 3, "2030年1月1日");
	assert_bad(&e, id, 4, "手机号码");
	assert_bad(&e, id, 5, "不在可选项中");
	assert_bad(&e, id, 6, "晚于今天");
	assert_bad(&e, id, 7, "公式");
	assert_bad(&e, id, 8, "职称取得日期");
	assert_bad(&e, id, 9, "姓名");
	assert_bad(&e, id, 10, "批次1001");
	assert_bad(&e, id, 12, "居民身份证的号码");
	assert_bad(&e, id, 13, "从业起始日期早于出生日期（1990年");
	struct q_roster_find row = roster_row(&e, id);
	assert_string_equal(row.state, "judged");
	assert_int_equal(row.n_rows, 14);
	assert_int_equal(row.n_good, 2);
	assert_int_equal(row.n_bad, 12);
	assert_int_equal(enrolled_n(&e), 0);
	must(&e, roster_confirm_now(e.cx, id));
	must(&e, roster_save(e.cx, id, NULL));
	assert_int_equal(enrolled_n(&e), 2);
	keyring_free(e.keys);
}

static void test_same_twice(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	as_clerk(&e);
	fill(&e, QUOTA, 0);
	int64_t id = judged(&e);
	must(&e, roster_confirm_now(e.cx, id));
	assert_problem(&e.f, roster_confirm_now(e.cx, id), ERR_STATE, "roster.not_judged");
	must(&e, roster_save(e.cx, id, NULL));
	must(&e, roster_save(e.cx, id, NULL));
	assert_int_equal(roster_row(&e, id).n_good, QUOTA);
	int64_t again = judged(&e);
	assert_int_equal(roster_row(&e, again).n_same, QUOTA);
	must(&e, roster_confirm_now(e.cx, again));
	must(&e, roster_save(e.cx, again, NULL));
	assert_int_equal(enrolled_n(&e), QUOTA);
	keyring_free(e.keys);
}

/* The quota speaks while judging, and once more when somebody was faster. */
static void test_quota(void **state)
{
	struct enrol e;
	const char *text;
	int64_t enrolment;
	enrol_init(&e, *state);
	as_clerk(&e);
	fill(&e, QUOTA + 2, 0);
	int64_t id = judged(&e);
	assert_int_equal(roster_row(&e, id).n_good, QUOTA);
	assert_bad(&e, id, QUOTA, "已报满");
	must(&e, roster_confirm_now(e.cx, id));
	struct enrolment_in in = wish(BATCH, add_person(&e, 30), "2015-01-01");
	must(&e, enrolment_create(e.cx, &in, &enrolment));
	must(&e, roster_save(e.cx, id, NULL));
	assert_int_equal(enrolled_n(&e), QUOTA);
	assert_int_equal(roster_row(&e, id).n_good, QUOTA - 1);
	assert_bad(&e, id, QUOTA - 1, "已报满");
	assert_string_equal(verdict(&e, id, 0, &text), "saved");
	keyring_free(e.keys);
}

static void test_unreadable(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	as_clerk(&e);
	fill(&e, 6, 0);
	sheet.broken_after = 3;
	int64_t id = judged(&e);
	struct q_roster_find row = roster_row(&e, id);
	assert_string_equal(row.state, "refused");
	assert_non_null(strstr(row.message, "损坏"));
	assert_problem(&e.f, roster_confirm_now(e.cx, id), ERR_STATE, "roster.not_judged");
	fill(&e, 0, 0);
	assert_string_equal(roster_row(&e, judged(&e)).state, "refused");
	fill(&e, 1, 0);
	sheet.remark = "没有用到的列：备注";
	assert_string_equal(roster_row(&e, judged(&e)).message, sheet.remark);
	assert_int_equal(enrolled_n(&e), 0);
	keyring_free(e.keys);
}

static void test_scope(void **state)
{
	struct enrol e;
	struct q_roster_find row;
	int64_t id;
	enrol_init(&e, *state);
	as_clerk(&e);
	fill(&e, 1, 0);
	id = judged(&e);
	as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
	assert_problem(&e.f, roster_get(e.cx, id, &row), ERR_NOTFOUND, "roster.not_found");
	assert_problem(&e.f, roster_confirm_now(e.cx, id), ERR_NOTFOUND, "roster.not_found");
	assert_problem(&e.f, roster_upload_now(e.cx, BATCH, "a.csv", STR("a"), &id), ERR_NOTFOUND,
		"batch.not_found");
	as_office(&e);
	must(&e, roster_get(e.cx, id, &row));
	assert_int_equal(roster_confirm_now(e.cx, id), ERR_DENIED);
	ctx_clear(e.cx);
	keyring_free(e.keys);
}

/* Broken off at whichever statement, judging and saving go on where they were: everybody once. */
static void test_broken_off(void **state)
{
	struct enrol e;
	int r = -1, n;
	enrol_init(&e, *state);
	as_clerk(&e);
	fill(&e, QUOTA, 0);
	int64_t id = uploaded(&e);
	for (n = 1; r < 0 && n < 400; n += 7) {
		db_fail_after(e.cx->db, n);
		r = roster_judge(e.cx, id, read_sheet, NULL);
		db_fail_after(e.cx->db, 0);
		assert_false(db_in_tx(e.cx->db));
		ctx_clear(e.cx);
	}
	assert_int_equal(r, 0);
	must(&e, roster_confirm_now(e.cx, id));
	for (n = 1, r = -1; r < 0 && n < 900; n += 5) {
		db_fail_after(e.cx->db, n);
		r = roster_save(e.cx, id, NULL);
		db_fail_after(e.cx->db, 0);
		assert_false(db_in_tx(e.cx->db));
		ctx_clear(e.cx);
	}
	assert_int_equal(r, 0);
	assert_int_equal(enrolled_n(&e), QUOTA);
	assert_int_equal(roster_row(&e, id).n_good, QUOTA);
	keyring_free(e.keys);
}

static void test_line_sealed(void **state)
{
	struct enrol e;
	const char *back[ROSTER_COLUMNS];
	enrol_init(&e, *state);
	fill(&e, 1, 0);
	const char *cipher = roster_line_seal(e.cx, sheet.values[0]);
	assert_null(strstr(cipher, number(&e, 0)));
	must(&e, roster_line_open(e.cx, cipher, back));
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		assert_string_equal(back[i], sheet.values[0][i]);
	keyring_free(e.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_bad_rows),
		test_db_case(test_same_twice),
		test_db_case(test_quota),
		test_db_case(test_unreadable),
		test_db_case(test_scope),
		test_db_case(test_broken_off),
		test_db_case(test_line_sealed),
	};
	return test_db_run("roster", tests);
}
