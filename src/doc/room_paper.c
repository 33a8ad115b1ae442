#include "doc/room_paper.h"

#include <string.h>

#include "base/civil.h"
#include "doc/paper.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "query/batch.h"

enum { CELL_WIDTH = 32, CELL_HEIGHT = 22, PLAN_ROWS = 20 };

static const struct {
	const char *template, *title;
} kinds[] = {
	[PAPER_SIGNIN] = {"signin", "考场签到表"},
	[PAPER_DOOR] = {"doorlist", "考场门贴"},
	[PAPER_SEATS] = {"seatmap", "考场座位图"},
};

struct printing {
	struct ctx *cx;
	enum room_paper_kind kind;
	const struct q_batch_find *batch;
	struct paper *paper;
	const struct room_paper *room;
};

const char *paper_time_span(struct ctx *cx, int64_t from, int64_t to)
{
	const char *clock_from = civil_time_text(cx->arena, from) + 11,
		*clock_to = civil_time_text(cx->arena, to) + 11;
	const char *day = civil_day_text_zh(cx->arena, civil_day_at(from));
	if (civil_day_at(from) == civil_day_at(to))
		return text_of(cx, "%s %s—%s", day, clock_from, clock_to);
	return text_of(cx, "%s %s—%s %s", day, clock_from,
		civil_day_text_zh(cx->arena, civil_day_at(to)), clock_to);
}

static void fact(json_t *facts, const char *label, const char *value)
{
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", label, "value", value));
}

static json_t *sheet_of(struct printing *p, size_t page, size_t pages)
{
	const struct q_batch_find *b = p->batch;
	const struct q_batch_rooms *slot = p->room->slot;
	json_t *facts = json_array();
	const char *object = *b->project_name ? b->project_name : *b->work_type_name
		? text_of(p->cx, "%s（%s）", b->occupation_name,
			b->work_type_name) : b->occupation_name;
	fact(facts, "批次", b->title);
	fact(facts, "职业（工种）", object);
	fact(facts, "等级", b->grade ? grade_label(b->grade) : "专项职业能力");
	fact(facts, "科目", part_label(slot->part));
	fact(facts, "考点考场", text_of(p->cx, "%s %s", slot->venue_name, slot->room_name));
	fact(facts, "考试时间", paper_time_span(p->cx, slot->starts_at, slot->ends_at));
	return json_pack("{s:s, s:s, s:i, s:i, s:o, s:s}", "title", kinds[p->kind].title,
		"subtitle", b->body_name,
		"page", (int)page, "pages", (int)pages, "facts", facts, "footer",
		text_of(p->cx, "打印时间 %s", civil_time_text(p->cx->arena, ctx_now(p->cx))));
}

static json_t *person_of(struct ctx *cx, const struct q_seats_of_slot *s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "seat",
		text_of(cx, "%02d", (int)s->seat), "ticket",
		s->ticket_no, "name", s->name, "id_number", s->idno_mask, "unit", s->unit,
		"is_empty", 0);
}

static int print(struct printing *p, json_t *view)
{
	int r = paper_page(p->paper, kinds[p->kind].template, view);
	json_decref(view);
	return r;
}

/* Lists: PAPER_ROWS people a page; an empty room has one page all the same. */
static int print_list(struct printing *p)
{
	const struct q_seats_of_slot_rows *seats = p->room->seats;
	const struct q_batch_rooms *slot = p->room->slot;
	size_t pages = seats->n ? (seats->n + PAPER_ROWS - 1) / PAPER_ROWS : 1;
	for (size_t page = 0; page < pages; page++) {
		json_t *view = sheet_of(p, page + 1, pages), *rows = json_array();
		for (size_t i = page * PAPER_ROWS; i < seats->n && i < (page + 1) * PAPER_ROWS; i++)
			json_array_append_new(rows, person_of(p->cx, &seats->at[i]));
		json_object_set_new(view, "rows", rows);
		json_object_set_new(view, "due", json_integer((json_int_t)seats->n));
		json_object_set_new(view, "room", json_string(slot->room_name));
		json_object_set_new(view, "parts",
			json_pack("[{s:s, s:s}]", "name", part_label(slot->part), "time",
			paper_time_span(p->cx, slot->starts_at, slot->ends_at)));
		int r = print(p, view);
		if (r < 0)
			return r;
	}
	return 0;
}

static const struct q_seats_of_slot *seat_at(const struct q_seats_of_slot_rows *seats, int64_t seat)
{
	for (size_t i = 0; i < seats->n; i++)
		if (seats->at[i].seat == seat)
			return &seats->at[i];
	return NULL;
}

static json_t *plan_rows(struct printing *p, int64_t first, int64_t columns, int64_t capacity)
{
	json_t *rows = json_array();
	for (int64_t row = first; row < first + PLAN_ROWS && row * columns < capacity; row++) {
		json_t *seats = json_array();
		for (int64_t k = row * columns + 1; k <= (row + 1) * columns; k++) {
			const struct q_seats_of_slot *s = k <= capacity ? seat_at(p->room->seats,
				k) : NULL;
			json_array_append_new(seats,
				s ? person_of(p->cx, s) : json_pack("{s:b}", "is_empty", 1));
		}
		json_array_append_new(rows, json_pack("{s:o}", "seats", seats));
	}
	return rows;
}

static int print_plan(struct printing *p)
{
	const struct q_batch_rooms *slot = p->room->slot;
	int64_t columns = slot->per_row > 0 && slot->per_row < slot->capacity ? slot->per_row
		: slot->capacity;
	int64_t rows = (slot->capacity + columns - 1) / columns,
		pages = (rows + PLAN_ROWS - 1) / PLAN_ROWS;
	for (int64_t page = 0; page < pages; page++) {
		json_t *view = sheet_of(p, (size_t)page + 1, (size_t)pages);
		json_t *plan = plan_rows(p, page * PLAN_ROWS, columns, slot->capacity);
		json_object_set_new(view, "room", json_string(slot->room_name));
		json_object_set_new(view, "columns", json_integer(columns));
		json_object_set_new(view, "width", json_integer(columns * CELL_WIDTH));
		json_object_set_new(view, "height",
			json_integer((json_int_t)json_array_size(plan) * CELL_HEIGHT));
		json_object_set_new(view, "rows", plan);
		int r = print(p, view);
		if (r < 0)
			return r;
	}
	return 0;
}

int room_paper(struct ctx *cx, enum room_paper_kind kind, const struct q_batch_find *batch,
	const struct room_paper *rooms, size_t n, struct str *ret_pdf)
{
	struct printing p = {.cx = cx, .kind = kind, .batch = batch};
	int r = paper_new(text_of(cx, "%s %s", batch->title, kinds[kind].title), &p.paper);
	if (r < 0)
		return fail(cx, r, "arrange.no_paper");
	paper_date(p.paper, ctx_now(cx));
	for (size_t i = 0; i < n && r >= 0; i++) {
		p.room = &rooms[i];
		r = kind == PAPER_SEATS ? print_plan(&p) : print_list(&p);
	}
	if (r >= 0)
		r = paper_finish(p.paper, cx->arena, ret_pdf);
	else
		paper_free(p.paper);
	return r < 0 ? fail(cx, r, "arrange.no_paper") : 0;
}
