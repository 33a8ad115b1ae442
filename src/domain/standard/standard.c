/* Rule sets as they are applied, and judging by them. */
#include "domain/standard/standard.h"

#include <pthread.h>
#include <string.h>

#include "base/crypto.h"
#include "conf/asset.h"
#include "core/audit.h"
#include "domain/standard/grade.h"
#include "query/standard.h"

/* ---- parsed rule sets, shared by all threads for the life of the process ---- */

enum { KEPT_MAX = 64, KEPT_BYTES = 64 * 1024 * 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena *kept_arena;
static struct kept {
	struct str text; /* word for word: an equal name and version may hide another text */
	const struct ruleset *set;
} kept[KEPT_MAX];
static size_t n_kept;

static const struct ruleset *find_kept(struct str text)
{
	for (size_t i = 0; i < n_kept; i++)
		if (str_eq(kept[i].text, text))
			return kept[i].set;
	return NULL;
}

static int parse_locked(struct ctx *cx, struct str text, const struct ruleset **ret_set,
	const char **ret_error)
{
	const struct ruleset *set = find_kept(text);
	if (set) {
		*ret_set = set;
		return 0;
	}
	if (!kept_arena)
		kept_arena = arena_new(KEPT_BYTES);
	bool keep = n_kept < KEPT_MAX && arena_used(kept_arena) < KEPT_BYTES / 2;
	int r = ruleset_read(cx->arena, text, &set, ret_error);
	if (r < 0 || !keep) {
		*ret_set = set;
		return r;
	}
	text.p = arena_str(kept_arena, text);
	r = ruleset_read(kept_arena, text, &set, ret_error);
	if (r < 0)
		return r;
	kept[n_kept++] = (struct kept){text, set};
	*ret_set = set;
	return 0;
}

static int parse(struct ctx *cx, const char *name, struct str text, const struct ruleset **ret_set)
{
	const char *error = "";
	const struct ruleset *set = NULL;
	pthread_mutex_lock(&lock);
	int r = parse_locked(cx, text, &set, &error);
	pthread_mutex_unlock(&lock);
	if (r < 0)
		return fail(cx, ERR_INVALID, "standard.ruleset_broken", name, error);
	*ret_set = set;
	return 0;
}

static const struct asset *shipped(struct ctx *cx, const char *name)
{
	return asset_find(text_of(cx, "rules/%s.yaml", name));
}

int standard_ruleset(struct ctx *cx, const char *ruleset, const struct ruleset **ret_set)
{
	return standard_ruleset_on(cx, ruleset, ctx_today(cx), ret_set);
}

int standard_ruleset_on(struct ctx *cx, const char *ruleset, int64_t on,
	const struct ruleset **ret_set)
{
	struct q_ruleset_applied row;
	int r = q_ruleset_applied(cx->db, &row, .name = ruleset, .on_day = on);
	if (r == 0)
		return parse(cx, ruleset, str_of(row.text), ret_set);
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	const struct asset *asset = shipped(cx, ruleset);
	if (!asset)
		return fail(cx, ERR_NOTFOUND, "standard.no_ruleset", ruleset);
	return parse(cx, ruleset, asset->bytes, ret_set);
}

int standard_ruleset_at(struct ctx *cx, const char *ruleset, const char *version,
	const struct ruleset **ret_set)
{
	struct q_ruleset_at row;
	int r = q_ruleset_at(cx->db, &row, .name = ruleset, .version = version);
	if (r == 0)
		return parse(cx, ruleset, str_of(row.text), ret_set);
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	const struct asset *asset = asset_find(text_of(cx, "rules/%s@%s.yaml", ruleset, version));
	const struct ruleset *set = NULL;
	if (!asset)
		asset = shipped(cx, ruleset);
	if (asset && (r = parse(cx, ruleset, asset->bytes, &set)) < 0)
		return r;
	if (!set || !streq(ruleset_version(set), version))
		return fail(cx, ERR_NOTFOUND, "standard.no_ruleset_version", ruleset, version);
	*ret_set = set;
	return 0;
}

const char *standard_ruleset_version(struct ctx *cx, const char *ruleset, int64_t on)
{
	const struct ruleset *set;
	if (standard_ruleset_on(cx, ruleset, on, &set) < 0) {
		ctx_clear(cx);
		return "";
	}
	return ruleset_version(set);
}

/* ---- applying one ---- */

static int keep_text(struct ctx *cx, const struct ruleset *set, struct str yaml)
{
	const char *text = arena_str(cx->arena, yaml), *name = ruleset_name(set);
	struct q_ruleset_at row;
	int r = q_ruleset_at(cx->db, &row, .name = name, .version = ruleset_version(set));
	if (r == 0 && streq(row.text, text))
		return 0;
	if (r == 0)
		return fail(cx, ERR_CONFLICT, "standard.ruleset_differs", name,
			ruleset_version(set));
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	auto_tx tx = {0};
	char hash[DIGEST_HEX];
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_ruleset_insert(cx->db, .name = name, .version = ruleset_version(set),
		.effective_on = ruleset_effective_from(set), .text = text,
		.hash = crypto_sha256_hex(yaml, hash), .applied_by = cx->actor.account_id,
		.applied_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	r = audit_note(cx, "standard.ruleset_apply", "ruleset", 0, "",
		text_of(cx, "%s %s", name, ruleset_version(set)));
	if (r < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int standard_ruleset_apply(struct ctx *cx, struct str yaml)
{
	int r = ctx_need(cx, PERM_STANDARD_EDIT);
	if (r < 0)
		return r;
	const struct ruleset *set;
	const char *error;
	if (ruleset_read(cx->arena, yaml, &set, &error) < 0)
		return fail(cx, ERR_INVALID, "standard.ruleset_broken", "", error);
	return keep_text(cx, set, yaml);
}

/* ---- judging ---- */

int eligibility_judge_under(struct ctx *cx, const char *ruleset, const char *version, int64_t grade,
	const struct facts *f, int64_t on, struct rule_answer *ret_answer)
{
	const struct ruleset *set;
	int r = is_blank(version) ? standard_ruleset(cx, ruleset, &set)
				  : standard_ruleset_at(cx, ruleset, version, &set);
	if (r < 0)
		return r;
	const char *id = grade ? text_of(cx, "%lld", (long long)grade) : "special";
	r = rule_judge(cx->arena, set, id, f, on, ret_answer);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "standard.no_grade", ruleset_title(set), grade_label(grade));
	return r;
}

int eligibility_judge(struct ctx *cx, int64_t standard_id, int64_t grade, const struct facts *f,
	int64_t on, struct rule_answer *ret_answer)
{
	struct q_standard_find standard;
	if (!standard_id && grade == GRADE_NONE)
		return eligibility_judge_under(cx, "special-skill", "", grade, f, on, ret_answer);
	int r = q_standard_find(cx->db, &standard, .id = standard_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "standard.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	return eligibility_judge_under(cx, standard.ruleset, "", grade, f, on, ret_answer);
}

bool occupation_has_grade(const char *grades, int64_t grade)
{
	return grade >= 1 && grade <= 5 && strchr(grades, (int)('0' + grade));
}
