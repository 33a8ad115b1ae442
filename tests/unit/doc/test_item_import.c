/* A file of items into a bank: judged, saved once, twice the same file changes nothing; and out. */
#include "../domain/exam/bank_world.h"
#include "base/hex.h"
#include "doc/item_exchange.h"
#include "doc/item_job.h"
#include "domain/exam/bank_material.h"
#include "domain/exam/item_import.h"
#include "query/bank_item.h"
#include "query/item_import.h"

static const char gift[] =
	"// [tag:point:B-1-02]\n::一::焊条如何烘干？{=按说明书 ~不用}\n\n"
	"::二::1 + 1 = 3 {F}\n\n"
	"::三::坏的 {=a\n\n"
	"// [tag:point:X-9]\n::四::没有这个点 {T}\n\n"
	"::五::焊条如何烘干？{=甲}\n\n"
	"::六::1 + 1 = 3 {F}\n\n"
	"::七::看图 <img src\\=\"data\\:image/png;base64,PICTURE\"> {T}\n";

static const char pixel[] =
	"\x89PNG\r\n\x1a\n\0\0\0\015IHDR\0\0\0\1\0\0\0\1\010\2\0\0\0\220wS\336"
	"\0\0\0\014IDATx\234c```\0\0\0\4\0\001\366\0278U\0\0\0\0IEND\256B`\202";

static struct str text_file(struct ctx *cx)
{
	const char *cut = strstr(gift, "PICTURE");
	auto_buf b, code;
	buf_init(&b, 1 << 16);
	buf_init(&code, 1 << 16);
	base64_put(&code, pixel, sizeof pixel - 1);
	buf_put(&b, gift, (size_t)(cut - gift));
	for (const char *p = buf_z(&code); *p; p++) {
		if (*p == '=')
			buf_putc(&b, '\\');
		buf_putc(&b, *p);
	}
	buf_puts(&b, cut + 7);
	return (struct str){arena_str(cx->arena, buf_view(&b)), b.n};
}

static int64_t upload(struct bank_world *w, struct str bytes)
{
	int64_t id;
	act(w, CLERK_A);
	must(w, item_import_upload_now(w->cx, &(struct item_upload){.bank_id = w->bank,
		.point_id = w->point, .filename = "题.txt", .format = "GIFT", .mime = "text/plain",
		.bytes = bytes}, &id));
	return id;
}

static struct q_item_import_find judged(struct bank_world *w, int64_t id)
{
	struct q_item_import_find row;
	ctx_act_as_system(w->cx, "job");
	must(w, item_import_judge(w->cx, id, item_file_read, NULL));
	must(w, q_item_import_find(w->cx->db, &row, .id = id, .scope = scope_all()));
	return row;
}

static const char *verdicts(struct bank_world *w, int64_t id)
{
	struct q_item_import_rows_rows rows;
	const char *text = "";
	must(w, q_item_import_rows(w->cx->db, &rows, .import_id = id, .after_row = 0,
		.most = 100));
	for (size_t i = 0; i < rows.n; i++) {
		const char *name = rows.at[i].name, *why = rows.at[i].verdict_text;
		assert_string_equal(name, ""); /* nothing of an item lies open */
		must(w, item_import_words(w->cx, rows.at[i].words_cipher, &name, &why));
		text = text_of(w->cx, "%s%s=%s ", text, name, rows.at[i].verdict);
	}
	return text;
}

static int64_t count_items(struct bank_world *w)
{
	struct q_item_near_hashes_rows rows;
	must(w, q_item_near_hashes(w->cx->db, &rows, .bank_id = w->bank, .id = 0));
	return (int64_t)rows.n;
}

static struct q_item_import_find saved(struct bank_world *w, int64_t id)
{
	struct q_item_import_find row;
	act(w, CLERK_A);
	must(w, item_import_confirm_now(w->cx, id));
	ctx_act_as_system(w->cx, "job");
	must(w, item_import_save(w->cx, id, item_file_read, NULL));
	must(w, q_item_import_find(w->cx->db, &row, .id = id, .scope = scope_all()));
	return row;
}

static void judged_before_anything_is_saved(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx));
	struct q_item_import_find row = judged(&w, id);
	assert_string_equal(row.state, "judged");
	assert_string_equal(verdicts(&w, id),
		"一=good 二=good 三=bad 四=bad 五=good 六=same 七=good ");
	assert_int_equal(row.n_good, 4);
	assert_int_equal(row.n_same, 1);
	assert_int_equal(row.n_bad, 2);
	assert_int_equal(count_items(&w), 0);
	row = saved(&w, id);
	assert_string_equal(row.state, "saved");
	assert_int_equal(row.n_good, 4);
	assert_int_equal(count_items(&w), 4);
	end(&w);
}

