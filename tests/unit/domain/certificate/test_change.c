/* Corrections and reissues by two people, and the employers who are told. */
#include "life_steps.h"

static struct certificate_change_in change_of(struct life *w, const char *kind, const char *field,
	const char *value)
{
	return (struct certificate_change_in){.person_id = w->person[0],
		.certificate_id = w->certificate[0], .kind = kind, .field = field, .value = value,
		.reason = "录入有误"};
}

static int decide(struct life *w, int64_t id, const char *action)
{
	return flow_run(w->cx, &certificate_change_flow, w->person[0], id, action, "理由", NULL);
}

static struct q_certificate_find now(struct life *w)
{
	struct q_certificate_find c;
	must(w, q_certificate_find(w->cx->db, &c, .person_id = w->person[0],
		.id = w->certificate[0], .scope = scope_all()));
	return c;
}

static void test_a_correction_needs_two(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 1);
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	struct certificate_change_in in = change_of(&w, "correct", "grade", "1");
	assert_field_problem(&w.f, certificate_change_ask(w.cx, &in, &id), "field",
		"certificate.field_fixed");
	in = change_of(&w, "correct", "name", w.name[0]);
	assert_field_problem(&w.f, certificate_change_ask(w.cx, &in, &id), "value",
		"certificate.same_value");
	in = change_of(&w, "correct", "photo", "");
	assert_field_problem(&w.f, certificate_change_ask(w.cx, &in, &id), "photo",
		"certificate.photo_needed");
	in = change_of(&w, "correct", "name", "王壹");
	must(&w, certificate_change_ask(w.cx, &in, &id));
	assert_problem(&w.f, certificate_change_ask(w.cx, &in, &id), ERR_STATE,
		"certificate.change_waits");
	assert_problem(&w.f, decide(&w, id, "approve"), ERR_DENIED, "certificate.own_request");
	as(&w, ROLE_BODY_CLERK, CLERK);
	assert_problem(&w.f, decide(&w, id, "approve"), ERR_DENIED, "auth.denied");
	assert_problem(&w.f, decide(&w, id, "withdraw"), ERR_DENIED,
		"certificate.not_own_request");
	assert_string_equal(now(&w).name, w.name[0]);
	as_office(&w);
	must(&w, decide(&w, id, "approve"));
	assert_int_equal(decide(&w, id, "approve"), ERR_STATE);
	ctx_clear(w.cx);
	struct q_certificate_find c = now(&w);
	assert_string_equal(c.name, "王壹");
	assert_string_equal(c.number, w.number[0]);
	assert_int_equal(c.corrected, 1);
	w.name[0] = "王壹";
	assert_string_equal(life_standing(&w, 0), "valid");
	assert_int_equal(life_check(&w), 0);
	life_end(&w);
}

static void test_a_refusal_changes_nothing(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 1);
	as(&w, ROLE_BODY_CLERK, CLERK);
	struct certificate_change_in in = change_of(&w, "correct", "work_type_name", "气焊工");
	must(&w, certificate_change_ask(w.cx, &in, &id));
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	must(&w, decide(&w, id, "refuse"));
	assert_int_equal(now(&w).corrected, 0);
	as(&w, ROLE_BODY_CLERK, CLERK);
	must(&w, certificate_change_ask(w.cx, &in, &id));
	must(&w, decide(&w, id, "withdraw"));
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	assert_int_equal(decide(&w, id, "approve"), ERR_STATE);
	ctx_clear(w.cx);
	assert_string_equal(now(&w).work_type_name, "");
	life_end(&w);
}

static void test_a_reissue_keeps_the_number(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 2);
	as_holder(&w, 0); /* he may ask for it himself */
	struct certificate_change_in in = change_of(&w, "reissue", "", "");
	must(&w, certificate_change_ask(w.cx, &in, &id));
	assert_int_equal(now(&w).reissued, 0);
	as_holder(&w, 1);
	assert_problem(&w.f, certificate_change_ask(w.cx, &in, &id), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	must(&w, decide(&w, id, "approve"));
	assert_int_equal(now(&w).reissued, 1);
	assert_string_equal(now(&w).number, w.number[0]);
	life_end(&w);
}

