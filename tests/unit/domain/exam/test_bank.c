/* Banks, their table of points, materials and pictures. */
#include "bank_world.h"
#include "domain/exam/bank_material.h"

static void test_who_keeps_a_bank(void **state)
{
	struct bank_world w;
	int64_t id;
	begin(&w, *state);
	struct bank_in in = {.custodian = "national", .title = "焊工", .multiple_rule = "half",
		.occupation_id = w.occupation, .grade = 3};
	struct q_bank_find bank;
	act(&w, CLERK_B);
	must(&w, bank_create(w.cx, &in, &id));
	must(&w, bank_get(w.cx, id, &bank));
	assert_string_equal(bank.custodian, "body"); /* whatever it says */
	assert_int_equal(bank.body_id, BODY);
	assert_true(bank.standard_id != 0); /* the one in force */
	act(&w, CITY);
	assert_problem(&w.f, bank_create(w.cx, &in, &id), ERR_DENIED, "bank.province_only");
	act(&w, EXAMINER);
	assert_int_equal(bank_create(w.cx, &in, &id), ERR_DENIED);
	ctx_clear(w.cx);
	act(&w, PROVINCE);
	must(&w, bank_create(w.cx, &in, &id));
	assert_problem(&w.f, bank_edit(w.cx, w.bank, &in), ERR_DENIED, "bank.not_custodian");
	in.grade = 9;
	assert_field_problem(&w.f, bank_create(w.cx, &in, &id), "grade", "bank.grade_wrong");
	end(&w);
}

static void test_a_closed_bank_takes_nothing(void **state)
{
	struct bank_world w;
	int64_t id, no;
	struct point_problem *problems;
	size_t n;
	begin(&w, *state);
	int64_t item = draft(&w, CLERK_A, "题干一");
	must(&w, flow_run(w.cx, &bank_flow, 0, w.bank, "close", "标准换版", NULL));
	struct item_in in = single(&w, "题干二");
	assert_problem(&w.f, item_create(w.cx, w.bank, &in, &id), ERR_STATE, "bank.closed");
	assert_problem(&w.f, item_save(w.cx, item, 1, &in, &no), ERR_STATE, "bank.closed");
	assert_problem(&w.f, step(&w, CLERK_A, item, "submit"), ERR_STATE, "bank.closed");
	assert_problem(&w.f, points_put(w.cx, w.bank, NULL, 0, &problems, &n), ERR_STATE,
		"bank.closed");
	end(&w);
}

static int64_t row_by_no(struct bank_world *w, int64_t no)
{
	struct q_bank_item_by_no row;
	must(w, q_bank_item_by_no(w->cx->db, &row, .bank_id = w->bank, .item_no = no));
	return row.id;
}

static void test_the_table_adds_up(void **state)
{
	struct bank_world w;
	struct q_bank_find bank;
	struct point_row *rows;
	struct point_problem *problems;
	size_t n, m;
	begin(&w, *state);
	approve(&w, draft(&w, CLERK_A, "题干一"));
	act(&w, CLERK_A);
	must(&w, bank_get(w.cx, w.bank, &bank));
	must(&w, points_tree(w.cx, &bank, &rows, &n));
	assert_int_equal(n, 7);
	assert_string_equal(rows[3].point.code, "B");
	assert_int_equal(rows[3].n_usable, 1);
	assert_int_equal(rows[3].n_wanted, 8); /* two points, four each by the setting */
	assert_int_equal(rows[3].n_lacking, 7);
	assert_int_equal(rows[2].n_wanted, 2); /* said by the point itself */
	assert_int_equal(points_top_permille(rows, n), 1000);
	assert_string_equal(points_weights_wrong(w.cx, rows, n), "");
	struct point_in in = {1, "B-1-02", "B-1", "电流选择", "Y", 300, 0};
	must(&w, points_put(w.cx, w.bank, &in, 1, &problems, &m));
	must(&w, points_tree(w.cx, &bank, &rows, &n));
	assert_int_equal(n, 7);
	assert_non_null(strstr(points_weights_wrong(w.cx, rows, n), "B-1 焊接基础"));
	assert_problem(&w.f, point_drop(w.cx, w.point), ERR_STATE, "bank.point_used");
	int64_t item = row_by_no(&w, 1), no;
	struct item_in moved = single(&w, "题干一，移到另一个点");
	moved.point_id = w.point_2; /* as soon as it is approved */
	must(&w, item_save(w.cx, item, 1, &moved, &no));
	assert_problem(&w.f, point_drop(w.cx, w.point_2), ERR_STATE, "bank.point_used");
	must(&w, step(&w, CLERK_A, item, "abandon"));
	end(&w);
}

