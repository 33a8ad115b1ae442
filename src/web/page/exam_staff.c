/* Exams as the body and the authorities see them: the list, the set-up, the home of each exam. The
 * live board is watch*.c. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "domain/evaluation/batch.h"
#include "domain/exam/exam.h"
#include "domain/exam/seb.h"
#include "query/exam.h"
#include "web/exchange.h"
#include "web/origin.h"
#include "web/page/batch.h"
#include "web/page/exam_sit.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, BATCHES_MAX = 200, MINUTE = 60 };

/* ---- the list ---- */

static const struct field list_filters[] = {
	{"find", FIELD_TEXT, "名称", .max = 60},
	{"state", FIELD_CHOICE, "状态"},
	{"from_on", FIELD_DATE, "考试日期不早于"},
	{"to_on", FIELD_DATE, "考试日期不晚于"},
	{0},
};

static const struct choice *state_choices(struct ctx *cx)
{
	size_t n = 0;
	while (exam_flow.states[n].code)
		n++;
	struct choice *list = arena_array(cx->arena, struct choice, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct choice){exam_flow.states[i].code, exam_flow.states[i].label};
	return list;
}

static int exam_list(struct req *rq)
{
	struct q_exam_list_rows rows;
	struct ctx *cx = rq->cx;
	const struct input *in = rq->in;
	const char *find = like_any(cx, in_text(in, "find")), *state = in_text(in, "state");
	int64_t count, from = 0, to = 0;
	if (in_has(in, "from_on"))
		from = civil_midnight(in_int(in, "from_on"));
	if (in_has(in, "to_on"))
		to = civil_midnight(in_int(in, "to_on") + 1);
	view_choices(rq, "state", state_choices(cx));
	rq_states(rq, &exam_flow);
	int r = q_exam_list(cx->db, &rows, .scope = cx->scope, .find = find, .state = state,
		.from_at = from, .to_at = to, .page = rq_page(rq));
	if (r >= 0)
		r = q_exam_list_count(cx->db, &count, .scope = cx->scope, .find = find,
			.state = state, .from_at = from, .to_at = to,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_flag(rq, "may_create", ctx_may(cx, PERM_EXAM_EDIT));
	return rq_list(rq, &q_exam_list_desc, rows.at, rows.n, count);
}

/* ---- the form ---- */

static const struct choice layouts[] = {{"one", "每次一题"}, {"all", "全部题目"}, {0}};
static const struct choice shuffles[] = {
	{"1", "打乱选项"}, {"3", "打乱选项和同一大题内的题目"}, {"0", "不打乱"}, {0}};
static const struct choice admits[] = {
	{"each", "由监考员逐人或全场准入"}, {"code", "凭考室口令签到即准入"}, {0}};
static const struct choice photos[] = {{"asked", "有摄像头的拍照"}, {"off", "不拍照"}, {0}};
static const struct choice sebs[] = {
	{"off", "普通浏览器"}, {"required", "必须使用安全考试浏览器（SEB）"}, {0}};

static const struct field exam_fields[] = {
	{"batch_id", FIELD_CHOICE, "评价批次", .help = "已编排考场、尚未设置机考的批次。",
		.flags = FIELD_REQUIRED},
	{"title", FIELD_TEXT, "考试名称", .help = "不填则用批次名称。", .max = 100},
	{"paper_set_id", FIELD_CHOICE, "试卷",
		.help = "已批准、已封存或已启封的试卷，可以稍后选定。"},
	{"duration_seconds", FIELD_INT, "考试时长", .unit = "分钟", .min = 5, .max = 600,
		.flags = FIELD_REQUIRED},
	{"late_seconds", FIELD_INT, "开考后多久禁止入场", .unit = "分钟", .max = 600,
		.flags = FIELD_REQUIRED},
	{"stay_seconds", FIELD_INT, "开考后多久可以交卷", .unit = "分钟", .max = 600,
		.flags = FIELD_REQUIRED},
	{"open_seconds", FIELD_INT, "开考前多久开始签到", .unit = "分钟", .max = 180,
		.flags = FIELD_REQUIRED},
	{"layout", FIELD_CHOICE, "题目显示", .choices = layouts, .flags = FIELD_REQUIRED},
	{"shuffle", FIELD_CHOICE, "题目顺序", .choices = shuffles, .flags = FIELD_REQUIRED},
	{"admit_mode", FIELD_CHOICE, "准入方式", .choices = admits, .flags = FIELD_REQUIRED},
	{"photo_mode", FIELD_CHOICE, "签到照片", .choices = photos, .flags = FIELD_REQUIRED},
	{"seb_mode", FIELD_CHOICE, "浏览器", .choices = sebs, .flags = FIELD_REQUIRED},
	{0},
};

static struct exam_in exam_input(struct req *rq)
{
	const struct input *in = rq->in;
	return (struct exam_in){.title = in_text(in, "title"),
		.paper_set_id = in_choice(in, "paper_set_id"),
		.duration_seconds = in_int(in, "duration_seconds") * MINUTE,
		.late_seconds = in_int(in, "late_seconds") * MINUTE,
		.stay_seconds = in_int(in, "stay_seconds") * MINUTE,
		.open_seconds = in_int(in, "open_seconds") * MINUTE,
		.shuffle = in_choice(in, "shuffle"),
		.layout = in_text(in, "layout"), .seb_mode = in_text(in, "seb_mode"),
		.photo_mode = in_text(in, "photo_mode"), .admit_mode = in_text(in, "admit_mode")};
}

static const char *number_text(struct ctx *cx, int64_t n)
{
	return text_of(cx, "%" PRId64, n);
}

static json_t *defaults_of(struct ctx *cx, const struct exam_in *in)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title",
		in->title, "paper_set_id",
		in->paper_set_id ? number_text(cx, in->paper_set_id) : "", "duration_seconds",
		number_text(cx, in->duration_seconds / MINUTE), "late_seconds",
		number_text(cx, in->late_seconds / MINUTE), "stay_seconds",
		number_text(cx, in->stay_seconds / MINUTE), "open_seconds",
		number_text(cx, in->open_seconds / MINUTE), "layout", in->layout, "shuffle",
		number_text(cx, in->shuffle), "admit_mode", in->admit_mode, "photo_mode",
		in->photo_mode, "seb_mode", in->seb_mode);
}

