/* The kinds of reference rows: their columns, what is right in them, and how they are kept. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "domain/standard/reference_impl.h"
#include "domain/standard/standard.h"
#include "query/core.h"
#include "query/standard.h"

static const char *cell(const struct row *row, const char *name)
{
	for (size_t i = 0; row->columns[i].name; i++)
		if (streq(row->columns[i].name, name))
			return row->cells[i];
	return "";
}

static const char *cell_or(const struct row *row, const char *name, const char *otherwise)
{
	const char *text = cell(row, name);
	return *text ? text : otherwise;
}

static int bad(struct ctx *cx, const char *column, const char *value, const char *should)
{
	return fail(cx, ERR_INVALID, "reference.wrong", column, value, should);
}

static int day_of(struct ctx *cx, const struct row *row, const char *column, int64_t *ret_day)
{
	const char *text = cell(row, column);
	if (!*text)
		*ret_day = 0;
	else if (!civil_parse_day(str_of(text), ret_day))
		return bad(cx, column, text, "日期，如 2024-03-15");
	return 0;
}

static int flag_of(struct ctx *cx, const struct row *row, const char *column, int64_t *ret_flag)
{
	const char *text = cell_or(row, column, "0");
	if (!streq(text, "0") && !streq(text, "1"))
		return bad(cx, column, text, "0 或 1");
	*ret_flag = text[0] - '0';
	return 0;
}

/* rows changed or an error, as the outcome of a row */
static int outcome(struct ctx *cx, int r, enum row_outcome done)
{
	return r < 0 ? ctx_pass(cx, r) : (int)done;
}

/* ---- regions (GB/T 2260) ---- */

static const struct column region_columns[] = {
	{"code", COLUMN_REQUIRED | COLUMN_KEY},
	{"name", COLUMN_REQUIRED},
	{"level", COLUMN_REQUIRED},
	{"kind", 0},
	{0},
};

static int check_region(struct ctx *cx, const char *code, const char *level, const char *kind)
{
	static const char *const levels[] = {"", "province", "city", "county"};
	size_t n = strlen(code);
	if (strspn(code, "0123456789") != n || (n != 2 && n != 4 && n != 6))
		return bad(cx, "code", code, "去掉末尾 00 的区划代码，如 37、3710、371002");
	if (!streq(level, levels[n / 2]))
		return bad(cx, "level", level, levels[n / 2]);
	if (!streq(kind, "national") && !streq(kind, "local"))
		return bad(cx, "kind", kind, "national 或 local");
	return 0;
}

static int check_parent(struct ctx *cx, const char *code, const char *parent)
{
	struct q_region_find row;
	int r = *parent ? q_region_find(cx->db, &row, .code = parent) : 0;
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_INVALID, "reference.no_parent", code, parent);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int save_region(struct ctx *cx, const struct row *row)
{
	const char *code = cell(row, "code"), *name = cell(row, "name");
	const char *level = cell(row, "level"), *kind = cell_or(row, "kind", "national");
	int r = check_region(cx, code, level, kind);
	if (r < 0)
		return r;
	int64_t tier = (int64_t)strlen(code) / 2, is_local = streq(kind, "local");
	const char *parent =
		arena_str(cx->arena, (struct str){code, tier > 1 ? strlen(code) - 2 : 0});
	if ((r = check_parent(cx, code, parent)) < 0)
		return r;
	struct q_region_find old;
	r = q_region_find(cx->db, &old, .code = code);
	bool is_new = r == ERR_NOTFOUND;
	if (r == 0 && streq(old.name, name) && old.is_local == is_local)
		return ROW_SAME;
	if (r < 0 && !is_new)
		return ctx_pass(cx, r);
	r = q_region_insert(cx->db, .code = code, .name = name, .parent = parent, .tier = tier,
		.is_local = is_local);
	return outcome(cx, r, is_new ? ROW_ADDED : ROW_CHANGED);
}

/* ---- holidays (yearly notice of the State Council's General Office) ---- */

