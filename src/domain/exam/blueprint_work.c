/* A blueprint and its bank as plain arrays for assembly, and each wish in words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "core/secret.h"
#include "domain/exam/assemble_check.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/paper.h"
#include "query/bank.h"

enum { FACILITY_GUESS = 650 };
#define R_GUESS 0.25 /* with the rest, of items that nobody has answered yet */

struct making {
	struct ctx *cx;
	struct blueprint_work *w;
	struct place at; /* of the bank and of whose papers they become */
	struct known_item {
		int64_t id;
		int at;
	} *by_id; /* sorted */
	struct assemble_wish *wishes;
	struct assemble_item *items;
	int *parents;
	int n, n_points;
	bool is_full;
};

static void add(struct making *m, struct assemble_wish wish, const char *label, const char *text)
{
	if (m->n >= ASSEMBLE_WISHES_MAX) {
		m->is_full = true;
		return;
	}
	wish.ref = m->n;
	m->w->wish_labels[m->n] = label;
	m->w->wish_texts[m->n] = text;
	m->wishes[m->n++] = wish;
}

static int section_of(const struct blueprint_work *w, enum item_kind kind)
{
	for (int i = 0; i < w->n_sections; i++)
		if (w->sections[i].kind == kind)
			return i;
	return -1;
}

static int point_of(const struct making *m, int64_t id)
{
	for (int i = 0; i < m->n_points; i++)
		if (m->w->points[i].id == id)
			return i;
	return -1;
}

static int read_points(struct making *m, int64_t bank_id)
{
	struct q_bank_point_of_rows rows;
	int r = q_bank_point_of(m->cx->db, &rows, .bank_id = bank_id);
	if (r < 0)
		return ctx_pass(m->cx, r);
	m->w->points = arena_array(m->cx->arena, struct work_point, rows.n + 1);
	m->parents = arena_array(m->cx->arena, int, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_bank_point_of *p = &rows.at[i];
		m->w->points[m->n_points++] = (struct work_point){p->id, p->parent_id, p->depth,
			p->weight_permille, p->code, p->title};
	}
	for (int i = 0; i < m->n_points; i++)
		m->parents[i] = point_of(m, m->w->points[i].parent_id);
	return 0;
}

static int read_sections(struct making *m, int64_t id, int64_t version_no)
{
	struct q_blueprint_sections_rows rows;
	struct blueprint_work *w = m->w;
	int r = q_blueprint_sections(m->cx->db, &rows, .blueprint_id = id,
		.version_no = version_no);
	if (r < 0)
		return ctx_pass(m->cx, r);
	for (int k = 1; k < ITEM_KINDS; k++)
		for (size_t i = 0; i < rows.n; i++)
			if (item_kind_of(rows.at[i].item_kind) == (enum item_kind)k) {
				w->sections[w->n_sections++] = (struct section_in){
					(enum item_kind)k, rows.at[i].items,
						rows.at[i].score_centi};
				w->full_score += (double)(rows.at[i].items * rows.at[i].score_centi)
					/ 100;
			}
	return w->n_sections ? 0 : fail(m->cx, ERR_STATE, "paper.no_sections");
}

/* Ids of materials are numbered from 1. */
static int material_of(struct making *m, int64_t *known, int *n, int64_t id)
{
	(void)m;
	if (!id)
		return 0;
	for (int i = 0; i < *n; i++)
		if (known[i] == id)
			return i + 1;
	known[(*n)++] = id;
	return *n;
}

