/* A venue without a line: rooms go out to another database, are sat there, and come back exactly
 * once. The centre is on each engine; the venue is always its own SQLite file. */
#include "venue_trip.h"

#include "base/box.h"
#include "base/hex.h"
#include "core/file.h"
#include "core/throttle.h"
#include "domain/exam/answer.h"
#include "domain/exam/board.h"
#include "domain/exam/incident.h"
#include "domain/registry/registry.h"
#include "query/enrolment.h"
#include "query/exam.h"
#include "query/exam_board.h"
#include "query/exam_venue.h"
#include "query/registry.h"

/* ---- out ---- */

static bool has(struct str s, const char *z)
{
	return memmem(s.p, s.n, z, strlen(z)) != NULL;
}

static void what_travels(void **state)
{
	struct trip t;
	struct venue_outer outer;
	struct str body;
	open_centre(&t, state);
	pack_room2(&t);
	assert_int_equal(t.pack.n_rooms, 1);
	assert_int_equal(t.pack.n_sittings, 3);
	assert_false(has(t.pack.file, "考生31"));
	exam_ok(&t.c, venue_outer_read(t.c.cx, t.pack.file, "pack", &outer));
	exam_ok(&t.c, venue_unseal(t.c.cx, t.pack.open_code, "venue.pack", outer.body, &body));
	assert_true(has(body, "考生31"));
	assert_false(has(body, "考生1\n")); /* of the other room */
	assert_false(has(body, "第 1 题"));  /* sealed by the start code as well */
	exam_ok(&t.c, venue_tell(t.c.cx, t.c.exam_id, t.pack.id, &t.start_code));
	const char *at = memmem(body.p, body.n, "\nforms:", 7);
	struct str rest = {at + 1, body.n - (size_t)(at + 1 - body.p)}, forms;
	struct stow_field f;
	assert_true(stow_next(&rest, &f));
	exam_ok(&t.c, venue_unseal(t.c.cx, t.start_code, "venue.forms", f.text, &forms));
	assert_true(has(forms, "第 1 题"));
	assert_false(has(forms, "接地"));  /* the accepted words */
	assert_false(has(forms, ":ACD\n")); /* a key */
	assert_false(has(forms, "12.5"));
	end(&t);
}

static void the_centre_keeps_its_hands_off(void **state)
{
	struct trip t;
	struct sitting_pass pass;
	struct exam_seated seated;
	open_centre(&t, state);
	struct sitting_in in = exam_door(&t.c, 30);
	pack_room2(&t);
	exam_no(&t.c, sitting_check_in(t.c.cx, &in, &pass), ERR_STATE, "sitting.at_venue");
	exam_no(&t.c, board_enter(t.c.cx, t.c.exam_id, EXAM_ROOM2), ERR_STATE, "board.away");
	exam_ok(&t.c, board_enter(t.c.cx, t.c.exam_id, EXAM_ROOM));
	exam_no(&t.c, exam_seat(t.c.cx, t.c.exam_id, &seated), ERR_STATE, "venue.away_seats");
	t.c.now = t.c.ends_at + 60 * MINUTE;
	exam_clock(&t.c);
	exam_clock(&t.c);
	struct board b;
	exam_ok(&t.c, board_exam(t.c.cx, t.c.exam_id, &b));
	assert_string_equal(b.exam->state, "running"); /* waits for the room */
	assert_int_equal(b.rooms[1].counts.waiting, 3);
	assert_int_equal(b.rooms[0].counts.absent, 30);
	int64_t room = EXAM_ROOM2;
	exam_no(&t.c, venue_pack(t.c.cx, t.c.exam_id, &room, 1, &t.pack), ERR_STATE,
		"venue.away_already");
	end(&t);
}

static void what_cannot_go_out(void **state)
{
	struct trip t;
	int64_t room = 4711;
	open_centre(&t, state);
	exam_no(&t.c, venue_pack(t.c.cx, t.c.exam_id, &room, 1, &t.pack), ERR_INVALID,
		"venue.rooms");
	exam_enter(&t.c, 31);
	room = EXAM_ROOM2;
	exam_no(&t.c, venue_pack(t.c.cx, t.c.exam_id, &room, 1, &t.pack), ERR_STATE,
		"venue.people_there");
	exam_as(&t.c, ROLE_INVIGILATOR, PROCTOR);
	exam_no(&t.c, venue_pack(t.c.cx, t.c.exam_id, &room, 1, &t.pack), ERR_DENIED,
		"auth.denied");
	struct board b;
	exam_as_manager(&t.c);
	exam_ok(&t.c, board_room(t.c.cx, t.c.exam_id, EXAM_ROOM2, &b));
	assert_string_equal(b.rooms[0].row->place, "");
	end(&t);
}