static const struct column holiday_columns[] = {
	{"day", COLUMN_REQUIRED | COLUMN_KEY},
	{"kind", COLUMN_REQUIRED},
	{"name", COLUMN_REQUIRED},
	{0},
};

static int save_holiday(struct ctx *cx, const struct row *row)
{
	const char *kind = cell(row, "kind"), *name = cell(row, "name");
	bool is_work = streq(kind, "workday");
	int64_t day;
	int r = day_of(cx, row, "day", &day);
	if (r < 0)
		return r;
	if (!is_work && !streq(kind, "holiday"))
		return bad(cx, "kind", kind, "holiday（放假）或 workday（调休上班）");
	if (is_work && civil_weekday(day) < 6)
		return fail(cx, ERR_INVALID, "reference.not_weekend", cell(row, "day"));
	struct q_holiday_between_rows old;
	r = q_holiday_between(cx->db, &old, .from_on = day, .to_on = day);
	if (r < 0)
		return ctx_pass(cx, r);
	if (old.n && streq(old.at[0].kind, kind) && streq(old.at[0].name, name))
		return ROW_SAME;
	r = q_holiday_put(cx->db, .day_on = day, .kind = kind, .name = name);
	return outcome(cx, r, old.n ? ROW_CHANGED : ROW_ADDED);
}

/* ---- occupations (Dictionary of Occupations) ---- */

static const struct column occupation_columns[] = {
	{"edition", COLUMN_REQUIRED | COLUMN_KEY},
	{"code", COLUMN_REQUIRED | COLUMN_KEY},
	{"name", COLUMN_REQUIRED},
	{"track", 0},
	{"digital", 0},
	{"green", 0},
	{"grades", 0},
	{0},
};

static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; text++, shape++)
		if (*shape == '9' ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	return !*text;
}

/* Digits of 5…1, falling. */
static bool are_grades(const char *text)
{
	for (const char *p = text; *p; p++)
		if (*p < '1' || *p > '5' || (p > text && p[-1] <= *p))
			return false;
	return true;
}

static int check_occupation(struct ctx *cx, const struct row *row, const char *track,
	const char *grades)
{
	if (!has_shape(cell(row, "edition"), "9999"))
		return bad(cx, "edition", cell(row, "edition"), "大典版本年份，如 2022");
	if (!has_shape(cell(row, "code"), "9-99-99-99"))
		return bad(cx, "code", cell(row, "code"), "职业编码，如 6-18-02-04");
	if (!streq(track, "level") && !streq(track, "qualification") && !streq(track, "special"))
		return bad(cx, "track", track, "level、qualification 或 special");
	if (!are_grades(grades))
		return bad(cx, "grades", grades, "由高位到低位的等级，如 54321 或 321");
	return 0;
}

static int save_occupation(struct ctx *cx, const struct row *row)
{
	const char *edition = cell(row, "edition"), *code = cell(row, "code");
	const char *name = cell(row, "name"), *track = cell_or(row, "track", "level");
	const char *grades = cell_or(row, "grades", streq(track, "special") ? "" : "54321");
	int64_t digital, green;
	struct q_occupation_by_code old;
	int r = check_occupation(cx, row, track, grades);
	if (r < 0 || (r = flag_of(cx, row, "digital", &digital)) < 0 ||
		(r = flag_of(cx, row, "green", &green)) < 0)
		return r;
	r = q_occupation_by_code(cx->db, &old, .edition = edition, .code = code);
	if (r == ERR_NOTFOUND) {
		r = q_occupation_insert(cx->db, .id = ctx_id(cx), .edition = edition, .code = code,
			.name = name, .track = track, .digital = digital, .green = green,
			.grades = grades);
		return outcome(cx, r, ROW_ADDED);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(old.name, name) && streq(old.track, track) && streq(old.grades, grades) &&
		old.digital == digital && old.green == green && streq(old.state, "active"))
		return ROW_SAME;
	r = q_occupation_update(cx->db, .id = old.id, .name = name, .track = track,
		.digital = digital, .green = green, .grades = grades);
	return outcome(cx, r, ROW_CHANGED);
}

