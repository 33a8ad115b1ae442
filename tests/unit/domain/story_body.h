/* The first chapter of test_story.c: a body, its place and staff, and its filing. */
#ifndef LUBAN_TEST_DOMAIN_STORY_BODY_H
#define LUBAN_TEST_DOMAIN_STORY_BODY_H

#include "base/ident.h"
#include "domain/registry/registry.h"
#include "query/registry.h"
#include "story.h"

static inline int64_t staff(struct story *s, const char *name, int serial, int64_t duties)
{
	char idno[19];
	int64_t id;
	ident_idno_make("371002", day_of("1980-05-06"), serial, idno);
	must(s, staff_save(s->cx, s->body, 0,
		&(struct staff_in){.name = name, .idno = idno, .phone = "19900000001",
		.employer = "外聘", .duties = duties}, &id));
	return id;
}

static inline void add_card(struct story *s, int64_t staff_id, int serial, const char *to)
{
	int64_t id;
	must(s, card_add(s->cx, staff_id,
		&(struct card_in){.number = text_of(s->cx, "K%03d", serial),
		.card_kind = "examiner", .occupation_id = s->welder, .grade_top = 3,
		.valid_from_on = day_of("2024-01-01"), .valid_to_on = day_of(to)}, &id));
}

static inline void place_and_staff(struct story *s)
{
	int64_t venue;
	must(s, venue_save(s->cx, s->body, 0,
		&(struct venue_in){.name = "总装车间", .address = "海滨路1号",
		.contact = "", .phone = "", .equipment = ""}, &venue));
	must(s, room_save(s->cx, venue, 0,
		&(struct room_in){.name = "101", .part = PART_THEORY, .seats = 30,
		.per_row = 6}, &s->theory_room));
	must(s, room_save(s->cx, venue, 0,
		&(struct room_in){.name = "焊接工位", .part = PART_SKILL, .seats = 15,
		.per_row = 5}, &s->skill_room));
	for (int i = 0; i < 2; i++)
		s->proctors[i] = staff(s, i ? "监考乙" : "监考甲", 10 + i, DUTY_PROCTOR);
	s->supervisor = staff(s, "督导", 12, DUTY_INNER_SUPERVISOR);
	for (int i = 0; i < 4; i++)
		s->examiners[i] = staff(s, text_of(s->cx, "考评%d", i), 20 + i, DUTY_EXAMINER);
	for (int i = 0; i < 4; i++)
		add_card(s, s->examiners[i], i, i == 3 ? "2025-12-31" : "2026-12-31");
	ctx_act_as_system(s->cx, "test");
	for (int i = 0; i < 3; i++)
		must(s, staff_account(s->cx, s->examiners[i], EXAMINER + i));
	as_manager(s);
}

static inline void materials(struct story *s)
{
	int64_t id;
	for (const struct filing_item *item = filing_items; item->code; item++)
		must(s, filing_attach(s->cx, s->filing, item->code, "a.pdf",
			STR("%PDF-1.4\n%%EOF\n"), &id));
}

static inline void body_is_filed(struct story *s)
{
	char uscc[19];
	ident_uscc_make('9', '1', "371002", "MA3ABCD1", uscc);
	at(s, "2025-10-13", 9);
	assert_field_problem(&s->f, body_register(s->cx, &(struct body_in){.name = "威海某船厂",
		.uscc = "91350100M000100Y44", .body_kind = "enterprise", .region = "371002"},
		&s->body), "uscc", "field.uscc");
	must(s, body_register(s->cx,
		&(struct body_in){.name = "威海某船厂", .uscc = uscc, .body_kind = "enterprise",
		.region = "371002", .legal_person = "王一", .address = "海滨路1号",
		.contact = "李二", .phone = "0631-5200000", .website = ""}, &s->body));
	as_manager(s);
	must(s, filing_create(s->cx, s->body, "initial", "", "", &s->filing));
	must(s, filing_scope_put(s->cx, s->filing, s->welder, 0, 0, "54"));
	place_and_staff(s);
	assert_problem(&s->f, flow_run(s->cx, &filing_flow, 0, s->filing, "submit", "", NULL),
		ERR_STATE, "filing.incomplete");
	materials(s);
	move(s, &filing_flow, 0, s->filing, "submit", __LINE__);
	as_office(s);
	must(s, filing_check_put(s->cx, s->filing, "staff", "mend", "缺社保证明"));
	assert_problem(&s->f, flow_run(s->cx, &filing_flow, 0, s->filing, "accept", "", NULL),
		ERR_STATE, "filing.check_open");
	must(s, filing_check_put(s->cx, s->filing, "staff", "good", ""));
	move(s, &filing_flow, 0, s->filing, "accept", __LINE__);
	move(s, &filing_flow, 0, s->filing, "site_pass", __LINE__);
	move(s, &filing_flow, 0, s->filing, "expert_pass", __LINE__);
	at(s, "2025-11-03", 9);
	as_head(s);
	move(s, &filing_flow, 0, s->filing, "publish", __LINE__);
	at(s, "2025-11-10", 9);
	assert_problem(&s->f, flow_run(s->cx, &filing_flow, 0, s->filing, "file", "", NULL),
		ERR_STATE, "filing.publicity_runs");
	at(s, "2025-11-11", 9);
	move(s, &filing_flow, 0, s->filing, "file", __LINE__);
	struct q_body_public_find body;
	must(s, q_body_public_find(s->cx->db, &body, .id = s->body));
	assert_string_equal(body.body_code, "Y000037100001");
}

#endif
