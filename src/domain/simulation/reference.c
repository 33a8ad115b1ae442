/* What the certificates rest on: occupations, projects, days, bodies. */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "core/workday.h"
#include "domain/registry/registry.h"
#include "domain/simulation/simulating.h"
#include "query/core.h"
#include "query/registry.h"
#include "query/simulation.h"
#include "query/standard.h"

enum { FIRST_YEAR = 2021, LAST_YEAR = 2025, BODIES_AT_ONCE = 100, SCOPE_UNTIL = 2035 };

/* ---- kinds of things ---- */

static int add_occupations(struct simulating *s)
{
	struct table t;
	struct ctx *cx = s->cx;
	table_read(cx->arena, "data/simulation/occupations.csv", &t);
	for (size_t i = 0; i < t.n; i++) {
		struct q_occupation_by_code known;
		const char *code = table_at(&t, i, "code");
		int r = q_occupation_by_code(cx->db, &known, .edition = "2022", .code = code);
		if (r == ERR_NOTFOUND)
			r = q_occupation_insert(cx->db, .id = ctx_id(cx), .edition = "2022",
				.code = code, .name = table_at(&t, i, "name"), .track = "level",
				.grades = "54321");
		if (r < 0)
			return ctx_pass(cx, r);
	}
	return 0;
}

