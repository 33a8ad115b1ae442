/* Plans: every rule refused with its reason and then kept; numbers from settings by region and day;
 * who may change what, and when. */
#include "plan_rules.h"

static void remove_slot(struct plan_case *p, int64_t slot)
{
	must(p, batch_room_remove(p->cx, p->batch, slot));
}

static void remove_staff(struct plan_case *p, int64_t staff_id)
{
	struct q_batch_staff_rows rows;
	must(p, q_batch_staff(p->cx->db, &rows, .batch_id = p->batch));
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].staff_id == staff_id)
			must(p, batch_staff_remove(p->cx, p->batch, rows.at[i].id));
}

CASE(a_good_plan)
{
	struct plan_finding *findings;
	size_t n;
	bool ok;
	must(p, batch_plan_check(p->cx, p->batch, &findings, &n, &ok));
	for (size_t i = 0; i < n; i++)
		if (!findings[i].ok)
			fail_msg("%s: %s", findings[i].rule, findings[i].text);
	assert_true(ok);
	assert_true(n >= 15);
	as_manager(p);
	step(p, "submit");
	assert_string_equal(state_of(p), "filed");
}

CASE(dates)
{
	struct batch_in in = good_plan();
	accepts(p, "dates", "2026-04-08 09:00");
	in.enrol_to_on = day_of("2026-04-06");
	change(p, in);
	accepts(p, "dates", "2 天");
	in.enrol_to_on = day_of("2026-04-07");
	change(p, in);
	refuses(p, "dates", "2026-04-07");
	remove_slot(p, p->theory);
	remove_slot(p, p->skill);
	refuses(p, "dates", "还没有安排");
}

CASE(enrolment)
{
	struct batch_in in = good_plan();
	in.enrol_from_on = in.enrol_to_on - 2;
	change(p, in);
	accepts(p, "enrolment", "共 3 天");
	in.enrol_from_on = in.enrol_to_on - 1;
	change(p, in);
	refuses(p, "enrolment", "不少于 3 天");
	change(p, good_plan());
	p->f.now = moment("2026-03-23", 23, 0);
	accepts(p, "enrolment", "共 3 天"); /* days that are gone do not count */
	p->f.now = moment("2026-03-25", 23, 0);
	refuses(p, "enrolment", "共 1 天");
	must(p, q_batch_count_enrolled(p->cx->db, .id = p->batch, .more = 3));
	accepts(p, "enrolment", "共 21 天"); /* put off: people enrolled in them */
	p->f.now = moment("2026-03-26", 1, 0);
	refuses(p, "enrolment", "已经过去");
}

/* Five working days: from Wednesday to Wednesday; a day later it is one short. */
CASE(lead_time)
{
	struct batch_in in = good_plan();
	in.enrol_to_on = day_of("2026-04-02");
	change(p, in);
	p->f.now = moment("2026-04-01", 9, 0);
	accepts(p, "lead_time", "5 个工作日");
	p->f.now = moment("2026-04-02", 9, 0);
	refuses(p, "lead_time", "4 个工作日");
	must(p, workday_put(p->cx, day_of("2026-04-06"), "holiday", "清明节"));
	p->f.now = moment("2026-04-01", 9, 0);
	refuses(p, "lead_time", "4 个工作日");
}

/* The number of the nearest region counts, from the day it takes effect; the day is that of the
 * examination. */
CASE(settings_by_region_and_day)
{
	set(p, "batch.lead_wd", "3706", "2026-03-02", 60);
	accepts(p, "lead_time", "不少于 5 个工作日");
	set(p, "batch.lead_wd", "37", "2026-04-09", 60);
	accepts(p, "lead_time", "不少于 5 个工作日");
	set(p, "batch.lead_wd", "3710", "2026-04-08", 28);
	refuses(p, "lead_time", "不少于 28 个工作日");
	set(p, "batch.lead_wd", "371002", "2026-04-01", 27);
	accepts(p, "lead_time", "不少于 27 个工作日");
	set(p, "proctor.per_candidates", "3710", "2026-03-02", 10);
	refuses(p, "proctors", "不少于 3 人");
}

