/* Bodies: read from the table, registered on their day with venues, staff and accounts, then filed
 * (filing.c). */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "domain/demo/province.h"
#include "domain/standard/grade.h"
#include "query/registry.h"
#include "query/standard.h"

static int special_scope(struct demo *d, struct demo_scope *s)
{
	struct q_special_project_by_code p;
	int r = q_special_project_by_code(d->cx->db, &p, .code = s->code);
	if (r < 0)
		return fail(d->cx, r, "demo.no_reference");
	s->special_project_id = p.id;
	s->occupation_id = p.occupation_id;
	s->name = arena_dup(d->keep, p.name);
	s->grades = "";
	return 0;
}

static int level_scope(struct demo *d, struct demo_scope *s)
{
	struct q_occupation_by_code o;
	int r = q_occupation_by_code(d->cx->db, &o, .edition = "2022", .code = s->code);
	if (r < 0)
		return fail(d->cx, r, "demo.no_reference");
	s->occupation_id = o.id;
	s->name = arena_dup(d->keep, o.name);
	return 0;
}

/* "6-18-02-04:543 6-31-01-03:43", or codes of special-skill projects. */
static int read_scopes(struct demo *d, struct demo_body *b, const char *text)
{
	const char **items;
	size_t n = words_split(d->keep, text, &items);
	for (size_t i = 0; i < n && i < SCOPES_MAX; i++) {
		struct demo_scope *s = &b->scopes[b->n_scopes++];
		struct str rest = str_of(items[i]);
		s->code = arena_str(d->keep, str_cut(&rest, ':'));
		s->grades = arena_str(d->keep, rest);
		TRY(str_starts(str_of(s->code), "SD") ? special_scope(d, s) : level_scope(d, s));
	}
	return 0;
}

static int read_body(struct demo *d, const struct table *t, size_t row, struct demo_body *b)
{
	*b = (struct demo_body){.key = table_at(t, row, "key"),
		.region = table_at(t, row, "region"),
		.kind = table_at(t, row, "kind"), .name = table_at(t, row, "name"),
			.fate = table_at(t, row, "fate"),
		.later = table_at(t, row, "later"), .n_batches = table_int(t, row, "batches"),
		.quota = table_int(t, row, "quota")};
	b->began_on = civil_day_at(d->until) + table_int(t, row, "began");
	b->contact = demo_name(d, chance_is(&d->chance, 60));
	b->phone = keep_text(d, "0%d-%07d", 531 + (int)chance_below(&d->chance, 12),
		(int)chance_between(&d->chance, 5000000, 5999999));
	b->address = keep_text(d, "%s%d号", words_pick(&d->words, "street", &d->chance),
		(int)chance_between(&d->chance, 1, 399));
	TRY(read_scopes(d, b, table_at(t, row, "scope")));
	int64_t at = civil_midnight(b->began_on) + chance_between(&d->chance, 9, 16) * HOUR;
	demo_task_add(d, at, demo_body_task)->body = b;
	return 0;
}

int demo_bodies_read(struct demo *d)
{
	struct table t;
	table_read(d->keep, "data/demo/bodies.csv", &t);
	d->bodies = arena_array(d->keep, struct demo_body, t.n + 1);
	for (; d->n_bodies < t.n; d->n_bodies++)
		TRY(read_body(d, &t, d->n_bodies, &d->bodies[d->n_bodies]));
	return 0;
}

static int add_room(struct demo *d, int64_t venue, const char *name, int64_t part, int64_t seats,
	int64_t per_row, int64_t *ret_id)
{
	return room_save(d->cx, venue, 0,
		&(struct room_in){.name = name, .part = part, .seats = seats,
		.per_row = per_row}, ret_id);
}

static int make_venue(struct demo *d, struct demo_body *b)
{
	int64_t venue;
	struct venue_in in = {.name = "考评中心", .address = b->address, .contact = b->contact,
		.phone = b->phone, .equipment = "标准化考场，配备监控、信号屏蔽和身份核验设备"};
	TRY(venue_save(d->cx, b->id, 0, &in, &venue));
	TRY(add_room(d, venue, "第一理论考场", PART_THEORY, 30, 6, &b->theory_rooms[0]));
	TRY(add_room(d, venue, "第二理论考场", PART_THEORY, 30, 6, &b->theory_rooms[1]));
	TRY(add_room(d, venue, "技能考核工位区", PART_SKILL, 15, 5, &b->skill_room));
	return add_room(d, venue, "综合评审室", PART_REVIEW, 15, 5, &b->review_room);
}

