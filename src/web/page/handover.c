/* Records of the hand-over, one by one; the layouts; what is to be done. */
#include "web/page/handover.h"

#include <inttypes.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/certificate/handover.h"
#include "query/certificate.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/todo.h"

enum { COUNT_CAP = 1001, LAYOUT_FILE = 64 * 1024 };

static const struct choice state_choices[] = {{"waiting", "待上报"}, {"prepared", "已装包"},
	{"sent", "已上报，待答复"}, {"accepted", "已入库"}, {"refused", "被退回"},
	{"mended", "已改正，待重报"},
	{"ended", "不再上报"}, {0}};

static const struct field filters[] = {
	{"number", FIELD_TEXT, "证书编号", .max = 30},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"target", FIELD_CHOICE, "上报到", .choices = handover_targets},
	{"record_kind", FIELD_CHOICE, "类别", .choices = handover_records},
	{"overdue", FIELD_BOOL, "只看超过期限未答复的"},
	{"package_id", FIELD_ID, "上报包", .flags = FIELD_HIDDEN},
	{0},
};

static int64_t overdue_before(struct ctx *cx)
{
	return ctx_today(cx) - setting_int(cx, "handover.answer_days", cx->actor.region, 0);
}

static void label_row(json_t *row, const char *target, const char *record_kind)
{
	json_object_set_new(row, "target_label", json_string(handover_target_label(target)));
	json_object_set_new(row, "record_label",
		json_string(choice_label(handover_records, record_kind)));
}

/* The certificate of a number; -1, which finds nothing, when there is none. */
static int64_t numbered(struct req *rq)
{
	struct q_certificate_by_number found;
	const char *number = in_text(rq->in, "number");
	if (is_blank(number))
		return 0;
	return q_certificate_by_number(rq->cx->db, &found,
		.number = number) == 0 ? found.certificate_id : -1;
}

static int list(struct req *rq)
{
	struct q_handover_list_rows rows;
	const struct input *in = rq->in;
	int64_t count = 0, before = in_int(in, "overdue") ? overdue_before(rq->cx) : 0;
	int64_t id = numbered(rq), package_id = in_int(in, "package_id");
	const char *state = in_text(in, "state"), *target = in_text(in, "target"),
		*kind = in_text(in, "record_kind");
	rq_states(rq, &handover_flow);
	int r = q_handover_list(rq->cx->db, &rows, .scope = rq->cx->scope, .find_id = id,
		.state = state, .target = target, .record_kind = kind, .package_id = package_id,
		.sent_before = before, .page = rq_page(rq));
	if (r >= 0)
		r = q_handover_list_count(rq->cx->db, &count, .scope = rq->cx->scope, .find_id = id,
			.state = state, .target = target, .record_kind = kind,
			.package_id = package_id, .sent_before = before,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_handover_list_desc, rows.at, rows.n, count);
	json_t *out = rq_list_rows(rq);
	for (size_t i = 0; i < json_array_size(out); i++)
		label_row(json_array_get(out, i), rows.at[i].target, rows.at[i].record_kind);
	return r;
}

static const struct choice next_steps[] = {
	{"waiting", "整理下一个上报包时列入。"},
	{"prepared", "已列入上报包。把包中的文件报送对方，在上报包中登记报送日期。"},
	{"sent", "等待对方答复，收到后在上报包中读入。"},
	{"refused", "先按退回原因改正（证书内容有误的，在证书页面申请更正），"
		"再点“已改正，重新上报”。"},
	{"mended", "整理下一个上报包时列入。"}, {"accepted", ""}, {"ended", ""}, {0}};

