/* The catalogue: which rule sets there are and which one counts, occupations taken out and put
 * back. */
#include "../../core/fixture.h"
#include "domain/standard/standard.h"
#include "query/core.h"
#include "query/standard.h"

static const char later[] =
	"ruleset: eligibility-2023\n"
	"version: \"2026.2\"\n"
	"title: 试行\n"
	"source: 测试\n"
	"effective_from: 2026-06-01\n"
	"facts:\n"
	"  birth_on:\n"
	"    label: 出生日期\n"
	"    bring: 身份证件\n"
	"cases:\n"
	"  \"5\":\n"
	"    title: 五级/初级工\n"
	"    alternatives:\n"
	"      - clause: 五级①\n"
	"        text: 年满16周岁。\n"
	"        all:\n"
	"          - age: {min: 16}\n";

struct world {
	struct fixture f;
	struct keyring *keys;
};

static void begin(struct world *w, struct test_db *t)
{
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	ctx_act_as(&w->f.cx, &(struct actor){.role = ROLE_ADMIN_SYSTEM, .account_id = 1,
		.name = "管理员",
		.region = "", .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static const struct ruleset_entry *find(const struct ruleset_entry *entries, size_t n,
	const char *name, const char *version)
{
	for (size_t i = 0; i < n; i++)
		if (streq(ruleset_name(entries[i].set), name) &&
			streq(ruleset_version(entries[i].set), version))
			return &entries[i];
	return NULL;
}

static void test_rulesets(void **state)
{
	struct world w;
	struct ruleset_entry *entries;
	size_t shipped, n;
	begin(&w, *state);
	assert_int_equal(standard_rulesets(&w.f.cx, &entries, &shipped), 0);
	assert_true(shipped >= 3);
	for (size_t i = 0; i < shipped; i++)
		assert_true(entries[i].is_current && entries[i].is_shipped);
	assert_int_equal(standard_ruleset_apply(&w.f.cx, str_of(later)), 0);
	assert_int_equal(standard_rulesets(&w.f.cx, &entries, &n), 0);
	assert_int_equal(n, shipped + 1);
	const struct ruleset_entry *e = find(entries, n, "eligibility-2023", "2026.2");
	assert_non_null(e);
	assert_false(e->is_shipped || e->is_current); /* not yet */
	assert_true(e->applied_at > 0);
	assert_true(find(entries, n, "eligibility-2023", "2023.1")->is_current);
	assert_true(e < find(entries, n, "eligibility-2023", "2023.1")); /* the latest first */
	w.f.now = day_of("2026-06-01") * 86400 + NOON;
	assert_int_equal(standard_rulesets(&w.f.cx, &entries, &n), 0);
	assert_true(find(entries, n, "eligibility-2023", "2026.2")->is_current);
	assert_false(find(entries, n, "eligibility-2023", "2023.1")->is_current);
	keyring_free(w.keys);
}

static void test_readable(void **state)
{
	struct world w;
	const struct ruleset *set;
	const char *label, *bring;
	begin(&w, *state);
	assert_int_equal(standard_ruleset(&w.f.cx, "eligibility-2023", &set), 0);
	assert_string_equal(ruleset_case_title(set, 0), "五级/初级工");
	assert_int_equal(ruleset_clauses(set, 0), 2);
	assert_string_equal(ruleset_clause(set, 0, 1), "五级②");
	assert_non_null(strstr(ruleset_clause_text(set, 0, 1), "16周岁"));
	assert_string_equal(ruleset_clause(set, 0, 2), "");
	assert_string_equal(ruleset_case_title(set, 99), "");
	assert_int_equal(ruleset_clauses(set, 99), 0);
	assert_true(ruleset_fact(set, 0, &label, &bring));
	assert_string_equal(label, "出生日期");
	assert_false(ruleset_fact(set, 99, &label, &bring));
	keyring_free(w.keys);
}

static void test_retire(void **state)
{
	struct test_db *t = *state;
	struct world w;
	struct q_occupation_find row;
	begin(&w, t);
	test_ok(t, q_occupation_insert(t->db, .id = 9, .edition = "2022", .code = "6-18-02-04",
		.name = "焊工", .track = "level", .grades = "54321"));
	assert_int_equal(occupation_restore(&w.f.cx, 9, "有误"), ERR_STATE);
	ctx_clear(&w.f.cx);
	assert_int_equal(occupation_retire(&w.f.cx, 9, "并入其他职业"), 0);
	test_ok(t, q_occupation_find(t->db, &row, .id = 9));
	assert_string_equal(row.state, "retired");
	assert_int_equal(occupation_retire(&w.f.cx, 9, "再次"), ERR_STATE);
	ctx_clear(&w.f.cx);
	assert_int_equal(occupation_restore(&w.f.cx, 9, "恢复"), 0);
	assert_int_equal(occupation_retire(&w.f.cx, 10, "没有"), ERR_NOTFOUND);
	ctx_clear(&w.f.cx);
	w.f.cx.actor.role = ROLE_AUTHORITY_HEAD;
	assert_int_equal(occupation_retire(&w.f.cx, 9, "无权"), ERR_DENIED);
	keyring_free(w.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_rulesets),
		test_db_case(test_readable),
		test_db_case(test_retire),
	};
	return test_db_run("catalogue", tests);
}
