#include "domain/exam/balance.h"

#include <string.h>

#include "base/str.h"
#include "query/exam_board.h"

enum { SETTLE_SECONDS = 60 /* between the last deadline and everybody being handed in */ };

static bool is_done(const struct board_seat *s)
{
	return s->look == LOOK_HANDED_IN || s->look == LOOK_FORCED;
}

static bool is_open(const struct board_seat *s)
{
	return s->look == LOOK_RUNNING || s->look == LOOK_LOST || s->look == LOOK_PAUSED;
}

static bool is_waiting(const struct board_seat *s)
{
	return s->look == LOOK_WAITING;
}

static bool is_not_begun(const struct board_seat *s)
{
	return s->look == LOOK_ADMITTED || s->look == LOOK_HERE;
}

static bool has_no_receipt(const struct board_seat *s)
{
	return is_done(s) && is_blank(s->row->receipt_code);
}

static bool has_no_score(const struct board_seat *s)
{
	return is_done(s) && !s->row->score_version;
}

/* Scored, and nothing handed in. */
static bool has_stray_score(const struct board_seat *s)
{
	return s->row->score_version && !is_done(s) && s->look != LOOK_VOID;
}

static bool is_ghost(const struct board_seat *s)
{
	bool begun = s->row->begun_at != 0;
	return (is_waiting(s) || s->look == LOOK_HERE || s->look == LOOK_ABSENT) ? begun
								   : (is_open(s) || is_done(s))
									&& !begun;
}

static const struct rule {
	const char *code, *text;
	enum balance_phase from;
	bool (*hits)(const struct board_seat *s);
} rules[] = {
	{"unaccounted", "开考后仍未登记到考或缺考", PHASE_UNDER_WAY, is_waiting},
	{"not_begun", "已签到但没有开始作答", PHASE_UNDER_WAY, is_not_begun},
	{"open", "考试时间已过仍未交卷", PHASE_OVER, is_open},
	{"receipt", "已交卷但没有回执", PHASE_BEFORE, has_no_receipt},
	{"ghost", "到考、作答与状态不一致", PHASE_BEFORE, is_ghost},
	{"unscored", "已交卷但没有成绩", PHASE_SCORED, has_no_score},
	{"stray_score", "没有交卷却有成绩", PHASE_BEFORE, has_stray_score},
};

enum { RULES = sizeof rules / sizeof *rules, ALARMS_MAX = RULES + 4 };

static int64_t last_deadline(const struct q_board_exam *exam, const struct board_room *room)
{
	int64_t last = room->row->ends_at ? room->row->ends_at : exam->ends_at;
	last += room->row->extra_seconds;
	for (size_t i = 0; i < room->n; i++)
		if (is_open(&room->seats[i]) && room->seats[i].row->deadline_at > last)
			last = room->seats[i].row->deadline_at;
	return last;
}

enum balance_phase balance_phase(const struct q_board_exam *exam, const struct board_room *room,
	int64_t now)
{
	bool away = streq(room->row->place, "venue");
	if (streq(exam->state, "scored"))
		return PHASE_SCORED;
	if (away)
		return PHASE_BEFORE;
	if (streq(room->row->room_state, "closed") || streq(exam->state, "closed") ||
		now > last_deadline(exam, room) + SETTLE_SECONDS)
		return PHASE_OVER;
	int64_t late_at = room->row->started_at + exam->late_seconds + room->row->extra_seconds;
	if (room->row->started_at && now > late_at)
		return PHASE_UNDER_WAY;
	return PHASE_BEFORE;
}

static void count(struct board_counts *c, const struct board_seat *s)
{
	int64_t *const of_look[LOOKS] = {&c->waiting, &c->here, &c->admitted, &c->running, &c->lost,
		&c->paused, &c->handed_in, &c->forced, &c->absent, &c->voided};
	bool begun = s->row->begun_at != 0;
	bool seated = begun || s->row->checked_in_at || s->look == LOOK_ADMITTED;
	bool gone = !begun && (s->look == LOOK_ABSENT || s->look == LOOK_VOID);
	c->registered++;
	++*of_look[s->look];
	c->started += begun;
	c->seated += seated;
	c->never_came += gone && !seated;
	c->left += gone && seated;
	c->scored += s->row->score_version != 0;
	c->incidents += (s->flags & FLAG_INCIDENT) != 0;
}

static void alarm_add(struct board_room *room, const char *rule, int64_t n, const char *text)
{
	room->alarms[room->n_alarms++] = (struct board_alarm){rule, text, n};
}

