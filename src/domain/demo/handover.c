/* What the demo body hands over to the national look-up, and certificates that others issued: one
 * of each standing. It has a chance of its own: the rest of the province is the same without it. */
#include "base/civil.h"
#include "base/ident.h"
#include "domain/certificate/handover.h"
#include "domain/demo/province.h"
#include "domain/evaluation/held.h"

enum { PACKAGE_FROM = 800, EVERY = 9 };

/* ---- answers ---- */

/* Every EVERY-th is refused, the others are in. */
static int answer_rows(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg)
{
	const struct handover_answering *about = room_arg;
	struct q_handover_of_package_rows rows;
	auto_arena keep = arena_new(16 * 1024 * 1024); /* that of the run goes with each row */
	(void)bytes;
	db_use_arena(cx->db, keep);
	int r = q_handover_of_package(cx->db, &rows, .package_id = about->package.id,
		.after_id = 0, .most = 10000);
	db_use_arena(cx->db, cx->arena);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		bool refused = i % EVERY == EVERY - 1;
		const char *values[ANSWER_COLUMNS] = {[ANSWER_NUMBER] = rows.at[i].number,
			[ANSWER_PERSON] = "", [ANSWER_RESULT] = refused ? "退回" : "成功",
			[ANSWER_REASON] = refused ? "职业编码与名称不一致" : ""};
		r = each(arg, &(struct import_line){.row_no = (int64_t)i + 2, .values = values});
	}
	return r;
}

static int answer(struct demo *d, int64_t package_id)
{
	int64_t id;
	TRY(handover_answer_upload(d->cx, package_id, "全国联网答复.csv",
		STR("证书编号,结果\n"), false, &id));
	TRY(handover_answer_judge(d->cx, id, answer_rows, NULL));
	TRY(handover_answer_confirm(d->cx, id, NULL));
	return handover_answer_save(d->cx, id, NULL);
}

/* The first that was refused is mended; the others wait for somebody to look. */
static int mend(struct demo *d)
{
	struct q_handover_list_rows rows;
	int r = q_handover_list(d->cx->db, &rows, .scope = d->cx->scope, .state = "refused",
		.page = {.limit = 1, .sort = "oldest"});
	if (r < 0)
		return ctx_pass(d->cx, r);
	return rows.n ? flow_run(d->cx, &handover_flow, rows.at[0].person_id, rows.at[0].id,
		"mend", "已按现行大典核对职业编码", NULL) : 0;
}

/* ---- packages ---- */

static const struct hand_over {
	int days; /* before the last day */
	bool sends, answers, mends;
} plans[] = {
	{170, true, true, true},
	{110, true, false, false},
	{25, true, false, false},
	{2, false, false, false},
};

static int hand_over(struct demo *d, const struct hand_over *plan)
{
	int64_t id, today = ctx_today(d->cx);
	struct handover_ask ask = {.target = "national", .title = "", .region = "",
		.from_on = today - PACKAGE_FROM, .to_on = today};
	TRY(handover_package_create(d->cx, &ask, false, &id));
	TRY(handover_collect(d->cx, id, d->in->handover_file, NULL));
	struct q_handover_package_find p;
	TRY(handover_package_get(d->cx, id, &p));
	if (!plan->sends || !streq(p.state, "ready"))
		return 0;
	TRY(handover_package_send(d->cx, id, 0, false));
	TRY(handover_package_run(d->cx, id, NULL));
	demo_wait(d, 4 * HOUR);
	if (plan->answers)
		TRY(answer(d, id));
	return plan->mends ? mend(d) : 0;
}

/* ---- held certificates ---- */

static const struct old_one {
	const char *name, *born, *number, *occupation, *work_type, *issued, *issuer;
	int grade;
	const char *verdict, *against, *reason;
} old_ones[] = {
	{"于海宁", "1979-04-12", "0837100001400217", "焊工", "", "2008-11-20",
		"威海市职业技能鉴定中心", 0, "accept", "national", "全国联网查询两项一致"},
	{"孙立波", "1982-09-03", "1137100002300046", "电工", "", "2011-06-30",
		"威海市职业技能鉴定中心", 0, "accept", "original", "核对证书原件"},
	{"初文静", "1991-01-25", "S000044010001213000128", "养老护理员", "", "2021-05-18",
		"广东某职业培训学校", 0, "", "", ""},
	{"姜大勇", "1985-07-08", "0812345678901", "钳工", "", "2008-10-10",
		"上海市职业技能鉴定中心", 4, "", "", ""},
	{"丛培亮", "1988-12-30", "1337100001300999", "焊工", "", "2013-12-20",
		"威海市职业技能鉴定中心", 0, "refuse", "archive", "鉴定档案中没有这一编号"},
	{"毕晓东", "1976-03-15", "0537100001500031", "维修电工", "", "2005-08-01",
		"威海市职业技能鉴定中心", 0, "accept", "archive", "与鉴定档案一致"},
};

