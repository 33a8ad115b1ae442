#include "domain/exam/bank_point.h"

#include <string.h>

#include "base/utf8.h"
#include "core/message.h"
#include "core/setting.h"
#include "domain/exam/bank.h"

enum { CODE_MAX = 24, TITLE_CHARS = 100, WHOLE = 1000, ITEMS_MIN_MAX = 500 };

/* The table while it is being changed. */
struct table {
	struct q_bank_point_of *at;
	size_t n;
	struct point_problem *problems;
	size_t n_problems, room;
};

static void remark(struct ctx *cx, struct table *t, const struct point_in *in, const char *id,
	const char *a, const char *b)
{
	const char *args[PROBLEM_ARGS] = {a, b};
	if (t->n_problems < t->room)
		t->problems[t->n_problems++] = (struct point_problem){in->line, in->code,
			message_text(cx->arena, id, args)};
}

static struct q_bank_point_of *find(const struct table *t, const char *code)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->at[i].code, code))
			return &t->at[i];
	return NULL;
}

static bool is_code(const char *code)
{
	size_t n = strlen(code);
	return n && n <= CODE_MAX && code[0] != '-' && code[n - 1] != '-' &&
		strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") ==
		n;
}

static bool is_importance(const char *x)
{
	return streq(x, "") || streq(x, "X") || streq(x, "Y") || streq(x, "Z");
}

static bool is_below(const char *code, const char *parent)
{
	size_t n = strlen(parent);
	return strncmp(code, parent, n) == 0 && code[n] == '-' && code[n + 1];
}

static bool check_texts(struct ctx *cx, struct table *t, const struct point_in *in)
{
	size_t before = t->n_problems;
	if (!is_code(in->code))
		remark(cx, t, in, "bank.point_code", in->code, text_of(cx, "%d", CODE_MAX));
	if (is_blank(in->title) || !utf8_is_text(str_of(in->title))
		|| utf8_count(str_of(in->title)) > TITLE_CHARS)
		remark(cx, t, in, "bank.point_title", text_of(cx, "%d", TITLE_CHARS), NULL);
	if (!is_importance(in->importance))
		remark(cx, t, in, "bank.point_importance", in->importance, NULL);
	if (in->weight_permille < 0 || in->weight_permille > WHOLE)
		remark(cx, t, in, "bank.point_weight", NULL, NULL);
	if (in->items_min < 0 || in->items_min > ITEMS_MIN_MAX)
		remark(cx, t, in, "bank.point_items_min", text_of(cx, "%d", ITEMS_MIN_MAX), NULL);
	return t->n_problems == before;
}

/* Its depth: below which range, and not too deep. 0 with a remark when it fits nowhere. */
static int64_t depth_of(struct ctx *cx, struct table *t, const struct point_in *in,
	int64_t *ret_parent)
{
	bool is_point = !is_blank(in->importance);
	*ret_parent = 0;
	if (is_blank(in->parent_code)) {
		if (is_point)
			remark(cx, t, in, "bank.point_alone", NULL, NULL);
		return is_point ? 0 : 1;
	}
	const struct q_bank_point_of *parent = find(t, in->parent_code);
	if (!parent || parent->depth == POINT_DEPTH) {
		remark(cx, t, in, "bank.point_parent", in->parent_code, NULL);
		return 0;
	}
	if (!is_below(in->code, parent->code)) {
		remark(cx, t, in, "bank.point_prefix", parent->code, NULL);
		return 0;
	}
	if (!is_point && parent->depth + 1 == POINT_DEPTH) {
		remark(cx, t, in, "bank.point_deep", NULL, NULL);
		return 0;
	}
	*ret_parent = parent->id;
	return is_point ? POINT_DEPTH : parent->depth + 1;
}

