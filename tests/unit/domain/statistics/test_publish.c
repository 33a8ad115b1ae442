#include "domain/statistics/publish.h"

#include <string.h>

#include "../../core/fixture.h"
#include "base/figures.h"
#include "base/leaf.h"
#include "core/tlog.h"
#include "query/certificate.h"
#include "query/certificate_proof.h"

static void begin(struct fixture *f, void **state)
{
	struct q_certificate_backfill_hold row;
	auto_tx tx = {0};
	fixture_init(f, *state, fixture_ring());
	ctx_act_as_system(&f->cx, "figures");
	assert_true(tx_begin(&tx, f->cx.db) >= 0);
	assert_true(q_certificate_backfill_hold(f->cx.db, &row) >= 0);
	assert_int_equal(q_certificate_backfill_move(f->cx.db, .is_done = 1), 1);
	assert_true(tx_commit(&tx) >= 0);
}

static void count(struct fixture *f, const char *region, const char *kind, int64_t grade,
	int64_t month, int64_t n, int64_t n_revoked)
{
	assert_true(q_certificate_tally_add(f->cx.db, .region = region, .body_kind = kind,
			    .grade = grade, .month = month, .n = n, .n_revoked = n_revoked) >= 0);
}

static bool publish(struct fixture *f)
{
	bool is_published = false;
	assert_int_equal(figures_publish(&f->cx, &is_published), 0);
	return is_published;
}

static void integrate(struct fixture *f)
{
	size_t n = 1;
	while (n)
		assert_int_equal(tlog_integrate(&f->cx, &n), 0);
}

static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	(void)key;
	sign_make(self, message, ret_signature);
	return 0;
}

/* The newest leaf, which must be figures; its record in the arena. */
static struct str last_figures(struct fixture *f)
{
	static uint8_t seed[SIGN_SEED_BYTES] = {3};
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct tlog_signer signer = {.sign = sign, .self = seed};
	struct str entry;
	struct leaf leaf;
	uint64_t size;
	sign_public(seed, public_key);
	assert_int_equal(note_key_make(NOTE_ED25519, STR("x/log"), public_key, &signer.key), 0);
	integrate(f);
	assert_int_equal(tlog_publish(&f->cx, "x/log", &signer, 1, &size), 0);
	assert_int_equal(tlog_entry(&f->cx, size - 1, &entry), 0);
	assert_int_equal(leaf_parse(entry, &leaf), 0);
	assert_int_equal(leaf.kind, LEAF_FIGURES);
	return leaf.figures;
}

static int64_t figure(struct str record, bool is_revoked, enum figures_by by, const char *value)
{
	struct figure f;
	uint64_t size;
	assert_true(figures_take_size(&record, &size));
	while (figures_take(&record, &f))
		if (f.is_revoked == is_revoked && f.by == by && str_is(f.value, value))
			return f.n;
	assert_int_equal(record.n, 0);
	return -1;
}

static void once_a_day(void **state)
{
	struct fixture f;
	struct str record;
	uint64_t size;
	begin(&f, state);
	assert_false(publish(&f)); /* nothing to say */
	count(&f, "371002", "school", 3, 202506, 40, 2);
	count(&f, "371003", "school", 4, 202507, 5, 0);
	count(&f, "370102", "social", 3, 202601, 7, 1);
	assert_true(publish(&f));
	assert_false(publish(&f));
	record = last_figures(&f);
	assert_int_equal(figure(record, false, FIGURES_ALL, ""), 52);
	assert_int_equal(figure(record, true, FIGURES_ALL, ""), 3);
	assert_int_equal(figure(record, false, FIGURES_BODY_KIND, "school"), 45);
	assert_int_equal(figure(record, false, FIGURES_REGION, "3710"), 45);
	assert_int_equal(figure(record, false, FIGURES_REGION, "3701"), 7);
	assert_int_equal(figure(record, true, FIGURES_GRADE, "3"), 3);
	assert_int_equal(figure(record, false, FIGURES_GRADE, "4"), 5);
	assert_int_equal(figure(record, true, FIGURES_GRADE, "4"), -1); /* 0 is left out */
	assert_int_equal(figure(record, false, FIGURES_YEAR, "2025"), 45);
	assert_true(figures_take_size(&record, &size));
	assert_int_equal(size, 0);
	f.now += 86400;
	assert_true(publish(&f));
	record = last_figures(&f);
	assert_true(figures_take_size(&record, &size));
	assert_int_equal(size, 1);
}

/* Figures and tree must be of one moment. */
static void not_while_leaves_wait(void **state)
{
	struct fixture f;
	int64_t id;
	begin(&f, state);
	count(&f, "371002", "school", 3, 202506, 40, 2);
	assert_int_equal(tlog_append(&f.cx, STR("waits"), &id), 0);
	assert_false(publish(&f));
	integrate(&f);
	assert_true(publish(&f));
}

static void not_before_all_have_leaves(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	ctx_act_as_system(&f.cx, "figures");
	count(&f, "371002", "school", 3, 202506, 40, 2);
	assert_false(publish(&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(once_a_day),
		test_db_case(not_while_leaves_wait),
		test_db_case(not_before_all_have_leaves),
	};
	return test_db_run("publish", tests);
}
