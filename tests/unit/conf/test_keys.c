/* The key file: made once, read back, refused when others may read it or it holds something
 * else. */
#include "conf/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

static char dir[] = "/tmp/luban-keys-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/luban-keys-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/keys", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void put(const char *text)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
}

static const char *mark(struct arena *a)
{
	struct keyring *keys;
	assert_int_equal(keys_load(path, &keys), 0);
	const char *index = keyring_blind_index(keys, a, "test", STR("x"));
	keyring_free(keys);
	return index;
}

static void made_once_and_read_back(void **state)
{
	(void)state;
	struct stat st;
	auto_arena a = arena_new(1 << 20);
	assert_int_equal(keys_create(path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	const char *first = mark(a);
	assert_int_equal(keys_create(path), ERR_CONFLICT);
	assert_string_equal(mark(a), first);
	unlink(path);
	assert_int_equal(keys_create(path), 0);
	assert_string_not_equal(mark(a), first);
}

#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void notes_and_several_secrets(void **state)
{
	(void)state;
	struct keyring *keys;
	auto_arena a = arena_new(1 << 20);
	put(SECRET);
	const char *plain = mark(a);
	put("# a note, with commas\n\n" SECRET " # current\n"
		"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n");
	assert_string_equal(mark(a), plain);
	assert_int_equal(keys_load(path, &keys), 0);
	assert_int_equal(keyring_count(keys), 2);
	keyring_free(keys);
}

static void refused(void **state)
{
	(void)state;
	struct keyring *keys = NULL;
	assert_int_equal(keys_load(path, &keys), ERR_NOTFOUND);
	put("");
	assert_int_equal(keys_load(path, &keys), ERR_INVALID);
	put("# only a note\n");
	assert_int_equal(keys_load(path, &keys), ERR_INVALID);
	put("0011223344\n");
	assert_int_equal(keys_load(path, &keys), ERR_INVALID);
	put(SECRET);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(keys_load(path, &keys), ERR_DENIED);
	assert_null(keys);
	assert_int_equal(keys_create("/nowhere/at/all/keys"), ERR_IO);
}

static void too_long(void **state)
{
	(void)state;
	struct keyring *keys = NULL;
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(SECRET "\n", f);
	for (int i = 0; i < KEYS_FILE_MAX; i++)
		fputc(' ', f);
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(keys_load(path, &keys), ERR_INVALID);
}

#define keys_case(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		keys_case(made_once_and_read_back),
		keys_case(notes_and_several_secrets),
		keys_case(refused),
		keys_case(too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
