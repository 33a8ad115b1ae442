/* Today's examinations for authorities and supervisors: the province as tiles, the sittings by
 * time, the month ahead. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/core.h"
#include "web/page/batch.h"

enum { CELL_SHOWN = 4, WEEKS = 6 };

static const struct field board_fields[] = {
	{"on", FIELD_DATE, "日期"},
	{"region", FIELD_CHOICE, "地区"},
	{0},
};

/* Where a city's tile lies on the map of its province, from the north-west corner. Cities that are
 * not here follow one another. */
static const struct {
	const char *code;
	int row, column;
} places[] = {
	{"3714", 1, 2}, {"3716", 1, 3}, {"3705", 1, 4}, {"3706", 1, 6}, {"3710", 1, 7},
		{"3715", 2, 1}, {"3701", 2, 2},
	{"3703", 2, 3}, {"3707", 2, 4}, {"3702", 2, 5}, {"3709", 3, 2}, {"3711", 3, 5},
		{"3717", 4, 1}, {"3708", 4, 2},
	{"3704", 4, 3}, {"3713", 4, 4},
};

struct board {
	struct req *rq;
	int64_t on;
	const char *region; /* shown below the tiles; "" all */
	struct q_batch_rooms_of_day_rows rooms;
	struct q_batch_seated_of_day_rows seated;
	struct q_region_all_rows regions;
};

static int64_t seated_in(const struct board *b, int64_t slot_id)
{
	for (size_t i = 0; i < b->seated.n; i++)
		if (b->seated.at[i].batch_room_id == slot_id)
			return b->seated.at[i].n;
	return 0;
}

static const char *city_name(const struct board *b, const char *region)
{
	for (size_t i = 0; i < b->regions.n; i++)
		if (b->regions.at[i].tier == 2 && str_starts(str_of(region), b->regions.at[i].code))
			return b->regions.at[i].name;
	return "";
}

static const char *place_of(struct ctx *cx, const char *code)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (streq(places[i].code, code))
			return text_of(cx, "tile-r%d tile-c%d", places[i].row, places[i].column);
	return "";
}

/* A row is in scope when its region lies between lo and hi; so is a city. */
static bool in_scope(const struct ctx *cx, const char *code)
{
	return cx->scope.lo && strcmp(code, cx->scope.lo) >= 0 && strcmp(code, cx->scope.hi) < 0;
}

static json_t *tile_of(struct board *b, const struct q_region_all *city)
{
	struct ctx *cx = b->rq->cx;
	int64_t sittings = 0, people = 0;
	for (size_t i = 0; i < b->rooms.n; i++)
		if (str_starts(str_of(b->rooms.at[i].region), city->code)) {
			sittings++;
			people += seated_in(b, b->rooms.at[i].id);
		}
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:s, s:b}", "code", city->code, "name",
		city->name, "place",
		place_of(cx, city->code), "sittings", (json_int_t)sittings, "people",
		(json_int_t)people, "is_active",
		sittings > 0, "url", text_of(cx, "/board?on=%s&region=%s",
		civil_day_text(cx->arena, b->on), city->code),
		"is_chosen", streq(city->code, b->region));
}

static void put_tiles(struct board *b)
{
	json_t *tiles = json_array();
	for (size_t i = 0; i < b->regions.n; i++)
		if (b->regions.at[i].tier == 2 && in_scope(b->rq->cx, b->regions.at[i].code))
			json_array_append_new(tiles, tile_of(b, &b->regions.at[i]));
	view_flag(b->rq, "has_tiles", json_array_size(tiles) > 1);
	view_set(b->rq, "tiles", tiles);
}

static const char *clock_of(struct ctx *cx, int64_t at)
{
	return civil_time_text(cx->arena, at) + 11;
}

static void put_sittings(struct board *b)
{
	struct ctx *cx = b->rq->cx;
	json_t *rows = json_array();
	int64_t people = 0;
	for (size_t i = 0; i < b->rooms.n; i++) {
		const struct q_batch_rooms_of_day *at = &b->rooms.at[i];
		int64_t n = seated_in(b, at->id);
		if (!str_starts(str_of(at->region), b->region))
			continue;
		json_t *row = view_row(b->rq, &q_batch_rooms_of_day_desc, at);
		view_state(row, &batch_flow, at->state);
		json_object_set_new(row, "time_text",
			json_string(text_of(cx, "%s—%s", clock_of(cx, at->starts_at),
			clock_of(cx, at->ends_at))));
		json_object_set_new(row, "part_label", json_string(part_label(at->part)));
		json_object_set_new(row, "city", json_string(city_name(b, at->region)));
		json_object_set_new(row, "n", json_integer(n));
		json_object_set_new(row, "is_now",
			json_boolean(at->starts_at <= ctx_now(cx) && ctx_now(cx) < at->ends_at));
		json_array_append_new(rows, row);
		people += n;
	}
	view_int(b->rq, "people", people);
	view_int(b->rq, "n_sittings", (int64_t)json_array_size(rows));
	view_set(b->rq, "sittings", rows);
}

