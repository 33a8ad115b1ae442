#include "domain/statistics/publish.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/figures.h"
#include "base/leaf.h"
#include "core/tlog.h"
#include "query/statistics.h"

enum { SUMS_MAX = 256 };

/* What is counted of one value. */
struct sum {
	enum figures_by by;
	const char *value;
	int64_t issued, revoked;
};
struct sums {
	struct ctx *cx;
	size_t n;
	struct sum of[SUMS_MAX];
};

static int add(struct sums *s, enum figures_by by, const char *value,
	const struct q_figures_of_log *row)
{
	size_t i = 0;
	while (i < s->n && (s->of[i].by != by || !streq(s->of[i].value, value)))
		i++;
	if (i == SUMS_MAX)
		return ctx_pass(s->cx, ERR_LIMIT);
	if (i == s->n)
		s->of[s->n++] = (struct sum){.by = by, .value = value};
	s->of[i].issued += row->n_certificates;
	s->of[i].revoked += row->n_all_revoked;
	return 0;
}

static int add_row(struct sums *s, const struct q_figures_of_log *row)
{
	struct ctx *cx = s->cx;
	int r = add(s, FIGURES_ALL, "", row);
	if (!r)
		r = add(s, FIGURES_BODY_KIND, row->body_kind, row);
	if (!r)
		r = add(s, FIGURES_REGION, row->place, row);
	if (!r)
		r = add(s, FIGURES_GRADE, text_of(cx, "%" PRId64, row->grade), row);
	if (!r)
		r = add(s, FIGURES_YEAR, text_of(cx, "%" PRId64, row->year), row);
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;
	return x->by != y->by ? (x->by > y->by) - (x->by < y->by) : strcmp(x->value, y->value);
}

static void put(struct sums *s, uint64_t size, struct buf *out)
{
	qsort(s->of, s->n, sizeof *s->of, by_name);
	figures_put_size(out, size);
	for (size_t i = 0; i < s->n; i++) {
		const struct sum *sum = &s->of[i];
		struct figure f = {.by = sum->by, .value = str_of(sum->value), .n = sum->issued};
		figures_put(out, &f);
		f.is_revoked = true;
		f.n = sum->revoked;
		if (f.n)
			figures_put(out, &f);
	}
}

static int append(struct ctx *cx, struct str figures, int64_t size)
{
	char digest[DIGEST_HEX];
	int64_t id;
	struct leaf leaf = {.kind = LEAF_FIGURES, .on = ctx_today(cx), .figures = figures};
	auto_buf entry;
	buf_init(&entry, LEAF_MAX);
	leaf.digest = str_of(crypto_sha256_hex(figures, digest));
	int r = leaf_put(&entry, &leaf);
	if (!r)
		r = tlog_append(cx, buf_view(&entry), &id);
	if (!r)
		r = (int)q_figures_publication_insert(cx->db, .published_on = ctx_today(cx),
			.tree_size = size, .leaf_id = id, .at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int publish(struct ctx *cx, const struct q_figures_of_log_rows *rows)
{
	struct sums *s = arena_make(cx->arena, struct sums);
	auto_buf figures;
	auto_tx tx = {0};
	int r = 0;
	buf_init(&figures, LEAF_TEXT_MAX);
	s->cx = cx;
	for (size_t i = 0; i < rows->n && !r; i++)
		r = add_row(s, &rows->at[i]);
	if (r < 0)
		return r;
	put(s, (uint64_t)rows->at[0].size_now, &figures);
	r = figures.full ? ERR_LIMIT : tx_begin(&tx, cx->db);
	if (r >= 0)
		r = append(cx, buf_view(&figures), rows->at[0].size_now);
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int figures_publish(struct ctx *cx, bool *ret_published)
{
	struct q_figures_publication_find today;
	struct q_figures_of_log_rows rows;
	*ret_published = false;
	int r = q_figures_publication_find(cx->db, &today, .published_on = ctx_today(cx));
	if (r != ERR_NOTFOUND)
		return r < 0 ? ctx_pass(cx, r) : 0;
	r = q_figures_of_log(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n || rows.at[0].n_waiting || !rows.at[0].is_done)
		return 0;
	r = publish(cx, &rows);
	if (r == ERR_CONFLICT) { /* another process was first */
		ctx_clear(cx);
		return 0;
	}
	*ret_published = r == 0;
	return r;
}
