/* Arrangements: seats in rooms, from a seed that anybody can draw again; what keeps people apart;
 * what a change afterwards is worth. */
#include "domain/evaluation/arrange.h"
#include "plan_case.h"
#include "query/arrange.h"

static const char seed[] = "20261122a1b2c3d4";

static void close_enrolment(struct plan_case *p)
{
	as_manager(p);
	step(p, "submit");
	as_office(p);
	step(p, "acknowledge");
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "announced",
		.state = "closed"));
	as_clerk(p);
}

#define CLOSED(name) CASE_AFTER(close_enrolment, name)

static void candidates(struct plan_case *p, int64_t from, int64_t n)
{
	for (int64_t i = from; i < from + n; i++)
		a_candidate(p, 300 + i, text_of(p->cx, "考生%d", (int)i),
			text_of(p->cx, "厂%d", (int)(i % 3)), "13911110000", "new");
}

static struct q_seats_of_slot_rows seats(struct plan_case *p, int64_t slot)
{
	struct q_seats_of_slot_rows rows;
	must(p, q_seats_of_slot(p->cx->db, &rows, .batch_room_id = slot, .scope = scope_all()));
	return rows;
}

CLOSED(everybody_has_a_seat)
{
	struct q_batch_find row;
	int64_t pairs = -1;
	candidates(p, 1, 24);
	must(p, arrange_batch(p->cx, p->batch, seed));
	assert_string_equal(state_of(p), "arranged");
	struct q_seats_of_slot_rows theory = seats(p, p->theory), skill = seats(p, p->skill);
	assert_int_equal(theory.n, 24);
	assert_int_equal(skill.n, 24);
	for (size_t i = 0; i < 24; i++) {
		assert_int_equal(theory.at[i].seat, i + 1);
		assert_int_equal(skill.at[i].seat, i + 1);
	}
	must(p, arrange_conflicts(p->cx, p->batch, &pairs));
	assert_int_equal(pairs, 0);
	batch_row(p, &row);
	assert_string_equal(row.seed, seed);
	assert_int_equal(strlen(row.arranged_hash), 64);
	must(p, arrange_verify(p->cx, p->batch));
}

/* Letter and sequence of the body's code, year and month, number of the batch, number in it. */
CLOSED(tickets)
{
	candidates(p, 1, 3);
	must(p, arrange_batch(p->cx, p->batch, NULL));
	struct q_seats_of_slot_rows rows = seats(p, p->theory);
	struct q_batch_find row;
	batch_row(p, &row);
	assert_string_equal(row.batch_no, "S000037100001-202603-01");
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(rows.at[i].ticket_no, text_of(p->cx, "S100001260301%04d",
			(int)(rows.at[i].enrolment_id - 800000)));
	assert_int_equal(strlen(row.seed), 32);
}

