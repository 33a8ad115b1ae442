/* A worker's own enrolments: enrolling in an announced batch, where each stands, its evidence.
 * Every row is found by the actor's own person. */
#include "base/civil.h"
#include "core/message.h"
#include "doc/photo.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/page/claims.h"
#include "web/page/evidence.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/site.h"

enum { EVIDENCE_BYTES = 8 * 1024 * 1024 };

static const struct field enrol_form_fields[] = {
	CLAIM_FIELDS,
	{"unit", FIELD_TEXT, "工作单位", .help = "没有的不填；院校学生填学校和班级。", .max = 100,
		.flags = FIELD_WIDE},
	{"photo", FIELD_FILE, "证件照",
		.help = "近期免冠正面照，JPEG 或 PNG，不小于 240×320 像素，系统自动裁剪；用于准考证"
			"和证书。",
		.max = PHOTO_INPUT_MAX, .kinds = "jpg png"},
	{"evidence", FIELD_FILE, "证明材料",
		.help = "毕业证书、原证书、工作年限承诺书等，拍照或 PDF；提交后还可以补充。",
		.max = EVIDENCE_BYTES, .kinds = "jpg png pdf"},
	{"consent", FIELD_BOOL, "我已阅读并同意个人信息处理说明，承诺所填情况属实",
		.flags = FIELD_WIDE},
	{0},
};

static const struct field_group enrol_groups[] = {{"工作经历", "work_from_on", "填一项即可。"},
	{"已有证书", "cert5_on", "本职业或相关职业的职业资格证书、职业技能等级证书。"},
	{"学历", "education", "只填最高的一项；与本职业相关的优先。"}, {"其他", "title_level", ""},
	{"照片与材料", "unit", ""}, {"个人信息处理说明", "consent", ""}, {0}};

static const struct field claims_fields[] = {CLAIM_FIELDS, {0}};

static const struct field evidence_fields[] = {
	{"item", FIELD_TEXT, "材料名称", .example = "毕业证书", .max = 60, .flags = FIELD_REQUIRED},
	{"file", FIELD_FILE, "文件", .help = "图片或 PDF，不超过 8 MB。", .max = EVIDENCE_BYTES,
		.kinds = "jpg png pdf", .flags = FIELD_REQUIRED},
	{0},
};

static const struct field photo_fields[] = {
	{"photo", FIELD_FILE, "证件照", .help = "JPEG 或 PNG，不小于 240×320 像素。",
		.max = PHOTO_INPUT_MAX, .kinds = "jpg png", .flags = FIELD_REQUIRED},
	{0},
};

static int64_t me(struct req *rq)
{
	return rq->cx->actor.person_id;
}

/* An address of this site when there is such a page, else "". */
static const char *if_page(struct req *rq, const char *url)
{
	unsigned allow;
	return router_match(rq->ex->site->router, GET, url, NULL, &allow) ? url : "";
}

/* Announced and open; others are not to be enrolled in, whoever knows their address. */
static int find_batch(struct req *rq, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(rq->cx->db, ret_batch, .id = rq_id(rq, "id"), .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "batch.not_found");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if (streq(ret_batch->state, "enrolling"))
		return 0;
	bool is_secret = streq(ret_batch->state, "draft") || streq(ret_batch->state, "filed") ||
		streq(ret_batch->state, "returned");
	return is_secret ? fail(rq->cx, ERR_NOTFOUND, "batch.not_found")
			 : fail(rq->cx, ERR_STATE, "enrolment.batch_not_open",
				   flow_state(&batch_flow, ret_batch->state)->label);
}

static int defaults_for(struct req *rq, const struct q_batch_find *batch, json_t **ret_defaults)
{
	struct q_person_find person;
	struct q_last_facts_of_person_rows last;
	struct facts *facts;
	int r = person_facts(rq->cx, me(rq), batch->occupation_id, NULL, &facts);
	if (r < 0)
		return r;
	r = q_person_find(rq->cx->db, &person, .person_id = me(rq));
	if (r >= 0)
		r = q_last_facts_of_person(rq->cx->db, &last, .person_id = me(rq),
			.occupation_id = batch->occupation_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *defaults = claims_defaults(last.n ? last.at[0].facts : "");
	json_t *stored = claims_defaults(facts_dump(rq->cx->arena, facts));
	json_object_update_missing(defaults, stored);
	json_decref(stored);
	json_object_set_new(defaults, "unit", json_string(person.employer));
	view_flag(rq, "has_photo", person.photo_file_id != 0);
	*ret_defaults = defaults;
	return 0;
}

static void put_batch(struct req *rq, const struct q_batch_find *batch)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", rq_param(rq, "id"), "title",
		batch->title, "body_name", batch->body_name, "enrol_to_on_text",
		civil_day_text_zh(rq->cx->arena, batch->enrol_to_on), "object",
		batch_object(rq->cx, batch->occupation_name, batch->work_type_name,
		batch->project_name));
	json_object_set_new(row, "grade_text", json_string(grade_label(batch->grade)));
	view_set(rq, "batch", row);
}