static int put_sets(struct req *rq, int64_t body_id)
{
	struct q_exam_paper_sets_rows rows;
	int r = q_exam_paper_sets(rq->cx->db, &rows, .body_id = body_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){number_text(rq->cx, rows.at[i].id), rows.at[i].title};
	view_choices(rq, "paper_set_id", list);
	return 0;
}

static int put_batches(struct req *rq)
{
	struct q_exam_batches_rows rows;
	int r = q_exam_batches(rq->cx->db, &rows, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){number_text(rq->cx, rows.at[i].id), rows.at[i].title};
	view_choices(rq, "batch_id", list);
	view_flag(rq, "has_batches", rows.n != 0);
	return 0;
}

/* A batch's page leads here. */
static const struct field new_asked[] = {{"batch_id", FIELD_ID, "评价批次"}, {0}};

static int new_form(struct req *rq)
{
	int r = put_batches(rq);
	if (r < 0 || (r = put_sets(rq, rq->cx->actor.body_id)) < 0)
		return r;
	json_t *defaults = defaults_of(rq->cx, &exam_preset);
	json_object_set_new(defaults, "batch_id",
		json_string(number_text(rq->cx, in_int(rq->in, "batch_id"))));
	view_form(rq, "form", exam_fields, "/exams", "设置机考", defaults);
	return 0;
}

static int create(struct req *rq)
{
	struct exam_in in = exam_input(rq);
	int64_t id, batch = 0;
	if (!str_to_i64(str_of(in_text(rq->in, "batch_id")), &batch))
		return fail_field(rq->cx, "batch_id", "exam.choice");
	int r = exam_create(rq->cx, batch, &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "exam.created");
	return rq_redirect(rq, "/exams/%" PRId64, id);
}

static struct exam_in current_of(const struct q_exam_find *e)
{
	return (struct exam_in){.title = e->title, .paper_set_id = e->paper_set_id,
		.duration_seconds = e->duration_seconds, .late_seconds = e->late_seconds,
		.stay_seconds = e->stay_seconds, .open_seconds = e->open_seconds,
		.shuffle = e->shuffle, .layout = e->layout, .seb_mode = e->seb_mode,
		.photo_mode = e->photo_mode, .admit_mode = e->admit_mode};
}

static int edit_form(struct req *rq)
{
	struct q_exam_find e;
	int r = exam_get(rq->cx, rq_id(rq, "id"), &e);
	if (r < 0 || (r = put_sets(rq, e.body_id)) < 0)
		return r;
	const struct exam_in in = current_of(&e);
	view_form(rq, "form", exam_fields + 1, text_of(rq->cx, "/exams/%" PRId64 "/edit", e.id),
		"保存设置", defaults_of(rq->cx, &in));
	view_text(rq, "exam_title", e.title);
	return 0;
}

