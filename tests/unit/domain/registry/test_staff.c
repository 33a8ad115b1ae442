/* Staff: whose account a member may work with, and saving what another has saved since. */
#include "../../core/fixture.h"
#include "base/ident.h"
#include "core/account.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "query/account.h"
#include "query/registry.h"

struct world {
	struct fixture f;
	struct keyring *keys;
	int64_t body, other;
};

static void must(struct world *w, int r)
{
	if (r < 0)
		fail_msg("%s: %s / %s", w->f.cx.problem.id ? w->f.cx.problem.id : "?",
			w->f.cx.problem.id ? problem_text(&w->f.cx) : "", db_error(w->f.cx.db));
}

static int64_t a_body(struct world *w, const char *name, const char *uscc)
{
	int64_t id;
	must(w, body_register(&w->f.cx, &(struct body_in){.name = name, .uscc = uscc,
		.body_kind = "enterprise", .region = "371002", .legal_person = "", .address = "",
		.contact = "", .phone = "", .website = ""}, &id));
	return id;
}

static void as_manager(struct world *w, int64_t body)
{
	ctx_act_as(&w->f.cx, &(struct actor){.role = ROLE_BODY_MANAGER, .account_id = 11,
		.name = "机构", .region = "371002", .body_id = body, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

static void begin(struct world *w, struct test_db *t)
{
	size_t changed;
	char uscc[19];
	*w = (struct world){.keys = fixture_keys()};
	fixture_init(&w->f, t, w->keys);
	ctx_act_as_system(&w->f.cx, "test");
	must(w, reference_load(&w->f.cx, &changed));
	w->body = a_body(w, "威海某船厂", "91350100M000100Y43");
	ident_uscc_make('9', '1', "371002", "CHECK001", uscc);
	w->other = a_body(w, "荣成某船厂", uscc);
}

static int64_t member(struct world *w, int64_t body, const char *name, int nth, int64_t duties)
{
	int64_t id;
	char idno[19];
	ident_idno_make("371002", day_of("1980-05-06"), nth, idno);
	as_manager(w, body);
	must(w, staff_save(&w->f.cx, body, 0, &(struct staff_in){.name = name, .idno = idno,
		.phone = "13800000000", .employer = "", .duties = duties}, &id));
	return id;
}

static int64_t account(struct world *w, const char *login, const char *name, enum role role,
	int64_t body)
{
	int64_t id;
	ctx_act_as_system(&w->f.cx, "test");
	must(w, account_create(&w->f.cx, &(struct account_in){.login = login, .name = name,
		.role = role, .region = "371002", .body_id = body}, &id));
	return id;
}

static struct q_staff_find row_of(struct world *w, int64_t id)
{
	struct q_staff_find row;
	must(w, q_staff_find(w->f.cx.db, &row, .id = id, .scope = scope_all()));
	return row;
}

static void an_account_fits_its_member(void **state)
{
	struct world w;
	begin(&w, *state);
	int64_t li = member(&w, w.body, "李考评", 1, DUTY_EXAMINER);
	int64_t wang = member(&w, w.body, "王监考", 2, DUTY_PROCTOR);
	int64_t li_account = account(&w, "likao", "李考评", ROLE_EXAMINER, w.body);
	int64_t wang_account = account(&w, "wang", "王监考", ROLE_INVIGILATOR, w.body);
	as_manager(&w, w.body);
	must(&w, staff_account_put(&w.f.cx, li, "LIKAO"));
	must(&w, staff_account_put(&w.f.cx, wang, "wang"));
	assert_int_equal(row_of(&w, li).account_id, li_account);
	assert_int_equal(row_of(&w, wang).account_id, wang_account);
	must(&w, staff_account_put(&w.f.cx, li, "likao"));
	must(&w, staff_account_put(&w.f.cx, li, ""));
	assert_int_equal(row_of(&w, li).account_id, 0);
	keyring_free(w.keys);
}

static void no_other_account_does(void **state)
{
	static const struct {
		const char *login, *problem;
	} table[] = {
		{"nobody", "staff.no_account"}, {"clerk", "staff.no_account"},
		{"stranger", "staff.no_account"}, {"watcher", "staff.no_account"},
		{"zhao", "staff.other_name"}, {"namesake", "staff.account_taken"},
	};
	struct world w;
	begin(&w, *state);
	int64_t li = member(&w, w.body, "李考评", 1, DUTY_EXAMINER);
	int64_t namesake = member(&w, w.body, "李考评", 3, DUTY_EXAMINER);
	(void)account(&w, "clerk", "李考评", ROLE_BODY_CLERK, w.body);
	(void)account(&w, "stranger", "李考评", ROLE_EXAMINER, w.other);
	(void)account(&w, "watcher", "李考评", ROLE_INVIGILATOR, w.body);
	(void)account(&w, "zhao", "赵考评", ROLE_EXAMINER, w.body);
	(void)account(&w, "namesake", "李考评", ROLE_EXAMINER, w.body);
	as_manager(&w, w.body);
	must(&w, staff_account_put(&w.f.cx, namesake, "namesake"));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		ctx_clear(&w.f.cx);
		assert_int_equal(staff_account_put(&w.f.cx, li, table[i].login), ERR_INVALID);
		assert_int_equal(w.f.cx.problem.n_fields, 1);
		assert_string_equal(w.f.cx.problem.fields[0].field, "login");
		assert_string_equal(w.f.cx.problem.fields[0].id, table[i].problem);
		assert_int_equal(row_of(&w, li).account_id, 0);
	}
	as_manager(&w, w.other);
	assert_problem(&w.f, staff_account_put(&w.f.cx, li, "stranger"), ERR_NOTFOUND,
		"staff.not_found");
	keyring_free(w.keys);
}

static void what_another_saved_is_not_overwritten(void **state)
{
	struct world w;
	begin(&w, *state);
	int64_t li = member(&w, w.body, "李考评", 1, DUTY_EXAMINER), id;
	struct staff_in in = {.phone = "", .employer = "甲", .state = "active",
		.duties = DUTY_EXAMINER, .seen = row_of(&w, li).revision};
	must(&w, staff_save(&w.f.cx, w.body, li, &in, &id));
	in.employer = "乙";
	assert_problem(&w.f, staff_save(&w.f.cx, w.body, li, &in, &id), ERR_CONFLICT,
		"registry.changed");
	assert_string_equal(row_of(&w, li).employer, "甲");
	in.seen = row_of(&w, li).revision;
	must(&w, staff_save(&w.f.cx, w.body, li, &in, &id));
	in.employer = "丙";
	in.seen = 0;
	must(&w, staff_save(&w.f.cx, w.body, li, &in, &id));
	assert_string_equal(row_of(&w, li).employer, "丙");
	keyring_free(w.keys);
}

static void places_keep_what_another_saved(void **state)
{
	struct world w;
	struct q_venue_find venue;
	struct q_room_find room;
	int64_t venue_id, room_id, id;
	begin(&w, *state);
	as_manager(&w, w.body);
	struct venue_in in = {.name = "总装车间", .address = "海滨路1号", .contact = "",
		.phone = "", .equipment = "", .state = "active"};
	struct room_in hall = {.name = "101", .state = "active", .part = 1, .seats = 30,
		.per_row = 6};
	must(&w, venue_save(&w.f.cx, w.body, 0, &in, &venue_id));
	must(&w, room_save(&w.f.cx, venue_id, 0, &hall, &room_id));
	must(&w, q_venue_find(w.f.cx.db, &venue, .id = venue_id, .scope = scope_all()));
	must(&w, q_room_find(w.f.cx.db, &room, .id = room_id, .scope = scope_all()));
	in.seen = venue.revision;
	hall.seen = room.revision;
	must(&w, venue_save(&w.f.cx, w.body, venue_id, &in, &id));
	must(&w, room_save(&w.f.cx, venue_id, room_id, &hall, &id));
	assert_problem(&w.f, venue_save(&w.f.cx, w.body, venue_id, &in, &id), ERR_CONFLICT,
		"registry.changed");
	assert_problem(&w.f, room_save(&w.f.cx, venue_id, room_id, &hall, &id), ERR_CONFLICT,
		"registry.changed");
	assert_problem(&w.f, room_save(&w.f.cx, venue_id, 12345, &hall, &id), ERR_NOTFOUND,
		"room.not_found");
	assert_problem(&w.f, venue_save(&w.f.cx, w.body, 12345, &in, &id), ERR_NOTFOUND,
		"venue.not_found");
	keyring_free(w.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(an_account_fits_its_member),
		test_db_case(no_other_account_does),
		test_db_case(what_another_saved_is_not_overwritten),
		test_db_case(places_keep_what_another_saved),
	};
	return test_db_run("staff", tests);
}