static int by_item_id(const void *x, const void *y)
{
	const struct known_item *a = x, *b = y;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void know_items(struct making *m)
{
	int n = m->w->assembly.n_items;
	m->by_id = arena_array(m->cx->arena, struct known_item, n + 1);
	for (int i = 0; i < n; i++)
		m->by_id[i] = (struct known_item){m->w->items[i].id, i};
	qsort(m->by_id, (size_t)n, sizeof *m->by_id, by_item_id);
}

static int item_by_id(const struct making *m, int64_t id)
{
	const struct known_item key = {.id = id}, *found = bsearch(&key, m->by_id,
		(size_t)m->w->assembly.n_items, sizeof key, by_item_id);
	return found ? found->at : -1;
}

static void mark_used(struct making *m, int64_t item_id, int64_t day)
{
	int i = item_by_id(m, item_id);
	if (i >= 0 && m->items[i].used_on < day)
		m->items[i].used_on = day;
}

static const char *drafts_text(struct ctx *cx, const struct q_paper_drafts_rows *rows)
{
	const char *text = "";
	for (size_t i = 0; i < rows->n; i++)
		text = text_of(cx, "%s%lld/%s ", text, (long long)rows->at[i].id, rows->at[i].seed);
	return text;
}

/* Sets that are not sealed yet: the server may still read them. */
static int mark_drafts(struct making *m)
{
	struct q_paper_drafts_rows rows;
	struct ctx *cx = m->cx;
	struct paper_draft draft;
	const char *record;
	int r = q_paper_drafts(cx->db, &rows, .bank_id = m->at.bank_id, .body_id = m->at.body_id,
		.region = m->at.region);
	if (r < 0)
		return ctx_pass(cx, r);
	m->w->drafts = drafts_text(cx, &rows);
	for (size_t i = 0; i < rows.n; i++) {
		if ((r = secret_open(cx, DRAFT_COLUMN, rows.at[i].draft_cipher, &record)) < 0)
			return r;
		if (draft_unpack(cx->arena, record, &draft) < 0)
			return fail(cx, ERR_BUG, "paper.draft_broken");
		for (int f = 0; f < draft.forms; f++)
			for (int k = 0; k < draft.n[f]; k++)
				mark_used(m, draft.items[f][k].item_id, ctx_today(cx));
	}
	return 0;
}

/* What was opened here, sat here, or is about to be. */
static int read_uses(struct making *m, int64_t since_on)
{
	struct q_assemble_opened_rows opened;
	struct q_assemble_sat_rows sat;
	struct ctx *cx = m->cx;
	int64_t since_at = civil_midnight(since_on);
	int r = q_assemble_opened(cx->db, &opened, .body_id = m->at.body_id,
		.region = m->at.region, .since_at = since_at);
	if (r >= 0)
		r = q_assemble_sat(cx->db, &sat, .body_id = m->at.body_id, .region = m->at.region,
			.since_at = since_at);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < opened.n; i++)
		mark_used(m, opened.at[i].item_id, civil_day_at(opened.at[i].used_at));
	for (size_t i = 0; i < sat.n; i++)
		mark_used(m, sat.at[i].item_id, civil_day_at(sat.at[i].used_at));
	return mark_drafts(m);
}

/* Statistics keep the correlation of an item with the rest of its test; the deviation of a score is
 * the sum of s sigma r with the whole. With the deviation X of a form of average items, X^2 = V + X
 * S (V the sum of the items' variances, S that of s sigma r_rest), r = r_rest + s sigma / X. */
static void to_item_total(struct making *m)
{
	const struct blueprint_work *w = m->w;
	double v = 0, s = 0;
	for (int k = 0; k < w->n_sections; k++) {
		double variance = 0, part = 0, n = 0;
		for (int i = 0; i < w->assembly.n_items; i++) {
			const struct assemble_item *it = &m->items[i];
			if (it->kind != (int)w->sections[k].kind)
				continue;
			struct assemble_item whole = *it;
			whole.r = 1;
			double sd = assemble_measure(&whole, BY_SPREAD, 0);
			variance += sd * sd;
			part += sd * it->r;
			n++;
		}
		v += n > 0 ? (double)w->sections[k].items * variance / n : 0;
		s += n > 0 ? (double)w->sections[k].items * part / n : 0;
	}
	double x = (s + sqrt(s * s + 4 * v)) / 2;
	for (int i = 0; i < w->assembly.n_items && x > 0; i++) {
		struct assemble_item *it = &m->items[i], whole = *it;
		whole.r = 1;
		it->r = fmin(1, fmax(0.01, it->r + assemble_measure(&whole, BY_SPREAD, 0) / x));
	}
}