static int show(struct req *rq)
{
	struct flow_subject subject;
	int r = handover_flow.load(rq->cx, rq_id(rq, "person"), rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_handover_find *h = subject.row;
	json_t *row = view_row(rq, &q_handover_find_desc, h);
	label_row(row, h->target, h->record_kind);
	json_object_set_new(row, "has_package", json_boolean(h->package_id != 0));
	view_set(rq, "record", row);
	view_text(rq, "title", h->number);
	view_text(rq, "next_step", choice_label(next_steps, h->state));
	view_flag(rq, "is_overdue",
		streq(h->state, "sent") && h->sent_on <= overdue_before(rq->cx));
	return view_flow(rq, &handover_flow, &subject, "/handover/%s/%s/flow",
		rq_param(rq, "person"), rq_param(rq, "id"));
}

static int step(struct req *rq)
{
	int r = flow_run(rq->cx, &handover_flow, rq_id(rq, "person"), rq_id(rq, "id"),
		in_text(rq->in, "action"), in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/handover/%s/%s", rq_param(rq, "person"),
		rq_param(rq, "id"));
}

/* ---- on other pages ---- */

static void add_line(json_t *lines, const char *label, const char *words)
{
	if (!is_blank(words))
		json_array_append_new(lines, json_pack("{s:s, s:s}", "target_label", label,
			"words", words));
}

static json_t *lines_of(struct req *rq, const struct q_handovers_of_rows *rows,
	const char *region, int64_t visible_on)
{
	struct ctx *cx = rq->cx;
	json_t *lines = json_array();
	add_line(lines, "省级查询", text_of(cx, "本平台，%s可查", ctx_today(cx) < visible_on
		? text_of(cx, "%s起", civil_day_text_zh(cx->arena, visible_on)) : "已"));
	for (const struct choice *t = handover_targets; t->code; t++)
		add_line(lines, t->label, handover_words(cx, t->code, rows, region));
	return lines;
}

int handover_lines(struct req *rq, int64_t person_id, int64_t certificate_id, const char *region,
	int64_t visible_on, json_t **ret_lines)
{
	struct q_handovers_of_rows rows;
	int r = q_handovers_of(rq->cx->db, &rows, .person_id = person_id,
		.certificate_id = certificate_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	*ret_lines = lines_of(rq, &rows, region, visible_on);
	return 0;
}

int handover_put(struct req *rq, int64_t person_id, int64_t certificate_id, const char *region,
	int64_t visible_on)
{
	struct q_handovers_of_rows rows;
	int r = q_handovers_of(rq->cx->db, &rows, .person_id = person_id,
		.certificate_id = certificate_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_handovers_of_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		json_t *row = json_array_get(list, i);
		view_state(row, &handover_flow, rows.at[i].state);
		label_row(row, rows.at[i].target, rows.at[i].record_kind);
	}
	view_set(rq, "handover", lines_of(rq, &rows, region, visible_on));
	view_set(rq, "handover_records", list);
	return 0;
}

/* ---- layouts ---- */

static const struct field layout_fields[] = {
	{"file", FIELD_FILE, "格式文件",
		.help = "YAML 文本，写法见说明；从文件中写明的日期起代替示例格式。",
		.max = LAYOUT_FILE, .flags = FIELD_REQUIRED},
	{0},
};

static json_t *codes_of(const struct layout_column *c)
{
	json_t *list = json_array();
	for (size_t k = 0; k < c->n_codes; k++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "from", c->codes[k].from,
			"label", layout_value_label(c->field, c->codes[k].from), "to",
			c->codes[k].to));
	return list;
}

static json_t *columns_of(struct req *rq, const struct handover_layout *l)
{
	json_t *list = json_array();
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *c = &l->columns[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o}", "title", c->title,
			"field", c->value ? text_of(rq->cx, "固定值 %s", c->value)
			: layout_field_label(c->field), "is_required", c->required, "codes",
			codes_of(c)));
	}
	return list;
}

static const struct choice format_words[] = {{"xlsx", "Excel 表格（xlsx）"},
	{"csv", "文本表格（csv）"}, {0}};
static const struct choice encoding_words[] = {{"utf-8", "UTF-8 编码"},
	{"utf-8-bom", "UTF-8 编码（带标记）"}, {"gb18030", "GB 18030 编码"}, {0}};

static json_t *layout_view(struct req *rq, const struct handover_layout *l, struct str text)
{
	bool is_csv = streq(l->format, "csv");
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:o, s:s}",
		"name", l->name, "version", l->version, "title", l->title, "target_label",
		handover_target_label(l->target), "source", l->source, "is_example",
		l->is_example, "is_own", l->is_own, "effective_on_text",
		civil_day_text_zh(rq->cx->arena, l->effective_on), "format", l->format,
		"format_label", choice_label(format_words, l->format), "encoding_label",
		is_csv ? choice_label(encoding_words, l->encoding) : "", "date", l->date, "columns",
		columns_of(rq, l), "text", arena_str(rq->cx->arena, text));
}

