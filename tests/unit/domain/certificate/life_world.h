/* A body with certificates issued to n people, and everybody who acts on them afterwards: the
 * body's clerk and manager, two clerks and two heads of the authority, the holders, an employer. */
#ifndef LUBAN_TEST_CERTIFICATE_LIFE_WORLD_H
#define LUBAN_TEST_CERTIFICATE_LIFE_WORLD_H

#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/workday.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/person.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/enrolment.h"
#include "query/registry.h"
#include "query/result.h"
#include "query/standard.h"

enum { MANAGER = 11, CLERK = 12, OFFICE = 21, OFFICE2, HEAD = 31, HEAD2 = 32, HOLDER = 41,
	EMPLOYER = 51, MOST = 400 };

struct life {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
	int64_t body, employer, batch, welder;
	int n;
	int64_t person[MOST], certificate[MOST];
	const char *number[MOST], *name[MOST];
	char idno[MOST][19];
	int alarms;
};

static inline void must_at(struct life *w, int r, int line)
{
	if (r < 0)
		fail_msg("line %d: %s: %s / %s", line, w->cx->problem.id ? w->cx->problem.id : "?",
			w->cx->problem.id ? problem_text(w->cx) : "", db_error(w->cx->db));
}
#define must(w, r) must_at((w), (r), __LINE__)

static inline void as(struct life *w, enum role role, int64_t account)
{
	bool body = role == ROLE_BODY_MANAGER || role == ROLE_BODY_CLERK;
	ctx_act_as(w->cx, &(struct actor){.role = role, .account_id = account,
		.name = text_of(w->cx, "账户%d", (int)account), .region = body ? "371002" : "3710",
		.body_id = !body ? 0 : account == EMPLOYER ? w->employer : w->body,
		.ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_office(struct life *w)
{
	as(w, ROLE_AUTHORITY, OFFICE);
}

static inline void as_head(struct life *w)
{
	as(w, ROLE_AUTHORITY_HEAD, HEAD);
}

static inline void as_holder(struct life *w, int i)
{
	ctx_act_as(w->cx, &(struct actor){.role = ROLE_WORKER, .account_id = HOLDER + i,
		.name = w->name[i], .region = "", .person_id = w->person[i], .ip = "192.0.2.2",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void life_person(struct life *w, int i)
{
	struct ctx *cx = w->cx;
	int64_t enrolment = ctx_id(cx);
	w->name[i] = text_of(cx, "考生%03d", i);
	ident_idno_make("371002", day_of("1970-01-02") + i, i % 1000, w->idno[i]);
	must(w, person_save(cx, &(struct person_in){.name = w->name[i], .idno = w->idno[i],
		.phone = "13800000000"}, &w->person[i]));
	must(w, q_enrolment_insert(cx->db, .person_id = w->person[i], .id = enrolment,
		.batch_id = w->batch, .body_id = w->body, .region = "371002", .seq = i + 1,
		.name = w->name[i], .idno_mask = "m", .facts = "{}"));
	must(w, q_enrolment_move(cx->db, .person_id = w->person[i], .id = enrolment,
		.from_state = "submitted", .state = "passed"));
	must(w, q_result_insert(cx->db, .person_id = w->person[i], .enrolment_id = enrolment,
		.result_version = 1, .batch_id = w->batch, .body_id = w->body, .region = "371002",
		.seq = i + 1, .name = w->name[i], .theory = "80.00", .skill = "90.00",
		.outcome = "passed"));
}

static inline int64_t life_body(struct life *w, const char *name, const char *uscc,
	const char *code)
{
	int64_t id;
	must(w, body_register(w->cx, &(struct body_in){.name = name, .uscc = uscc,
		.body_kind = "enterprise", .region = "371002", .legal_person = "", .address = "",
		.contact = "", .phone = "", .website = ""}, &id));
	must(w, q_body_effect(w->cx->db, .id = id, .body_code = code, .filed_on = 1,
		.state = "filed"));
	return id;
}

static inline void life_issue(struct life *w)
{
	struct q_certificate_list_rows rows;
	int n;
	as(w, ROLE_BODY_MANAGER, MANAGER);
	must(w, certificate_issue_batch(w->cx, w->batch, &n));
	assert_int_equal(n, w->n);
	must(w, q_certificate_list(w->cx->db, &rows, .scope = scope_all(), .batch_id = w->batch,
		.page = {.limit = MOST, .sort = "oldest"}));
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++)
			if (rows.at[k].person_id == w->person[i]) {
				w->certificate[i] = rows.at[k].id;
				w->number[i] = rows.at[k].number;
			}
}

static inline void life_begin(struct life *w, struct test_db *t, int n)
{
	size_t changed;
	struct q_occupation_by_code welder;
	*w = (struct life){.keys = fixture_keys(), .n = n};
	fixture_init(&w->f, t, w->keys);
	w->cx = &w->f.cx;
	workday_forget();
	ctx_act_as_system(w->cx, "test");
	must(w, reference_load(w->cx, &changed));
	must(w, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	w->welder = welder.id;
	w->body = life_body(w, "威海某船厂", "91350100M000100Y43", "Y000037100001");
	w->employer = life_body(w, "威海某重工", "91110000802100433B", "Y000037100002");
	w->batch = ctx_id(w->cx);
	must(w, q_batch_insert(t->db, .id = w->batch, .body_id = w->body, .region = "371002",
		.batch_no = "b1", .title = "焊工四级", .occupation_id = w->welder, .grade = 4,
		.parts = 3));
	must(w, q_batch_set_frozen(t->db, .id = w->batch, .result_version = 1));
	must(w, q_batch_move(t->db, .id = w->batch, .from_state = "draft",
		.state = "confirmed"));
	for (int i = 0; i < n; i++)
		life_person(w, i);
	life_issue(w);
}

static inline void life_end(struct life *w)
{
	keyring_free(w->keys);
}

#endif
