/* Held certificates: numbers of every form, a standing of their own, once for the rules, apart for
 * strangers; sheets with a verdict for every row. */
#include "domain/evaluation/held.h"

#include <string.h>

#include "../racing.h"
#include "enrol.h"
#include "query/certificate.h"
#include "query/held.h"

enum { OTHER_CLERK = 14, ROWS_MAX = 10001 };

#define OLD "1315003010400123"
#define FAR "S000044010001193000012"

static struct held_in old_one(void)
{
	return (struct held_in){.number = OLD, .label = "", .occupation_name = "焊工",
		.work_type_name = "", .issuer = "威海市职业技能鉴定中心",
		.issued_on = day_of("2013-06-30")};
}

static int64_t record(struct enrol *e, int i, const struct held_in *in, int64_t *ret_person)
{
	struct person_in person = somebody(e, i);
	int64_t id;
	must(e, held_record(e->cx, &person, in, ret_person, &id));
	return id;
}

static struct q_held_find held(struct enrol *e, int64_t person, int64_t id)
{
	struct q_held_find row;
	must(e, q_held_find(e->cx->db, &row, .person_id = person, .id = id));
	return row;
}

static void test_forms(void **state)
{
	static const struct {
		const char *number, *form, *normal;
		int64_t grade;
	} cases[] = {
		{OLD, "old", OLD, 4}, {" s000044010001193000012", "level", FAR, 3},
		{"0812345678901", "shanghai", "0000812345678901", 3},
		{"0000812345678901", "shanghai", "0000812345678901", 3},
	};
	struct enrol e;
	struct held_in out;
	const char *form;
	enrol_init(&e, *state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct held_in in = old_one();
		in.number = cases[i].number;
		in.issued_on = day_of(streq(cases[i].form, "level") ? "2019-06-30"
			: "2013-06-30");
		in.grade = streq(cases[i].form, "shanghai") ? 3 : 0;
		must(&e, held_check(e.cx, &in, &out, &form));
		assert_string_equal(form, cases[i].form);
		assert_string_equal(out.number, cases[i].normal);
		assert_int_equal(out.grade, cases[i].grade);
		assert_int_equal(out.occupation_id, WELDER);
	}
	keyring_free(e.keys);
}

static void test_faults(void **state)
{
	struct enrol e;
	struct held_in in = old_one(), out;
	const char *form;
	enrol_init(&e, *state);
	in.grade = 3;
	assert_field_problem(&e.f, held_check(e.cx, &in, &out, &form), "grade",
		"held.grade_differs");
	in.grade = 0;
	in.issued_on = day_of("2016-01-01");
	assert_field_problem(&e.f, held_check(e.cx, &in, &out, &form), "issued_on",
		"held.year_differs");
	in = old_one();
	in.number = "13150030104";
	in.grade = 4;
	assert_field_problem(&e.f, held_check(e.cx, &in, &out, &form), "number",
		"held.number_wrong");
	in = old_one();
	in.number = "0812345678901";
	assert_field_problem(&e.f, held_check(e.cx, &in, &out, &form), "grade",
		"person.level_needed");
	must(&e, q_certificate_number_insert(e.cx->db, .number = FAR, .found_person_id = 1,
		.certificate_id = 1));
	in = old_one();
	in.number = FAR;
	in.issued_on = day_of("2019-06-30");
	assert_field_problem(&e.f, held_check(e.cx, &in, &out, &form), "number", "held.ours");
	keyring_free(e.keys);
}

static size_t seen(struct enrol *e, const char *number, const char *idno, const char *name)
{
	struct q_held_of_person *rows;
	size_t n;
	ctx_act_as(e->cx, &(struct actor){.role = ROLE_PUBLIC, .name = "", .region = "",
		.ip = "192.0.2.9"});
	must(e, held_lookup(e->cx, number, idno, name, &rows, &n));
	return n;
}

