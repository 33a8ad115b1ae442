/* From what is known and declared of a person to the facts that eligibility rules ask for
 * (docs/rules.md). */
#include "base/civil.h"
#include "base/ident.h"
#include "domain/evaluation/person_row.h"
#include "domain/standard/grade.h"
#include "query/held.h"
#include "query/person.h"
#include "query/registry.h"

/* Declared for one occupation, a fact speaks for that one only. */
static bool is_related(const struct q_facts_of_person *f, int64_t occupation_id)
{
	return f->related & FACT_RELATED && (!f->occupation_id
		|| f->occupation_id == occupation_id);
}

static void add_stored(struct facts *facts, const struct q_facts_of_person *f,
	int64_t occupation_id)
{
	struct fact_record *r = NULL;
	if (streq(f->fact_kind, "work")) {
		r = facts_add(facts, "works");
		record_date(r, "from_on", f->from_on);
		if (f->to_on)
			record_date(r, "to_on", f->to_on);
	} else if (streq(f->fact_kind, "education")) {
		r = facts_add(facts, "educations");
		record_text(r, "kind", f->level);
		if (f->to_on)
			record_date(r, "graduated_on", f->to_on);
		record_int(r, "enrolled", !f->to_on);
		record_int(r, "assessed", (f->related & FACT_ASSESSED) != 0);
	} else if (streq(f->fact_kind, "title")) {
		r = facts_add(facts, "titles");
		record_text(r, "level", f->level);
		record_date(r, "since_on", f->from_on);
	} else if (streq(f->fact_kind, "apprenticed") && is_related(f, occupation_id)) {
		facts_int(facts, "apprenticed", 1);
	}
	if (r)
		record_int(r, "related", is_related(f, occupation_id));
}

static void add_certificate(struct facts *facts, int64_t grade, int64_t issued_on, bool is_same)
{
	struct fact_record *r = facts_add(facts, "certificates");
	record_int(r, "grade", grade);
	record_date(r, "issued_on", issued_on);
	record_int(r, "related", is_same);
}

static void claim_work(struct facts *facts, const struct person_claims *c, int64_t today)
{
	if (!c->work_from_on && !c->work_years)
		return;
	struct fact_record *r = facts_add(facts, "works");
	record_date(r, "from_on",
		c->work_from_on ? c->work_from_on : civil_add_years(today, -c->work_years));
	record_int(r, "related", 1);
}

static void claim_education(struct facts *facts, const struct person_claims *c)
{
	if (is_blank(c->education))
		return;
	struct fact_record *r = facts_add(facts, "educations");
	record_text(r, "kind", c->education);
	record_int(r, "related", c->education_related);
	record_int(r, "enrolled", c->education_enrolled);
	record_int(r, "assessed", c->education_assessed);
	if (c->graduated_on)
		record_date(r, "graduated_on", c->graduated_on);
}

static void add_claims(struct facts *facts, const struct person_claims *c, int64_t today)
{
	claim_work(facts, c, today);
	for (int64_t grade = 1; grade < CLAIM_GRADES; grade++)
		if (c->certs_on[grade])
			add_certificate(facts, grade, c->certs_on[grade], true);
	claim_education(facts, c);
	if (!is_blank(c->title_level) && c->title_on) {
		struct fact_record *r = facts_add(facts, "titles");
		record_text(r, "level", c->title_level);
		record_date(r, "since_on", c->title_on);
		record_int(r, "related", 1);
	}
}

/* Lists that nobody filled are known to be empty: the rules then say what is missing, not that it
 * is unknown. */
void person_claims_facts(struct facts *facts, const struct person_claims *claims, int64_t today)
{
	static const char *const lists[] = {"works", "certificates", "educations", "titles"};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		facts_none(facts, lists[i]);
	facts_int(facts, "apprenticed", claims && claims->apprenticed);
	if (claims)
		add_claims(facts, claims, today);
}

/* The place of the certificate that claims->cert_number is of: the highest one. */
static int64_t numbered_grade(const struct person_claims *c)
{
	for (int64_t grade = 1; grade < CLAIM_GRADES; grade++)
		if (c->certs_on[grade])
			return grade;
	return 0;
}

/* A certificate on record takes the place of the claim about the same one: what was checked counts
 * as it was found, refused ones not at all. Claimed by its number, one of another occupation is
 * claimed to be of a related one: whoever reviews the enrolment judges that. */
static void join_held(struct facts *facts, struct person_claims *claims, const char *number,
	const struct q_held_of_person *h, int64_t occupation_id)
{
	bool is_related = h->occupation_id == occupation_id && occupation_id;
	int64_t grade = h->grade > 0 && h->grade < CLAIM_GRADES ? h->grade : 0;
	if (grade && is_related && claims->certs_on[grade] == h->issued_on)
		claims->certs_on[grade] = 0;
	bool is_named = *number && streq(number, h->number) && numbered_grade(claims);
	if (is_named && (is_related || !streq(h->state, "claimed"))) {
		claims->certs_on[numbered_grade(claims)] = 0;
		is_related = true;
	}
	if (!streq(h->state, "refused"))
		add_certificate(facts, h->grade, h->issued_on, is_related);
}

