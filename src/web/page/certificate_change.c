/* Corrections and reissues: asked for on the certificate's page, decided on a page of their own. */
#include <inttypes.h>
#include <string.h>

#include "core/file.h"
#include "doc/photo.h"
#include "domain/certificate/change.h"
#include "query/certificate.h"
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

static void put_words(struct req *rq, json_t *row, const char *kind, const char *before,
	const char *after, const char *state)
{
	view_state(row, &certificate_change_flow, state);
	json_object_set_new(row, "kind_label", json_string(choice_label(change_kinds, kind)));
	json_object_set_new(row, "before_label", json_string(in_words(rq->cx, before)));
	json_object_set_new(row, "after_label", json_string(in_words(rq->cx, after)));
	json_object_set_new(row, "is_correction", json_boolean(streq(kind, "correct")));
}

/* ---- on the page of a certificate ---- */

const char *certificate_base(struct req *rq, int64_t person_id, int64_t id)
{
	return rq->cx->actor.role == ROLE_WORKER ? text_of(rq->cx, "/my/certificates/%" PRId64, id)
		: text_of(rq->cx, "/certificates/%" PRId64 "/%" PRId64, person_id, id);
}

int certificate_of_path(struct req *rq, struct q_certificate_find *ret_certificate)
{
	int64_t person_id = rq_person(rq);
	int r = q_certificate_find(rq->cx->db, ret_certificate, .person_id = person_id,
		.id = rq_id(rq, "id"), .scope = scope_of_person(rq->cx, person_id));
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "certificate.not_found");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

/* A form is offered to whoever may ask, unless a request of the kind waits. */
static void put_forms(struct req *rq, const struct q_certificate_find *c,
	const struct q_certificate_changes_of_rows *rows)
{
	const char *base = certificate_base(rq, c->person_id, c->id);
	bool may = !streq(c->state, "revoked") && (ctx_may(rq->cx, PERM_CERTIFICATE_CHANGE)
		|| ctx_may(rq->cx, PERM_CERTIFICATE_SELF));
	bool corrects = may, reissues = may;
	for (size_t i = 0; i < rows->n; i++)
		if (streq(rows->at[i].state, "requested"))
			*(streq(rows->at[i].change_kind,
				"correct") ? &corrects : &reissues) = false;
	view_flag(rq, "may_correct", corrects);
	view_flag(rq, "may_reissue", reissues);
	view_form(rq, "reissue_form", reissue_fields, text_of(rq->cx, "%s/reissue", base),
		"申请补发", NULL);
	view_form(rq, "correct_form", correct_fields, text_of(rq->cx, "%s/correct", base),
		"申请更正", NULL);
}

int certificate_changes_put(struct req *rq, const struct q_certificate_find *c)
{
	struct q_certificate_changes_of_rows rows;
	int r = q_certificate_changes_of(rq->cx->db, &rows, .person_id = c->person_id,
		.certificate_id = c->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_certificate_changes_of_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		put_words(rq, row, rows.at[i].change_kind, rows.at[i].before_text,
			rows.at[i].after_text, rows.at[i].state);
		json_object_del(row, "requested_by");
	}
	view_set(rq, "changes", list);
	put_forms(rq, c, &rows);
	return 0;
}

int certificate_requests_put(struct req *rq)
{
	struct q_certificate_changes_of_person_rows rows;
	int r = q_certificate_changes_of_person(rq->cx->db, &rows,
		.person_id = rq->cx->actor.person_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_certificate_changes_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_certificate_changes_of_person *c = &rows.at[i];
		json_t *row = json_array_get(list, i);
		put_words(rq, row, c->change_kind, "", c->after_text, c->state);
		json_object_set_new(row, "url", json_string(text_of(rq->cx, "%s/changes/%" PRId64,
			certificate_base(rq, 0, c->certificate_id), c->id)));
		json_object_set_new(row, "is_new", json_boolean(c->decided_at && !c->read_at));
	}
	view_set(rq, "requests", list);
	return 0;
}

/* Whoever may not see the certificate puts no file beside it. */
static int ask(struct req *rq, struct certificate_change_in *in)
{
	struct q_certificate_find c;
	int64_t change_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = certificate_of_path(rq, &c)) < 0 ||
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
	rq_flash(rq, "certificate.change_asked");
	return rq_redirect(rq, "%s/changes/%" PRId64, certificate_base(rq, c.person_id, c.id),
		change_id);
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

/* ---- one request ---- */