static int change(struct ctx *cx, struct table *t, const struct point_in *in,
	struct q_bank_point_of *old)
{
	if ((old->depth == POINT_DEPTH) != !is_blank(in->importance)) {
		remark(cx, t, in, "bank.point_turned", in->code, NULL);
		return 0;
	}
	int r = q_bank_point_update(cx->db, .id = old->id, .title = in->title,
		.importance = in->importance, .weight_permille = in->weight_permille,
		.seq = old->seq, .items_min = in->items_min);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int add(struct ctx *cx, struct table *t, const struct q_bank_find *bank,
	const struct point_in *in)
{
	int64_t parent_id, depth = depth_of(cx, t, in, &parent_id);
	if (!depth)
		return 0;
	if (t->n == POINTS_MAX)
		return fail(cx, ERR_LIMIT, "bank.points_many", text_of(cx, "%d", POINTS_MAX));
	int64_t id = ctx_id(cx);
	int r = q_bank_point_insert(cx->db, .id = id, .bank_id = bank->id,
		.body_id = bank->body_id, .region = bank->region, .parent_id = parent_id,
		.depth = depth, .code = in->code, .title = in->title, .importance = in->importance,
		.weight_permille = in->weight_permille, .seq = (int64_t)t->n + 1,
		.items_min = in->items_min);
	if (r < 0)
		return ctx_pass(cx, r);
	t->at[t->n++] = (struct q_bank_point_of){.id = id, .parent_id = parent_id, .depth = depth,
		.code = in->code, .title = in->title, .importance = in->importance};
	return 0;
}

static int put_one(struct ctx *cx, struct table *t, const struct q_bank_find *bank,
	const struct point_in *in)
{
	if (!check_texts(cx, t, in))
		return 0;
	struct q_bank_point_of *old = find(t, in->code);
	return old ? change(cx, t, in, old) : add(cx, t, bank, in);
}

static int read_table(struct ctx *cx, int64_t bank_id, size_t lines, struct table *ret_table)
{
	struct q_bank_point_of_rows rows;
	int r = q_bank_point_of(cx->db, &rows, .bank_id = bank_id);
	if (r < 0)
		return ctx_pass(cx, r);
	size_t room = rows.n > POINTS_MAX ? rows.n : POINTS_MAX;
	struct table t = {.n = rows.n, .room = 4 * lines + 1};
	t.at = arena_array(cx->arena, struct q_bank_point_of, room);
	if (rows.n)
		memcpy(t.at, rows.at, rows.n * sizeof *t.at);
	t.problems = arena_array(cx->arena, struct point_problem, t.room);
	*ret_table = t;
	return 0;
}

static int put_all(struct ctx *cx, struct table *t, const struct q_bank_find *bank,
	const struct point_in *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = put_one(cx, t, bank, &in[i]);
		if (r < 0)
			return r;
	}
	if (t->n_problems)
		return fail(cx, ERR_INVALID, "bank.points_refused",
			text_of(cx, "%zu", t->n_problems));
	return flow_note(cx, "bank", 0, bank->id, "points", text_of(cx, "%zu 行", n));
}

static int own_bank(struct ctx *cx, int64_t bank_id, struct q_bank_find *ret_bank)
{
	int r = ctx_need(cx, PERM_BANK_EDIT);
	if (r < 0 || (r = bank_get(cx, bank_id, ret_bank)) < 0)
		return r;
	if ((r = bank_need_own(cx, ret_bank->body_id, ret_bank->region)) < 0)
		return r;
	return streq(ret_bank->state, "open") ? 0 : fail(cx, ERR_STATE, "bank.closed");
}

int points_put(struct ctx *cx, int64_t bank_id, const struct point_in *in, size_t n,
	struct point_problem **ret_problems, size_t *ret_n)
{
	struct q_bank_find bank;
	struct table t;
	auto_tx tx = {0};
	*ret_n = 0;
	int r = own_bank(cx, bank_id, &bank);
	if (r < 0)
		return r;
	if (n > POINTS_MAX)
		return fail(cx, ERR_LIMIT, "bank.points_many", text_of(cx, "%d", POINTS_MAX));
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = read_table(cx, bank_id, n, &t)) < 0)
		return r;
	r = put_all(cx, &t, &bank, in, n);
	*ret_problems = t.problems;
	*ret_n = t.n_problems;
	return r < 0 ? r : ctx_pass(cx, tx_commit(&tx));
}

