/* The hand-over: complete certificates only, each once, whatever breaks in between; sent, answered,
 * mended and sent again. */
#include "domain/certificate/handover.h"

#include "handed_package.h"

enum { MANY = 10000 };

static void test_layout_values(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	as_clerk(&h);
	int64_t id = collected(&h, "national");
	assert_int_equal(written.rows, 1);
	static const char *const expected[] = {"新增", "Y000037100001264000001", "考生1", "01",
		NULL,
		"6-18-02-04", "焊工", "", "4", "80.00", "90.00", "", "Y000037100001", "甲机构",
		"20260202"};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (expected[i])
			assert_string_equal(written.last[i], expected[i]);
	assert_int_equal(strlen(written.last[4]), 18);
	assert_string_equal(package_of(&h, id).state, "ready");
	forget();
	keyring_free(h.keys);
}

static void test_missing(void **state)
{
	static const char *const reasons[] = {"缺少", "暂停", "公布"};
	struct handed h;
	struct q_handover_missing_list_rows rows;
	handed_init(&h, *state);
	for (int i = 1; i <= 5; i++)
		put(&h, i, BODY, "");
	must(&h, q_certificate_set_name(h.cx->db, .person_id = 1, .id = FIRST + 1, .name = "",
		.face_hash = "x"));
	must(&h, q_certificate_move(h.cx->db, .person_id = 2, .id = FIRST + 2,
		.from_state = "valid", .state = "suspended", .state_reason = "x"));
	must(&h, q_certificate_move(h.cx->db, .person_id = 4, .id = FIRST + 4,
		.from_state = "valid", .state = "revoked", .state_reason = "x"));
	h.f.now = civil_midnight(day_of("2026-02-02")) + 3600;
	as_clerk(&h);
	int64_t early = collected(&h, "national");
	assert_string_equal(package_of(&h, early).state, "empty");
	h.f.now = civil_midnight(day_of("2026-03-02")) + 3600;
	int64_t id = collected(&h, "national");
	assert_int_equal(package_of(&h, id).n_rows, 2);
	assert_int_equal(package_of(&h, id).n_missing, 2);
	must(&h, q_handover_missing_list(h.cx->db, &rows, .package_id = id));
	assert_non_null(strstr(rows.at[0].reason, reasons[0]));
	assert_non_null(strstr(rows.at[1].reason, reasons[1]));
	must(&h, q_handover_missing_list(h.cx->db, &rows, .package_id = early));
	assert_int_equal(rows.n, 4); /* not the revoked one */
	assert_non_null(strstr(rows.at[3].reason, reasons[2]));
	forget();
	keyring_free(h.keys);
}

/* A body hands over its own, an office what lies in its region; the same one is not taken twice. */
static void test_scope(void **state)
{
	struct handed h;
	struct q_handover_package_find p;
	struct handover_ask in = ask_for("national");
	int64_t id, other;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	put(&h, 2, OTHER_BODY, "");
	as_clerk(&h);
	id = collected(&h, "national");
	assert_int_equal(package_of(&h, id).n_rows, 1);
	as_office(&h);
	assert_int_equal(package_of(&h, collected(&h, "national")).n_rows, 0);
	must(&h, handover_package_get(h.cx, id, &p));
	in.region = "3702";
	assert_field_problem(&h.f, handover_package_create(h.cx, &in, false, &other), "region",
		"handover.region");
	as(&h, ROLE_AUTHORITY, 13, 0, "37");
	assert_int_equal(package_of(&h, collected(&h, "national")).n_rows, 1);
	as(&h, ROLE_BODY_CLERK, 14, OTHER_BODY, "370202");
	assert_problem(&h.f, handover_package_get(h.cx, id, &p), ERR_NOTFOUND,
		"handover.no_package");
	assert_problem(&h.f, handover_package_send(h.cx, id, 0, false), ERR_NOTFOUND,
		"handover.no_package");
	forget();
	keyring_free(h.keys);
}

/* Broken off while the file is made, and taken up again: nothing is there twice. */
static void test_resumed(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	for (int i = 1; i <= 600; i++)
		put(&h, i, BODY, "");
	as_clerk(&h);
	int64_t id = asked(&h, "national");
	struct handover_ask in = ask_for("national");
	int64_t second;
	assert_problem(&h.f, handover_package_create(h.cx, &in, false, &second), ERR_STATE,
		"handover.collecting");
	written.broken = 1;
	assert_problem(&h.f, handover_collect(h.cx, id, write_file, NULL), ERR_IO,
		"handover.no_sheet");
	assert_string_equal(package_of(&h, id).state, "collecting");
	must(&h, handover_package_resume(h.cx, id));
	assert_problem(&h.f, handover_package_resume(h.cx, id), ERR_STATE,
		"handover.still_works");
	must(&h, handover_collect(h.cx, id, write_file, NULL));
	assert_problem(&h.f, handover_package_resume(h.cx, id), ERR_STATE, "handover.no_longer");
	assert_int_equal(package_of(&h, id).n_rows, 600);
	assert_int_equal(written.rows, 600);
	assert_int_equal(records_of(&h, 600).n, 1);
	must(&h, handover_collect(h.cx, id, write_file, NULL));
	forget();
	keyring_free(h.keys);
}

