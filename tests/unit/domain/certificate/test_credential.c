/* Credentials, snapshots and status lists of certificates issued by the rooms' own verbs: what is
 * given out holds by the trust file that is given out, follows the states, and is refused when the
 * rows are not what the log says. */
#include "life_world.h"

#undef fail

#include "base/credential_compact.h"
#include "base/credential_verify.h"
#include "core/credential_text.h"
#include "core/log_trust.h"
#include "core/signer_impl.h"
#include "core/tlog_key.h"
#include "domain/certificate/credential.h"
#include "domain/certificate/proof.h"
#include "domain/certificate/status.h"
#include "domain/certificate/status_list.h"
#include "query/status.h"
#include "signer_support.h"
#include "store/driver.h"

enum { PEOPLE = 3 };

static struct test_signer signer;

static int setup(void **state)
{
	test_signer_keys(&signer);
	test_signer_start(&signer);
	return test_db_setup(state);
}

static int teardown(void **state)
{
	test_signer_drop(&signer);
	return test_db_teardown(state);
}

static int of(struct life *w, int i, bool with_idno, struct credential *ret)
{
	ctx_clear(w->cx);
	return certificate_credential(w->cx, w->person[i], w->certificate[i], with_idno, ret);
}

static void act(struct life *w, int i, enum certificate_event event, const char *state)
{
	struct q_certificate_find c;
	auto_tx tx = {0};
	must(w, q_certificate_find(w->cx->db, &c, .person_id = w->person[i],
		.id = w->certificate[i], .scope = scope_all()));
	must(w, tx_begin(&tx, w->cx->db));
	must(w, (int)q_certificate_move(w->cx->db, .person_id = w->person[i],
		.id = w->certificate[i], .from_state = c.state, .state = state,
		.state_reason = ""));
	must(w, certificate_leaf(w->cx, event, w->person[i], w->certificate[i], 0));
	must(w, tx_commit(&tx));
	must(w, tlog_tick(w->cx));
}

static struct credential_report judge(struct life *w, const struct credential *c,
	const struct status *s)
{
	struct credential_report r;
	struct trust *t = arena_make(w->cx->arena, struct trust);
	struct credential_verifier *v = arena_make(w->cx->arena, struct credential_verifier);
	must(w, log_trust(w->cx, t));
	*v = (struct credential_verifier){.trust = t, .status = s};
	credential_verify(v, c, &r);
	return r;
}

static void holds_by_the_keys_that_are_given_out(void **state)
{
	struct life w;
	struct credential c, again;
	auto_buf json, bytes;
	buf_init(&json, CREDENTIAL_MAX);
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	life_begin(&w, *state, PEOPLE);
	assert_int_equal(of(&w, 0, false, &c), ERR_STATE);
	assert_string_equal(w.cx->problem.id, "certificate.leaf_waits");
	must(&w, tlog_tick(w.cx));
	for (int i = 0; i < PEOPLE; i++) {
		must(&w, of(&w, i, i == 1, &c));
		struct credential_report r = judge(&w, &c, NULL);
		assert_true(r.holds);
		assert_int_equal(r.head.size, PEOPLE);
		assert_true(str_is(credential_text(&c, "number"), w.number[i]));
		assert_true(str_is(credential_text(&c, "name"), w.name[i]));
		assert_int_equal(c.has_idno, i == 1);
		assert_true(i != 1 || str_is(c.idno, w.idno[i]));
		buf_reset(&json);
		buf_reset(&bytes);
		assert_int_equal(credential_put(&json, &c), 0);
		assert_int_equal(credential_compact_put(&bytes, &c), 0);
		assert_true(i == 1 || !memmem(json.p, json.n, w.idno[i], 18));
		assert_int_equal(credential_compact_parse(w.cx->arena, buf_view(&bytes), &again),
			0);
		assert_true(str_eq(again.leaf, c.leaf) && str_eq(again.note, c.note));
	}
	keyring_free(w.keys);
}

static void is_refused_when_the_rows_were_changed(void **state)
{
	struct test_db *t = *state;
	struct life w;
	struct credential c;
	life_begin(&w, t, 1);
	must(&w, tlog_tick(w.cx));
	must(&w, of(&w, 0, false, &c));
	must(&w, (int)q_certificate_set_name(t->db, .person_id = w.person[0],
		.id = w.certificate[0], .name = "别人", .face_hash = "x"));
	assert_int_equal(of(&w, 0, false, &c), ERR_STATE);
	assert_string_equal(w.cx->problem.id, "certificate.not_intact");
	keyring_free(w.keys);
}

static struct status snapshot(struct life *w)
{
	struct str text;
	struct status s;
	size_t who;
	struct trust *t = arena_make(w->cx->arena, struct trust);
	must(w, certificate_status_file(w->cx, 0, &text));
	must(w, log_trust(w->cx, t));
	assert_int_equal(status_parse(w->cx->arena, text, &s), 0);
	assert_int_equal(status_issuer(&s, t, &who), 0);
	return s;
}

static bool ticks(struct life *w)
{
	bool made;
	must(w, certificate_status_tick(w->cx, &made));
	return made;
}