/* Whoever has no photo on record is not told that one is optional. */
static void need_photo(struct req *rq)
{
	json_t *fields = json_object_get(json_object_get(rq->view, "form"), "fields"), *field;
	bool has = json_is_true(json_object_get(rq->view, "has_photo"));
	size_t i;
	json_array_foreach(fields, i, field)
		if (streq(json_string_value(json_object_get(field, "name")), "photo"))
			json_object_set_new(field, "required", json_boolean(!has));
}

static int enrol_show(struct req *rq)
{
	struct q_batch_find batch;
	struct q_enrolment_of_person mine;
	json_t *defaults;
	int r = find_batch(rq, &batch);
	if (r < 0)
		return r;
	r = q_enrolment_of_person(rq->cx->db, &mine, .person_id = me(rq), .batch_id = batch.id);
	if (r == 0)
		return rq_redirect(rq, "/my/enrolments/%lld", (long long)mine.id);
	if (r != ERR_NOTFOUND)
		return ctx_pass(rq->cx, r);
	put_batch(rq, &batch);
	r = rq->ex->retry.problem ? 0 : enrolment_check(rq->cx, &batch, me(rq));
	if (r == ERR_CONFLICT || r == ERR_LIMIT || r == ERR_STATE) {
		view_text(rq, "refusal", problem_text(rq->cx));
		ctx_clear(rq->cx);
		return 0;
	}
	if (r < 0 || (r = defaults_for(rq, &batch, &defaults)) < 0)
		return r;
	view_form(rq, "form", enrol_form_fields,
		text_of(rq->cx, "/open/%s/enrol", rq_param(rq, "id")), "提交报名", defaults);
	need_photo(rq);
	form_groups(rq, "form", enrol_groups);
	return 0;
}

static int keep_photo(struct req *rq, int64_t *ret_file_id)
{
	struct str jpeg;
	if (!in_file(rq->in, "photo"))
		return 0;
	int r = evidence_portrait(rq, &jpeg);
	return r < 0 ? r : person_photo_put(rq->cx, me(rq), jpeg, ret_file_id);
}

