/* A venue whose machine lies or goes its own way, people who change places there, a room taken
 * back, and what the centre leaves alone meanwhile. */
#include "venue_trip.h"

#include "base/hex.h"
#include "core/file.h"
#include "core/secret.h"
#include "query/exam_venue.h"
#include "query/signer.h"

/* What a machine of the venue that lies can sign: its own body, with these bytes in the place of
 * those, and this at its end. */
static struct str forge(struct trip *t, struct str file, const char *from, const char *to,
	struct str more)
{
	struct q_venue_here_all_rows here;
	struct venue_secret secret;
	struct venue_outer outer;
	struct str body;
	const char *text;
	uint8_t signature[SIGN_BYTES];
	auto_buf lie, out;
	buf_init(&lie, VENUE_FILE_MAX);
	buf_init(&out, VENUE_FILE_MAX);
	exam_ok(&t->v, q_venue_here_all(t->v.cx->db, &here));
	exam_ok(&t->v, secret_open(t->v.cx, "venue_here.secret_cipher",
		here.at[0].secret_cipher, &text));
	exam_ok(&t->v, venue_secret_read(t->v.cx, text, &secret));
	exam_ok(&t->v, venue_outer_read(t->v.cx, file, "return", &outer));
	exam_ok(&t->v, venue_unseal(t->v.cx, secret.return_code, "venue.return", outer.body,
		&body));
	char *copy = arena_str(t->v.cx->arena, body);
	char *at = *from ? memmem(copy, body.n, from, strlen(from)) : NULL;
	assert_true(!*from || (at && strlen(from) == strlen(to)));
	if (at)
		memcpy(at, to, strlen(to));
	buf_str(&lie, (struct str){copy, body.n});
	buf_str(&lie, more);
	outer.body = str_of(venue_seal(t->v.cx, secret.return_code, "venue.return",
		buf_view(&lie)));
	sign_make(secret.seed, str_of(venue_signed_text(t->v.cx, &outer)), signature);
	outer.signature = str_of(hex_text(t->v.cx->arena, signature, sizeof signature));
	venue_outer_put(&out, &outer);
	return str_of(arena_str(t->v.cx->arena, buf_view(&out)));
}

/* A venue signs receipts, and nothing that certificates or the log rest on. */
static void no_key_of_another_use(void **state)
{
	struct trip t;
	struct venue_import im;
	struct q_signer_key_find key;
	uint8_t public[SIGN_PUBLIC_BYTES];
	char id[SIGN_ID_HEX];
	auto_buf more;
	open_centre(&t, state);
	carry(&t);
	sit(&t);
	struct str file = bring(&t);
	memset(public, 7, sizeof public);
	buf_init(&more, 4096);
	struct q_venue_signer_keys row = {.key_id = sign_key_id(public, id),
		.key_use = "certificate",
		.public_key = hex_text(t.v.cx->arena, public, sizeof public)};
	venue_row(&more, "signer", &q_venue_signer_keys_desc, &row);
	row.key_use = "receipt";
	row.key_id = "0123456789abcdef";
	auto_buf renamed;
	buf_init(&renamed, 4096);
	venue_row(&renamed, "signer", &q_venue_signer_keys_desc, &row);
	exam_no(&t.c, venue_import(t.c.cx, forge(&t, file, "", "", buf_view(&renamed)), &im),
		ERR_INVALID, "venue.bad_file");
	exam_ok(&t.c, venue_import(t.c.cx, forge(&t, file, "", "", buf_view(&more)), &im));
	assert_int_equal(q_signer_key_find(t.c.cx->db, &key, .key_id = id), ERR_NOTFOUND);
	end(&t);
}

/* A photo is what its bytes are, whatever it is called. */
static void no_page_in_the_place_of_a_photo(void **state)
{
	struct trip t;
	struct venue_import im;
	struct file photo;
	struct str jpeg = STR("\xff\xd8\xff\xe0 a face");
	open_centre(&t, state);
	carry(&t);
	struct sitting_token token = exam_enter(&t.v, 30);
	exam_ok(&t.v, sitting_photo(t.v.cx, &token, jpeg));
	sit(&t);
	struct str file = forge(&t, bring(&t), "image/jpeg", "text/html;", STR_NONE);
	exam_ok(&t.c, venue_import(t.c.cx, file, &im));
	struct q_sitting_find s = exam_sitting(&t.c, 30);
	exam_ok(&t.c, file_read(t.c.cx, s.person_id, s.photo_file_id, &photo));
	assert_string_equal(photo.mime, "image/jpeg");
	end(&t);
}

static void only_what_has_ended(void **state)
{
	struct trip t;
	struct venue_import im;
	open_centre(&t, state);
	carry(&t);
	sit(&t);
	struct str file = forge(&t, bring(&t), "state:9:handed_in", "state:9:scored_up", STR_NONE);
	exam_no(&t.c, venue_import(t.c.cx, file, &im), ERR_INVALID, "venue.bad_file");
	end(&t);
}

