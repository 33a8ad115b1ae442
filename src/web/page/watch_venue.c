/* On the exam's page: rooms that are at a venue without a line, the code that opens their forms,
 * sittings that ran twice; and at the venue, the form that the code is typed into. */
#include <inttypes.h>

#include "domain/exam/venue.h"
#include "query/exam_venue.h"
#include "web/page/watch.h"

enum { REASON_CHARS = 500, CODE_CHARS = 64 };

static const struct field tell_fields[] = {
	{"pack", FIELD_ID, "考场包", .flags = FIELD_REQUIRED | FIELD_HIDDEN}, {0}};
static const struct field start_fields[] = {
	{"code", FIELD_TEXT, "开卷口令", .help = "开考前一小时起由中心告知，不分大小写。",
		.max = CODE_CHARS, .flags = FIELD_REQUIRED},
	{0},
};
static const struct choice which_choices[] = {
	{"venue", "以离线考点的为准"}, {"here", "以中心的为准"}, {0}};
static const struct field settle_fields[] = {
	{"person", FIELD_ID, "考生", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"sitting", FIELD_ID, "考试", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"which", FIELD_CHOICE, "核定", .choices = which_choices, .flags = FIELD_REQUIRED},
	{"settle_reason", FIELD_TEXT, "理由", .max = REASON_CHARS,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const char *room_names(struct ctx *cx, const struct board *b, const char *rooms)
{
	const char *names = "";
	struct str rest = str_of(rooms);
	int64_t id;
	while (rest.n && str_to_i64(str_cut(&rest, ','), &id))
		for (size_t i = 0; i < b->n; i++)
			if (b->rooms[i].row->batch_room_id == id)
				names = text_of(cx, "%s%s%s%s", names, *names ? "、" : "",
					b->rooms[i].row->room_name,
					streq(b->rooms[i].row->place, "returned") ? "（已带回）"
					: streq(b->rooms[i].row->place, "") ? "（已收回）" : "");
	return names;
}

static int put_packs(struct req *rq, const struct board *b)
{
	struct q_venue_packs_rows packs;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int r = q_venue_packs(cx->db, &packs, .exam_id = b->exam->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < packs.n; i++) {
		const char *code;
		if ((r = venue_told(cx, b->exam->id, packs.at[i].id, &code)) < 0)
			return r;
		json_t *row = view_row(rq, &q_venue_packs_desc, &packs.at[i]);
		json_object_set_new(row, "rooms",
			json_string(room_names(cx, b, packs.at[i].rooms)));
		json_object_set_new(row, "code", json_string(code));
		json_array_append_new(list, row);
		view_form(rq, text_of(cx, "tell_form_%zu", i), tell_fields, text_of(cx,
			"/exams/%" PRId64 "/packs/tell", b->exam->id), "查看开卷口令",
			json_pack("{s:s}", "pack", text_of(cx, "%" PRId64, packs.at[i].id)));
		json_object_set(row, "tell_form", json_object_get(rq->view,
			text_of(cx, "tell_form_%zu", i)));
		json_object_del(rq->view, text_of(cx, "tell_form_%zu", i));
	}
	view_flag(rq, "may_tell", ctx_may(cx, PERM_EXAM_WITHDRAW));
	view_flag(rq, "has_packs", packs.n > 0);
	view_set(rq, "packs", list);
	return 0;
}

static int put_conflicts(struct req *rq, const struct board *b)
{
	struct q_venue_conflicts_rows rows;
	struct ctx *cx = rq->cx;
	int r = q_venue_conflicts(cx->db, &rows, .exam_id = b->exam->id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = view_rows(rq, &q_venue_conflicts_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_venue_conflicts *c = &rows.at[i];
		json_t *row = json_array_get(list, i);
		bool open = streq(c->conflict_state, "open");
		view_form(rq, "settle", settle_fields, text_of(cx, "/exams/%" PRId64 "/conflicts",
			b->exam->id), "核定", json_pack("{s:s, s:s}", "person",
			text_of(cx, "%" PRId64, c->person_id), "sitting",
			text_of(cx, "%" PRId64, c->id)));
		json_object_set(row, "form", json_object_get(rq->view, "settle"));
		json_object_del(rq->view, "settle");
		json_object_set_new(row, "may_settle",
			json_boolean(open && ctx_may(cx, PERM_EXAM_WITHDRAW)));
		json_object_set_new(row, "label", json_string(open ? "待核定"
			: streq(c->conflict_state, "venue") ? "以离线考点为准" : "以中心为准"));
		json_object_set_new(row, "tone", json_string(open ? "bad" : "plain"));
	}
	view_flag(rq, "has_conflicts", rows.n > 0);
	view_set(rq, "conflicts", list);
	return 0;
}

int watch_venue(struct req *rq, const struct board *b)
{
	struct venue_here here = {0};
	int r = venue_here(rq->cx, &here);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	bool is_here = r == 0 && here.exam_id == b->exam->id;
	view_flag(rq, "is_sealed_here", is_here && !here.opened_at);
	view_form(rq, "start_form", start_fields, text_of(rq->cx, "/exams/%" PRId64 "/start",
		b->exam->id), "启封试卷", NULL);
	return (r = put_packs(rq, b)) < 0 ? r : put_conflicts(rq, b);
}

static int to_board(struct req *rq)
{
	return rq_redirect(rq, "/exams/%s/board", rq_param(rq, "id"));
}

static int tell(struct req *rq)
{
	const char *code;
	int r = venue_tell(rq->cx, rq_id(rq, "id"), in_int(rq->in, "pack"), &code);
	return r < 0 ? r : to_board(rq);
}

static int start(struct req *rq)
{
	struct board b;
	int r = board_exam(rq->cx, rq_id(rq, "id"), &b);
	if (r >= 0)
		r = venue_start(rq->cx, b.exam->id, in_text(rq->in, "code"));
	if (r < 0)
		return r;
	rq_flash(rq, "venue.started");
	return to_board(rq);
}

static int settle(struct req *rq)
{
	int r = venue_settle(rq->cx, rq_id(rq, "id"), in_int(rq->in, "person"),
		in_int(rq->in, "sitting"), streq(in_text(rq->in, "which"), "venue"),
		in_text(rq->in, "settle_reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "venue.settled_done");
	return to_board(rq);
}

const struct route routes_watch_venue[] = {
	{POST, "/exams/:id/packs/tell", PERM_EXAM_WITHDRAW, tell, NULL, "查看开卷口令",
		tell_fields, .form = "/exams/:id/board"},
	{POST, "/exams/:id/start", PERM_EXAM_INVIGILATE, start, NULL, "离线考点启封试卷",
		start_fields, .form = "/exams/:id/board"},
	{POST, "/exams/:id/conflicts", PERM_EXAM_WITHDRAW, settle, NULL, "核定两处的考试",
		settle_fields, .form = "/exams/:id/board"},
	{0},
};
