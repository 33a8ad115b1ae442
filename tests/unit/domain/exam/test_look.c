/* A look at an exam in the database: asked for, computed in a job, kept, read; a case from its
 * first step to its last. */
#include "exam_support.h"

#undef fail

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/job.h"
#include "domain/evaluation/mark.h"
#include "domain/exam/look.h"
#include "domain/exam/scoring.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/forensics.h"
#include "query/registry.h"
#include "store/driver.h"

enum { PEOPLE = 40, ITEMS = 56, SOURCE = 12, COPIER = 14, OTHER_BOSS = 24, CLERK = 21 };

/* Deterministic, and different for everybody. */
static uint32_t mix(uint32_t a, uint32_t b)
{
	uint32_t x = a * 2654435761u ^ b * 40503u;
	x = (x ^ x >> 15) * 2246822519u;
	return (x ^ x >> 13) * 3266489917u >> 8;
}

static const char *response_of(struct exam_world *w, int who, const struct form_item *it)
{
	static const char *const wrong[] = {"A", "B", "C", "D"};
	const struct item *c = &it->content;
	uint32_t u = mix((uint32_t)who + 1, (uint32_t)it->item_id);
	bool right = u % 100 < 35 + (uint32_t)who;
	switch (c->kind) {
	case ITEM_TRUE_FALSE:
		return wrong[(u >> 10) % 2];
	case ITEM_SINGLE:
		return right ? c->key : wrong[(u >> 10) % (unsigned)c->n_options];
	case ITEM_MULTIPLE:
	case ITEM_ORDER:
	case ITEM_MATCH:
		return right ? c->key : text_of(w->cx, "%.*s", 1 + (int)((u >> 10) % 3), c->key);
	case ITEM_NUMERIC:
		return right ? c->value : text_of(w->cx, "%d", (int)((u >> 10) % 4));
	default:
		return right && c->n_variants ? c->variants[0] : "不知道";
	}
}

static const struct form *form_of(struct exam_world *w, int who)
{
	struct q_sitting_find s = exam_sitting(w, who);
	return s.form_id == w->forms[0].id ? &w->forms[0] : &w->forms[1];
}

/* COPIER gives the answers of SOURCE to the same items, wherever they stand on his form. */
static void answer_all(struct exam_world *w)
{
	for (int p = 0; p < PEOPLE; p++) {
		const struct form *f = form_of(w, p);
		struct q_sitting_find s = exam_sitting(w, p);
		struct sitting_token token = {.person_id = s.person_id, .sitting_id = s.id,
			.epoch = s.epoch};
		for (int i = 0; i < f->n_items; i++)
			assert_int_equal(exam_answer(w, &token, i + 1, i + 1,
				response_of(w, p == COPIER ? SOURCE : p, &f->items[i])), 1);
	}
}

static void run_jobs(struct exam_world *w)
{
	int r;
	while ((r = job_work(w->cx)) > 0)
		;
	exam_ok(w, r);
	exam_as_manager(w);
}

static void open_looked(struct exam_world *w, struct test_db *t)
{
	int64_t job_id;
	exam_world_open(w, t, PEOPLE, ITEMS);
	exam_world_begin(w);
	answer_all(w);
	exam_as_manager(w);
	exam_no(w, look_request(w->cx, w->exam_id, &job_id), ERR_STATE, "score.not_scored");
	exam_ok(w, exam_end(w->cx, w->exam_id, "时间到"));
	exam_ok(w, q_batch_move(w->t->db, .id = EXAM_BATCH, .from_state = "arranged",
		.state = "testing"));
	exam_ok(w, score_request(w->cx, w->exam_id, &job_id));
	run_jobs(w);
	exam_as(w, ROLE_BODY_CLERK, CLERK);
	exam_no(w, look_request(w->cx, w->exam_id, &job_id), ERR_DENIED, "auth.denied");
	exam_as_manager(w);
	exam_ok(w, look_request(w->cx, w->exam_id, &job_id));
	run_jobs(w);
	struct job_status status;
	exam_ok(w, job_find(w->cx, job_id, &status));
	assert_string_equal(status.state, "done");
}

