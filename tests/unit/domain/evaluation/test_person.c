/* Persons: one row for a human being; what he declares; who may see him. */
#include "enrol.h"
#include "query/certificate.h"
#include "query/core.h"

#include "core/secret.h"

static void test_saved_once(void **state)
{
	struct enrol e;
	struct q_person_find row;
	int64_t again;
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1);
	struct person_in in = somebody(&e, 1);
	in.phone = "13900000002";
	in.employer = "";
	must(&e, person_save(e.cx, &in, &again));
	assert_int_equal(again, id);
	must(&e, q_person_find(e.cx->db, &row, .person_id = id));
	assert_string_equal(row.phone_mask, "139****0002");
	assert_string_equal(row.employer, "船厂");
	assert_null(strstr(row.idno_cipher, number(&e, 1)));
	assert_int_equal(row.birth_on, day_of("1990-03-05"));
	in.name = "别人";
	assert_field_problem(&e.f, person_save(e.cx, &in, &again), "name", "person.name_differs");
	in = somebody(&e, 2);
	in.idno = "371002199003040001";
	assert_field_problem(&e.f, person_save(e.cx, &in, &again), "idno", "person.idno_wrong");
	keyring_free(e.keys);
}

/* Clerks and the person himself type the interval dot differently. */
static void test_a_name_has_one_spelling(void **state)
{
	struct enrol e;
	struct q_person_find row;
	int64_t id, again = 0, both[1];
	enrol_init(&e, *state);
	struct person_in in = somebody(&e, 1);
	in.name = "迪丽热巴 •买买提";
	must(&e, person_save(e.cx, &in, &id));
	must(&e, q_person_find(e.cx->db, &row, .person_id = id));
	assert_string_equal(row.name, "迪丽热巴·买买提");
	in.name = "迪丽热巴．买买提";
	must(&e, person_save(e.cx, &in, &again));
	assert_int_equal(again, id);
	must(&e, person_save_many(e.cx, &in, 1, both));
	assert_int_equal(both[0], id);
	in.name = "迪丽热巴";
	assert_field_problem(&e.f, person_save(e.cx, &in, &again), "name", "person.name_differs");
	keyring_free(e.keys);
}

static const char *phone_of(struct enrol *e, int64_t id)
{
	struct q_person_find row;
	const char *phone;
	must(e, q_person_find(e->cx->db, &row, .person_id = id));
	must(e, secret_open(e->cx, "person.phone_cipher", row.phone_cipher, &phone));
	return phone;
}

/* Number and name stand on many papers: they alone give nobody another's account or phone. */
static void test_a_stranger_does_not_sign_up_as_another(void **state)
{
	struct enrol e;
	int64_t id, again = 0;
	enrol_init(&e, *state);
	struct person_in in = somebody(&e, 1);
	in.phone = "13900000002";
	must(&e, person_sign_up(e.cx, &in, &id)); /* nobody knew him */
	in.phone = "13912340002"; /* differs where the mask is */
	assert_field_problem(&e.f, person_sign_up(e.cx, &in, &again), "phone",
		"person.phone_differs");
	assert_int_equal(again, 0);
	assert_string_equal(phone_of(&e, id), "13900000002");
	must(&e, person_save(e.cx, &in, &again)); /* by who has seen his papers */
	assert_string_equal(phone_of(&e, id), "13912340002");
	must(&e, person_sign_up(e.cx, &in, &again));
	assert_int_equal(again, id);
	in = somebody(&e, 2);
	in.phone = "";
	must(&e, person_save(e.cx, &in, &id));
	in.phone = "13900000009";
	must(&e, person_sign_up(e.cx, &in, &again));
	assert_string_equal(phone_of(&e, id), "13900000009");
	keyring_free(e.keys);
}

