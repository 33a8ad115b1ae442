/* The toy schema of the store's tests, applied to an empty database. */
#ifndef LUBAN_TEST_TOY_H
#define LUBAN_TEST_TOY_H

#include <stdlib.h>

#include "base/err.h"
#include "query/toy.h"
#include "store/migrate.h"
#include "support.h"

static const struct scope everywhere = {"", ":", 0};

static inline int toy_setup(void **state)
{
	struct str text = test_file("tests/unit/store/sql/migration/0001_toy.sql");
	struct test_db *t = test_db_open_empty(test_db_kind);
	int r = migrate_text(t->db, "0001_toy.sql", text);
	free((char *)text.p);
	test_ok(t, r);
	*state = t;
	return r == 1 ? 0 : -1;
}

#define toy_case(f) cmocka_unit_test_setup_teardown(f, toy_setup, test_db_teardown)
#define toy_thing(t, ...) test_ok((t), q_thing_insert((t)->db, __VA_ARGS__))

#endif
