/* Settings: the list by words, by room, and of what was changed; one of them, with its values by
 * region and day. */
#include "core/setting.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "query/core.h"
#include "web/choices.h"
#include "web/list.h"
#include "web/page/page.h"

static const struct field setting_filters[] = {
	{"q", FIELD_TEXT, "名称、依据或代号中的词", .max = 60},
	{"room", FIELD_TEXT, "类别", .max = 60, .flags = FIELD_HIDDEN},
	{"changed", FIELD_BOOL, "只看与缺省不同的"},
	{0},
};

static const struct field setting_fields[] = {
	{"region", FIELD_CHOICE, "适用地区",
		.help = "不选为全国；只对所选地区及其下级有效，下级另有取值的以下级为准。"},
	{"effective_on", FIELD_DATE, "生效日期", .help = "不得早于今天。", .flags = FIELD_REQUIRED},
	{"amount", FIELD_INT, "取值", .min = INT32_MIN, .max = INT32_MAX, .flags = FIELD_REQUIRED},
	{0},
};

/* The values of a setting that is a choice are spelled in its unit: "0平均1去高低2中位". NULL: it
 * is a number. */
static const char *chosen(struct ctx *cx, const struct setting *s, int64_t amount)
{
	for (const char *p = s->unit; isdigit((unsigned char)*p);) {
		size_t n = strcspn(p + 1, "0123456789");
		if (*p - '0' == amount)
			return arena_str(cx->arena, str_trim((struct str){p + 1, n}));
		p += 1 + n;
	}
	return NULL;
}

/* "5 个工作日"; "是"; a letter as such; a mark in points. */
static const char *amount_text(struct ctx *cx, const struct setting *s, int64_t amount)
{
	const char *word = chosen(cx, s, amount);
	if (word)
		return word;
	if (streq(s->unit, "字符编码"))
		return text_of(cx, "%c（编码 %d）", (int)amount, (int)amount);
	if (streq(s->unit, "分×100"))
		return amount % 100 ? text_of(cx, "%.2f 分", (double)amount / 100)
			: text_of(cx, "%" PRId64 " 分", amount / 100);
	return text_of(cx, "%" PRId64 " %s", amount, s->unit);
}

static json_t *setting_view(struct req *rq, const struct setting *s)
{
	struct ctx *cx = rq->cx;
	int64_t now = setting_int(cx, s->name, "", 0);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:b, s:s, s:s}",
		"name", s->name, "room", s->room, "label", s->label, "unit", s->unit, "source",
		s->source, "min", (json_int_t)s->min, "max", (json_int_t)s->max, "preset",
		(json_int_t)s->preset, "now", (json_int_t)now, "now_text",
		amount_text(cx, s, now), "preset_text", amount_text(cx, s, s->preset),
		"is_choice", chosen(cx, s, s->preset) != NULL, "min_text",
		amount_text(cx, s, s->min), "max_text", amount_text(cx, s, s->max));
}

/* Whether it counts, or will count, other than by default somewhere: a value that a later one of
 * its region has replaced does not. Rows come by name, region and day. */
static bool is_changed(struct ctx *cx, const struct setting *s,
	const struct q_setting_all_rows *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct q_setting_all *v = &all->at[i], *next = i + 1 < all->n ? v + 1 : v;
		bool replaced = next != v && streq(next->name, v->name) &&
			streq(next->region, v->region) && next->effective_on <= ctx_today(cx);
		if (streq(v->name, s->name) && v->amount != s->preset && !replaced)
			return true;
	}
	return false;
}

static bool has_words(struct ctx *cx, const struct setting *s, const char *words)
{
	const char *text = text_of(cx, "%s %s %s %s", s->label, s->room, s->source, s->name);
	char *rest = arena_dup(cx->arena, words), *word;
	for (char *wide; (wide = strstr(rest, "　"));)
		memset(wide, ' ', strlen("　"));
	while ((word = strtok_r(rest, " \t\n", &rest)))
		if (!strcasestr(text, word))
			return false;
	return true;
}

static bool is_asked(struct req *rq, const struct setting *s, const struct q_setting_all_rows *all)
{
	return has_words(rq->cx, s, in_text(rq->in, "q")) &&
		(!in_int(rq->in, "changed") || is_changed(rq->cx, s, all));
}

/* The one of a room in a list of them, made when there is none. */
static json_t *room_in(struct req *rq, json_t *rooms, const char *room)
{
	size_t i;
	json_t *it;
	json_array_foreach(rooms, i, it)
		if (streq(json_string_value(json_object_get(it, "label")), room))
			return it;
	bool here = streq(in_text(rq->in, "room"), room);
	it = json_pack("{s:s, s:s, s:b, s:I, s:I, s:[]}", "label", room, "url",
		list_address(rq, "room", room), "is_here", here, "n", (json_int_t)0, "n_changed",
		(json_int_t)0, "settings");
	json_array_append_new(rooms, it);
	return it;
}