static int add_staff(struct demo *d, struct demo_body *b, int64_t duties, const char **ret_name,
	int64_t *ret_id)
{
	bool is_male = chance_is(&d->chance, 55);
	const char *county = demo_county(d, b->region);
	int64_t birth_on = b->began_on - chance_between(&d->chance, 30 * 365, 56 * 365);
	struct staff_in in = {.name = demo_name(d, is_male),
		.idno = demo_idno(d, county, birth_on, is_male),
		.phone = demo_phone(d), .duties = duties,
		.employer = chance_is(&d->chance, 60) ? b->name : demo_institute(d, b->region)};
	b->n_staff++;
	TRY(staff_save(d->cx, b->id, 0, &in, ret_id));
	*ret_name = in.name;
	return 0;
}

static int add_card(struct demo *d, const struct demo_body *b, int64_t staff_id,
	const struct demo_scope *s, int64_t from_on)
{
	int64_t ignored;
	struct card_in in = {.card_kind = s ? "examiner" : "inner_supervisor",
		.occupation_id = s ? s->occupation_id : 0,
		.grade_top = s ? GRADE_1 : 0, .valid_from_on = from_on,
			.valid_to_on = civil_add_years(from_on, 3) - 1,
		.number = text_of(d->cx, "37%s%04d%03zu", b->key, (int)civil_of(from_on).year,
			b->n_staff)};
	return card_add(d->cx, staff_id, &in, &ignored);
}

static int add_examiners(struct demo *d, struct demo_body *b, struct demo_scope *s)
{
	const char *name;
	for (size_t i = 0; i < EXAMINERS; i++) {
		demo_act(d, &b->clerks[0]);
		TRY(add_staff(d, b, DUTY_EXAMINER, &name, &s->examiners[i].staff_id));
		TRY(add_card(d, b, s->examiners[i].staff_id, s, b->began_on - 10));
		TRY(demo_examiner_account(d, b, &s->examiners[i], name));
	}
	return 0;
}

/* One card that has run out, for the lists that must show it. */
static int make_staff(struct demo *d, struct demo_body *b)
{
	const char *name;
	int64_t id;
	for (size_t i = 0; i < PROCTORS; i++) {
		demo_act(d, &b->clerks[0]);
		TRY(add_staff(d, b, DUTY_PROCTOR, &name, &b->proctors[i]));
		if (i % 2 == 0)
			TRY(demo_proctor_account(d, b, b->proctors[i], i / 2 + 1, name));
	}
	demo_act(d, &b->clerks[0]);
	TRY(add_staff(d, b, DUTY_INNER_SUPERVISOR, &name, &b->supervisor));
	TRY(add_card(d, b, b->supervisor, NULL, b->began_on - 20));
	TRY(add_staff(d, b, DUTY_EXAMINER | DUTY_PROCTOR, &name, &id));
	TRY(add_card(d, b, id, &b->scopes[0], civil_day_at(d->until) - 1400));
	for (size_t i = 0; i < b->n_scopes; i++)
		TRY(add_examiners(d, b, &b->scopes[i]));
	return 0;
}

static int register_body(struct demo *d, struct demo_body *b)
{
	bool company = streq(b->kind, "enterprise");
	char uscc[19];
	const char *county = strlen(b->region) == 6 ? b->region : keep_text(d, "%s00", b->region);
	ident_uscc_make(company ? '9' : '5', company ? '1' : '2', county,
		text_of(d->cx, "MA%06d", (int)chance_below(&d->chance, 1000000)), uscc);
	struct body_in in = {.name = b->name, .uscc = arena_dup(d->keep, uscc),
		.body_kind = b->kind,
		.region = b->region, .legal_person = demo_name(d, true), .address = b->address,
			.contact = b->contact,
		.phone = b->phone, .website = ""};
	return body_register(d->cx, &in, &b->id);
}

int demo_body_task(struct demo *d, struct demo_task *t)
{
	struct demo_body *b = t->body;
	TRY(register_body(d, b));
	TRY(demo_body_accounts(d, b));
	demo_act(d, &b->manager);
	TRY(make_venue(d, b));
	TRY(make_staff(d, b));
	TRY(demo_filing_draft(d, b, "initial"));
	d->report.bodies++;
	if (streq(b->fate, "draft"))
		return 0;
	struct demo_task *next = demo_task_add(d, demo_office_hour(d, civil_day_at(d->now) + 2, 10),
		demo_filing_task);
	next->body = b;
	next->kind = "initial";
	next->stop = b->fate;
	return 0;
}
