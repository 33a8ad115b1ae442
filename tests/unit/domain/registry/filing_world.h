/* A body on its way through its first filing, for the tests of filings and of what they give. */
#ifndef LUBAN_TEST_FILING_WORLD_H
#define LUBAN_TEST_FILING_WORLD_H

#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/workday.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "domain/standard/standard.h"
#include "query/batch.h"
#include "query/registry.h"
#include "query/standard.h"

static const char uscc[] = "91350100M000100Y43";

struct world {
	struct fixture f;
	struct keyring *keys;
	int64_t body, filing, welder;
};

static inline void as_body(struct world *w, enum role role)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = role,
		.account_id = role == ROLE_BODY_MANAGER ? 11 : 12,
		.name = "机构", .region = "371002", .body_id = w->body, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void as_authority(struct world *w, int64_t account, const char *region,
	enum role role)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = role, .account_id = account, .name = "人社",
		.region = region, .ip = "192.0.2.1", .token_perms = {UINT64_MAX, UINT64_MAX}});
}

static inline void must(struct world *w, int r)
{
	if (r < 0)
		fail_msg("%s: %s / %s", w->f.cx.problem.id ? w->f.cx.problem.id : "?",
			w->f.cx.problem.id ? problem_text(&w->f.cx) : "", db_error(w->f.cx.db));
}

static inline void begin(struct world *w, struct test_db *t)
{
	size_t changed;
	struct q_occupation_by_code welder;
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	ctx_act_as_system(&w->f.cx, "test");
	must(w, reference_load(&w->f.cx, &changed));
	must(w, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	w->welder = welder.id;
	must(w, body_register(&w->f.cx,
		&(struct body_in){.name = "威海某船厂", .uscc = uscc, .body_kind = "enterprise",
		.region = "371002", .legal_person = "王一", .address = "海滨路1号",
		.contact = "李二", .phone = "0631-5200000", .website = ""}, &w->body));
	as_body(w, ROLE_BODY_MANAGER);
}

static inline void end(struct world *w)
{
	keyring_free(w->keys);
}

static inline void add_place_and_staff(struct world *w)
{
	int64_t venue, room, staff;
	char idno[19];
	ident_idno_make("371002", day_of("1980-05-06"), 11, idno);
	must(w, venue_save(&w->f.cx, w->body, 0,
		&(struct venue_in){.name = "总装车间", .address = "海滨路1号",
		.contact = "", .phone = "", .equipment = "", .state = "active"}, &venue));
	must(w, room_save(&w->f.cx, venue, 0,
		&(struct room_in){.name = "101", .state = "active", .part = 1, .seats = 30,
		.per_row = 6}, &room));
	must(w, staff_save(&w->f.cx, w->body, 0, &(struct staff_in){.name = "赵考评", .idno = idno,
		.phone = "13800000000", .employer = "威海某船厂", .duties = DUTY_EXAMINER},
		&staff));
}

static inline int64_t an_examiner(struct world *w, int serial, const char *to)
{
	int64_t staff, id;
	char idno[19];
	ident_idno_make("371002", day_of("1981-05-06"), 100 + serial, idno);
	must(w, staff_save(&w->f.cx, w->body, 0, &(struct staff_in){
		.name = text_of(&w->f.cx, "考评%d", serial), .idno = idno, .phone = "13800000000",
		.employer = "威海某船厂", .duties = DUTY_EXAMINER}, &staff));
	must(w, card_add(&w->f.cx, staff, &(struct card_in){
		.number = text_of(&w->f.cx, "E%03d", serial), .card_kind = "examiner",
		.occupation_id = w->welder, .grade_top = 3, .valid_from_on = day_of("2025-01-01"),
		.valid_to_on = day_of(to)}, &id));
	return staff;
}

static inline void attach_everything(struct world *w)
{
	int64_t id;
	for (const struct filing_item *item = filing_items; item->code; item++)
		must(w, filing_attach(&w->f.cx, w->filing, item->code, "a.pdf",
			STR("%PDF-1.4\n%%EOF\n"), &id));
}

static inline void prepare(struct world *w, const char *grades)
{
	must(w, filing_create(&w->f.cx, w->body, "initial", "首次备案", "", &w->filing));
	must(w, filing_scope_put(&w->f.cx, w->filing, w->welder, 0, 0, grades));
	add_place_and_staff(w);
	for (int i = 0; i < 3; i++)
		an_examiner(w, i, "2027-12-31");
	attach_everything(w);
}

static inline int step(struct world *w, const char *action, const char *reason)
{
	return flow_run(&w->f.cx, &filing_flow, 0, w->filing, action, reason, NULL);
}

static inline void review_to_publicity(struct world *w)
{
	must(w, step(w, "submit", ""));
	as_authority(w, 21, "3710", ROLE_AUTHORITY);
	must(w, step(w, "accept", ""));
	must(w, step(w, "site_pass", ""));
	must(w, step(w, "expert_pass", ""));
	as_authority(w, 22, "3710", ROLE_AUTHORITY_HEAD);
	must(w, step(w, "publish", ""));
}

#endif