/* A wrong line keeps the whole sheet out, and every wrong line is named. */
static void test_a_wrong_table_changes_nothing(void **state)
{
	static const struct point_in table[] = {
		{1, "C", "", "新范围", "", 100, 0},
		{2, "C-1", "C", "二级", "", 1000, 0},
		{3, "D-1", "C", "前缀不对", "", 0, 0},
		{4, "C-2", "Q", "没有上级", "", 0, 0},
		{5, "C 3", "C", "代码不对", "", 0, 0},
		{6, "C-4", "C", "", "X", 0, 0},
		{7, "C-5", "C", "重要程度不对", "W", 0, 0},
		{8, "C-6", "C", "比重不对", "X", 1001, 0},
		{9, "E-1", "", "点没有范围", "Z", 0, 0},
		{10, "C-1-1", "C-1", "三级", "", 1000, 0},
		{11, "C-1-1-1", "C-1-1", "第四级范围", "", 0, 0},
		{12, "B-1", "B", "变成点", "X", 0, 0},
		{13, "C-1-1-01", "C-1-1", "好的点", "X", 1000, 3},
	};
	static const int64_t wrong[] = {3, 4, 5, 6, 7, 8, 9, 11, 12};
	struct bank_world w;
	struct q_bank_find bank;
	struct point_row *rows;
	struct point_problem *problems;
	size_t n, m;
	begin(&w, *state);
	assert_problem(&w.f, points_put(w.cx, w.bank, table, 13, &problems, &m), ERR_INVALID,
		"bank.points_refused");
	assert_int_equal(m, sizeof wrong / sizeof *wrong);
	for (size_t i = 0; i < m; i++)
		assert_int_equal(problems[i].line, wrong[i]);
	must(&w, bank_get(w.cx, w.bank, &bank));
	must(&w, points_tree(w.cx, &bank, &rows, &n));
	assert_int_equal(n, 7);
	end(&w);
}

#define HEAD "\x89PNG\r\n\x1a\n\0\0\0\015IHDR\0\0\0\1\0\0\0\1\010\2\0\0\0\220wS\336"
#define BODY "\0\0\0\014IDATx\234c```\0\0\0\4\0\001\366\0278U\0\0\0\0IEND\256B`\202"
/* From a camera that writes down who and where. */
static const char png[] = HEAD "\0\0\0\013tEXtAuthor\0Wang\x5f\x17\x5a\x11" BODY,
	clean[] = HEAD BODY;

