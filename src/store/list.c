/* Puts the text of a list together from its declared parts. */
#include <stdlib.h>
#include <string.h>

#include "store/statement.h"

struct assembly {
	const struct q_def *def;
	enum db_kind kind;
	struct q_variant variant;
	struct buf *text;
	struct q_order *order;
};

static void put(struct assembly *a, const char *part);

static void put_param(struct assembly *a, int param)
{
	struct q_order *order = a->order;
	int i = 0;
	while (i < order->n && order->at[i] != param)
		i++;
	if (i == order->n && i < Q_MAX_PARAMS)
		order->at[order->n++] = (unsigned char)param;
	buf_printf(a->text, "%c%d", a->kind == DB_SQLITE ? '?' : '$', i + 1);
}

static void put_filters(struct assembly *a)
{
	for (int i = 0; i < a->def->list->n_filters; i++) {
		if (!(a->variant.filters & 1u << i))
			continue;
		buf_puts(a->text, " AND (");
		put(a, a->def->list->filters[i].sql);
		buf_puts(a->text, ")");
	}
}

static void put_mark(struct assembly *a, struct str mark)
{
	int64_t param;
	if (a->def && str_is(mark, "filters")) {
		put_filters(a);
	} else if (a->def && str_starts(mark, "body ")) {
		if (!a->variant.body)
			return;
		buf_puts(a->text, " AND ");
		buf_str(a->text, (struct str){mark.p + 5, mark.n - 5});
		buf_puts(a->text, "body_id = ");
		put_param(a, a->def->scope_param + 2);
	} else if (str_starts(mark, "share ")) {
		if (a->kind == DB_POSTGRES)
			buf_printf(a->text, "FOR SHARE OF %.*s", (int)mark.n - 6, mark.p + 6);
	} else if (str_to_i64(mark, &param)) {
		put_param(a, (int)param);
	}
}

static void put(struct assembly *a, const char *part)
{
	struct str rest = str_of(part);
	while (rest.n) {
		buf_str(a->text, str_cut(&rest, '{'));
		if (rest.n)
			put_mark(a, str_cut(&rest, '}'));
	}
}

static void put_count(struct assembly *a)
{
	const struct q_list *list = a->def->list;
	buf_puts(a->text, "SELECT count(*) FROM (");
	put(a, list->with);
	put(a, list->counts_whole ? list->columns : "SELECT 1");
	buf_puts(a->text, " ");
	put(a, list->from);
	buf_puts(a->text, " LIMIT ");
	put_param(a, a->def->page_param);
	buf_puts(a->text, ") AS counted");
}

void q_list_text(const struct q_def *def, enum db_kind kind, struct q_variant variant,
	struct buf *ret_text, struct q_order *ret_order)
{
	struct assembly a = {def, kind, variant, ret_text, ret_order};
	const struct q_list *list = def->list;
	if (variant.form == Q_COUNT) {
		put_count(&a);
		return;
	}
	put(&a, list->with);
	put(&a, list->columns);
	buf_puts(ret_text, " ");
	put(&a, list->from);
	buf_puts(ret_text, " ORDER BY ");
	put(&a, list->sorts[variant.sort].sql);
	if (variant.form == Q_WALK)
		return;
	buf_puts(ret_text, " LIMIT ");
	put_param(&a, def->page_param);
	buf_puts(ret_text, " OFFSET ");
	put_param(&a, def->page_param + 1);
}

void q_expand(const char *text, enum db_kind kind, struct buf *ret_text, struct q_order *ret_order)
{
	struct assembly a = {.kind = kind, .text = ret_text, .order = ret_order};
	put(&a, text);
}
