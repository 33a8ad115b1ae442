/* The records of a look, written and read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stow.h"
#include "domain/exam/look_impl.h"

enum { TEXT_MAX = 1024 * 1024 };

static void put_real(struct buf *b, const char *name, double v)
{
	char text[40] = "";
	if (isfinite(v))
		snprintf(text, sizeof text, "%.6g", v);
	stow_text(b, name, text);
}

static double real_of(struct arena *a, struct str text)
{
	return text.n ? strtod(arena_str(a, text), NULL) : NAN;
}

static int64_t int_of(struct str text)
{
	int64_t n = 0;
	return str_to_i64(text, &n) ? n : 0;
}

const char *look_power_text(struct arena *a, const struct similarity_power *p)
{
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	stow_int(&b, "items", p->items);
	for (int s = 0; s < POWER_STEPS; s++) {
		stow_int(&b, "copied", p->copied[s]);
		put_real(&b, "near", p->power[FAMILY_NEAR][s]);
		put_real(&b, "far", p->power[FAMILY_FAR][s]);
	}
	return arena_dup(a, buf_z(&b));
}

int look_power_read(struct arena *a, const char *text, struct look_power *ret_power)
{
	struct look_power p = {0};
	struct str rest = str_of(text);
	struct stow_field f;
	while (stow_next(&rest, &f)) {
		if (str_is(f.name, "items"))
			p.items = (int)int_of(f.text);
		else if (str_is(f.name, "copied") && p.n < 64)
			p.step[p.n++].copied = (int)int_of(f.text);
		else if (p.n && str_is(f.name, "near"))
			p.step[p.n - 1].near = real_of(a, f.text);
		else if (p.n && str_is(f.name, "far"))
			p.step[p.n - 1].far = real_of(a, f.text);
	}
	if (rest.n)
		return ERR_INVALID;
	*ret_power = p;
	return 0;
}

const char *look_picture_text(struct arena *a, const struct seat_picture *s)
{
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	stow_int(&b, "same_room", s->same_room);
	stow_int(&b, "near", s->near);
	stow_int(&b, "same_unit", s->same_unit);
	stow_int(&b, "findings", s->findings);
	stow_int(&b, "found_same_room", s->found_same_room);
	stow_int(&b, "found_near", s->found_near);
	stow_int(&b, "found_same_unit", s->found_same_unit);
	stow_int(&b, "same_centre", s->same_centre);
	stow_int(&b, "same_exam", s->same_exam);
	stow_int(&b, "found_same_centre", s->found_same_centre);
	stow_int(&b, "found_same_exam", s->found_same_exam);
	put_real(&b, "near_p", s->near_p);
	put_real(&b, "unit_p", s->unit_p);
	return arena_dup(a, buf_z(&b));
}

int look_picture_read(struct arena *a, const char *text, struct look_picture *ret_picture)
{
	struct look_picture p = {0};
	struct str rest = str_of(text);
	struct stow_field f;
	const struct {
		const char *name;
		int64_t *to;
	} counts[] = {{"same_room", &p.same_room}, {"near", &p.near}, {"same_unit", &p.same_unit},
		{"findings", &p.findings}, {"found_same_room", &p.found_same_room},
		{"found_near", &p.found_near}, {"found_same_unit", &p.found_same_unit},
		{"same_centre", &p.same_centre}, {"same_exam", &p.same_exam},
		{"found_same_centre", &p.found_same_centre},
		{"found_same_exam", &p.found_same_exam}};
	while (stow_next(&rest, &f)) {
		for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
			if (str_is(f.name, counts[i].name))
				*counts[i].to = int_of(f.text);
		if (str_is(f.name, "near_p"))
			p.near_p = real_of(a, f.text);
		if (str_is(f.name, "unit_p"))
			p.unit_p = real_of(a, f.text);
	}
	if (rest.n)
		return ERR_INVALID;
	*ret_picture = p;
	return 0;
}

static void put_person(struct buf *b, const char *name, const struct forensic_person *p)
{
	stow_text(b, "person", name);
	put_real(b, "lz_star", p->fit.lz_star);
	put_real(b, "fit_p", p->fit.p);
	stow_int(b, "wrong_right", p->erasure.wrong_right);
	stow_int(b, "changes", p->erasure.looked_at);
	stow_int(b, "changes_right", p->erasure.right);
	put_real(b, "changes_expected", p->erasure.expected);
	put_real(b, "changes_p", p->erasure.p);
	stow_int(b, "fast", p->time.fast);
	stow_int(b, "timed", p->time.timed);
	put_real(b, "fast_p", p->time.fast_p);
}

static int by_place(const void *a, const void *b, void *self)
{
	const int *place = self;
	return place[((const struct evidence_item *)a)->item]
		- place[((const struct evidence_item *)b)->item];
}

/* Places in a row on the first one's form: what somebody looking at the two sheets would see. */
static int longest_run(const struct evidence *e, const int *place)
{
	int run = 0, longest = 0;
	for (int i = 0; i < e->n; i++) {
		run = i && place[e->item[i].item] == place[e->item[i - 1].item] + 1 ? run + 1 : 1;
		longest = run > longest ? run : longest;
	}
	return longest;
}

