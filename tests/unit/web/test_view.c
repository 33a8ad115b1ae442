#include "web/exchange.h"
#include "web/list.h"
#include "support.h"

enum { MEMORY = 16 * 1024 * 1024 };

struct row {
	int64_t id, body_id, filed_on, created_at, fee_fen, score_centi, grade, seats;
	const char *name, *state, *idno_cipher, *password_hash, *phone_index;
	struct str data;
	double ratio;
};

#define COL(type, field) {#field, type, offsetof(struct row, field)}

static const struct q_col cols[] = {
	COL(Q_INT, id), COL(Q_INT, body_id), COL(Q_INT, filed_on), COL(Q_INT, created_at),
		COL(Q_INT, fee_fen),
	COL(Q_INT, score_centi), COL(Q_INT, grade), COL(Q_INT, seats), COL(Q_TEXT, name),
		COL(Q_TEXT, state),
	COL(Q_TEXT, idno_cipher), COL(Q_TEXT, password_hash), COL(Q_TEXT, phone_index),
		COL(Q_BYTES, data),
	COL(Q_FLOAT, ratio),
};

static const struct q_desc desc = {"row", cols, sizeof cols / sizeof cols[0], sizeof(struct row)};

struct fixture {
	struct arena *arena;
	struct exchange ex;
	struct req rq;
};

static int setup(void **state)
{
	struct arena *a = arena_new(MEMORY);
	struct fixture *f = arena_make(a, struct fixture);
	f->arena = f->ex.arena = a;
	ctx_init(&f->ex.cx, a, NULL, NULL);
	f->rq = (struct req){.cx = &f->ex.cx, .ex = &f->ex, .view = json_object()};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	json_decref(f->rq.view);
	arena_free(f->arena);
	return 0;
}

static const struct row full = {
	.id = 9007199254740993, .body_id = 7, .filed_on = 20779, .created_at = 1795339805,
		.fee_fen = 12000, .score_centi = 8750,
	.grade = 3, .seats = 30, .name = "威海", .state = "open", .idno_cipher = "x",
		.password_hash = "x", .phone_index = "x",
	.data = STR("x"), .ratio = 0.5,
};

static void shows(json_t *row, const char *key, const char *text)
{
	const char *got = json_string_value(json_object_get(row, key));
	if (!streq(got, text))
		fail_msg("%s is %s, not %s", key, got ? got : "absent", text);
}

static void people_read_what_the_column_s_name_says(void **state)
{
	struct fixture *f = *state;
	json_t *row = view_row(&f->rq, &desc, &full);
	shows(row, "id", "9007199254740993");
	shows(row, "body_id", "7");
	shows(row, "filed_on", "2026-11-22");
	shows(row, "filed_on_text", "2026年11月22日");
	assert_int_equal(json_integer_value(json_object_get(row, "created_at")), 1795339805);
	shows(row, "created_at_text", "2026-11-22 17:30");
	assert_int_equal(json_integer_value(json_object_get(row, "fee_fen")), 12000);
	shows(row, "fee_text", "120.00");
	shows(row, "score_text", "87.5");
	shows(row, "grade_text", "三级/高级工");
	assert_int_equal(json_integer_value(json_object_get(row, "seats")), 30);
	shows(row, "name", "威海");
	json_decref(row);
}

static const struct route route = {GET, "/rows", PERM_PUBLIC, NULL, NULL, "名单"};

/* One row too many is asked for, so that a sheet never ends early without a word. */
static void a_sheet_is_whole_or_refused(void **state)
{
	struct fixture *f = *state;
	const struct raw_value query[] = {{.name = "export", .text = STR("xlsx")}};
	f->ex.query_values = (struct values){.at = (struct raw_value *)query, .n = 1, .cap = 1};
	assert_int_equal(rq_page(&f->rq).limit, LIST_EXPORT + 1);
	f->rq.route = &route;
	assert_int_equal(list_export(&f->rq, &desc, NULL, LIST_EXPORT + 1), ERR_INVALID);
	assert_string_equal(f->rq.cx->problem.id, "web.export_long");
	assert_string_equal(f->rq.cx->problem.args[0], "100000");
}