static int read_items(struct making *m)
{
	struct q_assemble_items_rows rows;
	struct blueprint_work *w = m->w;
	int materials = 0;
	int r = q_assemble_items(m->cx->db, &rows, .bank_id = m->at.bank_id);
	if (r < 0)
		return ctx_pass(m->cx, r);
	if (rows.n > ASSEMBLE_ITEMS_MAX)
		return fail(m->cx, ERR_LIMIT, "paper.bank_large", text_of(m->cx, "%d",
			ASSEMBLE_ITEMS_MAX));
	int64_t *known = arena_array(m->cx->arena, int64_t, rows.n + 1);
	w->items = arena_array(m->cx->arena, struct work_item, rows.n + 1);
	m->items = arena_array(m->cx->arena, struct assemble_item, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_assemble_items *q = &rows.at[i];
		enum item_kind kind = item_kind_of(q->item_kind);
		int section = section_of(w, kind), k = w->assembly.n_items;
		if (section < 0)
			continue;
		int64_t facility = q->n_answers ? q->facility_permille
			: q->difficulty_permille ? q->difficulty_permille : FACILITY_GUESS;
		w->items[k] = (struct work_item){q->id, q->item_no, q->approved_version_no, kind,
			q->irt_a > 0};
		m->items[k] = (struct assemble_item){.kind = (int)kind,
			.point = point_of(m, q->point_id),
			.material = material_of(m, known, &materials, q->material_id),
			.score_centi = (int)w->sections[section].score_centi,
			.facility = (double)facility / 1000,
			.r = q->n_answers ? (double)q->discrimination_permille / 1000 : R_GUESS,
			.a = q->irt_a, .b = q->irt_b, .exposures = q->exposures};
		w->assembly.n_items++;
	}
	know_items(m);
	to_item_total(m);
	return w->assembly.n_items ? 0 : fail(m->cx, ERR_STATE, "paper.no_items");
}

static int item_by_no(const struct blueprint_work *w, int64_t item_no)
{
	for (int i = 0; i < w->assembly.n_items; i++)
		if (w->items[i].item_no == item_no)
			return i;
	return -1;
}

static int read_enemies(struct making *m)
{
	struct q_assemble_enemies_rows rows;
	struct blueprint_work *w = m->w;
	int r = q_assemble_enemies(m->cx->db, &rows, .bank_id = m->at.bank_id);
	if (r < 0)
		return ctx_pass(m->cx, r);
	struct assemble_pair *pairs = arena_array(m->cx->arena, struct assemble_pair, rows.n + 1);
	int n = 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct assemble_pair p = {item_by_id(m, rows.at[i].item_id),
			item_by_id(m, rows.at[i].other_id)};
		if (p.one >= 0 && p.other >= 0)
			pairs[n++] = p;
	}
	w->assembly.enemies = pairs;
	w->assembly.n_enemies = n;
	return 0;
}

static const char *amount(struct making *m, int64_t least, int64_t most, const char *unit)
{
	struct ctx *cx = m->cx;
	if (least == most)
		return text_of(cx, "%g %s", (double)least / 100, unit);
	if (most < 0)
		return text_of(cx, "不少于 %g %s", (double)least / 100, unit);
	if (least <= 0)
		return text_of(cx, "不多于 %g %s", (double)most / 100, unit);
	return text_of(cx, "%g～%g %s", (double)least / 100, (double)most / 100, unit);
}

