/* How a worker gets an account: number, name, phone, password; and how an authority puts the name
 * on record right. */
#include "base/name.h"
#include "core/account.h"
#include "core/password_policy.h"
#include "core/setting.h"
#include "domain/evaluation/person.h"
#include "web/auth.h"
#include "web/page/page.h"

static const struct field sign_up_fields[] = {
	{"name", FIELD_TEXT, "姓名", .help = "与身份证一致。", .max = 60, .flags = FIELD_REQUIRED},
	{"idno", FIELD_IDNO, "身份证号码", .help = "18 位，末位可能是 X。以后用它登录。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"phone", FIELD_PHONE, "手机号码",
		.help = "用于考试通知。评价机构已登记过您的，填写当时登记的手机号码；"
			"那个号码有误或已停用的，先请该机构或当地人社部门更正。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"password", FIELD_PASSWORD, "设置密码",
		.help = "至少 10 位，含大写字母、小写字母、数字、符号中的三种。",
		.flags = FIELD_REQUIRED},
	{"repeat", FIELD_PASSWORD, "再输一遍密码", .flags = FIELD_REQUIRED},
	{"consent", FIELD_BOOL, "我已阅读并同意个人信息处理说明",
		.flags = FIELD_WIDE | FIELD_REQUIRED},
	{0},
};

static int sign_up_form(struct req *rq)
{
	view_flag(rq, "is_open", setting_int(rq->cx, "account.worker_register", "", 0) != 0);
	view_form(rq, "form", sign_up_fields, "/register/worker", "注册", NULL);
	return 0;
}

static int check(struct req *rq)
{
	const struct input *in = rq->in;
	if (!setting_int(rq->cx, "account.worker_register", "", 0))
		return fail(rq->cx, ERR_STATE, "person.register_closed");
	if (!streq(in_text(in, "password"), in_text(in, "repeat")))
		(void)fail_field(rq->cx, "repeat", "person.repeat_differs");
	(void)password_check(rq->cx, "password", in_text(in, "password"), in_text(in, "idno"),
		in_text(in, "name"));
	return ctx_checked(rq->cx);
}

static bool is_mismatch(const struct problem *p)
{
	return p->n_fields && (streq(p->fields[0].id, "person.name_differs") ||
		streq(p->fields[0].id, "person.phone_differs"));
}

/* A number known under another name, or with another phone, is refused in the words of a check that
 * failed: a stranger does not learn whose number it is, nor which of the two was wrong. */
static int save_person(struct req *rq, int64_t *ret_person_id)
{
	const struct input *in = rq->in;
	struct person_in person = {.name = in_text(in, "name"), .idno = in_text(in, "idno"),
		.phone = in_text(in, "phone")};
	int r = person_sign_up(rq->cx, &person, ret_person_id);
	if (r >= 0 || !is_mismatch(&rq->cx->problem))
		return r;
	ctx_clear(rq->cx);
	return fail_field(rq->cx, "idno", "person.identity_failed");
}

static int open_account(struct req *rq)
{
	const struct input *in = rq->in;
	const char *name = name_normal(rq->cx->arena, str_of(in_text(in, "name")));
	int64_t person_id, account_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = save_person(rq, &person_id)) < 0 ||
		(r = account_register(rq->cx, in_text(in, "idno"), name, person_id,
		in_text(in, "password"), &account_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int sign_up(struct req *rq)
{
	int r = check(rq);
	if (r < 0)
		return r;
	struct actor visitor = auth_act_for_visitor(rq->ex, in_text(rq->in, "name"));
	r = open_account(rq);
	auth_act_as_before(rq->ex, &visitor);
	if (r < 0)
		return r;
	rq_flash(rq, "person.registered");
	return rq_redirect(rq, "/login");
}

static const struct field name_fields[] = {
	{"idno", FIELD_IDNO, "证件号码", .flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"old_name", FIELD_TEXT, "登记的姓名", .help = "系统现在登记的姓名，与报名表上的一致。",
		.max = 30, .flags = FIELD_REQUIRED},
	{"name", FIELD_TEXT, "正确的姓名", .help = "与本人出示的身份证一致。", .max = 30,
		.flags = FIELD_REQUIRED},
	{"reason", FIELD_TEXT, "更正的理由", .help = "理由和更正人记入审计。",
		.example = "本人更名，核对户口簿更名记录和新身份证", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static int name_form(struct req *rq)
{
	view_form(rq, "form", name_fields, "/people/name", "更正姓名", NULL);
	return 0;
}

static int mend_name(struct req *rq)
{
	const struct input *in = rq->in;
	int r = person_name_put(rq->cx, &(struct person_rename){.idno = in_text(in, "idno"),
		.old_name = in_text(in, "old_name"), .name = in_text(in, "name"),
		.reason = in_text(in, "reason")});
	if (r < 0)
		return r;
	rq_flash(rq, "person.name_saved");
	return rq_redirect(rq, "/people/name");
}

const struct route routes_person[] = {
	{GET, "/people/name", PERM_PERSON_NAME, name_form, "enrolment/name", "更正登记的姓名"},
	{POST, "/people/name", PERM_PERSON_NAME, mend_name, NULL, "更正登记的姓名", name_fields,
		.form = "/people/name"},
	{GET, "/register/worker", PERM_PUBLIC, sign_up_form, "my/register", "劳动者注册"},
	{POST, "/register/worker", PERM_PUBLIC, sign_up, NULL, "劳动者注册", sign_up_fields,
		.form = "/register/worker", .flags = ROUTE_THROTTLE},
	{0},
};
