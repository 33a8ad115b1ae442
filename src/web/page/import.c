#include "web/page/import.h"

#include "core/file.h"
#include "web/page/page.h"

enum { COUNT_CAP = 100001, LIST_ROWS = 50 };

const char sheet_mime[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static const struct flow_state states[] = {
	{"uploaded", "等待审核", TONE_WAIT}, {"judging", "正在审核", TONE_WAIT},
	{"judged", "待确认", TONE_WAIT}, {"saving", "正在保存", TONE_WAIT},
	{"saved", "已导入", TONE_GOOD}, {"refused", "无法读取", TONE_BAD},
	{"discarded", "已放弃", TONE_PLAIN}, {0},
};
const struct flow import_flow = {.kind = "import", .title = "导入", .states = states};

static const struct choice verdict_choices[] = {{"good", "可以导入"}, {"saved", "已导入"},
	{"same", "已有，不变"}, {"bad", "不能导入"}, {0}};

const struct field import_row_filters[] = {
	{"verdict", FIELD_CHOICE, "审核结果", .choices = verdict_choices},
	{0},
};

const struct field import_act_fields[] = {
	{"act", FIELD_CHOICE, "办理", .choices = import_acts, .flags = FIELD_REQUIRED},
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
	view_text(rq, "imports_base", p->words.base);
	view_form(rq, "form", import_file_fields, action, "上传并审核", NULL);
	return 0;
}

/* ---- one import ---- */

static const char *tone_of(const char *verdict)
{
	bool good = streq(verdict, "good") || streq(verdict, "saved");
	return good ? "good" : streq(verdict, "bad") ? "bad" : "plain";
}

void import_labels_put(struct req *rq, const struct import_words *words)
{
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		json_object_set_new(row, "verdict_label",
			json_string(import_verdict_label(words->labels, verdict)));
		json_object_set_new(row, "verdict_tone", json_string(tone_of(verdict)));
	}
}

static void put_stat(struct req *rq, json_t *stats, const struct import_words *words,
	const char *verdict, int64_t n)
{
	json_array_append_new(stats, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "label",
		import_verdict_label(words->labels, verdict), "value", (json_int_t)n, "tone",
		n ? tone_of(verdict) : "plain", "url", text_of(rq->cx, "%s/%s?verdict=%s",
		words->base, rq_param(rq, "id"), verdict), "unit", words->unit, "note", ""));
}

static void put_flags(struct req *rq, const struct import_face *f, const struct import_may *may)
{
	const char *state = f->at.state;
	bool has_rows = f->n.rows > 0 && !streq(state, "refused") && !streq(state, "discarded");
	const struct {
		const char *key;
		bool on;
	} flags[] = {
		{"is_open", may->works}, {"is_refused", streq(state, "refused")},
		{"is_judged", streq(state, "judged")}, {"is_saved", streq(state, "saved")},
		{"is_discarded", streq(state, "discarded")}, {"has_rows", has_rows},
		{"may_take", has_rows && !may->works && f->may},
		{"may_confirm", streq(state, "judged") && f->n.good > 0 && f->may},
		{"may_go_on", may->go_on && f->may}, {"may_discard", may->discard && f->may},
		{"is_stuck", may->go_on},
	};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		view_flag(rq, flags[i].key, flags[i].on);
}

static void put_words(struct req *rq, const struct import_face *f)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{"base", text_of(rq->cx, "%s/%s", f->words->base, rq_param(rq, "id"))},
		{"noun", f->words->noun}, {"unit", f->words->unit}, {"what", f->words->what},
		{"back", f->back}, {"back_label", f->back_label}, {"done", f->done},
		{"done_label", f->done_label}, {"message", f->message},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		view_text(rq, texts[i].key, texts[i].text);
	view_flag(rq, "is_below", streq(f->back, f->words->base));
	view_int(rq, "n_good", f->n.good);
	view_int(rq, "n_bad", f->n.bad);
}

int import_face_put(struct req *rq, const struct import_face *f)
{
	struct import_may may;
	json_t *stats = json_array(), *standing = json_object();
	int r = import_may(rq->cx, &f->at, &may);
	view_set(rq, "job", json_false());
	view_set(rq, "stats", stats);
	view_set(rq, "standing", standing);
	if (r < 0)
		return r;
	if (may.works || may.go_on) /* a job that stopped says why, when it is there still */
		r = job_put(rq, f->at.job_id);
	if (r == ERR_NOTFOUND && !may.works)
		ctx_clear(rq->cx);
	else if (r < 0)
		return r;
	view_state(standing, &import_flow, f->at.state);
	if (may.go_on) { /* whatever the row says, nobody works on it */
		json_object_set_new(standing, "state_label", json_string("已停下"));
		json_object_set_new(standing, "state_tone", json_string("bad"));
	}
	put_flags(rq, f, &may);
	put_words(rq, f);
	put_stat(rq, stats, f->words, streq(f->at.state, "saved") ? "saved" : "good", f->n.good);
	put_stat(rq, stats, f->words, "same", f->n.same);
	put_stat(rq, stats, f->words, "bad", f->n.bad);
	return 0;
}

/* ---- of a room without tables of its own ---- */

int import_page_show(struct req *rq, const struct import_page *p,
	const struct q_sheet_import_find *import)
{
	struct q_sheet_import_row_list_rows rows;
	int64_t count = 0;
	const char *verdict = in_text(rq->in, "verdict");
	struct import_words words = p->words;
	words.labels = p->room->labels;
	struct import_face face = {.words = &words, .at = {import->id, import->job_id,
		import->state}, .message = import->message, .n = {import->n_rows, import->n_good,
		import->n_same, import->n_bad}, .back = p->back, .back_label = p->back_label,
		.done = p->back, .done_label = p->back_label, .may = ctx_may(rq->cx, p->perm)};
	view_set(rq, "import", view_row(rq, &q_sheet_import_find_desc, import));
	view_text(rq, "title", import->name);
	int r = import_face_put(rq, &face);
	if (r < 0)
		return r;
	r = q_sheet_import_row_list(rq->cx->db, &rows, .import_id = import->id,
		.verdict = verdict, .page = rq_page(rq));
	if (r >= 0)
		r = q_sheet_import_row_list_count(rq->cx->db, &count, .import_id = import->id,
			.verdict = verdict, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_sheet_import_row_list_desc, rows.at, rows.n, count);
	import_labels_put(rq, &words);
	return r;
}
