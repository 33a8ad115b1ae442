#include "domain/exam/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "domain/exam/score_impl.h"
#include "query/exam_matrix.h"
#include "query/exam_score.h"

enum { PIECE = 512 };

struct loading {
	struct ctx *cx;
	struct exam_matrix *x;
	const int64_t *exam_ids;
	int64_t *score_versions; /* of each exam */
	size_t n_exams;
	enum matrix_items which;
	struct form *forms;
	int cap_persons;
	/* n*m, by person: the last answer as text (NULL none), then categories; the first right or
	 * wrong is told by `first` */
	const char **last, **first;
	int32_t *time, *score;
	struct arena *outer;
};

static int item_index(struct exam_matrix *x, const struct form_item *it)
{
	for (int i = 0; i < x->r.m; i++)
		if (x->items[i].item_id == it->item_id && x->items[i].version_no == it->version_no)
			return i;
	return -1;
}

static int add_item(struct loading *l, struct response_item *items, const struct form_item *it)
{
	struct exam_matrix *x = l->x;
	if (item_index(x, it) >= 0
		|| (l->which == MATRIX_MACHINE && it->content.kind == ITEM_ESSAY))
		return 0;
	if (x->r.m == RESPONSE_ITEMS)
		return fail(l->cx, ERR_LIMIT, "matrix.items_many");
	x->items[x->r.m] = (struct matrix_item){.item_id = it->item_id,
		.version_no = it->version_no, .kind = it->content.kind};
	items[x->r.m].max_centi = (int32_t)(it->score_centi > 0 ? it->score_centi : 1);
	x->r.m++;
	return 0;
}

static int form_index(const struct exam_matrix *x, int64_t form_id)
{
	for (int f = 0; f < x->r.forms; f++)
		if (x->form_ids[f] == form_id)
			return f;
	return -1;
}

static int load_form(struct loading *l, struct response_item *items, int64_t form_id)
{
	struct exam_matrix *x = l->x;
	struct form *f = &l->forms[x->r.forms];
	int r = 0;
	if (form_index(x, form_id) >= 0)
		return 0;
	if (x->r.forms == RESPONSE_FORMS)
		return fail(l->cx, ERR_LIMIT, "score.forms_many");
	if ((r = form_load_sat(l->cx, form_id, f)) < 0)
		return r;
	x->form_ids[x->r.forms++] = form_id;
	for (int i = 0; i < f->n_items && r >= 0; i++)
		r = add_item(l, items, &f->items[i]);
	return r;
}

static void find_places(struct loading *l)
{
	struct exam_matrix *x = l->x;
	int *place = arena_array(l->cx->arena, int, (size_t)(x->r.forms * x->r.m + 1));
	for (int f = 0; f < x->r.forms; f++)
		for (int i = 0; i < l->forms[f].n_items; i++) {
			int item = item_index(x, &l->forms[f].items[i]);
			if (item >= 0)
				place[f * x->r.m + item] = i + 1;
		}
	x->place = place;
}

static int load_forms(struct loading *l, struct response_item *items)
{
	struct q_matrix_forms_rows rows;
	struct ctx *cx = l->cx;
	l->forms = arena_array(cx->arena, struct form, RESPONSE_FORMS);
	for (size_t e = 0; e < l->n_exams; e++) {
		int r = q_matrix_forms(cx->db, &rows, .exam_id = l->exam_ids[e]);
		if (r < 0)
			return ctx_pass(cx, r);
		for (size_t f = 0; f < rows.n; f++)
			if ((r = load_form(l, items, rows.at[f].form_id)) < 0)
				return r;
	}
	find_places(l);
	return 0;
}

/* Texts are kept once per item: an exam has few different answers. */
static const char *keep_text(struct loading *l, int64_t cell, const char *text)
{
	for (int64_t back = cell - l->x->r.m, tries = 0; back >= 0 && tries < 8;
		back -= l->x->r.m, tries++)
		if (l->last[back] && streq(l->last[back], text))
			return l->last[back];
	return arena_dup(l->outer, text);
}