static void drafts_of_who_brought_them(void **state)
{
	struct bank_world w;
	struct q_item_import_rows_rows rows;
	struct item_reading reading;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx));
	judged(&w, id);
	saved(&w, id);
	must(&w, q_item_import_rows(w.cx->db, &rows, .import_id = id, .after_row = 0, .most = 9));
	struct q_bank_item_find item = row_of(&w, rows.at[0].item_id);
	assert_string_equal(item.state, "draft");
	assert_int_equal(item.author_id, 1 + CLERK_A);
	assert_int_equal(item.point_id, w.point_2);
	assert_int_equal(row_of(&w, rows.at[1].item_id).point_id, w.point);
	assert_int_equal(step(&w, CLERK_A, item.id, "submit"), 0);
	assert_int_equal(step(&w, CLERK_A, item.id, "review"), ERR_DENIED);
	act(&w, CLERK_A);
	must(&w, item_open(w.cx, rows.at[6].item_id, 1, NULL, &reading));
	assert_int_equal(reading.content.n_assets, 1);
	end(&w);
}

static void twice_changes_nothing(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	struct str bytes = text_file(w.cx);
	int64_t first = upload(&w, bytes), second = upload(&w, bytes);
	judged(&w, first);
	judged(&w, second); /* both say good: neither was saved yet */
	saved(&w, first);
	struct q_item_import_find row = saved(&w, second);
	assert_int_equal(row.n_good, 0);
	assert_int_equal(row.n_same, 5);
	assert_int_equal(count_items(&w), 4);
	int64_t third = upload(&w, bytes);
	row = judged(&w, third);
	assert_int_equal(row.n_good, 0);
	assert_string_equal(verdicts(&w, third),
		"一=same 二=same 三=bad 四=bad 五=same 六=same 七=same ");
	/* saving a second time is refused, the job's second run does nothing */
	act(&w, CLERK_A);
	assert_int_equal(item_import_confirm_now(w.cx, first), ERR_STATE);
	ctx_act_as_system(w.cx, "job");
	must(&w, item_import_save(w.cx, first, item_file_read, NULL));
	assert_int_equal(count_items(&w), 4);
	end(&w);
}

static void out_and_in_again_is_the_same(void **state)
{
	static const char *const formats[] = {"qti", "gift", "xlsx"};
	struct bank_world w;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx));
	judged(&w, id);
	saved(&w, id);
	draft(&w, CLERK_A, "手工录入的题");
	for (size_t i = 0; i < 3; i++) {
		struct item_sheet sheet, lost;
		struct str bytes;
		auto_arena a = arena_new(ITEM_SHEET_ARENA);
		item_sheet_init(&sheet, a);
		item_sheet_init(&lost, a);
		act(&w, MANAGER);
		must(&w, item_export(w.cx, w.bank, "", "测试导出", &sheet));
		assert_int_equal(sheet.n_entries, 5);
		must(&w, item_format_of(formats[i])->write(w.cx, &sheet, &lost, &bytes));
		struct q_item_import_find row = judged(&w, upload(&w, bytes));
		/* all that the format holds are found to be there; the sheet loses the picture */
		assert_int_equal(row.n_same, streq(formats[i], "xlsx") ? 4 : 5);
		assert_int_equal(row.n_bad, 0);
	}
	end(&w);
}

static const char judged_by_material[] =
	"// [id:M1]\n::第一段::先停电，后验电。\n\n// [tag:material:M1]\n::一::材料中的做法正确。 {"
		"T}\n\n"
	"// [id:M2]\n::第二段::先验电，后停电。\n\n// [tag:material:M2]\n::二::材料中的做法正确。 {"
		"T}\n\n"
	"// [tag:material:M1]\n::三::材料中的做法正确。 {T}\n";

/* The same words about another material are another item; titles come back too. */
static void a_material_makes_another_item(void **state)
{
	struct bank_world w;
	struct item_sheet sheet, lost;
	struct str bytes;
	begin(&w, *state);
	int64_t id = upload(&w, str_of(judged_by_material));
	judged(&w, id);
	assert_string_equal(verdicts(&w, id), "一=good 二=good 三=same ");
	assert_int_equal(saved(&w, id).n_good, 2);
	item_sheet_init(&sheet, w.cx->arena);
	item_sheet_init(&lost, w.cx->arena);
	act(&w, MANAGER);
	must(&w, item_export(w.cx, w.bank, "", "测试导出", &sheet));
	assert_string_equal(sheet.materials[0]->title, "第一段");
	must(&w, qti_write(w.cx, &sheet, &lost, &bytes));
	id = upload(&w, bytes);
	judged(&w, id);
	assert_string_equal(verdicts(&w, id), "1=same 2=same ");
	end(&w);
}