/* Photo, enrolment and evidence together, or nothing of it. */
static int enrol(struct req *rq)
{
	struct enrolment_in in = {.batch_id = rq_id(rq, "id"), .person_id = me(rq),
		.source = "self",
		.unit = in_text(rq->in, "unit"), .consent = in_int(rq->in, "consent")};
	struct q_person_find person;
	const struct upload *evidence = in_file(rq->in, "evidence");
	int64_t id, attachment_id, photo_id = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r >= 0)
		r = q_person_find(rq->cx->db, &person, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = claims_read(rq, &in.claims);
	if (!person.photo_file_id && !in_file(rq->in, "photo"))
		(void)fail_field(rq->cx, "photo", "claims.photo_needed");
	if (!in.consent)
		(void)fail_field(rq->cx, "consent", "enrolment.consent_needed");
	if (r < 0 || (r = ctx_checked(rq->cx)) < 0 ||
		(r = enrolment_create(rq->cx, &in, &id)) < 0 ||
		(r = keep_photo(rq, &photo_id)) < 0)
		return r;
	if (photo_id && (r = enrolment_set_photo(rq->cx, me(rq), id, photo_id)) < 0)
		return r;
	if (evidence && (r = enrolment_attach(rq->cx, me(rq), id, "报名材料", evidence->filename,
		evidence->bytes,
				 &attachment_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "enrolment.submitted");
	return rq_redirect(rq, "/my/enrolments/%lld", (long long)id);
}

static int list(struct req *rq)
{
	struct q_enrolments_of_person_rows rows;
	int r = q_enrolments_of_person(rq->cx->db, &rows, .person_id = me(rq));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	rq_states(rq, &enrolment_flow);
	json_t *list = view_rows(rq, &q_enrolments_of_person_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct flow_state *s = flow_state(&batch_flow, rows.at[i].batch_state);
		json_object_set_new(json_array_get(list, i), "batch_state_label",
			json_string(s ? s->label : ""));
	}
	view_set(rq, "enrolments", list);
	view_flag(rq, "is_empty", rows.n == 0);
	return 0;
}

/* Rooms and seats, as far as they are arranged; hidden until the batch is. */
static int put_parts(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_parts_of_enrolment_rows parts;
	struct q_batch_rooms_rows rooms;
	json_t *rows = json_array();
	int r = q_parts_of_enrolment(rq->cx->db, &parts, .person_id = e->person_id,
		.enrolment_id = e->id);
	if (r >= 0)
		r = q_batch_rooms(rq->cx->db, &rooms, .batch_id = e->batch_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < parts.n; i++) {
		const struct q_batch_rooms *room = NULL;
		for (size_t j = 0; j < rooms.n; j++)
			if (rooms.at[j].id == parts.at[i].batch_room_id)
				room = &rooms.at[j];
		json_t *row = room ? view_row(rq, &q_batch_rooms_desc, room)
				   : json_pack("{s:s, s:s, s:s, s:s}", "starts_at_text", "",
					"venue_name", "", "room_name", "", "address", "");
		json_object_set_new(row, "part_label", json_string(part_label(parts.at[i].part)));
		json_object_set_new(row, "seat", json_integer(parts.at[i].seat));
		json_object_set_new(row, "has_room", json_boolean(room != NULL));
		json_object_set_new(row, "explained", json_string(parts.at[i].explained));
		json_array_append_new(rows, row);
	}
	view_set(rq, "parts", rows);
	return 0;
}

static int put_results(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_own_results_rows results;
	int r = q_own_results(rq->cx->db, &results, .person_id = e->person_id,
		.enrolment_id = e->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rows = view_rows(rq, &q_own_results_desc, results.at, results.n);
	for (size_t i = 0; i < results.n; i++) {
		bool passed = streq(results.at[i].outcome, "passed");
		json_object_set_new(json_array_get(rows, i), "is_passed", json_boolean(passed));
		json_object_set_new(json_array_get(rows, i), "is_current", json_boolean(i == 0));
	}
	view_set(rq, "results", rows);
	view_flag(rq, "has_results", results.n > 0);
	return 0;
}

static int put_links(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_batch_find batch;
	int r = q_batch_find(rq->cx->db, &batch, .id = e->batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(rq->cx, r);
	const char *ticket = text_of(rq->cx, "/my/tickets/%lld", (long long)e->id);
	const char *notice = text_of(rq->cx, "/results/public/%lld", (long long)e->batch_id);
	view_text(rq, "ticket_url", *e->ticket_no ? if_page(rq, ticket) : "");
	view_text(rq, "notice_url", streq(batch.state, "publicity") ? if_page(rq, notice) : "");
	view_flag(rq, "is_publicity", streq(batch.state, "publicity")
		&& ctx_today(rq->cx) <= batch.publicity_to_on);
	view_text(rq, "publicity_to_on_text", batch.publicity_to_on
		? civil_day_text_zh(rq->cx->arena, batch.publicity_to_on) : "");
	view_text(rq, "body_name", batch.body_name);
	view_text(rq, "body_phone", batch.phone);
	view_int(rq, "enrol_to_on", batch.enrol_to_on);
	json_t *answer;
	r = answer_again(rq, e->facts, e->ruleset, e->ruleset_version, batch.grade,
		batch.enrol_to_on, &answer);
	if (r < 0)
		return r;
	view_set(rq, "answer", answer);
	return 0;
}

static void put_enrolment(struct req *rq, const struct q_enrolment_find *e)
{
	json_t *row = view_row(rq, &q_enrolment_find_desc, e);
	bool open = streq(e->state, "submitted") || streq(e->state, "mend");
	json_object_del(row, "facts");
	json_object_del(row, "spot_check");
	view_state(row, &enrolment_flow, e->state);
	view_set(rq, "enrolment", row);
	view_text(rq, "title", e->batch_title);
	view_flag(rq, "may_edit",
		open && (streq(e->batch_state, "enrolling") || streq(e->batch_state, "closed")));
	view_flag(rq, "is_mend", streq(e->state, "mend"));
	view_flag(rq, "is_unmet", open && !streq(e->verdict, "met"));
	view_flag(rq, "has_photo", e->photo_file_id != 0);
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	const char *id = rq_param(rq, "id");
	int r = enrolment_flow.load(rq->cx, me(rq), rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_enrolment_find *e = subject.row;
	put_enrolment(rq, e);
	if ((r = put_parts(rq, e)) < 0 || (r = put_results(rq, e)) < 0
		|| (r = view_evidence(rq, e->id)) < 0 ||
		(r = put_links(rq, e)) < 0)
		return r;
	view_form(rq, "evidence_form", evidence_fields,
		text_of(rq->cx, "/my/enrolments/%s/evidence", id), "上传材料", NULL);
	view_form(rq, "photo_form", photo_fields, text_of(rq->cx, "/my/enrolments/%s/photo", id),
		"更换照片", NULL);
	return view_flow(rq, &enrolment_flow, &subject, "/my/enrolments/%s/flow", id);
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/my/enrolments/%s", rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &enrolment_flow, me(rq), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

static int claims_show(struct req *rq)
{
	struct q_enrolment_find e;
	int r = enrolment_get(rq->cx, me(rq), rq_id(rq, "id"), &e);
	if (r < 0)
		return r;
	view_text(rq, "id", rq_param(rq, "id"));
	view_text(rq, "back", text_of(rq->cx, "/my/enrolments/%s", rq_param(rq, "id")));
	view_text(rq, "name", "");
	view_form(rq, "form", claims_fields,
		text_of(rq->cx, "/my/enrolments/%s/claims", rq_param(rq, "id")),
		"保存并重新审核条件", claims_defaults(e.facts));
	form_groups(rq, "form", enrol_groups);
	return 0;
}

static int claims_save(struct req *rq)
{
	struct person_claims claims;
	int r = claims_read(rq, &claims);
	if (r < 0 || (r = enrolment_rejudge(rq->cx, me(rq), rq_id(rq, "id"), &claims)) < 0)
		return r;
	rq_flash(rq, "enrolment.rejudged");
	return back(rq);
}

static int evidence_add(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	int64_t id;
	int r = enrolment_attach(rq->cx, me(rq), rq_id(rq, "id"), in_text(rq->in, "item"),
		file->filename, file->bytes, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "enrolment.attached");
	return back(rq);
}

static int evidence_show(struct req *rq)
{
	struct file file;
	int r = enrolment_file(rq->cx, me(rq), rq_id(rq, "id"), rq_id(rq, "file"), &file);
	return r < 0 ? r : rq_bytes(rq, file.mime, file.name, file.bytes);
}

static int photo_save(struct req *rq)
{
	int64_t file_id = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = keep_photo(rq, &file_id)) < 0 ||
		(r = enrolment_set_photo(rq->cx, me(rq), rq_id(rq, "id"), file_id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "person.saved");
	return back(rq);
}

static int photo_show(struct req *rq)
{
	struct file file;
	int r = enrolment_photo(rq->cx, me(rq), rq_id(rq, "id"), &file);
	return r < 0 ? r : rq_bytes(rq, "image/jpeg", NULL, file.bytes);
}

const struct route routes_my_enrolment[] = {
	{GET, "/open/:id/enrol", PERM_ENROLMENT_SELF, enrol_show, "my/enrol", "报名"},
	{POST, "/open/:id/enrol", PERM_ENROLMENT_SELF, enrol, NULL, "报名", enrol_form_fields,
		.form = "/open/:id/enrol", .flags = ROUTE_BIG},
	{GET, "/my/enrolments", PERM_ENROLMENT_SELF, list, "my/enrolments", "我的报名"},
	{GET, "/my/enrolments/:id", PERM_ENROLMENT_SELF, show, "my/enrolment", "本次报名"},
	{POST, "/my/enrolments/:id/flow", PERM_ENROLMENT_SELF, step, NULL, "办理报名", step_fields,
		.form = "/my/enrolments/:id"},
	{GET, "/my/enrolments/:id/claims", PERM_ENROLMENT_SELF, claims_show, "enrolment/claims",
		"更正申报情况"},
	{POST, "/my/enrolments/:id/claims", PERM_ENROLMENT_SELF, claims_save, NULL, "更正申报情况",
		claims_fields, .form = "/my/enrolments/:id/claims"},
	{POST, "/my/enrolments/:id/evidence", PERM_ENROLMENT_SELF, evidence_add, NULL, "上传材料",
		evidence_fields, .form = "/my/enrolments/:id", .flags = ROUTE_BIG},
	{GET, "/my/enrolments/:id/evidence/:file", PERM_ENROLMENT_SELF, evidence_show, NULL,
		"下载材料", .flags = ROUTE_DOWNLOAD},
	{POST, "/my/enrolments/:id/photo", PERM_ENROLMENT_SELF, photo_save, NULL, "更换照片",
		photo_fields, .form = "/my/enrolments/:id", .flags = ROUTE_BIG},
	{GET, "/my/enrolments/:id/photo", PERM_ENROLMENT_SELF, photo_show, NULL, "报名照片",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
