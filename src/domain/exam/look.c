/* The job: answers in, figures out, kept in one transaction. */
#include "domain/exam/look.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "domain/exam/look_impl.h"
#include "domain/exam/score_impl.h"
#include "query/exam_score.h"
#include "query/forensics.h"

static const double worth_keeping = 0.05;

struct looking {
	struct ctx *cx;
	struct job *job;
	/* one exam of a body; or those of a set, then exam_id and body_id are 0 */
	struct q_forensic_exams *exams;
	size_t n_exams;
	int64_t exam_id, paper_set_id, body_id, score_version;
	const char *region;
	struct exam_matrix x;
	struct look_places places;
	struct forensics f;
	struct arena *arena; /* of the figures: larger than a job's own */
	int64_t id;
	int told, error;
};

static int tell(void *self, int done)
{
	struct looking *l = self;
	if (done - l->told < 20 && done < 1000)
		return 0;
	l->told = done;
	l->error = job_progress(l->cx, l->job, done, 1000, "");
	return l->error < 0;
}

static int keep_look(struct looking *l)
{
	const struct similarity_result *s = &l->f.similarity;
	const struct similarity_power *p = &l->f.power;
	return q_forensic_look_insert(l->cx->db, .id = l->id, .exam_id = l->exam_id,
		.paper_set_id = l->paper_set_id, .body_id = l->body_id, .region = l->region,
		.score_version = l->score_version, .n_sittings = l->x.r.n,
		.n_items = l->f.items_used, .n_pairs_near = s->pairs[FAMILY_NEAR],
		.n_pairs_far = s->pairs[FAMILY_FAR],
		.found_near = s->findings[SIMILARITY_M4][FAMILY_NEAR],
		.found_far = s->findings[SIMILARITY_M4][FAMILY_FAR], .alpha = s->options.alpha,
		.single_near = s->single[FAMILY_NEAR], .single_far = s->single[FAMILY_FAR],
		.least_near = p->least_80[FAMILY_NEAR], .least_far = p->least_80[FAMILY_FAR],
		.n_clusters = l->f.clusters, .worst_misfit = l->f.worst_misfit,
		.has_times = l->f.has_times, .has_changes = l->f.has_changes,
		.power = look_power_text(l->arena, p),
		.picture = look_picture_text(l->arena, &l->f.seats),
		.created_by = l->job->created_by, .created_at = ctx_now(l->cx));
}

static int keep_pair(struct looking *l, int rank)
{
	const struct similar_pair *p = &l->f.similarity.pair[rank];
	const struct matrix_person *a = &l->x.persons[p->a], *b = &l->x.persons[p->b];
	struct evidence e;
	forensics_evidence(&l->x.r, &l->f, p, l->arena, &e);
	return q_forensic_pair_insert(l->cx->db, .look_id = l->id, .rank_no = rank + 1,
		.exam_id = a->exam_id, .body_id = l->body_id, .region = l->region,
		.person_a = a->person_id, .sitting_a = a->sitting_id, .person_b = b->person_id,
		.sitting_b = b->sitting_id, .is_near = p->family == FAMILY_NEAR,
		.is_finding = p->is_finding,
		.cluster_no = p->is_finding ? l->f.person[p->a].cluster : 0, .n_common = p->common,
		.n_right = p->right, .n_wrong = p->wrong, .expected_right = p->expected_right,
		.expected_wrong = p->expected_wrong, .p_m4 = p->p[SIMILARITY_M4],
		.p_gbt = p->p[SIMILARITY_GBT], .p_omega = p->p[SIMILARITY_OMEGA],
		.p_adjusted = p->adjusted[SIMILARITY_M4], .omega_ab = p->omega_ab,
		.omega_ba = p->omega_ba,
		.evidence = look_evidence_text(l->arena, &l->x, &l->f, &e));
}

enum { FIT, CHANGED, FAST, PERSON_MEASURES };
static const char *const person_measures[] = {"fit", "changed", "fast"};

static double adjusted_of(const struct forensic_person *p, int measure)
{
	return measure == FIT ? p->fit_adjusted : measure == CHANGED ? p->erasure_adjusted
		: p->fast_adjusted;
}