/* The occupation that a row of another kind names; 0 when it may and does name none. */
static int find_occupation(struct ctx *cx, const struct row *row, int64_t *ret_id)
{
	const char *code = cell(row, "occupation"), *edition = cell_or(row, "edition", "2022");
	struct q_occupation_by_code found;
	if (!*code) {
		*ret_id = 0;
		return 0;
	}
	int r = q_occupation_by_code(cx->db, &found, .edition = edition, .code = code);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_INVALID, "reference.no_occupation", edition, code);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = found.id;
	return 0;
}

/* ---- work types 工种 ---- */

static const struct column work_type_columns[] = {
	{"edition", COLUMN_KEY},
	{"occupation", COLUMN_REQUIRED | COLUMN_KEY},
	{"name", COLUMN_REQUIRED | COLUMN_KEY},
	{0},
};

static int save_work_type(struct ctx *cx, const struct row *row)
{
	const char *name = cell(row, "name");
	int64_t occupation_id;
	struct q_work_type_by_name old;
	int r = find_occupation(cx, row, &occupation_id);
	if (r < 0)
		return r;
	r = q_work_type_by_name(cx->db, &old, .occupation_id = occupation_id, .name = name);
	if (r == ERR_NOTFOUND) {
		r = q_work_type_insert(cx->db, .id = ctx_id(cx), .occupation_id = occupation_id,
			.name = name);
		return outcome(cx, r, ROW_ADDED);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(old.state, "active"))
		return ROW_SAME;
	return outcome(cx, q_work_type_revive(cx->db, .id = old.id), ROW_CHANGED);
}

/* ---- standards ---- */

static const struct column standard_columns[] = {
	{"edition", COLUMN_KEY},
	{"occupation", COLUMN_REQUIRED | COLUMN_KEY},
	{"version", COLUMN_REQUIRED | COLUMN_KEY},
	{"title", COLUMN_REQUIRED},
	{"ruleset", COLUMN_REQUIRED},
	{"effective_on", COLUMN_REQUIRED},
	{"ends_on", 0},
	{0},
};

static int check_standard(struct ctx *cx, const struct row *row, int64_t *ret_effective_on,
	int64_t *ret_ends_on)
{
	const struct ruleset *set;
	int r = standard_ruleset(cx, cell(row, "ruleset"), &set);
	if (r == ERR_NOTFOUND)
		r = ERR_INVALID;
	if (r < 0 || (r = day_of(cx, row, "effective_on", ret_effective_on)) < 0 ||
		(r = day_of(cx, row, "ends_on", ret_ends_on)) < 0)
		return r;
	if (*ret_ends_on && *ret_ends_on <= *ret_effective_on)
		return bad(cx, "ends_on", cell(row, "ends_on"), "晚于 effective_on 的日期");
	return 0;
}

static int save_standard(struct ctx *cx, const struct row *row)
{
	const char *version = cell(row, "version"), *title = cell(row, "title");
	const char *ruleset = cell(row, "ruleset");
	int64_t occupation_id, effective_on, ends_on;
	struct q_standard_by_version old;
	int r = find_occupation(cx, row, &occupation_id);
	if (r < 0 || (r = check_standard(cx, row, &effective_on, &ends_on)) < 0)
		return r;
	r = q_standard_by_version(cx->db, &old, .occupation_id = occupation_id,
		.version = version);
	if (r == ERR_NOTFOUND) {
		r = q_standard_insert(cx->db, .id = ctx_id(cx), .occupation_id = occupation_id,
			.version = version, .title = title, .ruleset = ruleset,
			.effective_on = effective_on, .ends_on = ends_on);
		return outcome(cx, r, ROW_ADDED);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(old.title, title) && streq(old.ruleset, ruleset) &&
		old.effective_on == effective_on && old.ends_on == ends_on)
		return ROW_SAME;
	r = q_standard_update(cx->db, .id = old.id, .title = title, .ruleset = ruleset,
		.effective_on = effective_on, .ends_on = ends_on);
	return outcome(cx, r, ROW_CHANGED);
}

