#include "doc/mark_sheet.h"

#include <inttypes.h>

#include "base/civil.h"
#include "doc/paper_list.h"
#include "domain/standard/grade.h"
#include "query/mark.h"

struct sheet {
	struct ctx *cx;
	struct q_mark_slot slot;
	struct q_mark_sheet_rows rows;
	const char *marker;
};

static void fact(json_t *facts, const char *label, const char *value)
{
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", label, "value", value));
}

static json_t *facts_of(const struct sheet *s)
{
	struct ctx *cx = s->cx;
	const char *from = civil_time_text(cx->arena, s->slot.starts_at);
	json_t *facts = json_array();
	fact(facts, "批次", s->slot.title);
	fact(facts, "职业", s->slot.occupation_name);
	fact(facts, "等级", s->slot.grade ? grade_label(s->slot.grade) : "专项职业能力");
	fact(facts, "科目", part_label(s->slot.part));
	fact(facts, "考场", text_of(cx, "%s %s", s->slot.venue_name, s->slot.room_name));
	fact(facts, "时间", from);
	return facts;
}

static const char *mark_of(struct ctx *cx, const struct q_mark_sheet *row)
{
	if (streq(row->flag, "absent"))
		return "缺考";
	if (streq(row->flag, "void"))
		return "违纪";
	return *row->flag ? text_of(cx, "%" PRId64 ".%02" PRId64, row->score_centi / 100,
		row->score_centi % 100) : "";
}

static json_t *rows_of(const struct sheet *s, size_t from, size_t to)
{
	json_t *rows = json_array();
	for (size_t i = from; i < to; i++) {
		const struct q_mark_sheet *row = &s->rows.at[i];
		bool bad = streq(row->flag, "absent") || streq(row->flag, "void");
		json_array_append_new(rows, json_pack("{s:I, s:s, s:s, s:s, s:s, s:b}", "seat",
			(json_int_t)row->seat, "name", row->name, "ticket", row->ticket_no, "mark",
			mark_of(s->cx, row), "note", row->note, "is_bad", bad));
	}
	return rows;
}

static const char *signed_text(const struct sheet *s)
{
	int64_t last = 0;
	for (size_t i = 0; i < s->rows.n; i++) {
		if (*s->rows.at[i].flag && !s->rows.at[i].signed_at)
			last = INT64_MAX;
		else if (s->rows.at[i].signed_at > last)
			last = s->rows.at[i].signed_at;
	}
	if (!last || last == INT64_MAX)
		return text_of(s->cx, "评分人：%s　　尚未签字　　手写签名：＿＿＿＿＿＿＿＿",
			s->marker);
	return text_of(s->cx, "评分人：%s　　已于 %s 电子签字　　手写签名：＿＿＿＿＿＿＿＿",
		s->marker, civil_time_text(s->cx->arena, last));
}

static int put_page(struct paper *paper, const void *list, size_t page, size_t pages)
{
	const struct sheet *s = list;
	size_t from = page * PAPER_ROWS, to = from + PAPER_ROWS;
	json_t *view = json_pack("{s:s, s:s, s:o, s:o, s:s, s:I, s:I}", "title",
		text_of(s->cx, "%s评分表", part_label(s->slot.part)), "subtitle", s->slot.body_name,
		"facts", facts_of(s), "rows",
		rows_of(s, from, to < s->rows.n ? to : s->rows.n), "signed", signed_text(s),
		"page", (json_int_t)page + 1, "pages", (json_int_t)pages);
	int r = paper_page(paper, "mark-list", view);
	json_decref(view);
	return r;
}

int mark_sheet_pdf(struct ctx *cx, int64_t batch_room_id, int64_t marker_id,
	const char *marker_name, struct str *ret_pdf)
{
	struct sheet s = {.cx = cx, .marker = marker_name};
	int r = q_mark_slot(cx->db, &s.slot, .id = batch_room_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "mark.no_room");
	if (r >= 0)
		r = q_mark_sheet(cx->db, &s.rows, .batch_room_id = batch_room_id,
			.marker_id = marker_id);
	return r < 0 ? ctx_pass(cx, r) : paper_list(cx, "评分表", s.rows.n, put_page, &s, ret_pdf);
}
