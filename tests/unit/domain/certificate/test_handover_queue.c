/* What becomes of a certificate after it was handed over is handed over, too: as far as somebody
 * was told of it, and as the layout has words for it. */
#include "domain/certificate/handover.h"

#include "handed_package.h"

/* What is to be taken into the next package, oldest first. */
static const char *waiting(struct handed *h, int i)
{
	struct q_handovers_of_rows rows = records_of(h, i);
	const char *text = "";
	for (size_t k = 0; k < rows.n; k++)
		if (streq(rows.at[k].state, "waiting"))
			text = text_of(h->cx, "%s%s%s", text, *text ? " " : "",
				rows.at[k].record_kind);
	return text;
}

/* It happens to certificate 1. */
static void happens(struct handed *h, enum certificate_event event, const char *from,
	const char *to)
{
	must(h, q_certificate_move(h->cx->db, .person_id = 1, .id = FIRST + 1, .from_state = from,
		.state = to, .state_reason = "x"));
	must(h, handover_queue(h->cx, event, 1, FIRST + 1));
}

/* What was told is told again when it changes; what nobody knows is not. */
static void test_queue(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	put(&h, 2, BODY, "");
	as_clerk(&h);
	must(&h, handover_queue(h.cx, CERTIFICATE_REVOKED, 1, FIRST + 1));
	assert_int_equal(records_of(&h, 1).n, 0);
	int64_t id = collected(&h, "national");
	sent(&h, id);
	must(&h, handover_queue(h.cx, CERTIFICATE_CORRECTED, 1, FIRST + 1));
	must(&h, handover_queue(h.cx, CERTIFICATE_CORRECTED, 1, FIRST + 1));
	assert_int_equal(records_of(&h, 1).n, 2);
	assert_string_equal(waiting(&h, 1), "change");
	happens(&h, CERTIFICATE_REVOKED, "valid", "revoked");
	assert_string_equal(waiting(&h, 1), "revoke");
	struct q_handovers_of_rows rows = records_of(&h, 1);
	assert_non_null(strstr(handover_words(h.cx, "national", &rows, "371002"),
		"撤销信息待上报"));
	int64_t second = collected(&h, "national");
	assert_int_equal(package_of(&h, second).n_rows, 1);
	assert_string_equal(written.last[0], "撤销");
	assert_string_equal(handover_words(h.cx, "national", &(struct q_handovers_of_rows){0},
		"371002"), "尚未上报");
	assert_string_equal(handover_words(h.cx, "province", &(struct q_handovers_of_rows){0},
		"371002"), "");
	forget();
	keyring_free(h.keys);
}

/* Of a certificate that was refused and then revoked nobody asks again. */
static void test_refused_and_revoked(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	put(&h, 2, BODY, "");
	as_clerk(&h);
	sent(&h, collected(&h, "national"));
	int64_t refused = records_of(&h, 1).at[0].id;
	must(&h, q_handover_move(h.cx->db, .person_id = 1, .id = refused, .from_state = "sent",
		.state = "refused"));
	happens(&h, CERTIFICATE_REVOKED, "valid", "revoked");
	struct q_handovers_of_rows rows = records_of(&h, 1);
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.at[0].state, "ended");
	assert_string_equal(handover_words(h.cx, "national", &rows, "371002"),
		"没有入库，证书已撤销");
	struct q_handover_package_find next = package_of(&h, collected(&h, "national"));
	assert_string_equal(next.state, "empty");
	assert_int_equal(next.n_missing, 0);
	forget();
	keyring_free(h.keys);
}

/* A suspension and its end, as far as the look-up has heard of them. */
static void test_suspended(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	as_clerk(&h);
	sent(&h, collected(&h, "national"));
	happens(&h, CERTIFICATE_SUSPENDED, "valid", "suspended");
	assert_string_equal(waiting(&h, 1), "suspend");
	happens(&h, CERTIFICATE_REINSTATED, "suspended", "valid"); /* before anybody was told */
	assert_string_equal(waiting(&h, 1), "");
	happens(&h, CERTIFICATE_SUSPENDED, "valid", "suspended");
	int64_t package = collected(&h, "national");
	assert_int_equal(package_of(&h, package).n_rows, 1);
	assert_string_equal(written.last[0], "暂停");
	sent(&h, package);
	struct q_handovers_of_rows rows = records_of(&h, 1);
	assert_non_null(strstr(handover_words(h.cx, "national", &rows, "371002"),
		"暂停信息已于"));
	happens(&h, CERTIFICATE_REINSTATED, "suspended", "valid");
	assert_string_equal(waiting(&h, 1), "resume");
	happens(&h, CERTIFICATE_SUSPENDED, "valid", "suspended"); /* as the look-up has it */
	assert_string_equal(waiting(&h, 1), "");
	happens(&h, CERTIFICATE_REINSTATED, "suspended", "valid");
	must(&h, handover_queue(h.cx, CERTIFICATE_CORRECTED, 1, FIRST + 1));
	assert_string_equal(waiting(&h, 1), "resume change");
	happens(&h, CERTIFICATE_REVOKED, "valid", "revoked");
	assert_string_equal(waiting(&h, 1), "revoke");
	forget();
	keyring_free(h.keys);
}

/* A layout without a word for it is told nothing of a suspension. */
static void test_layout_without_suspensions(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	put(&h, 1, BODY, "");
	as(&h, ROLE_ADMIN_SYSTEM, 1, 0, "");
	must(&h, handover_layout_apply(h.cx, STR(HEAD FILE_ COLUMNS
		"  - {title: 操作, field: record, codes: {new: A, change: U, revoke: D}}\n"
		ANSWER)));
	as_clerk(&h);
	sent(&h, collected(&h, "national"));
	happens(&h, CERTIFICATE_SUSPENDED, "valid", "suspended");
	happens(&h, CERTIFICATE_REINSTATED, "suspended", "valid");
	assert_int_equal(records_of(&h, 1).n, 1);
	forget();
	keyring_free(h.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_queue),
		test_db_case(test_refused_and_revoked),
		test_db_case(test_suspended),
		test_db_case(test_layout_without_suspensions),
	};
	return test_db_run("handover_queue", tests);
}
