/* Totals by place and year, who may count where, and counters against their rows. */
#include "../../core/fixture.h"
#include "domain/statistics/figures.h"
#include "query/batch.h"
#include "query/certificate.h"

struct world {
	struct fixture f;
	struct keyring *keys;
};

static void begin(struct world *w, struct test_db *t)
{
	static const struct {
		const char *region, *body_kind;
		int64_t grade, month, n, n_revoked;
	} rows[] = {
		{"3710", "enterprise", 3, 202501, 10, 1}, {"371002", "social", 4, 202512, 20, 0},
		{"371002", "social", 2, 202601, 5, 0}, {"3702", "school", 3, 202601, 7, 2},
		{"3702", "special", 0, 202601, 40, 0}, {"3711", "enterprise", 7, 202512, 1, 0},
	};
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		test_ok(t, q_certificate_tally_add(t->db, .region = rows[i].region,
			.body_kind = rows[i].body_kind, .grade = rows[i].grade,
			.month = rows[i].month, .n = rows[i].n, .n_revoked = rows[i].n_revoked));
}

static void as(struct world *w, enum role role, const char *region)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = role, .account_id = 1, .name = "统计",
		.region = region, .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static struct figure_totals count(struct world *w, const char *region, int64_t year)
{
	struct figure_range range;
	struct figure_totals totals;
	assert_int_equal(figure_range_of(&w->f.cx, region, year, &range), 0);
	assert_int_equal(figure_totals(&w->f.cx, &range, &totals), 0);
	return totals;
}

static void test_totals(void **state)
{
	struct world w;
	begin(&w, *state);
	as(&w, ROLE_AUTHORITY, "37");
	struct figure_totals t = count(&w, "", 0);
	assert_int_equal(t.certificates, 43); /* without special skills */
	assert_int_equal(t.high, 23);         /* 三级, 二级 and 特级技师; not 四级 */
	assert_int_equal(t.revoked, 3);
	assert_int_equal(t.special_certificates, 40);
	assert_int_equal(t.special_technicians, 1);
	assert_int_equal(t.chief_technicians, 0);
	assert_int_equal(t.through[0], 11);
	assert_int_equal(t.through[1], 25);
	assert_int_equal(t.through[2], 7);
	t = count(&w, "", 2025);
	assert_int_equal(t.certificates, 31); /* January and December are both within */
	t = count(&w, "3710", 0);
	assert_int_equal(t.certificates, 35); /* the city's own and its counties'; not 3711 */
	t = count(&w, "371002", 2026);
	assert_int_equal(t.certificates, 5);
	assert_int_equal(count(&w, "", 2024).certificates, 0);
	keyring_free(w.keys);
}

static void test_places(void **state)
{
	struct world w;
	struct figure_range range;
	begin(&w, *state);
	as(&w, ROLE_AUTHORITY_HEAD, "3710");
	assert_int_equal(count(&w, "", 0).certificates, 35);
	assert_int_equal(count(&w, "371002", 0).certificates, 25);
	assert_int_equal(figure_range_of(&w.f.cx, "3702", 0, &range), ERR_DENIED);
	ctx_clear(&w.f.cx);
	assert_int_equal(figure_range_of(&w.f.cx, "37", 0, &range), ERR_DENIED);
	ctx_clear(&w.f.cx);
	/* A body has no business here; were it let in, it would count no more than its scope. */
	as(&w, ROLE_ADMIN_AUDIT, "");
	assert_int_equal(count(&w, "", 0).certificates, 43);
	range = figure_range_all();
	struct figure_totals t;
	assert_int_equal(figure_totals(&w.f.cx, &range, &t), 0);
	assert_int_equal(t.certificates, 43);
	keyring_free(w.keys);
}

/* Every published figure has its own beside it: a total of ones and nothing else is nowhere 0. */
static void test_published(void **state)
{
	(void)state;
	struct figure_totals t = {.certificates = 1, .high = 1, .special_technicians = 1,
		.chief_technicians = 1, .through = {1, 1, 1, 1}, .holders = {1, 1, 1, 1},
		.special_certificates = 1,
		.bodies = {1, 1, 1, 1}, .occupations = {1, 1, 1, 1}, .special_projects = 1};
	size_t n = 0;
	for (; figures_published[n].label; n++) {
		assert_int_equal(figure_own(&t, n), 1);
		assert_true(figures_published[n].province > 0 || figures_published[n].city > 0);
	}
	assert_int_equal(n, 13);
	assert_int_equal(figure_own(&t, n), 0);
}

static void keep(void *arg, const char *text)
{
	snprintf(arg, 200, "%s", text);
}

static void test_recount(void **state)
{
	struct test_db *db = *state;
	struct world w;
	char said[200] = "";
	begin(&w, db);
	for (int64_t id = 5; id <= 7; id++)
		test_ok(db, q_batch_insert(db->db, .id = id, .body_id = 1, .region = "3710",
			.batch_no = text_of(&w.f.cx, "B%d", (int)id), .title = "一", .grade = 3,
			.parts = 3));
	assert_int_equal(statistics_check(&w.f.cx, keep, said), 0);
	assert_string_equal(said, "");
	test_ok(db, q_batch_move(db->db, .id = 6, .from_state = "draft", .state = "closed"));
	test_ok(db, q_batch_count_accepted(db->db, .id = 6, .more = 2));
	assert_int_equal(statistics_check(&w.f.cx, keep, said), 0);
	assert_non_null(strstr(said, "B6"));
	assert_non_null(strstr(said, "审核通过"));
	assert_non_null(strstr(said, "2"));
	test_ok(db, q_batch_count_accepted(db->db, .id = 6, .more = -2));
	test_ok(db, q_batch_count_certified(db->db, .id = 7, .more = 1));
	assert_int_equal(statistics_check(&w.f.cx, keep, said), 0);
	assert_non_null(strstr(said, "B7"));
	assert_non_null(strstr(said, "发证"));
	keyring_free(w.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_totals),
		test_db_case(test_places),
		cmocka_unit_test(test_published),
		test_db_case(test_recount),
	};
	return test_db_run("figures", tests);
}