/* The number itself says what document it stands on: the certificate's face prints it. */
static void test_kinds_of_document(void **state)
{
	static const struct {
		const char *region, *type;
	} rows[] = {{"371002", "idno"}, {"810000", "residence"}, {"820000", "residence"},
		{"830000", "residence"}, {"911840", "foreign"}};
	struct enrol e;
	struct q_person_find row;
	int64_t id;
	char idno[19];
	enrol_init(&e, *state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct person_in in = somebody(&e, 1);
		ident_idno_make(rows[i].region, day_of("1990-03-04"), 11, idno);
		in.idno = idno;
		must(&e, person_save(e.cx, &in, &id));
		must(&e, q_person_find(e.cx->db, &row, .person_id = id));
		assert_string_equal(row.id_type, rows[i].type);
	}
	keyring_free(e.keys);
}

static void test_reveal_needs_scope_and_purpose(void **state)
{
	struct enrol e;
	const char *idno;
	int64_t id, enrolment;
	enrol_init(&e, *state);
	id = add_person(&e, 1);
	as_clerk(&e);
	assert_problem(&e.f, person_reveal(e.cx, id, "核对", &idno), ERR_NOTFOUND,
		"person.not_found");
	struct enrolment_in in = wish(BATCH, id, "2015-01-01");
	must(&e, enrolment_create(e.cx, &in, &enrolment));
	assert_field_problem(&e.f, person_reveal(e.cx, id, " ", &idno), "purpose",
		"person.purpose_needed");
	must(&e, person_reveal(e.cx, id, "核对", &idno));
	assert_string_equal(idno, number(&e, 1));
	as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
	assert_problem(&e.f, person_reveal(e.cx, id, "核对", &idno), ERR_NOTFOUND,
		"person.not_found");
	keyring_free(e.keys);
}

/* He cannot sign up with the phone he has now until those who review his enrolment put it right. */
static void test_a_phone_put_right(void **state)
{
	static const char fresh[] = "13912345678", reason[] = "原号码已停用";
	struct enrol e;
	struct q_person_find row;
	struct q_audit_list_rows notes;
	int64_t enrolment, again;
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1);
	as_clerk(&e);
	assert_problem(&e.f, person_phone_put(e.cx, id, fresh, reason), ERR_NOTFOUND,
		"person.not_found");
	struct enrolment_in in = wish(BATCH, id, "2015-01-01");
	must(&e, enrolment_create(e.cx, &in, &enrolment));
	as(&e, ROLE_BODY_CLERK, 13, OTHER_BODY, 0);
	assert_problem(&e.f, person_phone_put(e.cx, id, fresh, reason), ERR_NOTFOUND,
		"person.not_found");
	as_worker(&e, id);
	assert_problem(&e.f, person_phone_put(e.cx, id, fresh, reason), ERR_DENIED,
		"auth.denied");
	as_clerk(&e);
	assert_field_problem(&e.f, person_phone_put(e.cx, id, " ", reason), "phone",
		"field.required");
	assert_field_problem(&e.f, person_phone_put(e.cx, id, fresh, " "), "phone_reason",
		"person.phone_reason");
	assert_field_problem(&e.f, person_phone_put(e.cx, id, "13800000001", reason), "phone",
		"person.phone_same");
	assert_string_equal(phone_of(&e, id), "13800000001");
	must(&e, person_phone_put(e.cx, id, fresh, reason));
	must(&e, q_person_find(e.cx->db, &row, .person_id = id));
	assert_null(strstr(row.phone_cipher, fresh));
	assert_string_equal(row.phone_mask, "139****5678");
	assert_string_equal(row.employer, "船厂");
	must(&e, q_audit_list(e.cx->db, &notes, .action = "person.phone"));
	assert_int_equal(notes.n, 1);
	assert_string_equal(notes.at[0].purpose, reason);
	assert_string_equal(notes.at[0].detail, "138****0001 → 139****5678");
	struct person_in himself = somebody(&e, 1);
	himself.phone = fresh;
	must(&e, person_sign_up(e.cx, &himself, &again));
	assert_int_equal(again, id);
	as_office(&e);
	must(&e, person_phone_put(e.cx, id, "13700000009", reason));
	assert_string_equal(phone_of(&e, id), "13700000009");
	keyring_free(e.keys);
}

