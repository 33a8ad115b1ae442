/* The demo's item banks: one of the main body, one of an enterprise, one of the province; written,
 * read and approved by their people, in all states. Has a chance of its own, so that the rest of
 * the province is the same with or without. */
#include <string.h>

#include "base/civil.h"
#include "conf/asset.h"
#include "domain/demo/bank_items.h"
#include "domain/demo/province.h"
#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"
#include "domain/exam/bank_material.h"
#include "domain/exam/bank_near.h"
#include "domain/exam/bank_point.h"
#include "query/demo.h"
#include "query/standard.h"

enum { DAYS_BEFORE = 150, A_DAY = 18, WRITE_SECONDS = 25 * 60, JUDGE_SECONDS = 26 * HOUR };

static const struct plan {
	const char *bank, *body, *occupation, *title;
	int64_t grade;
} plans[] = {
	{"care", "whm", "4-10-01-05", "养老护理员四级理论知识题库", 4},
	{"power", "whj", "6-31-01-03", "电工四级理论知识题库", 4},
	{"weld", "", "6-18-02-04", "焊工三级理论知识题库（省级）", 3},
};

struct work {
	struct demo *d;
	const struct plan *plan;
	struct chance chance;
	struct actor authors[3], reviewer, approver;
	int64_t bank_id, material_id;
	const struct drawing *drawing;
	const char *region;
};

static void pick_people(struct work *w)
{
	struct demo *d = w->d;
	w->authors[0] = w->authors[1] = w->authors[2] = d->offices[0].clerk;
	w->reviewer = w->approver = d->offices[0].head;
	w->region = d->offices[0].region;
	for (size_t i = 0; i < d->n_bodies; i++) {
		const struct demo_body *b = &d->bodies[i];
		if (!streq(b->key, w->plan->body))
			continue;
		const struct demo_examiner *e = b->scopes[0].examiners;
		w->region = b->region;
		w->authors[0] = b->clerks[0];
		w->authors[1] = e[0].actor.account_id ? e[0].actor : b->clerks[0];
		w->authors[2] = e[1].actor.account_id ? e[1].actor : b->clerks[0];
		w->reviewer = b->clerks[1];
		w->approver = b->manager;
	}
}

static int put_bank(struct work *w)
{
	struct q_occupation_by_code o;
	struct ctx *cx = w->d->cx;
	int r = q_occupation_by_code(cx->db, &o, .edition = "2022", .code = w->plan->occupation);
	if (r < 0)
		return ctx_pass(cx, r);
	demo_act(w->d, &w->authors[0]);
	if (w->authors[0].role == ROLE_EXAMINER)
		demo_act(w->d, &w->reviewer);
	return bank_create(cx, &(struct bank_in){.custodian = "province",
		.title = w->plan->title, .multiple_rule = "all", .occupation_id = o.id,
		.grade = w->plan->grade}, &w->bank_id);
}

static int put_points(struct work *w)
{
	struct table t;
	struct arena *a = w->d->cx->arena;
	struct point_problem *problems;
	size_t n = 0, ignored;
	table_read(a, "data/demo/bank_points.csv", &t);
	struct point_in *in = arena_array(a, struct point_in, t.n);
	for (size_t i = 0; i < t.n; i++)
		if (streq(table_at(&t, i, "bank"), w->plan->bank))
			in[n++] = (struct point_in){.line = (int64_t)i,
				.code = table_at(&t, i, "code"),
				.parent_code = table_at(&t, i, "parent"),
				.title = table_at(&t, i, "title"),
				.importance = table_at(&t, i, "importance"),
				.weight_permille = table_int(&t, i, "weight")};
	return points_put(w->d->cx, w->bank_id, in, n, &problems, &ignored);
}