static const char *wish_label(struct making *m, const struct q_blueprint_wishes *q)
{
	struct ctx *cx = m->cx;
	int point = point_of(m, q->point_id);
	const char *where = point < 0 ? "全卷" : text_of(cx, "%s %s %s",
		m->w->points[point].depth == 4 ? "鉴定点" : "鉴定范围", q->point_code,
		q->point_title);
	const char *kind = *q->item_kind ? text_of(cx, "，%s",
		item_kind_label(item_kind_of(q->item_kind))) : "";
	const char *band = q->facility_from || q->facility_to ? text_of(cx, "，难度系数 %g～%g",
		(double)q->facility_from / 1000, (double)q->facility_to / 1000) : "";
	return text_of(cx, "%s%s%s", where, kind, band);
}

static void add_sum(struct making *m, const struct q_blueprint_wishes *q)
{
	bool is_points = streq(q->wish_kind, "points");
	struct assemble_wish wish = {.type = WISH_SUM, .measure = is_points ? BY_SCORE : BY_COUNT,
		.kind = (int)item_kind_of(q->item_kind), .point = point_of(m, q->point_id),
		.facility_lo = (double)q->facility_from / 1000,
		.facility_hi = q->facility_to >= 1000 ? 1.001 : (double)q->facility_to / 1000,
		.lo = q->least_centi < 0 ? 0 : (double)q->least_centi / 100,
		.hi = q->most_centi < 0 ? INFINITY : (double)q->most_centi / 100};
	add(m, wish, wish_label(m, q), amount(m, q->least_centi, q->most_centi,
		is_points ? "分" : "题"));
}

static int add_rows(struct making *m, int64_t id, int64_t version_no)
{
	struct q_blueprint_wishes_rows rows;
	struct ctx *cx = m->cx;
	int r = q_blueprint_wishes(cx->db, &rows, .blueprint_id = id, .version_no = version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_blueprint_wishes *q = &rows.at[i];
		bool is_must = streq(q->wish_kind, "must");
		int item = item_by_no(m->w, q->item_no);
		if (!is_must && !streq(q->wish_kind, "never"))
			add_sum(m, q);
		else if (item >= 0)
			add(m, (struct assemble_wish){.type = is_must ? WISH_MUST : WISH_NOT,
				.item = item}, text_of(cx, "第 %d 号题", (int)q->item_no),
				is_must ? "每套必用" : "不得使用");
		else if (is_must)
			return fail(cx, ERR_STATE, "paper.must_gone", text_of(cx, "%d",
				(int)q->item_no));
	}
	return 0;
}

static void add_sections(struct making *m)
{
	const struct blueprint_work *w = m->w;
	for (int i = 0; i < w->n_sections; i++)
		add(m, (struct assemble_wish){.type = WISH_SUM, .kind = (int)w->sections[i].kind,
			.point = -1, .lo = (double)w->sections[i].items,
			.hi = (double)w->sections[i].items}, item_kind_label(w->sections[i].kind),
			amount(m, w->sections[i].items * 100, w->sections[i].items * 100, "题"));
}

static int64_t rest_since(struct ctx *cx, const struct q_blueprint_version_find *v)
{
	return civil_add_months(ctx_today(cx), -v->rest_months);
}