static void check_rule(struct arena *a, struct board_room *room, const struct rule *rule)
{
	const char *names = "";
	int64_t n = 0;
	for (size_t i = 0; i < room->n; i++) {
		const struct board_seat *s = &room->seats[i];
		if (!rule->hits(s))
			continue;
		if (n++ < BOARD_NAMES)
			names = arena_printf(a, "%s%s%02d号%s", names, *names ? "、" : "",
				(int)s->row->seat, s->row->name);
	}
	if (n)
		alarm_add(room, rule->code, n,
			arena_printf(a, "%s：%s%s，共%d人", rule->text, names,
			n > BOARD_NAMES ? "等" : "", (int)n));
}

static void check_missing(struct arena *a, struct board_room *room)
{
	const char *names = "";
	for (size_t i = 0; i < room->n_missing && i < BOARD_NAMES; i++)
		names = arena_printf(a, "%s%s%s", names, *names ? "、" : "", room->missing[i]);
	if (room->n_missing)
		alarm_add(room, "missing", (int64_t)room->n_missing,
			arena_printf(a, "编排了座位但不在考试名单中：%s%s，共%d人", names,
			room->n_missing > BOARD_NAMES ? "等" : "", (int)room->n_missing));
}

static void check_doubles(struct arena *a, struct board_room *room)
{
	for (size_t i = 1; i < room->n; i++) {
		const struct q_board_seats *one = room->seats[i - 1].row, *two = room->seats[i].row;
		if (one->seat != two->seat)
			continue;
		alarm_add(room, "double", 2, arena_printf(a, "%02d号座位有两人：%s、%s",
			(int)one->seat, one->name, two->name));
		return;
	}
}

static void check_heads(struct arena *a, struct board_room *room)
{
	const struct board_counts *c = &room->counts;
	int64_t in = room->row->counted_in, out = room->row->counted_out;
	int64_t done = c->handed_in + c->forced;
	if (in >= 0 && in != c->seated)
		alarm_add(room, "heads_in", in - c->seated, arena_printf(a,
			"开考清点%d人，系统到考%d人", (int)in, (int)c->seated));
	if (out >= 0 && out != done)
		alarm_add(room, "heads_out", out - done, arena_printf(a,
			"收卷清点%d份，系统交卷%d份", (int)out, (int)done));
}

void balance_room(struct arena *a, enum balance_phase phase, struct board_room *room)
{
	room->counts = (struct board_counts){0};
	room->alarms = arena_array(a, struct board_alarm, ALARMS_MAX);
	room->n_alarms = 0;
	for (size_t i = 0; i < room->n; i++)
		count(&room->counts, &room->seats[i]);
	for (size_t i = 0; i < RULES; i++)
		if (phase >= rules[i].from)
			check_rule(a, room, &rules[i]);
	check_missing(a, room);
	check_doubles(a, room);
	check_heads(a, room);
}

static const char *rest(struct arena *a, const char *z, const char *label, int64_t n)
{
	return n ? arena_printf(a, "%s%s%s %d", z, *z ? "，" : "", label, (int)n) : z;
}

/* Each column is the one before, less those who are known to have left the chain there. */
void balance_steps(struct arena *a, const struct board_counts *c,
	struct balance_step ret_steps[BALANCE_STEPS])
{
	int64_t done = c->handed_in + c->forced, open = c->running + c->lost + c->paused;
	const char *in = rest(a, rest(a, "", "缺考", c->absent), "未到", c->waiting);
	const char *going = rest(a, rest(a, "", "作答中", open), "作废", c->voided);
	int64_t gone = c->started - done - open;
	ret_steps[0] = (struct balance_step){"registered", "应考", c->registered, "", true};
	ret_steps[1] = (struct balance_step){"seated", "到考", c->seated, in,
		c->seated + c->never_came == c->registered};
	ret_steps[2] = (struct balance_step){"started", "开考", c->started,
		rest(a, rest(a, rest(a, "", "待准入", c->here), "待开考", c->admitted),
			"未作答", c->left), c->started + c->left == c->seated};
	ret_steps[3] = (struct balance_step){"handed_in", "交卷", done,
		rest(a, going, "其中强制收卷", c->forced), !open && gone <= c->voided && gone >= 0};
	ret_steps[4] = (struct balance_step){"scored", "评分", c->scored,
		rest(a, "", "待评", done > c->scored ? done - c->scored : 0), c->scored == done};
}