/* One was moved away there, another one to where he had sat. */
static void seats_changed_hands(void **state)
{
	struct trip t;
	struct venue_import im;
	open_centre(&t, state);
	carry(&t);
	struct q_sitting_find a = exam_sitting(&t.v, 30), b = exam_sitting(&t.v, 31);
	exam_ok(&t.v, sitting_reseat(t.v.cx, b.person_id, b.id, EXAM_ROOM2, 9, "设备故障"));
	exam_ok(&t.v, sitting_reseat(t.v.cx, a.person_id, a.id, EXAM_ROOM2, b.seat, "设备故障"));
	sit(&t);
	exam_ok(&t.c, venue_import(t.c.cx, bring(&t), &im));
	assert_int_equal(exam_sitting(&t.c, 30).seat, b.seat);
	assert_int_equal(exam_sitting(&t.c, 31).seat, 9);
	end(&t);
}

/* Taken back, the room is run here: what the venue did all the same is for people to decide. */
static void taken_back_and_run_there_all_the_same(void **state)
{
	struct trip t;
	struct venue_import im;
	int64_t n;
	open_centre(&t, state);
	carry(&t);
	exam_ok(&t.c, venue_cancel(t.c.cx, t.pack.id, "机器故障", &n));
	sit(&t);
	exam_ok(&t.c, venue_import(t.c.cx, bring(&t), &im));
	assert_int_equal(im.conflicts, 2); /* the third never came */
	struct q_sitting_find s = exam_sitting(&t.c, 30);
	assert_string_equal(s.state, "waiting");
	assert_string_equal(s.place, "");
	assert_string_not_equal(s.room_state, "closed");
	/* and nothing counts in an exam that is void */
	exam_ok(&t.c, flow_run(t.c.cx, &exam_flow, 0, t.c.exam_id, "void", "泄题", NULL));
	exam_no(&t.c, venue_settle(t.c.cx, t.c.exam_id, s.person_id, s.id, true, "监考员证明"),
		ERR_STATE, "venue.exam_void");
	exam_ok(&t.c, venue_settle(t.c.cx, t.c.exam_id, s.person_id, s.id, false, "整场作废"));
	end(&t);
}

/* Packed a second time for another machine: the first one's results are not taken for the
 * second's. */
static void an_earlier_package_comes_back(void **state)
{
	struct trip t;
	struct venue_import im;
	int64_t n;
	open_centre(&t, state);
	carry(&t);
	exam_ok(&t.c, venue_cancel(t.c.cx, t.pack.id, "机器故障", &n));
	t.c.now += 60;
	pack_room2(&t);
	sit(&t);
	exam_ok(&t.c, venue_import(t.c.cx, bring(&t), &im));
	assert_int_equal(im.conflicts, 2);
	assert_string_equal(exam_sitting(&t.c, 30).place, "venue");
	end(&t);
}

/* At the venue nobody is arranged: the package says who sits where. */
static void the_list_at_the_venue_stays(void **state)
{
	struct trip t;
	struct exam_seated seated;
	open_centre(&t, state);
	carry(&t);
	exam_ok(&t.v, exam_seat(t.v.cx, t.v.exam_id, &seated));
	assert_int_equal(seated.removed, 0);
	exam_ok(&t.v, flow_run(t.v.cx, &exam_flow, 0, t.v.exam_id, "unready", "看一下", NULL));
	exam_ok(&t.v, flow_run(t.v.cx, &exam_flow, 0, t.v.exam_id, "ready", "", NULL));
	sit(&t);
	end(&t);
}

/* While a room is away, nothing is done to the exam that the venue would not know of. */
static void what_waits_until_it_is_back(void **state)
{
	struct trip t;
	struct exam_in in = exam_preset;
	open_centre(&t, state);
	pack_room2(&t);
	in.paper_set_id = EXAM_SET;
	exam_no(&t.c, exam_update(t.c.cx, t.c.exam_id, &in), ERR_STATE, "venue.away_seats");
	exam_no(&t.c, flow_run(t.c.cx, &exam_flow, 0, t.c.exam_id, "unready", "改", NULL),
		ERR_STATE, "venue.away_seats");
	exam_no(&t.c, flow_run(t.c.cx, &exam_flow, 0, t.c.exam_id, "void", "泄题", NULL),
		ERR_STATE, "venue.away_seats");
	t.c.now = t.c.starts_at;
	exam_clock(&t.c);
	exam_no(&t.c, exam_end(t.c.cx, t.c.exam_id, "停电"), ERR_STATE, "venue.away_seats");
	end(&t);
}

/* Who is out already does not keep the others from going. */
static void who_is_out_stays_here(void **state)
{
	struct trip t;
	open_centre(&t, state);
	struct q_sitting_find s = exam_sitting(&t.c, 31);
	exam_ok(&t.c, flow_run(t.c.cx, &sitting_flow, s.person_id, s.id, "void", "替考", NULL));
	pack_room2(&t);
	assert_int_equal(t.pack.n_sittings, 2);
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(no_key_of_another_use),
		test_db_case(no_page_in_the_place_of_a_photo),
		test_db_case(only_what_has_ended),
		test_db_case(seats_changed_hands),
		test_db_case(taken_back_and_run_there_all_the_same),
		test_db_case(an_earlier_package_comes_back),
		test_db_case(the_list_at_the_venue_stays),
		test_db_case(what_waits_until_it_is_back),
		test_db_case(who_is_out_stays_here),
	};
	return test_db_run("venue without trust", tests);
}
