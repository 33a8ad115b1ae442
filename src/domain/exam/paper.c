/* Sets: creation, the job that assembles, the draft, forms with content. */
#include "domain/exam/paper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/stow.h"
#include "base/utf8.h"
#include "core/message.h"
#include "core/secret.h"
#include "domain/exam/bank_impl.h"
#include "domain/exam/paper_report.h"

enum { TITLE_CHARS = 80, DRAFT_MAX = 1024 * 1024, LIMIT_MS = 45000, SEED_MAX = 999999999 };

int paper_get(struct ctx *cx, int64_t id, struct q_paper_set_find *ret)
{
	int r = q_paper_set_find(cx->db, ret, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "paper.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int paper_hold(struct ctx *cx, int64_t id, struct q_paper_set_find *ret)
{
	int r = paper_get(cx, id, ret);
	if (r >= 0)
		r = q_paper_set_lock(cx->db, .id = id);
	return r < 0 ? ctx_pass(cx, r) : paper_get(cx, id, ret);
}

static int insert(struct ctx *cx, const struct q_blueprint_find *p, const char *title, int64_t seed,
	bool has_job, int64_t id)
{
	int64_t job_id = 0;
	int r = q_blueprint_version_use(cx->db, .blueprint_id = p->id, .version_no = p->version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	if (has_job && (r = job_submit(cx, "paper.assemble", text_of(cx, "%" PRId64, id),
		&job_id)) < 0)
		return r;
	r = q_paper_set_insert(cx->db, .id = id, .bank_id = p->bank_id, .blueprint_id = p->id,
		.body_id = p->body_id, .region = p->region, .title = title,
		.seed = text_of(cx, "%" PRId64, seed), .n_forms = p->n_forms,
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx),
		.blueprint_version = p->version_no, .job_id = job_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "paper_set", 0, id, "create", title);
}

static int create(struct ctx *cx, int64_t blueprint_id, const char *title, int64_t seed,
	bool has_job, int64_t *ret_id)
{
	struct q_blueprint_find p;
	auto_tx tx = {0};
	int64_t id = ctx_id(cx);
	int r = ctx_need(cx, PERM_PAPER_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = blueprint_hold(cx, blueprint_id, &p)) < 0)
		return r;
	if (!bank_is_own(cx, p.body_id, p.region))
		return fail(cx, ERR_DENIED, "paper.not_own");
	if (is_blank(title) || utf8_count(str_of(title)) > TITLE_CHARS)
		return fail_field(cx, "title", "paper.title_wrong", text_of(cx, "%d", TITLE_CHARS));
	if (!streq(p.bank_state, "open"))
		return fail(cx, ERR_STATE, "paper.bank_closed");
	if (!seed)
		seed = (int64_t)(ctx_random_u64(cx) % SEED_MAX) + 1;
	if ((r = insert(cx, &p, title, seed, has_job, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int paper_create(struct ctx *cx, int64_t blueprint_id, const char *title, int64_t seed,
	int64_t *ret_id)
{
	return create(cx, blueprint_id, title, seed, true, ret_id);
}

int paper_create_now(struct ctx *cx, int64_t blueprint_id, const char *title, int64_t seed,
	int64_t *ret_id)
{
	int64_t id;
	int r = create(cx, blueprint_id, title, seed, false, &id);
	if (r < 0 || (r = paper_assemble(cx, id, NULL)) < 0)
		return r;
	*ret_id = id;
	return 0;
}

/* ---- the draft ---- */

const char *draft_pack(struct ctx *cx, const struct paper_draft *d)
{
	auto_buf b;
	buf_init(&b, DRAFT_MAX);
	stow_text(&b, "seed", d->seed);
	for (int f = 0; f < d->forms; f++) {
		stow_int(&b, "form", d->n[f]);
		for (int i = 0; i < d->n[f]; i++) {
			const struct draft_item *it = &d->items[f][i];
			stow_text(&b, "item", text_of(cx, "%" PRId64 " %" PRId64 " %" PRId64 " %"
				PRId64, it->item_id, it->version_no, it->score_centi, it->section));
		}
	}
	return arena_dup(cx->arena, buf_z(&b));
}

static bool read_item(struct paper_draft *d, struct str text)
{
	int64_t v[4];
	for (int i = 0; i < 4; i++)
		if (!str_to_i64(str_cut(&text, ' '), &v[i]))
			return false;
	if (!d->forms || d->n[d->forms - 1] == FORM_ITEMS_MAX)
		return false;
	d->items[d->forms - 1][d->n[d->forms - 1]++] = (struct draft_item){v[0], v[1], v[2], v[3]};
	return true;
}

int draft_unpack(struct arena *a, const char *record, struct paper_draft *ret)
{
	struct str rest = str_of(record);
	struct stow_field f;
	*ret = (struct paper_draft){.seed = ""};
	while (stow_next(&rest, &f)) {
		if (str_is(f.name, "seed")) {
			ret->seed = arena_str(a, f.text);
		} else if (str_is(f.name, "form")) {
			if (ret->forms == ASSEMBLE_FORMS_MAX)
				return ERR_INVALID;
			ret->items[ret->forms++] = arena_array(a, struct draft_item,
				FORM_ITEMS_MAX);
		} else if (str_is(f.name, "item") && !read_item(ret, f.text)) {
			return ERR_INVALID;
		}
	}
	return rest.n ? ERR_INVALID : 0;
}

/* They are counted, not named: nobody is told what stands on the paper. */
static int check_items(struct ctx *cx, const struct paper_draft *d)
{
	int gone = 0;
	for (int f = 0; f < d->forms; f++)
		for (int i = 0; i < d->n[f]; i++) {
			struct q_paper_item_now now = {0};
			int r = q_paper_item_now(cx->db, &now, .id = d->items[f][i].item_id);
			if (r < 0 && r != ERR_NOTFOUND)
				return ctx_pass(cx, r);
			gone += now.approved_version_no != d->items[f][i].version_no;
		}
	return gone ? fail(cx, ERR_STATE, "paper.items_changed", text_of(cx, "%d", gone)) : 0;
}

int draft_open(struct ctx *cx, const struct q_paper_set_find *set, struct paper_draft *ret)
{
	struct paper_draft draft;
	const char *record;
	int r = secret_open(cx, DRAFT_COLUMN, set->draft_cipher, &record);
	if (r < 0)
		return r;
	if (draft_unpack(cx->arena, record, &draft) < 0 || !draft.forms)
		return fail(cx, ERR_BUG, "paper.draft_broken");
	if ((r = check_items(cx, &draft)) < 0)
		return r;
	*ret = draft;
	return 0;
}

/* ---- order on the paper: by section, then by lot; items of one material stay together ---- */

struct place_key {
	int section, item;
	uint64_t lot;
};

static int by_place(const void *x, const void *y)
{
	const struct place_key *a = x, *b = y;
	if (a->section != b->section)
		return a->section - b->section;
	return a->lot < b->lot ? -1 : a->lot > b->lot ? 1 : a->item - b->item;
}

static uint64_t mixed(uint64_t seed, uint64_t n)
{
	uint64_t z = seed * 0x9e3779b97f4a7c15u + n * 0xbf58476d1ce4e5b9u + 1;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void make_draft(struct ctx *cx, const struct blueprint_work *w, const struct assembled *done,
	uint64_t seed, struct paper_draft *d)
{
	d->forms = w->assembly.forms;
	for (int f = 0; f < d->forms; f++) {
		const struct assembled_form *form = &done->forms[f];
		struct place_key *keys = arena_array(cx->arena, struct place_key, form->n + 1);
		d->items[f] = arena_array(cx->arena, struct draft_item, form->n + 1);
		d->n[f] = form->n;
		for (int i = 0; i < form->n; i++) {
			const struct assemble_item *it = &w->assembly.items[form->items[i]];
			int section = 0;
			while (w->sections[section].kind != (enum item_kind)it->kind)
				section++;
			uint64_t anchor = it->material ? (uint64_t)it->material << 32
				: (uint64_t)form->items[i];
			keys[i] = (struct place_key){section, form->items[i],
				mixed(seed + (uint64_t)f, anchor)};
		}
		qsort(keys, (size_t)form->n, sizeof *keys, by_place);
		for (int i = 0; i < form->n; i++)
			d->items[f][i] = (struct draft_item){w->items[keys[i].item].id,
				w->items[keys[i].item].version_no,
				w->assembly.items[keys[i].item].score_centi, keys[i].section};
	}
}

/* ---- the job ---- */

struct leave {
	struct ctx *cx;
	struct job *job;
	int error;
};

static int tell(void *arg, int done, int total)
{
	struct leave *l = arg;
	l->error = l->job ? job_progress(l->cx, l->job, done, total, "正在组卷") : 0;
	return l->error;
}

/* Nothing is kept by whom the job was taken from, nor of an assembly that was begun anew. */
static int keep(struct leave *leave, const struct q_paper_set_find *set,
	const struct blueprint_work *w, const struct assembled *done)
{
	struct ctx *cx = leave->cx;
	struct paper_draft draft = {.seed = set->seed};
	bool is_done = done->status == ASSEMBLED;
	const char *cipher = "", *report = report_pack(cx, w, done);
	auto_tx tx = {0};
	if (!report)
		return fail(cx, ERR_LIMIT, "paper.report_large");
	if (is_done) {
		make_draft(cx, w, done, strtoull(set->seed, NULL, 10), &draft);
		cipher = secret_seal(cx, DRAFT_COLUMN, draft_pack(cx, &draft));
	}
	int r = tx_begin(&tx, cx->db);
	if (r < 0 || (r = tell(leave, w->assembly.forms, w->assembly.forms)) < 0)
		return ctx_pass(cx, r);
	if ((r = blueprint_work_holds(cx, set, w)) < 0)
		return r;
	r = q_paper_set_assembled(cx->db, .id = set->id, .seed = set->seed, .draft_cipher = cipher,
		.report = report);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_STATE, "flow.overtaken", paper_flow.title, set->title);
	if ((r = flow_run(cx, &paper_flow, 0, set->id, is_done ? "done" : "fail", "", NULL)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int solve(struct leave *leave, const struct q_paper_set_find *set)
{
	struct ctx *cx = leave->cx;
	struct blueprint_work w;
	struct assembled done;
	int r = blueprint_work(cx, set, &w);
	if (r < 0)
		return r;
	w.assembly.seed = strtoull(set->seed, NULL, 10);
	w.assembly.limit_ms = LIMIT_MS;
	w.assembly.progress = tell;
	w.assembly.arg = leave;
	assemble(cx->arena, &w.assembly, &done);
	if (done.status == ASSEMBLED_STOPPED)
		return leave->error;
	if (done.status == ASSEMBLED_INVALID)
		return fail(cx, ERR_BUG, "paper.not_solvable");
	return keep(leave, set, &w, &done);
}

/* What another try of the job would not mend is said in the set's timeline, where it can be
 * assembled anew. What another worker or a newer assembly goes on with is left alone. */
static int give_up(struct ctx *cx, const struct q_paper_set_find *set, int err)
{
	struct q_paper_set_find now;
	bool is_open = false;
	if (err == ERR_DB || err == ERR_IO || err == ERR_CONFLICT)
		return err;
	(void)ctx_pass(cx, err);
	struct problem problem = cx->problem;
	const char *why = problem_text(cx);
	bool is_taken = streq(problem.id, "job.not_mine")
		&& job_is_open(cx, set->job_id, &is_open) == 0 && is_open;
	if (is_taken || paper_get(cx, set->id, &now) < 0 || !streq(now.seed, set->seed)) {
		cx->problem = problem;
		return err;
	}
	int r = flow_run(cx, &paper_flow, 0, set->id, "fail", why, NULL);
	if (r < 0 && r != ERR_STATE) /* withdrawn meanwhile, or assembled by another */
		return r;
	cx->problem = problem;
	return err;
}

int paper_assemble(struct ctx *cx, int64_t id, struct job *job)
{
	struct q_paper_set_find set;
	struct leave leave = {.cx = cx, .job = job};
	int r = paper_get(cx, id, &set);
	if (r < 0 || !streq(set.state, "assembling"))
		return r;
	r = solve(&leave, &set);
	return r < 0 ? give_up(cx, &set, r) : 0;
}

static int run_job(struct ctx *cx, struct job *job)
{
	int64_t id;
	if (!str_to_i64(str_of(job->args), &id))
		return fail(cx, ERR_BUG, "paper.not_found");
	int r = job_progress(cx, job, 0, 1, "正在读取题库");
	if (r < 0 || (r = paper_assemble(cx, id, job)) < 0)
		return r;
	return job_result(cx, job, text_of(cx, "/papers/%" PRId64, id));
}

const struct job_kind paper_jobs[] = {
	{"paper.assemble", "组卷", run_job},
	{0},
};

/* ---- forms with content ---- */

static int read_content(struct ctx *cx, struct form_item *it)
{
	struct q_bank_item_version_find v;
	int r = q_bank_item_version_find(cx->db, &v, .item_id = it->item_id,
		.version_no = it->version_no);
	if (r < 0)
		return r == ERR_NOTFOUND ? fail(cx, ERR_STATE, "paper.item_gone") : ctx_pass(cx, r);
	if ((r = content_unseal(cx, ITEM_COLUMN, v.content_cipher, &it->content)) < 0)
		return r;
	it->material_html = "";
	return v.material_id ? material_add(cx, v.material_id, v.material_no, &it->content,
		&it->material_html) : 0;
}

static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八"};

/* "一、单项选择题（第1～60题，每题1分）" */
static void add_section(struct ctx *cx, struct form *f, const struct form_item *it, int from,
	int to)
{
	int k = f->n_sections++;
	f->sections[k] = (struct form_section){text_of(cx, "%s、%s（第%d～%d题，每题%g分）",
		numerals[k % 8], item_kind_label(it->content.kind), from, to,
		(double)it->score_centi / 100), ""};
}

static int make_form(struct ctx *cx, const char *rule, const struct draft_item *items, int n,
	struct form *f)
{
	int64_t last = -1;
	int from = 0, r = 0;
	f->items = arena_array(cx->arena, struct form_item, n + 1);
	f->multiple_rule = rule;
	for (int i = 0; i <= n; i++) {
		if (i == n || items[i].section != last) {
			if (i > 0)
				add_section(cx, f, &f->items[i - 1], from + 1, i);
			from = i;
		}
		if (i == n)
			break;
		last = items[i].section;
		f->items[i] = (struct form_item){.item_id = items[i].item_id,
			.version_no = items[i].version_no, .score_centi = items[i].score_centi,
			.section = f->n_sections};
		if ((r = read_content(cx, &f->items[i])) < 0)
			return r;
		f->score_centi += items[i].score_centi;
	}
	f->n_items = n;
	return 0;
}

int paper_forms(struct ctx *cx, const struct q_paper_set_find *set, const struct paper_draft *d,
	struct form *ret_forms)
{
	struct q_blueprint_bank bank;
	int r = q_blueprint_bank(cx->db, &bank, .id = set->bank_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (int f = 0; f < d->forms; f++) {
		ret_forms[f] = (struct form){.paper_set_id = set->id, .form_no = f + 1,
			.title = text_of(cx, "%s（%c卷）", set->title, 'A' + f)};
		if ((r = make_form(cx, bank.multiple_rule, d->items[f], d->n[f],
			&ret_forms[f])) < 0)
			return r;
	}
	return 0;
}