CASE(quota)
{
	struct batch_in in = good_plan();
	in.quota = 20;
	change(p, in);
	accepts(p, "quota", "20 至 2000");
	in.quota = 19;
	change(p, in);
	refuses(p, "quota", "计划 19 人");
	in.quota = 2000;
	change(p, in);
	accepts(p, "quota", NULL);
	in.quota = 2001;
	change(p, in);
	refuses(p, "quota", "2001");
	in.quota = 20001;
	assert_field_problem(&p->f, batch_update(p->cx, p->batch, &in), "quota",
		"batch.quota_range");
}

CASE(scope)
{
	accepts(p, "scope", "在备案范围内");
	add_scope(p, p->body, 4, "2026-04-07");
	refuses(p, "scope", "2026-04-07");
	add_scope(p, p->body, 4, "2026-04-08");
	accepts(p, "scope", NULL);
	must(p, q_body_move(p->cx->db, .id = p->body, .from_state = "filed",
		.state = "suspended"));
	refuses(p, "scope", "暂停");
}

CASE(seats)
{
	struct batch_in in = good_plan();
	in.quota = 31;
	change(p, in);
	says_at(p, "rooms", 2, "共 30 个", __LINE__);
	in.quota = 30;
	change(p, in);
	accepts(p, "rooms", NULL);
	remove_slot(p, p->skill);
	refuses(p, "rooms", "共 0 个");
}

/* A room of 40 seats counts for the 30 that an examination room may hold. */
CASE(large_room)
{
	int64_t room, slot;
	struct q_batch_room_find row;
	must(p, room_save(p->cx, p->venue, 0, &(struct room_in){.name = "礼堂",
		.part = PART_THEORY | PART_SKILL, .seats = 40, .per_row = 10}, &room));
	must(p, batch_room_add(p->cx, p->batch, PART_THEORY, room, moment("2026-04-08", 9, 0),
		moment("2026-04-08", 10, 30), &slot));
	must(p, q_batch_room_find(p->cx->db, &row, .id = slot, .scope = p->cx->scope));
	assert_int_equal(row.capacity, 30);
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, room, moment("2026-04-09", 9, 0),
		moment("2026-04-09", 10, 30), &slot));
	must(p, q_batch_room_find(p->cx->db, &row, .id = slot, .scope = p->cx->scope));
	assert_int_equal(row.capacity, 40);
}

/* 二级 is reviewed too; what was planned for a review is in the way when it becomes 四级 again. */
CASE(parts)
{
	struct batch_in in = good_plan();
	int64_t review;
	assert_field_problem(&p->f, batch_room_add(p->cx, p->batch, PART_REVIEW, p->skill_room,
		moment("2026-04-09", 9, 0), moment("2026-04-09", 12, 0), &review), "part",
		"batch.part_not_asked");
	in.grade = 2;
	change(p, in);
	refuses(p, "rooms", "共 0 个");
	must(p, batch_room_add(p->cx, p->batch, PART_REVIEW, p->skill_room,
		moment("2026-04-09", 9, 0), moment("2026-04-09", 12, 0), &review));
	accepts(p, "rooms", NULL);
	accepts(p, "parts", NULL);
	in.grade = 4;
	change(p, in);
	refuses(p, "parts", "综合评审");
}

CASE(minutes)
{
	int64_t slot;
	accepts(p, "minutes", NULL);
	remove_slot(p, p->theory);
	must(p, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room,
		moment("2026-04-08", 9, 0), moment("2026-04-08", 9, 59), &slot));
	refuses(p, "minutes", "59 分钟");
	remove_slot(p, slot);
	must(p, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room,
		moment("2026-04-08", 9, 0), moment("2026-04-08", 10, 0), &slot));
	accepts(p, "minutes", NULL);
	assert_field_problem(&p->f, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room,
		moment("2026-04-08", 9, 0), moment("2026-04-08", 9, 0), &slot), "ends_at",
		"batch.times_reversed");
	assert_field_problem(&p->f, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room,
		moment("2026-04-08", 9, 0), moment("2026-04-08", 21, 1), &slot), "ends_at",
		"batch.too_long");
}