static struct demo_body *main_body(struct demo *d)
{
	for (size_t i = 0; i < d->n_bodies; i++)
		if (demo_is_main(&d->bodies[i]))
			return &d->bodies[i];
	return &d->bodies[0];
}

static int hold(struct demo *d, const struct old_one *o, int i)
{
	struct demo_body *b = main_body(d);
	char idno[19];
	int64_t born, issued, person_id, id;
	if (!civil_parse_day(str_of(o->born), &born) || !civil_parse_day(str_of(o->issued),
		&issued))
		return fail(d->cx, ERR_BUG, "person.date_needed");
	ident_idno_make("371002", born, 301 + 2 * i, idno);
	struct person_in person = {.name = o->name, .idno = idno, .region = "371002"};
	struct held_in in = {.number = o->number, .label = "", .occupation_name = o->occupation,
		.work_type_name = o->work_type, .issuer = o->issuer, .grade = o->grade,
		.issued_on = issued};
	demo_act(d, &b->clerks[0]);
	TRY(held_record(d->cx, &person, &in, &person_id, &id));
	demo_wait(d, HOUR / 4);
	demo_act(d, &b->clerks[1]);
	return !*o->verdict ? 0 : held_decide(d->cx, person_id, id, streq(o->verdict, "accept"),
		o->against, o->reason);
}

/* A sheet that waits for somebody to look at its verdicts. */
static int sheet_rows(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg)
{
	static const char *const numbers[] = {"0937100001400118", "0937100001400119",
		"0937100001900120"};
	static const char *const names[] = {"车宏业", "车宏业", "连翠芬"};
	int r = 0;
	(void)cx;
	(void)room_arg;
	(void)bytes;
	for (int i = 0; i < 3 && r == 0; i++) {
		char idno[19];
		const char *values[HELD_COLUMNS] = {names[i], idno, numbers[i], "焊工", "", "",
			"2009-06-30", "威海市职业技能鉴定中心"};
		ident_idno_make("371002", civil_day(1980, 5, 6) + i / 2, 401, idno);
		r = each(arg, &(struct import_line){.row_no = i + 2, .values = values});
	}
	return r;
}

static int hold_all(struct demo *d)
{
	int64_t id;
	for (size_t i = 0; i < sizeof old_ones / sizeof *old_ones; i++)
		TRY(hold(d, &old_ones[i], (int)i));
	demo_act(d, &main_body(d)->clerks[0]);
	TRY(held_upload(d->cx, "旧版职业资格证书.csv", STR("姓名,证书编号\n"), false, &id));
	return held_judge(d->cx, id, sheet_rows, NULL);
}

/* ---- in time ---- */

static int run(struct demo *d, struct demo_task *t)
{
	struct chance keep = d->chance, keep_domain = d->domain_chance;
	size_t n = sizeof plans / sizeof *plans;
	chance_init(&d->chance, text_of(d->cx, "%s/handover/%d", d->in->seed, (int)t->step));
	chance_init(&d->domain_chance,
		text_of(d->cx, "%s/handover/domain/%d", d->in->seed, (int)t->step));
	demo_act(d, &main_body(d)->clerks[0]);
	int r = t->step == n ? hold_all(d) : hand_over(d, &plans[t->step]);
	d->chance = keep;
	d->domain_chance = keep_domain;
	return r;
}

void demo_handover_plan(struct demo *d)
{
	size_t n = sizeof plans / sizeof *plans;
	int64_t last = civil_day_at(d->until);
	for (size_t i = 0; i < n && d->in->handover_file; i++)
		demo_task_add(d, civil_midnight(last - plans[i].days) + 10 * HOUR, run)->step = i;
	demo_task_add(d, civil_midnight(last - 12) + 14 * HOUR, run)->step = n;
}
