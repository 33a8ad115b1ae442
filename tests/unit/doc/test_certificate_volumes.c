/* The end of printed volumes: their files go once, on the day after their last. */
#include "doc/certificate_volumes.h"

#include "../core/fixture.h"
#include "core/file.h"
#include "query/layout.h"

enum { TERM = 3 };

static int64_t put(struct fixture *f, int64_t no, int64_t until_on)
{
	struct file file = {.region = "371002", .name = "卷.zip", .mime = "application/zip",
		.bytes = STR("PK")};
	assert_int_equal(file_put(&f->cx, &file), 0);
	assert_int_equal(q_certificate_volume_insert(f->cx.db, .id = ctx_id(&f->cx), .job_id = 1,
		.batch_id = 2, .body_id = 3, .region = "371002", .volume_kind = "zip",
		.volume_no = no, .first_number = "a", .last_number = "b", .last_id = no, .n = 1,
		.file_id = file.id, .created_at = f->now, .until_on = until_on), 1);
	return file.id;
}

static int cleared(struct fixture *f)
{
	int n = -1;
	assert_int_equal(certificate_volumes_clear(&f->cx, &n), 0);
	return n;
}

static bool is_there(struct fixture *f, int64_t id)
{
	struct file file;
	int r = file_read(&f->cx, 0, id, &file);
	ctx_clear(&f->cx);
	return r == 0;
}

static void test_cleared_once(void **state)
{
	struct fixture f;
	struct q_certificate_volumes_of_batch_rows rows;
	struct keyring *keys = fixture_keys();
	fixture_init(&f, *state, keys);
	ctx_act_as_system(&f.cx, "定时任务");
	int64_t today = ctx_today(&f.cx);
	int64_t first = put(&f, 1, today + TERM), second = put(&f, 2, today + TERM + 1);
	f.now += TERM * 86400;
	assert_int_equal(cleared(&f), 0); /* its last day */
	f.now += 86400;
	assert_int_equal(cleared(&f), 1);
	assert_int_equal(cleared(&f), 0);
	assert_false(is_there(&f, first));
	assert_true(is_there(&f, second));
	f.now += 86400;
	assert_int_equal(cleared(&f), 1);
	assert_false(is_there(&f, second));
	assert_int_equal(q_certificate_volumes_of_batch(f.cx.db, &rows, .batch_id = 2,
		.scope = scope_all()), 0);
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].cleared_at, f.now);
	assert_int_equal(rows.at[1].cleared_at, f.now - 86400);
	keyring_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_cleared_once)};
	return test_db_run("certificate_volumes", tests);
}