static struct q_forensic_look_newest newest(struct exam_world *w)
{
	struct q_forensic_look_newest look;
	exam_ok(w, q_forensic_look_newest(w->cx->db, &look, .exam_id = w->exam_id, .region = "3710",
		.scope = w->cx->scope));
	return look;
}

static bool is_pair(struct exam_world *w, const struct q_forensic_pair_find *p)
{
	const char *a = exam_ticket(w, SOURCE), *b = exam_ticket(w, COPIER);
	return (streq(p->ticket_a, a) && streq(p->ticket_b, b))
		|| (streq(p->ticket_a, b) && streq(p->ticket_b, a));
}

static void the_copier_is_first(void **state)
{
	struct exam_world w;
	struct q_forensic_pair_find pair;
	struct look_power power;
	struct look_picture picture;
	struct look_evidence e;
	open_looked(&w, *state);
	struct q_forensic_look_newest look = newest(&w);
	assert_int_equal(look.n_sittings, PEOPLE);
	assert_int_equal(look.n_pairs_near + look.n_pairs_far, PEOPLE * (PEOPLE - 1) / 2);
	assert_int_equal(look.found_near + look.found_far, 1);
	/* seven eighths of the items have a key, essays do not; the second form begins one later */
	assert_int_equal(look.n_items, ITEMS / 8 * 7 + 1);
	exam_ok(&w, look_power_read(w.cx->arena, look.power, &power));
	assert_int_equal(power.items, ITEMS / 8 * 7);
	assert_int_equal(power.step[power.n - 1].copied, power.items);
	exam_ok(&w, look_picture_read(w.cx->arena, look.picture, &picture));
	assert_int_equal(picture.findings, 1);
	exam_ok(&w, q_forensic_pair_find(w.cx->db, &pair, .look_id = look.id, .rank_no = 1,
		.scope = w.cx->scope));
	assert_true(is_pair(&w, &pair));
	assert_true(pair.is_finding && pair.p_adjusted <= 0.025);
	exam_ok(&w, look_evidence_read(w.cx->arena, pair.evidence, &e));
	assert_int_equal(e.n, pair.n_right + pair.n_wrong);
	int64_t right = 0;
	for (size_t i = 0; i < e.n; i++) {
		right += e.items[i].is_right;
		assert_true(e.items[i].place_a >= 1 && e.items[i].place_a <= ITEMS);
		assert_true(!i || e.items[i].place_a > e.items[i - 1].place_a);
		assert_true(e.items[i].chance > 0 && e.items[i].share > 0);
	}
	assert_int_equal(right, pair.n_right);
	exam_world_close(&w);
}

/* Rows are the body's and its region's: another city sees none. */
static void others_do_not_see_it(void **state)
{
	struct exam_world w;
	struct q_forensic_look_newest look;
	struct q_forensic_pair_find pair;
	int64_t id;
	open_looked(&w, *state);
	look = newest(&w);
	ctx_act_as(w.cx, &(struct actor){.role = ROLE_AUTHORITY, .account_id = 77, .name = "别处",
		.region = "3702", .ip = "", .token_perms = {UINT64_MAX, UINT64_MAX}});
	assert_int_equal(q_forensic_pair_find(w.cx->db, &pair, .look_id = look.id, .rank_no = 1,
		.scope = w.cx->scope), ERR_NOTFOUND);
	exam_no(&w, look_request(w.cx, w.exam_id, &id), ERR_NOTFOUND, "score.not_found");
	exam_no(&w, forensic_case_open(w.cx, look.id, 1, "来自别处", &id), ERR_NOTFOUND,
		"forensics.pair_not_found");
	exam_world_close(&w);
}

enum { BODY2 = 2, BATCH2 = 11, ROOM2 = 201, DOUBLES = 30, SELVES = 10 };