/* A code alone is not enough where the machine has a key; the photos of the enrolment come
 * along. */
static void the_venues_own_machine(void **state)
{
	struct trip t;
	uint8_t secret[BOX_KEY_BYTES], other[BOX_KEY_BYTES], public[BOX_KEY_BYTES];
	struct q_venue_get_rooms_rows rooms;
	struct q_board_portrait portrait;
	struct file photo = {.name = "photo.jpg", .bytes = STR("\xff\xd8\xff\xe0 a face")};
	open_centre(&t, state);
	memset(secret, 5, sizeof secret);
	memset(other, 6, sizeof other);
	box_public(secret, public);
	struct q_sitting_find s = exam_sitting(&t.c, 30);
	photo.person_id = s.person_id;
	exam_ok(&t.c, file_put(t.c.cx, &photo));
	exam_ok(&t.c, q_enrolment_set_photo(t.c.cx->db, .person_id = s.person_id,
		.id = s.enrolment_id, .photo_file_id = photo.id));
	exam_ok(&t.c, q_venue_get_rooms(t.c.cx->db, &rooms, .exam_id = t.c.exam_id));
	struct q_venue_find v;
	exam_ok(&t.c, q_venue_find(t.c.cx->db, &v, .id = rooms.at[0].venue_id,
		.scope = t.c.cx->scope));
	struct venue_in in = {.name = v.name, .address = v.address, .contact = v.contact,
		.phone = v.phone, .equipment = v.equipment, .state = "active",
		.machine_key = "12"};
	int64_t id;
	exam_no_field(&t.c, venue_save(t.c.cx, EXAM_BODY, v.id, &in, &id), "machine_key",
		"venue.machine_key");
	in.machine_key = hex_text(t.c.cx->arena, public, sizeof public);
	exam_ok(&t.c, venue_save(t.c.cx, EXAM_BODY, v.id, &in, &id));
	pack_room2(&t);
	open_there(&t);
	exam_no(&t.v, venue_open(t.v.cx, t.pack.file, t.pack.open_code, NULL, &t.opened),
		ERR_DENIED, "venue.other_machine");
	exam_no(&t.v, venue_open(t.v.cx, t.pack.file, t.pack.open_code, other, &t.opened),
		ERR_DENIED, "venue.other_machine");
	exam_no(&t.v, venue_open(t.v.cx, t.pack.file, "AAAAA-BBBBB", secret, &t.opened),
		ERR_DENIED, "venue.code");
	exam_ok(&t.v, venue_open(t.v.cx, t.pack.file, t.pack.open_code, secret, &t.opened));
	exam_ok(&t.v, q_board_portrait(t.v.cx->db, &portrait, .person_id = s.person_id,
		.id = s.id));
	exam_ok(&t.v, file_read(t.v.cx, s.person_id, portrait.photo_file_id, &photo));
	assert_true(str_is(photo.bytes, "\xff\xd8\xff\xe0 a face"));
	s = exam_sitting(&t.c, 31);
	exam_ok(&t.v, q_board_portrait(t.v.cx->db, &portrait, .person_id = s.person_id,
		.id = s.id));
	assert_int_equal(portrait.photo_file_id, 0);
	end(&t);
}