/* A name taken down wrongly, or changed since, is put right where the person shows his papers. */
static void test_a_name_put_right(void **state)
{
	struct enrol e;
	struct q_person_find row;
	struct q_enrolment_of_person at;
	struct q_enrolment_find sat, ahead;
	struct q_audit_list_rows notes;
	int64_t id, again, enrolment;
	enrol_init(&e, *state);
	id = add_person(&e, 1);
	struct person_rename in = {number(&e, 1), "考生1", "考生壹", "户口簿更名记录"};
	struct enrolment_in wished = wish(BATCH, id, "2015-01-01");
	as_clerk(&e);
	must(&e, enrolment_create(e.cx, &wished, &enrolment));
	add_batch(&e, BATCH + 1, OTHER_BODY, 4, "eligibility-2023", "2026-02-11");
	must(&e, q_enrolment_insert(e.cx->db, .person_id = id, .id = 77, .batch_id = BATCH + 1,
		.body_id = OTHER_BODY, .region = "370202", .source = "self", .name = "考生1"));
	must(&e, q_enrolment_move(e.cx->db, .person_id = id, .id = 77, .from_state = "submitted",
		.state = "failed"));
	assert_problem(&e.f, person_name_put(e.cx, &in), ERR_DENIED, "auth.denied");
	as_office(&e);
	in.old_name = "考生2";
	assert_field_problem(&e.f, person_name_put(e.cx, &in), "old_name", "person.name_unknown");
	in.old_name = "考生1";
	in.idno = number(&e, 2);
	assert_field_problem(&e.f, person_name_put(e.cx, &in), "old_name", "person.name_unknown");
	in.idno = number(&e, 1);
	in.reason = " ";
	assert_field_problem(&e.f, person_name_put(e.cx, &in), "reason", "person.name_reason");
	in.reason = "户口簿更名记录";
	in.name = " 考 生壹 ";
	must(&e, person_name_put(e.cx, &in));
	must(&e, q_person_find(e.cx->db, &row, .person_id = id));
	assert_string_equal(row.name, "考生壹");
	must(&e, q_enrolment_of_person(e.cx->db, &at, .person_id = id, .batch_id = BATCH));
	must(&e, q_enrolment_find(e.cx->db, &ahead, .person_id = id, .id = at.id,
		.scope = scope_all()));
	must(&e, q_enrolment_find(e.cx->db, &sat, .person_id = id, .id = 77,
		.scope = scope_all()));
	assert_string_equal(ahead.name, "考生壹");
	assert_string_equal(sat.name, "考生1");
	must(&e, q_audit_list(e.cx->db, &notes, .action = "person.name"));
	assert_int_equal(notes.n, 1);
	assert_string_equal(notes.at[0].detail, "考生1 → 考生壹");
	struct person_in himself = somebody(&e, 1);
	assert_field_problem(&e.f, person_save(e.cx, &himself, &again), "name",
		"person.name_differs");
	himself.name = "考生壹";
	must(&e, person_save(e.cx, &himself, &again));
	assert_int_equal(again, id);
	keyring_free(e.keys);
}

static void test_facts_are_ones_own(void **state)
{
	struct enrol e;
	struct q_facts_of_person_rows facts;
	int64_t fact;
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1), other = add_person(&e, 2);
	struct person_fact_in in = {.kind = "work", .label = "船厂", .related = true,
		.occupation_id = WELDER};
	as_worker(&e, id);
	assert_field_problem(&e.f, person_fact_add(e.cx, id, &in, &fact), "from_on",
		"person.date_needed");
	in.from_on = day_of("2026-03-03");
	assert_field_problem(&e.f, person_fact_add(e.cx, id, &in, &fact), "from_on",
		"person.date_future");
	in.from_on = day_of("2020-03-03");
	assert_problem(&e.f, person_fact_add(e.cx, other, &in, &fact), ERR_NOTFOUND,
		"person.not_found");
	must(&e, person_fact_add(e.cx, id, &in, &fact));
	as_worker(&e, other);
	assert_problem(&e.f, person_fact_remove(e.cx, id, fact), ERR_NOTFOUND, "person.not_found");
	assert_problem(&e.f, person_fact_remove(e.cx, other, fact), ERR_NOTFOUND, "person.no_fact");
	as_worker(&e, id);
	must(&e, person_fact_remove(e.cx, id, fact));
	must(&e, q_facts_of_person(e.cx->db, &facts, .person_id = id));
	assert_int_equal(facts.n, 0);
	must(&e, q_fact_insert(e.cx->db, .person_id = id, .id = 5, .fact_kind = "work",
		.label = "船厂", .source = "verified", .from_on = 1));
	assert_problem(&e.f, person_fact_remove(e.cx, id, 5), ERR_NOTFOUND, "person.no_fact");
	keyring_free(e.keys);
}

