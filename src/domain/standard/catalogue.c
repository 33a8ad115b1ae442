/* What the catalogue of standards holds: every rule set, and which occupations may be filed. */
#include <stdlib.h>
#include <string.h>

#include "conf/asset.h"
#include "core/audit.h"
#include "domain/standard/standard.h"
#include "query/standard.h"
#include "query/standard_page.h"

static bool is_known(const struct ruleset_entry *entries, size_t n, const struct ruleset *set,
	size_t *ret_i)
{
	for (*ret_i = 0; *ret_i < n; ++*ret_i) {
		const struct ruleset *one = entries[*ret_i].set;
		if (streq(ruleset_name(one), ruleset_name(set)) &&
			streq(ruleset_version(one), ruleset_version(set)))
			return true;
	}
	return false;
}

static int add_shipped(struct ctx *cx, struct ruleset_entry *entries, size_t *n)
{
	size_t n_assets, known;
	const struct asset *asset = asset_range("rules/", &n_assets);
	for (size_t i = 0; i < n_assets; i++) {
		const struct ruleset *set;
		const char *error;
		if (ruleset_read(cx->arena, asset[i].bytes, &set, &error) < 0)
			return fail(cx, ERR_BUG, "standard.ruleset_broken", asset[i].path, error);
		if (is_known(entries, *n, set, &known))
			entries[known].is_shipped = true;
		else
			entries[(*n)++] = (struct ruleset_entry){.set = set, .is_shipped = true};
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct ruleset_entry *x = a, *y = b;
	int order = strcmp(ruleset_name(x->set), ruleset_name(y->set));
	if (order)
		return order;
	int64_t from_x = ruleset_effective_from(x->set), from_y = ruleset_effective_from(y->set);
	if (from_x != from_y)
		return from_x < from_y ? 1 : -1;
	return strcmp(ruleset_version(y->set), ruleset_version(x->set));
}

int standard_rulesets(struct ctx *cx, struct ruleset_entry **ret_entries, size_t *ret_n)
{
	struct q_rulesets_applied_rows rows;
	size_t n_assets, n = 0;
	int r = q_rulesets_applied(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	(void)asset_range("rules/", &n_assets);
	struct ruleset_entry *entries =
		arena_array(cx->arena, struct ruleset_entry, rows.n + n_assets);
	for (; n < rows.n; n++) {
		struct ruleset_entry *e = &entries[n];
		r = standard_ruleset_at(cx, rows.at[n].name, rows.at[n].version, &e->set);
		if (r < 0)
			return r;
		e->applied_at = rows.at[n].applied_at;
	}
	if ((r = add_shipped(cx, entries, &n)) < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		entries[i].is_current =
			streq(standard_ruleset_version(cx, ruleset_name(entries[i].set),
				ctx_today(cx)), ruleset_version(entries[i].set));
	qsort(entries, n, sizeof *entries, by_name);
	*ret_entries = entries;
	*ret_n = n;
	return 0;
}

static int set_state(struct ctx *cx, int64_t id, const char *from, const char *to,
	const char *reason)
{
	struct q_occupation_find row;
	auto_tx tx = {0};
	bool retires = streq(to, "retired");
	int r = ctx_need(cx, PERM_STANDARD_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_occupation_find(cx->db, &row, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "standard.no_occupation");
	if (r == 0)
		r = q_occupation_set_state(cx->db, .id = id, .state = to, .from_state = from);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_STATE,
			retires ? "standard.retired_already" : "standard.active_already", row.name);
	r = audit_note(cx, retires ? "standard.retire" : "standard.restore", "occupation", id,
		reason, text_of(cx, "%s %s", row.code, row.name));
	return r < 0 ? r : ctx_pass(cx, tx_commit(&tx));
}

int occupation_retire(struct ctx *cx, int64_t id, const char *reason)
{
	return set_state(cx, id, "active", "retired", reason);
}

int occupation_restore(struct ctx *cx, int64_t id, const char *reason)
{
	return set_state(cx, id, "retired", "active", reason);
}
