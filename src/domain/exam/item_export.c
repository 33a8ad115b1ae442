/* The items of a bank as a sheet: opened one by one, each reading logged with its purpose. */
#include <inttypes.h>

#include "base/markup.h"
#include "base/utf8.h"
#include "core/file.h"
#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"
#include "domain/exam/item_import.h"
#include "query/item_import.h"

/* A request has an arena of 1 GiB, and the file is built in it too. */
enum { BYTES_MAX = 64 * 1024 * 1024, MEMORY_MAX = 384 * 1024 * 1024 };

struct exporting {
	struct ctx *cx;
	struct item_sheet *sheet;
	const char *purpose;
	size_t bytes;
};

static bool is_shown(const char *html, const char *name)
{
	struct str rest = str_of(html), found;
	while (markup_next_asset(&rest, &found))
		if (str_is(found, name))
			return true;
	return false;
}

static bool shows(const struct item *it, const char *name)
{
	bool is_there = is_shown(it->stem_html, name) || is_shown(it->rubric_html, name) ||
		is_shown(it->explanation_html, name);
	for (int i = 0; i < it->n_options; i++)
		is_there = is_there || is_shown(it->options[i].html, name) ||
			is_shown(it->options[i].feedback_html, name);
	for (int i = 0; i < it->n_targets; i++)
		is_there = is_there || is_shown(it->targets[i].html, name);
	return is_there;
}

static int load(struct exporting *x, struct item_asset *a)
{
	struct file file;
	int r = file_read(x->cx, 0, a->file_id, &file);
	if (r < 0)
		return r;
	a->bytes = file.bytes;
	x->bytes += file.bytes.n;
	return x->bytes > BYTES_MAX ? fail(x->cx, ERR_LIMIT, "exchange.export_large") : 0;
}

/* The pictures of the material stand among the item's: they go where they belong. */
static int part_assets(struct exporting *x, struct item *it, struct item_material *m)
{
	int n = 0;
	for (int i = 0; i < it->n_assets; i++) {
		struct item_asset a = it->assets[i];
		bool is_own = !m || shows(it, a.name);
		bool is_new = m && m->n_uses == 1 && is_shown(m->html, a.name);
		int r = is_own || is_new ? load(x, &a) : 0;
		if (r < 0)
			return r;
		if (is_new && m->n_assets < ITEM_ASSETS_MAX)
			m->assets[m->n_assets++] = a;
		if (is_own)
			it->assets[n++] = a;
	}
	it->n_assets = n;
	return 0;
}

static struct item_material *material_of(struct exporting *x, struct item_entry *e,
	const struct item_reading *reading)
{
	if (!reading->material_id)
		return NULL;
	const char *code = text_of(x->cx, "M%" PRId64 "-%" PRId64, reading->material_id,
		reading->material_no);
	int at = item_sheet_material_of(x->sheet, code);
	struct item_material *m = at ? x->sheet->materials[at - 1] :
		item_sheet_material(x->sheet, code);
	if (!m)
		return NULL;
	e->material = at ? at : x->sheet->n_materials;
	m->html = reading->material_html;
	m->title = reading->material_title;
	m->n_uses++;
	return m;
}

static int take(struct exporting *x, const struct q_item_export_list *row)
{
	struct item_reading reading;
	int64_t version = row->approved_version_no ? row->approved_version_no : row->version_no;
	int r = item_open(x->cx, row->id, version, x->purpose, &reading);
	if (r < 0)
		return r;
	struct item_entry *e = item_sheet_add(x->sheet);
	if (!e || arena_used(x->cx->arena) > MEMORY_MAX)
		return fail(x->cx, ERR_LIMIT, "exchange.export_large");
	e->name = text_of(x->cx, "%" PRId64, row->item_no);
	e->content = reading.content;
	e->point = row->point_code;
	e->difficulty_permille = reading.difficulty_permille;
	return part_assets(x, &e->content, material_of(x, e, &reading));
}

int item_export(struct ctx *cx, int64_t bank_id, const char *state, const char *purpose,
	struct item_sheet *sheet)
{
	struct q_bank_find bank;
	struct q_item_export_list_rows rows;
	struct exporting x = {.cx = cx, .sheet = sheet, .purpose = purpose};
	size_t chars = utf8_count(str_trim(str_of(purpose)));
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_BANK_EDIT);
	if (r < 0 || (r = bank_get(cx, bank_id, &bank)) < 0)
		return r;
	if ((r = bank_need_own(cx, bank.body_id, bank.region)) < 0)
		return r;
	if (chars < EXPORT_PURPOSE_MIN || chars > EXPORT_PURPOSE_MAX)
		return fail_field(cx, "purpose", "item_import.purpose");
	sheet->title = bank.title;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_item_export_list(cx->db, &rows, .bank_id = bank_id, .wanted_state = state,
		.most = EXPORT_ITEMS_MAX + 1, .scope = bank_scope(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n)
		return fail(cx, ERR_STATE, "exchange.nothing");
	if (rows.n > EXPORT_ITEMS_MAX)
		return fail(cx, ERR_LIMIT, "item_import.export_many",
			text_of(cx, "%d", EXPORT_ITEMS_MAX));
	for (size_t i = 0; i < rows.n; i++)
		if ((r = take(&x, &rows.at[i])) < 0)
			return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return 0;
}