/* What is declared for one occupation does not count for another; what is declared at large
 * does. */
static void test_related(void **state)
{
	struct enrol e;
	struct facts *facts;
	int64_t fact;
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1);
	struct person_fact_in in = {.kind = "certificate", .label = "证", .level = "5",
		.related = true, .occupation_id = WELDER, .from_on = day_of("2020-01-01")};
	must(&e, person_fact_add(e.cx, id, &in, &fact));
	must(&e, person_facts(e.cx, id, WELDER, NULL, &facts));
	assert_non_null(strstr(facts_dump(e.cx->arena, facts), "\"related\":1"));
	must(&e, person_facts(e.cx, id, WELDER + 1, NULL, &facts));
	assert_non_null(strstr(facts_dump(e.cx->arena, facts), "\"related\":0"));
	keyring_free(e.keys);
}

static struct rule_answer judged(struct enrol *e, const char *ruleset, int64_t grade,
	struct person_claims *claims)
{
	static int64_t next = BATCH + 1;
	struct rule_answer answer;
	struct facts *facts = facts_new(e->cx->arena);
	facts_date(facts, "birth_on", day_of("2000-01-01"));
	person_claims_facts(facts, claims, ctx_today(e->cx));
	add_batch(e, next, BODY, grade, ruleset, "2026-04-11");
	must(e, enrolment_judge(e->cx, next++, 0, grade, facts, ctx_today(e->cx), &answer));
	return answer;
}

/* Nobody is left unknown for lack of a field, and every claim reaches the rules. */
static void test_claims(void **state)
{
	struct enrol e;
	struct person_claims none = {0};
	struct rule_answer a;
	static const char *const sets[] = {"eligibility-2018", "eligibility-2023"};
	enrol_init(&e, *state);
	for (int set = 0; set < 2; set++)
		for (int64_t grade = 5; grade >= 1; grade--) {
			a = judged(&e, sets[set], grade, &none);
			for (size_t i = 0; i < a.n; i++)
				assert_int_not_equal(a.alternatives[i].verdict, RULE_UNKNOWN);
		}
	a = judged(&e, "eligibility-2018", 5, &(struct person_claims){.apprenticed = true});
	assert_string_equal(a.held->clause, "五级②");
	a = judged(&e, "eligibility-2018", 4,
		&(struct person_claims){.education = "secondary_vocational",
		.education_related = 1, .education_assessed = 1,
		.graduated_on = day_of("2020-07-01")});
	assert_string_equal(a.held->clause, "四级③");
	a = judged(&e, "eligibility-2018", 4,
		&(struct person_claims){.education = "secondary_vocational",
		.education_related = 1, .graduated_on = day_of("2020-07-01")});
	assert_null(a.held);
	a = judged(&e, "eligibility-2023", 4,
		&(struct person_claims){.work_from_on = day_of("2022-01-01"),
		.certs_on[5] = day_of("2022-02-02")});
	assert_string_equal(a.held->clause, "四级②");
	a = judged(&e, "eligibility-2023", 3,
		&(struct person_claims){.work_years = 3, .title_level = "junior",
		.title_on = day_of("2024-02-02")});
	assert_string_equal(a.held->clause, "三级③");
	keyring_free(e.keys);
}

static int64_t a_certificate(struct enrol *e, int64_t person, int64_t id, const char *number,
	const char *on)
{
	must(e, q_certificate_insert(e->cx->db, .person_id = person, .id = id, .number = number,
		.body_id = BODY, .region = "371002", .route = "exam", .name = "考生",
		.occupation_id = WELDER, .occupation_name = "焊工", .grade = 5,
		.issued_on = day_of(on)));
	must(e, q_certificate_number_insert(e->cx->db, .number = number,
		.found_person_id = person, .certificate_id = id));
	return id;
}