static void test_pictures(void **state)
{
	struct bank_world w;
	struct item_reading r;
	struct file file;
	int64_t item, other;
	begin(&w, *state);
	struct item_in in = single(&w, "如图<img src=\"asset:a.png\" alt=\"焊缝\">所示的缺陷是？");
	act(&w, CLERK_A);
	assert_field_problem(&w.f, item_create(w.cx, w.bank, &in, &item), "stem",
		"item.asset_missing");
	in.content.n_assets = 2;
	in.content.assets[0] = (struct item_asset){.name = "a.png", .bytes = STR("GIF89a")};
	assert_field_problem(&w.f, item_create(w.cx, w.bank, &in, &item), "assets",
		"item.asset_kind");
	in.content.assets[0].bytes = (struct str){png, sizeof png - 20};
	assert_field_problem(&w.f, item_create(w.cx, w.bank, &in, &item), "assets",
		"item.asset_broken");
	in.content.assets[0].bytes = (struct str){png, sizeof png - 1};
	in.content.assets[1] = (struct item_asset){.name = "unused.png",
		.bytes = {png, sizeof png - 1}};
	must(&w, item_create(w.cx, w.bank, &in, &item));
	must(&w, item_open(w.cx, item, 0, NULL, &r));
	assert_int_equal(r.content.n_assets, 1);
	assert_non_null(strstr(r.content.stem_html, r.content.assets[0].name));
	must(&w, item_asset_open(w.cx, item, 0, r.content.assets[0].name, &file));
	assert_string_equal(file.mime, "image/png");
	assert_true(str_eq(file.bytes, (struct str){clean, sizeof clean - 1}));
	struct q_item_read_of_rows rows;
	must(&w, q_item_read_of(w.cx->db, &rows, .bank_id = w.bank, .item_id = item,
		.scope = scope_all(), .page = {.limit = 10}));
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].read_kind, "asset");
	act(&w, CLERK_OTHER);
	assert_int_equal(item_asset_open(w.cx, item, 0, "x", &file), ERR_NOTFOUND);
	ctx_clear(w.cx);
	/* Another body cannot show the picture by naming its file. */
	int64_t bank = bank_of(&w, CLERK_OTHER, "另一家");
	bank_table(&w, bank, &w.point, &w.point_2);
	in = single(&w, "偷看<img src=\"asset:a.png\" alt=\"\">");
	in.content.n_assets = 1;
	in.content.assets[0] = r.content.assets[0];
	in.content.assets[0].name = "a.png";
	assert_field_problem(&w.f, item_create(w.cx, bank, &in, &other), "assets",
		"item.asset_gone");
	end(&w);
}

static void test_material_is_pinned(void **state)
{
	struct bank_world w;
	struct item_reading r;
	struct material_reading m;
	int64_t material, item, no;
	begin(&w, *state);
	struct material_in text = {.title = "焊接工艺卡", .html = "<p>板厚 12 mm，V 形坡口</p>"};
	act(&w, CLERK_A);
	must(&w, material_save(w.cx, w.bank, 0, 0, &text, &material));
	struct item_in in = single(&w, "根据材料，应选用的焊条直径是？");
	in.material_id = material;
	must(&w, item_create(w.cx, w.bank, &in, &item));
	approve(&w, item);
	text.html = "<p>板厚 16 mm</p>";
	act(&w, CLERK_B);
	assert_problem(&w.f, material_open(w.cx, material, 0, NULL, &m), ERR_DENIED,
		"item.reason_needed");
	must(&w, material_save(w.cx, w.bank, material, 1, &text, &material));
	assert_problem(&w.f, material_save(w.cx, w.bank, material, 1, &text, &material),
		ERR_CONFLICT, "item.overtaken");
	must(&w, item_open(w.cx, item, 0, "核对材料是否仍然适用", &r));
	assert_non_null(strstr(r.material_html, "12 mm"));
	in.material_id = material;
	must(&w, item_save(w.cx, item, 1, &in, &no));
	must(&w, item_open(w.cx, item, no, NULL, &r));
	assert_non_null(strstr(r.material_html, "16 mm"));
	in.material_id = item; /* no material at all */
	assert_field_problem(&w.f, item_save(w.cx, item, no, &in, &no), "material_id",
		"material.not_found");
	end(&w);
}

static void test_enemies_go_both_ways(void **state)
{
	struct bank_world w;
	struct q_item_enemies_of_rows rows;
	begin(&w, *state);
	int64_t a = draft(&w, CLERK_A, "题干甲"), b = draft(&w, CLERK_A, "另一段题干乙");
	assert_field_problem(&w.f, item_enemy_put(w.cx, a, 1, ""), "other_no", "item.enemy_wrong");
	must(&w, item_enemy_put(w.cx, a, 2, "答案互相提示"));
	must(&w, q_item_enemies_of(w.cx->db, &rows, .item_id = b));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].other_id, a);
	must(&w, item_enemy_drop(w.cx, b, a));
	must(&w, q_item_enemies_of(w.cx->db, &rows, .item_id = a));
	assert_int_equal(rows.n, 0);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_who_keeps_a_bank), test_db_case(test_a_closed_bank_takes_nothing),
		test_db_case(test_the_table_adds_up),
		test_db_case(test_a_wrong_table_changes_nothing), test_db_case(test_pictures),
		test_db_case(test_material_is_pinned), test_db_case(test_enemies_go_both_ways),
	};
	return test_db_run("bank", tests);
}