static void codes(void **state)
{
	struct trip t;
	const char *code;
	open_centre(&t, state);
	pack_room2(&t);
	open_there(&t);
	exam_no(&t.v, venue_open(t.v.cx, t.pack.file, "AAAAA-BBBBB", NULL, &t.opened), ERR_DENIED,
		"venue.code");
	exam_no(&t.v, venue_open(t.v.cx, STR("luban_venue:4:pack\n"), t.pack.open_code, NULL,
		&t.opened), ERR_INVALID, "venue.bad_file");
	char *typed = arena_dup(t.v.cx->arena, t.pack.open_code);
	for (char *c = typed; *c; c++)
		*c = *c == '-' ? ' ' : *c == 'O' ? '0' : (char)(*c | 0x20 * (*c >= 'A'
			&& *c <= 'Z'));
	exam_ok(&t.v, venue_open(t.v.cx, t.pack.file, typed, NULL, &t.opened));
	assert_int_equal(t.opened.n_accounts, 2);
	assert_string_equal(t.opened.accounts[1].name, "监考甲");
	assert_string_equal(t.opened.accounts[1].rooms, "机房102");
	exam_no(&t.v, venue_open(t.v.cx, t.pack.file, t.pack.open_code, NULL, &t.opened),
		ERR_CONFLICT, "venue.here_already");
	exam_ok(&t.c, venue_tell(t.c.cx, t.c.exam_id, t.pack.id, &code));
	exam_as_manager(&t.v);
	exam_no(&t.v, venue_start(t.v.cx, t.v.exam_id, t.pack.open_code), ERR_DENIED, "venue.code");
	t.v.now = t.c.now = t.c.starts_at - 2 * 3600;
	exam_no(&t.v, venue_start(t.v.cx, t.v.exam_id, code), ERR_STATE, "venue.not_time");
	exam_no(&t.c, venue_tell(t.c.cx, t.c.exam_id, t.pack.id, &code), ERR_STATE,
		"venue.not_time");
	end(&t);
}

/* ---- there and back ---- */

static void there_and_back(void **state)
{
	struct trip t;
	struct venue_import im;
	struct answer *answers;
	size_t n;
	int64_t rooms;
	struct str file;
	open_centre(&t, state);
	carry(&t);
	exam_no(&t.v, venue_return(t.v.cx, NULL, 0, &rooms, &file), ERR_STATE, "venue.none_ended");
	sit(&t);
	struct q_sitting_find there = exam_sitting(&t.v, 30);
	assert_string_equal(there.state, "handed_in");
	file = bring(&t);
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	assert_int_equal(im.rooms, 1);
	assert_int_equal(im.sittings, 3);
	assert_int_equal(im.answers, 4);
	assert_int_equal(im.conflicts, 0);
	struct q_sitting_find here = exam_sitting(&t.c, 30);
	assert_string_equal(here.state, "handed_in");
	assert_int_equal(here.ended_at, there.ended_at);
	assert_string_equal(here.answers_hash, there.answers_hash);
	assert_string_equal(here.receipt_code, there.receipt_code);
	assert_string_equal(exam_sitting(&t.c, 31).state, "forced");
	assert_string_equal(exam_sitting(&t.c, 32).state, "absent");
	exam_ok(&t.c, answer_current(t.c.cx, here.person_id, here.id, &answers, &n));
	assert_int_equal(n, 2);
	assert_string_equal(answers[0].response, "B");
	assert_int_equal(answers[0].seq, 3);
	struct board b;
	exam_ok(&t.c, board_room(t.c.cx, t.c.exam_id, EXAM_ROOM2, &b));
	assert_string_equal(b.rooms[0].row->place, "returned");
	assert_string_equal(b.rooms[0].row->room_state, "closed");
	assert_int_equal(b.rooms[0].n_alarms, 0);
	exam_clock(&t.c);
	exam_clock(&t.c);
	exam_ok(&t.c, board_exam(t.c.cx, t.c.exam_id, &b));
	assert_string_equal(b.exam->state, "closed");
	end(&t);
}

static void twice(void **state)
{
	struct trip t;
	struct venue_import im;
	struct q_venue_answers_rows before, after;
	struct incident_in in = {.kind = "other", .note = "事后补记"};
	int64_t id;
	open_centre(&t, state);
	carry(&t);
	sit(&t);
	struct str file = bring(&t);
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	struct q_sitting_find s = exam_sitting(&t.c, 30);
	exam_ok(&t.c, q_venue_answers(t.c.cx->db, &before, .person_id = s.person_id,
			      .sitting_id = s.id));
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	assert_int_equal(im.rooms, 0);
	assert_int_equal(im.already, 1);
	exam_ok(&t.c, q_venue_answers(t.c.cx->db, &after, .person_id = s.person_id,
			      .sitting_id = s.id));
	assert_int_equal(after.n, before.n);
	/* the same machine later says something else */
	in.exam_id = t.v.exam_id;
	in.batch_room_id = EXAM_ROOM2;
	exam_ok(&t.v, incident_add(t.v.cx, &in, &id));
	file = bring(&t);
	exam_no(&t.c, venue_import(t.c.cx, file, &im), ERR_CONFLICT, "venue.returned_otherwise");
	end(&t);
}