static int item_at_place(const struct exam_matrix *x, int form, int64_t place)
{
	for (int i = 0; i < x->r.m; i++)
		if (x->place[form * x->r.m + i] == place)
			return i;
	return -1;
}

static int load_answers(struct loading *l, int person, const struct q_matrix_sittings *s,
	const int *item_of)
{
	struct q_matrix_answers_rows rows;
	int r = q_matrix_answers(l->cx->db, &rows, .person_id = s->person_id, .sitting_id = s->id);
	if (r < 0)
		return ctx_pass(l->cx, r);

	for (size_t i = 0; i < rows.n; i++) {
		if (rows.at[i].item_no < 1 || rows.at[i].item_no > FORM_ITEMS_MAX)
			continue;
		int item = item_of[rows.at[i].item_no];
		if (item < 0)
			continue;
		int64_t cell = (int64_t)person * l->x->r.m + item;
		bool blank = !*rows.at[i].response;
		const char *text = blank ? NULL : keep_text(l, cell, rows.at[i].response);
		if (!l->first[cell] && text)
			l->first[cell] = text;
		l->last[cell] = text;
		int64_t spent = l->time[cell] + rows.at[i].spent_ms / 10;
		l->time[cell] = (int32_t)(spent < 0 ? 0 : spent > 360000 ? 360000 : spent);
	}
	return 0;
}

static void load_scores(struct loading *l, int person, int form, const char *detail)
{
	struct sheet_score *s = arena_make(l->cx->arena, struct sheet_score);
	const struct exam_matrix *x = l->x;
	if (!sheet_detail_read(str_of(detail), s))
		return;
	for (int i = 0; i < x->r.m; i++) {
		int place = x->place[form * x->r.m + i];
		if (place && place <= s->n_items)
			l->score[(int64_t)person * x->r.m + i] = (int32_t)s->items[place - 1].centi;
	}
}

static int load_person(struct loading *l, size_t exam, struct response_person *persons,
	const struct q_matrix_sittings *s)
{
	struct exam_matrix *x = l->x;
	int form = form_index(x, s->form_id), item_of[FORM_ITEMS_MAX + 1];
	if (form < 0)
		return 0;
	int person = x->r.n++;
	for (int i = 0; i <= FORM_ITEMS_MAX; i++)
		item_of[i] = i ? item_at_place(x, form, i) : -1;
	x->persons[person] = (struct matrix_person){l->exam_ids[exam], s->person_id, s->id,
		s->enrolment_id, s->batch_room_id, s->seat, s->form_id, s->score_centi,
		arena_dup(l->outer, s->name), arena_dup(l->outer, s->ticket_no)};
	persons[person] = (struct response_person){.form = form};
	load_scores(l, person, form, s->detail);
	return load_answers(l, person, s, item_of);
}

static int load_sittings(struct loading *l, size_t exam, struct arena *piece,
	struct response_person *persons)
{
	struct q_matrix_sittings_rows rows;
	struct ctx *cx = l->cx;
	int64_t after = 0;
	do {
		arena_reset(piece);
		int r = q_matrix_sittings(cx->db, &rows, .exam_id = l->exam_ids[exam],
			.after_id = after, .score_version = l->score_versions[exam],
			.most = PIECE);
		if (r < 0)
			return ctx_pass(cx, r);
		for (size_t i = 0; i < rows.n && l->x->r.n < l->cap_persons; i++)
			if ((r = load_person(l, exam, persons, &rows.at[i])) < 0)
				return r;
		after = rows.n ? rows.at[rows.n - 1].id : after;
	} while (rows.n == PIECE);
	return 0;
}

static int load_persons(struct loading *l, struct response_person *persons)
{
	struct ctx *cx = l->cx;
	auto_arena piece = arena_new(256 * 1024 * 1024);
	int r = 0;
	cx->arena = piece;
	db_use_arena(cx->db, piece);
	for (size_t e = 0; e < l->n_exams && r >= 0; e++)
		r = load_sittings(l, e, piece, persons);
	cx->arena = l->outer;
	db_use_arena(cx->db, l->outer);
	return r;
}

