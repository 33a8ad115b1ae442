/* The demo's blueprints and sets of forms, one blueprint for each bank; sets in all states. Comes
 * after the banks, has a chance of its own. */
#include "base/civil.h"
#include "domain/demo/province.h"
#include "domain/exam/paper.h"
#include "domain/exam/paper_seal.h"
#include "query/demo.h"

enum { DAYS_BEFORE = 40, FORMS = 2, WINDOW = 3 * HOUR };

enum fate { FATE_ASSEMBLED, FATE_CUSTODY, FATE_SEALED, FATE_OPENED, FATE_FAILED };

static const struct plan {
	const char *bank, *body, *blueprint;
	struct {
		const char *title;
		enum fate fate;
	} sets[4];
	int n;
} plans[] = {
	{"养老护理员四级理论知识题库", "whm", "养老护理员四级理论组卷方案",
		{{"养老护理员四级理论试卷（第一批）", FATE_OPENED},
		{"养老护理员四级理论试卷（第二批）", FATE_CUSTODY},
		{"养老护理员四级理论试卷（备用）", FATE_ASSEMBLED},
		{"养老护理员四级理论试卷（职业道德加量）", FATE_FAILED}}, 4},
	{"电工四级理论知识题库", "whj", "电工四级理论组卷方案",
		{{"电工四级理论试卷（第一批）", FATE_SEALED},
		{"电工四级理论试卷（第二批）", FATE_ASSEMBLED}}, 2},
	{"焊工三级理论知识题库（省级）", "", "焊工三级理论组卷方案",
		{{"焊工三级理论试卷（全省统考）", FATE_SEALED}}, 1},
};

struct work {
	struct demo *d;
	const struct plan *plan;
	struct chance chance;
	struct actor clerk, other, manager;
	int64_t blueprint_id;
};

static void pick_people(struct work *w)
{
	struct demo *d = w->d;
	w->clerk = d->offices[0].clerk;
	w->other = w->manager = d->offices[0].head;
	for (size_t i = 0; i < d->n_bodies; i++)
		if (streq(d->bodies[i].key, w->plan->body)) {
			w->clerk = d->bodies[i].clerks[0];
			w->other = d->bodies[i].clerks[1];
			w->manager = d->bodies[i].manager;
		}
}

/* A hundred points, out of kinds that every bank has several times as many of. */
static const struct section_in sections[] = {{ITEM_TRUE_FALSE, 14, 200}, {ITEM_SINGLE, 14, 400},
	{ITEM_MULTIPLE, 2, 800}};

static int put_blueprint(struct work *w)
{
	struct q_blueprint_banks_rows banks;
	struct ctx *cx = w->d->cx;
	struct blueprint_in in = blueprint_preset;
	int64_t bank_id = 0;
	demo_act(w->d, &w->clerk);
	int r = q_blueprint_banks(cx->db, &banks, .body_id = cx->actor.body_id,
		.region = cx->actor.region);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < banks.n; i++)
		if (streq(banks.at[i].title, w->plan->bank))
			bank_id = banks.at[i].id;
	TRY(blueprint_create(cx, bank_id, w->plan->blueprint, &w->blueprint_id));
	in.title = w->plan->blueprint;
	in.note = "按现行国家职业标准理论知识权重表编制。";
	in.forms = FORMS;
	in.overlap = 2;
	in.target_permille = 0;
	TRY(blueprint_edit(cx, w->blueprint_id, &in));
	TRY(blueprint_sections_set(cx, w->blueprint_id, sections,
		sizeof sections / sizeof *sections));
	return blueprint_weights(cx, w->blueprint_id, 80);
}

static int want_too_much(struct work *w)
{
	struct q_blueprint_wishes_rows rows;
	struct ctx *cx = w->d->cx;
	struct q_blueprint_find p;
	TRY(blueprint_get(cx, w->blueprint_id, &p));
	int r = q_blueprint_wishes(cx->db, &rows, .blueprint_id = p.id, .version_no = p.version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	return blueprint_wish_add(cx, w->blueprint_id, &(struct wish_in){.wish_kind = "items",
		.item_kind = "", .point_id = rows.n ? rows.at[0].point_id : 0, .least_centi = 6000,
		.most_centi = -1});
}

static int take(struct work *w, int64_t id, const struct actor *who, const char **ret_code)
{
	bool is_sealed;
	demo_act(w->d, who);
	TRY(paper_custody_take(w->d->cx, id, ret_code));
	return paper_custody_confirm(w->d->cx, id, *ret_code, &is_sealed);
}

static int give(struct work *w, int64_t id, const struct actor *who, const char *code)
{
	bool is_opened;
	demo_act(w->d, who);
	return paper_open(w->d->cx, id, code, &is_opened);
}

static int seal(struct work *w, int64_t id, enum fate fate)
{
	struct ctx *cx = w->d->cx;
	const char *one, *two;
	int64_t from = fate == FATE_OPENED ? w->d->now
		: civil_midnight(civil_day_at(w->d->until) + 7)
		+ 8 * HOUR;
	struct seal_in in = {.accounts = {w->clerk.account_id, w->other.account_id}, .n = 2,
		.open_from_at = from, .open_to_at = from + WINDOW};
	demo_act(w->d, &w->manager);
	TRY(flow_run(cx, &paper_flow, 0, id, "approve", "", NULL));
	TRY(paper_custodians_name(cx, id, &in));
	if (fate == FATE_CUSTODY)
		return 0;
	TRY(take(w, id, &w->clerk, &one));
	TRY(take(w, id, &w->other, &two));
	if (fate == FATE_SEALED)
		return 0;
	w->d->now += HOUR;
	TRY(give(w, id, &w->clerk, one));
	return give(w, id, &w->other, two);
}

static int put_set(struct work *w, int i)
{
	struct q_paper_set_find set;
	struct ctx *cx = w->d->cx;
	enum fate fate = w->plan->sets[i].fate;
	int64_t id;
	w->d->now += DAY;
	demo_act(w->d, &w->clerk);
	if (fate == FATE_FAILED)
		TRY(want_too_much(w));
	int64_t seed = (int64_t)(ctx_random_u64(cx) % 999999999) + 1;
	TRY(paper_create_now(cx, w->blueprint_id, w->plan->sets[i].title, seed, &id));
	TRY(paper_get(cx, id, &set));
	if (fate == FATE_ASSEMBLED || !streq(set.state, "assembled"))
		return 0;
	return seal(w, id, fate);
}

static int make(struct work *w)
{
	pick_people(w);
	TRY(put_blueprint(w));
	for (int i = 0; i < w->plan->n; i++) {
		arena_reset(w->d->step);
		TRY(put_set(w, i));
	}
	return 0;
}

int demo_paper_set_task(struct demo *d, struct demo_task *t)
{
	struct ctx *cx = d->cx;
	int64_t now = d->now;
	struct work *w = arena_make(d->keep, struct work);
	*w = (struct work){.d = d, .plan = &plans[t->step]};
	chance_init(&w->chance, keep_text(d, "%s/paper/%d", d->in->seed, (int)t->step));
	struct random_source before = cx->random;
	cx->random = (struct random_source){chance_fill, &w->chance};
	int r = make(w);
	cx->random = before;
	d->now = now;
	return r;
}

void demo_paper_sets_plan(struct demo *d)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		int64_t day = civil_day_at(d->until) - DAYS_BEFORE + (int64_t)i;
		demo_task_add(d, civil_midnight(day) + 10 * HOUR, demo_paper_set_task)->step = i;
	}
}
