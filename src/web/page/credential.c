/* What certificates prove themselves with: the credential file. */
#include "base/civil.h"
#include "domain/certificate/credential.h"
#include "domain/certificate/status.h"
#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "web/answer.h"
#include "web/page/page.h"

/* A leaf that waits does so for seconds: who fetches with a program is told when to come again. */
static int give(struct req *rq, int64_t person_id, int64_t id, bool with_idno)
{
	struct credential c;
	auto_buf json;
	buf_init(&json, CREDENTIAL_MAX);
	int r = certificate_credential(rq->cx, person_id, id, with_idno, &c);
	if (r == ERR_STATE)
		answer_header(rq->ex, "Retry-After", text_of(rq->cx, "%d",
			CERTIFICATE_LEAF_SECONDS));
	if (r < 0)
		return r;
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

static const struct field own_fields[] = {
	{"idno", FIELD_BOOL, "凭证中出示证件号码全号"},
	{0},
};

/* His own, whatever region it was issued in: the person is the scope. */
static int of_own(struct req *rq)
{
	struct q_certificate_find c;
	int64_t person_id = rq->cx->actor.person_id, id = rq_id(rq, "id");
	int r = q_certificate_find(rq->cx->db, &c, .person_id = person_id, .id = id,
		.scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	return give(rq, person_id, id, in_int(rq->in, "idno"));
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

const struct route routes_credential[] = {
	{GET, "/certificates/:person/:id/credential", PERM_CERTIFICATE_READ, of_staff, NULL,
		"证书凭证", .audit = "下载证书凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/my/certificates/:id/credential", PERM_CERTIFICATE_SELF, of_own, NULL,
		"我的证书凭证", own_fields, .audit = "下载证书凭证", .flags = ROUTE_DOWNLOAD},
	{GET, "/log/status", PERM_PUBLIC, status_now, NULL, "证书状态快照",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{GET, "/log/status/:day", PERM_PUBLIC, status_of, NULL, "某日的证书状态快照",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{0},
};