static int by_person(const void *a, const void *b, void *self)
{
	const struct matrix_person *at = self;
	int64_t x = at[*(const int *)a].person_id, y = at[*(const int *)b].person_id;
	return (x > y) - (x < y);
}

/* A person has one number however often he sat. */
static void number_persons(struct exam_matrix *x, struct arena *a, struct response_person *persons)
{
	int *order = arena_array(a, int, x->r.n + 1), number = 0;
	for (int p = 0; p < x->r.n; p++)
		order[p] = p;
	qsort_r(order, (size_t)x->r.n, sizeof *order, by_person, x->persons);
	for (int k = 0; k < x->r.n; k++) {
		number += !k || by_person(&order[k], &order[k - 1], x->persons);
		persons[order[k]].same = number;
	}
}

/* ---- texts to categories ---- */

struct tally {
	const char *text;
	int64_t n;
};

static int by_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

static int by_count(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->text, y->text);
}

static size_t tally_item(struct loading *l, int item, struct tally *list)
{
	struct exam_matrix *x = l->x;
	const char **texts = arena_array(l->outer, const char *, (size_t)x->r.n + 1);
	size_t n = 0, kinds = 0;
	for (int p = 0; p < x->r.n; p++) {
		const char *t = l->last[(int64_t)p * x->r.m + item];
		if (t)
			texts[n++] = t;
	}
	qsort(texts, n, sizeof *texts, by_text);
	for (size_t i = 0; i < n; i++)
		if (kinds && streq(list[kinds - 1].text, texts[i]))
			list[kinds - 1].n++;
		else
			list[kinds++] = (struct tally){texts[i], 1};
	qsort(list, kinds, sizeof *list, by_count);
	return kinds;
}

static const struct item *content_of(const struct loading *l, int item)
{
	for (int f = 0; f < l->x->r.forms; f++) {
		int place = l->x->place[f * l->x->r.m + item];
		if (place)
			return &l->forms[f].items[place - 1].content;
	}
	return NULL;
}

static bool is_right(const struct item *it, int64_t full, const char *text)
{
	return text && score_response(it, full, MULTIPLE_ALL, NULL, text).centi == full;
}

static void letters_as_categories(struct loading *l, int item, const struct item *it,
	struct response_item *ri)
{
	struct matrix_item *mi = &l->x->items[item];
	ri->options = it->n_options < 2 ? 2 : it->n_options > RESPONSE_OPTIONS ? RESPONSE_OPTIONS
		: it->n_options;
	for (int k = 1; k <= ri->options; k++) {
		mi->category[k] = text_of(l->cx, "%c", 'A' + k - 1);
		if (streq(mi->category[k], it->key))
			ri->key = k;
	}
}

/* The first text that is right gets a place even when it is rare. */
static void frequent_as_categories(struct loading *l, int item, const struct item *it,
	struct response_item *ri)
{
	struct matrix_item *mi = &l->x->items[item];
	struct tally *list = arena_array(l->outer, struct tally, (size_t)l->x->r.n + 1);
	size_t kinds = tally_item(l, item, list);
	int n = 0;
	for (size_t i = 0; i < kinds && n < RESPONSE_OPTIONS; i++) {
		bool right = is_right(it, ri->max_centi, list[i].text);
		if (n == RESPONSE_OPTIONS - 1 && !ri->key && !right)
			continue;
		mi->category[++n] = list[i].text;
		if (right && !ri->key)
			ri->key = n;
	}
	ri->options = n ? n : 1;
	if (!n)
		mi->category[1] = "";
}

static uint8_t category_of(const struct matrix_item *mi, const struct response_item *ri,
	const char *text)
{
	if (!text)
		return RESPONSE_OMITTED;
	for (int k = 1; k <= ri->options; k++)
		if (mi->kind != ITEM_ESSAY && streq(mi->category[k], text))
			return (uint8_t)k;
	return RESPONSE_OTHER;
}