static int layouts(struct req *rq)
{
	const struct handover_layout **all, *used;
	struct str *texts;
	size_t n;
	json_t *list = json_array();
	int r = handover_layouts(rq->cx, &all, &texts, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		json_t *row = layout_view(rq, all[i], texts[i]);
		if ((r = handover_layout_for(rq->cx, all[i]->target, ctx_today(rq->cx),
			&used)) == ERR_NOTFOUND) {
			ctx_clear(rq->cx);
			used = NULL;
			r = 0;
		}
		json_object_set_new(row, "is_used", json_boolean(used &&
			streq(used->name, all[i]->name) &&
			streq(used->version, all[i]->version)));
		json_array_append_new(list, row);
	}
	view_set(rq, "layouts", list);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_SETTING_EDIT));
	view_form(rq, "form", layout_fields, "/handover-layouts", "加入格式", NULL);
	return r;
}

static int add_layout(struct req *rq)
{
	int r = handover_layout_apply(rq->cx, in_file(rq->in, "file")->bytes);
	if (r < 0)
		return r;
	rq_flash(rq, "handover.layout_added");
	return rq_redirect(rq, "/handover-layouts");
}

const struct route routes_handover[] = {
	{GET, "/handover", PERM_HANDOVER_READ, list, "handover/list", "证书上报记录", filters,
		.flags = ROUTE_LIST},
	{GET, "/handover/:person/:id", PERM_HANDOVER_READ, show, "handover/show", "证书上报记录"},
	{POST, "/handover/:person/:id/flow", PERM_HANDOVER_EDIT, step, NULL, "办理上报记录",
		step_fields, .form = "/handover/:person/:id"},
	{GET, "/handover-layouts", PERM_STANDARD_READ, layouts, "handover/layouts", "上报格式"},
	{POST, "/handover-layouts", PERM_SETTING_EDIT, add_layout, NULL, "加入上报格式",
		layout_fields, .form = "/handover-layouts"},
	{0},
};

/* ---- to do ---- */

static int records_in(struct ctx *cx, const char *state, int64_t sent_before,
	struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_handover_list_rows rows;
	int r = q_handover_list(cx->db, &rows, .scope = cx->scope, .state = state,
		.sent_before = sent_before,
		.page = {.limit = TODO_ROWS, .sort = sent_before ? "sent" : "oldest"});
	if (r >= 0)
		r = q_handover_list_count(cx->db, ret_count, .scope = cx->scope, .state = state,
			.sent_before = sent_before, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_handover_list *h = &rows.at[i];
		const char *note = sent_before ? text_of(cx, "%s 上报", civil_day_text(cx->arena,
			h->sent_on)) : *h->reason ? h->reason
			: choice_label(handover_records, h->record_kind);
		items[i] = (struct todo_item){.title = text_of(cx, "%s %s", h->name, h->number),
			.note = note,
			.url = text_of(cx, "/handover/%" PRId64 "/%" PRId64, h->person_id, h->id)};
	}
	*ret_n = rows.n;
	return 0;
}

static int find_refused(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return records_in(cx, "refused", 0, items, ret_n, ret_count);
}

static int find_waiting(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return records_in(cx, "waiting", 0, items, ret_n, ret_count);
}

static int find_overdue(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	return records_in(cx, "", overdue_before(cx), items, ret_n, ret_count);
}

static int find_ready(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_handover_package_list_rows rows;
	int r = q_handover_package_list(cx->db, &rows, .scope = cx->scope, .state = "ready",
		.page = {.limit = TODO_ROWS});
	if (r >= 0)
		r = q_handover_package_list_count(cx->db, ret_count, .scope = cx->scope,
			.state = "ready", .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++)
		items[i] = (struct todo_item){.title = rows.at[i].title,
			.note = text_of(cx, "%" PRId64 " 条", rows.at[i].n_rows),
			.since_at = rows.at[i].created_at,
			.url = text_of(cx, "/handover-packages/%" PRId64, rows.at[i].id)};
	*ret_n = rows.n;
	return 0;
}

const struct todo_source todo_handover[] = {
	{"被退回、待改正的证书上报", "/handover?state=refused", PERM_HANDOVER_EDIT, find_refused},
	{"超过期限未答复的证书上报", "/handover?overdue=1", PERM_HANDOVER_EDIT, find_overdue},
	{"待上报的更正、暂停与撤销", "/handover?state=waiting", PERM_HANDOVER_EDIT, find_waiting},
	{"待上报的上报包", "/handover-packages?state=ready", PERM_HANDOVER_EDIT, find_ready},
	{0},
};