static int load(struct req *rq, struct flow_subject *ret_subject)
{
	int r = certificate_change_flow.load(rq->cx, rq_person(rq), rq_id(rq, "change"),
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
		bool decides = streq(action, "approve") || streq(action, "refuse");
		if (decides == is_own)
			json_array_remove(actions, i - 1);
	}
}

static void put_change(struct req *rq, const struct q_certificate_change_find *c)
{
	static const char *const inner[] = {"requested_by", "approved_by", "file_id",
		"photo_file_id"};
	json_t *row = view_row(rq, &q_certificate_change_find_desc, c);
	put_words(rq, row, c->change_kind, c->before_text, c->after_text, c->state);
	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		json_object_del(row, inner[i]);
	json_object_set_new(row, "is_holders", json_boolean(c->is_holders));
	json_object_set_new(row, text_of(rq->cx, "is_%s", c->state), json_true());
	json_object_set_new(row, "has_photo", json_boolean(c->photo_file_id != 0));
	json_object_set_new(row, "has_file", json_boolean(c->file_id != 0));
	json_object_set_new(row, "base", json_string(certificate_base(rq, c->person_id,
		c->certificate_id)));
	view_set(rq, "change", row);
	view_text(rq, "title", text_of(rq->cx, "证书%s · %s",
		choice_label(change_kinds, c->change_kind), c->name));
}

static int change_show(struct req *rq)
{
	struct flow_subject subject;
	int r = load(rq, &subject);
	if (r < 0)
		return r;
	const struct q_certificate_change_find *c = subject.row;
	bool is_mine = rq->cx->actor.role == ROLE_WORKER;
	if (is_mine && (r = certificate_change_read(rq->cx, c->id)) < 0)
		return r;
	put_change(rq, c);
	view_flag(rq, "is_mine", is_mine);
	r = view_flow(rq, &certificate_change_flow, &subject, "%s/changes/%" PRId64 "/flow",
		certificate_base(rq, c->person_id, c->certificate_id), c->id);
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
	return rq_redirect(rq, "%s/changes/%s", certificate_base(rq, subject.person_id,
		rq_id(rq, "id")), rq_param(rq, "change"));
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

#define CERTIFICATE "/certificates/:person/:id"
#define MINE "/my/certificates/:id"

const struct route routes_certificate_change[] = {
	{POST, CERTIFICATE "/reissue", PERM_CERTIFICATE_REISSUE, reissue, NULL,
		"申请补发证书", reissue_fields, .form = CERTIFICATE, .flags = ROUTE_BIG},
	{POST, CERTIFICATE "/correct", PERM_CERTIFICATE_CHANGE, correct, NULL,
		"申请更正证书", correct_fields, .form = CERTIFICATE, .flags = ROUTE_BIG},
	{GET, CERTIFICATE "/changes/:change", PERM_CERTIFICATE_READ, change_show,
		"certificate/change", "证书更正与补发"},
	{POST, CERTIFICATE "/changes/:change/flow", PERM_CERTIFICATE_READ, step, NULL,
		"办理证书更正与补发", step_fields, .form = CERTIFICATE "/changes/:change"},
	{GET, CERTIFICATE "/changes/:change/file", PERM_CERTIFICATE_READ, file, NULL,
		"更正与补发证明材料", .audit = "查看证书更正证明材料", .flags = ROUTE_DOWNLOAD},
	{GET, CERTIFICATE "/changes/:change/photo", PERM_CERTIFICATE_READ, photo, NULL,
		"更正后的照片", .audit = "查看证书更正照片", .flags = ROUTE_DOWNLOAD},
	{0},
};

const struct route routes_my_change[] = {
	{POST, MINE "/reissue", PERM_CERTIFICATE_SELF, reissue, NULL, "申请补发我的证书",
		reissue_fields, .form = MINE, .flags = ROUTE_BIG},
	{POST, MINE "/correct", PERM_CERTIFICATE_SELF, correct, NULL, "申请更正我的证书",
		correct_fields, .form = MINE, .flags = ROUTE_BIG},
	{GET, MINE "/changes/:change", PERM_CERTIFICATE_SELF, change_show, "certificate/change",
		"更正与补发申请"},
	{POST, MINE "/changes/:change/flow", PERM_CERTIFICATE_SELF, step, NULL,
		"撤回更正与补发申请", step_fields, .form = MINE "/changes/:change"},
	{GET, MINE "/changes/:change/file", PERM_CERTIFICATE_SELF, file, NULL,
		"我的申请的证明材料", .flags = ROUTE_DOWNLOAD},
	{GET, MINE "/changes/:change/photo", PERM_CERTIFICATE_SELF, photo, NULL,
		"我申请更正的照片", .flags = ROUTE_DOWNLOAD},
	{0},
};
