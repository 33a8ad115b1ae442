/* A file of rows whose job is cancelled: it goes on behind what was done, or is discarded. */
#include "core/import.h"

#include "base/log.h"
#include "core/fixture.h"
#include "core/sheet_import.h"
#include "query/core.h"

enum { ROWS = 1300, STOP_AT = 700 };

/* Where the running job cancels itself; 0: nowhere. */
static int stop_at, n_saved;
static int64_t import_id;
static const struct sheet_room room;

static void stop_when(struct ctx *cx, int row_no)
{
	struct q_sheet_import_find import;
	if (row_no != stop_at)
		return;
	stop_at = 0;
	assert_int_equal(q_sheet_import_find(cx->db, &import, .id = import_id,
		.import_kind = "toy", .scope = scope_all()), 0);
	assert_int_equal(job_cancel(cx, import.job_id), 0);
}

static int judge(struct import_run *run, void *arg, const struct import_line *line,
	struct sheet_verdict *ret_verdict)
{
	(void)arg;
	stop_when(run->cx, (int)line->row_no);
	*ret_verdict = (struct sheet_verdict){line->row_no % 10 ? "good" : "bad", "", "", "", ""};
	return 0;
}

static int save(struct ctx *cx, void *arg, const char *const *values)
{
	(void)arg;
	(void)values;
	stop_when(cx, ++n_saved);
	return 0;
}

static int read_rows(struct ctx *cx, const void *room_arg, struct str bytes, import_line_fn *each,
	void *arg)
{
	(void)room_arg;
	(void)bytes;
	for (int64_t i = 1; i <= ROWS; i++) {
		const char *values[] = {text_of(cx, "%d", (int)i)};
		int r = each(arg, &(struct import_line){.row_no = i, .values = values});
		if (r < 0)
			return r;
	}
	return 0;
}

static int run_judge(struct ctx *cx, struct job *job)
{
	return sheet_import_judge(cx, &room, import_id, read_rows, job, NULL);
}

static int run_save(struct ctx *cx, struct job *job)
{
	return sheet_import_save(cx, &room, import_id, job, NULL);
}

static const char *const labels[] = {"可以", "已有", "不能", "已存"};
static const struct sheet_room room = {.import_kind = "toy", .judge_job = "toy.judge",
	.save_job = "toy.save", .empty = "held.sheet_empty", .not_found = "held.no_import",
	.columns = 1, .labels = labels, .judge = judge, .save = save};
static const struct job_kind kinds[] = {{"toy.judge", "审核", run_judge},
	{"toy.save", "保存", run_save}, {0}};

static struct q_sheet_import_find now(struct fixture *f)
{
	struct q_sheet_import_find import;
	assert_int_equal(sheet_import_get(&f->cx, &room, import_id, &import), 0);
	return import;
}

static struct import_may may(struct fixture *f)
{
	struct q_sheet_import_find import = now(f);
	struct import_may may;
	assert_int_equal(import_may(&f->cx, &(struct import_at){import_id, import.job_id,
		import.state}, &may), 0);
	return may;
}

/* The worker does what waits; then the clerk looks again. */
static const char *work(struct fixture *f)
{
	assert_int_equal(job_work(&f->cx), 1);
	act_as(f, ROLE_AUTHORITY, 7, "张三");
	return now(f).state;
}

static void bring(struct fixture *f, struct test_db *t, struct keyring *keys)
{
	log_set_level(LOG_NONE);
	job_register(kinds);
	fixture_init(f, t, keys);
	act_as(f, ROLE_AUTHORITY, 7, "张三");
	n_saved = 0;
	assert_int_equal(sheet_import_upload(&f->cx, &room, &(struct sheet_upload){
		.region = "3710", .filename = "a.csv", .bytes = STR("x")}, true, &import_id), 0);
}

static int act(struct fixture *f, const char *what)
{
	return sheet_import_act(&f->cx, &room, import_id, what);
}

static void test_goes_on(void **state)
{
	struct fixture f;
	struct keyring *keys = fixture_keys();
	int64_t job;
	bring(&f, *state, keys);
	assert_true(may(&f).works);
	assert_problem(&f, act(&f, "go_on"), ERR_STATE, "import.works");
	assert_problem(&f, act(&f, "discard"), ERR_STATE, "import.works");
	stop_at = STOP_AT;
	assert_string_equal(work(&f), "judging");
	assert_true(may(&f).go_on && may(&f).discard);
	assert_int_equal(act(&f, "go_on"), 0);
	assert_problem(&f, act(&f, "go_on"), ERR_STATE, "import.works");
	assert_string_equal(work(&f), "judged");
	assert_int_equal(now(&f).n_rows, ROWS);
	assert_int_equal(now(&f).n_good, ROWS - ROWS / 10);
	assert_problem(&f, act(&f, "go_on"), ERR_STATE, "import.over");
	assert_int_equal(sheet_import_confirm(&f.cx, &room, import_id, &job), 0);
	stop_at = STOP_AT;
	assert_string_equal(work(&f), "saving");
	assert_true(may(&f).go_on && !may(&f).discard);
	assert_problem(&f, act(&f, "discard"), ERR_STATE, "import.kept");
	assert_int_equal(act(&f, "go_on"), 0);
	assert_string_equal(work(&f), "saved");
	assert_int_equal(n_saved, ROWS - ROWS / 10);
	assert_int_equal(now(&f).n_good, ROWS - ROWS / 10);
	assert_problem(&f, act(&f, "go_on"), ERR_STATE, "import.over");
	keyring_free(keys);
}

static void test_is_discarded(void **state)
{
	struct fixture f;
	struct keyring *keys = fixture_keys();
	int64_t job;
	bring(&f, *state, keys);
	assert_int_equal(job_cancel(&f.cx, now(&f).job_id), 0); /* before it began */
	assert_int_equal(act(&f, "discard"), 0);
	assert_string_equal(now(&f).state, "discarded");
	assert_problem(&f, act(&f, "go_on"), ERR_STATE, "import.over");
	bring(&f, *state, keys);
	assert_string_equal(work(&f), "judged");
	assert_int_equal(act(&f, "discard"), 0);
	assert_problem(&f, sheet_import_confirm(&f.cx, &room, import_id, &job), ERR_STATE,
		"import.not_judged");
	assert_int_equal(n_saved, 0);
	keyring_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_goes_on),
		test_db_case(test_is_discarded),
	};
	return test_db_run("import", tests);
}
