/* What the log published of its own counts (base/figures.h), held against what was counted here. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/figures.h"
#include "watch/audit_impl.h"

struct comparing {
	struct audit *audit;
	uint64_t index, size;
	struct part {
		int64_t sum;
		bool has_one;
		struct str last;
	} parts[2][FIGURES_BY]; /* of what was issued, of what was revoked */
	bool is_off; /* something was found */
};

static struct audit_finding *find(struct comparing *c, const char *subject)
{
	struct audit_finding *f = audit_find_at(c->audit, AUDIT_FIGURES, c->index);
	snprintf(f->subject, sizeof f->subject, "%s", subject);
	c->is_off = true;
	return f;
}

/* In the order of their values, so that none comes twice; no city within another. */
static bool is_next(const struct part *p, const struct figure *figure)
{
	struct str a = p->last, b = figure->value;
	if (!p->has_one)
		return true;
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order < 0 || (order == 0 && a.n < b.n && figure->by != FIGURES_REGION);
}

static void compare(struct comparing *c, const struct figure *figure)
{
	struct part *part = &c->parts[figure->is_revoked][figure->by];
	static const enum tally_dimension dimensions[FIGURES_BY] = {TALLY_DIMENSIONS,
		TALLY_BODY_KIND, TALLY_REGION, TALLY_GRADE, TALLY_YEAR};
	struct tally_count own = {0};
	auto_buf name;
	buf_init(&name, AUDIT_TEXT);
	figures_put(&name, figure);
	struct str record = buf_view(&name), subject = str_cut(&record, ':');
	bool is_known = tally_at(c->audit->tally, c->size, dimensions[figure->by], figure->value,
		figure->by == FIGURES_REGION, &own);
	uint64_t n = figure->is_revoked ? own.revoked : own.issued;
	bool is_good = is_known && n == (uint64_t)figure->n && is_next(part, figure);
	*part = (struct part){part->sum + figure->n, true, figure->value};
	if (is_good)
		return;
	struct audit_finding *f = find(c, "");
	snprintf(f->subject, sizeof f->subject, "%.*s", (int)subject.n, subject.p);
	snprintf(f->found, sizeof f->found, "%" PRId64, figure->n);
	if (is_known)
		snprintf(f->wanted, sizeof f->wanted, "%" PRIu64, n);
}

/* Nothing was left out: the parts that hold make up a whole that holds. */
static void compare_sums(struct comparing *c)
{
	static const char *const names[2 * FIGURES_BY] = {"issued", "issued_body_kind",
		"issued_region", "issued_grade", "issued_year", "revoked", "revoked_body_kind",
		"revoked_region", "revoked_grade", "revoked_year"};
	struct tally_count own;
	if (c->is_off ||
		!tally_at(c->audit->tally, c->size, TALLY_DIMENSIONS, STR_NONE, true, &own))
		return;
	for (int i = 0; i < 2 * FIGURES_BY; i++) {
		bool is_revoked = i >= FIGURES_BY;
		int64_t sum = c->parts[is_revoked][i % FIGURES_BY].sum;
		uint64_t whole = is_revoked ? own.revoked : own.issued;
		if ((uint64_t)sum == whole)
			continue;
		struct audit_finding *f = find(c, names[i]);
		snprintf(f->found, sizeof f->found, "%" PRId64, sum);
		snprintf(f->wanted, sizeof f->wanted, "%" PRIu64, whole);
	}
}

void audit_figures(struct audit *a, uint64_t index, const struct leaf *leaf)
{
	struct comparing c = {.audit = a, .index = index};
	struct str rest = leaf->figures;
	struct figure figure;
	char digest[DIGEST_HEX];
	if (!str_is(leaf->digest, crypto_sha256_hex(leaf->figures, digest)))
		find(&c, "digest");
	if (!figures_take_size(&rest, &c.size) || c.size > index) {
		find(&c, "tree_size");
		return;
	}
	while (figures_take(&rest, &figure))
		compare(&c, &figure);
	if (rest.n)
		find(&c, "figures"); /* what it says is not for a terminal */
	else
		compare_sums(&c);
}