/* The batches of one day of the calendar, each once. */
static json_t *cell_of(struct board *b, const struct q_batch_calendar_rows *all, int64_t day,
	int month)
{
	struct ctx *cx = b->rq->cx;
	json_t *items = json_array();
	int64_t more = 0;
	int64_t *seen = arena_array(cx->arena, int64_t, all->n + 1);
	size_t n_seen = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct q_batch_calendar *at = &all->at[i];
		bool is_known = civil_day_at(at->starts_at) != day
			|| !str_starts(str_of(at->region), b->region);
		for (size_t k = 0; k < n_seen && !is_known; k++)
			is_known = seen[k] == at->batch_id;
		if (is_known)
			continue;
		seen[n_seen++] = at->batch_id;
		if (n_seen > CELL_SHOWN)
			more++;
		else
			json_array_append_new(items,
				json_pack("{s:s, s:s, s:s}", "title", at->title, "url",
				text_of(cx, "/batches/%" PRId64, at->batch_id), "time",
				clock_of(cx, at->starts_at)));
	}
	struct civil date = civil_of(day);
	return json_pack("{s:i, s:s, s:s, s:b, s:b, s:b, s:o, s:I, s:b}", "day", date.day, "date",
		civil_day_text_zh(cx->arena, day), "url",
		text_of(cx, "/board?on=%s&region=%s", civil_day_text(cx->arena, day), b->region),
		"is_today",
		day == ctx_today(cx), "is_other", date.month != month, "is_off",
		!workday_is(cx, day), "items", items,
		"more", (json_int_t)more, "is_chosen", day == b->on);
}

static int put_calendar(struct board *b)
{
	struct ctx *cx = b->rq->cx;
	struct q_batch_calendar_rows all;
	struct civil date = civil_of(b->on);
	int64_t first = civil_day(date.year, date.month, 1),
		from = first - (civil_weekday(first) - 1);
	int64_t last = first + civil_month_days(date.year, date.month) - 1;
	int r = q_batch_calendar(cx->db, &all, .from_at = civil_midnight(from),
		.to_at = civil_midnight(from + 7 * WEEKS), .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *weeks = json_array();
	for (int64_t week = from; week <= last; week += 7) {
		json_t *days = json_array();
		for (int64_t day = week; day < week + 7; day++)
			json_array_append_new(days, cell_of(b, &all, day, date.month));
		json_array_append_new(weeks, json_pack("{s:o}", "days", days));
	}
	view_set(b->rq, "weeks", weeks);
	view_text(b->rq, "month_text", text_of(cx, "%d年%d月", (int)date.year, date.month));
	view_text(b->rq, "previous_url", text_of(cx, "/board?on=%s&region=%s",
		civil_day_text(cx->arena, civil_add_months(first, -1)), b->region));
	view_text(b->rq, "next_url", text_of(cx, "/board?on=%s&region=%s",
		civil_day_text(cx->arena, civil_add_months(first, 1)), b->region));
	return 0;
}

static int board_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct board b = {.rq = rq,
		.on = in_has(rq->in, "on") ? in_int(rq->in, "on") : ctx_today(cx),
		.region = in_text(rq->in, "region")};
	int64_t from = civil_midnight(b.on), to = civil_midnight(b.on + 1);
	int r = q_batch_rooms_of_day(cx->db, &b.rooms, .from_at = from, .to_at = to,
		.scope = cx->scope);
	if (r >= 0)
		r = q_batch_seated_of_day(cx->db, &b.seated, .from_at = from, .to_at = to,
			.scope = cx->scope);
	if (r >= 0)
		r = q_region_all(cx->db, &b.regions);
	if (r < 0)
		return ctx_pass(cx, r);
	put_tiles(&b);
	put_sittings(&b);
	view_text(rq, "day_text", civil_day_text_zh(cx->arena, b.on));
	view_flag(rq, "is_today", b.on == ctx_today(cx));
	view_text(rq, "region_name", is_blank(b.region) ? "" : region_label(cx, b.region));
	view_text(rq, "all_url", text_of(cx, "/board?on=%s", civil_day_text(cx->arena, b.on)));
	return put_calendar(&b);
}

const struct route routes_board[] = {
	{GET, "/board", PERM_BOARD_READ, board_show, "board/show", "今日考场", board_fields},
	{0},
};