static void test_a_holder_asks_and_takes_back(void **state)
{
	struct life w;
	struct flow_subject s;
	int64_t id, again;
	life_begin(&w, *state, 2);
	as_holder(&w, 0);
	struct certificate_change_in in = change_of(&w, "correct", "name", "王壹");
	must(&w, certificate_change_ask(w.cx, &in, &id));
	assert_problem(&w.f, decide(&w, id, "approve"), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_CLERK, CLERK);
	assert_problem(&w.f, decide(&w, id, "take_back"), ERR_DENIED, "auth.denied");
	as_holder(&w, 1);
	assert_problem(&w.f, certificate_change_flow.load(w.cx, w.person[0], id, &s), ERR_NOTFOUND,
		"certificate.change_not_found");
	as_holder(&w, 0);
	must(&w, certificate_change_read(w.cx, id)); /* there is nothing to see yet */
	must(&w, decide(&w, id, "take_back"));
	must(&w, certificate_change_ask(w.cx, &in, &again));
	as(&w, ROLE_BODY_MANAGER, MANAGER);
	must(&w, decide(&w, again, "refuse"));
	as_holder(&w, 0);
	assert_int_equal(decide(&w, again, "take_back"), ERR_STATE);
	ctx_clear(w.cx);
	w.f.now += 60;
	must(&w, certificate_change_read(w.cx, again));
	w.f.now += 60;
	must(&w, certificate_change_read(w.cx, again));
	struct q_certificate_changes_of_rows rows;
	must(&w, q_certificate_changes_of(w.cx->db, &rows, .person_id = w.person[0],
		.certificate_id = w.certificate[0]));
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].read_at, 0);
	assert_int_equal(rows.at[1].read_at, w.f.now - 60);
	assert_string_equal(rows.at[1].decision, "理由");
	assert_string_equal(now(&w).name, w.name[0]);
	life_end(&w);
}

static void test_revoked_is_not_corrected(void **state)
{
	struct life w;
	int64_t id;
	life_begin(&w, *state, 1);
	as(&w, ROLE_BODY_CLERK, CLERK);
	struct certificate_change_in in = change_of(&w, "correct", "name", "王壹");
	must(&w, certificate_change_ask(w.cx, &in, &id));
	(void)life_case_in(&w, 0, "final");
	as_office(&w);
	assert_problem(&w.f, decide(&w, id, "approve"), ERR_STATE, "certificate.revoked_already");
	assert_string_equal(now(&w).name, w.name[0]);
	life_end(&w);
}

/* ---- employers ---- */

static void as_employer(struct life *w)
{
	as(w, ROLE_BODY_CLERK, EMPLOYER);
}

static struct q_follow_find followed(struct life *w, int64_t id)
{
	struct q_follow_find f;
	must(w, q_follow_find(w->cx->db, &f, .person_id = w->person[0], .id = id,
		.scope = scope_all()));
	return f;
}

static void test_employers_are_told(void **state)
{
	struct life w;
	int64_t person, id;
	life_begin(&w, *state, 1);
	as_employer(&w);
	assert_problem(&w.f, follow_begin(w.cx, w.number[0], "别人", "post", &person, &id),
		ERR_NOTFOUND, "follow.no_match");
	assert_problem(&w.f, follow_begin(w.cx, "Y000037100001264000099", w.name[0], "post",
		&person, &id), ERR_NOTFOUND, "follow.no_match");
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "post", &person, &id));
	assert_string_equal(followed(&w, id).change_kind, "");
	w.f.now += 60;
	as_head(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[0], w.certificate[0], "suspend",
		"调查", NULL));
	assert_string_equal(followed(&w, id).change_kind, "suspended");
	assert_int_equal(followed(&w, id).changed_at, w.f.now);
	w.f.now += 60;
	as_employer(&w);
	must(&w, follow_seen(w.cx, person, id));
	assert_int_equal(followed(&w, id).seen_at, w.f.now);
	(void)life_case_in(&w, 0, "reviewing");
	assert_string_equal(followed(&w, id).change_kind, "reviewing");
	as(&w, ROLE_BODY_MANAGER, MANAGER); /* another employer's row is not his */
	assert_problem(&w.f, follow_end(w.cx, person, id), ERR_NOTFOUND, "follow.not_found");
	life_end(&w);
}