static int edit(struct req *rq)
{
	struct exam_in in = exam_input(rq);
	int r = exam_update(rq->cx, rq_id(rq, "id"), &in);
	if (r < 0)
		return r;
	rq_flash(rq, "exam.saved");
	return rq_redirect(rq, "/exams/%s", rq_param(rq, "id"));
}

/* ---- the home of an exam ---- */

static void add_pair(json_t *pairs, const char *label, const char *text)
{
	json_array_append_new(pairs, json_pack("{s:s, s:s}", "label", label, "text", text));
}

static const char *label_of(const struct choice *list, const char *code)
{
	for (; list->code; list++)
		if (streq(list->code, code))
			return list->label;
	return code;
}

static const char *minutes_text(struct ctx *cx, int64_t seconds)
{
	return text_of(cx, "%" PRId64 " 分钟", seconds / MINUTE);
}

static const char *shuffle_code(int64_t shuffle)
{
	return shuffle & SHUFFLE_ITEMS ? "3" : shuffle ? "1" : "0";
}

static int put_pairs(struct req *rq, const struct q_exam_find *e)
{
	struct ctx *cx = rq->cx;
	struct q_exam_paper_set set;
	json_t *pairs = json_array();
	int r = e->paper_set_id ? q_exam_paper_set(cx->db, &set, .id = e->paper_set_id)
		: ERR_NOTFOUND;
	view_set(rq, "pairs", pairs);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	json_array_append_new(pairs, json_pack("{s:s, s:s, s:s}", "label", "批次", "text",
		e->batch_title, "url", text_of(cx, "/batches/%" PRId64, e->batch_id)));
	add_pair(pairs, "机构", e->body_name);
	add_pair(pairs, "考试时间", text_of(cx, "%s 至 %s", civil_time_text(cx->arena,
		e->starts_at), civil_time_text(cx->arena, e->ends_at) + 11));
	add_pair(pairs, "试卷", r < 0 ? "尚未选定" : text_of(cx, "%s（%d 套，%s）", set.title,
		(int)set.n_forms, set.opened_at ? "已启封" : "未启封"));
	add_pair(pairs, "考试时长", minutes_text(cx, e->duration_seconds));
	add_pair(pairs, "禁止入场", text_of(cx, "开考后 %s", minutes_text(cx, e->late_seconds)));
	add_pair(pairs, "可以交卷", text_of(cx, "开考后 %s", minutes_text(cx, e->stay_seconds)));
	add_pair(pairs, "开始签到", text_of(cx, "开考前 %s", minutes_text(cx, e->open_seconds)));
	add_pair(pairs, "题目显示", label_of(layouts, e->layout));
	add_pair(pairs, "题目顺序", label_of(shuffles, shuffle_code(e->shuffle)));
	add_pair(pairs, "准入方式", label_of(admits, e->admit_mode));
	add_pair(pairs, "签到照片", label_of(photos, e->photo_mode));
	add_pair(pairs, "浏览器", label_of(sebs, e->seb_mode));
	return 0;
}

static const struct exam_count *count_of(const struct exam_count *counts, size_t n, int64_t room)
{
	static const struct exam_count none;
	for (size_t i = 1; i < n; i++)
		if (counts[i].batch_room_id == room)
			return &counts[i];
	return &none;
}

static int put_rooms(struct req *rq, const struct q_exam_find *e)
{
	struct q_exam_rooms_rows rooms;
	struct exam_count *counts;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	size_t n;
	view_set(rq, "rooms", list);
	int r = exam_count(cx, e->id, &counts, &n);
	if (r >= 0)
		r = q_exam_rooms(cx->db, &rooms, .exam_id = e->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rooms.n; i++) {
		const struct q_exam_rooms *room = &rooms.at[i];
		const struct exam_count *c = count_of(counts, n, room->batch_room_id);
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "id",
			number_text(cx, room->batch_room_id), "room_name", room->room_name,
			"venue_name", room->venue_name, "starts_text",
			civil_time_text(cx->arena, room->starts_at), "entry_code",
			room->entry_code, "registered", (json_int_t)c->registered, "present",
			(json_int_t)c->present, "going", (json_int_t)(c->running + c->paused),
			"done", (json_int_t)(c->handed_in + c->forced), "absent",
			(json_int_t)c->absent));
	}
	return 0;
}

