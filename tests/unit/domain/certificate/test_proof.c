/* What a certificate can show of itself, and certificates of before the log. */
#include "base/openssl.h"

#include "../evaluation/marked.h"
#include "base/hex.h"
#include "core/tlog_check.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/proof.h"
#include "domain/certificate/proof_check.h"
#include "query/certificate.h"
#include "query/certificate_proof.h"

static void issue(struct world *w, struct q_certificate_list_rows *ret_rows)
{
	struct ctx *cx = &w->f.cx;
	int64_t theory[PEOPLE_MAX] = {8750, 7700, 8800};
	int n;
	tamper(w, "UPDATE body SET body_code = 'S000037100001', state = 'filed' WHERE id = 1");
	put_theory(w, CLERK, MARK_FIRST, theory);
	put_theory(w, CLERK2, MARK_SECOND, theory);
	put_skill(w, (int64_t[]){7000, 7100, 7200, 7300, 7400});
	as_manager(w, MANAGER);
	test_ok(w->t, result_freeze(cx, BATCH));
	w->f.now = day_of("2026-03-10") * 86400 + NOON;
	as_city(w, CITY);
	test_ok(w->t, result_confirm(cx, BATCH));
	as_manager(w, MANAGER);
	test_ok(w->t, certificate_issue_batch(cx, BATCH, &n));
	assert_int_equal(n, 3);
	test_ok(w->t, q_certificate_list(cx->db, ret_rows, .scope = scope_all(),
		.page = {.limit = 9, .sort = "oldest"}));
}

static void on_alarm(void *arg, const char *text)
{
	print_error("%s\n", text);
	++*(int *)arg;
}

static int alarms(struct world *w)
{
	int n = 0;
	test_ok(w->t, certificate_proof_check(&w->f.cx, on_alarm, &n));
	return n;
}

static struct leaf leaf_in_log(struct world *w, int64_t leaf_id)
{
	struct leaf leaf;
	struct str entry;
	uint64_t index;
	test_ok(w->t, tlog_leaf(&w->f.cx, leaf_id, &index, &entry));
	assert_int_equal(leaf_parse(entry, &leaf), 0);
	return leaf;
}

static struct q_certificate_proofs_of_rows leaves(
	struct world *w, const struct q_certificate_list *c)
{
	struct q_certificate_proofs_of_rows rows;
	test_ok(w->t, q_certificate_proofs_of(w->t->db, &rows, .person_id = c->person_id,
		.certificate_id = c->id));
	return rows;
}

static bool holds(const struct leaf *leaf, const struct certificate_proof *p)
{
	uint8_t commitment[COMMIT_BYTES];
	assert_true(hex_read(leaf->commitment, commitment, sizeof commitment));
	return commit_holds(commitment, CERTIFICATE_PERSON, p->salt, p->fields, p->n);
}

/* The fields and the salt open the leaf that is in the log; one letter else, and they do not. */
static void a_face_is_shown(void **state)
{
	WORLD(w, 3, 5);
	struct q_certificate_list_rows rows;
	struct certificate_proof p, other;
	issue(&w, &rows);
	test_ok(w.t, certificate_proof_of(cx, rows.at[0].person_id, rows.at[0].id, &p));
	test_ok(w.t, certificate_proof_of(cx, rows.at[1].person_id, rows.at[1].id, &other));
	struct leaf leaf = leaf_in_log(&w, p.leaf_id);
	assert_int_equal(leaf.kind, LEAF_ISSUED);
	assert_true(str_is(leaf.certificate, p.handle));
	assert_true(str_is(leaf.body, "S000037100001"));
	assert_int_equal(leaf.grade, 3);
	assert_int_equal(leaf.issued_on, day_of("2026-03-10"));
	assert_int_equal(p.n, CERTIFICATE_FIELDS);
	assert_true(str_is(p.fields[0].name, "number") && str_is(p.fields[0].text,
		rows.at[0].number));
	assert_true(holds(&leaf, &p));
	assert_false(holds(&leaf, &other));
	for (size_t i = 0; i < p.n; i++) {
		struct certificate_proof changed = p;
		changed.fields[i].text = str_of(text_of(cx, "%.*s.", (int)p.fields[i].text.n,
			p.fields[i].text.p));
		assert_false(holds(&leaf, &changed));
	}
	assert_memory_not_equal(p.salt, other.salt, sizeof p.salt);
	assert_string_not_equal(p.handle, other.handle);
	assert_int_equal(alarms(&w), 0);
	world_end(&w);
}