/* ---- answers ---- */

static struct {
	const char *values[8][ANSWER_COLUMNS];
	int n, many;
} answer;

static int read_answer(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg)
{
	const struct handover_answering *about = room_arg;
	(void)bytes;
	assert_non_null(about->layout);
	int r = 0;
	for (int i = 0; i < answer.n && r == 0; i++)
		r = each(arg, &(struct import_line){.row_no = i + 2, .values = answer.values[i]});
	for (int i = 1; i <= answer.many && r == 0; i++) {
		const char *values[] = {text_of(cx, "Y000037100001264%06d", i), "", "成功", ""};
		r = each(arg, &(struct import_line){.row_no = i + 1, .values = values});
	}
	return r;
}

static void line(const char *number, const char *name, const char *result, const char *reason)
{
	const char **v = answer.values[answer.n++];
	v[ANSWER_NUMBER] = number;
	v[ANSWER_PERSON] = name;
	v[ANSWER_RESULT] = result;
	v[ANSWER_REASON] = reason;
}

static struct q_sheet_import_find answered(struct handed *h, int64_t package)
{
	struct q_sheet_import_find import;
	int64_t id;
	must(h, handover_answer_upload(h->cx, package, "答复.csv", STR("a,b\n"), false, &id));
	must(h, handover_answer_judge(h->cx, id, read_answer, NULL));
	must(h, sheet_import_get(h->cx, &handover_answers, id, &import));
	return import;
}

static void taken_in(struct handed *h, int64_t import)
{
	must(h, handover_answer_confirm(h->cx, import, NULL));
	must(h, handover_answer_save(h->cx, import, NULL));
}

static void test_answers(void **state)
{
	static const char *const verdicts[] = {"good", "good", "bad", "bad", "bad", "bad"};
	static const char *const words[] = {"入库", "姓名有误", "姓名与上报的不一致", "没有上报过",
		"看不懂", "同一个编号"};
	struct handed h;
	struct q_sheet_import_row_list_rows rows;
	handed_init(&h, *state);
	memset(&answer, 0, sizeof answer);
	for (int i = 1; i <= 4; i++)
		put(&h, i, BODY, "");
	as_clerk(&h);
	int64_t id = collected(&h, "national"), import_id;
	assert_problem(&h.f, handover_answer_upload(h.cx, id, "a.csv", STR("a,b\n"), false,
		&import_id), ERR_STATE, "handover.not_sent");
	assert_field_problem(&h.f, handover_package_send(h.cx, id, ctx_today(h.cx) + 1, false),
		"sent_on", "handover.sent_on");
	sent(&h, id);
	assert_string_equal(records_of(&h, 1).at[0].state, "sent");
	line(number_of(&h, 1), "考生1", "成功", "");
	line(number_of(&h, 2), "", "退回", "姓名有误");
	line(number_of(&h, 3), "别人", "成功", "");
	line("Y000037100001264999999", "", "成功", "");
	line(number_of(&h, 4), "", "大概", "");
	line(number_of(&h, 1), "", "成功", "");
	struct q_sheet_import_find import = answered(&h, id);
	must(&h, q_sheet_import_row_list(h.cx->db, &rows, .import_id = import.id));
	for (size_t i = 0; i < rows.n; i++) {
		assert_string_equal(rows.at[i].verdict, verdicts[i]);
		if (!strstr(rows.at[i].verdict_text, words[i]))
			fail_msg("%zu: %s", i, rows.at[i].verdict_text);
	}
	assert_string_equal(records_of(&h, 1).at[0].state, "sent");
	taken_in(&h, import.id);
	assert_string_equal(records_of(&h, 1).at[0].state, "accepted");
	assert_string_equal(records_of(&h, 2).at[0].state, "refused");
	assert_string_equal(records_of(&h, 2).at[0].reason, "姓名有误");
	assert_int_equal(package_of(&h, id).n_accepted, 1);
	assert_string_equal(package_of(&h, id).state, "sent");
	import = answered(&h, id);
	assert_int_equal(import.n_same, 2);
	forget();
	keyring_free(h.keys);
}

