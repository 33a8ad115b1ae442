#include "base/credential_verify.h"

#include <string.h>

#include "base/civil.h"
#include "base/credential_compact.h"
#include "base/hex.h"
#include "credential_support.h"
#include "support.h"

static const struct sample full = {.witnesses = 3, .has_idno = true};

static struct credential_report look(const struct trust *t, const struct status *s,
	const struct credential *c)
{
	struct credential_verifier v = {.trust = t, .status = s};
	struct credential_report r;
	credential_verify(&v, c, &r);
	return r;
}

static void proves(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t;
	struct credential c;
	sample_trust(&t);
	sample_credential(a, &full, &c);
	struct credential_report r = look(&t, NULL, &c);
	assert_true(r.holds);
	for (int q = 0; q < CREDENTIAL_QUESTIONS; q++)
		assert_int_equal(r.answers[q], q == CREDENTIAL_STATE ? CREDENTIAL_UNASKED
								     : CREDENTIAL_YES);
	assert_int_equal(r.index, SAMPLE_INDEX);
	assert_int_equal(r.head.size, SAMPLE_SIZE);
	assert_int_equal(r.version, 1);
	assert_int_equal(r.signers.n_logs, 2);
	assert_int_equal(r.signers.n_witnesses, 3);
	sample_credential(a, &(struct sample){.witnesses = 2, .version = 3}, &c);
	r = look(&t, NULL, &c);
	assert_true(r.holds);
	assert_int_equal(r.version, 3);
	assert_int_equal(r.answers[CREDENTIAL_IDNO], CREDENTIAL_UNASKED);
}

/* What is said to be wrong, and nothing else that is not. */
static void only(const struct credential_report *r, enum credential_question q)
{
	assert_false(r->holds);
	for (int i = 0; i < CREDENTIAL_QUESTIONS; i++)
		if ((r->answers[i] == CREDENTIAL_NO) != (i == (int)q))
			fail_msg("%s is %d", credential_question_code((enum credential_question)i),
				r->answers[i]);
}

static void each_thing_by_itself(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t, none;
	struct credential good, c;
	sample_trust(&t);
	sample_credential(a, &full, &good);
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++) {
		c = good;
		c.fields[i] = str_of(arena_printf(a, "%.*sx", (int)c.fields[i].n, c.fields[i].p));
		struct credential_report r = look(&t, NULL, &c);
		assert_false(r.holds);
		assert_int_equal(r.answers[CREDENTIAL_TEXTS], CREDENTIAL_NO);
	}
	c = good;
	c.idno = STR("371002199206150047");
	struct credential_report r = look(&t, NULL, &c);
	only(&r, CREDENTIAL_IDNO);
	c = good;
	c.index++;
	r = look(&t, NULL, &c);
	only(&r, CREDENTIAL_PLACE);
	c = good;
	c.proof.hashes[21].bytes[31] ^= 1;
	r = look(&t, NULL, &c);
	only(&r, CREDENTIAL_PLACE);
	none = t;
	none.n_logs = 1;
	none.logs[0] = t.logs[1];
	sample_credential(a, &(struct sample){.witnesses = 2, .without_sm2 = true}, &c);
	r = look(&none, NULL, &c);
	only(&r, CREDENTIAL_LOG);
	assert_false(r.is_signature_bad);
	sample_credential(a, &(struct sample){.witnesses = 1}, &c);
	r = look(&t, NULL, &c);
	only(&r, CREDENTIAL_WITNESSES);
	assert_int_equal(r.signers.n_witnesses, 1);
}

/* Who makes leaf, commitment and proof fit each other still has no signature. */
static void forged(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t;
	struct credential good, c;
	auto_buf bytes;
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	sample_trust(&t);
	sample_credential(a, &full, &good);
	assert_int_equal(credential_compact_put(&bytes, &good), 0);
	sample_credential(a, &(struct sample){.witnesses = 3, .name = "王秀美"}, &c);
	c.note = good.note;
	struct credential_report r = look(&t, NULL, &c);
	only(&r, CREDENTIAL_PLACE);
	/* in the compact form the root follows the name */
	char *name = memmem(bytes.p, bytes.n, "王秀英", 9);
	assert_non_null(name);
	memcpy(name, "王秀美", 9);
	assert_int_equal(credential_compact_parse(a, buf_view(&bytes), &c), 0);
	r = look(&t, NULL, &c);
	assert_int_equal(r.answers[CREDENTIAL_LOG], CREDENTIAL_NO);
	assert_true(r.is_signature_bad);
}

static void is_no_face(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t;
	struct credential c;
	sample_trust(&t);
	sample_credential(a, &full, &c);
	c.leaf = STR("luban_leaf:1:2\n");
	struct credential_report r = look(&t, NULL, &c);
	assert_int_equal(r.leaf.kind, 0);
	assert_int_equal(r.answers[CREDENTIAL_TEXTS], CREDENTIAL_NO);
	assert_int_equal(r.answers[CREDENTIAL_FACTS], CREDENTIAL_NO);
}

