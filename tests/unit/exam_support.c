#include "exam_support.h"

#undef fail

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/ident.h"
#include "core/message.h"
#include "core/secret.h"
#include "core/throttle.h"
#include "core/workday.h"
#include "domain/evaluation/mark.h"
#include "domain/exam/answer.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/demo.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "query/registry.h"
#include "query/standard.h"

enum { MINUTE = 60, HOUR = 3600, START = 1772416800 /* 2026-03-02 10:00 +08:00 */ };

static int64_t tell(void *self)
{
	return ((struct exam_world *)self)->now;
}

static void fill(void *self, void *p, size_t n)
{
	struct exam_world *w = self;
	unsigned char *at = p;
	for (size_t i = 0; i < n; i++) {
		w->seed = w->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		at[i] = (unsigned char)(w->seed >> 56);
	}
}

void exam_ok_at(struct exam_world *w, int64_t r, const char *file, int line)
{
	if (r >= 0)
		return;
	print_error("%s:%d: %s: %s / %s\n", file, line, err_name((int)r), problem_text(w->cx),
		db_error(w->cx->db));
	_fail(file, line);
}

void exam_as(struct exam_world *w, enum role role, int64_t account_id)
{
	bool is_body = role == ROLE_BODY_CLERK || role == ROLE_BODY_MANAGER ||
		role == ROLE_EXAMINER || role == ROLE_INVIGILATOR;
	ctx_act_as(w->cx, &(struct actor){.role = role, .account_id = account_id,
		.name = text_of(w->cx, "人员%d", (int)account_id), .region = "3710",
		.body_id = is_body ? EXAM_BODY : 0, .ip = "192.0.2.1",
		.token_perms = {UINT64_MAX, UINT64_MAX}});
}

void exam_as_manager(struct exam_world *w)
{
	exam_as(w, ROLE_BODY_MANAGER, EXAM_MANAGER);
}

void exam_as_public(struct exam_world *w)
{
	exam_as(w, ROLE_PUBLIC, 0);
}

int64_t exam_person(int i)
{
	return 1001 + i;
}

static int64_t enrolment_of(int i)
{
	return 2001 + i;
}

const char *exam_ticket(struct exam_world *w, int i)
{
	return text_of(w->cx, "3710%06d", i + 1);
}

const char *exam_idno(struct exam_world *w, int i)
{
	char idno[19];
	ident_idno_make("371002", 7000 + i, 100 + i, idno);
	return arena_dup(w->cx->arena, idno);
}

static void put_body(struct exam_world *w)
{
	struct db *db = w->t->db;
	exam_ok(w, q_occupation_insert(db, .id = 1, .edition = "2022", .code = "6-31-01-03",
			   .name = "电工", .track = "level", .grades = "54321"));
	exam_ok(w, q_body_insert(db, .id = EXAM_BODY, .name = "甲学院", .uscc = "A",
			   .body_kind = "social", .region = "3710", .contact = "王",
			   .phone = "0631-1"));
	exam_ok(w, q_venue_insert(db, .id = 1, .body_id = EXAM_BODY, .region = "3710",
			   .name = "一号楼"));
	for (int64_t id = 1; id <= 2; id++)
		exam_ok(w, q_room_insert(db, .id = id, .venue_id = 1, .body_id = EXAM_BODY,
				   .region = "3710", .name = id == 1 ? "机房101" : "机房102",
				   .part = PART_THEORY, .seats = EXAM_ROOM_SEATS,
				   .per_row = EXAM_PER_ROW));
}

static void put_batch(struct exam_world *w)
{
	struct db *db = w->t->db;
	exam_ok(w, q_batch_insert(db, .id = EXAM_BATCH, .body_id = EXAM_BODY, .region = "3710",
			   .batch_no = "S000037100001-202603-01", .title = "电工三级",
			   .occupation_id = 1, .grade = 3, .ruleset = "eligibility-2023",
			   .parts = PART_THEORY | PART_SKILL, .quota = EXAM_PEOPLE,
			   .contact = "王", .phone = "0631-1", .created_by = EXAM_CLERK));
	exam_ok(w, q_batch_set_times(db, .id = EXAM_BATCH, .first_at = w->starts_at,
			   .last_at = w->ends_at));
	exam_ok(w, q_batch_set_arranged(db, .id = EXAM_BATCH, .seed = "s",
			   .arranged_hash = "h1"));
	exam_ok(w, q_batch_move(db, .id = EXAM_BATCH, .from_state = "draft",
			   .state = "arranged"));
	for (int64_t k = 0; k < 2; k++)
		exam_ok(w, q_batch_room_insert(db, .id = EXAM_ROOM + k, .batch_id = EXAM_BATCH,
				   .body_id = EXAM_BODY, .region = "3710",
				   .part = PART_THEORY, .room_id = k + 1, .venue_id = 1,
				   .starts_at = w->starts_at, .ends_at = w->ends_at,
				   .capacity = EXAM_ROOM_SEATS));
}