/* Refused, mended, sent again in a package of its own, accepted. */
static void test_again(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	memset(&answer, 0, sizeof answer);
	put(&h, 1, BODY, "");
	as_clerk(&h);
	int64_t id = collected(&h, "national");
	sent(&h, id);
	line(number_of(&h, 1), "", "失败", "证件类型不对");
	taken_in(&h, answered(&h, id).id);
	assert_string_equal(package_of(&h, id).state, "answered");
	struct q_handovers_of rec = records_of(&h, 1).at[0];
	assert_field_problem(&h.f, flow_run(h.cx, &handover_flow, 1, rec.id, "mend", "", NULL),
		"reason", "flow.reason_needed");
	must(&h, flow_run(h.cx, &handover_flow, 1, rec.id, "mend", "已核对证件类型", NULL));
	assert_string_equal(handover_words(h.cx, "national", &(struct q_handovers_of_rows){
		.at = &rec, .n = 1}, "371002"), "2026年3月2日上报后被退回，正在改正重报");
	int64_t second = collected(&h, "national");
	assert_int_equal(package_of(&h, second).n_rows, 1);
	sent(&h, second);
	memset(&answer, 0, sizeof answer);
	line(number_of(&h, 1), "考生1", "成功", "");
	taken_in(&h, answered(&h, second).id);
	rec = records_of(&h, 1).at[0];
	assert_string_equal(rec.state, "accepted");
	assert_int_equal(rec.attempts, 2);
	assert_int_equal(records_of(&h, 1).n, 1);
	forget();
	keyring_free(h.keys);
}

/* Withdrawn: its certificates wait, and the next package takes them. */
static void test_withdrawn(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	as_clerk(&h);
	int64_t id = collected(&h, "national");
	must(&h, handover_package_withdraw(h.cx, id, "格式要换", false));
	must(&h, handover_package_run(h.cx, id, NULL));
	assert_string_equal(package_of(&h, id).state, "withdrawn");
	assert_string_equal(records_of(&h, 1).at[0].state, "waiting");
	assert_int_equal(package_of(&h, collected(&h, "national")).n_rows, 1);
	assert_int_equal(records_of(&h, 1).n, 1);
	forget();
	keyring_free(h.keys);
}

/* One whose file cannot be made does not stand in the way of the next for ever. */
static void test_given_up_while_collected(void **state)
{
	struct handed h;
	struct handover_ask again = ask_for("national");
	int64_t next;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	as_clerk(&h);
	int64_t id = asked(&h, "national");
	written.broken = 1;
	assert_int_equal(handover_collect(h.cx, id, write_file, NULL), ERR_IO);
	ctx_clear(h.cx);
	assert_problem(&h.f, handover_package_create(h.cx, &again, false, &next), ERR_STATE,
		"handover.collecting");
	must(&h, handover_package_withdraw(h.cx, id, "文件做不出来", false));
	must(&h, handover_collect(h.cx, id, write_file, NULL)); /* nothing more is taken */
	must(&h, handover_package_run(h.cx, id, NULL));
	assert_string_equal(package_of(&h, id).state, "withdrawn");
	assert_int_equal(package_of(&h, collected(&h, "national")).n_rows, 1);
	forget();
	keyring_free(h.keys);
}

/* What nobody was told needs no correction, and no revocation. */
static void test_withdrawn_after_a_change(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	for (int i = 1; i <= 3; i++)
		put(&h, i, BODY, "");
	as_clerk(&h);
	int64_t id = collected(&h, "national");
	assert_int_equal(package_of(&h, id).n_rows, 3);
	must(&h, handover_queue(h.cx, CERTIFICATE_CORRECTED, 1, FIRST + 1));
	must(&h, q_certificate_move(h.cx->db, .person_id = 2, .id = FIRST + 2,
		.from_state = "valid", .state = "revoked", .state_reason = "x"));
	must(&h, handover_queue(h.cx, CERTIFICATE_REVOKED, 2, FIRST + 2));
	must(&h, handover_package_withdraw(h.cx, id, "格式要换", false));
	must(&h, handover_package_run(h.cx, id, NULL));
	assert_int_equal(records_of(&h, 1).n, 1);
	assert_int_equal(records_of(&h, 2).n, 0);
	must(&h, q_certificate_move(h.cx->db, .person_id = 3, .id = FIRST + 3,
		.from_state = "valid", .state = "revoked", .state_reason = "x"));
	must(&h, handover_queue(h.cx, CERTIFICATE_REVOKED, 3, FIRST + 3));
	assert_int_equal(records_of(&h, 3).n, 0);
	struct q_handover_package_find p = package_of(&h, collected(&h, "national"));
	assert_int_equal(p.n_rows, 1);
	assert_string_equal(written.last[0], "新增");
	forget();
	keyring_free(h.keys);
}

