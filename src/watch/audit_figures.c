/* What the log published of its own counts (base/figures.h), held against what was counted here. */
#include <inttypes.h>
#include <stdio.h>

#include "base/crypto.h"
#include "base/figures.h"
#include "watch/audit_impl.h"

struct comparing {
	struct audit *audit;
	uint64_t index, size;
	int64_t sums[FIGURES_BY]; /* of what was issued */
	bool is_off; /* something was found */
};

static struct audit_finding *find(struct comparing *c, const char *subject)
{
	struct audit_finding *f = audit_find_at(c->audit, AUDIT_FIGURES, c->index);
	snprintf(f->subject, sizeof f->subject, "%s", subject);
	c->is_off = true;
	return f;
}

static void compare(struct comparing *c, const struct figure *figure)
{
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
	if (!figure->is_revoked)
		c->sums[figure->by] += figure->n;
	if (is_known && n == (uint64_t)figure->n)
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
	static const char *const names[FIGURES_BY] = {
		"issued", "issued_body_kind", "issued_region", "issued_grade", "issued_year"};
	struct tally_count own;
	if (c->is_off ||
		!tally_at(c->audit->tally, c->size, TALLY_DIMENSIONS, STR_NONE, true, &own))
		return;
	for (enum figures_by by = FIGURES_ALL; by < FIGURES_BY; by++) {
		if ((uint64_t)c->sums[by] == own.issued)
			continue;
		struct audit_finding *f = find(c, names[by]);
		snprintf(f->found, sizeof f->found, "%" PRId64, c->sums[by]);
		snprintf(f->wanted, sizeof f->wanted, "%" PRIu64, own.issued);
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
