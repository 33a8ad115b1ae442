#include "web/list.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "doc/xlsx.h"
#include "web/answer.h"
#include "web/column.h"
#include "web/url.h"

enum { PAGE_LINKS = 3, QUERY_MAX = 8192, CELL_WIDTH = 18 };

static const char sheet_mime[] =
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static const char *query_text(struct exchange *ex, const char *name)
{
	return values_text(ex->arena, &ex->query_values, name);
}

static int64_t page_number(struct exchange *ex)
{
	int64_t n;
	bool given = str_to_i64(str_of(query_text(ex, "page")), &n);
	return given && n >= 1 && n <= 1000000 ? n : 1;
}

bool list_is_export(struct exchange *ex)
{
	return streq(query_text(ex, "export"), "xlsx");
}

struct page rq_page(struct req *rq)
{
	struct exchange *ex = rq->ex;
	const char *sort = query_text(ex, "sort");
	if (list_is_export(ex))
		return (struct page){.limit = LIST_EXPORT + 1, .sort = *sort ? sort : NULL};
	return (struct page){.limit = LIST_ROWS, .offset = (page_number(ex) - 1) * LIST_ROWS,
		.sort = *sort ? sort : NULL};
}

/* The list's address with `name` set to value, left out when that is ""; with value NULL it ends in
 * "name=" for the template to finish. */
static const char *address_with(struct req *rq, const char *name, const char *value)
{
	struct exchange *ex = rq->ex;
	struct buf url;
	buf_init(&url, QUERY_MAX);
	buf_puts(&url, rq->path);
	char joint = '?';
	for (size_t i = 0; i < ex->query_values.n; i++) {
		const struct raw_value *v = &ex->query_values.at[i];
		bool left_out = streq(v->name, name) || streq(v->name, "page") || streq(v->name,
			"export") || !v->text.n;
		if (left_out)
			continue;
		buf_putc(&url, joint);
		url_encode(&url, v->name);
		buf_putc(&url, '=');
		url_encode(&url, v->text.p);
		joint = '&';
	}
	if (!value || *value)
		buf_printf(&url, "%c%s=", joint, name);
	if (value)
		url_encode(&url, value);
	const char *z = url.full ? rq->path : arena_dup(ex->arena, buf_z(&url));
	buf_fini(&url);
	return z;
}

const char *list_address(struct req *rq, const char *name, const char *value)
{
	return address_with(rq, name, value);
}

static const char *page_address(struct req *rq, int64_t n)
{
	return address_with(rq, "page", text_of(rq->cx, "%" PRId64, n));
}

/* A body's own things lie in its one region: nothing to choose. */
static bool is_of_own_region(struct req *rq, const struct field *f)
{
	return rq->cx->actor.body_id && rq->route->perm != PERM_PUBLIC &&
		(streq(f->name, "region") || streq(f->name, "own_level"));
}

/* Filters as form items, and whether any of them is in use. */
static json_t *filters_of(struct req *rq, bool *ret_used)
{
	json_t *items = json_array();
	const struct exchange *ex = rq->ex;
	bool again = ex->retry.fields && ex->retry.fields == rq->route->fields;
	const struct input *in = again ? ex->retry.in : rq->in;
	*ret_used = false;
	for (const struct field *f = rq->route->fields; f && f->name; f++) {
		bool is_used = in && *in_raw(in, f->name);
		if (!is_used && is_of_own_region(rq, f))
			continue;
		json_array_append_new(items, form_item(rq, f, in, NULL));
		*ret_used |= is_used;
	}
	return items;
}

static json_t *links_of(struct req *rq, int64_t page, int64_t pages)
{
	json_t *links = json_array();
	int64_t from = page > PAGE_LINKS ? page - PAGE_LINKS : 1;
	for (int64_t n = from; n <= pages && n <= page + PAGE_LINKS; n++)
		json_array_append_new(links,
			json_pack("{s:I, s:s, s:b}", "n", (json_int_t)n, "url", page_address(rq, n),
			"current", n == page));
	return links;
}

/* q_X_count() stops counting at a limit of 1001, 10001…: then there are that many or more. */
static void put_paging(struct req *rq, json_t *list, size_t n, int64_t count)
{
	int64_t page = page_number(rq->ex);
	int64_t upto = (page - 1) * LIST_ROWS + (int64_t)n;
	bool capped = count > 1000 && count % 1000 == 1;
	bool more = upto < count || (capped && n == LIST_ROWS);
	if (capped)
		count--;
	if (count < upto)
		count = upto;
	int64_t pages = (count + LIST_ROWS - 1) / LIST_ROWS;
	json_object_set_new(list, "page", json_integer(page));
	json_object_set_new(list, "pages", json_integer(pages));
	json_object_set_new(list, "count", json_integer(count));
	json_object_set_new(list, "is_capped", json_boolean(capped));
	json_object_set_new(list, "more", json_boolean(more));
	json_object_set_new(list, "first", json_integer(n ? upto - (int64_t)n + 1 : 0));
	json_object_set_new(list, "last", json_integer(upto));
	json_object_set_new(list, "previous_url",
		json_string(page > 1 ? page_address(rq, page - 1) : ""));
	json_object_set_new(list, "next_url", json_string(more ? page_address(rq, page + 1) : ""));
	json_object_set_new(list, "links", links_of(rq, page, pages));
}