static int add_projects(struct simulating *s)
{
	static const char *const places[] = {"济南", "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊",
		"济宁", "泰安", "威海", "日照", "临沂", "德州", "聊城", "滨州", "菏泽"};
	static const char *const crafts[] = {"面点制作", "小吃制作", "刺绣", "编织", "剪纸",
		"茶点制作", "花艺", "酱菜腌制"};
	enum { PLACES = sizeof places / sizeof *places, CRAFTS = sizeof crafts / sizeof *crafts };
	struct q_simulation_projects_rows rows;
	struct ctx *cx = s->cx;
	int r = q_simulation_projects(cx->db, &rows);
	for (size_t i = 0; r >= 0 && i + rows.n < (size_t)s->plan.targets.projects; i++)
		r = q_special_project_insert(cx->db, .id = ctx_id(cx),
			.code = text_of(cx, "XN%04d", (int)i + 1),
			.name = text_of(cx, "%s%s", places[i % PLACES],
			crafts[i / PLACES % CRAFTS]),
			.occupation_id = s->occupations[i % s->n_occupations].id,
			.version = "2021年版",
			.approval = "模拟", .minutes = 90,
			.region = sim_cities[i % SIM_CITIES]);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int read_occupations(struct simulating *s)
{
	struct q_simulation_occupations_rows rows;
	int r = q_simulation_occupations(s->cx->db, &rows);
	if (r < 0)
		return ctx_pass(s->cx, r);
	s->occupations = arena_array(s->keep, struct sim_thing, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		s->occupations[i] = (struct sim_thing){.id = rows.at[i].id,
			.occupation_id = rows.at[i].id,
			.name = arena_dup(s->keep, rows.at[i].name)};
	s->n_occupations = rows.n;
	return 0;
}

static int read_projects(struct simulating *s)
{
	struct q_simulation_projects_rows rows;
	int r = q_simulation_projects(s->cx->db, &rows);
	if (r < 0)
		return ctx_pass(s->cx, r);
	s->projects = arena_array(s->keep, struct sim_thing, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		s->projects[i] = (struct sim_thing){.id = rows.at[i].id,
			.occupation_id = rows.at[i].occupation_id,
			.name = arena_dup(s->keep, rows.at[i].name)};
	s->n_projects = rows.n;
	return 0;
}

static int read_counties(struct simulating *s)
{
	struct q_region_all_rows rows;
	int r = q_region_all(s->cx->db, &rows);
	if (r < 0)
		return ctx_pass(s->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		for (int city = 0; rows.at[i].tier == 3 && city < SIM_CITIES; city++)
			if (!strncmp(rows.at[i].code, sim_cities[city], 4) &&
				s->n_counties[city] < SIM_COUNTIES)
				s->counties[city][s->n_counties[city]++] =
					arena_dup(s->keep, rows.at[i].code);
	for (int city = 0; city < SIM_CITIES; city++)
		if (!s->n_counties[city])
			return fail(s->cx, ERR_STATE, "simulation.no_reference");
	return 0;
}

static void read_days(struct simulating *s)
{
	int64_t from = civil_day(FIRST_YEAR, 1, 4), to = civil_day(LAST_YEAR, 12, 31);
	s->days = arena_array(s->keep, int64_t, to - from + 1);
	for (int64_t day = from; day <= to; day++)
		if (workday_is(s->cx, day))
			s->days[s->n_days++] = day;
}

static int make_things(struct simulating *s)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, s->cx->db);
	if (r < 0)
		return ctx_pass(s->cx, r);
	if ((r = add_occupations(s)) < 0 || (r = read_occupations(s)) < 0)
		return r;
	if (s->n_occupations < (size_t)s->plan.targets.occupations)
		return fail(s->cx, ERR_STATE, "simulation.no_reference");
	if ((r = add_projects(s)) < 0 || (r = read_projects(s)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(s->cx, r) : 0;
}

int sim_reference(struct simulating *s)
{
	int r;
	sim_targets_of(s->in->scale_ppm, &s->plan.targets);
	s->now = civil_midnight(civil_day(FIRST_YEAR - 1, 12, 1)) + 9 * 3600;
	if ((r = make_things(s)) < 0 || (r = read_counties(s)) < 0)
		return r;
	read_days(s);
	return 0;
}

/* ---- bodies ---- */

static const char *name_of(struct simulating *s, const struct sim_body *b, int64_t i,
	struct chance *c)
{
	static const char *const cities[SIM_CITIES] = {"济南", "青岛", "淄博", "枣庄", "东营",
		"烟台",
		"潍坊", "济宁", "泰安", "威海", "日照", "临沂", "德州", "聊城", "滨州", "菏泽"};
	static const char *const tails[SIM_KINDS] = {"有限公司", "职业培训学校", "技工学校",
		"专项能力考核中心"};
	struct ctx *cx = s->cx;
	const char *head = words_pick(&s->words, "employer_head", c);
	const char *field = b->kind == SIM_ENTERPRISE ? words_pick(&s->words, "employer_field", c)
		: "";
	return text_of(cx, "%s%s%s%s（模拟%04d）", cities[b->city], head, field, tails[b->kind],
		(int)i + 1);
}

static int put_scope(struct simulating *s, const struct sim_body *b, int64_t filing_id, int32_t k)
{
	if (b->kind == SIM_SPECIAL) {
		const struct sim_thing *p =
			&s->projects[(b->first_slot + k) % s->plan.targets.projects];
		return filing_scope_put(s->cx, filing_id, p->occupation_id, 0, p->id, "");
	}
	int32_t of = b->kind == SIM_SOCIAL ? (int32_t)s->plan.targets.occupations
		: (int32_t)s->n_occupations;
	return filing_scope_put(s->cx, filing_id, s->occupations[(b->first_slot + k) % of].id, 0, 0,
		"54321");
}

/* The filing as it stands when the notice is over; the step that makes it effective is taken. */
static int file_body(struct simulating *s, const struct sim_body *b, int64_t body_id)
{
	struct ctx *cx = s->cx;
	int64_t filing_id, today = ctx_today(cx);
	int r = filing_create(cx, body_id, "initial", "", "", &filing_id);
	for (int32_t k = 0; r >= 0 && k < b->n_slots; k++)
		r = put_scope(s, b, filing_id, k);
	if (r < 0)
		return r;
	r = q_filing_set_publicity(cx->db, .id = filing_id, .publicity_from_on = today - 10,
		.publicity_to_on = today - 1);
	if (r >= 0)
		r = q_filing_move(cx->db, .id = filing_id, .from_state = "draft",
			.state = "publicity");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &filing_flow, 0, filing_id, "file", "", NULL)) < 0)
		return r;
	r = q_simulation_scope_goes_on(cx->db, .body_id = body_id,
		.valid_to_on = civil_day(SCOPE_UNTIL, 12, 31));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int add_body(struct simulating *s, int64_t i)
{
	const struct sim_body *b = &s->plan.bodies[i];
	struct ctx *cx = s->cx;
	struct chance c = {s->seed ^ (uint64_t)(i + 1) * UINT64_C(0x9e3779b97f4a7c15)};
	const char *county = s->counties[b->city][chance_below(&c, s->n_counties[b->city])];
	char uscc[19];
	int64_t id;
	ident_uscc_make('9', '1', county, arena_printf(cx->arena, "MN%06d", (int)i + 1), uscc);
	int r = body_register(cx, &(struct body_in){.name = name_of(s, b, i, &c), .uscc = uscc,
		.body_kind = figure_kinds[b->kind], .region = county, .legal_person = "",
		.address = "", .contact = "", .phone = "", .website = ""}, &id);
	return r < 0 ? r : file_body(s, b, id);
}

static int add_bodies(struct simulating *s, int64_t to)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, s->cx->db);
	if (r < 0)
		return ctx_pass(s->cx, r);
	for (int64_t i = s->n_bodies; i < to; i++)
		if ((r = add_body(s, i)) < 0)
			return r;
	if ((r = sim_keep(s, to, 0, 0, 0)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(s->cx, r) : 0;
}

static int read_bodies(struct simulating *s)
{
	struct q_simulation_bodies_rows rows;
	sim_begin_step(s);
	int r = q_simulation_bodies(s->cx->db, &rows);
	if (r < 0)
		return ctx_pass(s->cx, r);
	if (rows.n != s->plan.n_bodies)
		return fail(s->cx, ERR_STATE, "simulation.not_alone");
	s->bodies = arena_array(s->keep, struct sim_registered, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		s->bodies[i] = (struct sim_registered){.id = rows.at[i].id,
			.name = arena_dup(s->keep, rows.at[i].name),
			.code = arena_dup(s->keep, rows.at[i].body_code),
			.region = arena_dup(s->keep, rows.at[i].region)};
	return 0;
}

int sim_bodies(struct simulating *s)
{
	int64_t all = (int64_t)s->plan.n_bodies;
	while (s->n_bodies < all) {
		int64_t to = s->n_bodies + BODIES_AT_ONCE;
		sim_begin_step(s);
		s->now += 600;
		int r = add_bodies(s, to < all ? to : all);
		if (r < 0)
			return r;
	}
	return read_bodies(s);
}
