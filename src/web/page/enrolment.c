/* Enrolments as body and authority see them: list, one with its judgement and evidence, review,
 * spot check, reveal, a phone put right. */
#include "base/civil.h"
#include "base/utf8.h"
#include "core/file.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "web/page/batch.h"
#include "web/page/claims.h"
#include "web/page/held.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, BATCH_CAP = 10001 };

static const struct choice state_choices[] = {{"submitted", "待审核"}, {"mend", "材料待补"},
	{"accepted", "审核通过"},
	{"rejected", "不符合条件"}, {"withdrawn", "已撤回"}, {"passed", "成绩合格"},
		{"failed", "成绩不合格"},
	{"certified", "已发证"}, {0}};

static const struct choice verdict_choices[] = {{"met", "符合"}, {"not_met", "不符合"},
	{"unknown", "材料不全"}, {0}};

static const struct choice spot_choices[] = {{"drawn", "待抽查"}, {"good", "抽查合格"},
	{"bad", "抽查有问题"}, {0}};

static const struct choice spot_results[] = {{"good", "材料属实、符合条件"}, {"bad", "有问题"},
	{0}};

static const struct field filters[] = {
	{"find", FIELD_TEXT, "姓名（可只填姓）", .max = 30},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"verdict", FIELD_CHOICE, "系统判断", .choices = verdict_choices},
	{"spot_check", FIELD_CHOICE, "抽查", .choices = spot_choices},
	{"batch_id", FIELD_ID, "批次", .flags = FIELD_HIDDEN},
	{0},
};

