/* The rules a plan must keep before it is filed, each answered with its numbers. Numbers are
 * settings of the body's region on the day of the first sitting. */
#include <string.h>

#include "base/civil.h"
#include "core/message.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/enrolment.h"

enum { FINDINGS_MAX = 200, AVOID_SHOWN = 10, DOUBLED_SHOWN = 10 };

struct plan {
	struct ctx *cx;
	struct q_batch_find batch;
	struct q_batch_rooms_rows rooms;
	struct q_batch_staff_rows staff;
	struct plan_finding *findings;
	size_t n;
	bool ok;
	int err; /* a number that could not be read: nothing found counts then */
};

static int64_t number(struct plan *p, const char *setting)
{
	int64_t value = 0, on = p->batch.first_at ? civil_day_at(p->batch.first_at) : 0;
	int r = setting_get(p->cx, setting, p->batch.region, on, &value);
	if (r < 0)
		p->err = r;
	return r < 0 ? setting_find(setting)->preset : value;
}

static void found(struct plan *p, const char *rule, const char *label, bool ok, const char *text)
{
	p->ok &= ok;
	if (p->n < FINDINGS_MAX)
		p->findings[p->n++] = (struct plan_finding){.rule = rule, .label = label, .ok = ok,
			.text = text};
}

static void hint(struct plan *p, const char *rule, const char *label, const char *text)
{
	if (p->n < FINDINGS_MAX)
		p->findings[p->n++] = (struct plan_finding){.rule = rule, .label = label,
			.ok = true, .is_hint = true, .text = text};
}

#define say(p, ...) arena_printf((p)->cx->arena, __VA_ARGS__)

/* A filed plan is judged as of the day it was filed. */
static int64_t judged_on(struct plan *p)
{
	bool filed = streq(p->batch.state, "filed") && p->batch.filed_at;
	return filed ? civil_day_at(p->batch.filed_at) : ctx_today(p->cx);
}

static const char *day(struct plan *p, int64_t on)
{
	return civil_day_text(p->cx->arena, on);
}

static void rule_dates(struct plan *p)
{
	const struct q_batch_find *b = &p->batch;
	int64_t gap = number(p, "batch.close_before_days");
	bool ok = b->first_at && b->enrol_to_on + gap <= civil_day_at(b->first_at) &&
		b->enrol_to_on < civil_day_at(b->first_at);
	const char *text = !b->first_at ? "还没有安排考试时间和考室，请在“场次与人员”中添加"
		: say(p, "报名截止 %s，首场考试 %s；要求报名至少在考前 %d 天截止",
			day(p, b->enrol_to_on),
			civil_time_text(p->cx->arena, b->first_at), (int)gap);
	found(p, "dates", "时间安排", ok, text);
}

static void rule_enrolment(struct plan *p)
{
	const struct q_batch_find *b = &p->batch;
	int64_t least = number(p, "batch.enrol_min_days"), from = b->enrol_from_on;
	/* Nobody could enrol in days that were gone when the plan was filed. */
	if (!b->n_enrolled && from < judged_on(p))
		from = judged_on(p);
	int64_t days = b->enrol_to_on - from + 1;
	if (b->enrol_to_on < judged_on(p)) {
		found(p, "enrolment", "报名时间", false,
			say(p, "报名截止日期 %s 已经过去，请修改报名时间", day(p, b->enrol_to_on)));
		return;
	}
	found(p, "enrolment", "报名时间", days >= least,
		say(p, "%s 至 %s 共 %d 天，要求不少于 %d 天",
		day(p, from), day(p, b->enrol_to_on), (int)days, (int)least));
}

static void rule_lead_time(struct plan *p)
{
	if (!p->batch.first_at)
		return;
	int64_t need = number(p, "batch.lead_wd");
	int64_t have = 0;
	int r = workday_count(p->cx, judged_on(p), civil_day_at(p->batch.first_at), &have);
	if (r < 0)
		p->err = r;
	found(p, "lead_time", "报备提前量", have >= need,
		say(p, "距首场考试 %d 个工作日，要求不少于 %d 个工作日", (int)have, (int)need));
}

