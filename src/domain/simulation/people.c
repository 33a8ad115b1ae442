/* Made-up people who can be made again from their number. */
#include "base/civil.h"
#include "base/ident.h"
#include "domain/simulation/simulating.h"

/* Birthdays and serials are a permutation of the number, so that no identity number comes twice:
 * pupils are born after all adults. The factor is prime and in neither product. */
enum { SERIALS = 999, ADULT_DAYS = 14200, PUPIL_DAYS = 2900 };
static const int64_t stride = 6700417;

static const char *idno_of(struct arena *a, bool is_pupil, int64_t i, const char *county,
	bool *ret_male)
{
	char text[19];
	int64_t days = is_pupil ? PUPIL_DAYS : ADULT_DAYS;
	int64_t at = i % (days * SERIALS) * stride % (days * SERIALS);
	int serial = (int)(at % SERIALS) + 1;
	int64_t first = is_pupil ? civil_day(1999, 1, 1) : civil_day(1960, 1, 1);
	ident_idno_make(county, first + at / SERIALS, serial, text);
	*ret_male = serial % 2;
	return arena_dup(a, text);
}

void sim_person(struct simulating *s, bool is_pupil, int64_t i, const char *county,
	const char *employer, struct person_in *ret_person)
{
	struct arena *a = s->cx->arena;
	const struct words *w = &s->words;
	struct chance c = {s->seed ^ ((uint64_t)i * 2 + is_pupil) * UINT64_C(0xd1342543de82ef95)};
	bool male;
	const char *idno = idno_of(a, is_pupil, i, county, &male);
	const char *surname = words_pick(w, "surname", &c);
	const char *first = words_pick(w, male ? "male_first" : "female_first", &c);
	const char *last = words_pick(w, male ? "male_last" : "female_last", &c);
	*ret_person = (struct person_in){.idno = idno, .nation = "01",
		.name = chance_is(&c, 25) ? arena_printf(a, "%s%s", surname, last)
			: arena_printf(a, "%s%s%s", surname, first, last),
		.phone = arena_printf(a, "199000%05d", (int)chance_below(&c, 100000)),
		.education = is_pupil ? "40" : "60", .employer = employer, .region = county};
}
