#include "core/setting.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/log.h"
#include "core/audit.h"
#include "query/core.h"

const struct setting settings[] = {
#define SETTING(s_name, s_room, s_label, s_unit, s_min, s_max, s_preset, s_source) \
	{s_name, s_room, s_label, s_unit, s_source, s_min, s_max, s_preset},
#include "core/setting.def"
#undef SETTING
	{0},
};

const struct setting *setting_find(const char *name)
{
	for (const struct setting *s = settings; s->name; s++) {
		if (streq(s->name, name))
			return s;
	}
	return NULL;
}

static const char *cut(struct ctx *cx, const char *region, size_t n)
{
	return arena_str(cx->arena, (struct str){region, strnlen(region, n)});
}

/* The longest region is the nearest; rows come with the latest date first within a region. */
static int64_t choose(const struct setting *s, const struct q_setting_candidates_rows *rows)
{
	const struct q_setting_candidates *best = NULL;
	for (size_t i = 0; i < rows->n; i++) {
		if (!best || strlen(rows->at[i].region) > strlen(best->region))
			best = &rows->at[i];
	}
	return best ? best->amount : s->preset;
}

int setting_get(struct ctx *cx, const char *name, const char *region, int64_t on,
	int64_t *ret_value)
{
	const struct setting *s = setting_find(name);
	struct q_setting_candidates_rows rows;
	if (!s)
		log_die("setting %s is not in setting.def", name);
	region = region ? region : "";
	int r = q_setting_candidates(cx->db, &rows, .name = name,
		.effective_on = on ? on : ctx_today(cx),
		.region = region, .city = cut(cx, region, 4), .province = cut(cx, region, 2));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_value = choose(s, &rows);
	return 0;
}

int64_t setting_int(struct ctx *cx, const char *name, const char *region, int64_t on)
{
	int64_t value = 0;
	return setting_get(cx, name, region, on, &value) < 0 ? setting_find(name)->preset : value;
}

enum perm setting_perm(const struct setting *s)
{
	return streq(s->room, "安全") ? PERM_SETTING_SECURE : PERM_SETTING_EDIT;
}

static bool is_region(const char *region)
{
	size_t n = strlen(region);
	return strspn(region, "0123456789") == n && n <= 6 && n % 2 == 0;
}

static int check(struct ctx *cx, const struct setting *s, const char *region, int64_t effective_on,
	int64_t value)
{
	if (!s)
		return fail_field(cx, "name", "setting.unknown");
	if (!is_region(region))
		(void)fail_field(cx, "region", "setting.region", region);
	if (effective_on < ctx_today(cx) && cx->actor.role != ROLE_SYSTEM)
		(void)fail_field(cx, "effective_on", "setting.past",
			civil_day_text(cx->arena, ctx_today(cx)));
	if (value < s->min || value > s->max)
		(void)fail_field(cx, "amount", "setting.range", s->label,
			text_of(cx, "%" PRId64, s->min), text_of(cx, "%" PRId64, s->max), s->unit);
	return ctx_checked(cx);
}

int setting_put(struct ctx *cx, const char *name, const char *region, int64_t effective_on,
	int64_t value)
{
	const struct setting *s = setting_find(name);
	auto_tx tx = {0};
	int r = ctx_need(cx, s ? setting_perm(s) : PERM_SETTING_READ);
	if (r < 0)
		return r;
	region = region ? region : "";
	effective_on = effective_on ? effective_on : ctx_today(cx);
	if ((r = check(cx, s, region, effective_on, value)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_setting_put(cx->db, .name = name, .region = region, .effective_on = effective_on,
		.amount = value, .set_by = cx->actor.account_id, .set_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	r = audit_note(cx, "setting.put", "setting", 0, "",
		text_of(cx, "%s 地区=%s 自%s起 = %" PRId64, name, region,
		civil_day_text(cx->arena, effective_on), value));
	return r < 0 ? r : ctx_pass(cx, tx_commit(&tx));
}