static void secrets_and_bytes_stay_out(void **state)
{
	struct fixture *f = *state;
	json_t *row = view_row(&f->rq, &desc, &full);
	static const char *const hidden[] = {"idno_cipher", "password_hash", "phone_index", "data"};
	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
		assert_null(json_object_get(row, hidden[i]));
	json_decref(row);
}

static void nothing_reads_as_nothing(void **state)
{
	struct fixture *f = *state;
	struct row empty = {.name = "", .state = "", .score_centi = -5};
	json_t *row = view_row(&f->rq, &desc, &empty);
	shows(row, "id", "");
	shows(row, "filed_on", "");
	shows(row, "filed_on_text", "");
	shows(row, "created_at_text", "");
	shows(row, "fee_text", "0.00");
	shows(row, "score_text", "-0.05");
	shows(row, "grade_text", "");
	json_decref(row);
}

static void states_gain_their_words(void **state)
{
	static const struct flow_state states[] = {{"open", "报名中", TONE_WAIT}, {0}};
	static const struct flow flow = {.kind = "batch", .title = "批次", .states = states};
	struct fixture *f = *state;
	struct row odd = full;
	rq_states(&f->rq, &flow);
	json_t *row = view_row(&f->rq, &desc, &full);
	shows(row, "state_label", "报名中");
	shows(row, "state_tone", "wait");
	json_decref(row);
	odd.state = "gone";
	row = view_row(&f->rq, &desc, &odd);
	shows(row, "state_label", "gone");
	shows(row, "state_tone", "plain");
	json_decref(row);
}

static const struct choice kinds[] = {{"a", "甲"}, {"b", "乙"}, {0}};

static const struct field fields[] = {
	{"name", FIELD_TEXT, "名称", .flags = FIELD_REQUIRED},
	{"fee", FIELD_MONEY, "收费"},
	{"on", FIELD_DATE, "日期"},
	{"kind", FIELD_CHOICE, "类别", .choices = kinds},
	{"rooms", FIELD_IDS, "考场"},
	{"agree", FIELD_BOOL, "同意"},
	{"secret", FIELD_PASSWORD, "密码"},
	{0},
};

static json_t *item(json_t *items, size_t i)
{
	return json_array_get(items, i);
}

static void presets_stand_as_they_would_be_typed(void **state)
{
	struct fixture *f = *state;
	json_t *preset = json_pack("{s:s, s:i, s:i, s:s, s:[s], s:b, s:s}", "name", "丙", "fee",
		12050, "on", 20779, "kind", "b", "rooms", "2", "agree", 1, "secret", "never");
	json_t *items = json_array();
	view_choices(&f->rq, "rooms", (const struct choice[]){{"1", "一号"}, {"2", "二号"}, {0}});
	for (const struct field *one = fields; one->name; one++)
		json_array_append_new(items,
			form_item(&f->rq, one, NULL, json_object_get(preset, one->name)));
	shows(item(items, 0), "value", "丙");
	assert_true(json_is_true(json_object_get(item(items, 0), "required")));
	shows(item(items, 1), "value", "120.50");
	shows(item(items, 2), "value", "2026-11-22");
	json_t *options = json_object_get(item(items, 3), "options");
	assert_false(json_is_true(json_object_get(json_array_get(options, 0), "selected")));
	assert_true(json_is_true(json_object_get(json_array_get(options, 1), "selected")));
	options = json_object_get(item(items, 4), "options");
	assert_true(json_is_true(json_object_get(json_array_get(options, 1), "selected")));
	assert_true(json_is_true(json_object_get(item(items, 5), "checked")));
	shows(item(items, 6), "value", "");
	json_decref(items);
	json_decref(preset);
	json_decref(f->ex.choices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(people_read_what_the_column_s_name_says, setup,
			teardown),
		cmocka_unit_test_setup_teardown(a_sheet_is_whole_or_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(secrets_and_bytes_stay_out, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_reads_as_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(states_gain_their_words, setup, teardown),
		cmocka_unit_test_setup_teardown(presets_stand_as_they_would_be_typed, setup,
			teardown),
	};
	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