/* Claimed, then checked by another; a stranger is told only of what was accepted. */
static void test_standing(void **state)
{
	struct enrol e;
	struct held_in in = old_one();
	int64_t person, other;
	enrol_init(&e, *state);
	as_clerk(&e);
	int64_t id = record(&e, 1, &in, &person);
	assert_string_equal(held(&e, person, id).state, "claimed");
	assert_string_equal(held(&e, person, id).recorder, "甲机构");
	assert_int_equal(seen(&e, OLD, "", "考生1"), 0);
	as_clerk(&e);
	assert_problem(&e.f, held_decide(e.cx, person, id, true, "original", ""), ERR_DENIED,
		"held.own_record");
	as(&e, ROLE_BODY_CLERK, OTHER_CLERK, BODY, 0);
	assert_field_problem(&e.f, held_decide(e.cx, person, id, true, "guess", ""), "against",
		"held.against_needed");
	must(&e, held_decide(e.cx, person, id, true, "national", "两项一致"));
	struct q_held_find row = held(&e, person, id);
	assert_string_equal(row.state, "accepted");
	assert_string_equal(row.checker, "甲机构");
	assert_string_equal(row.checked_against, "national");
	assert_int_equal(row.checked_on, ctx_today(e.cx));
	assert_int_equal(seen(&e, OLD, "", "考生1"), 1);
	assert_int_equal(seen(&e, OLD, "", "考生2"), 0);
	assert_int_equal(seen(&e, "", number(&e, 1), "考生1"), 1);
	as(&e, ROLE_BODY_CLERK, OTHER_CLERK, BODY, 0);
	assert_field_problem(&e.f, held_decide(e.cx, person, id, false, "issuer", ""), "reason",
		"flow.reason_needed");
	must(&e, held_decide(e.cx, person, id, false, "issuer", "发证机构复函：无此证书"));
	assert_int_equal(seen(&e, OLD, "", "考生1"), 0);
	/* Refused: the number is free for whoever really has it. */
	as_clerk(&e);
	(void)record(&e, 2, &in, &other);
	as(&e, ROLE_BODY_CLERK, 15, OTHER_BODY, 0);
	assert_problem(&e.f, held_decide(e.cx, person, id, true, "original", "再查"), ERR_NOTFOUND,
		"held.not_found");
	keyring_free(e.keys);
}

static void test_twice(void **state)
{
	struct enrol e;
	struct held_in in = old_one();
	int64_t person, id;
	enrol_init(&e, *state);
	as_clerk(&e);
	(void)record(&e, 1, &in, &person);
	struct person_in same = somebody(&e, 1), another = somebody(&e, 2);
	assert_problem(&e.f, held_record(e.cx, &same, &in, &person, &id), ERR_CONFLICT,
		"held.already");
	assert_field_problem(&e.f, held_record(e.cx, &another, &in, &person, &id), "number",
		"held.of_another");
	in.number = "";
	in.grade = 4;
	assert_field_problem(&e.f, held_record(e.cx, &another, &in, &person, &id), "number",
		"field.required");
	as_office(&e);
	in = old_one();
	in.number = "1315003010400124";
	int64_t by_office = record(&e, 3, &in, &person);
	as_clerk(&e);
	struct q_held_find row;
	assert_problem(&e.f, held_get(e.cx, person, by_office, &row), ERR_NOTFOUND,
		"held.not_found");
	keyring_free(e.keys);
}

static int count(const char *text, const char *word)
{
	int n = 0;
	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		n++;
	return n;
}

static const char *facts_with(struct enrol *e, int64_t person, const char *number,
	const char *day)
{
	struct facts *facts;
	struct person_claims claims = {.cert_number = number};
	claims.certs_on[4] = day ? day_of(day) : 0;
	must(e, person_facts(e->cx, person, WELDER, &claims, &facts));
	return facts_dump(e->cx->arena, facts);
}

