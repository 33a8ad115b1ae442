/* Setting up an exam, its rooms, and who is how far. What the clock does is in exam_clock.c, who
 * sits where in exam_seating.c. */
#include "domain/exam/exam.h"

#include <string.h>

#include "base/civil.h"
#include "base/utf8.h"
#include "domain/evaluation/batch.h"
#include "domain/exam/exam_impl.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/exam.h"

enum { TITLE_CHARS = 100, CODE_CHARS = 12, EXTEND_LEAST = 60, EXTEND_MOST = 4 * 3600 };

const struct exam_in exam_preset = {
	.title = "", .duration_seconds = 90 * 60, .late_seconds = 30 * 60, .stay_seconds = 30 * 60,
	.open_seconds = 30 * 60, .shuffle = SHUFFLE_OPTIONS, .layout = "one", .seb_mode = "off",
	.photo_mode = "asked", .admit_mode = "each",
};

int exam_get(struct ctx *cx, int64_t id, struct q_exam_find *ret_exam)
{
	int r = q_exam_find(cx->db, ret_exam, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "exam.notfound");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int exam_room_get(struct ctx *cx, int64_t exam_id, int64_t batch_room_id,
	struct q_exam_room_find *ret_room)
{
	int r = q_exam_room_find(cx->db, ret_room, .exam_id = exam_id,
		.batch_room_id = batch_room_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "exam.room_notfound");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_one_of(const char *text, const char *a, const char *b)
{
	return streq(text, a) || streq(text, b);
}

static void check_number(struct ctx *cx, const char *field, int64_t seconds, int64_t lo,
	int64_t hi)
{
	if (seconds < lo * 60 || seconds > hi * 60)
		fail_field(cx, field, "exam.minutes", text_of(cx, "%d", (int)lo),
			text_of(cx, "%d", (int)hi));
}

static int check_in(struct ctx *cx, const struct exam_in *in)
{
	if (utf8_count(str_of(in->title)) > TITLE_CHARS)
		fail_field(cx, "title", "exam.title_long", text_of(cx, "%d", TITLE_CHARS));
	check_number(cx, "duration_seconds", in->duration_seconds, 5, 600);
	check_number(cx, "late_seconds", in->late_seconds, 0, 600);
	check_number(cx, "stay_seconds", in->stay_seconds, 0, 600);
	check_number(cx, "open_seconds", in->open_seconds, 0, 180);
	if (!is_one_of(in->layout, "one", "all"))
		fail_field(cx, "layout", "exam.choice");
	if (!is_one_of(in->seb_mode, "off", "required"))
		fail_field(cx, "seb_mode", "exam.choice");
	if (!is_one_of(in->photo_mode, "off", "asked"))
		fail_field(cx, "photo_mode", "exam.choice");
	if (!is_one_of(in->admit_mode, "each", "code"))
		fail_field(cx, "admit_mode", "exam.choice");
	return ctx_checked(cx);
}

/* Of this body or an authority above it, and fit to be sat. */
static int check_set(struct ctx *cx, int64_t paper_set_id, int64_t body_id)
{
	struct q_exam_paper_sets_rows sets;
	if (!paper_set_id)
		return 0;
	int r = q_exam_paper_sets(cx->db, &sets, .body_id = body_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < sets.n; i++)
		if (sets.at[i].id == paper_set_id)
			return 0;
	return fail_field(cx, "paper_set_id", "exam.set_unfit");
}

static int insert(struct ctx *cx, const struct q_batch_find *b, const struct exam_in *in,
	int64_t id)
{
	const char *title = is_blank(in->title) ? text_of(cx, "%s理论知识机考", b->title)
		: in->title;
	return q_exam_insert(cx->db, .id = id, .batch_id = b->id, .body_id = b->body_id,
		.region = b->region, .part = PART_THEORY, .title = title,
		.paper_set_id = in->paper_set_id, .duration_seconds = in->duration_seconds,
		.late_seconds = in->late_seconds, .stay_seconds = in->stay_seconds,
		.layout = in->layout, .shuffle = in->shuffle, .seb_mode = in->seb_mode,
		.photo_mode = in->photo_mode, .admit_mode = in->admit_mode,
		.open_seconds = in->open_seconds, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
}

static int create_in_tx(struct ctx *cx, int64_t batch_id, const struct exam_in *in, int64_t id)
{
	struct q_batch_find b;
	struct exam_seated seated;
	int r = batch_get(cx, batch_id, &b);
	if (r < 0)
		return r;
	if (!(b.parts & PART_THEORY))
		return fail(cx, ERR_STATE, "exam.no_theory", b.title);
	if (!is_one_of(b.state, "arranged", "testing"))
		return fail(cx, ERR_STATE, "exam.not_arranged", b.title);
	if ((r = check_in(cx, in)) < 0 || (r = check_set(cx, in->paper_set_id, b.body_id)) < 0)
		return r;
	if ((r = insert(cx, &b, in, id)) == ERR_CONFLICT)
		return fail(cx, r, "exam.there_is_one", b.title);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, exam_flow.kind, 0, id, "exam_created", "")) < 0)
		return r;
	return exam_seat(cx, id, &seated);
}

