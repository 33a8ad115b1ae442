#include "core/file.h"

#include <stdlib.h>

#include "core/fixture.h"
#include "query/core.h"

static int put(struct fixture *f, const char *name, struct str bytes, struct file *ret_file)
{
	*ret_file = (struct file){.name = name, .bytes = bytes, .region = "3710", .body_id = 9};
	return file_put(&f->cx, ret_file);
}

static void kinds_are_told_by_content(void **state)
{
	static const struct {
		const char *name;
		struct str bytes;
		const char *mime;
	} table[] = {
		{"照片.jpg", STR("\xff\xd8\xff\xe0JFIF"), "image/jpeg"},
		{"photo.exe", STR("\x89PNG\r\n\x1a\n0000"), "image/png"},
		{"计划.pdf", STR("%PDF-1.7\n"), "application/pdf"},
		{"名册.XLSX", STR("PK\x03\x04zip"),
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"材料.zip", STR("PK\x03\x04zip"), "application/zip"},
		{"名册.csv", STR("\xd0\xd5\xc3\xfb,\xd6\xa4\xba\xc5\r\n"), "text/csv"},
		{"x.pdf", STR("MZ\x90\0binary"), NULL},
		{"x.csv", STR("a,b\0c"), NULL},
		{"x.html", STR("<script>"), NULL},
		{"x.svg", STR("<svg onload=x>"), NULL},
	};
	struct fixture f;
	struct keyring *keys = fixture_keys();
	fixture_init(&f, *state, keys);
	act_as(&f, ROLE_BODY_CLERK, 1, "张三");
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct file file;
		int r = put(&f, table[i].name, table[i].bytes, &file);
		if (table[i].mime) {
			assert_int_equal(r, 0);
			assert_string_equal(file.mime, table[i].mime);
		} else {
			assert_problem(&f, r, ERR_INVALID, "file.kind");
		}
	}
	keyring_free(keys);
}

static void what_goes_in_comes_out_sealed_in_between(void **state)
{
	static const char bytes[] = "%PDF-1.7\0\1\2 secret words";
	struct test_db *t = *state;
	struct fixture f;
	struct file file, back;
	struct q_file_find row;
	struct keyring *keys = fixture_keys();
	fixture_init(&f, t, keys);
	act_as(&f, ROLE_AUTHORITY, 1, "李四");
	assert_int_equal(put(&f, "计划.pdf", (struct str){bytes, sizeof bytes}, &file), 0);
	assert_int_equal(strlen(file.sha256), 64);
	test_ok(t, q_file_find(t->db, &row, .id = file.id, .scope = scope_all()));
	assert_null(memmem(row.data.p, row.data.n, "secret words", 12));
	assert_int_equal(file_get(&f.cx, 0, file.id, &back), 0);
	assert_int_equal(back.bytes.n, sizeof bytes);
	assert_memory_equal(back.bytes.p, bytes, sizeof bytes);
	assert_string_equal(back.name, "计划.pdf");
	keyring_free(keys);
}

static void limits(void **state)
{
	struct fixture f;
	struct file file;
	struct keyring *keys = fixture_keys();
	fixture_init(&f, *state, keys);
	char *big = calloc(1, FILE_MAX + 1);
	memcpy(big, "%PDF-", 5);
	assert_problem(&f, put(&f, "a.pdf", (struct str){big, FILE_MAX + 1}, &file), ERR_LIMIT,
		"file.too_large");
	assert_problem(&f, put(&f, "a.pdf", STR_NONE, &file), ERR_INVALID, "file.empty");
	assert_problem(&f, put(&f, " ", STR("%PDF-"), &file), ERR_INVALID, "file.name");
	assert_problem(&f, put(&f, "a\x01.pdf", STR("%PDF-"), &file), ERR_INVALID, "file.name");
	free(big);
	keyring_free(keys);
}

static int get_as(struct fixture *f, struct actor actor, const struct file *file)
{
	struct file back;
	ctx_act_as(&f->cx, &actor);
	int r = file_get(&f->cx, file->person_id, file->id, &back);
	ctx_clear(&f->cx);
	return r;
}

static void who_may_have_it(void **state)
{
	struct fixture f;
	struct file file = {.name = "a.pdf", .bytes = STR("%PDF-"), .region = "371002",
		.body_id = 9, .person_id = 55};
	struct keyring *keys = fixture_keys();
	fixture_init(&f, *state, keys);
	act_as(&f, ROLE_WORKER, 1, "张三");
	assert_int_equal(file_put(&f.cx, &file), 0);
	assert_int_equal(get_as(&f, (struct actor){.role = ROLE_AUTHORITY, .region = "3710"},
		&file), 0);
	assert_int_equal(get_as(&f, (struct actor){.role = ROLE_AUTHORITY, .region = "3702"},
		&file), ERR_NOTFOUND);
	assert_int_equal(get_as(&f, (struct actor){.role = ROLE_BODY_CLERK, .body_id = 9}, &file),
		0);
	assert_int_equal(get_as(&f, (struct actor){.role = ROLE_BODY_CLERK, .body_id = 8}, &file),
		ERR_NOTFOUND);
	assert_int_equal(get_as(&f,
		(struct actor){.role = ROLE_WORKER, .account_id = 2, .person_id = 55}, &file), 0);
	assert_int_equal(get_as(&f,
		(struct actor){.role = ROLE_WORKER, .account_id = 1, .person_id = 56}, &file), 0);
	assert_int_equal(
		get_as(&f, (struct actor){.role = ROLE_WORKER, .account_id = 2, .person_id = 56},
		&file), ERR_NOTFOUND);
	assert_int_equal(get_as(&f, (struct actor){.role = ROLE_PUBLIC}, &file), ERR_NOTFOUND);
	keyring_free(keys);
}

static void another_key_does_not_open_it(void **state)
{
	struct fixture f;
	struct file file, back;
	struct keyring *keys = fixture_keys(), *others;
	fixture_init(&f, *state, keys);
	ctx_act_as_system(&f.cx, "测试");
	assert_int_equal(put(&f, "a.pdf", STR("%PDF-"), &file), 0);
	assert_int_equal(keyring_from_hex(STR("ffffffffffffffffffffffffffffffff"
					      "ffffffffffffffffffffffffffffffff"), &others), 0);
	f.cx.keys = others;
	assert_problem(&f, file_get(&f.cx, 0, file.id, &back), ERR_IO, "file.damaged");
	keyring_free(keys);
	keyring_free(others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(kinds_are_told_by_content),
		test_db_case(what_goes_in_comes_out_sealed_in_between),
		test_db_case(limits),
		test_db_case(who_may_have_it),
		test_db_case(another_key_does_not_open_it),
	};
	return test_db_run("file", tests);
}
