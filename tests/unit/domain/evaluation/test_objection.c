/* Objections: while the notice runs, sealed telephone, an answer in time, a receipt that cannot be
 * guessed. */
#include "domain/evaluation/objection.h"
#include "marked.h"

static void publish(struct world *w)
{
	put_theory(w, CLERK, MARK_FIRST, (int64_t[]){8000});
	put_theory(w, CLERK2, MARK_SECOND, (int64_t[]){8000});
	put_skill(w, (int64_t[]){7000, 7000, 7000});
	as_manager(w, MANAGER);
	test_ok(w->t, result_freeze(&w->f.cx, BATCH));
	as(w, ROLE_PUBLIC, 0, 0);
}

static int object(struct world *w, int64_t *ret_id)
{
	return objection_create(&w->f.cx, BATCH, "孙某", "13800138000", "理论成绩有误", ret_id);
}

static void test_while_the_notice_runs(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	as(&w, ROLE_PUBLIC, 0, 0);
	assert_problem(&w.f, object(&w, &id), ERR_STATE, "objection.no_notice");
	assert_problem(&w.f, objection_create(cx, 77, "a", "b", "c", &id), ERR_NOTFOUND,
		"batch.not_found");
	publish(&w);
	assert_field_problem(&w.f, objection_create(cx, BATCH, " ", "1", "x", &id), "name",
		"objection.name_needed");
	w.f.now = day_of("2026-03-09") * 86400 + NOON;
	test_ok(w.t, object(&w, &id));
	w.f.now += 86400;
	assert_problem(&w.f, object(&w, &id), ERR_STATE, "objection.no_notice");
	world_end(&w);
}

static void test_answered(void **state)
{
	WORLD(w, 1, 3);
	int64_t id, due;
	struct objection_answer answer;
	publish(&w);
	test_ok(w.t, object(&w, &id));
	const char *receipt = objection_receipt(cx, id);
	test_ok(w.t, objection_by_receipt(cx, receipt, &answer));
	assert_string_equal(answer.state, "received");
	assert_string_equal(answer.answer, "");
	assert_int_equal(answer.due_on, day_of("2026-03-09"));
	w.f.now = day_of("2026-03-10") * 86400 + NOON;
	as_city(&w, CITY);
	assert_problem(&w.f, result_confirm(cx, BATCH), ERR_STATE, "result.objections_open");
	as(&w, ROLE_BODY_CLERK, 77, BODY + 1);
	assert_problem(&w.f, flow_run(cx, &objection_flow, 0, id, "answer", "属实", NULL),
		ERR_NOTFOUND, "objection.not_found");
	as_clerk(&w, CLERK);
	assert_field_problem(&w.f, flow_run(cx, &objection_flow, 0, id, "answer", " ", NULL),
		"reason", "flow.reason_needed");
	test_ok(w.t, flow_run(cx, &objection_flow, 0, id, "answer", "复核无误", NULL));
	test_ok(w.t, flow_due(cx, &objection_flow, id, &due));
	assert_int_equal(due, 0);
	as(&w, ROLE_PUBLIC, 0, 0);
	test_ok(w.t, objection_by_receipt(cx, receipt, &answer));
	assert_string_equal(answer.state, "answered");
	assert_string_equal(answer.answer, "复核无误");
	as_city(&w, CITY);
	test_ok(w.t, result_confirm(cx, BATCH));
	world_end(&w);
}

static void test_receipts(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	struct objection_answer answer;
	publish(&w);
	test_ok(w.t, object(&w, &id));
	char *receipt = arena_dup(cx->arena, objection_receipt(cx, id));
	assert_int_equal(strlen(receipt), 23); /* 21 digits in three groups */
	char *plain = arena_dup(cx->arena, receipt), *to = plain;
	for (const char *p = receipt; *p; p++)
		if (*p != '-')
			*to++ = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	*to = 0;
	test_ok(w.t, objection_by_receipt(cx, plain, &answer)); /* as people type it */
	assert_int_equal(answer.id, id);
	for (size_t i = 0; receipt[i]; i++) {
		char kept = receipt[i];
		if (kept == '-')
			continue;
		receipt[i] = kept == 'A' ? 'B' : 'A';
		assert_problem(&w.f, objection_by_receipt(cx, receipt, &answer), ERR_NOTFOUND,
			"objection.no_receipt");
		receipt[i] = kept;
	}
	static const char *const wrong[] = {"", "A", "0000000-0000000-0000000", "一二三",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_problem(&w.f, objection_by_receipt(cx, wrong[i], &answer), ERR_NOTFOUND,
			"objection.no_receipt");
	/* a receipt of something that does not exist */
	assert_problem(&w.f, objection_by_receipt(cx, objection_receipt(cx, id + 1), &answer),
		ERR_NOTFOUND, "objection.no_receipt");
	world_end(&w);
}

static void test_telephone(void **state)
{
	WORLD(w, 1, 3);
	int64_t id;
	const char *phone;
	struct q_objection_find row;
	publish(&w);
	test_ok(w.t, object(&w, &id));
	test_ok(w.t, q_objection_find(w.t->db, &row, .id = id, .scope = scope_all()));
	assert_null(strstr(row.phone_cipher, "13800138000"));
	assert_problem(&w.f, objection_phone(cx, 0, id, "核实", &phone), ERR_DENIED, "auth.denied");
	as_clerk(&w, CLERK);
	assert_field_problem(&w.f, objection_phone(cx, 0, id, " ", &phone), "purpose",
		"objection.purpose_needed");
	test_ok(w.t, objection_phone(cx, 0, id, "电话核实", &phone));
	assert_string_equal(phone, "13800138000");
	struct q_audit_list_rows audits;
	test_ok(w.t, q_audit_list(w.t->db, &audits, .action = "objection.reveal"));
	assert_int_equal(audits.n, 1);
	assert_string_equal(audits.at[0].purpose, "电话核实");
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_while_the_notice_runs), test_db_case(test_answered),
		test_db_case(test_receipts), test_db_case(test_telephone),
	};
	return test_db_run("objection", tests);
}