/* Claimed again at enrolment, it counts once, and as it was found. */
static void test_rules(void **state)
{
	struct enrol e;
	struct held_in in = old_one();
	int64_t person;
	enrol_init(&e, *state);
	as_clerk(&e);
	int64_t id = record(&e, 1, &in, &person);
	assert_int_equal(count(facts_with(&e, person, "", NULL), "2013-06-30"), 1);
	assert_int_equal(count(facts_with(&e, person, "", "2013-06-30"), "issued_on"), 1);
	assert_int_equal(count(facts_with(&e, person, OLD, "2012-01-01"), "issued_on"), 1);
	assert_int_equal(count(facts_with(&e, person, "1315003010400999", "2012-01-01"),
		"issued_on"), 2);
	as(&e, ROLE_BODY_CLERK, OTHER_CLERK, BODY, 0);
	must(&e, held_decide(e.cx, person, id, true, "national", "两项一致"));
	assert_int_equal(count(facts_with(&e, person, "", NULL), "\"related\":1"), 1);
	/* of a related occupation: counts where it is claimed by its number, as it was found */
	must(&e, q_held_set_occupation(e.cx->db, .person_id = person, .id = id,
		.occupation_id = WELDER + 1, .occupation_name = "铆工"));
	assert_int_equal(count(facts_with(&e, person, "", NULL), "\"related\":1"), 0);
	const char *claimed = facts_with(&e, person, OLD, "2012-01-01");
	assert_int_equal(count(claimed, "\"related\":1"), 1);
	assert_int_equal(count(claimed, "issued_on"), 1);
	assert_int_equal(count(claimed, "2013-06-30"), 1);
	must(&e, held_decide(e.cx, person, id, false, "issuer", "无此证书"));
	assert_int_equal(count(facts_with(&e, person, "", NULL), "issued_on"), 0);
	assert_int_equal(count(facts_with(&e, person, OLD, "2013-06-30"), "issued_on"), 0);
	keyring_free(e.keys);
}

/* What is declared by the person himself: he may take it back until it is checked. */
static void test_own(void **state)
{
	struct enrol e;
	struct q_held_of_person_rows rows;
	int64_t id;
	enrol_init(&e, *state);
	int64_t person = add_person(&e, 1), other = add_person(&e, 2);
	struct held_in in = old_one();
	in.label = "焊工证";
	as_worker(&e, person);
	assert_problem(&e.f, held_declare(e.cx, other, &in, &id), ERR_NOTFOUND,
		"person.not_found");
	must(&e, held_declare(e.cx, person, &in, &id));
	must(&e, held_take_back(e.cx, person, id));
	must(&e, q_held_of_person(e.cx->db, &rows, .person_id = person));
	assert_int_equal(rows.n, 0);
	must(&e, held_declare(e.cx, person, &in, &id));
	ctx_act_as_system(e.cx, "test");
	must(&e, held_decide(e.cx, person, id, true, "original", ""));
	as_worker(&e, person);
	assert_problem(&e.f, held_take_back(e.cx, person, id), ERR_NOTFOUND, "person.no_fact");
	keyring_free(e.keys);
}

/* ---- sheets ---- */

static struct {
	const char *values[16][HELD_COLUMNS];
	int n, many, broken_after;
} sheet;

static void row(int i, const char *name, const char *idno, const char *no)
{
	const char **v = sheet.values[i];
	v[HELD_NAME] = name;
	v[HELD_IDNO] = idno;
	v[HELD_NUMBER] = no;
	v[HELD_OCCUPATION] = "焊工";
	v[HELD_WORK_TYPE] = v[HELD_GRADE] = "";
	v[HELD_ISSUED] = "2013-06-30";
	v[HELD_ISSUER] = "某市职业技能鉴定中心";
	sheet.n = i + 1;
}

static int read_sheet(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg)
{
	(void)room_arg;
	(void)bytes;
	int r = 0;
	for (int i = 0; i < sheet.n && r == 0; i++)
		r = each(arg, &(struct import_line){.row_no = i + 2, .values = sheet.values[i]});
	for (int i = 0; i < sheet.many && r == 0; i++) {
		char idno[19];
		const char *values[HELD_COLUMNS] = {"考生", idno,
			text_of(cx, "131500301%d4%05d", i / 99999 % 10, 1 + i % 99999), "焊工", "",
			"", "2013-06-30", "某中心"};
		ident_idno_make("371002", day_of("1960-01-01") + i, 1 + i % 900, idno);
		r = each(arg, &(struct import_line){.row_no = i + 2, .values = values});
	}
	return r;
}

static struct q_sheet_import_find judged(struct enrol *e)
{
	struct q_sheet_import_find import;
	int64_t id;
	must(e, held_upload(e->cx, "证书.csv", STR("a,b\n"), false, &id));
	must(e, held_judge(e->cx, id, read_sheet, NULL));
	must(e, sheet_import_get(e->cx, &held_sheets, id, &import));
	return import;
}