/* Times that touch do not overlap. */
CASE(room_clash)
{
	int64_t slot, first = p->batch;
	accepts(p, "room_clash", NULL);
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, p->skill_room,
		moment("2026-04-08", 16, 29), moment("2026-04-08", 18, 0), &slot));
	refuses(p, "room_clash", "本批次内");
	remove_slot(p, slot);
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, p->skill_room,
		moment("2026-04-08", 16, 30), moment("2026-04-08", 18, 0), &slot));
	accepts(p, "room_clash", NULL);
	remove_slot(p, slot);
	make_plan(p, 0);
	accepts(p, "room_clash", NULL); /* the other one is a draft */
	int64_t second = p->batch;
	p->batch = first;
	as_manager(p);
	step(p, "submit");
	p->batch = second;
	says_at(p, "room_clash", 2, "焊工四级", __LINE__);
	assert_problem(&p->f, flow_run(p->cx, &batch_flow, 0, second, "submit", "", NULL),
		ERR_STATE, "batch.plan_not_ready");
}

CASE(proctors)
{
	struct batch_in in = good_plan();
	accepts(p, "proctors", "2 人");
	set(p, "proctor.per_candidates", "3710", "2026-03-02", 14); /* thirty are two and a few */
	refuses(p, "proctors", "2 人，要求不少于 3 人");
	in.quota = 28; /* the room holds thirty, no more than these come */
	change(p, in);
	accepts(p, "proctors", "2 人");
	remove_staff(p, p->staff[1]);
	refuses(p, "proctors", "1 人，要求不少于 2 人");
}

/* A hint is no refusal, and none is given where there are enough. */
CASE(examiner_ratio)
{
	const char *text;
	set(p, "examiner.per_candidates", "3710", "2026-03-02", 10);
	assert_int_equal(broken(p, "examiner_ratio", &text), 0);
	assert_string_equal(text, "");
	set(p, "examiner.per_candidates", "3710", "2026-03-02", 9);
	accepts(p, "examiner_ratio", "3 名考评员，最多 30 名考生");
}

/* Three or more, odd, one of them the leader. */
CASE(examiners)
{
	accepts(p, "examiners", NULL);
	a_card(p, p->staff[5], WELDER, 3, "2027-12-31");
	a_card(p, p->staff[6], WELDER, 3, "2027-12-31");
	must(p, batch_staff_add(p->cx, p->skill, p->staff[5], "examiner"));
	refuses(p, "examiners", "4 人");
	must(p, batch_staff_add(p->cx, p->skill, p->staff[6], "examiner"));
	accepts(p, "examiners", "5 人");
	for (int i = 3; i < 7; i++)
		remove_staff(p, p->staff[i]);
	refuses(p, "examiners", "1 人");
	must(p, batch_staff_add(p->cx, p->skill, p->staff[3], "leader"));
	must(p, batch_staff_add(p->cx, p->skill, p->staff[4], "examiner"));
	refuses(p, "examiners", "组长 2 人");
	set(p, "examiner.group_odd", "3710", "2026-03-02", 0);
	remove_staff(p, p->staff[3]);
	refuses(p, "examiners", "2 人");
	set(p, "examiner.group_min", "3710", "2026-03-02", 2);
	accepts(p, "examiners", NULL);
}

CASE(cards)
{
	static const struct {
		int64_t occupation, grade_top;
		const char *to;
		int bad;
	} cases[] = {
		{WELDER, 4, "2026-04-08", 0}, {WELDER, 4, "2026-04-07", 1},
			{WELDER, 5, "2027-12-31", 1},
		{FITTER, 3, "2027-12-31", 1},
	};
	remove_staff(p, p->staff[4]);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t one = a_staff(p, "新考评员", 100 + (int64_t)i, DUTY_EXAMINER);
		must(p, batch_staff_add(p->cx, p->skill, one, "examiner"));
		refuses(p, "cards", "新考评员");
		a_card(p, one, cases[i].occupation, cases[i].grade_top, cases[i].to);
		says_at(p, "cards", cases[i].bad, NULL, __LINE__);
		remove_staff(p, one);
	}
}