static void put_person(struct exam_world *w, int i)
{
	struct db *db = w->t->db;
	const char *index = text_of(w->cx, "person%d", i), *name = text_of(w->cx, "考生%d", i + 1);
	exam_ok(w, q_person_insert(db, .person_id = exam_person(i), .name = name, .sex = "1",
			   .idno_index = index, .birth_on = 7000, .id_type = "idno",
			   .idno_cipher = secret_seal(w->cx, "person.idno_cipher",
				   exam_idno(w, i)),
			   .idno_mask = "371***********0011", .region = "3710"));
	exam_ok(w, q_person_index_insert(db, .idno_index = index,
			   .found_person_id = exam_person(i)));
	exam_ok(w, q_enrolment_insert(db, .person_id = exam_person(i), .id = enrolment_of(i),
			   .batch_id = EXAM_BATCH, .body_id = EXAM_BODY, .region = "3710",
			   .source = "roster", .seq = i + 1, .name = name,
			   .idno_mask = "371***********0011", .verdict = "met",
			   .ruleset = "eligibility-2023", .ruleset_version = "1"));
	exam_ok(w, q_enrolment_move(db, .person_id = exam_person(i), .id = enrolment_of(i),
			   .from_state = "submitted", .state = "accepted"));
	exam_ok(w, q_arrange_set_ticket(db, .person_id = exam_person(i), .id = enrolment_of(i),
			   .ticket_no = exam_ticket(w, i)));
	exam_ok(w, q_enrolment_part_insert(db, .person_id = exam_person(i),
			   .enrolment_id = enrolment_of(i), .part = PART_THEORY,
			   .batch_id = EXAM_BATCH, .body_id = EXAM_BODY, .region = "3710",
			   .attempt = "new", .part_state = "pending"));
	exam_ok(w, q_arrange_set_seat(db, .person_id = exam_person(i),
			   .enrolment_id = enrolment_of(i), .part = PART_THEORY,
			   .seat = i % EXAM_ROOM_SEATS + 1,
			   .batch_room_id = EXAM_ROOM + i / EXAM_ROOM_SEATS));
}

static void put_options(struct arena *a, struct item_option *options, int n, const char *what)
{
	for (int i = 0; i < n; i++)
		options[i] = (struct item_option){
			.html = arena_printf(a, "<p>%s%c</p>", what, 'A' + i), .feedback_html = ""};
}

void exam_item(struct arena *a, int i, struct form_item *ret_item)
{
	static const char *const keys[ITEM_KINDS] = {[ITEM_TRUE_FALSE] = "A", [ITEM_SINGLE] = "C",
		[ITEM_MULTIPLE] = "ACD", [ITEM_ORDER] = "CABD", [ITEM_MATCH] = "BAC"};
	enum item_kind kind = (enum item_kind)(1 + (i - 1) % (ITEM_KINDS - 1));
	struct item it = {.kind = kind, .key = keys[kind] ? keys[kind] : "", .value = "",
		.tolerance = "", .unit = "", .rubric_html = "", .explanation_html = "",
		.stem_html = arena_printf(a, "<p>第 %d 题：%s</p>", i, item_kind_label(kind))};
	it.n_options = kind == ITEM_TRUE_FALSE ? 2 : kind == ITEM_MATCH ? 3
		: kind == ITEM_SINGLE || kind == ITEM_MULTIPLE || kind == ITEM_ORDER ? 4 : 0;
	put_options(a, it.options, it.n_options, "选项");
	if (kind == ITEM_MATCH)
		put_options(a, it.targets, it.n_targets = 4, "对应");
	if (kind == ITEM_NUMERIC) {
		it.value = "12.5";
		it.tolerance = "0.1";
		it.unit = "V";
	}
	if (kind == ITEM_TEXT || kind == ITEM_ESSAY)
		it.variants[it.n_variants++] = "接地";
	*ret_item = (struct form_item){.item_id = 700 + i, .version_no = 1, .score_centi = 200,
		.section = 0, .material_html = "", .content = it};
}

static void put_forms(struct exam_world *w)
{
	struct arena *a = w->cx->arena;
	exam_ok(w, q_demo_paper_set(w->t->db, .id = EXAM_SET, .bank_id = 1,
			   .body_id = EXAM_BODY, .region = "3710", .title = "电工三级理论",
			   .n_forms = EXAM_FORMS, .opened_at = w->now));
	for (int k = 0; k < EXAM_FORMS; k++) {
		struct form *f = &w->forms[k];
		*f = (struct form){.paper_set_id = EXAM_SET, .form_no = k + 1,
			.title = text_of(w->cx, "电工三级%c卷", 'A' + k),
			.multiple_rule = "all", .n_sections = 1, .n_items = w->m,
			.sections = {{"一、理论知识", ""}},
			.items = arena_array(a, struct form_item, w->m)};
		for (int i = 0; i < w->m; i++)
			exam_item(a, i + 1 + k, &f->items[i]);
		exam_ok(w, form_store(w->cx, f));
	}
}