static int show(struct req *rq)
{
	struct q_exam_find e;
	struct ctx *cx = rq->cx;
	int r = exam_get(cx, rq_id(rq, "id"), &e);
	if (r < 0 || (r = put_pairs(rq, &e)) < 0 || (r = put_rooms(rq, &e)) < 0)
		return r;
	json_t *exam = view_row(rq, &q_exam_find_desc, &e);
	view_state(exam, &exam_flow, e.state);
	view_set(rq, "exam", exam);
	bool is_open = streq(e.state, "preparing") || streq(e.state, "ready");
	view_flag(rq, "may_edit", is_open && ctx_may(cx, PERM_EXAM_EDIT));
	view_flag(rq, "may_watch", ctx_may(cx, PERM_EXAM_WATCH) && !streq(e.state, "preparing"));
	view_flag(rq, "has_seb", streq(e.seb_mode, "required") && ctx_may(cx, PERM_EXAM_EDIT));
	view_flag(rq, "is_behind", is_open && !streq(e.arranged_hash, e.batch_hash));
	view_flag(rq, "may_score", ctx_may(cx, PERM_SCORE_APPLY) &&
		(streq(e.state, "closed") || streq(e.state, "scored")));
	struct flow_subject subject = {.id = e.id, .state = e.state, .region = e.region,
		.title = e.title, .body_id = e.body_id, .row = &e};
	return view_flow(rq, &exam_flow, &subject, "/exams/%" PRId64 "/flow", e.id);
}

static int run_step(struct req *rq)
{
	int r = flow_run(rq->cx, &exam_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/exams/%s", rq_param(rq, "id"));
}

static int seat(struct req *rq)
{
	struct exam_seated s;
	int r = exam_seat(rq->cx, rq_id(rq, "id"), &s);
	if (r < 0)
		return r;
	rq_flash(rq, "exam.seated", text_of(rq->cx, "%d", s.added), text_of(rq->cx, "%d", s.moved),
		text_of(rq->cx, "%d", s.removed));
	return rq_redirect(rq, "/exams/%s", rq_param(rq, "id"));
}

static int seb_download(struct req *rq)
{
	const char *plist;
	int r = seb_file(rq->cx, rq_id(rq, "id"), rq_origin(rq), &plist);
	if (r < 0)
		return r;
	return rq_bytes(rq, "application/seb", "机考.seb", str_of(plist));
}

static int seb_show(struct req *rq)
{
	struct q_exam_find e;
	int r = exam_get(rq->cx, rq_id(rq, "id"), &e);
	if (r < 0)
		return r;
	view_text(rq, "exam_title", e.title);
	view_text(rq, "exam_id", number_text(rq->cx, e.id));
	view_text(rq, "config_key", seb_key_of(rq->cx, e.id, rq_origin(rq)));
	view_text(rq, "quit_password", seb_quit_password(rq->cx, e.id));
	view_text(rq, "origin", rq_origin(rq));
	return 0;
}

static const struct field code_fields[] = {
	{"entry_code", FIELD_TEXT, "考室口令", .max = 12},
	{0},
};

static int room_code(struct req *rq)
{
	int r = exam_room_code(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"),
		in_text(rq->in, "entry_code"));
	if (r < 0)
		return r;
	rq_flash(rq, "exam.code_saved");
	return rq_redirect(rq, "/exams/%s", rq_param(rq, "id"));
}

const struct route routes_exam_staff[] = {
	{GET, "/exams", PERM_EXAM_READ, exam_list, "exam/list", "机考", list_filters,
		.flags = ROUTE_LIST},
	{GET, "/exams/new", PERM_EXAM_EDIT, new_form, "exam/new", "设置机考", new_asked},
	{POST, "/exams", PERM_EXAM_EDIT, create, NULL, "设置机考", exam_fields, "/exams/new"},
	{GET, "/exams/:id", PERM_EXAM_READ, show, "exam/show", "本场机考"},
	{GET, "/exams/:id/edit", PERM_EXAM_EDIT, edit_form, "exam/edit", "修改机考设置"},
	{POST, "/exams/:id/edit", PERM_EXAM_EDIT, edit, NULL, "修改机考设置", exam_fields + 1,
		"/exams/:id/edit"},
	{POST, "/exams/:id/flow", PERM_EXAM_READ, run_step, NULL, "机考流程", step_fields,
		"/exams/:id"},
	{POST, "/exams/:id/seat", PERM_EXAM_EDIT, seat, NULL, "按编排更新应试名单",
		.form = "/exams/:id"},
	{POST, "/exams/:id/rooms/:room/code", PERM_EXAM_EDIT, room_code, NULL, "设置考室口令",
		code_fields, "/exams/:id"},
	{GET, "/exams/:id/seb", PERM_EXAM_EDIT, seb_show, "exam/seb_file", "安全浏览器配置"},
	{GET, "/exams/:id/seb/file", PERM_EXAM_EDIT, seb_download, NULL, "下载安全浏览器配置",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
