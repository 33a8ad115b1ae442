/* Certificates as they stand after issue, without the way there, for tests of the hand-over. */
#ifndef LUBAN_TEST_CERTIFICATE_HANDED_H
#define LUBAN_TEST_CERTIFICATE_HANDED_H

#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/secret.h"
#include "domain/certificate/handover.h"
#include "query/certificate.h"
#include "query/registry.h"

enum { BODY = 7, OTHER_BODY = 8, CLERK = 11, OFFICE = 12, FIRST = 1000 };

struct handed {
	struct fixture f;
	struct ctx *cx;
	struct keyring *keys;
};

static inline void must_at(struct handed *h, int r, int line)
{
	if (r < 0)
		fail_msg("line %d: %d %s / %s", line, r, h->cx->problem.n_fields
			? h->cx->problem.fields[0].id : h->cx->problem.id
			? problem_text(h->cx) : "?", db_error(h->cx->db));
}
#define must(h, r) must_at((h), (r), __LINE__)

static inline void as(struct handed *h, enum role role, int64_t account, int64_t body,
	const char *region)
{
	ctx_act_as(h->cx, &(struct actor){.role = role, .account_id = account, .name = "某人",
		.region = region, .body_id = body, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_clerk(struct handed *h)
{
	as(h, ROLE_BODY_CLERK, CLERK, BODY, "371002");
}

static inline void as_office(struct handed *h)
{
	as(h, ROLE_AUTHORITY, OFFICE, 0, "3710");
}

static inline const char *number_of(struct handed *h, int i)
{
	return text_of(h->cx, "Y000037100001264%06d", i);
}

/* Certificate i of body BODY or OTHER_BODY, id FIRST + i, of person i. */
static inline void put(struct handed *h, int i, int64_t body, const char *work_type)
{
	char idno[19];
	struct ctx *cx = h->cx;
	ident_idno_make("371002", day_of("1960-01-01") + i, 1 + i % 900, idno);
	must(h, q_certificate_number_insert(cx->db, .number = number_of(h, i),
		.found_person_id = i, .certificate_id = FIRST + i));
	must(h, q_certificate_insert(cx->db, .person_id = i, .id = FIRST + i,
		.number = number_of(h, i), .body_id = body,
		.region = body == BODY ? "371002" : "370202", .route = "exam",
		.name = text_of(cx, "考生%d", i), .id_type = "idno",
		.idno_cipher = secret_seal(cx, "certificate.idno_cipher", idno),
		.idno_mask = "371***********0000", .occupation_id = 1,
		.occupation_name = "焊工", .occupation_code = "6-18-02-04",
		.work_type_name = work_type, .grade = 4, .body_name = "甲机构",
		.body_code = "Y000037100001", .body_kind = "enterprise", .theory = "80.00",
		.skill = "90.00", .review = "", .issued_on = day_of("2026-02-02"),
		.visible_on = day_of("2026-02-03"), .face_hash = "x", .created_at = 1));
}

static inline void handed_init(struct handed *h, struct test_db *t)
{
	h->keys = fixture_keys();
	fixture_init(&h->f, t, h->keys);
	h->cx = &h->f.cx;
	ctx_act_as_system(h->cx, "test");
	for (int64_t id = BODY; id <= OTHER_BODY; id++)
		must(h, q_body_insert(t->db, .id = id, .name = id == BODY ? "甲机构" : "乙机构",
			.uscc = id == BODY ? "1" : "2", .body_kind = "enterprise",
			.region = id == BODY ? "371002" : "370202", .created_at = 1));
}

static inline struct handover_ask ask_for(const char *target)
{
	return (struct handover_ask){.target = target, .title = "", .region = "",
		.from_on = day_of("2026-01-01"), .to_on = day_of("2026-12-31")};
}

static inline struct q_handover_package_find package_of(struct handed *h, int64_t id)
{
	struct q_handover_package_find p;
	must(h, q_handover_package_find(h->cx->db, &p, .id = id, .scope = scope_all()));
	return p;
}

static inline struct q_handovers_of_rows records_of(struct handed *h, int i)
{
	struct q_handovers_of_rows rows;
	must(h, q_handovers_of(h->cx->db, &rows, .person_id = i, .certificate_id = FIRST + i));
	return rows;
}

#endif