static void sql(struct exam_world *w, const char *text)
{
	test_ok(w->t, w->t->db->driver->exec(w->t->db, text));
}

static void put_second_exam(struct exam_world *w, int64_t exam_id)
{
	exam_ok(w, q_body_insert(w->t->db, .id = BODY2, .name = "乙学院", .uscc = "B",
		.body_kind = "social", .region = "371002"));
	exam_ok(w, q_venue_insert(w->t->db, .id = 2, .body_id = BODY2, .region = "371002",
		.name = "实训楼"));
	exam_ok(w, q_room_insert(w->t->db, .id = 3, .venue_id = 2, .body_id = BODY2,
		.region = "371002", .name = "机房", .part = PART_THEORY, .seats = EXAM_ROOM_SEATS,
		.per_row = EXAM_PER_ROW));
	exam_ok(w, q_batch_room_insert(w->t->db, .id = ROOM2, .batch_id = BATCH2, .body_id = BODY2,
		.region = "371002", .part = PART_THEORY, .room_id = 3, .venue_id = 2,
		.capacity = EXAM_ROOM_SEATS));
	sql(w, text_of(w->cx, "INSERT INTO exam (id, batch_id, body_id, region, part, title, state,"
		" paper_set_id, duration_seconds, late_seconds, stay_seconds, layout, shuffle,"
		" seb_mode, seb_key, starts_at, ends_at, n_sittings, created_by, created_at,"
		" score_version) SELECT %lld, %d, %d, '371002', part, '乙场', state, paper_set_id,"
		" duration_seconds, late_seconds, stay_seconds, layout, shuffle, seb_mode, seb_key,"
		" starts_at, ends_at, %d, created_by, created_at, score_version FROM exam;",
		(long long)exam_id, BATCH2, BODY2, DOUBLES));
	sql(w, text_of(w->cx, "INSERT INTO exam_room (exam_id, batch_room_id, body_id, region,"
		" room_state, started_at, extra_seconds, entry_code) VALUES"
		" (%lld, %d, %d, '371002', 'closed', 0, 0, '');", (long long)exam_id, ROOM2,
		BODY2));
}

/* Another body of a county sits with the same forms: everybody of the first room has a double there
 * who gives the same answers; ten of them are the same people once more. */
static int64_t put_doubles(struct exam_world *w)
{
	int64_t exam = w->exam_id + 1;
	const char *person = text_of(w->cx, "CASE WHEN %%s < %d THEN %%s ELSE %%s + 100000 END",
		(int)exam_person(SELVES)), *of = text_of(w->cx, person, "s.person_id",
		"s.person_id", "s.person_id");
	put_second_exam(w, exam);
	sql(w, text_of(w->cx, "INSERT INTO answer SELECT %s, s.sitting_id + 1, seq, item_no,"
		" response, s.epoch, saved_at, spent_ms FROM answer s JOIN sitting t ON t.id ="
		" s.sitting_id AND t.batch_room_id = %d;", of, EXAM_ROOM));
	sql(w, text_of(w->cx, "INSERT INTO sitting_score SELECT %s, s.sitting_id + 1,"
		" s.score_version, %lld, s.body_id, s.region, raw_centi, s.score_centi, n_pending,"
		" detail FROM sitting_score s JOIN sitting t ON t.id = s.sitting_id AND"
		" t.batch_room_id = %d;", of, (long long)exam, EXAM_ROOM));
	sql(w, text_of(w->cx, "INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, "
		"region, enrolment_id, batch_room_id, seat, ticket_no, name, form_id, order_seed,"
		" state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq,"
		" n_answered, seen_at, device, photo_file_id, ended_at, ended_why, answers_hash,"
		" receipt, score_centi, score_version) SELECT %s, id + 1, %lld, %d, %d, '371002',"
		" 0, %d, seat, ticket_no, name, form_id, order_seed, state, epoch, begun_at,"
		" deadline_at, extra_seconds, paused_at, last_seq, n_answered, seen_at, device,"
		" photo_file_id, ended_at, ended_why, answers_hash, receipt, score_centi,"
		" score_version FROM sitting s WHERE batch_room_id = %d;", of, (long long)exam,
		BATCH2, BODY2, ROOM2, EXAM_ROOM));
	return exam;
}