static void add_one(json_t *object, const char *key)
{
	json_object_set_new(object, key,
		json_integer(json_integer_value(json_object_get(object, key)) + 1));
}

static void put_setting(struct req *rq, json_t *room, const struct setting *s,
	const struct q_setting_all_rows *all)
{
	int64_t values = 0;
	bool changed = is_changed(rq->cx, s, all);
	for (size_t i = 0; i < all->n; i++)
		values += streq(all->at[i].name, s->name);
	json_t *item = setting_view(rq, s);
	json_object_set_new(item, "values", json_integer(values));
	json_object_set_new(item, "is_changed", json_boolean(changed));
	json_array_append_new(json_object_get(room, "settings"), item);
	add_one(room, "n");
	if (changed)
		add_one(room, "n_changed");
}

/* By room, each with the value that counts for the whole country and the number of other ones. The
 * index tells of every room what words and marks leave of it. */
static int setting_list(struct req *rq)
{
	struct q_setting_all_rows all;
	const char *room = in_text(rq->in, "room");
	int r = q_setting_all(rq->cx->db, &all);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rooms = json_array(), *index = json_array();
	int64_t n = 0, found = 0;
	for (const struct setting *s = settings; s->name; s++) {
		if (!is_asked(rq, s, &all))
			continue;
		found++;
		add_one(room_in(rq, index, s->room), "n");
		if (is_blank(room) || streq(room, s->room)) {
			put_setting(rq, room_in(rq, rooms, s->room), s, &all);
			n++;
		}
	}
	view_set(rq, "rooms", rooms);
	view_set(rq, "index", index);
	view_int(rq, "n", found);
	view_flag(rq, "is_whole", is_blank(room));
	view_text(rq, "whole_url", list_address(rq, "room", ""));
	list_head(rq, n);
	return 0;
}

/* A name for the values there are to choose from, and what is allowed. */
static void put_amount(struct req *rq, const struct setting *s, json_t *item)
{
	if (!chosen(rq->cx, s, s->preset)) {
		json_object_set_new(item, "unit", json_string(s->unit));
		json_object_set_new(item, "help", json_string(text_of(rq->cx,
			"%" PRId64 " 至 %" PRId64 "，即 %s至 %s。", s->min, s->max,
			amount_text(rq->cx, s, s->min), amount_text(rq->cx, s, s->max))));
		return;
	}
	json_t *options = json_array();
	const char *now = json_string_value(json_object_get(item, "value"));
	for (int64_t i = s->min; i <= s->max; i++) {
		const char *value = text_of(rq->cx, "%" PRId64, i);
		json_array_append_new(options, json_pack("{s:s, s:s, s:b}", "value", value, "label",
			amount_text(rq->cx, s, i), "selected", streq(now, value)));
	}
	json_object_set_new(item, "options", options);
	json_object_set_new(item, "is_text", json_false());
	json_object_set_new(item, "is_choice", json_true());
}

static void put_form(struct req *rq, const struct setting *s)
{
	size_t i;
	json_t *item;
	char today[CIVIL_TEXT];
	view_choices(rq, "region", choices_regions(rq, "", 3));
	view_form(rq, "form", setting_fields, text_of(rq->cx, "/admin/settings/%s", s->name),
		"保存",
		json_pack("{s:s}", "effective_on", civil_put_day(ctx_today(rq->cx), today)));
	json_array_foreach(json_object_get(json_object_get(rq->view, "form"), "fields"), i, item)
		if (streq(json_string_value(json_object_get(item, "name")), "amount"))
			put_amount(rq, s, item);
}

static int setting_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	const struct setting *s = setting_find(rq_param(rq, "name"));
	struct q_setting_of_name_rows rows;
	if (!s)
		return fail(cx, ERR_NOTFOUND, "web.no_setting", rq_param(rq, "name"));
	int r = q_setting_of_name(cx->db, &rows, .name = s->name);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *values = view_rows(rq, &q_setting_of_name_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(values, i);
		const struct q_setting_of_name *v = &rows.at[i];
		json_object_set_new(row, "amount_text", json_string(amount_text(cx, s, v->amount)));
		json_object_set_new(row, "region_name",
			json_string(*v->region ? region_label(cx, v->region) : ""));
		json_object_set_new(row, "is_future",
			json_boolean(v->effective_on > ctx_today(cx)));
	}
	view_set(rq, "setting", setting_view(rq, s));
	view_set(rq, "values", values);
	view_flag(rq, "has_values", rows.n);
	view_text(rq, "keeper", perm_label(setting_perm(s)));
	if (ctx_may(cx, setting_perm(s)))
		put_form(rq, s);
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

const struct route routes_setting[] = {
	{GET, "/admin/settings", PERM_SETTING_READ, setting_list, "admin/settings", "参数",
		setting_filters},
	{GET, "/admin/settings/:name", PERM_SETTING_READ, setting_show, "admin/setting", "参数"},
	{POST, "/admin/settings/:name", PERM_SETTING_READ, setting_save, NULL, "设置参数",
		setting_fields, "/admin/settings/:name"},
	{0},
};
