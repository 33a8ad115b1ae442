#include "domain/exam/form.h"

#include <string.h>

#include "base/crypto.h"
#include "base/stow.h"
#include "core/secret.h"
#include "query/exam_form.h"

void form_pack(struct buf *b, const struct form *f)
{
	stow_text(b, "title", f->title);
	stow_int(b, "form_no", f->form_no);
	stow_text(b, "multiple_rule", f->multiple_rule);
	for (int i = 0; i < f->n_sections; i++) {
		stow_text(b, "section", f->sections[i].title);
		stow_text(b, "note", f->sections[i].note);
	}
	for (int i = 0; i < f->n_items; i++) {
		const struct form_item *it = &f->items[i];
		auto_buf content;
		buf_init(&content, ITEM_RECORD_MAX);
		item_pack(&content, &it->content);
		stow_int(b, "item", it->item_id);
		stow_int(b, "version", it->version_no);
		stow_int(b, "score", it->score_centi);
		stow_int(b, "in_section", it->section);
		stow_text(b, "material", it->material_html);
		stow_str(b, "content", buf_view(&content));
	}
}

static bool add_section(struct form *f, struct str name, const char *text)
{
	if (str_is(name, "section")) {
		if (f->n_sections == FORM_SECTIONS_MAX)
			return false;
		f->sections[f->n_sections++] = (struct form_section){text, ""};
		return true;
	}
	if (!f->n_sections)
		return false;
	f->sections[f->n_sections - 1].note = text;
	return true;
}

static bool add_item(struct form *f, int64_t item_id)
{
	if (f->n_items == FORM_ITEMS_MAX)
		return false;
	f->items[f->n_items++] = (struct form_item){.item_id = item_id, .material_html = ""};
	return true;
}

static bool add_to_item(struct arena *a, struct form *f, struct stow_field field, int64_t n)
{
	if (!f->n_items)
		return false;
	struct form_item *it = &f->items[f->n_items - 1];
	if (str_is(field.name, "version"))
		it->version_no = n;
	else if (str_is(field.name, "score"))
		f->score_centi += it->score_centi = n;
	else if (str_is(field.name, "in_section"))
		it->section = (int)n;
	else if (str_is(field.name, "material"))
		it->material_html = arena_str(a, field.text);
	else if (str_is(field.name, "content"))
		return !item_unpack(a, field.text, &it->content);
	else
		return false;
	return true;
}

static bool add_field(struct arena *a, struct form *f, struct stow_field field)
{
	int64_t n = 0;
	str_to_i64(field.text, &n);
	if (str_is(field.name, "title"))
		f->title = arena_str(a, field.text);
	else if (str_is(field.name, "form_no"))
		f->form_no = n;
	else if (str_is(field.name, "multiple_rule"))
		f->multiple_rule = arena_str(a, field.text);
	else if (str_is(field.name, "section") || str_is(field.name, "note"))
		return add_section(f, field.name, arena_str(a, field.text));
	else if (str_is(field.name, "item"))
		return add_item(f, n);
	else
		return add_to_item(a, f, field, n);
	return true;
}

int form_unpack(struct arena *a, struct str record, struct form *ret_form)
{
	struct form f = {
		.title = "", .multiple_rule = "",
			.items = arena_array(a, struct form_item, FORM_ITEMS_MAX),
	};
	struct stow_field field;
	while (stow_next(&record, &field))
		if (!add_field(a, &f, field))
			return ERR_INVALID;
	for (int i = 0; i < f.n_items; i++)
		if (f.items[i].section < 0 || f.items[i].section >= f.n_sections)
			return ERR_INVALID;
	if (record.n)
		return ERR_INVALID;
	*ret_form = f;
	return 0;
}

static int store_items(struct ctx *cx, const struct form *f)
{
	int r = q_paper_form_item_clear(cx->db, .form_id = f->id);
	for (int i = 0; i < f->n_items && r >= 0; i++)
		r = q_paper_form_item_insert(cx->db, .form_id = f->id, .item_no = i + 1,
			.item_id = f->items[i].item_id, .version_no = f->items[i].version_no,
			.item_kind = item_kind_code(f->items[i].content.kind),
			.score_centi = f->items[i].score_centi);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int form_store(struct ctx *cx, struct form *f)
{
	char hash[DIGEST_HEX];
	auto_buf record;
	buf_init(&record, FORM_RECORD_MAX);
	form_pack(&record, f);
	if (record.full)
		return fail(cx, ERR_LIMIT, "exam.form_large");
	f->score_centi = 0;
	for (int i = 0; i < f->n_items; i++)
		f->score_centi += f->items[i].score_centi;
	if (!f->id)
		f->id = ctx_id(cx);
	int r = q_paper_form_put(cx->db, .id = f->id, .paper_set_id = f->paper_set_id,
		.form_no = f->form_no, .form_state = "opened", .n_items = f->n_items,
		.score_centi = f->score_centi,
		.content_cipher = secret_seal(cx, "paper_form.content_cipher", buf_z(&record)),
		.content_hash = crypto_sm3_hex(buf_view(&record), hash));
	return r < 0 ? ctx_pass(cx, r) : store_items(cx, f);
}

static int load(struct ctx *cx, int64_t form_id, bool is_sat, struct form *ret_form)
{
	struct q_paper_form_find row;
	const char *record;
	int r = q_paper_form_find(cx->db, &row, .id = form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(row.form_state, "withdrawn") && !is_sat)
		return fail(cx, ERR_STATE, "exam.form_withdrawn");
	if (streq(row.form_state, "sealed"))
		return fail(cx, ERR_STATE, "exam.form_sealed");
	if ((r = secret_open(cx, "paper_form.content_cipher", row.content_cipher, &record)) < 0)
		return r;
	struct form f;
	if (form_unpack(cx->arena, str_of(record), &f) < 0)
		return fail(cx, ERR_BUG, "exam.form_broken");
	f.id = form_id;
	f.paper_set_id = row.paper_set_id;
	*ret_form = f;
	return 0;
}

int form_load(struct ctx *cx, int64_t form_id, struct form *ret_form)
{
	return load(cx, form_id, false, ret_form);
}

int form_load_sat(struct ctx *cx, int64_t form_id, struct form *ret_form)
{
	return load(cx, form_id, true, ret_form);
}

static uint32_t mix_next(uint32_t *state)
{
	uint32_t z = *state += 0x9e3779b9u;
	z = (z ^ z >> 16) * 0x85ebca6bu;
	z = (z ^ z >> 13) * 0xc2b2ae35u;
	return z ^ z >> 16;
}

void form_order(uint32_t order_seed, int item_no, int list, int n, bool keep, int *ret_places)
{
	uint32_t state = order_seed ^ (uint32_t)item_no * 0x9e3779b1u ^ (uint32_t)list << 31;
	for (int i = 0; i < n; i++)
		ret_places[i] = i;
	for (int i = n - 1; i > 0 && !keep; i--) {
		int j = (int)(mix_next(&state) % (uint32_t)(i + 1)), swap = ret_places[i];
		ret_places[i] = ret_places[j];
		ret_places[j] = swap;
	}
}