static void test_the_holder_has_the_last_word(void **state)
{
	struct life w;
	int64_t person, id;
	life_begin(&w, *state, 2);
	as_employer(&w);
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "post", &person, &id));
	as_holder(&w, 1);
	assert_problem(&w.f, follow_object(w.cx, id), ERR_NOTFOUND, "follow.not_found");
	as_holder(&w, 0);
	must(&w, follow_object(w.cx, id));
	as_head(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[0], w.certificate[0], "suspend",
		"调查", NULL));
	assert_string_equal(followed(&w, id).change_kind, ""); /* not told any more */
	as_employer(&w);
	assert_problem(&w.f, follow_begin(w.cx, w.number[0], w.name[0], "hire", &person, &id),
		ERR_DENIED, "follow.objected");
	life_end(&w);
}

static size_t news(struct life *w)
{
	struct q_follow_list_rows rows;
	must(w, q_follow_list(w->cx->db, &rows, .scope = w->cx->scope, .state = "active",
		.only_new = ctx_today(w->cx)));
	return rows.n;
}

/* What nobody may read any more is no news that waits for somebody. */
static void test_news_end_with_the_watching(void **state)
{
	struct life w;
	int64_t person, id;
	life_begin(&w, *state, 1);
	as_employer(&w);
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "bid", &person, &id));
	w.f.now += 60;
	as_head(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[0], w.certificate[0], "suspend",
		"调查", NULL));
	as_employer(&w);
	assert_int_equal(news(&w), 1);
	w.f.now += (int64_t)400 * 86400;
	assert_int_equal(news(&w), 0);
	life_end(&w);
}

/* Whoever has stopped watching would begin again: the holder may refuse him all the same. */
static void test_refused_after_it_ended(void **state)
{
	struct life w;
	int64_t person, id;
	life_begin(&w, *state, 1);
	as_employer(&w);
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "bid", &person, &id));
	must(&w, follow_end(w.cx, person, id));
	as_holder(&w, 0);
	must(&w, follow_object(w.cx, id));
	assert_problem(&w.f, follow_object(w.cx, id), ERR_STATE, "follow.ended");
	as_employer(&w);
	assert_problem(&w.f, follow_begin(w.cx, w.number[0], w.name[0], "hire", &person, &id),
		ERR_DENIED, "follow.objected");
	life_end(&w);
}

static void test_watching_ends_with_its_time(void **state)
{
	struct life w;
	int64_t person, id, again;
	life_begin(&w, *state, 1);
	as_employer(&w);
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "bid", &person, &id));
	w.f.now += (int64_t)400 * 86400;
	as_head(&w);
	must(&w, flow_run(w.cx, &certificate_flow, w.person[0], w.certificate[0], "suspend",
		"调查", NULL));
	assert_string_equal(followed(&w, id).change_kind, "");
	as_employer(&w);
	must(&w, follow_begin(w.cx, w.number[0], w.name[0], "bid", &person, &again));
	assert_int_equal(again, id);
	life_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_a_correction_needs_two),
		test_db_case(test_a_refusal_changes_nothing),
		test_db_case(test_a_reissue_keeps_the_number),
		test_db_case(test_a_holder_asks_and_takes_back),
		test_db_case(test_revoked_is_not_corrected),
		test_db_case(test_employers_are_told),
		test_db_case(test_the_holder_has_the_last_word),
		test_db_case(test_news_end_with_the_watching),
		test_db_case(test_refused_after_it_ended),
		test_db_case(test_watching_ends_with_its_time),
	};
	return test_db_run("change", tests);
}
