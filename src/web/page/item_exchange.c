/* Items of a bank in files: template, upload, every item's verdict, confirming, the sheet that goes
 * back; and the bank as a file, for a stated purpose. */
#include <inttypes.h>

#include "core/file.h"
#include "doc/item_exchange.h"
#include "doc/item_job.h"
#include "domain/exam/item_import.h"
#include "query/item_import.h"
#include "web/page/bank.h"
#include "web/page/import.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct import_words words = {.base = "/item-imports", .noun = "试题", .unit = "题",
	.labels = item_verdicts, .what = "导入后为草稿。"};

static const struct choice export_formats[] = {{"xlsx", "Excel 试题表"}, {"gift", "GIFT 文本"},
	{"qti", "QTI 3.0 试题包（题、卷、材料、图片）"}, {0}};
static const struct choice export_states[] = {{"draft", "草稿"}, {"submitted", "待审核"},
	{"reviewed", "待批准"}, {"approved", "使用中"}, {0}};

static const struct field upload_fields[] = {
	{"file", FIELD_FILE, "试题文件",
		.help = "Excel 试题表（.xlsx）、CSV、GIFT、Aiken、Moodle XML "
		"或 QTI 试题包（.zip），自动识别，不超过 20 MB。", .max = FILE_MAX,
		.flags = FIELD_REQUIRED},
	{"point_id", FIELD_CHOICE, "默认鉴定点", .help = "文件中没有写鉴定点的试题归入这里；"
		"不选，则这些试题不导入。"},
	{0},
};
/* What is missing is said by the handler, which first asks whose bank it is. */
static const struct field export_fields[] = {
	{"format", FIELD_CHOICE, "格式", .choices = export_formats},
	{"state", FIELD_CHOICE, "状态", .choices = export_states,
		.help = "不选即全部（已停用的除外）。"},
	{"purpose", FIELD_TEXT, "用途", .help = "逐题记入调阅记录。", .example = "制作模拟考试文件",
		.min = EXPORT_PURPOSE_MIN, .max = EXPORT_PURPOSE_MAX,
		.flags = FIELD_WIDE},
	{0},
};
/* ---- one bank ---- */

/* As the form shows them: two must be filled in. */
static const struct field *shown_export_fields(struct req *rq)
{
	struct field *f = arena_copy(rq->cx->arena, export_fields, sizeof export_fields);
	f[0].flags |= FIELD_REQUIRED;
	f[2].flags |= FIELD_REQUIRED;
	return f;
}