static void look_jointly(struct exam_world *w)
{
	struct job_status status;
	int64_t job_id;
	exam_as(w, ROLE_AUTHORITY, 31);
	exam_ok(w, look_request_joint(w->cx, EXAM_SET, &job_id));
	run_jobs(w);
	exam_as(w, ROLE_AUTHORITY, 31);
	exam_ok(w, job_find(w->cx, job_id, &status));
	assert_string_equal(status.state, "done");
}

static bool has_group(struct exam_world *w, int64_t look_id, const char *kind, const char *label)
{
	struct q_forensic_groups_rows rows;
	exam_ok(w, q_forensic_groups(w->cx->db, &rows, .look_id = look_id, .scope = scope_all()));
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].group_kind, kind) && streq(rows.at[i].label, label)
			&& rows.at[i].n_people == DOUBLES)
			return true;
	return false;
}

/* What no exam shows alone: the same answers at two bodies. */
static void a_look_over_two_bodies(void **state)
{
	struct exam_world w;
	struct q_forensic_look_newest look;
	struct q_forensic_pair_find p;
	int across = 0;
	int64_t id, exam;
	open_looked(&w, *state);
	exam = put_doubles(&w);
	exam_no(&w, look_request_joint(w.cx, EXAM_SET, &id), ERR_DENIED, "auth.denied");
	exam_as(&w, ROLE_AUTHORITY, 31);
	exam_no(&w, look_request_joint(w.cx, EXAM_SET + 1, &id), ERR_NOTFOUND,
		"forensics.no_exams");
	look_jointly(&w);
	exam_ok(&w, q_forensic_look_newest(w.cx->db, &look, .paper_set_id = EXAM_SET,
		.region = "3710", .scope = w.cx->scope));
	assert_int_equal(look.n_sittings, PEOPLE + DOUBLES);
	assert_int_equal(look.n_pairs_near + look.n_pairs_far,
		(PEOPLE + DOUBLES) * (PEOPLE + DOUBLES - 1) / 2 - SELVES);
	assert_true(look.found_near + look.found_far > DOUBLES - SELVES);
	for (int64_t rank = 1; q_forensic_pair_find(w.cx->db, &p, .look_id = look.id,
		.rank_no = rank, .scope = w.cx->scope) == 0; rank++) {
		assert_true(!streq(p.ticket_a, p.ticket_b) || p.exam_a != p.exam_b);
		assert_false(streq(p.ticket_a, p.ticket_b)
			&& atoi(p.ticket_a + 4) <= SELVES);
		across += p.is_finding && p.exam_a != p.exam_b && streq(p.ticket_a, p.ticket_b);
		assert_true(!p.is_near || p.exam_a == p.exam_b);
	}
	assert_int_equal(across, DOUBLES - SELVES);
	assert_true(has_group(&w, look.id, "body", "乙学院"));
	assert_true(has_group(&w, look.id, "exam", "乙场"));
	assert_true(has_group(&w, look.id, "venue", "乙学院 实训楼"));
	exam_ok(&w, forensic_case_open(w.cx, look.id, 1, "两机构同卷同错", &id));
	struct q_forensic_case_find c;
	exam_ok(&w, q_forensic_case_find(w.cx->db, &c, .id = id, .scope = w.cx->scope));
	assert_int_equal(c.paper_set_id, EXAM_SET);
	assert_true(c.exam_id == exam || c.other_exam_id == exam);
	exam_world_close(&w);
}

/* The look is the region's that holds all of the exams: no body and no county sees it, and a county
 * with one of the exams has nothing to look at jointly. */