int point_drop(struct ctx *cx, int64_t point_id)
{
	struct q_bank_point_find p;
	struct q_bank_find bank;
	struct q_bank_point_used used;
	auto_tx tx = {0};
	int r = q_bank_point_find(cx->db, &p, .id = point_id, .scope = bank_scope(cx));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "bank.point_gone");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = own_bank(cx, p.bank_id, &bank)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = q_bank_point_used(cx->db, &used, .id = point_id)) < 0)
		return ctx_pass(cx, r);
	if (used.items || used.children)
		return fail(cx, ERR_STATE, "bank.point_used", p.code,
			text_of(cx, "%d", (int)(used.items + used.children)));
	r = q_bank_point_delete(cx->db, .id = point_id);
	if (r < 0 || (r = flow_note(cx, "bank", 0, p.bank_id, "points",
		text_of(cx, "删除 %s %s", p.code, p.title))) < 0)
		return ctx_pass(cx, r);
	return ctx_pass(cx, tx_commit(&tx));
}

/* ---- the tree ---- */

struct tree {
	struct q_bank_point_of_rows points;
	struct q_bank_point_counts_rows counts;
	int64_t preset; /* usable items wanted for a point that says nothing */
	struct point_row *rows;
	size_t n;
};

static void count_point(const struct tree *t, struct point_row *row)
{
	for (size_t i = 0; i < t->counts.n; i++)
		if (t->counts.at[i].point_id == row->point.id) {
			row->n_items = t->counts.at[i].items;
			row->n_usable = t->counts.at[i].usable;
		}
	row->n_wanted = row->point.items_min ? row->point.items_min : t->preset;
	row->n_lacking = row->n_wanted > row->n_usable ? row->n_wanted - row->n_usable : 0;
}

static void add_to(struct point_row *sum, const struct point_row *child)
{
	sum->n_children++;
	sum->children_permille += child->point.weight_permille;
	sum->n_items += child->n_items;
	sum->n_usable += child->n_usable;
	sum->n_wanted += child->n_wanted;
	sum->n_lacking += child->n_lacking;
}

/* As deep as the table at most. */
static void walk(struct tree *t, int64_t parent_id, struct point_row *parent, int depth)
{
	for (size_t i = 0; i < t->points.n && depth <= POINT_DEPTH; i++) {
		if (t->points.at[i].parent_id != parent_id)
			continue;
		struct point_row *row = &t->rows[t->n++];
		row->point = t->points.at[i];
		if (row->point.depth == POINT_DEPTH)
			count_point(t, row);
		else
			walk(t, row->point.id, row, depth + 1);
		if (parent)
			add_to(parent, row);
	}
}

int points_tree(struct ctx *cx, const struct q_bank_find *bank, struct point_row **ret_rows,
	size_t *ret_n)
{
	struct tree t = {.preset = setting_int(cx, "bank.point_items_min", bank->region, 0)};
	int r = q_bank_point_of(cx->db, &t.points, .bank_id = bank->id);
	if (r >= 0)
		r = q_bank_point_counts(cx->db, &t.counts, .bank_id = bank->id);
	if (r < 0)
		return ctx_pass(cx, r);
	t.rows = arena_array(cx->arena, struct point_row, t.points.n + 1);
	walk(&t, 0, NULL, 1);
	*ret_rows = t.rows;
	*ret_n = t.n;
	return 0;
}

int64_t points_top_permille(const struct point_row *rows, size_t n)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += rows[i].point.depth == 1 ? rows[i].point.weight_permille : 0;
	return sum;
}

static const char *sum_wrong(struct ctx *cx, const char *where, int64_t permille)
{
	const char *args[PROBLEM_ARGS] = {where, text_of(cx, "%d", (int)permille)};
	return message_text(cx->arena, "bank.weights_wrong", args);
}

const char *points_weights_wrong(struct ctx *cx, const struct point_row *rows, size_t n)
{
	int64_t top = points_top_permille(rows, n);
	if (!n)
		return message_text(cx->arena, "bank.points_none", NULL);
	if (top != WHOLE)
		return sum_wrong(cx, "一级鉴定范围", top);
	for (size_t i = 0; i < n; i++)
		if (rows[i].n_children && rows[i].children_permille != WHOLE)
			return sum_wrong(cx, text_of(cx, "%s %s", rows[i].point.code,
				rows[i].point.title), rows[i].children_permille);
	return "";
}
