#include "domain/exam/exam_statistics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/stow.h"
#include "core/audit.h"
#include "domain/exam/irt.h"
#include "domain/exam/item_statistics.h"
#include "domain/exam/matrix.h"
#include "domain/exam/score_impl.h"
#include "query/exam_score.h"
#include "query/exam_statistics.h"

/* Below these a model says more about chance than about items. */
enum { LEAST_RASCH = 50, LEAST_2PL = 200 };

static const char *const irt_codes[] = {
	[IRT_FITTED] = "fitted", [IRT_TOO_FEW] = "few", [IRT_ALL_RIGHT] = "all_right",
	[IRT_ALL_WRONG] = "all_wrong", [IRT_FLAT] = "flat",
};

struct computing {
	struct ctx *cx;
	struct q_score_exam exam;
	int64_t n_pending; /* essays */
	struct exam_matrix x;
	struct item_statistics *items;
	struct irt_fit fit;
	struct irt_item_fit *fits; /* NULL: no model could be fitted */
};

static void stow_real(struct buf *b, const char *name, double v)
{
	char text[32] = "";
	if (isfinite(v))
		snprintf(text, sizeof text, "%.4f", v);
	stow_text(b, name, text);
}

/* ---- the texts that pages read ---- */

static void put_form(struct buf *b, const struct computing *c, int form)
{
	struct item_statistics *items = arena_array(c->cx->arena, struct item_statistics, c->x.r.m);
	struct test_statistics t;
	item_statistics(&c->x.r, form, items, &t);
	stow_int(b, "form", c->x.form_ids[form]);
	stow_int(b, "n", t.n);
	stow_int(b, "items", t.items);
	stow_real(b, "mean", t.mean_points);
	stow_real(b, "sd", t.sd_points);
	stow_real(b, "alpha", t.alpha);
	stow_real(b, "sem", t.sem);
	stow_int(b, "kr20", t.is_kr20);
}

static const char *forms_text(const struct computing *c)
{
	auto_buf b;
	buf_init(&b, 64 * 1024);
	for (int f = 0; f < c->x.r.forms; f++)
		put_form(&b, c, f);
	return arena_dup(c->cx->arena, buf_z(&b));
}

static const char *curve_text(const struct computing *c)
{
	auto_buf b;
	buf_init(&b, 64 * 1024);
	for (int f = 0; c->fits && f < c->x.r.forms; f++) {
		stow_int(&b, "form", c->x.form_ids[f]);
		for (int k = 0; k < CURVE_POINTS; k++)
			stow_real(&b, "i", irt_test_information(&c->fit, &c->x.r, f,
				-4 + 0.5 * k));
	}
	return arena_dup(c->cx->arena, buf_z(&b));
}

static void put_option(struct buf *b, const char *label, bool is_key,
	const struct option_statistics *o)
{
	stow_text(b, "option", label);
	stow_int(b, "key", is_key);
	stow_int(b, "n", o->n);
	stow_real(b, "rest", o->item_rest);
	for (int g = 0; g < SCORE_GROUPS; g++)
		stow_int(b, "g", o->by_group[g]);
}

static const char *options_text(const struct computing *c, int item)
{
	const struct response_item *ri = &c->x.r.items[item];
	const struct item_statistics *s = &c->items[item];
	auto_buf b;
	buf_init(&b, 256 * 1024);
	for (int k = 1; k <= ri->options && c->x.items[item].kind != ITEM_ESSAY; k++)
		put_option(&b, c->x.items[item].category[k], k == ri->key, &s->option[k]);
	if (s->option[RESPONSE_OTHER].n)
		put_option(&b, "*", false, &s->option[RESPONSE_OTHER]);
	put_option(&b, "", false, &s->option[RESPONSE_OMITTED]);
	return arena_dup(c->cx->arena, buf_z(&b));
}

