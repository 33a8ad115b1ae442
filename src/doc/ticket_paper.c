#include "doc/ticket_paper.h"

#include "base/civil.h"
#include "doc/paper.h"
#include "doc/room_paper.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "query/batch.h"

static const char *const rules[] = {
	"请持本准考证和有效身份证件原件，于开考前 30 分钟到达考点，按座位号入座。",
	"除规定的考试用具外，其他物品一律放在指定位置；手机等通信设备应关机并交存。",
	"技能考核须按规定穿戴劳动防护用品，听从考评员安排，发现设备异常立即报告。",
	"有替考、抄袭、传递信息等行为的，取消本次成绩，并按有关规定处理。",
	"成绩在考试结束后按规定公示，可登录平台查询。",
};

static const char *id_type_text(const char *id_type)
{
	if (streq(id_type, "residence"))
		return "港澳台居民居住证";
	return streq(id_type, "foreign") ? "外国人永久居留身份证" : "居民身份证";
}

static json_t *parts_of(struct ctx *cx, const struct q_seats_of_enrolment_rows *seats)
{
	json_t *parts = json_array();
	for (size_t i = 0; i < seats->n; i++) {
		const struct q_seats_of_enrolment *s = &seats->at[i];
		bool is_kept = streq(s->attempt, "kept"), has_room = s->batch_room_id;
		const char *site = is_kept ? "免考（保留合格成绩）"
			: text_of(cx, "%s%s%s", s->venue_name, *s->address ? "　" : "", s->address);
		json_array_append_new(parts,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", part_label(s->part), "time",
			has_room ? paper_time_span(cx, s->starts_at, s->ends_at) : "——", "site",
			site, "room",
			has_room ? s->room_name : "——", "seat",
			has_room ? text_of(cx, "%02d", (int)s->seat) : "——"));
	}
	return parts;
}

static json_t *qr_of(struct ctx *cx, const char *text)
{
	const char *d;
	int size;
	if (qr_path(cx->arena, text, &d, &size) < 0)
		return json_null();
	return json_pack("{s:s, s:i}", "d", d, "size", size);
}

static json_t *view_of(struct ctx *cx, const struct q_batch_find *b, const struct ticket_face *f)
{
	json_t *lines = json_array();
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		json_array_append_new(lines, json_string(rules[i]));
	const char *object = *b->project_name ? b->project_name : *b->work_type_name
		? text_of(cx, "%s（%s）", b->occupation_name,
			b->work_type_name) : b->occupation_name;
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name", f->name,
		"id_type",
		id_type_text(f->id_type), "id_number", f->id_number, "ticket", f->ticket, "unit",
		f->unit, "body",
		b->body_name, "occupation", object, "grade",
		b->grade ? grade_label(b->grade) : "专项职业能力");
	json_object_set_new(v, "rules", lines);
	json_object_set_new(v, "parts", parts_of(cx, f->seats));
	json_object_set_new(v, "photo",
		f->photo.n ? json_string(data_uri(cx->arena, "image/jpeg",
		f->photo)) : json_null());
	json_object_set_new(v, "qr", qr_of(cx, f->code));
	return v;
}

int ticket_paper(struct ctx *cx, const struct q_batch_find *batch, const struct ticket_face *faces,
	size_t n, struct str *ret_pdf)
{
	struct paper *paper;
	int r = paper_new(text_of(cx, "%s 准考证", batch->title), &paper);
	if (r < 0)
		return fail(cx, r, "arrange.no_paper");
	paper_date(paper, ctx_now(cx));
	for (size_t i = 0; i < n && r >= 0; i++) {
		json_t *view = view_of(cx, batch, &faces[i]);
		r = paper_page(paper, "ticket", view);
		json_decref(view);
	}
	if (r >= 0)
		r = paper_finish(paper, cx->arena, ret_pdf);
	else
		paper_free(paper);
	return r < 0 ? fail(cx, r, "arrange.no_paper") : 0;
}