const char *look_evidence_text(struct arena *a, const struct exam_matrix *x,
	const struct forensics *f, const struct evidence *e)
{
	auto_buf b;
	const int *place_a = x->place + x->r.persons[e->pair->a].form * x->r.m;
	const int *place_b = x->place + x->r.persons[e->pair->b].form * x->r.m;
	buf_init(&b, TEXT_MAX);
	qsort_r(e->item, (size_t)e->n, sizeof *e->item, by_place, (void *)(uintptr_t)place_a);
	stow_int(&b, "rare_wrong", e->rare_wrong);
	stow_int(&b, "longest_run", longest_run(e, place_a));
	stow_int(&b, "right_a", e->right_a);
	stow_int(&b, "right_b", e->right_b);
	put_real(&b, "expected_pairs", e->expected_pairs);
	put_person(&b, "a", &f->person[e->pair->a]);
	put_person(&b, "b", &f->person[e->pair->b]);
	for (int i = 0; i < e->n; i++) {
		const struct evidence_item *it = &e->item[i];
		stow_int(&b, "item", place_a[it->item]);
		stow_int(&b, "place_b", place_b[it->item]);
		stow_text(&b, "label", x->items[it->item].category[it->answer]);
		stow_int(&b, "right", it->is_right);
		put_real(&b, "chance", it->chance);
		put_real(&b, "share", it->share);
	}
	return arena_dup(a, buf_z(&b));
}

static void read_person(struct arena *a, const struct stow_field *f, struct look_person *p)
{
	const struct {
		const char *name;
		int64_t *to;
	} counts[] = {{"wrong_right", &p->wrong_right}, {"changes", &p->changes},
		{"changes_right", &p->changes_right}, {"fast", &p->fast}, {"timed", &p->timed}};
	const struct {
		const char *name;
		double *to;
	} reals[] = {{"lz_star", &p->lz_star}, {"fit_p", &p->fit_p},
		{"changes_expected", &p->changes_expected}, {"changes_p", &p->changes_p},
		{"fast_p", &p->fast_p}};
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (str_is(f->name, counts[i].name))
			*counts[i].to = int_of(f->text);
	for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
		if (str_is(f->name, reals[i].name))
			*reals[i].to = real_of(a, f->text);
}

static void read_item(struct arena *a, const struct stow_field *f, struct look_item *it)
{
	if (str_is(f->name, "place_b"))
		it->place_b = int_of(f->text);
	else if (str_is(f->name, "label"))
		it->label = arena_str(a, f->text);
	else if (str_is(f->name, "right"))
		it->is_right = int_of(f->text);
	else if (str_is(f->name, "chance"))
		it->chance = real_of(a, f->text);
	else if (str_is(f->name, "share"))
		it->share = real_of(a, f->text);
}

static void read_count(struct arena *a, const struct stow_field *f, struct look_evidence *e)
{
	if (str_is(f->name, "rare_wrong"))
		e->rare_wrong = int_of(f->text);
	else if (str_is(f->name, "longest_run"))
		e->longest_run = int_of(f->text);
	else if (str_is(f->name, "right_a"))
		e->right_a = int_of(f->text);
	else if (str_is(f->name, "right_b"))
		e->right_b = int_of(f->text);
	else if (str_is(f->name, "expected_pairs"))
		e->expected_pairs = real_of(a, f->text);
}

int look_evidence_read(struct arena *a, const char *text, struct look_evidence *ret_evidence)
{
	struct look_evidence e = {.items = arena_array(a, struct look_item, RESPONSE_ITEMS)};
	struct look_person *person = NULL;
	struct str rest = str_of(text);
	struct stow_field f;
	while (stow_next(&rest, &f)) {
		if (str_is(f.name, "person")) {
			person = str_is(f.text, "a") ? &e.a : &e.b;
		} else if (str_is(f.name, "item") && e.n < RESPONSE_ITEMS) {
			e.items[e.n++] = (struct look_item){.place_a = int_of(f.text), .label = ""};
		} else if (e.n) {
			read_item(a, &f, &e.items[e.n - 1]);
		} else if (person) {
			read_person(a, &f, person);
		} else {
			read_count(a, &f, &e);
		}
	}
	if (rest.n)
		return ERR_INVALID;
	*ret_evidence = e;
	return 0;
}
