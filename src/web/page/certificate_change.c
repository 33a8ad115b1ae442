/* Corrections and reissues: asked for on the certificate's page, decided on a page of their own. */
#include <inttypes.h>
#include <string.h>

#include "core/file.h"
#include "doc/photo.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/change.h"
#include "domain/certificate/revocation.h"
#include "query/certificate.h"
#include "query/revocation.h"
#include "web/choices.h"
#include "web/page/evidence.h"
#include "web/page/page.h"

static const struct field reissue_fields[] = {
	{"reason", FIELD_AREA, "补发理由", .example = "原件遗失，本人申请补发", .max = 500,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	EVIDENCE_FIELD("证明材料", "本人申请、遗失声明等的照片或扫描件。"),
	{0},
};

static const struct choice field_choices[] = {{"name", "姓名"}, {"work_type_name", "工种/职业方向"},
	{"photo", "照片"}, {0}};

static const struct field correct_fields[] = {
	{"field", FIELD_CHOICE, "更正项目", .choices = field_choices, .flags = FIELD_REQUIRED},
	{"value", FIELD_TEXT, "更正为", .help = "更正照片的不填，在下面上传。", .max = 100},
	{"photo", FIELD_FILE, "新照片", .help = "只在更正照片时上传，JPEG 或 PNG。",
		.max = PHOTO_INPUT_MAX, .kinds = "jpg png"},
	EVIDENCE_FIELD("证明材料", "身份证、户口簿等的照片或扫描件。"),
	{"reason", FIELD_AREA, "理由和依据", .max = 1000, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct choice change_kinds[] = {{"correct", "更正"}, {"reissue", "补发"}, {0}};

/* "name=牛凤欣" as people read it. */
static const char *in_words(struct ctx *cx, const char *text)
{
	const char *value = strchr(text, '=');
	if (!value)
		return text;
	const char *code = text_of(cx, "%.*s", (int)(value - text), text);
	return streq(code, "photo") ? "照片" : text_of(cx, "%s：%s",
		choice_label(field_choices, code), value[1] ? value + 1 : "（空）");
}

static int put_changes(struct req *rq, int64_t person_id, int64_t id)
{
	struct q_certificate_changes_of_rows rows;
	int r = q_certificate_changes_of(rq->cx->db, &rows, .person_id = person_id,
		.certificate_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_certificate_changes_of_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		view_state(row, &certificate_change_flow, rows.at[i].state);
		json_object_set_new(row, "kind_label",
			json_string(choice_label(change_kinds, rows.at[i].change_kind)));
		json_object_del(row, "requested_by");
		json_object_set_new(row, "before_label",
			json_string(in_words(rq->cx, rows.at[i].before_text)));
		json_object_set_new(row, "after_label",
			json_string(in_words(rq->cx, rows.at[i].after_text)));
	}
	view_set(rq, "changes", list);
	return 0;
}

static int put_cases(struct req *rq, const struct q_certificate_find *c)
{
	struct q_revocations_of_certificate_rows rows;
	bool open = false;
	int r = q_revocations_of_certificate(rq->cx->db, &rows, .person_id = c->person_id,
		.certificate_id = c->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_revocations_of_certificate_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		open |= !rows.at[i].closed_at;
		view_state(row, &revocation_flow, rows.at[i].state);
		json_object_set_new(row, "reason_label",
			json_string(revocation_reason_label(rows.at[i].reason_kind)));
	}
	view_set(rq, "cases", list);
	view_flag(rq, "may_open_case", !open && !streq(c->state, "revoked") &&
		ctx_may(rq->cx, PERM_REVOCATION_HANDLE));
	return 0;
}

int certificate_life_put(struct req *rq, const struct q_certificate_find *c)
{
	const char *base = text_of(rq->cx, "/certificates/%" PRId64 "/%" PRId64, c->person_id,
		c->id);
	int r = put_changes(rq, c->person_id, c->id);
	if (r < 0 || (r = put_cases(rq, c)) < 0)
		return r;
	view_flag(rq, "may_change",
		ctx_may(rq->cx, PERM_CERTIFICATE_CHANGE) && !streq(c->state, "revoked"));
	view_form(rq, "reissue_form", reissue_fields, text_of(rq->cx, "%s/reissue", base),
		"申请补发", NULL);
	view_form(rq, "correct_form", correct_fields, text_of(rq->cx, "%s/correct", base),
		"申请更正", NULL);
	return 0;
}

static int to_change(struct req *rq, int64_t change_id)
{
	rq_flash(rq, "certificate.change_asked");
	return rq_redirect(rq, "/certificates/%s/%s/changes/%" PRId64, rq_param(rq, "person"),
		rq_param(rq, "id"), change_id);
}

/* Whoever may not see the certificate puts no file beside it. */
static int in_scope(struct req *rq, struct q_certificate_find *ret_certificate)
{
	int r = q_certificate_find(rq->cx->db, ret_certificate, .person_id = rq_id(rq, "person"),
		.id = rq_id(rq, "id"), .scope = rq->cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "certificate.not_found");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int ask(struct req *rq, struct certificate_change_in *in)
{
	struct q_certificate_find c;
	int64_t change_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = in_scope(rq, &c)) < 0 ||
		(r = evidence_keep(rq, 0, c.body_id, c.region, &in->file_id)) < 0)
		return r;
	in->person_id = c.person_id;
	in->certificate_id = c.id;
	in->reason = in_text(rq->in, "reason");
	if (in->photo_file_id < 0 && (r = evidence_photo(rq, c.person_id, c.body_id, c.region,
		&in->photo_file_id)) < 0)
		return r;
	if ((r = certificate_change_ask(rq->cx, in, &change_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	return to_change(rq, change_id);
}

static int reissue(struct req *rq)
{
	return ask(rq, &(struct certificate_change_in){.kind = "reissue", .field = ""});
}

static int correct(struct req *rq)
{
	const char *field = in_text(rq->in, "field");
	return ask(rq, &(struct certificate_change_in){.kind = "correct", .field = field,
		.value = in_text(rq->in, "value"), .photo_file_id = streq(field, "photo") ? -1
		: 0});
}

static int load(struct req *rq, struct flow_subject *ret_subject)
{
	int r = certificate_change_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "change"),
		ret_subject);
	if (r < 0)
		return r;
	const struct q_certificate_change_find *c = ret_subject->row;
	return c->certificate_id == rq_id(rq, "id") ? 0
		: fail(rq->cx, ERR_NOTFOUND, "certificate.change_not_found");
}

/* A button that would be refused is not shown: who asked does not decide, only he takes it back. */
static void drop_actions(struct req *rq, bool is_own)
{
	json_t *actions = json_object_get(json_object_get(rq->view, "flow"), "actions");
	for (size_t i = json_array_size(actions); i; i--) {
		const char *action = json_string_value(json_object_get(json_array_get(actions,
			i - 1), "action"));
		if (streq(action, "withdraw") != is_own)
			json_array_remove(actions, i - 1);
	}
}

static int change_show(struct req *rq)
{
	struct flow_subject subject;
	int r = load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_certificate_change_find *c = subject.row;
	json_t *row = view_row(rq, &q_certificate_change_find_desc, c);
	bool photo = strncmp(c->after_text, "photo=", 6) == 0;
	json_object_set_new(row, "kind_label",
		json_string(choice_label(change_kinds, c->change_kind)));
	json_object_set_new(row, "before_label", json_string(in_words(rq->cx, c->before_text)));
	json_object_set_new(row, "after_label", json_string(in_words(rq->cx, c->after_text)));
	json_object_set_new(row, "is_correction", json_boolean(streq(c->change_kind, "correct")));
	json_object_set_new(row, "has_photo", json_boolean(photo));
	json_object_set_new(row, "has_file", json_boolean(c->file_id != 0));
	json_object_set_new(row, "base", json_string(text_of(rq->cx, "/certificates/%" PRId64
		"/%" PRId64, c->person_id, c->certificate_id)));
	view_set(rq, "change", row);
	view_text(rq, "title", text_of(rq->cx, "证书%s · %s",
		choice_label(change_kinds, c->change_kind), c->name));
	r = view_flow(rq, &certificate_change_flow, &subject,
		"/certificates/%s/%s/changes/%s/flow", rq_param(rq, "person"), rq_param(rq, "id"),
		rq_param(rq, "change"));
	if (r == 0)
		drop_actions(rq, c->requested_by == rq->cx->actor.account_id);
	return r;
}

static int step(struct req *rq)
{
	struct flow_subject subject;
	int r = load(rq, &subject);
	if (r < 0 || (r = flow_run(rq->cx, &certificate_change_flow, subject.person_id, subject.id,
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL)) < 0)
		return r;
	return rq_redirect(rq, "/certificates/%s/%s/changes/%s", rq_param(rq, "person"),
		rq_param(rq, "id"), rq_param(rq, "change"));
}

static int file(struct req *rq)
{
	struct flow_subject subject;
	int r = load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_certificate_change_find *c = subject.row;
	return evidence_send(rq, 0, c->file_id);
}

static int photo(struct req *rq)
{
	struct flow_subject subject;
	int r = load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_certificate_change_find *c = subject.row;
	return evidence_send(rq, c->person_id, c->photo_file_id);
}

const struct route routes_certificate_change[] = {
	{POST, "/certificates/:person/:id/reissue", PERM_CERTIFICATE_REISSUE, reissue, NULL,
		"申请补发证书", reissue_fields, .form = "/certificates/:person/:id",
		.flags = ROUTE_BIG},
	{POST, "/certificates/:person/:id/correct", PERM_CERTIFICATE_CHANGE, correct, NULL,
		"申请更正证书", correct_fields, .form = "/certificates/:person/:id",
		.flags = ROUTE_BIG},
	{GET, "/certificates/:person/:id/changes/:change", PERM_CERTIFICATE_READ, change_show,
		"certificate/change", "证书更正与补发"},
	{POST, "/certificates/:person/:id/changes/:change/flow", PERM_CERTIFICATE_READ, step, NULL,
		"办理证书更正与补发", step_fields,
		.form = "/certificates/:person/:id/changes/:change"},
	{GET, "/certificates/:person/:id/changes/:change/file", PERM_CERTIFICATE_READ, file, NULL,
		"更正与补发证明材料", .audit = "查看证书更正证明材料", .flags = ROUTE_DOWNLOAD},
	{GET, "/certificates/:person/:id/changes/:change/photo", PERM_CERTIFICATE_READ, photo, NULL,
		"更正后的照片", .audit = "查看证书更正照片", .flags = ROUTE_DOWNLOAD},
	{0},
};
