/* Made-up people: names, numbers, where they live and work. Telephone numbers are of a block kept
 * for nobody. */
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "conf/asset.h"
#include "domain/demo/province.h"

const char *demo_name(struct demo *d, bool is_male)
{
	struct chance *c = &d->chance;
	const struct words *w = &d->words;
	const char *surname = words_pick(w, "surname", c);
	const char *first = words_pick(w, is_male ? "male_first" : "female_first", c);
	const char *last = words_pick(w, is_male ? "male_last" : "female_last", c);
	return chance_is(c, 25) ? keep_text(d, "%s%s", surname, last) : keep_text(d, "%s%s%s",
		surname, first, last);
}

const char *demo_county(struct demo *d, const char *city)
{
	size_t n = strlen(city) < 4 ? strlen(city) : 4;
	const char *found[64];
	int64_t n_found = 0;
	for (size_t i = 0; i < d->n_counties && n_found < 64; i++)
		if (!strncmp(d->counties[i], city, n))
			found[n_found++] = d->counties[i];
	return n_found ? found[chance_below(&d->chance, n_found)] : d->counties[0];
}

const char *demo_idno(struct demo *d, const char *county, int64_t birth_on, bool is_male)
{
	char text[19];
	int serial = (int)chance_between(&d->chance, 0, 498) * 2 + (is_male ? 1 : 2);
	ident_idno_make(county, birth_on, serial, text);
	return arena_dup(d->keep, text);
}

const char *demo_phone(struct demo *d)
{
	return keep_text(d, "199000%05d", (int)chance_below(&d->chance, 100000));
}

static const char *city_short(struct demo *d, const char *region)
{
	static const char *const names[][2] = {{"3701", "济南"}, {"3702", "青岛"}, {"3703", "淄博"},
		{"3704", "枣庄"},
		{"3705", "东营"}, {"3706", "烟台"}, {"3707", "潍坊"}, {"3708", "济宁"},
			{"3709", "泰安"},
		{"3710", "威海"}, {"3711", "日照"}, {"3713", "临沂"}, {"3714", "德州"},
			{"3715", "聊城"},
		{"3716", "滨州"}, {"3717", "菏泽"}};
	(void)d;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strncmp(names[i][0], region, 4))
			return names[i][1];
	return "山东";
}

const char *demo_employer(struct demo *d, const char *city)
{
	return keep_text(d, "%s%s%s%s", city_short(d, city),
		words_pick(&d->words, "employer_head", &d->chance),
		words_pick(&d->words, "employer_field", &d->chance),
		words_pick(&d->words, "employer_tail", &d->chance));
}

/* Where staff from outside come from: no candidate works there. */
const char *demo_institute(struct demo *d, const char *city)
{
	return keep_text(d, "%s%s%s", city_short(d, city),
		words_pick(&d->words, "employer_head", &d->chance),
		words_pick(&d->words, "expert_unit", &d->chance));
}

static const char *unit_of(struct demo *d, const struct demo_batch *b)
{
	if (streq(b->body->kind, "enterprise"))
		return b->body->name;
	if (streq(b->body->kind, "school"))
		return keep_text(d, "%d级%s班",
			(int)(civil_of(b->exam_on).year - chance_between(&d->chance, 1, 3)),
			b->scope->name);
	return chance_is(&d->chance, 35) ? "" : demo_employer(d, b->body->region);
}

struct demo_person *demo_person_new(struct demo *d, const struct demo_batch *b)
{
	struct demo_person *p = arena_make(d->keep, struct demo_person);
	p->region = demo_county(d, b->body->region);
	p->phone = demo_phone(d);
	p->unit = unit_of(d, b);
	if (d->n_people == d->cap_people) {
		size_t cap = d->cap_people ? 2 * d->cap_people : 1024;
		struct demo_person **more = arena_array(d->keep, struct demo_person *, cap);
		if (d->n_people)
			memcpy(more, d->people, d->n_people * sizeof *more);
		d->people = more;
		d->cap_people = cap;
	}
	d->people[d->n_people++] = p;
	return p;
}

/* One of a few drawn faces. */
static int put_photo(struct demo *d, struct demo_person *p)
{
	size_t n = 0;
	int64_t ignored;
	const char *prefix = p->is_male ? "data/demo/photo-m" : "data/demo/photo-w";
	const struct asset *photos = asset_range(prefix, &n);
	if (!n || p->has_photo)
		return 0;
	p->has_photo = true;
	return person_photo_put(d->cx, p->id, photos[chance_below(&d->chance, (int64_t)n)].bytes,
		&ignored);
}

static const char *education_of(const struct demo_person *p)
{
	const char *kind = p->claims.education;
	if (is_blank(kind))
		return "60";
	if (streq(kind, "bachelor"))
		return "20";
	return streq(kind, "college") || streq(kind, "higher_vocational") ? "30" : "40";
}

int demo_person_save(struct demo *d, struct demo_person *p)
{
	if (!p->name) {
		p->is_male = chance_is(&d->chance, 50);
		p->name = demo_name(d, p->is_male);
		p->idno = demo_idno(d, chance_is(&d->chance, 70) ? p->region : demo_county(d, ""),
			p->birth_on, p->is_male);
	}
	struct person_in in = {.name = p->name, .idno = p->idno,
		.phone = p->phone, .nation = "01",
		.education = education_of(p), .employer = p->unit, .region = p->region,
		.address = keep_text(d, "%s%d号", words_pick(&d->words, "street", &d->chance),
			(int)chance_between(&d->chance, 1, 300))};
	TRY(person_save(d->cx, &in, &p->id));
	return put_photo(d, p);
}
