/* Certificates that an employer watches. */
#include <inttypes.h>

#include "base/civil.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/follow.h"
#include "query/follow.h"
#include "web/choices.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct field follow_filters[] = {
	{"state", FIELD_CHOICE, "状态", .choices = follow_states},
	{"only_new", FIELD_BOOL, "只看有变化未读的"},
	{0},
};

static const struct field follow_fields[] = {
	{"number", FIELD_TEXT, "证书编号", .max = 40, .flags = FIELD_REQUIRED},
	{"name", FIELD_TEXT, "持证人姓名", .max = 60, .flags = FIELD_REQUIRED},
	{"purpose", FIELD_CHOICE, "用途", .choices = follow_purposes,
		.help = "持证人会看到本单位名称和用途，可以随时拒绝。", .flags = FIELD_REQUIRED},
	{0},
};

static const char *standing(const struct q_follow_list *row)
{
	if (row->in_review)
		return "撤销决定复核中";
	return flow_state(&certificate_flow, row->certificate_state)->label;
}

static bool is_active(struct ctx *cx, const struct q_follow_list *row)
{
	return streq(row->state, "active") && ctx_today(cx) <= row->until_on;
}

static void add_words(struct req *rq, json_t *row, const struct q_follow_list *f)
{
	bool active = is_active(rq->cx, f);
	bool is_new = f->changed_at > f->seen_at && active;
	json_object_set_new(row, "person", json_string(text_of(rq->cx, "%" PRId64, f->person_id)));
	json_object_set_new(row, "purpose_label",
		json_string(choice_label(follow_purposes, f->purpose)));
	json_object_set_new(row, "state_label", json_string(streq(f->state, "active") && !active
		? "已到期" : choice_label(follow_states, f->state)));
	json_object_set_new(row, "until_text",
		json_string(civil_day_text_zh(rq->cx->arena, f->until_on)));
	json_object_set_new(row, "certificate_label", json_string(active ? standing(f) : "—"));
	json_object_set_new(row, "certificate_tone", json_string(!active ? "plain"
		: streq(f->certificate_state, "revoked") ? "bad"
		: streq(f->certificate_state, "valid") && !f->in_review ? "good" : "wait"));
	json_object_set_new(row, "change_label", json_string(active && *f->change_kind
		? choice_label(follow_changes, f->change_kind) : ""));
	json_object_set_new(row, "is_new", json_boolean(is_new));
	json_object_set_new(row, "is_active", json_boolean(active));
}

static int list(struct req *rq)
{
	struct q_follow_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *state = in_text(rq->in, "state");
	int64_t only_new = in_int(rq->in, "only_new") ? ctx_today(cx) : 0;
	view_form(rq, "form", follow_fields, "/follows", "关注", NULL);
	int r = q_follow_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.only_new = only_new, .page = rq_page(rq));
	if (r >= 0)
		r = q_follow_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.only_new = only_new, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	/* Who may no longer watch reads nothing new, in a sheet neither. */
	for (size_t i = 0; i < rows.n; i++)
		if (!is_active(cx, &rows.at[i])) {
			rows.at[i].certificate_state = rows.at[i].change_kind = "";
			rows.at[i].changed_at = rows.at[i].in_review = 0;
		}
	if ((r = rq_list(rq, &q_follow_list_desc, rows.at, rows.n, count)) < 0)
		return r;
	json_t *shown = rq_list_rows(rq);
	for (size_t i = 0; shown && i < rows.n; i++)
		add_words(rq, json_array_get(shown, i), &rows.at[i]);
	return 0;
}

static int begin(struct req *rq)
{
	int64_t person_id, id;
	int r = follow_begin(rq->cx, in_text(rq->in, "number"), in_text(rq->in, "name"),
		in_text(rq->in, "purpose"), &person_id, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "follow.begun");
	return rq_redirect(rq, "/follows");
}

static int seen(struct req *rq)
{
	int r = follow_seen(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"));
	return r < 0 ? r : rq_redirect(rq, "/follows");
}

static int end(struct req *rq)
{
	int r = follow_end(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"));
	return r < 0 ? r : rq_redirect(rq, "/follows");
}

const struct route routes_follow[] = {
	{GET, "/follows", PERM_CERTIFICATE_FOLLOW, list, "follow/list", "关注的证书",
		follow_filters, .flags = ROUTE_LIST},
	{POST, "/follows", PERM_CERTIFICATE_FOLLOW, begin, NULL, "关注证书", follow_fields,
		.form = "/follows"},
	{POST, "/follows/:person/:id/seen", PERM_CERTIFICATE_FOLLOW, seen, NULL, "已知悉变化",
		.form = "/follows"},
	{POST, "/follows/:person/:id/end", PERM_CERTIFICATE_FOLLOW, end, NULL, "停止关注",
		.form = "/follows"},
	{0},
};