static const char *places_text(const struct computing *c, int item)
{
	const char *text = "";
	for (int f = 0; f < c->x.r.forms; f++) {
		int place = c->x.place[f * c->x.r.m + item];
		if (place)
			text = text_of(c->cx, "%s%s%c%02d", text, *text ? " " : "", 'A' + f % 26,
				place);
	}
	return text;
}

/* ---- what catches the eye ---- */

static bool key_is_doubtful(const struct computing *c, int item)
{
	const struct response_item *ri = &c->x.r.items[item];
	const struct item_statistics *s = &c->items[item];
	if (!ri->key)
		return false;
	double key = s->option[ri->key].item_rest;
	for (int k = 1; k <= ri->options; k++)
		if (k != ri->key && s->option[k].n >= 10 && s->option[k].item_rest > 0.1 &&
			(!isfinite(key) || s->option[k].item_rest > key))
			return true;
	return false;
}

static const char *advice_of(const struct computing *c, int item)
{
	const struct item_statistics *s = &c->items[item];
	const struct {
		const char *code;
		bool holds;
	} rules[] = {
		{"hard", s->facility < 0.2}, {"easy", s->facility > 0.95},
		{"negative", s->item_rest < 0}, {"weak", s->item_rest >= 0 && s->item_rest < 0.15},
		{"key", key_is_doubtful(c, item)}, {"omitted", s->n_omitted * 10 > s->n},
		{"misfit", c->fits && c->fits[item].p < 0.01},
	};
	const char *text = "";
	for (size_t i = 0; i < sizeof rules / sizeof *rules && s->n >= IRT_LEAST; i++)
		if (rules[i].holds)
			text = text_of(c->cx, "%s%s%s", text, *text ? " " : "", rules[i].code);
	return text;
}

static int64_t permille(double v)
{
	return isfinite(v) ? (int64_t)lround(v * 1000) : 0;
}

static double finite_or(double v, double other)
{
	return isfinite(v) ? v : other;
}

static int keep_item(const struct computing *c, int item)
{
	const struct item_statistics *s = &c->items[item];
	const struct matrix_item *mi = &c->x.items[item];
	const struct irt_item *irt = c->fits ? &c->fit.items[item] : NULL;
	bool used = irt && irt_is_used(irt);
	int r = q_item_stat_insert(c->cx->db, .exam_id = c->exam.id, .item_id = mi->item_id,
		.version_no = mi->version_no, .body_id = c->exam.body_id, .region = c->exam.region,
		.item_kind = item_kind_code(mi->kind), .places = places_text(c, item),
		.n_answers = s->n, .n_omitted = s->n_omitted,
		.facility_permille = permille(s->facility),
		.discrimination_permille = permille(s->item_rest),
		.upper_lower_permille = permille(s->upper_lower),
		.seconds = finite_or(s->mean_seconds, 0),
		.irt_state = irt ? irt_codes[irt->state] : "",
		.irt_a = used ? finite_or(irt->a, 0) : 0, .irt_b = used ? finite_or(irt->b, 0) : 0,
		.irt_se_b = used ? finite_or(irt->se_b, 0) : 0,
		.fit_p = c->fits ? finite_or(c->fits[item].p, -1) : -1,
		.advice = advice_of(c, item), .options = options_text(c, item));
	return r < 0 ? ctx_pass(c->cx, r) : 0;
}