/* One person in one place at a time, in whatever body. */
CASE(staff_clash)
{
	int64_t slot, own = p->body, id;
	accepts(p, "staff_clash", NULL);
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, p->skill_room,
		moment("2026-04-08", 10, 0), moment("2026-04-08", 12, 0), &slot));
	must(p, batch_staff_add(p->cx, slot, p->staff[7], "supervisor"));
	says_at(p, "staff_clash", 2, "员工7", __LINE__);
	remove_slot(p, slot);
	int64_t first = p->batch, skill = p->skill, of_own = p->staff[5];
	ctx_act_as_system(p->cx, "test");
	p->body = a_body(p, 32, "social", "S000037100002");
	add_scope(p, p->body, 4, "2027-12-31");
	as_manager(p);
	rooms_and_staff(p);
	make_plan(p, 0);
	step(p, "submit");
	p->batch = first;
	p->body = own;
	p->skill = skill;
	as_clerk(p);
	says_at(p, "staff_clash", 6, "焊工四级", __LINE__);
	assert_field_problem(&p->f, batch_staff_add(p->cx, p->skill, 999, "examiner"), "staff_id",
		"staff.not_found");
	must(p, staff_save(p->cx, p->body, of_own, &(struct staff_in){.name = "员工5",
		.phone = "13800000006", .employer = "", .duties = DUTY_EXAMINER, .state = "left"},
		&id));
	assert_field_problem(&p->f, batch_staff_add(p->cx, p->skill, of_own, "examiner"),
		"staff_id", "batch.staff_left");
}

/* Three batches in a row are allowed, the fourth is not; one without him begins the count anew. */
CASE(rotation)
{
	int64_t before[3], last = p->batch;
	for (int i = 0; i < 3; i++) {
		make_plan(p, i - 14);
		before[i] = p->batch;
		p->batch = last;
		if (i == 2)
			accepts(p, "rotation", NULL);
		must(p, q_batch_move(p->cx->db, .id = before[i], .from_state = "draft",
			.state = "archived"));
	}
	says_at(p, "rotation", 3, "连续 3 次", __LINE__);
	struct q_batch_staff_rows rows;
	must(p, q_batch_staff(p->cx->db, &rows, .batch_id = before[1]));
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].staff_id == p->staff[2])
			must(p, q_batch_staff_delete(p->cx->db, .id = rows.at[i].id,
				.batch_id = before[1]));
	says_at(p, "rotation", 2, NULL, __LINE__);
	set(p, "examiner.consecutive_max", "3710", "2026-03-02", 4);
	accepts(p, "rotation", NULL);
}

CASE(avoidance)
{
	accepts(p, "avoidance", NULL);
	a_candidate(p, 300, "张三", "别处", "13911110000", "new");
	accepts(p, "avoidance", NULL);
	must(p, q_relation_insert(p->cx->db, .id = 1, .staff_id = p->staff[2],
		.idno_index = secret_idno_index(p->cx, idno_of(p, 300)), .relation = "master"));
	refuses(p, "avoidance", "张三：师徒");
	must(p, q_enrolment_move(p->cx->db, .person_id = 700300, .id = 800300,
		.from_state = "accepted", .state = "withdrawn"));
	accepts(p, "avoidance", NULL);
	a_candidate(p, 3, "李四", "别处", "13911110001", "new");
	refuses(p, "avoidance", "李四：同一人");
	a_candidate(p, 302, "王五", "别处", "13800000004", "new");
	says_at(p, "avoidance", 2, "王五：登记的电话相同", __LINE__);
	a_candidate(p, 303, "赵六", "单位1", "13911110002", "new");
	says_at(p, "avoidance", 3, "赵六：同一单位", __LINE__);
	set(p, "examiner.avoid_colleagues", "3710", "2026-03-02", 0);
	says_at(p, "avoidance", 2, NULL, __LINE__);
}

/* In an enterprise examiners and candidates are colleagues by nature. */
CASE(colleagues_of_an_enterprise)
{
	ctx_act_as_system(p->cx, "test");
	p->body = a_body(p, 33, "enterprise", "Y000037100003");
	add_scope(p, p->body, 4, "2027-12-31");
	as_clerk(p);
	rooms_and_staff(p);
	make_plan(p, 0);
	a_candidate(p, 303, "赵六", "单位1", "13911110002", "new");
	accepts(p, "avoidance", NULL);
}