static void add_general(struct making *m, const struct q_blueprint_version_find *v)
{
	struct ctx *cx = m->cx;
	double full = m->w->full_score, target = full * (double)v->target_permille / 1000;
	double slack = fmax(0.05, full * (double)v->slack_permille / 1000);
	if (v->target_permille)
		add(m, (struct assemble_wish){.type = WISH_SUM, .measure = BY_EXPECTED, .point = -1,
			.lo = target - slack, .hi = target + slack}, "预期平均分（难度目标）",
			text_of(cx, "%.1f～%.1f 分", target - slack, target + slack));
	if (m->w->assembly.n_enemies)
		add(m, (struct assemble_wish){.type = WISH_ENEMIES}, "互斥试题", "不在同一套卷");
	if (v->exposure_limit)
		add(m, (struct assemble_wish){.type = WISH_EXPOSURE, .limit = v->exposure_limit},
			"曝光次数", text_of(cx, "少于 %d 人次", (int)v->exposure_limit));
	if (v->rest_months)
		add(m, (struct assemble_wish){.type = WISH_REST, .limit = rest_since(cx, v)},
			"本机构使用间隔", text_of(cx, "%d 个月内未用", (int)v->rest_months));
	if (v->n_forms < 2)
		return;
	add(m, (struct assemble_wish){.type = WISH_OVERLAP, .hi = (double)v->overlap},
		"任意两套卷相同试题", text_of(cx, "不多于 %d 题", (int)v->overlap));
	add(m, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_EXPECTED,
		.hi = fmax(0.01, (double)v->apart_centi / 100)}, "各套卷预期平均分之差",
		text_of(cx, "不大于 %g 分", (double)v->apart_centi / 100));
	add(m, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_SPREAD,
		.hi = fmax(0.001, (double)v->spread_permille / 1000)}, "各套卷分数标准差之差",
		text_of(cx, "不大于 %g%%", (double)v->spread_permille / 10));
}

int blueprint_work(struct ctx *cx, const struct q_paper_set_find *set,
	struct blueprint_work *ret_work)
{
	int64_t blueprint_id = set->blueprint_id, version_no = set->blueprint_version;
	struct q_blueprint_version_find v;
	struct q_blueprint_bank bank;
	struct making m = {.cx = cx, .w = ret_work,
		.at = {set->bank_id, set->body_id, set->region}};
	*ret_work = (struct blueprint_work){0};
	m.wishes = arena_array(cx->arena, struct assemble_wish, ASSEMBLE_WISHES_MAX);
	ret_work->wish_labels = arena_array(cx->arena, const char *, ASSEMBLE_WISHES_MAX);
	ret_work->wish_texts = arena_array(cx->arena, const char *, ASSEMBLE_WISHES_MAX);
	int r = q_blueprint_version_find(cx->db, &v, .blueprint_id = blueprint_id,
		.version_no = version_no);
	if (r >= 0)
		r = q_blueprint_bank(cx->db, &bank, .id = set->bank_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = read_points(&m, set->bank_id)) < 0
		|| (r = read_sections(&m, blueprint_id, version_no)) < 0
		|| (r = read_items(&m)) < 0 || (r = read_enemies(&m)) < 0
		|| (v.rest_months && (r = read_uses(&m, rest_since(cx, &v))) < 0))
		return r;
	add_sections(&m);
	if ((r = add_rows(&m, blueprint_id, version_no)) < 0)
		return r;
	add_general(&m, &v);
	if (m.is_full)
		return fail(cx, ERR_LIMIT, "paper.wishes_many",
			text_of(cx, "%d", BLUEPRINT_WISHES_MAX));
	ret_work->multiple_rule = bank.multiple_rule;
	ret_work->assembly.items = m.items;
	ret_work->assembly.point_parent = m.parents;
	ret_work->assembly.n_points = m.n_points;
	ret_work->assembly.wishes = m.wishes;
	ret_work->assembly.n_wishes = m.n;
	ret_work->assembly.forms = (int)v.n_forms;
	return 0;
}

int blueprint_work_holds(struct ctx *cx, const struct q_paper_set_find *set,
	const struct blueprint_work *w)
{
	struct q_paper_drafts_rows rows;
	if (!w->drafts)
		return 0;
	int r = q_bank_lock(cx->db, .id = set->bank_id);
	if (r >= 0)
		r = q_paper_drafts(cx->db, &rows, .bank_id = set->bank_id, .body_id = set->body_id,
			.region = set->region);
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(drafts_text(cx, &rows), w->drafts) ? 0 : fail(cx, ERR_CONFLICT,
		"paper.assembled_meanwhile");
}