static const char *normal_number(struct ctx *cx, const struct person_claims *c)
{
	struct certno no;
	if (is_blank(c->cert_number) || ident_certno(str_of(c->cert_number), &no, NULL) < 0)
		return "";
	return arena_dup(cx->arena, no.text);
}

/* A number of this system or of one of its bodies: the row counts, or there is no such thing. */
static int check_ours(struct ctx *cx, int64_t person_id, const struct certno *no,
	struct person_claims *claims)
{
	struct q_certificate_of_number c = {0};
	struct q_body_by_code body;
	int64_t grade = numbered_grade(claims);
	int r = q_certificate_of_number(cx->db, &c, .number = no->text);
	if (r == ERR_NOTFOUND && *no->body)
		r = q_body_by_code(cx->db, &body, .body_code = no->body);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	bool stands = person_id && c.person_id == person_id && c.grade == grade &&
		streq(c.state, "valid");
	claims->certs_on[grade] = stands ? c.issued_on : 0;
	return 0;
}

int person_claims_fit(struct ctx *cx, int64_t birth_on, const struct person_claims *c)
{
	const struct {
		const char *field, *label;
		int64_t on;
	} dates[] = {
		{"work_from_on", "从业起始日期", c->work_from_on},
		{"cert5_on", "五级/初级工证书发证日期", c->certs_on[GRADE_5]},
		{"cert4_on", "四级/中级工证书发证日期", c->certs_on[GRADE_4]},
		{"cert3_on", "三级/高级工证书发证日期", c->certs_on[GRADE_3]},
		{"cert2_on", "二级/技师证书发证日期", c->certs_on[GRADE_2]},
		{"graduated_on", "毕业日期", c->graduated_on},
		{"title_on", "职称取得日期", c->title_on},
	};
	int64_t age = civil_years_between(birth_on, ctx_today(cx));
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
		if (dates[i].on && dates[i].on <= birth_on)
			(void)fail_field(cx, dates[i].field, "person.before_birth", dates[i].label,
				civil_day_text_zh(cx->arena, birth_on));
	if (c->work_years && c->work_years >= age)
		(void)fail_field(cx, "work_years", "person.years_of_life",
			text_of(cx, "%d", (int)c->work_years), text_of(cx, "%d", (int)age));
	return ctx_checked(cx);
}

int person_claims_check(struct ctx *cx, int64_t person_id, struct person_claims *claims)
{
	struct certno no;
	bool is_number = !is_blank(claims->cert_number) &&
		ident_certno(str_of(claims->cert_number), &no, NULL) == 0;
	return is_number ? check_ours(cx, person_id, &no, claims) : 0;
}

/* A certificate of ours that was suspended or revoked is not claimed as one from elsewhere. */
static int drop_fallen(struct ctx *cx, int64_t person_id, int64_t occupation_id,
	struct person_claims *claims)
{
	struct q_certificates_fallen_rows fallen;
	int r = q_certificates_fallen(cx->db, &fallen, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < fallen.n; i++) {
		int64_t grade = fallen.at[i].grade;
		if (grade > 0 && grade < CLAIM_GRADES &&
			fallen.at[i].occupation_id == occupation_id &&
			fallen.at[i].issued_on == claims->certs_on[grade])
			claims->certs_on[grade] = 0;
	}
	return 0;
}

int person_facts(struct ctx *cx, int64_t person_id, int64_t occupation_id,
	const struct person_claims *claims, struct facts **ret_facts)
{
	struct q_person_find person;
	struct q_facts_of_person_rows stored;
	struct q_certificates_as_facts_rows certificates;
	struct q_held_of_person_rows held;
	struct person_claims own = claims ? *claims : (struct person_claims){0};
	struct facts *facts = facts_new(cx->arena);
	int r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r >= 0)
		r = q_facts_of_person(cx->db, &stored, .person_id = person_id);
	if (r >= 0)
		r = q_certificates_as_facts(cx->db, &certificates, .person_id = person_id);
	if (r >= 0)
		r = q_held_of_person(cx->db, &held, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = person_claims_check(cx, person_id, &own)) < 0 ||
		(r = drop_fallen(cx, person_id, occupation_id, &own)) < 0)
		return r;
	const char *number = normal_number(cx, &own);
	facts_date(facts, "birth_on", person.birth_on);
	for (size_t i = 0; i < held.n; i++)
		join_held(facts, &own, number, &held.at[i], occupation_id);
	person_claims_facts(facts, &own, ctx_today(cx));
	for (size_t i = 0; i < stored.n; i++)
		add_stored(facts, &stored.at[i], occupation_id);
	for (size_t i = 0; i < certificates.n; i++)
		add_certificate(facts, certificates.at[i].grade, certificates.at[i].issued_on,
			certificates.at[i].occupation_id == occupation_id);
	*ret_facts = facts;
	return 0;
}