/* Many people who must not meet: all are found, some are shown. */
CASE(avoidance_of_many)
{
	const struct plan_avoid *pairs;
	size_t n;
	for (int64_t i = 0; i < 60; i++)
		a_candidate(p, 400 + i, "张三", "单位3", "13911110000", "new");
	must(p, batch_avoidance(p->cx, p->batch, &pairs, &n));
	assert_int_equal(n, 60);
	says_at(p, "avoidance", 11, "另有 50 处", __LINE__);
}

CASE(supervisors)
{
	accepts(p, "supervisors", NULL);
	remove_staff(p, p->staff[7]);
	refuses(p, "supervisors", "0 人次");
	set(p, "batch.supervisors_min", "37", "2026-03-02", 0);
	accepts(p, "supervisors", NULL);
}

/* A card must hold on the day of every sitting. */
CASE(cards_of_every_sitting)
{
	int64_t later;
	a_card(p, p->staff[5], WELDER, 3, "2026-04-08");
	must(p, batch_staff_add(p->cx, p->skill, p->staff[5], "examiner"));
	accepts(p, "cards", NULL);
	must(p, batch_room_add(p->cx, p->batch, PART_SKILL, p->skill_room,
		moment("2026-04-09", 9, 0), moment("2026-04-09", 12, 0), &later));
	must(p, batch_staff_add(p->cx, later, p->staff[5], "examiner"));
	refuses(p, "cards", "员工5");
}

/* Closed, or gone, since it was put into the plan. */
CASE(in_use)
{
	int64_t id;
	accepts(p, "in_use", NULL);
	must(p, room_save(p->cx, p->venue, p->theory_room, &(struct room_in){.name = "101",
		.part = PART_THEORY, .seats = 30, .per_row = 6, .state = "closed"}, &id));
	refuses(p, "in_use", "101");
	must(p, staff_save(p->cx, p->body, p->staff[0], &(struct staff_in){.name = "员工0",
		.phone = "13800000001", .employer = "", .duties = DUTY_PROCTOR, .state = "left"},
		&id));
	says_at(p, "in_use", 2, "员工0", __LINE__);
}

/* Whoever enrolled before the plan was put off has enrolled elsewhere meanwhile. */
CASE(candidates)
{
	int64_t first = p->batch;
	a_candidate(p, 301, "张三", "单位1", "13911110001", "new");
	must(p, q_batch_count_enrolled(p->cx->db, .id = first, .more = 1));
	accepts(p, "candidates", NULL);
	make_plan(p, 0);
	must(p, q_enrolment_insert(p->cx->db, .person_id = 700301, .id = 77, .batch_id = p->batch,
		.body_id = p->body, .region = "371002", .source = "self", .seq = 1,
		.name = "张三"));
	p->batch = first;
	refuses(p, "candidates", "张三");
}

/* Three in a row are the most, in whatever order the plans are filed. */
CASE(rotation_both_ways)
{
	int64_t middle = p->batch;
	for (int day = -2; day <= 2; day += day == -1 ? 2 : 1) {
		make_plan(p, day);
		must(p, q_batch_move(p->cx->db, .id = p->batch, .from_state = "draft",
			.state = "filed"));
		int64_t last = p->batch;
		p->batch = middle;
		says_at(p, "rotation", day > 0 ? 3 : 0, NULL, __LINE__);
		p->batch = last;
	}
}

