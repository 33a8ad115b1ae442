/* What certificates prove themselves with: the credential file, the verifiable credential for
 * wallets, snapshots and lists of states. */
#include "base/civil.h"
#include "domain/certificate/credential.h"
#include "domain/certificate/status.h"
#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "web/answer.h"
#include "web/page/page.h"
#include "web/vc.h"

/* A leaf that waits does so for seconds: who fetches with a program is told when to come again. */
static int told(struct req *rq, int r)
{
	if (r == ERR_STATE)
		answer_header(rq->ex, "Retry-After", text_of(rq->cx, "%d",
			CERTIFICATE_LEAF_SECONDS));
	return r;
}

static int give(struct req *rq, int64_t person_id, int64_t id, bool with_idno)
{
	struct credential c;
	auto_buf json;
	buf_init(&json, CREDENTIAL_MAX);
	int r = certificate_credential(rq->cx, person_id, id, with_idno, &c);
	if (r < 0)
		return told(rq, r);
	r = credential_put(&json, &c);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	return rq_bytes(rq, "application/json", certificate_credential_name(rq->cx, &c),
		buf_view(&json));
}

static int of_staff(struct req *rq)
{
	struct flow_subject subject;
	int64_t person_id = rq_id(rq, "person"), id = rq_id(rq, "id");
	int r = certificate_flow.load(rq->cx, person_id, id, &subject);
	return r < 0 ? r : give(rq, person_id, id, false);
}

static int give_vc(struct req *rq, int64_t person_id, int64_t id)
{
	struct str json;
	const char *name;
	int r = vc_certificate(rq->cx, person_id, id, &json, &name);
	return r < 0 ? told(rq, r) : rq_bytes(rq, "application/vc", name, json);
}

static int vc_of_staff(struct req *rq)
{
	struct flow_subject subject;
	int64_t person_id = rq_id(rq, "person"), id = rq_id(rq, "id");
	int r = certificate_flow.load(rq->cx, person_id, id, &subject);
	return r < 0 ? r : give_vc(rq, person_id, id);
}

static const struct field own_fields[] = {
	{"idno", FIELD_BOOL, "凭证中出示证件号码全号"},
	{0},
};

/* His own, whatever region it was issued in: the person is the scope. */
static int find_own(struct req *rq)
{
	struct q_certificate_find c;
	int r = q_certificate_find(rq->cx->db, &c, .person_id = rq->cx->actor.person_id,
		.id = rq_id(rq, "id"), .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "certificate.not_found");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int of_own(struct req *rq)
{
	int r = find_own(rq);
	return r < 0 ? r : give(rq, rq->cx->actor.person_id, rq_id(rq, "id"),
		in_int(rq->in, "idno"));
}

static int vc_of_own(struct req *rq)
{
	int r = find_own(rq);
	return r < 0 ? r : give_vc(rq, rq->cx->actor.person_id, rq_id(rq, "id"));
}

/* Snapshots of states; those of a day that is over never change again. */
static int give_status(struct req *rq, int64_t on)
{
	struct str file;
	char day[CIVIL_TEXT];
	int r = certificate_status_file(rq->cx, on, &file);
	if (r < 0)
		return r;
	answer_header(rq->ex, "Access-Control-Allow-Origin", "*");
	r = rq_bytes(rq, "text/plain; charset=utf-8",
		on ? text_of(rq->cx, "%s.luban.status", civil_put_day(on, day)) : NULL, file);
	return r;
}

static int status_now(struct req *rq)
{
	return give_status(rq, 0);
}

static int status_of(struct req *rq)
{
	int64_t on;
	if (!civil_parse_day(str_of(rq_param(rq, "day")), &on) || on <= 0)
		return fail(rq->cx, ERR_NOTFOUND, "certificate.no_snapshot");
	return give_status(rq, on);
}

static int list_show(struct req *rq)
{
	struct str json;
	enum status_purpose purpose = STATUS_REVOCATION;
	while (purpose < STATUS_PURPOSES &&
		!streq(rq_param(rq, "purpose"), status_purpose_code(purpose)))
		purpose++;
	if (purpose == STATUS_PURPOSES)
		return fail(rq->cx, ERR_NOTFOUND, "certificate.no_list");
	int r = vc_status_list(rq->cx, rq_id(rq, "list"), purpose, &json);
	if (r < 0)
		return r;
	answer_header(rq->ex, "Access-Control-Allow-Origin", "*");
	return rq_bytes(rq, "application/vc", NULL, json);
}

const struct route routes_credential[] = {
	{GET, "/certificates/:person/:id/credential", PERM_CERTIFICATE_READ, of_staff, NULL,
		"证书凭证", .audit = "下载证书凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/my/certificates/:id/credential", PERM_CERTIFICATE_SELF, of_own, NULL,
		"我的证书凭证", own_fields, .audit = "下载证书凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/certificates/:person/:id/vc", PERM_CERTIFICATE_READ, vc_of_staff, NULL,
		"可验证凭证（W3C）", .audit = "下载可验证凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/my/certificates/:id/vc", PERM_CERTIFICATE_SELF, vc_of_own, NULL,
		"我的可验证凭证（W3C）", .audit = "下载可验证凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/log/lists/:list/:purpose", PERM_PUBLIC, list_show, NULL, "可验证凭证的状态列表",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{GET, "/log/status", PERM_PUBLIC, status_now, NULL, "证书状态快照",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{GET, "/log/status/:day", PERM_PUBLIC, status_of, NULL, "某日的证书状态快照",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{0},
};