int rq_list(struct req *rq, const struct q_desc *desc, const void *rows, size_t n, int64_t count)
{
	bool used;
	if (list_is_export(rq->ex))
		return list_export(rq, desc, rows, n);
	json_t *list = json_object();
	json_object_set_new(list, "rows", view_rows(rq, desc, rows, n));
	put_paging(rq, list, n, count);
	json_object_set_new(list, "sort", json_string(query_text(rq->ex, "sort")));
	json_object_set_new(list, "sort_url", json_string(address_with(rq, "sort", NULL)));
	json_object_set_new(list, "export", json_string(address_with(rq, "export", "xlsx")));
	json_object_set_new(list, "action", json_string(rq->path));
	json_object_set_new(list, "filters", filters_of(rq, &used));
	json_object_set_new(list, "is_filtered", json_boolean(used));
	json_object_set_new(list, "has_filters",
		json_boolean(json_array_size(json_object_get(list, "filters"))));
	json_object_set_new(list, "is_empty", json_boolean(n == 0));
	view_set(rq, "list", list);
	return 0;
}

void list_head(struct req *rq, int64_t count)
{
	bool used;
	json_t *filters = filters_of(rq, &used);
	view_set(rq, "list", json_pack("{s:s, s:o, s:b, s:b, s:b, s:s, s:I, s:b, s:s}", "action",
		rq->path, "filters", filters, "has_filters", true, "is_filtered", used, "is_empty",
		count == 0, "sort", "", "count", (json_int_t)count, "is_capped", false, "export",
		""));
}

json_t *rq_list_rows(struct req *rq)
{
	return json_object_get(json_object_get(rq->view, "list"), "rows");
}

/* What stands in a cell: the reading made for people when the view has one. */
static const char *cell_key(struct req *rq, const char *column)
{
	struct str name = str_of(column);
	if (str_ends(name, "_fen"))
		return text_of(rq->cx, "%.*s_text", (int)(name.n - 4), column);
	if (str_ends(name, "_centi"))
		return text_of(rq->cx, "%.*s_text", (int)(name.n - 6), column);
	if (streq(column, "at") || str_ends(name, "_at") || streq(column, "grade"))
		return text_of(rq->cx, "%s_text", column);
	if (streq(column, "state") && rq->ex->states)
		return "state_label";
	return column;
}

static void put_cell(struct sheet_writer *w, const json_t *value)
{
	if (json_is_integer(value))
		sheet_number(w, (double)json_integer_value(value));
	else
		sheet_cell(w, json_is_string(value) ? json_string_value(value) : "", STYLE_PLAIN);
}

static size_t columns_of(struct req *rq, const struct q_desc *desc, struct sheet_column *cols,
	const char **keys)
{
	size_t n = 0;
	for (size_t i = 0; i < desc->n; i++) {
		const char *name = desc->cols[i].name, *heading = column_heading(name);
		if (!heading)
			continue;
		cols[n] = (struct sheet_column){.title = heading, .width = CELL_WIDTH,
			.text = desc->cols[i].type == Q_TEXT};
		keys[n++] = cell_key(rq, name);
	}
	return n;
}

int list_export(struct req *rq, const struct q_desc *desc, const void *rows, size_t n)
{
	struct arena *a = rq->cx->arena;
	struct sheet_column *cols = arena_array(a, struct sheet_column, desc->n);
	const char **keys = arena_array(a, const char *, desc->n);
	size_t n_cols = columns_of(rq, desc, cols, keys);
	struct sheet_writer *w;
	struct str bytes;
	if (n > LIST_EXPORT)
		return fail(rq->cx, ERR_INVALID, "web.export_long",
			text_of(rq->cx, "%d", LIST_EXPORT));
	int r = sheet_new(rq->route->title, cols, n_cols, &w);
	if (r < 0)
		return fail(rq->cx, r, "web.no_sheet");
	for (size_t i = 0; i < n; i++) {
		json_t *row = view_row(rq, desc, (const char *)rows + i * desc->row_size);
		for (size_t k = 0; k < n_cols; k++)
			put_cell(w, json_object_get(row, keys[k]));
		sheet_next(w);
		json_decref(row);
	}
	r = sheet_finish(w, a, &bytes);
	if (r < 0)
		return fail(rq->cx, r, "web.no_sheet");
	char day[CIVIL_TEXT];
	const char *name = text_of(rq->cx, "%s-%s.xlsx", rq->route->title,
		civil_put_day(ctx_today(rq->cx), day));
	return rq_bytes(rq, sheet_mime, name, bytes);
}
