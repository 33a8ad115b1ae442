/* A trip to a venue without a line and back: the centre, the venue's machine, and what people do on
 * the way. The centre is on each engine; the venue is always its own SQLite file. */
#ifndef LUBAN_TEST_DOMAIN_VENUE_TRIP_H
#define LUBAN_TEST_DOMAIN_VENUE_TRIP_H

#include "exam_support.h"

#undef fail

#include <string.h>

#include "domain/exam/venue_impl.h"
#include "query/batch.h"
#include "query/registry.h"

enum { PEOPLE = 33, ITEMS = 8, PROCTOR = 61, MINUTE = 60 };

/* The centre, and the venue's machine with keys and a database of its own. */
struct trip {
	struct exam_world c, v;
	struct exam_world base;
	struct test_db *there;
	struct keyring *keys;
	struct venue_packed pack;
	struct venue_opened opened;
	const char *start_code;
};

static inline void on_duty(struct exam_world *w, int64_t account, int64_t room)
{
	exam_ok(w, q_staff_insert(w->t->db, .id = 900 + account, .body_id = EXAM_BODY,
			   .region = "3710", .name = "监考甲", .idno_index = "s1", .duties = 1));
	exam_ok(w, q_batch_staff_insert(w->t->db, .id = account, .batch_id = EXAM_BATCH,
			   .body_id = EXAM_BODY, .region = "3710", .batch_room_id = room,
			   .part = 1, .staff_id = 900 + account, .idno_index = "s1",
			   .duty = "proctor"));
}

static inline void open_centre(struct trip *t, void **state)
{
	memset(t, 0, sizeof *t);
	exam_world_open(&t->c, *state, PEOPLE, ITEMS);
	on_duty(&t->c, PROCTOR, EXAM_ROOM2);
}

static inline void open_there(struct trip *t)
{
	t->there = test_db_open(DB_SQLITE);
	assert_int_equal(keyring_from_hex(STR("ffeeddccbbaa99887766554433221100"
					      "ffeeddccbbaa99887766554433221100"), &t->keys), 0);
	t->base = t->c;
	t->base.keys = t->keys;
	exam_world_join(&t->v, &t->base, t->there->db, t->there->arena);
	t->v.t = t->there;
	ctx_act_as_system(t->v.cx, "离线考点");
}

static inline void pack_room2(struct trip *t)
{
	int64_t room = EXAM_ROOM2;
	exam_ok(&t->c, venue_pack(t->c.cx, t->c.exam_id, &room, 1, &t->pack));
}

/* Packed, opened there, started: everything up to the first candidate. */
static inline void carry(struct trip *t)
{
	pack_room2(t);
	open_there(t);
	exam_ok(&t->v, venue_open(t->v.cx, t->pack.file, t->pack.open_code, NULL, &t->opened));
	exam_ok(&t->c, venue_tell(t->c.cx, t->c.exam_id, t->pack.id, &t->start_code));
	exam_as_manager(&t->v);
	exam_ok(&t->v, venue_start(t->v.cx, t->v.exam_id, t->start_code));
}

/* 30 hands in, 31 is cut off by the time, 32 never comes. */
static inline void sit(struct trip *t)
{
	struct q_sitting_find s;
	t->v.now = t->v.starts_at + MINUTE;
	exam_clock(&t->v);
	struct sitting_token one = exam_begin(&t->v, 30), two = exam_begin(&t->v, 31);
	exam_answer(&t->v, &one, 1, 1, "A");
	exam_answer(&t->v, &one, 2, 2, "C");
	exam_answer(&t->v, &one, 3, 1, "B");
	exam_answer(&t->v, &two, 1, 1, "B");
	t->v.now += 40 * MINUTE;
	exam_ok(&t->v, sitting_hand_in(t->v.cx, &one, 3, &s));
	t->v.now = t->v.ends_at + 10 * MINUTE;
	exam_clock(&t->v);
	exam_clock(&t->v);
}

static inline struct str bring(struct trip *t)
{
	struct str file;
	int64_t n;
	exam_ok(&t->v, venue_return(t->v.cx, NULL, 0, &n, &file));
	assert_int_equal(n, 1);
	t->c.now = t->v.now;
	exam_as_manager(&t->c);
	return file;
}

static inline void end(struct trip *t)
{
	if (t->there) {
		keyring_free(t->keys);
		test_db_close(t->there);
	}
	exam_world_close(&t->c);
}

#endif
