/* Judging a roster: every row gets a verdict with its reason before anything is saved. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/ident.h"
#include "core/file.h"
#include "core/message.h"
#include "core/secret.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment_row.h"
#include "domain/evaluation/roster.h"
#include "domain/evaluation/roster_line.h"
#include "query/batch.h"
#include "query/person.h"
#include "query/roster.h"

enum { JUDGE_CHUNK = 500, SEEN_FIRST = 4096 };

/* Identity numbers met so far, by eight bytes of their digest: 16 bytes a row at most. */
struct seen {
	struct seen_one {
		uint64_t key;
		int64_t row_no;
	} *at;
	size_t n, cap;
};

struct judging {
	struct ctx *cx;
	struct job *job;
	struct q_roster_find roster;
	struct q_batch_find batch;
	const struct ruleset *set;
	const char *note; /* of the reader, about the sheet as a whole */
	struct seen seen;
	struct arena *outer, *scratch;
	struct tx tx;
	int64_t rows, good, same, bad;
};

static struct seen_one *seen_place(struct seen *s, uint64_t key)
{
	size_t i = (size_t)key & (s->cap - 1);
	while (s->at[i].row_no && s->at[i].key != key)
		i = (i + 1) & (s->cap - 1);
	return &s->at[i];
}

static void seen_grow(struct seen *s)
{
	struct seen old = *s;
	s->cap = old.cap ? 2 * old.cap : SEEN_FIRST;
	s->at = calloc(s->cap, sizeof *s->at);
	if (!s->at)
		abort();
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i].row_no)
			*seen_place(s, old.at[i].key) = old.at[i];
	free(old.at);
}

/* The row where this number stood before, or 0. */
static int64_t seen_before(struct seen *s, const char *idno, int64_t row_no)
{
	uint8_t digest[DIGEST_BYTES];
	uint64_t key;
	if (2 * s->n >= s->cap)
		seen_grow(s);
	crypto_sm3(str_of(idno), digest);
	memcpy(&key, digest, sizeof key);
	struct seen_one *place = seen_place(s, key);
	if (place->row_no)
		return place->row_no;
	*place = (struct seen_one){key, row_no};
	s->n++;
	return 0;
}

struct verdict {
	const char *code, *clause, *text;
};

static struct verdict bad(const char *text)
{
	return (struct verdict){"bad", "", text};
}

static const char *problem_words(struct ctx *cx)
{
	const char *text =
		cx->problem.n_fields ? field_problem_text(cx,
			&cx->problem.fields[0]) : problem_text(cx);
	ctx_clear(cx);
	return text;
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
	*ret_facts = roster_facts(cx, id.birth_day, &who->claims);
	return 0;
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
	if (!streq(person.name, who->person.name)) {
		fail_field(cx, "name", "person.name_differs", who->person.name);
		*ret_verdict = bad(problem_words(cx));
		return 0;
	}
	r = enrolment_check(cx, &j->batch, person_id);
	if (r == ERR_DB)
		return r;
	if (r < 0) {
		bool same = streq(cx->problem.id, "enrolment.already");
		const char *text = problem_words(cx);
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
	if (answer.held && j->batch.n_enrolled + j->good >= j->batch.quota) {
		(void)fail(cx, ERR_LIMIT, "enrolment.full", text_of(cx, "%d", (int)j->batch.quota));
		*ret_verdict = bad(problem_words(cx));
		return 0;
	}
	const char *text = enrolment_verdict_text(cx, &answer);
	*ret_verdict = answer.held ? (struct verdict){"good", answer.held->clause,
		text} : bad(text);
	return 0;
}

static int judge_person(struct judging *j, const struct roster_person *who, int64_t row_no,
	struct verdict *ret_verdict)
{
	struct ctx *cx = j->cx;
	struct q_person_by_index found;
	int64_t before = seen_before(&j->seen, who->person.idno, row_no);
	if (before) {
		*ret_verdict = bad(text_of(cx, "与第 %d 行是同一个证件号码，请删去一行",
			(int)before));
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

static int keep(struct judging *j, const struct roster_line *line, const struct verdict *v)
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
	j->rows++;
	j->good += streq(v->code, "good");
	j->same += streq(v->code, "same");
	j->bad += streq(v->code, "bad");
	return 0;
}

/* Ends a transaction every JUDGE_CHUNK rows, so that others may write and progress shows. */
static int end_chunk(struct judging *j)
{
	struct ctx *cx = j->cx;
	int r = q_roster_set_counts(cx->db, .id = j->roster.id, .n_rows = j->rows,
		.n_good = j->good, .n_same = j->same, .n_bad = j->bad);
	if (r < 0 || (r = tx_commit(&j->tx)) < 0)
		return ctx_pass(cx, r);
	return j->job ? job_progress(cx, j->job, j->rows, 0, "") : 0;
}

static int judge_line(void *arg, const struct roster_line *line)
{
	struct judging *j = arg;
	struct ctx *cx = j->cx;
	struct roster_person who;
	struct verdict v = {0};
	const char *faults;
	int r = 0;
	if (!line->row_no) {
		j->note = arena_dup(j->outer, line->refused);
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
	arena_reset(j->scratch);
	if (j->rows % JUDGE_CHUNK)
		return 0;
	if ((r = end_chunk(j)) < 0)
		return r;
	r = tx_begin(&j->tx, cx->db);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* A sheet that cannot be read at all: the roster is refused with the reader's words. */
static int refuse(struct judging *j)
{
	struct ctx *cx = j->cx;
	int r = q_roster_refuse(cx->db, .id = j->roster.id, .message = problem_words(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int run(struct judging *j, roster_read_fn *read, struct str bytes)
{
	struct ctx *cx = j->cx;
	int r = tx_begin(&j->tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = read(cx, bytes, judge_line, j);
	if (r < 0)
		return r;
	if (!j->rows)
		return fail(cx, ERR_INVALID, "roster.empty");
	if ((r = end_chunk(j)) < 0)
		return r;
	r = q_roster_set_judged(cx->db, .id = j->roster.id, .message = j->note);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int begin(struct judging *j, int64_t roster_id, struct file *ret_file)
{
	struct ctx *cx = j->cx;
	int r = q_roster_find(cx->db, &j->roster, .id = roster_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, &j->batch, .id = j->roster.batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_ruleset(cx, &j->batch, &j->set)) < 0)
		return r;
	if (streq(j->roster.state, "uploaded"))
		r = q_roster_move(cx->db, .id = roster_id, .from_state = "uploaded",
			.state = "judging");
	else if (!streq(j->roster.state, "judging"))
		return fail(cx, ERR_STATE, "roster.judged_already");
	return r < 0 ? ctx_pass(cx, r) : file_get(cx, 0, j->roster.file_id, ret_file);
}

int roster_judge(struct ctx *cx, int64_t roster_id, roster_read_fn *read, struct job *job)
{
	struct judging j = {.cx = cx, .job = job, .outer = cx->arena};
	struct file file;
	int r = begin(&j, roster_id, &file);
	if (r < 0)
		return r;
	auto_arena scratch = arena_new(64 * 1024 * 1024);
	j.scratch = scratch;
	cx->arena = scratch;
	db_use_arena(cx->db, scratch);
	r = run(&j, read, file.bytes);
	tx_cleanup(&j.tx);
	if (r == ERR_INVALID || r == ERR_LIMIT)
		r = refuse(&j);
	free(j.seen.at);
	cx->arena = j.outer;
	db_use_arena(cx->db, j.outer);
	return r;
}