/* A drawing that items refer to: the essays of one point. */
static const struct drawing {
	const char *bank, *asset, *point, *title, *html;
} drawings[] = {
	{"weld", "groove.png", "B-1-02", "V形坡口对接接头工艺卡",
		"<p>母材Q355，板厚12 mm，V形坡口对接，接头尺寸如图。</p><p><img src=\"asset:groove."
			"png\" "
		"alt=\"V形坡口：坡口角度60°，钝边2 mm，间隙3 mm\"></p><table><tbody><tr><th>焊层</t"
			"h>"
		"<th>焊条直径</th><th>电流</th></tr><tr><td>打底</td><td>3.2 mm</td><td>90～110 A</"
			"td>"
		"</tr><tr><td>填充、盖面</td><td>4.0 mm</td><td>140～170 A</td></tr></tbody></"
			"table>"},
	{"care", "temperature.png", "B-2-01", "三日体温记录",
		"<p>王爷爷，78岁，近三日的腋下体温如图；第2日起咳嗽、食欲减退。</p><p>"
		"<img src=\"asset:temperature.png\" alt=\"三日体温折线：第1日36.6、37.2、36.8℃，"
		"第2日37.9、38.4、38.9℃，第3日38.1、37.4、36.9℃\"></p>"},
};

static int put_material(struct work *w, const struct drawing *drawing)
{
	const struct asset *png = asset_find(text_of(w->d->cx, "data/demo/%s", drawing->asset));
	struct material_in in = {.title = drawing->title, .html = drawing->html, .n_assets = 1};
	if (!png)
		return fail(w->d->cx, ERR_BUG, "item.no_asset", drawing->asset);
	in.assets[0] = (struct item_asset){.name = drawing->asset, .mime = "image/png",
		.bytes = png->bytes};
	w->drawing = drawing;
	return material_save(w->d->cx, w->bank_id, 0, 0, &in, &w->material_id);
}

static int step(struct work *w, const struct actor *who, int64_t id, const char *action,
	const char *reason)
{
	demo_act(w->d, who);
	return flow_run(w->d->cx, &item_flow, 0, id, action, reason, NULL);
}

/* Numbers differ, or the kind of question does: the reviewer says so. */
static int judge_near(struct work *w, int64_t id)
{
	struct near_item *near;
	size_t n;
	demo_act(w->d, &w->reviewer);
	TRY(item_near(w->d->cx, id, &near, &n));
	for (size_t i = 0; i < n; i++)
		if (!near[i].is_confirmed)
			TRY(item_near_confirm(w->d->cx, id, near[i].item_id,
				"参数或题型不同的平行题，组卷时互斥"));
	return 0;
}

static int write(struct work *w, const struct demo_item *item, const struct actor *author,
	int64_t *ret_id)
{
	struct q_bank_point_by_code p;
	struct ctx *cx = w->d->cx;
	int r = q_bank_point_by_code(cx->db, &p, .bank_id = w->bank_id, .code = item->point);
	if (r < 0)
		return ctx_pass(cx, r);
	demo_act(w->d, author);
	struct item_in *in = arena_make(cx->arena, struct item_in);
	*in = (struct item_in){.content = item->content, .point_id = p.id, .note = "",
		.difficulty_permille = item->difficulty_permille};
	if (w->drawing && streq(item->point, w->drawing->point)
		&& item->content.kind == ITEM_ESSAY)
		in->material_id = w->material_id;
	return item_create(cx, w->bank_id, in, ret_id);
}

/* What use has shown of it so far, as if three exams had been held with it. */
static int put_figures(struct work *w, int64_t id, int64_t difficulty)
{
	struct chance *c = &w->chance;
	int64_t facility = chance_bell(c, difficulty, 60), n = chance_between(c, 80, 420);
	facility = facility < 60 ? 60 : facility > 970 ? 970 : facility;
	double p = (double)facility / 1000;
	int64_t discrimination = chance_bell(c, 340, 70);
	if (chance_is(c, 25))
		return 0;
	int r = q_demo_item_figures(w->d->cx->db, .id = id, .exposures = n,
		.used_on = civil_day_at(w->d->until) - chance_between(c, 30, 140), .n_answers = n,
		.facility_permille = facility, .discrimination_permille = discrimination,
		.irt_a = 0.4 + 2.0 * (double)discrimination / 1000,
		.irt_b = 2.2 * (0.5 - p) / 0.5, .calibrated_on = civil_day_at(w->d->until) - 20);
	return r < 0 ? ctx_pass(w->d->cx, r) : 0;
}

