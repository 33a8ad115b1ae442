/* The administrators' pages: settings by region and day, the rehearsal clock. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/audit.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "query/core.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/site.h"

enum { FORWARD_DAYS_MAX = 400 };

static const struct field setting_fields[] = {
	{"region", FIELD_TEXT, "地区代码", .help = "留空为全国；如 37、3710、371002。", .max = 12},
	{"effective_on", FIELD_DATE, "生效日期", .help = "不得早于今天。", .flags = FIELD_REQUIRED},
	{"amount", FIELD_INT, "取值", .min = INT32_MIN, .max = INT32_MAX, .flags = FIELD_REQUIRED},
	{0},
};

/* "5 个工作日"; a letter as such. */
static const char *amount_text(struct req *rq, const struct setting *s, int64_t amount)
{
	return streq(s->unit, "字符编码") ? text_of(rq->cx, "%c（编码 %d）", (int)amount,
		(int)amount)
		: text_of(rq->cx, "%" PRId64 " %s", amount, s->unit);
}

static json_t *setting_view(struct req *rq, const struct setting *s)
{
	int64_t now = setting_int(rq->cx, s->name, "", 0);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s}", "name", s->name,
		"room",
		s->room, "label",
		s->label, "unit", s->unit, "source", s->source, "min", (json_int_t)s->min, "max",
		(json_int_t)s->max,
		"preset", (json_int_t)s->preset, "now",
		(json_int_t)now, "now_text", amount_text(rq, s, now), "preset_text",
		amount_text(rq, s, s->preset));
}

/* Grouped by room, each with the value that counts for the whole country and the number of other
 * ones. */
static int setting_list(struct req *rq)
{
	struct q_setting_all_rows all;
	int r = q_setting_all(rq->cx->db, &all);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rooms = json_array(), *items = NULL;
	const char *room = "";
	for (const struct setting *s = settings; s->name; s++) {
		int64_t values = 0;
		for (size_t i = 0; i < all.n; i++)
			values += streq(all.at[i].name, s->name);
		if (!streq(s->room, room)) {
			items = json_array();
			json_array_append_new(rooms,
				json_pack("{s:s, s:o}", "label", s->room, "settings", items));
			room = s->room;
		}
		json_t *item = setting_view(rq, s);
		json_object_set_new(item, "values", json_integer(values));
		json_array_append_new(items, item);
	}
	view_set(rq, "rooms", rooms);
	return 0;
}

static int setting_show(struct req *rq)
{
	const struct setting *s = setting_find(rq_param(rq, "name"));
	struct q_setting_of_name_rows rows;
	char today[CIVIL_TEXT];
	if (!s)
		return fail(rq->cx, ERR_NOTFOUND, "web.no_setting", rq_param(rq, "name"));
	int r = q_setting_of_name(rq->cx->db, &rows, .name = s->name);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "setting", setting_view(rq, s));
	view_set(rq, "values", view_rows(rq, &q_setting_of_name_desc, rows.at, rows.n));
	view_text(rq, "keeper", perm_label(setting_perm(s)));
	if (ctx_may(rq->cx, setting_perm(s)))
		view_form(rq, "form", setting_fields,
			text_of(rq->cx, "/admin/settings/%s", s->name), "保存",
			json_pack("{s:s}", "effective_on",
			civil_put_day(ctx_today(rq->cx), today)));
	return 0;
}

static int setting_save(struct req *rq)
{
	const struct setting *s = setting_find(rq_param(rq, "name"));
	if (!s)
		return fail(rq->cx, ERR_NOTFOUND, "web.no_setting", rq_param(rq, "name"));
	int r = setting_put(rq->cx, s->name, in_text(rq->in, "region"),
		in_int(rq->in, "effective_on"), in_int(rq->in, "amount"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.setting_saved", s->label);
	return rq_redirect(rq, "/admin/settings/%s", s->name);
}

static const struct field clock_fields[] = {
	{"days", FIELD_INT, "向前拨动", .help = "只能向前；期限、公示期和有效期随之变化。",
		.unit = "天", .max = FORWARD_DAYS_MAX, .flags = FIELD_REQUIRED},
	{"hours", FIELD_INT, "另加", .unit = "小时", .max = 23},
	{0},
};

static int need_demo(struct req *rq)
{
	return rq->ex->site->options.demo ? 0 : fail(rq->cx, ERR_NOTFOUND, "web.no_rehearsal");
}

static int clock_show(struct req *rq)
{
	int r = need_demo(rq);
	if (r < 0)
		return r;
	view_text(rq, "now_text", civil_time_text(rq->cx->arena, ctx_now(rq->cx)));
	view_form(rq, "form", clock_fields, "/admin/clock", "拨动",
		json_pack("{s:i, s:i}", "days", 1, "hours", 0));
	return 0;
}

/* What the new time makes due is done at once, so that whoever rehearses need not wait for the
 * routine. */
static int do_what_is_due(struct req *rq)
{
	struct ctx cx;
	int moved;
	ctx_init(&cx, rq->cx->arena, rq->cx->db, rq->cx->keys);
	ctx_act_as_system(&cx, "定时任务");
	int r = batch_tick(&cx, &moved);
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int clock_move(struct req *rq)
{
	struct q_platform_clock row;
	auto_tx tx = {0};
	int64_t by = in_int(rq->in, "days") * 86400 + in_int(rq->in, "hours") * 3600;
	int r = need_demo(rq);
	if (r < 0)
		return r;
	if (by <= 0)
		return fail_field(rq->cx, "days", "web.clock_forward");
	if ((r = tx_begin(&tx, rq->cx->db)) < 0)
		return ctx_pass(rq->cx, r);
	if ((r = q_platform_clock(rq->cx->db, &row, .id = 1)) < 0)
		return ctx_pass(rq->cx, r);
	r = q_platform_clock_move(rq->cx->db, .id = 1, .clock_offset_s = row.clock_offset_s + by);
	if (r <= 0)
		return r < 0 ? ctx_pass(rq->cx, r) : fail(rq->cx, ERR_STATE, "web.no_rehearsal");
	r = audit_note(rq->cx, "clock.move", "platform", 1, "",
		text_of(rq->cx, "+%" PRId64 " s", by));
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	if ((r = do_what_is_due(rq)) < 0)
		return r;
	rq_flash(rq, "web.clock_moved");
	return rq_redirect(rq, "/admin/clock");
}

const struct route routes_admin_site[] = {
	{GET, "/admin/settings", PERM_SETTING_READ, setting_list, "admin/settings", "参数"},
	{GET, "/admin/settings/:name", PERM_SETTING_READ, setting_show, "admin/setting", "参数"},
	{POST, "/admin/settings/:name", PERM_SETTING_READ, setting_save, NULL, "设置参数",
		setting_fields, "/admin/settings/:name"},
	{GET, "/admin/clock", PERM_CLOCK_MOVE, clock_show, "admin/clock", "演练时钟"},
	{POST, "/admin/clock", PERM_CLOCK_MOVE, clock_move, NULL, "拨动演练时钟", clock_fields,
		"/admin/clock"},
	{0},
};