/* Item and material show the same picture: it goes out once for each, and comes back. */
static void a_picture_of_item_and_material(void **state)
{
	struct bank_world w;
	struct item_sheet sheet, lost;
	struct item_reading reading;
	struct str bytes;
	int64_t material, id;
	const char *html = "看图：<img src=\"asset:a.png\" alt=\"\"/>";
	struct item_asset picture = {.name = "a.png", .bytes = {pixel, sizeof pixel - 1}};
	begin(&w, *state);
	act(&w, CLERK_A);
	must(&w, material_save(w.cx, w.bank, 0, 0,
		&(struct material_in){.title = "图", .html = html,
		.assets = {picture}, .n_assets = 1}, &material));
	struct item_in in = single(&w, html);
	in.material_id = material;
	in.content.assets[in.content.n_assets++] = picture;
	must(&w, item_create(w.cx, w.bank, &in, &id));
	must(&w, item_open(w.cx, id, 0, NULL, &reading));
	assert_int_equal(reading.content.n_assets, 1);
	item_sheet_init(&sheet, w.cx->arena);
	item_sheet_init(&lost, w.cx->arena);
	act(&w, MANAGER);
	must(&w, item_export(w.cx, w.bank, "", "测试导出", &sheet));
	must(&w, qti_write(w.cx, &sheet, &lost, &bytes));
	item_sheet_init(&sheet, w.cx->arena);
	must(&w, qti_read(w.cx, bytes, &sheet));
	assert_int_equal(sheet.n_remarks, 0);
	assert_int_equal(sheet.entries[0]->content.n_assets, 1);
	assert_int_equal(sheet.materials[0]->n_assets, 1);
	end(&w);
}

/* The file read otherwise than when the verdict was given (another program): nothing is saved on
 * that verdict. */
static int another_reader(struct ctx *cx, struct str bytes, const char *filename,
	struct item_sheet *sheet)
{
	(void)bytes;
	return item_file_read(cx, STR("::一::别的题 {T}\n\n::二::1 + 1 = 3 {F}\n"), filename,
		sheet);
}

static void read_otherwise_at_saving(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	int64_t id = upload(&w, STR("::一::一道题 {T}\n\n::二::1 + 1 = 3 {F}\n"));
	assert_int_equal(judged(&w, id).n_good, 2);
	act(&w, CLERK_A);
	must(&w, item_import_confirm_now(w.cx, id));
	ctx_act_as_system(w.cx, "job");
	must(&w, item_import_save(w.cx, id, another_reader, NULL));
	assert_string_equal(verdicts(&w, id), "一=bad 二=saved ");
	end(&w);
}

static void who_may(void **state)
{
	struct bank_world w;
	struct item_sheet sheet;
	struct q_item_read_of_rows readings;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx)), other;
	judged(&w, id);
	struct item_upload in = {.bank_id = w.bank, .filename = "x", .format = "x",
		.mime = "text/plain", .bytes = STR("x")};
	act(&w, CLERK_OTHER);
	assert_int_equal(item_import_upload_now(w.cx, &in, &other), ERR_NOTFOUND);
	assert_int_equal(item_import_confirm_now(w.cx, id), ERR_NOTFOUND);
	act(&w, PROVINCE);
	assert_int_equal(item_import_upload_now(w.cx, &in, &other), ERR_DENIED);
	assert_int_equal(item_import_confirm_now(w.cx, id), ERR_DENIED);
	item_sheet_init(&sheet, w.cx->arena);
	assert_int_equal(item_export(w.cx, w.bank, "", "测试导出", &sheet), ERR_DENIED);
	act(&w, WORKER);
	assert_int_equal(item_import_upload_now(w.cx, &in, &other), ERR_DENIED);
	saved(&w, id);
	act(&w, EXAMINER);
	assert_int_equal(item_export(w.cx, w.bank, "", "测试导出", &sheet), ERR_DENIED);
	act(&w, MANAGER);
	assert_int_equal(item_export(w.cx, w.bank, "", "短", &sheet), ERR_INVALID);
	assert_int_equal(item_export(w.cx, w.bank, "approved", "测试导出", &sheet), ERR_STATE);
	ctx_clear(w.cx);
	must(&w, item_export(w.cx, w.bank, "", "测试导出", &sheet));
	must(&w, q_item_read_of(w.cx->db, &readings, .bank_id = w.bank, .scope = scope_all(),
		.page = {.limit = 100}));
	int64_t logged = 0;
	for (size_t i = 0; i < readings.n; i++)
		logged += streq(readings.at[i].purpose, "测试导出");
	assert_int_equal(logged, 4);
	end(&w);
}