static void only_who_has_all_exams_sees_it(void **state)
{
	struct exam_world w;
	struct q_forensic_look_newest look, none;
	int64_t id;
	open_looked(&w, *state);
	put_doubles(&w);
	look_jointly(&w);
	exam_ok(&w, q_forensic_look_newest(w.cx->db, &look, .paper_set_id = EXAM_SET,
		.region = "3710", .scope = w.cx->scope));
	exam_as_manager(&w);
	assert_int_equal(q_forensic_look_newest(w.cx->db, &none, .paper_set_id = EXAM_SET,
		.region = "3710", .scope = w.cx->scope), ERR_NOTFOUND);
	exam_no(&w, forensic_case_open(w.cx, look.id, 1, "只看到一半", &id), ERR_NOTFOUND,
		"forensics.pair_not_found");
	ctx_act_as(w.cx, &(struct actor){.role = ROLE_AUTHORITY, .account_id = 78, .name = "区县",
		.region = "371002", .ip = "", .token_perms = {UINT64_MAX, UINT64_MAX}});
	exam_no(&w, forensic_case_open(w.cx, look.id, 1, "只看到一半", &id), ERR_NOTFOUND,
		"forensics.pair_not_found");
	exam_no(&w, look_request_joint(w.cx, EXAM_SET, &id), ERR_STATE, "forensics.one_exam");
	exam_world_close(&w);
}

static int step(struct exam_world *w, int64_t id, const char *action, const char *reason)
{
	return flow_run(w->cx, &forensic_case_flow, 0, id, action, reason, NULL);
}

/* Heard first, then closed; handed over only by somebody else than who heard them. */
static void a_case_from_first_to_last(void **state)
{
	struct exam_world w;
	struct q_forensic_case_find c;
	int64_t id, again;
	open_looked(&w, *state);
	struct q_forensic_look_newest look = newest(&w);
	exam_no(&w, forensic_case_open(w.cx, look.id, 999, "没有这一对", &id), ERR_NOTFOUND,
		"forensics.pair_not_found");
	exam_ok(&w, forensic_case_open(w.cx, look.id, 1, "监控显示两人交谈", &id));
	exam_no(&w, forensic_case_open(w.cx, look.id, 1, "再来一次", &again), ERR_CONFLICT,
		"forensics.case_there");
	assert_int_equal(step(&w, id, "refer", "未听取陈述"), ERR_STATE);
	assert_int_equal(step(&w, id, "hear", ""), ERR_INVALID);
	exam_ok(&w, step(&w, id, "hear", "双方承认交换答案"));
	assert_int_equal(step(&w, id, "refer", "同一人不能移交"), ERR_DENIED);
	exam_as(&w, ROLE_BODY_MANAGER, OTHER_BOSS);
	exam_ok(&w, step(&w, id, "refer", "移交违纪处理"));
	exam_ok(&w, q_forensic_case_find(w.cx->db, &c, .id = id, .scope = w.cx->scope));
	assert_string_equal(c.state, "closed_with");
	assert_string_equal(c.statement, "双方承认交换答案");
	assert_string_equal(c.conclusion, "移交违纪处理");
	assert_int_equal(step(&w, id, "clear", "晚了"), ERR_STATE);
	exam_world_close(&w);
}

static void broken_records_are_told(void **state)
{
	struct test_db *t = *state;
	struct look_power power;
	struct look_picture picture;
	struct look_evidence e;
	assert_int_equal(look_power_read(t->arena, "items:9:1", &power), ERR_INVALID);
	assert_int_equal(look_picture_read(t->arena, "near:x:", &picture), ERR_INVALID);
	assert_int_equal(look_evidence_read(t->arena, "item:1:4", &e), ERR_INVALID);
	assert_int_equal(look_evidence_read(t->arena, "", &e), 0);
	assert_int_equal(e.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(the_copier_is_first),
		test_db_case(others_do_not_see_it),
		test_db_case(a_look_over_two_bodies), test_db_case(only_who_has_all_exams_sees_it),
		test_db_case(a_case_from_first_to_last),
		test_db_case(broken_records_are_told)};
	job_register(score_jobs);
	job_register(look_jobs);
	return test_db_run("look", tests);
}