static void snapshots_follow_the_log(void **state)
{
	struct life w;
	struct credential c;
	struct str text;
	life_begin(&w, *state, PEOPLE);
	assert_false(ticks(&w)); /* no checkpoint yet */
	assert_int_equal(certificate_status_file(w.cx, 0, &text), ERR_NOTFOUND);
	must(&w, tlog_tick(w.cx));
	assert_true(ticks(&w));
	assert_false(ticks(&w));
	struct status s = snapshot(&w);
	assert_int_equal(s.n, 0);
	assert_int_equal(s.head.size, PEOPLE);
	must(&w, of(&w, 0, false, &c));
	assert_int_equal(judge(&w, &c, &s).state, CREDENTIAL_GOOD);
	act(&w, 0, CERTIFICATE_SUSPENDED, "suspended");
	act(&w, 1, CERTIFICATE_SUSPENDED, "suspended");
	assert_false(ticks(&w)); /* not each moment */
	w.f.now += CERTIFICATE_STATUS_SECONDS;
	assert_true(ticks(&w));
	s = snapshot(&w);
	assert_int_equal(s.n, 2);
	assert_int_equal(judge(&w, &c, &s).state, CREDENTIAL_SUSPENDED);
	act(&w, 0, CERTIFICATE_REINSTATED, "valid");
	act(&w, 1, CERTIFICATE_REVOKED, "revoked");
	w.f.now += 86400;
	assert_true(ticks(&w)); /* of the next day */
	s = snapshot(&w);
	assert_int_equal(s.n, 1);
	assert_int_equal(judge(&w, &c, &s).state, CREDENTIAL_GOOD);
	must(&w, of(&w, 1, false, &c));
	assert_int_equal(judge(&w, &c, &s).state, CREDENTIAL_REVOKED);
	must(&w, certificate_status_file(w.cx, ctx_today(w.cx) - 1, &text));
	assert_int_equal(status_parse(w.cx->arena, text, &s), 0);
	assert_int_equal(s.n, 2);
	keyring_free(w.keys);
}

/* What was read stands; the snapshot is made when somebody can sign it. */
static void without_a_signer(void **state)
{
	struct life w;
	bool made;
	life_begin(&w, *state, 1);
	must(&w, tlog_tick(w.cx));
	signer_stop();
	assert_int_equal(certificate_status_tick(w.cx, &made), ERR_IO);
	assert_false(made);
	ctx_clear(w.cx);
	test_signer_start(&signer);
	assert_true(ticks(&w));
	keyring_free(w.keys);
}

static void places_in_lists(void **state)
{
	struct test_db *t = *state;
	struct life w;
	struct status_place p[PEOPLE], again;
	uint8_t list[BITSTRING_BYTES];
	life_begin(&w, t, PEOPLE);
	for (int i = 0; i < PEOPLE; i++) {
		must(&w, certificate_status_place(w.cx, w.person[i], w.certificate[i], &p[i]));
		must(&w, certificate_status_place(w.cx, w.person[i], w.certificate[i], &again));
		assert_int_equal(p[i].list_no, 1);
		assert_int_equal(p[i].list_index, again.list_index);
		assert_true(p[i].list_index >= 0 && p[i].list_index < BITSTRING_PLACES);
		assert_true(!i || p[i].list_index != p[i - 1].list_index);
	}
	act(&w, 1, CERTIFICATE_SUSPENDED, "suspended");
	act(&w, 2, CERTIFICATE_REVOKED, "revoked");
	for (int i = 0; i < PEOPLE; i++) {
		must(&w, certificate_status_bits(w.cx, 1, STATUS_REVOCATION, list));
		assert_int_equal(bitstring_is(list, (size_t)p[i].list_index), i == 2);
		must(&w, certificate_status_bits(w.cx, 1, STATUS_SUSPENSION, list));
		assert_int_equal(bitstring_is(list, (size_t)p[i].list_index), i == 1);
	}
	assert_int_equal(certificate_status_bits(w.cx, 0, STATUS_REVOCATION, list), ERR_NOTFOUND);
	assert_int_equal(certificate_status_bits(w.cx, 2, STATUS_REVOCATION, list), ERR_NOTFOUND);
	keyring_free(w.keys);
}

static const char *line(const struct credential_words *words, const char *code)
{
	for (size_t i = 0; i < words->n; i++)
		if (streq(words->lines[i].code, code))
			return credential_sense_code(words->lines[i].sense);
	return "";
}

static void in_words(void **state)
{
	struct life w;
	struct credential c;
	struct credential_words words;
	life_begin(&w, *state, 1);
	must(&w, tlog_tick(w.cx));
	must(&w, of(&w, 0, false, &c));
	struct trust *t = arena_make(w.cx->arena, struct trust);
	must(&w, log_trust(w.cx, t));
	struct credential_report r = judge(&w, &c, NULL);
	credential_words(w.cx->arena, t, &c, &r, &words);
	assert_string_equal(words.verdict, "成立：证书属实（未查现在的状态）");
	assert_string_equal(line(&words, "texts"), "proven");
	assert_string_equal(line(&words, "log"), "proven");
	assert_string_equal(line(&words, "idno"), "open");
	assert_string_equal(line(&words, "holder"), "open");
	assert_string_equal(line(&words, "witnesses"), "open");
	c.fields[1] = STR("别人");
	r = judge(&w, &c, NULL);
	credential_words(w.cx->arena, t, &c, &r, &words);
	assert_true(str_starts(str_of(words.verdict), "不成立：票面内容"));
	assert_string_equal(line(&words, "texts"), "refuted");
	assert_string_equal(line(&words, "place"), "proven");
	keyring_free(w.keys);
}

int main(int argc, char **argv)
{
	int rc;
	if (test_signer_main(&signer, argc, argv, &rc))
		return rc;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			holds_by_the_keys_that_are_given_out, setup, teardown),
		cmocka_unit_test_setup_teardown(
			is_refused_when_the_rows_were_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(snapshots_follow_the_log, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_signer, setup, teardown),
		cmocka_unit_test_setup_teardown(places_in_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(in_words, setup, teardown),
	};
	return test_db_run("credential", tests);
}
