/* Many who begin in the same second: read together, judged, and begun by one statement each that
 * judges again, so that a database at the end of a line is waited for four times and not fifteen
 * times for everybody. */
#include <stdlib.h>

#include "domain/exam/exam_impl.h"
#include "query/sitting.h"

void as_candidate_end(struct as_candidate *as)
{
	if (!as->cx)
		return;
	as->cx->actor = as->actor;
	as->cx->scope = as->scope;
}

const char *sitting_actor_name(struct ctx *cx, const char *name)
{
	return text_of(cx, "考生 %s", name);
}

struct as_candidate sitting_act_as(struct ctx *cx, const char *name)
{
	struct as_candidate as = {cx, cx->actor, cx->scope};
	ctx_act_as(cx, &(struct actor){.role = ROLE_PUBLIC, .name = sitting_actor_name(cx, name),
		.region = "", .ip = as.actor.ip, .token_perms = {UINT64_MAX, UINT64_MAX}});
	return as;
}

bool sitting_lacks_seb(const struct q_sitting_find *s)
{
	return streq(s->seb_mode, "required") && !*s->seb_waiver && s->seb_epoch != s->epoch;
}

/* What many runs share. at[k]: the place in `all` of the k-th who is tried. */
struct start {
	struct ctx *cx;
	const struct sitting_token *tokens;
	struct q_sitting_find *all;
	bool *begun;
	size_t n, n_tried;
	size_t *at;
};

static int read_all(struct start *s)
{
	struct ctx *cx = s->cx;
	struct q_sitting_find_in *in = arena_array(cx->arena, struct q_sitting_find_in, s->n);
	for (size_t i = 0; i < s->n; i++)
		in[i] = (struct q_sitting_find_in){.person_id = s->tokens[i].person_id,
			.id = s->tokens[i].sitting_id, .scope = scope_all()};
	int r = q_sitting_find_bulk(cx->db, in, s->n, s->all, s->begun);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_ordinary(struct ctx *cx, const struct q_sitting_find *s, int64_t epoch)
{
	bool ordinary = s->epoch == epoch && streq(s->state, "admitted") && s->form_id &&
		!streq(s->place, "venue") && !sitting_lacks_seb(s) &&
		sitting_check_start(cx, s) == 0;
	ctx_clear(cx);
	return ordinary;
}

static void choose(struct start *s)
{
	s->at = arena_array(s->cx->arena, size_t, s->n);
	for (size_t i = 0; i < s->n; i++) {
		bool is_there = s->begun[i];
		s->begun[i] = false;
		if (is_there && is_ordinary(s->cx, &s->all[i], s->tokens[i].epoch))
			s->at[s->n_tried++] = i;
	}
}

static int by_room(const void *a, const void *b, void *self)
{
	const struct q_sitting_find *all = self;
	int64_t x = all[*(const size_t *)a].batch_room_id,
		y = all[*(const size_t *)b].batch_room_id;
	return (x > y) - (x < y);
}

/* In one order, so that nobody waits for another in a circle: what the rooms were given until now,
 * and are not given more until everybody has begun. */
static int hold_rooms(struct start *s)
{
	struct arena *a = s->cx->arena;
	struct q_sitting_room_extra_in *in = arena_array(a, struct q_sitting_room_extra_in,
		s->n_tried);
	struct q_sitting_room_extra *rows = arena_array(a, struct q_sitting_room_extra, s->n_tried);
	bool *found = arena_array(a, bool, s->n_tried);
	qsort_r(s->at, s->n_tried, sizeof *s->at, by_room, s->all);
	for (size_t k = 0; k < s->n_tried; k++)
		in[k] = (struct q_sitting_room_extra_in){.exam_id = s->all[s->at[k]].exam_id,
			.batch_room_id = s->all[s->at[k]].batch_room_id};
	int r = q_sitting_room_extra_bulk(s->cx->db, in, s->n_tried, rows, found);
	for (size_t k = 0; k < s->n_tried && r >= 0; k++)
		if (found[k])
			s->all[s->at[k]].room_extra_seconds = rows[k].extra_seconds;
	return r < 0 ? ctx_pass(s->cx, r) : 0;
}

static int begin_chosen(struct start *s)
{
	struct ctx *cx = s->cx;
	struct arena *a = cx->arena;
	int64_t now = ctx_now(cx);
	struct q_sitting_begin_now_in *in = arena_array(a, struct q_sitting_begin_now_in,
		s->n_tried);
	struct q_sitting_begin_now *rows = arena_array(a, struct q_sitting_begin_now, s->n_tried);
	bool *done = arena_array(a, bool, s->n_tried);
	for (size_t k = 0; k < s->n_tried; k++) {
		const struct q_sitting_find *row = &s->all[s->at[k]];
		in[k] = (struct q_sitting_begin_now_in){.person_id = row->person_id, .id = row->id,
			.epoch = row->epoch, .form_id = row->form_id,
			.batch_room_id = row->batch_room_id, .begun_at = now,
			.ends_at = sitting_ends_at(row, now)};
	}
	int r = q_sitting_begin_now_bulk(cx->db, in, s->n_tried, rows, done);
	for (size_t k = 0; k < s->n_tried && r >= 0; k++) {
		struct q_sitting_find *row = &s->all[s->at[k]];
		s->begun[s->at[k]] = done[k];
		row->deadline_at = rows[k].deadline_at;
		row->begun_at = now;
	}
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int note_begun(struct start *s)
{
	struct ctx *cx = s->cx;
	size_t n = 0;
	struct flow_subject *all = arena_array(cx->arena, struct flow_subject, s->n_tried);
	const char **names = arena_array(cx->arena, const char *, s->n_tried);
	for (size_t i = 0; i < s->n; i++) {
		struct q_sitting_find *row = &s->all[i];
		if (!s->begun[i])
			continue;
		names[n] = sitting_actor_name(cx, row->name);
		all[n++] = (struct flow_subject){.id = row->id, .person_id = row->person_id,
			.state = "admitted"};
		row->state = "running";
	}
	auto_as as = sitting_act_as(cx, "");
	return flow_moved(cx, &sitting_flow, "begin", all, names, n);
}

int sitting_begin_many(struct ctx *cx, const struct sitting_token *tokens, size_t n,
	struct q_sitting_find *ret_sittings, bool *ret_begun)
{
	struct start s = {.cx = cx, .tokens = tokens, .all = ret_sittings, .begun = ret_begun,
		.n = n};
	int r = read_all(&s);
	if (r < 0)
		return r;
	choose(&s);
	if (!s.n_tried)
		return 0;
	if ((r = hold_rooms(&s)) < 0 || (r = begin_chosen(&s)) < 0)
		return r;
	return note_begun(&s);
}
