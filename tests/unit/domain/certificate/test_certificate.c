/* Certificates: numbers without gaps, nothing half issued, what a stranger is told, what may
 * change. */
#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/person.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/enrolment.h"
#include "query/registry.h"
#include "query/result.h"
#include "query/standard.h"

enum { PEOPLE = 5 };

struct world {
	struct fixture f;
	struct keyring *keys;
	int64_t body, batch, welder, person[PEOPLE], enrolment[PEOPLE];
	char idno[PEOPLE][19];
	int alarms;
	const char *last_alarm;
};

static void must(struct world *w, int r)
{
	if (r < 0)
		fail_msg("%s: %s / %s", w->f.cx.problem.id ? w->f.cx.problem.id : "?",
			w->f.cx.problem.id ? problem_text(&w->f.cx) : "", db_error(w->f.cx.db));
}

static void as(struct world *w, enum role role, int64_t account)
{
	bool body = role == ROLE_BODY_MANAGER || role == ROLE_BODY_CLERK;
	ctx_act_as(&w->f.cx, &(struct actor){.role = role, .account_id = account, .name = "某人",
		.region = body ? "371002" : "3710", .body_id = body ? w->body : 0,
		.ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static const char *const names[PEOPLE] = {"王一", "李二", "张三", "赵四", "孙五"};

static void put_person(struct world *w, int i)
{
	struct ctx *cx = &w->f.cx;
	ident_idno_make("371002", day_of("1990-01-02") + i, 10 + i, w->idno[i]);
	must(w, person_save(cx, &(struct person_in){.name = names[i], .idno = w->idno[i], .phone =
		"13800000000"}, &w->person[i]));
	w->enrolment[i] = ctx_id(cx);
	must(w, q_enrolment_insert(cx->db, .person_id = w->person[i], .id = w->enrolment[i],
		.batch_id = w->batch,
		.body_id = w->body, .region = "371002", .seq = i + 1, .name = names[i],
		.idno_mask = "m", .facts = "{}"));
	must(w, q_enrolment_move(cx->db, .person_id = w->person[i], .id = w->enrolment[i],
		.from_state = "submitted", .state = i == 2 ? "failed" : "passed"));
	must(w, q_result_insert(cx->db, .person_id = w->person[i], .enrolment_id = w->enrolment[i],
		.result_version = 1, .batch_id = w->batch, .body_id = w->body, .region = "371002",
		.seq = i + 1,
		.name = names[i], .theory = "80.00", .skill = "90.00",
		.outcome = i == 2 ? "failed" : "passed"));
}

/* A batch of five, one of whom failed, whose results are confirmed. */
static void put_batch(struct world *w, const char *number)
{
	struct ctx *cx = &w->f.cx;
	w->batch = ctx_id(cx);
	must(w, q_batch_insert(cx->db, .id = w->batch, .body_id = w->body, .region = "371002",
		.batch_no = number,
		.title = "焊工四级", .occupation_id = w->welder, .grade = 4, .parts = 3));
	must(w, q_batch_set_frozen(cx->db, .id = w->batch, .result_version = 1));
	must(w, q_batch_move(cx->db, .id = w->batch, .from_state = "draft", .state = "confirmed"));
	for (int i = 0; i < PEOPLE; i++)
		put_person(w, i);
}

static void begin(struct world *w, struct test_db *t)
{
	size_t changed;
	struct q_occupation_by_code welder;
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	struct ctx *cx = &w->f.cx;
	ctx_act_as_system(cx, "test");
	must(w, reference_load(cx, &changed));
	must(w, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	w->welder = welder.id;
	must(w, body_register(cx,
		&(struct body_in){.name = "威海某船厂", .uscc = "91350100M000100Y43",
		.body_kind = "enterprise", .region = "371002", .legal_person = "", .address = "",
		.contact = "", .phone = "", .website = ""}, &w->body));
	must(w, q_body_effect(cx->db, .id = w->body, .body_code = "Y000037100001", .filed_on = 1,
		.state = "filed"));
	put_batch(w, "b1");
	as(w, ROLE_BODY_MANAGER, 11);
}

static void end(struct world *w)
{
	keyring_free(w->keys);
}

static void on_alarm(void *arg, const char *text)
{
	struct world *w = arg;
	w->alarms++;
	w->last_alarm = text;
}

static int alarms(struct world *w)
{
	w->alarms = 0;
	must(w, certificate_check(&w->f.cx, on_alarm, w));
	return w->alarms;
}

static enum verify_outcome ask(struct world *w, const char *number, const char *idno,
	const char *name, size_t *ret_n)
{
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t n;
	struct ctx *cx = &w->f.cx;
	ctx_act_as(cx, &(struct actor){.role = ROLE_PUBLIC, .name = "", .region = "",
		.ip = "192.0.2.9"});
	must(w, certificate_verify(cx, number, idno, name, &outcome, &faces, &n));
	if (ret_n)
		*ret_n = n;
	return outcome;
}

static struct q_certificate_list first_certificate(struct world *w)
{
	struct q_certificate_list_rows rows;
	must(w, q_certificate_list(w->f.cx.db, &rows, .scope = scope_all(),
		.page = {.limit = 50, .sort = "oldest"}));
	return rows.at[0];
}

static void test_numbers(void **state)
{
	struct world w;
	struct q_certificate_list_rows rows;
	int n;
	begin(&w, *state);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	assert_int_equal(n, 4);
	must(&w, q_certificate_list(w.f.cx.db, &rows, .scope = scope_all(),
		.page = {.limit = 50, .sort = "oldest"}));
	static const char *const expected[] = {"Y000037100001264000001", "Y000037100001264000002",
		"Y000037100001264000003", "Y000037100001264000004"};
	static const char *const who[] = {"王一", "李二", "赵四", "孙五"};
	for (size_t i = 0; i < 4; i++) {
		struct certno parsed;
		assert_string_equal(rows.at[i].number, expected[i]);
		assert_string_equal(rows.at[i].name, who[i]);
		assert_int_equal(ident_certno(str_of(rows.at[i].number), &parsed, NULL), 0);
		assert_int_equal(parsed.serial, i + 1);
	}
	assert_problem(&w.f, certificate_issue_batch(&w.f.cx, w.batch, &n), ERR_STATE,
		"certificate.not_confirmed");
	assert_int_equal(alarms(&w), 0);
	end(&w);
}

static void test_serial_runs_on(void **state)
{
	struct world w;
	int n;
	begin(&w, *state);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	ctx_act_as_system(&w.f.cx, "test");
	struct q_batch_list_rows batches;
	must(&w, q_batch_list(w.f.cx.db, &batches, .scope = scope_all()));
	assert_int_equal(batches.at[0].n_certified, 4);
	/* A new year begins at one again. */
	w.f.now = day_of("2027-01-04") * 86400 + NOON;
	put_batch(&w, "b2");
	as(&w, ROLE_BODY_MANAGER, 11);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	assert_int_equal(ask(&w, "Y000037100001274000001", "", "王一", NULL), VERIFY_VALID);
	assert_int_equal(ask(&w, "Y000037100001264000005", "", "王一", NULL), VERIFY_NOT_FOUND);
	assert_int_equal(alarms(&w), 0);
	end(&w);
}

static void test_nothing_half_issued(void **state)
{
	struct world w;
	struct q_certificate_list_rows rows;
	int n, failures = 0;
	begin(&w, *state);
	for (int at = 1; at < 400; at++) {
		db_fail_after(w.f.cx.db, at);
		int r = certificate_issue_batch(&w.f.cx, w.batch, &n);
		db_fail_after(w.f.cx.db, 0);
		ctx_clear(&w.f.cx);
		must(&w, q_certificate_list(w.f.cx.db, &rows, .scope = scope_all()));
		if (r == 0)
			break;
		failures++;
		assert_int_equal(rows.n, 0);
	}
	assert_true(failures > 20);
	assert_int_equal(rows.n, 4);
	assert_int_equal(ask(&w, "Y000037100001264000001", "", "王一", NULL), VERIFY_VALID);
	assert_int_equal(alarms(&w), 0);
	end(&w);
}

static void test_what_strangers_are_told(void **state)
{
	struct world w;
	int n;
	size_t found;
	begin(&w, *state);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	const char *number = "Y000037100001264000002";
	assert_int_equal(ask(&w, number, "", "李二", &found), VERIFY_VALID);
	assert_int_equal(found, 1);
	assert_int_equal(ask(&w, " y000037100001264000002 ", "", " 李二 ", &found), VERIFY_VALID);
	assert_int_equal(ask(&w, number, "", "李三", &found), VERIFY_NAME_DIFFERS);
	assert_int_equal(found, 0); /* the face stays closed */
	assert_int_equal(ask(&w, "Y000037100001264000099", "", "李二", NULL), VERIFY_NOT_FOUND);
	assert_int_equal(ask(&w, "Y0000371000012640000", "", "李二", NULL), VERIFY_BAD_INPUT);
	assert_int_equal(ask(&w, number, "", "", NULL), VERIFY_BAD_INPUT);
	assert_int_equal(ask(&w, "", "", "李二", NULL), VERIFY_BAD_INPUT);
	assert_int_equal(ask(&w, "", w.idno[1], "李二", &found), VERIFY_VALID);
	assert_int_equal(found, 1);
	/* By identity number, unknown people and wrong names answer alike. */
	assert_int_equal(ask(&w, "", w.idno[1], "李三", NULL), VERIFY_NOT_FOUND);
	assert_int_equal(ask(&w, "", "11010519491231002X", "李二", NULL), VERIFY_NOT_FOUND);
	assert_int_equal(ask(&w, "", w.idno[2], "张三", NULL), VERIFY_NOT_FOUND); /* he failed */
	end(&w);
}

static void test_standing(void **state)
{
	struct world w;
	int n;
	size_t found;
	begin(&w, *state);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	struct q_certificate_list c = first_certificate(&w);
	as(&w, ROLE_AUTHORITY_HEAD, 21);
	struct ctx *cx = &w.f.cx;
	must(&w, flow_run(cx, &certificate_flow, c.person_id, c.id, "suspend", "接到举报，正在调查",
		NULL));
	assert_int_equal(ask(&w, c.number, "", c.name, &found), VERIFY_SUSPENDED);
	assert_int_equal(found, 1);
	as(&w, ROLE_AUTHORITY_HEAD, 21);
	must(&w, flow_run(cx, &certificate_flow, c.person_id, c.id, "resume", "查无问题", NULL));
	assert_int_equal(ask(&w, c.number, "", c.name, NULL), VERIFY_VALID);
	as(&w, ROLE_AUTHORITY_HEAD, 21);
	/* There is no button: only the end of a case revokes. */
	assert_problem(&w.f, flow_run(cx, &certificate_flow, c.person_id, c.id, "revoke",
		"提供虚假材料", NULL), ERR_NOTFOUND, "flow.no_action");
	ctx_act_as_system(cx, "test");
	assert_int_equal(flow_run(cx, &certificate_flow, c.person_id, c.id, "revoke", "", NULL),
		ERR_INVALID);
	ctx_clear(cx);
	must(&w, flow_run(cx, &certificate_flow, c.person_id, c.id, "revoke", "提供虚假材料",
		NULL));
	assert_int_equal(ask(&w, c.number, "", c.name, NULL), VERIFY_REVOKED);
	as(&w, ROLE_BODY_MANAGER, 11);
	assert_int_equal(flow_run(cx, &certificate_flow, c.person_id, c.id, "resume", "x",
		NULL) < 0, true);
	ctx_clear(cx);
	assert_int_equal(alarms(&w), 0);
	end(&w);
}

static void test_not_yet_public(void **state)
{
	struct world w;
	int n;
	begin(&w, *state);
	ctx_act_as_system(&w.f.cx, "test");
	must(&w, setting_put(&w.f.cx, "certificate.visible_days", "37", 0, 10));
	as(&w, ROLE_BODY_MANAGER, 11);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t shown;
	assert_int_equal(ask(&w, "Y000037100001264000001", "", "王一", &shown), VERIFY_NOT_YET);
	assert_int_equal(shown, 0);
	must(&w, certificate_verify(&w.f.cx, "Y000037100001264000001", "", "王一", &outcome,
		&faces, &shown));
	assert_int_equal(faces->visible_on, ctx_today(&w.f.cx) + 10);
	w.f.now += 10 * 86400;
	assert_int_equal(ask(&w, "Y000037100001264000001", "", "王一", NULL), VERIFY_VALID);
	end(&w);
}

/* Whoever changes rows behind the program's back is found. */
static void test_tampering_is_found(void **state)
{
	struct world w;
	int n;
	begin(&w, *state);
	must(&w, certificate_issue_batch(&w.f.cx, w.batch, &n));
	struct q_certificate_list c = first_certificate(&w);
	struct q_certificate_find row;
	must(&w, q_certificate_find(w.f.cx.db, &row, .person_id = c.person_id, .id = c.id,
		.scope = scope_all()));
	must(&w, q_certificate_set_name(w.f.cx.db, .person_id = c.person_id, .id = c.id,
		.name = "冒名者", .face_hash = row.face_hash));
	assert_int_equal(alarms(&w), 1);
	assert_non_null(strstr(w.last_alarm, c.number));
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t shown;
	assert_problem(&w.f, certificate_verify(&w.f.cx, c.number, "", "冒名者", &outcome, &faces,
		&shown), ERR_STATE, "certificate.not_intact");
	must(&w, q_certificate_set_name(w.f.cx.db, .person_id = c.person_id, .id = c.id,
		.name = c.name, .face_hash = row.face_hash));
	assert_int_equal(alarms(&w), 0);
	struct q_certificate_serial_take next;
	must(&w, q_certificate_serial_take(w.f.cx.db, &next, .prefix = "Y000037100001264",
		.n = 1));
	assert_int_equal(alarms(&w), 1); /* a number given to nobody */
	must(&w, q_certificate_tally_add(w.f.cx.db, .region = "371002", .body_kind = "enterprise",
		.grade = 4, .month = 202603, .n = 1));
	assert_int_equal(alarms(&w), 2);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_numbers),
		test_db_case(test_serial_runs_on),
		test_db_case(test_nothing_half_issued),
		test_db_case(test_what_strangers_are_told),
		test_db_case(test_standing),
		test_db_case(test_not_yet_public),
		test_db_case(test_tampering_is_found),
	};
	return test_db_run("certificate", tests);
}