static void rule_quota(struct plan *p)
{
	int64_t least = number(p, "batch.quota_min"), most = number(p, "batch.quota_max");
	bool many = p->batch.n_enrolled > least;
	if (many)
		least = p->batch.n_enrolled;
	found(p, "quota", "计划人数", p->batch.quota >= least && p->batch.quota <= most,
		say(p, "计划 %d 人，要求 %d 至 %d 人%s", (int)p->batch.quota, (int)least,
		(int)most, many ? "（不少于已报名人数）" : ""));
}

static int rule_scope(struct plan *p)
{
	const struct q_batch_find *b = &p->batch;
	int64_t on = b->last_at ? civil_day_at(b->last_at) : b->enrol_from_on;
	int r = registry_may_plan(p->cx, b->body_id, b->occupation_id, b->work_type_id,
		b->special_project_id, b->grade, on);
	if (r < 0 && r != ERR_STATE)
		return r;
	found(p, "scope", "备案范围与有效期", r == 0,
		r == 0 ? say(p, "%s 在备案范围内，考试当天有效",
		b->occupation_name) : problem_text(p->cx));
	ctx_clear(p->cx);
	return 0;
}

static void rule_rooms_of(struct plan *p, int64_t part)
{
	int64_t capacity = 0;
	for (size_t i = 0; i < p->rooms.n; i++)
		if (p->rooms.at[i].part == part)
			capacity += p->rooms.at[i].capacity;
	found(p, "rooms", say(p, "%s考室", part_short(part)), capacity >= p->batch.quota,
		say(p, "座位（工位×场次）共 %d 个，计划 %d 人", (int)capacity,
		(int)p->batch.quota));
}

static void rule_rooms(struct plan *p)
{
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1)
		if (p->batch.parts & part)
			rule_rooms_of(p, part);
}

/* A sitting of a part that the grade is not tested in, left over from an earlier choice of
 * grade. */
static void rule_parts(struct plan *p)
{
	for (size_t i = 0; i < p->rooms.n; i++)
		if (!(p->batch.parts & p->rooms.at[i].part))
			found(p, "parts", "考试科目", false,
				say(p, "本批次等级不考%s，请删除 %s 的场次",
				part_label(p->rooms.at[i].part), p->rooms.at[i].room_name));
}

static const char *slot_name(struct plan *p, const struct q_batch_rooms *slot)
{
	return say(p, "%s %s（%s）", slot->venue_name, slot->room_name,
		civil_time_text(p->cx->arena, slot->starts_at));
}

static int rule_room_clash(struct plan *p)
{
	size_t before = p->n;
	for (size_t i = 0; i < p->rooms.n; i++) {
		const struct q_batch_rooms *slot = &p->rooms.at[i];
		struct q_batch_room_clashes_rows others;
		int r = q_batch_room_clashes(p->cx->db, &others, .room_id = slot->room_id,
			.starts_at = slot->starts_at,
			.ends_at = slot->ends_at, .batch_id = p->batch.id);
		if (r < 0)
			return ctx_pass(p->cx, r);
		if (others.n)
			found(p, "room_clash", "考室占用", false,
				say(p, "%s 已被“%s”占用（%s 起）", slot_name(p, slot),
				others.at[0].title,
					civil_time_text(p->cx->arena, others.at[0].starts_at)));
		for (size_t k = i + 1; k < p->rooms.n; k++)
			if (p->rooms.at[k].room_id == slot->room_id
				&& p->rooms.at[k].starts_at < slot->ends_at &&
				p->rooms.at[k].ends_at > slot->starts_at)
				found(p, "room_clash", "考室占用", false,
					say(p, "%s 在本批次内时间重叠", slot_name(p, slot)));
	}
	if (p->rooms.n && p->n == before)
		found(p, "room_clash", "考室占用", true, "各考室在所选时间均未被占用");
	return 0;
}