CLOSED(ticket_numbers_never_meet)
{
	static const struct {
		const char *code, *batch_no;
		int seq;
		const char *ticket_no;
	} table[] = {
		{"S000037100001", "S000037100001-202603-01", 7, "S1000012603010007"},
		{"S000037100001", "S000037100001-202603-99", 9999, "S1000012603999999"},
		{"S000037100001", "S000037100001-202603-10", 10001, "S1000012603-10-10001"},
		{"S000037100001", "S000037100001-202603-101", 1, "S1000012603-101-0001"},
		{"Y110000000001", "Y110000000001-202603-01", 1, "Y1100000000012603010001"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_string_equal(arrange_ticket_no(p->cx, table[i].code, table[i].batch_no,
			table[i].seq), table[i].ticket_no);
}

CLOSED(same_seed_same_seats)
{
	struct q_batch_find one, two, three;
	candidates(p, 1, 20);
	must(p, arrange_batch(p->cx, p->batch, seed));
	batch_row(p, &one);
	must(p, arrange_batch(p->cx, p->batch, "0000000000000001"));
	batch_row(p, &two);
	must(p, arrange_batch(p->cx, p->batch, seed));
	batch_row(p, &three);
	assert_string_equal(one.arranged_hash, three.arranged_hash);
	assert_string_not_equal(one.arranged_hash, two.arranged_hash);
}

CLOSED(a_changed_seat_is_found)
{
	candidates(p, 1, 5);
	assert_problem(&p->f, arrange_verify(p->cx, p->batch), ERR_STATE, "arrange.not_yet");
	must(p, arrange_batch(p->cx, p->batch, seed));
	must(p, arrange_verify(p->cx, p->batch));
	struct q_seats_of_slot_rows rows = seats(p, p->skill);
	must(p, q_arrange_set_seat(p->cx->db, .person_id = rows.at[0].person_id,
		.enrolment_id = rows.at[0].enrolment_id, .part = PART_SKILL,
		.batch_room_id = p->skill, .seat = 9));
	assert_problem(&p->f, arrange_verify(p->cx, p->batch), ERR_CONFLICT, "arrange.differs");
	must(p, q_arrange_set_seat(p->cx->db, .person_id = rows.at[0].person_id,
		.enrolment_id = rows.at[0].enrolment_id, .part = PART_SKILL,
		.batch_room_id = p->skill, .seat = rows.at[0].seat));
	must(p, arrange_verify(p->cx, p->batch));
	must(p, q_batch_set_arranged(p->cx->db, .id = p->batch, .seed = "0000000000000001",
		.arranged_hash = "x"));
	assert_int_equal(arrange_verify(p->cx, p->batch), ERR_CONFLICT);
}

/* What becomes of people after the examination changes nothing of where they sat. */
CLOSED(still_true_after_the_results)
{
	candidates(p, 1, 4);
	must(p, arrange_batch(p->cx, p->batch, seed));
	must(p, q_enrolment_move(p->cx->db, .person_id = 700301, .id = 800301,
		.from_state = "accepted", .state = "passed"));
	must(p, q_enrolment_move(p->cx->db, .person_id = 700302, .id = 800302,
		.from_state = "accepted", .state = "failed"));
	must(p, arrange_verify(p->cx, p->batch));
}

CLOSED(kept_parts_are_left_out)
{
	candidates(p, 1, 4);
	a_candidate(p, 390, "补考", "", "13911110000", "kept");
	must(p, arrange_batch(p->cx, p->batch, seed));
	assert_int_equal(seats(p, p->theory).n, 4);
	assert_int_equal(seats(p, p->skill).n, 5);
}

/* Whoever is no longer accepted loses his seat when it is drawn again. */
CLOSED(withdrawn_people_lose_their_seat)
{
	candidates(p, 1, 4);
	must(p, arrange_batch(p->cx, p->batch, seed));
	must(p, q_enrolment_move(p->cx->db, .person_id = 700301, .id = 800301,
		.from_state = "accepted", .state = "withdrawn"));
	assert_int_equal(seats(p, p->theory).n, 3);
	assert_int_equal(arrange_verify(p->cx, p->batch), ERR_CONFLICT);
	must(p, arrange_batch(p->cx, p->batch, seed));
	struct q_seats_of_enrolment_rows rows;
	must(p, q_seats_of_enrolment(p->cx->db, &rows, .person_id = 700301,
		.enrolment_id = 800301));
	assert_int_equal(rows.at[0].seat, 0);
	assert_int_equal(rows.at[0].batch_room_id, 0);
	must(p, arrange_verify(p->cx, p->batch));
}

static int64_t another_slot(struct plan_case *p, int64_t part, int64_t room, int hour)
{
	int64_t id = ++p->serial;
	must(p, q_batch_room_insert(p->cx->db, .id = id, .batch_id = p->batch, .body_id = p->body,
		.region = "371002", .part = part, .room_id = room, .venue_id = p->venue,
		.starts_at = moment("2026-04-08", hour, 0),
		.ends_at = moment("2026-04-08", hour + 2, 0), .capacity = 3));
	return id;
}

static int64_t slot_of(struct plan_case *p, int64_t serial, int64_t part)
{
	struct q_seats_of_enrolment_rows rows;
	must(p, q_seats_of_enrolment(p->cx->db, &rows, .person_id = 700000 + serial,
		.enrolment_id = 800000 + serial));
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].part == part)
			return rows.at[i].batch_room_id;
	return 0;
}

/* A relation to an examiner keeps a candidate out of that examiner's sitting, if there is
 * another. */