/* What a plan may be about. */
CASE(what_may_be_planned)
{
	struct batch_in in = good_plan();
	int64_t id = 0;
	in.work_type_id = FITTING;
	assert_field_problem(&p->f, batch_create(p->cx, &in, &id), "work_type_id",
		"batch.other_work_type");
	in = good_plan();
	in.grade = 0;
	assert_field_problem(&p->f, batch_create(p->cx, &in, &id), "grade", "batch.grade_unknown");
	in.occupation_id = 999;
	in.grade = 4;
	assert_field_problem(&p->f, batch_create(p->cx, &in, &id), "occupation_id",
		"batch.no_occupation");
	in = good_plan();
	in.occupation_id = FITTER;
	in.work_type_id = 0;
	in.grade = 2;
	assert_field_problem(&p->f, batch_create(p->cx, &in, &id), "grade", "batch.no_such_grade");
	in = good_plan();
	in.grade = 5;
	assert_problem(&p->f, batch_create(p->cx, &in, &id), ERR_STATE, "scope.none");
	in = good_plan();
	in.enrol_to_on = in.enrol_from_on - 1;
	assert_field_problem(&p->f, batch_create(p->cx, &in, &id), "enrol_to_on",
		"batch.enrol_dates_reversed");
	assert_int_equal(id, 0);
	as_office(p);
	in = good_plan();
	assert_problem(&p->f, batch_create(p->cx, &in, &id), ERR_DENIED, "batch.only_bodies");
}

/* Once filed nothing of the plan moves, whoever tries; another body never sees it. */
CASE(filed_plans_stand)
{
	struct batch_in in = good_plan();
	int64_t id;
	as_manager(p);
	step(p, "submit");
	assert_problem(&p->f, batch_update(p->cx, p->batch, &in), ERR_STATE, "batch.not_open");
	assert_problem(&p->f, batch_room_remove(p->cx, p->batch, p->theory), ERR_STATE,
		"batch.not_open");
	assert_problem(&p->f, batch_room_add(p->cx, p->batch, PART_THEORY, p->theory_room, 1, 2,
		&id), ERR_STATE, "batch.not_open");
	assert_problem(&p->f, batch_staff_add(p->cx, p->skill, p->staff[5], "examiner"),
		ERR_STATE, "batch.not_open");
	as_role(p, ROLE_BODY_CLERK, 41, "371002", 4711);
	assert_problem(&p->f, batch_update(p->cx, p->batch, &in), ERR_NOTFOUND,
		"batch.not_found");
	assert_problem(&p->f, batch_staff_add(p->cx, p->skill, p->staff[5], "examiner"),
		ERR_NOTFOUND, "batch.slot_not_found");
	as_office(p);
	step(p, "return");
	as_clerk(p);
	in.title = "改过的名称";
	change(p, in);
	struct q_batch_find row;
	batch_row(p, &row);
	assert_string_equal(row.title, "改过的名称");
}

/* Who has enrolled was judged for this grade under this version of the rules. */
CASE(enrolled_batches_keep_their_grade)
{
	struct batch_in in = good_plan();
	struct q_batch_find row;
	must(p, q_batch_count_enrolled(p->cx->db, .id = p->batch, .more = 3));
	must(p, q_standard_insert(p->cx->db, .id = 522, .occupation_id = WELDER,
		.version = "2026年版", .title = "焊工", .ruleset = "eligibility-2018",
		.effective_on = day_of("2026-01-01")));
	in.quota = 25;
	change(p, in);
	batch_row(p, &row);
	assert_int_equal(row.standard_id, STANDARD);
	assert_string_equal(row.ruleset, "eligibility-2023");
	in.grade = 2;
	assert_field_problem(&p->f, batch_update(p->cx, p->batch, &in), "occupation_id",
		"batch.enrolled_already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_good_plan), test_db_case(dates), test_db_case(enrolment),
		test_db_case(lead_time), test_db_case(settings_by_region_and_day),
		test_db_case(quota), test_db_case(scope), test_db_case(seats),
		test_db_case(large_room), test_db_case(parts), test_db_case(minutes),
		test_db_case(room_clash), test_db_case(proctors), test_db_case(examiner_ratio),
		test_db_case(examiners),
		test_db_case(cards), test_db_case(staff_clash), test_db_case(rotation),
		test_db_case(avoidance), test_db_case(colleagues_of_an_enterprise),
		test_db_case(avoidance_of_many), test_db_case(supervisors),
		test_db_case(what_may_be_planned), test_db_case(filed_plans_stand),
		test_db_case(enrolled_batches_keep_their_grade),
		test_db_case(cards_of_every_sitting), test_db_case(in_use),
		test_db_case(candidates), test_db_case(rotation_both_ways),
	};
	return test_db_run("batch", tests);
}