static int list(struct req *rq)
{
	struct q_bank_find bank;
	struct q_item_imports_of_rows rows;
	struct ctx *cx = rq->cx;
	int r = bank_put(rq, "/imports", &bank);
	if (r < 0)
		return r;
	r = q_item_imports_of(cx->db, &rows, .bank_id = bank.id, .scope = bank_scope(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	rq_states(rq, &import_flow);
	view_set(rq, "imports", view_rows(rq, &q_item_imports_of_desc, rows.at, rows.n));
	rq_states(rq, NULL);
	bool is_own = bank_is_own(cx, bank.body_id, bank.region);
	view_flag(rq, "is_empty", rows.n == 0);
	view_flag(rq, "may_upload", is_own && streq(bank.state, "open"));
	view_flag(rq, "may_export", is_own && ctx_may(cx, PERM_BANK_EDIT));
	view_choices(rq, "point_id", choices_points(rq, bank.id, false));
	view_form(rq, "form", upload_fields, text_of(cx, "/banks/%s/imports", rq_param(rq, "id")),
		"上传并审核", NULL);
	view_form(rq, "export_form", shown_export_fields(rq),
		text_of(cx, "/banks/%s/export", rq_param(rq, "id")), "导出", NULL);
	return 0;
}

static int upload(struct req *rq)
{
	const struct upload *file = in_file(rq->in, "file");
	const struct item_format *format = item_format_sniff(file->bytes);
	struct item_upload in = {.bank_id = rq_id(rq, "id"), .filename = file->filename,
		.bytes = file->bytes};
	int64_t id;
	if (!format)
		return fail_field(rq->cx, "file", "exchange.format_unknown");
	in.format = format->label;
	in.mime = format->mime;
	in.point_id = in_choice(rq->in, "point_id");
	int r = item_import_upload(rq->cx, &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "item_import.uploaded");
	return rq_redirect(rq, "/item-imports/%" PRId64, id);
}

static int template(struct req *rq)
{
	struct q_bank_find bank;
	struct q_bank_point_of_rows rows;
	struct str bytes;
	struct ctx *cx = rq->cx;
	int r = bank_get(cx, rq_id(rq, "id"), &bank);
	if (r < 0)
		return r;
	r = q_bank_point_of(cx->db, &rows, .bank_id = bank.id);
	if (r < 0)
		return ctx_pass(cx, r);
	const char **codes = arena_array(cx->arena, const char *, rows.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].depth == POINT_DEPTH)
			codes[n++] = rows.at[i].code;
	r = item_template(cx, n ? codes : NULL, &bytes);
	return r < 0 ? r : rq_bytes(rq, item_format_of("xlsx")->mime, "试题模板.xlsx", bytes);
}

static int export(struct req *rq)
{
	struct item_sheet sheet, lost;
	struct str bytes;
	struct ctx *cx = rq->cx;
	struct q_bank_find bank;
	const struct item_format *format = item_format_of(in_text(rq->in, "format"));
	int r = bank_get(cx, rq_id(rq, "id"), &bank);
	if (r < 0 || (r = bank_need_own(cx, bank.body_id, bank.region)) < 0)
		return r;
	if (!format || !format->write)
		return fail_field(cx, "format", "item_import.format");
	item_sheet_init(&sheet, cx->arena);
	item_sheet_init(&lost, cx->arena);
	r = item_export(cx, bank.id, in_text(rq->in, "state"),
		in_text(rq->in, "purpose"), &sheet);
	if (r < 0 || (r = format->write(cx, &sheet, &lost, &bytes)) < 0)
		return r;
	return rq_bytes(rq, format->mime,
		text_of(cx, "%s.%s", sheet.title, format->extension), bytes);
}

/* ---- one import ---- */

static void add_labels(struct req *rq)
{
	size_t i;
	json_t *row;
	import_labels_put(rq, &words);
	json_array_foreach(rq_list_rows(rq), i, row) {
		const char *kind = json_string_value(json_object_get(row, "item_kind"));
		bool is_saved = streq(json_string_value(json_object_get(row, "verdict")), "saved");
		json_object_set_new(row, "kind_label",
			json_string(item_kind_label(item_kind_of(kind))));
		json_object_set_new(row, "is_saved", json_boolean(is_saved));
	}
}

static int put_rows(struct req *rq, int64_t id)
{
	struct q_item_import_row_list_rows rows;
	int64_t count = 0;
	const char *verdict = in_text(rq->in, "verdict");
	int r = q_item_import_row_list(rq->cx->db, &rows, .import_id = id, .verdict = verdict,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_item_import_row_list_count(rq->cx->db, &count, .import_id = id,
			.verdict = verdict, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		struct q_item_import_row_list *row = &rows.at[i];
		r = item_import_words(rq->cx, row->words_cipher, &row->name, &row->verdict_text);
		if (r < 0)
			return r;
		row->words_cipher = "";
	}
	r = rq_list(rq, &q_item_import_row_list_desc, rows.at, rows.n, count);
	add_labels(rq);
	return r;
}

static int show(struct req *rq)
{
	struct q_item_import_find import;
	struct ctx *cx = rq->cx;
	int r = item_import_get(cx, rq_id(rq, "id"), &import);
	if (r < 0)
		return r;
	struct import_face face = {.words = &words, .at = {import.id, import.job_id, import.state},
		.message = import.message, .n = {import.n_rows, import.n_good, import.n_same,
		import.n_bad}, .back = text_of(cx, "/banks/%" PRId64 "/imports", import.bank_id),
		.back_label = import.bank_title, .done = text_of(cx, "/banks/%" PRId64
		"/items?state=draft", import.bank_id), .done_label = "查看题库的草稿",
		.may = bank_is_own(cx, import.body_id, import.region)};
	json_t *row = view_row(rq, &q_item_import_find_desc, &import);
	view_state(row, &import_flow, import.state);
	view_set(rq, "import", row);
	view_text(rq, "title", import.name);
	return (r = import_face_put(rq, &face)) < 0 ? r : put_rows(rq, import.id);
}

static int confirm(struct req *rq)
{
	int64_t job_id;
	int r = item_import_confirm(rq->cx, rq_id(rq, "id"), &job_id);
	if (r < 0)
		return r;
	rq_flash(rq, "item_import.confirmed");
	return rq_redirect(rq, "/item-imports/%s", rq_param(rq, "id"));
}

static int act(struct req *rq)
{
	int r = item_import_act(rq->cx, rq_id(rq, "id"), in_text(rq->in, "act"));
	return r < 0 ? r : rq_redirect(rq, "/item-imports/%s", rq_param(rq, "id"));
}

static int annotated(struct req *rq)
{
	struct q_item_import_find import;
	struct str bytes;
	int r = item_import_get(rq->cx, rq_id(rq, "id"), &import);
	if (r < 0 || (r = item_import_annotated(rq->cx, import.id, &bytes)) < 0)
		return r;
	return rq_bytes(rq, item_format_of("xlsx")->mime,
		text_of(rq->cx, "审核结果-%s.xlsx", import.name), bytes);
}

const struct route routes_item_exchange[] = {
	{GET, "/banks/:id/imports", PERM_ITEM_WRITE, list, "bank/exchange", "导入导出"},
	{POST, "/banks/:id/imports", PERM_ITEM_WRITE, upload, NULL, "上传试题文件", upload_fields,
		.form = "/banks/:id/imports", .flags = ROUTE_BIG},
	{GET, "/banks/:id/imports/template", PERM_ITEM_WRITE, template, NULL, "试题模板",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/banks/:id/export", PERM_BANK_EDIT, export, NULL, "导出试题", export_fields,
		.audit = "导出试题", .flags = ROUTE_DOWNLOAD},
	{GET, "/item-imports/:id", PERM_ITEM_WRITE, show, "bank/import", "试题导入",
		import_row_filters, .flags = ROUTE_LIST},
	{POST, "/item-imports/:id/confirm", PERM_ITEM_WRITE, confirm, NULL, "确认导入试题",
		.form = "/item-imports/:id"},
	{POST, "/item-imports/:id/act", PERM_ITEM_WRITE, act, NULL, "继续或放弃导入试题",
		import_act_fields, .form = "/item-imports/:id"},
	{GET, "/item-imports/:id/sheet", PERM_ITEM_WRITE, annotated, NULL, "下载审核结果",
		.audit = "下载试题审核结果", .flags = ROUTE_DOWNLOAD},
	{0},
};