/* ---- special-skill projects ---- */

static const struct column special_project_columns[] = {
	{"code", COLUMN_REQUIRED | COLUMN_KEY},
	{"name", COLUMN_REQUIRED},
	{"edition", 0},
	{"occupation", 0},
	{"version", COLUMN_REQUIRED},
	{"approval", 0},
	{"minutes", COLUMN_REQUIRED},
	{"region", COLUMN_REQUIRED},
	{0},
};

/* A project is named by product or service and verb, never as if it were an occupation. */
static int check_special_project(struct ctx *cx, const struct row *row, int64_t *ret_minutes)
{
	struct str name = str_of(cell(row, "name"));
	struct q_region_find region;
	if (str_ends(name, "工") || str_ends(name, "员") || str_ends(name, "师"))
		return fail(cx, ERR_INVALID, "reference.project_name", name.p);
	if (!str_to_i64(str_of(cell(row, "minutes")), ret_minutes) || *ret_minutes < 1 ||
		*ret_minutes > 1440)
		return bad(cx, "minutes", cell(row, "minutes"), "1 到 1440 的分钟数");
	int r = q_region_find(cx->db, &region, .code = cell(row, "region"));
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_INVALID, "reference.no_region", cell(row, "region"));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_same_project(const struct q_special_project_by_code *old, const struct row *row,
	int64_t occupation_id, int64_t minutes)
{
	return streq(old->name, cell(row, "name")) && old->occupation_id == occupation_id &&
		streq(old->version, cell(row, "version")) &&
		streq(old->approval, cell(row, "approval")) && old->minutes == minutes &&
		streq(old->region, cell(row, "region")) && streq(old->state, "active");
}

static int save_special_project(struct ctx *cx, const struct row *row)
{
	const char *code = cell(row, "code"), *name = cell(row, "name");
	const char *version = cell(row, "version"), *approval = cell(row, "approval");
	const char *region = cell(row, "region");
	int64_t occupation_id, minutes;
	struct q_special_project_by_code old;
	int r = check_special_project(cx, row, &minutes);
	if (r < 0 || (r = find_occupation(cx, row, &occupation_id)) < 0)
		return r;
	r = q_special_project_by_code(cx->db, &old, .code = code);
	if (r == ERR_NOTFOUND) {
		r = q_special_project_insert(cx->db, .id = ctx_id(cx), .code = code, .name = name,
			.occupation_id = occupation_id, .version = version, .approval = approval,
			.minutes = minutes, .region = region);
		return outcome(cx, r, ROW_ADDED);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (is_same_project(&old, row, occupation_id, minutes))
		return ROW_SAME;
	r = q_special_project_update(cx->db, .id = old.id, .name = name,
		.occupation_id = occupation_id, .version = version, .approval = approval,
		.minutes = minutes, .region = region);
	return outcome(cx, r, ROW_CHANGED);
}

const struct row_kind row_kinds[REFERENCE_KINDS] = {
	[REFERENCE_REGIONS] = {"regions", "行政区划", region_columns, save_region, NULL},
	[REFERENCE_HOLIDAYS] = {"holidays", "节假日", holiday_columns, save_holiday,
		workday_forget},
	[REFERENCE_OCCUPATIONS] = {"occupations", "职业", occupation_columns, save_occupation,
		NULL},
	[REFERENCE_WORK_TYPES] = {"work_types", "工种", work_type_columns, save_work_type, NULL},
	[REFERENCE_STANDARDS] = {"standards", "职业标准", standard_columns, save_standard, NULL},
	[REFERENCE_SPECIAL_PROJECTS] = {"special_projects", "专项职业能力项目",
		special_project_columns, save_special_project, NULL},
};