static int keep_all(const struct computing *c, struct job *job)
{
	struct ctx *cx = c->cx;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_item_stat_clear(cx->db, .exam_id = c->exam.id);
	if (r >= 0)
		r = q_exam_stat_put(cx->db, .exam_id = c->exam.id, .body_id = c->exam.body_id,
			.region = c->exam.region, .score_version = c->exam.score_version,
			.n_sittings = c->x.r.n, .n_items = c->x.r.m, .forms = forms_text(c),
			.irt_model = !c->fits ? "" : c->fit.model == IRT_2PL ? "2pl" : "rasch",
			.curve = curve_text(c), .n_pending = c->n_pending,
			.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	for (int i = 0; i < c->x.r.m; i++)
		if ((r = keep_item(c, i)) < 0)
			return r;
	if ((r = job_result(cx, job, text_of(cx, "/exams/%" PRId64 "/statistics", c->exam.id))) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int compute(struct ctx *cx, struct job *job)
{
	struct computing *c = arena_make(cx->arena, struct computing);
	struct test_statistics all;
	int64_t exam_id = 0;
	c->cx = cx;
	if (!str_to_i64(str_of(job->args), &exam_id))
		return fail(cx, ERR_BUG, "score.not_found");
	int r = q_score_exam(cx->db, &c->exam, .id = exam_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = score_pending(cx, &c->exam, &c->n_pending)) < 0 ||
		(r = exam_matrix_load(cx, &exam_id, 1, c->n_pending ? MATRIX_MACHINE : MATRIX_ALL,
			&c->x)) < 0 ||
		(r = job_progress(cx, job, 1, 3, "")) < 0)
		return r;
	c->items = arena_array(cx->arena, struct item_statistics, c->x.r.m + 1);
	item_statistics(&c->x.r, -1, c->items, &all);
	enum irt_model model = c->x.r.n >= LEAST_2PL ? IRT_2PL : IRT_RASCH;
	if (c->x.r.n >= LEAST_RASCH && irt_calibrate(&c->x.r, model, cx->arena, &c->fit) == 0) {
		c->fits = arena_array(cx->arena, struct irt_item_fit, c->x.r.m);
		irt_item_fits(&c->fit, &c->x.r, c->fits);
	}
	if ((r = job_progress(cx, job, 2, 3, "")) < 0)
		return r;
	return keep_all(c, job);
}

const struct job_kind exam_statistics_jobs[] = {
	{"exam.statistics", "试题质量分析", compute},
	{0},
};

int exam_statistics_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id)
{
	struct q_score_exam exam;
	int64_t pending;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_RESULT_COMPILE);
	if (r < 0 || (r = score_exam_get(cx, exam_id, &exam)) < 0)
		return r;
	if ((r = score_pending(cx, &exam, &pending)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = job_submit(cx, "exam.statistics", text_of(cx, "%" PRId64, exam_id),
		ret_job_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int take_item(struct ctx *cx, const struct q_item_stats *s)
{
	bool fitted = streq(s->irt_state, "fitted");
	return q_item_take_stat(cx->db, .n_answers = s->n_answers,
		.facility_permille = s->facility_permille,
		.discrimination_permille = s->discrimination_permille,
		.irt_a = fitted ? s->irt_a : 0, .irt_b = fitted ? s->irt_b : 0,
		.calibrated_on = fitted ? ctx_today(cx) : 0, .id = s->item_id,
		.version_no = s->version_no, .scope = cx->scope);
}

int exam_statistics_take(struct ctx *cx, int64_t exam_id, int64_t *ret_n)
{
	struct q_score_exam exam;
	struct q_exam_stat_find stat;
	struct q_item_stats_rows rows;
	int64_t n = 0;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ITEM_APPROVE);
	if (r < 0 || (r = score_exam_get(cx, exam_id, &exam)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_exam_stat_find(cx->db, &stat, .exam_id = exam_id, .scope = cx->scope);
	if (r == 0 && stat.n_pending)
		return fail(cx, ERR_STATE, "statistics.provisional");
	if (r == 0 && stat.score_version != exam.score_version)
		return fail(cx, ERR_STATE, "statistics.old");
	r = q_exam_stat_take(cx->db, .taken_by = cx->actor.account_id, .taken_at = ctx_now(cx),
		.exam_id = exam_id);
	if (r == 0)
		return fail(cx, ERR_STATE, "statistics.taken");
	if (r >= 0)
		r = q_item_stats(cx->db, &rows, .exam_id = exam_id);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		r = take_item(cx, &rows.at[i]);
		n += r > 0;
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (!n)
		return fail(cx, ERR_DENIED, "statistics.no_bank");
	if ((r = audit_note(cx, "statistics.take", "exam", exam_id, "",
		text_of(cx, "%" PRId64 "道题", n))) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	return 0;
}