static void incidents_with_photos(void **state)
{
	struct trip t;
	static const char jpeg[] = "\xff\xd8\xff\xe0 a picture";
	struct venue_import im;
	struct q_incidents_of_room_rows rows;
	struct file photo;
	int64_t id;
	open_centre(&t, state);
	carry(&t);
	struct incident_in in = {.exam_id = t.v.exam_id, .batch_room_id = EXAM_ROOM2,
		.sitting_id = exam_sitting(&t.v, 30).id, .kind = "power", .note = "停电三分钟",
		.photo = {jpeg, sizeof jpeg - 1}};
	exam_ok(&t.v, incident_add(t.v.cx, &in, &id));
	in.sitting_id = 0;
	in.photo = STR_NONE;
	exam_ok(&t.v, incident_add(t.v.cx, &in, &id));
	sit(&t);
	exam_ok(&t.c, venue_import(t.c.cx, bring(&t), &im));
	exam_ok(&t.c, q_incidents_of_room(t.c.cx->db, &rows, .exam_id = t.c.exam_id,
			      .batch_room_id = EXAM_ROOM2));
	assert_int_equal(rows.n, 2);
	exam_ok(&t.c, incident_photo(t.c.cx, t.c.exam_id, EXAM_ROOM2, rows.at[0].id, &photo));
	assert_int_equal(photo.bytes.n, sizeof jpeg - 1);
	assert_int_equal(rows.at[1].photo_file_id, 0);
	end(&t);
}

/* ---- what must not pass ---- */

static void tampered(void **state)
{
	struct trip t;
	struct venue_import im;
	open_centre(&t, state);
	carry(&t);
	sit(&t);
	struct str file = bring(&t);
	char *bytes = arena_str(t.c.cx->arena, file);
	for (size_t at = 0; at < file.n; at += 97) {
		bytes[at] ^= 1;
		assert_true(venue_import(t.c.cx, (struct str){bytes, file.n}, &im) < 0);
		ctx_clear(t.c.cx);
		bytes[at] ^= 1;
	}
	for (size_t n = 0; n < file.n; n += 131) {
		assert_true(venue_import(t.c.cx, (struct str){bytes, n}, &im) < 0);
		ctx_clear(t.c.cx);
	}
	exam_no(&t.c, venue_import(t.c.cx, t.pack.file, &im), ERR_INVALID, "venue.other_kind");
	assert_string_equal(exam_sitting(&t.c, 31).place, "venue"); /* nothing has come in */
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	end(&t);
}

/* Signed well, but by a machine that another package was made for. */
static void another_machines(void **state)
{
	struct trip t;
	struct venue_import im;
	struct venue_packed other;
	struct venue_outer outer;
	auto_buf forged;
	int64_t room = EXAM_ROOM;
	buf_init(&forged, VENUE_FILE_MAX);
	open_centre(&t, state);
	carry(&t);
	exam_ok(&t.c, venue_pack(t.c.cx, t.c.exam_id, &room, 1, &other));
	sit(&t);
	struct str file = bring(&t);
	exam_ok(&t.c, venue_outer_read(t.c.cx, file, "return", &outer));
	outer.id = other.id;
	venue_outer_put(&forged, &outer);
	exam_no(&t.c, venue_import(t.c.cx, buf_view(&forged), &im), ERR_INVALID, "venue.signature");
	end(&t);
}

/* Whatever statement the import dies at, nothing of the room is there, and it can be done again. */
static void dies_in_the_middle(void **state)
{
	struct trip t;
	struct venue_import im;
	int failures = 0, r = -1;
	open_centre(&t, state);
	carry(&t);
	sit(&t);
	struct str file = bring(&t);
	for (int n = 1; r < 0; n += 3) {
		db_fail_after(t.c.cx->db, n);
		r = venue_import(t.c.cx, file, &im);
		db_fail_after(t.c.cx->db, 0);
		ctx_clear(t.c.cx);
		if (r < 0 && !streq(exam_sitting(&t.c, 31).place, "returned"))
			assert_string_equal(exam_sitting(&t.c, 30).state, "waiting");
		failures += r < 0;
	}
	assert_true(failures > 5);
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	assert_string_equal(exam_sitting(&t.c, 30).state, "handed_in");
	end(&t);
}

