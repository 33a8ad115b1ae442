/* The route tables of web/page/, listed in web/routes.c. */
#ifndef LUBAN_WEB_PAGE_PAGE_H
#define LUBAN_WEB_PAGE_PAGE_H

#include "core/login.h"
#include "web/web.h"

extern const struct route routes_home[];
extern const struct route routes_system[];
extern const struct route routes_session[];
extern const struct route routes_account[];
extern const struct route routes_admin[];
extern const struct route routes_admin_site[];
extern const struct route routes_setting[];
extern const struct route routes_audit[];
extern const struct route routes_lookup[];
extern const struct route routes_job[];
extern const struct route routes_register[];
extern const struct route routes_body[];
extern const struct route routes_filing[];
extern const struct route routes_venue[];
extern const struct route routes_staff[];
extern const struct route routes_verify[];
extern const struct route routes_log[];
extern const struct route routes_certificate[];
extern const struct route routes_certificate_volume[];
extern const struct route routes_my_certificate[];
extern const struct route routes_credential[];
extern const struct route routes_held[];
extern const struct route routes_handover[];
extern const struct route routes_handover_package[];
extern const struct route routes_handover_answer[];
extern const struct route routes_standard[];
extern const struct route routes_rules[];
extern const struct route routes_figures[];
extern const struct route routes_mark[];
extern const struct route routes_mark_import[];
extern const struct route routes_marking[];
extern const struct route routes_result[];
extern const struct route routes_change[];
extern const struct route routes_objection[];
extern const struct route routes_archive[];
extern const struct route routes_exam_intake[];
extern const struct route routes_exam_begin[];
extern const struct route routes_item_exchange[];
extern const struct route routes_check[];
extern const struct route routes_person[];
extern const struct route routes_my[];
extern const struct route routes_my_enrolment[];
extern const struct route routes_enrolment[];
extern const struct route routes_roster[];
extern const struct route routes_issue_run[];
extern const struct route routes_career[];
/* view.job, for templates/job_progress.html. */
int job_put(struct req *rq, int64_t id) MUST_CHECK;
/* view.leaves, for templates/part/leaves.html: where a certificate stands in the public log. */
int log_put_leaves(struct req *rq, int64_t person_id, int64_t id) MUST_CHECK;
struct q_certificate_find; /* query/certificate.h */
/* Answers with the certificate as PDF; who may see it is the caller's to decide. */
int certificate_pdf(struct req *rq, const struct q_certificate_find *c);
/* The certificate that the path names, when it is the actor's to see; and its page's address. */
int certificate_of_path(struct req *rq, struct q_certificate_find *ret_certificate) MUST_CHECK;
const char *certificate_base(struct req *rq, int64_t person_id, int64_t id);
/* view.changes of a certificate, and the forms to ask for one: for those who may. */
int certificate_changes_put(struct req *rq, const struct q_certificate_find *c) MUST_CHECK;
/* view.requests: what the holder asked for, of all his certificates. */
int certificate_requests_put(struct req *rq) MUST_CHECK;
/* For templates/part/waiting.html: cases that await the holder's answer (matters_waiting), his
 * requests and which of them were decided unseen (requests). */
int matters_waiting_put(struct req *rq) MUST_CHECK;
extern const struct route routes_certificate_change[];
extern const struct route routes_my_change[];
extern const struct route routes_revocation[];
extern const struct route routes_my_matter[];
extern const struct route routes_follow[];
extern const struct route routes_recall[];
/* view.volumes and the form for more: printing the certificates of a batch. */
int certificate_volumes_put(struct req *rq, int64_t batch_id, bool has_certificates) MUST_CHECK;
/* What a lifecycle button sends: action and reason. */
extern const struct field step_fields[];
/* Where the log-in goes on: /login, or the page of the session's stage. */
const char *login_page(const struct session *s);

/* Shared by first log-in and the account page: the new second factor, and the password. */
extern const struct field change_fields[];
/* Of a form that sets up a second factor; show_totp_offer() draws it. */
#define TOTP_FIELDS \
	{"code", FIELD_TEXT, "动态验证码", .help = "扫码添加后，填写身份验证器显示的 6 位数字。", \
		.example = "123456", .max = 12, .flags = FIELD_REQUIRED | FIELD_WIDE}, \
	{"sealed", FIELD_TEXT, "密钥", .max = 2000, .flags = FIELD_HIDDEN}
int show_totp_offer(struct req *rq, const struct field *fields, const char *action,
	json_t *preset);
int change_password(struct req *rq, struct login *ret_login);

/* In the form of a row that several people may change: which state of it was seen. Left out, it
 * does not ask. */
#define REVISION_FIELD {"revision", FIELD_ID, "版本", .flags = FIELD_HIDDEN}

#endif