static size_t certificates_in(struct enrol *e, int64_t person, const struct person_claims *claims)
{
	struct facts *facts;
	size_t n = 0;
	must(e, person_facts(e->cx, person, WELDER, claims, &facts));
	for (const char *p = facts_dump(e->cx->arena, facts); (p = strstr(p, "issued_on")); p++)
		n++;
	return n;
}

/* A certificate of this system counts as it stands, whatever is claimed about it. */
static void test_revoked_is_no_claim(void **state)
{
	static const char number_of_ours[] = "S000037100001255000001";
	struct enrol e;
	struct person_claims claims = {.cert_number = number_of_ours,
		.certs_on[5] = day_of("2025-02-02")};
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1), other = add_person(&e, 2);
	a_certificate(&e, id, 61, number_of_ours, "2025-02-02");
	assert_int_equal(certificates_in(&e, id, &claims), 2); /* the claim, and the row */
	assert_int_equal(certificates_in(&e, other, &claims), 0);
	must(&e, q_certificate_move(e.cx->db, .person_id = id, .id = 61, .from_state = "valid",
		.state = "revoked", .state_reason = "替考"));
	assert_int_equal(certificates_in(&e, id, &claims), 0);
	claims.cert_number = "";
	assert_int_equal(certificates_in(&e, id, &claims), 0);
	assert_int_equal(certificates_in(&e, other, &claims), 1); /* from elsewhere, to be shown */
	must(&e, q_body_code_insert(e.cx->db, .body_code = "S000037100001", .body_id = BODY));
	claims.cert_number = "S000037100001255000002"; /* ours, and never issued */
	assert_int_equal(certificates_in(&e, other, &claims), 0);
	keyring_free(e.keys);
}

/* The same facts, kept beforehand instead of claimed. */
static void test_kept_facts(void **state)
{
	struct enrol e;
	struct facts *facts;
	struct rule_answer answer;
	int64_t fact;
	enrol_init(&e, *state);
	int64_t id = add_person(&e, 1);
	add_batch(&e, BATCH + 50, BODY, 5, "eligibility-2018", "2026-04-11");
	add_batch(&e, BATCH + 51, BODY, 4, "eligibility-2018", "2026-04-11");
	must(&e, person_facts(e.cx, id, WELDER, NULL, &facts));
	must(&e, enrolment_judge(e.cx, BATCH + 50, 0, 5, facts, ctx_today(e.cx), &answer));
	assert_int_equal(answer.verdict, RULE_NOT_MET);
	struct person_fact_in in = {.kind = "apprenticed", .label = "厂", .related = true,
		.occupation_id = WELDER};
	must(&e, person_fact_add(e.cx, id, &in, &fact));
	in = (struct person_fact_in){.kind = "education", .label = "学校",
		.level = "secondary_vocational", .assessed = true, .to_on = day_of("2020-07-01")};
	must(&e, person_fact_add(e.cx, id, &in, &fact));
	must(&e, person_facts(e.cx, id, WELDER, NULL, &facts));
	must(&e, enrolment_judge(e.cx, BATCH + 50, 0, 5, facts, ctx_today(e.cx), &answer));
	assert_string_equal(answer.held->clause, "五级②");
	must(&e, enrolment_judge(e.cx, BATCH + 51, 0, 4, facts, ctx_today(e.cx), &answer));
	assert_string_equal(answer.held->clause, "四级③");
	keyring_free(e.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_saved_once),
		test_db_case(test_a_name_has_one_spelling),
		test_db_case(test_a_stranger_does_not_sign_up_as_another),
		test_db_case(test_reveal_needs_scope_and_purpose),
		test_db_case(test_kinds_of_document),
		test_db_case(test_a_phone_put_right), test_db_case(test_a_name_put_right),
		test_db_case(test_facts_are_ones_own),
		test_db_case(test_related),
		test_db_case(test_claims),
		test_db_case(test_revoked_is_no_claim),
		test_db_case(test_kept_facts),
	};
	return test_db_run("person", tests);
}
