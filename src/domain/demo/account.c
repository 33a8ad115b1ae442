/* Accounts: one of each role that everybody may use, and one of everybody else who acts in the
 * history, without a password. */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "core/account.h"
#include "domain/demo/province.h"

const char demo_password[] = "Luban-2026-demo";
const char demo_totp_secret[] = "LUBANDEMOLUBANDEMOLUBANDEMOLUBAN";

/* The worker's is the number of her identity card; see demo_worker_make(). */
#define WORKER_IDNO "371002199206150046"

const struct demo_account demo_accounts[] = {
	{"province", "authority", "省人社部门经办", true},
	{"city", "authority", "威海市人社部门经办", true},
	{"county", "authority", "环翠区人社部门经办", true},
	{"province-head", "authority_head", "省人社部门负责人", true},
	{"city-head", "authority_head", "威海市人社部门负责人", true},
	{"manager", "body_manager", "评价机构负责人（威海明禾）", true},
	{"clerk1", "body_clerk", "评价机构经办人（威海明禾，理论初录）", true},
	{"clerk2", "body_clerk", "评价机构经办人（威海明禾，理论复录）", true},
	{"examiner1", "examiner", "考评员（威海明禾，养老护理员组长）", true},
	{"examiner2", "examiner", "考评员（威海明禾，养老护理员）", true},
	{"examiner3", "examiner", "考评员（威海明禾，养老护理员）", true},
	{"proctor1", "invigilator", "监考员（威海明禾，第一考场）", true},
	{"proctor2", "invigilator", "监考员（威海明禾，第二考场）", true},
	{"supervisor", "supervisor", "督导员（威海市）", true},
	{WORKER_IDNO, "worker", "劳动者（以身份证号登录）", false},
	{"system", "admin_system", "系统管理员", true},
	{"security", "admin_security", "安全管理员", true},
	{"audit", "admin_audit", "审计管理员", true},
	{0},
};

static bool is_open_to_all(const char *login)
{
	for (const struct demo_account *a = demo_accounts; a->login; a++)
		if (streq(a->login, login))
			return true;
	return false;
}

int demo_account_of(struct demo *d, const char *login, const struct actor *actor,
	struct actor *ret_actor)
{
	bool open = is_open_to_all(login);
	struct account_in in = {.login = login, .name = actor->name, .role = actor->role,
		.region = actor->region,
		.body_id = actor->body_id, .password = open ? demo_password : NULL,
		.totp_secret = open ? demo_totp_secret : NULL};
	demo_act_as_system(d);
	struct actor made = *actor;
	TRY(account_create(d->cx, &in, &made.account_id));
	made.name = arena_dup(d->keep, actor->name);
	*ret_actor = made;
	d->report.accounts++;
	return 0;
}

static int office(struct demo *d, struct demo_office *o)
{
	bool is_province = strlen(o->region) == 2, is_weihai = streq(o->region, "3710");
	const char *clerk = is_province ? "province" : is_weihai ? "city" : keep_text(d, "rs%s",
		o->region);
	struct actor a = {.role = ROLE_AUTHORITY, .name = demo_name(d, chance_is(&d->chance, 50)),
		.region = o->region};
	TRY(demo_account_of(d, clerk, &a, &o->clerk));
	a = (struct actor){.role = ROLE_AUTHORITY_HEAD, .name = demo_name(d, true),
		.region = o->region};
	return demo_account_of(d, keep_text(d, "%s-head", clerk), &a, &o->head);
}