int exam_create(struct ctx *cx, int64_t batch_id, const struct exam_in *in, int64_t *ret_id)
{
	auto_tx tx = {0};
	int64_t id = ctx_id(cx);
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = create_in_tx(cx, batch_id, in, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* Locked, in scope, and before the first room's start. */
int exam_open(struct ctx *cx, int64_t id, struct q_exam_find *ret_exam)
{
	int r = exam_get(cx, id, ret_exam);
	if (r >= 0)
		r = q_exam_lock(cx->db, .id = id);
	if (r >= 0)
		r = exam_get(cx, id, ret_exam);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!is_one_of(ret_exam->state, "preparing", "ready"))
		return fail(cx, ERR_STATE, "exam.has_started", ret_exam->title);
	return 0;
}

static int update_in_tx(struct ctx *cx, int64_t id, const struct exam_in *in)
{
	struct q_exam_find e;
	int r = exam_open(cx, id, &e);
	if (r < 0)
		return r;
	if ((r = check_in(cx, in)) < 0 || (r = check_set(cx, in->paper_set_id, e.body_id)) < 0)
		return r;
	if ((r = exam_none_away(cx, id)) < 0)
		return r;
	if (streq(e.state, "ready") && !in->paper_set_id)
		return fail_field(cx, "paper_set_id", "exam.set_needed");
	struct q_exam_paper_set_held set = {.state = ""};
	if (in->paper_set_id &&
		(r = q_exam_paper_set_held(cx->db, &set, .id = in->paper_set_id)) < 0)
		return ctx_pass(cx, r);
	if (streq(set.state, "withdrawn"))
		return fail_field(cx, "paper_set_id", "exam.set_unfit");
	r = q_exam_update(cx->db, .id = id, .scope = cx->scope,
		.title = is_blank(in->title) ? e.title : in->title,
		.paper_set_id = in->paper_set_id, .duration_seconds = in->duration_seconds,
		.late_seconds = in->late_seconds, .stay_seconds = in->stay_seconds,
		.layout = in->layout, .shuffle = in->shuffle, .seb_mode = in->seb_mode,
		.photo_mode = in->photo_mode, .admit_mode = in->admit_mode,
		.open_seconds = in->open_seconds);
	/* Forms of another set are no good any more. */
	if (r >= 0 && in->paper_set_id != e.paper_set_id)
		r = exam_take_forms(cx, id);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, exam_flow.kind, 0, id, "exam_updated", "");
}

int exam_update(struct ctx *cx, int64_t id, const struct exam_in *in)
{
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = update_in_tx(cx, id, in)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

/* ---- rooms ---- */

int exam_room_code(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, const char *code)
{
	struct q_exam_room_find room;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0 || (r = exam_room_get(cx, exam_id, batch_room_id, &room)) < 0)
		return r;
	struct str text = str_trim(str_of(code));
	if (utf8_count(text) > CODE_CHARS || !utf8_is_text(text))
		return fail_field(cx, "entry_code", "exam.code_long",
			text_of(cx, "%d", CODE_CHARS));
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_exam_room_set_code(cx->db, .exam_id = exam_id, .batch_room_id = batch_room_id,
		.entry_code = arena_str(cx->arena, text));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, exam_flow.kind, 0, exam_id, "exam_room_code", room.room_name)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int exam_check_extra(struct ctx *cx, int64_t seconds, const char *reason)
{
	if (seconds < EXTEND_LEAST || seconds > EXTEND_MOST)
		return fail_field(cx, "minutes", "exam.minutes",
			text_of(cx, "%d", EXTEND_LEAST / 60), text_of(cx, "%d", EXTEND_MOST / 60));
	if (is_blank(reason))
		return fail_field(cx, "reason", "exam.reason");
	return 0;
}

int exam_room_extend(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, int64_t seconds,
	const char *reason)
{
	struct q_exam_room_find room;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0 || (r = exam_check_extra(cx, seconds, reason)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = exam_room_get(cx, exam_id, batch_room_id, &room)) < 0)
		return r;
	if (!is_one_of(room.state, "ready", "running"))
		return fail(cx, ERR_STATE, "exam.not_running", room.title);
	r = q_exam_room_extend(cx->db, .exam_id = exam_id, .batch_room_id = batch_room_id,
		.add_seconds = seconds);
	if (r >= 0)
		r = q_sittings_extend_room(cx->db, .exam_id = exam_id,
			.batch_room_id = batch_room_id, .add_seconds = seconds);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *what = text_of(cx, "%s延长 %d 分钟：%s", room.room_name, (int)(seconds / 60),
		reason);
	if ((r = flow_note(cx, exam_flow.kind, 0, exam_id, "exam_room_extended", what)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

/* ---- who is how far ---- */

static int64_t *count_of(struct exam_count *c, const char *state)
{
	return streq(state, "waiting") ? &c->waiting : streq(state, "admitted") ? &c->admitted
		: streq(state, "running") ? &c->running : streq(state, "paused") ? &c->paused
		: streq(state, "handed_in") ? &c->handed_in : streq(state, "forced") ? &c->forced
		: streq(state, "absent") ? &c->absent : &c->voided;
}

static void add(struct exam_count *c, const struct q_exam_counts *row)
{
	*count_of(c, row->state) += row->n;
	c->registered += row->n;
	c->present += row->n_present;
}

int exam_count(struct ctx *cx, int64_t exam_id, struct exam_count **ret_counts, size_t *ret_n)
{
	struct q_exam_counts_rows rows;
	int r = q_exam_counts(cx->db, &rows, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct exam_count *counts = arena_array(cx->arena, struct exam_count, rows.n + 1);
	size_t n = 1;
	for (size_t i = 0; i < rows.n; i++) {
		if (n == 1 || counts[n - 1].batch_room_id != rows.at[i].batch_room_id)
			counts[n++].batch_room_id = rows.at[i].batch_room_id;
		add(&counts[0], &rows.at[i]);
		add(&counts[n - 1], &rows.at[i]);
	}
	*ret_counts = counts;
	*ret_n = n;
	return 0;
}