static void states(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t;
	struct credential c;
	struct status_entry e = {.state = 'r'};
	struct status s = {.origin = STR(SAMPLE_ORIGIN), .on = civil_day(2026, 11, 22),
		.head.size = SAMPLE_INDEX + 1, .n = 1, .entries = &e};
	sample_trust(&t);
	sample_credential(a, &(struct sample){.witnesses = 2, .version = 2}, &c);
	assert_true(hex_read(STR(SAMPLE_HANDLE), e.handle, sizeof e.handle));
	const struct {
		char letter;
		int64_t version;
		enum credential_state state;
	} all[] = {{'r', 0, CREDENTIAL_REVOKED}, {'s', 3, CREDENTIAL_SUSPENDED},
		{0, 3, CREDENTIAL_SUPERSEDED}, {0, 2, CREDENTIAL_GOOD}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		e.state = all[i].letter;
		e.version = all[i].version;
		struct credential_report r = look(&t, &s, &c);
		assert_int_equal(r.state, all[i].state);
		assert_int_equal(r.holds, all[i].state == CREDENTIAL_GOOD);
		assert_int_equal(r.state_on, s.on);
	}
	s.n = 0;
	assert_true(look(&t, &s, &c).holds);
	s.head.size--; /* made before the leaf */
	assert_int_equal(look(&t, &s, &c).state, CREDENTIAL_STATE_OLDER);
	s.head.size = SAMPLE_SIZE; /* of the same size, and another tree */
	assert_int_equal(look(&t, &s, &c).state, CREDENTIAL_STATE_OTHER);
	s.origin = STR("other.example/log");
	struct credential_report r = look(&t, &s, &c);
	assert_int_equal(r.state, CREDENTIAL_STATE_OTHER);
	only(&r, CREDENTIAL_STATE);
}

/* A verdict that is kept is for these bytes and this origin only. */
static void kept_verdicts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct trust t;
	struct credential c, other;
	struct credential_report r;
	sample_trust(&t);
	sample_credential(a, &full, &c);
	struct credential_verifier v = {.trust = &t};
	for (int i = 0; i < 2; i++) {
		credential_verify(&v, &c, &r);
		assert_true(r.holds);
		other = c;
		other.origin = STR("luban.local/lug");
		credential_verify(&v, &other, &r);
		assert_int_equal(r.answers[CREDENTIAL_LOG], CREDENTIAL_NO);
		char *note = arena_str(a, c.note);
		note[c.note.n - 4] ^= 4;
		other = c;
		other.note.p = note;
		credential_verify(&v, &other, &r);
		assert_int_equal(r.answers[CREDENTIAL_LOG], CREDENTIAL_NO);
	}
}

static bool says_the_same(const struct credential *a, const struct credential *b)
{
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		if (!str_eq(a->fields[i], b->fields[i]))
			return false;
	return str_eq(a->idno, b->idno) && a->has_idno == b->has_idno &&
		str_eq(a->origin, b->origin) && str_eq(a->leaf, b->leaf) && a->index == b->index;
}

/* No signer is found that did not sign. */
static bool is_part(const struct trust_verdict *some, const struct trust_verdict *all)
{
	for (size_t i = 0; i < TRUST_LOGS_MAX; i++)
		if (some->by_log[i] && !all->by_log[i])
			return false;
	for (size_t i = 0; i < TRUST_WITNESSES_MAX; i++)
		if (some->by_witness[i] && !all->by_witness[i])
			return false;
	return true;
}

/* Every single bit of a file: it is refused, or it says the same, and nobody more has signed. */
static void every_bit(struct str file)
{
	auto_arena a = arena_new(1 << 24);
	struct trust t;
	struct credential good, c;
	size_t unchanged = 0;
	char *bytes = arena_copy(a, file.p, file.n);
	sample_trust(&t);
	sample_credential(a, &full, &good);
	struct credential_report whole = look(&t, NULL, &good);
	auto_arena scratch = arena_new(1 << 22);
	for (size_t bit = 0; bit < 8 * file.n; bit++) {
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		arena_reset(scratch);
		if (credential_read(scratch, (struct str){bytes, file.n}, &c) == 0) {
			struct credential_report r = look(&t, NULL, &c);
			if (r.holds && (!says_the_same(&good, &c) ||
				!is_part(&r.signers, &whole.signers)))
				fail_msg("bit %zu of byte %zu", bit % 8, bit / 8);
			unchanged += r.holds;
		}
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
	}
	print_message("%zu of %zu changes are of no meaning\n", unchanged, 8 * file.n);
}

static void every_bit_counts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c;
	auto_buf json, bytes, text;
	buf_init(&json, CREDENTIAL_MAX);
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	buf_init(&text, CREDENTIAL_COMPACT_MAX);
	sample_credential(a, &full, &c);
	assert_int_equal(credential_put(&json, &c), 0);
	assert_int_equal(credential_compact_put(&bytes, &c), 0);
	assert_int_equal(credential_compact_text(&text, &c), 0);
	every_bit(buf_view(&json));
	every_bit(buf_view(&bytes));
	every_bit(buf_view(&text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(proves),
		cmocka_unit_test(each_thing_by_itself), cmocka_unit_test(forged),
		cmocka_unit_test(is_no_face), cmocka_unit_test(states),
		cmocka_unit_test(kept_verdicts), cmocka_unit_test(every_bit_counts)};
	return cmocka_run_group_tests_name("credential_verify", tests, NULL, NULL);
}