static int read_it(struct work *w, const struct actor *who, int64_t id)
{
	struct item_reading *ignored = arena_make(w->d->cx->arena, struct item_reading);
	demo_act(w->d, who);
	return item_open(w->d->cx, id, 0, NULL, ignored);
}

static int review(struct work *w, int64_t id)
{
	TRY(read_it(w, &w->reviewer, id));
	TRY(judge_near(w, id));
	return step(w, &w->reviewer, id, "review", "");
}

static int approve(struct work *w, int64_t id)
{
	TRY(read_it(w, &w->approver, id));
	return step(w, &w->approver, id, "approve", "");
}

/* A change of an item in use, as far as its draft. */
static int change(struct work *w, const struct demo_item *item, const struct actor *author,
	int64_t id)
{
	struct q_bank_item_find row;
	struct ctx *cx = w->d->cx;
	int64_t no;
	demo_act(w->d, author);
	TRY(item_get(cx, id, &row));
	struct item_in *in = arena_make(cx->arena, struct item_in);
	*in = (struct item_in){.content = item->content, .point_id = row.point_id,
		.difficulty_permille = item->difficulty_permille, .note = "按新版教材改写题干"};
	in->content.stem_html = text_of(cx, "根据现行职业标准和操作规程，%s",
		item->content.stem_html);
	return item_save(cx, id, row.version_no, in, &no);
}

static int follow(struct work *w, const struct demo_item *item, size_t i, int64_t id)
{
	const struct actor *author = &w->authors[i % 3];
	if (i % 31 == 7)
		return 0; /* a draft */
	if (i % 37 == 11)
		return step(w, author, id, "drop", "与教材新版表述不一致");
	TRY(step(w, author, id, "submit", ""));
	w->d->now += JUDGE_SECONDS;
	if (i % 23 == 5)
		return 0; /* waits to be judged */
	if (i % 41 == 13)
		return step(w, &w->reviewer, id, "return", "题干表述有歧义，请限定条件后重新提交");
	TRY(review(w, id));
	if (i % 29 == 9)
		return 0; /* waits for approval */
	TRY(approve(w, id));
	TRY(put_figures(w, id, item->difficulty_permille));
	if (i % 43 == 3)
		return step(w, &w->approver, id, "retire", "标准换版，不再考核");
	return i % 33 == 17 ? change(w, item, author, id) : 0;
}

static int put_items(struct work *w)
{
	struct demo_item *items;
	struct demo *d = w->d;
	int64_t begin = d->now;
	size_t n = demo_bank_items(d->keep, w->plan->bank, &w->chance, &items);
	for (size_t i = 0; i < n; i++) {
		int64_t id;
		int64_t days = (int64_t)i / A_DAY;
		arena_reset(d->step);
		d->now = begin + days * DAY + (int64_t)(i % A_DAY) * WRITE_SECONDS;
		TRY(write(w, &items[i], &w->authors[i % 3], &id));
		TRY(follow(w, &items[i], i, id));
	}
	return 0;
}

static int make(struct work *w)
{
	pick_people(w);
	TRY(put_bank(w));
	demo_act(w->d, &w->authors[0]);
	TRY(put_points(w));
	for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++)
		if (streq(w->plan->bank, drawings[i].bank))
			TRY(put_material(w, &drawings[i]));
	return put_items(w);
}

/* The clock runs on within and is set back: others have their own times. */
int demo_bank_task(struct demo *d, struct demo_task *t)
{
	struct ctx *cx = d->cx;
	int64_t now = d->now;
	struct work *w = arena_make(d->keep, struct work);
	*w = (struct work){.d = d, .plan = &plans[t->step]};
	chance_init(&w->chance, keep_text(d, "%s/bank/%s", d->in->seed, w->plan->bank));
	struct random_source before = cx->random;
	cx->random = (struct random_source){chance_fill, &w->chance};
	int r = make(w);
	cx->random = before;
	d->now = now;
	return r;
}

void demo_banks_plan(struct demo *d)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		int64_t day = civil_day_at(d->until) - DAYS_BEFORE + (int64_t)i;
		demo_task_add(d, civil_midnight(day) + 9 * HOUR, demo_bank_task)->step = i;
	}
}
