/* Why somebody may sit for a grade: for each condition of the shipped rule sets, what such a person
 * brings. The engine judges it like anybody's; whoever is meant to be refused lacks part of it. */
#include "base/civil.h"
#include "domain/demo/province.h"

/* Years are the least that the condition asks for; 0 when it asks for none. */
struct profile {
	const char *ruleset;
	int64_t grade;
	const char *clause;
	int weight;
	int work_years;  /* in the occupation */
	int64_t cert_grade;
	int after_cert;  /* years of work since that certificate */
	const char *education;
	bool is_enrolled, is_assessed;
	const char *title;
	int after_title;
};

#define R18 "eligibility-2018"
#define R23 "eligibility-2023"

static const struct profile profiles[] = {
	{R23, 5, "五级①", 3, .work_years = 0},
	{R23, 5, "五级②", 7, .work_years = 1},
	{R23, 4, "四级①", 5, .work_years = 5},
	{R23, 4, "四级②", 3, .work_years = 4, .cert_grade = 5, .after_cert = 3},
	{R23, 4, "四级③", 1, .education = "secondary_vocational"},
	{R23, 4, "四级③", 2, .education = "technical_intermediate", .is_enrolled = true},
	{R23, 3, "三级①", 4, .work_years = 10},
	{R23, 3, "三级②", 4, .work_years = 6, .cert_grade = 4, .after_cert = 4},
	{R23, 3, "三级③", 1, .work_years = 2, .title = "junior", .after_title = 1},
	{R23, 3, "三级④", 2, .education = "technical_senior", .is_enrolled = true},
	{R23, 3, "三级⑤", 1, .work_years = 1, .cert_grade = 4, .after_cert = 0,
		.education = "higher_vocational"},
	{R23, 3, "三级⑥", 1, .education = "college", .is_assessed = true},
	{R23, 2, "二级①", 5, .work_years = 8, .cert_grade = 3, .after_cert = 5},
	{R23, 2, "二级②", 1, .work_years = 7, .cert_grade = 3, .after_cert = 1, .title = "junior",
		.after_title = 5},
	{R23, 2, "二级③", 1, .work_years = 4, .title = "middle", .after_title = 1},
	{R23, 2, "二级④", 2, .work_years = 2, .cert_grade = 3, .after_cert = 1,
		.education = "technical_senior"},
	{R23, 1, "一级①", 5, .work_years = 12, .cert_grade = 2, .after_cert = 5},
	{R23, 1, "一级③", 1, .work_years = 10, .title = "senior", .after_title = 1},
	{R18, 5, "五级①", 1, .work_years = 1},
	{R18, 4, "四级①", 2, .work_years = 5, .cert_grade = 5, .after_cert = 4},
	{R18, 4, "四级②", 4, .work_years = 6},
	{R18, 4, "四级③", 2, .education = "technical_intermediate", .is_enrolled = true},
	{R18, 3, "三级①", 4, .work_years = 7, .cert_grade = 4, .after_cert = 5},
	{R18, 3, "三级②", 2, .work_years = 1, .cert_grade = 4, .after_cert = 0,
		.education = "technical_senior"},
	{R18, 3, "三级③", 1, .work_years = 4, .cert_grade = 4, .after_cert = 2,
		.education = "college"},
	{R18, 2, "二级①", 4, .work_years = 9, .cert_grade = 3, .after_cert = 4},
	{R18, 2, "二级②", 1, .work_years = 3, .cert_grade = 3, .after_cert = 1,
		.education = "technical_senior"},
	{R18, 1, "一级①", 1, .work_years = 13, .cert_grade = 2, .after_cert = 4},
	{"special-skill", 0, "专项①", 1, .work_years = 0},
	{0},
};

/* Pupils sit by their schooling, employed people by their work. */
static int weight_of(const struct profile *p, const char *ruleset, int64_t grade, bool is_pupil)
{
	if (!streq(p->ruleset, ruleset) || p->grade != grade)
		return 0;
	bool by_school = p->is_enrolled;
	return by_school == is_pupil ? 10 * p->weight : 1;
}

static const struct profile *pick(struct demo *d, const char *ruleset, int64_t grade, bool is_pupil)
{
	int64_t all = 0;
	for (const struct profile *p = profiles; p->ruleset; p++)
		all += weight_of(p, ruleset, grade, is_pupil);
	int64_t at = chance_below(&d->chance, all);
	for (const struct profile *p = profiles; p->ruleset; p++)
		if ((at -= weight_of(p, ruleset, grade, is_pupil)) < 0)
			return p;
	return &profiles[0];
}

/* Some years back and a few months more, or, when short, a few months too late. */
static int64_t back(struct demo *d, int64_t on, int years, bool is_short)
{
	int64_t months = 12 * years + (is_short ? -chance_between(&d->chance, 2,
		11) : chance_between(&d->chance, 1, 20));
	return civil_add_months(on, -months) - chance_below(&d->chance, 27);
}

static const char *old_number(struct demo *d, int64_t grade, int64_t on)
{
	return keep_text(d, "S00003701%04d%02d%d%06d", (int)chance_between(&d->chance, 9000, 9999),
		(int)(civil_of(on).year % 100), (int)grade,
		(int)chance_between(&d->chance, 1, 4000));
}

static void claim_certificate(struct demo *d, const struct profile *p, int64_t on, bool is_short,
	struct person_claims *c)
{
	int64_t issued_on = back(d, on, p->after_cert, is_short && p->after_cert);
	c->certs_on[p->cert_grade] = issued_on;
	c->cert_number = old_number(d, p->cert_grade, issued_on);
}

static void claim_education(struct demo *d, const struct profile *p, int64_t on,
	struct person_claims *c)
{
	c->education = p->education;
	c->education_related = 1;
	c->education_assessed = p->is_assessed;
	c->education_enrolled = p->is_enrolled;
	if (!p->is_enrolled)
		c->graduated_on = civil_day(civil_of(on).year - 1 - p->work_years - chance_below(
			&d->chance, 3), 7, 1);
}

void demo_claims(struct demo *d, struct demo_person *who, const char *ruleset, int64_t grade,
	int64_t on, bool is_pupil, bool is_short)
{
	const struct profile *p = pick(d, ruleset, grade, is_pupil);
	struct person_claims *c = &who->claims;
	*c = (struct person_claims){.clause = p->clause};
	int64_t age = p->is_enrolled ? chance_between(&d->chance, 17, 20)
				     : 21 + p->work_years + chance_between(&d->chance, 0, 24);
	if (p->work_years)
		c->work_from_on = back(d, on, p->work_years, is_short);
	if (p->cert_grade)
		claim_certificate(d, p, on, is_short, c);
	if (p->education)
		claim_education(d, p, on, c);
	if (p->title) {
		c->title_level = p->title;
		c->title_on = back(d, on, p->after_title, is_short);
	}
	if (!who->birth_on)
		who->birth_on = civil_add_years(on, -age) - chance_below(&d->chance, 360);
}