static void a_file_that_cannot_be_read(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	struct q_item_import_find row = judged(&w, upload(&w,
		STR("<!DOCTYPE quiz [<!ENTITY a \"b\">]><quiz>&a;</quiz>")));
	assert_string_equal(row.state, "refused");
	assert_non_null(strstr(row.message, "DTD"));
	row = judged(&w, upload(&w, STR("// only a comment {}")));
	assert_string_equal(row.state, "refused");
	end(&w);
}

/* A worker that dies between two transactions: the next one goes on where it stopped. */
static void broken_off_and_taken_up_again(void **state)
{
	enum { N = 120 };
	struct bank_world w;
	struct job gone = {.id = 12345, .kind = "items.save", .args = "{}", .attempts = 1};
	auto_buf b;
	begin(&w, *state);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < N; i++)
		buf_printf(&b, "第 %d 题：%d + %d 等于多少？{#%d}\n\n", i, i, i, 2 * i);
	int64_t id = upload(&w, buf_view(&b));
	assert_int_equal(judged(&w, id).n_good, N);
	act(&w, CLERK_A);
	must(&w, item_import_confirm_now(w.cx, id));
	ctx_act_as_system(w.cx, "job");
	assert_true(item_import_save(w.cx, id, item_file_read, &gone) < 0);
	ctx_clear(w.cx);
	int64_t midway = count_items(&w);
	assert_true(midway > 0 && midway < N);
	must(&w, item_import_save(w.cx, id, item_file_read, NULL));
	assert_int_equal(count_items(&w), N);
	struct q_item_import_find row;
	must(&w, q_item_import_find(w.cx->db, &row, .id = id, .scope = scope_all()));
	assert_string_equal(row.state, "saved");
	assert_int_equal(row.n_good, N);
	end(&w);
}

/* What was kept before the secret was changed is known after it: judged under the old one and saved
 * under the new, and brought once more. */
static void known_over_a_rotation_of_keys(void **state)
{
	struct bank_world w;
	struct keyring *rotated;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx)), twice = upload(&w, text_file(w.cx));
	judged(&w, id);
	judged(&w, twice);
	saved(&w, id);
	assert_int_equal(keyring_from_hex(STR("ffeeddccbbaa99887766554433221100"
		"fedcba9876543210fedcba9876543210 00112233445566778899aabbccddeeff"
		"0123456789abcdef0123456789abcdef"), &rotated), 0);
	w.cx->keys = rotated;
	assert_int_equal(saved(&w, twice).n_same, 5);
	assert_int_equal(count_items(&w), 4);
	id = upload(&w, text_file(w.cx));
	judged(&w, id);
	assert_string_equal(verdicts(&w, id),
		"一=same 二=same 三=bad 四=bad 五=same 六=same 七=same ");
	w.cx->keys = w.keys;
	keyring_free(rotated);
	end(&w);
}

static void one_that_is_too_large(void **state)
{
	struct bank_world w;
	auto_buf b;
	begin(&w, *state);
	buf_init(&b, 4 << 20);
	buf_puts(&b, "::大::很大 {");
	for (int i = 0; i < 26; i++) {
		buf_puts(&b, i ? "~" : "=");
		for (int k = 0; k < 20000; k++)
			buf_puts(&b, "很");
	}
	buf_puts(&b, "}\n\n::小::1+1=2 {T}\n");
	int64_t id = upload(&w, buf_view(&b));
	judged(&w, id);
	assert_string_equal(verdicts(&w, id), "大=bad 小=good ");
	end(&w);
}

static void the_sheet_that_goes_back(void **state)
{
	struct bank_world w;
	struct str bytes;
	struct item_sheet sheet;
	begin(&w, *state);
	int64_t id = upload(&w, text_file(w.cx));
	judged(&w, id);
	act(&w, CLERK_A);
	must(&w, item_import_annotated(w.cx, id, &bytes));
	item_sheet_init(&sheet, w.cx->arena);
	must(&w, item_table_read(w.cx, bytes, &sheet));
	assert_int_equal(sheet.n_entries, 6); /* what was not read has no kind */
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(judged_before_anything_is_saved),
		test_db_case(drafts_of_who_brought_them), test_db_case(twice_changes_nothing),
		test_db_case(out_and_in_again_is_the_same),
		test_db_case(a_material_makes_another_item),
		test_db_case(a_picture_of_item_and_material),
		test_db_case(read_otherwise_at_saving), test_db_case(who_may),
		test_db_case(broken_off_and_taken_up_again),
		test_db_case(known_over_a_rotation_of_keys), test_db_case(one_that_is_too_large),
		test_db_case(a_file_that_cannot_be_read), test_db_case(the_sheet_that_goes_back),
	};
	return test_db_run("item_import", tests);
}