/* Within one second and by a clock that stands still: each stands behind the one before. */
static void leaves_stand_in_order(void **state)
{
	WORLD(w, 3, 5);
	struct q_certificate_list_rows rows;
	issue(&w, &rows);
	as(&w, ROLE_AUTHORITY_HEAD, CITY, 0);
	for (int i = 0; i < 20; i++)
		test_ok(w.t, flow_run(cx, &certificate_flow, rows.at[0].person_id, rows.at[0].id,
			i % 2 ? "resume" : "suspend", "调查", NULL));
	struct q_certificate_proofs_of_rows all = leaves(&w, &rows.at[0]);
	assert_int_equal(all.n, 21);
	for (size_t i = 1; i < all.n; i++) {
		assert_true(all.at[i].leaf_id > all.at[i - 1].leaf_id);
		assert_int_equal(leaf_in_log(&w, all.at[i].leaf_id).kind,
			i % 2 ? LEAF_SUSPENDED : LEAF_REINSTATED);
	}
	assert_int_equal(alarms(&w), 0);
	world_end(&w);
}

/* As a database of before: certificates without leaves, one of them suspended since. */
static void forget_leaves(struct world *w)
{
	tamper(w, "DELETE FROM certificate_proof");
	tamper(w, "DELETE FROM log_pending WHERE id NOT IN (SELECT leaf_id FROM log_fact)");
}

static void older_ones_get_their_leaves(void **state)
{
	WORLD(w, 3, 5);
	struct q_certificate_list_rows rows;
	struct certificate_proof p;
	int n = 0, in_all = 0;
	bool is_done = false;
	issue(&w, &rows);
	as(&w, ROLE_AUTHORITY_HEAD, CITY, 0);
	test_ok(w.t, flow_run(cx, &certificate_flow, rows.at[1].person_id, rows.at[1].id, "suspend",
		"调查", NULL));
	forget_leaves(&w);
	assert_problem(&w.f, certificate_proof_of(cx, rows.at[0].person_id, rows.at[0].id, &p),
		ERR_NOTFOUND, "certificate.no_leaf");
	w.f.now += 30 * 86400;
	/* one is met before the clock comes to it */
	test_ok(w.t, flow_run(cx, &certificate_flow, rows.at[1].person_id, rows.at[1].id, "resume",
		"查清", NULL));
	ctx_act_as_system(cx, "test");
	while (!is_done) {
		test_ok(w.t, certificate_backfill(cx, &n, &is_done));
		in_all += n;
	}
	assert_int_equal(in_all, 2);
	test_ok(w.t, certificate_proof_of(cx, rows.at[0].person_id, rows.at[0].id, &p));
	struct leaf leaf = leaf_in_log(&w, p.leaf_id);
	assert_true(holds(&leaf, &p));
	assert_int_equal(leaf.issued_on, day_of("2026-03-10")); /* never silently: */
	assert_int_equal(leaf.on, day_of("2026-04-09"));
	assert_int_equal(alarms(&w), 0);
	test_ok(w.t, certificate_backfill(cx, &n, &is_done));
	assert_true(is_done && n == 0);
	world_end(&w);
}

/* Neither without the other, wherever it fails. */
static void no_state_without_its_leaf(void **state)
{
	WORLD(w, 3, 5);
	struct q_certificate_list_rows rows;
	int failures = 0;
	issue(&w, &rows);
	as(&w, ROLE_AUTHORITY_HEAD, CITY, 0);
	for (int at = 1; at < 60; at++) {
		db_fail_after(cx->db, at);
		int r = flow_run(cx, &certificate_flow, rows.at[0].person_id, rows.at[0].id,
			"suspend", "调查", NULL);
		db_fail_after(cx->db, 0);
		ctx_clear(cx);
		assert_int_equal(leaves(&w, &rows.at[0]).n, r < 0 ? 1 : 2);
		assert_int_equal(alarms(&w), 0);
		if (r >= 0)
			break;
		failures++;
	}
	assert_in_range(failures, 5, 58);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_face_is_shown),
		test_db_case(leaves_stand_in_order),
		test_db_case(older_ones_get_their_leaves),
		test_db_case(no_state_without_its_leaf),
	};
	return test_db_run("proof", tests);
}
