/* Archives: kept once the certificates are out, read with a purpose and witnesses, watched. */
#include "domain/evaluation/archive.h"

#include <zip.h>

#include "doc/archive_package.h"
#include "marked.h"
#include "query/archive.h"

static void certify(struct world *w)
{
	put_theory(w, CLERK, MARK_FIRST, (int64_t[]){8000, 8000});
	put_theory(w, CLERK2, MARK_SECOND, (int64_t[]){8000, 8000});
	put_skill(w, (int64_t[]){7000, 7000, 7000});
	as_manager(w, MANAGER);
	test_ok(w->t, result_freeze(&w->f.cx, BATCH));
	test_ok(w->t, q_batch_move(w->t->db, .id = BATCH, .from_state = "publicity",
		.state = "certified"));
}

static void test_when(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	struct str package = STR("PK\3\4 …");
	as_clerk(&w, CLERK);
	assert_problem(&w.f, archive_keep(cx, BATCH, package, &id), ERR_STATE, "archive.not_yet");
	certify(&w);
	as_examiner(&w, 0);
	assert_problem(&w.f, archive_keep(cx, BATCH, package, &id), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_CLERK, 77, BODY + 1);
	assert_int_equal(archive_keep(cx, BATCH, package, &id), ERR_NOTFOUND);
	ctx_clear(cx);
	as_clerk(&w, CLERK);
	test_ok(w.t, archive_keep(cx, BATCH, package, &id));
	assert_string_equal(batch_state(&w), "archived");
	test_ok(w.t, archive_keep(cx, BATCH, package, &id)); /* again: one more is kept */
	struct q_archives_of_batch_rows rows;
	test_ok(w.t, q_archives_of_batch(w.t->db, &rows, .batch_id = BATCH, .scope = scope_all()));
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].paper_until_on, day_of("2029-03-02"));
	assert_int_equal(rows.at[0].electronic_until_on, day_of("2031-03-02"));
	world_end(&w);
}

static int64_t reads(struct world *w)
{
	struct q_archive_reads_of_batch_rows rows;
	test_ok(w->t, q_archive_reads_of_batch(w->t->db, &rows, .batch_id = BATCH,
		.scope = scope_all()));
	return (int64_t)rows.n;
}

static void test_reading(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	struct file file;
	certify(&w);
	as_clerk(&w, CLERK);
	test_ok(w.t, archive_keep(cx, BATCH, STR("PK\3\4 one"), &id));
	assert_problem(&w.f, archive_open(cx, id, "检查", "甲、乙", &file), ERR_DENIED,
		"auth.denied");
	as_manager(&w, MANAGER);
	assert_field_problem(&w.f, archive_open(cx, id, " ", "甲、乙", &file), "purpose",
		"archive.purpose_needed");
	static const char *const too_few[] = {"", "甲", "甲、甲", "甲、人员23", " ，、 "};
	for (size_t i = 0; i < sizeof too_few / sizeof too_few[0]; i++)
		assert_field_problem(&w.f, archive_open(cx, id, "检查", too_few[i], &file),
			"witness", "archive.witnesses_needed");
	assert_int_equal(reads(&w), 0);
	test_ok(w.t, archive_open(cx, id, "年度检查", "甲，乙", &file));
	assert_memory_equal(file.bytes.p, "PK\3\4 one", 8);
	assert_int_equal(reads(&w), 1);
	as(&w, ROLE_BODY_MANAGER, 78, BODY + 1);
	assert_problem(&w.f, archive_open(cx, id, "检查", "甲、乙", &file), ERR_NOTFOUND,
		"archive.not_found");
	as_city(&w, CITY);
	test_ok(w.t, archive_open(cx, id, "督导", "甲 乙", &file));
	assert_int_equal(reads(&w), 2);
	world_end(&w);
}

static void count_alarm(void *arg, int64_t batch_id, const char *text)
{
	assert_int_equal(batch_id, BATCH);
	assert_non_null(text);
	++*(int *)arg;
}

static void test_watched(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	int alarms = 0;
	struct file file;
	certify(&w);
	as_manager(&w, MANAGER);
	test_ok(w.t, archive_keep(cx, BATCH, STR("PK\3\4 one"), &id));
	ctx_act_as_system(cx, "test");
	test_ok(w.t, archive_check(cx, count_alarm, &alarms));
	assert_int_equal(alarms, 0);
	tamper(&w, "UPDATE archive SET package_hash = 'x'");
	test_ok(w.t, archive_check(cx, count_alarm, &alarms));
	assert_int_equal(alarms, 1);
	as_manager(&w, MANAGER);
	assert_problem(&w.f, archive_open(cx, id, "检查", "甲、乙", &file), ERR_CONFLICT,
		"archive.changed");
	assert_int_equal(reads(&w), 0);
	world_end(&w);
}

static void *entry(struct world *w, zip_t *zip, const char *name, size_t *ret_n)
{
	zip_stat_t stat;
	assert_int_equal(zip_stat(zip, name, 0, &stat), 0);
	zip_file_t *file = zip_fopen(zip, name, 0);
	assert_non_null(file);
	char *bytes = arena_alloc(w->t->arena, stat.size + 1);
	assert_int_equal(zip_fread(file, bytes, stat.size), (zip_int64_t)stat.size);
	bytes[stat.size] = 0;
	zip_fclose(file);
	*ret_n = stat.size;
	return bytes;
}

/* Every file is there with the hash that SHA256SUMS names. */
static void test_package(void **state)
{
	WORLD(w, 2, 3);
	int64_t id;
	struct file file;
	size_t n, lines = 0;
	certify(&w);
	as_manager(&w, MANAGER);
	test_ok(w.t, archive_build(cx, BATCH, &id));
	test_ok(w.t, archive_open(cx, id, "检查", "甲、乙", &file));
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(file.bytes.p, file.bytes.n, 0, &error);
	zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	assert_non_null(zip);
	struct str sums = {entry(&w, zip, "SHA256SUMS", &n), 0};
	sums.n = n;
	while (sums.n) {
		char digest[DIGEST_HEX];
		struct str line = str_cut(&sums, '\n');
		struct str path = {line.p + 66, line.n - 66};
		const char *bytes = entry(&w, zip, arena_str(w.t->arena, path), &n);
		crypto_sha256_hex((struct str){bytes, n}, digest);
		assert_memory_equal(line.p, digest, 64);
		lines++;
	}
	assert_int_equal(lines, zip_get_num_entries(zip, 0) - 2); /* all but the two lists */
	const char *text = entry(&w, zip, "4-试卷与结果/成绩表原文-第1版.txt", &n);
	assert_non_null(strstr(text, "\t赵一\t"));
	for (int v = 0; v < ARCHIVE_VOLUMES; v++)
		entry(&w, zip, text_of(cx, "%d-%s/封面与目录.pdf", v + 1, archive_volumes[v]), &n);
	zip_discard(zip);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_when), test_db_case(test_reading), test_db_case(test_watched),
		test_db_case(test_package),
	};
	return test_db_run("archive", tests);
}