static void set_clock(struct exam_world *w)
{
	w->cx->clock = (struct clock){tell, w};
	w->cx->random = (struct random_source){fill, w};
}

void exam_world_open(struct exam_world *w, struct test_db *t, int n_people, int n_items)
{
	struct exam_in in = exam_preset;
	*w = (struct exam_world){.t = t, .n = n_people, .m = n_items, .starts_at = START,
		.ends_at = START + 90 * MINUTE, .now = START - 15 * MINUTE, .seed = 42};
	assert_true(n_people <= EXAM_PEOPLE);
	assert_int_equal(keyring_from_hex(STR("00112233445566778899aabbccddeeff"
					      "0123456789abcdef0123456789abcdef"),
				 &w->keys), 0);
	w->cx = &w->own;
	ctx_init(w->cx, t->arena, t->db, w->keys);
	set_clock(w);
	workday_forget();
	throttle_forget();
	put_body(w);
	put_batch(w);
	for (int i = 0; i < n_people; i++)
		put_person(w, i);
	put_forms(w);
	exam_as_manager(w);
	in.paper_set_id = EXAM_SET;
	exam_ok(w, exam_create(w->cx, EXAM_BATCH, &in, &w->exam_id));
	exam_ok(w, flow_run(w->cx, &exam_flow, 0, w->exam_id, "ready", "", NULL));
}

void exam_world_join(struct exam_world *w, const struct exam_world *other, struct db *db,
	struct arena *arena)
{
	*w = *other;
	w->cx = &w->own;
	w->seed = other->seed ^ (uint64_t)(uintptr_t)db;
	ctx_init(w->cx, arena, db, w->keys);
	db_use_arena(db, arena);
	set_clock(w);
	exam_as_manager(w);
}

void exam_world_close(struct exam_world *w)
{
	workday_forget();
	keyring_free(w->keys);
}

struct q_sitting_find exam_sitting(struct exam_world *w, int i)
{
	struct q_sitting_find s;
	struct q_sitting_by_ticket_rows rows;
	exam_ok(w, q_sitting_by_ticket(w->cx->db, &rows, .ticket_no = exam_ticket(w, i),
			   .now = w->now + 24 * HOUR));
	assert_int_equal(rows.n, 1);
	exam_ok(w, q_sitting_find(w->cx->db, &s, .person_id = rows.at[0].person_id,
			   .id = rows.at[0].id, .scope = scope_all()));
	return s;
}

struct sitting_in exam_door(struct exam_world *w, int i)
{
	struct q_sitting_find s = exam_sitting(w, i);
	return (struct sitting_in){.ticket_no = exam_ticket(w, i),
		.idno_tail = exam_idno(w, i) + 12, .seat = s.seat, .entry_code = s.entry_code,
		.device = "test"};
}

struct sitting_token exam_enter(struct exam_world *w, int i)
{
	struct sitting_pass pass;
	struct sitting_in in = exam_door(w, i);
	exam_ok(w, sitting_check_in(w->cx, &in, &pass));
	return pass.token;
}

struct sitting_token exam_begin(struct exam_world *w, int i)
{
	struct q_sitting_find s;
	struct sitting_token token = exam_enter(w, i);
	exam_ok(w, flow_run(w->cx, &sitting_flow, token.person_id, token.sitting_id, "admit", "",
			   NULL));
	exam_ok(w, sitting_begin(w->cx, &token, &s));
	return token;
}

void exam_clock(struct exam_world *w)
{
	ctx_act_as_system(w->cx, "定时任务");
	exam_ok(w, sitting_tick(w->cx));
	for (int i = 0; i < 2; i++) /* what it has started it looks at the next time */
		exam_ok(w, exam_tick(w->cx));
	exam_as_manager(w);
}

void exam_world_begin(struct exam_world *w)
{
	w->now = w->starts_at + MINUTE;
	exam_clock(w);
	for (int i = 0; i < w->n; i++)
		exam_begin(w, i);
}

int exam_answer(struct exam_world *w, const struct sitting_token *token, int64_t seq,
	int64_t item_no, const char *response)
{
	struct answer_write a = {.person_id = token->person_id,
		.sitting_id = token->sitting_id, .epoch = token->epoch, .seq = seq,
		.item_no = item_no, .response = response};
	exam_ok(w, answer_save(w->cx, &a, 1));
	return (int)a.status;
}