static int others(struct demo *d)
{
	const struct {
		const char *login;
		enum role role;
		const char *region;
	} rows[] = {
		{"county", ROLE_AUTHORITY, "371002"}, {"supervisor", ROLE_SUPERVISOR, "3710"},
		{"system", ROLE_ADMIN_SYSTEM, ""}, {"security", ROLE_ADMIN_SECURITY, ""},
		{"audit", ROLE_ADMIN_AUDIT, ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct actor ignored, a = {.role = rows[i].role, .name = demo_name(d, i % 2),
			.region = rows[i].region};
		TRY(demo_account_of(d, rows[i].login, &a, &ignored));
	}
	return 0;
}

int demo_offices_make(struct demo *d)
{
	for (size_t i = 0; i < d->n_offices; i++)
		TRY(office(d, &d->offices[i]));
	return others(d);
}

bool demo_is_main(const struct demo_body *b)
{
	return streq(b->key, "whm");
}

int demo_body_accounts(struct demo *d, struct demo_body *b)
{
	static const char *const logins[] = {"manager", "clerk1", "clerk2"};
	for (size_t i = 0; i < 3; i++) {
		const char *login = demo_is_main(b) ? logins[i] : keep_text(d, "%s-%s", b->key,
			logins[i]);
		struct actor a = {.role = i ? ROLE_BODY_CLERK : ROLE_BODY_MANAGER,
			.region = b->region, .body_id = b->id,
			.name = i ? demo_name(d, chance_is(&d->chance, 40)) : b->contact};
		TRY(demo_account_of(d, login, &a, i ? &b->clerks[i - 1] : &b->manager));
	}
	return 0;
}

int demo_examiner_account(struct demo *d, struct demo_body *b, struct demo_examiner *e,
	const char *name)
{
	bool first_group = demo_is_main(b) && e >= b->scopes[0].examiners
		&& e < b->scopes[0].examiners + 3;
	const char *login = first_group ? keep_text(d, "examiner%d",
		(int)(e - b->scopes[0].examiners) + 1)
					: keep_text(d, "%s-kp%02zu", b->key, b->n_staff);
	struct actor a = {.role = ROLE_EXAMINER, .name = name, .region = b->region,
		.body_id = b->id};
	TRY(demo_account_of(d, login, &a, &e->actor));
	return staff_account(d->cx, e->staff_id, e->actor.account_id);
}

int demo_proctor_account(struct demo *d, struct demo_body *b, int64_t staff_id, size_t room,
	const char *name)
{
	const char *login = demo_is_main(b) ? keep_text(d, "proctor%zu", room)
				       : keep_text(d, "%s-proctor%zu", b->key, room);
	struct actor made, a = {.role = ROLE_INVIGILATOR, .name = name, .region = b->region,
		.body_id = b->id};
	TRY(demo_account_of(d, login, &a, &made));
	return staff_account(d->cx, staff_id, made.account_id);
}

static int what_she_declares(struct demo *d, const struct demo_person *p)
{
	const struct person_fact_in facts[] = {
		{.kind = "work", .label = p->unit, .level = "", .number = "", .related = true,
			.from_on = civil_add_years(d->start_on, -5)},
		{.kind = "education", .label = "威海瀚岬技师学院", .level = "secondary_vocational",
			.number = "", .to_on = civil_day(2010, 7, 1)},
	};
	int64_t ignored;
	demo_act_as_worker(d, p);
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		TRY(person_fact_add(d->cx, p->id, &facts[i], &ignored));
	return 0;
}

/* A woman of Huancui who has come up through the batches of the main body; batches.csv says through
 * which. */
int demo_worker_make(struct demo *d)
{
	static const struct demo_batch nowhere = {0};
	struct demo_body home = {.region = "371002", .kind = "social", .name = ""};
	struct demo_batch b = nowhere;
	b.body = &home;
	struct demo_person *p = demo_person_new(d, &b);
	struct idno id;
	if (ident_idno(STR(WORKER_IDNO), &id, NULL) < 0)
		return fail(d->cx, ERR_BUG, "person.idno_wrong");
	p->name = "林晓慧";
	p->idno = WORKER_IDNO;
	p->birth_on = id.birth_day;
	p->region = "371002";
	p->unit = "威海澜庭康养服务有限公司";
	demo_act_as_system(d);
	TRY(demo_person_save(d, p));
	TRY(account_register(d->cx, p->idno, p->name, p->id, demo_password, &p->account_id));
	d->report.accounts++;
	d->worker = p;
	return what_she_declares(d, p);
}