static int keep_person(struct looking *l, int person, int measure)
{
	const struct forensic_person *p = &l->f.person[person];
	const struct matrix_person *who = &l->x.persons[person];
	const double figure[] = {p->fit.lz_star, p->erasure.right, p->time.fast};
	const double expected[] = {0, p->erasure.expected, 0};
	const double value[] = {p->fit.p, p->erasure.p, p->time.fast_p};
	const int64_t looked[] = {l->f.irt.n_items, p->erasure.looked_at, p->time.timed};
	return q_forensic_person_insert(l->cx->db, .look_id = l->id,
		.measure = person_measures[measure], .person_id = who->person_id,
		.sitting_id = who->sitting_id, .exam_id = who->exam_id, .body_id = l->body_id,
		.region = l->region, .n_looked = looked[measure],
		.figure = isfinite(figure[measure]) ? figure[measure] : 0,
		.expected = expected[measure], .p_value = value[measure],
		.p_adjusted = adjusted_of(p, measure));
}

static int keep_people(struct looking *l)
{
	int r = 0;
	for (int measure = 0; measure < PERSON_MEASURES; measure++)
		for (int p = 0, kept = 0; p < l->x.r.n && kept < LOOK_PEOPLE && r >= 0; p++)
			if (adjusted_of(&l->f.person[p], measure) <= worth_keeping) {
				r = keep_person(l, p, measure);
				kept++;
			}
	return r;
}

static const char *const group_kinds[] = {"venue", "proctor", "room", "body", "exam"};
static const char *const group_measures[] = {"paired", "score", "changed", "fit", "fast"};

static const char *label_of(const struct looking *l, enum forensic_group kind, int32_t number)
{
	const char **const labels[] = {[FORENSIC_CENTRE] = l->places.venue,
		[FORENSIC_EXAMINER] = l->places.proctor, [FORENSIC_ROOM] = l->places.room,
		[FORENSIC_BODY] = l->places.body, [FORENSIC_EXAM] = l->places.exam};
	return number < 1 ? "" : labels[kind][number];
}

static int keep_group(struct looking *l, enum forensic_group kind, enum forensic_measure measure,
	const struct group_finding *g)
{
	return q_forensic_group_insert(l->cx->db, .look_id = l->id, .group_kind = group_kinds[kind],
		.measure = group_measures[measure], .group_id = g->group, .exam_id = l->exam_id,
		.body_id = l->body_id, .region = l->region,
		.label = label_of(l, kind, g->group), .n_people = g->n, .n_marked = g->marked,
		.figure = isfinite(g->mean) ? g->mean : 0,
		.expected = isfinite(g->expected) ? g->expected : 0, .p_value = g->p,
		.p_adjusted = g->adjusted);
}

static int keep_groups(struct looking *l)
{
	int r = 0;
	for (int kind = 0; kind < FORENSIC_GROUPS; kind++)
		for (int m = 0; m < FORENSIC_MEASURES; m++)
			for (int g = 0; g < l->f.picture[kind].n && l->f.picture[kind].group[m]
				&& r >= 0; g++)
				if (l->f.picture[kind].group[m][g].group)
					r = keep_group(l, (enum forensic_group)kind,
						(enum forensic_measure)m,
						&l->f.picture[kind].group[m][g]);
	return r;
}

static int keep_exams(struct looking *l)
{
	int r = 0;
	for (size_t e = 0; e < l->n_exams && r >= 0; e++)
		r = q_forensic_look_exam_insert(l->cx->db, .look_id = l->id,
			.exam_id = l->exams[e].id, .body_id = l->body_id, .region = l->region,
			.score_version = l->exams[e].score_version);
	return r;
}