static const struct field reveal_fields[] = {
	{"purpose", FIELD_TEXT, "查看完整号码的理由", .help = "理由和查看人记入审计。",
		.example = "核对纸质材料", .max = 200, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct field phone_fields[] = {
	{"phone", FIELD_PHONE, "新手机号码",
		.help = "核对本人身份证后更正。本人注册账户时须填写登记的号码。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"phone_reason", FIELD_TEXT, "更正的理由", .help = "理由和更正人记入审计。",
		.example = "原号码已停用，本人持身份证到场更正", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct field spot_fields[] = {
	{"verdict", FIELD_CHOICE, "抽查结论", .choices = spot_results, .flags = FIELD_REQUIRED},
	{"reason", FIELD_AREA, "说明",
		.help = "有问题的，写明哪里有问题；已通过的报名随即退回补正。", .max = 1000},
	{0},
};

static const struct field claims_fields[] = {CLAIM_FIELDS, {0}};

static const struct field_group claims_groups[] = {{"工作经历", "work_from_on", "填一项即可。"},
	{"已有证书", "cert5_on", ""}, {"学历", "education", ""}, {"其他", "title_level", ""}, {0}};

static void put_labels(json_t *row, const char *verdict, const char *spot)
{
	bool met = streq(verdict, "met");
	json_object_set_new(row, "verdict_label",
		json_string(choice_label(verdict_choices, verdict)));
	json_object_set_new(row, "verdict_tone",
		json_string(met ? "good" : streq(verdict, "unknown") ? "wait" : "bad"));
	json_object_set_new(row, "spot_label",
		json_string(*spot ? choice_label(spot_choices, spot) : ""));
	json_object_set_new(row, "spot_tone",
		json_string(streq(spot, "good") ? "good" : streq(spot, "bad") ? "bad"
		: "wait"));
}

/* The pages of one batch, and what may be done with all of its enrolments. */
static int put_batch(struct req *rq, int64_t batch_id)
{
	struct q_batch_find batch;
	int r = batch_get(rq->cx, batch_id, &batch);
	if (r < 0)
		return r;
	bool open = streq(batch.state, "enrolling") || streq(batch.state, "closed");
	view_set(rq, "batch", batch_view(rq, &batch));
	view_text(rq, "title", batch.title);
	view_batch_tabs(rq, &batch, "/enrolments");
	view_flag(rq, "may_accept", open && ctx_may(rq->cx, PERM_ENROLMENT_REVIEW));
	view_flag(rq, "may_draw", open && ctx_may(rq->cx, PERM_ENROLMENT_CHECK));
	return 0;
}

/* What the list asks for. One filter leads, the others only sift what it finds: see the query. */
struct wanted {
	int64_t batch_id;
	const char *find, *name, *name_end;
	const char *state, *verdict, *spot_check;
	const char *rare_state, *rare_verdict, *rare_spot_check, *county;
};

/* The least common thing that was asked for becomes the one that leads. */
static void take_lead(struct wanted *w, const char *county)
{
	if (*w->spot_check) {
		w->rare_spot_check = w->spot_check;
		w->spot_check = "";
	} else if (*w->verdict && !streq(w->verdict, "met")) {
		w->rare_verdict = w->verdict;
		w->verdict = "";
	} else if (*w->state && !streq(w->state, "certified")) {
		w->rare_state = w->state;
		w->state = "";
	} else {
		w->county = county;
	}
}

/* Nearly all rows are as these ask, or nothing is asked. */
static bool is_common(const struct wanted *w)
{
	return !*w->spot_check && (!*w->verdict || streq(w->verdict, "met")) &&
		(!*w->state || streq(w->state, "certified"));
}

/* Any part of a name within a batch; in all of them its beginning, which an index finds. A family
 * name alone is no rare thing: it sifts when anything rarer was asked for. */
static struct wanted wanted_of(struct req *rq)
{
	const struct input *in = rq->in;
	const char *name = in_text(in, "find");
	struct wanted w = {.batch_id = in_int(in, "batch_id"), .state = in_text(in, "state"),
		.verdict = in_text(in, "verdict"), .spot_check = in_text(in, "spot_check")};
	if (w.batch_id) {
		w.find = like_any(rq->cx, name);
	} else if (utf8_count(str_of(name)) == 1 && !is_common(&w)) {
		w.find = like_start(rq->cx, name);
		take_lead(&w, "");
	} else if (!is_blank(name)) {
		w.name = name;
		w.name_end = text_of(rq->cx, "%s\U0010FFFF", name);
	} else {
		take_lead(&w, county_of(rq, ""));
	}
	return w;
}

/* The one description of what the list asks for, for rows and count alike. */
#define FILTERS(rq, w) \
	.scope = (rq)->cx->scope, .batch_id = (w).batch_id, .find = (w).find, .name = (w).name, \
	.name_end = (w).name_end, .state = (w).state, .verdict = (w).verdict, \
	.spot_check = (w).spot_check, .rare_state = (w).rare_state, \
	.rare_verdict = (w).rare_verdict, .rare_spot_check = (w).rare_spot_check, \
	.county = (w).county

static int enrolment_rows(struct req *rq)
{
	struct q_enrolment_list_rows rows;
	int64_t count;
	struct wanted w = wanted_of(rq);
	struct page page = rq_page(rq);
	if (w.name && !page.sort)
		page.sort = "name";
	rq_states(rq, &enrolment_flow);
	int r = q_enrolment_list(rq->cx->db, &rows, FILTERS(rq, w), .page = page);
	if (r >= 0)
		r = q_enrolment_list_count(rq->cx->db, &count, FILTERS(rq, w),
			.page = {.limit = w.batch_id ? BATCH_CAP : COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = rq_list(rq, &q_enrolment_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *list = rq_list_rows(rq);
	for (size_t i = 0; i < json_array_size(list); i++)
		put_labels(json_array_get(list, i), rows.at[i].verdict, rows.at[i].spot_check);
	return 0;
}

static int list(struct req *rq)
{
	int64_t batch_id = in_int(rq->in, "batch_id");
	view_set(rq, "batch", json_false());
	view_set(rq, "tabs", json_array());
	view_flag(rq, "may_accept", false);
	view_flag(rq, "may_draw", false);
	view_flag(rq, "may_mend_name", ctx_may(rq->cx, PERM_PERSON_NAME));
	int r = enrolment_rows(rq);
	if (r < 0 || !batch_id)
		return r;
	rq_states(rq, NULL);
	return put_batch(rq, batch_id);
}

static int accept_all(struct req *rq)
{
	int64_t n, job_id;
	int r = enrolment_accept_all(rq->cx, rq_id(rq, "id"), &n, &job_id);
	if (r < 0)
		return r;
	if (job_id)
		return rq_redirect(rq, "/jobs/%lld", (long long)job_id);
	rq_flash(rq, "enrolment.accepted_n", text_of(rq->cx, "%lld", (long long)n));
	return rq_redirect(rq, "/enrolments?batch_id=%s", rq_param(rq, "id"));
}

static int draw(struct req *rq)
{
	int64_t n;
	int r = enrolment_draw(rq->cx, rq_id(rq, "id"), "", &n);
	if (r < 0)
		return r;
	rq_flash(rq, "enrolment.drawn_n", text_of(rq->cx, "%lld", (long long)n));
	return rq_redirect(rq, "/enrolments?batch_id=%s&spot_check=drawn", rq_param(rq, "id"));
}

static const char *here(struct req *rq, const char *below)
{
	return text_of(rq->cx, "/enrolments/%s/%s%s", rq_param(rq, "person"), rq_param(rq, "id"),
		below);
}

/* What is no reason to refuse, but worth a look. */
static int put_hints(struct req *rq, const struct q_enrolment_find *e, int64_t birth_on)
{
	struct q_certificates_as_facts_rows certificates;
	struct ctx *cx = rq->cx;
	json_t *hints = json_array();
	const char *fallen;
	int64_t oldest, most, n = 0, today = ctx_today(cx);
	view_set(rq, "hints", hints);
	int r = enrolment_fallen(cx, e, &fallen);
	if (r < 0)
		return r;
	if (fallen)
		json_array_append_new(hints, json_pack("{s:s}", "text", text_of(cx,
			"判断申报条件时计入的证书 %s 已被撤销或暂停使用，请重新判断", fallen)));
	r = setting_get(cx, "enrolment.age_max", e->region, 0, &oldest);
	if (r < 0 || (r = setting_get(cx, "certificate.year_max", e->region, 0, &most)) < 0)
		return r;
	if ((r = q_certificates_as_facts(cx->db, &certificates, .person_id = e->person_id)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < certificates.n; i++)
		n += civil_of(certificates.at[i].issued_on).year == civil_of(today).year;
	int64_t age = civil_years_between(birth_on, today);
	if (age > oldest)
		json_array_append_new(hints, json_pack("{s:s}", "text", text_of(cx,
			"考生 %d 周岁，超过提示年龄 %d 周岁，请核实", (int)age, (int)oldest)));
	if (n >= most)
		json_array_append_new(hints, json_pack("{s:s}", "text", text_of(cx,
			"考生今年已取得 %d 本证书，提示上限 %d 本，请核实", (int)n, (int)most)));
	return 0;
}

static int put_person(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_person_find person;
	int r = q_person_find(rq->cx->db, &person, .person_id = e->person_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *row = view_row(rq, &q_person_find_desc, &person);
	json_object_set_new(row, "sex_label", json_string(streq(person.sex, "1") ? "男" : "女"));
	json_object_set_new(row, "education_label",
		json_string(choice_label(schooling_choices, person.education)));
	view_set(rq, "person", row);
	return put_hints(rq, e, person.birth_on);
}

static int put_answer(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_batch_find batch;
	json_t *answer;
	int r = batch_get(rq->cx, e->batch_id, &batch);
	if (r < 0 || (r = answer_again(rq, e->facts, e->ruleset, e->ruleset_version, batch.grade,
		batch.enrol_to_on,
			      &answer)) < 0)
		return r;
	view_set(rq, "answer", answer);
	return 0;
}

static void put_forms(struct req *rq, const struct q_enrolment_find *e)
{
	bool waits = streq(e->state, "submitted") || streq(e->state, "mend");
	bool open = streq(e->batch_state, "enrolling") || streq(e->batch_state, "closed");
	view_flag(rq, "may_edit", waits && open && ctx_may(rq->cx, PERM_ENROLMENT_EDIT));
	view_flag(rq, "may_spot", *e->spot_check && open && ctx_may(rq->cx, PERM_ENROLMENT_CHECK));
	view_flag(rq, "may_reveal", ctx_may(rq->cx, PERM_PERSON_REVEAL));
	view_flag(rq, "may_mend_phone", ctx_may(rq->cx, PERM_PERSON_PHONE));
	view_flag(rq, "may_mend_name", ctx_may(rq->cx, PERM_PERSON_NAME));
	view_flag(rq, "has_photo", e->photo_file_id != 0);
	view_form(rq, "spot_form", spot_fields, here(rq, "/spot"), "记录抽查结论", NULL);
	view_form(rq, "reveal_form", reveal_fields, here(rq, "/reveal"), "查看完整号码", NULL);
	view_form(rq, "phone_form", phone_fields, here(rq, "/phone"), "更正手机号码", NULL);
}

/* Who is to be reviewed next, after this one or from the beginning again. */
static int put_next(struct req *rq, const struct q_enrolment_find *e)
{
	struct q_enrolment_next next;
	struct scope scope = rq->cx->scope;
	view_set(rq, "next", json_false());
	if (!ctx_may(rq->cx, PERM_ENROLMENT_REVIEW))
		return 0;
	int r = q_enrolment_next(rq->cx->db, &next, .batch_id = e->batch_id, .seq = e->seq,
		.scope = scope);
	if (r == ERR_NOTFOUND)
		r = q_enrolment_next(rq->cx->db, &next, .batch_id = e->batch_id, .seq = 0,
			.scope = scope);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(rq->cx, r);
	if (next.id != e->id)
		view_set(rq, "next", json_pack("{s:s, s:s}", "name", next.name, "url",
			text_of(rq->cx, "/enrolments/%lld/%lld", (long long)next.person_id,
			(long long)next.id)));
	return 0;
}

static int show(struct req *rq)
{
	struct flow_subject subject;
	json_t *held;
	int64_t person_id = rq_id(rq, "person");
	int r = enrolment_flow.load(rq->cx, person_id, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_enrolment_find *e = subject.row;
	json_t *row = view_row(rq, &q_enrolment_find_desc, e);
	json_object_del(row, "facts");
	view_state(row, &enrolment_flow, e->state);
	put_labels(row, e->verdict, e->spot_check);
	json_object_set_new(row, "source_label",
		json_string(streq(e->source, "roster") ? "花名册" : "本人网上报名"));
	json_object_set_new(row, "ruleset_title",
		json_string(ruleset_words(rq->cx, e->ruleset, e->ruleset_version)));
	view_set(rq, "enrolment", row);
	view_text(rq, "title", e->name);
	put_forms(rq, e);
	if ((r = put_person(rq, e)) < 0 || (r = view_evidence(rq, e->id)) < 0
		|| (r = put_answer(rq, e)) < 0 || (r = held_rows(rq, person_id, &held)) < 0
		|| (r = put_next(rq, e)) < 0)
		return r;
	view_set(rq, "held", held);
	view_flag(rq, "may_hold", ctx_may(rq->cx, PERM_HELD_EDIT));
	return view_flow(rq, &enrolment_flow, &subject, "/enrolments/%s/%s/flow",
		rq_param(rq, "person"), rq_param(rq, "id"));
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "%s", here(rq, ""));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &enrolment_flow, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : back(rq);
}

/* The number stands on this answer and nowhere else. */
static int reveal(struct req *rq)
{
	struct q_enrolment_find e;
	const char *idno;
	int64_t person_id = rq_id(rq, "person");
	int r = enrolment_get(rq->cx, person_id, rq_id(rq, "id"), &e);
	if (r < 0 || (r = person_reveal(rq->cx, person_id, in_text(rq->in, "purpose"), &idno)) < 0)
		return r;
	view_text(rq, "idno", idno);
	view_text(rq, "name", e.name);
	view_text(rq, "back", here(rq, ""));
	return 0;
}

static int mend_phone(struct req *rq)
{
	struct q_enrolment_find e;
	const struct input *in = rq->in;
	int64_t person_id = rq_id(rq, "person");
	int r = enrolment_get(rq->cx, person_id, rq_id(rq, "id"), &e);
	if (r < 0 || (r = person_phone_put(rq->cx, person_id, in_text(in, "phone"),
		in_text(in, "phone_reason"))) < 0)
		return r;
	rq_flash(rq, "person.phone_saved");
	return back(rq);
}

static int spot(struct req *rq)
{
	int r = enrolment_spot(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		streq(in_text(rq->in, "verdict"), "good"), in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "enrolment.spotted");
	return back(rq);
}

static int photo(struct req *rq)
{
	struct file file;
	int r = enrolment_photo(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &file);
	return r < 0 ? r : rq_bytes(rq, "image/jpeg", NULL, file.bytes);
}

static int evidence(struct req *rq)
{
	struct file file;
	int r = enrolment_file(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), rq_id(rq, "file"),
		&file);
	return r < 0 ? r : rq_bytes(rq, file.mime, file.name, file.bytes);
}

static int claims_show(struct req *rq)
{
	struct q_enrolment_find e;
	int r = enrolment_get(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &e);
	if (r < 0)
		return r;
	view_text(rq, "name", e.name);
	view_text(rq, "back", here(rq, ""));
	view_form(rq, "form", claims_fields, here(rq, "/claims"), "保存并重新审核条件",
		claims_defaults(e.facts));
	form_groups(rq, "form", claims_groups);
	return 0;
}

static int claims_save(struct req *rq)
{
	struct person_claims claims;
	int r = claims_read(rq, &claims);
	if (r < 0 || (r = enrolment_rejudge(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"),
		&claims)) < 0)
		return r;
	rq_flash(rq, "enrolment.rejudged");
	return back(rq);
}

const struct route routes_enrolment[] = {
	{GET, "/enrolments", PERM_ENROLMENT_READ, list, "enrolment/list", "报名管理", filters,
		.flags = ROUTE_LIST},
	{POST, "/batches/:id/enrolments/accept", PERM_ENROLMENT_REVIEW, accept_all, NULL,
		"批量审核通过"},
	{POST, "/batches/:id/enrolments/draw", PERM_ENROLMENT_CHECK, draw, NULL, "抽取抽查名单"},
	{GET, "/enrolments/:person/:id", PERM_ENROLMENT_READ, show, "enrolment/show", "报名",
		.audit = "查看报名材料"},
	{POST, "/enrolments/:person/:id/flow", PERM_ENROLMENT_READ, step, NULL, "办理报名",
		step_fields, .form = "/enrolments/:person/:id"},
	{POST, "/enrolments/:person/:id/reveal", PERM_PERSON_REVEAL, reveal, "enrolment/reveal",
		"查看完整证件号码", reveal_fields, .form = "/enrolments/:person/:id"},
	{POST, "/enrolments/:person/:id/phone", PERM_PERSON_PHONE, mend_phone, NULL,
		"更正登记的手机号码", phone_fields, .form = "/enrolments/:person/:id"},
	{POST, "/enrolments/:person/:id/spot", PERM_ENROLMENT_CHECK, spot, NULL, "记录抽查结论",
		spot_fields, .form = "/enrolments/:person/:id"},
	{GET, "/enrolments/:person/:id/photo", PERM_ENROLMENT_READ, photo, NULL, "考生照片",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/enrolments/:person/:id/evidence/:file", PERM_ENROLMENT_READ, evidence, NULL,
		"报名材料", .audit = "查看报名材料", .flags = ROUTE_DOWNLOAD},
	{GET, "/enrolments/:person/:id/claims", PERM_ENROLMENT_EDIT, claims_show,
		"enrolment/claims", "更正申报情况"},
	{POST, "/enrolments/:person/:id/claims", PERM_ENROLMENT_EDIT, claims_save, NULL,
		"更正申报情况", claims_fields, .form = "/enrolments/:person/:id/claims"},
	{0},
};