static int on_duty(const struct plan *p, int64_t slot_id, const char *duty)
{
	int n = 0;
	for (size_t i = 0; i < p->staff.n; i++)
		n += p->staff.at[i].batch_room_id == slot_id && streq(p->staff.at[i].duty, duty);
	return n;
}

/* Candidates that a slot will hold at most: its capacity, or everybody planned. */
static int64_t expected_in(const struct plan *p, const struct q_batch_rooms *slot)
{
	return slot->capacity < p->batch.quota ? slot->capacity : p->batch.quota;
}

static void rule_proctors(struct plan *p, const struct q_batch_rooms *slot)
{
	int64_t ratio = number(p, "proctor.per_candidates"), least = number(p, "proctor.room_min");
	int64_t need = (expected_in(p, slot) + ratio - 1) / ratio;
	if (need < least)
		need = least;
	int have = on_duty(p, slot->id, "proctor");
	found(p, "proctors", "监考员", have >= need,
		say(p, "%s：%d 人，要求不少于 %d 人（监考与考生 1:%d，每室不少于 %d 人）",
		slot_name(p, slot), have,
			(int)need, (int)ratio, (int)least));
}

static void rule_examiners(struct plan *p, const struct q_batch_rooms *slot)
{
	int64_t least = number(p, "examiner.group_min");
	bool odd_asked = number(p, "examiner.group_odd");
	int leaders = on_duty(p, slot->id, "leader");
	int have = on_duty(p, slot->id, "examiner") + leaders;
	bool ok = have >= least && (!odd_asked || have % 2 == 1) && leaders == 1;
	found(p, "examiners", "考评员", ok,
		say(p, "%s：%d 人，其中组长 %d 人；要求不少于 %d 人%s，组长 1 人",
		slot_name(p, slot), have, leaders,
			(int)least, odd_asked ? "且为单数" : ""));
}

static void rule_staffing(struct plan *p)
{
	for (size_t i = 0; i < p->rooms.n; i++) {
		if (p->rooms.at[i].part == PART_THEORY)
			rule_proctors(p, &p->rooms.at[i]);
		else
			rule_examiners(p, &p->rooms.at[i]);
	}
}

static const char *const minutes_of[] = {[PART_THEORY] = "batch.theory_minutes_min",
	[PART_SKILL] = "batch.skill_minutes_min", [PART_REVIEW] = "batch.review_minutes_min"};

static void rule_minutes(struct plan *p)
{
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1) {
		int64_t least = number(p, minutes_of[part]), shortest = INT64_MAX;
		const struct q_batch_rooms *at = NULL;
		for (size_t i = 0; i < p->rooms.n; i++) {
			const struct q_batch_rooms *slot = &p->rooms.at[i];
			if (slot->part == part && (
				slot->ends_at - slot->starts_at) / 60 < shortest) {
				shortest = (slot->ends_at - slot->starts_at) / 60;
				at = slot;
			}
		}
		if (at)
			found(p, "minutes", say(p, "%s时长", part_short(part)), shortest >= least,
				say(p, "最短的一场 %d 分钟（%s），要求不少于 %d 分钟",
				(int)shortest, slot_name(p, at),
					(int)least));
	}
}

/* Good practice from the standards of some occupations: so many candidates an examiner. */
static void hint_examiners(struct plan *p)
{
	int64_t ratio = number(p, "examiner.per_candidates");
	for (size_t i = 0; i < p->rooms.n; i++) {
		const struct q_batch_rooms *slot = &p->rooms.at[i];
		int have = on_duty(p, slot->id, "examiner") + on_duty(p, slot->id, "leader");
		int64_t advised = (expected_in(p, slot) + ratio - 1) / ratio;
		if (slot->part == PART_SKILL && have && have < advised)
			hint(p, "examiner_ratio", "考评员配比",
				say(p, "%s：%d 名考评员，最多 %d 名考生；"
				"每名考评员负责不超过 %d 人为宜", slot_name(p, slot), have,
				(int)expected_in(p, slot), (int)ratio));
	}
}