static void test_many(void **state)
{
	struct handed h;
	auto_tx tx = {0};
	handed_init(&h, *state);
	memset(&answer, 0, sizeof answer);
	must(&h, tx_begin(&tx, h.cx->db));
	for (int i = 1; i <= MANY; i++)
		put(&h, i, BODY, "");
	must(&h, tx_commit(&tx));
	as_clerk(&h);
	int64_t id = collected(&h, "national");
	assert_int_equal(package_of(&h, id).n_rows, MANY);
	sent(&h, id);
	answer.many = MANY;
	struct q_sheet_import_find import = answered(&h, id);
	assert_int_equal(import.n_good, MANY);
	taken_in(&h, import.id);
	assert_int_equal(package_of(&h, id).n_accepted, MANY);
	assert_string_equal(package_of(&h, id).state, "answered");
	forget();
	keyring_free(h.keys);
}

/* ---- layouts ---- */

static void test_layout_faults(void **state)
{
	static const struct {
		const char *yaml, *words;
	} cases[] = {
		{"", "空"}, {"- a\n", "键"}, {HEAD FILE_ COLUMNS, "answer"},
		{HEAD COLUMNS ANSWER, "file"}, {HEAD FILE_ ANSWER, "columns"},
		{HEAD "colour: red\n" FILE_ COLUMNS ANSWER, "colour"},
		{HEAD FILE_ "columns:\n  - {title: 号, field: secret}\n" ANSWER, "secret"},
		{HEAD FILE_ "columns:\n  - {title: 名, field: name}\n" ANSWER, "证书编号"},
		{HEAD FILE_ "columns:\n  - {title: 号, field: number}\n"
			"  - {title: 号, field: name}\n" ANSWER, "重复"},
		{HEAD FILE_ "columns:\n  - {title: 号, field: number, value: x}\n" ANSWER, "之一"},
		{HEAD FILE_ "columns:\n  - {title: 号, field: number, max: 0}\n" ANSWER, "max"},
		{HEAD "file: {format: dbf}\n" COLUMNS ANSWER, "dbf"},
		{HEAD "file: {format: csv, name: ../x}\n" COLUMNS ANSWER, "name"},
	};
	struct test_db *t = *state;
	const struct handover_layout *layout;
	const char *error;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		error = "";
		assert_int_equal(handover_layout_read(t->arena, str_of(cases[i].yaml), &layout,
			&error), ERR_INVALID);
		if (!strstr(error, cases[i].words))
			fail_msg("%zu: %s", i, error);
	}
	assert_int_equal(handover_layout_read(t->arena, STR(HEAD FILE_ COLUMNS ANSWER), &layout,
		&error), 0);
	assert_string_equal(layout->encoding, "gb18030");
}

/* A province's own takes the place of the example from its day. */
static void test_layout_replaced(void **state)
{
	struct handed h;
	const struct handover_layout *layout;
	handed_init(&h, *state);
	must(&h, handover_layout_for(h.cx, "national", day_of("2026-03-02"), &layout));
	assert_true(layout->is_example);
	as_clerk(&h);
	assert_problem(&h.f, handover_layout_apply(h.cx, STR(HEAD FILE_ COLUMNS ANSWER)),
		ERR_DENIED, "auth.denied");
	ctx_act_as_system(h.cx, "test");
	must(&h, handover_layout_apply(h.cx, STR(HEAD FILE_ COLUMNS ANSWER)));
	assert_problem(&h.f, handover_layout_apply(h.cx, STR(HEAD FILE_ COLUMNS ANSWER)),
		ERR_CONFLICT, "handover.layout_differs");
	assert_problem(&h.f, handover_layout_apply(h.cx, STR("a: [")), ERR_INVALID,
		"handover.layout_broken");
	must(&h, handover_layout_for(h.cx, "national", day_of("2026-03-02"), &layout));
	assert_string_equal(layout->name, "sd");
	must(&h, handover_layout_for(h.cx, "national", day_of("2025-12-31"), &layout));
	assert_true(layout->is_example);
	keyring_free(h.keys);
}

static int never(struct ctx *cx, struct job *job)
{
	(void)cx;
	(void)job;
	return 0;
}

int main(void)
{
	static const struct job_kind kinds[] = {{"handover.collect", "整理", never},
		{"handover.move", "登记", never}, {0}};
	job_register(kinds);
	const struct CMUnitTest tests[] = {
		test_db_case(test_layout_values),
		test_db_case(test_missing),
		test_db_case(test_scope),
		test_db_case(test_resumed),
		test_db_case(test_answers),
		test_db_case(test_again),
		test_db_case(test_withdrawn),
		test_db_case(test_given_up_while_collected),
		test_db_case(test_withdrawn_after_a_change),
		test_db_case(test_many),
		test_db_case(test_layout_faults),
		test_db_case(test_layout_replaced),
	};
	return test_db_run("handover", tests);
}
