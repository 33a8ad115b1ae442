/* What a monitor reads: a bundle of leaves in any order. Whatever they say, the counts make up one
 * another, and what cannot be is complained of. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/leaf.h"
#include "base/tile.h"
#include "watch/audit_impl.h"

static void complain(void *self, enum tally_fault fault, uint64_t index, const struct leaf *leaf)
{
	uint64_t *n = self;
	(void)index;
	if (!fault || !leaf->kind)
		abort();
	++*n;
}

static bool adds_up(const struct tally_count *c)
{
	return c->valid + c->suspended + c->revoked == c->issued;
}

static void check(const struct tally *t)
{
	struct tally_count all = tally_all(t);
	if (!adds_up(&all))
		abort();
	for (enum tally_dimension d = 0; d < TALLY_DIMENSIONS; d++) {
		struct tally_row *rows;
		uint64_t issued = 0;
		size_t n = tally_rows(t, d, &rows);
		for (size_t i = 0; i < n; i++) {
			issued += rows[i].count.issued;
			if (!adds_up(&rows[i].count))
				abort();
		}
		free(rows);
		if (issued != all.issued)
			abort();
	}
}

/* What the terminal would be shown. */
static void check_findings(const struct audit *a)
{
	for (size_t i = 0; i < a->n_findings; i++)
		for (const char *p = a->findings[i].subject; *p; p++)
			if (*p < ' ' || *p > '~')
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, entry;
	uint64_t complaints = 0, leaves = 0;
	struct leaf leaf;
	struct audit *a = calloc(1, sizeof *a);
	if (!a)
		abort();
	a->tally = tally_new(complain, &complaints);
	while (tile_entry_next(&rest, &entry)) {
		if (leaf_parse(entry, &leaf) < 0)
			continue;
		tally_add(a->tally, leaves, &leaf);
		if (leaf.kind == LEAF_FIGURES)
			audit_figures(a, leaves, &leaf);
		leaves++;
	}
	if (complaints > leaves)
		abort();
	check(a->tally);
	check_findings(a);
	audit_free(a);
	return 0;
}