static int keep(struct looking *l)
{
	struct ctx *cx = l->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	l->id = ctx_id(cx);
	if (r >= 0)
		r = keep_look(l);
	if (r >= 0)
		r = keep_exams(l);
	for (int i = 0; i < l->f.similarity.n && i < LOOK_PAIRS && r >= 0; i++)
		r = keep_pair(l, i);
	if (r < 0 || (r = keep_people(l)) < 0 || (r = keep_groups(l)) < 0)
		return ctx_pass(cx, r);
	if ((r = job_result(cx, l->job, l->exam_id
		? text_of(cx, "/exams/%" PRId64 "/forensics", l->exam_id)
		: text_of(cx, "/papers/%" PRId64 "/forensics", l->paper_set_id))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int look(struct looking *l)
{
	auto_arena arena = arena_new((size_t)4 << 30);
	struct ctx *cx = l->cx;
	struct forensics_options o = {.similarity = {.primary = SIMILARITY_M4, .rule = FDR_BY},
		.seed = (uint64_t)(l->exam_id + l->paper_set_id), .progress = tell, .self = l};
	const char *why;
	int64_t *ids = arena_array(cx->arena, int64_t, l->n_exams);
	for (size_t e = 0; e < l->n_exams; e++)
		ids[e] = l->exams[e].id;
	l->arena = arena;
	int r = exam_matrix_load(cx, ids, l->n_exams, MATRIX_ALL, &l->x);
	if (r < 0 || (r = look_seat(cx, l->exams, l->n_exams, &l->x, &l->places)) < 0)
		return r;
	if ((r = forensics_run(&l->x.r, &o, arena, &l->f, &why)) < 0)
		return fail(cx, ERR_STATE, why);
	return l->f.was_stopped ? l->error : keep(l);
}

static int look_one(struct ctx *cx, struct job *job)
{
	struct looking *l = arena_make(cx->arena, struct looking);
	struct q_forensic_exam exam;
	int64_t id = 0;
	if (!str_to_i64(str_of(job->args), &id))
		return fail(cx, ERR_BUG, "score.not_found");
	int r = q_forensic_exam(cx->db, &exam, .id = id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	struct q_forensic_exams one = {.id = exam.id, .title = exam.title,
		.batch_id = exam.batch_id, .body_name = exam.body_name,
		.score_version = exam.score_version};
	*l = (struct looking){.cx = cx, .job = job, .exams = &one, .n_exams = 1, .exam_id = id,
		.body_id = exam.body_id, .region = exam.region,
		.score_version = exam.score_version};
	return look(l);
}

/* The arguments: the set, a blank, the region asked for. */
static int look_joint(struct ctx *cx, struct job *job)
{
	struct looking *l = arena_make(cx->arena, struct looking);
	struct str region = str_of(job->args), id = str_cut(&region, ' ');
	struct look_exams exams;
	int64_t set_id = 0;
	if (!str_to_i64(id, &set_id))
		return fail(cx, ERR_BUG, "forensics.no_exams");
	int r = look_exams(cx, set_id, scope_region(cx, arena_str(cx->arena, region)), &exams);
	if (r < 0)
		return r;
	*l = (struct looking){.cx = cx, .job = job, .exams = exams.at, .n_exams = exams.n_scored,
		.paper_set_id = set_id, .region = exams.region};
	return look(l);
}

const struct job_kind look_jobs[] = {
	{"exam.forensics", "雷同分析", look_one},
	{"exam.forensics.joint", "联合雷同分析", look_joint},
	{0},
};

static int submit(struct ctx *cx, const char *kind, const char *args, int64_t *ret_job_id)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = job_submit(cx, kind, args, ret_job_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int look_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id)
{
	struct q_score_exam exam;
	int r = ctx_need(cx, PERM_FORENSICS_CASE);
	if (r < 0 || (r = score_exam_get(cx, exam_id, &exam)) < 0)
		return r;
	if (!exam.score_version)
		return fail(cx, ERR_STATE, "score.not_scored");
	return submit(cx, "exam.forensics", text_of(cx, "%" PRId64, exam_id), ret_job_id);
}

/* Cut to whole levels: the region that holds all of the scored exams. */
static const char *common_region(struct ctx *cx, const struct look_exams *e)
{
	size_t n = e->n_scored ? strlen(e->at[0].region) : 0;
	for (size_t i = 1; i < e->n_scored; i++)
		for (size_t k = 0; k < n; k++)
			if (e->at[i].region[k] != e->at[0].region[k])
				n = k;
	return n ? text_of(cx, "%.*s", (int)(n / 2 * 2), e->at[0].region) : "";
}

static int scored_first(const void *a, const void *b)
{
	const struct q_forensic_exams *x = a, *y = b;
	if (!x->score_version != !y->score_version)
		return x->score_version ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

int look_exams(struct ctx *cx, int64_t paper_set_id, struct scope scope,
	struct look_exams *ret_exams)
{
	struct q_forensic_exams_rows rows;
	int r = q_forensic_exams(cx->db, &rows, .paper_set_id = paper_set_id, .scope = scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n || !paper_set_id)
		return fail(cx, ERR_NOTFOUND, "forensics.no_exams");
	qsort(rows.at, rows.n, sizeof *rows.at, scored_first);
	struct look_exams e = {.at = rows.at, .n = rows.n};
	while (e.n_scored < e.n && e.at[e.n_scored].score_version)
		e.n_scored++;
	e.region = common_region(cx, &e);
	*ret_exams = e;
	return 0;
}

int look_request_joint(struct ctx *cx, int64_t paper_set_id, int64_t *ret_job_id)
{
	struct look_exams exams;
	int r = ctx_need(cx, PERM_FORENSICS_JOINT);
	if (r < 0 || (r = look_exams(cx, paper_set_id, cx->scope, &exams)) < 0)
		return r;
	if (exams.n_scored < 2)
		return fail(cx, ERR_STATE, "forensics.one_exam");
	return submit(cx, "exam.forensics.joint", text_of(cx, "%" PRId64 " %s", paper_set_id,
		cx->actor.region), ret_job_id);
}