CLOSED(avoidance_is_kept)
{
	candidates(p, 1, 3);
	must(p, q_relation_insert(p->cx->db, .id = 1, .staff_id = p->staff[2],
		.idno_index = secret_idno_index(p->cx, idno_of(p, 302)), .relation = "teacher"));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE, "arrange.no_place");
	assert_string_equal(state_of(p), "closed");
	int64_t other = another_slot(p, PART_SKILL, p->skill_room, 18);
	for (int i = 0; i < 8; i++) {
		must(p, arrange_batch(p->cx, p->batch, text_of(p->cx, "0000000000%06x", i)));
		assert_int_equal(slot_of(p, 302, PART_SKILL), other);
		must(p, arrange_verify(p->cx, p->batch));
	}
}

/* Nobody sits two parts at once, though the rooms would take him. */
CLOSED(one_place_at_a_time)
{
	candidates(p, 1, 6);
	must(p, q_batch_room_delete(p->cx->db, .id = p->skill, .batch_id = p->batch));
	int64_t early = another_slot(p, PART_SKILL, p->skill_room, 9);
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE,
		"arrange.too_few_seats");
	int64_t late = another_slot(p, PART_SKILL, p->skill_room, 14);
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE, "arrange.no_place");
	int64_t later = another_slot(p, PART_SKILL, p->skill_room, 16);
	must(p, arrange_batch(p->cx, p->batch, seed));
	assert_int_equal(seats(p, early).n, 0);
	assert_int_equal(seats(p, late).n + seats(p, later).n, 6);
}

CLOSED(proctors_for_real_numbers)
{
	struct q_batch_staff_rows staff;
	candidates(p, 1, 16);
	must(p, q_batch_staff(p->cx->db, &staff, .batch_id = p->batch));
	for (size_t i = 0; i < staff.n; i++)
		if (staff.at[i].staff_id == p->staff[1])
			must(p, q_batch_staff_delete(p->cx->db, .id = staff.at[i].id,
				.batch_id = p->batch));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE,
		"arrange.too_few_proctors");
}

CLOSED(not_at_any_time)
{
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE, "arrange.nobody");
	candidates(p, 1, 2);
	assert_field_problem(&p->f, arrange_batch(p->cx, p->batch, "nothex!!"), "seed",
		"arrange.seed_bad");
	assert_field_problem(&p->f, arrange_batch(p->cx, p->batch, "1234567"), "seed",
		"arrange.seed_bad");
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "closed",
		.state = "enrolling"));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE, "arrange.not_now");
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "enrolling",
		.state = "testing"));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_STATE, "arrange.not_now");
	as_office(p);
	must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "testing",
		.state = "closed"));
	assert_problem(&p->f, arrange_batch(p->cx, p->batch, seed), ERR_DENIED, "auth.denied");
	assert_int_equal(slot_of(p, 301, PART_THEORY), 0);
}

/* Two clerks who saw the same page: the second one hears of the first. */
CLOSED(two_clerks)
{
	struct q_batch_find row;
	candidates(p, 1, 5);
	must(p, arrange_batch_as(p->cx, p->batch, seed, ""));
	assert_problem(&p->f, arrange_batch_as(p->cx, p->batch, NULL, ""), ERR_CONFLICT,
		"arrange.overtaken");
	batch_row(p, &row);
	assert_string_equal(row.seed, seed);
	must(p, arrange_batch_as(p->cx, p->batch, NULL, row.arranged_hash));
}

/* A database that fails half way leaves everything as it was. */
CLOSED(all_or_nothing)
{
	candidates(p, 1, 3);
	for (int n = 1; n < 200; n++) {
		db_fail_after(p->cx->db, n);
		int r = arrange_batch(p->cx, p->batch, seed);
		db_fail_after(p->cx->db, 0);
		if (r == 0)
			break;
		ctx_clear(p->cx);
		assert_string_equal(state_of(p), "closed");
		assert_int_equal(slot_of(p, 301, PART_THEORY), 0);
	}
	assert_string_equal(state_of(p), "arranged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(everybody_has_a_seat), test_db_case(tickets),
			test_db_case(ticket_numbers_never_meet),
		test_db_case(same_seed_same_seats), test_db_case(a_changed_seat_is_found),
		test_db_case(still_true_after_the_results), test_db_case(kept_parts_are_left_out),
		test_db_case(withdrawn_people_lose_their_seat), test_db_case(avoidance_is_kept),
		test_db_case(one_place_at_a_time), test_db_case(proctors_for_real_numbers),
		test_db_case(not_at_any_time), test_db_case(two_clerks),
		test_db_case(all_or_nothing),
	};
	return test_db_run("arrange", tests);
}