static bool examines(const struct q_batch_staff *s)
{
	return streq(s->duty, "examiner") || streq(s->duty, "leader");
}

/* The first row of a person in the staff list: each is judged once. */
static bool is_first(const struct plan *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->staff.at[k].staff_id == p->staff.at[i].staff_id && examines(&p->staff.at[k]))
			return false;
	return true;
}

/* Of this examiner, on the day of every sitting he is on duty in. */
static int card_holds(struct plan *p, int64_t staff_id)
{
	const struct q_batch_find *b = &p->batch;
	int r = 0;
	for (size_t i = 0; i < p->staff.n && r >= 0; i++)
		if (p->staff.at[i].staff_id == staff_id && examines(&p->staff.at[i]))
			r = registry_card_valid(p->cx, staff_id, b->occupation_id, b->grade,
				civil_day_at(p->staff.at[i].ends_at));
	return r;
}

static int rule_cards(struct plan *p)
{
	size_t good = 0;
	for (size_t i = 0; i < p->staff.n; i++) {
		const struct q_batch_staff *s = &p->staff.at[i];
		if (!examines(s) || !is_first(p, i))
			continue;
		int r = card_holds(p, s->staff_id);
		if (r < 0 && r != ERR_STATE)
			return r;
		good += r == 0;
		if (r < 0)
			found(p, "cards", "考评员证卡", false,
				say(p, "%s：%s", s->name, problem_text(p->cx)));
		ctx_clear(p->cx);
	}
	if (good)
		found(p, "cards", "考评员证卡", true,
			say(p, "%d 名考评员的证卡与职业、等级相符且有效", (int)good));
	return 0;
}

