/* Several at one certificate at the same moment: requests, cases, statements of the holder, a
 * correction against a revocation. */
#include "life_steps.h"

#include "../racing.h"
#include "query/certificate_proof.h"

enum { PEOPLE = 12 };

static struct life mine(struct racer *r)
{
	struct life w = *(const struct life *)r->world;
	w.cx = &r->f.cx;
	return w;
}

static int ask(struct life *w, int i, const char *field, const char *value, int64_t *ret_id)
{
	return certificate_change_ask(w->cx, &(struct certificate_change_in){
		.person_id = w->person[i], .certificate_id = w->certificate[i], .kind = "correct",
		.field = field, .value = value, .reason = "录入有误"}, ret_id);
}

static void ask_once(struct racer *r)
{
	int64_t id;
	struct life w = mine(r);
	as(&w, ROLE_BODY_CLERK, CLERK + r->number);
	for (int i = 0; i < PEOPLE; i++)
		racer_count(r, ask(&w, i, r->number % 2 ? "name" : "work_type_name", "甲", &id));
}

static void test_one_request_waits(void **state)
{
	struct life w;
	life_begin(&w, *state, PEOPLE);
	struct racer all = race(*state, &w.f, &w, ask_once);
	assert_int_equal(all.won, PEOPLE);
	assert_int_equal(all.lost, (RACERS - 1) * PEOPLE);
	life_end(&w);
}

static void open_once(struct racer *r)
{
	int64_t id;
	struct life w = mine(r);
	as_office(&w);
	for (int i = 0; i < PEOPLE; i++) {
		int result = revocation_open(w.cx, &(struct revocation_in){
			.person_id = w.person[i], .certificate_id = w.certificate[i],
			.reason_kind = "cheating", .reason = "夹带资料"}, &id);
		bool said = result >= 0 || streq(w.cx->problem.id, "revocation.open_already");
		racer_count(r, said ? result : ERR_BUG);
	}
}

static void test_one_case_is_opened(void **state)
{
	struct life w;
	life_begin(&w, *state, PEOPLE);
	struct racer all = race(*state, &w.f, &w, open_once);
	assert_int_equal(all.won, PEOPLE);
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void say_something(struct racer *r)
{
	struct life w = mine(r);
	for (int i = 0; i < PEOPLE; i++) {
		struct q_revocation_open_of open;
		as_holder(&w, i);
		must(&w, q_revocation_open_of(w.cx->db, &open, .person_id = w.person[i],
			.certificate_id = w.certificate[i]));
		racer_count(r, revocation_say(w.cx, open.id, text_of(w.cx, "第%d点", r->number),
			0));
	}
}

static void test_no_word_is_lost(void **state)
{
	struct life w;
	int64_t id[PEOPLE];
	life_begin(&w, *state, PEOPLE);
	for (int i = 0; i < PEOPLE; i++)
		id[i] = life_case_in(&w, i, "noticed");
	struct racer all = race(*state, &w.f, &w, say_something);
	assert_int_equal(all.won, RACERS * PEOPLE);
	for (int i = 0; i < PEOPLE; i++)
		for (int n = 0; n < RACERS; n++)
			assert_non_null(strstr(life_case(&w, i, id[i]).statement,
				text_of(w.cx, "第%d点", n)));
	life_end(&w);
}

/* One approves what waits, one upholds the decision, of everybody. */
static void correct_or_revoke(struct racer *r)
{
	struct q_certificate_changes_of_rows changes;
	struct q_revocation_open_of open;
	struct life w = mine(r);
	if (r->number > 1)
		return;
	as(&w, ROLE_AUTHORITY_HEAD, HEAD2);
	for (int i = 0; i < PEOPLE; i++) {
		int64_t person = w.person[i], certificate = w.certificate[i];
		if (r->number) {
			must(&w, q_revocation_open_of(w.cx->db, &open, .person_id = person,
				.certificate_id = certificate));
			racer_count(r, life_step(&w, i, open.id, "uphold"));
			continue;
		}
		must(&w, q_certificate_changes_of(w.cx->db, &changes, .person_id = person,
			.certificate_id = certificate));
		racer_count(r, flow_run(w.cx, &certificate_change_flow, person, changes.at[0].id,
			"approve", "理由", NULL));
	}
}

static void test_nothing_comes_after_the_revocation(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, PEOPLE);
	for (int i = 0; i < PEOPLE; i++) {
		as(&w, ROLE_BODY_CLERK, CLERK);
		must(&w, ask(&w, i, "name", "王壹", &id));
		(void)life_case_in(&w, i, "reviewing");
	}
	(void)race(*state, &w.f, &w, correct_or_revoke);
	for (int i = 0; i < PEOPLE; i++) {
		struct q_certificate_proofs_of_rows leaves;
		must(&w, q_certificate_proofs_of(w.cx->db, &leaves, .person_id = w.person[i],
			.certificate_id = w.certificate[i]));
		assert_string_equal(leaves.at[leaves.n - 1].leaf_kind, "certificate.revoked");
	}
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_one_request_waits),
		test_db_case(test_one_case_is_opened),
		test_db_case(test_no_word_is_lost),
		test_db_case(test_nothing_comes_after_the_revocation),
	};
	return test_db_run("life_races", tests);
}
