#include "web/page/import.h"

#include "core/file.h"
#include "web/page/page.h"

enum { COUNT_CAP = 100001, LIST_ROWS = 50 };

const char sheet_mime[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static const struct flow_state states[] = {
	{"uploaded", "等待审核", TONE_WAIT}, {"judging", "正在审核", TONE_WAIT},
	{"judged", "待确认", TONE_WAIT}, {"saving", "正在保存", TONE_WAIT},
	{"saved", "已导入", TONE_GOOD}, {"refused", "无法读取", TONE_BAD}, {0},
};
static const struct flow import_flow = {.kind = "sheet_import", .title = "导入",
	.states = states};

static const struct choice verdict_choices[] = {{"good", "可以导入"}, {"saved", "已导入"},
	{"same", "已有，不变"}, {"bad", "不能导入"}, {0}};

const struct field import_row_filters[] = {
	{"verdict", FIELD_CHOICE, "审核结果", .choices = verdict_choices},
	{0},
};

const struct field import_file_fields[] = {
	{"file", FIELD_FILE, "表格",
		.help = "Excel（.xlsx）或文本（.csv，UTF-8 或 GB18030），不超过 20 MB。",
		.max = FILE_MAX, .kinds = "xlsx csv", .flags = FIELD_REQUIRED},
	{0},
};

int import_page_list(struct req *rq, const struct import_page *p, int64_t subject_id,
	const char *action)
{
	struct q_sheet_import_list_rows rows;
	int r = q_sheet_import_list(rq->cx->db, &rows, .import_kind = p->room->import_kind,
		.subject_id = subject_id, .scope = rq->cx->scope, .page = {.limit = LIST_ROWS});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_sheet_import_list_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		view_state(json_array_get(list, i), &import_flow, rows.at[i].state);
	view_set(rq, "imports", list);
	view_flag(rq, "has_imports", rows.n > 0);
	view_text(rq, "imports_base", p->base);
	view_form(rq, "form", import_file_fields, action, "上传并审核", NULL);
	return 0;
}

static void add_labels(struct req *rq, const struct import_page *p)
{
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		bool good = streq(verdict, "good") || streq(verdict, "saved");
		json_object_set_new(row, "verdict_label",
			json_string(sheet_verdict_label(p->room, verdict)));
		json_object_set_new(row, "verdict_tone",
			json_string(good ? "good" : streq(verdict, "bad") ? "bad" : "plain"));
	}
}

static int put_rows(struct req *rq, const struct import_page *p, int64_t id)
{
	struct q_sheet_import_row_list_rows rows;
	int64_t count = 0;
	const char *verdict = in_text(rq->in, "verdict");
	int r = q_sheet_import_row_list(rq->cx->db, &rows, .import_id = id, .verdict = verdict,
		.page = rq_page(rq));
	if (r >= 0)
		r = q_sheet_import_row_list_count(rq->cx->db, &count, .import_id = id,
			.verdict = verdict, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_sheet_import_row_list_desc, rows.at, rows.n, count);
	add_labels(rq, p);
	return r;
}

static void put_stat(struct req *rq, json_t *stats, const struct import_page *p,
	const char *verdict, int64_t n)
{
	bool good = streq(verdict, "good") || streq(verdict, "saved");
	json_array_append_new(stats, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "label",
		sheet_verdict_label(p->room, verdict), "value", (json_int_t)n, "tone",
		good ? "good" : streq(verdict, "bad") && n ? "bad" : "plain", "url",
		text_of(rq->cx, "%s/%s?verdict=%s", p->base, rq_param(rq, "id"), verdict), "unit",
		p->unit, "note", ""));
}

static void put_flags(struct req *rq, const struct import_page *p,
	const struct q_sheet_import_find *import)
{
	bool refused = streq(import->state, "refused"), judged = streq(import->state, "judged");
	view_flag(rq, "is_refused", refused);
	view_flag(rq, "is_judged", judged);
	view_flag(rq, "is_saved", streq(import->state, "saved"));
	view_flag(rq, "has_rows", import->n_rows > 0 && !refused);
	view_flag(rq, "may_confirm", judged && import->n_good > 0 && ctx_may(rq->cx, p->perm));
	view_text(rq, "base", text_of(rq->cx, "%s/%s", p->base, rq_param(rq, "id")));
	view_text(rq, "noun", p->noun);
	view_text(rq, "unit", p->unit);
	view_text(rq, "what", p->what);
	view_text(rq, "back", p->back);
	view_text(rq, "back_label", p->back_label);
}

int import_page_show(struct req *rq, const struct import_page *p,
	const struct q_sheet_import_find *import)
{
	bool works = streq(import->state, "uploaded") || streq(import->state, "judging") ||
		streq(import->state, "saving");
	json_t *row = view_row(rq, &q_sheet_import_find_desc, import), *stats = json_array();
	view_state(row, &import_flow, import->state);
	view_set(rq, "import", row);
	view_text(rq, "title", import->name);
	view_set(rq, "job", json_false());
	int r = works && import->job_id ? job_put(rq, import->job_id) : 0;
	if (r < 0)
		return r;
	view_flag(rq, "is_open", works);
	put_flags(rq, p, import);
	put_stat(rq, stats, p, streq(import->state, "saved") ? "saved" : "good", import->n_good);
	put_stat(rq, stats, p, "same", import->n_same);
	put_stat(rq, stats, p, "bad", import->n_bad);
	view_set(rq, "stats", stats);
	return put_rows(rq, p, import->id);
}