/* Rooms and people that are gone since they were put into the plan. */
static int rule_in_use(struct plan *p)
{
	struct q_batch_rooms_closed_rows rooms;
	struct q_batch_staff_left_rows staff;
	int r = q_batch_rooms_closed(p->cx->db, &rooms, .batch_id = p->batch.id);
	if (r >= 0)
		r = q_batch_staff_left(p->cx->db, &staff, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	for (size_t i = 0; i < rooms.n; i++)
		found(p, "in_use", "考室与人员", false, say(p, "%s %s 已停用，请改用其他考室",
			rooms.at[i].venue_name, rooms.at[i].room_name));
	for (size_t i = 0; i < staff.n; i++)
		if (!i || staff.at[i].staff_id != staff.at[i - 1].staff_id)
			found(p, "in_use", "考室与人员", false,
				say(p, "%s 已不在岗，请改派他人", staff.at[i].name));
	return 0;
}

/* Whoever enrolled before the plan was put off may have enrolled elsewhere since. */
static int rule_candidates(struct plan *p)
{
	struct q_enrolments_doubled_rows rows;
	const struct q_batch_find *b = &p->batch;
	if (!b->n_enrolled || !b->first_at)
		return 0;
	int r = q_enrolments_doubled(p->cx->db, &rows, .batch_id = b->id, .most = DOUBLED_SHOWN,
		.from_at = civil_midnight(civil_day_at(b->first_at)),
		.to_at = civil_midnight(civil_day_at(b->last_at) + 1));
	if (r < 0)
		return ctx_pass(p->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		found(p, "candidates", "考生时间冲突", false,
			say(p, "考生 %s 同一天已报名“%s”（%s 开考），请另定考试日期",
			rows.at[i].name, rows.at[i].title,
			civil_time_text(p->cx->arena, rows.at[i].first_at)));
	if (!rows.n)
		found(p, "candidates", "考生时间冲突", true, "没有已报名的考生同一天参加别的批次");
	return 0;
}

static int rule_staff_clash(struct plan *p)
{
	size_t before = p->n;
	for (size_t i = 0; i < p->staff.n; i++) {
		const struct q_batch_staff *s = &p->staff.at[i];
		struct q_batch_staff_clashes_rows others;
		int r = q_batch_staff_clashes(p->cx->db, &others, .idno_index = s->idno_index,
			.starts_at = s->starts_at, .ends_at = s->ends_at,
			.batch_room_id = s->batch_room_id, .batch_id = p->batch.id);
		if (r < 0)
			return ctx_pass(p->cx, r);
		if (others.n)
			found(p, "staff_clash", "人员时间冲突", false,
				say(p, "%s 在同一时间已安排在“%s”（%s 起），一人不能同时在两处",
				s->name,
					others.at[0].title, civil_time_text(p->cx->arena,
					others.at[0].starts_at)));
	}
	if (p->staff.n && p->n == before)
		found(p, "staff_clash", "人员时间冲突", true, "没有人在同一时间被安排在两处");
	return 0;
}

/* The body's batches next to this one, on one side of it, nearest first. */
struct neighbours {
	int64_t *ids;
	size_t n;
};

/* How many of them, without a break, have this person as examiner. */
static int consecutive(struct plan *p, const struct neighbours *side, const char *idno_index,
	int64_t *ret_n)
{
	for (size_t i = 0; i < side->n; i++) {
		struct q_batch_staff_on_rows rows;
		int r = q_batch_staff_on(p->cx->db, &rows, .batch_id = side->ids[i],
			.idno_index = idno_index);
		if (r < 0)
			return ctx_pass(p->cx, r);
		if (!rows.n)
			return 0;
		++*ret_n;
	}
	return 0;
}

/* Plans are not always filed in the order of their days. */
static int find_neighbours(struct plan *p, int64_t most, struct neighbours *ret_before,
	struct neighbours *ret_after)
{
	struct q_batch_before_rows before;
	struct q_batch_after_rows after;
	int r = q_batch_before(p->cx->db, &before, .body_id = p->batch.body_id,
		.before_at = p->batch.first_at, .id = p->batch.id, .most = most);
	if (r >= 0)
		r = q_batch_after(p->cx->db, &after, .body_id = p->batch.body_id,
			.from_at = p->batch.first_at, .id = p->batch.id, .most = most);
	if (r < 0)
		return ctx_pass(p->cx, r);
	*ret_before = (struct neighbours){arena_array(p->cx->arena, int64_t, before.n + 1),
		before.n};
	*ret_after = (struct neighbours){arena_array(p->cx->arena, int64_t, after.n + 1), after.n};
	for (size_t i = 0; i < before.n; i++)
		ret_before->ids[i] = before.at[i].id;
	for (size_t i = 0; i < after.n; i++)
		ret_after->ids[i] = after.at[i].id;
	return 0;
}

/* How much of the group is new since the body's last batch. */
static int hint_rotation(struct plan *p, int64_t last_batch_id)
{
	int64_t asked = number(p, "examiner.rotate_percent"), all = 0, fresh = 0;
	for (size_t i = 0; i < p->staff.n; i++) {
		struct q_batch_staff_on_rows rows;
		if (!examines(&p->staff.at[i]) || !is_first(p, i))
			continue;
		int r = q_batch_staff_on(p->cx->db, &rows, .batch_id = last_batch_id,
			.idno_index = p->staff.at[i].idno_index);
		if (r < 0)
			return ctx_pass(p->cx, r);
		all++;
		fresh += !rows.n;
	}
	if (all && fresh * 100 < all * asked)
		hint(p, "rotation_share", "考评小组轮换",
			say(p, "%d 名考评员中有 %d 名未参加本机构上一批次，"
			"每次轮换不低于 %d%% 为宜", (int)all, (int)fresh, (int)asked));
	return 0;
}

static int rule_rotation(struct plan *p)
{
	struct neighbours before, after;
	size_t over = 0, judged = 0;
	int64_t most = number(p, "examiner.consecutive_max");
	int r = find_neighbours(p, most, &before, &after);
	if (r < 0)
		return r;
	for (size_t i = 0; i < p->staff.n; i++) {
		const struct q_batch_staff *s = &p->staff.at[i];
		int64_t n = 0;
		if (!examines(s) || !is_first(p, i))
			continue;
		if ((r = consecutive(p, &before, s->idno_index, &n)) < 0 ||
			(r = consecutive(p, &after, s->idno_index, &n)) < 0)
			return r;
		judged++;
		over += n >= most;
		if (n >= most)
			found(p, "rotation", "考评员轮换", false,
				say(p, "%s 在前后批次中已连续 %d 次在本机构考评，"
				"上限为连续 %d 次，请轮换", s->name, (int)n, (int)most));
	}
	if (judged && !over)
		found(p, "rotation", "考评员轮换", true,
			say(p, "没有考评员在本机构连续考评超过 %d 次", (int)most));
	return before.n ? hint_rotation(p, before.ids[0]) : 0;
}

static int rule_avoidance(struct plan *p)
{
	const struct plan_avoid *pairs;
	size_t n;
	int r = batch_avoidance(p->cx, p->batch.id, &pairs, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n && i < AVOID_SHOWN; i++)
		found(p, "avoidance", "回避", false,
			say(p, "%s 与考生 %s：%s，应当回避", pairs[i].staff_name,
			pairs[i].candidate_name,
				pairs[i].reason));
	if (n > AVOID_SHOWN)
		found(p, "avoidance", "回避", false,
			say(p, "另有 %zu 处应当回避", n - AVOID_SHOWN));
	if (!n)
		found(p, "avoidance", "回避", true,
			"未发现考评员、监考员与已报名考生之间应当回避的关系");
	return 0;
}

static void rule_supervisor(struct plan *p)
{
	int64_t least = number(p, "batch.supervisors_min");
	int have = 0;
	for (size_t i = 0; i < p->staff.n; i++)
		have += streq(p->staff.at[i].duty, "supervisor");
	found(p, "supervisors", "内部督导员", have >= least,
		say(p, "已安排 %d 人次，要求不少于 %d 人次", have, (int)least));
}

static int load(struct plan *p, int64_t batch_id)
{
	int r = batch_get(p->cx, batch_id, &p->batch);
	if (r < 0)
		return r;
	r = q_batch_rooms(p->cx->db, &p->rooms, .batch_id = batch_id);
	if (r >= 0)
		r = q_batch_staff(p->cx->db, &p->staff, .batch_id = batch_id);
	return r < 0 ? ctx_pass(p->cx, r) : 0;
}

int batch_plan_check(struct ctx *cx, int64_t batch_id, struct plan_finding **ret_findings,
	size_t *ret_n, bool *ret_ok)
{
	struct plan p = {.cx = cx, .ok = true,
		.findings = arena_array(cx->arena, struct plan_finding, FINDINGS_MAX)};
	int r = load(&p, batch_id);
	if (r < 0)
		return r;
	rule_dates(&p);
	rule_enrolment(&p);
	rule_lead_time(&p);
	rule_quota(&p);
	if ((r = rule_scope(&p)) < 0)
		return r;
	rule_rooms(&p);
	rule_parts(&p);
	rule_minutes(&p);
	if ((r = rule_room_clash(&p)) < 0)
		return r;
	rule_staffing(&p);
	hint_examiners(&p);
	if ((r = rule_cards(&p)) < 0 || (r = rule_staff_clash(&p)) < 0
		|| (r = rule_rotation(&p)) < 0 ||
		(r = rule_avoidance(&p)) < 0 || (r = rule_in_use(&p)) < 0 ||
		(r = rule_candidates(&p)) < 0)
		return r;
	rule_supervisor(&p);
	if (p.err < 0)
		return ctx_pass(cx, p.err);
	*ret_findings = p.findings;
	*ret_n = p.n;
	*ret_ok = p.ok;
	return 0;
}