/* The centre ran one of them too: somebody must decide. */
static void both_ran(void **state, bool venues)
{
	struct trip t;
	struct venue_import im;
	struct q_venue_conflicts_rows rows;
	struct answer *answers;
	size_t n;
	open_centre(&t, state);
	carry(&t);
	struct db *db = t.c.cx->db;
	exam_ok(&t.c, q_venue_room_place(db, .exam_id = t.c.exam_id, .batch_room_id = EXAM_ROOM2,
			      .from_place = "venue", .place = ""));
	t.c.now = t.c.starts_at + MINUTE;
	exam_clock(&t.c);
	struct sitting_token token = exam_begin(&t.c, 30);
	exam_answer(&t.c, &token, 1, 5, "CABD");
	exam_ok(&t.c, q_venue_room_place(db, .exam_id = t.c.exam_id, .batch_room_id = EXAM_ROOM2,
			      .from_place = "", .place = "venue"));
	sit(&t);
	exam_ok(&t.c, venue_import(t.c.cx, bring(&t), &im));
	assert_int_equal(im.conflicts, 1);
	struct q_sitting_find s = exam_sitting(&t.c, 30);
	assert_string_equal(s.state, "running"); /* not touched */
	assert_string_equal(exam_sitting(&t.c, 31).state, "forced");
	exam_ok(&t.c, q_venue_conflicts(db, &rows, .exam_id = t.c.exam_id));
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.at[0].venue_state, "handed_in");
	exam_no_field(&t.c, venue_settle(t.c.cx, t.c.exam_id, s.person_id, s.id, venues, " "),
		"settle_reason", "venue.reason");
	exam_ok(&t.c, venue_settle(t.c.cx, t.c.exam_id, s.person_id, s.id, venues, "监考员证明"));
	exam_no(&t.c, venue_settle(t.c.cx, t.c.exam_id, s.person_id, s.id, !venues, "改判"),
		ERR_STATE, "venue.settled");
	assert_string_equal(exam_sitting(&t.c, 30).state, venues ? "handed_in" : "running");
	exam_ok(&t.c, answer_current(t.c.cx, s.person_id, s.id, &answers, &n));
	assert_int_equal(n, venues ? 2 : 1);
	end(&t);
}

static void the_venues_counts(void **state)
{
	both_ran(state, true);
}

static void the_centres_counts(void **state)
{
	both_ran(state, false);
}

/* Two rooms out in one package; one comes back first. */
static void room_by_room(void **state)
{
	struct trip t;
	struct venue_import im;
	struct str file;
	int64_t n, room = EXAM_ROOM2;
	open_centre(&t, state);
	exam_ok(&t.c, venue_pack(t.c.cx, t.c.exam_id, NULL, 0, &t.pack));
	assert_int_equal(t.pack.n_sittings, PEOPLE);
	open_there(&t);
	exam_ok(&t.v, venue_open(t.v.cx, t.pack.file, t.pack.open_code, NULL, &t.opened));
	exam_ok(&t.c, venue_tell(t.c.cx, t.c.exam_id, t.pack.id, &t.start_code));
	exam_as_manager(&t.v);
	exam_ok(&t.v, venue_start(t.v.cx, t.v.exam_id, t.start_code));
	sit(&t);
	t.c.now = t.v.now;
	exam_ok(&t.v, venue_return(t.v.cx, &room, 1, &n, &file));
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	assert_int_equal(im.rooms, 1);
	assert_string_equal(exam_sitting(&t.c, 0).place, "venue");
	exam_ok(&t.v, venue_return(t.v.cx, NULL, 0, &n, &file));
	assert_int_equal(n, 2);
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	assert_int_equal(im.rooms, 1);
	assert_int_equal(im.already, 1);
	assert_string_equal(exam_sitting(&t.c, 0).state, "absent");
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(what_travels),
		test_db_case(the_centre_keeps_its_hands_off), test_db_case(what_cannot_go_out),
		test_db_case(codes), test_db_case(the_venues_own_machine),
			test_db_case(there_and_back), test_db_case(twice),
		test_db_case(incidents_with_photos), test_db_case(tampered),
		test_db_case(another_machines), test_db_case(dies_in_the_middle),
		test_db_case(the_venues_counts), test_db_case(the_centres_counts),
		test_db_case(room_by_room)};
	return test_db_run("venue", tests);
}