static void test_sheet(void **state)
{
	static const struct {
		const char *verdict, *words;
	} expected[] = {{"good", "旧版"}, {"bad", "校验"}, {"bad", "第 2 行"}, {"bad", "等级"},
		{"good", "上海"}};
	struct enrol e;
	struct q_sheet_import_row_list_rows rows;
	enrol_init(&e, *state);
	memset(&sheet, 0, sizeof sheet);
	row(0, "考生1", number(&e, 1), OLD);
	row(1, "考生2", "371002199003041111", "1315003010400125");
	row(2, "考生3", number(&e, 3), OLD);
	row(3, "考生4", number(&e, 4), "1315003010900125");
	row(4, "考生5", number(&e, 5), "0812345678901");
	sheet.values[4][HELD_GRADE] = "三级/高级工";
	as_clerk(&e);
	struct q_sheet_import_find import = judged(&e);
	assert_int_equal(import.n_good, 2);
	assert_int_equal(import.n_bad, 3);
	must(&e, q_sheet_import_row_list(e.cx->db, &rows, .import_id = import.id));
	for (size_t i = 0; i < rows.n; i++) {
		assert_string_equal(rows.at[i].verdict, expected[i].verdict);
		if (!strstr(rows.at[i].verdict_text, expected[i].words))
			fail_msg("%zu: %s", i, rows.at[i].verdict_text);
	}
	must(&e, held_confirm(e.cx, import.id, NULL));
	ctx_act_as_system(e.cx, "test");
	must(&e, held_save(e.cx, import.id, NULL));
	struct q_held_by_number_rows found;
	must(&e, q_held_by_number(e.cx->db, &found, .number = "0000812345678901"));
	assert_int_equal(found.n, 1);
	struct q_held_find made = held(&e, found.at[0].person_id, found.at[0].id);
	assert_int_equal(made.created_by, CLERK);
	assert_int_equal(made.body_id, BODY);
	assert_string_equal(made.recorder, "甲机构");
	assert_string_equal(made.source, "sheet");
	/* The same sheet again changes nothing. */
	as_clerk(&e);
	import = judged(&e);
	assert_int_equal(import.n_good, 0);
	assert_int_equal(import.n_same, 2);
	as(&e, ROLE_BODY_CLERK, 15, OTHER_BODY, 0);
	assert_problem(&e.f, sheet_import_get(e.cx, &held_sheets, import.id, &import), ERR_NOTFOUND,
		"held.no_import");
	keyring_free(e.keys);
}

static void test_many(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	memset(&sheet, 0, sizeof sheet);
	sheet.many = ROWS_MAX - 1;
	as_clerk(&e);
	struct q_sheet_import_find import = judged(&e);
	assert_int_equal(import.n_good, ROWS_MAX - 1);
	must(&e, held_confirm(e.cx, import.id, NULL));
	must(&e, held_save(e.cx, import.id, NULL));
	must(&e, sheet_import_get(e.cx, &held_sheets, import.id, &import));
	assert_string_equal(import.state, "saved");
	assert_int_equal(import.n_good, ROWS_MAX - 1);
	must(&e, held_save(e.cx, import.id, NULL));
	keyring_free(e.keys);
}

enum { NUMBERS = 12 };

/* Each says of a person of his own that he holds the same certificates. */
static void claim_all(struct racer *r)
{
	struct enrol e = *(const struct enrol *)r->world;
	e.cx = &r->f.cx;
	as_clerk(&e);
	for (int i = 0; i < NUMBERS; i++) {
		struct held_in in = old_one();
		struct person_in person = somebody(&e, 50 + r->number);
		int64_t of, id;
		in.number = text_of(e.cx, "13150030104%05d", 100 + i);
		int result = held_record(e.cx, &person, &in, &of, &id);
		racer_count(r, result == ERR_INVALID ? ERR_STATE : result);
	}
}

static void test_one_holds_a_number(void **state)
{
	struct enrol e;
	enrol_init(&e, *state);
	struct racer all = race(*state, &e.f, &e, claim_all);
	assert_int_equal(all.won, NUMBERS);
	assert_int_equal(all.lost, (RACERS - 1) * NUMBERS);
	keyring_free(e.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_forms), test_db_case(test_faults),
		test_db_case(test_standing), test_db_case(test_twice), test_db_case(test_rules),
		test_db_case(test_own), test_db_case(test_sheet), test_db_case(test_many),
		test_db_case(test_one_holds_a_number)};
	return test_db_run("held", tests);
}