static uint8_t change_of(const struct item *it, int64_t full, const char *first, const char *last)
{
	if (!first || !last || streq(first, last) || it->kind == ITEM_ESSAY)
		return CHANGE_NONE;
	bool was = is_right(it, full, first), is = is_right(it, full, last);
	return was && !is ? CHANGE_RIGHT_WRONG : !was && is ? CHANGE_WRONG_RIGHT
		: !was && !is ? CHANGE_WRONG_WRONG : CHANGE_NONE;
}

static void fill_item(struct loading *l, int item, struct response_item *ri, uint8_t *answer,
	uint8_t *change)
{
	struct exam_matrix *x = l->x;
	const struct item *it = content_of(l, item);
	if (it->kind == ITEM_TRUE_FALSE || it->kind == ITEM_SINGLE)
		letters_as_categories(l, item, it, ri);
	else if (it->kind == ITEM_ESSAY)
		ri->options = 1;
	else
		frequent_as_categories(l, item, it, ri);
	for (int p = 0; p < x->r.n; p++) {
		int64_t cell = (int64_t)p * x->r.m + item;
		bool there = x->place[x->r.persons[p].form * x->r.m + item] > 0;
		answer[cell] = there ? category_of(&x->items[item], ri, l->last[cell])
			: RESPONSE_ABSENT;
		change[cell] = change_of(it, ri->max_centi, l->first[cell], l->last[cell]);
	}
}

static int one_exam(struct loading *l, size_t exam)
{
	struct q_matrix_count count;
	struct q_score_exam row;
	struct ctx *cx = l->cx;
	int64_t id = l->exam_ids[exam];
	int r = q_score_exam(cx->db, &row, .id = id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "score.not_found");
	if (r >= 0)
		r = q_matrix_count(cx->db, &count, .exam_id = id,
			.score_version = row.score_version);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!row.score_version)
		return fail(cx, ERR_STATE, "score.not_scored");
	if (count.n > RESPONSE_PERSONS - l->cap_persons)
		return fail(cx, ERR_LIMIT, "matrix.persons_many");
	l->score_versions[exam] = row.score_version;
	l->cap_persons += (int)count.n;
	return 0;
}

static int fill(struct loading *l, struct response_item *items)
{
	struct exam_matrix *x = l->x;
	struct arena *a = l->outer;
	size_t n = (size_t)l->cap_persons, cells = n * (size_t)x->r.m + 1;
	struct response_person *persons = arena_array(a, struct response_person, n + 1);
	x->persons = arena_array(a, struct matrix_person, n + 1);
	l->last = arena_array(a, const char *, cells);
	l->first = arena_array(a, const char *, cells);
	l->time = arena_array(a, int32_t, cells);
	l->score = arena_array(a, int32_t, cells);
	int r = load_persons(l, persons);
	if (r < 0)
		return r;
	uint8_t *answer = arena_array(a, uint8_t, cells), *change = arena_array(a, uint8_t, cells);
	number_persons(x, a, persons);
	x->r.items = items;
	x->r.persons = persons;
	for (int i = 0; i < x->r.m; i++)
		fill_item(l, i, &items[i], answer, change);
	x->r.answer = answer;
	x->r.change = change;
	x->r.score_centi = l->score;
	x->r.time_centi = l->time;
	return 0;
}

int exam_matrix_load(struct ctx *cx, const int64_t *exam_ids, size_t n_exams,
	enum matrix_items items, struct exam_matrix *ret_matrix)
{
	struct exam_matrix x = {0};
	struct loading l = {.cx = cx, .x = &x, .exam_ids = exam_ids, .n_exams = n_exams,
		.which = items, .outer = cx->arena};
	struct response_item *list = arena_array(cx->arena, struct response_item, RESPONSE_ITEMS);
	int r = 0;
	x.items = arena_array(cx->arena, struct matrix_item, RESPONSE_ITEMS);
	l.score_versions = arena_array(cx->arena, int64_t, n_exams + 1);
	for (size_t e = 0; e < n_exams && r >= 0; e++)
		r = one_exam(&l, e);
	if (r < 0 || (r = load_forms(&l, list)) < 0 || (r = fill(&l, list)) < 0)
		return r;
	*ret_matrix = x;
	return 0;
}
