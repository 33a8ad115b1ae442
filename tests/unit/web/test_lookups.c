#include "web/lookups.h"

#include <string.h>

#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "support.h"

/* More than go into one transaction. */
enum { ASKED = 5000, DAY = 86400 };

static int64_t logged(struct test_db *t)
{
	int64_t n = 0, r;
	do {
		r = q_lookup_sweep(t->db, .before_id = INT64_MAX, .most = 999);
		test_ok(t, r);
		n += r;
	} while (r > 0);
	return n;
}

static void each_is_written_once(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	struct lookups *l = lookups_new(t->url);
	for (int i = 0; i < ASKED; i++)
		lookups_add(l, &cx, "number", "valid", i);
	lookups_free(l);
	assert_int_equal(logged(t), ASKED);
}

static void without_a_database_nothing_waits(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	struct lookups *l = lookups_new("sqlite:/no/such/folder/x.db");
	for (int i = 0; i < LOOKUPS_MAX + 10; i++)
		lookups_add(l, &cx, "idno", "not_found", 0);
	lookups_free(l);
	assert_int_equal(logged(t), 0);
}

static int64_t stands_still(void *self)
{
	(void)self;
	return 1795305600;
}

static void zeros(void *self, void *p, size_t n)
{
	(void)self;
	memset(p, 0, n);
}

/* The line broke while they were kept: they are there, but nobody was told. */
static void what_was_written_unheard_is_no_hindrance(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	cx.clock.now = stands_still;
	cx.random.fill = zeros;
	int64_t next = ctx_id(&cx) + 1;
	test_ok(t, q_lookup_insert(t->db, .id = next, .at = ctx_now(&cx), .ip = "",
		.lookup_kind = "number", .outcome = "valid", .certificate_id = 0));
	struct lookups *l = lookups_new(t->url);
	lookups_add(l, &cx, "number", "valid", 0);
	lookups_add(l, &cx, "number", "valid", 1);
	lookups_free(l);
	assert_int_equal(logged(t), 2);
}

static void what_is_old_goes(void **state)
{
	struct test_db *t = *state;
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	int64_t now = ctx_now(&cx);
	for (int i = 1; i <= 3; i++) {
		int64_t at = now - (178 + i) * DAY;
		test_ok(t, q_lookup_insert(t->db, .id = id_at(at), .at = at, .ip = "",
			.lookup_kind = "number", .outcome = "valid", .certificate_id = 0));
	}
	assert_int_equal(lookup_sweep(&cx), 1);
	assert_int_equal(lookup_sweep(&cx), 0);
	assert_int_equal(logged(t), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(each_is_written_once), test_db_case(without_a_database_nothing_waits),
		test_db_case(what_was_written_unheard_is_no_hindrance),
		test_db_case(what_is_old_goes),
	};
	return test_db_run("lookups", tests);
}
