/* Judging a roster: every row gets a verdict with its reason before anything is saved. */
#include "base/ident.h"
#include "base/name.h"
#include "core/file.h"
#include "core/secret.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment_row.h"
#include "domain/evaluation/roster.h"
#include "domain/evaluation/roster_line.h"
#include "query/batch.h"
#include "query/person.h"
#include "query/roster.h"

enum { JUDGE_CHUNK = 500 };

struct judging {
	struct ctx *cx;
	struct import_run run;
	import_read_fn *read;
	struct str bytes;
	struct q_roster_find roster;
	struct q_batch_find batch;
	const struct ruleset *set;
};

struct verdict {
	const char *code, *clause, *text;
};

static struct verdict bad(const char *text)
{
	return (struct verdict){"bad", "", text};
}

static int facts_for(struct judging *j, const struct roster_person *who, int64_t person_id,
	struct facts **ret_facts)
{
	struct ctx *cx = j->cx;
	struct idno id;
	if (person_id)
		return person_facts(cx, person_id, j->batch.occupation_id, &who->claims, ret_facts);
	if (ident_idno(str_of(who->person.idno), &id, NULL) < 0)
		return fail(cx, ERR_INVALID, "person.idno_wrong");
	return roster_facts(cx, id.birth_day, &who->claims, ret_facts);
}

/* What the records say against somebody known already. */
static int known_person(struct judging *j, const struct roster_person *who, int64_t person_id,
	struct verdict *ret_verdict)
{
	struct q_person_find person;
	struct ctx *cx = j->cx;
	int r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!name_same(str_of(person.name), str_of(who->person.name))) {
		fail_field(cx, "name", "person.name_differs", who->person.name);
		*ret_verdict = bad(import_why(cx));
		return 0;
	}
	r = enrolment_check(cx, &j->batch, person_id);
	if (r == ERR_DB)
		return r;
	if (r < 0) {
		bool same = streq(cx->problem.id, "enrolment.already");
		const char *text = import_why(cx);
		*ret_verdict = (struct verdict){same ? "same" : "bad", "", text};
	}
	return 0;
}

static int by_rules(struct judging *j, const struct roster_person *who, int64_t person_id,
	struct verdict *ret_verdict)
{
	struct facts *facts;
	struct rule_answer answer;
	struct ctx *cx = j->cx;
	int r = facts_for(j, who, person_id, &facts);
	if (r >= 0)
		r = enrolment_judge_by(cx, j->set, j->batch.grade, facts, j->batch.enrol_to_on,
			&answer);
	if (r < 0)
		return r;
	if (answer.held && j->batch.n_enrolled + j->run.n.good >= j->batch.quota) {
		(void)fail(cx, ERR_LIMIT, "enrolment.full", text_of(cx, "%d", (int)j->batch.quota));
		*ret_verdict = bad(import_why(cx));
		return 0;
	}
	const char *text = enrolment_verdict_text(cx, &answer);
	*ret_verdict = answer.held ? (struct verdict){"good", answer.held->clause,
		text} : bad(text);
	return 0;
}

/* Dates and years that a person of this number cannot have. */
static bool can_be(struct judging *j, const struct roster_person *who)
{
	struct idno id;
	return ident_idno(str_of(who->person.idno), &id, NULL) < 0 ||
		person_claims_fit(j->cx, id.birth_day, &who->claims) == 0;
}

static int judge_person(struct judging *j, const struct roster_person *who, int64_t row_no,
	struct verdict *ret_verdict)
{
	struct ctx *cx = j->cx;
	struct q_person_by_index found;
	int64_t before = import_met_before(&j->run, who->person.idno, row_no);
	if (before) {
		*ret_verdict = bad(text_of(cx, "与第 %d 行是同一个证件号码，请删去一行",
			(int)before));
		return 0;
	}
	if (!can_be(j, who)) {
		*ret_verdict = bad(import_why(cx));
		return 0;
	}
	int r = q_person_by_index(cx->db, &found,
		.idno_index = secret_idno_index(cx, who->person.idno));
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	int64_t person_id = r == 0 ? found.found_person_id : 0;
	if (person_id && (r = known_person(j, who, person_id, ret_verdict)) < 0)
		return r;
	return ret_verdict->code ? 0 : by_rules(j, who, person_id, ret_verdict);
}

static int keep(struct judging *j, const struct import_line *line, const struct verdict *v)
{
	struct ctx *cx = j->cx;
	const char *idno = line->values[COL_IDNO] ? line->values[COL_IDNO] : "";
	int r = q_roster_row_upsert(cx->db, .roster_id = j->roster.id, .row_no = line->row_no,
		.verdict = v->code,
		.name = line->values[COL_NAME], .unit = line->values[COL_UNIT], .clause = v->clause,
		.verdict_text = v->text,
		.idno_mask = *idno ? ident_mask_idno(cx->arena, str_of(idno)) : "",
		.row_cipher = roster_line_seal(cx, (const char *const *)line->values));
	if (r < 0)
		return ctx_pass(cx, r);
	return 0;
}

static int judge_line(void *arg, const struct import_line *line)
{
	struct judging *j = arg;
	struct ctx *cx = j->cx;
	struct roster_person who;
	struct verdict v = {0};
	const char *faults;
	int r = 0;
	if (!line->row_no) {
		import_remark(&j->run, line->refused);
		return 0;
	}
	if (line->refused)
		v = bad(line->refused);
	else if (roster_line_read(cx, (const char *const *)line->values, &who, &faults) < 0)
		v = bad(faults);
	else
		r = judge_person(j, &who, line->row_no, &v);
	if (r < 0 || (r = keep(j, line, &v)) < 0)
		return r;
	return import_judged(&j->run, v.code);
}

static int judge_all(struct import_run *run, void *arg)
{
	struct judging *j = arg;
	int r = j->read(run->cx, j->bytes, judge_line, j);
	return r < 0 || run->n.rows ? r : fail(run->cx, ERR_INVALID, "roster.empty");
}

int roster_judge(struct ctx *cx, int64_t roster_id, import_read_fn *read, struct job *job)
{
	struct judging j = {.cx = cx, .read = read, .run = {.cx = cx, .kind = &roster_import,
		.id = roster_id, .job = job, .chunk = JUDGE_CHUNK}};
	struct file file;
	int r = q_roster_find(cx->db, &j.roster, .id = roster_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, &j.batch, .id = j.roster.batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_ruleset(cx, &j.batch, &j.set)) < 0 ||
		(r = import_begin(&j.run, j.roster.state)) < 0 ||
		(r = file_get(cx, 0, j.roster.file_id, &file)) < 0)
		return r;
	j.bytes = file.bytes;
	return import_judge(&j.run, judge_all, &j);
}
