/* Shared materials of a bank. */
#include "domain/exam/bank_material.h"

#include <inttypes.h>

#include "base/markup.h"
#include "web/item_view.h"
#include "web/page/bank.h"
#include "web/page/page.h"

enum { TEXT_CHARS = 20000, IMAGE_BYTES = 2 * 1024 * 1024, IMAGES = 4 };

static const struct field material_fields[] = {
	{"base", FIELD_INT, "版本", .min = 0, .max = 1000000, .flags = FIELD_HIDDEN},
	{"title", FIELD_TEXT, "材料名称", .help = "只用于查找，不加密，不要写试题内容。", .max = 60,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"html", FIELD_AREA, "材料内容", .max = TEXT_CHARS, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"image_1", FIELD_FILE, "图片 1", .max = IMAGE_BYTES},
	{"image_2", FIELD_FILE, "图片 2", .max = IMAGE_BYTES},
	{"image_3", FIELD_FILE, "图片 3", .max = IMAGE_BYTES},
	{"image_4", FIELD_FILE, "图片 4", .max = IMAGE_BYTES},
	{0},
};

static const struct field reason_fields[] = {
	{"reason", FIELD_TEXT, "调阅理由", .help = "随调阅记录保存，写明用途，4 至 200 个字。",
		.min = READ_REASON_MIN, .max = READ_REASON_MAX,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static int material_list(struct req *rq)
{
	struct q_bank_find bank;
	struct q_material_of_rows rows;
	int r = bank_put(rq, "/materials", &bank);
	if (r < 0)
		return r;
	r = q_material_of(rq->cx->db, &rows, .bank_id = bank.id, .scope = bank_scope(rq->cx));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "materials", view_rows(rq, &q_material_of_desc, rows.at, rows.n));
	view_flag(rq, "is_empty", rows.n == 0);
	return 0;
}

static void put_form(struct req *rq, const char *action, json_t *values)
{
	view_form(rq, "form", material_fields, action, "保存", values);
	view_by_name(rq, "form", "f");
}

static int material_new(struct req *rq)
{
	struct q_bank_find bank;
	int r = bank_put(rq, "/materials", &bank);
	if (r < 0 || (r = bank_need_own(rq->cx, bank.body_id, bank.region)) < 0)
		return r;
	put_form(rq, text_of(rq->cx, "/banks/%" PRId64 "/materials/new", bank.id), NULL);
	view_set(rq, "images", json_array());
	view_text(rq, "title", "新建共用材料");
	return 0;
}

static int take(struct req *rq, const struct material_reading *before,
	struct material_in *ret_in)
{
	*ret_in = (struct material_in){.title = in_text(rq->in, "title")};
	if (markup_of_text(rq->cx->arena, str_of(in_text(rq->in, "html")), ITEM_HTML_MAX, NULL,
		NULL, &ret_in->html) < 0)
		return fail_field(rq->cx, "html", "item.text_broken");
	for (int i = 0; before && i < before->n_assets; i++)
		ret_in->assets[ret_in->n_assets++] = before->assets[i];
	for (int i = 1; i <= IMAGES && ret_in->n_assets < ITEM_ASSETS_MAX; i++) {
		const char *name = text_of(rq->cx, "image_%d", i);
		const struct upload *file = in_file(rq->in, name);
		if (file)
			ret_in->assets[ret_in->n_assets++] = (struct item_asset){.name = name,
				.mime = "", .bytes = file->bytes};
	}
	return 0;
}

/* Names of the domain's lists are those of the form's fields. */
static int put(struct req *rq, int64_t id, const struct material_reading *before)
{
	struct material_in in;
	int64_t base = in_int(rq->in, "base");
	int r = take(rq, before, &in);
	if (r < 0)
		return r;
	r = material_save(rq->cx, rq_id(rq, "id"), id, base, &in, &id);
	for (int i = 0; i < rq->cx->problem.n_fields; i++) {
		const char **field = &rq->cx->problem.fields[i].field;
		*field = streq(*field, "assets") ? "image_1" : streq(*field, "stem") ? "html"
			: *field;
	}
	if (r < 0)
		return r;
	rq_flash(rq, "material.saved");
	return rq_redirect(rq, "/banks/%s/materials/%" PRId64, rq_param(rq, "id"), id);
}

static int material_add(struct req *rq)
{
	return put(rq, 0, NULL);
}

/* ERR_NOTFOUND unless it lies in the bank of the address. */
static int find(struct req *rq, struct q_material_find *ret_material)
{
	int r = q_material_find(rq->cx->db, ret_material, .id = rq_id(rq, "material"),
		.scope = bank_scope(rq->cx));
	if (r == ERR_NOTFOUND || (r == 0 && ret_material->bank_id != rq_id(rq, "id")))
		return fail(rq->cx, ERR_NOTFOUND, "material.not_found");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int put_text(struct req *rq, const struct q_material_find *m)
{
	struct material_reading *reading = arena_make(rq->cx->arena, struct material_reading);
	const char *base = text_of(rq->cx, "/banks/%s/materials/%" PRId64 "/assets/",
		rq_param(rq, "id"), m->id);
	json_t *images = json_array();
	int r = material_open(rq->cx, m->id, 0, NULL, reading);
	if (r < 0)
		return r;
	view_text(rq, "material_html", item_html(rq->cx, reading->html, base));
	for (int i = 0; i < reading->n_assets; i++)
		json_array_append_new(images, json_pack("{s:s, s:s}", "name",
			reading->assets[i].name, "url",
			text_of(rq->cx, "%s%s", base, reading->assets[i].name)));
	view_set(rq, "images", images);
	put_form(rq, text_of(rq->cx, "/banks/%s/materials/%" PRId64, rq_param(rq, "id"), m->id),
		json_pack("{s:I, s:s, s:s}", "base", (json_int_t)m->version_no, "title", m->title,
		"html", markup_to_text(rq->cx->arena, reading->html)));
	return 0;
}

static int material_show(struct req *rq)
{
	struct q_bank_find bank;
	struct q_material_find m;
	int r = bank_put(rq, "/materials", &bank), open;
	if (r < 0 || (r = find(rq, &m)) < 0)
		return r;
	if ((open = material_is_open(rq->cx, m.id)) < 0)
		return open;
	view_set(rq, "material", view_row(rq, &q_material_find_desc, &m));
	view_text(rq, "title", m.title);
	view_flag(rq, "is_readable", open);
	view_text(rq, "material_html", "");
	if (open)
		return put_text(rq, &m);
	view_form(rq, "reason_form", reason_fields, text_of(rq->cx,
		"/banks/%s/materials/%" PRId64 "/read", rq_param(rq, "id"), m.id), "调阅材料",
		NULL);
	return 0;
}

static int material_read(struct req *rq)
{
	struct q_material_find m;
	struct material_reading *reading = arena_make(rq->cx->arena, struct material_reading);
	int r = find(rq, &m);
	if (r < 0 || (r = material_open(rq->cx, m.id, 0, in_text(rq->in, "reason"), reading)) < 0)
		return r;
	return rq_redirect(rq, "/banks/%s/materials/%s", rq_param(rq, "id"),
		rq_param(rq, "material"));
}

static int material_change(struct req *rq)
{
	struct q_material_find m;
	struct material_reading *before = arena_make(rq->cx->arena, struct material_reading);
	int r = find(rq, &m);
	if (r < 0 || (r = material_open(rq->cx, m.id, 0, NULL, before)) < 0)
		return r;
	return put(rq, m.id, before);
}

static int material_asset(struct req *rq)
{
	struct q_material_find m;
	struct file file;
	int r = find(rq, &m);
	if (r < 0 || (r = material_asset_open(rq->cx, m.id, rq_param(rq, "name"), &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, NULL, file.bytes);
}

const struct route routes_bank_material[] = {
	{GET, "/banks/:id/materials", PERM_BANK_READ, material_list, "bank/materials",
		"共用材料"},
	{GET, "/banks/:id/materials/new", PERM_ITEM_WRITE, material_new, "bank/material_new",
		"新建共用材料"},
	{POST, "/banks/:id/materials/new", PERM_ITEM_WRITE, material_add, NULL, "保存新材料",
		material_fields, .form = "/banks/:id/materials/new", .flags = ROUTE_BIG},
	{GET, "/banks/:id/materials/:material", PERM_BANK_READ, material_show, "bank/material",
		"共用材料"},
	{POST, "/banks/:id/materials/:material", PERM_ITEM_WRITE, material_change, NULL,
		"保存材料", material_fields, .form = "/banks/:id/materials/:material",
		.flags = ROUTE_BIG},
	{POST, "/banks/:id/materials/:material/read", PERM_BANK_READ, material_read, NULL,
		"调阅材料", reason_fields, .form = "/banks/:id/materials/:material"},
	{GET, "/banks/:id/materials/:material/assets/:name", PERM_BANK_READ, material_asset, NULL,
		"材料图片", .flags = ROUTE_DOWNLOAD},
	{0},
};
